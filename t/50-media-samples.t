# SPDX-License-Identifier: AGPL-3.0-or-later
# Every file of the shared media set goes through the job `transcode`: real and
# odd ones come out as files every player takes, broken and hostile ones with a
# sentence for the uploader.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume qw(shared_data slurp);
use Cardume::Jobs;
use Digest::SHA qw(sha256_hex);
use File::Basename qw(basename);
use JSON::PP;

my $dir = shared_data('media')
	or plan skip_all => 'the shared media set is not here';
my @paths = grep { !/LICENCES/ } glob "$dir/*";

# width, height, and what else is certain.
my %expected = (
	'drv-bbb-720p60.mp4' => [1280, 720, fps => 60],
	'drv-bbb-cif-h263-anamorphic.3gp' => [384, 288],
	'drv-odd-427x241-h264-444.mp4' => [426, 240],
	'drv-phone-rot180.mp4' => [undef, undef],
	'drv-phone-rot90.mp4' => [1080, 1920],
	'drv-portrait-720x1280.mp4' => [720, 1280],
	'drv-speech.flac' => [854, 480, fps => 25],
	'real-hello-480i-mpeg2-mp2.mpeg' => [640, 480],
	'real-hello-480p-theora-vorbis.ogv' => [720, 480, sound => 0,
		note => qr/sound could not be read/],
	'real-phone-1080p-h264-aac.mp4' => [1920, 1080],
	'real-bottle-360p-noaudio.mp4' => [640, 360, sound => 0],
	'real-speech.mp3' => [854, 480],
	'syn-120fps.mp4' => [undef, undef, fps => 60],
	'syn-1fps-64x36.mp4' => [64, 36, fps => 1],
	'syn-2160p30-1s.mp4' => [1920, 1080, fps => 30],
	'syn-audio-longer-than-video.mp4' => [undef, undef, duration => 6],
	'syn-scope-1920x800.mp4' => [1920, 800],
	'syn-hdr10-pq-540p-hevc10.mp4' => [960, 540],
);
# Streams that must come out as they went in.
my %copied = map { $_ => 1 } qw(real-hello-720p-h264-aac.mp4
	drv-bbb-720p60.mp4 drv-portrait-720x1280.mp4);
my %refused = (
	'bad-empty.mp4' => qr/empty/,
	'bad-random.mp4' => qr/neither video nor sound/,
	'bad-subtitles-only.mp4' => qr/subtitles only/,
	'bad-text.mp4' => qr/neither video nor sound/,
	'bad-truncated-faststart.mp4' => qr/lasts 8\.3 s, but 3\.\d s/,
	'bad-truncated-moov-at-end.mp4' => qr/damaged/,
	'bad-truncated.webm' => qr/incomplete/,
	'evil-8192x8192.mp4' => qr/too many pixels/,
	'evil-bomb-60000x60000.png' => qr/picture/,
	(map { $_ => qr/playlist/ } qw(evil-concat.mp4 evil-hls-localfile.mp4
		evil-hls-ssrf.avi evil-mpd.mp4)),
);

my $jobs = Cardume::Jobs->start;
my $media = $jobs->media;
# One in three lies inside a form's body, as nginx wrote it.
my $nr = 0;
my %video = map { basename($_) => $jobs->video($_, name => basename($_),
	start => $nr++ % 3 == 2 ? 1234 : 0) } @paths;
my ($status, $log) = $jobs->worker(qw(transcode --once));
is $status, 0, 'the worker has lived through it all' or diag $log;
is $jobs->value('SELECT count(*) FROM job WHERE queue = 1 AND state <> 4'), 0,
	'no job is left';

sub probe {
	my ($path) = @_;
	my ($failed, $text) = Cardume::Database::command(undef, 'ffprobe',
		qw(-v error -show_streams -show_format -of json), $path);
	diag $text if $failed;
	my $info = eval { decode_json($text) } // {};
	my %stream = map { $_->{codec_type} => $_ } @{ $info->{streams} };
	return ($info->{format}, $stream{video}, $stream{audio});
}

# SHA-256 of a stream's packets.
sub packets {
	my ($path, $stream) = @_;
	my (undef, $text) = Cardume::Database::command(undef, 'ffmpeg',
		qw(-nostdin -v error -i), $path, '-map', "0:$stream:0",
		qw(-c copy -f hash -hash sha256 -));
	return $text;
}

