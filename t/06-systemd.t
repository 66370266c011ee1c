#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# The units: systemd understands them, and what they may do is little.
use strict;
use warnings;
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use Test::More;
use Cardume;

plan skip_all => 'systemd-analyze is not here'
	if system('command -v systemd-analyze >/dev/null');

# What "exposure" a unit may have, of 10.
my %most = ('cardume-page@' => 1.0, 'cardume-api@' => 1.0,
	'cardume-ap@' => 1.0, 'cardume-upload@' => 1.0,
	'cardume-worker@' => 2.0, 'cardume-opentracker' => 1.5,
	'cardume-signal' => 1.0);

# Units name programs where `make install` puts them: here any will do.
my $dir = tempdir(CLEANUP => 1);
for my $path (glob("$Cardume::build/etc/systemd/*.{socket,service} " .
	"$Cardume::top/etc/systemd/*.{target,path,service}")) {
	my $text = slurp($path);
	my ($name) = $path =~ m{([^/]+)$};
	$text =~ s/^(ExecStart=)\S+/$1\/bin\/true/m;
	unlike($text, qr/\@[a-zA-Z_]+\@(?!\d\.service)/, "$name: filled in")
		unless $name =~ /@/;
	for my $file ($name, $name =~ s/@/\@1/r) {
		open my $out, '>', "$dir/$file" or die "$file: $!";
		print $out $text;
	}
}
for my $unit (sort glob "$dir/*.target $dir/*.path $dir/*.socket " .
	"$dir/*\@1.service $dir/cardume-opentracker*.service " .
	"$dir/cardume-signal.service") {
	my ($status, $output) = Cardume::run_command('systemd-analyze',
		'verify', '--man=no', $unit);
	is("$status$output", '0', 'verify ' . $unit =~ s{.*/}{}r);
}
for my $unit (sort keys %most) {
	my ($status, $output) = Cardume::run_command('systemd-analyze',
		'security', '--offline=yes', "$dir/$unit.service");
	my ($score) = $output =~ /exposure level for \S+: ([\d.]+)/;
	cmp_ok($score // 10, '<=', $most{$unit}, "$unit scores " .
		($score // $output));
}

my $worker = slurp("$dir/cardume-worker\@.service");
like($worker, qr/^PrivateNetwork=yes$/m, 'who decodes media has no network');

# The paths of a setting; an empty one takes back what was before.
sub in_force {
	my ($text, $setting) = @_;
	my @paths;
	@paths = length ? (@paths, split) : ()
		for $text =~ /^$setting=(.*)$/mg;
	return @paths;
}

# Workers that have a network, as their drop-ins change the unit.
for my $kind (['mail', 'mail'], ['deliver', 'federation'],
		['inbox', 'federation'], ['fetch', 'federation', 'fetch'],
		['diaspora', 'federation'],
		['redundancy', 'federation', 'redundancy']) {
	my ($name, @files) = @$kind;
	my $unit = "cardume-worker\@$name.service";
	my $drop_in = join '', map {
		slurp("$Cardume::top/etc/systemd/$_.conf") } @files;
	open my $out, '>', "$dir/$unit" or die "$unit: $!";
	print $out $worker, $drop_in;
	close $out;
	my ($status, $output) = Cardume::run_command('systemd-analyze',
		'verify', '--man=no', "$dir/$unit");
	is("$status$output", '0', "verify $unit");
	($status, $output) = Cardume::run_command('systemd-analyze', 'security',
		'--offline=yes', "$dir/$unit");
	my ($score) = $output =~ /exposure level for \S+: ([\d.]+)/;
	cmp_ok($score // 10, '<=', 3.0, 'it scores ' . ($score // $output));
	my $all = "$worker$drop_in";
	if ($name eq 'redundancy') {
		is_deeply [grep { my $path = "/var/lib/cardume/$_";
			!grep { s/^-//r eq $path } in_force($all,
				'InaccessiblePaths') } qw(source private incoming
			public/lazy-static public/static/web-videos
			public/static/streaming-playlists)], [],
			'it sees its copies alone';
		next;
	}
	my @media = map { "/var/lib/cardume/$_" } qw(source public private);
	for my $path ('/var/lib/cardume/incoming', @media) {
		my $is_taken = $name eq 'fetch' && $path =~ /incoming/;
		my ($hidden, $written) = map { scalar grep {
			index("$path/", "$_/") == 0 } in_force($all, $_) }
			qw(InaccessiblePaths ReadWritePaths);
		is_deeply [!!$hidden, !!$written], [!$is_taken, !!$is_taken],
			"$path: " . ($is_taken ? 'it puts pictures there' :
				'who has a network sees no media');
	}
}

# bubblewrap under what the worker's unit leaves of socket(): a filter as
# systemd makes it (linux/filter.h, linux/seccomp.h).
SKIP: {
	skip 'numbers of system calls for x86-64 only', 1
		if `uname -m` ne "x86_64\n";
	skip 'bubblewrap is not here', 1 if !-x '/usr/bin/bwrap';
	my %number = (AF_UNIX => 1, AF_INET => 2, AF_INET6 => 10,
		AF_NETLINK => 16);
	my @families = map { $number{$_} } map { split }
		$worker =~ /^RestrictAddressFamilies=(.*)$/mg;
	my @code = ([0x20, 0, 0, 0], [0x15, 0, 2 + @families, 41],
		[0x20, 0, 0, 16]);
	push @code, [0x15, @families - $_, 0, $families[$_]]
		for 0 .. $#families;
	push @code, [0x06, 0, 0, 0x00050000 | 97], [0x06, 0, 0, 0x7fff0000];
	my $code = join '', map { pack 'SCCL', @$_ } @code;
	my $program = pack 'Sx6P', scalar @code, $code;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		syscall(157, 38, 1, 0, 0, 0);
		syscall(157, 22, 2, $program) == 0 or die "seccomp: $!";
		exec qw(/usr/bin/bwrap --unshare-all --ro-bind / / /bin/true);
	}
	waitpid $pid, 0;
	is $?, 0, 'bubblewrap makes its own network';
}

for my $kind (qw(page api ap upload signal)) {
	my $socket = slurp("$dir/cardume-$kind.socket");
	like($socket, qr{^ListenStream=/}m, "$kind: never TCP");
	like($socket, qr/^SocketMode=0660$/m, "$kind: for nginx alone");
	my ($unit) = map { slurp($_) } grep { -e }
		map { "$dir/cardume-$kind$_.service" } '@', '';
	like($unit, qr/^Restart=always$/m, "$kind: comes back, whatever its end");
	like($unit, qr/^StandardInput=socket$/m, "$kind: the socket is fd 0");
}

# What a program does with the media volume (rename() does not reach from one
# mount to another, and each of these paths is one).
my %dirs = (
	'cardume-upload@' => { write => [qw(incoming source)] },
	'cardume-api@' => { read => [qw(private/static public)] },
	'cardume-worker@' => { write => [qw(incoming source work public private
		tracker)] },
);
sub mount_of {
	my ($unit, $setting, $path) = @_;
	my @paths = map { split } slurp("$dir/$unit.service") =~
		/^$setting=(.*)$/mg;
	return grep { $path eq $_ || index($path, "$_/") == 0 }
		map { s/^-//r } @paths;
}
for my $unit (sort keys %dirs) {
	my %mounts;
	for my $way (qw(read write)) {
		for my $path (map { "/var/lib/cardume/$_" }
				@{ $dirs{$unit}{$way} // [] }) {
			is join(' ', mount_of($unit, 'InaccessiblePaths', $path)),
				'', "$unit sees $path";
			next unless $way eq 'write';
			my ($mount) = mount_of($unit, 'ReadWritePaths', $path);
			ok $mount, "$unit writes $path" or next;
			$mounts{$mount} = 1;
		}
	}
	cmp_ok scalar keys %mounts, '<=', 1, "$unit: can rename";
}
is join(' ', mount_of('cardume-page@', 'InaccessiblePaths',
	'/var/lib/cardume')), '/var/lib/cardume', 'pages see no media';

my $users = slurp("$Cardume::build/etc/systemd/cardume.conf");
for my $unit (glob "$dir/*.service") {
	my ($user) = slurp($unit) =~ /^User=(\w\S*)/m or next;
	ok($user eq 'www-data' || $users =~ /^u $user /m, "user $user is made");
}
done_testing();
