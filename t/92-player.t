#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# The player in Chromium: HLS by hls.js once a video is played, and not before;
# qualities; what breaks leaves the browser's own player; weights of what is
# loaded (the design's budgets, gzip -6); no line of the policy is broken.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Browser;

plan skip_all => 'chromium is not here' unless Cardume::Browser::program();
my $cardume = Cardume->shared;
my $origin = $cardume->origin;
my $token = $cardume->token('root');
my $uuid = $cardume->wait_published($cardume->upload($token,
	ffmpeg_clip(seconds => 14, size => '854x480'), name => 'Played',
	waitTranscoding => 'true'), 180);
my $small = $cardume->wait_published($cardume->upload($token,
	ffmpeg_clip(seconds => 14, size => '320x240'), name => 'Smaller',
	waitTranscoding => 'true'), 180);
my $locked = $cardume->wait_published($cardume->upload($token,
	ffmpeg_clip(seconds => 2), name => 'Locked', privacy => 5,
	'videoPasswords[0]' => 'sesame', waitTranscoding => 'true'), 180);

# The smaller film is a second quality of the first.
sub hls { return $cardume->media . "/public/static/streaming-playlists/hls/$_[0]" }
sub playlist { return $cardume->psql("SELECT p.playlist_filename
	FROM streaming_playlist p JOIN video v ON v.id = p.video_id
	WHERE v.uuid = '$_[0]'") }
my $playlist = hls($uuid) . '/' . playlist($uuid);
my ($variant) = slurp(hls($small) . '/' . playlist($small)) =~
	/(#EXT-X-STREAM-INF[^\n]+\n[^\n]+)/;
open my $file, '>>', $playlist or die "$playlist: $!";
print $file $variant =~ s{\n}{\n/static/streaming-playlists/hls/$small/}r, "\n";
close $file or die "$playlist: $!";

# --- weights -------------------------------------------------------------------

sub weight { return length qx(cat @_ | gzip -6 -c) }
my $top = $Cardume::top;
my $built = -e "$Cardume::build/static/player.js" ?
	"$Cardume::build/static" : "$top/static";
cmp_ok(weight("$top/static/watch.js"), '<=', 10 << 10,
	'what a page loads before one plays');
cmp_ok(weight("$built/player.js"), '<=', 130 << 10, 'the player');
cmp_ok(weight("$top/static/watch.js $top/static/embed.js"), '<=', 5 << 10,
	'an embedding page');
like(slurp("$built/player-licences.txt"), qr/^== hls\.js [\d.]+: Apache-2\.0$/m,
	'licences are told');

my $said = qx(PATH=/nonexistent /bin/sh $top/player/build $top . 2>&1);
ok($? != 0, 'a checkout without npm has no player');
like($said, qr/apt-get install nodejs npm/, 'and is told what is missing');

# --- in the browser --------------------------------------------------------------

my $browser = Cardume::Browser->start;

# A page that notes what breaks its policy, and all it asked for.
sub show {
	my ($path) = @_;
	$browser->call('Page.removeScriptToEvaluateOnNewDocument',
		{ identifier => $browser->{watcher} }) if $browser->{watcher};
	$browser->{watcher} = $browser->call(
		'Page.addScriptToEvaluateOnNewDocument', { source =>
		'window.broken = []; addEventListener("securitypolicyviolation",
			e => broken.push(e.violatedDirective + " " + e.blockedURI));'
		})->{identifier};
	$browser->go("$origin$path");
}

sub video { return $browser->evaluate("(() => { const v =
	document.querySelector('video'); return $_[0]; })()") }
sub eventually {
	my ($expression, $what) = @_;
	my $came = wait_until { video($expression) } 20;
	ok($came, $what);
}
sub loaded {
	return grep { $_ } map { m{([^/]+\.(?:js|m3u8))(?:\?|$)} && $1 }
		@{ decode_json($browser->evaluate('JSON.stringify(performance' .
		'.getEntriesByType("resource").map(e => e.name))')) };
}
sub play { video('(v.muted = true, v.play().catch(() => {}), 0)') }
sub policy_held {
	is($browser->evaluate('broken.join(", ")'), '', "$_[0]: the policy holds");
}

for (["/w/$uuid", 'the watch page'], ["/videos/embed/$uuid", 'the embed page']) {
	my ($path, $what) = @$_;
	show($path);
	eventually('v.readyState >= 1', "$what: there is a video");
	is_deeply([grep { /player|m3u8/ } loaded()], [],
		"$what: no player before it plays");
	play();
	eventually('v.cardume && v.currentSrc.startsWith("blob:")',
		"$what: HLS by hls.js");
	eventually('v.currentTime > 0.5', "$what: it plays");
	my @levels = @{ video('v.cardume.levels().map(l => l.id)') };
	is_deeply(\@levels, [0, 480, 240], "$what: qualities");
	video('(v.cardume.choose(' . $levels[-1] . '), 0)');
	eventually("v.cardume.playing() === $levels[-1] &&
		Math.min(v.videoWidth, v.videoHeight) === $levels[-1]",
		"$what: the lowest is chosen");
	is(video('v.cardume.level'), $levels[-1], "$what: and remembered");
	video('(v.cardume.choose(0), 0)');
	is(video('v.cardume.level'), 0, "$what: back to automatic");
	policy_held($what);
}

# A video with a password: the token goes to each piece.
show("/w/$locked");
$browser->follow('document.querySelector("input[type=password]").value =
	"sesame"; document.querySelector("main form").submit(); 0');
play();
eventually('v.cardume && v.currentSrc.startsWith("blob:") &&
	v.currentTime > 0.2', 'a locked video plays by HLS');

# Its playlist is gone: the browser plays the file.
rename $playlist, "$playlist.away" or die "$playlist: $!";
show("/w/$uuid");
play();
eventually('v.cardume && v.currentTime > 0.5 && /\.mp4/.test(v.currentSrc)',
	'without its playlist the file plays');
rename "$playlist.away", $playlist or die "$playlist: $!";
undef $browser;

# --- without scripts -----------------------------------------------------------

$browser = Cardume::Browser->start(scripts => 0);
$browser->go("$origin/w/$uuid");
play();
eventually('v.currentTime > 0.5 && /\.mp4/.test(v.currentSrc)',
	'without scripts the file plays');
undef $browser;
done_testing();
