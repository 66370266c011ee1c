# SPDX-License-Identifier: AGPL-3.0-or-later
# What belongs to a video besides its file: chapters, source, renditions,
# another transcoding.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json encode_json);
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my ($owner, $other) = map { $cardume->user(unique($_)) } qw(parts other);
my %client = map { $_ => $cardume->client } qw(owner other admin nobody);
my %name = (owner => $owner, other => $other, admin => 'root');
$client{$_}{headers} = { accept => 'application/json',
	authorization => 'Bearer ' . $cardume->token($name{$_}) } for keys %name;
my $video = Cardume::Video->make($cardume, $owner);
my $hidden = Cardume::Video->make($cardume, $owner, privacy => 3, bare => 1);
my $locked = Cardume::Video->make($cardume, $owner, privacy => 5, bare => 1,
	passwords => ['sesame']);

sub path { "/api/v1/videos/$_[0]{uuid}/$_[1]" }

sub ask {
	my ($who, $method, $path, $document) = @_;
	my $answer = $document ?
		$client{$who}->send_json($method, $path, $document) :
		$client{$who}->request($method, $path);
	$answer->{json} = eval { decode_json($answer->{content}) };
	return $answer;
}

sub refused {
	my ($what, $status, $answer) = @_;
	is $answer->{status}, $status, "$what: $status";
	like $answer->{headers}{'content-type'} // '',
		qr{^application/problem\+json}, "$what: a problem document";
}

sub goes {
	my ($file) = @_;
	return &wait_until(sub { !-e $file }, 20);
}

# --- chapters ------------------------------------------------------------------

my $chapters = path($video, 'chapters');
is_deeply ask('nobody', 'GET', $chapters)->{json}, { chapters => [] },
	'no chapters';
my $answer = ask('owner', 'PUT', $chapters, { chapters => [
	{ title => 'The end', timecode => 50 },
	{ title => "A\x{e9}", timecode => 0 }] });
is $answer->{status}, 204, 'chapters are taken';
is $answer->{content} // '', '', 'and answered by nothing';
is_deeply ask('nobody', 'GET', $chapters)->{json}, { chapters => [
	{ title => "A\x{e9}", timecode => 0 },
	{ title => 'The end', timecode => 50 }] }, 'in their order';
for my $bad ({}, { chapters => undef }, { chapters => 'x' },
		{ chapters => { a => 1 } }, { chapters => [1] },
		{ chapters => [{ title => 'x' }] },
		{ chapters => [{ timecode => 1 }] },
		{ chapters => [{ title => '', timecode => 1 }] },
		{ chapters => [{ title => 'x' x 101, timecode => 1 }] },
		{ chapters => [{ title => ['x'], timecode => 1 }] },
		{ chapters => [{ title => 'x', timecode => -1 }] },
		{ chapters => [{ title => 'x', timecode => 1.5 }] },
		{ chapters => [{ title => 'x', timecode => 'x' }] },
		{ chapters => [{ title => 'x', timecode => [1] }] },
		{ chapters => [{ title => 'x', timecode => 99999999999 }] },
		{ chapters => [map +{ title => 'x', timecode => 1 }, 1 .. 2] },
		{ chapters => [map +{ title => 'x', timecode => $_ },
			1 .. 1001] }) {
	refused(substr(encode_json($bad), 0, 60), 400,
		ask('owner', 'PUT', $chapters, $bad));
}
is @{ ask('nobody', 'GET', $chapters)->{json}{chapters} }, 2,
	'bad ones change nothing';
refused("another's", 403, ask('other', 'PUT', $chapters, { chapters => [] }));
refused('nobody', 401, ask('nobody', 'PUT', $chapters, { chapters => [] }));
refused('hidden', 404, ask('other', 'PUT', path($hidden, 'chapters'),
	{ chapters => [] }));
