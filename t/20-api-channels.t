#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Channels: made, changed, deleted; who follows them, what was done in them.
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
my ($maker, $fan, $other) = map { $cardume->user(unique($_)) }
	qw(maker fan other);
my $moderator = $cardume->user(unique('mod'), role => 'moderator');
my %token = map { $_ => $cardume->token($_) } $maker, $fan, $other,
	$moderator;
my $first = "${maker}_channel";

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

# --- making ------------------------------------------------------------------

my $name = unique('chan');
my %good = (name => $name, displayName => 'A channel');
my $answer = call('POST', 'video-channels', $maker,
	{ %good, name => uc $name, description => 'What it is',
	support => '' });
is $answer->{status}, 200, 'a channel is made' or diag $answer->{content};
like decode_json($answer->{content})->{videoChannel}{id}, qr/^\d+$/, 'its id';
my $made = json("video-channels/$name", $maker);
is $made->{name}, $name, 'its name is in small letters';
is $made->{displayName}, 'A channel', 'display name';
is $made->{description}, 'What it is', 'description';
is $made->{support}, undef, 'an empty text is none';
is $made->{ownerAccount}{name}, $maker, 'its owner';
like $cardume->psql("SELECT public_key FROM actor WHERE name = '$name'"),
	qr/BEGIN PUBLIC KEY/, 'it has a key';

is status('POST', 'video-channels', $maker, \%good), 409, 'a name taken';
is status('POST', 'video-channels', $maker, { %good, name => $fan }), 409,
	'an account\'s name';
