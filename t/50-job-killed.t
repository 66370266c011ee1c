# SPDX-License-Identifier: AGPL-3.0-or-later
# A worker killed (-9) at each step of making a video playable: no process
# stays, nothing is half published, the next worker makes it all, and the sweep
# takes away what was left.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume qw(ffmpeg_clip wait_until);
use Cardume::Jobs;
use Time::HiRes qw(sleep time);

my $jobs = Cardume::Jobs->start;
my $media = $jobs->media;
# Its picture must be encoded.
my $clip = ffmpeg_clip(seconds => 4, args => [qw(-c:v mpeg4)]);

# What is there first when a step has begun.
my @steps = (
	['the beginning', qr{^source/}],
	['the conversion', qr{^work/.*-fragmented\.mp4$}],
	['the MP4 file', qr{^work/.*/[^/]*-\d+\.mp4$}],
	['the pictures', qr{^work/.*preview\.jpg$}],
	['the playlists', qr{^work/.*-master\.m3u8$}],
	['the torrents', qr{^work/.*\.torrent$}],
	['moving the files', qr{^public/static/}],
);

sub descendants {
	my ($pid) = @_;
	open my $file, '<', "/proc/$pid/task/$pid/children" or return;
	return map { $_, descendants($_) } split ' ', <$file> // '';
}

# False where it was too quick.
sub kill_at {
	my ($video, $seen) = @_;
	my $pid = $jobs->spawn('transcode');
	my $until = time + 60;
	my $found;
	sleep 0.005 until time > $until || ($found = grep { /$seen/ }
		map { $jobs->files($_) } qw(source work public));
	kill STOP => $pid;
	my @children = descendants($pid);
	kill KILL => $pid;
	waitpid $pid, 0;
	ok $found, 'the step has begun';
	ok wait_until(sub { !grep { kill 0, $_ } @children }, 20),
		'no process stays';
	return $jobs->value("SELECT state FROM video WHERE id = $video") == 2;
}

my $hits = 0;
for my $step (@steps) {
	my ($what, $seen) = @$step;
	subtest "killed at $what" => sub {
		my $video = $jobs->video($clip);
		if (kill_at($video, $seen)) {
			$hits++;
			is $jobs->value("SELECT count(*) FROM video_file
				WHERE video_id = $video"), 0, 'nothing is published';
		}
		$jobs->value("UPDATE job SET lease_until = now() -
			interval '1 second' WHERE state = 1");
		my ($status, $log) = $jobs->worker(qw(transcode --once));
		is $jobs->value("SELECT state FROM video WHERE id = $video"), 1,
			'the next worker makes it' or diag $log;
		is $jobs->value("SELECT count(*) FROM job_log WHERE queue = 1
			AND payload ->> 'videoId' = '$video'"), 1, 'once';
		is_deeply [grep { !-e "$media/public/$_" } split /\n/,
			$jobs->value("SELECT video_files(v) FROM video v
				WHERE id = $video")], [], 'with all its files';
		is_deeply [$jobs->files('work')], [], 'of the work nothing is left';
		$jobs->value("DELETE FROM video WHERE id = $video");
		$jobs->worker(qw(remove tracker --once));
		utime time - 90000, time - 90000, map { "$media/$_" }
			map { $jobs->files($_) } qw(public private source);
		utime time - 90000, time - 90000,
			glob "$media/public/static/streaming-playlists/hls/*";
		$jobs->worker(qw(sweep --once));
		is_deeply [map { $jobs->files($_) } qw(public private source)], [],
			'and of the video neither, once it is deleted and swept';
	};
}
cmp_ok $hits, '>=', 3, 'it was killed in time';

done_testing;
