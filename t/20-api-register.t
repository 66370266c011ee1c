#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# How strangers come to have an account by the REST API, and what is mailed:
# an instance with a mail server.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use utf8;
use JSON::PP qw(decode_json encode_json);
use Test::More;

use Cardume;
use Cardume::Smtp;

my ($true, $false) = (JSON::PP::true, JSON::PP::false);
my $smtp = Cardume::Smtp->start;
my $cardume = do {
	local $ENV{CARDUME_SMTP_URL} = $smtp->url;
	Cardume->start;
};
my $client = $cardume->client;
my %name = (user => $cardume->user(unique('usr')), root => 'root',
	moderator => $cardume->user(unique('mod'), role => 'moderator'));
my %token = map { $_ => $cardume->token($name{$_}) } keys %name;

sub call {
	my ($as, $method, $path, $body) = @_;
	# Whoever asks often is tried apart.
	$cardume->psql('DELETE FROM throttle');
	my %o = (headers => { accept => 'application/json',
		$as ? (authorization => 'Bearer ' . ($token{$as} // $as)) : () });
	return $client->request($method, "/api/v1/$path", %o)
		if !defined $body;
	return $client->send_json($method, "/api/v1/$path", $body, %o);
}

sub status { return call(@_)->{status} }

sub document {
	my $answer = call(@_);
	return decode_json($answer->{content}) if $answer->{status} == 200;
	fail("$_[1] $_[2]: $answer->{status} $answer->{content}");
	return {};
}

sub set {
	my (%values) = @_;
	$cardume->psql("UPDATE setting SET value = '$values{$_}'
		WHERE name = '$_'") for keys %values;
}

sub person {
	my (%o) = @_;
	my $name = $o{username} // unique('per');
	return { username => $name, password => 'a long enough one',
		email => "$name\@example.org", %o };
}

# {userId or registrationId, verificationString ...} of the link in a mail.
sub link_of {
	my ($mail) = @_;
	my ($path, $query) = $mail->{text} =~
		m{^\Q$cardume->{origin}\E(/[^?\s]+)\?(\S+)$}m
		or return fail("no link in $mail->{text}");
	return { path => $path, map { split /=/, $_, 2 } split /&/, $query };
}

sub id_of {
	return $cardume->psql("SELECT user_id FROM account c JOIN actor a
		ON a.id = c.actor_id WHERE a.name = '$_[0]'");
}

sub refusal {
	my ($name, $password) = @_;
	$cardume->psql('DELETE FROM throttle');
	return eval { $cardume->token($name, $password); 'none' } //
		($@ =~ /"code":"(\w+)"/)[0] // $@;
}

my $config = $client->json('/api/v1/config?1');
ok $config->{email}{enabled}, '/config: mail';
ok $config->{contactForm}{enabled}, 'contact form';
is_deeply $config->{signup}, { allowed => $false, minimumAge => 16,
	allowedForCurrentIP => $true, requiresApproval => $true,
	requiresEmailVerification => $false }, 'no signup';

# --- at once -----------------------------------------------------------------

my $ann = person(displayName => 'Ann Ä', channel => { name => unique('ch'),
	displayName => 'Ann\'s films' });
is status(undef, 'POST', 'users/register', $ann), 403, 'not enabled';
set('signup.enabled' => 'true');
is status(undef, 'POST', 'users/register', $ann), 403,
	'nor where moderators decide';
set('signup.requires_approval' => 'false');
ok $client->json('/api/v1/config?2')->{signup}{allowed}, 'told in /config';
is status(undef, 'POST', 'users/registrations/request',
	{ %$ann, registrationReason => 'Because.' }), 400,
	'where they do not, nobody need ask';
my $answer = call(undef, 'POST', 'users/register', $ann);
is $answer->{status}, 204, 'signed up' or diag $answer->{content};
is $answer->{content} // '', '', 'with nothing said';
my $token = $cardume->token($ann->{username}, $ann->{password});
my $me = document($token, 'GET', 'users/me');
is $me->{role}{id}, 2, 'a plain user';
is $me->{account}{displayName}, 'Ann Ä', 'the name';
is $me->{videoChannels}[0]{name}, $ann->{channel}{name}, 'the channel';
is $me->{videoChannels}[0]{displayName}, 'Ann\'s films', 'its name';
is $me->{emailVerified}, undef, 'the address was not asked for';
is status(undef, 'POST', 'users/register', $ann), 409, 'taken';
is status(undef, 'POST', 'users/register', person(email => uc $ann->{email})),
	409, 'the address is taken';
is status(undef, 'POST', 'users/register', person(channel =>
	$ann->{channel})), 409, 'the channel is taken';
is status(undef, 'POST', 'users/register', person(username => 'plain',
	channel => { name => 'plain', displayName => 'x' })), 400,
	'a channel named like the user';
is status(undef, 'POST', 'users/register', $_), 400,
	'refused: ' . encode_json($_) for
	person(username => 'Ann'), person(username => 'a b'),
	person(username => ''), person(username => '../x'),
	person(username => { a => 1 }), person(password => 'short'),
	person(password => undef), person(password => 'x' x 300),
	person(password => 'password123'), person(email => 'ann'),
	person(email => "a\@b.c\r\nBcc: x\@y.z"), person(email => 'a@b@c.d'),
	person(email => '<a@b.c>'), person(email => 'x' x 400 . '@b.c'),
	person(displayName => 'x' x 121),
	person(channel => { name => 'no display name' }),
	person(channel => { name => 'A B', displayName => 'x' }),
	person(channel => { displayName => 'x' });
my $sly = person(role => 0, videoQuota => 1, adminFlags => 1,
	emailVerified => $true);
is status(undef, 'POST', 'users/register', $sly), 204, 'with more than asked';
is $cardume->psql("SELECT role, video_quota, admin_flags FROM app_user
	WHERE email = '$sly->{email}'"), '2|-1|0', 'changes nothing';
set('signup.limit' => 3);
is status(undef, 'POST', 'users/register', person()), 403, 'full';
ok !$client->json('/api/v1/config?3')->{signup}{allowed}, 'told in /config';
set('signup.limit' => -1);

# The limit of tries; failed ones do not count.
call(undef, 'POST', 'users/register', {});
for my $status (204, 409, 204, 429) {
	my $body = $status == 409 ? $ann : person();
	my $answer = $client->send_json('POST', '/api/v1/users/register', $body);
	is $answer->{status}, $status, "one more: $status";
	ok $answer->{headers}{'retry-after'}, 'says when' if $status == 429;
}

# --- the address is confirmed ------------------------------------------------

set('signup.requires_email_verification' => 'true');
my $eve = person();
is status(undef, 'POST', 'users/register', $eve), 204, 'signed up';
is refusal($eve->{username}, $eve->{password}), 'email_not_verified',
	'not in yet';
my $mail = $smtp->wait_for($eve->{email});
my $link = link_of($mail);
is $link->{path}, '/verify-account/email', 'the link';
is $link->{userId}, id_of($eve->{username}), 'the user';
is $cardume->psql("SELECT count(*) FROM job_log WHERE payload::text
	LIKE '%$link->{verificationString}%'"), 0, 'no job holds the secret';
is $cardume->psql("SELECT count(*) FROM mail_secret m WHERE m::text
	LIKE '%$link->{verificationString}%'"), 0, 'nor the table';
my $at = "users/$link->{userId}/verify-email";
is status(undef, 'POST', $at, { verificationString => 'x' }), 403, 'a wrong one';
is status(undef, 'POST', $at, {}), 400, 'none';
is status(undef, 'POST', 'users/' . id_of($ann->{username}) . '/verify-email',
	{ verificationString => $link->{verificationString} }), 403,
	'for another user';
is status(undef, 'POST', 'users/999999999/verify-email',
	{ verificationString => $link->{verificationString} }), 404,
	'for nobody';
is status(undef, 'POST', "users/$link->{userId}/reset-password",
	{ verificationString => $link->{verificationString},
	password => 'a stolen one' }), 403, 'for another purpose';
is status(undef, 'POST', 'users/ask-send-verify-email',
	{ email => $eve->{email} }), 204, 'once more';
my $again = link_of($smtp->wait_for($eve->{email}, 2));
is status(undef, 'POST', $at, { verificationString =>
	$again->{verificationString} }), 204, 'confirmed';
is status(undef, 'POST', $at, { verificationString =>
	$link->{verificationString} }), 403, 'the older link is of no use';
ok $token = $cardume->token($eve->{username}, $eve->{password}), 'in';
ok document($token, 'GET', 'users/me')->{emailVerified}, 'told';

# A new address waits.
my $new = unique('new') . '@example.org';
is status($token, 'PUT', 'users/me', { email => $new,
	currentPassword => $eve->{password} }), 204, 'a new address';
$me = document($token, 'GET', 'users/me');
is $me->{email}, $eve->{email}, 'the old one stays';
is $me->{pendingEmail}, $new, 'the new one waits';
$link = link_of($smtp->wait_for($new));
is $link->{isPendingEmail}, 'true', 'the link says so';
is status(undef, 'POST', $at, { verificationString =>
	$link->{verificationString}, isPendingEmail => $true }), 204, 'confirmed';
$me = document($token, 'GET', 'users/me');
is $me->{email}, $new, 'the new one';
is $me->{pendingEmail}, undef, 'nothing waits';
set('signup.requires_email_verification' => 'false');

# --- a new password ----------------------------------------------------------

my $before = $smtp->mails;
is status(undef, 'POST', 'users/ask-reset-password',
	{ email => 'nobody@example.org' }), 204, 'an unknown address';
is status(undef, 'POST', 'users/ask-reset-password',
	{ email => uc $ann->{email} }), 204, 'a known one: the same answer';
is status(undef, 'POST', 'users/ask-reset-password', $_), 400,
	'refused: ' . encode_json($_) for {}, { email => [] },
	{ email => 'x' x 401 };
$mail = $smtp->wait_for($ann->{email});
$link = link_of($mail);
is $link->{path}, '/reset-password', 'the link';
is scalar(grep { $_->{to} =~ /nobody/ } $smtp->mails), 0,
	'no mail to strangers';
$token = $cardume->token($ann->{username}, $ann->{password});
$at = "users/$link->{userId}/reset-password";
my %good = (verificationString => $link->{verificationString},
	password => 'a much better one');
is status(undef, 'POST', $at, { %good, password => 'short' }), 400, 'short';
is status(undef, 'POST', $at, { %good, password => $ann->{username} }), 400,
	'the name';
is status(undef, 'POST', $at, { %good, verificationString => 'x' }), 403,
	'a wrong link';
is status(undef, 'POST', $at, { verificationString => 'x' }), 400, 'nothing';
is status(undef, 'POST', $at, \%good), 204, 'done';
is status(undef, 'POST', $at, \%good), 403, 'once';
is status($token, 'GET', 'users/me'), 401, 'signed out everywhere';
ok $cardume->token($ann->{username}, $good{password}), 'the new one';
is refusal($ann->{username}, $ann->{password}), 'invalid_grant',
	'not the old one';
call(undef, 'POST', 'users/ask-reset-password', { email => $ann->{email} });
$link = link_of($smtp->wait_for($ann->{email}, 2));
$cardume->psql("UPDATE mail_secret SET expires_at = now()");
is status(undef, 'POST', $at, { %good, verificationString =>
	$link->{verificationString} }), 403, 'an hour later';
$client->send_json('POST', '/api/v1/users/ask-reset-password',
	{ email => 'nobody@example.org' }) for 1 .. 3;
is $client->send_json('POST', '/api/v1/users/ask-send-verify-email',
	{ email => 'nobody@example.org' })->{status}, 429, 'three in five minutes';

# --- moderators decide -------------------------------------------------------

set('signup.requires_approval' => 'true');
my $bob = person(registrationReason => 'To show my <films> & more.',
	channel => { name => unique('ch'), displayName => 'Bob' });
my $asked = document(undef, 'POST', 'users/registrations/request', $bob);
is $asked->{state}{id}, 1, 'pending';
is $asked->{state}{label}, 'Pending', 'in words';
is $asked->{username}, $bob->{username}, 'the name';
is $asked->{channelHandle}, $bob->{channel}{name}, 'the channel';
is $asked->{registrationReason}, $bob->{registrationReason}, 'the reason';
is $asked->{user}, undef, 'no user';
ok !exists $asked->{password}, 'no password';
is refusal($bob->{username}, $bob->{password}),
	'account_waiting_for_approval', 'waits';
is refusal($bob->{username}, 'a wrong one'), 'invalid_grant',
	'which only the owner is told';
is status(undef, 'POST', 'users/registrations/request', $bob), 409, 'twice';
is status(undef, 'POST', 'users/registrations/request', { %$bob,
	username => unique('x'), channel => undef }), 409, 'the same address';
is status(undef, 'POST', 'users/registrations/request', person(
	registrationReason => 'x')), 400, 'a short reason';
is status(undef, 'POST', 'users/registrations/request', person()), 400,
	'no reason';
my $list = document('moderator', 'GET', 'users/registrations');
is $list->{total}, 1, 'listed';
is_deeply $list->{data}[0], $asked, 'as it was answered';
is document('moderator', 'GET', "users/registrations?search=$_")->{total}, 1,
	"found by $_" for uc $bob->{username}, substr($bob->{email}, 3),
	$bob->{channel}{name};
is document('moderator', 'GET', "users/registrations?$_->[0]")->{total},
	$_->[1], $_->[0] for ['search=%25', 0], ['stateOneOf=1', 1],
	['stateOneOf=2&stateOneOf=3', 0], ['sort=state', 1];
is status('moderator', 'GET', "users/registrations?$_"), 400, "bad: $_"
	for 'sort=username', 'stateOneOf=x', 'count=101';
is status('user', 'GET', 'users/registrations'), 403, 'not for users';
is status(undef, 'GET', 'users/registrations'), 401, 'nor strangers';
my $here = "users/registrations/$asked->{id}";
is status('moderator', 'POST', "$here/accept", {}), 400, 'without an answer';
is status('user', 'POST', "$here/accept", { moderationResponse => 'Yes.' }),
	403, 'not by users';
is status('moderator', 'POST', "users/registrations/9999999/$_",
	{ moderationResponse => 'Yes.' }), 404, "$_ of nothing"
	for qw(accept reject);
is status('moderator', 'POST', "$here/accept",
	{ moderationResponse => 'Welcome!' }), 204, 'accepted';
is status('moderator', 'POST', "$here/$_", { moderationResponse => 'Yes.' }),
	409, "no second $_" for qw(accept reject);
ok $token = $cardume->token($bob->{username}, $bob->{password}), 'in';
is document($token, 'GET', 'users/me')->{videoChannels}[0]{name},
	$bob->{channel}{name}, 'with the channel';
$list = document('moderator', 'GET', 'users/registrations');
is $list->{data}[0]{state}{label}, 'Accepted', 'told';
is $list->{data}[0]{user}{id}, id_of($bob->{username}), 'the user';
is $list->{data}[0]{moderationResponse}, 'Welcome!', 'the answer';
like $smtp->wait_for($bob->{email})->{text}, qr/^Welcome!$/m, 'mailed';
is $cardume->psql("SELECT password_hash FROM registration
	WHERE id = $asked->{id}"), '', 'no second hash is kept';

my $dan = person(registrationReason => 'Spam');
$asked = document(undef, 'POST', 'users/registrations/request', $dan);
$here = "users/registrations/$asked->{id}";
is status('moderator', 'POST', "$here/reject",
	{ moderationResponse => "No.\n.\nReally." }), 204, 'rejected';
is refusal($dan->{username}, $dan->{password}), 'account_approval_rejected',
	'told';
like $smtp->wait_for($dan->{email})->{text}, qr/^No\.\n\.\nReally\.$/m,
	'mailed, dots and all';
is status('moderator', 'DELETE', $here), 204, 'forgotten';
is status('moderator', 'DELETE', $here), 404, 'once';
is refusal($dan->{username}, $dan->{password}), 'invalid_grant', 'unknown';

set('signup.requires_email_verification' => 'true');
my $fay = person(registrationReason => 'Please.');
$asked = document(undef, 'POST', 'users/registrations/request', $fay);
is $asked->{emailVerified}, $false, 'not confirmed';
$link = link_of($smtp->wait_for($fay->{email}));
is $link->{registrationId}, $asked->{id}, 'the link';
is status(undef, 'POST', 'users/registrations/ask-send-verify-email',
	{ email => $fay->{email} }), 204, 'once more';
$smtp->wait_for($fay->{email}, 2);
$at = "users/registrations/$asked->{id}/verify-email";
is status(undef, 'POST', $at, { verificationString => 'x' }), 403, 'wrong';
is status(undef, 'POST', 'users/registrations/999999/verify-email',
	{ verificationString => 'x' }), 404, 'nobody';
is status(undef, 'POST', $at, { verificationString =>
	$link->{verificationString} }), 204, 'confirmed';
is status('moderator', 'POST', "users/registrations/$asked->{id}/accept",
	{ moderationResponse => 'Yes.', preventEmailDelivery => $true }), 204,
	'accepted';
ok $cardume->token($fay->{username}, $fay->{password}), 'in';
set('signup.requires_email_verification' => 'false');

# --- made by others, blocked -------------------------------------------------

my $guest = { username => unique('gue'), role => 2 };
$guest->{email} = "$guest->{username}\@example.org";
my $made = document('moderator', 'POST', 'users', $guest);
ok $made->{user}{id}, 'a user without a password';
$mail = $smtp->wait_for($guest->{email});
$link = link_of($mail);
is $link->{path}, '/reset-password', 'is mailed a link';
is status(undef, 'POST', "users/$link->{userId}/reset-password",
	{ verificationString => $link->{verificationString},
	password => 'chosen by the guest' }), 204, 'chooses one';
ok $cardume->token($guest->{username}, 'chosen by the guest'), 'in';
call('moderator', 'POST', "users/$made->{user}{id}/block",
	{ reason => 'Because öf it.' });
like $smtp->wait_for($guest->{email}, 2)->{text}, qr/^Because öf it\.$/m,
	'blocked by mail';
call('moderator', 'POST', "users/$made->{user}{id}/unblock");
ok $smtp->wait_for($guest->{email}, 3), 'unblocked by mail';

# --- contact -----------------------------------------------------------------

my %words = (fromName => "Zoë \"Q\"\r\nBcc: x\@y.z", subject =>
	"Olá, çà va? " . 'ü' x 60 . "\r\nX-Evil: 1", fromEmail => 'zoe@example.org',
	body => "Line\n.\nTrailing \nLong " . 'é' x 300 . "\n=3D\n");
is status(undef, 'POST', 'server/contact', \%words), 204, 'contact';
is $client->send_json('POST', '/api/v1/server/contact', \%words)->{status},
	403, 'once an hour';
$mail = $smtp->wait_for('root@localhost');
my %header = %{ $mail->{header} };
like $header{subject}, qr/^Olá, çà va\? ü{60}/, 'the subject survives';
is $header{'reply-to'}, '<zoe@example.org>', 'answers go to the sender';
is $header{to}, '<root@localhost>', 'to the administrator';
is $header{from}, 'Cardume <' . $mail->{from} . '>', 'from the instance';
like $header{'message-id'}, qr/^<job-\d+\@127\.0\.0\.1:\d+>$/, 'an id';
like $header{date}, qr/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/, 'a date';
is $header{'auto-submitted'}, 'auto-generated', 'a machine sent it';
is $header{'content-type'}, 'text/plain; charset=utf-8', 'its type';
ok !exists $header{$_}, "no header $_ by the back door" for qw(bcc x-evil);
like $mail->{text}, qr/^Line\n\.\nTrailing \nLong é{300}\n=3D$/m, 'its text';
ok !(grep { length > 78 } split /\r\n/, $mail->{raw}), 'no long lines';
is status(undef, 'POST', 'server/contact', { %words, %$_ }), 400,
	'refused: ' . encode_json($_) for { fromEmail => 'x' },
	{ fromEmail => "a\@b.c\nx" }, { body => 'x' }, { body => undef },
	{ subject => 'x' x 121 }, { fromName => undef }, { body => 'x' x 5001 };
set('contact_form.enabled' => 'false');
is status(undef, 'POST', 'server/contact', \%words), 409, 'turned off';

# --- the server's answers ----------------------------------------------------

my $refused = person(username => unique('refused'));
my $later = person(username => unique('later'));
set('signup.requires_approval' => 'false',
	'signup.requires_email_verification' => 'true');
for ($refused, $later) {
	is status(undef, 'POST', 'users/register', $_), 204, $_->{username};
}
sub job_of {
	return $cardume->psql("SELECT state, attempt, error FROM job
		WHERE payload ->> 'to' = '$_[0]'");
}
wait_until { job_of($refused->{email}) =~ /^4/ } 20;
like job_of($refused->{email}), qr/^4\|1\|The mail server refuses it: .*550/,
	'refused for good: given up, with the reason';
wait_until { job_of($later->{email}) =~ /^2/ } 20;
like job_of($later->{email}), qr/^2\|1\|The mail is not sent: .*451/,
	'refused for now: later';
$cardume->psql("UPDATE job SET run_at = now()
	WHERE payload ->> 'to' = '$later->{email}'");
ok $smtp->wait_for($later->{email}), 'sent then';
is job_of($later->{email}), '', 'done';

# The reader's language.
set('instance.language' => 'pt-BR');
call(undef, 'POST', 'users/ask-reset-password', { email => $bob->{email} });
like $smtp->wait_for($bob->{email}, 2)->{header}{subject},
	qr/^Uma nova senha - Cardume$/, 'in Portuguese';
set('instance.language' => 'en');

done_testing;
