# SPDX-License-Identifier: AGPL-3.0-or-later
# One's videos: the list, changing, stopping, trying again, deleting; pictures.
use strict;
use warnings;
use Test::More;
use Cardume;

my $cardume = Cardume->shared;
my $name = $cardume->user(unique('owner'));
my $owner = $cardume->sign_in($name);
my $media = $cardume->media;
my $clip = ffmpeg_clip(seconds => 2);
my $title = unique('Title');

like($owner->text('/my-library/videos'), qr/not published anything yet/,
	'an empty library says what to do');
my $uuid = $cardume->upload($cardume->token($name), $clip, name => $title,
	waitTranscoding => 'true');
$cardume->wait_published($uuid);
sub video {
	my ($what) = @_;
	return $cardume->psql("SELECT $what FROM video v WHERE uuid = '$uuid'");
}

# --- the list ------------------------------------------------------------------

my $list = $owner->text('/my-library/videos');
like($list, qr{<a href="/w/\w{22}" dir="auto">$title</a>}, 'the video is listed');
like($list, qr{href="/videos/manage/$uuid"}, 'with a link to change it');
like($list, qr/Published/, 'and its state');
unlike($list, qr/http-equiv="refresh"/, 'nothing runs: no refresh');
like($owner->text("/my-library/videos?search=${\substr $title, 2}"), qr/$title/,
	'found by a piece of its title');
like($owner->text('/my-library/videos?search=nothing-like-it'),
	qr/None of your videos is like that/, 'not found by another');
unlike($owner->text('/my-library/videos?state=failed'), qr/$title/,
	'filtered by state');
unlike($owner->text('/my-library/videos?privacy=3'), qr/$title/,
	'filtered by privacy');
$cardume->psql("UPDATE video SET state = 2 WHERE uuid = '$uuid'");
$list = $owner->text('/my-library/videos');
like($list, qr/http-equiv="refresh" content="15"/, 'it runs: refreshed');
like($list, qr/href="\?stop=true"/, 'with a link that stops this');
unlike($owner->text('/my-library/videos?stop=true'), qr/http-equiv="refresh"/,
	'which does');
$cardume->psql("UPDATE video SET state = 1 WHERE uuid = '$uuid'");

# --- changing --------------------------------------------------------------------

my $page = $owner->get("/videos/manage/$uuid");
is($page->{status}, 200, 'the page to change it');
my $which = "/videos/manage/$uuid";
my $answer = $owner->follow_form($page, { name => 'Changed', privacy => 5,
	videoPasswords => "open\r\nsesame", tags => 'aa,bb', category => 3,
	description => 'New words', nsfw => 'true' }, which => $which);
is($answer->{status}, 200, 'saved');
like($answer->{content}, qr/Your changes are saved/, 'and told');
is(video(q{concat_ws('|', name, privacy, array_to_string(tags, '+'),
	category_id, description, nsfw)}), 'Changed|5|aa+bb|3|New words|t',
	'all of it');
