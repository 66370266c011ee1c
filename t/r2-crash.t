# SPDX-License-Identifier: AGPL-3.0-or-later
# What a worker leaves that dies between moving files and telling the
# database, or that is told to end while it reads; and what the sweep may
# remove of it all.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use File::Basename qw(dirname);
use File::Path qw(make_path);
use Test::More;
use Cardume qw(ffmpeg_clip wait_until);
use Cardume::Jobs;

my $jobs = Cardume::Jobs->start;
my $media = $jobs->media;
my $clip = ffmpeg_clip(seconds => 2);

sub work_off {
	my ($status, $log) = $jobs->worker(qw(transcode image publish remove
		tracker diaspora --once));
	is $jobs->value('SELECT count(*) FROM job'), 0, 'all jobs done'
		or diag $log, $jobs->value('SELECT * FROM job');
}

# As a worker leaves them that was killed before its commit: every file of the
# video in the other tree, and no empty directory behind it.
sub move_all {
	my ($video, $from, $to) = @_;
	for my $file (split /\n/, $jobs->value("SELECT video_files(v)
			FROM video v WHERE id = $video")) {
		make_path(dirname("$media/$to/$file"));
		rename "$media/$from/$file", "$media/$to/$file"
			or die "$file: $!";
	}
	my $uuid = $jobs->value("SELECT uuid FROM video WHERE id = $video");
	rmdir "$media/$from/static/streaming-playlists/hls/$uuid" or die $!;
}

sub privacy {
	my ($video, $privacy) = @_;
	$jobs->value("UPDATE video SET privacy = $privacy WHERE id = $video");
}

my $video = $jobs->video($clip, privacy => 3);
work_off();
my @private = $jobs->files('private');
cmp_ok scalar @private, '==', 7, 'a private video';

subtest 'killed while it was shown, and hidden again' => sub {
	privacy($video, 1);
	move_all($video, 'private', 'public');
	privacy($video, 3);
	work_off();
	is_deeply [$jobs->files('public')], [], 'nothing is public';
	is_deeply [$jobs->files('private')], \@private, 'all is there';
};

subtest 'killed just before the end' => sub {
	privacy($video, 1);
	work_off();
	move_all($video, 'public', 'private');
	$jobs->value("UPDATE video_file SET info_hash = NULL,
		torrent_filename = NULL, torrent_name = NULL");
	unlink map { "$media/$_" } $jobs->files('private/lazy-static/torrents');
	privacy($video, 3);
	work_off();
	is_deeply [$jobs->files('private')], \@private, 'the next run ends it';
};

subtest 'told to end while it reads' => sub {
	my $web = $jobs->value("SELECT filename FROM video_file
		WHERE video_id = $video AND playlist_id IS NULL");
	my $path = "$media/private/static/web-videos/$web";
	my $size = -s $path;
	truncate $path, 60 << 30 or plan skip_all => "no sparse files: $!";
	privacy($video, 1);
	my $pid = $jobs->spawn('publish');
	ok wait_until(sub { grep { (readlink $_ // q()) eq $path }
		glob "/proc/$pid/fd/*" }, 20), 'it reads for the torrent';
	kill TERM => $pid;
	waitpid $pid, 0;
	my $job = $jobs->row('SELECT state, attempt FROM job WHERE queue = 3');
	is_deeply $job, { state => 0, attempt => 0 }, 'the lease is handed back';
	truncate $path, $size or die $!;
	work_off();
};

sub touch {
	my ($path, $age) = @_;
	make_path(dirname("$media/$path"));
	open my $file, '>', "$media/$path" or die "$path: $!";
	print $file 'x';
	close $file;
	utime(time - $age, time - $age, "$media/$path") or die $!;
}

subtest 'sweep' => sub {
	my $uuid = $jobs->value("SELECT uuid FROM video WHERE id = $video");
	my $hls = "public/static/streaming-playlists/hls/$uuid";
	my $none = '00000000-0000-4000-8000-000000000000';
	my @known = $jobs->files('public');
	utime(time - 90000, time - 90000, "$media/$_") for @known;
	my @left = map { "$hls/$none-$_" } qw(480-fragmented.mp4 480.m3u8
		master.m3u8 segments-sha256.json);
	touch($_, 7200) for @left, 'source/orphan', 'source/picture';
	$jobs->value("UPDATE video_source SET path = 'source/used',
		is_kept = false WHERE video_id = $video");
	touch('source/used', 7200);
	my $waits = $jobs->video($clip);
	my $source = $jobs->value("SELECT path FROM video_source
		WHERE video_id = $waits");
	utime(time - 7200, time - 7200, "$media/$source") or die $!;
	$jobs->value("INSERT INTO job (queue, max_attempt, payload, state, run_at)
		VALUES (2, 5, '{\"path\": \"source/picture\"}', 2,
			now() + interval '1 day')");
	my ($id, $lease) = split /\|/, $jobs->value("UPDATE job SET state = 1,
		lease = nextval('lease_seq'), lease_until = now() +
		interval '1 day' WHERE queue = 1 RETURNING id, lease");
	for my $work ("$id-$lease", "$id-" . ($lease - 1)) {
		touch("work/$work/file", 100000);
		utime(time - 100000, time - 100000, "$media/work/$work");
	}
	utime(time - 7200, time - 7200, "$media/$hls") or die $!;
	my ($status, $log) = $jobs->worker(qw(sweep --once));
	is $status, 0, 'it ends well' or diag $log;
	is_deeply [$jobs->files('public')], \@known, 'only what rows name stays';
	is_deeply [$jobs->files('source')], [sort $source, 'source/picture'],
		'and what waits to be converted';
	is_deeply [$jobs->files('work')], ["work/$id-$lease/file"],
		'and what somebody works on';
	$jobs->value('DELETE FROM video; DELETE FROM job');
};

# Filled while FFmpeg writes: it ends well all the same, without a word.
subtest 'the disk is full' => sub {
	plan skip_all => 'only root can mount a small file system' if $<;
	system("mount -t tmpfs -o size=40m,mode=755 cardume-test '$media'") == 0
		or plan skip_all => 'tmpfs cannot be mounted here';
	make_path(map { "$media/$_" } qw(source work public private));
	my $video = $jobs->video(ffmpeg_clip(seconds => 60,
		size => '1280x720', args => [qw(-c:v mpeg4 -q:v 20)]));
	my $pid = $jobs->spawn('transcode');
	ok wait_until(sub { grep { /-fragmented\.mp4$/ && -s "$media/$_" }
		$jobs->files('work') }, 30), 'FFmpeg writes';
	system("cat /dev/zero >'$media/filler' 2>/dev/null");
	ok wait_until(sub { $jobs->value("SELECT state FROM job
		WHERE queue = 1") =~ /[24]/ }, 180), 'it gives up';
	my %full = (state => 2, attempt => 0, error => 'There is not enough room' .
		' on the disk. It goes on by itself when there is.');
	my $job = $jobs->row("SELECT state, attempt, error, payload, lease
		FROM job WHERE queue = 1");
	my ($room, $lease) = (delete $job->{payload}{room}, delete $job->{lease});
	is_deeply $job, { %full, payload => { videoId => $video } },
		'for now, which is no attempt';
	cmp_ok $room, '>', 0, 'and knows what was too little';
	is $jobs->value("SELECT state FROM video WHERE id = $video"), 2,
		'the video waits';
	is_deeply [$jobs->files('work')], [], 'nothing is left of the work';
	$jobs->value('UPDATE job SET run_at = now() WHERE queue = 1');
	ok wait_until(sub { $jobs->value("SELECT count(*) FROM job WHERE state = 2
		AND lease > $lease + 1") }, 30), 'it looks again';
	is_deeply $jobs->row('SELECT state, attempt, error FROM job
		WHERE queue = 1'), \%full, 'and goes on waiting';
	unlink "$media/filler";
	ok wait_until(sub { $jobs->value("SELECT state FROM video
		WHERE id = $video") == 1 }, 300), 'and is made when there is room';
	kill TERM => $pid;
	waitpid $pid, 0;
	privacy($video, 3);
	$jobs->worker(qw(publish tracker --once));
	system("cat /dev/zero >'$media/filler' 2>/dev/null");
	privacy($video, 1);
	$jobs->worker(qw(publish --once));
	is_deeply $jobs->row('SELECT state, attempt, error FROM job
		WHERE queue = 3'), \%full, 'torrents wait for room too';
	unlink "$media/filler";
	$jobs->value('UPDATE job SET run_at = now() WHERE queue = 3');
	work_off();
	is $jobs->value("SELECT count(*) FROM video_file WHERE video_id = $video
		AND info_hash IS NULL"), 0, 'and are made';
};
END { system("umount -l '$media' 2>/dev/null") if !$< }

done_testing;
