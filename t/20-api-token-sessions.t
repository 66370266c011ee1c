#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Where a user is signed in by tokens, and ending it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;
use Cardume;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my $name = $cardume->user(unique('ses'));
my @token = map { $cardume->token($name) } 1 .. 3;
my $stranger = $cardume->token($cardume->user(unique('str')));
my $moderator = $cardume->token($cardume->user(unique('mod'),
	role => 'moderator'));
my $root = $cardume->token('root');
my $id = $cardume->psql("SELECT user_id FROM account JOIN actor
	ON actor.id = actor_id WHERE name = '$name'");

sub get {
	my ($token, $path) = @_;
	my $answer = $client->get($path, headers =>
		{ $token ? (authorization => "Bearer $token") : () });
	return ($answer->{status}, eval { decode_json($answer->{content}) });
}

sub revoke {
	my ($token, $of, $session) = @_;
	return $client->request('POST',
		"/api/v1/users/$of/token-sessions/$session/revoke", headers =>
		{ $token ? (authorization => "Bearer $token") : () })->{status};
}

my $path = "/api/v1/users/$id/token-sessions";
my ($status, $list) = get($token[1], $path);
is $status, 200, 'one\'s own';
is $list->{total}, 3, 'three';
my @sessions = @{ $list->{data} };
is_deeply [sort keys %{ $sessions[0] }], [qw(createdAt currentSession id
	lastActivityDate lastActivityDevice lastActivityIP loginDate
	loginDevice loginIP)], 'members';
is_deeply [map { $_->{currentSession} ? 1 : 0 } @sessions], [0, 1, 0],
	'the newest first; this one is told';
like $sessions[0]{loginIP}, qr/^127\./, 'where from';
($status, my $second) = get($token[1], "$path?start=1&count=1&sort=createdAt");
is $second->{total}, 3, 'pages: total';
is_deeply [map { $_->{id} } @{ $second->{data} }], [$sessions[1]{id}],
	'pages: the second';
($status, my $oldest) = get($token[1], "$path?sort=createdAt");
is $oldest->{data}[0]{id}, $sessions[2]{id}, 'the oldest first';

is((get($_->[1], $path))[0], $_->[2], "$_->[0]: $_->[2]") for
	['nobody', undef, 401], ['a false token', 'f' x 64, 401],
	['a stranger', $stranger, 403], ['a moderator', $moderator, 403],
	['an administrator', $root, 200];
is((get($root, $_->[0]))[0], $_->[1], "$_->[0]: $_->[1]") for
	['/api/v1/users/999999999/token-sessions', 404],
	['/api/v1/users/x/token-sessions', 400],
	["$path?count=x", 400], ["$path?sort=password", 400];

# The last use: told when ten minutes have gone by.
$cardume->psql("UPDATE token SET created_at = now() - interval '1 hour'
	WHERE user_id = $id");
get($token[2], '/api/v1/users/me');
($status, $list) = get($token[1], $path);
my ($used) = grep { $_->{id} == $sessions[0]{id} } @{ $list->{data} };
ok $used->{lastActivityDate} gt $used->{loginDate}, 'its last use';

# Ending one.
is revoke(undef, $id, $sessions[2]{id}), 401, 'nobody ends one';
is revoke($stranger, $id, $sessions[2]{id}), 403, 'a stranger neither';
is revoke($moderator, $id, $sessions[2]{id}), 403, 'nor a moderator';
my $own = $cardume->psql("SELECT user_id FROM token
	WHERE access_hash = sha256('$stranger')");
is revoke($stranger, $own, $sessions[2]{id}), 404, 'not by one\'s own address';
is revoke($token[1], $id, 'x'), 400, 'no number: 400';
is revoke($token[1], $id, $sessions[2]{id}), 200, 'one\'s own';
is revoke($token[1], $id, $sessions[2]{id}), 404, 'once';
is((get($token[0], '/api/v1/users/me'))[0], 401, 'it is gone');
is((get($token[2], '/api/v1/users/me'))[0], 200, 'the other is not');
is revoke($root, $id, $sessions[0]{id}), 200, 'an administrator may';
is((get($token[2], '/api/v1/users/me'))[0], 401, 'gone too');

# 401 answers say how to do better (RFC 6750).
my $answer = $client->get($path);
is $answer->{headers}{'www-authenticate'}, 'Bearer', 'WWW-Authenticate';
$answer = $client->get($path, headers =>
	{ authorization => 'Bearer ' . 'f' x 64 });
is $answer->{headers}{'www-authenticate'}, 'Bearer error="invalid_token"',
	'and what was wrong';
$answer = $client->get("$path?access_token=$token[1]");
is $answer->{status}, 401, 'a token in the address is none';
done_testing;
