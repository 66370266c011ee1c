#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Notifications by mail; those of sign-ups and of videos that wait for a look.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Smtp;
use Cardume::Video;

my $smtp = Cardume::Smtp->start;
my $cardume = do {
	local $ENV{CARDUME_SMTP_URL} = $smtp->url;
	Cardume->start;
};
my $client = $cardume->client;
my ($maker, $fan) = map { $cardume->user($_) } qw(maker fan);
my $moderator = $cardume->user('mod', role => 'moderator');
my %token = map { $_ => $cardume->token($_) } $maker, $fan, $moderator;

sub call {
	my ($as, $method, $path, $body) = @_;
	my %headers = $as ? (authorization => "Bearer $token{$as}") : ();
	return $client->send_json($method, "/api/v1/$path", $body,
		headers => \%headers) if $body;
	return $client->request($method, "/api/v1/$path",
		headers => \%headers);
}

sub status { call(@_)->{status} }

sub latest {
	my ($as, $type) = @_;
	return decode_json(call($as, 'GET',
		"users/me/notifications?typeOneOf=$type&count=1")->{content})
		->{data}[0];
}

sub set {
	my (%values) = @_;
	$cardume->psql("UPDATE setting SET value = '$values{$_}'
		WHERE name = '$_'") for keys %values;
}

# --- mails -------------------------------------------------------------------

my $video = Cardume::Video->make($cardume, $maker, bare => 1,
	name => 'Fish & <chips>');
is status($fan, 'POST', 'abuses', { reason => "Look & see\nhere",
	account => { id => 1 } }), 200, 'a report';
my $mail = $smtp->wait_for("$moderator\@example.org");
like $mail->{header}{subject}, qr/A new report/, 'is mailed to moderators';
like $mail->{text}, qr/^Look & see\r?\nhere/m, 'as it was written';
like $mail->{text}, qr/^Hello $moderator,/m, 'to whom';
is status($moderator, 'POST', "videos/$video->{id}/blacklist",
	{ reason => 'Not here' }), 204, 'a block';
$mail = $smtp->wait_for("$maker\@example.org");
like $mail->{header}{subject}, qr/blocked: Fish & <chips>/, 'its maker';
like $mail->{text}, qr/^Not here/m, 'is told why';
like $mail->{text}, qr{/w/$video->{short}$}m, 'and where';

my %settings = %{ decode_json(call($maker, 'GET', 'users/me')->{content})
	->{notificationSettings} };
is status($maker, 'PUT', 'users/me/notification-settings', { %settings,
	newFollow => 2, newCommentOnMyVideo => 2, blacklistOnMyVideo => 0 }), 204, 'other wishes';
my $host = $cardume->origin =~ s{.*//}{}r;
is status($moderator, 'DELETE', "videos/$video->{id}/blacklist"), 204,
	'unblocked';

# Other servers that follow ours, to admins who want that by mail.
my $boss = $cardume->user(unique('boss'), role => 'admin');
$token{$boss} = $cardume->token($boss);
$cardume->psql("UPDATE app_user SET is_email_verified = true
	WHERE email = '$boss\@example.org'");
is status($boss, 'PUT', 'users/me/notification-settings', { %settings,
	newInstanceFollower => 3, autoInstanceFollowing => 2 }), 204,
	'an admin wants to know';
sub followed {
	my ($host, $state) = @_;
	$cardume->psql("SET cardume.mail = 'on';
		WITH h AS (INSERT INTO host (name) VALUES ('$host') RETURNING id),
		a AS (INSERT INTO actor (kind, name, host_id, url, inbox, document)
			SELECT 'Application', 'peertube\@$host', id,
				'https://$host/accounts/peertube',
				'https://$host/inbox', '{}' FROM h RETURNING id)
		INSERT INTO follow (follower_id, target_id, state)
		SELECT id, instance_actor(), '$state' FROM a;
		SELECT server_followed(id) FROM actor
		WHERE name = 'peertube\@$host'");
}
set('followings.auto_follow_back' => 'true');
followed('far.example', 'pending');
$mail = $smtp->wait_for("$boss\@example.org");
like $mail->{header}{subject}, qr/^far\.example follows this site - /,
	'a server follows';
like $mail->{text}, qr/^It waits for your approval\.\r?$/m, 'it waits';
like $mail->{text}, qr{/admin/settings/follows/followers-list\r?$}m, 'where';
$mail = $smtp->wait_for("$boss\@example.org", 2);
like $mail->{header}{subject}, qr/^This site follows far\.example now - /,
	'and is followed back';
like $mail->{text}, qr{/admin/settings/follows/following-list\r?$}m, 'listed there';
set('followings.auto_follow_back' => 'false');
followed('near.example', 'accepted');
$mail = $smtp->wait_for("$boss\@example.org", 3);
unlike $mail->{text}, qr/approval/, 'one that does not wait';
$cardume->psql("DELETE FROM delivery WHERE inbox LIKE 'https://far.example/%'");
is status($fan, 'POST', 'users/me/subscriptions',
	{ uri => "${maker}_channel\@$host" }), 204, 'a follower';
$mail = $smtp->wait_for("$maker\@example.org", 2);
like $mail->{header}{subject}, qr/$fan follows you/, 'a mail of that alone';
is latest($maker, 10), undef, 'and nothing on the web';
$cardume->psql("SET cardume.mail = 'on';
	INSERT INTO comment (video_id, channel_id, account_id, text,
		is_html)
	SELECT v.id, v.channel_id, o.id,
		'<p>It&#39;s <b>&lt;good></b><br>Bye<script>x()</script>', true
	FROM video v, account o JOIN actor a ON a.id = o.actor_id
	WHERE v.id = $video->{id} AND a.name = '$fan'");
$mail = $smtp->wait_for("$maker\@example.org", 3);
like $mail->{header}{subject}, qr/New comment on Fish & <chips>/, 'a comment';
like $mail->{text}, qr/^It's <good>\r?\nBye\r?\n/m, 'HTML is told as text';
is latest($maker, 5), undef, 'nor of what was not wanted';

is status($fan, 'PUT', 'users/me/notification-settings', { %settings,
	commentMention => 2 }), 204, 'by mail alone';
$cardume->psql("SET cardume.mail = 'on';
	INSERT INTO comment (video_id, channel_id, account_id, text)
	SELECT v.id, v.channel_id, h.account_id, 'What says \@$fan?'
	FROM video v JOIN channel h ON h.id = v.channel_id
	WHERE v.id = $video->{id}");
$mail = $smtp->wait_for("$fan\@example.org");
like $mail->{header}{subject}, qr/mentioned at Fish & <chips>/, 'a mention';
like $mail->{text}, qr/^What says \@$fan\?/m, 'what was said';
like $mail->{text}, qr{/w/$video->{short}#comment-\d+$}m, 'and where';
is latest($fan, 11), undef, 'nothing on the web';

# --- sign-ups ----------------------------------------------------------------

my %person = (username => 'newcomer', password => 'a long enough one',
	email => 'newcomer@example.org');
set('signup.enabled' => 'true', 'signup.requires_approval' => 'false');
is status(undef, 'POST', 'users/register', \%person), 204, 'a sign-up';
is latest($moderator, 9)->{account}{name}, 'newcomer', 'is told of';
is latest($fan, 9), undef, 'to moderators';
set('signup.requires_approval' => 'true');
is status(undef, 'POST', 'users/registrations/request', { %person,
	username => 'asker', email => 'asker@example.org',
	registrationReason => 'Fish' }), 200, 'a request';
my $told = latest($moderator, 20);
is $told->{registration}{username}, 'asker', 'is told of';
is status($moderator, 'DELETE',
	"users/registrations/$told->{registration}{id}"), 204, 'deleted';
is latest($moderator, 20), undef, 'and what was told of it';

# --- videos that wait for a look ---------------------------------------------

set('auto_blacklist.videos.of_users' => 'true');
my $new = Cardume::Video->make($cardume, $maker, bare => 1, name => 'Newer');
is status(undef, 'GET', "videos/$new->{uuid}"), 404, 'nobody sees it';
is status($maker, 'GET', "videos/$new->{uuid}"), 200, 'but its maker';
$told = latest($moderator, 12);
is $told->{videoBlacklist}{video}{uuid}, $new->{uuid}, 'moderators are told';
is latest($fan, 1), undef, 'subscribers are not';
my $list = decode_json(call($moderator, 'GET', 'videos/blacklist?type=2')
	->{content});
is $list->{data}[0]{video}{uuid}, $new->{uuid}, 'it waits';
is status($moderator, 'DELETE', "videos/$new->{uuid}/blacklist"), 204,
	'looked at';
is latest($maker, 6)->{video}{uuid}, $new->{uuid}, 'its maker is told';
ok((wait_until { (latest($fan, 1) // {})->{video} } 20), 'subscribers too');
$cardume->psql("UPDATE app_user SET admin_flags = 1
	WHERE email = '$maker\@example.org'");
my $trusted = Cardume::Video->make($cardume, $maker, bare => 1,
	name => 'Trusted');
is status(undef, 'GET', "videos/$trusted->{uuid}"), 200, 'who is trusted';
my $ours = Cardume::Video->make($cardume, $moderator, bare => 1,
	name => 'Ours');
is status(undef, 'GET', "videos/$ours->{uuid}"), 200, 'and who looks';

done_testing;
