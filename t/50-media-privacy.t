# SPDX-License-Identifier: AGPL-3.0-or-later
# Where a video's files are follows its privacy: public and unlisted videos in
# public/ with torrents, all others in private/ without. Whatever is deleted
# takes its files with it, whoever deletes it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume qw(ffmpeg_clip slurp wait_until);
use Cardume::Jobs;

my $jobs = Cardume::Jobs->start;
my $clip = ffmpeg_clip(seconds => 2);
my $whitelist = "$jobs->{dir}/run/tracker/whitelist";

sub work_off {
	my ($status, $log) = $jobs->worker(qw(transcode image publish remove
		tracker diaspora --once));
	is $jobs->value('SELECT count(*) FROM job'), 0, 'all jobs done'
		or diag $log, $jobs->value('SELECT * FROM job');
}

sub files_of {
	my ($video) = @_;
	my $tree = $jobs->value("SELECT CASE WHEN files_are_public THEN 'public/'
		ELSE 'private/' END FROM video WHERE id = $video");
	return sort map { "$tree$_" } split /\n/, $jobs->value(
		"SELECT video_files(v) FROM video v WHERE id = $video");
}

sub hashes_of {
	my ($video) = @_;
	return join '', map { "$_\n" } sort split /\n/, $jobs->value("SELECT
		encode(info_hash, 'hex') FROM video_file WHERE video_id = $video
		AND info_hash IS NOT NULL");
}

# What the whitelist has of hashes that are any file's.
sub listed {
	my %known = map { $_ => 1 } split /\n/, $jobs->value("SELECT
		encode(info_hash, 'hex') FROM video_file
		UNION SELECT encode(info_hash, 'hex') FROM old_hash");
	my @lines = split /\n/, slurp($whitelist);
	ok !grep({ !/^[0-9a-f]{40}$/ } @lines), 'lines of hashes';
	return join '', map { "$_\n" } sort grep { $known{$_} } @lines;
}

sub is_placed {
	my ($video, $tree, $torrents, $listed, $what) = @_;
	subtest $what => sub {
		is $jobs->value("SELECT files_are_public FROM video
			WHERE id = $video"), $tree eq 'public' ? 't' : 'f', 'told so';
		is_deeply [map { $jobs->files($_) } qw(private public)],
			[files_of($video)], 'exactly the files of its rows';
		is grep({ /^$tree/ } files_of($video)), 7 + $torrents, $tree;
		is scalar(() = hashes_of($video) =~ /\n/g), $torrents, 'torrents';
		is listed(), $listed ? hashes_of($video) : '', 'the whitelist';
	};
}

# Every hash that ever was.
$jobs->value(<<'END');
CREATE TABLE old_hash (info_hash bytea);
CREATE FUNCTION keep_hash() RETURNS trigger LANGUAGE plpgsql
	SECURITY DEFINER AS
	'BEGIN INSERT INTO old_hash VALUES (OLD.info_hash); RETURN NULL; END';
CREATE TRIGGER keep_hash AFTER UPDATE OR DELETE ON video_file
	FOR EACH ROW EXECUTE FUNCTION keep_hash();
END

my $video = $jobs->video($clip, privacy => 3);
work_off();
is_placed($video, 'private', 0, 0, 'a private video');
for my $step ([1, 'public', 2, 1], [2, 'public', 2, 0], [4, 'private', 0, 0],
		[2, 'public', 2, 0], [5, 'private', 0, 0], [1, 'public', 2, 1]) {
	my ($privacy, @rest) = @$step;
	$jobs->value("UPDATE video SET privacy = $privacy WHERE id = $video");
	work_off();
	is_placed($video, @rest, "privacy $privacy");
}

subtest 'killed between moving and telling' => sub {
	my @before = files_of($video);
	rename "$jobs->{media}/$before[-1]", "$jobs->{media}/" .
		$before[-1] =~ s/^public/private/r;
	$jobs->value("UPDATE video SET privacy = 3 WHERE id = $video");
	work_off();
	is_placed($video, 'private', 0, 0, 'the next run goes on');
};

subtest 'not yet published' => sub {
	$jobs->value("UPDATE video SET privacy = 1, state = 9 WHERE id = $video");
	work_off();
	is_placed($video, 'private', 0, 0, 'a public video that is being edited');
	$jobs->value("UPDATE video SET state = 1 WHERE id = $video");
	work_off();
	is_placed($video, 'public', 2, 1, 'and is done');
};

subtest 'the privacy changes during transcoding' => sub {
	my $other = $jobs->video(ffmpeg_clip(seconds => 8, size => '1280x720',
		args => [qw(-c:v mpeg4 -q:v 5)]), privacy => 3);
	my $pid = $jobs->spawn('transcode');
	wait_until { grep { /fragmented/ } $jobs->files('work') } 30
		or BAIL_OUT('FFmpeg does not start');
	$jobs->value("UPDATE video SET privacy = 1 WHERE id = $other");
	wait_until { $jobs->value("SELECT state FROM video
		WHERE id = $other") == 1 } 60;
	kill TERM => $pid;
	waitpid $pid, 0;
	work_off();
	is $jobs->value("SELECT files_are_public FROM video
		WHERE id = $other"), 't', 'its files are public';
	is $jobs->value("SELECT count(info_hash) FROM video_file
		WHERE video_id = $other"), 2, 'it has its torrents';
	$jobs->value("DELETE FROM video WHERE id = $other");
	work_off();
};

subtest 'deleted' => sub {
	my $second = $jobs->video($clip, name => 'Another');
	work_off();
	$jobs->value("DELETE FROM video WHERE id = $video");
	work_off();
	is slurp($whitelist) =~ tr/\n//, 2, 'the tracker knows the other only';
	is_deeply [map { $jobs->files($_) } qw(private public)],
		[files_of($second)], 'its files are gone';
	$jobs->value('DELETE FROM actor WHERE kind = $$Group$$');
	work_off();
	is listed(), '', 'a channel takes its videos with it';
	is_deeply [map { $jobs->files($_) } qw(private public source work)], [],
		'and their files';
};

done_testing;