is status('POST', 'video-channels', undef, \%good), 401, 'without a token';
is status('POST', 'video-channels', 'x' x 40, \%good), 401, 'a bad token';
for (['a b'], [''], ['.x'], ['x' x 51], ['é'], [undef], [{}], [[]]) {
	is status('POST', 'video-channels', $maker, { %good, name => $_->[0] }),
		400, 'name: ' . ($_->[0] // 'null');
}
for ([displayName => ''], [displayName => 'x' x 121], [description => 'x'],
		[description => 'x' x 1001], [support => 'xx'],
		[support => 'x' x 1001]) {
	is status('POST', 'video-channels', $maker,
		{ %good, name => unique('bad'), @$_ }), 400, "a bad $_->[0]";
}
$cardume->psql("UPDATE setting SET value = '2'
	WHERE name = 'user.channels_max'");
is status('POST', 'video-channels', $maker, { %good, name => unique('c') }),
	400, 'no more than the setting says';
$cardume->psql("UPDATE setting SET value = '20'
	WHERE name = 'user.channels_max'");

# --- changing ----------------------------------------------------------------

my $video = Cardume::Video->make($cardume, $maker, bare => 1);
$cardume->psql("UPDATE video SET channel_id = $made->{id}
	WHERE id = $video->{id}");
is status('PUT', "video-channels/$name", $maker, { displayName => 'Newer' }),
	204, 'one member alone';
$made = json("video-channels/$name", $maker);
is $made->{displayName}, 'Newer', 'is another';
is $made->{description}, 'What it is', 'the rest stays';
is $made->{p2pEnabled}, JSON::PP::true, 'its viewers may share';
is status('PUT', "video-channels/$name", $maker, { description => undef,
	support => 'Send money', bulkVideosSupportUpdate => JSON::PP::true,
	p2pEnabled => JSON::PP::false }),
	204, 'others';
$made = json("video-channels/$name", $maker);
is $made->{description}, undef, 'null takes it away';
is json("videos/$video->{uuid}", $maker)->{support}, 'Send money',
	'its videos ask for it too';
is $made->{p2pEnabled}, JSON::PP::false, 'its viewers may not share';
is status('PUT', "video-channels/$name", $maker, { p2pEnabled => 'perhaps' }),
	400, 'nothing else';
is status('PUT', "video-channels/$name", $moderator, { support => undef }),
	204, 'a moderator may';
is status('PUT', "video-channels/$name", $other, { support => undef }), 403,
	'others may not';
is status('PUT', "video-channels/$name", undef, { support => undef }), 401,
	'without a token';
is status('PUT', 'video-channels/no_such', $maker, { support => undef }), 404,
	'none of that name';
is status('PUT', "video-channels/$name", $maker, { displayName => 'x' x 121 }),
	400, 'too long a name';
is status('PUT', "video-channels/$name", $maker,
	{ bulkVideosSupportUpdate => 'x' }), 400, 'no boolean';

# --- lists -------------------------------------------------------------------

my $list = json("accounts/$maker/video-channels?withStats=true&sort=name");
is $list->{total}, 2, 'two channels';
my ($with) = grep { $_->{name} eq $name } @{ $list->{data} };
is $with->{videosCount}, 1, 'how many videos';
is $with->{totalViews}, 0, 'how many views';
is @{ $with->{viewsPerDay} }, 30, 'views of 30 days';
$cardume->psql("INSERT INTO view_day VALUES ($video->{id}, (now() AT TIME ZONE
	'UTC')::date, 5)");
$list = json("accounts/$maker/video-channels?withStats=true&search=newer");
is $list->{total}, 1, 'search';
is $list->{data}[0]{viewsPerDay}[-1]{views}, 5, 'the views of today';
ok !exists json("accounts/$maker/video-channels")->{data}[0]{viewsPerDay},
	'no statistics that nobody asked for';
is status('GET', "accounts/$maker/video-channels?withStats=x"), 400,
	'no boolean';

my $accounts = json('accounts?count=2');
cmp_ok $accounts->{total}, '>=', 4, 'accounts';
is $accounts->{data}[0]{name}, $moderator, 'the newest first';
my $oldest = json('accounts?sort=createdAt&count=1');
isnt $oldest->{data}[0]{name}, $moderator, 'the oldest first';
is status('GET', 'accounts?sort=name'), 400, 'no such order';

is status('POST', 'users/me/subscriptions', $fan, { uri => $name }), 204,
	'a follower';
is status('POST', 'users/me/subscriptions', $other, { uri => $first }), 204,
	'another one';
my $followers = json("video-channels/$name/followers", $maker);
is $followers->{total}, 1, 'the channel\'s followers';
my $follow = $followers->{data}[0];
is $follow->{follower}{name}, $fan, 'who';
is $follow->{following}{name}, $name, 'what';
is $follow->{state}, 'accepted', 'state';
is json("accounts/$maker/followers?sort=-createdAt", $maker)->{data}[0]
	{follower}{name}, $other, 'those of all channels, the newest first';
is json("accounts/$maker/followers?search=$fan", $maker)->{total}, 1, 'search';
is json("accounts/$maker/followers", $moderator)->{total}, 2, 'a moderator';
is status('GET', "$_/followers", $other), 403, "$_: not for others"
	for "accounts/$maker", "video-channels/$name";
is status('GET', "$_/followers"), 401, "$_: not without a token"
	for "accounts/$maker", "video-channels/$name";
is status('GET', 'accounts/no_such/followers', $maker), 404, 'no such account';

my $acts = json("video-channels/$name/activities", $maker);
is_deeply [map { $_->{action}{id} } @{ $acts->{data} }], [2, 2, 2, 1],
	'what was done';
is $acts->{data}[0]{account}{name}, $moderator, 'by whom';
is $acts->{data}[0]{targetType}{id}, 3, 'to what';
is status('GET', "video-channels/$name/activities", $other), 403,
	'not for others';
is status('GET', "video-channels/$name/activities"), 401, 'nor for nobody';

# --- deleting ----------------------------------------------------------------

is status('DELETE', "video-channels/$name", $other), 403, 'not another\'s';
is status('DELETE', "video-channels/$name"), 401, 'without a token';
is status('DELETE', "video-channels/$name", $maker), 204, 'it is deleted';
is status('GET', "video-channels/$name", $maker), 404, 'it is gone';
is status('GET', "videos/$video->{uuid}", $maker), 404, 'with its videos';
is status('DELETE', "video-channels/$name", $maker), 404, 'once';
is status('DELETE', "video-channels/$first", $maker), 409,
	'the last one stays';
is status('POST', 'video-channels', $maker, \%good), 409,
	'a name is given out once';

done_testing;
