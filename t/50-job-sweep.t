# SPDX-License-Identifier: AGPL-3.0-or-later
# Job `sweep`: what expired goes, files without rows go, ranks are renewed; and
# it comes again by itself.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume qw(ffmpeg_clip wait_until);
use Cardume::Jobs;
use File::Path qw(make_path);

my $jobs = Cardume::Jobs->start;
my $media = $jobs->media;
my $uuid = '00000000-0000-4000-8000-00000000000';

sub sweep {
	my ($status, $log) = $jobs->worker(qw(sweep --once));
	is $status, 0, 'sweep --once' or diag $log;
}

# A file of this age in hours.
sub old {
	my ($name, $hours) = @_;
	my ($dir) = "$media/$name" =~ m{(.*)/};
	make_path($dir);
	open my $file, '>', "$media/$name" or die $!;
	close $file;
	my $time = time - 3600 * $hours;
	utime $time, $time, "$media/$name";
	return $name;
}

my $video = $jobs->video(ffmpeg_clip(seconds => 1));
my $waiting = $jobs->video(ffmpeg_clip(seconds => 1), privacy => 3);
$jobs->value("UPDATE job SET run_at = now() + interval '1 day', state = 2
	WHERE payload ->> 'videoId' = '$waiting'");
$jobs->worker(qw(transcode tracker publish --once));

subtest 'files' => sub {
	my @kept = map { $jobs->files($_) } qw(public private source);
	cmp_ok scalar @kept, '>=', 10, 'there are files';
	my $past = time - 360000;
	for my $path (@kept) {
		utime $past, $past, "$media/$path";
	}
	utime $past, $past, $_ for
		glob "$media/public/static/streaming-playlists/hls/*";
	my @gone = map { old(@$_) } ['incoming/0000000001', 30],
		['work/77-1/film.mp4', 30], ["source/$uuid" . 1, 30],
		["public/static/web-videos/${uuid}1-720.mp4", 2],
		["private/static/web-videos/${uuid}1-720.mp4", 2],
		["public/lazy-static/torrents/${uuid}1-720.torrent", 2],
		["public/lazy-static/thumbnails/${uuid}1.jpg", 2],
		["public/lazy-static/avatars/${uuid}1.jpg", 2],
		["public/lazy-static/storyboards/${uuid}1.jpg", 2],
		["private/static/streaming-playlists/hls/${uuid}1/x.mp4", 2];
	my ($hls) = glob "$media/public/static/streaming-playlists/hls/*";
	push @gone, old(substr("$hls/${uuid}3-720.m3u8", 1 + length $media), 2);
	my $time = time - 360000;
	utime $time, $time, $_ for "$media/work/77-1",
		"$media/private/static/streaming-playlists/hls/${uuid}1";
	my @young = map { old($_, 0) } 'incoming/0000000002',
		"public/static/web-videos/${uuid}2-720.mp4", "source/${uuid}2";
	sweep();
	is_deeply [grep { -e "$media/$_" } @gone], [], 'without rows: gone';
	is_deeply [grep { !-e "$media/$_" } @young], [], 'young ones stay';
	is_deeply [grep { !-e "$media/$_" } @kept], [], 'with rows: all there';
	unlink "$media/$_" for @young;
};

subtest 'rows' => sub {
	my $user = $jobs->value('SELECT min(id) FROM app_user');
	for my $when ("now() - interval '25 hours'", "now() + interval '1 hour'") {
		my $hash = "sha256(($when)::text::bytea)";
		$jobs->value(<<"END");
INSERT INTO session (user_id, secret_hash, expires_at)
	VALUES ($user, $hash, $when);
INSERT INTO token (user_id, access_hash, refresh_hash, access_expires_at,
	refresh_expires_at) VALUES ($user, $hash, $hash, now(), $when);
INSERT INTO upload (id, user_id, created_at)
	VALUES (gen_random_uuid(), $user, $when);
INSERT INTO throttle (key, tries, until) VALUES (${hash}::text, 1, $when)
	ON CONFLICT DO NOTHING;
INSERT INTO video_token (secret_hash, video_id, expires_at)
	VALUES ($hash, $video, $when);
END
	}
	sweep();
	is $jobs->value("SELECT count(*) FROM $_"), 1, "$_: what expired is gone"
		for qw(session token upload throttle video_token);
	is $jobs->value("SELECT count(*) > 1 FROM pg_inherits WHERE inhparent =
		'job_log'::regclass"), 't', 'tomorrow has its log';
};

subtest 'ranks' => sub {
	my $clip = ffmpeg_clip(seconds => 1);
	my @ids = map { $jobs->video($clip, name => "Rank $_") } 1 .. 4;
	$jobs->value("UPDATE video SET state = 1, published_at = now() -
		interval '1 day' WHERE id IN (@{[join ',', @ids]})");
	$jobs->value("UPDATE video SET views = 1000, likes = 50
		WHERE id = $ids[1]");
	$jobs->value("UPDATE video SET views = 1000, likes = 50,
		published_at = now() - interval '40 days' WHERE id = $ids[2]");
	$jobs->value("UPDATE video SET dislikes = 500 WHERE id = $ids[3]");
	sweep();
	my $first = sub { $jobs->value("SELECT id FROM video WHERE id IN
		(@{[join ',', @ids]}) ORDER BY $_[0] DESC LIMIT 1") };
	is $first->('hot'), $ids[1], 'hot: liked and new';
	is $first->('trending'), $ids[1], 'trending: watched and new';
	is $jobs->value("SELECT hot < (SELECT hot FROM video WHERE id = $ids[0])
		FROM video WHERE id = $ids[2]"), 't', 'age weighs more than likes';
	$jobs->value("UPDATE video SET state = 7 WHERE id IN
		(@{[join ',', @ids]})");
};

subtest 'views' => sub {
	$jobs->value("INSERT INTO view_ping (viewer, video_id, place, is_seek, at)
		SELECT sha256('x'), $video, p, false,
			now() - (16 - p) * interval '1 second'
		FROM (VALUES (0), (15)) x (p);
		UPDATE video SET duration = 60, state = 1 WHERE id = $video");
	my ($status, $log) = $jobs->worker(qw(viewing --once));
	is $status, 0, 'viewing --once' or diag $log;
	is $jobs->value("SELECT views || ' ' || (SELECT viewers FROM video_viewers
		WHERE video_id = id) FROM video WHERE id = $video"), '1 1',
		'a view and who watches';
};

subtest 'again and again' => sub {
	$jobs->value('DELETE FROM job WHERE queue IN (6, 17)');
	my $pid = $jobs->spawn(qw(sweep viewing));
	ok wait_until(sub { $jobs->value("SELECT count(*) FROM job WHERE
		queue = $_->[0] AND state = 2 AND run_at BETWEEN now() AND
		now() + interval '$_->[1] seconds'") }, 20),
		'a worker plans it' for [ 6, 300 ], [ 17, 90 ];
	kill TERM => $pid;
	waitpid $pid, 0;
	my $done = $jobs->value('SELECT count(*) FROM job_log WHERE queue = 6');
	sweep();
	is $jobs->value('SELECT count(*) FROM job_log WHERE queue = 6'), $done + 1,
		'--once does it at once';
	is $jobs->value("SELECT count(*) FROM job WHERE queue = 6
		AND state <> 2"), 0, 'none is left behind';
};

done_testing;