refused('hidden to read', 404, ask('nobody', 'GET', path($hidden, 'chapters')));
refused('locked', 401, ask('nobody', 'GET', path($locked, 'chapters')));
is $client{nobody}->get(path($locked, 'chapters'), headers =>
	{ 'x-peertube-video-password' => 'sesame' })->{status}, 200, 'unlocked';
is ask('owner', 'PUT', $chapters, { chapters => [] })->{status}, 204, 'none';
is_deeply ask('nobody', 'GET', $chapters)->{json}, { chapters => [] },
	'no chapters again';

# --- what was uploaded -----------------------------------------------------------

my $source = path($video, 'source');
refused('no source', 404, ask('owner', 'GET', $source));
my $file = unique('src');
$cardume->psql("INSERT INTO video_source (video_id, path, size, filename,
	is_kept) VALUES ($video->{id}, 'source/$file', 5, 'a film.mp4', true)");
open my $out, '>', $cardume->media . "/source/$file" or die;
print $out 'bytes';
close $out;
$answer = ask('owner', 'GET', $source);
is $answer->{status}, 200, 'the source';
is $answer->{json}{inputFilename}, 'a film.mp4', 'its name';
is $answer->{json}{size}, 5, 'its size';
like $answer->{json}{createdAt}, qr/^\d{4}-.*Z$/, 'its time';
refused("another's", 403, ask('other', 'GET', $source));
refused('nobody', 401, ask('nobody', 'GET', $source));
refused("another's", 403, ask('other', 'DELETE', "$source/file"));
is ask('owner', 'DELETE', "$source/file")->{status}, 204, 'let go';
ok goes($cardume->media . "/source/$file"), 'the file is gone';
refused('gone', 404, ask('owner', 'DELETE', "$source/file"));
is ask('owner', 'GET', $source)->{status}, 200, 'what it was is known still';

# --- another transcoding -----------------------------------------------------------

my $transcoding = path($video, 'transcoding');
my %hls = (transcodingType => 'hls');
refused('not an admin', 403, ask('owner', 'POST', $transcoding, \%hls));
refused('nobody', 401, ask('nobody', 'POST', $transcoding, \%hls));
refused('no kind', 400, ask('admin', 'POST', $transcoding, {}));
refused('another kind', 400, ask('admin', 'POST', $transcoding,
	{ transcodingType => 'x' }));
refused('nothing kept', 400, ask('admin', 'POST', $transcoding, \%hls));
refused('no such video', 404, ask('admin', 'POST',
	'/api/v1/videos/999999999/transcoding', \%hls));
