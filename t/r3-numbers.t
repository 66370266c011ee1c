#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# The number of a video or a comment is no secret: what it names is not told
# to who has the number alone.
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
my ($owner, $stranger) = map { $cardume->user(unique($_)) } qw(maker other);
my $moderator = $cardume->user(unique('mod'), role => 'moderator');
my %token = map { $_ => $cardume->token($_) } $owner, $stranger, $moderator;
my $word = unique('secretword');

sub call {
	my ($as, $method, $path, $body) = @_;
	my %o = (headers => { authorization => "Bearer $token{$as}" });
	return $body ? $client->send_json($method, "/api/v1/$path", $body, %o)
		: $client->request($method, "/api/v1/$path", %o);
}

sub make {
	my ($name, %o) = @_;
	my $video = Cardume::Video->make($cardume, $owner, bare => 1,
		name => "$word $name", %o);
	my $thread = call($owner, 'POST',
		"videos/$video->{uuid}/comment-threads",
		{ text => "$word $name" });
	is $thread->{status}, 200, "a comment on the $name one";
	$video->{comment} = decode_json($thread->{content})->{comment}{id};
	return $video;
}

sub tells_nothing {
	my ($answer, $what) = @_;
	is $answer->{status}, 200, $what;
	unlike $answer->{content}, qr/\Q$word\E/, "$what: nothing of it";
}

my %video = (
	unlisted => make('unlisted', privacy => 2),
	locked => make('locked', privacy => 5, passwords => ['sesame']),
);

for my $kind (sort keys %video) {
	my $video = $video{$kind};
	my @abuses = map { decode_json(call($stranger, 'POST', 'abuses',
		{ reason => 'Look at it', %$_ })->{content})->{abuse}{id} }
		{ video => { id => $video->{id} } },
		{ comment => { id => $video->{comment} } };
	for my $abuse (@abuses) {
		my $told = call($moderator, 'GET', "abuses?id=$abuse");
		like $told->{content}, qr/\Q$word $kind\E/,
			"$kind: moderators see what was reported";
		call($moderator, 'POST', "abuses/$abuse/messages",
			{ message => 'Thank you' });
		call($moderator, 'PUT', "abuses/$abuse", { state => 3 });
	}
}
tells_nothing(call($stranger, 'GET', 'users/me/abuses'), 'my reports');
tells_nothing(call($stranger, 'GET', 'users/me/notifications'),
	'notifications of them');
like $client->{last}{content}, qr/"type" ?: ?16\b/, 'which there are';

# One that everybody may see is told.
my $public = make('public');
call($stranger, 'POST', 'abuses',
	{ reason => 'Look at it', video => { id => $public->{id} } });
like call($stranger, 'GET', 'users/me/abuses')->{content},
	qr/\Q$word public\E/, 'a public one is told';

# --- the history -------------------------------------------------------------

sub watch {
	my ($named) = @_;
	return call($stranger, 'POST', "videos/$named/views",
		{ currentTime => 1 })->{status};
}

is watch($video{locked}{id}), 204, 'a view without the password';
is watch($video{unlisted}{id}), 404, 'an unlisted one by its number';
tells_nothing(call($stranger, 'GET', 'users/me/history/videos'), 'history');
$client->request('POST', "/api/v1/videos/$video{locked}{uuid}/token",
	headers => { authorization => "Bearer $token{$stranger}",
		'x-peertube-video-password' => 'sesame' });
is watch($video{locked}{id}), 204, 'a view with it';
like call($stranger, 'GET', 'users/me/history/videos')->{content},
	qr/\Q$word locked\E/, 'is kept';

# --- notifications of what is hidden now -------------------------------------

call($stranger, 'POST', 'users/me/subscriptions',
	{ uri => "${owner}_channel" });
my $new = make('withdrawn');
$cardume->psql("SELECT notify_subscribers_write($new->{id})");
my $list = 'users/me/notifications?typeOneOf=1';
like call($stranger, 'GET', $list)->{content}, qr/\Q$word withdrawn\E/,
	'a new video is told of';
$cardume->psql("UPDATE video SET privacy = 3 WHERE id = $new->{id}");
unlike call($stranger, 'GET', $list)->{content}, qr/\Q$word withdrawn\E/,
	'no longer, once it is private';

# --- the page's button -------------------------------------------------------

my $browser = $cardume->sign_in($stranger);
my $page = $browser->get("/w/$public->{short}");
my ($csrf) = $page->{content} =~ /name="csrf" value="([^"]+)"/;
for ([$video{unlisted}{id}, "/c/${owner}_channel"],
		[$public->{id}, "/w/$public->{short}"],
		[$video{unlisted}{uuid}, "/w/$video{unlisted}{short}"]) {
	my ($named, $place) = @$_;
	my $answer = $browser->post("/c/${owner}_channel/subscription",
		{ csrf => $csrf, wanted => 'true', id => $named },
		redirect => 0);
	is $answer->{status}, 303, "subscribed from $named";
	like $answer->{headers}{location}, qr/\Q$place\E$/, "back to $place";
}

done_testing;
