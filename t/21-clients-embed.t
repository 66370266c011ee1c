#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# @peertube/embed-api in a page of another origin, steering our embed page in
# Chromium; and the same frame without a script, and in a sandbox.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use JSON::PP qw(encode_json decode_json);
use POSIX ();
use Test::More;

use Cardume;
use Cardume::Browser;
use Cardume::Npm;

plan skip_all => 'chromium is not here' unless Cardume::Browser::program();
my ($modules, $why) = Cardume::Npm::modules();
plan skip_all => "npm cannot get the client: $why" unless $modules;
my $cardume = Cardume->shared;
my $origin = $cardume->origin;
my $token = $cardume->token('root');
my $uuid = $cardume->wait_published($cardume->upload($token,
	ffmpeg_clip(seconds => 4, size => '640x360'), name => 'Embedded',
	waitTranscoding => 'true'), 180);
my $locked = $cardume->wait_published($cardume->upload($token,
	ffmpeg_clip(seconds => 2), name => 'Locked', privacy => 5,
	waitTranscoding => 'true',
	'videoPasswords[0]' => 'sesame'), 180);

# Another site: it has one page, whatever it is asked for.
my $library = slurp("$modules/\@peertube/embed-api/build/player.min.js");
my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 20)
	or die $!;
my $pid = fork // die $!;
if (!$pid) {
	alarm 300;
	while (my $socket = $listener->accept) {
		my $line = <$socket> // '';
		1 while defined($_ = <$socket>) && /\S/;
		my ($path) = $line =~ m{^GET (\S+)};
		my ($type, $body) = $path eq '/player.js' ?
			('text/javascript', $library) : ('text/html',
			'<!DOCTYPE html><title>host</title>' .
			'<script src="/player.js"></script>' .
			'<iframe width=640 height=360></iframe>');
		print $socket "HTTP/1.0 200 OK\r\nContent-Type: $type\r\n",
			'Content-Length: ', length $body, "\r\n\r\n", $body;
		close $socket;
	}
	POSIX::_exit(0);
}
my $host = 'http://127.0.0.1:' . $listener->sockport;

my $browser = Cardume::Browser->start;

# The value of a promise, waited for.
my $nr = 0;
sub value {
	my ($expression) = @_;
	my $name = 'answer' . $nr++;
	$browser->evaluate("window.$name = null; (async () => { try { " .
		"window.$name = JSON.stringify([await ($expression)] ?? null)" .
		"} catch (e) { window.$name = JSON.stringify(" .
		"{ error: String(e && e.message || e.error || e) }) } })(); 0");
	my $text = wait_until { $browser->evaluate("window.$name") } 20;
	my $answer = decode_json($text // '{"error":"no answer"}');
	return ref $answer eq 'HASH' ? "error: $answer->{error}" : $answer->[0];
}

sub embed {
	my ($path, $sandbox) = @_;
	$browser->go("$host/");
	my ($url) = encode_json(["$origin$path"]) =~ /^\[(.*)\]$/;
	$browser->evaluate("(() => { window.seen = {};
		const frame = document.querySelector('iframe');
		" . ($sandbox ? "frame.sandbox = '$sandbox';" : '') . "
		frame.allow = 'autoplay';
		frame.src = $url;
		window.player = new PeerTubePlayer(frame);
		for (const name of ['play', 'pause', 'playbackStatusUpdate',
				'playbackStatusChange', 'volumeChange',
				'resolutionUpdate'])
			player.addEventListener(name, value => {
				(seen[name] = seen[name] || []).push(value);
			});
	})(); 0");
	return value('player.ready.then(() => true)');
}

sub seen {
	my ($name, $condition) = @_;
	return wait_until { $browser->evaluate(
		"(seen.$name || []).some(e => $condition)") } 10;
}

sub is_playing {
	my ($wanted) = @_;
	return wait_until { return !value('player.isPlaying()') == !$wanted } 10;
}

ok embed("/videos/embed/$uuid?api=1"), 'the player is ready';
ok !value('player.isPlaying()'), 'it does not play yet';
is value('player.setVolume(0)'), undef, 'setVolume';
is value('player.getVolume()'), 0, 'getVolume';
ok seen('volumeChange', 'e === 0'), 'and its event';
value('player.play()');
ok is_playing(1), 'it plays';
ok seen('playbackStatusChange', 'e === "playing"'), 'and says so';
ok seen('playbackStatusUpdate', 'e.playbackState === "playing" &&
	e.position > 0 && Number(e.duration) > 3'), 'and where it is';
value('player.pause()');
ok is_playing(0), 'it pauses';
ok seen('playbackStatusChange', 'e === "paused"'), 'and says so';
is value('player.seek(2)'), undef, 'seek';
cmp_ok value('player.getCurrentTime()'), '>=', 2, 'getCurrentTime';
my $resolutions = value('player.getResolutions()');
is $resolutions->[0]{id}, 360, 'the resolutions';
is $resolutions->[0]{label}, '360p', 'with their labels';
is value('player.setResolution(360)'), undef, 'setResolution';
ok seen('resolutionUpdate', 'e[0].id === 360'), 'and its event';
ok +(wait_until { value('player.getCurrentTime()') >= 2 } 10), 'the same place';
is value('player.setPlaybackRate(2)'), undef, 'setPlaybackRate';
is value('player.getPlaybackRate()'), 2, 'getPlaybackRate';
is_deeply value('player.getPlaybackRates()'), [0.5, 0.75, 1, 1.25, 1.5, 2],
	'getPlaybackRates';
is_deeply value('player.getCaptions()'), [], 'getCaptions';
is value('player.getCurrentPosition()'), 1, 'getCurrentPosition';
is value('player.playNextVideo()'), undef, 'playNextVideo';
ok +(wait_until { scalar value('player.getImageDataUrl()') =~ /^data:image.jpeg/ }
	10), 'a picture' if $browser->evaluate('!!player.getImageDataUrl');

# A video with a password.
ok embed("/videos/embed/$locked?api=1&waitPasswordFromEmbedAPI=1"),
	'a locked video';
like value('player.setVideoPassword("wrong")'), qr/^error: /,
	'a wrong password';
is value('player.setVideoPassword("sesame")'), undef, 'the right one';
value('player.setVolume(0)');
value('player.play()');
ok is_playing(1), 'it plays';

# As WordPress frames strangers.
ok embed("/videos/embed/$uuid?api=1", 'allow-scripts'), 'in a sandbox';
value('player.setVolume(0)');
value('player.play()');
ok is_playing(1), 'it plays there too';

# Nothing is said to who does not ask.
$browser->go("$host/");
$browser->evaluate("window.heard = 0;
	addEventListener('message', () => { heard++; });
	document.querySelector('iframe').src = '$origin/videos/embed/$uuid'; 0");
sleep 2;
is $browser->evaluate('heard'), 0, 'without api=1 it is silent';

undef $browser;
my $plain = Cardume::Browser->start(scripts => 0);
$plain->go("$origin/videos/embed/$uuid");
ok $plain->evaluate('document.querySelector("video").controls'),
	'without scripts the browser\'s own player is there';
undef $plain;
kill 'TERM', $pid;
waitpid $pid, 0;
done_testing;
