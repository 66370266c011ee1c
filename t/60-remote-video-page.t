# SPDX-License-Identifier: AGPL-3.0-or-later
# Another server's video here: fetched over sockets, shown like ours in pages,
# feeds and the API, played from there, changed by nobody here.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json encode_json);
use Test::More;
use Cardume;
use Cardume::Instances qw(wait_for);
use Cardume::Peer;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my $origin = $cardume->origin;
my $peer = Cardume::Peer->start(software => 'peertube');
my ($at, $host) = ($peer->origin, $peer->host);
my $ann = $peer->actor('ann', path => '/accounts/ann', name => 'Ann of there');
my $films = $peer->actor('films', type => 'Group', owner => $ann,
	path => '/video-channels/films', name => 'Films of there');
my $title = 'Far ' . unique('f');
my $vtt = $peer->set('/captions/fr.vtt', type => 'text/vtt',
	body => "WEBVTT\n\n00:00.000 --> 00:01.000\nSalut\n");
my %sprites = (mediaType => 'image/jpeg', href =>
	$peer->url('/storyboards/1.jpg'), width => 576, height => 216,
	tileWidth => 192, tileHeight => 108, tileDuration => 'PT31S');
$peer->set('/storyboards/1.jpg', type => 'image/jpeg',
	body => Cardume::Peer::Server::jpeg());
my $there = $peer->video($ann, $films, name => $title, preview => [ { type =>
	'Image', rel => ['storyboard'], url => [ \%sprites ] } ], content =>
	'**Bold** words', tag => [ { type => 'Hashtag', name => 'faraway' } ],
	subtitleLanguage => [ { identifier => 'fr', url => $vtt } ]);
my $id = $there->{id};

