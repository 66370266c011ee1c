# SPDX-License-Identifier: AGPL-3.0-or-later
# The Video object, field by field, and what hangs on it.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Digest::MD5 qw(md5);
use JSON::PP qw(decode_json);
use MIME::Base64 qw(encode_base64);
use Test::More;
use Cardume;
use Cardume::Rows qw(video_rows);
use Cardume::Shape;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my $origin = $cardume->origin;
my $name = $cardume->user(unique('apv'));
my $channel = $cardume->psql("SELECT ca.name FROM actor ca
	JOIN channel c ON c.actor_id = ca.id JOIN account a ON a.id = c.account_id
	JOIN actor p ON p.id = a.actor_id WHERE p.name = '$name'");
my $account_url = "$origin/accounts/$name";
my $channel_url = "$origin/video-channels/$channel";
my $public = 'https://www.w3.org/ns/activitystreams#Public';

my $time = qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
my $uuid_form = qr/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;
my $here = qr/^\Q$origin\E\//;
my %shape = (height => integer, width => integer, fps => integer);
my $property = { type => 'PropertyValue', name => qr/^(ffprobe_codec_type|peertube_format_flag)$/,
	value => qr/^(audio|video|web-video|fragmented)$/ };

sub page_link { return { type => 'Link', mediaType => 'text/html', href => $_[0] } }

sub file_links {
	my ($type, $flag) = @_;
	return ({ type => 'Link', mediaType => $type, href => qr/$here/, %shape,
		size => integer, attachment => each_of($property, 2) },
		{ type => 'Link', rel => [ 'metadata', $type ],
		mediaType => 'application/json', %shape,
		href => qr{^\Q$origin\E/api/v1/videos/$uuid_form/metadata/\d+$} },
		{ type => 'Link', mediaType => 'application/x-bittorrent', %shape,
		href => qr{^\Q$origin\E/lazy-static/torrents/[^/]+\.torrent$} },
		{ type => 'Link', %shape,
		mediaType => 'application/x-bittorrent;x-scheme-handler/magnet',
		href => qr/^magnet:\?xs=[^&]+&xt=urn:btih:[0-9a-f]{40}
			&dn=[^&]+&tr=http[^&]+&tr=ws[^&]+&ws=[^&]+$/x });
}

# The object as such, for a video with everything that is optional.
sub video_table {
	my ($uuid) = @_;
	my $id = "$origin/videos/watch/$uuid";
	my $label = { identifier => text, name => text };
	return (
		to => [ $public, $channel_url ], cc => [ "$account_url/followers" ],
		type => 'Video', id => $id, name => text, duration => qr/^PT\d+S$/,
		nameMap => { en => text }, uuid => $uuid,
		category => { identifier => qr/^\d{1,18}$/, name => text },
		licence => { identifier => qr/^[1-7]$/, name => text },
		language => { identifier => 'en', name => 'English' },
		views => integer, sensitive => boolean, summary => maybe(text),
		waitTranscoding => boolean, state => integer,
		canReply => null, commentsPolicy => integer,
		commentsEnabled => boolean(1), downloadEnabled => boolean,
		published => $time, updated => $time, uploadDate => $time,
		originallyPublishedAt => $time, schedules => [],
		tag => each_of({ type => 'Hashtag', name => qr/^[^#]{2,30}$/ }, 1),
		mediaType => 'text/markdown', content => text, support => text,
		subtitleLanguage => [],
		icon => each_of({ type => 'Image', mediaType => 'image/jpeg',
			width => integer, height => integer,
			url => qr{^\Q$origin\E/lazy-static/thumbnails/[^/]+\.jpg$} }, 2),
		aspectRatio => number, url => any_value,
		likes => "$id/likes", dislikes => "$id/dislikes",
		shares => "$id/announces", comments => "$id/comments",
		replies => "$id/comments", hasParts => "$id/chapters",
		playerSettings => "$id/player-settings",
		embedUrl => qr{^\Q$origin\E/videos/embed/[1-9A-Za-z]{22}$},
		attributedTo => [ { type => 'Person', id => $account_url },
			{ type => 'Group', id => $channel_url } ],
		audience => $channel_url, isLiveBroadcast => boolean(0),
		liveSaveReplay => null, permanentLive => null, latencyMode => null);
}

my $context = [ 'https://www.w3.org/ns/activitystreams',
	'https://w3id.org/security/v1',
	{ RsaSignature2017 => 'https://w3id.org/security#RsaSignature2017' } ];
my $title = q{Ação "50%" <b> & 日本 / \ 🐟};
my $full = video_rows($cardume, $channel, name => $title,
	description => "Olá **mundo**\n\n</script><!--", support => 'Thanks "x"',
	category_id => 15, licence_id => 1, language_id => 'en',
	tags => \q{ARRAY['federation', 'a "b"\\']}, originally_published_at => \'now()',
	published_at => \"now() + interval '1 hour'");
my $id = "$origin/videos/watch/$full";

# --- the object --------------------------------------------------------------

my $video = $client->activity("/videos/watch/$full");
is_deeply [ @{ $video->{'@context'} }[0 .. 2] ], $context, 'the base of @context';
is ref $video->{'@context'}[3], 'HASH', 'and the terms of a video';
shape_ok($video, { '@context' => any_value, video_table($full) }, 'every property');
is $video->{name}, $title, 'a hostile name is told as it is';
is $video->{nameMap}{en}, $title, 'in its language too';
is $video->{content}, "Olá **mundo**\n\n</script><!--", 'as is a description';
is $video->{tag}[1]{name}, 'a "b"\\', 'and a tag';
is $video->{duration}, 'PT185S', 'seconds only';
is $video->{aspectRatio}, 1.7778, 'four decimals';
cmp_ok $video->{updated}, 'ge', $video->{published}, 'updated is not before published';

my %core = map { $_ => 1 } qw(id type to cc name nameMap duration summary
	published updated tag mediaType content icon url height width rel href
	attachment attributedTo audience replies identifier preview);
my %terms = map { $_ => 1 } keys %{ $video->{'@context'}[3] };
my @undefined = grep { !$core{$_} && !$terms{$_} } map { /(\w+)(?:\[\])?$/ }
	grep { !/^\@context|^nameMap\./ } keys %{ shape_of($video) };
is_deeply \@undefined, [], 'no key without a term in @context (JSON-LD safe mode)';

# --- its url -----------------------------------------------------------------

my $short = $cardume->psql("SELECT short_uuid FROM video WHERE uuid = '$full'");
shape_ok($video->{url}, [ page_link("$origin/w/$short"), page_link($id),
	file_links('video/mp4'),
	{ type => 'Link', mediaType => 'application/x-mpegURL',
		href => qr{^\Q$origin\E/static/streaming-playlists/hls/$full/$uuid_form-master\.m3u8$},
		tag => [ ({ type => 'Infohash', name => qr/^[0-9a-f]{40}$/ }) x 2,
			{ type => 'Link', name => 'sha256', mediaType => 'application/json',
			href => qr{/hls/$full/$uuid_form-segments-sha256\.json$} },
			file_links('video/mp4'), file_links('video/mp4') ] },
	{ type => 'Link', name => 'tracker-http', rel => [ 'tracker', 'http' ],
		href => "$origin/tracker/announce" },
	{ type => 'Link', name => 'tracker-websocket',
		rel => [ 'tracker', 'websocket' ],
		href => qr{^wss?://[^/]+:\d+/tracker/socket$} } ], 'url in its order');
my ($web, $hls) = ($video->{url}[2], $video->{url}[6]);
my @tags = @{ $hls->{tag} };
is_deeply [ map { $_->{value} } @{ $web->{attachment} } ],
	[ qw(audio video web-video) ], 'what a web video is made of';
is_deeply [ map { $_->{value} } @{ $tags[3]{attachment} } ],
	[ qw(audio video fragmented) ], 'and an HLS file';
is_deeply [ map { $_->{height} } @tags[3 .. 10] ], [ (720) x 4, (360) x 4 ],
	'the highest resolution first, each link with its height';
is $web->{fps}, 30, 'a whole number of frames a second';
like $web->{href}, qr{^\Q$origin\E/static/web-videos/$uuid_form-360\.mp4$}, 'a web video';
like $tags[3]{href}, qr{/hls/$full/$uuid_form-720-fragmented\.mp4$}, 'an HLS file';
is $tags[$_]{name}, unpack('H*', substr encode_base64(
	substr(md5("v2-$hls->{href}-main-$_"), 1), ''), 0, 20), "swarm $_" for 0, 1;

# The vector of reference/p2p.md 3.3.
my $playlist = 'https://example.com/static/streaming-playlists/hls/' .
	'9c9de5e8-0a1e-484a-b099-e80766180a6d/abc-master.m3u8';
is $cardume->psql("SELECT ap_swarm('$playlist', 'main-0')"),
	unpack('H*', 'w0afs0X/yaqpgeUKjf4U'), 'a swarm that p2p-media-loader computed';

my %magnet;
for (split /&/, $video->{url}[5]{href} =~ s/^magnet:\?//r) {
	my ($key, $value) = split /=/, $_, 2;
	$value =~ tr/+/ /;
	$value =~ s/%([0-9A-F]{2})/chr hex $1/ge;
	$magnet{$key} .= defined $magnet{$key} ? " $value" : $value;
}
is $magnet{xs}, $video->{url}[4]{href}, 'xs of a magnet: the .torrent';
is $magnet{ws}, $web->{href}, 'ws: the file';
is $magnet{tr}, "$origin/tracker/announce " . ($origin =~ s/^http/ws/r) .
	'/tracker/socket', 'tr: our trackers';
my $bytes = $title;
utf8::encode($bytes);
is $magnet{dn}, $bytes, 'dn: the name, percent-encoded';
is $cardume->psql("SELECT tracker_socket_url('$_->[0]')"), $_->[1], $_->[1] for
	[ 'https://v.example', 'wss://v.example:443/tracker/socket' ],
	[ 'http://v.example', 'ws://v.example:80/tracker/socket' ],
	[ 'http://v.example:9000', 'ws://v.example:9000/tracker/socket' ];

# --- less of it --------------------------------------------------------------

my $bare = video_rows($cardume, $channel, files => [], aspect_ratio => undef,
	comments_policy => 2, nsfw => \'false', nsfw_summary => 'hidden');
my $little = $client->activity("/videos/watch/$bare");
ok !exists $little->{$_}, "no $_ where there is none"
	for qw(category licence language nameMap);
is_deeply [ map { $_->{mediaType} // $_->{name} } @{ $little->{url} } ],
	[ qw(text/html text/html tracker-http tracker-websocket) ], 'no files';
is_deeply $little->{tag}, [], 'no tags';
is_deeply $little->{icon}, [], 'no icon';
is $little->{$_}, undef, "$_ is null" for qw(content support aspectRatio
	originallyPublishedAt summary);
ok !$little->{commentsEnabled}, 'comments are off';
is $little->{canReply}, $public, 'and need approval at least';

my $sound = video_rows($cardume, $channel, nsfw => \'true',
	nsfw_summary => 'Loud', comments_policy => 3, files => [
	[ 0, 0, 0, 1, 0, 0 ], [ 0, 0, 0, 1, 0, 1 ], [ 720, 720, 1280, 0, 1, 1 ] ]);
my $mixed = $client->activity("/videos/watch/$sound");
is $mixed->{summary}, 'Loud', 'why it is sensitive';
ok $mixed->{commentsEnabled}, 'comments that need approval are not off';
is $mixed->{url}[2]{mediaType}, 'audio/mp4', 'sound alone';
is $mixed->{url}[2]{height}, 0, 'has no height';
my @parts = @{ $mixed->{url}[6]{tag} };
is $parts[3]{height}, 1280, "a portrait's height is its height";
is_deeply [ map { $_->{value} } @{ $parts[3]{attachment} } ],
	[ qw(video fragmented) ], 'a picture without sound';
is $parts[7]{mediaType}, 'audio/mp4', 'the sound track of a playlist';
is scalar(grep { $_->{type} eq 'Infohash' } @parts), 2, 'a swarm for each';

# --- it is kept, and made anew when anything of it changes --------------------

my $kept = video_rows($cardume, $channel, name => 'Before');
my $made = "(SELECT count(*) FROM video_object o JOIN video v
	ON v.id = o.video_id WHERE v.uuid = '$kept')";
my $serial = 0;

# Past what nginx keeps for a moment.
sub now_of { return $client->activity("/videos/watch/$_[0]?" . ++$serial) }

is $cardume->psql("SELECT $made"), 0, 'files that come take it away';
my $first = now_of($kept);
$cardume->psql("SET cardume.origin = '$origin';
	UPDATE video SET updated_at = updated_at WHERE uuid = '$kept'");
is $cardume->psql("SELECT $made"), 1, 'a change of the video makes it';
is_deeply now_of($kept), $first, 'kept or made now, it is the same';
$cardume->psql("UPDATE video SET views = 77 WHERE uuid = '$kept'");
is now_of($kept)->{views}, 77, 'views are of this moment';
$cardume->psql("SET cardume.origin = '$origin';
	UPDATE video SET name = 'After' WHERE uuid = '$kept'");
is now_of($kept)->{name}, 'After', 'a new name';
$cardume->psql("SET cardume.origin = 'https://old.example';
	UPDATE video SET name = 'Moved' WHERE uuid = '$kept'");
is now_of($kept)->{id}, "$origin/videos/watch/$kept",
	'one of another origin is not used';
$cardume->psql("DELETE FROM video_file f USING video v WHERE v.id = f.video_id
	AND v.uuid = '$kept' AND f.playlist_id IS NULL");
is now_of($kept)->{url}[2]{mediaType}, 'application/x-mpegURL', 'a file went';
$cardume->psql("UPDATE thumbnail t SET width = 281 FROM video v
	WHERE v.id = t.video_id AND v.uuid = '$kept' AND t.kind = 'thumbnail'");
is now_of($kept)->{icon}[0]{width}, 281, 'a thumbnail changed';
$cardume->psql("SET cardume.origin = '$origin';
	UPDATE video SET privacy = 3 WHERE uuid = '$kept'");
is $cardume->psql("SELECT $made"), 0, 'nothing is kept of a private video';
is $client->get("/videos/watch/$kept?" . ++$serial, headers =>
	{ accept => 'application/activity+json' })->{status}, 404, 'nor told';
$cardume->psql("DELETE FROM video WHERE uuid = '$kept'");
is $cardume->psql("SELECT count(*) FROM video WHERE uuid = '$kept'"), 0,
	'and it can be deleted';

# --- what hangs on it --------------------------------------------------------

my $create = $client->activity("/videos/watch/$full/activity");
shape_ok($create, { '@context' => any_value, type => 'Create',
	id => "$id/activity", actor => $account_url,
	to => [ $public, $channel_url ], cc => [ "$account_url/followers" ],
	object => { video_table($full) } }, 'the Create with the whole video');
is_deeply $create->{object}{url}, $video->{url}, 'and all its links';

my $shares = $client->activity("/videos/watch/$full/announces");
shape_ok($shares, { '@context' => $context, id => "$id/announces",
	type => 'OrderedCollection', totalItems => integer,
	first => "$id/announces?page=1" }, 'shares');
is $shares->{totalItems}, 2, 'by the channel and the server';
my $page = $client->activity("/videos/watch/$full/announces?page=1");
shape_ok($page, { '@context' => $context, id => "$id/announces?page=1",
	type => 'OrderedCollectionPage', partOf => "$id/announces",
	totalItems => integer, orderedItems => [
		(qr{^\Q$id\E/announces/\d+$}) x 2 ] }, 'their page');
my %sharers = ("$origin/accounts/peertube" => 1, $channel_url => 1);
for my $url (@{ $page->{orderedItems} }) {
	my $announce = $client->activity($url);
	shape_ok($announce, { '@context' => $context, type => 'Announce',
		id => $url, object => $id, cc => [], actor => text,
		to => [ $public, "$announce->{actor}/followers",
			"$account_url/followers" ] }, 'an Announce');
	ok delete $sharers{ $announce->{actor} }, "by $announce->{actor}";
}
is $client->get("/videos/watch/$full/announces/999999999", headers =>
	{ accept => 'application/activity+json' })->{status}, 404,
	'nobody else shares it';

$cardume->psql("UPDATE video SET likes = 3, dislikes = 2, comments = 1
	WHERE uuid = '$full'");
my %count = (likes => 3, dislikes => 2, comments => 1);
for my $kind (sort keys %count) {
	my $collection = $client->activity("/videos/watch/$full/$kind");
	shape_ok($collection, { '@context' => $context, id => "$id/$kind",
		type => 'OrderedCollection', totalItems => integer,
		first => "$id/$kind?page=1" }, $kind);
	is $collection->{totalItems}, $count{$kind}, "how many $kind";
}
shape_ok($client->activity("/videos/watch/$full/chapters"), {
	'@context' => any_value, id => "$id/chapters", hasPart => [] }, 'chapters');
shape_ok($client->activity("/videos/watch/$full/player-settings"), {
	'@context' => any_value, id => "$id/player-settings", object => $id,
	type => 'PlayerSettings', theme => 'channel-default' }, 'player settings');
done_testing;
