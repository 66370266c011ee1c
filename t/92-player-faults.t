#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Viewers who share a film, in Chromium, when something breaks: the tracker is
# restarted, the origin's media are gone for a while. And with the tracker of
# bittorrent-tracker in place of ours.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use IPC::Open2 qw(open2);
use Test::More;
use Time::HiRes qw(time);

use Cardume;
use Cardume::Browser;
use Cardume::Npm;
use Cardume::Viewer;

plan skip_all => 'chromium is not here' unless Cardume::Browser::program();
my $cardume = Cardume->shared;
my $origin = $cardume->origin;
my $clip = ffmpeg_clip(seconds => 100, size => '320x240', rate => 10,
	args => ['-g', 20]);
my $uuid = $cardume->wait_published($cardume->upload($cardume->token('root'),
	$clip, name => 'Shared all the same', waitTranscoding => 'true'), 180);

# `tracker`: the port of another one.
sub watch {
	my (%o) = @_;
	return viewer($cardume, "/w/$uuid", before => sub {
		my ($browser) = @_;
		return if !$o{tracker};
		$browser->call('Page.setBypassCSP',
			{ enabled => JSON::PP::true });
		$browser->call('Page.addScriptToEvaluateOnNewDocument',
			{ source => <<~JS });
			window.WebSocket = class extends WebSocket {
				constructor() {
					super("ws://127.0.0.1:$o{tracker}/");
				}
			};
			JS
	});
}
sub go_to { video($_[0], "(v.currentTime = $_[1], 0)") }

# --- the tracker is restarted --------------------------------------------------------

my $first = watch();
eventually($first, '!!v.cardume?.hls && v.currentTime > 1', 'a viewer plays');
go_to($first, 40);
eventually($first, 'v.currentTime > 41', 'further on');
$cardume->dev('restart', 'signal');
my $since = time;
my $second = watch();
eventually($second, 'v.cardume?.traffic.peers > 0',
	'after a restart of the tracker, one who was there is found', 60);
note sprintf 'in %.0f s', time - $since;
eventually($first, 'v.currentTime > 44 && !v.paused && !v.error',
	'and has gone on playing');

# --- the origin's media are gone -------------------------------------------------------

eventually($second, 'v.cardume.traffic.p2p > 10000', 'bytes come from the other');
my ($film) = glob $cardume->media .
	"/public/static/streaming-playlists/hls/$uuid/*-fragmented.mp4";
rename $film, "$film.away" or die "$film: $!";
is($cardume->client->get($film =~ s/.*?public//r)->{status}, 404,
	'the media are gone');
my $from_server = video($second, 'v.cardume.traffic.http');
go_to($second, 41);
eventually($second, 'v.currentTime > 46', 'what the other has is played on');
is(video($second, 'v.cardume.traffic.http'), $from_server, 'and from nowhere else');
go_to($second, 92);
eventually($second, 'v.currentTime >= 92 && v.readyState < 3',
	'what nobody has is waited for');
is(video($second, 'v.error'), undef, 'without an error');
rename "$film.away", $film or die "$film: $!";
eventually($second, 'v.currentTime > 94', 'and is played when it is back', 40);
undef $first;
eventually($second, 'v.ended || v.currentTime > 96', 'also when the other has left');
undef $second;

# --- another tracker -----------------------------------------------------------------

my ($modules, $why) = Cardume::Npm::modules();
my $pid;
END { kill TERM => $pid if $pid }
SKIP: {
	skip "npm cannot get the tracker: $why", 4 unless $modules;
	$pid = open2(my $out, my $in, 'node',
		"$Cardume::top/t/clients/tracker_server.mjs", $modules);
	my ($port) = (<$out> // '') =~ /^(\d+)$/;
	ok($port, 'the tracker of bittorrent-tracker') or skip 'none', 3;
	my @viewers = map { watch(tracker => $port) } 1, 2;
	eventually($_, 'v.cardume?.traffic.peers > 0',
		'our player meets another there') for @viewers;
	is(scalar <$out>, "start\n", 'which it told');
}
done_testing();
