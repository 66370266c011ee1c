#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Viewers who share a film, in Chromium by WebRTC: only who agreed by the form
# of /p2p, only public films; bytes come from the other viewer; pieces that are
# not what they should be are not taken, and their sender is dropped while the
# film goes on.
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
my $clip = ffmpeg_clip(seconds => 100, size => '320x240', rate => 10,
	args => ['-g', 20]);
my %uuid = map { $_ => $cardume->upload($token, $clip, name => "Shared $_",
	privacy => $_ eq 'unlisted' ? 2 : 1, waitTranscoding => 'true') } qw(one poisoned unlisted);
$cardume->wait_published($_, 180) for values %uuid;

my $built = -e "$Cardume::build/static/p2p.js" ? "$Cardume::build/static" :
	"$Cardume::top/static";
cmp_ok(length qx(gzip -6 -c $built/p2p.js), '<=', 45 << 10,
	'the weight of sharing');
ok(slurp("$built/p2p.js") =~ /byteRange\.end-[^;]{1,40}byteRange\.start\+1:void 0/,
	'the library forgets no length of a range');

# --- the choice, without scripts --------------------------------------------------

my $page = "/w/$uuid{one}";
my $client = $cardume->client;
my $text = $client->text($page);
unlike($text, qr/data-tracker/, 'nobody shares who was not asked');
like($text, qr{href="/p2p\?back=/w/\w+">Share this film}, 'one is asked');
unlike($client->text("/w/$uuid{unlisted}"), qr/\/p2p/,
	'not of films that are not public');
my $choice = $client->get("/p2p?back=$page");
like($choice->{content}, qr/see the network address/, 'what that means is told');
is($client->post('/p2p', { choice => 'yes', back => $page })->{status}, 403,
	'no other site chooses');
sub choose {
	my ($who, $page, $choice) = @_;
	return $who->follow_form($page, { choice => $choice }, which => '/p2p');
}
my $answer = choose($client, $choice, 'yes');
is($answer->{status}, 200, 'yes');
like($answer->{url}, qr{\Q$page\E$}, 'back at the film');
my ($tracker) = $answer->{content} =~ /data-tracker="([^"]+)"/;
is($tracker, $origin =~ s/^http/ws/r . '/tracker/socket', 'one shares now');
unlike($client->text($page), qr/Share this film/, 'and is not asked again');
unlike($client->text("/w/$uuid{unlisted}"), qr/data-tracker/,
	'films that are not public are never shared');
unlike($cardume->client->text($page), qr/data-tracker/, 'nor by others');
choose($client, '/p2p', 'no');
unlike($client->text($page), qr/data-tracker|Share this film/, 'no is no');

my $user = $cardume->user(unique('sharer'));
my $member = $cardume->sign_in($user);
like($member->text($page), qr/Share this film/, 'members are asked too');
choose($member, '/p2p', 'yes');
like($cardume->sign_in($user)->text($page), qr/data-tracker/,
	'who is signed in chose for all browsers');
