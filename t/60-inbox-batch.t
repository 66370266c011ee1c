# SPDX-License-Identifier: AGPL-3.0-or-later
# Activities that worker `inbox` applies together, in one transaction: each has
# its effect or fails alone, in the order in which they came, and all counters
# are what they would be one by one.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP ();
use Test::More;

use Cardume::Delivery;
use Cardume::Peer;
use Cardume::Rows qw(sql_text video_rows);

my $d = Cardume::Delivery->start(sink => 0);
my $json = JSON::PP->new->utf8->canonical;

sub Cardume::Delivery::psql { my ($self, $sql) = @_; $self->value($sql) }
my @ids = map { video_rows($d, 'root_channel', files => [],
	name => "Film $_", short_uuid => $_ x 22) } 1, 2;
my @videos = map { "http://video.test/videos/watch/$_" } @ids;
my $peer = Cardume::Peer->start(address => '127.0.0.2');
my ($ann, $bob, $eve) = map { $peer->actor($_) } qw(ann bob eve);
for my $who ($ann, $bob, $eve) {
	my $url = $who->{id};
	$d->value("INSERT INTO actor (kind, name, host_id, url, inbox, document,
			refreshed_at)
		SELECT 'Person', '$who->{name}\@" . $peer->host . "',
			host_write('" . $peer->host . "'), '$url', '$url/inbox',
			'{}', now()");
	$d->value("INSERT INTO account (actor_id, actor_kind, display_name)
		SELECT id, 'Person', 'Somebody' FROM actor WHERE url = '$url'");
}

sub count { $d->value("SELECT count(*) FROM $_[0]") }
sub text_of { $d->value("SELECT text FROM comment WHERE url = '$_[0]{id}'") }

# As cardume-ap leaves it where the key is known.
sub post {
	my ($who, $type, $object, %o) = @_;
	my $body = $json->encode($peer->activity($who, $type, $object, %o));
	$d->value('INSERT INTO inbox (signer_id, request, body, host)
		SELECT id, ' . join(', ', map { sql_text($_) } '{}', $body,
			$peer->host) . " FROM actor WHERE url = '$who->{id}'");
}

# What became of it, with what the worker says.
sub work { my ($status, $log) = $d->worker(qw(--once inbox)); return $log }

sub written { my ($who, $to, $text, %o) = @_;
	return $peer->note($who, inReplyTo => ref $to ? $to->{id} : $to,
		content => "<p>$text</p>", %o) }


