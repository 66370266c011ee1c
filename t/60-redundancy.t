# SPDX-License-Identifier: AGPL-3.0-or-later
# Copies that one instance keeps of another's videos: by hand and by strategies,
# told to the video's instance by CacheFiles; what is not as it should be is not
# served, and says why.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use File::Basename qw(basename);
use File::Temp qw(tempdir);
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Instances;

my ($here, $there) = instances(2);
my $ann = person($here, 'ann');
my $root = person($there, 'root', exists => 1);
my @uuids = map { $ann->upload(name => "Film $_", waitTranscoding => 'true') }
	1 .. 3;
$root->api(POST => '/server/following', { hosts => [host_of($here)] });
my %id;		# of the copy's side
wait_for { %id = map { $_->{uuid} => $_->{id} } @{ $root->api(GET =>
	'/videos?count=20')->{data} }; keys %id == 3 } 60, 'they are known there';
my ($uuid, @more) = @uuids;

sub sql { $there->psql($_[0]) }
sub copy { sql("SELECT state || ':' || coalesce(error, '') FROM redundancy
	WHERE video_id = $id{$_[0]}") }
sub add { sql("SELECT redundancy_add($id{$_[0]}, 'manual')") }
sub end { sql("SELECT redundancy_remove(id) FROM redundancy
	WHERE video_id = $id{$_[0]}") }
sub sweep { sql('SELECT redundancy_sweep_write()') }

my $stranger = $there->client;
# Files of the video as its own instance has them.
sub originals { glob $here->media . "/public/static/streaming-playlists/hls/$_[0]/*" }
# By the copy's last folder.
my %folder;
sub served {
	my ($of, $file, @more) = @_;
	$folder{$of} = sql("SELECT redundancy_folder(r) FROM redundancy r
		WHERE uuid = '$of'") || $folder{$of};
	return $stranger->request('GET', "/$folder{$of}/" . basename($file),
		@more);
}

# What the video's own instance tells of mirrors.
sub told {
	return join ' ', map { $_->{baseUrl} } @{ $ann->api(GET =>
		"/videos/$_[0]")->{streamingPlaylists}[0]{redundancies} };
}

# --- by hand -----------------------------------------------------------------

ok add($uuid), 'somebody wants it';
wait_for { copy($uuid) eq 'kept:' } 60, 'its files have come';
is_deeply [map { served($uuid, $_)->{content} eq slurp($_) ? () : basename($_) }
	originals($uuid)], [], 'all, and as they are';
my ($media) = grep { /\.mp4$/ } originals($uuid);
my $part = served($uuid, $media, headers => { range => 'bytes=10-19' });
is $part->{status}, 206, 'by ranges';
is $part->{content}, substr(slurp($media), 10, 10), 'right ones';
is $part->{headers}{'access-control-allow-origin'}, '*',
	'for players of other pages';
my $place = $there->origin . "/$folder{$uuid}";
wait_for { told($uuid) eq $place } 60, 'its own instance tells of it';
# A BitTorrent client gets the film from the copy where its own server has none.
my ($torrent) = $here->media . '/public/lazy-static/torrents/' .
	$here->psql("SELECT torrent_filename FROM video_file f JOIN video v
	ON v.id = f.video_id WHERE v.uuid = '$uuid' AND playlist_id IS NOT NULL");
wait_for { index(slurp($torrent), $place) > 0 } 60, 'its torrent names the copy';
SKIP: {
	skip 'aria2 is not installed', 1 if system 'command -v aria2c >/dev/null';
	rename $media, "$media.away" or die "$media: $!";
	my $dir = tempdir(CLEANUP => 1);
	my (undef, $said) = Cardume::run_command(qw(timeout 40 aria2c --no-conf
		--enable-dht=false --enable-dht6=false --bt-enable-lpd=false
		--enable-peer-exchange=false --seed-time=0 --bt-exclude-tracker=*
		--file-allocation=none), '--listen-port=' . Cardume::free_port(),
		"--dir=$dir", $torrent);
	rename "$media.away", $media or die "$media: $!";
	my ($got) = glob "$dir/*.mp4";
	ok $got && slurp($got) eq slurp($media),
		'a BitTorrent client has it from there' or diag $said;
}
my $named = "/redundancy/streaming-playlists/hls/$uuid";
my $answer = $stranger->get($named);
is $answer->{headers}{'content-type'},
	'application/activity+json; charset=utf-8', 'the CacheFile';
my $file = decode_json($answer->{content});
is_deeply { map { $_ => $file->{$_} } qw(id type object expires url) }, {
	id => $there->origin . $named, type => 'CacheFile', expires => undef,
	object => $here->origin . "/videos/watch/$uuid",
	url => { type => 'Link', mediaType => 'application/x-mpegURL',
		href => $place } }, 'says what it is';
ok !eval { add($uuid) }, 'not twice';
like $@, qr/already duplicated/, 'in words';
ok !eval { sql("SELECT redundancy_add(0, 'manual')") }, 'nor what is not there';

end($uuid);
wait_for { told($uuid) eq '' } 60, 'ended: its own instance is told';
wait_for { served($uuid, $media)->{status} == 404 } 60, 'its files are gone';
is $stranger->get($named)->{status}, 410, 'and so says its id';
add($uuid);
wait_for { told($uuid) ne '' } 60, 'wanted again';
isnt told($uuid), $place, 'in another place';
is $stranger->get($named)->{status}, 200, 'it is there again';

# --- what a strategy would take --------------------------------------------------

my $setting = 'redundancy.videos.strategies';
sub set { $there->program('cardume', 'setting', 'set', $setting, $_[0]) }
sub strategy {
	my ($name, $size, $more) = @_;
	return sprintf '{"strategy":"%s","size":%d,"minLifetime":36000%s}',
		$name, $size, $more // '';
}
for (['[{"strategy":"best","size":1,"minLifetime":36000}]', 'no such strategy'],
		['[{"strategy":"trending","minLifetime":36000}]', 'no size'],
		['[' . strategy('trending', 0) . ']', 'no room'],
		['[{"strategy":"trending","size":1,"minLifetime":60}]',
			'a minute'],
		['[' . strategy('recently-added', 1) . ']', 'how many views?'],
		['[' . join(',', (strategy('trending', 1)) x 2) . ']', 'twice'],
		['[{"strategy":"trending","size":"1","minLifetime":36000}]',
			'a text'],
		['{}', 'no list'], ['[', 'no JSON']) {
	my ($status, $words) = set($_->[0]);
	ok $status, "refused: $_->[1]";
	like $words, qr/must be a list of strategies|out of its range/, 'in words';
}

my %size = map { split /\|/ } split /\n/, sql('SELECT video_id, size
	FROM video v CROSS JOIN LATERAL (SELECT v.id AS video_id, s.size
	FROM redundancy_source(v.id) s) s');
my @ids = map { $id{$_} } @uuids;
sql("UPDATE video SET views = 5, trending = 1, published_at =
	now() - interval '1 hour' WHERE id = $ids[0];
	UPDATE video SET views = 50, trending = 2, published_at =
	now() - interval '2 hours' WHERE id = $ids[1];
	UPDATE video SET views = 20, trending = 30, published_at =
	now() - interval '3 hours' WHERE id = $ids[2]");
end($uuid);
sub candidates {
	my ($name, $budget, $views) = @_;
	return join '', map { my $id = $_; (grep { $ids[$_] == $id } 0 .. 2)[0] }
		split /\n/, sql("SELECT video_id FROM redundancy_candidates(
		'$name', $budget, $views) ORDER BY place");
}
my $plenty = 1 << 40;
is candidates('most-views', $plenty, 0), '', 'none of who was not allowed';
sql("UPDATE host SET redundancy_allowed = true
	WHERE name = '${\ host_of($here)}'");
is candidates('most-views', $plenty, 0), '120', 'most-views';
is candidates('trending', $plenty, 0), '210', 'trending';
is candidates('recently-added', $plenty, 0), '012', 'recently-added';
is candidates('recently-added', $plenty, 20), '12', 'with so many views';
is candidates('most-views', $size{$ids[1]} + $size{$ids[2]}, 0), '12',
	'as many as fit';
is candidates('most-views', 1, 0), '', 'or none';
for (['privacy = 2', 'unlisted'], ['is_live = true', 'a live'],
		['is_blocked = true', 'blocked'], ['state = 7', 'without files']) {
	is sql("BEGIN; UPDATE video SET $_->[0] WHERE id = $ids[1];
		SELECT string_agg(video_id::text, ' ' ORDER BY place)
		FROM redundancy_candidates('most-views', $plenty, 0);
		ROLLBACK"), "$ids[2] $ids[0]", "not what is $_->[1]";
}

# --- by a strategy ---------------------------------------------------------------

is +(set('[' . strategy('most-views', $size{$ids[1]} + $size{$ids[2]} - 1) .
	']'))[0], 0, 'a strategy is chosen';
sweep();
is sql('SELECT string_agg(video_id::text, \' \') FROM redundancy'), $ids[1],
	'what fits is wanted';
wait_for { copy($more[0]) eq 'kept:' } 60, 'and comes';
wait_for { told($more[0]) } 60, 'its own instance is told';
sub until_when { $here->psql("SELECT expires_at - now() > interval '9 hours'
	FROM mirror m JOIN video v ON v.id = m.video_id
	WHERE v.uuid = '$more[0]'") }
is until_when(), 't', 'with its time';
sub age { sql("UPDATE redundancy SET expires_at = now() + interval '$_[0]'") }
age('1 hour');
sweep();
is sql("SELECT expires_at > now() + interval '9 hours' FROM redundancy"), 't',
	'what is wanted still lives on';
$here->psql('UPDATE mirror SET expires_at = now() + interval \'1 hour\'');
age('1 hour');
sweep();
wait_for { until_when() eq 't' } 60, 'which is told, too';
set('[' . strategy('trending', $size{$ids[2]}) . ']');
sweep();
is sql('SELECT string_agg(strategy, \' \' ORDER BY strategy) FROM redundancy'),
	'most-views trending', 'another strategy: the time of the first one runs';
age('-1 second');
sweep();
is sql('SELECT string_agg(strategy, \' \') FROM redundancy'), 'trending',
	'and ends';
wait_for { told($more[0]) eq '' } 60, 'its own instance is told';
wait_for { copy($more[1]) eq 'kept:' } 60, 'the other one comes';
sql("UPDATE host SET redundancy_allowed = false");
sweep();
is sql('SELECT count(*) FROM redundancy'), 0, 'none of who is not allowed any more';
set('[]');

# The video has other files now.
add($uuid);
wait_for { copy($uuid) eq 'kept:' } 60, 'a copy';
sql("UPDATE redundancy SET playlist_url = playlist_url || '.old'");
sweep();
wait_for { copy($uuid) eq 'kept:' && sql('SELECT playlist_url FROM redundancy')
	!~ /old/ } 60, 'is made anew when the video has other files';
$root->api(POST => '/server/blocklist/servers', { host => host_of($here) });
sweep();
is sql('SELECT count(*) FROM redundancy'), 0, 'a muted server: no copies';
$root->api(DELETE => '/server/blocklist/servers/' . host_of($here));

# --- what is not as it should be -------------------------------------------------

sub write_file {
	my ($path, $bytes) = @_;
	open my $out, '>:raw', $path or die "$path: $!";
	print $out $bytes;
	close $out or die "$path: $!";
}

# Fails for good with these words, and serves nothing.
sub fails {
	my ($words, $what) = @_;
	end($uuid);
	add($uuid);
	wait_for { copy($uuid) =~ /^failed:/ } 60, "refused: $what";
	like copy($uuid), $words, 'in words';
	is served($uuid, $media)->{status}, 404, 'nothing is served';
}

my ($master) = grep { /-master\.m3u8$/ } originals($uuid);
my ($list) = grep { /\.m3u8$/ && $_ ne $master } originals($uuid);
my %whole = map { $_ => slurp($_) } originals($uuid);
my $bytes = $whole{$media};
substr($bytes, -100, 1) ^= "\1";
write_file($media, $bytes);
fails(qr/not what its hashes say/, 'a byte that is not as it was');
write_file($media, substr($whole{$media}, 0, -10));
fails(qr/does not give the bytes asked for|416/, 'too few bytes');
write_file($media, $whole{$media});
for (['http://127.0.0.1:1/x.m3u8', 'another server'], ['../x.m3u8', 'above'],
		['/etc/passwd', 'elsewhere'], ['.x', 'hidden'],
		["a\tb.m3u8", 'a tab'], ['x' x 300, 'a long name']) {
	write_file($master, "$whole{$master}\n$_->[0]\n");
	fails(qr/something else than a file beside them/, $_->[1]);
}
write_file($master, $whole{$master} . join '', map { "x$_.m3u8\n" } 1 .. 10_000);
fails(qr/too many|404/, 'ten thousand renditions');
write_file($master, $whole{$master} . basename($list) . "\n");
fails(qr/a file twice/, 'a rendition twice');
write_file($master, "#EXTM3U\n" . '#' x (9 << 20));
fails(qr/too large|large/i, 'nine megabytes of list');
write_file($master, 'Hello');
fails(qr/is no playlist/, 'something else');
write_file($master, $whole{$master});
write_file($list, $whole{$list} =~ s/^#EXT-X-BYTERANGE:\d+/#EXT-X-BYTERANGE:99999999999999/mr);
fails(qr/bounds|larger than its server says/, 'a piece of 100 TB');
write_file($list, $whole{$list} =~ s/^(#EXT-X-BYTERANGE:\d+)@\d+/$1@-5/mr);
fails(qr/bounds|no playlist of ranges/, 'before the beginning');
write_file($list, $whole{$list} =~ s/(^[\w-]+\.mp4)$/x-$1/mr);
fails(qr/several files|404/, 'two files');
write_file($_, $whole{$_}) for keys %whole;
end($uuid);
add($uuid);
wait_for { copy($uuid) eq 'kept:' } 60, 'as it was: taken';
wait_for { told($uuid) ne '' } 60, 'and told';
$ann->api(DELETE => "/videos/$uuid");
wait_for { !sql("SELECT count(*) FROM redundancy
	WHERE uuid = '$uuid'") } 60, 'deleted there, it is deleted here';
wait_for { served($uuid, $media)->{status} == 404 } 60, 'with its files';
is $stranger->get($named)->{status}, 410, 'and its id says so';

# --- killed in the middle ----------------------------------------------------------

# The video's own instance gives so much to a connection in a second.
sub slow_down {
	my ($rate) = @_;
	my $file = $here->run . '/nginx-site.conf';
	my $text = slurp($file);
	$text =~ s/(location \/static\/ \{\n)/$1\t\tlimit_rate $rate;\n/ or die;
	write_file($file, $text);
	$here->dev('restart', 'nginx');
}
my $large = $here->wait_published($here->upload($ann->token,
	ffmpeg_clip(seconds => 60, size => '640x360', rate => 30, args => [qw(-g 60
		-b:v 1500k -minrate 1500k -maxrate 1500k -bufsize 1500k
		-x264-params nal-hrd=cbr)]),
	name => 'Large', waitTranscoding => 'true'), 180);
wait_for { %id = map { $_->{uuid} => $_->{id} } @{ $root->api(GET =>
	'/videos?count=20')->{data} }; $id{$large} } 60, 'a larger one is known';
slow_down('1m');
add($large);
sub arriving { map { -s } glob $there->media . '/work/*/*.mp4' }
wait_for { grep { $_ } arriving() } 60, 'it is coming';
kill KILL => $there->pids('worker-redundancy');
($media) = grep { /\.mp4$/ } originals($large);
is served($large, $media)->{status}, 404, 'killed: nothing is served';
my ($had) = arriving();
my $least = $had;
sql("UPDATE job SET lease_until = now() WHERE queue = 19 AND state = 1");
wait_for {
	my ($have) = arriving();
	$least = $have if defined $have && $have < $least;
	copy($large) eq 'kept:';
} 180, 'the next one goes on';
cmp_ok $least, '>=', $had, 'with what was there';
is served($large, $media)->{content}, slurp($media), 'and has it right';
is scalar(grep { $_ } arriving()), 0, 'nothing is left over';
done_testing;