sub channel_shares { $cardume->psql("UPDATE channel SET is_shared = $_[0]
	WHERE id = (SELECT channel_id FROM video WHERE uuid = '$uuid{one}')") }
channel_shares('false');
unlike($member->text($page), qr/data-tracker|\/p2p/, 'a channel may say no');
unlike($member->text("/videos/embed/$uuid{one}"), qr/data-tracker|\/p2p/,
	'in frames too');
channel_shares('true');
sub mode { $cardume->program('cardume', 'setting', 'set', 'peers.mode', $_[0]) }
mode('off');
unlike($member->text($page), qr/data-tracker|\/p2p/, 'the instance may say off');
like($client->text('/p2p'), qr/share nothing/, 'and says so');
mode('on');
like($cardume->client->text("$page?on=1"), qr/data-tracker/, 'or on');
unlike($client->text($page), qr/data-tracker/, 'a no is still a no');
mode('ask');
sub at_least { $cardume->program(qw(cardume setting set peers.viewers_min), $_[0]) }
at_least(3);
unlike($member->text($page), qr/data-tracker|\/p2p/, 'not with few viewers');
$cardume->psql("INSERT INTO video_viewers SELECT id, 2 FROM video
	WHERE uuid = '$uuid{one}' ON CONFLICT (video_id)
	DO UPDATE SET viewers = EXCLUDED.viewers");
like($member->text($page), qr/data-tracker/, 'but with enough, oneself among them');
at_least(0);

# --- viewers ---------------------------------------------------------------------

# Counts WebSockets and what breaks the policy; with `spoil`, sends others'
# pieces with a byte changed.
sub viewer {
	my (%o) = @_;
	my $browser = Cardume::Browser->start;
	$browser->call('Page.addScriptToEvaluateOnNewDocument', { source => <<~JS });
		window.sockets = 0;
		window.broken = [];
		addEventListener("securitypolicyviolation", e =>
			broken.push(e.violatedDirective + " " + e.blockedURI));
		window.WebSocket = class extends WebSocket {
			constructor(...args) { super(...args); sockets++; }
		};
		JS
	$browser->call('Page.addScriptToEvaluateOnNewDocument', { source => <<~JS })
		const { send } = RTCDataChannel.prototype;
		RTCDataChannel.prototype.send = function (data) {
			const bytes = data.byteLength > 2000 && new Uint8Array(
				data.buffer || data).slice();
			if (bytes)
				bytes[1500] ^= 255;
			return send.call(this, bytes || data);
		};
		JS
		if $o{spoil};
	$browser->call('Network.setCookie', { name => 'cardume_p2p',
		value => $o{choice} // 'yes', url => $origin });
	$browser->go("$origin/w/$o{film}");
	$browser->evaluate('(v => { v.muted = true; window.waits = 0;
		v.addEventListener("waiting", () => waits++);
		v.play().catch(() => {}); })(document.querySelector("video"))');
	return $browser;
}
sub video { my ($browser, $expression) = @_; return $browser->evaluate(
	"(v => $expression)(document.querySelector('video'))") }
sub eventually {
	my ($browser, $expression, $what, $seconds) = @_;
	my $came = wait_until { video($browser, $expression) } $seconds // 30;
	ok($came, $what) or diag(explain(video($browser, '!!v.cardume &&
		{ ...v.cardume.traffic, at: v.currentTime }')));
}

my $first = viewer(film => $uuid{one});
eventually($first, 'v.currentTime > 1 && !!v.cardume?.hls', 'a viewer alone plays');
is($first->evaluate('sockets'), 1, 'and asks the tracker');
eventually($first, 'v.buffered.length && v.cardume.traffic.http > 0',
	'from the server');
video($first, '(v.currentTime = 40, 0)');
eventually($first, 'v.currentTime > 40.5', 'further on');
my $second = viewer(film => $uuid{one});
eventually($second, '!!v.cardume && v.cardume.traffic.peers > 0',
	'a second viewer meets the first');
eventually($second, 'v.cardume.traffic.p2p > 10000', 'and gets bytes from them');
eventually($first, 'v.cardume.traffic.up > 10000', 'who sent them');
my $never = viewer(film => $uuid{one}, choice => 'no');
eventually($never, '!!v.cardume && v.currentTime > 2', 'who said no plays');
is($never->evaluate('sockets'), 0, 'without a WebSocket');
is(video($never, 'v.cardume.traffic.p2p + v.cardume.traffic.peers'), 0,
	'and without peers');
is($_->evaluate('broken.join(", ")'), '', 'the policy holds')
	for $first, $second, $never;
# What came from where is told without who it was.
my $told = "SELECT sum(from_viewers) > 10000 AND sum(to_viewers) > 10000
	AND sum(from_server) > 10000
	FROM (SELECT video_id, from_server, from_viewers, to_viewers
		FROM playback_ping UNION ALL SELECT video_id, from_server,
			from_viewers, to_viewers FROM playback_day) p
	JOIN video v ON v.id = p.video_id WHERE v.uuid = '$uuid{one}'";
$_->go("$origin/about") for $first, $never;
video($second, '(v.currentTime = 60, 60)');
eventually($second, 'v.currentTime > 61', 'goes on when the other is gone');
$second->go("$origin/about");
my $came = wait_until { $cardume->psql($told) eq 't' } 10;
ok($came, 'the server is told how much came from where');
undef $never;
undef $first;
undef $second;

my $liar = viewer(film => $uuid{poisoned}, spoil => 1);
eventually($liar, 'v.currentTime > 1', 'one who spoils what others get');
video($liar, '(v.currentTime = 30, 0)');
eventually($liar, 'v.currentTime > 30.5 && v.cardume.traffic.http > 100000',
	'has pieces');
my $victim = viewer(film => $uuid{poisoned});
# it may be gone again before anybody looks
eventually($victim, '!!v.cardume && (v.cardume.traffic.peers > 0 ||
	v.cardume.traffic.p2p > 0)', 'meets another');
eventually($victim, 'v.cardume.traffic.p2p > 1000', 'who gets bad bytes');
eventually($victim, 'v.cardume.traffic.peers === 0', 'drops the peer');
video($victim, '(v.currentTime = 10, v.playbackRate = 4, 0)');
eventually($victim, 'v.currentTime > 44 && !v.error',
	'and sees the pieces that were spoilt');
undef $_ for $liar, $victim;
done_testing();
