# SPDX-License-Identifier: AGPL-3.0-or-later
# Files beside the video by the REST API: captions, avatars, banners, logos,
# thumbnails of videos and playlists; who may send them, and what is none.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my ($owner, $other) = map { $cardume->user(unique($_)) } qw(files other);
my %client = map { $_ => $cardume->client } qw(owner other admin nobody);
my %name = (owner => $owner, other => $other, admin => 'root');
$client{$_}{headers} = { accept => 'application/json',
	authorization => 'Bearer ' . $cardume->token($name{$_}) } for keys %name;
my $video = Cardume::Video->make($cardume, $owner);
my $hidden = Cardume::Video->make($cardume, $owner, privacy => 3);

# A form as axios and PeerTube's client send it.
sub send_form {
	my ($who, $method, $path, $fields, $files, %o) = @_;
	my $boundary = 'b' . int rand 1e9;
	my $body = join '', map { "--$boundary\r\nContent-Disposition: form-data;"
		. " name=\"$_\"\r\n\r\n$fields->{$_}\r\n" } sort keys %$fields;
	for my $name (sort keys %$files) {
		my ($filename, $bytes) = @{ $files->{$name} };
		$body .= "--$boundary\r\nContent-Disposition: form-data; " .
			"name=\"$name\"; filename=\"$filename\"\r\n\r\n$bytes\r\n";
	}
	my $answer = $client{$who}->request($method, $path,
		content => "$body--$boundary--\r\n", headers =>
		{ 'content-type' => "multipart/form-data; boundary=$boundary" });
	$answer->{json} = eval { decode_json($answer->{content}) };
	return $answer;
}

sub refused {
	my ($what, $status, $answer) = @_;
	is $answer->{status}, $status, "$what: $status"
		or diag $answer->{content};
	like $answer->{headers}{'content-type'} // '',
		qr{^application/problem\+json}, "$what: a problem document";
}

sub becomes {
	my ($condition, $seconds, $what) = @_;
	ok &wait_until($condition, $seconds), $what;
}

# --- captions --------------------------------------------------------------------

my $srt = "\xef\xbb\xbf1\r\n00:00:01,000 --> 00:00:02,500\r\n" .
	"<i>Fish</i> & <chips>\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\n" .
	"<font color=\"red\">Two</font>\r\nlines\r\n";
my $vtt = "WEBVTT - a title\n\nSTYLE\n::cue { color: red }\n\nNOTE me\n\n" .
	"intro\n00:01.000 --> 00:02.000 align:start line:0\n<b>Hello</b>\n";

