#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# The player in Chromium: HLS by hls.js once a video is played, and not before;
# qualities; what breaks leaves the browser's own player; weights of what is
# loaded (the design's budgets, gzip -6); no line of the policy is broken.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Digest::SHA qw(sha256_hex);
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
my $long = $cardume->wait_published($cardume->upload($token,
	ffmpeg_clip(seconds => 40, size => '320x240', rate => 10),
	name => 'Longer', waitTranscoding => 'true'), 180);
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

$cardume->psql("INSERT INTO video_chapter (video_id, timecode, title)
	SELECT id, t, 'Part ' || t FROM video, unnest('{0,6,12}'::int[]) t
	WHERE uuid = '$uuid'");

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
like slurp("$built/player-sources.txt"), qr/^hls\.js [\d.]+ sha512-\S+$/m,
	'and is checked';
is_deeply [grep { index(slurp("$built/player-sources.txt"),
	sha256_hex(slurp("$built/$_")) . "  $_\n") < 0 } qw(player.js p2p.js)], [],
	'what was made of them is named';

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
	return grep { $_ } map { m{([^/]+\.(?:js|m3u8|mp4))(?:\?|$)} && $1 }
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
	eventually('!!v', "$what: there is a video");
	is_deeply([grep { /player|m3u8|mp4/ } loaded()], [],
		"$what: neither the player nor the film before it plays");
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

# --- controls ------------------------------------------------------------------

sub key {
	my ($key) = @_;
	$browser->call('Input.dispatchKeyEvent', { type => $_, key => $key,
		$_ eq 'keyDown' && length $key == 1 ? (text => $key) : () })
		for qw(keyDown keyUp);
}
sub set {
	my ($control, $value) = @_;
	$browser->evaluate("(() => { const c = document
		.querySelector('.player-bar [data-do=$control]'); c.value = '$value';
		c.dispatchEvent(new Event('change')); })()");
}

mkdir $cardume->run . '/screenshots';
sub picture {
	my ($name) = @_;
	for ([360, 740, 0], [360, 740, 1], [1366, 900, 0], [1366, 900, 1]) {
		my ($width, $height, $dark) = @$_;
		$browser->resize($width, $height, dark => $dark);
		cmp_ok($browser->evaluate('document.scrollingElement.scrollWidth'),
			'<=', $width, "$name, $width px: it fits");
		is($browser->evaluate(<<~'JS'), '', "$name, $width px: easy to hit");
			[...document.querySelectorAll(`.player-bar :is(button,
					select, summary, input), .chapters a`)]
				.filter(e => e.getClientRects().length)
				.filter(e => { const b = e.getBoundingClientRect();
					return b.width < 24 || b.height < 24; })
				.map(e => e.outerHTML).join('\n')
			JS
		$browser->screenshot($cardume->run . "/screenshots/$name-$width" .
			($dark ? '-dark' : '') . '.png');
	}
}

show("/w/$uuid");
play();
eventually('document.querySelector(".player-bar") && v.currentTime > 0.3',
	'controls come with the film');
picture('player');
set('quality', 240);
eventually('v.cardume.playing() === 240', 'a quality is chosen');
set('quality', 0);
set('speed', 1.5);
is(video('v.playbackRate'), 1.5, 'a speed is chosen');
is($browser->evaluate('document.querySelector(".player-bar [role=status]")' .
	'.hidden'), JSON::PP::true, 'nothing to go on from');

# Keys: the page's, the film's, none where one writes.
$browser->evaluate('document.activeElement.blur(); document.body.focus(); 0');
key('k');
eventually('v.paused', 'k pauses');
my $at = video('v.currentTime = 5, v.currentTime');
key('ArrowRight');
eventually('Math.abs(v.currentTime - 10) < 0.1', 'to the right: 5 s on');
key('j');
eventually('v.currentTime < 0.1', 'j: 10 s back');
key('5');
eventually('Math.abs(v.currentTime - v.duration / 2) < 0.1', '5: the middle');
key('m');
is(video('v.muted'), JSON::PP::false, 'm: with sound');
key('m');
key('<');
is(video('v.playbackRate'), 1.25, '<: slower');
video('(v.focus(), v.currentTime = 2, 0)');
key('ArrowRight');
eventually('v.currentTime > 2', 'on the film itself');
is(video('v.currentTime'), 7, 'once, not twice');
$browser->evaluate('document.querySelector("input[type=search]").focus(); 0');
key('k');
is(video('v.paused'), JSON::PP::true, 'no key where one writes');

is($browser->evaluate('document.querySelector("input[type=search]").value'),
	'k', 'it is written');
