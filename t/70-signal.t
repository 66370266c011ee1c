#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# cardume-signal behind nginx: which swarms there are, what becomes of them when
# a video is hidden, limits, hostile frames, restarts.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Digest::MD5 qw(md5);
use Digest::SHA qw(sha1);
use MIME::Base64 qw(encode_base64);
use Test::More;
use Time::HiRes qw(time);

use Cardume;
use Cardume::WebSocket;

my $cardume = Cardume->start;
my $token = $cardume->token('root');
my $uuid = $cardume->wait_published($cardume->upload($token,
	ffmpeg_clip(seconds => 2, size => '640x360'), name => 'Shared',
	waitTranscoding => 'true'), 180);
my $private = $cardume->wait_published($cardume->upload($token,
	ffmpeg_clip(seconds => 1), name => 'Private', privacy => 3,
	waitTranscoding => 'true'), 180);
my $unlisted = $cardume->wait_published($cardume->upload($token,
	ffmpeg_clip(seconds => 1), name => 'Unlisted', privacy => 2,
	waitTranscoding => 'true'), 180);

sub connect_to { return Cardume::WebSocket->open($cardume, '/tracker/socket', @_) }

my $serial = 0;
sub id { return sprintf '%-20d', ++$serial }

sub announce {
	my ($hash, $id, %more) = @_;
	return { action => 'announce', info_hash => $hash, peer_id => $id,
		numwant => 5, uploaded => 0, downloaded => 0,
		event => 'started', %more };
}

sub offers { return [map { { offer => { type => 'offer', sdp => "sdp $_" },
	offer_id => id() } } 1 .. $_[0]] }

# p2p-media-loader's names (reference p2p.md 3.3), made apart from our C.
sub name_of {
	my ($uuid, $resolution) = @_;
	return encode_base64(substr(sha1("pt-v2-$uuid-main-default-$resolution"),
		0, 15), '');
}

# What a socket is answered about a swarm; "refused" where that says so.
sub try_swarm {
	my ($hash) = @_;
	my $socket = connect_to();
	$socket->say(announce($hash, id()));
	my $answer = $socket->next(5) // return 'nothing';
	return $answer->{'failure reason'} ? 'refused' : $answer->{interval} ?
		'there' : 'what?';
}

# --- which swarms ---------------------------------------------------------------

my $swarm = name_of($uuid, 360);
ok wait_until(sub { try_swarm($swarm) eq 'there' }, 10),
	'a public video has a swarm';
my ($playlist) = map { $_->{playlistUrl} } @{ $cardume->client->json(
	"/api/v1/videos/$uuid")->{streamingPlaylists} };
is try_swarm(encode_base64(substr(md5("v2-$playlist-main-0"), 1), '')), 'there',
	'and that of PeerTube 7.1 to 8.2';
is try_swarm(sha1("2$playlist+V0")), 'there',
	'and that of older ones';