sub captions { "/api/v1/videos/$_[0]{uuid}/captions" . ($_[1] // '') }

sub put_caption {
	my ($who, $of, $language, $file) = @_;
	return send_form($who, 'PUT', captions($of, "/$language"), {},
		{ captionfile => $file });
}

my $answer = put_caption('owner', $video, 'en', ['a.srt', $srt]);
is $answer->{status}, 204, 'SubRip is taken' or diag $answer->{content};
is put_caption('owner', $video, 'fr', ['a.vtt', $vtt])->{status}, 204,
	'WebVTT is taken';
my $list = $client{nobody}->json(captions($video));
is $list->{total}, 2, 'two';
my ($en, $fr) = @{ $list->{data} };
is $en->{language}{id}, 'en', 'English';
is $en->{language}{label}, 'English', 'by its name';
ok !$en->{automaticallyGenerated}, 'made by people';
is $en->{m3u8Url}, undef, 'no playlist';
like $en->{updatedAt}, qr/^\d{4}-.*Z$/, 'a time';
like $en->{captionPath}, qr{^/lazy-static/video-captions/[0-9a-f-]{36}-en\.vtt$},
	'a path';
is $en->{fileUrl}, $cardume->{origin} . $en->{captionPath}, 'an address';
$answer = $client{nobody}->get($en->{captionPath});
is $answer->{status}, 200, 'which is there';
like $answer->{headers}{'content-type'}, qr{^text/vtt}, 'as WebVTT';
is $answer->{headers}{'access-control-allow-origin'}, '*', 'for other sites too';
is $answer->{content}, "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n" .
	"<i>Fish</i> &amp; &lt;chips>\n\n00:00:03.000 --> 00:00:04.000\n" .
	"&lt;font color=\"red\">Two&lt;/font>\nlines\n\n", 'SubRip made WebVTT';
is $client{nobody}->text($fr->{captionPath}), "WEBVTT\n\nintro\n" .
	"00:00:01.000 --> 00:00:02.000 align:start line:0\n<b>Hello</b>\n\n",
	'WebVTT without its styles';

# Another in its place.
is put_caption('owner', $video, 'en', ['b.vtt', $vtt])->{status}, 204, 'anew';
my $new = $client{nobody}->json(captions($video))->{data}[0];
isnt $new->{captionPath}, $en->{captionPath}, 'under another name';
becomes(sub { !-e $cardume->media . "/public$en->{captionPath}" }, 20,
	'the old file goes');

# On the page.
like $client{nobody}->text("/w/$video->{short}"),
	qr{<track kind="subtitles" src="\Q$new->{captionPath}\E" srclang="en" label="English"},
	'the page has it';
like $client{nobody}->text("/videos/embed/$video->{short}"),
	qr{<track kind="subtitles"}, 'the embedded player too';

# Bad ones.
for (['no text', "\xff\xfe"], ['a NUL', "WEBVTT\n\n\0"], ['nothing', ''],
	['only a header', "WEBVTT\n"], ['words', 'These are words.'],
	['a page', '<!DOCTYPE html><script>alert(1)</script>'],
	['a bad time', "WEBVTT\n\n00:99.000 --> 00:02.000\nx\n"],
	['backwards', "WEBVTT\n\n00:03.000 --> 00:02.000\nx\n"],
	['an endless line', "WEBVTT\n\n00:01.000 --> 00:02.000\n" . 'x' x 10001],
	['no gap', "1\n00:00:01,000 --> 00:00:02,000\nx\n2\n" .
		"00:00:03,000 --> 00:00:04,000\n"]) {
	refused("captions: $_->[0]", 400,
		put_caption('owner', $video, 'en', ['a.vtt', $_->[1]]));
}
refused('a wrong name', 400, put_caption('owner', $video, 'en', ['a.txt', $vtt]));
refused('no file', 400, send_form('owner', 'PUT', captions($video, '/en'),
	{ captionfile => 'x' }, {}));
refused('a wrong language', 400, put_caption('owner', $video, 'xx-none',
	['a.vtt', $vtt]));
refused("another's", 403, put_caption('other', $video, 'en', ['a.vtt', $vtt]));
refused('nobody', 401, put_caption('nobody', $video, 'en', ['a.vtt', $vtt]));
refused('hidden', 404, put_caption('other', $hidden, 'en', ['a.vtt', $vtt]));
is $client{nobody}->json(captions($video))->{total}, 2, 'nothing changed';

# A private video's are private.
is put_caption('owner', $hidden, 'pt', ['a.vtt', $vtt])->{status}, 204,
	'a private one';
my $private = decode_json($client{owner}->text(captions($hidden)))->{data}[0];
is $client{nobody}->get($private->{captionPath})->{status}, 404, 'is hidden';
is $client{other}->get($private->{captionPath})->{status}, 404, 'from all';
is $client{owner}->get($private->{captionPath})->{status}, 200, 'but its maker';
is $client{nobody}->get("/internal/private$private->{captionPath}")->{status},
	404, 'by no other way';
is $client{owner}->request('DELETE', captions($hidden, '/pt'))->{status}, 204,
	'deleted';
becomes(sub { !-e $cardume->media . "/private$private->{captionPath}" }, 20,
	'its file goes');
is $client{owner}->request('DELETE', captions($hidden, '/pt'))->{status}, 404,
	'once';

# --- pictures of people and channels ------------------------------------------------

my %picture;
for my $kind (qw(png jpg webp)) {
	my $path = "$cardume->{run}/tmp/picture-$$.$kind";
	system('ffmpeg', qw(-nostdin -v error -y -f lavfi -i
		testsrc2=size=640x360 -frames:v 1), $path) == 0 or die;
	$picture{$kind} = ["a.$kind", slurp($path)];
	unlink $path;
}
my $channel = "/api/v1/video-channels/${owner}_channel";
for (['/api/v1/users/me/avatar', 'avatar', 4],
	["$channel/avatar", 'avatar', 4], ["$channel/banner", 'banner', 2]) {
	my ($path, $kind, $nr) = @$_;
	my $answer = send_form('owner', 'POST', "$path/pick", {},
		{ "${kind}file" => $picture{png} });
	is $answer->{status}, 200, "$path/pick" or diag $answer->{content};
	my $list = $answer->{json}{"${kind}s"} // [];
	is @$list, $nr, "$path: all sizes at once";
	is $client{nobody}->get($list->[0]{path})->{status}, 200,
		"$path: they are there";
	like $list->[0]{fileUrl}, qr{^\Q$cardume->{origin}\E/}, "$path: addresses";
	cmp_ok $list->[0]{width}, '<', $list->[-1]{width}, "$path: smallest first";
	refused("$path: nobody", 401, send_form('nobody', 'POST', "$path/pick", {},
		{ "${kind}file" => $picture{png} }));
	refused("$path: none", 400, send_form('owner', 'POST', "$path/pick",
		{ x => 'y' }, {}));
	refused("$path: no picture", 415, send_form('owner', 'POST',
		"$path/pick", {}, { "${kind}file" => ['a.png', 'noise'] }));
	refused("$path: a damaged one", 415, send_form('owner', 'POST',
		"$path/pick", {}, { "${kind}file" => ['a.png',
		substr($picture{png}[1], 0, 60)] }));
	refused("$path: too large", 413, send_form('owner', 'POST',
		"$path/pick", {}, { "${kind}file" => ['a.png', 'x' x 9e6] }));
	refused("$path: another's", 403, send_form('other', 'POST',
		"$path/pick", {}, { "${kind}file" => $picture{png} }))
		if $path =~ /channels/;
	is $client{owner}->request('DELETE', $path)->{status}, 204,
		"$path: deleted";
	becomes(sub { !-e $cardume->media . "/public$list->[0]{path}" }, 20,
		"$path: its files go");
	refused("$path: another's to delete", 403,
		$client{other}->request('DELETE', $path)) if $path =~ /channels/;
}
refused('no such channel', 404, send_form('owner', 'POST',
	'/api/v1/video-channels/none_of_it/avatar/pick', {},
	{ avatarfile => $picture{png} }));

# --- of the instance -------------------------------------------------------------------

for my $kind (qw(avatar banner)) {
	my $path = "/api/v1/config/instance-$kind";
	is send_form('admin', 'POST', "$path/pick", {},
		{ "${kind}file" => $picture{jpg} })->{status}, 204, "$path/pick";
	cmp_ok $cardume->psql("SELECT count(*) FROM actor_image
		WHERE actor_id = instance_actor() AND kind = '$kind'"), '>', 0,
		"$path: is there";
	is $client{nobody}->json('/api/v1/config/about?x=' . rand)
		->{instance}{"${kind}s"}[0]{path}, '/lazy-static/' .
		"${kind}s/" . $cardume->psql("SELECT filename FROM actor_image
		WHERE actor_id = instance_actor() AND kind = '$kind'
		ORDER BY width LIMIT 1"), "$path: is told";
	refused("$path: not an admin", 403, send_form('owner', 'POST',
		"$path/pick", {}, { "${kind}file" => $picture{jpg} }));
	refused("$path: nobody", 401, send_form('nobody', 'POST', "$path/pick",
		{}, { "${kind}file" => $picture{jpg} }));
	refused("$path: not an admin to delete", 403,
		$client{owner}->request('DELETE', $path));
	is $client{admin}->request('DELETE', $path)->{status}, 204, "$path: gone";
	is $cardume->psql("SELECT count(*) FROM actor_image
		WHERE actor_id = instance_actor() AND kind = '$kind'"), 0,
		"$path: all of it";
}
for my $type (qw(favicon header-wide header-square opengraph)) {
	my $path = "/api/v1/config/instance-logo/$type";
	is send_form('admin', 'POST', "$path/pick", {},
		{ logofile => $picture{webp} })->{status}, 204, "$path/pick";
	my $file = $cardume->psql("SELECT min(filename) FROM instance_logo
		WHERE kind = '$type'");
	is $client{nobody}->get("/lazy-static/logos/$file")->{status}, 200,
		"$path: is there";
	is $client{admin}->request('DELETE', $path)->{status}, 204, "$path: gone";
}
refused('another logo', 400, send_form('admin', 'POST',
	'/api/v1/config/instance-logo/x/pick', {}, { logofile => $picture{webp} }));
refused('not an admin', 403, send_form('owner', 'POST',
	'/api/v1/config/instance-logo/favicon/pick', {},
	{ logofile => $picture{webp} }));

# --- videos and playlists with a thumbnail ------------------------------------------------

my $path = "/api/v1/videos/$video->{uuid}";
$answer = send_form('owner', 'PUT', $path, { name => 'By a form', nsfw => 'true',
	category => '1', 'tags[0]' => 'one', 'tags[1]' => 'two' },
	{ thumbnailfile => $picture{jpg} });
is $answer->{status}, 204, 'a video by a form' or diag $answer->{content};
my $got = $client{owner}->json($path);
is $got->{name}, 'By a form', 'its name';
ok $got->{nsfw}, 'its switch';
is $got->{category}{id}, 1, 'its category';
is_deeply $got->{tags}, ['one', 'two'], 'its tags';
becomes(sub { $cardume->psql("SELECT count(*) FROM thumbnail
	WHERE video_id = $video->{id} AND is_custom") == 2 }, 30, 'its thumbnail');
is send_form('owner', 'PUT', $path, { description => 'Words.' }, {})->{status},
	204, 'a form without a picture';
is_deeply $client{owner}->json($path)->{tags}, ['one', 'two'],
	'what was not sent stays';
refused('a bad form', 400, send_form('owner', 'PUT', $path, { name => 'x' },
	{ thumbnailfile => $picture{jpg} }));
refused('a bad picture', 415, send_form('owner', 'PUT', $path,
	{ name => 'Not this' }, { thumbnailfile => ['a.jpg', 'noise'] }));
refused("another's", 403, send_form('other', 'PUT', $path, { name => 'Mine' },
	{ thumbnailfile => $picture{jpg} }));
refused('nobody', 401, send_form('nobody', 'PUT', $path, { name => 'Mine' },
	{ thumbnailfile => $picture{jpg} }));
refused('hidden', 404, send_form('other', 'PUT',
	"/api/v1/videos/$hidden->{uuid}", { name => 'Mine' }, {}));
is $client{owner}->json($path)->{name}, 'By a form', 'unharmed';

$answer = send_form('owner', 'POST', '/api/v1/video-playlists',
	{ displayName => 'With a picture', privacy => 2 },
	{ thumbnailfile => $picture{png} });
is $answer->{status}, 200, 'a playlist by a form' or diag $answer->{content};
my $playlist = $answer->{json}{videoPlaylist};
like $playlist->{uuid}, qr/^[0-9a-f-]{36}$/, 'its name';
becomes(sub { $cardume->psql("SELECT count(thumbnail) FROM playlist
	WHERE id = $playlist->{id}") == 1 }, 30, 'its thumbnail');
my $at = "/api/v1/video-playlists/$playlist->{uuid}";
my $first = $client{nobody}->json($at)->{thumbnailPath};
is $client{nobody}->get($first)->{status}, 200, 'which is there';
is send_form('owner', 'PUT', $at, { displayName => 'Renamed' },
	{ thumbnailfile => $picture{jpg} })->{status}, 204, 'changed';
becomes(sub { $client{owner}->json($at)->{thumbnailPath} ne $first }, 30,
	'another thumbnail');
is $client{owner}->json($at)->{displayName}, 'Renamed', 'and name';
refused("another's", 403, send_form('other', 'PUT', $at,
	{ displayName => 'Mine' }, { thumbnailfile => $picture{jpg} }));
refused('nobody', 401, send_form('nobody', 'POST', '/api/v1/video-playlists',
	{ displayName => 'Mine' }, { thumbnailfile => $picture{jpg} }));
refused('no name', 400, send_form('owner', 'POST', '/api/v1/video-playlists',
	{}, { thumbnailfile => $picture{jpg} }));

# --- hostile bodies ---------------------------------------------------------------------

for my $body ('', '--b', "--b\r\n\r\n\r\n--b--", "--b--\r\n", "\0" x 100,
	"--b\r\nContent-Disposition: form-data; name=\"captionfile\"; " .
	"filename=\"a.vtt\"\r\n\r\n$vtt") {
	for my $where (['PUT', captions($video, '/en')], ['PUT', $path],
		['POST', '/api/v1/users/me/avatar/pick'],
		['POST', '/api/v1/video-playlists']) {
		my $answer = $client{owner}->request(@$where, content => $body,
			headers => { 'content-type' =>
			'multipart/form-data; boundary=b' });
		ok $answer->{status} >= 400 && $answer->{status} < 500 ||
			"@$where" eq "PUT $path" && $answer->{status} == 204,
			"@$where: $answer->{status}" or diag $answer->{content};
	}
}
done_testing;
