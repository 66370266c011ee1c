#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Copies of videos by the API: those that we keep of another server's, and
# those that it keeps of ours; whose videos may be copied; the numbers of
# /server/stats.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;

use Cardume;
use Cardume::Federation;
use Cardume::Instances;
use Cardume::Peer;
use Cardume::Video;

my $cardume = Cardume->shared;
my $admin = person($cardume, 'root', exists => 1);
my $user = $cardume->user(unique('owner'));
my $ours = Cardume::Video->make($cardume, $user);
my $peer = Cardume::Peer->start(software => 'peertube');
my $here = Cardume::Federation->new($cardume, $peer);
my ($host, $list) = ($peer->host, '/server/redundancy/videos');
my $bob = $peer->actor('bob', path => '/accounts/bob');
my $films = $peer->actor('films', type => 'Group',
	path => '/video-channels/films', attributedTo => [{ type => 'Person',
		id => $bob->{id} }]);
my @theirs = map { $peer->video($bob, $films, name => unique("$_ copied "),
	url => [ $peer->playlist_link ]) } qw(b a);
my @ids = map { $here->learn_video($_) } @theirs;

sub listed {
	my ($target, @more) = @_;
	return $admin->api(GET => join '&', "$list?target=$target&count=100",
		@more);
}

sub ours_of { return grep { $_->{uuid} eq $_[0]{uuid} } @{ $_[1]{data} } }

sub status {
	my ($method, $path, $document) = @_;
	return $admin->call($method, $path, $document)->{status};
}

# --- what we keep ------------------------------------------------------------

is status(POST => $list, { videoId => $ids[0] }), 204, 'a video is copied';
is status(POST => $list, { videoId => $theirs[1]{uuid} }), 204,
	'... one named by its UUID';
is status(POST => $list, { videoId => $ids[0] }), 409, 'once';
is status(POST => $list, { videoId => $ours->{id} }), 400, 'none of ours';
is status(POST => $list, { videoId => 999_999_999 }), 404,
	'none that is not there';
is status(POST => $list, {}), 400, 'no video is refused';
my ($one) = ours_of($theirs[0], listed('remote-videos'));
is_deeply [@$one{qw(id name url)}], [$ids[0], @{ $theirs[0] }{qw(name id)}],
	'it is in the list';
my ($copy, @more) = @{ $one->{redundancies}{streamingPlaylists} };
is scalar @more, 0, 'as one copy';
is_deeply [@$copy{qw(strategy expiresOn)}], ['manual', undef],
	'... that is kept until it is removed';
like $copy->{fileUrl}, qr{^\Q@{[$cardume->origin]}\E/static/redundancy/hls/},
	'... here';
is_deeply $one->{redundancies}{files}, [], 'files are of an older PeerTube';
is scalar(ours_of($theirs[0], listed('my-videos'))), 0,
	'not in that of copies of ours';
my @names = map { $_->{name} } @{ listed('remote-videos', 'sort=name')->{data} };
is_deeply [grep { /copied/ } @names], [sort { $a cmp $b }
	grep { /copied/ } @names], 'by name';
is_deeply [map { $_->{name} }
	@{ listed('remote-videos', 'sort=-name')->{data} }], [reverse @names],
	'... or from its end';
my $page = listed('remote-videos', 'start=1', 'count=1');
is scalar @{ $page->{data} }, 1, 'a page';
cmp_ok $page->{total}, '>=', 2, '... of how many';
is $admin->call(GET => $_)->{status}, 400, "$_ is refused"
	for $list, "$list?target=all", "$list?target=my-videos&sort=id";

# --- what others keep --------------------------------------------------------

my $server = $peer->actor('peertube', type => 'Application',
	path => '/accounts/peertube');
$here->learn_actor($server);
my $base = $peer->url("/static/redundancy/hls/$ours->{uuid}");
$here->take($server, $peer->activity($server, Create => {
	id => $peer->url("/redundancy/streaming-playlists/hls/$ours->{uuid}"),
	type => 'CacheFile', object => $cardume->origin .
		"/videos/watch/$ours->{uuid}", expires => undef,
	url => { type => 'Link', mediaType => 'application/x-mpegURL',
		href => $base }, to => [], cc => [] }));
