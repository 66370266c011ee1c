#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Views and what is made of them, the history, likes.
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
my ($owner, $fan, $other) = map { $cardume->user(unique($_)) }
	qw(maker fan other);
my %token = map { $_ => $cardume->token($_) } $owner, $fan, $other;
my $video = Cardume::Video->make($cardume, $owner, bare => 1,
	name => 'A film');
my $private = Cardume::Video->make($cardume, $owner, bare => 1, privacy => 3,
	name => 'Not shown');
my $locked = Cardume::Video->make($cardume, $owner, bare => 1, privacy => 5,
	passwords => ['open sesame'], name => 'Locked');
my $unlisted = Cardume::Video->make($cardume, $owner, bare => 1,
	privacy => 2, name => 'Unlisted');

# Not what nginx has kept: each address is asked for once.
my $asked = 0;

sub ask {
	my ($as, $method, $path, $body, %headers) = @_;
	$path .= ($path =~ /\?/ ? '&' : '?') . 'asked=' . $asked++
		if $method eq 'GET';
	$headers{authorization} = "Bearer $token{$as}" if $as;
	return $client->send_json($method, "/api/v1/$path", $body,
		headers => \%headers) if $body;
	return $client->request($method, "/api/v1/$path",
		headers => \%headers);
}

sub told { my $answer = ask(@_); return decode_json($answer->{content}) }

sub status { return ask(@_)->{status} }