$browser->evaluate('document.querySelector("#player-keys").click();
	document.activeElement.blur(); 0');
key('k');
is(video('v.paused'), JSON::PP::true, 'keys can be turned off');
$browser->evaluate('document.querySelector("#player-keys").click(); 0');
$browser->evaluate('document.querySelector("[data-do=theatre]").click(); 0');
ok($browser->evaluate('document.querySelector(".watch.theatre [data-do=theatre]' .
	'[aria-pressed=true]") !== null'), 'a wide film');

# Chapters are links of the page; the film goes there.
$browser->evaluate('document.querySelector(".chapters li:nth-child(3) a").click(); 0');
eventually('v.currentTime >= 12 && !v.paused', 'to a chapter');
eventually('document.querySelector(".chapters [aria-current=true]")' .
	'?.textContent.includes("Part 12")', 'which is marked');
is($browser->evaluate('location.search'), '', 'the page stays');

# Where one stopped.
$browser->evaluate("localStorage.setItem('cardume.player',
	JSON.stringify({ ...JSON.parse(localStorage.getItem('cardume.player')),
		places: [['$long', 11]] })); 0");
show("/w/$long");
play();
eventually('v.cardume && v.currentTime > 11', 'goes on where one stopped');
is(video('v.playbackRate'), 1.25, 'at the speed one had');
is($browser->evaluate('document.querySelector("[data-do=place]").textContent'),
	'00:11', 'and says so');
$browser->evaluate('document.querySelector("[data-do=resumed] button").click(); 0');
eventually('v.currentTime < 5', 'or from the beginning');
my $pings = "SELECT count(*) FROM view_ping p JOIN video v ON v.id = p.video_id
	WHERE v.uuid = '$long'";
my $came = wait_until { $cardume->psql($pings) > 0 } 10;
ok($came, 'the server is told of a viewer');
show("/videos/embed/$uuid");
play();
eventually('document.querySelector(".player-bar") && v.currentTime > 0.3',
	'controls of the embed page');
picture('player-embed');
$browser->evaluate('document.querySelector(".player-bar").open = true; 0');
picture('player-embed-open');

# --- what is locked, what is broken -------------------------------------------

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

# Captions, by key, from a file that one has uploaded.
sub api {
	my ($method, $path, $document) = @_;
	my $client = $cardume->client;
	$client->{headers}{authorization} = "Bearer $token";
	return $client->send_json($method, "/api/v1$path", $document);
}
my $sender = $cardume->client;
$sender->{headers}{authorization} = "Bearer $token";
is($sender->request('PUT', "/api/v1/videos/$small/captions/en", headers =>
	{ 'content-type' => 'multipart/form-data; boundary=x' }, content =>
	"--x\r\nContent-Disposition: form-data; name=\"captionfile\"; " .
	"filename=\"a.vtt\"\r\n\r\nWEBVTT\n\n00:00.000 --> 00:14.000\n" .
	"Some words\n\r\n--x--\r\n")->{status}, 204, 'captions are uploaded');
$browser = Cardume::Browser->start;
show("/w/$small?with=captions");
play();
eventually('!!v.cardume?.hls && v.textTracks.length > 0', 'the film has captions');
$browser->evaluate('document.activeElement.blur(); document.body.focus(); 0');
key('c');
eventually('v.textTracks[0].mode === "showing" &&
	v.textTracks[0].activeCues?.[0]?.text === "Some words"', 'c shows them');
key('c');
eventually('v.textTracks[0].mode === "disabled"', 'and hides them');

# A playlist goes on.
my $list = decode_json(api(POST => '/video-playlists', { displayName => 'A row',
	privacy => 2, videoChannelId => $cardume->psql("SELECT channel_id
	FROM video WHERE uuid = '$small'") })->{content})->{videoPlaylist};
api(POST => "/video-playlists/$list->{id}/videos", { videoId =>
	$cardume->psql("SELECT id FROM video WHERE uuid = '$_'") })
	for $small, $uuid;
my ($one, $two) = map { $cardume->psql("SELECT short_uuid FROM video
	WHERE uuid = '$_'") } $small, $uuid;
# While one page takes the place of another there is nothing to ask.
sub arrives {
	my ($expression, $what) = @_;
	ok((wait_until { eval { video($expression) } } 30), $what);
}
sub at { return "location.search.includes('playlistPosition=$_[0]') &&
	location.pathname === '/w/$_[1]'" }
show("/w/$one?playlistId=$list->{shortUUID}&playlistPosition=1");
play();
eventually('!!v.cardume?.hls && v.currentTime > 0.3', 'the first one plays');
video('(v.currentTime = v.duration - 0.5, 0)');
arrives(at(2, $two) . ' && !!v.cardume && v.currentTime > 0.3',
	'at its end the next one does');
$browser->evaluate('document.body.focus(); 0');
key('p');
arrives(at(1, $one), 'p: the one before');
video('(v.muted = true, v.play().catch(() => {}), 0)');
arrives('!!v.cardume', 'its player is there');
key('n');
arrives(at(2, $two), 'n: the next one');
$cardume->psql("UPDATE app_user SET auto_play_next_video_playlist = false
	WHERE role = 0");
unlike($cardume->sign_in('root')->text("/w/$one?playlistId=$list->{shortUUID}" .
	'&playlistPosition=1'), qr/data-goes-on/, 'not for who does not want it');
$cardume->psql("UPDATE app_user SET auto_play_next_video_playlist = true
	WHERE role = 0");
done_testing();
