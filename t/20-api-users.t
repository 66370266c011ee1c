#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Users by the REST API: what one changes of oneself, and what those who
# administrate may and may not.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json encode_json);
use Test::More;

use Cardume;
use Cardume::Video;

my ($true, $false) = (JSON::PP::true, JSON::PP::false);
my $cardume = Cardume->shared;
my $client = $cardume->client;
my %name = (user => $cardume->user(unique('usr')),
	other => $cardume->user(unique('oth')), root => 'root',
	moderator => $cardume->user(unique('mod'), role => 'moderator'),
	second => $cardume->user(unique('mo2'), role => 'moderator'),
	admin => $cardume->user(unique('adm'), role => 'admin'));
my %token = map { $_ => $cardume->token($name{$_}) } keys %name;

sub call {
	my ($as, $method, $path, $body) = @_;
	my %o = (headers => { accept => 'application/json',
		$as ? (authorization => 'Bearer ' . ($token{$as} // $as)) : () });
	return $client->request($method, "/api/v1/$path", %o)
		if !defined $body;
	return $client->send_json($method, "/api/v1/$path", $body, %o);
}

sub status { return call(@_)->{status} }

sub document {
	my $answer = call(@_);
	return $answer->{status} == 200 ? decode_json($answer->{content}) :
		fail("$_[1] $_[2]: $answer->{status} $answer->{content}");
}

sub code { return decode_json(call(@_)->{content})->{code} }

sub id_of {
	return $cardume->psql("SELECT user_id FROM account c JOIN actor a
		ON a.id = c.actor_id WHERE a.name = '$_[0]'");
}
my %id = map { $_ => id_of($name{$_}) } keys %name;

# --- oneself -----------------------------------------------------------------

my %choice = (displayName => "Çá \x{1f41f}", description => 'About me.',
	nsfwPolicy => 'blur', nsfwFlagsDisplayed => 1, nsfwFlagsHidden => 2,
	nsfwFlagsWarned => 1, nsfwFlagsBlurred => 0, autoPlayVideo => $false,
	autoPlayNextVideo => $true, autoPlayNextVideoPlaylist => $false,
	p2pEnabled => $true, videosHistoryEnabled => $false,
	videoLanguages => ['fr', '_unknown'], language => 'pt-BR',
	theme => 'default', emailPublic => $true,
	noInstanceConfigWarningModal => $true, noWelcomeModal => $true,
	noAccountSetupWarningModal => $true);
is status('user', 'PUT', 'users/me', \%choice), 204, 'PUT users/me';
my $me = document('user', 'GET', 'users/me');
for my $name (sort keys %choice) {
	my $is = $name =~ /^(?:displayName|description)$/ ?
		$me->{account}{$name} : $me->{$name};
	is_deeply $is, $choice{$name}, "$name is kept";
}
is status('user', 'PUT', 'users/me', {}), 204, 'nothing sent';
is_deeply document('user', 'GET', 'users/me'), $me, 'nothing changed';
is status('user', 'PUT', 'users/me', { description => undef,
	videoLanguages => undef, language => undef, unknown => 1 }), 204,
	'nulls';
my $after = document('user', 'GET', 'users/me');
is $after->{account}{description}, undef, 'no description';
is $after->{videoLanguages}, undef, 'all languages';
is $after->{language}, undef, 'no language';
is $after->{account}{displayName}, $choice{displayName},
	'what was not sent stays';

for my $bad ({ displayName => 'x' x 121 }, { description => 'no' },
	{ description => 'x' x 1001 }, { nsfwPolicy => 'maybe' },
	{ nsfwFlagsHidden => 4 }, { nsfwFlagsHidden => 'x' },
	{ autoPlayVideo => 'perhaps' }, { p2pEnabled => [] },
	{ videoLanguages => ['klingon'] }, { videoLanguages => {} },
	{ language => 'x y' }, { theme => 'nope' }, { theme => '../x' },
	{ email => 'nonsense', currentPassword => $Cardume::root_password },
	{ password => 'short', currentPassword => $Cardume::root_password })
{
	my $answer = call('user', 'PUT', 'users/me', $bad);
	is $answer->{status}, 400, 'refused: ' . encode_json($bad)
		or diag $answer->{content};
}
my @hostile = ('"', '[]', '{"displayName":{"a":1}}', '{', "\xff",
	'{"videoLanguages":[[1]]}', '{"autoPlayVideo":1e400}',
	'{"displayName":"\u0000"}');
is $client->request('PUT', '/api/v1/users/me', content => $_, headers => {
	'content-type' => 'application/json',
	authorization => "Bearer $token{user}" })->{status}, 400,
	"hostile: $_" for @hostile;
is status(undef, 'PUT', 'users/me', {}), 401, 'nobody';
is status('f' x 64, 'PUT', 'users/me', {}), 401, 'a wrong token';

# --- password and address ----------------------------------------------------

my $new = 'another good one';
is status('user', 'PUT', 'users/me', { password => $new }), 400,
	'the current password is needed';
is code('user', 'PUT', 'users/me', { password => $new,
	currentPassword => 'wrong' }), 'current_password_is_invalid',
	'a wrong one';
is status('user', 'PUT', 'users/me', { email => 'x@example.org',
	currentPassword => 'wrong' }), 401, 'for the address too';
my $elsewhere = $cardume->token($name{user});
is status('user', 'PUT', 'users/me', { password => $new,
	currentPassword => $Cardume::root_password }), 204, 'a new password';
is status($elsewhere, 'GET', 'users/me'), 401, 'signs others out';
is status('user', 'GET', 'users/me'), 200, 'but not this one';
ok $cardume->token($name{user}, $new), 'and lets in';
my $address = unique('new') . '@example.org';
is status('user', 'PUT', 'users/me', { email => $address,
	currentPassword => $new }), 204, 'a new address';
is document('user', 'GET', 'users/me')->{email}, $address,
	'is taken at once where nobody need confirm it';
is status('user', 'PUT', 'users/me', { email => uc "$name{other}\@example.org",
	currentPassword => $new }), 409, 'the address of another';

# --- the list ----------------------------------------------------------------

my $list = document('moderator', 'GET', "users?search=$name{user}&count=5");
is $list->{total}, 1, 'found by the name';
is $list->{data}[0]{username}, $name{user}, 'the user';
ok exists $list->{data}[0]{$_}, "has $_" for qw(id email role videoQuota
	videoQuotaDaily videoQuotaUsed videoQuotaUsedDaily account blocked
	blockedReason createdAt lastLoginDate nsfwPolicy theme pluginAuth
	twoFactorEnabled emailVerified pendingEmail adminFlags);
is document('moderator', 'GET', 'users?search=' .
	uc(substr $address, 0, 9))->{total}, 1, 'found by the address';
is document('moderator', 'GET', 'users?search=%25')->{total}, 0,
	'no wildcards';
for my $sort (qw(id username videoQuotaUsed createdAt lastLoginDate role)) {
	my $up = document('moderator', 'GET', "users?sort=$sort&count=100");
	my $down = document('moderator', 'GET', "users?sort=-$sort&count=100");
	is_deeply [ map { $_->{id} } reverse @{ $down->{data} } ],
		[ map { $_->{id} } @{ $up->{data} } ], "sorted by $sort"
		if $up->{total} <= 100;
}
ok !(grep { $_->{role}{id} != 1 } @{ document('moderator', 'GET',
	'users?role=1')->{data} }), 'moderators only';
is status('moderator', 'GET', "users?$_"), 400, "bad: $_" for
	'sort=password', 'count=101', 'start=-1', 'role=7', 'blocked=perhaps';
is status('user', 'GET', 'users'), 403, 'not for users';
is status(undef, 'GET', 'users'), 401, 'not for strangers';
my $one = document('moderator', 'GET', "users/$id{user}?withStats=true");
ok exists $one->{$_}, "withStats: $_" for qw(videosCount abusesCount
	abusesAcceptedCount abusesCreatedCount videoCommentsCount
	videoQuotaUsed);
is_deeply [ map { $_->{name} } @{ $one->{videoChannels} } ],
	["$name{user}_channel"], 'channels';
is status('moderator', 'GET', 'users/999999999'), 404, 'nobody there';
is status('moderator', 'GET', 'users/x'), 400, 'no number';
my $names = document(undef, 'GET', 'users/autocomplete?search=' .
	substr $name{user}, 1);
is_deeply $names, [$name{user}], 'autocomplete';
is_deeply document(undef, 'GET', 'users/autocomplete?search=_'), [],
	'no wildcards there';

# What the order by used bytes is told once an hour (job `sweep`).
my $stored = Cardume::Video->make($cardume, $name{second});
my $usage = slurp("$Cardume::top/sql/job/usage.sql");
$usage =~ s/^--.*\n//mg;
$usage =~ s/\s+AND extract\(minute.*//;
$cardume->psql($usage, 'cardume_worker');
my $used = $cardume->psql("SELECT user_quota_used($id{second}, '-infinity')");
cmp_ok $used, '>', 0, 'bytes are used';
is $cardume->psql("SELECT used_bytes FROM app_user WHERE id = $id{second}"),
	$used, 'and stored';

# --- made by others ----------------------------------------------------------

sub new_user {
	my (%o) = @_;
	my $name = unique('new');
	return { username => $name, email => "$name\@example.org", role => 2,
		password => 'a long enough one', videoQuota => -1,
		videoQuotaDaily => -1, %o };
}
my $made = new_user(channelName => unique('ch'), videoQuota => 5,
	adminFlags => 1);
my $answer = document('moderator', 'POST', 'users', $made);
ok $answer->{user}{id} && $answer->{user}{account}{id}, 'POST users';
my $new_id = $answer->{user}{id};
my $new_token = $cardume->token($made->{username}, $made->{password});
my $mine = document($new_token, 'GET', 'users/me');
is $mine->{videoChannels}[0]{name}, $made->{channelName}, 'the channel';
is $mine->{videoQuota}, 5, 'the quota';
is $mine->{adminFlags}, 1, 'the flags';
is status('moderator', 'POST', 'users', $made), 409, 'the name is taken';
is status('moderator', 'POST', 'users', new_user(email => $made->{email})),
	409, 'the address';
is status('moderator', 'POST', 'users',
	new_user(channelName => $made->{channelName})), 409, 'the channel';
is status('moderator', 'POST', 'users', $_), 400,
	'refused: ' . encode_json($_) for
	new_user(username => 'A b'), new_user(username => undef),
	new_user(role => 3), new_user(role => undef),
	new_user(email => 'x'), new_user(email => "a\@b\r\nx: y"),
	new_user(videoQuota => -2), new_user(password => 'short'),
	new_user(adminFlags => 2), new_user(channelName => 'No name'),
	new_user(username => 'x' x 51);
my $same = new_user();
is status('moderator', 'POST', 'users', { %$same,
	channelName => $same->{username} }), 400,
	'a channel named like the user';
is status('moderator', 'POST', 'users', new_user(role => $_)), 403,
	"a moderator makes no role $_" for 0, 1;
is status('admin', 'POST', 'users', new_user(role => 1)), 200, 'an admin does';
is status('user', 'POST', 'users', new_user()), 403, 'users make none';
is status(undef, 'POST', 'users', new_user()), 401, 'nor strangers';

# --- changed by others -------------------------------------------------------

is status('moderator', 'PUT', "users/$new_id", { videoQuota => 7,
	videoQuotaDaily => 8, emailVerified => $true, adminFlags => 0 }), 204,
	'PUT users/:id';
$mine = document($new_token, 'GET', 'users/me');
is_deeply [ @$mine{qw(videoQuota videoQuotaDaily adminFlags)} ], [7, 8, 0],
	'changed';
is status('moderator', 'PUT', "users/$new_id", { password => 'a newer one' }),
	204, 'a new password';
is status($new_token, 'GET', 'users/me'), 401, 'signs out';
ok $new_token = $cardume->token($made->{username}, 'a newer one'), 'lets in';
is status('moderator', 'PUT', "users/$new_id", { role => 1 }), 403,
	'moderators give no roles';
is status('admin', 'PUT', "users/$new_id", { role => 1 }), 204, 'admins do';
is status($new_token, 'GET', 'users/me'), 401, 'which signs out';
is status('admin', 'PUT', "users/$new_id", { role => 2 }), 204, 'and back';
for my $who (qw(admin second root)) {
	is status('moderator', 'PUT', "users/$id{$who}", { videoQuota => 1 }),
		403, "a moderator leaves $who alone";
	is status('moderator', 'DELETE', "users/$id{$who}"), 403,
		'and does not remove';
	is status('moderator', 'POST', "users/$id{$who}/block", {}), 403,
		'nor block';
}
is status('admin', 'PUT', "users/$id{root}", { role => 2 }), 400,
	'root stays what it is';
is status('admin', 'DELETE', "users/$id{root}"), 400, 'root stays';
is status('admin', 'POST', "users/$id{root}/block", {}), 400, 'unblocked';
is status('root', 'DELETE', 'users/me'), 400, 'not by its own hand either';
is status('moderator', 'PUT', "users/$new_id", $_), 400,
	'refused: ' . encode_json($_) for { role => 9 }, { videoQuota => 'x' },
	{ email => 'no' }, { password => 'short' }, { emailVerified => 'x' };
is status('moderator', 'PUT', "users/$new_id",
	{ email => "$name{other}\@example.org" }), 409, 'a taken address';
is status('moderator', 'PUT', 'users/999999999', {}), 404, 'nobody there';
is status('user', 'PUT', "users/$id{other}", {}), 403, 'users change nobody';

# --- blocked -----------------------------------------------------------------

my $browser = $cardume->sign_in($name{other});
is status('moderator', 'POST', "users/$id{other}/block",
	{ reason => 'Spam, much of it.' }), 204, 'block';
is status('other', 'GET', 'users/me'), 401, 'tokens end';
is $browser->get('/my-account/settings', redirect => 0)->{status}, 303,
	'sessions end';
ok !eval { $cardume->token($name{other}) }, 'no new ones';
like $@, qr/account_blocked/, 'account_blocked';
my $blocked = document('moderator', 'GET', "users/$id{other}");
ok $blocked->{blocked}, 'told';
is $blocked->{blockedReason}, 'Spam, much of it.', 'with the reason';
is document('moderator', 'GET', "users?blocked=true&search=$name{other}")
	->{total}, 1, 'listed';
is document('moderator', 'GET', "users?blocked=false&search=$name{other}")
	->{total}, 0, 'as blocked only';
is status('moderator', 'POST', "users/$id{other}/block", { reason => 'x' }),
	400, 'a short reason';
is status('moderator', 'POST', "users/$id{other}/unblock"), 204, 'unblock';
ok $token{other} = $cardume->token($name{other}), 'in again';
is status('moderator', 'POST', 'users/999999999/block', {}), 404, 'nobody';
is status('user', 'POST', "users/$id{other}/block", {}), 403, 'not by users';

# --- removed -----------------------------------------------------------------

my $video = Cardume::Video->make($cardume, $name{other}, bare => 1,
	name => 'To go');
is status('user', 'DELETE', "users/$id{other}"), 403, 'not by users';
is status('moderator', 'DELETE', "users/$id{other}"), 204, 'DELETE';
is status('other', 'GET', 'users/me'), 401, 'signed out';
is $client->get("/api/v1/videos/$video->{uuid}")->{status}, 404, 'no video';
is $client->get("/api/v1/accounts/$name{other}")->{status}, 404, 'no account';
is $client->get("/api/v1/video-channels/$name{other}_channel")->{status}, 404,
	'no channel';
is $cardume->psql("SELECT count(*) FROM (SELECT payload FROM job
	UNION ALL SELECT payload FROM job_log) j
	WHERE payload ->> 'uuid' = '$video->{uuid}'"), 1, 'its files go by a job';
is status('moderator', 'POST', 'users', new_user(username => $name{other})),
	409, 'the name is never given out again';
is status('moderator', 'DELETE', "users/$id{other}"), 404, 'nobody there';
is status('user', 'DELETE', 'users/me'), 204, 'DELETE users/me';
is status('user', 'GET', 'users/me'), 401, 'gone';
is status(undef, 'DELETE', 'users/me'), 401, 'nobody';

done_testing;
