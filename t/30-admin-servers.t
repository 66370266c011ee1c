# SPDX-License-Identifier: AGPL-3.0-or-later
# Pages under /admin about other servers, with forms and no script: following
# and followers, deliveries that wait, muted servers and accounts. The other
# server is a scripted one.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Instances;
use Cardume::Peer;

my $cardume = Cardume->shared;
my $admin = $cardume->sign_in('root');
my $moderator = $cardume->sign_in($cardume->user(unique('moder'),
	role => 'moderator'));
my $user = $cardume->sign_in($cardume->user(unique('user')));
my $peer = Cardume::Peer->start(software => 'peertube');
my $host = $peer->host;
my $films = $peer->actor('films', type => 'Group');
my $fan = $peer->actor('peertube', type => 'Application',
	path => '/accounts/peertube');
my $follows = '/admin/settings/follows';
my $mutes = '/admin/moderation/blocklist';

# --- who may -----------------------------------------------------------------

my @for_admins = map { "$follows/$_-list" } qw(following followers hosts);
my @for_moderators = map { "$mutes/$_" } qw(servers accounts);
is $admin->get($_)->{status}, 200, "$_: an admin may" for @for_admins,
	@for_moderators;
is $moderator->get($_)->{status}, 200, "$_: a moderator may"
	for @for_moderators;
is $moderator->get($_)->{status}, 403, "$_: a moderator may not"
	for @for_admins;
is $user->get($_)->{status}, 403, "$_: a user may not" for @for_admins,
	@for_moderators;
like $admin->get('/admin')->{url}, qr{/following-list$}, 'an admin begins here';
like $moderator->get('/admin')->{url}, qr{/servers$}, '... a moderator there';
like $admin->text('/'), qr{href="/admin"}, 'the menu leads there';
unlike $user->text('/'), qr{href="/admin"}, "... not a user's";

# --- following ---------------------------------------------------------------

sub count { return $cardume->psql("SELECT count(*) FROM $_[0]") }
my $followed = 'follow WHERE follower_id = instance_actor()';
my $nr = count($followed);

# The form of a list about one of them.
sub press {
	my ($browser, $list, $action, $name, $values) = @_;
	return $browser->follow_form($list, $values // {},
		which => qr{\Q$action\E.*"\Q$name\E"}s);
}

sub follow {
	my ($names) = @_;
	return $admin->follow_form("$follows/following-list",
		{ names => $names }, which => "$follows/following-list/add");
}

my $answer = follow("$host\nno host, $films->{handle}");
is $answer->{status}, 422, 'what is no name is refused';
like $answer->{content}, qr/&quot;no&quot; is neither/, '... and said';
like $answer->{content}, qr/<textarea[^>]*>\Q$host\E\nno host/,
	'... with the text as it was';
$answer = follow('127.0.0.1:' . $cardume->port);
is $answer->{status}, 422, 'nobody follows oneself';
is count($followed), $nr, 'nothing is followed';
like follow(" \@$films->{handle}\n")->{content}, qr/They are asked/,
	'a channel is asked';
ok $peer->wait_for('Follow'), 'it gets a Follow';
my $list = $admin->text("$follows/following-list");
like $list, qr{<bdi>\Q$films->{handle}\E</bdi>.*?>asked<}s, 'it is in the list';
my ($request) = $peer->received('Follow');
$peer->post($cardume->origin . '/inbox', $peer->activity($films, 'Accept',
	$request->{json}), signer => $films);
wait_for { $admin->text("$follows/following-list") =~
	m{<bdi>\Q$films->{handle}\E</bdi>.*?>followed<}s } 15, 'it has said yes';
$answer = press($admin, "$follows/following-list",
	"$follows/following-list/remove", $films->{handle});
unlike $answer->{content}, qr{<bdi>\Q$films->{handle}\E</bdi>},
	'followed no longer';
ok $peer->wait_for('Undo'), '... and told so';

follow('127.0.0.1:1');
wait_for { $admin->text("$follows/following-list") =~
	m{looked for: <bdi>127\.0\.0\.1:1</bdi> <span[^>]*>\(.+\)}i } 20,
	'who does not answer is named, with why';

