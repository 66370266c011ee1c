#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Links in mails are of no use once what they are about has changed.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
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
my $user = $cardume->user(unique('usr'), password => $password);
my $token = $cardume->token($user, $password);
my $new_password = 'a long enough other one';

sub status {
	my ($method, $path, $body, $as) = @_;
	$cardume->psql('DELETE FROM throttle');
	return $client->send_json($method, "/api/v1/$path", $body, headers =>
		{ $as ? (authorization => "Bearer $as") : () })->{status};
}

sub me {
	return decode_json($client->get('/api/v1/users/me', headers =>
		{ authorization => "Bearer $_[0]" })->{content});
}

sub link_of {
	my ($mail) = @_;
	my ($id) = $mail->{text} =~ /userId=(\d+)/;
	my ($text) = $mail->{text} =~ /verificationString=(\w+)/;
	return ($id, $text);
}

# --- an address that is not one's own ----------------------------------------

$cardume->psql("UPDATE setting SET value = 'true'
	WHERE name = 'signup.requires_email_verification'");
my ($mine, $not_mine) = map { unique($_) . '@example.org' } qw(mine foreign);
is status('PUT', 'users/me', { email => $mine,
	currentPassword => $password }, $token), 204, 'my own address';
my ($id, $text) = link_of($smtp->wait_for($mine));
ok $text, 'gets a link';
is status('PUT', 'users/me', { email => $not_mine,
	currentPassword => $password }, $token), 204, 'then another\'s';
is status('POST', "users/$id/verify-email", { verificationString => $text,
	isPendingEmail => JSON::PP::true }), 403,
	'my link does not confirm that one';
isnt me($token)->{email}, $not_mine, 'it is not mine';
($id, $text) = link_of($smtp->wait_for($not_mine));
is status('POST', "users/$id/verify-email", { verificationString => $text,
	isPendingEmail => JSON::PP::true }), 204, 'its own link does';
$cardume->psql("UPDATE setting SET value = 'false'
	WHERE name = 'signup.requires_email_verification'");

# --- links to a new password -------------------------------------------------

my $address = me($token)->{email};
is status('POST', 'users/ask-reset-password', { email => $address }), 204,
	'a link to a new password';
($id, $text) = link_of($smtp->wait_for($address, 2));
is status('PUT', 'users/me', { email => $mine,
	currentPassword => $password }, $token), 204, 'another address';
my %reset = (verificationString => $text, password => $new_password);
is status('POST', "users/$id/reset-password", \%reset), 403,
	'who reads the old one cannot use it';

is status('POST', 'users/ask-reset-password', { email => $mine }), 204,
	'a link again';
($id, $text) = link_of($smtp->wait_for($mine, 2));
is status('PUT', 'users/me', { password => $new_password,
	currentPassword => $password }, $token), 204, 'a new password';
is status('POST', "users/$id/reset-password",
	{ verificationString => $text, password => $password }), 403,
	'ends the link';
ok $cardume->token($user, $new_password), 'the new one holds';

done_testing;