my ($mine) = ours_of($ours, listed('my-videos'));
my $theirs = $mine->{redundancies}{streamingPlaylists}[0];
is_deeply [@$theirs{qw(fileUrl strategy)}], [$base, undef],
	'that of another server is listed';
isnt $theirs->{id}, $copy->{id}, 'by a number that no copy of ours has';
is $cardume->psql("SELECT count(*) FROM mirror JOIN redundancy USING (id)"), 0,
	'... none at all';
is status(DELETE => "$list/$theirs->{id}"), 204, 'it is used no longer';
is scalar(ours_of($ours, listed('my-videos'))), 0, 'gone';
is status(DELETE => "$list/$theirs->{id}"), 404, 'once';
is status(DELETE => "$list/$copy->{id}"), 204, 'ours goes';
is scalar(ours_of($theirs[0], listed('remote-videos'))), 0, 'so it does';
is scalar(ours_of($theirs[1], listed('remote-videos'))), 1, 'the other not';

# --- numbers -----------------------------------------------------------------

# (the API's answer is kept for ten minutes)
my $stats = decode_json($cardume->psql('SELECT redundancy_stats()'));
my ($manual) = grep { $_->{strategy} eq 'manual' } @$stats;
is $manual->{totalSize}, undef, 'by hand there is no limit';
cmp_ok $manual->{totalVideos}, '>=', 1, 'videos are counted';
is ref $admin->api(GET => '/server/stats')->{videosRedundancy}, 'ARRAY',
	'the API tells it';

# --- whose may be copied -----------------------------------------------------

sub allow {
	my ($allowed, $whose) = @_;
	return status(PUT => '/server/redundancy/' . ($whose // $host),
		{ redundancyAllowed => $allowed });
}

sub is_allowed {
	my ($follow) = grep { $_->{following}{host} eq $host }
		@{ $admin->api(GET => '/server/following?count=100&sort=' .
			'-redundancyAllowed')->{data} };
	return $follow ? $follow->{following}{hostRedundancyAllowed} : 'none';
}

is allow(JSON::PP::true), 404, 'not of a server that is not followed';
is allow(JSON::PP::true, 'nowhere.example'), 404, '... nor known';
is allow(JSON::PP::false), 204, '... but no is always heard';
is status(PUT => "/server/redundancy/$host", {}), 400, 'yes or no is asked';
$cardume->psql("INSERT INTO follow (follower_id, target_id, state, url)
	SELECT instance_actor(), id, 'accepted', 'https://x.example/" .
	unique('f') . "' FROM actor WHERE url = '$films->{id}'");
ok !is_allowed(), 'not from the beginning';
is allow(JSON::PP::true), 204, 'it is allowed';
ok is_allowed(), '... and told';
is allow(JSON::PP::true), 204, 'twice is no harm';
is allow(JSON::PP::false), 204, 'no longer';
ok !is_allowed(), '... and told';
allow(JSON::PP::true);
is status(DELETE => "/server/following/$films->{handle}"), 204,
	'it is followed no longer';
is $cardume->psql("SELECT redundancy_allowed FROM host WHERE name = '$host'"),
	'f', '... nor copied';

# --- who may -----------------------------------------------------------------

my $moderator = person($cardume, 'moder', role => 'moderator');
for ([ GET => "$list?target=remote-videos" ], [ POST => $list,
		{ videoId => $ids[1] } ], [ DELETE => "$list/1" ],
	[ PUT => "/server/redundancy/$host",
		{ redundancyAllowed => JSON::PP::true } ]) {
	is $moderator->call(@$_)->{status}, 403, "$_->[0]: no moderator";
}
my ($left) = ours_of($theirs[1], listed('remote-videos'));
status(DELETE => "$list/$left->{redundancies}{streamingPlaylists}[0]{id}");

done_testing;
