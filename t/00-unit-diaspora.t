#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Envelopes and entities of diaspora*, made by others, where they are at hand.
use strict;
use warnings;
use File::Basename qw(dirname);
use Test::More;

my $top = dirname(dirname(__FILE__));
my $builddir = $ENV{builddir} // "$top/build";
my $shared = $ENV{CARDUME_SHARED} // "$top/../shared";
my $samples = "$shared/data/federation-samples";

plan skip_all => "no $samples" unless -d $samples;
my @lines = `$builddir/t/unit/spec_diaspora '$samples'`;
is($?, 0, 'all ' . grep(/^ok/, @lines) . ' tests with samples')
	or diag(grep { !/^ok/ } @lines);
done_testing();
