#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Videos and channels that are offered to somebody else.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my ($maker, $heir, $other) = map { $cardume->user(unique($_)) }
	qw(maker heir other);
my $moderator = $cardume->user(unique('mod'), role => 'moderator');
my %token = map { $_ => $cardume->token($_) } $maker, $heir, $other,
	$moderator;

sub call {
	my ($method, $path, $as, $body) = @_;
	my %headers = $as ? (authorization => "Bearer " .
		($token{$as} // $as)) : ();
	return $client->send_json($method, "/api/v1/$path", $body,
		headers => \%headers) if $body;
	return $client->request($method, "/api/v1/$path",
		headers => \%headers);
}

sub status { call(@_)->{status} }

sub json {
	my $answer = call('GET', @_);
	is $answer->{status}, 200, "GET $_[0]" or diag $answer->{content};
	return decode_json($answer->{content});
}

sub told {
	my ($as, $type) = @_;
	return json("users/me/notifications?typeOneOf=$type", $as)->{data};
}

# Offers a thing; the offer's number.
sub offer {
	my ($what, $thing) = @_;
	is status('POST', "$what/$thing/give-ownership", $maker,
		{ username => $heir }), 204, "$what are offered";
	return json("$what/ownership", $heir)->{data}[0]{id};
}

my $home = json('users/me', $heir)->{videoChannels}[0]{id};
my $mine = json('users/me', $maker)->{videoChannels}[0]{id};
my $video = Cardume::Video->make($cardume, $maker, privacy => 3);
my $at = "videos/$video->{uuid}";

# --- a video -------------------------------------------------------------------

for ([$maker, 400, 'oneself'], ['no_such', 400, 'nobody'],
		['x@elsewhere.example', 400, 'somebody elsewhere'],
		[undef, 400, 'null']) {
	is status('POST', "$at/give-ownership", $maker,
		{ username => $_->[0] }), $_->[1], "offered to $_->[2]";
}
is status('POST', "$at/give-ownership", $other, { username => $other }), 404,
	'a hidden video of another\'s';
is status('POST', "$at/give-ownership", undef, { username => $other }), 401,
	'without a token';
my $public = Cardume::Video->make($cardume, $maker, bare => 1);
is status('POST', "videos/$public->{uuid}/give-ownership", $other,
	{ username => $other }), 403, 'another\'s';
is status('POST', "$_/give-ownership", $moderator,
	{ username => $moderator }), 403, 'moderators take nothing'
	for $at, "video-channels/${maker}_channel";

my $id = offer(videos => $video->{uuid});
is status('POST', "$at/give-ownership", $maker, { username => $heir }), 204,
	'the same again is one';
is status('POST', "$at/give-ownership", $maker, { username => $other }), 400,
	'not to two people at once';
my $list = json('videos/ownership', $heir);
is $list->{total}, 1, 'one offer';
my $one = $list->{data}[0];
is $one->{status}, 'WAITING', 'status';
is $one->{state}{id}, 1, 'state';
is $one->{initiatorAccount}{name}, $maker, 'from';
is $one->{nextOwnerAccount}{name}, $heir, 'to';
is $one->{video}{uuid}, $video->{uuid}, 'of';
is $one->{videoChannel}, undef, 'no channel';
is json('videos/ownership', $maker)->{total}, 0, 'not one\'s own offers';
is status('GET', 'videos/ownership'), 401, 'without a token';
is json("$at/ownership", $maker)->{total}, 1, 'whom it was offered';
is json("$at/ownership?state=3", $maker)->{total}, 0, 'by state';
is status('GET', "$at/ownership?state=9", $maker), 400, 'no state';
is status('GET', "$at/ownership", $other), 404, 'not for others';
is told($heir, 26)->[0]{changeOwnership}{video}{uuid}, $video->{uuid},
	'the heir is told';

is status('GET', $at, $heir), 404, 'an offer shows nothing of the video';
my %into = (channelId => $home);
my $accept = "videos/ownership/$id/accept";
is status('POST', $accept, $other, \%into), 403, 'another does not take it';
is status('POST', $accept, $maker, \%into), 403, 'nor does the owner';
is status('POST', $accept, undef, \%into), 401, 'nor nobody';
is status('POST', $accept, $heir, { channelId => $mine }), 403,
	'not into another\'s channel';
is status('POST', $accept, $heir, { channelId => 999999999 }), 404,
	'nor into none';
is status('POST', $accept, $heir, { channelId => 'x' }), 400, 'no number';
is status('POST', $accept, $heir, {}), 400, 'no channel named';
is status('POST', "video-channels/ownership/$id/accept", $heir), 404,
	'it is no channel';
is status('POST', 'videos/ownership/999999999/accept', $heir, \%into), 404,
	'no such offer';

is status('POST', "videos/ownership/$id/refuse", $other), 403,
	'another does not refuse it';
is status('POST', "videos/ownership/$id/refuse", $heir), 204, 'refused';
is @{ told($maker, 28) }, 1, 'the owner is told';
is status('POST', $accept, $heir, \%into), 403, 'not taken after that';
is json("$at/ownership?state=2", $maker)->{data}[0]{status}, 'REFUSED',
	'status of that';

$id = offer(videos => $video->{uuid});
is status('DELETE', "videos/ownership/$id", $heir), 403,
	'the heir does not take it back';
is status('DELETE', "videos/ownership/$id"), 401, 'nor nobody';
is status('DELETE', "videos/ownership/$id", $maker), 204, 'the owner does';
is status('DELETE', "videos/ownership/$id", $maker), 404, 'once';
is status('POST', "videos/ownership/$id/accept", $heir, \%into), 404, 'gone';

$id = offer(videos => $video->{uuid});
my $quota = sub {
	$cardume->psql("UPDATE app_user SET video_quota = $_[0] FROM account a,
		actor r WHERE a.user_id = app_user.id AND r.id = a.actor_id
		AND r.name = '$heir'");
};
$quota->(1000);
my $answer = call('POST', "videos/ownership/$id/accept", $heir, \%into);
is $answer->{status}, 413, 'too much for a quota';
is decode_json($answer->{content})->{code}, 'quota_reached', 'code';
$quota->(-1);
is status('POST', "videos/ownership/$id/accept", $heir, \%into), 204, 'taken';
is json($at, $heir)->{channel}{id}, $home, 'it is in the heir\'s channel';
is status('GET', $at, $maker), 404, 'and hidden from who had it';
is @{ told($maker, 27) }, 1, 'who is told';
is status('POST', "videos/ownership/$id/refuse", $heir), 403,
	'answered is answered';
is json('users/me/videos', $heir)->{total}, 1, 'one of the heir\'s videos';

# --- a channel -----------------------------------------------------------------

is status('POST', "video-channels/${maker}_channel/give-ownership", $maker,
	{ username => $heir }), 400, 'the last channel stays';
my $name = unique('gift');
is status('POST', 'video-channels', $maker,
	{ name => $name, displayName => 'A gift' }), 200, 'another one';
my $gift = json("video-channels/$name", $maker);
my $film = Cardume::Video->make($cardume, $maker, privacy => 3);
$cardume->psql("UPDATE video SET channel_id = $gift->{id}
	WHERE id = $film->{id}");
my $playlist = call('POST', 'video-playlists', $maker, { displayName => 'List',
	privacy => 1, videoChannelId => $gift->{id} });
is $playlist->{status}, 200, 'with a playlist';
$playlist = decode_json($playlist->{content})->{videoPlaylist}{uuid};
is status('POST', "video-channels/$name/give-ownership", $other,
	{ username => $other }), 403, 'not another\'s';
is status('POST', "video-channels/$name/give-ownership", $maker,
	{ username => $maker }), 400, 'not to oneself';

offer(videos => $film->{uuid});
$id = offer('video-channels', $name);
$one = json('video-channels/ownership', $heir)->{data}[0];
is $one->{videoChannel}{name}, $name, 'a channel';
is $one->{video}, undef, 'no video';
is told($heir, 29)->[0]{changeOwnership}{channel}{name}, $name,
	'the heir is told';
is json("video-channels/$name/ownership", $maker)->{total}, 1,
	'whom it was offered';
is status('GET', "video-channels/$name/ownership", $heir), 403,
	'not for others';
is status('POST', "video-channels/ownership/$id/accept", $other), 403,
	'not another';
is status('POST', "video-channels/ownership/$id/refuse", $heir), 204,
	'refused';
is @{ told($maker, 31) }, 1, 'the owner is told';
$id = offer('video-channels', $name);
is status('DELETE', "video-channels/ownership/$id", $maker), 204,
	'taken back';
$id = offer('video-channels', $name);
$quota->(1000);
is status('POST', "video-channels/ownership/$id/accept", $heir), 413,
	'too much for a quota';
$quota->(-1);
$cardume->psql("UPDATE setting SET value = '1'
	WHERE name = 'user.channels_max'");
is status('POST', "video-channels/ownership/$id/accept", $heir), 409,
	'too many channels';
$cardume->psql("UPDATE setting SET value = '20'
	WHERE name = 'user.channels_max'");
is status('POST', "video-channels/ownership/$id/accept", $heir), 204, 'taken';
is json("video-channels/$name", $heir)->{ownerAccount}{name}, $heir,
	'it is the heir\'s';
is json("videos/$film->{uuid}", $heir)->{account}{name}, $heir,
	'with its videos';
is status('GET', "videos/$film->{uuid}", $maker), 404,
	'which who had them sees no more';
is json("video-playlists/$playlist", $heir)->{ownerAccount}{name}, $heir,
	'and its playlists';
is @{ told($maker, 30) }, 1, 'who is told';
is status('PUT', "video-channels/$name", $maker, { support => 'Mine' }), 403,
	'and changes it no more';
is $cardume->psql("SELECT count(*) FROM ownership_change
	WHERE video_id = $film->{id} AND state = 1"), 0,
	'an offer of one of its videos is over';
my $acts = json("video-channels/$name/activities", $heir);
is_deeply [map { $_->{action}{id} } @{ $acts->{data} }[0, 1]], [13, 12],
	'what was done';
is $acts->{data}[0]{targetAccount}{username}, $heir, 'with whom';

done_testing;
