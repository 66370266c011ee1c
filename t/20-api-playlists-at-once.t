#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Several clients change one playlist, and one channel's places, at once.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use POSIX ();
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my $owner = $cardume->user(unique('busy'));
my %headers = (authorization => 'Bearer ' . $cardume->token($owner));
my $video = Cardume::Video->make($cardume, $owner, bare => 1);
my $channel = $cardume->psql("SELECT c.id FROM channel c JOIN actor a
	ON a.id = c.actor_id WHERE a.name = '${owner}_channel'");
my $base = '/api/v1/video-playlists';

sub send_all {
	my (@calls) = @_;
	my $client = $cardume->client;
	my @bad = grep { $_->{status} !~ /^20[04]$/ } map { $client->send_json(
		@$_, headers => \%headers) } @calls;
	return scalar @bad;
}

# Each in a process of its own; how many had a refusal or worse.
sub at_once {
	my (@lists) = @_;
	my @pids = map { my $calls = $_;
		my $pid = fork // die "fork: $!";
		POSIX::_exit(send_all(@$calls) ? 1 : 0) unless $pid;
		$pid } @lists;
	return scalar grep { waitpid $_, 0; $? } @pids;
}

my $answer = $cardume->client->send_json('POST', $base,
	{ displayName => 'Busy' }, headers => \%headers);
my $list = decode_json($answer->{content})->{videoPlaylist};
my $at = "$base/$list->{uuid}/videos";
my @add = ('POST', $at, { videoId => $video->{id} });
is send_all(\@add, \@add), 0, 'two elements';
is at_once([(\@add) x 5], [(\@add) x 5], [(['POST', "$at/reorder",
	{ startPosition => 1, insertAfterPosition => 2 }]) x 5],
	[(['PUT', "$base/$list->{uuid}", { displayName => 'Busier' }]) x 5]), 0,
	'adding, moving, renaming at once';
is $cardume->psql("SELECT count(*), min(position), max(position),
	count(DISTINCT position), (SELECT videos FROM playlist
	WHERE id = $list->{id}) FROM playlist_element
	WHERE playlist_id = $list->{id}"), '12|1|12|12|12', 'no gap, no double';

my @make = ('POST', $base, { displayName => 'One', privacy => 1,
	videoChannelId => $channel });
is at_once(map { [(\@make) x 4] } 1 .. 3), 0, 'made at once';
my @ids = split /\n/, $cardume->psql("SELECT id FROM playlist
	WHERE channel_id = $channel ORDER BY id");
is at_once([map { ['DELETE', "$base/$_", {}] } @ids[0 .. 3]],
	[map { ['PUT', "$base/$_", { videoChannelId => undef,
	privacy => 2 }] } @ids[4 .. 6]], [(['POST',
	"/api/v1/video-channels/${owner}_channel/video-playlists/reorder",
	{ startPosition => 1, insertAfterPosition => 2 }]) x 4]), 0,
	'deleted, taken out and moved at once';
is $cardume->psql("SELECT count(*), min(channel_position),
	max(channel_position) FROM playlist WHERE channel_id = $channel"),
	'5|1|5', 'no gap either';
done_testing;