sub sweep {
	my $job = $cardume->psql("INSERT INTO job (queue, max_attempt, payload)
		VALUES (17, 5, '{}') RETURNING id");
	ok +(wait_until { $cardume->psql("SELECT count(*) FROM job
		WHERE id = $job") eq 0 } 30), 'counted';
}

sub views_of {
	my ($video) = @_;
	return told('', 'GET', "videos/$video->{uuid}")->{views};
}

# Plays a film: a ping for each of these places.
sub play {
	my ($video, $session, $places, %more) = @_;
	my $as = delete $more{as} // '';
	for my $place (@$places) {
		my $answer = ask($as, 'POST', "videos/$video->{uuid}/views",
			{ currentTime => $place, sessionId => $session,
				%more });
		is $answer->{status}, 204, "at $place"
			or diag $answer->{content};
	}
}

subtest 'a view is ten seconds, once an hour' => sub {
	play($video, 'one', [0, 5, 10]);
	play($video, 'two', [0, 5]);
	play($video, 'three', [50, 61]);
	play($video, 'four', [0]);
	play($video, 'four', [20], viewEvent => 'seek');
	is views_of($video), 0, 'not counted in the request';
	sweep();
	is views_of($video), 1, 'one watched ten seconds; a jump is none';
	play($video, 'two', [10, 15]);
	play($video, 'one', [11, 20, 30]);
	sweep();
	is views_of($video), 2, 'what is watched adds up; once for each';
	$cardume->psql("UPDATE view_now SET counted_at = counted_at -
		interval '2 hours' WHERE video_id = $video->{id}");
	play($video, 'one', [31, 35, 40]);
	sweep();
	is views_of($video), 3, 'after an hour once more';
	is told('', 'GET', "videos/$video->{uuid}")->{viewers}, 4,
		'who watches now';
	$cardume->psql("UPDATE view_now SET at = at - interval '5 minutes'");
	sweep();
	is told('', 'GET', "videos/$video->{uuid}")->{viewers}, 0,
		'and after it nobody';
	is $cardume->psql("SELECT views FROM view_day
		WHERE video_id = $video->{id}"), 3, 'views of the day';
};

subtest 'nobody is told from what is kept' => sub {
	ask('', 'POST', "videos/$video->{uuid}/views", { currentTime => 1 });
	my $rows = $cardume->psql('SELECT * FROM view_ping');
	like $rows, qr/^\\x[0-9a-f]{32}\|/m, 'a hash';
	unlike $rows, qr/127\.0\.0\.1/, 'no address';
	my $before = $cardume->psql("SELECT view_hash((SELECT secret
		FROM view_secret), NULL, '10.0.0.1')");
	is $cardume->psql("SELECT view_hash((SELECT secret
		FROM view_secret), NULL, '10.0.0.1')"), $before,
		'the same within a day';
	is $cardume->psql("SELECT view_hash('x', NULL, '2001:db8::1') =
		view_hash('x', NULL, '2001:db8::2:1')"), 't', 'an IPv6 network';
	$cardume->psql("UPDATE view_secret SET made_at = now() -
		interval '25 hours'");
	sweep();
	isnt $cardume->psql("SELECT view_hash((SELECT secret
		FROM view_secret), NULL, '10.0.0.1')"), $before,
		'another one the next day';
};

subtest 'other ways to tell it' => sub {
	for my $method (qw(PUT POST)) {
		is status('', $method, "videos/$video->{short}/watching",
			{ currentTime => 3 }), 204, "$method watching";
	}
	is status('', 'POST', "videos/$video->{id}/views",
		{ currentTime => '3.7' }), 204, 'a number, a fraction';
	is $client->post("/api/v1/videos/$video->{uuid}/views",
		{ currentTime => 4 })->{status}, 204, 'a form';
	is status('', 'POST', "videos/$locked->{uuid}/views",
		{ currentTime => 4 }), 204, 'players send no password';
	is status('', 'POST', "videos/$unlisted->{uuid}/views",
		{ currentTime => 4 }), 204, 'unlisted';
};

subtest 'bad pings' => sub {
	my @bad = ({}, { currentTime => -1 }, { currentTime => 'x' },
		{ currentTime => [] }, { currentTime => undef },
		{ currentTime => 1e30 }, { currentTime => 63 },
		{ currentTime => 1, viewEvent => 'jump' },
		{ currentTime => 1, sessionId => "a'; --" },
		{ currentTime => 1, sessionId => 'x' x 101 },
		{ currentTime => 1, sessionId => { a => 1 } },
		{ currentTime => 1, client => 'x' x 501 });
	for my $body (@bad) {
		my $answer = ask('', 'POST', "videos/$video->{uuid}/views",
			$body);
		is $answer->{status}, 400, substr encode_json($body), 0, 60;
		like $answer->{headers}{'content-type'}, qr/problem\+json/,
			'told why';
	}
	my $ping = { currentTime => 1 };
	is status('', 'POST', "videos/$_/views", $ping), 404, "none: $_"
		for '999999999', '00000000-0000-4000-8000-000000000000',
			$private->{uuid}, $unlisted->{id};
	is status('', 'POST', 'videos/-1/views', $ping), 400, 'no id';
	is status($fan, 'POST', "videos/$private->{uuid}/views", $ping), 404,
		'private';
	is status($owner, 'POST', "videos/$private->{uuid}/views", $ping),
		204, 'private, mine';
	is status('', 'POST', "videos/$video->{uuid}/views",
		{ currentTime => 1, client => '<script>', device => 'x',
			operatingSystem => "\x{fffd}\x{1f600}" }), 204,
		'any words';
	$token{nobody} = 'f' x 40;
	is status('nobody', 'POST', "videos/$video->{uuid}/views", $ping),
		401, 'a wrong token';
};

subtest 'history' => sub {
	is told($fan, 'GET', 'users/me/history/videos')->{total}, 0, 'empty';
	play($video, 'hist', [7, 12], as => $fan);
	play($unlisted, 'hist', [30], as => $fan);
	my $list = told($fan, 'GET', 'users/me/history/videos');
	is $list->{total}, 2, 'two';
	is_deeply [map { $_->{uuid} } @{ $list->{data} }],
		[$unlisted->{uuid}, $video->{uuid}], 'the last first';
	is_deeply [map { $_->{userHistory}{currentTime} } @{ $list->{data} }],
		[30, 12], 'where one was';
	ok exists $list->{data}[0]{$_}, "an item has $_" for qw(name account
		channel thumbnailPath publishedAt views duration);
	is told($fan, 'GET', "videos/$video->{uuid}")->{userHistory}
		{currentTime}, 12, 'the video tells it too';
	ok !exists told($other, 'GET', "videos/$video->{uuid}")->{userHistory},
		'to nobody else';
	is told($fan, 'GET', 'users/me/history/videos?search=unlisted')
		->{total}, 1, 'search';
	is @{ told($fan, 'GET', 'users/me/history/videos?count=1&start=1')
		->{data} }, 1, 'a page';
	is told($other, 'GET', 'users/me/history/videos')->{total}, 0,
		'another has none';
	is status('', 'GET', 'users/me/history/videos'), 401, 'nobody';
	is status($fan, 'GET', 'users/me/history/videos?count=101'), 400,
		'count';

	is status($fan, 'DELETE', "users/me/history/videos/$video->{id}"),
		204, 'one is forgotten';
	is status($fan, 'DELETE', "users/me/history/videos/$video->{id}"),
		204, 'again';
	is status($fan, 'DELETE', "users/me/history/videos/$private->{id}"),
		404, 'hidden';
	is status($fan, 'DELETE', 'users/me/history/videos/x'), 400, 'no id';
	is told($fan, 'GET', 'users/me/history/videos')->{total}, 1, 'one';

	is status($fan, 'POST', 'users/me/history/videos/remove',
		{ beforeDate => '2001-02-03T04:05:06.789Z' }), 204, 'before';
	is told($fan, 'GET', 'users/me/history/videos')->{total}, 1,
		'is of later';
	is status($fan, 'POST', 'users/me/history/videos/remove',
		{ beforeDate => 'yesterday' }), 400, 'no date';
	is status($fan, 'POST', 'users/me/history/videos/remove'), 204,
		'all';
	is told($fan, 'GET', 'users/me/history/videos')->{total}, 0, 'none';
	is status('', 'POST', 'users/me/history/videos/remove'), 401,
		'nobody';

	$cardume->psql("UPDATE app_user SET videos_history_enabled = false
		WHERE id = (SELECT user_id FROM account JOIN actor
		ON actor.id = actor_id WHERE name = '$fan')");
	play($video, 'hist', [9], as => $fan);
	is told($fan, 'GET', 'users/me/history/videos')->{total}, 0,
		'who does not want it has none';

	play($unlisted, 'hist', [3], as => $other);
	$cardume->psql("UPDATE video SET privacy = 3
		WHERE id = $unlisted->{id}");
	is told($other, 'GET', 'users/me/history/videos')->{total}, 0,
		'what is hidden now is not shown';
	is status($other, 'DELETE',
		"users/me/history/videos/$unlisted->{uuid}"), 204,
		'but may be forgotten';
};

subtest 'likes' => sub {
	my $rate = "videos/$video->{uuid}/rate";
	my $mine = "users/me/videos/$video->{id}/rating";
	is_deeply told($fan, 'GET', $mine),
		{ videoId => $video->{id}, rating => 'none' }, 'none yet';
	is status($fan, 'PUT', $rate, { rating => 'like' }), 204, 'like';
	is status($fan, 'PUT', $rate, { rating => 'like' }), 204, 'again';
	is status($other, 'PUT', $rate, { rating => 'dislike' }), 204,
		'dislike';
	is told($fan, 'GET', $mine)->{rating}, 'like', 'mine';
	my $now = told('', 'GET', "videos/$video->{id}");
	is "$now->{likes} $now->{dislikes}", '1 1', 'counted';
	is status($fan, 'PUT', $rate, { rating => 'dislike' }), 204, 'other';
	$now = told('', 'GET', "videos/$video->{short}");
	is "$now->{likes} $now->{dislikes}", '0 2', 'moved';
	is status($fan, 'PUT', $rate, { rating => 'none' }), 204, 'neither';
	is status($fan, 'PUT', $rate, { rating => 'none' }), 204, 'again';
	is told('', 'GET', "videos/$video->{uuid}")->{dislikes}, 1, 'one';

	is status($fan, 'PUT', $rate, $_), 400, encode_json($_)
		for {}, { rating => 'love' }, { rating => 1 },
			{ rating => ['like'] };
	is status('', 'PUT', $rate, { rating => 'like' }), 401, 'nobody';
	is status($fan, 'PUT', "videos/$private->{uuid}/rate",
		{ rating => 'like' }), 404, 'private';
	is status($fan, 'GET', "users/me/videos/$private->{uuid}/rating"),
		404, 'private';
	is status('', 'GET', $mine), 401, 'nobody';
	is status($fan, 'PUT', "videos/$locked->{uuid}/rate",
		{ rating => 'like' }), 403, 'locked';
	is status($fan, 'PUT', "videos/$locked->{uuid}/rate",
		{ rating => 'like' },
		'x-peertube-video-password' => 'wrong'), 403, 'wrong';
	is status($fan, 'PUT', "videos/$locked->{uuid}/rate",
		{ rating => 'like' },
		'x-peertube-video-password' => 'open sesame'), 204, 'opened';

	my $list = told($other, 'GET', "accounts/$other/ratings");
	is $list->{total}, 1, 'what I rated';
	is $list->{data}[0]{rating}, 'dislike', 'how';
	is $list->{data}[0]{video}{uuid}, $video->{uuid}, 'what';
	is told($other, 'GET', "accounts/$other/ratings?rating=like")
		->{total}, 0, 'only likes';
	is status($other, 'GET', "accounts/$other/ratings?rating=x"), 400,
		'bad rating';
	is status($other, 'GET', "accounts/$other/ratings?sort=name"), 400,
		'bad sort';
	is status($fan, 'GET', "accounts/$other/ratings"), 403, 'another\'s';
	is status('', 'GET', "accounts/$other/ratings"), 401, 'nobody';
	is status($fan, 'GET', 'accounts/none_of_us/ratings'), 404, 'no such';

	# Twenty at once: none is lost.
	my @children = map {
		my $pid = fork // die;
		if (!$pid) {
			require POSIX;
			my $as = $_ % 2 ? $fan : $owner;
			ask($as, 'PUT', $rate, { rating =>
				(qw(like dislike none))[$_ % 3] });
			POSIX::_exit(0);
		}
		$pid } 1 .. 20;
	waitpid $_, 0 for @children;
	is $cardume->psql("SELECT likes || ' ' || dislikes FROM video
		WHERE id = $video->{id}"), $cardume->psql("SELECT
		count(*) FILTER (WHERE rating = 'like') || ' ' ||
		count(*) FILTER (WHERE rating = 'dislike') FROM rate
		WHERE video_id = $video->{id}"), 'counters are right';
};

subtest 'who is gone rates no more' => sub {
	my $leaver = $cardume->user(unique('leaver'));
	$token{$leaver} = $cardume->token($leaver);
	my $film = Cardume::Video->make($cardume, $owner, bare => 1);
	ask($leaver, 'PUT', "videos/$film->{uuid}/rate", { rating => 'like' });
	is told('', 'GET', "videos/$film->{uuid}")->{likes}, 1, 'liked';
	$cardume->psql("DELETE FROM app_user WHERE id = (SELECT user_id
		FROM account JOIN actor ON actor.id = actor_id
		WHERE name = '$leaver')");
	is $cardume->psql("SELECT likes FROM video WHERE id = $film->{id}"),
		0, 'no more';
	is status($owner, 'DELETE', "videos/$film->{uuid}"), 204,
		'a rated video may go';
};

# --- how much came from where ------------------------------------------------

is status('', 'POST', 'metrics/playback', { playerMode => 'web-video' }), 204,
	'measurements';
{
	my $film = Cardume::Video->make($cardume, $owner, bare => 1);
	my @played = (downloadedBytesHTTP => 1000, downloadedBytesP2P => 300,
		uploadedBytesP2P => 7);
	is status('', 'POST', 'metrics/playback', { videoId => $film->{uuid},
		@played }), 204, 'a player tells' for 1, 2;
	is status('', 'POST', 'metrics/playback', { videoId => $_, @played }),
		204, "not of $_" for 'x', '-', '00000000-0000-4000-8000-000000000000';
	is status('', 'POST', 'metrics/playback', { videoId => $film->{uuid},
		downloadedBytesHTTP => -5, downloadedBytesP2P => '9' x 20 }),
		204, 'what cannot be';
	$cardume->psql('SELECT playback_fold_write(1000)');
	my $stats = told($owner, 'GET', "videos/$film->{uuid}/stats/overall");
	is $stats->{downloadedBytesHTTP}, 2000, 'from the server';
	is $stats->{downloadedBytesP2P}, 600, 'from viewers';
	is $stats->{uploadedBytesP2P}, 14, 'to viewers';
	is $cardume->psql("SELECT count(*) FROM playback_day
		WHERE video_id = $film->{id}"), 1, 'one row a day';
	$stats = told($owner, 'GET', "videos/$film->{uuid}/stats/overall" .
		'?endDate=2020-01-01T00:00:00Z');
	is $stats->{downloadedBytesHTTP}, 0, 'of other days: none';
}

done_testing;
