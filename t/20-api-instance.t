#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# The instance by the API: settings, its own first page, follows, jobs, logs,
# numbers; and what is switched off.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json encode_json);
use Test::More;

use Cardume;
use Cardume::Video;

# Alone: it changes the instance's settings.
my $cardume = Cardume->start;
my $user = $cardume->user(unique('user'));
my %client = map { $_ => $cardume->client } qw(nobody user admin);
$client{user}{headers}{authorization} = 'Bearer ' . $cardume->token($user);
$client{admin}{headers}{authorization} = 'Bearer ' . $cardume->token('root');

sub call {
	my ($who, $method, $path, $body) = @_;
	my $answer = defined $body ? $client{$who}->send_json($method,
		"/api/v1$path", $body) :
		$client{$who}->request($method, "/api/v1$path");
	my $document = ($answer->{content} // '') =~ /^[\[{]/ ?
		decode_json($answer->{content}) : undef;
	return ($answer->{status}, $document, $answer);
}

sub status_is {
	my ($who, $method, $path, $body, $wanted, $name) = @_;
	my ($status, $document) = call($who, $method, $path, $body);
	is $status, $wanted, $name // "$who: $method $path: $wanted"
		or diag encode_json($document // {});
	return $document;
}

# --- settings ----------------------------------------------------------------

my $tree = status_is('admin', 'GET', '/config/custom', undef, 200);
is $tree->{instance}{name}, 'Cardume', 'the name';
is $tree->{signup}{limit}, 10, 'a number is a number';
ok !$tree->{live}{enabled}, 'what is not there is off';
status_is($_, 'GET', '/config/custom', undef, $_ eq 'user' ? 403 : 401)
	for qw(user nobody);
status_is($_, 'PUT', '/config/custom', {}, $_ eq 'user' ? 403 : 401)
	for qw(user nobody);

$tree->{instance}{name} = "Sardinha \x{1f41f}";
$tree->{instance}{description} = 'About **us**';
$tree->{instance}{languages} = ['en', 'pt'];
$tree->{instance}{social}{mastodonLink} = 'https://social.example/@us';
$tree->{signup}{limit} = 3;
$tree->{broadcastMessage} = { enabled => JSON::PP::true, level => 'warning',
	message => 'Down *tonight*', dismissable => JSON::PP::false };
$tree->{live}{enabled} = JSON::PP::true;
my $new = status_is('admin', 'PUT', '/config/custom', $tree, 200);
is $new->{instance}{name}, "Sardinha \x{1f41f}", 'a new name';
is_deeply $new->{instance}{languages}, ['en', 'pt'], 'a list';
ok !$new->{live}{enabled}, 'what is not there stays off';
my $config = status_is('nobody', 'GET', '/config', undef, 200);
is $config->{instance}{name}, "Sardinha \x{1f41f}", 'everybody is told';
is $config->{instance}{social}{mastodonLink}, 'https://social.example/@us',
	'a link';
is $config->{broadcastMessage}{level}, 'warning', 'a message to all';
my $about = status_is('nobody', 'GET', '/config/about', undef, 200);
is $about->{instance}{description}, 'About **us**', 'the description';
is_deeply $about->{instance}{languages}, ['en', 'pt'], 'the languages';

# One bad leaf: nothing is changed.
for my $bad ([instance => name => 'x' x 121], [instance => name => ''],
		[instance => name => 7], [instance => isNSFW => 'yes'],
		[instance => defaultNSFWPolicy => 'maybe'],
		[instance => languages => 'en'],
		[instance => languages => [[]]],
		[instance => languages => [('x') x 101]],
		[signup => limit => 'many'], [signup => limit => -2],
		[signup => limit => 1.5], [signup => enabled => undef],
		[signup => enabled => 1], [signup => limit => 1e19],
		[broadcastMessage => level => 'loud'],
		[admin => email => ['x']]) {
	my ($part, $leaf, $value) = @$bad;
	my $document = status_is('admin', 'PUT', '/config/custom', {
		instance => { shortDescription => 'Changed' },
		$part => { $leaf => $value, $part eq 'instance' ?
			(shortDescription => 'Changed') : () } }, 400,
		"$part.$leaf: " . encode_json([$value]));
	ok $document->{'invalid-params'}{"$part.$leaf"}, 'names it';
}
isnt $cardume->psql("SELECT setting('instance.short_description')"),
	'Changed', 'nothing was changed';
status_is('admin', 'PUT', '/config/custom', [], 400, 'an array');
is $client{admin}->request('PUT', '/api/v1/config/custom', content => 'x',
	headers => { 'content-type' => 'text/plain' })->{status}, 415, 'a text';

my $reset = status_is('admin', 'DELETE', '/config/custom', undef, 200);
is $reset->{instance}{name}, 'Cardume', 'as new again';
is $reset->{signup}{limit}, 10, 'all of it';
status_is('user', 'DELETE', '/config/custom', undef, 403);

# --- the first page's own text -----------------------------------------------

status_is('nobody', 'GET', '/custom-pages/homepage/instance', undef, 404);
status_is('user', 'PUT', '/custom-pages/homepage/instance',
	{ content => 'x' }, 403);
status_is('admin', 'PUT', '/custom-pages/homepage/instance',
	{ content => 'x' x 50001 }, 400);
status_is('admin', 'PUT', '/custom-pages/homepage/instance',
	{ content => "Come **in**\n\n<script>alert(1)</script>" }, 204);
like status_is('admin', 'GET', '/custom-pages/homepage/instance', undef, 200)
	->{content}, qr/Come \*\*in/, 'is told';
my $page = $client{user}->text('/');
like $page, qr{Come <strong>in</strong>}, 'and shown on the first page';
unlike $page, qr{<script>alert}, 'without its HTML';
status_is('admin', 'PUT', '/custom-pages/homepage/instance', {}, 204,
	'taken away');
status_is('admin', 'GET', '/custom-pages/homepage/instance', undef, 404);

# --- follows of the server ---------------------------------------------------

for my $list (qw(followers following)) {
	is_deeply status_is('nobody', 'GET', "/server/$list", undef, 200),
		{ total => 0, data => [] }, "no $list";
	status_is('nobody', 'GET', "/server/$list?sort=password", undef, 400);
	status_is('nobody', 'GET', "/server/$list?state=maybe", undef, 400);
}
$cardume->psql("INSERT INTO follow (follower_id, target_id, state)
	SELECT f.id, t.id, 'pending' FROM actor f, actor t
	WHERE f.name = '$user' AND t.kind = 'Application'");
my $list = status_is('admin', 'GET', '/server/followers?state=pending&count=1',
	undef, 200);
is $list->{data}[0]{follower}{name}, $user, 'a follower waits';
is $list->{data}[0]{state}, 'pending', 'its state';
my ($host) = $cardume->origin =~ m{//(.*)};
status_is('user', 'POST', "/server/followers/$user\@$host/accept", {}, 403);
status_is('admin', 'POST', '/server/followers/no@where.example/accept', {}, 404);
status_is('admin', 'POST', "/server/followers/$user\@$host/accept", {}, 204);
is status_is('admin', 'GET', '/server/followers?state=accepted', undef, 200)
	->{total}, 1, 'accepted';
status_is('admin', 'POST', "/server/followers/$user\@$host/reject", {}, 204);
is status_is('admin', 'GET', '/server/followers?state=rejected', undef, 200)
	->{total}, 1, 'rejected';
status_is('admin', 'DELETE', "/server/followers/$user\@$host", undef, 204);
status_is('admin', 'DELETE', "/server/followers/$user\@$host", undef, 404);
status_is('admin', 'POST', '/server/following', {}, 400);
status_is('admin', 'POST', '/server/following', { hosts => ['a b'] }, 400);
status_is('admin', 'POST', '/server/following', { handles => ['x'] }, 400);
status_is('admin', 'POST', '/server/following', { hosts => [$host] }, 204);
status_is('admin', 'DELETE', '/server/following/peer.example', undef, 404);

# --- jobs --------------------------------------------------------------------

my $header = slurp("$Cardume::top/lib/job.h");
my %queue = reverse $header =~ /^\tX\((\w+), (\d+),/mg;
is_deeply [split /\n/, $cardume->psql('SELECT queue FROM job_type
	ORDER BY queue')], [sort { $a <=> $b } keys %queue],
	'every kind of job has a name';

status_is('user', 'GET', '/jobs', undef, 403);
status_is('admin', 'GET', '/jobs/nonsense', undef, 400);
status_is('admin', 'POST', '/jobs/pause', {}, 204);
my $id = $cardume->psql("INSERT INTO job (queue, payload, max_attempt)
	VALUES (4, '{\"uuid\": \"00000000-0000-4000-8000-000000000000\",
	\"source\": null, \"files\": []}', 3) RETURNING id");
sleep 2;
my ($job) = grep { $_->{id} == $id } @{ status_is('admin', 'GET',
	'/jobs/paused?count=100', undef, 200)->{data} };
is $job && $job->{type}, 'remove', 'paused: it waits';
is status_is('admin', 'GET', '/jobs?jobType=remove', undef, 200)->{data}[0]{id},
	$id, 'found by its type';
is status_is('admin', 'GET', '/jobs?jobType=nonsense', undef, 200)->{total}, 0,
	'no such type';
status_is('admin', 'POST', "/jobs/email/$id/cancel", {}, 404, 'another type');
status_is('admin', 'POST', "/jobs/remove/$id/cancel", {}, 204);
status_is('admin', 'POST', "/jobs/remove/$id/cancel", {}, 404);
$id = $cardume->psql("INSERT INTO job (queue, payload, max_attempt)
	VALUES (6, '{}', 3) RETURNING id");
status_is('admin', 'POST', '/jobs/resume', {}, 204);
ok +(wait_until { grep { $_->{id} == $id } @{ (call('admin', 'GET',
	'/jobs/completed?count=100'))[1]{data} } } 30), 'resumed: it is done';
status_is('admin', 'POST', "/jobs/sweep/$id/cancel", {}, 409, 'too late');
status_is('user', 'POST', '/jobs/pause', {}, 403);

# --- logs, debugging ---------------------------------------------------------

status_is('user', 'GET', '/server/logs', undef, 403);
my $word = unique('word');
status_is('nobody', 'POST', '/server/logs/client', { level => 'error',
	message => "$word broke\nhere\x{1}", url => 'https://x.example/' }, 204);
status_is('nobody', 'POST', '/server/logs/client', $_, 400)
	for {}, { level => 'loud', message => 'x' }, { level => 'error' },
	{ level => 'error', message => 'x' x 2001 };
my $lines = status_is('admin', 'GET', '/server/logs?level=warn', undef, 200);
my ($line) = grep { $_->{message} =~ /$word/ } @$lines;
ok $line, 'an application\'s message is in the log';
is $line->{level}, 'warn', 'as a warning';
unlike $line->{message}, qr/[\n\x01]/, 'on one line';
is_deeply [sort { $a cmp $b } map { $_->{timestamp} } @$lines],
	[map { $_->{timestamp} } @$lines], 'in the order of time';
is scalar(grep { $_->{message} =~ /$word/ } @{ status_is('admin', 'GET',
	"/server/logs?$_", undef, 200) }), 0, "not with $_"
	for 'level=error', 'endDate=2020-01-01', 'startDate=2999-01-01';
status_is('admin', 'GET', "/server/logs?$_", undef, 400)
	for 'level=loud', 'startDate=x';
is_deeply status_is('admin', 'GET', '/server/audit-logs', undef, 200), [],
	'no audit log';
is status_is('admin', 'GET', '/server/debug', undef, 200)->{ip}, '127.0.0.1',
	'one\'s address';
status_is('admin', 'POST', '/server/debug/run-command',
	{ command => 'process-video-views-buffer' }, 204);
status_is('admin', 'POST', '/server/debug/run-command',
	{ command => 'rm' }, 400);

# --- numbers -----------------------------------------------------------------

my $video = Cardume::Video->make($cardume, $user);
my $stats = status_is('nobody', 'GET', '/server/stats', undef, 200);
is $stats->{totalLocalVideos}, 1, 'a video';
is $stats->{totalUsers}, 2, 'two users';

status_is('nobody', 'POST', '/client-config/update-interface-language',
	{ language => 'pt-BR' }, 204);
status_is('nobody', 'POST', '/client-config/update-interface-language',
	{ language => 'xx-klingon' }, 400);

# --- what is off -------------------------------------------------------------

my $me = status_is('user', 'GET', '/users/me', undef, 200)->{id};
my $uuid = '00000000-0000-4000-8000-000000000000';
for my $row (
	['user', 'POST', '/videos/live', 403, 'live_not_enabled'],
	['nobody', 'POST', '/videos/live', 401],
	['nobody', 'GET', "/videos/live/$video->{uuid}", 404],
	['nobody', 'GET', "/videos/$video->{uuid}/live-session", 404],
	['user', 'PUT', "/videos/live/$video->{uuid}", 404],
	['user', 'GET', "/videos/live/$video->{uuid}/sessions", 404],
	['user', 'POST', '/videos/imports', 403],
	['user', 'POST', '/videos/imports/1/cancel', 404],
	['user', 'DELETE', '/videos/imports/x', 400],
	['user', 'GET', '/users/me/videos/imports', 200],
	['user', 'POST', '/video-channel-syncs', 403],
	['user', 'POST', "/video-channels/${user}_channel/import-videos", 403],
	['user', 'DELETE', '/video-channel-syncs/1', 404],
	['user', 'GET', "/accounts/$user/video-channel-syncs", 200],
	['user', 'GET', '/accounts/root/video-channel-syncs', 403],
	['user', 'POST', "/users/$me/exports/request", 403],
	['user', 'GET', "/users/$me/exports", 200],
	['user', 'GET', '/users/1/exports', 403],
	['user', 'POST', "/users/$me/imports/import-resumable", 403],
	['user', 'GET', "/users/$me/imports/latest", 404],
	['admin', 'GET', '/runners', 200], ['user', 'GET', '/runners', 403],
	['admin', 'GET', '/runners/jobs', 200],
	['admin', 'POST', '/runners/registration-tokens/generate', 403],
	['nobody', 'POST', '/runners/register', 404],
	['nobody', 'POST', '/runners/jobs/request', 404, 'unknown_runner_token'],
	['nobody', 'POST', "/runners/jobs/$uuid/accept", 404,
		'unknown_runner_token'],
	['admin', 'DELETE', "/runners/jobs/$uuid", 404],
	['admin', 'GET', '/plugins', 200],
	['admin', 'GET', '/plugins/available', 503],
	['admin', 'POST', '/plugins/install', 400],
	['admin', 'GET', '/plugins/peertube-plugin-x', 404],
	['nobody', 'GET', '/plugins/peertube-plugin-x/public-settings', 404],
	['admin', 'GET', '/server/redundancy/videos?target=my-videos', 200],
	['admin', 'GET', '/server/redundancy/videos', 400],
	['admin', 'DELETE', '/server/redundancy/videos/8999999999999999', 404],
) {
	my ($who, $method, $path, $wanted, $code) = @$row;
	my $document = status_is($who, $method, $path,
		$method =~ /^(GET|DELETE)$/ ? undef : {}, $wanted);
	is $document->{code}, $code, "with $code" if $code;
	is $document->{total}, 0, 'none' if $wanted == 200;
}
status_is('admin', 'POST', '/server/redundancy/videos',
	{ videoId => $video->{id} }, 400);
status_is('admin', 'POST', '/server/redundancy/videos', { videoId => $uuid },
	404);
status_is('admin', 'PUT', '/server/redundancy/peer.example',
	{ redundancyAllowed => JSON::PP::true }, 404);

done_testing;
