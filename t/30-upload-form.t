# SPDX-License-Identifier: AGPL-3.0-or-later
# Videos by the page's form: what becomes of it, and every way it is refused.
use strict;
use warnings;
use Test::More;
use Cardume;
use IO::Socket::INET;

my $cardume = Cardume->shared;
my $name = $cardume->user(unique('maker'));
my $maker = $cardume->sign_in($name);
my $media = $cardume->media;
my $clip = ffmpeg_clip(seconds => 2, suffix => 'mp4');

sub owned {
	my ($what) = @_;
	return $cardume->psql("SELECT $what FROM video v
		JOIN channel c ON c.id = v.channel_id
		JOIN account a ON a.id = c.account_id
		JOIN actor o ON o.id = a.actor_id WHERE o.name = '$name'");
}

# Nothing of a refused upload stays: no row, no file, no reservation.
sub nothing_is_left {
	my ($what, $videos) = @_;
	is(owned('count(*)'), $videos, "$what: no video");
	ok((wait_until { !files_of_maker() } 10), "$what: no file is left");
	ok((wait_until { $cardume->psql("SELECT count(*) FROM upload u
		JOIN account a ON a.user_id = u.user_id
		JOIN actor o ON o.id = a.actor_id WHERE o.name = '$name'") == 0 }
		10), "$what: nothing stays reserved");
}

# Sources that no video names; bodies that are arriving.
sub files_of_maker {
	my %known = map { $_ => 1 } split /\n/, $cardume->psql(
		"SELECT path FROM video_source UNION ALL
		SELECT payload ->> 'path' FROM job WHERE payload ? 'path'");
	return grep { !$known{ s{^\Q$media\E/}{}r } }
		glob("$media/source/*"), glob("$media/incoming/*");
}

sub send_form {
	my ($values, $files, %o) = @_;
	return ($o{as} // $maker)->follow_form('/videos/publish', $values,
		which => qr{^/upload/video}, files => $files);
}

my $video = { videofile => { path => $clip, type => 'video/mp4' } };
my $answer;

# --- what goes well ----------------------------------------------------------

my $page = $maker->get('/videos/publish');
is($page->{status}, 200, 'the form is there');
like($page->{content}, qr/accept="[^"]*\.mp4, \.webm/, 'it tells what it takes');
like($page->{content}, qr/At most 12(?:\.0)? GiB/, 'it tells how much it takes');
is($maker->get('/videos/upload', redirect => 0)->{headers}{location},
	'/videos/publish', 'PeerTube\'s other address leads to it');
like($cardume->client->get('/videos/publish', redirect => 0)->{headers}
	{location}, qr{^/login}, 'strangers are asked to sign in');

$answer = send_form({ name => "F\xc3\xbcr alle <b>", description => "One\r\nTwo",
	tags => "fish, \xc3\x9fbc,fish market", category => 1, licence => 2,
	language => 'de', privacy => 2, nsfw => 'true', nsfwSummary => 'Blood',
	commentsPolicy => 3, downloadEnabled => undef, support => 'Send fish',
	originallyPublishedAt => '2020-02-29' }, $video);
is($answer->{status}, 200, 'an upload ends at a page');
like($answer->{url}, qr{/videos/manage/[0-9a-f-]{36}$}, 'at that of the video');
like($answer->{content}, qr/The file has arrived/, 'which says so');
like($answer->{content}, qr/F\xc3\xbcr alle &lt;b&gt;/, 'and has its title');
is(owned(q{concat_ws('|', v.name, replace(v.description, chr(10), '/'),
	array_to_string(v.tags, '+'), category_id, licence_id, language_id,
	privacy, nsfw, nsfw_summary, comments_policy, download_enabled,
	wait_transcoding, v.support, originally_published_at::date)}),
	"F\xc3\xbcr alle <b>|One/Two|fish+\xc3\x9fbc+fish market|1|2|de" .
	'|2|t|Blood|3|f|t|Send fish|2020-02-29', 'all fields are stored');
my ($uuid) = $answer->{url} =~ /([0-9a-f-]{36})$/;
is($cardume->psql("SELECT count(*) FROM video_source s
	JOIN video v ON v.id = s.video_id WHERE v.uuid = '$uuid'
	AND s.path = 'source/$uuid' AND s.size = ${\-s $clip} AND s.start > 0"),
	1, 'the source is a slice of what nginx wrote');
$cardume->wait_published($uuid);
like($maker->text('/my-library/videos'), qr/F\xc3\xbcr alle/,
	'it is among one\'s videos');
nothing_is_left('after a good upload', 1);

# --- what does not -----------------------------------------------------------

sub refused {
	my ($what, $status, $message, $values, $files) = @_;
	my $answer = send_form({ name => 'Kept title', %$values }, $files);
	is($answer->{status}, $status, "$what: $status");
	like($answer->{content}, $message, "$what: told");
	like($answer->{content}, qr/value="Kept title"/, "$what: texts are kept")
		unless exists $values->{name};
	like($answer->{content}, qr/choose them again/,
		"$what: the file is to be chosen again");
	nothing_is_left($what, 1);
}

refused('no title', 422, qr/<a href="#name">The title needs 3/,
	{ name => 'ab' }, $video);
refused('six tags', 422, qr/<a href="#tags">A video has at most 5/,
	{ tags => 'aa,bb,cc,dd,ee,ff' }, $video);
refused('no file', 422, qr/<a href="#videofile">Choose a video file/, {}, {});
refused('an empty file', 415, qr/The file is empty/, {},
	{ videofile => { filename => 'a.mp4', content => '' } });
refused('a wrong name', 415, qr/Files named like &quot;a\.exe&quot;/, {},
	{ videofile => { filename => 'a.exe', content => slurp($clip) } });
refused('a text', 415, qr/seems to be text\/plain/, {},
	{ videofile => { filename => 'a.mp4', content => "Hello.\n" x 100 } });
refused('noise', 422, qr/<a href="#videofile">/, {},
	{ videofile => { filename => 'a.mp4', content =>
		join '', map { chr int rand 256 } 1 .. 5000 } });
refused('half a video', 422, qr/<a href="#videofile">/, {},
	{ videofile => { filename => 'a.mp4',
		content => substr slurp(ffmpeg_clip(seconds => 2, args =>
			['-movflags', '0'])), 0, 20000 } });
refused('a password missing', 422, qr/<a href="#videoPasswords">/,
	{ privacy => $_ }, $video) for 5, '05';
refused('a thumbnail that is none', 415, qr/must be a JPEG, PNG or WebP/, {},
	{ %$video, thumbnailfile => { filename => 'a.jpg', content => 'x' } });

my $root = $cardume->psql("SELECT min(c.id) FROM channel c
	JOIN account a ON a.id = c.account_id JOIN actor o ON o.id = a.actor_id
	WHERE o.name = 'root'");
refused('a foreign channel', 403, qr/belongs to somebody else/,
	{ channelId => $root }, $video);

for my $file (map { shared_data("media/$_") // () } qw(evil-concat.mp4
	evil-hls-localfile.mp4 evil-hls-ssrf.avi evil-mpd.mp4
	evil-8192x8192.mp4 bad-text.mp4 bad-random.mp4
	bad-subtitles-only.mp4)) {
	my $answer = send_form({ name => 'Evil' },
		{ videofile => { path => $file } });
	like($answer->{status}, qr/^4(15|22)$/, "$file is refused");
	like($answer->{content}, qr/<a href="#videofile">[^<]{10}/,
		"$file: told why");
}
SKIP: {
	skip 'no shared media files', 1 unless shared_data('media');
	nothing_is_left('evil files', 1);
}

# --- refused before the body is read ------------------------------------------

sub early {
	my ($what, $status, $message) = @_;
	my $answer = send_form({ name => 'Too much' }, $video);
	is($answer->{status}, $status, "$what: $status");
	like($answer->{content}, $message, "$what: told");
	nothing_is_left($what, 1);
}

my $user = "(SELECT a.user_id FROM account a JOIN actor o ON o.id = a.actor_id
	WHERE o.name = '$name')";
$cardume->psql("UPDATE app_user SET video_quota = 10 WHERE id = $user");
early('over quota', 413, qr/left of your video quota/);
like($maker->text('/videos/publish'), qr/<meter id="quota-total" max="10"/,
	'the form shows the quota');
$cardume->psql("UPDATE app_user SET video_quota = -1, video_quota_daily = 10
	WHERE id = $user");
early('over the quota of a day', 413, qr/quota of today/);
$cardume->psql("UPDATE app_user SET video_quota_daily = -1 WHERE id = $user");

$page = $maker->get('/videos/publish');
$page->{content} =~ s/csrf=[^"&]*/csrf=wrong/g;
$answer = $maker->follow_form($page, { name => 'Forged' },
	which => qr{^/upload/video}, files => $video);
is($answer->{status}, 403, 'a form without its token: 403');
like($answer->{content}, qr/load the page again/, 'told');
my $thief = $cardume->client;
$answer = $thief->follow_form($maker->get('/videos/publish'),
	{ name => 'Anonymous' }, which => qr{^/upload/video}, files => $video);
like($answer->{url}, qr{/login}, 'nobody signed in: sent to sign in');
nothing_is_left('refused early', 1);

# --- a connection that is cut ---------------------------------------------------

my ($action) = map { $_->{action} } grep { ($_->{action} // '') =~ m{^/upload} }
	Cardume::Client::forms($maker->text('/videos/publish'));
my ($host) = $cardume->origin =~ m{//(.*)};
my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	PeerPort => $cardume->port) or die $!;
print $socket "POST $action HTTP/1.1\r\nHost: $host\r\nCookie: " .
	$maker->cookie_header . "\r\nContent-Length: 5000000\r\n" .
	"Content-Type: multipart/form-data; boundary=x\r\n\r\n" .
	"--x\r\nContent-Disposition: form-data; name=\"videofile\"; " .
	"filename=\"a.mp4\"\r\n\r\n" . 'x' x 300000;
$socket->flush;
ok((wait_until { glob "$media/incoming/*" } 10), 'a part has arrived');
is($cardume->psql("SELECT expected FROM upload WHERE user_id = $user"),
	5000000, 'the announced bytes are reserved');
close $socket;
nothing_is_left('a cut connection', 1);

# --- hostile bodies -------------------------------------------------------------

sub raw {
	my ($body) = @_;
	($action) = map { $_->{action} }
		grep { ($_->{action} // '') =~ m{^/upload} }
		Cardume::Client::forms($maker->text('/videos/publish'));
	return $maker->request('POST', $action, content => $body, headers =>
		{ 'content-type' => 'multipart/form-data; boundary=x' });
}
my $part = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n";
for (['no end', $part], ['nothing', ''], ['101 parts', $part x 101 . '--x--'],
	['a long field', "--x\r\nContent-Disposition: form-data; name=a" .
		"\r\n\r\n" . 'y' x 70000 . "\r\n--x--"],
	['bytes', join '', map { chr int rand 256 } 1 .. 1000]) {
	is(raw($_->[1])->{status}, 400, "$_->[0]: 400");
}
nothing_is_left('hostile bodies', 1);

done_testing;
