# SPDX-License-Identifier: AGPL-3.0-or-later
# A PostgreSQL cluster of a test's own on a Unix socket, with an instance's
# database made by `cardume setup`; all ends with the object.
#
#	my $db = Cardume::Database->start;
#	$db->cardume('user list');			# (status, output)
#	$db->value('SELECT count(*) FROM actor');	# as the owner
#	$db->run('page', 'SELECT ...');			# (status, output)
package Cardume::Database;
use strict;
use warnings;
use Carp qw(croak);
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Scalar::Util qw(weaken);

our $top = abs_path(dirname(__FILE__) . '/../../..');
our $build = abs_path($ENV{CARDUME_BUILD} // $ENV{builddir} // "$top/build");

sub server_programs {
	my ($newest) = sort { ($b =~ /(\d+)/)[0] <=> ($a =~ /(\d+)/)[0] }
		glob '/usr/lib/postgresql/*/bin';
	return $newest;
}

# PostgreSQL refuses to run as root.
sub as_server_user {
	return $> ? () : qw(setpriv --reuid=postgres --regid=postgres
		--clear-groups);
}

# Runs a command; (exit status, both outputs). `input` goes to its stdin.
sub command {
	my ($input, @command) = @_;
	my $dir = tempdir(CLEANUP => 1);
	open my $in, '>', "$dir/in" or croak $!;
	print $in $input // '';
	close $in;
	my $pid = fork // croak "fork: $!";
	if (!$pid) {
		chdir '/';
		open STDIN, '<', "$dir/in";
		open STDOUT, '>', "$dir/out";
		open STDERR, '>&', \*STDOUT;
		exec { $command[0] } @command or exit 127;
	}
	waitpid $pid, 0;
	my $status = $? >> 8 || $?;
	open my $out, '<', "$dir/out" or croak $!;
	local $/;
	return ($status, scalar <$out> // '');
}

my @running;	# until they end

sub start {
	my ($class) = @_;
	my $programs = server_programs() or croak 'no PostgreSQL server';
	my $dir = tempdir('cardume-XXXXXX', TMPDIR => 1, CLEANUP => 1);
	my $self = bless { dir => $dir, programs => $programs, pid => $$ },
		$class;
	weaken($running[@running] = $self);
	mkdir "$dir/server";
	chmod 0755, $dir;
	chown scalar getpwnam('postgres'), -1, "$dir/server" if !$>;
	$self->must(as_server_user(), "$programs/initdb", qw(-A trust -E UTF8
		--no-sync -U postgres -D), "$dir/server/data");
	$self->must(as_server_user(), "$programs/pg_ctl", '-D',
		"$dir/server/data", '-l', "$dir/server/log", '-w', '-o',
		"-k $dir/server -c listen_addresses='' -c fsync=off", 'start');
	$self->configure;
	return $self;
}

sub must {
	my ($self, @command) = @_;
	my ($status, $output) = command(undef, @command);
	croak "@command: $output" if $status;
	return $output;
}

sub configure {
	my ($self) = @_;
	my $dir = $self->{dir};
	mkdir "$dir/run";
	open my $conf, '>', "$dir/cardume.conf" or croak $!;
	print $conf <<"END";
origin = http://video.example
database = host=$dir/server dbname=cardume
media_dir = $dir/run/media
secret_file = $dir/run/secret
wake_dir = $dir/run/wake
tracker_whitelist = $dir/run/tracker/whitelist
END
	close $conf;
	$self->{admin} = "host=$dir/server user=postgres dbname=postgres";
}

# The admin's command; words and, as a reference, its standard input.
sub cardume {
	my ($self, @words) = @_;
	my $input = @words && ref $words[-1] ? ${ pop @words } : undef;
	local $ENV{CARDUME_ADMIN_DATABASE} = $self->{admin};
	my @sql = ('--sql', $self->{sql} // "$top/sql");
	return command($input, "$build/workers/cardume", '--conf',
		"$self->{dir}/cardume.conf", @sql, @words);
}

# SQL as a program's role, '' for the owner, or 'postgres': (exit status,
# output).
sub run {
	my ($self, $role, $sql) = @_;
	my $user = !$role ? 'cardume' : $role eq 'postgres' ? $role :
		"cardume_$role";
	return command($sql, 'psql', '-qXAt', '-v', 'ON_ERROR_STOP=1', '-v',
		'VERBOSITY=verbose',
		"host=$self->{dir}/server user=$user dbname=cardume");
}

# The owner's answer to a query; dies where it fails.
sub value {
	my ($self, $sql) = @_;
	my ($status, $output) = $self->run('', $sql);
	croak $output if $status;
	chomp $output;
	return $output;
}

sub DESTROY { $_[0]->stop }

sub stop {
	my ($self) = @_;
	local ($?, $@);
	return if $self->{pid} != $$ || $self->{has_ended}++;
	command(undef, as_server_user(), "$self->{programs}/pg_ctl", '-D',
		"$self->{dir}/server/data", qw(-m immediate -w stop));
}

# Before File::Temp takes the directories away: its END comes after ours.
END { $_->stop for grep { defined } @running }

1;
