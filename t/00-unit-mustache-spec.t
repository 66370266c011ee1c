#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# The official Mustache specification's suites, where they are at hand.
use strict;
use warnings;
use File::Basename qw(basename dirname);
use Test::More;

my $top = dirname(dirname(__FILE__));
my $builddir = $ENV{builddir} // "$top/build";
my $shared = $ENV{CARDUME_SHARED} // "$top/../shared";
my $program = "$builddir/t/unit/spec_mustache";
my $specs = "$shared/data/mustache-spec";

plan skip_all => "no $specs" unless -d $specs;
for my $suite (qw(comments delimiters interpolation inverted partials sections
	~dynamic-names ~inheritance)) {
	my @lines = `$program '$specs/$suite.json'`;
	is($?, 0, "$suite: all " . grep(/^ok/, @lines) . ' cases')
		or diag(grep { !/^ok/ } @lines);
}
done_testing();
