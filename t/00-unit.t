#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Runs each unit test written in C (t/unit/X.c, built by `make check` or
# `make -C build check-programs`) as a subtest.
use strict;
use warnings;
use File::Basename qw(basename dirname);
use Test::More;

my $top = dirname(dirname(__FILE__));
my $builddir = $ENV{builddir} // "$top/build";
# Catalogues of translations are built at its top.
$ENV{CARDUME_LOCALEDIR} = $builddir;

# The lines of a program's TAP become this subtest's own.
sub run_unit {
	my ($program) = @_;
	my $nr = 0;
	open my $pipe, '-|', $program or return fail("$program: $!");
	while (my $line = <$pipe>) {
		if ($line =~ /^(not )?ok \d+(?: - (.*))?$/) {
			$nr++;
			ok(!$1, "$nr: $2");
		} elsif ($line =~ /^1\.\.(\d+)$/) {
			is($nr, $1, 'all planned tests ran');
		} else {
			chomp $line;
			diag($line =~ s/^# ?//r);
		}
	}
	close $pipe;
	is($?, 0, 'exits with 0');
}

for my $source (sort glob "$top/t/unit/*.c") {
	my $name = basename($source, '.c');
	next if $name =~ /^spec_/;
	my $program = "$builddir/t/unit/$name";
	subtest $name => sub {
		return fail("$program is not built") unless -x $program;
		run_unit($program);
	};
}
done_testing();
