#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# A video's passwords, the sites that may show it, how its player looks.
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
my ($maker, $other) = map { $cardume->user(unique($_)) } qw(maker other);
my %token = map { $_ => $cardume->token($_) } $maker, $other;
my $locked = Cardume::Video->make($cardume, $maker, privacy => 5,
	passwords => ['first one', 'second one'], bare => 1);
my $video = Cardume::Video->make($cardume, $maker);
my $private = Cardume::Video->make($cardume, $maker, privacy => 3, bare => 1);

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

# --- passwords -----------------------------------------------------------------

my $at = "videos/$locked->{uuid}/passwords";
sub passwords {
	return map { $_->{password} } @{ json("$at?sort=createdAt&count=100",
		$maker)->{data} };
}

my $list = json($at, $maker);
is $list->{total}, 2, 'two passwords';
is $list->{data}[0]{password}, 'second one', 'the newest first';
is $list->{data}[0]{videoId}, $locked->{id}, 'whose';
like $list->{data}[0]{createdAt}, qr/^\d{4}-.*Z$/, 'when';
is @{ json("$at?start=1&count=5", $maker)->{data} }, 1, 'a page';
is status('GET', $at, $other), 403, 'not for others';
is status('GET', $at), 401, 'nor for nobody';
is status('GET', "videos/$video->{uuid}/passwords", $maker), 400,
	'of a video without';
is status('GET', "videos/$private->{uuid}/passwords", $other), 404,
	'of a hidden one';

is status('POST', $at, $maker, { password => 'third one' }), 204, 'one more';
is_deeply [passwords()], ['first one', 'second one', 'third one'], 'is there';
is status('POST', $at, $maker, { password => $_ }), 400, 'a bad one'
	for 'x', 'x' x 101, undef, {};
is status('POST', $at, $other, { password => 'mine' }), 403, 'not another\'s';
is status('POST', $at, undef, { password => 'mine' }), 401, 'nor nobody\'s';

my ($first) = @{ json("$at?sort=createdAt", $maker)->{data} };
is status('DELETE', "$at/$first->{id}", $other), 403, 'not by another';
is status('DELETE', "$at/$first->{id}"), 401, 'nor by nobody';
is status('DELETE', "$at/999999999", $maker), 404, 'no such password';
is status('DELETE', "$at/x", $maker), 400, 'no number';
is status('DELETE', "$at/$first->{id}", $maker), 204, 'deleted';
is status('DELETE', "$at/$first->{id}", $maker), 404, 'once';

is status('PUT', $at, $maker, { passwords => ['second one', 'new one'] }),
	204, 'replaced';
is_deeply [sort(passwords())], ['new one', 'second one'], 'by these';
for (['x'], ['x' x 101], [], ['ab', 'ab'], [map { "pw$_" } 1 .. 21], 'x',
		undef) {
	is status('PUT', $at, $maker, { passwords => $_ }), 400,
		'bad ones: ' . JSON::PP->new->allow_nonref->encode($_);
}
is status('PUT', $at, $other, { passwords => ['mine'] }), 403,
	'not by another';
is status('PUT', $at, $maker, { passwords => ['only one'] }), 204, 'one';
my ($last) = @{ json($at, $maker)->{data} };
is status('DELETE', "$at/$last->{id}", $maker), 400, 'the last one stays';
is status('PUT', $at, $maker, { passwords => [map { "pw$_" } 1 .. 20] }), 204,
	'twenty';
is status('POST', $at, $maker, { password => 'too many' }), 400,
	'are enough';

# --- sites ---------------------------------------------------------------------

$at = "videos/$video->{uuid}/embed-privacy";
is_deeply json($at, $maker), { policy => { id => 1, label => 'All domains' },
	domains => [] }, 'all sites at first';
is json("videos/$video->{uuid}", $maker)->{embedPrivacyPolicy}{id}, 1,
	'the video says so';
is status('GET', $at, $other), 403, 'not for others';
is status('GET', $at), 401, 'nor for nobody';
my $embed = "/videos/embed/$video->{short}";
unlike $client->get($embed)->{headers}{'content-security-policy'} // '',
	qr/frame-ancestors https/, 'any site may show it';

