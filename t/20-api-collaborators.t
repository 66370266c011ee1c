#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Who works on a channel beside its owner: asked, agreed, and what they may do
# and see then, and no more.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my ($maker, $editor, $other) = map { $cardume->user(unique($_)) }
	qw(maker editor other);
my %token = map { $_ => $cardume->token($_) } $maker, $editor, $other;
my $channel = "${maker}_channel";
my $base = "video-channels/$channel/collaborators";

sub call {
	my ($method, $path, $as, $body) = @_;
	my %headers = $as ? (authorization => "Bearer " .
		($token{$as} // $as)) : ();
	return $client->send_json($method, "/api/v1/$path", $body,
		headers => \%headers) if $body;
	return $client->request($method, "/api/v1/$path",
		headers => \%headers);
}

sub status { call(@_)->{status} }

sub json {
	my $answer = call('GET', @_);
	is $answer->{status}, 200, "GET $_[0]" or diag $answer->{content};
	return decode_json($answer->{content});
}

sub told {
	my ($as, $type) = @_;
	return json("users/me/notifications?typeOneOf=$type", $as)->{data};
}

sub invite {
	my $answer = call('POST', "$base/invite", $maker,
		{ accountHandle => $_[0] });
	is $answer->{status}, 200, 'invited' or diag $answer->{content};
	return decode_json($answer->{content})->{collaborator}{id};
}

sub id_of { json("video-channels/$_[0]", $maker)->{id} }

my $hidden = Cardume::Video->make($cardume, $maker, privacy => 3);
my $locked = Cardume::Video->make($cardume, $maker, privacy => 5,
	passwords => ['open sesame'], bare => 1);
# A second channel of the maker's, which nobody helps with.
my $second = unique('sec');
is status('POST', 'video-channels', $maker,
	{ name => $second, displayName => 'Second' }), 200, 'a second channel';

# --- asked -------------------------------------------------------------------

is status('GET', $base, $editor), 403, 'nothing for strangers';
is status('GET', $base), 401, 'nothing for nobody';
is status('POST', "$base/invite", $other, { accountHandle => $other }), 403,
	'nobody invites oneself';
is status('POST', "$base/invite", undef, { accountHandle => $other }), 401,
	'without a token';
is status('POST', "$base/invite", $maker, { accountHandle => $maker }), 400,
	'not the owner';
is status('POST', "$base/invite", $maker, { accountHandle => 'no_such' }), 404,
	'no such account';
is status('POST', "$base/invite", $maker, {}), 400, 'nobody named';
is status('POST', 'video-channels/no_such/collaborators/invite', $maker,
	{ accountHandle => $editor }), 404, 'no such channel';

my $id = invite($editor);
is status('POST', "$base/invite", $maker, { accountHandle => $editor }), 409,
	'once';
my $list = json($base, $maker);
is $list->{total}, 1, 'listed';
is $list->{data}[0]{account}{name}, $editor, 'who';
is_deeply $list->{data}[0]{state}, { id => 1, label => 'Pending' }, 'state';
my $news = told($editor, 23);
is @$news, 1, 'told of the invitation';
is $news->[0]{videoChannelCollaborator}{channel}{name}, $channel, 'to what';
is $news->[0]{videoChannelCollaborator}{channelOwner}{name}, $maker,
	'by whom';

# Who has not agreed is a stranger.
is status('GET', "videos/$hidden->{uuid}", $editor), 404,
	'a private video is hidden';
is status('POST', "$base/$id/accept", $other), 403, 'another does not agree';
is status('POST', "$base/$id/accept", $maker), 403, 'nor does the owner';
is status('POST', "$base/$id/accept"), 401, 'nor nobody';
is status('POST', "video-channels/$second/collaborators/$id/accept", $editor),
	404, 'of another channel';
is status('POST', "$base/999999999/accept", $editor), 404, 'no such one';
is status('POST', "$base/x/accept", $editor), 400, 'no number';

is status('POST', "$base/$id/reject", $editor), 204, 'rejected';
is status('POST', "$base/$id/accept", $editor), 400, 'not agreed after that';
is @{ told($maker, 25) }, 1, 'the owner is told';
is status('GET', "videos/$hidden->{uuid}", $editor), 404, 'still hidden';

$id = invite($editor);
is status('POST', "$base/$id/accept", $editor), 204, 'agreed';
is @{ told($maker, 24) }, 1, 'the owner is told of that too';
is json($base, $editor)->{data}[0]{state}{id}, 2, 'an editor sees who helps';

# --- what an editor may do -----------------------------------------------------

my $me = json('users/me', $editor);
is_deeply [map { $_->{name} } @{ $me->{videoChannelCollaborations} }],
	[$channel], 'the channel is among one\'s collaborations';
is $me->{videoChannelCollaborations}[0]{ownerAccount}{name}, $maker,
	'with its owner';
is json('users/me/videos', $editor)->{total}, 0, 'no videos of one\'s own';
is json('users/me/videos?includeCollaborations=true', $editor)->{total}, 2,
	'those of the channel';
is json("accounts/$editor/video-channels?includeCollaborations=true", $editor)
	->{total}, 2, 'channels';
is status('GET',
	"accounts/$editor/video-channels?includeCollaborations=true", $other),
	403, 'which are not for others';
is json("accounts/$editor/video-channels", $other)->{total}, 1,
	'others see one\'s own';

my $seen = json("videos/$hidden->{uuid}", $editor);
is $seen->{name}, $hidden->{name}, 'the private video is seen';
is status('PUT', "videos/$hidden->{uuid}", $editor, { name => 'Better' }), 204,
	'changed';
is json("videos/$hidden->{uuid}", $maker)->{name}, 'Better', 'indeed';
is status('PUT', "videos/$hidden->{uuid}/chapters", $editor,
	{ chapters => [{ timecode => 0, title => 'One' }] }), 204, 'chapters';
is json("videos/$locked->{uuid}/passwords", $editor)->{total}, 1, 'passwords';
is json("videos/$hidden->{uuid}/stats/overall", $editor)->{totalViewers}, 0,
	'statistics';
is status('PUT', "video-channels/$channel", $editor, { support => 'Help us' }),
	204, 'the channel\'s texts';
my $answer = $client->post_multipart('/api/v1/videos/upload',
	{ name => 'By an editor', channelId => id_of($channel), privacy => 1 },
	{ videofile => { path => ffmpeg_clip(seconds => 1),
		type => 'video/mp4' } },
	headers => { authorization => "Bearer $token{$editor}" });
is $answer->{status}, 200, 'an upload into it' or diag $answer->{content};

my $made = call('POST', 'video-playlists', $maker, { displayName => 'List',
	privacy => 3, videoChannelId => id_of($channel) });
my $playlist = decode_json($made->{content})->{videoPlaylist}{uuid};
is status('PUT', "video-playlists/$playlist", $editor,
	{ displayName => 'Best' }), 204, 'a playlist of the channel';
is json("video-channels/$channel/video-playlists", $editor)->{total}, 1,
	'private ones are listed';
is json("video-channels/$channel/video-playlists", $other)->{total}, 0,
	'for others they are not';
is status('PUT', "video-playlists/$playlist", $editor,
	{ videoChannelId => id_of($second) }), 403, 'it is not moved away';
is status('PUT', "video-playlists/$playlist", $editor,
	{ videoChannelId => undef }), 403, 'nor taken out';
is status('DELETE', "video-playlists/$playlist", $editor), 204, 'deleted';
$made = call('POST', 'video-playlists', $maker, { displayName => 'Own',
	privacy => 3 });
$playlist = decode_json($made->{content})->{videoPlaylist}{uuid};
is status('GET', "video-playlists/$playlist", $editor), 404,
	'a private one of no channel is hidden';

is json("users/me/videos/comments?videoChannelId=" . id_of($channel), $editor)
	->{total}, 0, 'comments of its videos';
is status('GET', "users/me/videos/comments?videoChannelId=" . id_of($second),
	$editor), 403, 'not of another channel\'s';

my $acts = json("video-channels/$channel/activities?count=100", $editor);
is_deeply [map { $_->{action}{id} } @{ $acts->{data} }], [1, 2, 5, 2],
	'all this is noted down';
is $acts->{data}[0]{video}{name}, 'By an editor', 'of which video';
is $acts->{data}[0]{account}{name}, $editor, 'by whom';
is status('GET', "video-channels/$channel/activities", $other), 403,
	'not for others';

# The owner's quota is what counts, too.
$cardume->psql("UPDATE app_user SET video_quota = 1 FROM account a, actor r
	WHERE a.user_id = app_user.id AND r.id = a.actor_id
	AND r.name = '$maker'");
$answer = $client->post_multipart('/api/v1/videos/upload',
	{ name => 'By an editor', channelId => id_of($channel), privacy => 1 },
	{ videofile => { path => ffmpeg_clip(seconds => 1),
		type => 'video/mp4' } },
	headers => { authorization => "Bearer $token{$editor}" });
is $answer->{status}, 413, 'the owner\'s quota is used up';
$cardume->psql('UPDATE app_user SET video_quota = -1');

# ... and may not.
for my $elsewhere (id_of($second), $me->{videoChannels}[0]{id}) {
	is status('PUT', "videos/$hidden->{uuid}", $editor,
		{ channelId => $elsewhere }), 403, 'it is not moved away';
}
is status('DELETE', "video-channels/$channel", $editor), 403,
	'the channel is not deleted';
is status('POST', "video-channels/$channel/give-ownership", $editor,
	{ username => $editor }), 403, 'nor given away';
is status('POST', "videos/$hidden->{uuid}/give-ownership", $editor,
	{ username => $editor }), 403, 'nor are videos';
is status('POST', "$base/invite", $editor, { accountHandle => $other }), 403,
	'nobody else is invited';
is status('PUT', "video-channels/$second", $editor, { support => 'No no' }),
	403, 'other channels of the owner are another\'s';
is status('GET', "accounts/$maker/followers", $editor), 403,
	'the owner\'s account is another\'s';
my $alien = Cardume::Video->make($cardume, $maker, privacy => 3, bare => 1);
$cardume->psql("UPDATE video SET channel_id = " . id_of($second) .
	" WHERE id = $alien->{id}");
is status('GET', "videos/$alien->{uuid}", $editor), 404,
	'a private video there is hidden';
is status('DELETE', "videos/$alien->{uuid}", $editor), 404,
	'and not deleted';
my $own = Cardume::Video->make($cardume, $editor, privacy => 1, bare => 1);
is status('PUT', "videos/$own->{uuid}", $editor,
	{ channelId => id_of($channel) }), 403,
	'nobody is given a video without being asked';

# A blocked editor is none.
$cardume->psql("UPDATE app_user SET is_blocked = true FROM account a, actor r
	WHERE a.user_id = app_user.id AND r.id = a.actor_id
	AND r.name = '$editor'");
is $cardume->psql("SELECT video_access(v, a.user_id, true) FROM video v,
	account a JOIN actor r ON r.id = a.actor_id WHERE r.name = '$editor'
	AND v.id = $hidden->{id}"), 'hidden', 'a blocked one sees nothing';
$cardume->psql("UPDATE app_user SET is_blocked = false");

# --- the end -------------------------------------------------------------------

is status('DELETE', "$base/$id", $other), 403, 'others end nothing';
is status('DELETE', "$base/$id"), 401, 'nor does nobody';
is status('DELETE', "videos/$hidden->{uuid}", $editor), 204,
	'an editor deletes a video';
is json("video-channels/$channel/activities", $maker)->{data}[0]{action}{id},
	3, 'which is noted down';
is status('DELETE', "$base/$id", $editor), 204, 'an editor leaves';
is status('GET', "videos/$locked->{uuid}/passwords", $editor), 403,
	'and is a stranger again';
is status('DELETE', "$base/$id", $maker), 404, 'once';
$id = invite($editor);
is status('DELETE', "$base/$id", $maker), 204, 'the owner takes it back';
is @{ told($editor, 23) }, 0, 'nobody is told of it then';

my @crowd = map { $cardume->psql("WITH u AS (INSERT INTO app_user
	(password_hash) VALUES ('\$argon2id\$x') RETURNING id), r AS (INSERT INTO
	actor (kind, name, public_key) VALUES ('Person', '" . unique('many') .
	"', '-----BEGIN PUBLIC KEY-----') RETURNING id, name), a AS (INSERT INTO
	account (actor_id, actor_kind, user_id, display_name) SELECT r.id,
	'Person', u.id, 'Many' FROM r, u) SELECT name FROM r") } 1 .. 20;
invite($_) for @crowd;
is status('POST', "$base/invite", $maker, { accountHandle => $other }), 400,
	'20 are enough';

done_testing;
