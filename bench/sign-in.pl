#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Does the time of a refused sign-in tell whether the name is known?
# perl -It/lib bench/sign-in.pl [SAMPLES]: medians of a wrong password for a
# known and for an unknown name, taken by turns on an instance of its own.
# Wanted: they differ by at most 2 %.
use strict;
use warnings;
use Time::HiRes qw(time);
use Cardume;

my $samples = shift // 200;
my $cardume = Cardume->start;
my $client = $cardume->client;
my $page = $client->get('/login');
my ($token) = $page->{content} =~ /name="csrf" value="([^"]+)"/;

sub refused {
	my ($name) = @_;
	my $start = time;
	my $answer = $client->post('/login', { csrf => $token,
		username => $name, password => 'wrong' }, redirect => 0);
	my $took = time - $start;
	die "status $answer->{status}" if $answer->{status} != 422;
	return 1000 * $took;
}

sub median {
	my @sorted = sort { $a <=> $b } @_;
	return $sorted[@sorted / 2];
}

my (@known, @unknown);
for (1 .. $samples) {
	$cardume->psql('DELETE FROM throttle') if $_ % 7 == 1;
	push @known, refused('root');
	push @unknown, refused('nobody');
}
my ($known, $unknown) = (median(@known), median(@unknown));
printf "known name   %.2f ms\nunknown name %.2f ms\ndifference   %.2f %%"
	. " of %d samples each (wanted: at most 2 %%)\n", $known, $unknown,
	100 * abs($known - $unknown) / $known, $samples;
