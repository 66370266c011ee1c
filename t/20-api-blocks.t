#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Blocked videos, muted accounts and servers.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json encode_json);
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my ($owner, $other, $third) = map { $cardume->user(unique($_)) }
	qw(maker viewer third);
my $moderator = $cardume->user(unique('mod'), role => 'moderator');
my %token = map { $_ => $cardume->token($_) } $owner, $other, $third,
	$moderator;

# The answer of an operation; `as` undef: without a token.
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

sub uuids { map { $_->{uuid} } @{ $_[0]{data} } }

# Until the video's file is in this tree.
sub moved {
	my ($file, $tree) = @_;
	ok((wait_until { -e $cardume->media . "/$tree/$file"
		} 30), "its file is $tree now");
}

# --- blocked videos ----------------------------------------------------------

my $word = unique('word');
my $uuid = $cardume->upload($token{$owner}, ffmpeg_clip(seconds => 1),
	name => "Bad $word", waitTranscoding => 'true');
$cardume->wait_published($uuid);
my $video = $client->json("/api/v1/videos/$uuid");
my $url = $video->{streamingPlaylists}[0]{files}[0]{fileUrl};
my $file = $url =~ s{^https?://[^/]+/}{}r;
my $fine = Cardume::Video->make($cardume, $owner, bare => 1, name => "Fine $word",
	views => 7);
my $block = "videos/$video->{uuid}/blacklist";

is status('POST', $block, undef, {}), 401, 'blocking without a token';
is status('POST', $block, 'a' x 40, {}), 401, 'with a token that is none';
is status('POST', $block, $_, { reason => 'No' }), 403,
	'one who is no moderator' for $owner, $other;
is status('POST', $block, $moderator, $_), 400, encode_json($_)
	for { reason => 'x' }, { reason => 'x' x 301 }, { reason => ['no'] },
	{ unfederate => 'perhaps' };
is status('POST', 'videos/' . '1' x 22 . '/blacklist', $moderator, {}), 404,
	'no such video';
is status('POST', 'videos/none/blacklist', $moderator, {}), 400, 'no video';
is status('PUT', $block, $moderator, { reason => 'None yet' }), 404,
	'what is not blocked cannot be changed';
is status('DELETE', $block, $moderator), 404, 'nor unblocked';
moved($file, 'public');

my $answer = call('POST', $block, $moderator, { reason => 'Too bad: <b>',
	unfederate => JSON::PP::true });
is $answer->{status}, 204, 'blocked';
is $answer->{content} // '', '', 'with nothing to say';
is status('POST', $block, $moderator, { reason => 'Again' }), 409,
	'not twice';
is status('GET', "videos/$video->{id}", undef), 404, 'hidden from strangers';
is status('GET', "videos/$video->{shortUUID}", $other), 404, 'from users';
for my $who ($owner, $moderator) {
	my $seen = json("videos/$video->{uuid}", $who);
	ok $seen->{blacklisted}, 'told to those who see it';
	is $seen->{blacklistedReason}, 'Too bad: <b>', 'with the reason';
}
is_deeply [uuids(json("videos?search=$word", $_))], [$fine->{uuid}],
	'not listed' for $owner, $moderator;
is_deeply [sort(uuids(json("videos?search=$word&include=2", $moderator)))],
	[sort $fine->{uuid}, $video->{uuid}], 'listed where that is asked for';
is_deeply [uuids(json("videos?search=$word&include=1", $moderator))],
	[$fine->{uuid}], 'not among those that are not published';
my ($mine) = grep { $_->{uuid} eq $video->{uuid} }
	@{ json('users/me/videos', $owner)->{data} };
ok $mine->{blacklisted}, "among the owner's own";
moved($file, 'private');
is $client->get($url)->{status}, 404,
	'and not handed out';

is status('PUT', $block, $owner, { reason => 'Good' }), 403, 'by the owner';
is status('PUT', $block, $moderator, { reason => 'x' }), 400, 'a bad reason';
is status('PUT', $block, $moderator, { reason => 'Worse' }), 204, 'changed';
is json("videos/$video->{uuid}", $owner)->{blacklistedReason}, 'Worse',
	'and told to the owner';
my $list = json("videos/blacklist?search=$word", $moderator);
is $list->{total}, 1, 'one is listed';
my $item = $list->{data}[0];
is_deeply { map { $_ => $item->{$_} } qw(reason type unfederated) },
	{ reason => 'Worse', type => 1, unfederated => JSON::PP::true },
	'as it is';
is $item->{video}{uuid}, $video->{uuid}, 'with its video';
like $item->{$_}, qr/^\d{4}-.*Z$/, $_ for qw(createdAt updatedAt);
is json("videos/blacklist?search=$word&type=2", $moderator)->{total}, 0,
	'none of the other type';
is json("videos/blacklist?search=%25$word", $moderator)->{total}, 0,
	'a percent sign is one';
is status('GET', 'videos/blacklist', $_), 403, 'not for users'
	for $owner, $other;
is status('GET', 'videos/blacklist', undef), 401, 'nor for nobody';
is status('GET', "videos/blacklist?$_", $moderator), 400, $_
	for qw(sort=reason type=4 type=x count=101 start=-1);
my $second = Cardume::Video->make($cardume, $owner, bare => 1,
	name => "Also $word", blocked => 'So', views => 9);
for my $sort (qw(id name duration views likes dislikes uuid createdAt)) {
	my @up = uuids({ data => [map { $_->{video} } @{ json(
		"videos/blacklist?search=$word&sort=$sort", $moderator)
		->{data} }] });
	my @down = uuids({ data => [map { $_->{video} } @{ json(
		"videos/blacklist?search=$word&sort=-$sort", $moderator)
		->{data} }] });
	is_deeply [reverse @down], \@up, "sorted by $sort";
}
is status('DELETE', $block, $other), 403, 'unblocking by another';
is status('DELETE', $block, $moderator), 204, 'unblocked';
moved($file, 'public');
is_deeply [sort(uuids(json("videos?search=$word", undef)))],
	[sort $fine->{uuid}, $video->{uuid}], 'listed again';
ok !json("videos/$video->{uuid}", $other)->{blacklisted}, 'seen again';
is $client->get($url)->{status}, 200, 'and its file';

# --- muted accounts ----------------------------------------------------------

my $mutes = 'users/me/blocklist/accounts';
my $host = $cardume->origin =~ s{.*//}{}r;
is status('GET', $mutes, undef), 401, 'mutes without a token';
is status('POST', $mutes, undef, { accountName => $owner }), 401, 'muting';
is status('DELETE', "$mutes/$owner", undef), 401, 'and not';
is status('POST', $mutes, $other, $_), 400, encode_json($_) for {},
	{ accountName => '' }, { accountName => 'x' x 51 },
	{ accountName => [$owner] }, { accountName => { a => 1 } };
is status('POST', $mutes, $other, { accountName => $_ }), 404, $_
	for 'nobody.here', "$owner\@elsewhere.example";
is status('POST', $mutes, $other, { accountName => $other }), 409, 'oneself';
is status('DELETE', "$mutes/$owner", $other), 404, 'not muted yet';
is json($mutes, $other)->{total}, 0, 'nobody is muted';
is status('POST', $mutes, $other, { accountName => "$owner\@$host" }), 204,
	'muted';
is status('POST', $mutes, $other, { accountName => uc $owner }), 204,
	'twice is once';
is status('POST', $mutes, $other, { accountName => $third }), 204, 'another';
$list = json($mutes, $other);
is $list->{total}, 2, 'two';
is_deeply [map { $_->{blockedAccount}{name} } @{ $list->{data} }],
	[$third, $owner], 'the latest first';
is $list->{data}[0]{byAccount}{name}, $other, 'by whom';
is_deeply [map { $_->{blockedAccount}{name} } @{ json(
	"$mutes?sort=createdAt&count=1", $other)->{data} }], [$owner],
	'the first first';
is json("$mutes?search=$owner", $other)->{total}, 1, 'searched';
is json("$mutes?start=1", $other)->{total}, 2, 'from the second';
is_deeply [uuids(json("$_$word", $other))], [], "not in $_" for 'videos?search=',
	'search/videos?search=', "accounts/$owner/videos?search=";
is json("$_$word", $moderator)->{total}, 2, "others see them in $_"
	for 'videos?search=', 'search/videos?search=';
is json("videos/$fine->{uuid}", $other)->{uuid}, $fine->{uuid},
	'by its own address it is there';
is status('GET', "$mutes?$_", $other), 400, $_ for qw(sort=name count=-1);
is json($mutes, $owner)->{total}, 0, "another's are another's";

my $status = json("blocklist/status?accounts=$owner&accounts=$moderator" .
	"&accounts=x\@y.example&hosts=y.example", $other);
is_deeply $status, { accounts => {
	$owner => { blockedByServer => JSON::PP::false,
		blockedByUser => JSON::PP::true },
	map { $_ => { blockedByServer => JSON::PP::false,
		blockedByUser => JSON::PP::false } } $moderator,
		'x@y.example' },
	hosts => { 'y.example' => { blockedByServer => JSON::PP::false,
		blockedByUser => JSON::PP::false } } }, 'their status';
is_deeply json('blocklist/status', undef), { accounts => {}, hosts => {} },
	'of nothing';
is json("blocklist/status?accounts[]=$owner\@$host", undef)
	->{accounts}{$owner}{blockedByUser}, JSON::PP::false, 'for nobody';
is status('GET', 'blocklist/status?' . join('&', map { "hosts=h$_" } 1 .. 101),
	undef), 400, 'too many';

my $threads = "videos/$fine->{uuid}/comment-threads";
is status('POST', $threads, $_, { text => "By $_" }), 200, "$_ comments"
	for $third, $moderator;
sub authors { map { $_->{account}{name} } @{ json($threads, $_[0])->{data} } }
is_deeply [authors($other)], [$moderator], 'their comments neither';
is_deeply [authors($_)], [$moderator, $third], 'others see them'
	for $owner, $third;

is status('DELETE', "$mutes/$third", $other), 204, 'no longer muted';
is_deeply [authors($other)], [$moderator, $third], 'seen again';
is json($mutes, $other)->{total}, 1, 'one';

# --- muted servers -----------------------------------------------------------

my $servers = 'users/me/blocklist/servers';
is status('GET', $servers, undef), 401, 'servers without a token';
is status('POST', $servers, undef, { host => 'a.example' }), 401, 'muting';
is status('POST', $servers, $other, $_), 400, encode_json($_) for {},
	{ host => 'http://a.example' }, { host => 'a b' }, { host => '' },
	{ host => ['a.example'] }, { host => "a.example\n" },
	{ host => 'x' x 300 }, { host => "a'; DROP TABLE video" };
is status('POST', $servers, $other, { host => $host }), 409, 'our own';
is status('POST', $servers, $other, { host => $_ }), 204, $_
	for 'A.Example', 'b.example:8080', 'a.example';
$list = json($servers, $other);
is $list->{total}, 2, 'two servers';
is_deeply [map { $_->{blockedServer}{host} } @{ $list->{data} }],
	['b.example:8080', 'a.example'], 'the latest first';
is json("$servers?search=b.ex", $other)->{total}, 1, 'searched';
is json('blocklist/status?hosts=a.example', $other)
	->{hosts}{'a.example'}{blockedByUser}, JSON::PP::true, 'status';
is status('DELETE', "$servers/a.example", $owner), 404, "another's";
is status('DELETE', "$servers/a.example", $other), 204, 'gone';
is status('DELETE', "$servers/a.example", $other), 404, 'once';

# --- what the instance mutes -------------------------------------------------

my $ours = 'server/blocklist';
for my $what (['GET', 'accounts'], ['POST', 'accounts', { accountName => $third }],
		['DELETE', "accounts/$third"], ['GET', 'servers'],
		['POST', 'servers', { host => 'c.example' }],
		['DELETE', 'servers/c.example'], ['GET', 'subscriptions'],
		['POST', 'subscriptions', { url => 'https://c.example' }],
		['DELETE', 'subscriptions/1']) {
	my ($method, $path, $body) = @$what;
	is status($method, "$ours/$path", undef, $body), 401,
		"$method $path without a token";
	is status($method, "$ours/$path", $owner, $body), 403,
		"$method $path by a user";
}
is status('POST', "$ours/accounts", $moderator, { accountName => $third }),
	204, 'muted for all';
is status('POST', "$ours/accounts", $moderator, { accountName => $moderator }),
	409, 'not oneself';
is status('POST', "$ours/accounts", $moderator, { accountName => 'no.one' }),
	404, 'nor nobody';
my ($entry) = grep { $_->{blockedAccount}{name} eq $third }
	@{ json("$ours/accounts", $moderator)->{data} };
is $entry->{byAccount}{name}, 'peertube', 'by the instance';
my $hidden = Cardume::Video->make($cardume, $third, bare => 1,
	name => "By $word");
is_deeply [uuids(json("videos?search=By+$word", undef))], [],
	'nobody is shown what is theirs';
is_deeply [uuids(json("videos?search=By+$word&include=4", $moderator))],
	[$hidden->{uuid}], 'but who asks for it';
is json("blocklist/status?accounts=$third", undef)
	->{accounts}{$third}{blockedByServer}, JSON::PP::true, 'status';
is json($mutes, $moderator)->{total}, 0, "not the moderator's own";
my $host_name = unique('h') . '.example';
is status('POST', "$ours/servers", $moderator, { host => $host_name }), 204,
	'a server';
is status('POST', "$ours/servers", $moderator, { host => $host }), 409,
	'not our own';
is json("$ours/servers?search=$host_name", $moderator)->{total}, 1, 'listed';
is json("blocklist/status?hosts=$host_name", undef)
	->{hosts}{$host_name}{blockedByServer}, JSON::PP::true, 'status';
is status('DELETE', "$ours/servers/$host_name", $moderator), 204, 'not muted';
is status('DELETE', "$ours/servers/$host_name", $moderator), 404, 'any more';
is status('DELETE', "$ours/accounts/$third", $moderator), 204, 'nor it';
is status('DELETE', "$ours/accounts/$third", $moderator), 404, 'any more';
is_deeply json("$ours/subscriptions", $moderator), { total => 0, data => [] },
	'no subscriptions';
is status('POST', "$ours/subscriptions", $moderator,
	{ url => 'https://c.example/list' }), 400, 'none can be made';
is status('DELETE', "$ours/subscriptions/1", $moderator), 404, 'or ended';
is status('GET', "$ours/public-log", undef), 403, 'no public log';

done_testing;
