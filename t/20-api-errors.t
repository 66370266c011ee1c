#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Bad input to every operation: refused with a problem document that names
# what is wrong; never a failure of ours.
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
my $owner = $cardume->user(unique('owner'));
my $other = $cardume->user(unique('other'));
my $video = Cardume::Video->make($cardume, $owner);
my $private = Cardume::Video->make($cardume, $owner, privacy => 3);
my $locked = Cardume::Video->make($cardume, $owner, privacy => 5,
	passwords => ['sesame']);
my %token = (owner => $cardume->token($owner),
	other => $cardume->token($other), none => 'f' x 64);

# method, path, who, status, what is named
my @table;
for my $list ('/videos', '/search/videos', "/accounts/$owner/videos",
		"/video-channels/${owner}_channel/videos") {
	push @table, map { ['GET', "$list?$_->[0]", undef, 400, $_->[1]] }
		['start=-1', 'start'], ['start=x', 'start'],
		['start=99999999999999999999', 'start'], ['start=1.5', 'start'],
		['count=-1', 'count'], ['count=101', 'count'],
		['count=1e1', 'count'], ['count=%201', 'count'],
		['sort=password', 'sort'], ['sort=-', 'sort'],
		['sort=name;drop', 'sort'], ['nsfw=maybe', 'nsfw'],
		['isLive=maybe', 'isLive'], ['isLocal=2', 'isLocal'],
		['skipCount=yes', 'skipCount'], ['include=-1', 'include'],
		['include=256', 'include'], ['hasHLSFiles=x', 'hasHLSFiles'],
		['search=' . 'x' x 1001, 'search'], ['host=' . 'x' x 301, 'host'],
		['tagsOneOf=x' . '&tagsOneOf=y' x 100, 'tagsOneOf'],
		['categoryOneOf=x', undef], ['licenceOneOf=1.5', undef],
		['categoryOneOf=99999999999', undef], ['search=%ff', undef],
		['search=%00', undef];
	push @table, ['GET', "$list?privacyOneOf=3", $_, 401]
		for undef, 'other';
}
for my $id ('xyz', '-1', '1x', "'", '%22', 'x' x 36, 'x' x 1000,
		'00000000-0000-0000-0000-00000000000g', '0lI' . 'x' x 19,
		'9' x 40) {
	push @table, ['GET', "/videos/$id", undef, 400, 'id'],
		['GET', "/videos/$id/captions", undef, 400, 'id'],
		['GET', "/videos/$id/description", undef, 400, 'id'],
		['POST', "/videos/$id/token", undef, 400, 'id'],
		['DELETE', "/videos/$id", 'owner', 400, 'id'];
}
for my $id (0, 999999999, '999999999999999999',
		'00000000-0000-4000-8000-000000000000', '1' x 22,
		$private->{uuid}) {
	push @table, ['GET', "/videos/$id", undef, 404],
		['GET', "/videos/$id", 'other', 404],
		['GET', "/videos/$id/captions", undef, 404],
		['GET', "/videos/$id/chapters", undef, 404],
		['GET', "/videos/$id/storyboards", undef, 404],
		['GET', "/videos/$id/description", undef, 404],
		['GET', "/videos/$id/metadata/1", undef, 404],
		['POST', "/videos/$id/token", undef, 404],
		['DELETE', "/videos/$id", 'other', 404];
}
for my $handle ('nobody', 'nobody@elsewhere.example', "x\@", '@', "o'", '%ff',
		'..', 'x' x 51, 'peertube@x@y') {
	my $status = $handle =~ /^(?:@|%ff|x{51})$/ ? 400 : 404;
	next if $handle eq '..';
	push @table, ['GET', "/accounts/$handle", undef, $status],
		['GET', "/accounts/$handle/videos", undef, $status],
		['GET', "/accounts/$handle/video-channels", undef, $status],
		['GET', "/video-channels/$handle", undef, $status],
		['GET', "/video-channels/$handle/videos", undef, $status];
}
push @table, map { ['GET', "/video-channels?$_", undef, 400] }
	'start=x', 'count=101', 'sort=views';
push @table, map { ['GET', "/accounts/$owner/video-channels?$_", undef, 400] }
	'start=x', 'count=101', 'sort=views', 'search=' . 'x' x 1001;
push @table, map { ['GET', "/search/video-channels?$_", undef, 400] }
	'start=x', 'count=101', 'sort=views', 'search=' . 'x' x 1001;
for my $path ('/users/me', '/users/me/videos', '/users/me/video-quota-used') {
	push @table, ['GET', $path, undef, 401], ['GET', $path, 'none', 401];
}
push @table, ['POST', '/users/revoke-token', undef, 401],
	['DELETE', "/videos/$video->{uuid}", undef, 401],
	['DELETE', "/videos/$video->{uuid}", 'none', 401],
	['DELETE', "/videos/$video->{uuid}", 'other', 403],
	['GET', '/videos', 'none', 401],
	['GET', "/videos/$video->{uuid}/metadata/x", undef, 400, 'file'],
	['GET', "/videos/$video->{uuid}/metadata/999999", undef, 404],
	['GET', "/videos/$locked->{uuid}", undef, 401],
	['GET', "/videos/$locked->{uuid}", 'other', 403],
	['POST', "/videos/$locked->{uuid}/token", undef, 401];