sub wanted {
	my (%what) = @_;
	my $payload = encode_json(\%what);
	$cardume->psql("INSERT INTO job (queue, max_attempt, payload)
		VALUES (15, 3, '$payload')");
}

sub value { return $cardume->psql($_[0]) }

wanted(what => 'video', url => $id);
wait_for { value("SELECT count(*) FROM video WHERE url = '$id'
	AND state = 1") eq '1' } 30, 'the worker fetches it' or BAIL_OUT('no video');
my ($uuid, $short) = split /\|/, value("SELECT uuid || '|' || short_uuid
	FROM video WHERE url = '$id'");
like $id, qr/\Q$uuid\E$/, 'it keeps its UUID';
my ($signed) = grep { $_->{target} =~ /\Q$uuid\E$/ } $peer->requests;
like $signed->{headers}{signature}, qr{keyId="\Q$origin\E/accounts/peertube},
	'its fetch was signed by the server';

# --- pages -------------------------------------------------------------------

for my $path ('/', '/videos/browse', '/videos/browse?tagsOneOf=faraway',
	"/search?search=" . $title =~ tr/ /+/r, "/c/films\@$host",
	"/a/ann\@$host") {
	my $text;
	# strangers may get a page that is some seconds old
	wait_for { ($text = $client->text($path)) =~
		qr{href="/w/$short"[^>]*>\Q$title\E<} } 25, "listed at $path";
	like $text, qr{class="badge"><bdi>\Q$host\E<}, 'with where it is from';
}
unlike $client->text('/videos/browse?scope=local'), qr/\Q$title/,
	'not where only ours are asked for';
for my $page ([ "/c/films\@$host", 'Films of there', "films\@$host",
	$films->{id} ], [ "/a/ann\@$host", 'Ann of there', "ann\@$host",
	$ann->{id} ]) {
	my $text = $client->text($page->[0]);
	like $text, qr{<h1><bdi>\Q$page->[1]\E}, "page of $page->[2]";
	like $text, qr{<bdi>\Q$page->[2]\E</bdi>}, 'with the handle';
	like $text, qr{<link rel="canonical" href="\Q$page->[3]\E">},
		'and where its own page is';
}
my $answer = $client->get("/w/$short");
my $page = $answer->{content};
my $file = "$at/files/$uuid-480.mp4";
like $page, qr{<source src="\Q$file\E" type="video/mp4"},
	'played from its origin';
like $page, qr{<track [^>]*src="\Q$vtt\E"}, 'with its captions';
like $page, qr{<a class="button" href="\Q$id\E" rel="noopener nofollow">},
	'a link to its own page';
like $page, qr{<link rel="canonical" href="\Q$id\E">}, 'which is the canonical';
like $page, qr{type="application/activity\+json" href="\Q$id\E">},
	'as its ActivityPub id is there';
like $page, qr{<a href="\Q$file\E" download>}, 'downloaded from there';
like $page, qr{<a href="/c/films\@\Q$host\E"><bdi>Films of there},
	'its channel has a page here';
like $page, qr{<strong>Bold</strong>}, 'its description';
my ($csp) = grep { /media-src/ } map { ref ? @$_ : $_ }
	$answer->{headers}{'content-security-policy'};
like $csp, qr{media-src 'self' (?:blob: )?\Q$at\E;}, 'its origin may be played from';
like $csp, qr{img-src 'self' data:;}, 'but no pictures shown';
ok !exists $answer->{headers}{'x-media-origins'}, 'told to nginx alone';
$answer = $client->get("/videos/embed/$short");
like $answer->{content}, qr{<source src="\Q$file\E"}, 'embedded too';
like join(' ', map { ref ? @$_ : $_ }
	$answer->{headers}{'content-security-policy'}),
	qr{media-src 'self' (?:blob: )?\Q$at\E;}, 'with the same right';
like $client->text('/feeds/videos.xml'), qr{<enclosure url="\Q$file\E"},
	'in the feed';
unlike $client->text('/sitemap.xml'), qr/$short/, 'not in the sitemap';
like $client->text("/services/oembed?url=$origin/w/$short"), qr/\Q$title/,
	'oEmbed tells of it';

# --- the API -----------------------------------------------------------------

my $v = $client->json("/api/v1/videos/$uuid");
is $v->{url}, $id, 'url is its id';
ok !$v->{isLocal}, 'it is not local';
is "$v->{channel}{name}\@$v->{channel}{host}", "films\@$host", 'its channel';
is "$v->{account}{name}\@$v->{account}{host}", "ann\@$host", 'its account';
is $v->{files}[0]{fileUrl}, $file, 'its file';
for my $filter ([ 'isLocal=false', 1 ], [ 'isLocal=true', 0 ],
	[ "host=$host", 1 ], [ 'host=elsewhere.example', 0 ], [ '', 1 ]) {
	my $list = $client->json('/api/v1/videos?count=100&sort=-publishedAt&'
		. $filter->[0]);
	is scalar(grep { $_->{uuid} eq $uuid } @{ $list->{data} }),
		$filter->[1], "list with '$filter->[0]'";
}
is $client->json("/api/v1/video-channels/films\@$host/videos")->{total}, 1,
	'the channel\'s list';
is $client->json("/api/v1/accounts/ann\@$host/videos")->{total}, 1,
	'the account\'s list';
is $client->json("/api/v1/videos/$uuid/captions")->{data}[0]{fileUrl}, $vtt,
	'captions';

# --- pictures ----------------------------------------------------------------

my $waiting = slurp("$Cardume::top/static/waiting.jpg");

sub picture {
	return $client->json("/api/v1/videos/$uuid")->{thumbnailPath};
}

# A picture as large as ours are; until it is here, an empty one is in its
# place.
sub is_here { $_[0]{status} == 200 && $_[0]{content} !~ /^\Q$waiting/ }

wait_for { is_here($client->get(picture())) } 60, 'its picture is here';
is $client->get(picture())->{headers}{'content-type'}, 'image/jpeg',
	'made anew as JPEG';
cmp_ok value("SELECT sum(bytes) FROM thumbnail WHERE url LIKE '$at/%'"), '>',
	1000, 'what it takes is known';
my $kept = value("SELECT value FROM setting WHERE name = 'remote.cache_size'");
value("UPDATE setting SET value = '0' WHERE name = 'remote.cache_size';
	SELECT picture_trim_write();
	UPDATE setting SET value = '$kept' WHERE name = 'remote.cache_size'");
my $dropped = picture();
my $none;
wait_for { ($none = $client->get($dropped))->{content} eq $waiting } 30,
	'what does not fit is dropped';
is "$none->{status} $none->{headers}{'content-type'}", '200 image/jpeg',
	'an empty picture takes its place';
unlike join(' ', map { ref ? @$_ : $_ } $none->{headers}{'cache-control'}),
	qr/max-age/, 'which nobody keeps';
wait_for { is_here($client->get(picture())) } 60,
	'and comes again when it is asked for';
is $client->get('/lazy-static/' . $_ . '/' . '0' x 8 . '-0000' x 3 . '-' .
	'0' x 12 . '.jpg')->{status}, 404, "nothing of $_ that we do not know"
	for qw(thumbnails avatars storyboards);

my ($board) = @{ $client->json("/api/v1/videos/$uuid/storyboards")
	->{storyboards} };
is_deeply [ @$board{qw(totalWidth totalHeight spriteWidth spriteHeight
	spriteDuration)} ], [ 576, 216, 192, 108, 31 ], 'its storyboard';
my $sheet;
wait_for { is_here($sheet = $client->get($board->{storyboardPath})) } 60,
	'comes when it is asked for';
like $sheet->{content}, qr/\xff\xc0\x00\x11\x08\x00\xd8\x02\x40/,
	'as large as it is said to be';
is value("SELECT bytes FROM storyboard WHERE url = '$sprites{href}'"),
	length $sheet->{content}, 'what it takes is known';
is value("SELECT ap_storyboard('" . encode_json({ preview => $_ }) . "')"), '',
	'a storyboard that cannot be' for 'x', [], [ {} ], [ { rel => 'storyboard' } ],
	[ { rel => 'storyboard', url => 'https://a.example/x.jpg' } ],
	map { [ { rel => 'storyboard', url => { %sprites, @$_ } } ] }
	[ width => 5000 ], [ tileWidth => 0 ], [ tileWidth => 577 ],
	[ tileHeight => -1 ], [ width => 1e15 ], [ tileDuration => 'PT0S' ],
	[ tileDuration => undef ], [ href => 'javascript:1' ],
	[ width => '12x' ], [ height => {} ];
$cardume->psql("SELECT picture_wanted_write(filename), picture_wanted_write(
	filename) FROM thumbnail WHERE url LIKE '$at/%' AND kind = 'preview'");
is value("SELECT count(*) FROM job WHERE payload ->> 'kind' = 'thumbnail'
	AND state IN (0, 2, 3) AND payload ->> 'url' LIKE '$at/%'"), 0,
	'what was made just now is not asked for again';
value("UPDATE thumbnail SET url = '$at/thumbnails/none.jpg', bytes = NULL
	WHERE video_id = (SELECT id FROM video WHERE uuid = '$uuid')");
$peer->set('/thumbnails/none.jpg', type => 'image/jpeg',
	body => '<svg xmlns="http://www.w3.org/2000/svg"/>');
wanted(what => 'picture', kind => 'thumbnail', videoId => 0 + value("SELECT id
	FROM video WHERE uuid = '$uuid'"), url => "$at/thumbnails/none.jpg");
wait_for { value("SELECT error FROM job WHERE queue = 15 AND state = 4
	AND payload ->> 'url' = '$at/thumbnails/none.jpg'") =~ /no JPEG/ } 30,
	'what is no picture by its bytes is not taken';

# --- who may change it -------------------------------------------------------

my %root = (headers => { authorization => 'Bearer ' .
	$cardume->token('root') });
is $client->send_json(PUT => "/api/v1/videos/$uuid", { name => 'Mine now' },
	%root)->{status}, 403, 'nobody here changes it';
is $client->send_json(PUT => "/api/v1/videos/$uuid/chapters",
	{ chapters => [] }, %root)->{status}, 403, 'nor its chapters';
is $client->send_json(PUT => "/api/v1/video-channels/films\@$host",
	{ displayName => 'Mine now' }, %root)->{status}, 403,
	'nor its channel';
is $client->request(DELETE => "/api/v1/video-channels/films\@$host", %root)
	->{status}, 403, 'which nobody deletes';
unlike $client->text("/w/$short", %root), qr{/videos/manage/},
	'no link to edit it';
is $client->request(GET => "/download/web-videos/$uuid-480.mp4")->{status},
	404, 'no download from here';
for my $path ("/videos/watch/$uuid", "/w/$short",
	"/videos/watch/$uuid/announces") {
	my $answer = $client->get($path, redirect => 0, headers => {
		accept => 'application/activity+json' });
	is "$answer->{status} $answer->{headers}{location}", "302 $id",
		"ActivityPub at $path is at its origin";
}
$answer = $client->get("/accounts/ann\@$host", redirect => 0, headers => {
	accept => 'application/activity+json' });
is "$answer->{status} $answer->{headers}{location}", "302 $ann->{id}",
	'so is its account';

# --- when it goes ------------------------------------------------------------

my $plain = $cardume->user(unique('rvp'));
my %plain = (headers => { authorization => 'Bearer ' .
	$cardume->token($plain) });
is $client->request(DELETE => "/api/v1/videos/$uuid", %plain)->{status}, 403,
	'a user does not delete it';
is $client->send_json(POST => "/api/v1/videos/$uuid/blacklist", { reason =>
	'Not here' }, %root)->{status}, 204, 'a moderator blocks it';
wait_for { $client->text("/videos/browse?tagsOneOf=faraway") !~ /\Q$title/ }
	25, 'then nobody sees it';
is $client->request(DELETE => "/api/v1/videos/$uuid/blacklist", %root)
	->{status}, 204, 'unblocked';
is $client->request(DELETE => "/api/v1/videos/$uuid", %root)->{status}, 204,
	'a moderator deletes the copy';
wait_for { $client->get("/w/$short")->{status} == 404 } 25, 'it is gone here';
wanted(what => 'video', url => $id);
wait_for { value("SELECT count(*) FROM video WHERE url = '$id'
	AND state = 1") eq '1' } 30, 'it may come again';
$peer->set("/videos/watch/$uuid", status => 410, body => { id => $id,
	type => 'Tombstone' });
value("DELETE FROM fetched");
wanted(what => 'video', url => $id);
wait_for { value("SELECT count(*) FROM video WHERE url = '$id'") eq '0' }
	30, 'gone at its origin, gone here';

done_testing;