# --- followers ---------------------------------------------------------------

$cardume->psql("UPDATE setting SET value = 'true'
	WHERE name = 'followers.manual_approval'");
my $follow = $peer->activity($fan, 'Follow',
	$cardume->origin . '/accounts/peertube');
$peer->post($cardume->origin . '/inbox', $follow, signer => $fan);
wait_for { $admin->text("$follows/followers-list") =~
	m{<bdi>\Q$fan->{handle}\E</bdi>.*?>waits for you<}s } 15,
	'a follower waits';
sub decide {
	my ($decision) = @_;
	return press($admin, "$follows/followers-list",
		"$follows/followers-list/decide", $fan->{handle},
		{ decision => $decision });
}
like decide('accept')->{content},
	qr{<bdi>\Q$fan->{handle}\E</bdi>.*?>follows<}s, 'is let in';
ok $peer->wait_for('Accept'), '... and told so';
is $admin->post("$follows/followers-list/decide", { csrf => 'x',
	handle => $fan->{handle}, decision => 'accept' })->{status}, 403,
	'not without the form';
unlike decide('remove')->{content}, qr{<bdi>\Q$fan->{handle}\E</bdi>},
	'is removed';
ok $peer->wait_for('Reject'), '... and told so';
$cardume->psql("UPDATE setting SET value = 'false'
	WHERE name = 'followers.manual_approval'");

# --- servers -----------------------------------------------------------------

my $hosts = $admin->text("$follows/hosts-list?search=$host");
like $hosts, qr{<bdi>\Q$host\E</bdi>.*?>well<}s, 'the server fares well';
unlike $hosts, qr/Retry now/, 'nothing waits for it';
like $admin->text("$follows/hosts-list?search=nothing-like-it"),
	qr/no other server/, 'another name finds none';
$peer->stop;
follow($films->{handle});
wait_for { $admin->text("$follows/hosts-list?search=$host") =~
	m{>fails<.*?oldest.*?Retry now}s } 20, 'it fails, and what waits is told';
$peer->go_on;
$peer->forget;
$admin->follow_form("$follows/hosts-list?search=$host", {},
	which => "$follows/hosts-list/retry");
ok $peer->wait_for('Follow', 10), 'Retry now sends it';
wait_for { $admin->text("$follows/hosts-list?search=$host") =~ />well</ } 10,
	'it is well again';

# --- muting ------------------------------------------------------------------

sub mute {
	my ($kind, $names) = @_;
	return $moderator->follow_form("$mutes/$kind", { names => $names },
		which => "$mutes/$kind/add");
}

my $muted = 'server_block WHERE owner_id IS NULL';
$nr = count($muted);
is mute('servers', "$host\nbad/host")->{status}, 422, 'no host is refused';
like mute('servers', '127.0.0.1:' . $cardume->port)->{content},
	qr/cannot be muted/, 'nor this one';
is count($muted), $nr, 'nothing is muted';
like mute('servers', "https://$host/ other.example")->{content},
	qr{<bdi>other\.example</bdi>}, 'servers are muted';
like $admin->text("$follows/hosts-list?search=$host"), qr/>muted</,
	'the list of servers knows';
like mute('accounts', 'nobody@nowhere.example')->{content},
	qr/cannot be muted/, 'an account that nobody knows is not';
like mute('accounts', $films->{handle})->{status}, qr/^422$/,
	'nor is a channel';
my $rude = $cardume->user(unique('rude'));
like mute('accounts', "\@$rude")->{content}, qr/<bdi>\Q$rude\E\@/,
	'accounts are muted';
for ([ servers => 'other.example' ], [ servers => $host ],
	[ accounts => "$rude\@127.0.0.1:" . $cardume->port ]) {
	my ($kind, $name) = @$_;
	unlike press($moderator, "$mutes/$kind", "$mutes/$kind/remove",
		$name)->{content}, qr{<bdi>\Q$name\E</bdi>},
		"$name: muted no longer";
}

done_testing;
