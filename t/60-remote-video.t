# SPDX-License-Identifier: AGPL-3.0-or-later
# Videos of other servers as rows: what becomes of their documents. The worker
# that fetches is played by a table of documents here.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use Cardume;
use Cardume::Database;
use Cardume::Rows qw(sql_text);

my $db = Cardume::Database->start;
my ($status, $out) = $db->cardume('setup');
is $status, 0, 'setup' or BAIL_OUT($out);
my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my $public = 'https://www.w3.org/ns/activitystreams#Public';
my $key = $db->value('SELECT public_key FROM actor LIMIT 1');
my %web;

sub host_of { return ($_[0] =~ m{^(https?://[^/]+)})[0] }

sub actor {
	my ($id, $type, @more) = @_;
	$web{$id} = { id => $id, type => $type,
		preferredUsername => ($id =~ m{([^/]+)$})[0], inbox => "$id/inbox",
		publicKey => { id => "$id#main-key", owner => $id,
			publicKeyPem => $key }, playlists => "$id/playlists", @more };
	return $id;
}

sub channel {
	my ($at, $account, $name) = @_;
	actor("$at/accounts/$account", 'Person');
	return actor("$at/video-channels/$name", 'Group', attributedTo =>
		[ { type => 'Person', id => "$at/accounts/$account" } ]);
}

# What the worker does: the function again with each document it wants.
sub resolve {
	my ($call) = @_;
	for (1 .. 30) {
		my ($status, $said) = $db->run('', "SELECT $call");
		$said =~ s/\s+\z//;
		return $said if !$status;
		my ($code, $what) = $said =~ /ERROR:\s+(\w+): ([^\n]*)/ or
			die $said;
		return "$code: $what" if $code ne 'AP001';
		my $body = $web{$what} ? sql_text($json->encode($web{$what})) : 'NULL';
		$db->value(sprintf 'SELECT fetched_write(%s, %d, %s, %s, NULL)',
			sql_text($what), $web{$what} ? 200 : 404, $body,
			sql_text($what));
	}
	die "no end: $call";
}

sub store {
	my ($document) = @_;
	return resolve('video_store(' . sql_text($json->encode($document)) . ')');
}

sub row { return decode_json($db->value("SELECT row_to_json(r) FROM ($_[0]) r")) }

sub video {
	my ($at, %more) = @_;
	return { id => "$at/videos/watch/1", type => 'Video', name => 'A film',
		to => [$public], cc => [], duration => 'PT61S', views => 3,
		published => '2026-01-02T03:04:05.000Z',
		updated => '2026-01-03T03:04:05.000Z',
		attributedTo => [ { type => 'Person', id => "$at/accounts/ann" },
			{ type => 'Group', id => "$at/video-channels/films" } ],
		url => [ { type => 'Link', mediaType => 'video/mp4',
			href => "$at/film.mp4", height => 360 } ], %more };
}

# Every sample.
SKIP: {
	my $samples = shared_data('federation-samples') or
		skip 'no ../shared/data/federation-samples here', 1;
	# some are of hosts like peertube.local
	local $ENV{PGOPTIONS} = '-c cardume.private=on';
	my %reason = ('gtstest-video-url-forms.json' => qr/no title/,
		'peertube-video.json' => qr/no channel of its own server/);
	my $seen = 0;
	for my $file (sort glob "$samples/peertube{,-synthetic}/*.json") {
		my $document = $json->decode(slurp($file));
		next if ref $document ne 'HASH';
		$document = $document->{object} if ref $document->{object} eq 'HASH';
		next if ($document->{type} // '') ne 'Video' || !$document->{id};
		my $name = $file =~ s{.*/}{}r;
		my $at = host_of($document->{id});
		$at =~ s/video\.example/origin.example/;
		$document = $json->decode($json->encode($document) =~
			s{https?://video\.example}{https://origin.example}gr);
		$document->{id} .= "?$name" if $name =~ /example/;
		$seen++;
		my @owners = map { ref ? $_->{id} : $_ }
			@{ $document->{attributedTo} // [] };
		my ($group) = grep { m{/video-channels/} } @owners;
		my ($person) = grep { m{/accounts/} } @owners;
		actor($person, 'Person') if $person;
		actor($group, 'Group', attributedTo => [$person]) if $group;
		my $stored = store($document);
		if (my $why = $reason{$name}) {
			like $stored, $why, "$name: listed reason";
			next;
		}
		like $stored, qr/^\d+$/, "$name is stored" or next;
		my $found = row("SELECT v.state, v.host_id IS NOT NULL AS remote,
			(SELECT count(*) FROM video_file f WHERE f.video_id = v.id
				AND f.url IS NOT NULL) AS files,
			(SELECT count(*) FROM streaming_playlist p
				WHERE p.video_id = v.id AND p.url IS NOT NULL) AS hls
			FROM video v WHERE v.id = $stored");
		ok $found->{files} + $found->{hls} > 0 || $found->{state} != 1,
			"$name: $found->{files} files, $found->{hls} playlists, state " .
			$found->{state};
	}
	cmp_ok $seen, '>=', 15, "$seen videos among the samples";
}

# What a document says, in its odd forms.
my $at = 'https://films.example';
channel($at, 'ann', 'films');
channel($at, 'bob', 'other');
my $id = store(video($at, sensitive => 'true', summary => 'Blood',
	category => { identifier => '15' }, licence => 'CC-BY-SA-4.0',
	language => { identifier => 'xx-none' }, duration => 'PT1H1M1.6S',
	tag => [ { type => 'Hashtag', name => '#one' },
		{ type => 'Hashtag', name => 'x' }, 'text',
		{ type => 'Hashtag', name => 'one' },
		map { { type => 'Hashtag', name => "tag $_" } } 1 .. 7 ],
	icon => { type => 'Image', url => "$at/i.jpg" }, aspectRatio => '1.5',
	likes => { totalItems => 7 }, mediaType => 'text/markdown',
	content => '*Text*', commentsPolicy => 3, unknown => { member => 1 },
	subtitleLanguage => [ { identifier => 'fr', url => "$at/fr.vtt" },
		{ identifier => 'de', url => [ { mediaType =>
			'application/x-mpegURL', href => "$at/de.m3u8" },
			{ mediaType => 'text/vtt', href => "$at/de" } ] },
		{ identifier => 'it' }, { identifier => '??',
			url => "$at/no.vtt" } ]));
like $id, qr/^\d+$/, 'a video is stored' or BAIL_OUT($id);
my $v = row("SELECT v.*, h.name AS host FROM video v
	JOIN host h ON h.id = v.host_id WHERE v.id = $id");
is $v->{$_->[0]}, $_->[1], "its $_->[0]" for [ host => 'films.example' ],
	[ url => "$at/videos/watch/1" ], [ privacy => 1 ], [ state => 1 ],
	[ duration => 3662 ], [ category_id => 15 ], [ licence_id => 2 ],
	[ language_id => undef ], [ views => 3 ], [ likes => 7 ],
	[ comments_policy => 3 ], [ aspect_ratio => 1.5 ],
	[ description => '*Text*' ], [ nsfw_summary => 'Blood' ];
ok $v->{nsfw} && !$v->{description_is_html} && $v->{files_are_public} &&
	!$v->{is_live}, 'and its flags';
is_deeply $v->{tags}, [ 'one', map { "tag $_" } 1 .. 4 ], 'five tags';
is_deeply $v->{document}{unknown}, { member => 1 },
	'what is not understood is kept';
is $db->value("SELECT string_agg(language_id || ' ' || url, ' ' ORDER BY
	language_id) FROM video_caption WHERE video_id = $id"),
	"de $at/de fr $at/fr.vtt", 'captions in languages that are known';
is $db->value("SELECT string_agg(DISTINCT url, ' ') FROM thumbnail
	WHERE video_id = $id"), "$at/i.jpg", 'its picture';
is $db->value("SELECT video_access(v, NULL, false) FROM video v
	WHERE id = $id"), 'watch', 'everybody may watch it';

my @refused = (
	[ 'not public', to => [], cc => ["$at/accounts/ann/followers"] ],
	[ 'not public', to => "$at/accounts/ann/followers", cc => undef ],
	[ 'no title', name => 'ab' ], [ 'no title', name => undef ],
	[ 'no title', name => { a => 1 } ], [ 'not a video', type => 'Note' ],
	[ 'nothing to play', url => "$at/w/1" ],
	[ 'nothing to play', url => [ { mediaType => 'video/mp4',
		href => 'javascript:alert(1)' } ] ],
	[ 'nothing to play', url => [ { mediaType => 'video/mp4',
		href => "https://a.example/\"><script>" } ] ],
	[ 'no id', id => 'urn:x' ], [ 'an id of ours',
		id => 'http://video.example/videos/watch/1' ],
	[ 'no channel', attributedTo => 'https://elsewhere.example/u/ann' ],
	[ 'no channel', attributedTo => { type => 'Group',
		id => "$at/accounts/ann" } ],
	[ 'no channel', attributedTo => [] ],
	[ 'no channel', attributedTo => ['https://elsewhere.example/c/films'] ],
	[ 'no channel', id => 'https://elsewhere.example/videos/watch/1' ]);
for (@refused) {
	my ($why, @member) = @$_;
	like store(video($at, id => "$at/videos/watch/r", @member)),
		qr/^AP002: .*\Q$why\E/, "refused: $why ($member[0])";
}
my @taken = ([ attributedTo => ["$at/accounts/ann",
	"$at/video-channels/films"] ], [ attributedTo => "$at/accounts/ann",
	audience => "$at/video-channels/films" ], [ to => 'as:Public' ],
	[ to => [], cc => $public ], [ type => ['Video'] ],
	[ published => 'never', updated => undef ], [ duration => 'long' ],
	[ views => -5 ], [ views => '12' ], [ views => 1e300 ],
	[ icon => 'nothing' ], [ tag => 'x' ], [ uuid => 'none' ],
	[ aspectRatio => 'wide' ], [ subtitleLanguage => 'fr' ],
	[ url => [ ({ type => 'Link', mediaType => 'video/mp4',
		height => 99999999999, width => -1, fps => 'x', size => -3,
		href => "$at/x.mp4" }) x 300 ] ], [ name => "\x{1f41f}" x 400 ],
	[ content => 'x ' x 15000 ], [ url => { mimeType => 'video/mp4',
		href => "$at/a.mp4" } ]);
for my $nr (0 .. $#taken) {
	my $said = store(video($at, id => "$at/videos/watch/t$nr",
		@{ $taken[$nr] }));
	like $said, qr/^\d+$/, "taken: odd $taken[$nr][0]";
}
like store(video($at, id => "$at/videos/watch/other",
	uuid => $v->{uuid})), qr/^\d+$/, 'a UUID that another video has';
is $db->value("SELECT count(*) FROM video WHERE uuid = '$v->{uuid}'"), 1,
	'stays that one\'s';

# Places inside of a network, however they are spelled.
my @inside = qw(http://192.168.0.1/a https://192.168.0.1:8443/a
	http://localhost/a http://LOCALHOST:80/a http://localhost./a
	http://a.localhost/ http://nas.local/ http://nas.LOCAL./ http://router/
	http://router:8080/ http://fritz.box.lan/ http://printer.home.arpa/
	http://metadata.google.internal/ http://127.0.0.1/ http://127.0.0.1./
	http://127.1/ http://127.0.1/ http://2130706433/ http://0x7f000001/
	http://0x7f.0.0.1/ http://017700000001/ http://0177.0.0.1/
	http://3232235521/ http://192.168.1/ http://192.168.0.01/
	http://10.0.0.1/ http://100.64.0.1/ http://169.254.169.254/
	http://172.16.0.1/ http://172.31.255.255/ http://0.0.0.0/ http://0/
	http://224.0.0.1/ http://255.255.255.255/ http://192.0.2.1/
	http://256.1.1.1/ http://1.2.3.4.5/ http://a.1/ http://x.0x/
	http://[::1]/ http://[::]/ http://[::1]:9000/ http://[::ffff:192.168.0.1]/
	http://[::ffff:c0a8:1]/ http://[::ffff:8.8.8.8]/ http://[::127.0.0.1]/
	http://[fe80::1]/ http://[fc00::1]/ http://[fd12:3456::1]/ http://[ff02::1]/
	http://[2002:c0a8:1::]/ http://[64:ff9b::c0a8:1]/ http://[2001:db8::1]/
	http://[0:0:0:0:0:0:0:1]/ http://[1]/ http://a@192.168.0.1/
	http://a:b@localhost/ http://%31%32%37.0.0.1/ http://192.168.0.1%2f/
	http:192.168.0.1/ http:/192.168.0.1/ http:///192.168.0.1/
	//192.168.0.1/ ftp://192.168.0.1/ http://192.168.0.1\\@a.example/
	HTTP://127.0.0.1/);
push @inside, "http://\x{ff11}27.0.0.1/", "http://127\x{3002}0.0.1/",
	"http://loc\x{ad}alhost/", "http://local\thost/", " http://127.0.0.1/";
my @outside = qw(https://a.example/f https://A.Example:8443/ https://a.example./
	http://8.8.8.8/ https://172.32.0.1/ https://100.128.0.1/
	https://192.167.0.1/ https://[2606:4700::1111]/ https://[2001:4860::1]:81/
	https://local.example/ https://localhost.example/ https://10.a.example/
	https://1e100.net/ https://0x.example/ https://a.xn--p1ai/);
my $texts = sub { join ', ', map { sql_text($json->encode($_)) . "::jsonb" } @_ };
is $db->value("SELECT string_agg(u #>> '{}', ' ') FROM unnest(ARRAY[" .
	$texts->(@inside) . "]) u WHERE ap_web_url(u #>> '{}') IS NOT NULL"), '',
	scalar(@inside) . ' addresses that no page shows';
is $db->value("SELECT string_agg(u #>> '{}', ' ') FROM unnest(ARRAY[" .
	$texts->(@outside) . "]) u WHERE ap_web_url(u #>> '{}') IS NULL"), '',
	scalar(@outside) . ' that one may';
is $db->value("SET cardume.private = 'on';
	SELECT count(ap_web_url(u #>> '{}')) FROM unnest(ARRAY[" .
	$texts->('http://127.0.0.1:9000/', 'http://nas.local/', 'ftp://a.example/') .
	']) u'), 2, 'where private addresses are allowed, both are';

sub magnet {
	my ($tracker) = @_;
	return { mediaType => 'application/x-bittorrent;x-scheme-handler/magnet',
		height => 360, href => 'magnet:?xt=urn:btih:' . 'a' x 40 .
		"&tr=$tracker&xs=https%3A%2F%2Fa.example%2Ft.torrent" };
}
my $lan = 'http://192.168.0.1';
my %link = (mediaType => 'video/mp4', height => 360);
like store(video($at, id => "$at/videos/watch/lan", url => [ { %link,
	href => "$lan/a.mp4" }, { mediaType => 'application/x-mpegURL',
	href => 'https://nas.local/m.m3u8', tag => [] } ])), qr/nothing to play/,
	'a video that is only there';
my $mixed = store(video($at, id => "$at/videos/watch/mixed", url => [
	{ %link, height => 720, href => "$lan/a.mp4" },
	{ %link, href => "$at/a.mp4" },
	{ mediaType => 'application/x-bittorrent', height => 360,
		href => "$lan/t.torrent" },
	{ mediaType => 'application/json', rel => ['metadata'], height => 360,
		href => "$lan/metadata" }, magnet('wss%3A%2F%2Frouter%2Fs'),
	{ name => 'tracker-http', rel => [ 'tracker', 'http' ],
		href => "$lan/announce" },
	{ mediaType => 'application/x-mpegURL', href => "$at/m.m3u8", tag => [
		{ name => 'sha256', mediaType => 'application/json',
			href => "$lan/sha256" },
		{ %link, href => "$lan/fragmented.mp4" } ] } ],
	subtitleLanguage => [ { identifier => 'fr', url => "$lan/fr.vtt" } ]));
like $mixed, qr/^\d+$/, 'one that is elsewhere too' or BAIL_OUT($mixed);
is $db->value("SELECT string_agg(t::text, ' ') FROM (SELECT row_to_json(f) t
	FROM video_file f WHERE video_id = $mixed UNION ALL SELECT row_to_json(p)
	FROM streaming_playlist p WHERE video_id = $mixed UNION ALL
	SELECT row_to_json(c) FROM video_caption c WHERE video_id = $mixed
	UNION ALL SELECT to_json(remote_trackers(document)) FROM video
	WHERE id = $mixed) r WHERE t::text ~ '192\.168|router'"), '',
	'is kept without what is there';
is $db->value("SELECT string_agg(url, ' ') FROM video_file
	WHERE video_id = $mixed"), "$at/a.mp4", 'its file elsewhere is';
store(video($at, id => "$at/videos/watch/mixed", url => [ { %link,
	href => "$at/a.mp4" }, magnet($_->[0]) ])), is $db->value("SELECT
	magnet IS NOT NULL FROM video_file WHERE video_id = $mixed"), $_->[1],
	"a magnet with $_->[0]" for [ 'udp%3A%2F%2Ft.example%3A1337', 't' ],
	[ 'wss://t.example/s', 't' ], [ 'x', 't' ], [ '', 't' ],
	[ 'udp%3A%2F%2F10.0.0.1%3A1337', 'f' ], [ 'http://%6cocalhost/', 'f' ],
	[ 'ws%3A//[::1]/', 'f' ], [ 'http://127.0.0.1/%ff', 'f' ];

# Activities.
my %signer = map { $_->[0] => resolve("remote_actor('$_->[1]')") }
	[ ann => "$at/accounts/ann" ], [ films => "$at/video-channels/films" ],
	[ bob => "$at/accounts/bob" ],
	[ far => actor('https://far.example/accounts/eve', 'Person') ],
	[ server => actor("$at/accounts/peertube", 'Application') ];
my $url = "$at/videos/watch/1";

sub apply {
	my ($what, $signer, $object, %more) = @_;
	my $activity = { id => "$at/activities/" . unique('a'), object => $object,
		%more };
	return resolve("apply_$what($signer{$signer}, " .
		sql_text($json->encode($activity)) . '::jsonb, NULL)');
}

my $newer = video($at, name => 'Its new name',
	updated => '2026-02-03T03:04:05.000Z');
is apply('update_video', far => $newer), 'refused: not of its own server',
	'Update by another server';
is apply('update_video', bob => $newer), 'refused: not its owner',
	'Update by another account';
is apply('update_video', ann => $newer), 'updated', 'Update by its account';
is $db->value("SELECT name FROM video WHERE id = $id"), 'Its new name',
	'changes it';
is apply('update_video', films => video($at, name => 'Its old name')),
	'ignored: older than what we have', 'an older one does not';
$web{$url} = { %$newer, name => 'By its server' };
is apply('update_video', server => $url), 'updated',
	'Update by its server, by URL';
is $db->value("SELECT name FROM video WHERE id = $id"), 'By its server',
	'is fetched';
my $stolen = { %$newer, name => 'Stolen', attributedTo =>
	[ "$at/accounts/bob", "$at/video-channels/other" ] };
is apply('update_video', ann => $stolen), 'updated',
	'one that gives it to somebody else';
is $db->value("SELECT name FROM video WHERE id = $id"), 'By its server',
	'is believed when its origin says so';

my $new = video($at, id => "$at/videos/watch/new");
is apply('create_video', ann => $new), 'ignored: nobody here follows it',
	'Create that nobody asked for';
$db->value("INSERT INTO follow (follower_id, target_id, state)
	VALUES (instance_actor(), $signer{server}, 'accepted')");
is apply('create_video', ann => $new), 'created',
	'Create from a server that is followed';
is apply('create_video', ann => $new), 'ignored: known', 'once';
is apply('create_video', ann => { %$new, id => "$at/videos/watch/n2",
	type => 'Note' }), 'ignored: not a video', 'Create of something else'
	if $web{"$at/videos/watch/n2"} = { id => "$at/videos/watch/n2",
		type => 'Note' };

$web{"$at/videos/watch/shared"} = video($at, id => "$at/videos/watch/shared");
is apply('announce', far => "$at/videos/watch/shared"),
	'ignored: nobody here follows who shares it', 'Announce by a stranger';
is apply('announce', server => "$at/videos/watch/shared"), 'shared',
	'Announce by a server that is followed';
ok $db->value("SELECT count(*) FROM video v JOIN share s ON s.video_id = v.id
	WHERE v.url = '$at/videos/watch/shared'"), 'brings the video here';
is apply('announce', far => "$at/videos/watch/shared"), 'shared',
	'what is here, anybody may share';
is apply('undo_announce', far => { type => 'Announce',
	object => "$at/videos/watch/shared" }), 'undone', 'and take that back';
is apply('undo_announce', far => "$at/none"), 'ignored: not known', 'once';

is apply('delete_video', $_->[0] => $url), $_->[1], "Delete by $_->[0]"
	for [ far => 'refused: not its owner' ],
	[ bob => 'refused: not its owner' ], [ ann => 'deleted' ],
	[ ann => 'ignored: not known' ];
is $db->value("SELECT count(*) FROM video WHERE id = $id"), 0, 'it is gone';

# Again after a time; gone at its origin.
my $shared = "$at/videos/watch/shared";
my $asked = sql_text($json->encode({ url => $shared }));
$db->value("DELETE FROM fetched");
is resolve("fetch_video($asked)"), 'refreshed', 'asked for again';
$db->value("UPDATE video SET refreshed_at = now() - interval '3 days'
	WHERE url = '$shared'; DELETE FROM job");
resolve("remote_video('$shared')");
is $db->value("SELECT count(*) FROM job WHERE payload ->> 'url' = '$shared'"),
	1, 'what is old is asked for later';
delete $web{$shared};
$db->value("DELETE FROM fetched");
is resolve("fetch_video($asked)"), 'removed', 'gone there, gone here';

# Totals and chapters, of what has them.
$web{"$new->{id}/likes"} = { id => "$new->{id}/likes", totalItems => 12,
	type => 'OrderedCollection' };
$web{"$new->{id}/chapters"} = { id => "$new->{id}/chapters", hasPart => [
	{ name => 'Start', startOffset => 0 }, { name => 'More',
	startOffset => 30 }, { name => 'x' }, 'text' ] };
my $with = { %$new, map({ ($_ => "$new->{id}/$_") } qw(likes dislikes)),
	hasParts => "$new->{id}/chapters" };
my $nr = store($with);
is resolve("fetch_video_parts('{\"videoId\": $nr}')"), 'stored', 'its parts';
is $db->value("SELECT likes || ' ' || dislikes || ' ' || (SELECT
	string_agg(timecode || title, ' ' ORDER BY timecode) FROM video_chapter
	WHERE video_id = v.id) FROM video v WHERE id = $nr"),
	'12 0 0Start 30More', 'likes and chapters';

# A live that has not begun; no longer for everybody.
my $live = video($at, id => "$at/videos/watch/live", state => 4, url => [],
	isLiveBroadcast => JSON::PP::true);
$nr = store($live);
is $db->value("SELECT is_live || ' ' || state || ' ' || is_published || ' ' ||
	video_access(v, NULL, true) FROM video v WHERE id = $nr"),
	'true 4 false watch', 'a live that is waited for has a page';
is apply('update_video', ann => { %$live, to => ["$at/accounts/bob"] }),
	'removed: no longer public', 'what is hidden there is removed here';

# Playlists.
my $list_id = "$at/video-playlists/1";
$web{$list_id} = { id => $list_id, type => 'Playlist', name => 'A list',
	to => [$public], cc => [], attributedTo => ["$at/video-channels/films"],
	content => 'Of films', totalItems => 3, first => "$list_id?page=1" };
$web{"$list_id?page=1"} = { id => "$list_id?page=1", orderedItems => [
	"$list_id/videos/1", 'https://far.example/videos/9',
	"$list_id/videos/2" ], next => "$list_id?page=2" };
$web{"$list_id?page=2"} = { id => "$list_id?page=2", orderedItems =>
	["$list_id/videos/3"], next => "$list_id?page=2" };
my @in = map { "$at/videos/watch/$_" } qw(new none t1);
$web{"$list_id/videos/$_"} = { id => "$list_id/videos/$_", type =>
	'PlaylistElement', position => $_, url => $in[$_ - 1],
	startTimestamp => 5 } for 1 .. 3;
is apply('create_playlist', far => $list_id),
	'refused: not of its own server', 'a list by another server';
is apply('create_playlist', ann => $list_id), 'stored', 'a list is stored';
my $list = $db->value("SELECT id FROM playlist WHERE url = '$list_id'");
for my $page (1, 2) {
	my $job = $db->value("SELECT payload FROM job WHERE payload ->> 'what' =
		'playlist_page' AND payload ->> 'nr' = '$page'");
	is resolve('fetch_playlist_page(' . sql_text($job) . ')'), 'stored',
		"its page $page";
}
is $db->value("SELECT count(*) FROM job WHERE payload ->> 'nr' = '3'"), 0,
	'a page that is its own next is the last';
is $db->value("SELECT string_agg(v.url || ' ' || e.start_timestamp, ' '
	ORDER BY e.position) FROM playlist_element e
	JOIN video v ON v.id = e.video_id WHERE e.playlist_id = $list"),
	"$in[0] 5 $in[2] 5", 'its videos, but those that are not there';
is apply('update_playlist', bob => $list_id), 'refused: not its owner',
	'nobody else changes it';
like resolve("playlist_store(" . sql_text($json->encode({ %{ $web{$list_id} },
	id => "$at/video-playlists/2", @{ $_->[1] } })) . ')'),
	qr/^AP002: .*$_->[0]/, "refused: $_->[0]" for
	[ 'another server', [ attributedTo => ['https://far.example/c/x'] ] ],
	[ 'not public', [ to => [] ] ], [ 'no name', [ name => '' ] ],
	[ 'one channel', [ attributedTo => [] ] ],
	[ 'not of a channel', [ attributedTo => "$at/accounts/ann" ] ];
is apply('delete_playlist', $_->[0] => $list_id), $_->[1],
	"Delete by $_->[0]" for [ bob => 'refused: not its owner' ],
	[ films => 'deleted' ], [ films => 'ignored: not known' ];

done_testing;
