#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# An instance under a name of its own, which only fetch_resolve knows, with a
# certificate only fetch_ca_file trusts: what other instances ask it by.
use strict;
use warnings;
use File::Temp qw(tempdir);
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;

my $dir = tempdir(CLEANUP => 1);
my $instance = Cardume->start(qw(--tls --host a.test));
my ($port) = $instance->origin =~ /^https:\/\/a\.test:(\d+)$/ or
	BAIL_OUT($instance->origin);

sub fetch {
	my ($ca_file, @args) = @_;
	open my $conf, '>', "$dir/conf" or die $!;
	print $conf "origin = http://b.test\n",
		"allow_private_addresses = a.test:$port\n",
		"fetch_resolve = a.test:$port:127.0.0.1\n",
		"fetch_ca_file = $ca_file\n";
	close $conf;
	local $ENV{CARDUME_CONF} = "$dir/conf";
	my ($status, $line) = Cardume::run_command(
		"$Cardume::build/t/unit/spec_fetch", @args);
	return { map { split /=/, $_, 2 } split /\t/, $line };
}

my $url = $instance->origin . '/accounts/peertube';
my $got = fetch("$instance->{run}/tls.pem", 'types=activity',
	'accept=application/activity+json', $url);
is($got->{end}, 'ok', 'the actor of the instance') or diag explain $got;
like($got->{type}, qr{^application/activity\+json}, 'its type');
is(fetch("$instance->{run}/tls.pem", 'types=activity', $instance->origin . '/')
	->{end}, 'type', 'a page is no actor');
is(fetch('', $url)->{end}, 'tls', 'a certificate nobody has signed');
is($instance->client->json('/api/v1/config')->{instance}{name} // '', 'Cardume',
	'our own client finds it too');

done_testing();