is status('PUT', $at, $maker, { policy => 2,
	domains => ['Good.example', 'www.good.example:8080'] }), 204, 'two sites';
is_deeply json($at, $maker)->{domains}, ['good.example',
	'www.good.example:8080'], 'these';
is json("videos/$video->{uuid}", $maker)->{embedPrivacyPolicy}{id}, 2,
	'the video says so';
sub allowed { json("$at/allowed?domain=$_[0]", $_[1]) }
ok allowed('good.example', $other)->{domainAllowed}, 'one of them';
ok allowed('GOOD.example', $other)->{domainAllowed}, 'in capitals';
ok !allowed('evil.example', $other)->{domainAllowed}, 'another';
ok !allowed('evil.example', $other)->{userBypassAllowed}, 'a stranger';
ok allowed('evil.example', $maker)->{userBypassAllowed}, 'the maker';
is status('GET', "$at/allowed", $other), 400, 'no site named';
is status('GET', "videos/$private->{uuid}/embed-privacy/allowed?domain=x"),
	404, 'a hidden video';
my $policy = $client->get("$embed?x=1")->{headers}{'content-security-policy'};
$policy = join ' ', @$policy if ref $policy;
like $policy, qr{frame-ancestors 'self' good\.example},
	'the page tells browsers which';
is status('PUT', $at, $maker, { policy => 2, domains => [$_] }), 400,
	"no host: $_" for 'a b', "a\r\nx: y", '*', "x'; script-src *",
		'http://a.example', 'x' x 300;
is status('PUT', $at, $maker, { policy => 3, domains => [] }), 400,
	'no such policy';
is status('PUT', $at, $maker, { domains => [] }), 400, 'none named';
is status('PUT', $at, $other, { policy => 1, domains => [] }), 403,
	'not another\'s';
is status('PUT', $at, $maker, { policy => 1, domains => ['x.example'] }), 204,
	'all again';
is_deeply json($at, $maker)->{domains}, [], 'none is kept';

# --- the player ----------------------------------------------------------------

my ($of_video, $of_channel) = ("player-settings/videos/$video->{uuid}",
	"player-settings/video-channels/${maker}_channel");
is json($of_video)->{theme}, 'galaxy', 'the instance\'s';
is json("$of_video?raw=true", $maker)->{theme}, 'channel-default',
	'what was chosen';
is json("$of_channel?raw=true", $maker)->{theme}, 'instance-default',
	'for the channel';
is status('GET', "$_?raw=true", $other), 403, 'not for others'
	for $of_video, $of_channel;
is status('GET', "$_?raw=true"), 401, 'nor for nobody'
	for $of_video, $of_channel;
my $answer = call('PUT', $of_channel, $maker, { theme => 'lucide' });
is $answer->{status}, 200, 'the channel\'s';
is decode_json($answer->{content})->{theme}, 'lucide', 'is told';
is json($of_video, $other)->{theme}, 'lucide', 'the video\'s follows';
is json($of_channel, $other)->{theme}, 'lucide', 'so it is';
is status('PUT', $of_video, $maker, { theme => 'instance-default' }), 200,
	'the video\'s';
is json($of_video, $other)->{theme}, 'galaxy', 'as the instance says';
is status('PUT', $of_video, $maker, { theme => 'channel-default' }), 200,
	'back';
is json($of_video, $other)->{theme}, 'lucide', 'as the channel says';
is status('PUT', $of_video, $maker, { theme => $_ }), 400, 'no theme'
	for 'x', '', undef;
is status('PUT', $of_channel, $maker, { theme => 'channel-default' }), 400,
	'no theme of a channel';
is status('PUT', $_, $other, { theme => 'lucide' }), 403, 'not another\'s'
	for $of_video, $of_channel;
is status('GET', "player-settings/videos/$private->{uuid}", $other), 404,
	'a hidden video';
is status('GET', 'player-settings/video-channels/no_such'), 404,
	'no such channel';

done_testing;
