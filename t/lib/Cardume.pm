# SPDX-License-Identifier: AGPL-3.0-or-later
# An instance for tests: the real thing, started by ./dev in a directory of its
# own. Tests of one `./dev check` share as many as run side by side, and each
# test has its own for as long as it runs (CARDUME_TEST_RUN names them): give
# what you make a name from unique().
#
#	my $cardume = Cardume->shared;		# started when needed
#	my $own = Cardume->start('--tls');	# alone; ends with the object
#	my $page = $cardume->client->get('/');
#	my $token = $cardume->token('root');
#	my $uuid = $cardume->upload($token, ffmpeg_clip(), name => 'A clip');
#	$cardume->wait_published($uuid);
package Cardume;
use strict;
use warnings;
use Carp qw(croak);
use Cwd qw(abs_path);
use Exporter qw(import);
use Fcntl qw(:flock);
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use JSON::PP qw(decode_json encode_json);
use Test::More ();
use Time::HiRes qw(sleep time);

use Cardume::Client;

our @EXPORT = qw(wait_until ffmpeg_clip shared_data unique slurp);
our $top = abs_path(dirname(__FILE__) . '/../..');
our $build = abs_path($ENV{CARDUME_BUILD} // $ENV{builddir} // "$top/build");
our $root_password = 'root of all tests';

# --- functions ---------------------------------------------------------------

# Until the block is true, at most so many seconds; its value, or false.
sub wait_until(&$) {
	my ($block, $seconds) = @_;
	my $until = time + $seconds;
	for (;;) {
		my $value = $block->();
		return $value if $value;
		return if time > $until;
		sleep 0.1;
	}
}

my $clips;

# The path of a small MP4: seconds, size, rate, and further output options
# (args => ['-an']); the same call gives the same file.
sub ffmpeg_clip {
	my %o = (seconds => 3, size => '320x240', rate => 25, args => [],
		suffix => 'mp4', @_);
	$clips //= tempdir(CLEANUP => 1);
	my $name = join '-', @o{qw(seconds size rate)}, @{ $o{args} };
	my $path = "$clips/" . ($name =~ s/[^\w-]/_/gr) . ".$o{suffix}";
	return $path if -e $path;
	system('ffmpeg', qw(-nostdin -v error -y -f lavfi -i),
		"testsrc2=size=$o{size}:rate=$o{rate}", qw(-f lavfi -i),
		'sine=frequency=440', '-t', $o{seconds},
		qw(-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac
		-movflags +faststart), @{ $o{args} }, $path) == 0
		or croak 'ffmpeg made no clip';
	return $path;
}

# The path of a file of the data that is shared with the checkout, or undef.
sub shared_data {
	my ($name) = @_;
	my $path = ($ENV{CARDUME_SHARED} // "$top/../shared") . "/data/$name";
	return -e $path ? $path : undef;
}

my $serial = 0;

# A name nobody else has: lower case letters and digits.
sub unique {
	my ($prefix) = @_;
	return sprintf '%s%x%x%x', $prefix // 't', $$, time & 0xfffff, $serial++;
}

sub slurp {
	my ($path) = @_;
	open my $file, '<:raw', $path or croak "$path: $!";
	local $/;
	return scalar <$file>;
}

# --- starting and ending -----------------------------------------------------

my $shared;
my %owned;	# directories of instances that end with this process

# An instance of this run of tests that no other test has now.
sub shared {
	my ($class) = @_;
	return $shared if $shared;
	my $base = $ENV{CARDUME_TEST_RUN} or return $shared = $class->start;
	make_path(dirname($base));
	my $run = free_run($base);
	return $shared = $class->new($run, -e "$run/settings" ? undef : []);
}

my $mine;	# the lock, until this process ends

sub free_run {
	my ($base) = @_;
	for my $nr (1 .. 64) {
		open $mine, '>', "$base-$nr.lock" or croak "$base-$nr.lock: $!";
		return "$base-$nr" if flock $mine, LOCK_EX | LOCK_NB;
	}
	croak 'no free instance';
}

# An instance of one's own, with options of `./dev up`.
sub start {
	my ($class, @options) = @_;
	my $dir = tempdir('cardume-XXXXXX', TMPDIR => 1, CLEANUP => 1);
	chmod 0755, $dir;
	$owned{"$dir/run"} = $$;
	return $class->new("$dir/run", \@options);
}

sub new {
	my ($class, $run, $options) = @_;
	my $self = bless { run => $run }, $class;
	$self->up('--port', free_port(), @$options) if $options;
	for my $line (split /\n/, slurp("$run/settings")) {
		my ($name, $value) = split /=/, $line, 2;
		$self->{$name} = $value eq "''" ? '' : $value;
	}
	$self->{origin} = $self->{tls_port} ?
		"https://$self->{host}:$self->{tls_port}" :
		"http://$self->{host}:$self->{port}";
	return $self;
}

# A port P that is free, as is the tracker's, P + 10000.
sub free_port {
	for (1 .. 100) {
		my $port = 20000 + int rand 10000;
		return $port if 3 == grep { IO::Socket::INET->new(
			LocalAddr => '127.0.0.1', LocalPort => $_, Listen => 1)
		} $port, $port + 443, $port + 10000;
	}
	croak 'no free port';
}

# Runs ./dev with this instance; dies with its output when it fails.
sub dev {
	my ($self, $command, @args) = @_;
	local %ENV = (%ENV, CARDUME_BUILD => $build, CARDUME_FSYNC => 'off',
		CARDUME_NO_CLIP => 1, CARDUME_ROOT_PASSWORD => $root_password);
	my ($status, $output) = run_command("$top/dev", $command, '--run',
		$self->{run}, @args);
	croak "./dev $command failed:\n$output" if $status;
	return $output;
}

sub up { my ($self, @options) = @_; return $self->dev('up', @options) }

sub down { my ($self) = @_; return $self->dev('down') }

sub DESTROY { end_instance($_[0]{run}) }

sub end_instance {
	my ($run) = @_;
	return unless ($owned{$run} // 0) == $$;
	local ($?, $@);
	delete $owned{$run};
	eval { dev({ run => $run }, 'reset'); 1 } or warn $@;
}

# Before File::Temp takes the directories away (its END comes after ours), and
# after a signal too.
$SIG{$_} //= sub { exit 1 } for qw(INT TERM HUP);
END { end_instance($_) for keys %owned }

# --- what one does with it ---------------------------------------------------

sub run { $_[0]{run} }
sub origin { $_[0]{origin} }
sub port { $_[0]{port} }
sub tracker_port { $_[0]{port} + 10000 }
sub media { "$_[0]{run}/media" }

# A browser without scripts, with a cookie jar of its own.
sub client {
	my ($self) = @_;
	return Cardume::Client->new($self->{origin});
}

# A client that has signed in.
sub sign_in {
	my ($self, $name, $password) = @_;
	my $client = $self->client;
	$client->sign_in($name, $password // $root_password);
	return $client;
}

# Exit status and output (standard error too) of a command.
sub run_command {
	my (@command) = @_;
	my $pid = open(my $pipe, '-|') // croak "fork: $!";
	if (!$pid) {
		open STDIN, '<', '/dev/null';
		open STDERR, '>&', \*STDOUT;
		exec @command or exit 127;
	}
	local $/;
	my $output = <$pipe> // '';
	close $pipe;
	return ($? >> 8 || $? & 127, $output);
}

# One of our programs, as the instance's user and with its configuration:
# program('cardume-worker', 'transcode', '--once').
sub program {
	my ($self, $name, @args) = @_;
	return run_command($self->command($name), @args);
}

# The same as a list for exec().
sub command {
	my ($self, $name) = @_;
	my ($path) = grep { -x } map { "$build/$_$name" } '', 'workers/';
	croak "$name is not built" unless $path;
	my $owner = getpwuid((stat "$self->{run}/log")[4]);
	my @user = $< == 0 && $owner ne 'root' ? ('setpriv',
		"--reuid=$owner", "--regid=$owner", '--clear-groups') : ();
	return (@user, 'env', "CARDUME_CONF=$self->{run}/cardume.conf",
		"CARDUME_SQL_DIR=$top/sql", "CARDUME_LOCALEDIR=$build",
		$path);
}

# Rows as lines, columns divided by |. Dies when the statement fails.
sub psql {
	my ($self, $sql, $role) = @_;
	# as programs have it where `dev up` allows loopback
	local $ENV{PGOPTIONS} = '-c cardume.private=on';
	my ($status, $output) = run_command('/usr/lib/postgresql/15/bin/psql',
		qw(-X -q -At -v ON_ERROR_STOP=1 -h), "$self->{sockets}/pg",
		'-U', $role // 'cardume', '-d', 'cardume', '-c', $sql);
	croak "psql: $output" if $status;
	chomp $output;
	return $output;
}

# A new user with this password (default: that of root).
sub user {
	my ($self, $name, %o) = @_;
	my $dir = tempdir(CLEANUP => 1);
	open my $file, '>', "$dir/password" or croak $!;
	print $file $o{password} // $root_password, "\n";
	close $file;
	my ($status, $output) = run_command('sh', '-c',
		'f=$1; shift; exec "$@" <"$f"', 'sh', "$dir/password",
		$self->command('cardume'), qw(user create), $name, '--email',
		"$name\@example.org", '--role', $o{role} // 'user',
		'--password-stdin');
	croak "user $name: $output" if $status;
	return $name;
}

# An access token of the REST API.
sub token {
	my ($self, $name, $password) = @_;
	my $client = $self->client;
	my $app = $client->json('/api/v1/oauth-clients/local');
	my $answer = $client->post('/api/v1/users/token', {
		client_id => $app->{client_id},
		client_secret => $app->{client_secret},
		grant_type => 'password', response_type => 'code',
		username => $name, password => $password // $root_password });
	croak "token: $answer->{status} $answer->{content}"
		if $answer->{status} != 200;
	return decode_json($answer->{content})->{access_token};
}

# Uploads by the REST API into the user's first channel; the video's UUID.
sub upload {
	my ($self, $token, $file, %fields) = @_;
	my $client = $self->client;
	$client->{headers}{authorization} = "Bearer $token";
	$fields{channelId} //= $client->json('/api/v1/users/me')
		->{videoChannels}[0]{id};
	my $answer = $client->post_multipart('/api/v1/videos/upload',
		{ name => 'A clip', privacy => 1, %fields },
		{ videofile => { path => $file, type => 'video/mp4' } });
	croak "upload: $answer->{status} $answer->{content}"
		if $answer->{status} != 200;
	return decode_json($answer->{content})->{video}{uuid};
}

# Waits until a video is published; dies with its jobs when it is not.
sub wait_published {
	my ($self, $uuid, $seconds) = @_;
	my $sql = "SELECT is_published FROM video WHERE uuid = '$uuid'";
	wait_until { $self->psql($sql) eq 't' } $seconds // 60
		or croak "$uuid is not published: " . $self->psql(
			'SELECT queue, state, attempt, error, payload FROM job');
	return $uuid;
}

# The process numbers of a program's processes: pids('page'),
# pids('worker-transcode'), pids('nginx').
sub pids {
	my ($self, $name) = @_;
	my ($parent) = slurp("$self->{run}/pid/$name") =~ /^(\d+)/;
	return ($parent) if $name eq 'opentracker' || $name eq 'postgres';
	my @pids = split ' ', slurp("/proc/$parent/task/$parent/children");
	return @pids;
}

1;