is($cardume->psql("SELECT string_agg(password, ',' ORDER BY p.id)
	FROM video_password p JOIN video v ON v.id = p.video_id
	WHERE v.uuid = '$uuid'"), 'open,sesame', 'the passwords');
like($answer->{content}, qr/open\nsesame/, 'which are shown again');
ok((wait_until { video('files_are_public') eq 'f' } 20),
	'the files are moved away from the public');
$answer = $owner->follow_form("/videos/manage/$uuid",
	{ name => 'x', tags => 'a', privacy => 1 }, which => $which);
is($answer->{status}, 422, 'a bad form: 422');
like($answer->{content}, qr/<a href="#name">.*<a href="#tags">/s,
	'a list of what is wrong, with links');
like($answer->{content}, qr/id="name" name="name" value="x"[^>]*aria-invalid/,
	'values are kept, the bad ones marked');
is(video('name'), 'Changed', 'nothing was changed');
$answer = $owner->follow_form("/videos/manage/$uuid", { privacy => 1 },
	which => $which);
is(video('privacy'), 1, 'public again');
ok((wait_until { video('files_are_public') eq 't' } 20), 'its files too');
is($cardume->psql("SELECT count(*) FROM video_password p
	JOIN video v ON v.id = p.video_id WHERE v.uuid = '$uuid'"), 0,
	'the passwords are gone');
$answer = $owner->post("/videos/manage/$uuid", { name => 'Forged',
	privacy => 1 });
is($answer->{status}, 403, 'not without the token');

my $other = $cardume->sign_in($cardume->user(unique('other')));
is($other->get("/videos/manage/$uuid")->{status}, 404,
	'others find no such page');
my ($csrf) = $other->text('/videos/publish') =~ /name="csrf" value="([^"]+)"/;
for my $action ('', '/delete', '/retry', '/stop') {
	is($other->post("/videos/manage/$uuid$action", { csrf => $csrf,
		name => 'Stolen', privacy => 1 })->{status}, 404,
		"nor may they use it: $action");
}
like($cardume->client->get("/videos/manage/$uuid", redirect => 0)
	->{headers}{location}, qr{^/login}, 'strangers are asked to sign in');
my $moderator = $cardume->sign_in($cardume->user(unique('mod'),
	role => 'moderator'));
is($moderator->get("/videos/manage/$uuid")->{status}, 200,
	'moderators may change it');

# --- pictures --------------------------------------------------------------------

my $picture = ffmpeg_clip(seconds => 1, rate => 1, suffix => 'png',
	args => [qw(-an -c:v png -f image2 -frames:v 1 -pix_fmt rgb24
	-update 1)]);
$answer = $owner->follow_form("/videos/manage/$uuid", {},
	which => qr{^/upload/thumbnail},
	files => { thumbnailfile => { path => $picture, type => 'image/png' } });
like($answer->{content}, qr/The picture has arrived/, 'a thumbnail is taken');
ok((wait_until { $cardume->psql("SELECT bool_and(is_custom) FROM thumbnail t
	JOIN video v ON v.id = t.video_id WHERE v.uuid = '$uuid'") eq 't' } 30),
	'and replaces the one that was made');
my ($channel) = $owner->text('/my-library/video-channels') =~
	m{/my-library/video-channels/manage/([\w.-]+)};
for my $kind (qw(avatar banner)) {
	$answer = $owner->follow_form(
		"/my-library/video-channels/manage/$channel", {},
		which => qr{^/upload/avatar\?kind=$kind}, files =>
		{ file => { path => $picture, type => 'image/png' } });
	is($answer->{status}, 200, "$kind: taken");
	ok((wait_until { $cardume->psql("SELECT count(*) FROM actor_image i
		JOIN actor a ON a.id = i.actor_id WHERE a.name = '$channel'
		AND i.kind = '$kind'") > 0 } 30), "$kind: made");
}
$answer = $owner->follow_form("/my-library/video-channels/manage/$channel",
	{}, which => qr{^/upload/avatar\?kind=avatar},
	files => { file => { filename => 'a.png', content => 'no picture' } });
is($answer->{status}, 415, 'what is no picture is refused');
like($answer->{content}, qr/must be a JPEG, PNG or WebP/, 'and told');
($csrf) = $other->text('/videos/publish') =~ /name="csrf" value="([^"]+)"/;
is($other->post_multipart("/upload/avatar?kind=avatar&channel=$channel" .
	"&csrf=$csrf", {}, { file => { path => $picture } })->{status}, 403,
	'not for another\'s channel');
is($other->post_multipart("/upload/thumbnail?video=$uuid&csrf=$csrf", {},
	{ file => { path => $picture } })->{status}, 403,
	'nor for another\'s video');

# --- delete ----------------------------------------------------------------------

ok(glob("$media/public/static/web-videos/*"), 'there are files');
my @files = split /\n/, $cardume->psql("SELECT filename FROM video_file f
	JOIN video v ON v.id = f.video_id WHERE v.uuid = '$uuid'
	AND playlist_id IS NULL");
like($owner->text("/videos/manage/$uuid/delete"), qr/Changed/,
	'one is asked, with the name');
is(video('count(*)'), 1, 'asking deletes nothing');
$answer = $owner->follow_form("/videos/manage/$uuid/delete", {},
	which => "/videos/manage/$uuid/delete");
like($answer->{content}, qr/The video is deleted/, 'deleted');
is(video('count(*)'), 0, 'its row is gone');
ok((wait_until { !grep { -e "$media/public/static/web-videos/$_" } @files }
	20), 'and its files');
is($owner->get("/videos/manage/$uuid")->{status}, 404, 'and its page');

# --- stop and try again ----------------------------------------------------------

$uuid = $cardume->upload($cardume->token($name), ffmpeg_clip(seconds => 60,
	size => '640x360', args => [qw(-c:v mpeg4)]), name => 'To be stopped',
	waitTranscoding => 'true');
like($owner->text('/my-library/videos'), qr/http-equiv="refresh".*(?:Waiting|Being made playable)/s,
	'on its way');
$answer = $owner->follow_form("/videos/manage/$uuid", {},
	which => "/videos/manage/$uuid/stop");
like($answer->{content}, qr/It is stopped/, 'stopped');
is(video('state'), 7, 'which is a failure');
like($answer->{content}, qr/You stopped it/, 'with its reason');
like($owner->text('/my-library/videos'), qr/Failed.*You stopped it.*Try again/s,
	'in the list too');
$answer = $owner->follow_form("/videos/manage/$uuid", {},
	which => "/videos/manage/$uuid/retry");
like($answer->{content}, qr/It is tried again/, 'tried again');
$cardume->wait_published($uuid, 120);
is(video('state'), 1, 'and done');

# --- what the maker is told of the work -----------------------------------------

my $id = video('id');

# The page's words about the video when its job is like that.
sub told {
	my (%job) = @_;
	my $payload = $job{payload} // "{\"videoId\": $id}";
	my @names = grep { $_ ne 'payload' } sort keys %job;
	$cardume->psql("DELETE FROM job WHERE payload ->> 'videoId' = '$id';
		INSERT INTO job (@{[join ', ', qw(queue max_attempt payload), @names]})
		VALUES (@{[join ', ', 1, 5, qq('$payload'), @job{@names}]})");
	my ($panel) = $owner->text("/videos/manage/$uuid") =~
		m{<div class="panel" id="state">(.*?)</div>\s*<form method="post" action="/videos/manage/$uuid">}s;
	return $panel =~ s/\s+/ /gr;
}
my %running = (state => 1, lease => "nextval('lease_seq')", progress => 40,
	lease_until => "now() + interval '1 hour'", deadline => "now() + interval '7 days' - interval '100 seconds'");
my %later = (state => 2, run_at => "now() + interval '50 minutes'",
	error => "'FFmpeg was ended.'", details => "E'line <1>\\nline 2'");
$cardume->psql("UPDATE video SET state = 2 WHERE uuid = '$uuid'");
my $told = told(%running, attempt => 1);
like($told, qr{Being made playable: 40 %</span> <progress max="100" value="40".*/stop"},
	'it runs: progress, and Stop');
like($told, qr{</progress> about 2:[345]\d left}, 'and how long it may take');
unlike($told, qr/try 1|failed/, 'the first try is not told');
like(told(%running, attempt => 3), qr/try 3 of 5/, 'the third is');
$told = told(%later, attempt => 1);
like($told, qr{Waiting</span> it is tried again in (?:50:00|49:\d\d)},
	'a failure: when it is tried again');
like($told, qr{The last try failed\. FFmpeg was ended\.}, 'why');
like($told, qr{<details><summary>What FFmpeg said</summary><pre class="said" dir="ltr">line &lt;1&gt; line 2</pre>},
	'and what FFmpeg said');
like($told, qr{/retry".*Try now.*/stop"}, 'it may be tried at once, or stopped');
$told = told(%later, payload => "{\"videoId\": $id, \"room\": 1}",
	error => "'There is not enough room.'");
like($told, qr{<p class="problem" dir="auto">There is not enough room\.},
	'no room is no failure');
$cardume->psql("UPDATE setting SET value = 'true' WHERE name = 'jobs.paused'");
my $others = $cardume->psql('SELECT count(*) FROM job WHERE queue = 1
	AND state IN (0, 1)');
$cardume->psql("INSERT INTO job (queue, max_attempt, payload, priority)
	VALUES (1, 5, '{\"videoId\": 0}', 1)");
$told = told(state => 0);
$cardume->psql("UPDATE setting SET value = 'false' WHERE name = 'jobs.paused'");
like($told, qr{Waiting</span> behind ${\($others + 1)} videos?: the administration has paused such work},
	'what is paused, and how many are before it');
$cardume->psql("UPDATE video SET state = 1 WHERE uuid = '$uuid'");
like(told(%later), qr{Published.*Waiting.*The last try failed}s,
	'a published one that is made again is told of both');
$answer = $owner->follow_form("/videos/manage/$uuid", {},
	which => "/videos/manage/$uuid/stop");
like($answer->{content}, qr/It is stopped/, 'stopped');
is(video('state'), 1, 'it stays published');
unlike($answer->{content}, qr/The last try failed/, 'and is not made again');
$cardume->psql("UPDATE video SET state = 2 WHERE uuid = '$uuid'");
told(%later);
$answer = $owner->follow_form("/videos/manage/$uuid", {},
	which => "/videos/manage/$uuid/retry");
like($answer->{content}, qr/It is tried again/, 'Try now');
ok((wait_until { video('state') == 7 } 30),
	'does that: there is no source any more');
like($owner->text("/videos/manage/$uuid"), qr/Failed.*uploaded file is gone/s,
	'and the page says so');

done_testing;
