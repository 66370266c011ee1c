#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Statistics of a video: what its owner is told of how it was watched.
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
my ($owner, $other) = map { $cardume->user(unique($_)) } qw(maker other);
my $judge = $cardume->user(unique('judge'), role => 'moderator');
my %token = map { $_ => $cardume->token($_) } $owner, $other, $judge;
my $video = Cardume::Video->make($cardume, $owner, bare => 1);
my $private = Cardume::Video->make($cardume, $owner, bare => 1, privacy => 3);

sub ask {
	my ($as, $path, $of) = @_;
	return $client->get('/api/v1/videos/' . ($of // $video)->{uuid} .
		"/stats/$path", headers => { accept => 'application/json',
		$as ? (authorization => "Bearer $token{$as}") : () });
}

sub told {
	my ($path, $of) = @_;
	my $answer = ask($owner, $path, $of);
	is $answer->{status}, 200, $path or diag $answer->{content};
	return decode_json($answer->{content});
}

sub ping {
	my ($session, $place, %more) = @_;
	my $agent = delete $more{agent} // 'cardume-test/1';
	return $client->send_json('POST',
		"/api/v1/videos/$video->{uuid}/views", { sessionId => $session,
			currentTime => $place, %more },
		headers => { 'user-agent' => $agent })->{status};
}

# As if one had watched all the time between the pings.
sub fold {
	$cardume->psql("UPDATE view_ping SET at = at + place *
		interval '1 second' WHERE video_id = $video->{id}");
	$cardume->psql('SELECT view_fold_write(100000); SELECT view_count_write()');
}

my @paths = ('overall', 'timeseries/viewers', 'timeseries/downloads',
	'timeseries/aggregateWatchTime', 'retention', 'user-agent');

subtest 'of what nobody has watched' => sub {
	is_deeply told('overall'), { averageWatchTime => 0,
		totalWatchTime => 0, totalViewers => 0, viewersPeak => 0,
		viewersPeakDate => undef, downloadedBytesHTTP => 0,
		downloadedBytesP2P => 0, uploadedBytesP2P => 0, countries => [],
		subdivisions => [] }, 'overall';
	is_deeply told('user-agent'), { clients => [], devices => [],
		operatingSystems => [] }, 'agents';
	my $data = told('retention')->{data};
	is @$data, 62, 'each second';
	is $data->[9]{retentionPercent}, 0, 'by nobody';
	is told('timeseries/viewers')->{data}[-1]{value}, 0, 'series';
};

# Seconds 0 to 20 and 40 to 50; 0 to 10; 0 to 5 from elsewhere.
is ping('a', $_, client => 'Firefox', device => 'desktop',
	operatingSystem => 'Linux'), 204, "a at $_" for 0, 10, 20;
is ping('a', 40, viewEvent => 'seek'), 204, 'a jumps';
is ping('a', 50), 204, 'and watches on';
my $phone = 'Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0';
is ping('b', $_, agent => $phone), 204, "b at $_" for 0, 10;
fold();
is ping('c', 0, device => 'toaster', client => '', operatingSystem => 'BeOS'),
	204, 'c';
fold();
is ping('c', 5), 204, 'c goes on';
fold();

subtest 'what was watched' => sub {
	my $all = told('overall');
	is $all->{totalViewers}, 3, 'viewers';
	is $all->{totalWatchTime}, 45, 'seconds';
	is $all->{averageWatchTime}, 15, 'each';
	cmp_ok $all->{viewersPeak}, '>=', 1, 'at once';
	like $all->{viewersPeakDate}, qr/^\d{4}-.*Z$/, 'when';

	my $data = told('retention')->{data};
	my %at = map { $_->{second} => $_->{retentionPercent} } @$data;
	is $at{0}, 100, 'all saw the first second';
	is $at{5}, 100, 'and the fifth';
	is $at{10}, 66.67, 'two the tenth';
	is $at{20}, 33.33, 'one the twentieth';
	is $at{30}, 0, 'nobody what was jumped over';
	is $at{45}, 33.33, 'one the end';
	is $at{51}, 0, 'nobody the rest';

	my $agents = told('user-agent');
	is_deeply $agents->{clients}, [{ name => 'Firefox', viewers => 2 },
		{ name => 'cardume-test', viewers => 1 }], 'clients';
	is_deeply $agents->{devices}, [{ name => 'desktop', viewers => 1 },
		{ name => 'mobile', viewers => 1 }], 'devices';
	is_deeply $agents->{operatingSystems},
		[map { { name => $_, viewers => 1 } } qw(Android BeOS Linux)],
		'systems';
};

subtest 'more than can have been watched' => sub {
	my $hash = "sha256('haste')";
	$cardume->psql("INSERT INTO view_ping (viewer, video_id, place,
		is_seek, at) SELECT $hash, $video->{id}, 10 * (i % 2),
		i % 2 = 0, now() + i * interval '1 ms'
		FROM generate_series(0, 9999) i;
		SELECT view_fold_write(100000)");
	my $watched = $cardume->psql("SELECT s.watched FROM view_session s
		JOIN view_now n ON n.session_id = s.id WHERE n.viewer = $hash");
	is $watched, 50, 'ten seconds and four times the time';
	$cardume->psql("DELETE FROM view_session s USING view_now n
		WHERE n.session_id = s.id AND n.viewer = $hash;
		DELETE FROM view_now WHERE viewer = $hash");
};

subtest 'when' => sub {
	my $series = told('timeseries/viewers');
	is $series->{groupInterval}, '1 minute', 'of a young video';
	my $sum = 0;
	$sum += $_->{value} for @{ $series->{data} };
	is $sum, 3, 'viewers';
	$sum = 0;
	$sum += $_->{value} for
		@{ told('timeseries/aggregateWatchTime')->{data} };
	is $sum, 45, 'seconds';
	for (['2020-01-01T00:00:00Z', '2020-01-01T01:00:00Z', '1 minute', 61],
		['2020-01-01T00:00:00Z', '2020-01-01T12:05:00Z', '10 minutes',
			73],
		['2020-01-01T00:00:00Z', '2020-01-03T00:00:00Z', '1 hour', 49],
		['2020-01-01T00:00:00Z', '2020-02-01T00:00:00Z', '1 day', 32],
		['2020-01-15T00:00:00Z', '2022-01-01T00:00:00Z', '1 month',
			25]) {
		my ($since, $until, $step, $nr) = @$_;
		my $range = told("timeseries/viewers?startDate=$since" .
			"&endDate=$until");
		is $range->{groupInterval}, $step, "by $step";
		is @{ $range->{data} }, $nr, 'so many';
		like $range->{data}[0]{date}, qr/^2020-01-01T00:00:00\.000Z$/,
			'from the first';
	}
	my $past = 'startDate=2001-01-01T00:00:00Z&endDate=2001-02-01T00:00:00Z';
	is told("overall?$past")->{totalViewers}, 0, 'not then';
	is told("user-agent?$past")->{clients}[0], undef, 'not then';
	is told('overall?startDate=2001-01-01T00:00:00Z')->{totalViewers}, 3,
		'since';
};

subtest 'refused' => sub {
	for my $path (@paths) {
		is ask('', $path)->{status}, 401, "$path: nobody";
		is ask($other, $path)->{status}, 403, "$path: another";
		is ask($other, $path, $private)->{status}, 404, "$path: hidden";
		is ask($judge, $path, $private)->{status}, 200,
			"$path: a moderator";
		is ask($owner, $path, { uuid => 'x' })->{status}, 400,
			"$path: no id";
		is ask($owner, $path, { uuid => 999999999 })->{status}, 404,
			"$path: no video";
	}
	is ask($owner, $_)->{status}, 400, $_ for 'overall?startDate=x',
		'overall?endDate=2001-13-01', 'user-agent?startDate=1',
		'timeseries/nothing',
		'timeseries/viewers?startDate=2020-01-01T00:00:00Z',
		'timeseries/viewers?endDate=2020-01-01T00:00:00Z',
		'timeseries/viewers?startDate=2020-01-02T00:00:00Z' .
			'&endDate=2020-01-01T00:00:00Z',
		'timeseries/viewers?startDate=2000-01-01T00:00:00Z' .
			'&endDate=2020-01-01T00:00:00Z';
};

is $client->request('DELETE', "/api/v1/videos/$video->{uuid}", headers =>
	{ authorization => "Bearer $token{$owner}" })->{status}, 204,
	'a watched video may go';
is $cardume->psql("SELECT count(*) FROM view_session
	WHERE video_id = $video->{id}"), 0, 'with its statistics';
is ping('z', 1), 404, 'and is watched no more';
$cardume->psql("INSERT INTO view_ping (viewer, video_id, place, is_seek)
	VALUES ('z', $video->{id}, 5, false)");
fold();
is $cardume->psql("SELECT count(*) FROM view_ping
	WHERE video_id = $video->{id}"), 0, 'late pings of it are dropped';

done_testing;
