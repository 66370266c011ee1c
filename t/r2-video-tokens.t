# SPDX-License-Identifier: AGPL-3.0-or-later
# A token got for a video's password went on opening page and files for hours
# after the password was taken away or the video was made private, and one got
# by an account after that was blocked.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;
use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my $owner = $cardume->user(unique('tok'));
my $app = $cardume->client;
$app->{headers}{authorization} = 'Bearer ' . $cardume->token($owner);

sub token_of {
	my ($video, $client, %headers) = @_;
	my $answer = $client->post("/api/v1/videos/$video->{uuid}/token", {},
		headers => \%headers);
	is($answer->{status}, 200, 'a token');
	return decode_json($answer->{content})->{files}{token};
}

sub file_status {
	my ($video, $token) = @_;
	return $cardume->client->get($video->{files}{web} .
		"?videoFileToken=$token")->{status};
}

sub change {
	my ($video, %sent) = @_;
	is($app->send_json('PUT', "/api/v1/videos/$video->{uuid}",
		\%sent)->{status}, 204, join ' ', 'changed:', %sent);
}

sub locked {
	return Cardume::Video->make($cardume, $owner, privacy => 5,
		passwords => ['sesame', 'second']);
}

my %password = ('x-peertube-video-password' => 'sesame');
my $video = locked();
my $token = token_of($video, $cardume->client, %password);
is(file_status($video, $token), 200, 'opens the file');
change($video, name => 'Another title');
is(file_status($video, $token), 200, 'also when only the title changes');
change($video, videoPasswords => ['third']);
is(file_status($video, $token), 404, 'no more, with the password gone');

$video = locked();
$token = token_of($video, $cardume->client, %password);
change($video, privacy => 3);
is(file_status($video, $token), 404, 'no more, with the video private');

# The page has its token in a cookie.
$video = locked();
my $browser = $cardume->client;
my ($csrf) = $browser->text("/w/$video->{short}") =~
	/name="csrf" value="([^"]+)"/;
like($browser->post("/w/$video->{short}/password", { csrf => $csrf,
	password => 'sesame' })->{content}, qr/<video/, 'the page opens');
change($video, videoPasswords => ['third']);
unlike($browser->text("/w/$video->{short}"), qr/<video/,
	'and is closed with the password');

my $blocked = $cardume->user(unique('blk'));
my $internal = Cardume::Video->make($cardume, $owner, privacy => 4);
my $their_app = $cardume->client;
$their_app->{headers}{authorization} = 'Bearer ' . $cardume->token($blocked);
$token = token_of($internal, $their_app);
is(file_status($internal, $token), 200, 'an account\'s token opens the file');
$cardume->program('cardume', 'user', 'block', $blocked);
is(file_status($internal, $token), 404, 'no more once it is blocked');
done_testing();
