#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Applications that ask a user's leave: RFC 6749 4.1 with PKCE, and what people
# try against it (RFC 9700).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Digest::SHA qw(sha256);
use JSON::PP qw(decode_json);
use MIME::Base64 qw(encode_base64url);
use Test::More;
use Cardume;

# Alone: the limits of this test must not lock others out.
my $cardume = Cardume->start;
my $client = $cardume->client;
my $name = $cardume->user(unique('let'));
my $browser = $cardume->sign_in($name);
my $back = 'https://app.example/back';
my $verifier = 'v' x 43;
my $challenge = encode_base64url(sha256($verifier));

sub register {
	my (%o) = @_;
	$cardume->psql('DELETE FROM throttle');
	my $answer = $client->send_json('POST', '/api/v1/oauth-clients', {
		client_name => 'An app', redirect_uris => [$back], %o });
	return ($answer->{status},
		eval { decode_json($answer->{content}) } // {});
}

# --- the metadata, registering -----------------------------------------------

my $meta = $client->json('/.well-known/oauth-authorization-server');
is $meta->{issuer}, $cardume->origin, 'issuer';
is_deeply $meta->{code_challenge_methods_supported}, ['S256'], 'S256 alone';
my ($status, $app) = register();
is $status, 201, 'registered';
like $app->{client_id}, qr/^[0-9a-f]{32}$/, 'client_id';
is $app->{token_endpoint_auth_method}, 'none', 'a public client';
my $id = $app->{client_id};
for my $bad ('http://app.example/back', 'javascript:alert(1)',
	'data:text/html,x', "$back#x", 'https://a@b.example/', '//x', '',
	'https://app.example/"onload=', 'app:/x', "https://a.example/\n",
	'http://127.0.0.1.evil.example/', 'https://' . 'a' x 600, {}, undef)
{
	my ($refused, $problem) = register(redirect_uris => [$bad]);
	is $refused, 400, 'no redirect URI: ' .
		substr($bad // 'null', 0, 40) =~ s/\s/ /gr;
	is $problem->{code}, 'invalid_redirect_uri', 'says so';
}
is((register(@$_))[0], 400, "bad: $_->[0]") for
	[client_name => ''], [client_name => 'x' x 61],
	[client_name => undef], [redirect_uris => []],
	[redirect_uris => 'x'], [redirect_uris => [($back) x 6]],
	[redirect_uris => undef];
is((register(redirect_uris => [$_]))[0], 201, "good: $_") for
	'http://127.0.0.1/cb', 'http://[::1]:1234/cb', 'com.example.app:/back';
$cardume->psql('DELETE FROM throttle');
my @statuses = map { $client->send_json('POST', '/api/v1/oauth-clients', {
	client_name => 'x', redirect_uris => [$back] })->{status} } 1 .. 11;
is $statuses[-1], 429, 'ten in an hour';

# --- asking ------------------------------------------------------------------

sub wish {
	my (%o) = @_;
	my %all = (response_type => 'code', client_id => $id,
		redirect_uri => $back, state => 'a b&c', scope => 'read',
		code_challenge => $challenge, code_challenge_method => 'S256',
		%o);
	return '/oauth/authorize?' . join '&', map { "$_=" .
		Cardume::Client::url_escape($all{$_}) }
		grep { defined $all{$_} } sort keys %all;
}

my $page = $client->get(wish(), redirect => 0);
is $page->{status}, 303, 'nobody: to the sign-in';
like $page->{headers}{location}, qr{^/login\?next=%2Foauth%2Fauthorize|
	^/login\?next=/oauth/authorize}x, 'and back';
$page = $browser->get(wish());
is $page->{status}, 200, 'asked';
like $page->{content}, qr/An app/, 'by name';
like $page->{content}, qr/See what you see/, 'for what, in words';
unlike $page->{content}, qr/Upload videos/, 'and no more';
like $page->{content}, qr{https://app\.example<}, 'and where it goes';
like $page->{headers}{'content-security-policy'}, qr/frame-ancestors 'none'/,
	'in no frame';
for my $case (
	['another address', redirect_uri => 'https://evil.example/'],
	['a longer one', redirect_uri => "$back/more"],
	['another query', redirect_uri => "$back?x=1"],
	['none', redirect_uri => undef],
	['an unknown application', client_id => 'f' x 32],
	['no application', client_id => undef],
	['hostile', client_id => "' OR 1=1 --"]) {
	my ($what, @fields) = @$case;
	my $answer = $browser->get(wish(@fields), redirect => 0);
	is $answer->{status}, 400, "$what: 400";
	unlike $answer->{content}, qr{(?:href|url)="?https?://evil},
		"$what: no way there";
}
for my $case (['plain', 'invalid_request', code_challenge_method => 'plain'],
	['no method', 'invalid_request', code_challenge_method => undef],
	['no challenge', 'invalid_request', code_challenge => undef],
	['a short one', 'invalid_request', code_challenge => 'x'],
	['the implicit grant', 'unsupported_response_type',
		response_type => 'token'],
	['no such scope', 'invalid_scope', scope => 'read all'],
	['the account', 'invalid_scope', scope => 'account'],
	['the instance', 'invalid_scope', scope => 'read admin']) {
	my ($what, $error, @fields) = @$case;
	my $answer = $browser->get(wish(@fields), redirect => 0);
	is $answer->{status}, 400, "$what: 400";
	like $answer->{content}, qr/error=$error&amp;state=a%20b%26c&amp;iss=/,
		"$what: $error";
	unlike $answer->{content}, qr/http-equiv="?refresh/i,
		"$what: goes nowhere by itself";
}

# --- allowing ----------------------------------------------------------------

sub code {
	my (%o) = @_;
	my $asked = $browser->get(wish(%o));
	my $answer = $browser->follow_form($asked, { decision => 'allow' },
		which => '/oauth/authorize');
	my ($code) = $answer->{content} =~ /[?]code=([0-9a-f]{64})&/;
	return ($code, $answer);
}

sub change {
	my (%o) = @_;
	my $answer = $client->post('/api/v1/users/token', {
		grant_type => 'authorization_code', client_id => $id,
		redirect_uri => $back, code_verifier => $verifier, %o });
	return ($answer->{status},
		eval { decode_json($answer->{content}) } // {});
}

sub me {
	my ($token) = @_;
	return $client->get('/api/v1/users/me', headers =>
		{ authorization => "Bearer $token" })->{status};
}

my $form = Cardume::Client::find_form($page, '/oauth/authorize');
my %fields = map { $_->{name} => $_->{value} } grep { $_->{name} }
	@{ $form->{fields} };
my $forged = $browser->post('/oauth/authorize', { %fields, csrf => 'x',
	decision => 'allow' });
is $forged->{status}, 403, 'a forged consent: 403';
$forged = $browser->post('/oauth/authorize', { %fields, decision => 'allow',
	redirect_uri => 'https://evil.example/' });
is $forged->{status}, 400, 'another address in the form: 400';
$forged = $browser->post('/oauth/authorize', { %fields, decision => 'allow',
	scope => 'admin' });
unlike $forged->{content}, qr/code=[0-9a-f]/, 'no other scope in the form';
my $denied = $browser->post('/oauth/authorize', { %fields,
	decision => 'deny' });
like $denied->{content}, qr/error=access_denied&amp;state=/, 'denied';
is $cardume->psql('SELECT count(*) FROM oauth_code'), 0, 'no code so far';

my ($code, $done) = code();
ok $code, 'a code';
like $done->{content}, qr{"0;[ ]url=https://app\.example/back\?code=$code&amp;
	state=a%20b%26c&amp;iss=http}x, 'goes back with state and issuer';
is $done->{headers}{'cache-control'}, 'no-store', 'not kept';
is $cardume->psql("SELECT count(*) FROM oauth_code WHERE
	code_hash::text LIKE '%$code%'"), 0, 'the code is stored hashed';
my ($got, $pair) = change(code => $code);
is $got, 200, 'changed for a token';
is $pair->{scope}, 'read', 'its scope is told';
is me($pair->{access_token}), 200, 'it serves';

# A second use: whoever has it, a thief was there.
my ($again, $why) = change(code => $code);
is $again, 400, 'a code serves once';
is $why->{code}, 'invalid_grant', 'says so';
is me($pair->{access_token}), 401, 'and what it gave ends';

for my $case (
	['wrong verifier', code_verifier => 'w' x 43],
	['the challenge as verifier', code_verifier => $challenge],
	['another address', redirect_uri => "$back/"],
	['long address', redirect_uri => 'x' x 900],
	['another application', client_id => (register())[1]{client_id}]) {
	my ($what, @wrong) = @$case;
	my ($new) = code();
	my ($failed, $said) = change(code => $new, @wrong);
	is $failed, 400, "$what: 400";
	is $said->{code}, 'invalid_grant', "$what: invalid_grant";
	is((change(code => $new))[0], 400, "$what: and the code is spent");
}
my ($late) = code();
$cardume->psql("UPDATE oauth_code SET expires_at = now()");
is((change(code => $late))[0], 400, 'after a minute');
my ($fresh) = code();
is((change(code => $fresh, @$_))[0], 400, "no: $_->[0]") for
	[code_verifier => undef], [code_verifier => 'short'],
	[code => undef], [code => "' OR 1=1"], [client_id => undef],
	[client_id => 'f' x 32], [redirect_uri => undef];
is((change(code => $fresh))[0], 200, 'none of which spent it');
my $local = $client->json('/api/v1/oauth-clients/local');
is((change(code => (code())[0], %$local))[0], 400,
	'nor by the client of all others');
is((change(grant_type => 'password', username => $name,
	password => $Cardume::root_password))[1]{code},
	'unsupported_grant_type', 'and no password by this one');

my ($pending) = code();
$cardume->psql("UPDATE app_user SET password_hash = password_hash || 'x'
	WHERE email = '$name\@example.org'");
is((change(code => $pending))[0], 400, 'nor after a new password');

# --- refreshing --------------------------------------------------------------

my (undef, $first) = change(code => (code())[0]);
sub refresh {
	my ($token, %o) = @_;
	return change(grant_type => 'refresh_token', refresh_token => $token,
		%o);
}
is((refresh($first->{refresh_token}, %$local))[0], 400,
	'refreshed by its own client only');
is((refresh($first->{refresh_token},
	client_id => (register())[1]{client_id}))[0], 400, 'not another');
my ($renewed, $second) = refresh($first->{refresh_token});
is $renewed, 200, 'its own';
my $write = $client->send_json('PUT', '/api/v1/users/me', { theme => 'default' },
	headers => { authorization => "Bearer $second->{access_token}" });
is $write->{status}, 403, 'the scope stays';

# --- a port of one's own machine, a scheme of one's own ----------------------

(undef, my $native) = register(redirect_uris =>
	['http://127.0.0.1/cb', 'com.example.app:/back']);
$id = $native->{client_id};
for my $uri ('http://127.0.0.1:49152/cb', 'com.example.app:/back') {
	my ($new) = code(redirect_uri => $uri);
	ok $new, "a code for $uri";
	is((change(code => $new, redirect_uri => $uri))[0], 200, 'changed');
}
is $browser->get(wish(redirect_uri => $_))->{status}, 400, "not $_" for
	'http://127.0.0.1:1/other', 'http://localhost:1/cb',
	'http://127.0.0.1:1@evil.example/cb', 'com.example.app:/other';

# --- taking the leave away ---------------------------------------------------

my ($last) = code(redirect_uri => 'com.example.app:/back',
	scope => 'read upload');
my (undef, $third) = change(code => $last,
	redirect_uri => 'com.example.app:/back');
is $third->{scope}, 'read upload', 'two scopes';
my $mine = $browser->get('/my-account/applications');
like $mine->{content}, qr/An app/, 'listed';
my ($revoke) = grep { ($_->{action} // '') =~ /revoke$/ &&
	Cardume::Client::form_values($_)->{id}[0] == $cardume->psql(
	"SELECT id FROM oauth_app WHERE client_id = '$id'") }
	Cardume::Client::forms($mine->{content});
$browser->post($revoke->{action}, { map { $_ =>
	Cardume::Client::form_values($revoke)->{$_}[0] } qw(csrf kind id) });
is me($third->{access_token}), 401, 'its tokens end';

done_testing;
