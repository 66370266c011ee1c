#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# yt-dlp as Debian has it, against an instance with TLS: a page's address, its
# own form of an address, formats, captions, a channel, a password; and aria2
# by the torrent that the API names.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use File::Temp qw(tempdir);
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Proxy;

my $cardume = Cardume->start('--tls', '--host', 'localhost');
my $proxy = Cardume::Proxy->start($cardume->{tls_port});
my $token = $cardume->token('root');
my $client = $cardume->client;
$client->{headers}{authorization} = "Bearer $token";
my $dir = tempdir(CLEANUP => 1);
my $words = join ' ', ('many words') x 40;
my $uuid = $cardume->wait_published($cardume->upload($token,
	ffmpeg_clip(seconds => 4, size => '640x360'), name => 'To be taken',
	description => $words), 180);
my $short = $client->json("/api/v1/videos/$uuid")->{shortUUID};
my $locked = $cardume->wait_published($cardume->upload($token,
	ffmpeg_clip(seconds => 2), name => 'Locked', privacy => 5,
	'videoPasswords[0]' => 'sesame'), 180);

sub yt_dlp {
	my (@args) = @_;
	return Cardume::run_command('timeout', 120, 'yt-dlp',
		'--ignore-config', '--no-cache-dir', '--no-check-certificates',
		'--proxy', $proxy->url, '--socket-timeout', 20, @args);
}

# --- what it tells -----------------------------------------------------------

for my $url ("https://localhost/w/$short", "peertube:localhost:$uuid",
		"https://localhost/videos/watch/$uuid",
		"https://localhost/videos/embed/$short") {
	my ($status, $out) = yt_dlp('-F', $url);
	is $status, 0, "-F $url" or diag $out;
	my @files = $out =~ /^(360p\S* +mp4 .*https)/mg;
	is scalar @files, 2, 'has the file and that of the playlist';
}
my ($status, $out) = yt_dlp('-J', '--no-warnings', "peertube:localhost:$uuid");
my $info = eval { decode_json($out) } or diag $out;
is $info->{title}, 'To be taken', 'title';
is $info->{description}, $words, 'all of a long description';
is $info->{duration}, 4, 'duration';
is $info->{uploader_id}, '' . $client->json("/api/v1/videos/$uuid")
	->{account}{id}, 'uploader';
like $info->{channel_url}, qr{/video-channels/root_channel$}, 'channel';
like $info->{thumbnail}, qr{^https://localhost/lazy-static/}, 'thumbnail';
is $info->{view_count}, 0, 'views';

# --- files -------------------------------------------------------------------

($status, $out) = yt_dlp('-o', "$dir/film.%(ext)s", '-f', 'best[protocol=https]',
	"https://localhost/w/$short");
is $status, 0, 'downloads' or diag $out;
is -s "$dir/film.mp4", $client->json("/api/v1/videos/$uuid")->{files}[0]{size},
	'the whole file';
my ($playlist) = @{ $client->json("/api/v1/videos/$uuid")->{streamingPlaylists} };
($status, $out) = yt_dlp('-o', "$dir/hls.%(ext)s", $playlist->{playlistUrl});
is $status, 0, 'downloads by HLS' or diag $out;
cmp_ok -s "$dir/hls.mp4", '>', 10_000, 'something' if !$status;

# --- captions ----------------------------------------------------------------

my $vtt = "WEBVTT\n\n00:00.000 --> 00:02.000\nHello there\n";
my $answer = $client->request('PUT', "/api/v1/videos/$uuid/captions/en",
	content => join("\r\n", '--x', 'Content-Disposition: form-data; ' .
		'name="captionfile"; filename="en.vtt"',
		'Content-Type: text/vtt', '', $vtt, '--x--', ''),
	headers => { 'content-type' => 'multipart/form-data; boundary=x' });
SKIP: {
	skip 'captions cannot be uploaded yet', 3 if $answer->{status} != 204;
	($status, $out) = yt_dlp('--list-subs', "peertube:localhost:$uuid");
	like $out, qr/^en\b.*vtt/m, 'lists captions';
	($status, $out) = yt_dlp('--write-subs', '--skip-download', '-o',
		"$dir/subs", "peertube:localhost:$uuid");
	is $status, 0, 'takes them' or diag $out;
	like slurp("$dir/subs.en.vtt"), qr/Hello there/, 'the text';
}

# --- passwords ---------------------------------------------------------------

($status, $out) = yt_dlp('-F', "peertube:localhost:$locked");
isnt $status, 0, 'a locked video is not open';
like $out, qr/401|assword/, 'and says why';
($status, $out) = yt_dlp('-F', '--video-password', 'sesame',
	"peertube:localhost:$locked");
SKIP: {
	# Older ones send it with neither the API's requests nor the files'.
	skip 'this yt-dlp sends no password to PeerTube', 1
		if $out =~ /401/;
	is $status, 0, 'its password opens it' or diag $out;
}

# --- aria2 -------------------------------------------------------------------

my ($file) = @{ $client->json("/api/v1/videos/$uuid")->{files} };
my ($aria_status, $aria) = Cardume::run_command('timeout', 90, 'aria2c',
	'--no-conf', '--check-certificate=false', '--enable-dht=false',
	'--enable-dht6=false', '--bt-enable-lpd=false', '--seed-time=0',
	'--all-proxy', $proxy->url, '-d', $dir, $file->{torrentUrl});
is $aria_status, 0, 'aria2 takes the torrent of the API' or diag $aria;
my ($taken) = grep { !/film\.mp4$|hls\.mp4$/ } glob "$dir/*.mp4 $dir/*/*.mp4";
is $taken && -s $taken, $file->{size}, 'and the file by its web seed';
done_testing;
