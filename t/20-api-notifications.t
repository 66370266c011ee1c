#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# What people are told of, where they want to be, and the stream of it.
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
my ($maker, $fan, $other) = map { $cardume->user(unique($_)) }
	qw(maker fan other);
my $moderator = $cardume->user(unique('mod'), role => 'moderator');
my %token = map { $_ => $cardume->token($_) } $maker, $fan, $other,
	$moderator;

sub call {
	my ($method, $path, $as, $body, %headers) = @_;
	$headers{authorization} = 'Bearer ' . ($token{$as} // $as) if $as;
	return $client->send_json($method, "/api/v1/$path", $body,
		headers => \%headers) if $body;
	return $client->request($method, "/api/v1/$path",
		headers => \%headers);
}

sub status { call(@_)->{status} }

sub json {
	my ($path, $as, $method, $body) = @_;
	my $answer = call($method // 'GET', $path, $as, $body);
	is $answer->{status}, 200, ($method // 'GET') . " $path"
		or diag $answer->{content};
	return decode_json($answer->{content});
}

my $list = 'users/me/notifications';

# The latest notification of a type, or undef.
sub latest {
	my ($as, $type) = @_;
	return json("$list?typeOneOf=$type&count=1", $as)->{data}[0];
}

sub count_of { json("$list?typeOneOf=$_[1]", $_[0])->{total} }

my $channel = "${maker}_channel";
my $host = $cardume->origin =~ s{.*//}{}r;

# --- what happens ------------------------------------------------------------

is json($list, $maker)->{total}, 0, 'nothing has happened';
is status('POST', 'users/me/subscriptions', $fan, { uri => "$channel\@$host" }),
	204, 'a subscription';
my $told = latest($maker, 10);
is $told->{actorFollow}{follower}{name}, $fan, 'a new follower';
is_deeply { map { $_ => $told->{actorFollow}{following}{$_} }
	qw(type name host) }, { type => 'channel', name => $channel,
	host => $host }, 'of the channel';
is $told->{actorFollow}{state}, 'accepted', 'accepted';
ok !$told->{read}, 'not read yet';
is json($list, $fan)->{total}, 0, 'who follows is not told';

my $video = Cardume::Video->make($cardume, $maker, bare => 1, name => 'New');
ok((wait_until { count_of($fan, 1) } 20), 'subscribers are told of a video');
$told = latest($fan, 1);
is $told->{video}{uuid}, $video->{uuid}, 'which';
is $told->{video}{channel}{name}, $channel, 'of which channel';
is $told->{video}{state}{id}, 1, 'its state';
my $hidden = Cardume::Video->make($cardume, $maker, bare => 1, privacy => 3);
is $cardume->psql("SELECT count(*) FROM job WHERE queue = 14
	AND payload ->> 'videoId' = '$hidden->{id}'"), 0, 'of private ones none';
is status('PUT', "videos/$video->{uuid}", $maker, { privacy => $_ }), 204,
	"privacy $_" for 3, 1;
ok((wait_until { $cardume->psql("SELECT count(*) FROM job WHERE queue = 14
	AND state < 4 AND payload ->> 'videoId' = '$video->{id}'") == 0 } 20),
	'the job is done');
is count_of($fan, 1), 1, 'nobody is told twice';
is count_of($other, 1), 0, 'nor who does not follow';

my $waiting = Cardume::Video->make($cardume, $maker, bare => 1, state => 2);
is latest($maker, 6), undef, 'not ready';
$cardume->psql("UPDATE video SET state = 1 WHERE id = $waiting->{id}");
is latest($maker, 6)->{video}{uuid}, $waiting->{uuid}, "one's own is ready";

my $threads = "videos/$video->{uuid}/comment-threads";
my $comment = json($threads, $other, 'POST', { text => 'Well' })->{comment};
$told = latest($maker, 2);
is $told->{comment}{id}, $comment->{id}, 'a comment';
is $told->{comment}{account}{name}, $other, 'whose';
is $told->{comment}{video}{uuid}, $video->{uuid}, 'where';
is $told->{comment}{threadId}, $comment->{threadId}, 'in which thread';
json($threads, $maker, 'POST', { text => 'Thanks' });
is count_of($maker, 2), 1, 'not of what one says oneself';
is status('DELETE', "videos/$video->{uuid}/comments/$comment->{id}", $other),
	204, 'it is deleted';
is count_of($maker, 2), 0, 'and with it what was told of it';
is status('POST', 'users/me/blocklist/accounts', $maker,
	{ accountName => $other }), 204, 'the author is muted';
json($threads, $other, 'POST', { text => 'Well?' });
is count_of($maker, 2), 0, 'and no longer heard';

# --- who is mentioned ----------------------------------------------------------

my $mention = json($threads, $fan, 'POST', { text =>
	"\@$other \@$other\@$host \@${maker}_channel \@$fan \@nobody" })->{comment};
$told = latest($other, 11);
is $told->{comment}{id}, $mention->{id}, 'a mention';
is $told->{comment}{account}{name}, $fan, 'by whom';
is count_of($other, 11), 1, 'once';
is count_of($maker, 2), 1, 'the owner of the video hears of a comment';
is count_of($maker, 11), 0, '... and not of the mention too';
is count_of($fan, 11), 0, 'nobody mentions oneself';
my $fans = Cardume::Video->make($cardume, $fan, bare => 1);
my $fan_threads = "videos/$fans->{uuid}/comment-threads";
json($fan_threads, $fan, 'POST', { text => "See \@${maker}_channel." });
is count_of($maker, 11), 1, 'a channel is its owner';
json($fan_threads, $other, 'POST', { text => "\@$maker" });
is count_of($maker, 11), 1, 'not by who is muted';
my $locked = Cardume::Video->make($cardume, $fan, bare => 1, privacy => 3);
json("videos/$locked->{uuid}/comment-threads", $fan, 'POST',
	{ text => "\@$other" });
is count_of($other, 11), 1, 'nor where one may not look';
$cardume->psql("UPDATE video SET comments_policy = 3 WHERE id = $fans->{id}");
my $unseen = json($fan_threads, $moderator, 'POST', { text => 'Hm' })->{comment};
$cardume->psql("UPDATE comment SET held_for_review = true, text = '\@$other'
	WHERE id = $unseen->{id}");
is count_of($other, 11), 1, 'nor of what waits';
is status('POST', "videos/$fans->{uuid}/comments/$unseen->{id}/approve", $fan),
	204, 'until it is approved';
is count_of($other, 11), 2, '... then';
my $words = sub { $cardume->psql("UPDATE comment SET text = '$_[0]',
	edited_at = clock_timestamp() WHERE id = $mention->{id}") };
$words->("\@$other, and \@$moderator");
is count_of($other, 11), 2, 'a change tells nobody twice';
is latest($moderator, 11)->{comment}{id}, $mention->{id}, '... but who is new';
is status('DELETE', "videos/$video->{uuid}/comments/$mention->{id}", $fan), 204,
	'deleted';
is count_of($moderator, 11), 0, 'and what was told of it';

my $abuse = json('abuses', $fan, 'POST', { reason => 'Look',
	video => { id => $video->{id} } })->{abuse}{id};
$told = latest($moderator, 3);
is $told->{abuse}{id}, $abuse, 'moderators are told of reports';
is $told->{abuse}{video}{uuid}, $video->{uuid}, 'of what';
is count_of($maker, 3), 0, 'others are not';
json("abuses/$abuse/messages", $moderator, 'POST', { message => 'Where?' });
is latest($fan, 16)->{abuse}{id}, $abuse, 'the reporter of a message';
is count_of($moderator, 16), 0, 'not who wrote it';
json("abuses/$abuse/messages", $fan, 'POST', { message => 'At 0:05' });
is latest($moderator, 16)->{abuse}{id}, $abuse, 'moderators of the answer';
is status('PUT', "abuses/$abuse", $moderator, { state => 2 }), 204, 'decided';
is latest($fan, 15)->{abuse}{state}, 2, 'the reporter of the decision';
is status('PUT', "abuses/$abuse", $moderator, { state => 2 }), 204, 'again';
is count_of($fan, 15), 1, 'once';

my $block = "videos/$video->{uuid}/blacklist";
is status('POST', $block, $moderator, { reason => 'Bad' }), 204, 'a block';
is latest($maker, 4)->{videoBlacklist}{video}{uuid}, $video->{uuid},
	'its maker is told';
is status('DELETE', $block, $moderator), 204, 'no block';
is latest($maker, 5)->{video}{uuid}, $video->{uuid}, 'told too';
is latest($maker, 4), undef, 'of what is no more nothing is told';

# --- lists -------------------------------------------------------------------

is status('GET', $list, undef), 401, 'without a token';
is status('GET', $list, 'b' x 40), 401, 'with a bad one';
is status('GET', "$list?$_", $maker), 400, $_
	for qw(sort=type sort=x count=101 start=-1 typeOneOf=x unread=perhaps);
my $all = json($list, $maker);
is $all->{total}, scalar @{ $all->{data} }, 'total';
my @ids = map { $_->{id} } @{ $all->{data} };
is_deeply \@ids, [sort { $b <=> $a } @ids], 'the latest first';
is_deeply [map { $_->{id} } @{ json("$list?sort=createdAt", $maker)->{data} }],
	[reverse @ids], 'the first first';
is_deeply [map { $_->{id} } @{ json("$list?start=1&count=2", $maker)->{data} }],
	[@ids[1, 2]], 'a page';
is_deeply [map { $_->{type} } @{ json(
	"$list?typeOneOf=10&typeOneOf=5&typeOneOf=10", $maker)->{data} }], [5, 10],
	'some types';

is status('POST', "$list/read", undef, { ids => [1] }), 401, 'who reads?';
is status('POST', "$list/read", $maker, $_), 400, encode_json($_) for {},
	{ ids => [] }, { ids => ['x'] }, { ids => [1.5] }, { ids => { a => 1 } },
	{ ids => [(1) x 501] };
is status('POST', "$list/read", $fan, { ids => [$ids[0]] }), 204, "another's";
is json("$list?unread=true", $maker)->{total}, $all->{total}, 'stays unread';
is status('POST', "$list/read", $maker, { ids => [@ids[0, 1]] }), 204, 'read';
is json("$list?unread=true", $maker)->{total}, $all->{total} - 2, 'two';
is json("$list?unread=false", $maker)->{total}, $all->{total}, 'all of them';
my @read = map { $_->{read} ? 1 : 0 } @{ json("$list?sort=read", $maker)
	->{data} };
is_deeply \@read, [(0) x (@ids - 2), 1, 1], 'unread ones first';
@read = map { $_->{read} ? 1 : 0 } @{ json(
	"$list?sort=-read&typeOneOf=5&typeOneOf=6&typeOneOf=10", $maker)->{data} };
is_deeply \@read, [sort { $b <=> $a } @read], 'read ones first';
is status('POST', "$list/read-all", undef), 401, 'whose?';
is status('POST', "$list/read-all", $maker), 204, 'all read';
is json("$list?unread=true", $maker)->{total}, 0, 'none is new';

# --- settings ----------------------------------------------------------------

my $settings = 'users/me/notification-settings';
my @keys = qw(newVideoFromSubscription newCommentOnMyVideo abuseAsModerator
	videoAutoBlacklistAsModerator blacklistOnMyVideo myVideoPublished
	myVideoImportFinished commentMention newFollow newUserRegistration
	newInstanceFollower autoInstanceFollowing abuseStateChange
	abuseNewMessage newPeerTubeVersion newPluginVersion
	myVideoStudioEditionFinished myVideoTranscriptionGenerated);
my %chosen = map { $_ => 1 } @keys;
is scalar @keys, 18, '18 keys';
my $mine = json('users/me', $maker)->{notificationSettings};
is_deeply [sort keys %$mine], [sort @keys], 'all are told';
is_deeply [@$mine{qw(newFollow abuseAsModerator)}], [1, 3], 'as PeerTube has it';
is status('PUT', $settings, undef, \%chosen), 401, 'whose settings?';
is status('PUT', $settings, $maker, $_), 400,
	substr encode_json($_), 0, 60 for {}, { %chosen, newFollow => 4 },
	{ %chosen, newFollow => -1 }, { %chosen, newFollow => 'x' },
	{ %chosen, newFollow => undef }, { %chosen, newFollow => [1] },
	{ newFollow => 1 };
is status('PUT', $settings, $maker, { %chosen, newFollow => 0,
	newCommentOnMyVideo => 2, unknown => 9 }), 204, 'chosen';
is_deeply json('users/me', $maker)->{notificationSettings}, { %chosen,
	newFollow => 0, newCommentOnMyVideo => 2 }, 'and told';
my $before = json($list, $maker)->{total};
is status('POST', 'users/me/subscriptions', $moderator,
	{ uri => "$channel\@$host" }), 204, 'another follower';
json($threads, $fan, 'POST', { text => 'Fine' });
is json($list, $maker)->{total}, $before, 'is not told of any more';

# --- the stream --------------------------------------------------------------

my $stream = "$list/stream";
is status('GET', $stream, undef), 401, 'the stream without a token';
is status('GET', "$stream?accessToken=$token{$fan}", undef), 401,
	'a token in the address is none';
is status('GET', $stream, $fan, undef, 'last-event-id' => $_), 400, "id $_"
	for 'x', '-1', '1' x 19, '1 OR 1=1';
my $answer = call('GET', $stream, $fan);
is $answer->{status}, 200, 'it answers';
like $answer->{headers}{'content-type'}, qr{^text/event-stream\b}, 'events';
is $answer->{headers}{'cache-control'}, 'no-store', 'which nobody keeps';
like $answer->{content}, qr/\Aretry: 10000\nid: \d+\n\n\z/, 'where to go on';
my ($last) = $answer->{content} =~ /id: (\d+)/;
is call('GET', $stream, $fan, undef, 'last-event-id' => $last)->{content},
	"retry: 10000\n\n", 'nothing new';
json("abuses/$abuse/messages", $moderator, 'POST', { message => "Two\nlines" });
$answer = call('GET', $stream, $fan, undef, 'last-event-id' => $last);
my ($id, $event, $data) = $answer->{content} =~
	/\Aretry: 10000\n\nid: (\d+)\nevent: (\S+)\ndata: (.*)\n\n\z/;
is $event, 'new-notification', 'something new';
cmp_ok $id, '>', $last, 'after the last';
is_deeply decode_json($data), json("$list?count=1", $fan)->{data}[0],
	'the notification itself';
is call('GET', "$stream?lastEventId=$last", $fan)->{content},
	$answer->{content}, 'the same by the address';
is call('GET', $stream, $fan, undef, 'last-event-id' => $id)->{content},
	"retry: 10000\n\n", 'and no more';
is call('GET', "$stream?lastEventId=0", $other)->{content} =~
	/new-notification/ ? 1 : 0, json($list, $other)->{total} ? 1 : 0,
	"another's is another's";

done_testing;
