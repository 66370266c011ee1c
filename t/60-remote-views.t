# SPDX-License-Identifier: AGPL-3.0-or-later
# Views and viewers between servers.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use POSIX qw(strftime);
use Test::More;

use Cardume;
use Cardume::Federation;
use Cardume::Instances;
use Cardume::Peer;
use Cardume::Rows qw(video_rows);

my $cardume = Cardume->shared;
my $origin = $cardume->origin;
my $peer = Cardume::Peer->start(software => 'peertube');
my $here = Cardume::Federation->new($cardume, $peer);
my ($alice, $server) = map { $peer->actor($_, path => "/accounts/$_",
	type => $_ eq 'peertube' ? 'Application' : 'Person') }
	qw(alice peertube);
my $films = $peer->actor('films', type => 'Group', owner => $alice,
	path => '/video-channels/films');
my $ann = person($cardume, 'ann');
my $uuid = video_rows($cardume, $ann->channel);
my $id = "$origin/videos/watch/$uuid";
my $ours = $cardume->psql("SELECT id FROM video WHERE uuid = '$uuid'");
$here->learn_actor($_) for $films, $server;
my $theirs = $peer->video($alice, $films);
my $number = $here->learn_video($theirs);

sub in_seconds { strftime '%Y-%m-%dT%H:%M:%S.000Z', gmtime time + $_[0] }

sub view {
	my ($object, %o) = @_;
	return $here->apply(view => $server, $peer->activity($server,
		View => $object, %o));
}

sub counter {
	return { type => 'InteractionCounter',
		interactionType => 'WatchAction',
		userInteractionCount => $_[0] };
}

# What job `viewing` does.
sub sweep {
	$cardume->psql('SELECT view_fold_write(1000); SELECT view_count_write()');
}

sub views { $cardume->psql("SELECT views FROM video WHERE id = $_[0]") }

sub viewers {
	return $cardume->psql("SELECT coalesce(max(viewers), 0)
		FROM video_viewers WHERE video_id = $_[0]");
}

# Somebody watches a video for 15 seconds.
sub watch {
	my ($video, $who) = @_;
	$cardume->psql("INSERT INTO view_ping (viewer, video_id, place, is_seek, at)
		SELECT sha256('$who'), $video, p, false,
			now() - (16 - p) * interval '1 second'
		FROM (VALUES (0), (15)) x (p)");
}

subtest 'theirs' => sub {
	my $view = $peer->activity($server, View => $id);
	is $here->apply(view => $server, $view), 'view', 'a view';
	is $here->apply(view => $server, $view), 'known', 'sent twice';
	is view($id), 'view', 'another';
	sweep();
	is views($ours), 2, 'are counted, each once';
	sweep();
	is views($ours), 2, 'only once';
	is $cardume->psql("SELECT views FROM view_day WHERE video_id = $ours"), 2,
		'and of their day';
	is view($id, expires => in_seconds(120)), 'viewer', 'somebody watches'
		for 1, 2;
	my $third = $peer->activity($server, View => $id,
		expires => in_seconds(120));
	is $here->apply(view => $server, $third), 'viewer', 'and still'
		for 1, 2;
	is view($id, expires => in_seconds(-5)), 'ignored: too late', 'or did';
	watch($ours, 'one here');
	sweep();
	is viewers($ours), 4, 'there and here';
	$cardume->psql("UPDATE remote_viewer SET until = now()");
	sweep();
	is viewers($ours), 1, 'until it ends';
	is view($_), 'ignored: about nothing here', 'a hostile object'
		for undef, [], {}, 'x', "$origin/w/' OR 1=1";
	like view($id, id => undef), qr/^refused/, 'without an id';
	my $private = video_rows($cardume, $ann->channel, privacy => 3);
	like view("$origin/videos/watch/$private"), qr/^refused/,
		'of a private video';
};

subtest 'of their videos' => sub {
	is view($theirs->{id}), 'ignored: its own server counts', 'a view';
	is view($theirs->{id}, expires => in_seconds(120),
		result => counter(12)), 'viewers', 'how many watch';
	sweep();
	is viewers($number), 12, 'is what its server says';
	my $other = Cardume::Peer->start(software => 'peertube');
	my $stranger = $other->actor('mallory');
	$here->learn_actor($stranger);
	is $here->apply(view => $stranger, $other->activity($stranger,
		View => $theirs->{id}, expires => in_seconds(120),
		result => counter(99999))), 'ignored: its own server counts',
		'not another';
	is view($theirs->{id}, expires => in_seconds(120), result => $_),
		'ignored: its own server counts', 'a hostile number'
		for counter('many'), counter({}), 'x', [], { type => 'x' };
	is view($theirs->{id}, expires => in_seconds(120),
		result => counter(0)), 'viewers', 'nobody';
	sweep();
	is viewers($number), 0, 'any more';
};

subtest 'ours' => sub {
	$peer->forget;
	watch($number, 'a viewer');
	sweep();
	my $count = $peer->wait_for(sub { $_[0]{json}{type} eq 'View' &&
		!$_[0]{json}{expires} }) or return fail 'a View comes';
	ok $count->{verified}, 'signed' or diag $count->{why};
	is_deeply [ @{ $count->{json} }{qw(actor object to)} ],
		[ "$origin/accounts/peertube", $theirs->{id}, [$alice->{id}] ],
		'a view, by our server';
	like $count->{json}{id}, qr{/views/videos/$number/[0-9a-f-]{36}$},
		'with an id of its own';
	ok $count->{json}{signature}, 'that can be forwarded';
	my $viewer = $peer->wait_for(sub { $_[0]{json}{type} eq 'View' &&
		$_[0]{json}{expires} }) or return fail 'another comes';
	ok !$viewer->{json}{result}, 'somebody watches';
	my $left = $cardume->psql("SELECT extract(epoch FROM
		'$viewer->{json}{expires}'::timestamptz - now())");
	ok $left > 60 && $left <= 120, 'for two minutes' or diag $left;
	$peer->forget;
	sweep();
	my $again = $peer->wait_for('View');
	is $again && $again->{json}{id}, $viewer->{json}{id},
		'it is the same one later';
	is scalar($peer->received('View')), 1, 'and no view more';
};

subtest 'how many watch ours' => sub {
	$cardume->psql("INSERT INTO follow (follower_id, target_id, state)
		SELECT f.id, t.id, 'accepted' FROM actor f, actor t
		WHERE f.url = '$server->{id}' AND t.name = '" . $ann->channel .
		"'");
	$peer->forget;
	watch($ours, $_) for 1 .. 3;
	sweep();
	my $got = $peer->wait_for(sub { $_[0]{json}{type} eq 'View' &&
		$_[0]{json}{object} eq $id }) or return fail 'a View comes';
	is_deeply $got->{json}{result}, counter(viewers($ours)),
		'its followers are told';
	ok $got->{json}{expires}, 'for some minutes';
};

done_testing;
