# SPDX-License-Identifier: AGPL-3.0-or-later
# Worker `inbox` is killed again and again with hundreds of activities of all
# kinds before it: each has its effect once, each server's in its order, and
# nothing is held by the dead.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP ();
use Test::More;
use Time::HiRes qw(sleep time);

use Cardume qw(wait_until);
use Cardume::Delivery;
use Cardume::Peer;
use Cardume::Rows qw(sql_text video_rows);

my $d = Cardume::Delivery->start(sink => 0);
my $json = JSON::PP->new->utf8->canonical;
my $people = 8;

sub Cardume::Delivery::psql { my ($self, $sql) = @_; $self->value($sql) }
my $uuid = video_rows($d, 'root_channel', files => [], name => 'Film');
my $video = "http://video.test/videos/watch/$uuid";
my $channel = 'http://video.test/video-channels/root_channel';

# Somebody far away who is to hear of all that is said.
my $fan = $d->actor('fan.test', 'fan');
$d->value("INSERT INTO follow (follower_id, target_id, state)
	SELECT $fan, id, 'accepted' FROM actor WHERE name = 'root_channel'");

my @rows;	# of `inbox`, to be inserted

# As cardume-ap leaves it where the key is not known.
sub post {
	my ($peer, $by, $activity) = @_;
	my $body = $json->encode($activity);
	my $bytes = Cardume::Peer::Signature::request('POST',
		'http://video.test/inbox', $body, signer => $by);
	my ($head) = split /\r\n\r\n/, $bytes;
	my (undef, @lines) = split /\r\n/, $head;
	push @rows, '(' . join(', ', map { sql_text($_) } $json->encode({
		method => 'POST', target => '/inbox', headers => {
			map { /^([^:]+): (.*)/ ? ($1, $2) : () } @lines } }),
		$body, $peer->host) . ')';
}

sub insert {
	$d->value('INSERT INTO inbox (request, body, host) VALUES ' .
		join ', ', @rows);
	my $nr = @rows;
	@rows = ();
	return $nr;
}

sub left { $d->value('SELECT count(*) FROM inbox WHERE state < 3') }
sub count { $d->value("SELECT count(*) FROM $_[0]") }

sub all_of {
	my ($peer, $who, $nr) = @_;
	my $do = sub { my ($type, $object, %o) = @_;
		my $activity = $peer->activity($who, $type, $object, %o);
		post($peer, $who, $activity);
		return $activity };
	$do->('Follow', $channel);
	my $like = $do->('Like', $video);
	$do->('Announce', $video, to => [$Cardume::Peer::public]);
	$do->('View', $video) for 1 .. 25;
	for my $i (1 .. 8) {
		my $note = $peer->note($who, inReplyTo => $video,
			content => "<p>Note $i of $nr</p>",
			published => '2026-02-03T04:05:06Z');
		$do->('Create', $note);
		$do->('View', $video);
		next if $i > 2;
		$note->{content} = "<p>Changed $i of $nr</p>";
		$note->{updated} = '2026-02-03T05:05:06Z';
		$do->('Update', $note);
		$do->('Delete', { type => 'Tombstone', id => $note->{id} })
			if $i == 2;
	}
	$do->('Flag', $video, content => "Report $_ of $nr") for 1, 2;
	$do->('Wave', $video);
	$do->('Undo', $like) if $nr % 2;
	$do->('Dislike', $video) if $nr % 4 == 2;
	$do->('Update', { %{ $who->{document} }, name => "Person $nr" });
}

subtest 'killed again and again' => sub {
	my @peers = map { Cardume::Peer->start(address => "127.0.0.$_") } 2, 3;
	all_of($peers[$_ % 2], $peers[$_ % 2]->actor("p$_"), $_)
		for 1 .. $people;
	my $sent = insert();
	note "$sent activities";
	my ($kills, $began, @pids) = (0, time);
	while (left() && time - $began < 60) {
		push @pids, $d->spawn('inbox') while @pids < 2;
		sleep 0.02 + rand 0.06;
		$d->end(shift @pids, 'KILL') and $kills++;
		$d->value("UPDATE inbox SET lease_until = now() WHERE state = 1")
			if $kills % 3 == 0;
	}
	$d->end($_, 'KILL') for @pids;
	$d->worker(qw(--once inbox));
	cmp_ok $kills, '>=', 3, "killed $kills times";
	is left(), 0, 'nothing is left';
	is count('inbox'), $people, 'but what we do not understand';
	is $d->value('SELECT sum(nr) FROM inbox_count'), $sent,
		'each was counted once';
	is count("follow f JOIN actor a ON a.id = f.target_id
		WHERE a.name = 'root_channel' AND state = 'accepted'"),
		$people + 1, 'follows';
	is count("activity WHERE body::jsonb ->> 'type' = 'Accept'"), $people,
		'each was accepted once';
	is $d->value("SELECT likes || ' ' || dislikes FROM video"), '2 2',
		'likes and dislikes';
	is count('share'), $people, 'shares';
	is count('remote_view'), 33 * $people, 'views';
	is count('comment'), 8 * $people, 'comments';
	is count('comment WHERE deleted_at IS NOT NULL'), $people, 'deleted';
	is count("comment WHERE text LIKE '<p>Changed 1%'"), $people,
		'changed';
	is count('abuse'), 2 * $people, 'reports';
	is count("account WHERE display_name LIKE 'Person _'"), $people, 'names';
	is $d->value("SELECT string_agg(type || ' ' || nr, ', ' ORDER BY type)
		FROM (SELECT a.body::jsonb ->> 'type' AS type, count(*) AS nr
			FROM delivery d JOIN activity a ON a.id = d.activity_id
			JOIN host h ON h.id = d.host_id
			WHERE h.name = 'fan.test'
			AND a.body::jsonb ->> 'actor' <> 'http://video.test/'
				|| 'accounts/root' GROUP BY 1) t"),
		join(', ', 'Create ' . 8 * $people, "Delete $people",
			'Update ' . 2 * $people),
		'the follower hears each thing once';
	is count("notification n WHERE type = 2"), 7 * $people,
		'and so does the owner';
};

subtest 'one that kills whoever takes it' => sub {
	$d->value('DELETE FROM inbox');
	my $peer = Cardume::Peer->start(address => '127.0.0.4');
	my $who = $peer->actor('eve');
	post($peer, $who, $peer->activity($who, 'View', $video)) for 1 .. 40;
	insert();
	my $before = count('remote_view');
	# It takes what it can get and dies of the first.
	for (1 .. 30) {
		last if count('inbox WHERE state = 3');
		$d->value('SELECT count(*) FROM inbox_claim_write(50)');
		$d->value("UPDATE inbox SET lease_until = now() -
			interval '1 second' WHERE state = 1");
		$d->value('SELECT inbox_maintain_write()');
	}
	is count('inbox WHERE state = 3'), 1, 'it is kept to be looked at';
	$d->worker(qw(--once inbox));
	is left(), 0, 'all others are done';
	is count('remote_view') - $before, 39, 'and had their effect';
};

subtest 'what the dead held' => sub {
	$d->value('DELETE FROM inbox');
	my @peers = map { Cardume::Peer->start(address => "127.0.0.$_") } 5, 6;
	my @who = map { $_->actor('ann') } @peers;
	my $note = $peers[0]->note($who[0], inReplyTo => $video,
		content => '<p>Short-lived</p>');
	post($peers[0], $who[0], $peers[0]->activity($who[0], 'Create', $note));
	insert();
	# By one that lives, and hangs.
	open my $holder, '|-', 'psql', '-qXAt', "host=$d->{dir}/server user=" .
		'cardume dbname=cardume', '-o', "$d->{dir}/held" or die $!;
	$holder->autoflush(1);
	print $holder "SELECT count(*) FROM inbox_claim_write(50);\n";
	ok wait_until(sub { count('inbox WHERE state = 1') == 1 }, 10),
		'one takes it';
	post($peers[0], $who[0], $peers[0]->activity($who[0], 'Delete',
		{ type => 'Tombstone', id => $note->{id} }));
	post($peers[1], $who[1], $peers[1]->activity($who[1], 'Like', $video));
	insert();
	$d->worker(qw(--once inbox));
	is count("rate r JOIN account a ON a.id = r.account_id JOIN actor c
		ON c.id = a.actor_id WHERE c.url = '$who[1]{id}'"), 1,
		'other servers do not wait for it';
	is left(), 2, 'its own does: nothing overtakes';
	close $holder;
	my $pid = $d->spawn('inbox');
	ok wait_until(sub { !left() }, 10),
		'when its holder is gone, all goes on, long before its lease ends';
	$d->end($pid);
	is count("comment WHERE url = '$note->{id}' AND deleted_at IS NULL"), 0,
		'in order';
};

subtest 'taken back while it waits' => sub {
	my $peer = Cardume::Peer->start(address => '127.0.0.7');
	my $who = $peer->actor('bob');
	my $other = $peer->actor('cid');
	# It answers what cannot be had at the moment.
	my $above = $peer->note($other, inReplyTo => $video);
	$peer->set(substr($above->{id}, length $peer->origin), status => 503);
	my $note = $peer->note($who, inReplyTo => $above->{id});
	my $create = $peer->activity($who, 'Create', $note);
	post($peer, $who, $create);
	insert();
	$d->worker(qw(--once inbox));
	is count('inbox WHERE state = 2'), 1, 'it waits';
	post($peer, $other, $peer->activity($other, 'Delete', $note->{id}));
	insert();
	$d->worker(qw(--once inbox));
	is count('inbox WHERE state = 2'), 1, 'another cannot take it back';
	post($peer, $who, $peer->activity($who, 'Delete', $note->{id}));
	insert();
	$d->worker(qw(--once inbox));
	is count('inbox WHERE state = 2'), 0, 'its author can';
};
done_testing;
