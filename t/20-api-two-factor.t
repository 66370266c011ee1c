#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# The second factor: switched on and off by the REST API and by its page, asked
# for by the password grant and by the sign-in form.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;
use Cardume;
use Cardume::Totp;

# Alone: the limits of this test must not lock others out.
my $cardume = Cardume->start;
my $client = $cardume->client;
my $password = 'a long password of theirs';
my $name = $cardume->user(unique('two'), password => $password);
my $other = $cardume->user(unique('oth'), password => $password);
my $app = $client->json('/api/v1/oauth-clients/local');

sub forget { $cardume->psql('DELETE FROM throttle') }

# The code that was used may be used again, so that the test need not wait.
sub renew { $cardume->psql('UPDATE two_factor SET last_step = 0'); forget() }

sub login {
	my ($otp, %o) = @_;
	my $answer = $client->post('/api/v1/users/token', { %$app,
		grant_type => 'password', username => $name,
		password => $password, %o }, headers =>
		{ defined $otp ? ('x-peertube-otp' => $otp) : () });
	return ($answer, eval { decode_json($answer->{content}) } // {});
}

sub id_of {
	return $cardume->psql("SELECT user_id FROM account JOIN actor
		ON actor.id = actor_id WHERE name = '$_[0]'");
}

sub call {
	my ($token, $id, $what, $body) = @_;
	my $answer = $client->send_json('POST',
		"/api/v1/users/$id/two-factor/$what", $body, headers =>
		{ $token ? (authorization => "Bearer $token") : () });
	return ($answer->{status},
		eval { decode_json($answer->{content}) } // {});
}

sub me {
	my ($token) = @_;
	return decode_json($client->get('/api/v1/users/me', headers =>
		{ authorization => "Bearer $token" })->{content});
}

my $token = (login())[1]{access_token};
my $id = id_of($name);
my $stranger = $cardume->token($other, $password);
my $root = $cardume->token('root');
ok !me($token)->{twoFactorEnabled}, 'off at first';

# --- who may ask -------------------------------------------------------------

my $right = { currentPassword => $password };
is((call(undef, $id, 'request', $right))[0], 401, 'nobody: 401');
is((call('f' x 64, $id, 'request', $right))[0], 401, 'a false token: 401');
is((call($stranger, $id, 'request', $right))[0], 403, 'another user: 403');
is((call($root, 999999, 'request', $right))[0], 404, 'of no user: 404');
is((call($token, 'x', 'request', $right))[0], 400, 'no number: 400');
is((call($token, $id, 'request', {}))[0], 400, 'no password: 400');
my ($status, $problem) = call($token, $id, 'request',
	{ currentPassword => 'another' });
is $status, 403, 'the wrong password: 403';
is $problem->{code}, 'current_password_is_invalid', 'says so';
is((call($token, $id, 'disable', $right))[0], 400, 'it is off already');

# --- on ----------------------------------------------------------------------

my ($asked, $offer) = call($token, $id, 'request', $right);
is $asked, 200, 'asked';
my ($key, $secret, $uri) =
	@{ $offer->{otpRequest} }{qw(requestToken secret uri)};
like $secret, qr/^[A-Z2-7]{32}$/, 'a key of 160 bits';
like $uri, qr{^otpauth://totp/[^/?]+:$name\?secret=$secret&issuer=},
	'as applications read it';
ok !me($token)->{twoFactorEnabled}, 'not on before it is confirmed';
is((login())[0]{status}, 200, 'and no code is asked for');

sub confirm {
	my ($who, %o) = @_;
	return call($who, $o{id} // $id, 'confirm-request', {
		requestToken => $o{key} // $key, otpToken => $o{otp} });
}

my $good = Cardume::Totp::code($secret);
my $bad = $good eq '000000' ? '000001' : '000000';
is((confirm($token))[0], 400, 'no code: 400');
is((confirm($token, otp => 'x' x 30))[0], 400, 'a long one: 400');
is((confirm($token, otp => $bad))[0], 403, 'a wrong code: 403');
is((confirm($token, otp => $good, key => 'f' x length $key))[0], 403,
	'a key of one\'s own making: 403');
is((confirm($token, otp => $good, key => 'x'))[0], 403, 'a short one: 403');
(my $later = $key) =~ s/^./f/;
is((confirm($token, otp => $good, key => $later))[0], 403,
	'a key with another end: 403');
is((confirm($stranger, otp => $good, id => id_of($other)))[0], 403,
	'the key of another: 403');
is((confirm($stranger, otp => $good))[0], 403, 'for another: 403');
is((confirm($token, otp => $good))[0], 204, 'the right code: 204');
is((confirm($token, otp => $good))[0], 400, 'once');
ok me($token)->{twoFactorEnabled}, 'it is on';
is((call($token, $id, 'request', $right))[0], 400, 'it is on already');
my $sealed = $cardume->psql("SELECT encode(sealed, 'hex') FROM two_factor
	WHERE user_id = $id");
my $plain = unpack 'H*', Cardume::Totp::bytes($secret);
unlike $sealed, qr/$plain/, 'the secret is stored sealed';

# --- the password grant ------------------------------------------------------

forget();
my ($answer, $document) = login();
is $answer->{status}, 401, 'without a code: 401';
is $document->{code}, 'missing_two_factor', 'says so';
is $answer->{headers}{'x-peertube-otp'}, 'required; app', 'and of what kind';
is((login(''))[0]{status}, 401, 'an empty one is none');
($answer, $document) = login($good);
is $answer->{status}, 400, 'the code of the confirmation is spent';
is $document->{code}, 'invalid_two_factor', 'says so';
renew();
my ($wrong, $why) = login(undef, password => 'not this one');
is $why->{code}, 'invalid_grant', 'a wrong password asks for no code';
($answer, $document) = login($bad);
is $answer->{status}, 400, 'a wrong code: 400';
is $document->{code}, 'invalid_two_factor', 'says so';
is((login($_))[0]{status}, 400, "no code: $_")
	for 'x', "1' OR 1=1", '12345678';
renew();
is((login(Cardume::Totp::code($secret, -90)))[0]{status}, 400, 'an old code');
is((login(Cardume::Totp::code($secret, 90)))[0]{status}, 400, 'one to come');
my $now = Cardume::Totp::code($secret);
is((login($now))[0]{status}, 200, 'the right one: in');
is((login($now))[0]{status}, 400, 'not in a second time');
renew();
is((login(Cardume::Totp::code($secret, -28)))[0]{status}, 200,
	'the clock may be half a minute late');

# Guesses of who knows the password end; a spent try is not given back by the
# right password.
renew();
my @got = map { (login($bad))[0]{status} } 1 .. 12;
is $got[-1], 429, 'guessing ends' or diag "@got";
is scalar(grep { $_ == 400 } @got) <= 10, 1, 'after ten tries';

# --- the sign-in form --------------------------------------------------------

sub first_step {
	my ($browser, $path) = @_;
	my $page = $browser->get($path // '/login');
	return $browser->follow_form($page,
		{ username => $name, password => $password }, which => '/login');
}

sub is_in {
	return $_[0]->get('/my-account/settings', redirect => 0)->{status}
		== 200;
}

renew();
my $browser = $cardume->client;
my $page = first_step($browser, '/login?next=/my-account/two-factor');
is $page->{status}, 200, 'the password alone asks for the code';
ok !$browser->{cookies}{cardume_session}, 'and gives no session';
ok !is_in($browser), 'not in';
$answer = $browser->follow_form($page, { code => $bad },
	which => '/login/code');
is $answer->{status}, 422, 'a wrong code';
ok !is_in($browser), 'not in either';
my $form = Cardume::Client::find_form($answer, '/login/code');
my %fields = map { $_ => Cardume::Client::form_values($form)->{$_}[0] }
	qw(csrf ticket next);
$now = Cardume::Totp::code($secret);

# Tickets that are none: another user's, another end, another code.
my ($who, $end, $mac) = split /\./, $fields{ticket};
for my $forged (id_of('root') . ".$end.$mac", "$who." . ($end + 1) . ".$mac",
	"$who.$end." . 'f' x 64, "$who.$end.", 'x', '1.1.1') {
	$answer = $browser->post('/login/code', { %fields, code => $now,
		ticket => $forged }, redirect => 0);
	is $answer->{headers}{location}, '/login', 'a false ticket begins anew';
	ok !$browser->{cookies}{cardume_session}, 'without a session';
}
$answer = $cardume->client->post('/login/code', { %fields, code => $now },
	redirect => 0);
is $answer->{status}, 403, 'the ticket in another browser: 403';
$answer = $browser->post('/login/code', { %fields, code => $now,
	next => '//evil.example/' }, redirect => 0);
is $answer->{status}, 303, 'the right code';
is $answer->{headers}{location}, '/', 'goes nowhere else';
ok is_in($browser), 'in';
my $again = $cardume->client;
$page = first_step($again);
$answer = $again->follow_form($page, { code => $now },
	which => '/login/code');
is $answer->{status}, 422, 'a code signs in once';

# A new password makes a ticket void.
renew();
$again = $cardume->client;
$page = first_step($again);
my $hash = $cardume->psql("SELECT password_hash FROM app_user WHERE id = $id");
$cardume->psql("UPDATE app_user SET password_hash =
	(SELECT password_hash FROM app_user WHERE id = " . id_of('root') . ")
	WHERE id = $id");
$again->follow_form($page, { code => Cardume::Totp::code($secret) },
	which => '/login/code');
ok !is_in($again), 'a new password makes the first step void';
$cardume->psql("UPDATE app_user SET password_hash = '$hash' WHERE id = $id");

# --- off, by the page; on again ----------------------------------------------

my $path = '/my-account/two-factor';
$page = $browser->get($path);
like $page->{content}, qr/It is on/, 'the page says so';
$answer = $browser->follow_form($page, { current => 'wrong' },
	which => "$path/disable");
is $answer->{status}, 422, 'off only with the password';
$answer = $browser->follow_form($page, { current => $password },
	which => "$path/disable");
is $cardume->psql("SELECT count(*) FROM two_factor WHERE user_id = $id"), 0,
	'off';
$page = $browser->get($path);
$answer = $browser->follow_form($page, { current => 'wrong' },
	which => "$path/request");
is $answer->{status}, 422, 'on only with the password';
$page = $browser->follow_form($page, { current => $password },
	which => "$path/request");
my ($typed) = $page->{content} =~ m{id="?secret"?>([A-Z2-7]{32})<};
ok $typed && $typed ne $secret, 'another secret';
is $page->{headers}{'cache-control'}, 'no-store', 'not kept';
$page = $browser->follow_form($page, { code => '1' },
	which => "$path/confirm");
is $page->{status}, 422, 'a wrong code';
like $page->{content}, qr/$typed/, 'shows the same offer again';
$page = $browser->follow_form($page,
	{ code => Cardume::Totp::code($typed) }, which => "$path/confirm");
like $page->{content}, qr/It is on/, 'on';

# --- others' -----------------------------------------------------------------

my $moderator = $cardume->user(unique('mod'), role => 'moderator');
my $judge = $cardume->token($moderator);
is((call($stranger, $id, 'disable', $right))[0], 403, 'not a stranger');
is((call($judge, id_of('root'), 'request', {}))[0], 403,
	'a moderator: not an administrator\'s');
is((call($judge, $id, 'disable', {}))[0], 204,
	'who manages users helps out one who lost the phone');
is((login())[0]{status}, 200, 'in by the password alone');

# The command helps the first user out.
my $first = id_of('root');
$cardume->psql("INSERT INTO two_factor (user_id, sealed, last_step)
	VALUES ($first, decode(repeat('00', 48), 'hex'), 0)");
is((call($cardume->token($moderator), $first, 'disable', {}))[0], 403,
	'nobody else switches off the first user\'s');
my $second = $cardume->user(unique('adm'), role => 'admin');
is((call($cardume->token($second), $first, 'disable', {}))[0], 403,
	'nor another administrator');
my ($left, $said) = Cardume::run_command($cardume->command('cardume'),
	qw(user two-factor-off root));
is $left, 0, 'cardume user two-factor-off' or diag $said;
is $cardume->psql("SELECT count(*) FROM two_factor
	WHERE user_id = $first"), 0, 'does';
($left) = Cardume::run_command($cardume->command('cardume'),
	qw(user two-factor-off), unique('nobody'));
isnt $left, 0, 'of no user it says so';

done_testing;
