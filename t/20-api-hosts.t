# SPDX-License-Identifier: AGPL-3.0-or-later
# Other servers by the API and by the admin's command.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume;
use JSON::PP qw(decode_json);

my $cardume = Cardume->shared;
my %app = map { ($_ => $cardume->client) } qw(nobody user admin);
my $user = $cardume->user(unique('usr'));
$app{user}{headers}{authorization} = 'Bearer ' . $cardume->token($user);
$app{admin}{headers}{authorization} = 'Bearer ' . $cardume->token('root');
my $host = unique('h') . '.example:8443';
my $path = '/api/v1/server/hosts';

# A server that has failed, is left alone for a day, and has three deliveries
# to get.
$cardume->psql(<<"END");
INSERT INTO host (name, software, fails, first_fail, last_try, last_status,
	pending, next_at)
VALUES ('$host', 'peertube', 4, now() - interval '1 hour', now(),
	'status 502', true, now() + interval '1 day');
INSERT INTO actor (kind, name, host_id, url, inbox, document)
SELECT 'Person', 'ann\@$host', id, 'https://$host/ann',
	'https://$host/ann/inbox', '{}' FROM host WHERE name = '$host';
SELECT activity_send(1, json_build_object('id', n), ARRAY[a.id])
FROM actor a, generate_series(1, 3) n WHERE a.url = 'https://$host/ann';
END

sub listed {
	my ($row) = grep { $_->{host} eq $host } @{ $app{admin}
		->json("$path?search=$host&count=1")->{data} };
	return $row;
}

for ([nobody => 401], [user => 403]) {
	my ($who, $status) = @$_;
	is $app{$who}->get($path)->{status}, $status, "not for $who";
	is $app{$who}->post("$path/$host/retry", {})->{status}, $status,
		"nor to send";
}
my $row = listed();
is $row->{software}, 'peertube';
is $row->{state}, 'failing';
is $row->{pendingDeliveries}, 3, 'what waits';
ok $row->{oldestDeliveryAt} && $row->{failingSince} && $row->{nextTryAt};
is $row->{failures}, 4;
is $row->{lastStatus}, 'status 502';
is $row->{lastSuccessAt}, undef;
is $app{admin}->json("$path?sort=-failures&count=1")->{data}[0]{failures} >= 4,
	1, 'trouble first';
is $app{admin}->get("$path?sort=nonsense")->{status}, 400;

is $app{admin}->post("$path/no.example/retry", {})->{status}, 404;
$cardume->psql("UPDATE host SET lease = 0, lease_until = now() +
	interval '1 hour' WHERE name = '$host'");
is $app{admin}->post("$path/$host/retry", {})->{status}, 204, 'sent now';
is listed()->{failures}, 0, 'its failures are forgotten';
is listed()->{state}, 'new';

my ($status, $out) = $cardume->program('cardume', 'host', 'list', $host);
is $status, 0, 'host list' or diag $out;
like $out, qr/^\Q$host\E\tpeertube\tnew\t3 waiting\t\d+ s\t0 failures\t/;
($status, $out) = $cardume->program('cardume', 'host', 'list');
like $out, qr/^\Q$host\E\t/m, 'among all';
($status, $out) = $cardume->program('cardume', 'host', 'retry', $host);
is $status, 0, 'host retry' or diag $out;
($status, $out) = $cardume->program('cardume', 'host', 'retry', 'no.example');
is $status, 1, 'of none';
($status, $out) = $cardume->program('cardume', 'host', 'forget', $host);
is "$status $out", "0 3 deliveries to $host are dropped\n", 'host forget';
is listed()->{pendingDeliveries}, 0;
$cardume->psql("DELETE FROM actor WHERE url = 'https://$host/ann'");
($status, $out) = $cardume->program('cardume', 'host', 'forget', $host);
is $status, 0, 'again';
is listed(), undef, 'who has nothing here is forgotten';
($status, $out) = $cardume->program('cardume', 'host', 'forget', $host);
is $status, 1, 'and then unknown';
done_testing;
