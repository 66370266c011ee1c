# SPDX-License-Identifier: AGPL-3.0-or-later
# One's own profile, password and devices.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume;

my $cardume = Cardume->shared;
my $name = $cardume->user(unique('ann'));
my $password = $Cardume::root_password;
my $client = $cardume->sign_in($name);

# Profile.
my $page = $client->get('/my-account/settings');
like $page->{content}, qr{action="/upload/avatar\?kind=avatar&amp;csrf=},
	'where one changes the avatar too';
is $page->{status}, 200, 'the profile';
my $hostile = qq(Ann "&" <b>'x' \x{5d0}\x{5d1});
my $answer = $client->follow_form($page, { displayName => "  $hostile ",
	description => "One\r\n\r\n*Two*" }, which => '/my-account/settings');
is $answer->{status}, 200, 'saved' or diag $answer->{content};
like $answer->{content}, qr/role="status">Saved\./, 'and said so';
unlike $client->text('/my-account/settings'), qr/role="status"/, 'once';
is $cardume->psql("SELECT display_name FROM account JOIN actor
	ON actor.id = actor_id WHERE name = '$name'"),
	Cardume::Client::utf8_bytes($hostile), 'the name without spaces';
is $cardume->psql("SELECT octet_length(description) FROM account JOIN actor
	ON actor.id = actor_id WHERE name = '$name'"), 10, 'line breaks as LF';
my ($form) = grep { $_->{action} eq '/my-account/settings' }
	Cardume::Client::forms($answer->{content});
my %shown = map { ($_->{name} // '') => $_->{value} } @{ $form->{fields} };
is Cardume::Client::utf8_bytes($shown{displayName}),
	Cardume::Client::utf8_bytes($hostile), 'comes back as it was';
unlike $answer->{content}, qr/<b>'x'/, 'escaped';

for (['', 'x' x 10, 'missing'], ['x' x 121, '', 'at most 120'],
	['Ann', 'x', 'at least 3'], ['Ann', 'x' x 1001, 'at most 1000']) {
	my ($display, $description, $words) = @$_;
	$answer = $client->follow_form('/my-account/settings',
		{ displayName => $display, description => $description },
		which => '/my-account/settings');
	is $answer->{status}, 422, "refused: $words";
	like $answer->{content}, qr/role="alert".*\Q$words\E/s, 'in words';
	like $answer->{content}, qr/href="#(?:displayName|description)"/,
		'with a link to the field';
}
is $client->follow_form('/my-account/settings', { displayName => "\x{101}" x 120,
	description => '' }, which => '/my-account/settings')->{status}, 200,
	'characters are counted, not bytes';
is $client->post('/my-account/settings', { displayName => "\xff",
	csrf => $shown{csrf} })->{status}, 400, 'no UTF-8, no name';

# Devices.
my $phone = $cardume->client;
$phone->{headers}{'user-agent'} =
	'Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0';
$phone->sign_in($name, $password);
my $stranger = $cardume->sign_in($cardume->user(unique('bob')));
$cardume->psql("INSERT INTO token (user_id, access_hash, refresh_hash,
	access_expires_at, refresh_expires_at, user_agent)
	SELECT user_id, sha256('a$name'), sha256('r$name'),
	now() + interval '1 day', now() + interval '1 day', 'Kodi/21'
	FROM account JOIN actor ON actor.id = actor_id WHERE name = '$name'");
$page = $client->get('/my-account/sessions');
is $page->{status}, 200, 'the list of devices';
like $page->{content}, qr/Firefox on Android/, 'a phone';
like $page->{content}, qr/Kodi\/21.*application/, 'an application';
like $page->{content}, qr/127\.0\.0\.1/, 'addresses';
is scalar(() = $page->{content} =~ /this device/g), 1, 'this one is marked';
is scalar(() = $page->{content} =~ /cardume-test/g), 1,
	'nobody else\'s is shown';

my ($id) = $page->{content} =~ m{Firefox on Android.*?name="id" value="(\d+)"}s;
my ($token) = $page->{content} =~ /name="csrf" value="([^"]+)"/;
$stranger->get('/my-account/sessions');
my ($stranger_token) = $stranger->{last}{content} =~
	/name="csrf" value="([^"]+)"/;
$stranger->post('/my-account/sessions/revoke', { csrf => $stranger_token,
	kind => 'session', id => $id });
is $phone->get('/my-account/settings', redirect => 0)->{status}, 200,
	'a stranger cannot sign me out';
is $stranger->post('/my-account/sessions/revoke', { csrf => $token,
	kind => 'session', id => $id })->{status}, 403,
	'nor with my token';
$answer = $client->follow_form($page, {}, which => qr/Firefox on Android/);
is $phone->get('/my-account/settings', redirect => 0)->{status}, 303,
	'I can';
$phone->sign_in($name, $password);
$answer = $client->follow_form('/my-account/sessions', {},
	which => '/my-account/sessions/revoke-others');
is $answer->{status}, 200, 'sign out everywhere else';
is $phone->get('/my-account/settings', redirect => 0)->{status}, 303,
	'the phone is out';
is $client->get('/my-account/settings', redirect => 0)->{status}, 200,
	'this one is in';
is $stranger->get('/my-account/settings', redirect => 0)->{status}, 200,
	'strangers are in';
is $cardume->psql("SELECT count(*) FROM token WHERE user_agent = 'Kodi/21'
	AND access_hash = sha256('a$name')"), 0, 'the application is out';
for ({ kind => 'session' }, { id => 1 }, { kind => 'x', id => 1 },
	{ kind => 'session', id => 'x' }, { kind => 'session', id => -1 }) {
	$page = $client->get('/my-account/settings');
	($token) = $page->{content} =~ /name="csrf" value="([^"]+)"/;
	my $status = $client->post('/my-account/sessions/revoke',
		{ csrf => $token, %$_ }, redirect => 0)->{status};
	like $status, qr/^(400|303)$/, 'nonsense is survived';
}

# Password.
$phone->sign_in($name, $password);
sub change {
	my ($current, $new, $again) = @_;
	return $client->follow_form('/my-account/password', {
		current => $current, new => $new, again => $again // $new },
		which => '/my-account/password');
}
for (['wrong', 'a new long one', undef, 'not right'],
	[$password, 'short', undef, 'too short'],
	[$password, 'password123', undef, 'most common'],
	[$password, 'x' x 257, undef, 'too long'],
	[$password, 'a new long one', 'another one', 'not the same']) {
	my ($current, $new, $again, $words) = @$_;
	$answer = change($current, $new, $again);
	is $answer->{status}, 422, "refused: $words";
	like $answer->{content}, qr/\Q$words\E/, 'in words';
	unlike $answer->{content}, qr/value="\Q$new\E"/, 'not shown again';
}
my $old = $client->{cookies}{cardume_session};
$answer = change($password, 'a new long one');
is $answer->{status}, 200, 'changed' or diag $answer->{content};
isnt $client->{cookies}{cardume_session}, $old, 'a new session';
is $client->get('/my-account/settings', redirect => 0)->{status}, 200, 'in';
is $phone->get('/my-account/settings', redirect => 0)->{status}, 303,
	'the other device is out';
my $thief = $cardume->client;
$thief->{cookies}{cardume_session} = $old;
is $thief->get('/my-account/settings', redirect => 0)->{status}, 303,
	'the old session is dead';
ok eval { $cardume->sign_in($name, 'a new long one') }, 'the new one works';
ok !eval { $cardume->sign_in($name, $password) }, 'the old one does not';

done_testing;
