# SPDX-License-Identifier: AGPL-3.0-or-later
# The workers on a database and media directory of a test's own: no nginx, no
# web programs.
#
#	my $jobs = Cardume::Jobs->start;
#	my $id = $jobs->video($path, privacy => 1);	# as an upload leaves it
#	my ($status, $log) = $jobs->worker('transcode', '--once');
#	my $pid = $jobs->spawn('transcode');
package Cardume::Jobs;
use strict;
use warnings;
use parent -norequire, 'Cardume::Database';
use Carp qw(croak);
use Cardume::Database;
use File::Copy qw(copy);
use File::Path qw(make_path);
use JSON::PP;

sub start {
	my ($class) = @_;
	my $self = $class->SUPER::start;
	my $run = "$self->{dir}/run";
	my ($status, $out) = $self->cardume('setup');
	croak $out if $status;
	($status, $out) = $self->cardume(qw(user create root --role admin
		--email root@video.example --password-stdin),
		\"a long enough one\n");
	croak $out if $status;
	make_path("$run/tracker", "$run/wake", map { "$run/media/$_" }
		qw(incoming source work public private));
	$self->{media} = "$run/media";
	$self->{serial} = 0;
	return $self;
}

sub configure {
	my ($self) = @_;
	$self->SUPER::configure;
	open my $conf, '>>', "$self->{dir}/cardume.conf" or croak $!;
	print $conf "probe = $Cardume::Database::build/workers/cardume-probe\n",
		$ENV{CARDUME_SANDBOX} ? "sandbox = $ENV{CARDUME_SANDBOX}\n" : ();
	close $conf;
}

sub media { $_[0]{media} }

# A video as an upload leaves it, with its job; returns the number of the
# video. `start` bytes of something else lie before its own.
sub video {
	my ($self, $path, %o) = @_;
	my $source = 'source/file' . ++$self->{serial};
	my $start = $o{start} // 0;
	my $size = -s $path;
	copy($path, "$self->{media}/$source") or croak $!;
	$self->wrap("$self->{media}/$source", $start) if $start;
	my $privacy = $o{privacy} // 1;
	my $name = ($o{name} // 'A film') =~ s/'/''/gr;
	my $wait = $o{wait} // 'true';
	return $self->value(<<"END");
BEGIN;
INSERT INTO video (short_uuid, channel_id, name, privacy, state,
	wait_transcoding)
SELECT '', min(id), '$name', $privacy, 2, $wait FROM channel;
INSERT INTO video_source (video_id, path, start, size, filename)
SELECT max(id), '$source', $start, greatest(1, $size), 'film.mp4' FROM video;
INSERT INTO job (queue, max_attempt, payload, uniq)
SELECT 1, 5, jsonb_build_object('videoId', max(id)), 'transcode ' || max(id)
FROM video;
SELECT max(id) FROM video;
COMMIT
END
}

sub wrap {
	my ($self, $path, $start) = @_;
	open my $in, '<:raw', $path or croak $!;
	my $bytes = do { local $/; <$in> };
	open my $out, '>:raw', $path or croak $!;
	print $out 'x' x $start, $bytes, "\r\n--boundary--\r\n";
	close $out or croak $!;
}

sub worker_command {
	my ($self, @words) = @_;
	return ('env', "CARDUME_CONF=$self->{dir}/cardume.conf",
		"$Cardume::Database::build/workers/cardume-worker", @words);
}

# Runs it to its end: (exit status, its log).
sub worker {
	my ($self, @words) = @_;
	return Cardume::Database::command(undef, $self->worker_command(@words));
}

# Starts it; its process number.
sub spawn {
	my ($self, @words) = @_;
	my @command = $self->worker_command(@words);
	my $pid = fork // croak "fork: $!";
	return $pid if $pid;
	open STDIN, '<', '/dev/null';
	open STDOUT, '>>', "$self->{dir}/worker.log";
	open STDERR, '>&', \*STDOUT;
	exec @command or POSIX::_exit(127);
}

# One row of a query as a reference to a hash.
sub row {
	my ($self, $sql) = @_;
	my $text = $self->value("SELECT row_to_json(r) FROM ($sql) r");
	return $text eq '' ? undef : JSON::PP->new->decode($text);
}

# The files below a directory of the media volume, sorted.
sub files {
	my ($self, $below) = @_;
	my @found;
	my @todo = ($below);
	while (defined(my $path = shift @todo)) {
		opendir my $dir, "$self->{media}/$path" or next;
		for my $name (grep { !/^\.\.?$/ } readdir $dir) {
			push @{ -d "$self->{media}/$path/$name" ? \@todo :
				\@found }, "$path/$name";
		}
	}
	return sort @found;
}

1;
