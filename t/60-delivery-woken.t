# SPDX-License-Identifier: AGPL-3.0-or-later
# Worker `deliver` is woken when something is queued: it does not wait for the
# next look, which is up to a second away.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::UNIX;
use JSON::PP ();
use Socket qw(SOCK_DGRAM);
use Test::More;
use Time::HiRes qw(sleep);

use Cardume qw(wait_until);
use Cardume::Delivery;
use Cardume::Peer;
use Cardume::Rows qw(sql_text);

my $d = Cardume::Delivery->start(sink => 0);
my $json = JSON::PP->new->utf8->canonical;
my $peer = Cardume::Peer->start(address => '127.0.0.2');

sub follow {
	my ($who) = @_;
	my $activity = $peer->activity($who, 'Follow',
		'http://video.test/video-channels/root_channel');
	my $body = $json->encode($activity);
	my ($head) = split /\r\n\r\n/, Cardume::Peer::Signature::request('POST',
		'http://video.test/inbox', $body, signer => $who);
	my (undef, @lines) = split /\r\n/, $head;
	$d->value('INSERT INTO inbox (request, body, host) VALUES (' .
		join(', ', map { sql_text($_) } $json->encode({
		method => 'POST', target => '/inbox', headers => {
		map { /^([^:]+): (.*)/ ? ($1, $2) : () } @lines } }), $body,
		$peer->host) . ')');
	return $activity->{id};
}

my @people = map { $peer->actor("p$_") } 1 .. 10;
my $ear = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Blocking => 0,
	Local => "$d->{dir}/run/wake/deliver.1.sock") or die $!;
my @pids = map { $d->spawn($_) } qw(inbox deliver);
ok wait_until(sub { -S "$d->{dir}/run/wake/deliver.$pids[1].sock" }, 10),
	'it has a socket';
my @waits;
for my $who (@people) {
	follow($who);
	my $got = $peer->wait_for(sub { $_[0]{json}{type} eq 'Accept' &&
		$_[0]{json}{object}{actor} eq $who->{id} }, 20);
	push @waits, $got->{time} - $d->value("SELECT extract(epoch FROM
		f.created_at) FROM follow f JOIN actor a
		ON a.id = f.follower_id WHERE a.url = '$who->{id}'") if $got;
	sleep rand 0.3;
}
is scalar @waits, 10, 'all are told';
note join ' ', map { sprintf '%.3f', $_ } @waits;
# The first has been queued while its server was being found.
@waits = sort { $a <=> $b } @waits[1 .. $#waits];
cmp_ok $waits[4], '<', 0.3, 'most of them at once';
my $nr = 0;
my $byte;
$nr++ while defined $ear->recv($byte, 1) && length $byte;
cmp_ok $nr, '>=', 9, "whoever queues something wakes ($nr)";
cmp_ok $nr, '<=', 20, 'but not without need';
is $d->end($_), 0, 'a worker ends well' for @pids;
ok !-e "$d->{dir}/run/wake/deliver.$pids[1].sock", 'without its socket';
done_testing;
