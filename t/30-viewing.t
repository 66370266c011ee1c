# SPDX-License-Identifier: AGPL-3.0-or-later
# Pages without scripts: likes, subscriptions and their page, the history.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my ($maker, $fan) = map { $cardume->user(unique($_)) } qw(maker fan);
my $name = unique('Film');
my $video = Cardume::Video->make($cardume, $maker, name => $name);
my $private = Cardume::Video->make($cardume, $maker, bare => 1, privacy => 3);
my $browser = $cardume->sign_in($fan);
my $watch = "/w/$video->{short}";
my $channel = "/c/${maker}_channel";

sub press {
	my ($page, $which, $fields) = @_;
	return $browser->follow_form($browser->get($page), $fields // {},
		which => $which);
}

sub rates {
	return $cardume->psql("SELECT likes || ' ' || dislikes FROM video
		WHERE id = $video->{id}");
}

unlike $cardume->client->text($watch), qr{action="$watch/rate"},
	'a stranger has no buttons for likes';
like $cardume->client->text($watch), qr{href="/login\?next=$watch"},
	'but a way to sign in and subscribe';

my $answer = press($watch, "$watch/rate", { rating => 'like' });
is $answer->{status}, 200, 'a like';
is rates(), '1 0', 'is counted';
like $answer->{content}, qr/value="none" aria-pressed="true"/, 'and shown';
press($watch, "$watch/rate", { rating => 'dislike' });
is rates(), '0 1', 'changed';
press($watch, "$watch/rate", { rating => 'none' });
is rates(), '0 0', 'taken back';
is $browser->post("$watch/rate", { rating => 'like' })->{status}, 403,
	'a foreign form';
is rates(), '0 0', 'does nothing';

like $browser->text('/videos/subscriptions'), qr/You subscribe to no channel/,
	'no subscriptions yet';
$answer = press($watch, "$channel/subscription");
is $answer->{status}, 200, 'subscribed on the page of the video';
like $answer->{url}, qr{$watch$}, 'where one stays';
like $answer->{content}, qr/Subscribed/, 'and sees it';
like $browser->text($channel), qr/1 follower/, 'and so on the channel\'s';
like $browser->text('/videos/subscriptions'), qr/$name/, 'its videos';
$answer = press($channel, "$channel/subscription");
like $answer->{url}, qr{$channel$}, 'ended on the page of the channel';
unlike $browser->text('/videos/subscriptions'), qr/$name/, 'no longer';
is $browser->post("$channel/subscription", {})->{status}, 403,
	'a foreign form';

my $history = '/my-library/history/videos';
like $browser->text($history), qr/will be here/, 'nothing watched yet';
my $token = $cardume->token($fan);
$cardume->client->send_json('POST', "/api/v1/videos/$video->{uuid}/views",
	{ currentTime => 42 }, headers => { authorization => "Bearer $token" });
my $page = $browser->text($history);
like $page, qr{href="$watch\?start=42"[^>]*>$name<}, 'what was watched';
like $page, qr{0:42}, 'and up to where';
like $browser->text($watch), qr/data-place="42"/, 'its page goes on there';
unlike $cardume->client->text($watch), qr/data-(place|csrf)/,
	'a stranger\'s does not';
my ($csrf) = $browser->text($watch) =~ /data-csrf="([^"]+)"/;
is $browser->post("$watch/watching", { csrf => $csrf, currentTime => 50 })
	->{status}, 204, 'the page tells where one is';
like $browser->text($history), qr{href="$watch\?start=50"}, 'it is kept';
is $cardume->psql("SELECT count(*) FROM view_ping
	WHERE video_id = $video->{id}"), 2, 'and counted';
is $browser->post("$watch/watching", { currentTime => 1 })->{status}, 403,
	'not by a foreign form';
is $browser->post("$watch/watching", { csrf => $csrf, currentTime => 'x' })
	->{status}, 400, 'nor where there is no such place';
$answer = press($history, "$history/remove");
is $answer->{status}, 200, 'forgotten';
unlike $answer->{content}, qr/>$name</, 'it is no longer there';
is $cardume->client->get($_, redirect => 0)->{status}, 303,
	"$_: strangers sign in first" for $history, '/videos/subscriptions';
is $browser->get("/w/$private->{short}")->{status}, 404, 'private';

done_testing;
