#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Signing in by the REST API, as peertube-cli and the mobile applications do
# (reference: API, 2.4).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my $password = 'a long password of theirs';
my $name = $cardume->user(unique('oauth'), password => $password);
my $app = $client->json('/api/v1/oauth-clients/local');
like $app->{$_}, qr/^[0-9a-z]{32}$/, $_ for qw(client_id client_secret);

my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	PeerPort => $cardume->port) or die $!;
print $socket "GET /api/v1/oauth-clients/local HTTP/1.0\r\n" .
	"Host: elsewhere.example\r\n\r\n";
unlike join('', <$socket>), qr/client_secret"/,
	'the client is shown at our own name only';
my $answer;

sub token {
	my (%o) = @_;
	my $answer = $client->post('/api/v1/users/token', { %$app,
		grant_type => 'password', response_type => 'code',
		scope => 'upload', username => $name, password => $password,
		%o });
	return ($answer, eval { decode_json($answer->{content}) } // {});
}

sub me {
	my ($token) = @_;
	return $client->get('/api/v1/users/me', headers =>
		{ authorization => "Bearer $token" });
}

my ($good, $pair) = token();
is $good->{status}, 200, 'the right password';
is $good->{headers}{'cache-control'}, 'no-store', 'is not stored';
is_deeply [sort keys %$pair], [qw(access_token expires_in refresh_token
	refresh_token_expires_in token_type)], 'members';
is $pair->{token_type}, 'Bearer', 'type';
is $pair->{expires_in}, 86400, 'a day';
is $pair->{refresh_token_expires_in}, 2419200, 'four weeks';
is me($pair->{access_token})->{status}, 200, 'the token serves';
is $cardume->psql("SELECT count(*) FROM token WHERE
	encode(access_hash, 'escape') LIKE '%' || '$pair->{access_token}' || '%'
	OR encode(access_hash, 'hex') = '$pair->{access_token}'"), 0,
	'what is stored is not the token';

my ($by_mail) = token(username => uc "$name\@example.org");
is $by_mail->{status}, 200, 'by e-mail address, in any case';

my @bad = (
	['wrong password', 400, 'invalid_grant', password => 'not this one'],
	['unknown user', 400, 'invalid_grant', username => unique('nobody')],
	['name too long', 400, 'invalid_grant', username => 'x' x 500],
	['wrong secret', 400, 'invalid_client', client_secret => 'b' x 32],
	['no client', 400, 'invalid_client', client_id => undef],
	['long client', 400, 'invalid_client', client_id => 'x' x 1000],
	['no password', 400, 'invalid_request', password => undef],
	['empty name', 400, 'invalid_request', username => ''],
	['no grant', 400, 'invalid_request', grant_type => undef],
	['other grant', 400, 'unsupported_grant_type', grant_type => 'magic'],
	['long password', 400, 'too_long_password', password => 'x' x 257],
	['bad refresh', 400, 'invalid_grant', grant_type => 'refresh_token',
		refresh_token => 'f' x 64],
	['no refresh', 400, 'invalid_request', grant_type => 'refresh_token'],
);
for my $case (@bad) {
	my ($what, $status, $code, @fields) = @$case;
	my ($answer, $problem) = token(@fields);
	is $answer->{status}, $status, "$what: $status";
	is $problem->{code}, $code, "$what: $code";
	like $answer->{headers}{'content-type'},
		qr{^application/problem\+json}, "$what: a problem document";
}
my (undef, $unknown) = token(username => unique('nobody'));
my (undef, $wrong) = token(password => 'not this one');
is_deeply $unknown, $wrong, 'an unknown name is no other answer';

$answer = $client->send_json('POST', '/api/v1/users/token',
	{ %$app, grant_type => 'password', username => $name,
	password => $password });
is $answer->{status}, 400, 'JSON is no form';

# Refresh: a new pair, the old one ends.
my ($refreshed, $next) = token(grant_type => 'refresh_token',
	refresh_token => $pair->{refresh_token});
is $refreshed->{status}, 200, 'refresh';
isnt $next->{access_token}, $pair->{access_token}, 'another token';
is me($pair->{access_token})->{status}, 401, 'the old one ends';
is me($next->{access_token})->{status}, 200, 'the new one serves';

# The old refresh token again: somebody has a copy.
my ($again) = token(grant_type => 'refresh_token',
	refresh_token => $pair->{refresh_token});
is $again->{status}, 400, 'a refresh token serves once';
is me($next->{access_token})->{status}, 401, 'and takes its session along';

# Revocation.
my (undef, $third) = token();
$answer = $client->post('/api/v1/users/revoke-token', {}, headers =>
	{ authorization => "Bearer $third->{access_token}" });
is $answer->{status}, 200, 'revoked';
is me($third->{access_token})->{status}, 401, 'gone';
my ($dead) = token(grant_type => 'refresh_token',
	refresh_token => $third->{refresh_token});
is $dead->{status}, 400, 'its refresh token too';

# Expiry, blocking.
my (undef, $fourth) = token();
my $sha = "sha256('$fourth->{access_token}')";
$cardume->psql("UPDATE token SET access_expires_at = now() -
	interval '1 second' WHERE access_hash = $sha");
$answer = me($fourth->{access_token});
is $answer->{status}, 401, 'an expired token';
is decode_json($answer->{content})->{code}, 'invalid_token', 'says so';
my ($renewed, $fifth) = token(grant_type => 'refresh_token',
	refresh_token => $fourth->{refresh_token});
is $renewed->{status}, 200, 'but can be refreshed';
$cardume->psql("UPDATE app_user SET is_blocked = true
	WHERE email = '$name\@example.org'");
is me($fifth->{access_token})->{status}, 401, 'a blocked user is out';
my ($blocked, $why) = token();
is $blocked->{status}, 400, 'and stays out';
is $why->{code}, 'account_blocked', 'account_blocked';
my ($blocked_refresh) = token(grant_type => 'refresh_token',
	refresh_token => $fifth->{refresh_token});
is $blocked_refresh->{status}, 400, 'by refresh too';

# A bad token is refused even where none is needed; no token is not.
is $client->get('/api/v1/videos', headers =>
	{ authorization => 'Bearer none' })->{status}, 401, 'a false token';
is $client->get('/api/v1/videos')->{status}, 200, 'no token';
$answer = $cardume->sign_in('root')->get('/api/v1/users/me');
is $answer->{status}, 401, 'a cookie is no token';

# Ten tries for a name in a quarter of an hour.
my $tried = $cardume->user(unique('tried'), password => $password);
my $status;
for (1 .. 11) {
	my ($answer) = token(username => $tried, password => 'guess');
	$status = $answer->{status};
	is $answer->{headers}{'retry-after'} > 0, 1, 'told when to come back'
		if $status == 429;
	last if $status == 429;
}
is $status, 429, 'guessing ends';
$cardume->psql('DELETE FROM throttle');
my ($after) = token(username => $tried);
is $after->{status}, 200, 'and the owner comes back';
done_testing;
