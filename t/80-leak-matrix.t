#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Who gets what of whose video: every kind of privacy, for every kind of
# viewer, by every way to it, through nginx.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Digest::SHA qw(sha256_hex);
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my ($owner, $other, $moderator, $editor, $invited) = map {
	$cardume->user(unique($_)) } qw(owner other moderator editor invited);
$cardume->psql("UPDATE app_user SET role = 1 WHERE email = " .
	"'$moderator\@example.org'");

my $word = unique('secretword');
my @kinds = (
	[public => privacy => 1], [unlisted => privacy => 2],
	[private => privacy => 3], [internal => privacy => 4],
	[password => privacy => 5, passwords => ['sesame']],
	['to transcode' => privacy => 1, state => 2],
	[blocked => privacy => 1, blocked => 'Not for anybody.'],
);
my %video = map { my ($kind, @options) = @$_;
	$kind => Cardume::Video->make($cardume, $owner, @options,
		name => "$word $kind") } @kinds;

# One works on the owner's channel, one was only asked to.
my %helper = ($editor => 2, $invited => 1);
$cardume->psql("INSERT INTO channel_collaborator (channel_id, account_id, state)
	SELECT v.channel_id, a.id, $helper{$_} FROM video v, account a
	JOIN actor r ON r.id = a.actor_id
	WHERE v.id = $video{public}{id} AND r.name = '$_'") for keys %helper;

# What each sends. token => hours the token of that very video still lives.
my %viewer = (
	anonymous => {},
	'other user' => { bearer => $cardume->token($other), user => 1 },
	'other cookie' => { cookie => $cardume->sign_in($other), user => 1 },
	owner => { bearer => $cardume->token($owner), all => 1 },
	'owner cookie' => { cookie => $cardume->sign_in($owner), all => 1 },
	moderator => { bearer => $cardume->token($moderator), all => 1 },
	'moderator cookie' => { cookie => $cardume->sign_in($moderator),
		all => 1 },
	editor => { bearer => $cardume->token($editor), all => 1 },
	'editor cookie' => { cookie => $cardume->sign_in($editor), all => 1 },
	invited => { bearer => $cardume->token($invited), user => 1 },
	'invited cookie' => { cookie => $cardume->sign_in($invited),
		user => 1 },
	'right password' => { password => 'sesame' },
	'wrong password' => { password => 'open' },
	'valid token' => { token => 8 },
	'expired token' => { token => -1 },
	'other token' => { token => 8, of => 'public' },
);

sub request_of {
	my ($viewer, $kind, $path) = @_;
	my $client = $viewer->{cookie} // $cardume->client;
	my %headers = (accept => 'application/json');
	$headers{authorization} = "Bearer $viewer->{bearer}"
		if $viewer->{bearer};
	$headers{'x-peertube-video-password'} = $viewer->{password}
		if $viewer->{password};
	if ($viewer->{token}) {
		my $id = $video{ $viewer->{of} // $kind }{id};
		my $secret = unique('token');
		my $hash = sha256_hex($secret);
		$cardume->psql("INSERT INTO video_token (secret_hash, video_id,
			expires_at) VALUES ('\\x$hash', $id,
			now() + $viewer->{token} * interval '1 hour')");
		$path .= ($path =~ /\?/ ? '&' : '?') . "videoFileToken=$secret";
	}
	return $client->get($path, headers => \%headers, redirect => 0);
}

# May this viewer see it? API calls know neither cookies nor file tokens.
sub may {
	my ($viewer, $kind, $is_api, $by_id) = @_;
	my $known = !$is_api || !$viewer->{cookie};
	return 1 if $kind eq 'public' || $known && $viewer->{all};
	return !$by_id if $kind eq 'unlisted';
	return 1 if !$is_api && ($viewer->{token} // 0) > 0 && !$viewer->{of};
	return 1 if $kind eq 'internal' && $viewer->{user} && $known;
	return $kind eq 'password' && ($viewer->{password} // '') eq 'sesame';
}

# 401 and 403 of a password's video; all else is not there.
sub refusal {
	my ($viewer, $kind) = @_;
	return 404 unless $kind eq 'password';
	return 403 if $viewer->{password} || $viewer->{user} &&
		$viewer->{bearer};
	return 401;
}

my $cells = 0;
my $absent = $cardume->client->get('/static/web-videos/private/none.mp4');
is $absent->{status}, 404, 'what does not exist is not there';

sub check_one {
	my ($name, $kind, $what, $answer, $wanted) = @_;
	my $video = $video{$kind};
	my $shows = index($answer->{content}, $video->{uuid}) >= 0 ||
		index($answer->{content}, $video->{name}) >= 0;
	$cells++;
	return 1 if $answer->{status} == $wanted &&
		($wanted < 300 ? $shows : index($answer->{content},
			$video->{name}) < 0);
	diag "$kind, $name, $what: $answer->{status}, not $wanted: " .
		substr $answer->{content}, 0, 200;
	return 0;
}

sub problem_of {
	my ($answer) = @_;
	my $problem = eval { decode_json($answer->{content}) } // {};
	delete $problem->{$_} for qw(instance docs);
	return $problem;
}

for my $kind (sort keys %video) {
	my $video = $video{$kind};
	my %one = (uuid => $video->{uuid}, short => $video->{short},
		id => $video->{id});
	for my $name (sort keys %viewer) {
		my $viewer = $viewer{$name};
		my $good = 1;
		for my $by (sort keys %one) {
			my $may = may($viewer, $kind, 1, $by eq 'id');
			my $answer = request_of($viewer, $kind,
				"/api/v1/videos/$one{$by}");
			$good &= check_one($name, $kind, "API by $by", $answer,
				$may ? 200 : refusal($viewer, $kind));
		}
		for my $file (sort keys %{ $video->{files} }) {
			my $answer = request_of($viewer, $kind,
				$video->{files}{$file});
			my $may = may($viewer, $kind, 0, 0);
			$good &= check_one($name, $kind, $file, $answer,
				$may ? 200 : 404);
			next if $may || $file =~ /^(thumbnail|torrent)$/;
			$good &= is_deeply problem_of($answer),
				problem_of($absent), "$file like nothing";
		}
		for my $path (@{ $video->{internal} }) {
			next if $video->{public} && $path !~ /internal/;
			my $answer = request_of($viewer, $kind, $path);
			$good &= check_one($name, $kind, $path, $answer, 404);
		}
		for my $sub (qw(description captions chapters storyboards)) {
			my $answer = request_of($viewer, $kind,
				"/api/v1/videos/$video->{uuid}/$sub");
			my $may = may($viewer, $kind, 1, 0);
			$cells++;
			$good &= is $answer->{status},
				$may ? 200 : refusal($viewer, $kind),
				"$sub of $kind for $name";
		}
		ok $good, "$kind for $name";
	}
}

# Lists show what is public, to everybody, and nothing else.
my $channel = $cardume->psql("SELECT c.name FROM video v
	JOIN channel h ON h.id = v.channel_id JOIN actor c ON c.id = h.actor_id
	WHERE v.id = $video{public}{id}");
my %lists = (
	list => '/api/v1/videos?count=100',
	search => "/api/v1/search/videos?search=$word&count=100",
	'list with words' => "/api/v1/videos?search=$word&count=100",
	channel => "/api/v1/video-channels/$channel/videos?count=100",
	account => "/api/v1/accounts/$owner/videos?count=100",
);
for my $name (sort keys %viewer) {
	for my $list (sort keys %lists) {
		my $answer = request_of($viewer{$name}, 'public', $lists{$list});
		my %seen = map { $_->{uuid} => 1 }
			@{ decode_json($answer->{content})->{data} };
		my @shown = grep { $seen{ $video{$_}{uuid} } } sort keys %video;
		$cells += keys %video;
		is_deeply \@shown, ['public'], "$list for $name";
	}
}

# Pages go by cookies; what other servers and previews read, by none.
my %visitor = (anonymous => $viewer{anonymous},
	map { $_ => { %{ $viewer{$_} }, bearer => undef } }
	'other cookie', 'owner cookie', 'moderator cookie', 'editor cookie',
	'invited cookie');
my $activity = 'application/activity+json';
my %page = (
	watch => sub { "/w/$_[0]{short}" },
	'watch by uuid' => sub { "/videos/watch/$_[0]{uuid}" },
	embed => sub { "/videos/embed/$_[0]{uuid}" },
	manage => sub { "/videos/manage/$_[0]{uuid}" },
	oembed => sub { '/services/oembed?format=json&url=' .
		$cardume->origin . "/w/$_[0]{short}" },
	activity => sub { "/videos/watch/$_[0]{uuid}" },
	create => sub { "/videos/watch/$_[0]{uuid}/activity" },
	home => sub { '/' }, browse => sub { '/videos/browse' },
	search => sub { "/search?search=$word" },
	channel => sub { "/c/$channel" },
	'channel videos' => sub { "/c/$channel/videos" },
	'account videos' => sub { "/a/$owner/videos" },
	outbox => sub { "/accounts/$owner/outbox?page=1" },
	'channel outbox' => sub { "/video-channels/$channel/outbox?page=1" },
	library => sub { '/my-library/videos' },
);
# Other servers are not told of unlisted ones.
my %is_list = map { $_ => 1 } qw(home browse search channel activity create),
	'channel videos', 'account videos', 'outbox', 'channel outbox';

sub may_page {
	my ($visitor, $name, $kind, $page) = @_;
	return $name eq 'owner cookie' if $page eq 'library';
	return $visitor->{all} if $page eq 'manage';
	return $kind eq 'public' if $is_list{$page};
	return $kind eq 'public' || $kind eq 'unlisted' if $page eq 'oembed';
	return may($visitor, $kind, 0, 0);
}

for my $name (sort keys %visitor) {
	my $client = $visitor{$name}{cookie} // $cardume->client;
	for my $page (sort keys %page) {
		my @wrong;
		for my $kind (sort keys %video) {
			my $answer = $client->get($page{$page}->($video{$kind}),
				headers => { accept => $page =~
					/^(?:activity|create|.*outbox)$/ ?
					$activity : 'text/html' });
			my $may = may_page($visitor{$name}, $name, $kind, $page);
			my ($file) = $video{$kind}{files}{web} =~ m{([^/]+)$};
			my $title = $page =~ /outbox/ ? $video{$kind}{uuid} :
				"$word $kind";
			my $shows = index($answer->{content}, $title) >= 0 ||
				index($answer->{content}, $file) >= 0;
			$cells++;
			push @wrong, "$kind $answer->{status}"
				if $answer->{status} >= 500 ||
				($may ? !$shows : $shows);
		}
		is_deeply \@wrong, [], "$page for $name";
	}
}

my $mine = request_of($viewer{owner}, 'public',
	'/api/v1/users/me/videos?count=100');
is scalar @{ decode_json($mine->{content})->{data} }, scalar keys %video,
	'the owner lists all';
my $theirs = request_of($viewer{'other user'}, 'public',
	'/api/v1/users/me/videos?count=100');
is scalar @{ decode_json($theirs->{content})->{data} }, 0, 'others none';

cmp_ok $cells, '>=', 1500, "$cells cells";
done_testing;
