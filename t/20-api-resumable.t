# SPDX-License-Identifier: AGPL-3.0-or-later
# Uploads in pieces: a client that is killed and goes on, a program that is,
# pieces that do not fit, and what is asked before a body is read.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Digest::MD5 qw(md5_base64);
use Digest::SHA qw(sha1_base64 sha256_base64);
use Fcntl qw(:flock);
use JSON::PP qw(decode_json);
use Test::More;
use Time::HiRes qw(sleep);

use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my ($owner, $other) = map { $cardume->user(unique($_)) } qw(pieces other);
my %token = map { $_ => $cardume->token($_) } $owner, $other;
my $client = $cardume->client;
$client->{headers}{authorization} = "Bearer $token{$owner}";
my $me = $client->json('/api/v1/users/me');
my $channel = $me->{videoChannels}[0]{id};
my $clip = ffmpeg_clip(seconds => 2);
my $bytes = slurp($clip);
my $size = length $bytes;
my $path = '/api/v1/videos/upload-resumable';
my $user = "(SELECT a.user_id FROM account a JOIN actor o ON o.id = a.actor_id
	WHERE o.name = '$owner')";

sub begin {
	my ($fields, %o) = @_;
	return $client->send_json('POST', $o{path} // $path,
		{ name => 'In pieces', channelId => $channel, privacy => 1,
			filename => 'a.mp4', %{ $fields // {} } }, headers => {
			'x-upload-content-length' => $o{size} // $size,
			'x-upload-content-type' => 'video/mp4',
			%{ $o{headers} // {} } });
}

# Where it is, by its answer.
sub place {
	my ($answer) = @_;
	is $answer->{status}, 201, 'begun';
	my ($place) = ($answer->{headers}{location} // '') =~
		m{^\Q$cardume->{origin}\E(/api/v1/videos/.*\?upload_id=[\w-]+)$};
	ok $place, 'at an absolute address';
	return $place;
}

sub put {
	my ($place, $range, $content, %headers) = @_;
	return $client->request('PUT', $place, content => $content, headers => {
		'content-type' => 'application/octet-stream',
		defined $range ? ('content-range' => "bytes $range") : (),
		%headers });
}

# A condition that comes true in so many seconds.
sub becomes {
	my ($condition, $seconds, $what) = @_;
	ok &wait_until($condition, $seconds), $what;
}

sub range_of { $_[0]{headers}{range} // '' }

sub problem {
	my ($what, $status, $answer) = @_;
	is $answer->{status}, $status, "$what: $status";
	like $answer->{headers}{'content-type'} // '',
		qr{^application/problem\+json}, "$what: a problem document";
	is eval { decode_json($answer->{content})->{status} }, $status,
		"$what: that says it" or diag $answer->{content};
}

sub file_of {
	my ($place) = @_;
	my ($id) = $place =~ /upload_id=(\w+)/;
	return $cardume->media . '/source/' . $cardume->psql(
		"SELECT file FROM upload_session WHERE id = '$id'");
}

# --- from the beginning to the end ---------------------------------------------

my $answer = begin({ tags => ['one', 'two'], nsfw => JSON::PP::true });
my $place = place($answer);
is $answer->{content} // '', '', 'with no words';
like $answer->{headers}{'cache-control'}, qr/no-store/, 'kept by nobody';
like $answer->{headers}{'access-control-expose-headers'}, qr/Location/,
	'scripts may read where';
like $answer->{headers}{'x-upload-expires'}, qr/^\w{3}, \d\d \w{3} \d{4} /,
	'until when it waits';
$answer = put($place, "*/$size", '');
is $answer->{status}, 308, 'how far?';
is range_of($answer), 'bytes=0--1', 'nowhere yet, as PeerTube says it';
is $answer->{headers}{location}, undef, 'no Location: clients would follow';
$answer = put($place, "0-999/$size", substr($bytes, 0, 1000));
is $answer->{status}, 308, 'the first piece';
is range_of($answer), 'bytes=0-999', 'is there';
is $answer->{content} // '', '', 'nothing more is said';
is put($place, "1000-1999/$size", substr($bytes, 1000, 1000))->{status}, 308,
	'the second piece';
is range_of(put($place, "*/$size", '')), 'bytes=0-1999', 'both are there';
is range_of(put($place, '*/*', '')), 'bytes=0-1999', 'of an unknown total too';

# What does not fit says where to go on.
my $last = $size - 1;
for (["a gap", "3000-3999/$size", 1000], ['an overlap', "500-1499/$size", 1000],
	['again', "1000-1999/$size", 1000], ['from the beginning', "0-9/$size", 10],
	['past the end', "2000-$size/$size", $size - 1999],
	['another total', '2000-2999/99999999', 1000],
	['more than announced', "2000-2009/$size", 1000],
	['less than announced', "2000-2999/$size", 10],
	['nothing', "2000-2999/$size", 0]) {
	my ($what, $range, $length) = @$_;
	my $answer = put($place, $range, 'x' x $length);
	problem($what, 409, $answer);
	is range_of($answer), 'bytes=0-1999', "$what: where it stands";
}
for my $bad (undef, '', '5', '-', '0-', '-5/10', "0-999", '9-0/10', '0-1/x',
	'0x0-0x9/10', '0-9/10/10', '0 - 9/10', ' 0-9/10', '1' x 30 . '-5/10',
	'0-' . '9' x 30 . '/10', '*', '*/', '*/-1', '0-9,20-29/30',
	"0-9/10\0", '-1-5/10', '+0-9/10', '18446744073709551616-9/10') {
	problem('Content-Range ' . ($bad // 'missing'), 400,
		put($place, $bad, 'x' x 10)) unless ($bad // '') =~ /\0/;
}
problem('another unit', 400, put($place, undef, 'x',
	'content-range' => 'items 0-0/1'));
is range_of(put($place, "*/$size", '')), 'bytes=0-1999', 'nothing changed';

# Digests.
my $piece = substr $bytes, 2000, 500;
my $third = "2000-2499/$size";
problem('a wrong digest', 460, put($place, $third, $piece,
	digest => 'sha-256=' . sha256_base64('x') . '='));
problem('a wrong MD5', 460, put($place, $third, $piece,
	'content-md5' => md5_base64('x') . '=='));
problem('an unknown digest', 400, put($place, $third, $piece,
	digest => 'crc32=abc'));
problem('no digest', 400, put($place, $third, $piece, digest => 'sha-256'));
is range_of(put($place, "*/$size", '')), 'bytes=0-1999', 'nothing was taken';
my @good = ([digest => 'sha-256=' . sha256_base64($piece) . '='],
	[digest => 'sha=' . sha1_base64(substr $bytes, 2500, 500) . '='],
	['content-md5' => md5_base64(substr $bytes, 3000, 500) . '==']);
for my $i (0 .. $#good) {
	my $first = 2000 + 500 * $i;
	$answer = put($place, sprintf('%d-%d/%d', $first, $first + 499, $size),
		substr($bytes, $first, 500), @{ $good[$i] });
	is $answer->{status}, 308, "$good[$i][0]: $good[$i][1]";
}

# Others have nothing to look for here.
my %theirs = (authorization => "Bearer $token{$other}");
problem("another's", 403, put($place, "*/$size", '', %theirs));
problem("another's piece", 403, put($place, "3500-3999/$size", 'x' x 500,
	%theirs));
problem("another's end", 403, $client->request('DELETE', $place,
	headers => \%theirs));
problem('nobody', 401, $cardume->client->request('PUT', $place, content => 'x',
	headers => { 'content-range' => "bytes 3500-3500/$size" }));
problem('a bad token', 401, put($place, "*/$size", '',
	authorization => 'Bearer x'));
problem('an unknown one', 404, put("$path?upload_id=" . 'a' x 64, "*/$size", ''));
problem('no name', 400, put($path, "*/$size", ''));
problem('an odd name', 404, put("$path?upload_id=../../etc", "*/$size", ''));
problem('a long name', 404, put("$path?upload_id=" . 'a' x 101, "*/$size", ''));

# Two at once: the file's lock is the writer's.
open my $file, '+<', file_of($place) or die;
flock $file, LOCK_EX | LOCK_NB or die 'locked';
problem('two at once', 423, put($place, "3500-3999/$size",
	substr($bytes, 3500, 500)));
close $file;

$answer = put($place, "3500-$last/$size", substr $bytes, 3500);
is $answer->{status}, 200, 'the last piece' or diag $answer->{content};
my $video = decode_json($answer->{content})->{video};
like $video->{uuid}, qr/^[0-9a-f-]{36}$/, 'a video';
like $video->{shortUUID}, qr/^[1-9a-zA-Z]{22}$/, 'its short name';
is put($place, "3500-$last/$size", substr $bytes, 3500)->{content},
	$answer->{content}, 'sent again, it is answered again';
is put($place, "*/$size", '')->{content}, $answer->{content}, 'asked too';
$cardume->wait_published($video->{uuid}, 120);
my $got = $client->json("/api/v1/videos/$video->{uuid}");
is $got->{name}, 'In pieces', 'its name';
is_deeply $got->{tags}, [qw(one two)], 'its tags';
ok $got->{nsfw}, 'its switch';
is $cardume->psql("SELECT s.size FROM video_source s JOIN video v
	ON v.id = s.video_id WHERE v.uuid = '$video->{uuid}'"), $size, 'all of it';
is $client->request('DELETE', $place)->{status}, 204,
	'official clients end it after success';
problem('then it is unknown', 404, put($place, "*/$size", ''));
is $client->json("/api/v1/videos/$video->{uuid}")->{id}, $video->{id},
	'the video stays';

# --- a client that is killed -----------------------------------------------------

# Any client can do this: begin, ask, send what is missing.
sub send_file {
	my ($step, $pause) = @_;
	my $answer = begin({ name => 'Resumed', lastModified => 1234567890,
		originalName => 'b.mp4', filename => 'b.mp4' });
	die "begin: $answer->{status}\n" unless $answer->{status} =~ /^20[01]$/;
	my ($place) = $answer->{headers}{location} =~ m{^https?://[^/]*(/.*)};
	my $at = range_of($answer) =~ /^bytes=0-(\d+)/ ? $1 + 1 : 0;
	my $from = $at;
	while ($at < $size) {
		my $end = $at + $step < $size ? $at + $step : $size;
		my $answer = put($place, sprintf('%d-%d/%d', $at, $end - 1,
			$size), substr($bytes, $at, $end - $at));
		return ($place, $from, $answer) if $answer->{status} == 200;
		die "piece: $answer->{status}\n" if $answer->{status} != 308;
		($at) = range_of($answer) =~ /^bytes=0-(\d+)/ or die;
		$at++;
		sleep $pause;
	}
}

my $step = int($size / 8);
my $pid = fork;
if (!$pid) {
	eval { send_file($step, 1) };
	require POSIX;
	POSIX::_exit(0);
}
my $received = "SELECT coalesce(max(received), 0) FROM upload_session
	WHERE filename = 'b.mp4' AND user_id = $user";
becomes(sub { $cardume->psql($received) >= $step }, 30,
	'some pieces came');
kill KILL => $pid;
waitpid $pid, 0;
my $before = $cardume->psql($received);
my ($again, $from, $end) = send_file($size, 0);
is $from, $before, 'begun again, the same file goes on where it was';
cmp_ok $from, '>', 0, 'which is not the beginning';
$video = decode_json($end->{content})->{video};
becomes(sub { $cardume->psql("SELECT duration FROM video
	WHERE id = $video->{id}") == 2 }, 60, 'and is a whole film');
$answer = begin({ lastModified => 1234567890, originalName => 'b.mp4' });
is $answer->{status}, 201, 'once complete, the same file is a new upload';
isnt range_of($answer), "bytes=0-$last", 'from its beginning';
$client->request('DELETE', place($answer));

# Two users never share one.
my $mine = place(begin({ lastModified => 5 }));
my $theirs = $cardume->client;
$theirs->{headers}{authorization} = "Bearer $token{$other}";
my $their_channel = $theirs->json('/api/v1/users/me')->{videoChannels}[0]{id};
{
	local $client->{headers} = $theirs->{headers};
	isnt place(begin({ lastModified => 5, channelId => $their_channel })),
		$mine, 'the same file of another is another';
}
is place(begin({ lastModified => 5 })), $mine, 'mine is found again';
$client->request('DELETE', $mine);

# --- a program that is killed ------------------------------------------------------

# What was written and not acknowledged is cut off.
$place = place(begin({ name => 'Torn' }));
put($place, "0-999/$size", substr $bytes, 0, 1000);
my $partial = file_of($place);
open my $torn, '>>', $partial or die "$partial: $!";
print $torn 'torn' x 1000;
close $torn;
is range_of(put($place, "*/$size", '')), 'bytes=0-999', 'a torn piece';
$answer = put($place, "1000-$last/$size", substr $bytes, 1000);
is $answer->{status}, 200, 'is overwritten';
is -s $partial // 0, $size, 'no byte too many' if -e $partial;

# What the disk has lost is asked for again.
$place = place(begin({ name => 'Lost' }));
put($place, "0-999/$size", substr $bytes, 0, 1000);
truncate file_of($place), 10 or die;
is range_of(put($place, "*/$size", '')), 'bytes=0-9', 'a lost piece';
is put($place, "10-$last/$size", substr $bytes, 10)->{status}, 200,
	'is sent again';

# The program itself, while it copies.
my $big = 300_000_000;
my $noise = 'n' x 4_000_000;
$place = place(begin({ name => 'Killed', filename => 'k.mp4' }, size => $big));
is put($place, "0-3999999/$big", $noise)->{status}, 308, 'a first piece';
$partial = file_of($place);
my $length = $big - 4_000_000;
$pid = fork;
if (!$pid) {
	my $left = $length;
	my $status = $client->request('PUT', $place, content => sub {
		my $n = $left < 4_000_000 ? $left : 4_000_000;
		$left -= $n;
		return $n ? substr($noise, 0, $n) : undef;
	}, headers => { 'content-length' => $length,
		'content-range' => 'bytes 4000000-' . ($big - 1) . "/$big" })
		->{status};
	require POSIX;
	POSIX::_exit($status == 502 || $status == 599 ? 1 : 0);
}
my @pids = $cardume->pids('upload');
my $caught;
for (1 .. 60_000) {
	last if $caught = -s $partial > 4_000_000;
	sleep 0.001;
}
kill KILL => @pids;
waitpid $pid, 0;
ok $caught, 'killed in the middle of a piece';
is $? >> 8, 1, 'whose sender was told so';
becomes(sub { put($place, "*/$big", '')->{status} == 308 }, 20,
	'the program is back');
is range_of(put($place, "*/$big", '')), 'bytes=0-3999999',
	'only what was acknowledged counts';
$answer = put($place, "4000000-4000999/$big", 'x' x 1000);
is $answer->{status}, 308, 'and it goes on';
is -s $partial, 4_001_000, 'the torn rest is gone';
is $client->request('DELETE', $place)->{status}, 204, 'given up';
becomes(sub { not -e $partial }, 20,
	'its file goes');
problem('given up', 404, put($place, "*/$big", ''));

# --- refusals at the beginning ------------------------------------------------------

for (['no name', { name => undef }], ['a short name', { name => 'x' }],
	['no channel', { channelId => undef }], ['a bad one', { channelId => 'x' }],
	['no filename', { filename => undef }], ['a list', { name => ['x'] }],
	['bad tags', { tags => ['x'] }], ['a bad category', { category => 999 }],
	['a bad switch', { nsfw => 'perhaps' }]) {
	problem($_->[0], 400, begin($_->[1]));
}
problem('a file that is none', 415, begin({ filename => 'a.pdf' }));
problem('no extension', 415, begin({ filename => 'a' }));
problem('a type that is none', 415, begin({}, headers =>
	{ 'x-upload-content-type' => 'text/plain' }));
problem("another's channel", 403, begin({ channelId => $their_channel }));
problem("length $_", 400, begin({}, size => $_))
	for qw(0 -1 x 1.5 99999999999999999999);
for my $name (qw(length type)) {
	my %headers = ('x-upload-content-length' => 5,
		'x-upload-content-type' => 'video/mp4');
	delete $headers{"x-upload-content-$name"};
	problem("no X-Upload-Content-$name", 400, $client->send_json('POST',
		$path, { name => 'Headers', channelId => $channel,
		filename => 'a.mp4' }, headers => \%headers));
}
problem('nobody', 401, $cardume->client->send_json('POST', $path,
	{ name => 'x' }));
problem('metadata too long', 413, begin({ description => 'x' x 300_000 }));
for my $body ('', '{', '[1]', "\xff", '"x"') {
	problem('no object', 400, $client->request('POST', $path,
		content => $body, headers => { 'content-type' =>
		'application/json', 'x-upload-content-length' => 5,
		'x-upload-content-type' => 'video/mp4' }));
}
is $client->request('GET', $path)->{status}, 400, 'GET is for nothing here';

# (What has been made playable takes another part of the quota.)
becomes(sub { $cardume->psql("SELECT count(*) FROM job WHERE queue = 1
	AND state <> 4 AND owner_id = $user") == 0 }, 60, 'all is playable');
$cardume->psql("UPDATE app_user SET video_quota = (SELECT
	user_quota_used($user, '-infinity')) + 2 * $size WHERE id = $user");
$place = place(begin({ name => 'Takes quota' }));
$answer = begin({ name => 'Over quota' }, size => $size + 1);
problem('over quota', 413, $answer);
is decode_json($answer->{content})->{code}, 'quota_reached', 'its code';
is $client->request('DELETE', $place)->{status}, 204, 'what was reserved';
$place = place(begin({ name => 'Fits' }, size => $size + 1));
is $client->request('DELETE', $place)->{status}, 204, 'is free again';
$cardume->psql("UPDATE app_user SET video_quota = -1 WHERE id = $user");
$answer = begin({}, size => '1125899906842624');
problem('too large for this site', 413, $answer);
is decode_json($answer->{content})->{code}, 'max_file_size_reached', 'its code';

# Nobody begins without end.
$cardume->psql("INSERT INTO upload_session (id, user_id, filename, size, form)
	SELECT md5(random()::text) || md5(random()::text), $user, 'many.mp4', 1,
	'{}' FROM generate_series(1, 100)");
problem('too many', 429, begin({ name => 'One more' }));
$cardume->psql("DELETE FROM upload_session WHERE filename = 'many.mp4'");

# --- noise, pictures, expiry -----------------------------------------------------------

$place = place(begin({ name => 'Noise' }, size => 5000));
problem('noise', 422, put($place, '0-4999/5000', join '', map { chr int rand 256 }
	1 .. 5000));
problem('which is not kept', 404, put($place, '*/5000', ''));
$place = place(begin({ name => 'A page' }, size => 100));
problem('a page', 415, put($place, '0-99/100', '<!DOCTYPE html><html>' . 'x' x 79));

my $png = "$cardume->{run}/tmp/picture-$$.png";
system('ffmpeg', qw(-nostdin -v error -y -f lavfi -i testsrc2=size=640x360
	-frames:v 1), $png) == 0 or die;
$answer = $client->post_multipart($path, { name => 'With a picture',
	channelId => $channel, filename => 'c.mp4', privacy => 1,
	'tags[0]' => 'one', nsfw => 'false' },
	{ thumbnailfile => { path => $png, type => 'image/png' } }, headers => {
	'x-upload-content-length' => $size, 'x-upload-content-type' => 'video/mp4' });
$place = place($answer);
$answer = put($place, "0-$last/$size", $bytes);
is $answer->{status}, 200, 'in one piece' or diag $answer->{content};
$video = decode_json($answer->{content})->{video};
becomes(sub { $cardume->psql("SELECT count(*) FROM thumbnail
	WHERE video_id = $video->{id} AND is_custom") == 2 }, 60,
	'its picture');
unlink $png;

$place = place(begin({ name => 'Old' }));
my ($id) = $place =~ /upload_id=(\w+)/;
$cardume->psql("UPDATE upload_session SET touched_at = now() - interval '25 h'
	WHERE id = '$id'");
problem('a day later', 410, put($place, "*/$size", ''));
problem('a piece a day later', 410, put($place, "0-9/$size", 'x' x 10));

# --- another file for a video --------------------------------------------------------------

my $film = Cardume::Video->make($cardume, $owner, name => 'Replaced');
# (The directory is ours here, the worker's elsewhere.)
chmod 0777, $cardume->media .
	"/public/static/streaming-playlists/hls/$film->{uuid}";
my $replace = "/api/v1/videos/$film->{uuid}/source/replace-resumable";
sub replace {
	my ($as, $at) = @_;
	return $client->send_json('POST', $at // $replace,
		{ filename => 'new.mp4' }, headers => {
		'x-upload-content-length' => $size,
		'x-upload-content-type' => 'video/mp4',
		authorization => "Bearer $token{$as}" });
}
problem("another's", 403, replace($other));
problem('none', 404, replace($owner,
	'/api/v1/videos/999999999/source/replace-resumable'));
problem('a bad name', 400, replace($owner,
	'/api/v1/videos/x/source/replace-resumable'));
$place = place(replace($owner));
like $place, qr{/source/replace-resumable\?}, 'under its own address';
is put($place, "0-999/$size", substr $bytes, 0, 1000)->{status}, 308, 'a piece';
$answer = put($place, "1000-$last/$size", substr $bytes, 1000);
is $answer->{status}, 204, 'the last';
is put($place, "*/$size", '')->{status}, 204, 'and once more';
is $client->json("/api/v1/videos/$film->{uuid}")->{state}{id}, 1,
	'it is shown meanwhile';
becomes(sub { $cardume->psql("SELECT duration FROM video
	WHERE id = $film->{id}") == 2 }, 60,
	'then with its new file');
$got = $client->json("/api/v1/videos/$film->{uuid}/source");
is $got->{inputFilename}, 'new.mp4', 'which is told as its source';
is $client->request('DELETE', $place)->{status}, 204, 'the end';

# Nothing is left behind, and nothing stays reserved.
is $cardume->psql("SELECT count(*) FROM upload_session WHERE answer IS NULL
	AND user_id = $user AND touched_at > now() - interval '1 day'"), 0,
	'no upload is open';
done_testing;
