#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Playlists by the REST API (reference: API 6bis "Video Playlists", clients.md).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json encode_json);
use Test::More;

use Cardume;
use Cardume::Shape;
use Cardume::Video;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my $origin = $cardume->origin;
my ($ann, $bob) = map { $cardume->user(unique($_)) } qw(ann bob);
my %token = (root => $cardume->token('root'), map { $_ => $cardume->token($_) }
	$ann, $bob);
my @videos = map { Cardume::Video->make($cardume, $ann, name => "Clip $_") }
	1 .. 4;
my $base = '/api/v1/video-playlists';
my %channel = map { my $who = $_; $who => $cardume->psql("SELECT c.id
	FROM channel c JOIN actor a ON a.id = c.actor_id
	WHERE a.name = '${who}_channel'") } $ann, $bob;

# as => '' : nobody.
sub call {
	my ($method, $path, $sent, %o) = @_;
	my $as = $o{as} // $ann;
	my %headers = $as ? (authorization => 'Bearer ' .
		($token{$as} // $as)) : ();
	return defined $sent ? $client->send_json($method, $path, $sent,
		headers => \%headers) :
		$client->request($method, $path, headers => \%headers);
}

sub status { call(@_)->{status} }

sub document {
	my ($path, %o) = @_;
	my $answer = call('GET', $path, undef, %o);
	is $answer->{status}, 200, $path =~ s/[0-9a-f-]{36}/UUID/r;
	return $answer->{status} == 200 ? decode_json($answer->{content}) : {};
}

sub create {
	my ($sent, %o) = @_;
	my $answer = call('POST', $base, $sent, %o);
	is $answer->{status}, 200, "make $sent->{displayName}";
	return decode_json($answer->{content})->{videoPlaylist};
}

sub add {
	my ($list, $video, %o) = @_;
	my $answer = call('POST', "$base/$list->{uuid}/videos",
		{ videoId => $video, %o });
	is $answer->{status}, 200, 'add';
	return decode_json($answer->{content})->{videoPlaylistElement}{id};
}

# --- one playlist -----------------------------------------------------------

is_deeply document("$base/privacies", as => ''),
	{ 1 => 'Public', 2 => 'Unlisted', 3 => 'Private' }, 'privacies';

my $answer = call('POST', $base, { displayName => 'Mine' });
is_deeply [sort keys %{ decode_json($answer->{content}) }], ['videoPlaylist'],
	'a wrapper';
my $mine = decode_json($answer->{content})->{videoPlaylist};
is_deeply [sort keys %$mine], [qw(id shortUUID uuid)], 'the ids';
for my $name (@$mine{qw(id uuid shortUUID)}) {
	my $seen = document("$base/$name");
	is $seen->{privacy}{id}, 3, 'private where nothing is said';
	is $seen->{videoChannel}, undef, 'of no channel';
	is status('GET', "$base/$name", undef, as => $_ ), 404,
		'hidden from others' for '', $bob;
	is status('GET', "$base/$name/videos", undef, as => $_ ), 404,
		'its videos too' for '', $bob;
}

my $name = unique('open list');
my $list = create({ displayName => $name, privacy => 1,
	description => 'What I like.', videoChannelId => $channel{$ann} });
my $summary = { id => integer, name => text, displayName => text,
	url => text, host => text, avatars => each_of(any_value),
	avatar => any_value };
my $full = { id => integer, uuid => text, shortUUID => text,
	isLocal => boolean, url => text, displayName => text,
	description => text, privacy => { id => integer, label => text },
	thumbnailPath => any_value, thumbnailUrl => any_value,
	thumbnails => each_of({ width => integer, height => integer,
		aspectRatio => text, fileUrl => text }),
	videosLength => integer, type => { id => integer, label => text },
	embedPath => text, embedUrl => text, createdAt => text,
	updatedAt => text, ownerAccount => $summary, videoChannel => $summary,
	videoChannelPosition => integer };
my $seen = document("$base/$list->{shortUUID}", as => '');
shape_ok $seen, $full, 'a playlist';
is $seen->{url}, "$origin/video-playlists/$list->{uuid}", 'its address';
is $seen->{embedPath}, "/video-playlists/embed/$list->{shortUUID}", 'to embed';
is_deeply $seen->{privacy}, { id => 1, label => 'Public' }, 'privacy';
is_deeply $seen->{type}, { id => 1, label => 'Regular' }, 'type';
is $seen->{videosLength}, 0, 'nothing in it';
is $seen->{thumbnailPath}, undef, 'so no picture';
is_deeply $seen->{thumbnails}, [], 'at all';
is $seen->{ownerAccount}{name}, $ann, 'owner';
is $seen->{videoChannel}{id}, $channel{$ann}, 'channel';
like $seen->{createdAt}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'date';

# --- its elements -----------------------------------------------------------

my @element = (add($list, $videos[0]{id}),
	add($list, $videos[1]{uuid}, startTimestamp => 5, stopTimestamp => 9),
	add($list, $videos[2]{short}));
# yt-dlp sends an order that playlists do not have.
my $elements = document("$base/$list->{uuid}/videos" .
	'?sort=-createdAt&start=0&count=30&nsfw=both', as => '');
is $elements->{total}, 3, 'three';
is_deeply [map { [@$_{qw(id position startTimestamp stopTimestamp type)}] }
	@{ $elements->{data} }], [[$element[0], 1, undef, undef, 0],
	[$element[1], 2, 5, 9, 0], [$element[2], 3, undef, undef, 0]],
	'in their order';
is_deeply [map { $_->{video}{uuid} } @{ $elements->{data} }],
	[map { $_->{uuid} } @videos[0 .. 2]], 'with their videos';
is_deeply [sort keys %{ $elements->{data}[0] }],
	[qw(id position startTimestamp stopTimestamp type video)], 'members';
ok !exists $elements->{data}[0]{video}{videosLength}, 'a video is a video';
$seen = document("$base/$list->{uuid}", as => '');
is $seen->{videosLength}, 3, 'counted';
is $seen->{thumbnailPath}, $videos[0]{files}{thumbnail},
	'the picture of the first';
is $seen->{thumbnails}[0]{fileUrl}, $origin . $seen->{thumbnailPath},
	'in its list too';
sub positions {
	my ($query) = @_;
	my $elements = document("$base/$list->{uuid}/videos" . ($query // ''));
	return join ' ', map { my $e = $_; "$e->{position}:" . (grep {
		$element[$_] == $e->{id} } 0 .. $#element)[0] }
		@{ $elements->{data} };
}
is positions('?start=1&count=1'), '2:1', 'a page';
is positions('?start=3'), '', 'behind the last';
is positions('?count=0'), '', 'none';

push @element, add($list, $videos[0]{id}, startTimestamp => 30);
is positions(), '1:0 2:1 3:2 4:3', 'a video may be there twice';
sub reorder { status('POST', "$base/$list->{uuid}/videos/reorder",
	{ startPosition => $_[0], insertAfterPosition => $_[1],
	$_[2] ? (reorderLength => $_[2]) : () }) }
for (
	[[1, 4], '1:1 2:2 3:3 4:0'], [[4, 0], '1:0 2:1 3:2 4:3'],
	[[3, 1, 2], '1:0 2:2 3:3 4:1'], [[4, 1], '1:0 2:1 3:2 4:3'],
	[[1, 3, 2], '1:2 2:0 3:1 4:3'], [[2, 0, 2], '1:0 2:1 3:2 4:3'],
	[[2, 1], '1:0 2:1 3:2 4:3'], [[2, 2], '1:0 2:1 3:2 4:3'],
	[[1, 2, 4], '1:0 2:1 3:2 4:3'],
) {
	my ($move, $wanted) = @$_;
	is reorder(@$move), 204, "move @$move";
	is positions(), $wanted, "gives $wanted";
}
is reorder(@$_), 400, "no move @$_"
	for [5, 1], [1, 5], [2, 0, 4], [0, 1], [1, -1], ['x', 1];
is status('POST', "$base/$list->{uuid}/videos/reorder", $_), 400, 'incomplete'
	for {}, { startPosition => 1 }, { insertAfterPosition => 1 };
is positions(), '1:0 2:1 3:2 4:3', 'nothing moved';

my $at = "$base/$list->{uuid}/videos";
sub span {
	my ($nr) = @_;
	return join ' ', map { $_ // '-' } @{ document($at)->{data}[$nr] }{
		qw(startTimestamp stopTimestamp) };
}
is status('PUT', "$at/$element[1]", { startTimestamp => 6 }), 204, 'a start';
is span(1), '6 9', 'and the end as it was';
is status('PUT', "$at/$element[1]", { stopTimestamp => undef }), 204, 'no end';
is span(1), '6 -', 'is none';
is status('PUT', "$at/$element[1]", {}), 204, 'nothing';
is span(1), '6 -', 'changes nothing';
is status('PUT', "$at/$element[1]", $_), 400, 'refused: ' . encode_json($_)
	for { startTimestamp => -1 }, { startTimestamp => 'x' },
	{ stopTimestamp => 1.5 }, { stopTimestamp => [1] },
	{ startTimestamp => 2**31 }, { stopTimestamp => JSON::PP::true };
is status('DELETE', "$at/$element[0]"), 204, 'take one out';
is positions(), '1:1 2:2 3:3', 'the others move up';
is document("$base/$list->{uuid}")->{videosLength}, 3, 'counted';
is status('DELETE', "$at/$element[0]"), 404, 'once';
is document("$base/$list->{uuid}")->{thumbnailPath},
	$videos[1]{files}{thumbnail}, 'the picture of what is the first now';

# What is in it and may not be seen by all.
my $hidden = Cardume::Video->make($cardume, $ann, name => 'Hidden',
	privacy => 3);
my $inside = create({ displayName => 'Inside', privacy => 2 });
my @kept = map { Cardume::Video->make($cardume, $ann, name => $_->[0],
	privacy => $_->[1], bare => 1, passwords => $_->[1] == 5 ? ['pw'] : [],
	state => $_->[2] // 1) } ['Gone', 1], ['Internal', 4], ['Locked', 5],
	['Unlisted', 2], ['Waiting', 1, 2];
add($inside, $_->{uuid}) for $hidden, @kept;
$cardume->psql("DELETE FROM video WHERE id = $kept[0]{id}");
sub kinds {
	my $elements = document("$base/$inside->{uuid}/videos", as => $_[0]);
	for (@{ $elements->{data} }) {
		is defined $_->{video}, $_->{type} == 0,
			'a video where one may be seen';
	}
	is $elements->{total}, 6, 'all counted';
	return join ' ', map { $_->{type} } @{ $elements->{data} };
}
is kinds(''), '2 1 2 2 0 3', 'as strangers see them';
is kinds($bob), '2 1 0 2 0 3', 'as another user does';
is kinds($ann), '0 1 0 0 0 0', 'as the owner does';
is document("$base/$inside->{uuid}", as => '')->{thumbnailPath}, undef,
	'no picture of what is hidden';
is status('GET', "$base/$inside->{id}", undef, as => ''), 404,
	'an unlisted one is not found by its number';
is status('GET', "$base/$inside->{shortUUID}", undef, as => ''), 200,
	'by its short name it is';

# What may not be added.
my $bobs = create({ displayName => 'Of Bob', privacy => 1,
	videoChannelId => $channel{$bob} }, as => $bob);
is status('POST', "$base/$bobs->{uuid}/videos", { videoId => $hidden->{uuid} },
	as => $bob), 404, "another's private video";
is status('POST', "$base/$bobs->{uuid}/videos", { videoId => $kept[3]{id} },
	as => $bob), 404, 'an unlisted one by its number';
is status('POST', "$base/$bobs->{uuid}/videos", { videoId => $kept[2]{uuid} },
	as => $bob), 200, 'a locked one may be';
is status('POST', $at, $_), 400, 'refused: ' . encode_json($_)
	for {}, { videoId => undef }, { videoId => 'x' }, { videoId => [1] },
	{ videoId => -1 }, { videoId => $videos[0]{id}, startTimestamp => -1 },
	{ videoId => $videos[0]{id}, stopTimestamp => 'x' }, [];
is status('POST', $at, { videoId => $_ }), 404, "no video $_"
	for 999999999, '00000000-0000-4000-8000-000000000000', '1' x 22;

# --- changes ----------------------------------------------------------------

is status('PUT', "$base/$list->{uuid}", {}), 204, 'nothing sent';
$seen = document("$base/$list->{uuid}");
is $seen->{displayName}, $name, 'the name stays';
is $seen->{description}, 'What I like.', 'the description';
is $seen->{privacy}{id}, 1, 'the privacy';
is status('PUT', "$base/$list->{uuid}", { displayName => "$name too",
	description => undef, privacy => '2', videoChannelId => 'null',
	unknown => {} }), 204, 'all of it';
$seen = document("$base/$list->{uuid}");
is $seen->{displayName}, "$name too", 'another name';
is $seen->{description}, undef, 'no description';
is $seen->{privacy}{label}, 'Unlisted', 'another privacy';
is $seen->{videoChannel}, undef, 'no channel';
is $seen->{videoChannelPosition}, undef, 'so no place in it';
is status('PUT', "$base/$list->{uuid}", { privacy => 1 }), 400,
	'public needs a channel';
is status('PUT', "$base/$list->{uuid}", { privacy => 1,
	videoChannelId => $channel{$ann} }), 204, 'with one it is';
is status('PUT', "$base/$list->{uuid}", { videoChannelId => undef }), 400,
	'and keeps it';
for my $bad ({ displayName => '' }, { displayName => undef },
		{ displayName => 'x' x 121 }, { displayName => ['x'] },
		{ displayName => {} }, { displayName => JSON::PP::true },
		{ description => 'xx' }, { description => 'x' x 1001 },
		{ description => ['x'] }, { privacy => 0 }, { privacy => 4 },
		{ privacy => 'x' }, { privacy => [1] }, { privacy => 1.5 },
		{ videoChannelId => 'x' }, { videoChannelId => -1 },
		{ videoChannelId => {} }, { displayName => "a\0b" },
		['not', 'an', 'object']) {
	my $text = substr encode_json($bad), 0, 50;
	is status('PUT', "$base/$list->{uuid}", $bad), 400, "refused: $text";
	is status('POST', $base, ref $bad eq 'HASH' ?
		{ displayName => 'x', %$bad } : $bad), 400, 'and for a new one';
}
is status('POST', $base, {}), 400, 'no name';
is status('POST', $base, { displayName => 'x', privacy => 1 }), 400,
	'public without a channel';
is status('POST', $base, { displayName => 'x', videoChannelId => $_->[0] }),
	$_->[1], "channel $_->[0]" for [999999999, 404], [$channel{$bob}, 403];
is status('PUT', "$base/$list->{uuid}", { videoChannelId => $channel{$bob} },
	as => $_), 403, "another's channel" for $ann, 'root';
is document("$base/$list->{uuid}")->{displayName}, "$name too", 'unharmed';

# A form as PeerTube's web client sends it, and urlencoded.
$answer = $client->post_multipart($base, { displayName => 'Form é',
	privacy => 3, description => 'null', videoChannelId => 'null' }, {},
	headers => { authorization => "Bearer $token{$ann}" });
is $answer->{status}, 200, 'a form of parts';
my $form = decode_json($answer->{content})->{videoPlaylist};
is document("$base/$form->{uuid}")->{description}, undef, 'null is none';
is $client->request('PUT', "$base/$form->{uuid}", content =>
	'displayName=Other&privacy=2', headers => { authorization =>
	"Bearer $token{$ann}", 'content-type' =>
	'application/x-www-form-urlencoded' })->{status}, 204, 'an encoded form';
is document("$base/$form->{uuid}")->{displayName}, 'Other', 'changed';

# --- who may ----------------------------------------------------------------

my @writes = (['PUT', "$base/$list->{uuid}", { displayName => 'x' }],
	['DELETE', "$base/$list->{uuid}", undef],
	['POST', $at, { videoId => $videos[0]{id} }],
	['POST', "$at/reorder", { startPosition => 1,
		insertAfterPosition => 2 }],
	['PUT', "$at/$element[1]", { startTimestamp => 1 }],
	['DELETE', "$at/$element[1]", undef]);
for my $write (@writes) {
	is status(@$write, as => $bob), 403, "$write->[0] of another";
	is status(@$write, as => $_), 401, "$write->[0] by nobody"
		for '', 'f' x 40;
	my ($method, $path, $sent) = @$write;
	is status($method, $path =~ s/\Q$list->{uuid}\E/xyz/r, $sent), 400,
		'a bad name';
	is status($method, $path =~ s/\Q$list->{uuid}\E/999999999/r, $sent),
		404, 'none of that name';
	is status($method, $path =~ s/\Q$list->{uuid}\E/$mine->{uuid}/r, $sent,
		as => $bob), 404, 'a hidden one';
}
is status('POST', $base, { displayName => 'x' }, as => ''), 401, 'nobody';
is status('DELETE', "$base/$inside->{uuid}/videos/$element[1]"), 404,
	'an element of another list';
is status('PUT', "$at/x", {}), 400, 'no element';
is status('PUT', "$base/$list->{uuid}", { displayName => "$name too" },
	as => 'root'), 204, 'an admin may';
my $mod = $cardume->user(unique('mod'), role => 'moderator');
$token{$mod} = $cardume->token($mod);
is status('PUT', "$base/$list->{uuid}", {}, as => $mod), 403,
	'a moderator changes nothing';
is status('DELETE', "$base/$bobs->{uuid}", undef, as => $mod), 204,
	'but deletes';

# --- watch later, what is where ---------------------------------------------

my ($special) = @{ document('/api/v1/users/me')->{specialPlaylists} };
is_deeply [@$special{qw(name type)}], ['Watch later', 2], 'watch later';
my $later = document("$base/$special->{id}");
is_deeply $later->{type}, { id => 2, label => 'Watch later' }, 'its type';
is $later->{privacy}{id}, 3, 'is private';
is status('PUT', "$base/$special->{id}", { displayName => 'x' }), 400,
	'and stays as it is';
is status('DELETE', "$base/$special->{id}"), 400, 'for ever';
is status('GET', "$base/$special->{id}", undef, as => $bob), 404,
	"and one's own";
$answer = call('POST', "$base/$special->{id}/videos",
	{ videoId => $videos[1]{id} });
is $answer->{status}, 200, 'takes videos';
my $waits = decode_json($answer->{content})->{videoPlaylistElement}{id};
my $exist = '/api/v1/users/me/video-playlists/videos-exist';
my ($there, $other) = map { $_->{id} } @videos[1, 3];
my $where = document("$exist?videoIds=$there&videoIds=$other");
is_deeply $where, { $other => [], $there => [
	{ playlistElementId => $element[1], playlistId => $list->{id},
	playlistDisplayName => "$name too", startTimestamp => 6,
	stopTimestamp => undef, playlistShortUUID => $list->{shortUUID} },
	{ playlistElementId => $waits, playlistId => $special->{id},
	playlistDisplayName => 'Watch later', startTimestamp => undef,
	stopTimestamp => undef, playlistShortUUID => $later->{shortUUID} }] },
	'where videos are';
is_deeply document("$exist?videoIds[]=$there", as => $bob), { $there => [] },
	'not in those of others';
is status('GET', "$exist$_"), 400, "videos-exist$_" for '', '?videoIds=x',
	'?videoIds=', '?videoIds=1.5';
is status('GET', "$exist?videoIds=1", undef, as => ''), 401, 'by nobody';

# --- lists ------------------------------------------------------------------

# Another query each time: nginx keeps what strangers get.
my $nr = 0;
sub names {
	my ($path, %o) = @_;
	my $found = document($path . ($path =~ /\?/ ? '&' : '?') . 'x=' .
		$nr++, as => $o{as} // '');
	return join ', ', map { $_->{displayName} } @{ $found->{data} };
}
my $all = document("$base?count=100&sort=-updatedAt", as => '');
ok scalar(grep { $_->{uuid} eq $list->{uuid} } @{ $all->{data} }), 'listed';
ok !(grep { $_->{privacy}{id} != 1 } @{ $all->{data} }), 'public ones only';
cmp_ok $all->{total}, '>=', 1, 'a total';
my $of = "/api/v1/accounts/$ann/video-playlists";
is names($of), "$name too", 'of an account: the public one';
is names($of, as => $bob), "$name too", 'another user sees no more';
is names("$of?sort=createdAt", as => $ann), join(', ', 'Watch later', 'Mine',
	"$name too", 'Inside', 'Other'), 'the owner sees all';
is names("$of?sort=-createdAt&start=1&count=2", as => $ann),
	"Inside, $name too", 'a page';
is names("$of?playlistType=2", as => $ann), 'Watch later', 'of a type';
is names("$of?playlistType=1&sort=name", as => $ann) =~ /Watch later/, '',
	'of the other';
is names("$of?search=INSI", as => $ann), 'Inside', 'by words';
is names("$of?search=%25", as => $ann), '', 'which are no pattern';
is names("$of?channelNameOneOf=${ann}_channel", as => $ann), "$name too",
	'of a channel';
is names("$of?includeCollaborations=true&filter=local", as => $ann) =~
	/Inside/, 1, 'other parameters';
is document("$of?sort=-updatedAt&start=0&count=50")->{total}, 5, 'a total';
is names("/api/v1/video-channels/${ann}_channel/video-playlists?filter=local" .
	'&count=10'), "$name too", 'of a channel';
is status('GET', "/api/v1/$_/video-playlists", undef, as => ''), 404, "$_"
	for 'accounts/nobody', 'video-channels/nobody';
for my $path ($base, $of, "/api/v1/video-channels/${ann}_channel/video-playlists") {
	is status('GET', "$path?sort=$_", undef, as => ''), 200, "by $_"
		for map { ($_, "-$_") } qw(name displayName createdAt
		updatedAt videoChannelPosition);
	is status('GET', "$path?$_", undef, as => ''), 400, "not $_" for
		'sort=views', 'count=101', 'start=-1', 'playlistType=3';
}

# The places of a channel's playlists.
my @places = map { create({ displayName => "Place $_", privacy => 1,
	videoChannelId => $channel{$ann} }) } 2, 3;
my $places = "/api/v1/video-channels/${ann}_channel/video-playlists";
sub places { names("$places?sort=videoChannelPosition") =~
	s/\Q$name\E too/1/r =~ s/Place //gr }
is places(), '1, 2, 3', 'in the order they came';
sub move { status('POST', "$places/reorder", { startPosition => $_[0],
	insertAfterPosition => $_[1] }, as => $_[2]) }
is move(3, 0), 204, 'the last to the front';
is places(), '3, 1, 2', 'is there';
is document("$base/$places[1]{id}")->{videoChannelPosition}, 1, 'and says so';
is move(4, 0), 400, 'beyond them';
is move(1, 2, $bob), 403, 'by another';
is move(1, 2, ''), 401, 'by nobody';
is status('POST', '/api/v1/video-channels/nobody/video-playlists/reorder',
	{ startPosition => 1, insertAfterPosition => 0 }), 404, 'no channel';
is status('DELETE', "$base/$list->{uuid}"), 204, 'delete the middle one';
is places(), '3, 2', 'the others';
is document("$base/$places[0]{id}")->{videoChannelPosition}, 2, 'move up';
is status('DELETE', "$base/$list->{uuid}"), 404, 'it is gone';
is $cardume->psql("SELECT count(*) FROM playlist_element
	WHERE playlist_id = $list->{id}"), 0, 'with its elements';
is $cardume->psql("SELECT count(*) FROM video WHERE id = $videos[1]{id}"), 1,
	'its videos stay';

# --- search -----------------------------------------------------------------

my $word = unique('Harbour été');
my $found = create({ displayName => $word, privacy => 1,
	videoChannelId => $channel{$ann} });
my $search = '/api/v1/search/video-playlists';
sub found { names("$search?" . join '&', @_) }
my $escaped = Cardume::Client::url_escape(Cardume::Client::utf8_bytes($word));
is found("search=$escaped"), '', 'an empty one is not found';
add($found, $videos[3]{uuid});
is document("$search?search=$escaped&y=1", as => '')->{data}[0]{uuid},
	$found->{uuid}, 'by its words';
like found('search=HARBOUR%20ETE'), qr/\Q$word\E/, 'however they are written';
like found('search=harbuor'), qr/\Q$word\E/, 'nearly';
like found("search=ha"), qr/\Q$word\E/, 'its beginning';
is document("$search?search=$origin$_$found->{shortUUID}", as => '')->{total},
	1, "by its address $_" for '/w/p/', '/videos/watch/playlist/';
is document("$search?search=$origin/video-playlists/$found->{uuid}",
	as => '')->{data}[0]{id}, $found->{id}, 'by its UUID';
is document("$search?search=$origin/w/p/$inside->{shortUUID}", as => '')
	->{total}, 0, 'not what is unlisted';
is document("$search?uuids=$found->{uuid}&uuids=$inside->{uuid}", as => '')
	->{total}, 1, 'by UUIDs';
is document("$search?search=$escaped&host=elsewhere.example", as => '')
	->{total}, 0, 'of another host';
is found("search=$_"), '', 'nothing for ' . $_ for '%25%25%25', '%5C%5C%5C',
	'%27%3B--';
is status('GET', "$search?$_", undef, as => ''), $_ =~ /sort=n|101/ ? 400 : 200,
	"search $_" for '', 'sort=-createdAt', 'sort=displayName', 'sort=nope',
	'count=101', 'uuids=x', 'search=&sort=-displayName';
is $cardume->psql("SELECT count(*) FROM playlist p WHERE videos <>
	(SELECT count(*) FROM playlist_element e WHERE e.playlist_id = p.id)
	OR videos <> (SELECT coalesce(max(position), 0)
	FROM playlist_element e WHERE e.playlist_id = p.id)"), 0,
	'counters and places are right';
done_testing;
