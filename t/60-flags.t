# SPDX-License-Identifier: AGPL-3.0-or-later
# Reports between servers: theirs about ours become reports here, ours about
# theirs are sent there.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Federation;
use Cardume::Instances;
use Cardume::Peer;
use Cardume::Rows qw(video_rows);

my $cardume = Cardume->shared;
my $origin = $cardume->origin;
my $peer = Cardume::Peer->start(software => 'mastodon');
my $here = Cardume::Federation->new($cardume, $peer);
my $bob = $peer->actor('bob');
my $server = $peer->actor('mastodon.internal', type => 'Application',
	path => '/actor');
my ($ann, $ben) = map { person($cardume, $_) } qw(ann ben);
my $uuid = video_rows($cardume, $ann->channel);
my $id = "$origin/videos/watch/$uuid";
$here->learn_actor($_) for $bob, $server;

# The newest report, as the columns that are asked for.
sub newest {
	return [ split /\|/, $cardume->psql("SELECT $_[0] FROM abuse a
		LEFT JOIN account f ON f.id = a.flagged_id
		LEFT JOIN actor w ON w.id = f.actor_id
		ORDER BY a.id DESC LIMIT 1") ];
}

sub flag {
	my ($actor, $objects, %o) = @_;
	return $here->apply(flag => $actor, $peer->activity($actor,
		Flag => $objects, %o));
}

subtest 'theirs' => sub {
	my $flag = $peer->activity($bob, Flag => $id, content => 'It is spam',
		mediaType => 'text/markdown', startAt => 3, endAt => 9, tag =>
		[ { type => 'Hashtag', name => 'spamOrMisleading' },
		{ type => 'Hashtag', name => 'nonsense' }, 'x' ]);
	is $here->apply(flag => $bob, $flag), 'report', 'of a video';
	is_deeply newest('a.kind, reason, predefined_reasons, start_at, end_at,
		w.name, a.url'), [ 'video', 'It is spam', '{3}', 3, 9,
		$ann->name, $flag->{id} ], 'is a report here';
	is $here->apply(flag => $bob, $flag), 'known', 'once';
	my ($reporter) = @{ newest('(SELECT r.name FROM account c
		JOIN actor r ON r.id = c.actor_id WHERE c.id = a.reporter_id)') };
	is $reporter, $bob->{handle}, 'by a person of theirs';

	my $comment = $ben->api(POST => "/videos/$uuid/comment-threads",
		{ text => 'Buy this' })->{comment}{id};
	is flag($server, [ $ben->url, "$id/comments/$comment" ],
		content => 'A &lt;b&gt;ad&lt;/b&gt; &amp; more'), 'report',
		'of an account and its comment, by a server';
	is_deeply newest('a.kind, comment_id, w.name, reason'), [ 'comment',
		$comment, $ben->name, 'A <b>ad</b> & more' ],
		'is one of the comment';
	is flag($server, [ $ben->url ]), 'report', 'of an account';
	is_deeply newest('a.kind, w.name, reason'), [ 'account', $ben->name,
		'No reason was given.' ], 'without a word';
	is flag($bob, $ann->channel_url), 'report', 'of a channel';
	is_deeply newest('a.kind, w.name'), [ 'account', $ann->name ],
		'is one of its account';
	is flag($bob, $_), 'ignored: about nothing here', 'of nothing'
		for undef, [], {}, [[]], "$origin/accounts/nobody-is-it",
		$bob->{id}, 7, 'x' x 3000;
	is flag($bob, $id, content => [ {} ], tag => 'x', startAt => -1,
		endAt => '1e9'), 'report', 'hostile members';
	is_deeply newest("reason, predefined_reasons, start_at IS NULL"),
		[ 'No reason was given.', '{}', 't' ], 'are left out';
	like +(flag($bob, $id, content => 'y' x 9000))[0], qr/report/, 'long';
	is newest('char_length(reason)')->[0], 3000, 'is cut';
	$cardume->psql("INSERT INTO abuse (kind, reason, reporter_id, url)
		SELECT 'account', 'many', c.id, 'x:' || n FROM account c
		JOIN actor r ON r.id = c.actor_id, generate_series(1, 100) n
		WHERE r.url = '$bob->{id}'");
	like flag($server, $id), qr/^refused: these are many/, 'not too many';
	$cardume->psql("DELETE FROM abuse WHERE reason = 'many'");
};

subtest 'ours' => sub {
	my $alice = $peer->actor('alice', path => '/accounts/alice');
	my $films = $peer->actor('films', type => 'Group', owner => $alice,
		path => '/video-channels/films');
	my $video = $peer->video($alice, $films);
	my $number = $here->learn_video($video);
	my $made = $ann->api(POST => '/abuses', { reason => 'Not **nice**',
		predefinedReasons => ['privacy'], video => { id => $number,
		startAt => 5 } })->{abuse}{id};
	my $got = $peer->wait_for('Flag') or return fail 'a Flag comes';
	ok $got->{verified}, 'signed' or diag $got->{why};
	my %flag = %{ $got->{json} };
	delete $flag{'@context'};
	is_deeply \%flag, { id => "$origin/admin/abuses/$made", type => 'Flag',
		actor => $ann->url, object => $video->{id},
		content => 'Not **nice**', mediaType => 'text/markdown',
		to => [$alice->{id}], cc => [], startAt => 5,
		tag => [ { type => 'Hashtag', name => 'privacy' } ] },
		'a video';
	my $note = $peer->note($bob, inReplyTo => $id);
	my $comment = $here->learn_comment($note);
	$peer->forget;
	$ann->api(POST => '/abuses', { reason => 'Spam', comment =>
		{ id => $comment } });
	$got = $peer->wait_for('Flag') or return fail 'a Flag comes';
	is_deeply $got->{json}{object}, [ $bob->{id}, $note->{id} ],
		'a comment, with its author';
	$peer->forget;
	my $account = $cardume->psql("SELECT c.id FROM account c
		JOIN actor a ON a.id = c.actor_id WHERE a.url = '$bob->{id}'");
	$ann->api(POST => '/abuses', { reason => 'Bad', account =>
		{ id => $account } });
	$got = $peer->wait_for('Flag');
	is $got && $got->{json}{object}, $bob->{id}, 'an account';
	$peer->forget;
	$ann->api(POST => '/abuses', { reason => 'Local', video =>
		{ id => $uuid } });
	$ann->api(POST => '/abuses', { reason => 'Far', account =>
		{ id => $account } });
	$got = $peer->wait_for('Flag');
	is $got && $got->{json}{content}, 'Far', 'not what is ours';
};

subtest 'through the inbox' => sub {
	is $peer->post("$origin/inbox", $peer->activity($server, Flag =>
		[ $ann->url, $id ], content => 'By post'), signer => $server)
		->{status}, 202, 'a report is taken';
	ok wait_until(sub { newest('reason')->[0] eq 'By post' }, 20), 'and made';
	is newest('a.kind')->[0], 'video', 'of the video';
};

done_testing;
