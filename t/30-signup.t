#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Signing up, forgotten passwords and confirmed addresses by the pages' forms,
# without scripts.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Smtp;

my $smtp = Cardume::Smtp->start;
my $cardume = do {
	local $ENV{CARDUME_SMTP_URL} = $smtp->url;
	Cardume->start;
};
my $client = $cardume->client;
my $password = 'a long enough one';

sub set {
	my (%values) = @_;
	$cardume->psql("UPDATE setting SET value = '$values{$_}'
		WHERE name = '$_'") for keys %values;
}

# Fills in the form of a page in a fresh browser.
sub send_form {
	my ($path, $fields, $which) = @_;
	$cardume->psql('DELETE FROM throttle');
	return $cardume->client->follow_form($path, $fields, which => $which);
}

sub link_of {
	my ($mail) = @_;
	return ($mail->{text} =~ m{^\Q$cardume->{origin}\E(/\S+)$}m)[0];
}

sub is_in { eval { $cardume->sign_in(@_) } ? 1 : 0 }

my $page = $client->get('/signup');
is $page->{status}, 200, '/signup';
like $page->{content}, qr/Nobody can sign up here now/, 'closed';
unlike $page->{content}, qr/action="\/signup"/, 'without a form';
unlike $client->text('/login'), qr{href="/signup"}, 'nor a link to it';
set('signup.enabled' => 'true', 'signup.requires_approval' => 'false');
like $client->text('/login'), qr{href="/signup"}, 'open: a link';

my $ann = unique('ann');
my %form = (username => $ann, displayName => 'Ann', password => $password,
	email => "$ann\@example.org");
$page = send_form('/signup', { %form, username => 'No Name' }, '/signup');
is $page->{status}, 422, 'a name that is none';
like $page->{content}, qr/role="alert"/, 'told';
like $page->{content}, qr/value="\Q$form{email}\E"/, 'the form is kept';
unlike $page->{content}, qr/\Q$password\E/, 'but for the password';
is send_form('/signup', { %form, password => 'short' }, '/signup')->{status},
	422, 'a short password';
is send_form('/signup', { %form, email => 'none' }, '/signup')->{status}, 422,
	'no address';
$page = send_form('/signup', \%form, '/signup');
is $page->{status}, 200, 'signed up';
like $page->{content}, qr/Welcome!/, 'welcome';
ok is_in($ann, $password), 'and in';
is send_form('/signup', \%form, '/signup')->{status}, 422, 'taken';
my $plain = unique('pla');
send_form('/signup', { %form, username => $plain, displayName => '',
	email => "$plain\@example.org" }, '/signup');
is $client->json("/api/v1/accounts/$plain")->{displayName}, $plain,
	'named as the account where no other name is given';
is $cardume->client->post('/signup', \%form)->{status}, 403, 'a forged form';
is $cardume->sign_in($ann, $password)->get('/signup', redirect => 0)->{status},
	303, 'who is in needs no account';
for my $nr (1 .. 3) {
	my $name = unique('lim');
	$cardume->psql('DELETE FROM throttle') if $nr == 1;
	my $answer = $cardume->client->follow_form('/signup', { %form,
		username => $name, email => "$name\@example.org" },
		which => '/signup');
	is $answer->{status}, $nr > 2 ? 429 : 200, "the limit: $nr";
}

# The address is confirmed.
set('signup.requires_email_verification' => 'true');
my $eve = unique('eve');
send_form('/signup', { %form, username => $eve, email => "$eve\@example.org" },
	'/signup');
ok !is_in($eve, $password), 'not in yet';
like send_form('/login', { username => $eve, password => $password },
	'/login')->{content}, qr/not confirmed yet/, 'told why';
like $client->text('/login'), qr{/verify-account/ask-send-email}, 'a way out';
$page = send_form('/verify-account/ask-send-email',
	{ email => "$eve\@example.org" }, '/verify-account/ask-send-email');
like $page->{content}, qr/a mail is on its way/, 'once more';
my $link = link_of($smtp->wait_for("$eve\@example.org", 2));
is $client->get($link)->{status}, 200, 'the link';
ok !is_in($eve, $password), 'following it changes nothing';
$page = send_form($link =~ s/verificationString=\K./x/r, {},
	'/verify-account/email');
is $page->{status}, 422, 'a wrong one';
$page = send_form($link, {}, '/verify-account/email');
is $page->{status}, 200, 'the button does';
like $page->{content}, qr/is confirmed/, 'told';
ok is_in($eve, $password), 'in';
is send_form($link, {}, '/verify-account/email')->{status}, 422, 'once';

# A new password.
like $client->text('/login'), qr{href="/reset-password/ask"}, 'forgotten?';
$page = send_form('/reset-password', { email => "$ann\@example.org" },
	'/reset-password/ask');
like $page->{content}, qr/a mail is on its way/, 'asked';
my $same = send_form('/reset-password', { email => 'nobody@example.org' },
	'/reset-password/ask');
is $same->{content} =~ s/csrf" value="[^"]*"//gr,
	$page->{content} =~ s/csrf" value="[^"]*"//gr,
	'strangers are told the same';
$link = link_of($smtp->wait_for("$ann\@example.org"));
my $browser = $cardume->sign_in($ann, $password);
is send_form($link, { password => 'one of two', again => 'two of two' },
	'/reset-password')->{status}, 422, 'not the same twice';
is send_form($link, { password => 'short', again => 'short' },
	'/reset-password')->{status}, 422, 'short';
my $new = 'the newest of all';
$page = send_form($link, { password => $new, again => $new },
	'/reset-password');
like $page->{content}, qr/The password is changed/, 'changed';
ok is_in($ann, $new), 'in by the new one';
ok !is_in($ann, $password), 'not by the old one';
is $browser->get('/my-account/settings', redirect => 0)->{status}, 303,
	'signed out elsewhere';
is send_form($link, { password => $new, again => $new },
	'/reset-password')->{status}, 422, 'the link is of no more use';
is $client->get("/reset-password?userId=$_&verificationString=%00")->{status},
	400, "hostile: $_" for 1;
for my $hostile ('x', '-1', '99999999999999999999', '1%27') {
	is send_form("/reset-password?userId=$hostile&verificationString=" .
		'%22%3E%3Cscript%3E', { password => $new, again => $new },
		'/reset-password')->{status}, 422, "hostile: $hostile";
}
unlike $client->text('/reset-password?userId=1&verificationString=' .
	'%22%3E%3Cscript%3Ealert'), qr/<script>alert/, 'nothing slips in';

# Moderators decide.
set('signup.requires_approval' => 'true',
	'signup.requires_email_verification' => 'false');
my $bob = unique('bob');
%form = (%form, username => $bob, email => "$bob\@example.org");
is send_form('/signup', { %form, registrationReason => '' }, '/signup')
	->{status}, 422, 'a reason is needed';
$page = send_form('/signup', { %form, registrationReason => 'Films.' },
	'/signup');
like $page->{content}, qr/The moderators will look at it/, 'asked';
is $cardume->psql("SELECT state, reason FROM registration
	WHERE username = '$bob'"), '1|Films.', 'waits';

done_testing;
