# SPDX-License-Identifier: AGPL-3.0-or-later
# The administration's page of jobs: what is not done, why, and the buttons
# that stop a job or try it again.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;

my $cardume = Cardume->shared;
my $page = '/admin/settings/system/jobs';
my $admin = $cardume->sign_in('root');
my $moderator = $cardume->sign_in($cardume->user(unique('moder'),
	role => 'moderator'));

is $admin->get($page)->{status}, 200, 'an admin may';
is $moderator->get($page)->{status}, 403, 'a moderator may not';

# One that has nothing to do when it runs.
sub job {
	my ($columns, $values) = @_;
	return $cardume->psql("INSERT INTO job (queue, max_attempt, payload,
		$columns) VALUES (4, 12, '{}', $values) RETURNING id");
}

sub state_of { $cardume->psql("SELECT state FROM job WHERE id = $_[0]") }

# The row of a job on a page.
sub row {
	my ($id, $filter) = @_;
	my $text = $admin->text($page . ($filter // ''));
	my ($row) = grep { /<th scope="row"[^>]*>remove $id</ }
		split /(?=<tr>)/, $text;
	return ($row // '') =~ s/\s+/ /gr;
}

sub press {
	my ($id, $what) = @_;
	return $admin->follow_form($page, { what => $what }, which =>
		qr{name="id" value="$id"><button name="what" value="$what"});
}

my $why = unique('broken');
my $dead = job('state, attempt, error, details', "4, 12, '$why <b>', 'more'");
my $row = row($dead);
like $row, qr{Failed</span>.*<p class="problem" dir="auto">$why &lt;b&gt;</p>},
	'what failed, and why';
like $row, qr{<summary>[^<]*</summary><pre[^>]*>more</pre>}, 'and more';
like $row, qr{12 of 12}, 'how often it was tried';
unlike $row, qr/value="stop"/, 'it cannot be stopped';
is row($dead, '?state=running'), '', 'not among those that run';
isnt row($dead, '?state=failed'), '', 'but among the failed';
like press($dead, 'retry')->{content}, qr/It is tried again/, 'tried again';
ok((wait_until { state_of($dead) eq '' } 30), 'and done');
is row($dead), '', 'gone from the page';

my $later = job('state, run_at', "2, now() + interval '1 hour'");
like row($later), qr{Later</span> in (?:1:00:00|59:\d\d)}, 'what runs later';
like press($later, 'stop')->{content}, qr/It is stopped/, 'stopped';
is state_of($later), '', 'it is gone';
my ($csrf) = $admin->text($page) =~ /name="csrf" value="([^"]+)"/;
like $admin->post($page, { csrf => $csrf, id => $later, what => 'stop' })
	->{content}, qr/no such job any more/, 'twice is no harm';
is $admin->post($page, { csrf => $csrf, id => 'x', what => 'stop' })->{status},
	400, 'no number: refused';
is $admin->post($page, { id => $later, what => 'stop' })->{status}, 403,
	'nor without the token';
($csrf) = $moderator->text('/my-account/settings') =~
	/name="csrf" value="([^"]+)"/;
is $moderator->post($page, { csrf => $csrf, id => $later, what => 'stop' })
	->{status}, 403, 'nor by a moderator';

# A job about a video.
my ($video, $uuid, $id) = split /\|/, $cardume->psql(<<'END');
WITH v AS (
	INSERT INTO video (short_uuid, channel_id, name, privacy, state)
	SELECT '', min(id), 'Film <of an admin>', 3, 2 FROM channel
	RETURNING id, uuid
)
INSERT INTO job (queue, max_attempt, payload, state, run_at)
SELECT 1, 5, jsonb_build_object('videoId', id), 2, now() + interval '1 hour'
FROM v RETURNING payload ->> 'videoId', (SELECT uuid FROM v), id
END
like $admin->text($page), qr{video-transcoding $id<br><a href="/videos/manage/$uuid" dir="auto">Film &lt;of an admin&gt;</a>},
	'a video is named';
press($id, 'stop');
like $cardume->psql("SELECT state || error FROM video WHERE id = $video"),
	qr/^7The administration stopped it/, 'and does not wait for ever';
# The same by the API.
my $api = $cardume->client;
$api->{headers} = { accept => 'application/json',
	authorization => 'Bearer ' . $cardume->token('root') };
$id = $cardume->psql("UPDATE video SET state = 2, error = NULL
	WHERE id = $video;
	INSERT INTO job (queue, max_attempt, payload, state, run_at, error, details)
	VALUES (1, 5, '{\"videoId\": $video}', 2, now() + interval '1 hour',
		'It failed.', 'as told') RETURNING id");
my ($job) = grep { $_->{id} eq $id }
	@{ $api->json('/api/v1/jobs/delayed')->{data} };
is $job->{error}, "It failed.\nas told", 'the API tells why';
is $api->request('POST', "/api/v1/jobs/video-transcoding/$id/cancel")->{status},
	204, 'and stops it';
like $cardume->psql("SELECT state || error FROM video WHERE id = $video"),
	qr/^7The administration stopped it/, 'which is a failure too';
$cardume->psql("DELETE FROM video WHERE id = $video");

done_testing;
