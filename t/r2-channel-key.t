# SPDX-License-Identifier: AGPL-3.0-or-later
# The key of a new channel costs a third of a second of a core. It was made
# before anybody looked whether there can be such a channel, so that one user
# could keep all programs busy with names that are taken. What is measured is
# the programs' own time, against that of channels that come to be.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use List::Util qw(sum0);
use Test::More;
use Cardume;

my $cardume = Cardume->start;
my $name = $cardume->user(unique('key'));
my $browser = $cardume->sign_in($name);
my $form = '/my-library/video-channels/create';
my ($csrf) = $browser->text($form) =~ /name="csrf" value="([^"]+)"/;

# Ticks of processor time that the page programs have used.
sub ticks {
	return sum0 map { my @f = split ' ', slurp("/proc/$_/stat") =~
		s/^.*\) //sr; $f[11] + $f[12] } $cardume->pids('page');
}

sub cost {
	my ($status, @names) = @_;
	my $before = ticks();
	is($browser->post($form, { csrf => $csrf, name => $_,
		displayName => 'A channel' }, redirect => 0)->{status}, $status,
		"a channel named $_") for @names;
	return ticks() - $before;
}

my $made = cost(303, map { "${name}_$_" } 1 .. 10);
my $refused = cost(422, 'not a name', $name, "${name}_1", 'peertube',
	map { "a b $_" } 1 .. 6);
cmp_ok($refused, '<', $made / 2, "ticks of refusals, of $made for channels");
$cardume->psql("INSERT INTO setting (name, value, kind) VALUES
	('user.channels_max', '3', 'number')
	ON CONFLICT (name) DO UPDATE SET value = excluded.value");
$refused = cost(422, map { "${name}_$_" } 11 .. 20);
cmp_ok($refused, '<', $made / 2, 'and of those beyond the allowed number');
done_testing();
