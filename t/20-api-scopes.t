#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Tokens that users make for themselves, and what they are for.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;
use Cardume;
use Cardume::Video;

# Alone: the limits of this test must not lock others out.
my $cardume = Cardume->start;
my $client = $cardume->client;
my $name = $cardume->user(unique('own'));
my $browser = $cardume->sign_in($name);
my $path = '/my-account/applications';

sub make {
	my ($who, %o) = @_;
	$cardume->psql('DELETE FROM throttle');
	my $page = $who->get($path);
	my $form = Cardume::Client::find_form($page, "$path/create");
	my %send = (csrf => Cardume::Client::form_values($form)->{csrf}[0],
		name => 'A script', days => 30,
		current => $Cardume::root_password, %o);
	my $answer = $who->post("$path/create", \%send);
	my ($token) = $answer->{content} =~ /id="?token"?[^>]*>([0-9a-f]{64})</;
	return ($token, $answer);
}

sub ask {
	my ($token, $method, $at, $body) = @_;
	my $answer = $client->request($method, $at,
		content => $body // ($method eq 'GET' ? undef : '{}'),
		headers => { 'content-type' => 'application/json',
			authorization => "Bearer $token" });
	my $code = (eval { decode_json($answer->{content}) } // {});
	return $answer->{status} == 403 && ref $code eq 'HASH' &&
		($code->{code} // '') eq 'insufficient_scope' ? 'scope' :
		$answer->{status};
}

# --- making one --------------------------------------------------------------

my ($token, $answer) = make($browser, scope => 'read');
ok $token, 'shown';
is $answer->{headers}{'cache-control'}, 'no-store', 'not kept';
unlike $browser->get($path)->{content}, qr/$token/, 'once';
like $browser->get($path)->{content}, qr/A script/, 'listed';
is $cardume->psql("SELECT count(*) FROM token WHERE
	encode(access_hash, 'escape') LIKE '%$token%'
	OR token::text LIKE '%$token%'"), 0, 'stored hashed';
is ask($token, 'GET', '/api/v1/users/me'), 200, 'it serves';
for my $case (['without the password', current => 'no'],
	['without a name', name => ''], ['with a long one', name => 'x' x 61],
	['without a scope', scope => undef]) {
	my ($what, @fields) = @$case;
	my ($none, $refused) = make($browser, scope => 'read', @fields);
	ok !$none, "none $what";
	is $refused->{status}, 422, 'says so';
}
for my $case (['another scope', scope => 'everything'], ['no days', days => 0],
	['ever', days => 99999], ['no number', days => 'x']) {
	my ($what, @fields) = @$case;
	my ($none, $refused) = make($browser, scope => 'read', @fields);
	ok !$none, "none of $what";
	is $refused->{status}, 400, "$what: 400";
}
is $browser->post("$path/create", { name => 'x', scope => 'read', days => 1,
	current => $Cardume::root_password })->{status}, 403, 'CSRF: 403';

# --- what each is for --------------------------------------------------------

my $video = Cardume::Video->make($cardume, $name);
my $uuid = $video->{uuid};
my $id = $cardume->psql("SELECT user_id FROM account JOIN actor
	ON actor.id = actor_id WHERE name = '$name'");
my @asks = (
	[read => 'GET', '/api/v1/users/me'],
	[read => 'GET', '/api/v1/users/me/videos'],
	[read => 'GET', '/api/v1/videos'],
	[write => 'PUT', "/api/v1/videos/$uuid/rate"],
	[write => 'DELETE', '/api/v1/videos/999999999'],
	[write => 'POST', '/api/v1/video-playlists'],
	[upload => 'POST', '/api/v1/videos/upload-resumable'],
	[upload => 'POST', '/api/v1/videos/upload'],
	[account => 'PUT', '/api/v1/users/me'],
	[account => 'GET', "/api/v1/users/$id/token-sessions"],
	[account => 'POST', "/api/v1/users/$id/two-factor/request"],
	[account => 'GET', '/api/v1/users/scoped-tokens'],
);
my $chief = $cardume->sign_in('root');
my @high = ([moderate => 'GET', '/api/v1/users'],
	[moderate => 'GET', '/api/v1/abuses'],
	[admin => 'POST', '/api/v1/users'],
	[admin => 'PUT', "/api/v1/users/$id"]);
for my $scope (qw(read write upload moderate account admin)) {
	my ($mine) = make($browser, scope => $scope, name => "for $scope");
	my ($his) = make($chief, scope => $scope, name => "for $scope");
	for my $case (map({ [$mine, $_] } @asks), map { [$his, $_] } @high) {
		my ($with, $what) = @$case;
		my ($needed, $method, $at) = @$what;
		my $got = ask($with, $method, $at);
		ok $needed eq $scope ? $got ne 'scope' && $got != 401 :
			$got eq 'scope', "$scope: $method $at" or diag $got;
	}
	isnt ask($mine, 'GET', '/api/v1/users'), 200, 'no right comes with it';
}
my ($read) = make($browser, scope => 'read');
$answer = $client->send_json('DELETE', '/api/v1/users/me', {}, headers =>
	{ authorization => "Bearer $read" });
is $answer->{status}, 403, 'the account is not removed';
is $answer->{headers}{'www-authenticate'}, 'Bearer error="insufficient_scope"',
	'RFC 6750';
is ask($cardume->token($name), 'GET', "/api/v1/users/$id/token-sessions"), 200,
	'a token of the password is for all';

# It cannot be renewed; it can end itself; it ends with its time.
my $app = $client->json('/api/v1/oauth-clients/local');
is $client->post('/api/v1/users/token', { %$app, refresh_token => $read,
	grant_type => 'refresh_token' })->{status}, 400, 'no refreshing';
my ($brief) = make($browser, scope => 'upload');
is ask($brief, 'POST', '/api/v1/users/revoke-token'), 200, 'ends itself';
is ask($brief, 'POST', '/api/v1/videos/upload-resumable'), 401, 'gone';
$cardume->psql("UPDATE token SET access_expires_at = now(),
	refresh_expires_at = now() WHERE access_hash = sha256('$read')");
is ask($read, 'GET', '/api/v1/users/me'), 401, 'over';

# Taking it away, one's own only.
my $other = $cardume->sign_in($cardume->user(unique('oth')));
my $number = $cardume->psql("SELECT id FROM token
	WHERE access_hash = sha256('$token')");
sub revoke {
	my ($who) = @_;
	my $form = Cardume::Client::find_form($who->get($path),
		"$path/create");
	return $who->post("$path/revoke", { kind => 'token', id => $number,
		csrf => Cardume::Client::form_values($form)->{csrf}[0] });
}
revoke($other);
is ask($token, 'GET', '/api/v1/users/me'), 200, 'not by another';
revoke($browser);
is ask($token, 'GET', '/api/v1/users/me'), 401, 'by its owner';

# Private files: a token for reading opens them, another does not.
my ($up) = make($browser, scope => 'upload');
my ($see) = make($browser, scope => 'read');
my $opens = sub {
	return $cardume->psql("SELECT media_opens(v.id, NULL,
		sha256('$_[0]'), NULL, NULL) FROM video v
		WHERE uuid = '$uuid'");
};
$cardume->psql("UPDATE video SET privacy = 3 WHERE uuid = '$uuid'");
is $opens->($see), 't', 'a private video opens to who may read';
is $opens->($up), 'f', 'not to who may upload';
done_testing;