$cardume->psql("UPDATE video_source SET is_kept = true
	WHERE video_id = $video->{id}");
is ask('admin', 'POST', $transcoding, \%hls)->{status}, 204, 'once more';
$cardume->psql("DELETE FROM job WHERE queue = 1
	AND payload ->> 'videoId' = '$video->{id}' AND state <> 1");

# --- a download ---------------------------------------------------------------------

my $number = $cardume->psql("SELECT id FROM video_file
	WHERE video_id = $video->{id} AND playlist_id IS NULL");
for my $named ($video->{uuid}, $video->{short}, $video->{id},
	"$video->{uuid}.mp4") {
	my $answer = $client{nobody}->get(
		"/download/videos/generate/$named?videoFileIds=$number");
	is $answer->{status}, 200, "download by $named";
	like $answer->{headers}{'content-disposition'},
		qr/^attachment; filename="A clip 360p\.mp4"/, 'under its name';
}
sub download {
	my ($who, $of, $ids) = @_;
	return $client{$who}->get("/download/videos/generate/$of$ids")->{status};
}
is download('nobody', $video->{uuid}, ''), 400, 'none named';
is download('nobody', $video->{uuid}, '?videoFileIds=x'), 400, 'no number';
is download('nobody', $video->{uuid},
	"?videoFileIds=$number&videoFileIds=$number"), 400, 'two';
is download('nobody', $video->{uuid}, '?videoFileIds=-1'), 400, 'below all';
is download('nobody', $video->{uuid}, '?videoFileIds=2147483647'), 404, 'unknown';
is download('nobody', 'x', "?videoFileIds=$number"), 404, 'no video';
my $unlisted = Cardume::Video->make($cardume, $owner, privacy => 2);
my $second_number = $cardume->psql("SELECT min(id) FROM video_file
	WHERE video_id = $unlisted->{id}");
is download('nobody', $unlisted->{id}, "?videoFileIds=$second_number"), 404,
	'an unlisted one has no number';
is download('nobody', $unlisted->{uuid}, "?videoFileIds=$second_number"), 200,
	'but a UUID';
is download('nobody', $video->{uuid}, "?videoFileIds=$second_number"), 404,
	"another video's file";

# --- renditions ---------------------------------------------------------------------

my ($web_id) = $cardume->psql("SELECT id FROM video_file
	WHERE video_id = $video->{id} AND playlist_id IS NULL");
my ($hls_id) = $cardume->psql("SELECT id FROM video_file
	WHERE video_id = $video->{id} AND playlist_id IS NOT NULL");
for my $kind (qw(hls web-videos)) {
	refused("$kind, not an admin", 403,
		ask('owner', 'DELETE', path($video, $kind)));
	refused("$kind, nobody", 401, ask('nobody', 'DELETE', path($video, $kind)));
	refused("$kind, no such file", 404,
		ask('admin', 'DELETE', path($video, "$kind/999999999")));
	refused("$kind, no number", 400,
		ask('admin', 'DELETE', path($video, "$kind/x")));
	refused("$kind of a video without", 400,
		ask('admin', 'DELETE', path($locked, $kind)));
}
refused('a number of the other kind', 404,
	ask('admin', 'DELETE', path($video, "hls/$web_id")));
my $public = $cardume->media . '/public';
my $web_file = $public . $video->{files}{web};
ok -e $web_file, 'a file';
is ask('admin', 'DELETE', path($video, "web-videos/$web_id"))->{status}, 204,
	'one web video';
ok goes($web_file), 'its file goes';
ok -e $public . $video->{files}{master}, 'the playlist stays';
refused('the last', 400, ask('admin', 'DELETE', path($video, 'hls')));
refused('the last one', 400, ask('admin', 'DELETE', path($video, "hls/$hls_id")));
is @{ ask('nobody', 'GET', "/api/v1/videos/$video->{uuid}")
	->{json}{streamingPlaylists} }, 1, 'and is told';
my $second = Cardume::Video->make($cardume, $owner);
# (The directory is ours here, the worker's elsewhere.)
chmod 0777, "$public/static/streaming-playlists/hls/$second->{uuid}";
is ask('admin', 'DELETE', path($second, 'hls'))->{status}, 204, 'all of HLS';
ok goes($public . $second->{files}{$_}), "$_ goes"
	for qw(segment master rendition hashes);
ok -e $public . $second->{files}{web}, 'the web video stays';
$answer = ask('nobody', 'GET', "/api/v1/videos/$second->{short}")->{json};
is_deeply $answer->{streamingPlaylists}, [], 'no playlist is told';
is @{ $answer->{files} }, 1, 'but the web video';
refused('the last web videos', 400,
	ask('admin', 'DELETE', path($second, 'web-videos')));

# --- captions, and what is off --------------------------------------------------------

my $captions = path($video, 'captions');
is_deeply ask('nobody', 'GET', $captions)->{json}, { total => 0, data => [] },
	'no captions';
refused('none to delete', 404, ask('owner', 'DELETE', "$captions/en"));
refused("another's", 403, ask('other', 'DELETE', "$captions/en"));
refused('nobody', 401, ask('nobody', 'DELETE', "$captions/en"));
refused('no transcription', 400, ask('owner', 'POST', "$captions/generate", {}));
refused("another's", 403, ask('other', 'POST', "$captions/generate", {}));
refused('no studio', 400, ask('owner', 'POST', path($video, 'studio/edit'), {}));
done_testing;
