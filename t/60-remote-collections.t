# SPDX-License-Identifier: AGPL-3.0-or-later
# What happened to another server's video before we knew it: its shares,
# comments and totals are read from there. What its origin no longer has goes
# from here too, in time.
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
my $peer = Cardume::Peer->start(software => 'peertube');
my $far = Cardume::Peer->start(address => '127.0.0.2');
my $here = Cardume::Federation->new($cardume, $peer);
my $alice = $peer->actor('alice', path => '/accounts/alice');
my $films = $peer->actor('films', type => 'Group', owner => $alice,
	path => '/video-channels/films');
my $server = $peer->actor('peertube', type => 'Application',
	path => '/accounts/peertube');
my $fan = $far->actor('fan');
my $theirs = $peer->video($alice, $films);
my ($path) = $theirs->{id} =~ m{^http://[^/]+(/.*)};

sub announce {
	my ($whose, $actor, $at, %o) = @_;
	return $whose->document($at, { type => 'Announce', actor => $actor->{id},
		object => $theirs->{id}, to => [$Cardume::Peer::public], %o })->{id};
}

my @shares = (announce($peer, $films, "$path/announces/1"),
	announce($peer, $server, "$path/announces/2"),
	announce($far, $fan, '/announces/3'),
	announce($far, $films, '/announces/4'),
	announce($far, $fan, '/announces/5', object => "$theirs->{id}0"),
	$far->url('/announces/none'), 'javascript:1', $cardume->origin . '/x',
	announce($far, $far->actor('late'), '/announces/6'));
$peer->collection("$path/shares", \@shares, page_size => 4);
my @notes = map { $peer->note($alice, inReplyTo => $theirs->{id})->{id} } 1 .. 3;
$peer->collection("$path/comments", \@notes, page_size => 2);
$peer->collection("$path/likes", [ map { "$theirs->{id}/l$_" } 1 .. 12 ]);
$peer->collection("$path/dislikes", [ map { "$theirs->{id}/d$_" } 1 .. 2 ]);
my $video = $here->learn_video($theirs);

sub shares {
	return $cardume->psql("SELECT coalesce(string_agg(url, ' ' ORDER BY url),
		'') FROM share WHERE video_id = $video");
}

sub count { $cardume->psql("SELECT count(*) FROM $_[0]") }

# No job of ours is waiting or running.
sub settle {
	my ($what) = @_;
	wait_for { count("job WHERE state IN (0, 2, 3) AND
		payload ->> 'what' = '$what'") == 0 } 60, "$what: done";
}

sub wait_shares {
	my ($wanted, $said) = @_;
	wait_for { shares() eq join ' ', sort @$wanted } 60, $said;
}

wait_shares([ @shares[0, 1, 2, 8] ], 'its shares, by those who shared it');
wait_for { count("comment WHERE video_id = $video") == 3 } 60, 'its comments';
wait_for { $cardume->psql("SELECT likes || ' ' || dislikes FROM video
	WHERE id = $video") eq '12 2' } 60, 'its totals';
is $far->hits('/announces/4'), 1, 'one that is not its actor\'s was looked at';
is $peer->hits("$path/shares?page=3"), 1, 'the list was read to its end';

# A list without end is not.
my $endless = $peer->video($alice, $films);
my ($at) = $endless->{id} =~ m{^http://[^/]+(/.*)};
$peer->document("$at/shares", { type => 'OrderedCollection', totalItems => 9,
	first => "$endless->{id}/shares?page=1" });
$peer->document("$at/shares?page=$_", { type => 'OrderedCollectionPage',
	next => "$endless->{id}/shares?page=" . ($_ + 1), orderedItems => [] })
	for 1 .. 15;
$here->learn_video($endless);
wait_for { $peer->hits("$at/shares?page=10") } 60, 'pages are read';
settle('shares');
is $peer->hits("$at/shares?page=11"), 0, 'not without end';

# --- what is gone there ------------------------------------------------------

my $ann = person($cardume, 'ann');
my $uuid = video_rows($cardume, $ann->channel);
my $id = $cardume->origin . "/videos/watch/$uuid";
my $bob = $peer->actor('bob', path => '/accounts/bob');
$here->learn_actor($bob);
my $like = $peer->document('/accounts/bob/likes/7', { type => 'Like',
	actor => $bob->{id}, object => $id });
is $here->apply(like => $bob, $like), 'like', 'a like of ours';
my $mastodon = $far->actor('toot');
$here->learn_actor($mastodon);
$here->apply(like => $mastodon, $far->activity($mastodon, Like => $id,
	id => "$mastodon->{id}#likes/1"));
my $under = $peer->note($bob, inReplyTo => $id);
my $stays = $peer->note($bob, inReplyTo => $id);
my ($note, $kept) = map { $here->learn_comment($_) } $under, $stays;

# As if a week had passed; then what the sweep does.
sub week {
	my $mine = join ', ', map { "'" . $_->host . "'" } $peer, $far;
	my $made = $cardume->psql(join('', map { "UPDATE $_ SET checked_at =
			now() - CASE WHEN split_part(url, '/', 3) IN ($mine)
			THEN interval '8 days' ELSE '0' END
			WHERE url IS NOT NULL;" } qw(comment share rate)) . "
		DELETE FROM fetched; SELECT origin_check_write($_[0], $_[1])");
	settle('check');
	return $made =~ s/.*\n//sr;
}

sub rates { count("rate r JOIN video v ON v.id = r.video_id
	WHERE v.uuid = '$uuid'") }

cmp_ok week(60, 20), '>=', 8, 'all are asked for';
is rates(), 2, 'what is there stays: likes';
is count("comment WHERE id IN ($note, $kept) AND deleted_at IS NULL"), 2,
	'comments';
is $cardume->psql('SELECT origin_check_write(60, 20)'), 0, 'once a week';

my %path = (note => $under->{id}, like => $like->{id}, share => $shares[0]);
s{^http://[^/]+}{} for values %path;
$peer->set($_, status => 500) for values %path;
week(60, 20);
is rates(), 2, 'a server in trouble changes nothing';
$peer->set($_, status => 403) for values %path;
week(60, 20);
is rates(), 2, 'nor one that does not tell us';
$peer->stop;
week(60, 20);
$peer->go_on;
is rates() . count("comment WHERE id = $note AND deleted_at IS NULL"), '21',
	'nor one that is away';
$peer->remove($path{note});
$peer->set($path{like}, status => 410, body => '');
$peer->document($path{share}, { type => 'Tombstone' });
week(60, 20);
is rates(), 1, 'a like that is gone is gone';
is $cardume->psql("SELECT likes FROM video WHERE uuid = '$uuid'"), 1,
	'and not counted';
is $cardume->psql("SELECT string_agg(id::text, '') FROM comment
	WHERE id IN ($note, $kept) AND deleted_at IS NULL"), $kept,
	'a comment that is gone is deleted';
wait_shares([ @shares[1, 2, 8] ], 'so is a share');
is $far->hits("/users/toot"), 1, 'ids with fragments are not asked for';

# A few at a time.
$cardume->psql("DELETE FROM job WHERE payload ->> 'what' = 'check'");
is week(60, 2), 4, 'two of each server';
is $cardume->psql('SELECT origin_check_write(60, 2)'), 0, 'no more today';
$cardume->psql("UPDATE host SET dead = true WHERE name = '" . $peer->host . "'");
is week(60, 2), 2, 'none of a server that is dead';
$cardume->psql("UPDATE host SET dead = false WHERE name = '" . $peer->host . "'");
is week(1, 2), 1, 'one in all';
done_testing;