for my $row (@table) {
	my ($method, $path, $who, $status, $field) = @$row;
	my $answer = $client->request($method, "/api/v1$path", headers =>
		$who ? { authorization => "Bearer $token{$who}" } : {});
	my $name = "$method " . substr($path, 0, 60) . ' ' . ($who // '');
	if ($answer->{status} != $status) {
		is $answer->{status}, $status, $name;
		next;
	}
	my $problem = eval { decode_json($answer->{content}) } // {};
	my $instance = $problem->{instance} // '';
	my @wrong = grep { !$_->[1] }
		['type', $answer->{headers}{'content-type'} =~
			m{^application/problem\+json}],
		['status', ($problem->{status} // 0) == $status],
		['detail', length($problem->{detail} // '')],
		['error', ($problem->{error} // '') eq
			($problem->{detail} // '-')],
		['title', length($problem->{title} // '')],
		['instance', $path =~ /%ff/ || $instance =~ m{^/api/v1/}],
		['field', !$field || $problem->{'invalid-params'}{$field}{msg}];
	is_deeply [map { $_->[0] } @wrong], [], $name;
}

# Passwords of videos.
my $password = sub {
	my ($given, $token) = @_;
	my $answer = $client->get("/api/v1/videos/$locked->{uuid}", headers => {
		'x-peertube-video-password' => $given,
		$token ? (authorization => "Bearer $token") : () });
	return ($answer->{status}, decode_json($answer->{content})->{code});
};
is_deeply [$password->('sesame')], [200, undef], 'the right password';
is_deeply [$password->('open')], [403, 'incorrect_video_password'],
	'the wrong one';
is_deeply [$password->('x' x 5000)], [403, 'incorrect_video_password'],
	'a long one';
is_deeply [$password->('open', $token{owner})], [200, undef],
	'the owner needs none';
is decode_json($client->get("/api/v1/videos/$locked->{uuid}")->{content})
	->{code}, 'video_requires_password', 'one is asked for';

# A token for its files, in the playlist too.
my $made = $client->post("/api/v1/videos/$locked->{uuid}/token", {},
	headers => { 'x-peertube-video-password' => 'sesame' });
is $made->{status}, 200, 'a token for its files';
my $files = decode_json($made->{content})->{files};
like $files->{expires}, qr/^\d{4}-.*Z$/, 'with an end';
my $master = $locked->{files}{master};
is $client->get("$master?videoFileToken=$files->{token}")->{status}, 200,
	'the token opens';
is $client->get($master)->{status}, 404, 'nothing else does';
my $list = $client->text("$master?videoFileToken=$files->{token}" .
	'&reinjectVideoFileToken=true');
my ($next) = $list =~ /^([^#\n]+\.m3u8\S*)$/m;
like $next, qr/\?videoFileToken=$files->{token}&reinject/, 'lists carry it on';
(my $folder = $master) =~ s{[^/]*$}{};
$list = $client->text($folder . $next);
like $list, qr/URI="[^"]+-fragmented\.mp4\?videoFileToken=$files->{token}",/,
	'to the map';
my ($segment) = $list =~ /^([^#\n]+\.mp4\S*)$/m;
my $answer = $client->get($folder . $segment, headers =>
	{ range => 'bytes=37-72' });
is $answer->{status}, 206, 'a range of a segment';
is $answer->{content}, substr("$locked->{uuid}\n" x 3, 37, 36), 'the right one';

# What is not an operation.
for my $path ('/api/v1/nothing', '/api/v1', '/api/v2/videos',
		'/api/v1/videos/1/nothing') {
	my $answer = $client->get($path);
	is $answer->{status}, 400, "$path: 400";
	is $answer->{content}, '', 'and no more';
}
is $client->request('POST', '/api/v1/config')->{status}, 400,
	'nor is another method';

# Weird addresses of files.
for my $path ('/static/web-videos/private/..%2f..%2fsecret',
		'/static/web-videos/private/x', "/static/web-videos/private/'",
		'/static/web-videos/private/%ff',
		'/static/streaming-playlists/hls/private/x/y.m3u8',
		"/static/streaming-playlists/hls/private/$locked->{uuid}/../x",
		'/download/web-videos/x', '/download/web-videos/' . 'x' x 500,
		"/download/web-videos/$video->{uuid}-",
		"/download/web-videos/$video->{uuid}-99999999999.mp4",
		"/download/web-videos/$video->{uuid}-144.mp4",
		'/download/torrents/..', '/lazy-static/thumbnails/none.jpg',
		'/lazy-static/torrents/none.torrent',
		'/lazy-static/thumbnails/%ff.jpg') {
	my $status = $client->get($path)->{status};
	ok $status == 404 || $status == 400, "$path: $status";
}
done_testing;