for my $hex (split /\n/, $cardume->psql("SELECT encode(info_hash, 'hex')
		FROM video_file f JOIN video v ON v.id = f.video_id
		WHERE v.uuid = '$uuid'")) {
	is try_swarm(pack 'H*', $hex), 'there', 'and its torrents';
}
is try_swarm(name_of($uuid, 1080)), 'refused', 'no rendition, no swarm';
is try_swarm(name_of($private, 240)), 'refused', 'a private video has none';
is try_swarm(name_of($unlisted, 240)), 'refused', 'nor has one with a link';

# --- who meets -------------------------------------------------------------------

my ($a, $b) = (connect_to(), connect_to(Origin => 'https://elsewhere.example'));
is $b->{status}, 101, 'pages of other sites may come';
my ($id_a, $id_b) = (id(), id());
$a->say(announce($swarm, $id_a, offers => offers(5)));
is $a->next(5)->{incomplete}, 1, 'the first one is alone';
$b->say(announce($swarm, $id_b, offers => my $offers = offers(5)));
is $b->next(5)->{incomplete}, 2, 'the second one is not';
my $offer = $a->next(5);
is_deeply $offer, { action => 'announce', info_hash => $swarm, peer_id => $id_b,
	%{ $offers->[0] } }, 'an offer is handed on';
$a->say({ action => 'announce', info_hash => $swarm, peer_id => $id_a,
	to_peer_id => $id_b, offer_id => $offer->{offer_id},
	answer => { type => 'answer', sdp => "\x{e9}\0" } });
is_deeply $b->next(5), { action => 'announce', info_hash => $swarm,
	peer_id => $id_a, offer_id => $offer->{offer_id},
	answer => { type => 'answer', sdp => "\x{e9}\0" } },
	'and the answer, byte for byte';
$b->say({ action => 'scrape', info_hash => [$swarm, name_of($private, 240)] });
is_deeply $b->next(5), { action => 'scrape', files => { $swarm =>
	{ complete => 0, incomplete => 2, downloaded => 0 } } },
	'a scrape counts, and knows of no private video';

# --- hidden, shown, deleted --------------------------------------------------------

sub change {
	my ($what) = @_;
	my $answer = $cardume->client->send_json('PUT', "/api/v1/videos/$uuid",
		{ privacy => $what }, headers => { Authorization =>
		"Bearer $token" });
	is $answer->{status}, 204, "the owner says privacy $what";
	return time;
}

my $since = change(3);
like $a->next(10)->{'failure reason'} // '', qr/not shared here/,
	'who shares a video that becomes private is told';
cmp_ok time - $since, '<', 5, 'within seconds';
like $b->next(5)->{'failure reason'} // '', qr/not shared here/, 'all are';
$a->say(announce($swarm, $id_a, event => 'update'));
like $a->next(5)->{'failure reason'} // '', qr/not shared here/,
	'and it has no swarm any more';
$since = change(1);
ok wait_until(sub { $a->say(announce($swarm, $id_a)); $a->next(5)->{interval} },
	10), 'public again, the same socket shares it again';
cmp_ok time - $since, '<', 5, 'within seconds';

# A channel whose maker wants no sharing.
my $main = $cardume->psql("SELECT channel_id FROM video WHERE uuid = '$uuid'");
$cardume->psql("UPDATE channel SET is_shared = false WHERE id = $main");
like $a->next(10)->{'failure reason'} // '', qr/not shared here/,
	'who shares a video of a channel that will not have it is told';
is try_swarm($swarm), 'refused', 'it has no swarm';
$cardume->psql("UPDATE channel SET is_shared = true WHERE id = $main");
ok wait_until(sub { $a->say(announce($swarm, $id_a)); $a->next(5)->{interval} },
	10), 'until its maker will';

my $quiet = $cardume->client->send_json('POST', '/api/v1/video-channels',
	{ name => 'quiet', displayName => 'Quiet' },
	headers => { Authorization => "Bearer $token" });
is $quiet->{status}, 200, 'another channel';
sub move_to { $cardume->psql("UPDATE video SET channel_id = $_[0]
	WHERE uuid = '$uuid'") }
$cardume->psql("UPDATE channel SET is_shared = false WHERE display_name = 'Quiet'");
move_to("(SELECT id FROM channel WHERE display_name = 'Quiet')");
like $a->next(10)->{'failure reason'} // '', qr/not shared here/,
	'a video follows the channel it is moved to';
move_to($main);
ok wait_until(sub { $a->say(announce($swarm, $id_a)); $a->next(5)->{interval} },
	10), 'and back';

# A transaction that was begun long before others that are over.
{
	my $one = $cardume->psql("SELECT id FROM video WHERE uuid = '$uuid'");
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		$cardume->psql("BEGIN; UPDATE video SET privacy = 3
			WHERE id = $one; SELECT pg_sleep(3); COMMIT");
		POSIX::_exit(0);
	}
	my $other = $cardume->wait_published($cardume->upload($token,
		ffmpeg_clip(seconds => 1), name => 'Meanwhile',
		waitTranscoding => 'true'), 180);
	ok wait_until(sub { try_swarm(name_of($other, 240)) eq 'there' }, 10),
		'a video published meanwhile';
	waitpid $pid, 0;
	ok wait_until(sub { try_swarm($swarm) eq 'refused' }, 10),
		'does not hide what a slower transaction changed';
	change(1);
	ok wait_until(sub { try_swarm($swarm) eq 'there' }, 10), 'and back';
	$cardume->client->request('DELETE', "/api/v1/videos/$other",
		headers => { Authorization => "Bearer $token" });
	ok wait_until(sub { try_swarm(name_of($other, 240)) eq 'refused' }, 10),
		'a deleted video has no swarm';
}

# --- hostile frames ------------------------------------------------------------------

my $good = JSON::PP::encode_json(announce($swarm, id()));
my %hostile = (
	'nonsense' => Cardume::WebSocket::frame(1, 'nonsense'),
	'an empty message' => Cardume::WebSocket::frame(1, ''),
	'bytes that are no UTF-8' => Cardume::WebSocket::frame(1, "\xff" x 200),
	'binary zeros' => Cardume::WebSocket::frame(2, "\0" x 1000),
	'reserved bits' => Cardume::WebSocket::frame(1, $good, reserved => 7),
	'an opcode that is not' => Cardume::WebSocket::frame(5, $good),
	'a continuation of nothing' => Cardume::WebSocket::frame(0, $good),
	'a long control frame' => Cardume::WebSocket::frame(9, 'x' x 126),
	'a control frame in pieces' => Cardume::WebSocket::frame(9, 'x',
		fin => 0) . Cardume::WebSocket::frame(0, 'x'),
	'a message that is too long' => Cardume::WebSocket::frame(1,
		'{' . ' ' x 70000),
	'the same in pieces' => Cardume::WebSocket::frame(1, '[' . ' ' x 30000,
		fin => 0) . Cardume::WebSocket::frame(0, ' ' x 30000, fin => 0) x 3,
	'a length of 2^63' => "\x81\xff" . "\xff" x 8 . "\1\2\3\4",
	'brackets' => Cardume::WebSocket::frame(1, '[' x 60000),
	'text after text' => Cardume::WebSocket::frame(1, $good, fin => 0) .
		Cardume::WebSocket::frame(1, $good),
);
for my $what (sort keys %hostile) {
	my $socket = connect_to();
	$socket->raw($hostile{$what});
	my $code = $socket->closed(10);
	ok defined $code && $code >= 1002 && $code <= 1009 &&
		($what !~ /nonsense|empty|UTF-8|binary/ || $code == 1008),
		"$what: closed" or diag $code // 'not';
}
{
	my $socket = connect_to();
	$socket->raw(Cardume::WebSocket::frame(1, substr($good, 0, 20), fin => 0) .
		Cardume::WebSocket::frame(9, 'here') .
		Cardume::WebSocket::frame(0, substr $good, 20));
	ok $socket->next(5)->{interval}, 'a message in pieces, a ping between them';
	my ($first, $last) = (substr($hostile{nonsense}, 0, 3),
		substr $hostile{nonsense}, 3);
	$socket->raw($first);
	my $other = connect_to();
	$other->say(announce($swarm, id()));
	ok $other->next(5)->{interval}, 'half a frame keeps nobody waiting';
	$socket->raw($last);
	is $socket->closed(5), 1008, 'and is read when it is whole';
}
is connect_to(Upgrade => undef)->{status}, 400, 'no upgrade, no socket';
is $cardume->client->get('/tracker/socket')->{status}, 400, 'nor a page';

# --- limits -----------------------------------------------------------------------------

my $sock = $cardume->run . '/settings';
my ($sockets) = slurp($sock) =~ /^sockets=(.*)$/m;
sub from {
	my ($address) = @_;
	return Cardume::WebSocket->open("$sockets/signal.sock", '/tracker/socket',
		'X-Real-IP' => $address);
}
{
	my @open = map { from('192.0.2.1') } 1 .. 64;
	is scalar(grep { $_->{status} == 101 } @open), 64, 'sockets of an address';
	is from('192.0.2.1')->{status}, 403, 'one more is refused';
	is from('192.0.2.2')->{status}, 101, 'of another one it is not';
	is connect_to('X-Real-IP' => '192.0.2.1')->{status}, 101,
		'whose it is only nginx says';
	close $open[0]{socket};
	ok wait_until(sub { from('192.0.2.1')->{status} == 101 }, 5),
		'who goes makes room';
}
{
	my $socket = from('192.0.2.3');
	$socket->say(announce($swarm, 'x' x 20)) || last for 1 .. 300;
	is $socket->closed(10), 1008, 'who says too much is closed';
	$socket = from('192.0.2.3');
	is $socket->{status}, 101, 'and may come again';
	$socket = from('192.0.2.4');
	$socket->say(announce(sprintf('%020d', $_), 'x' x 20)) || last for 1 .. 80;
	is $socket->closed(10), 1008, 'who asks for many that are not there too';
	is from('192.0.2.4')->{status}, 403, 'but may not';
}
{
	# It never reads: some 300 kB of offers for it.
	my ($slow, $fast) = (from('192.0.2.5'), from('192.0.2.6'));
	my $hash = name_of($uuid, 360);
	$_->say({ action => 'announce', info_hash => $hash, peer_id => id(),
		event => 'stopped' }) for $a, $b;
	$slow->say(announce($hash, my $id = id()));
	my @others = map { from("192.0.2.$_") } 10 .. 49;
	my $sent = 0;
	for my $other (@others) {
		$other->say({ action => 'announce', info_hash => $hash,
			peer_id => id(), to_peer_id => $id, offer_id => id(),
			answer => { sdp => 'x' x 16000 } }) && $sent++ for 1 .. 12;
	}
	ok wait_until(sub { counts()->{dropped} > 0 }, 20),
		'who does not read does not fill the memory';
	$fast->say(announce($hash, id()));
	ok $fast->next(5)->{interval}, 'nor stop the others';
}

sub counts {
	my ($status, $out) = $cardume->program("cardume", 'signal', 'status');
	return { map { /^(\w+)\t(\d+)/ } split /\n/, $out };
}

# --- restarts ------------------------------------------------------------------------------

my ($pid) = $cardume->pids('signal');
kill TERM => $pid;
is $a->closed(10), 1001, 'SIGTERM: who is there is told that it goes away';
my $next;
ok wait_until(sub { ($next) = grep { $_ != $pid } $cardume->pids('signal');
	$next }, 15), 'the next one has begun';
my ($c, $d) = (connect_to(), connect_to());
$c->say(announce($swarm, id(), offers => offers(1)));
$d->say(announce($swarm, id(), offers => offers(1)));
ok(($c->next(20) // {})->{interval}, 'who comes back at once is let in when it is ready')
	or diag slurp($cardume->run . '/log/signal.log');
ok $c->next(10)->{offer}, 'and they find each other';
kill KILL => $next if $next > 1;
ok $c->closed(10), 'killed';
ok wait_until(sub { try_swarm($swarm) eq 'there' }, 15), 'it comes again';

# PostgreSQL away for a while: all goes on, and what changed is known after.
my $e = connect_to();
$e->say(announce($swarm, id()));
ok $e->next(5)->{interval}, 'somebody is there';
$cardume->dev('restart', 'postgres');
$e->say(announce($swarm, id()));
ok $e->next(5)->{interval}, 'without PostgreSQL too';
change(3);
like $e->next(20)->{'failure reason'} // '', qr/not shared here/,
	'after it came back, it is asked again';
my $counts = counts();
ok $counts->{listed} > 0, 'cardume signal status counts';

my ($status, $metrics) = $cardume->program('cardume', 'metrics');
is $status, 0, 'cardume metrics';
like $metrics, qr/^# HELP cardume_sharing_announces_total \S.*
# TYPE cardume_sharing_announces_total counter
cardume_sharing_announces_total\{side="browsers"\} [1-9]\d*$/m,
	'and tells a monitor';
is_deeply [grep { !/^(# (HELP|TYPE) )?[a-z_]+(\{(,?[a-z]+="[\w -]*")+\})? \S/ }
	split /\n/, $metrics], [], 'in its format';
my @families = $metrics =~ /^# TYPE (\S+)/mg;
my %nr;
is_deeply [grep { $nr{$_}++ } @families], [], 'each family once';
done_testing;
