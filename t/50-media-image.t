# SPDX-License-Identifier: AGPL-3.0-or-later
# Job `image`: avatars, banners and thumbnails somebody uploaded; and what is
# no picture.
use strict;
use warnings;
no warnings 'qw';	# "csv=p=0", "s=64x64,d=1"
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume qw(shared_data ffmpeg_clip slurp);
use Cardume::Jobs;
use File::Copy qw(copy);
use JSON::PP;

my $jobs = Cardume::Jobs->start;
my $media = $jobs->media;
my $actor = $jobs->value("SELECT min(actor_id) FROM channel");
my $serial = 0;

# A picture made by FFmpeg of these options, as an upload of that name.
sub picture {
	my ($suffix, $source, @options) = @_;
	my $name = 'incoming/picture' . ++$serial;
	my $path = "$media/$name.$suffix";
	my ($failed, $text) = Cardume::Database::command(undef, 'ffmpeg',
		qw(-nostdin -v error -y -f lavfi -i), $source, '-frames:v', 1,
		@options, $path);
	die $text if $failed;
	rename $path, "$media/$name" or die $!;
	return $name;
}

sub put {
	my ($bytes) = @_;
	my $name = 'incoming/picture' . ++$serial;
	open my $file, '>:raw', "$media/$name" or die $!;
	print $file $bytes;
	close $file;
	return $name;
}

# Runs the job; its number.
sub convert {
	my (%payload) = @_;
	my $json = encode_json(\%payload) =~ s/'/''/gr;
	my $id = $jobs->value("INSERT INTO job (queue, max_attempt, payload)
		VALUES (2, 5, '$json') RETURNING id");
	my ($status, $log) = $jobs->worker(qw(image remove --once));
	is $status, 0, 'the worker' or diag $log;
	return $id;
}

sub size_of {
	my ($path) = @_;
	my (undef, $text) = Cardume::Database::command(undef, 'ffprobe',
		qw(-v error -show_entries stream=codec_name,width,height -of
		csv=p=0), $path);
	chomp $text;
	return $text;
}

sub images_are {
	my ($kind, @sizes) = @_;
	my @rows = split /\n/, $jobs->value("SELECT filename, width, height
		FROM actor_image WHERE actor_id = $actor AND kind = '$kind'
		ORDER BY width DESC");
	is_deeply [map { my ($f, $w, $h) = split /\|/;
		"$w,$h " . size_of("$media/public/lazy-static/${kind}s/$f") } @rows],
		[map { "$_ mjpeg,$_" } @sizes], "$kind: rows and files";
	return map { (split /\|/)[0] } @rows;
}

my @avatar = qw(1500,1500 600,600 120,120 48,48);

subtest 'an avatar' => sub {
	my $path = picture('png', 'testsrc2=size=640x400,format=rgba');
	my $updated = $jobs->value("SELECT updated_at FROM actor
		WHERE id = $actor");
	my $id = convert(kind => 'avatar', actorId => $actor, path => $path);
	is $jobs->value("SELECT error FROM job WHERE id = $id"), '', 'done';
	my @first = images_are('avatar', @avatar);
	ok !-e "$media/$path", 'the upload is gone';
	isnt $jobs->value("SELECT updated_at FROM actor WHERE id = $actor"),
		$updated, 'the actor has changed';
	convert(kind => 'avatar', actorId => $actor,
		path => picture('jpg', 'mandelbrot=size=300x900'));
	my @second = images_are('avatar', @avatar);
	is_deeply [sort map { "public/lazy-static/avatars/$_" } @second],
		[$jobs->files('public/lazy-static/avatars')],
		'another one replaces it';
};

subtest 'a banner' => sub {
	convert(kind => 'banner', actorId => $actor,
		path => picture('webp', 'testsrc2=size=1000x1000'));
	images_are('banner', qw(1920,317 600,100));
};

subtest 'metadata' => sub {
	convert(kind => 'avatar', actorId => $actor, path => picture('jpg',
		'color=red:size=64x64', '-metadata', 'comment=my home address'));
	unlike slurp("$media/$_"), qr/home address/, 'not kept'
		for $jobs->files('public/lazy-static/avatars');
};

subtest 'a slice of a file' => sub {
	my $bytes = slurp("$media/" . picture('png', 'color=blue:size=90x90'));
	my $path = put('x' x 777 . $bytes . 'y' x 99);
	convert(kind => 'avatar', actorId => $actor, path => $path,
		start => 777, size => length $bytes);
	images_are('avatar', @avatar);
};

subtest 'a thumbnail' => sub {
	my $video = $jobs->video(ffmpeg_clip(seconds => 1));
	convert(kind => 'thumbnail', videoId => $video,
		path => picture('png', 'color=green:size=200x400'));
	$jobs->worker(qw(transcode --once));
	is $jobs->value("SELECT string_agg(kind || ' ' || is_custom, ', '
		ORDER BY kind) FROM thumbnail WHERE video_id = $video"),
		'preview true, thumbnail true', 'transcoding does not replace it';
	my ($name) = $jobs->value("SELECT filename FROM thumbnail
		WHERE video_id = $video AND kind = 'preview'");
	$jobs->worker(qw(publish remove --once));
	is size_of("$media/public/lazy-static/thumbnails/$name"),
		'mjpeg,850,480', 'it is with the other files';
	convert(kind => 'thumbnail', videoId => $video,
		path => picture('png', 'color=red:size=400x200'));
	is scalar(() = $jobs->files('public/lazy-static/thumbnails')), 2,
		'another one replaces it';
};

subtest 'what is no picture' => sub {
	my $secret = put('the secret of somebody else');
	my %bad = (
		'a text' => put('no picture'),
		'nothing' => put(''),
		'a video' => put(slurp(ffmpeg_clip(seconds => 1))),
		'a playlist' => put("#EXTM3U\n#EXTINF:1,\nfile://$media/$secret\n"),
		'a concat script' => put("ffconcat version 1.0\nfile $secret\n"),
		'an SVG' => put('<svg xmlns="http://www.w3.org/2000/svg"/>'),
	);
	my $bomb = shared_data('media/evil-bomb-60000x60000.png');
	$bad{'a bomb'} = put(slurp($bomb)) if $bomb;
	for my $what (sort keys %bad) {
		my $id = convert(kind => 'avatar', actorId => $actor,
			path => $bad{$what});
		is $jobs->value("SELECT state FROM job WHERE id = $id"), 4,
			"$what is refused";
		like $jobs->value("SELECT error FROM job WHERE id = $id"),
			qr/could not be read; JPEG, PNG and WebP are/, 'and why';
	}
	images_are('avatar', @avatar);
	my $id = convert(kind => 'avatar', actorId => $actor,
		path => '../../etc/passwd');
	like $jobs->value("SELECT error FROM job WHERE id = $id"), qr/Not a job/,
		'a path outside is refused';
};

is_deeply [$jobs->files('work')], [], 'nothing is left of the work';

done_testing;
