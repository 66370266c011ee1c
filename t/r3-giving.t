#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Moderators give nothing of others away, and statistics of a channel do not
# tell strangers of what is not public.
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
my ($owner, $stranger) = map { $cardume->user(unique($_)) } qw(maker other);
my $moderator = $cardume->user(unique('mod'), role => 'moderator');
my %token = map { $_ => $cardume->token($_) } $owner, $stranger, $moderator,
	'root';
my $video = Cardume::Video->make($cardume, $owner, bare => 1);
Cardume::Video->make($cardume, $owner, bare => 1, privacy => 3);

sub call {
	my ($as, $method, $path, $body) = @_;
	my %o = (headers => { authorization => "Bearer $token{$as}" });
	return $body ? $client->send_json($method, "/api/v1/$path", $body, %o)
		: $client->request($method, "/api/v1/$path", %o);
}

my $more = unique('chan');
is call($owner, 'POST', 'video-channels', { name => $more,
	displayName => 'More' })->{status}, 200, 'two channels';
for ("videos/$video->{uuid}", "video-channels/${owner}_channel") {
	for my $as ($moderator, $stranger) {
		is call($as, 'POST', "$_/give-ownership",
			{ username => $as })->{status}, 403, "$_ as $as";
	}
	is call('root', 'POST', "$_/give-ownership",
		{ username => $stranger })->{status}, 204, "$_ as an admin";
}

sub videos_told {
	my ($as) = @_;
	my $list = decode_json(call($as, 'GET',
		"accounts/$owner/video-channels?withStats=true")->{content});
	my ($channel) = grep { $_->{name} eq "${owner}_channel" }
		@{ $list->{data} };
	return $channel->{videosCount};
}

is videos_told($owner), 2, 'the owner hears of all videos';
is videos_told($stranger), 1, 'a stranger of the public one';

done_testing;