# What the counters say is what there is.
sub counters_fit {
	my ($what) = @_;
	is $d->value("SELECT string_agg(v.name, ', ') FROM video v WHERE
		(v.comments, v.threads, v.likes, v.dislikes) IS DISTINCT FROM
		((SELECT count(*) FROM comment c WHERE c.video_id = v.id
			AND c.deleted_at IS NULL AND NOT c.held_for_review),
		(SELECT count(*) FROM comment c WHERE c.video_id = v.id
			AND c.thread_id IS NULL AND NOT c.held_for_review),
		(SELECT count(*) FROM rate r WHERE r.video_id = v.id
			AND r.rating = 'like'),
		(SELECT count(*) FROM rate r WHERE r.video_id = v.id
			AND r.rating = 'dislike'))"), '', "counters, $what";
	is $d->value("SELECT string_agg(c.text, ', ') FROM comment c
		WHERE c.total_replies <> (SELECT count(*) FROM comment r
		WHERE (r.in_reply_to_id = c.id OR r.thread_id = c.id)
			AND r.deleted_at IS NULL AND NOT r.held_for_review)"),
		'', "answers, $what";
}

my $first;

subtest 'many at once' => sub {
	$first = written($ann, $videos[0], 'First');
	my $answer = written($bob, $first, 'Answer');
	# Not here yet, nor what it answers: both are fetched.
	my $above = written($eve, $videos[1], 'Above');
	my $late = written($eve, $above, 'Late');
	my $secret = written($bob, $videos[0], 'Secret', to => [$ann->{id}], cc => []);
	post($ann, 'Create', $first);
	post($bob, 'Create', $answer);
	post($bob, 'Like', $videos[0]);
	post($eve, 'Dislike', $videos[0]);
	post($bob, 'Create', $secret);
	post($eve, 'Create', $late);
	post($ann, 'Create', written($ann, $late, 'Deepest'));
	post($ann, 'Like', $_) for @videos;
	post($eve, 'Like', $videos[0]);
	post($bob, 'Like', $videos[1], actor => $ann->{id});
	post($_, 'View', $videos[1]) for $ann, $bob, $eve;
	post($bob, 'Undo', { type => 'Like', actor => $bob->{id},
		object => $videos[0] });
	my $update = { %$first, content => '<p>Changed</p>',
		updated => Cardume::Peer::Signature::iso_date(time + 5) };
	post($ann, 'Update', $update);
	post($eve, 'Wave', $videos[0]);
	my $sent = count('inbox');
	my $log = work();
	is count('inbox WHERE state < 3'), 0, 'all are done' or diag $log;
	is count('comment'), 5, 'comments';
	is text_of($first), '<p>Changed</p>', 'a change after what it changes';
	is count("comment c JOIN comment a ON a.id = c.in_reply_to_id
		WHERE c.url = '$answer->{id}' AND a.url = '$first->{id}'"), 1,
		'an answer to one of the same';
	is $d->value("SELECT string_agg(likes || ' ' || dislikes, ', '
		ORDER BY id) FROM video"), '2 0, 1 0', 'likes';
	is count('remote_view'), 3, 'views';
	counters_fit('of many');
	is $d->value("SELECT string_agg(note, ', ' ORDER BY note) FROM inbox"),
		'its origin does not say so, not public, unhandled',
		'what was refused is kept, and why';
	is $d->value('SELECT sum(nr) FROM inbox_count'), $sent,
		'each was counted once';
	is $d->value("SELECT nr FROM inbox_count WHERE type = 'View'"), 3,
		'by their types';
};

# A fault of ours, in the middle and at the very end of the transaction.
for my $when ('in it', 'at its end') {
	subtest "one that fails $when" => sub {
		$d->value("DELETE FROM inbox");
		my $constraint = $when eq 'in it' ? '' : 'CONSTRAINT';
		my $late = $constraint ? 'DEFERRABLE INITIALLY DEFERRED' : '';
		$d->value("CREATE FUNCTION fault() RETURNS trigger
			LANGUAGE plpgsql AS \$\$ BEGIN
			IF NEW.text LIKE '%poison%' THEN
				RAISE EXCEPTION USING ERRCODE = 'XX000';
			END IF;
			RETURN NULL; END \$\$;
			CREATE $constraint TRIGGER fault AFTER INSERT ON comment
			$late FOR EACH ROW EXECUTE FUNCTION fault()");
		my $before = count('comment');
		post($ann, 'Create', written($ann, $videos[0], "Before, $when"));
		post($ann, 'Create', written($ann, $videos[0], 'poison'));
		post($eve, 'Create', written($ann, $videos[0], "Not Eve's"));
		post($bob, 'Create', written($bob, $first, "Behind, $when"));
		my $log = work();
		is count('comment') - $before, 2, 'all others are done'
			or diag $log;
		counters_fit("where one fails $when");
		is $d->value("SELECT string_agg(state || ' ' || left(note, 20),
			', ' ORDER BY state) FROM inbox"), "2 an error of this "
			. "ser, 3 its object is anothe", 'it is tried again';
		$d->value('DROP FUNCTION fault CASCADE;
			UPDATE inbox SET state = 0 WHERE state = 2');
		work();
		is count('comment') - $before, 3, '... and done then';
	};
}

subtest 'one that is another worker\'s by now' => sub {
	$d->value('DELETE FROM inbox');
	post($bob, 'View', $_) for @videos;
	my @ends = split /\n/, $d->value("SELECT jsonb_array_elements(
		inbox_batch_write((SELECT jsonb_agg(jsonb_build_object(
			'id', c.id, 'lease', c.lease + (c.nr = 1)::int * 1000,
			'by', c.signer_id, 'activity', c.body::jsonb)
			ORDER BY c.id)
		FROM (SELECT *, row_number() OVER (ORDER BY id) AS nr
			FROM inbox_claim_write(50)) c))) #>> '{}'");
	is_deeply \@ends, ['{"lost": "the lease"}', '{"done": "view"}'],
		'it is left alone';
	is count('inbox WHERE state = 1'), 1, '... where it is';
};
done_testing;
