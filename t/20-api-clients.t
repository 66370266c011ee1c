#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# What the real clients read of our answers: one line a field. A client breaks
# where one is missing or of another type (reference: clients.md 3).
use strict;
use warnings;
use B;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;

use Cardume;
use Cardume::Video;

# Alone: videos of other tests have no pictures.
my $cardume = Cardume->start;
my $client = $cardume->client;
my $origin = $cardume->origin;
my $owner = $cardume->user(unique('maker'));
my $word = unique('word');
my $video = Cardume::Video->make($cardume, $owner, name => "About $word",
	description => 'Words. ' x 60, tags => "{$word,clip}", category => 1,
	licence => 1, language => 'en');
my $bare = Cardume::Video->make($cardume, $owner, name => "Bare $word");
my $actors = $cardume->psql("SELECT string_agg(a.id::text, ',') FROM actor a
	WHERE a.name LIKE '$owner%'");
$cardume->psql("INSERT INTO actor_image (actor_id, kind, filename, width,
	height) SELECT id, 'avatar', gen_random_uuid() || '.jpg', w, w
	FROM actor, unnest('{120,48}'::int[]) w WHERE id IN ($actors);
	INSERT INTO actor_image (actor_id, kind, filename, width, height)
	SELECT id, 'banner', gen_random_uuid() || '.jpg', 1920, 317
	FROM actor WHERE id IN ($actors) AND kind = 'Group'");
my $channel = $cardume->psql("SELECT name FROM actor
	WHERE id IN ($actors) AND kind = 'Group'");
my $token = $cardume->token($owner);

# What the owner has made by the API; its answer.
sub made {
	my ($path, $fields, $status) = @_;
	my $answer = $client->send_json('POST', "/api/v1$path", $fields,
		headers => { authorization => "Bearer $token" });
	is $answer->{status}, $status // 200, "made: $path"
		or diag $answer->{content};
	return $answer->{content} ? decode_json($answer->{content}) : undef;
}
my $threads = "/videos/$video->{uuid}/comment-threads";
my $thread = made($threads, { text => 'First' })->{comment}{id};
made("/videos/$video->{uuid}/comments/$thread", { text => 'Second' });
my $channel_id = $client->json("/api/v1/video-channels/$channel")->{id};
my $list = made('/video-playlists', { displayName => "List $word",
	privacy => 1, videoChannelId => $channel_id })->{videoPlaylist}{uuid};
made("/video-playlists/$list/videos", { videoId => $video->{id} });
made('/users/me/subscriptions', { uri => $channel . '@' .
	$origin =~ s{.*//}{}r }, 204);

my $instant = qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
my %is = (
	string => sub { defined $_[0] && !ref $_[0] && !is_number($_[0]) },
	words => sub { defined $_[0] && !ref $_[0] && length $_[0] },
	int => sub { is_number($_[0]) && $_[0] =~ /^\d+$/ },
	number => sub { is_number($_[0]) },
	bool => sub { JSON::PP::is_bool($_[0]) },
	array => sub { ref $_[0] eq 'ARRAY' },
	filled => sub { ref $_[0] eq 'ARRAY' && @{ $_[0] } },
	object => sub { ref $_[0] eq 'HASH' },
	path => sub { ($_[0] // '') =~ m{^/[^/]} },
	url => sub { ($_[0] // '') =~ m{^\Q$origin\E/[^/]} },
	magnet => sub { ($_[0] // '') =~ /^magnet:\?.*xt=urn:btih:[0-9a-f]{40}/ },
	instant => sub { ($_[0] // '') =~ $instant },
	uuid => sub { ($_[0] // '') =~ /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/ },
	short => sub { ($_[0] // '') =~ /^[1-9a-zA-Z]{22}$/ },
	semver => sub { ($_[0] // '') =~ /^\d+\.\d+\.\d+$/ },
	null => sub { !defined $_[0] },
	there => sub { 1 },
);

sub is_number {
	my ($value) = @_;
	return 0 if ref $value || !defined $value;
	return B::svref_2object(\$value)->FLAGS & (B::SVp_IOK | B::SVp_NOK) &&
		!(B::svref_2object(\$value)->FLAGS & B::SVp_POK);
}

# All values at "data[].account.name"; an absent member is one, too.
sub values_at {
	my ($document, $path) = @_;
	my @found = ([1, $document]);
	for my $step (split /\.|(?=\[\])/, $path) {
		@found = map { my ($there, $at) = @$_;
			$step eq '[]' ? map { [1, $_] } @{ $at // [] } :
			ref $at eq 'HASH' && exists $at->{$step} ?
				[1, $at->{$step}] : [0]
		} @found;
	}
	return @found;
}

my $actor = 'id:int name:words displayName:words host:words url:url ' .
	'avatars:array';
my $enum = 'category.label licence.label language.label privacy.label';
my $item = 'id:int uuid:uuid shortUUID:short name:words url:url ' .
	'createdAt:instant updatedAt:instant publishedAt:instant ' .
	'originallyPublishedAt:null description:there ' .
	'truncatedDescription:there duration:int isLocal:bool isLive:bool ' .
	'nsfw:bool nsfwFlags:int nsfwSummary:null views:int viewers:int ' .
	'downloads:int likes:int dislikes:int comments:int aspectRatio:there ' .
	'thumbnailPath:path previewPath:path embedPath:path ' .
	'thumbnails[].fileUrl:url thumbnails[].width:int ' .
	'thumbnails[].height:int thumbnails[].aspectRatio:words ' .
	join(' ', map { ("$_:words") } split ' ', $enum) . ' category.id:there ' .
	prefixed('account.', $actor) . ' ' . prefixed('channel.', $actor);
my $file = 'id:int resolution.id:int resolution.label:words size:int fps:int ' .
	'width:int height:int torrentUrl:url torrentDownloadUrl:url ' .
	'fileUrl:url fileDownloadUrl:url magnetUri:magnet metadataUrl:url ' .
	'hasAudio:bool hasVideo:bool storage:int';
my $full_actor = "$actor followersCount:int followingCount:int " .
	'createdAt:instant updatedAt:instant description:there';

sub prefixed {
	my ($prefix, $fields) = @_;
	return join ' ', map { "$prefix$_" } split ' ', $fields;
}

my $video_list = 'total:int data:filled ' . prefixed('data[].', $item);
my $channel_list = 'total:int data:filled ' . prefixed('data[].',
	"$full_actor isLocal:bool support:there banners:array " .
	'ownerAccount.url:url ownerAccount.name:words');

my $details = "$item tags:array support:there " .
	prefixed('account.', $full_actor) . ' ' .
	prefixed('channel.', $full_actor) . ' channel.isLocal:bool ' .
	'commentsPolicy.id:int commentsPolicy.label:words ' .
	'downloadEnabled:bool waitTranscoding:bool state.id:int ' .
	'state.label:words trackerUrls:array embedPrivacyPolicy.id:int ' .
	'inputFileUpdatedAt:instant files:filled ' .
	prefixed('files[].', $file) . ' streamingPlaylists:filled ' .
	'streamingPlaylists[].id:int streamingPlaylists[].type:int ' .
	'streamingPlaylists[].playlistUrl:url ' .
	'streamingPlaylists[].segmentsSha256Url:url ' .
	'streamingPlaylists[].redundancies:array ' .
	prefixed('streamingPlaylists[].files[].', "$file playlistUrl:url");

# client, path, fields
my @table = (
	['all', '/api/v1/config', 'serverVersion:semver instance.name:words
		instance.shortDescription:string instance.isNSFW:bool
		instance.defaultNSFWPolicy:words signup.allowed:bool
		signup.allowedForCurrentIP:bool user.videoQuota:number
		autoBlacklist.videos.ofUsers.enabled:bool
		plugin.registered:array transcoding.hls.enabled:bool
		transcoding.enabledResolutions:array live.enabled:bool
		trending.videos.algorithms.enabled:filled
		search.remoteUri.users:bool tracker.enabled:bool
		video.file.extensions:filled
		views.videos.watchingInterval.anonymous:int
		webrtc.stunServers:array homepage.enabled:bool
		fieldsConstraints.users.password.maxLength:int'],
	['Grayjay', '/api/v1/config/', 'instance.name:words'],
	['instances index', '/api/v1/config/about', 'instance.name:words
		instance.description:string instance.terms:string
		instance.languages:array instance.categories:array'],
	['instances index', '/api/v1/server/stats', 'totalUsers:int
		totalVideos:int totalLocalVideos:int totalLocalVideoViews:int
		totalInstanceFollowers:int totalInstanceFollowing:int
		totalLocalVideoFilesSize:int totalVideoComments:int
		totalDailyActiveUsers:int videosRedundancy:array'],
	['NewPipe', '/api/v1/videos?sort=-publishedAt&isLocal=true&start=0&count=12',
		$video_list],
	['NewPipe', '/api/v1/videos?sort=-trending&start=0&count=12', $video_list],
	['NewPipe', '/api/v1/videos?sort=-likes&start=0&count=12', $video_list],
	['Kodi', '/api/v1/videos?filter=local&sort=likes&count=20&start=0',
		$video_list],
	['Kodi', "/api/v1/search/videos?filter=local&sort=views&count=20&start=0&search=$word",
		$video_list],
	['Sepia', '/api/v1/videos?start=0&filter=local&nsfw=both&skipCount=true&count=10',
		'data:filled ' . prefixed('data[].', $item)],
	['Sepia', "/api/v1/video-channels/$channel/videos?start=0&count=0",
		'total:int data:array'],
	['android', '/api/v1/videos/?start=0&count=12&sort=-createdAt&nsfw=both',
		"$video_list data[].account.avatar:there"],
	['Grayjay', '/api/v1/videos?sort=best&start=0&count=20&nsfw=false',
		$video_list],
	['Grayjay', "/api/v1/search/videos?search=$word&sort=-match&isLive=false&searchTarget=local&resultType=videos",
		$video_list],
	['Grayjay', "/api/v1/search/videos?tagsOneOf=$word&sort=-publishedAt&searchTarget=local",
		$video_list],
	['NewPipe', "/api/v1/search/videos?start=0&count=8&sort=-createdAt&tagsOneOf=$word&tagsOneOf=other",
		$video_list],
	['NewPipe', "/api/v1/search/video-channels?search=$channel&start=0&count=12",
		$channel_list],
	['NewPipe', "/api/v1/accounts/$owner\@" . ($origin =~ s{.*//}{}r) .
		'/videos?start=0&count=8', $video_list],
	['yt-dlp', "/api/v1/video-channels/$channel/videos?sort=-createdAt&start=0&count=30&nsfw=both",
		$video_list],
	['yt-dlp', "/api/v1/accounts/$owner/videos?sort=-createdAt&start=0&count=30&nsfw=both",
		$video_list],
	['NewPipe', "/api/v1/accounts/$owner", "$full_actor avatars:filled
		avatars[].path:path avatars[].fileUrl:url avatars[].width:int
		avatars[].height:int avatars[].createdAt:instant
		avatars[].updatedAt:instant avatar.path:path userId:int"],
	['NewPipe', "/api/v1/video-channels/$channel", "$full_actor
		avatars:filled avatars[].path:path banners:filled
		banners[].path:path banners[].fileUrl:url support:there
		isLocal:bool " . prefixed('ownerAccount.', $full_actor)],
	['NewPipe', "/api/v1/accounts/$owner/video-channels?start=0&count=12",
		$channel_list],
	['PeerTube-browser', '/api/v1/video-channels?start=0&count=1',
		$channel_list],
	['yt-dlp', "/api/v1/videos/$video->{short}/", $details],
	['viewer-rs', "/api/v1/videos/$video->{uuid}", $details],
	['cli', "/api/v1/videos/$video->{id}", $details],
	['NewPipe', "/api/v1/videos/$bare->{uuid}", $details],
	['yt-dlp', "/api/v1/videos/$video->{uuid}/description",
		'description:words'],
	['NewPipe', "/api/v1/videos/$video->{uuid}/captions",
		'total:int data:array'],
	['NewPipe', "/api/v1/videos/$video->{uuid}/chapters", 'chapters:array'],
	['NewPipe', "/api/v1/videos/$video->{uuid}/storyboards",
		'storyboards:array'],
	['all', '/api/v1/videos/categories', '1:words 18:words'],
	['all', '/api/v1/videos/licences', '1:words 7:words'],
	['all', '/api/v1/videos/languages', 'en:words fr:words pt:words'],
	['all', '/api/v1/videos/privacies', '1:words 5:words'],
	['cli', '/api/v1/users/me', 'id:int username:words email:words
		role.id:int role.label:words nsfwPolicy:words
		videoQuota:number videoQuotaDaily:number account.name:words
		account.id:int videoChannels:filled videoChannels[].id:int
		videoChannels[].name:words blocked:bool createdAt:instant
		autoPlayVideo:bool p2pEnabled:bool emailVerified:bool
		specialPlaylists:array twoFactorEnabled:bool theme:words', $token],
	['apps', '/api/v1/users/me/videos', "$video_list data[].state.id:int
		data[].waitTranscoding:bool data[].tags:array", $token],
	['NewPipe', "/api/v1$threads?start=0&count=12", 'total:int data:filled ' .
		prefixed('data[].', 'id:int threadId:int text:words
		createdAt:instant totalReplies:int isDeleted:bool
		account.name:words account.host:words
		account.displayName:words account.avatars:filled')],
	['NewPipe', "/api/v1$threads/$thread", 'comment.id:int children:filled
		children[].comment.id:int children[].comment.text:words
		children[].comment.createdAt:instant
		children[].children:array'],
	['NewPipe', "/api/v1/video-playlists/$list", 'uuid:uuid
		displayName:words thumbnailPath:there videosLength:int
		description:there ownerAccount.displayName:words
		ownerAccount.url:url ownerAccount.avatars:filled
		videoChannel.displayName:words videoChannel.url:url'],
	['yt-dlp', "/api/v1/video-playlists/$list/videos?sort=-createdAt&start=0&count=30&nsfw=both",
		'total:int data:filled data[].video.shortUUID:short
		data[].video.name:words'],
	['Grayjay', "/api/v1/accounts/$owner/video-playlists?sort=-updatedAt&start=0&count=50",
		'total:int data:filled data[].uuid:uuid data[].url:url
		data[].privacy.id:int', $token],
	['Grayjay', "/api/v1/video-channels/$channel/video-playlists?sort=-publishedAt",
		'total:int data:filled data[].displayName:words
		data[].url:url data[].videosLength:int'],
	['NewPipe', "/api/v1/search/video-playlists?search=$word&start=0&count=12",
		'total:int data:filled data[].displayName:words
		data[].url:url data[].videosLength:int
		data[].thumbnailPath:there'],
	['Grayjay', '/api/v1/users/me/subscriptions?start=0&count=100',
		'total:int data:filled data[].url:url', $token],
	['android', '/api/v1/users/me/subscriptions/videos?start=0&count=12',
		$video_list, $token],
	['android', "/api/v1/users/me/videos/$video->{id}/rating",
		'videoId:int rating:words', $token],
	['android', '/api/v1/overviews/videos?page=1',
		'categories:array channels:array tags:array'],
	['apps', '/api/v1/users/me/video-quota-used', 'videoQuotaUsed:int
		videoQuotaUsedDaily:int', $token],
);

for my $row (@table) {
	my ($who, $path, $fields, $token) = @$row;
	# A browser's Accept (yt-dlp) gets JSON all the same.
	my $answer = $client->get($path, headers => {
		accept => 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
		$token ? (authorization => "Bearer $token") : () });
	is $answer->{status}, 200, "$who: $path" or next;
	is $answer->{headers}{'access-control-allow-origin'}, '*', 'CORS';
	like $answer->{headers}{'content-type'}, qr{^application/json}, 'JSON';
	my $document = decode_json($answer->{content});
	my @bad;
	for my $field (split ' ', $fields) {
		my ($at, $type) = $field =~ /^(.*):(\w+)$/;
		my @found = values_at($document, $at);
		push @bad, "$at is not $type: " . ($_->[1] // 'null')
			for grep { !$_->[0] || !$is{$type}->($_->[1]) } @found;
	}
	is_deeply \@bad, [], "$who: " . (() = split ' ', $fields) . ' fields';
}

# Rules of names and shapes (clients.md 1).
my $document = $client->json("/api/v1/videos/$bare->{uuid}");
is_deeply $document->{$_}, { id => undef, label => 'Unknown' },
	"an unset $_" for qw(category licence language);
ok !exists $document->{$_}, "no $_ in a video"
	for qw(followersCount videosLength video errors);
my ($playlist) = @{ $document->{streamingPlaylists} };
like $playlist->{playlistUrl}, qr/-master\.m3u8$/, 'the master list';
my ($fragmented) = @{ $playlist->{files} };
like $fragmented->{fileUrl}, qr/-360-fragmented\.mp4$/, 'the rendition';
is $fragmented->{fileUrl} =~ s/-fragmented\.mp4/.m3u8/r,
	$fragmented->{playlistUrl}, 'its list, by NewPipe\'s rule';
is $client->get($_)->{status}, 200, 'is there: ' . $_ =~ s/.*-//r
	for $fragmented->{playlistUrl}, $playlist->{playlistUrl},
	map { @$_{qw(fileUrl fileDownloadUrl torrentUrl torrentDownloadUrl)} }
	$fragmented, $document->{files}[0];
like $client->get($document->{files}[0]{fileDownloadUrl})
	->{headers}{'content-disposition'}, qr/^attachment; filename="Bare /,
	'a download is saved under the title';
my $long = $client->json('/api/v1/videos?count=100');
my ($listed) = grep { $_->{uuid} eq $video->{uuid} } @{ $long->{data} };
is length $listed->{truncatedDescription}, 250, 'lists cut descriptions';
like $listed->{description}, qr/\.\.\.$/, 'and say so';
is length $client->json("/api/v1/videos/$video->{uuid}")->{description}, 420,
	'a video tells all';
my $account = $client->json("/api/v1/accounts/$owner");
is_deeply [map { $_->{width} } @{ $account->{avatars} }], [48, 120],
	'avatars: smallest first';
is_deeply $listed->{account}{avatars}, $account->{avatars},
	'the same in lists';
is $client->get("//api/v1//videos/$video->{uuid}")->{status}, 200,
	'doubled slashes';
done_testing;