sub check_file {
	my ($name, $path, $row, $wanted) = @_;
	my ($format, $picture, $sound) = probe($path);
	is $picture->{codec_name}, 'h264', "$name: H.264";
	is $picture->{pix_fmt}, 'yuv420p', "$name: yuv420p";
	is $picture->{sample_aspect_ratio} // '1:1', '1:1', "$name: square pixels";
	ok !grep({ $_->{rotation} } @{ $picture->{side_data_list} // [] }),
		"$name: upright";
	is $sound ? 1 : 0, $row->{has_audio} ? 1 : 0, "$name: sound as told";
	is $sound->{codec_name}, 'aac', "$name: AAC" if $sound;
	is "$picture->{width}x$picture->{height}",
		"$row->{width}x$row->{height}", "$name: size as told";
	is $picture->{width}, $wanted->[0], "$name: width" if $wanted->[0];
	is $picture->{height}, $wanted->[1], "$name: height" if $wanted->[1];
	is -s $path, $row->{size}, "$name: bytes as told";
	my %more = @$wanted[2 .. $#$wanted];
	is 0 + $row->{fps}, $more{fps}, "$name: rate" if $more{fps};
	is $row->{has_audio} ? 1 : 0, $more{sound}, "$name: sound"
		if exists $more{sound};
	cmp_ok abs($format->{duration} - $more{duration}), '<', 1,
		"$name: duration" if $more{duration};
}

sub check_playlists {
	my ($name, $directory, $row, $playlist) = @_;
	my $text = slurp("$directory/" . ($row->{filename} =~
		s/-fragmented\.mp4$/.m3u8/r));
	my $bytes = slurp("$directory/$row->{filename}");
	my $hashes = decode_json(slurp(
		"$directory/$playlist->{segments_sha256_filename}"));
	my %ranges;
	while ($text =~ /^#EXT-X-BYTERANGE:(\d+)@(\d+)/mg) {
		my $range = $2 . '-' . ($2 + $1 - 1);
		$ranges{$range} = sha256_hex(substr $bytes, $2, $1);
	}
	is_deeply $hashes, { $row->{filename} => \%ranges },
		"$name: hashes of the segments";
	like $text, qr/^#EXT-X-ENDLIST/m, "$name: the playlist ends";
	like $text, qr/^#EXT-X-PLAYLIST-TYPE:VOD/m, "$name: it is no live";
	my $master = slurp("$directory/$playlist->{playlist_filename}");
	my $sound = $row->{has_audio} ? ',mp4a\.40\.\d+' : '';
	my $size = "$row->{width}x$row->{height}";
	like $master, qr/^\#EXT-X-STREAM-INF:BANDWIDTH=\d+,RESOLUTION=$size,
		FRAME-RATE=[\d.]+,CODECS="avc1\.[0-9a-f]{6}$sound"\n
		[0-9a-f-]{36}-$row->{resolution}\.m3u8$/mx, "$name: master";
}

sub check_thumbnails {
	my ($name, $id) = @_;
	for my $line (split /\n/, $jobs->value("SELECT filename, width, height
			FROM thumbnail WHERE video_id = $id")) {
		my ($file, $width, $height) = split /\|/, $line;
		my (undef, $picture) =
			probe("$media/public/lazy-static/thumbnails/$file");
		is "$picture->{codec_name} $picture->{width} $picture->{height}",
			"mjpeg $width $height", "$name: picture $width";
	}
}

sub check_published {
	my ($name, $id) = @_;
	my $video = $jobs->row("SELECT * FROM video WHERE id = $id");
	is $video->{state}, 1, "$name: published" or diag $video->{error};
	return if $video->{state} != 1;
	my $wanted = $expected{$name} // [];
	my %more = @$wanted[2 .. $#$wanted];
	like $video->{error} // '', $more{note} // qr/^$/, "$name: note";
	ok $video->{files_are_public}, "$name: files for everybody";
	my $playlist = $jobs->row("SELECT * FROM streaming_playlist
		WHERE video_id = $id");
	my $hls = $jobs->row("SELECT * FROM video_file WHERE video_id = $id
		AND playlist_id IS NOT NULL");
	my $web = $jobs->row("SELECT * FROM video_file WHERE video_id = $id
		AND playlist_id IS NULL");
	my $directory = "$media/public/static/streaming-playlists/hls/" .
		$video->{uuid};
	check_file("$name: HLS", "$directory/$hls->{filename}", $hls, $wanted);
	check_file("$name: MP4", "$media/public/static/web-videos/" .
		$web->{filename}, $web, $wanted);
	check_playlists($name, $directory, $hls, $playlist);
	check_thumbnails($name, $id);
	if ($copied{$name}) {
		is packets("$directory/$hls->{filename}", $_),
			packets("$dir/$name", $_), "$name: $_ copied" for 'v';
	}
}

sub check_refused {
	my ($name, $id) = @_;
	my $video = $jobs->row("SELECT * FROM video WHERE id = $id");
	is $video->{state}, 7, "$name: failed";
	like $video->{error} // '', $refused{$name} // qr/\w.*\.$/,
		"$name: says why";
	is $jobs->value("SELECT count(*) FROM video_file WHERE video_id = $id"), 0,
		"$name: nothing was made";
}

for my $name (sort keys %video) {
	my $check = $name =~ /^(bad|evil)-/ ? \&check_refused : \&check_published;
	subtest $name => sub { $check->($name, $video{$name}) };
}

is_deeply [$jobs->files('work')], [], 'nothing is left of the work';
my %kept = map { $_ => 1 } split /\n/, $jobs->value("SELECT s.path
	FROM video_source s JOIN video v ON v.id = s.video_id WHERE v.state = 7");
is_deeply [$jobs->files('source')], [sort keys %kept],
	'originals of what failed are kept, others are not';

done_testing;
