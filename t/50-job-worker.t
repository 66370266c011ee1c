# SPDX-License-Identifier: AGPL-3.0-or-later
# A worker at work on something long: it is told to end, it is killed, its job
# is cancelled, its lease is taken; and workers are woken.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume qw(wait_until ffmpeg_clip slurp);
use Cardume::Jobs;
use IO::Select;
use IO::Socket::UNIX;
use Socket qw(SOCK_DGRAM);

my $jobs = Cardume::Jobs->start;
# MPEG-4 part 2: must be encoded, for long enough to be interrupted.
my $clip = ffmpeg_clip(seconds => 120, size => '1280x720',
	args => [qw(-c:v mpeg4 -q:v 5)]);
my $short = ffmpeg_clip();

sub job_of {
	my ($video) = @_;
	return $jobs->row("SELECT * FROM job WHERE queue = 1 AND
		payload ->> 'videoId' = '$video'");
}

sub state_of { $jobs->value("SELECT state FROM video WHERE id = $_[0]") }

# Every process below this one.
sub descendants {
	my ($pid) = @_;
	open my $file, '<', "/proc/$pid/task/$pid/children" or return;
	my @children = split ' ', <$file> // '';
	return map { $_, descendants($_) } @children;
}

# A worker whose FFmpeg is writing; (worker, its children).
sub busy_worker {
	my ($video) = @_;
	my $pid = $jobs->spawn('transcode');
	wait_until { grep { /work\/.*-fragmented\.mp4$/ } $jobs->files('work') } 30
		or BAIL_OUT('FFmpeg does not start');
	return ($pid, descendants($pid));
}

sub are_gone {
	my (@pids) = @_;
	return wait_until { !grep { kill 0, $_ } @pids } 10;
}

sub expire { $jobs->value("UPDATE job SET lease_until = now() -
	interval '1 second' WHERE id = $_[0]") }

subtest 'SIGTERM hands the lease back' => sub {
	my $video = $jobs->video($clip);
	my ($pid, @children) = busy_worker($video);
	cmp_ok scalar @children, '>=', 1, 'it has children';
	kill TERM => $pid;
	waitpid $pid, 0;
	is $?, 0, 'it ends well';
	ok are_gone(@children), 'its children are gone';
	my $job = job_of($video);
	is $job->{state}, 0, 'the job is ready';
	is $job->{attempt}, 0, 'and the attempt not counted';
	is_deeply [$jobs->files('work')], [], 'nothing is left of the work';
	$jobs->value("DELETE FROM video WHERE id = $video");
};

subtest 'cancelled' => sub {
	my $video = $jobs->video($clip);
	my ($pid, @children) = busy_worker($video);
	open my $file, '<', "$Cardume::Database::top/sql/user/video-stop.sql"
		or die $!;
	my $sql = join '', grep { !/^--/ } <$file>;
	is $jobs->value("PREPARE stop AS $sql; EXECUTE stop($video, 'No more.')"),
		'1|1', 'its maker stops it';
	ok wait_until(sub { !job_of($video) }, 20), 'the job is gone';
	ok are_gone(@children), 'FFmpeg too';
	ok kill(0, $pid), 'the worker lives';
	is $jobs->value("SELECT state || ' ' || error FROM video
		WHERE id = $video"), '7 No more.', 'nothing was published';
	is_deeply [map { $jobs->files($_) } qw(public private)], [],
		'and nothing is left where published files are';
	kill TERM => $pid;
	waitpid $pid, 0;
	is_deeply [$jobs->files('work')], [], 'nothing is left of the work';
	$jobs->value("DELETE FROM video WHERE id = $video");
};

subtest 'a deleted video' => sub {
	my $video = $jobs->video($clip);
	my ($pid, @children) = busy_worker($video);
	$jobs->value("DELETE FROM video WHERE id = $video");
	ok are_gone(@children), 'ends its transcoding';
	kill TERM => $pid;
	waitpid $pid, 0;
	$jobs->worker(qw(remove tracker --once));
	is_deeply [grep { !/whitelist/ } map { $jobs->files($_) }
		qw(work source public private)], [], 'and leaves nothing';
};

subtest 'a lost lease' => sub {
	my $video = $jobs->video($clip);
	my ($pid, @children) = busy_worker($video);
	my $id = job_of($video)->{id};
	$jobs->value("UPDATE job SET lease = nextval('lease_seq') WHERE id = $id");
	ok are_gone(@children), 'ends the work';
	is job_of($video)->{state}, 1, 'and leaves the job to its new holder';
	kill TERM => $pid;
	waitpid $pid, 0;
	$jobs->value("DELETE FROM video WHERE id = $video");
};

subtest 'kill -9' => sub {
	my $video = $jobs->video(ffmpeg_clip(seconds => 15,
		size => '1280x720', args => [qw(-c:v mpeg4 -q:v 5)]));
	my ($pid, @children) = busy_worker($video);
	kill KILL => $pid;
	waitpid $pid, 0;
	ok are_gone(@children), 'its children die with it';
	is job_of($video)->{state}, 1, 'the lease is still held';
	$jobs->worker(qw(transcode --once));
	is state_of($video), 2, 'nobody else takes it meanwhile';
	expire(job_of($video)->{id});
	my ($status, $log) = $jobs->worker(qw(transcode --once));
	is $status, 0, 'the next worker' or diag $log;
	is state_of($video), 1, 'publishes';
	is $jobs->value("SELECT count(*) FROM job_log WHERE
		payload ->> 'videoId' = '$video' AND queue = 1"), 1, 'once';
	is $jobs->value("SELECT count(*) FROM video_file
		WHERE video_id = $video"), 2, 'one file of each kind';
	is_deeply [$jobs->files('work')], [], 'what the dead one left is gone';
};

# FFmpeg itself, the last of a worker's descendants.
sub end_of_ffmpeg {
	my ($video, $signal) = @_;
	my ($pid, @children) = busy_worker($video);
	kill $signal => $children[-1];
	ok wait_until(sub { job_of($video)->{state} != 1 }, 60), 'it is given up';
	ok are_gone(@children), 'with all its processes';
	ok kill(0, $pid), 'the worker lives';
	kill TERM => $pid;
	waitpid $pid, 0;
	is_deeply [$jobs->files('work')], [], 'nothing is left of the work';
	return job_of($video);
}

subtest 'FFmpeg is killed' => sub {
	my $video = $jobs->video($clip);
	my $job = end_of_ffmpeg($video, 'KILL');
	is_deeply [@$job{qw(state attempt error)}],
		[2, 1, 'FFmpeg was ended by signal 9.'], 'for now, and why';
	$jobs->value("DELETE FROM video WHERE id = $video");
};

subtest 'FFmpeg stands still' => sub {
	my $video = $jobs->video($clip);
	my $conf = slurp("$jobs->{dir}/cardume.conf");
	my $write = sub {
		open my $file, '>', "$jobs->{dir}/cardume.conf" or die $!;
		print $file @_;
		close $file;
	};
	$write->($conf, "stalled_seconds = 4\n");
	my $why = 'Converting it did not get ahead for 4 s.';
	my $job = end_of_ffmpeg($video, 'STOP');
	is_deeply [@$job{qw(state attempt error)}], [2, 1, $why],
		'for now, and why';
	is state_of($video), 2, 'the video waits';
	$jobs->value("UPDATE job SET state = 0, attempt = 4
		WHERE id = $job->{id}");
	$job = end_of_ffmpeg($video, 'STOP');
	is_deeply [@$job{qw(state attempt error)}], [4, 5, $why],
		'after the last attempt it is dead';
	is $jobs->value("SELECT state || ' ' || error FROM video
		WHERE id = $video"), "7 $why", 'which the maker is told';
	$write->($conf);
	$jobs->value("DELETE FROM video WHERE id = $video");
};

subtest 'kill -9 again and again' => sub {
	my $video = $jobs->video($short);
	for my $round (1 .. 4) {
		my $pid = $jobs->spawn('transcode');
		select undef, undef, undef, 0.1 + 0.15 * $round;
		kill KILL => $pid;
		waitpid $pid, 0;
		my $job = job_of($video) or last;
		expire($job->{id}) if $job->{state} == 1;
	}
	$jobs->worker(qw(transcode --once));
	is state_of($video), 1, 'published';
	is $jobs->value("SELECT count(*) FROM job_log WHERE
		payload ->> 'videoId' = '$video' AND queue = 1"), 1, 'once';
	my ($web) = map { /([^|]+)/ } $jobs->value("SELECT filename FROM video_file
		WHERE video_id = $video AND playlist_id IS NULL");
	ok -s $jobs->media . "/public/static/web-videos/$web",
		'its file is in its place';
};

subtest 'a second run replaces' => sub {
	my $source = ffmpeg_clip(seconds => 2);
	$jobs->value("INSERT INTO setting VALUES ('transcoding.keep_original', 'true')
		ON CONFLICT (name) DO UPDATE SET value = 'true'");
	my $video = $jobs->video($source);
	$jobs->worker(qw(transcode --once));
	my $before = $jobs->row("SELECT published_at, (SELECT string_agg(filename,
		' ') FROM video_file WHERE video_id = v.id) AS files FROM video v
		WHERE id = $video");
	$jobs->value("INSERT INTO job (queue, max_attempt, payload)
		VALUES (1, 5, '{\"videoId\": $video}')");
	my ($status, $log) = $jobs->worker(qw(transcode --once));
	my $after = $jobs->row("SELECT published_at, (SELECT string_agg(filename,
		' ') FROM video_file WHERE video_id = v.id) AS files FROM video v
		WHERE id = $video") or diag $log;
	is $after->{published_at}, $before->{published_at}, 'published once';
	isnt $after->{files}, $before->{files}, 'files have new names';
	my %known = map { $_ => 1 } split /\n/, $jobs->value("SELECT 'public/' ||
		video_files(v) FROM video v");
	is_deeply [grep { !$known{$_} } $jobs->files('public')], [],
		'the old ones are gone';
	is $jobs->value("SELECT is_kept FROM video_source
		WHERE video_id = $video"), 't', 'the original is kept';
	$jobs->value("UPDATE setting SET value = 'false'
		WHERE name = 'transcoding.keep_original'");
};

subtest 'failed, and again' => sub {
	open my $file, '>', "$jobs->{dir}/broken.mp4" or die $!;
	print $file 'this is no video at all' x 100;
	close $file;
	my $video = $jobs->video("$jobs->{dir}/broken.mp4");
	$jobs->worker(qw(transcode --once));
	is state_of($video), 7, 'transcoding failed';
	like $jobs->value("SELECT error FROM video WHERE id = $video"),
		qr/neither video nor sound/, 'and why';
	open my $sql, '<', "$Cardume::Database::top/sql/media/retry.sql" or die $!;
	my $retry = join '', grep { !/^--/ } <$sql>;
	$jobs->value("PREPARE r AS $retry; EXECUTE r($video, NULL)");
	is state_of($video), 2, 'to be transcoded again';
	is $jobs->value("SELECT error IS NULL FROM video WHERE id = $video"), 't',
		'the error is gone';
	is $jobs->value("SELECT string_agg(state::text, ' ') FROM job WHERE queue = 1
		AND payload ->> 'videoId' = '$video'"), '0', 'one job waits';
	is $jobs->value("PREPARE r AS $retry; EXECUTE r($video, NULL)"), '',
		'only what failed is tried again';
	$jobs->value("DELETE FROM video WHERE id = $video");
};

subtest 'wake-up' => sub {
	my $wake = "$jobs->{dir}/run/wake";
	my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM,
		Local => "$wake/tracker.1.sock") or die "socket: $!";
	$jobs->video($short);
	my $dead = IO::Socket::UNIX->new(Type => SOCK_DGRAM,
		Local => "$wake/tracker.2.sock");
	close $dead;
	$jobs->worker(qw(transcode --once));
	my $select = IO::Select->new($socket);
	ok scalar $select->can_read(0), 'a datagram came';
	ok !-e "$wake/tracker.2.sock", 'a socket nobody reads is removed';
	my $pid = $jobs->spawn(qw(tracker remove));
	ok wait_until(sub { -S "$wake/tracker.$pid.sock" &&
		-S "$wake/remove.$pid.sock" }, 10), 'a worker has its sockets';
	ok wait_until(sub { !$jobs->value('SELECT count(*) FROM job WHERE queue
		IN (4, 5)') }, 10), 'several kinds in one process';
	kill TERM => $pid;
	waitpid $pid, 0;
	is $?, 0, 'it ends well';
	ok !-e "$wake/tracker.$pid.sock", 'without its socket';
};

done_testing;
