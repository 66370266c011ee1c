#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Subscriptions, their videos, the token of their feed.
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
my ($maker, $second, $fan, $other) = map { $cardume->user(unique($_)) }
	qw(maker second fan other);
my %token = map { $_ => $cardume->token($_) } $maker, $fan, $other;
my $host = $cardume->origin =~ s{^https?://}{}r;
my ($channel, $far) = ("${maker}_channel", "${second}_channel");
my $mine = 'users/me/subscriptions';

# Not what nginx has kept: each address is asked for once.
my $asked = 0;

sub ask {
	my ($as, $method, $path, $body) = @_;
	$path .= ($path =~ /\?/ ? '&' : '?') . 'asked=' . $asked++
		if $method eq 'GET';
	my %o = (headers => $as ? { authorization => "Bearer $token{$as}" }
		: {});
	return $client->send_json($method, "/api/v1/$path", $body, %o)
		if $body;
	return $client->request($method, "/api/v1/$path", %o);
}

sub told { my $answer = ask(@_); return decode_json($answer->{content}) }

sub status { return ask(@_)->{status} }

is told($fan, 'GET', $mine)->{total}, 0, 'none yet';
is status($fan, 'POST', $mine, { uri => "$channel\@$host" }), 204,
	'name@host';
is status($fan, 'POST', $mine, { uri => "$channel\@$host" }), 204, 'again';
is status($fan, 'POST', $mine, { uri => uc $far }), 204, 'a name';
is status($other, 'POST', $mine, { uri => $channel }), 204, 'another';

my $list = told($fan, 'GET', $mine);
is $list->{total}, 2, 'two';
is_deeply [map { $_->{name} } @{ $list->{data} }], [$far, $channel],
	'the last first';
ok exists $list->{data}[0]{$_}, "a channel with $_" for qw(id url host
	displayName followersCount ownerAccount avatars createdAt isLocal);
is told($fan, 'GET', "$mine?sort=createdAt")->{data}[0]{name}, $channel,
	'the first first';
is @{ told($fan, 'GET', "$mine?start=1&count=5")->{data} }, 1, 'a page';
is told($fan, 'GET', "$mine?search=$maker")->{total}, 1, 'search';
is status($fan, 'GET', "$mine?sort=$_"), 400, "sort $_"
	for qw(name -x), 'createdAt;';
is told($fan, 'GET', "$mine?sort=$_")->{total}, 2, "sort $_"
	for qw(id -id createdAt -createdAt channelUpdatedAt -channelUpdatedAt);
is told('', 'GET', "video-channels/$channel")->{followersCount}, 2,
	'followers are counted';

is told($fan, 'GET', "$mine/$channel")->{name}, $channel, 'one';
is told($fan, 'GET', "$mine/$channel\@$host")->{name}, $channel,
	'by name and host';
is status($maker, 'GET', "$mine/$channel"), 404, 'not subscribed';
is status($fan, 'GET', "$mine/none_of_us"), 404, 'no such channel';

my $exist = told($fan, 'GET', "$mine/exist?uris=$channel\@$host&uris=$far" .
	"&uris=$maker&uris=x\@elsewhere.example&uris[]=%40");
is_deeply $exist, { "$channel\@$host" => JSON::PP::true,
	$far => JSON::PP::true, $maker => JSON::PP::false, '@' =>
	JSON::PP::false, 'x@elsewhere.example' => JSON::PP::false },
	'which exist';
is status($fan, 'GET', "$mine/exist"), 400, 'which of what?';
is status('', 'GET', "$mine/exist?uris=x"), 401, 'nobody';

subtest 'bad subscriptions' => sub {
	is status($fan, 'POST', $mine, $_->[1]), $_->[0], encode_json $_->[1]
		for [400, {}], [400, { uri => '' }], [400, { uri => [1] }],
			[400, { uri => 'x' x 60 }], [404, { uri => 'none_of' }],
			[404, { uri => $maker }], [404, { uri => "a'; --" }];
	is status('', 'POST', $mine, { uri => $channel }), 401, 'nobody';
	is status('', 'GET', $mine), 401, 'nobody';
	is status('', 'GET', "$mine/$channel"), 401, 'nobody';
	is status('', 'DELETE', "$mine/$channel"), 401, 'nobody';
};

subtest 'videos of subscriptions' => sub {
	my $new = Cardume::Video->make($cardume, $maker, bare => 1,
		name => 'The newest', category => 2);
	my $old = Cardume::Video->make($cardume, $second, bare => 1,
		age => 5, name => 'An older');
	Cardume::Video->make($cardume, $maker, bare => 1, privacy => 3);
	Cardume::Video->make($cardume, $other, bare => 1);
	my $videos = told($fan, 'GET', "$mine/videos");
	is $videos->{total}, 2, 'two';
	is_deeply [map { $_->{uuid} } @{ $videos->{data} }],
		[$new->{uuid}, $old->{uuid}], 'the newest first';
	is told($maker, 'GET', "$mine/videos")->{total}, 0,
		'who subscribes to nothing sees nothing';
	is told($fan, 'GET', "$mine/videos?categoryOneOf=2")->{total}, 1,
		'filtered';
	is told($fan, 'GET', "$mine/videos?search=older")->{data}[0]{uuid},
		$old->{uuid}, 'searched';
	is told($fan, 'GET', "$mine/videos?sort=publishedAt&count=1")
		->{data}[0]{uuid}, $old->{uuid}, 'sorted';
	ok !exists told($fan, 'GET', "$mine/videos?skipCount=true")->{total},
		'without a total';
	is status('', 'GET', "$mine/videos"), 401, 'nobody';
	is status($fan, 'GET', "$mine/videos?sort=x"), 400, 'bad sort';
	is status($fan, 'GET', "$mine/videos?count=101"), 400, 'bad count';

	ask($fan, 'POST', "videos/$old->{uuid}/views", { currentTime => 42 });
	$videos = told($fan, 'GET', "$mine/videos");
	is $videos->{data}[1]{userHistory}{currentTime}, 42, 'where one was';
	ok !exists $videos->{data}[0]{userHistory}, 'the other not at all';
	for my $list ("$mine/videos", "accounts/$second/videos",
			"video-channels/$far/videos", 'videos',
			'search/videos?search=older') {
		my $with = $list =~ /\?/ ? '&' : '?';
		my @found = map { $_->{uuid} } @{ told($fan, 'GET', $list .
			"${with}excludeAlreadyWatched=true&count=100")
			->{data} };
		ok !(grep { $_ eq $old->{uuid} } @found),
			"$list without what one has watched";
		@found = map { $_->{uuid} } @{ told($fan, 'GET', $list .
			"${with}excludeAlreadyWatched=false&count=100")
			->{data} };
		ok +(grep { $_ eq $old->{uuid} } @found), 'with it';
	}
	is status('', 'GET', 'videos?excludeAlreadyWatched=true'), 400,
		'who is not signed in has watched nothing';
};

is status($maker, 'DELETE', "$mine/$channel"), 404, 'one has none to end';
is status($fan, 'DELETE', "$mine/$channel\@$host"), 204, 'ended';
is status($fan, 'DELETE', "$mine/$channel"), 404, 'ended already';
is told($fan, 'GET', "video-channels/$channel")->{followersCount}, 1,
	'one follower less';
is told($fan, 'GET', "$mine/exist?uris=$channel")->{$channel},
	JSON::PP::false, 'is no more';

subtest 'the token of the feed' => sub {
	my $token = told($fan, 'GET', 'users/scoped-tokens')->{feedToken};
	like $token, qr/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'a UUID';
	is told($fan, 'GET', 'users/scoped-tokens')->{feedToken}, $token,
		'stays the same';
	my $new = told($fan, 'POST', 'users/scoped-tokens')->{feedToken};
	isnt $new, $token, 'is renewed';
	is told($fan, 'GET', 'users/scoped-tokens')->{feedToken}, $new,
		'and stays';
	isnt told($other, 'GET', 'users/scoped-tokens')->{feedToken}, $new,
		'another has another';
	my $me = told($fan, 'GET', 'users/me')->{account}{id};
	Cardume::Video->make($cardume, $second, name => 'In the & feed');
	my $feed = $client->get("/feeds/subscriptions.json?accountId=$me" .
		"&token=$new");
	is $feed->{status}, 200, 'JSON Feed' or diag $feed->{content};
	my @titles = map { $_->{title} }
		@{ decode_json($feed->{content})->{items} };
	is $titles[0], 'In the & feed', 'the newest first';
	for my $kind (qw(xml rss rss2 atom atom1)) {
		$feed = $client->get("/feeds/subscriptions.$kind?" .
			"accountId=$me&token=$new");
		is $feed->{status}, 200, $kind;
		like $feed->{content}, qr/^<\?xml .*In the &amp; feed/s, $kind;
		unlike $feed->{content}, qr/A clip/, 'only subscriptions';
		like $feed->{headers}{'content-type'},
			qr{^application/(atom\+|rss\+|)xml}, 'its type';
		is $client->get("/feeds/subscriptions.$kind?$_")->{status}, 403,
			"$kind: $_" for "accountId=$me&token=$token",
			"accountId=$me&token=00000000-0000-4000-8000-" .
				'000000000000';
		is $client->get("/feeds/subscriptions.$kind?$_")->{status}, 404,
			"$kind: $_" for "accountId=999999999&token=$new";
		is $client->get("/feeds/subscriptions.$kind?$_")->{status}, 400,
			"$kind: $_" for "accountId=$me", "token=$new",
				"accountId=x&token=$new";
	}
	is $client->get("/feeds/videos.$_")->{status}, 200, "videos.$_"
		for qw(rss2 atom1 json1);
	is status('', $_, 'users/scoped-tokens'), 401, "$_: nobody"
		for qw(GET POST);
};

done_testing;
