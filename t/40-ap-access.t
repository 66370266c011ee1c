# SPDX-License-Identifier: AGPL-3.0-or-later
# Who gets which face of a URL, and what is not told to other servers.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume;
use Cardume::Rows qw(video_rows);
use Cardume::Shape;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my $origin = $cardume->origin;
my $name = $cardume->user(unique('apx'));
my $channel = $cardume->psql("SELECT ca.name FROM actor ca
	JOIN channel c ON c.actor_id = ca.id JOIN account a ON a.id = c.account_id
	JOIN actor p ON p.id = a.actor_id WHERE p.name = '$name'");
my $profile = 'profile="https://www.w3.org/ns/activitystreams"';
my $activity = 'application/activity+json';

sub ask {
	my ($path, $accept, $method) = @_;
	return $client->request($method // 'GET', $path,
		headers => { accept => $accept });
}

sub short_uuid {
	return $cardume->psql("SELECT short_uuid FROM video WHERE uuid = '$_[0]'");
}

# --- two faces ---------------------------------------------------------------

my $video = video_rows($cardume, $channel);
my $short = short_uuid($video);
my @activity = ($activity, "$activity; charset=utf-8", uc $activity,
	'application/ld+json', "application/ld+json; $profile",
	"application/ld+json;$profile",
	"$activity, application/ld+json; $profile, text/html;q=0.1",
	"$activity,application/json;q=0.9,*/*;q=0.1");
my @html = ('text/html', '*/*', 'application/json',
	'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
	"text/html, $activity;q=0.5", '');
my @paths = ("/videos/watch/$video", "/w/$short", "/w/$video",
	"/videos/watch/$short", "/accounts/$name", "/account/$name", "/a/$name",
	"/accounts/$name/video-channels", "/a/$name/video-channels",
	"/video-channels/$channel", "/c/$channel", "/video-channels/$channel/videos",
	"/c/$channel/videos", '/accounts/peertube');
for my $path (@paths) {
	for my $accept (@activity) {
		my $answer = ask($path, $accept);
		is $answer->{status}, 200, "$path for $accept";
		is $answer->{headers}{'content-type'}, "$activity; charset=utf-8",
			'is an ActivityPub document';
	}
	for my $accept (@html) {
		my $answer = ask($path, $accept);
		like $answer->{headers}{'content-type'} // '', qr{^text/html},
			"$path for '$accept' is a page";
	}
	my $vary = ask($path, $activity)->{headers}{vary};
	like join(',', ref $vary ? @$vary : $vary // ''), qr/\bAccept\b(?!-)/,
		"$path: Vary: Accept";
}

my $got = ask("/w/$short", $activity);
is $got->{headers}{'access-control-allow-origin'}, '*', 'for all origins';
like $got->{content}, qr{"id" ?: ?"\Q$origin\E/videos/watch/$video"},
	'the id is the same by each name';
my $head = ask("/w/$short", $activity, 'HEAD');
is $head->{status}, 200, 'HEAD';
is $head->{content} // '', '', 'has no body';
is $head->{headers}{'content-type'}, "$activity; charset=utf-8", 'but a type';
for my $path ("/accounts/$name/outbox", "/video-channels/$channel/outbox") {
	like ask($path, $_)->{headers}{'content-type'}, qr{^application/activity},
		"$path for '$_'" for 'text/html', '*/*';
}
for my $path ("/videos/watch/$video", "/accounts/$name") {
	like ask($path, $activity, 'POST')->{status}, qr/^40[45]$/,
		"nothing takes a POST to $path";
}

# --- what is not told --------------------------------------------------------

my $secret = unique('secretname');
my %hidden = (
	unlisted => { privacy => 2 }, private => { privacy => 3 },
	internal => { privacy => 4 }, 'with a password' => { privacy => 5 },
	'still transcoded' => { state => 2 },
	'visible though still transcoded' =>
		{ state => 2, wait_transcoding => \'false' },
	failed => { state => 7 }, 'private and unfinished' =>
		{ privacy => 3, state => 2 });
my %uuid;
for my $kind (sort keys %hidden) {
	my $uuid = $uuid{$kind} = video_rows($cardume, $channel,
		%{ $hidden{$kind} }, name => "$secret $kind");
	for my $path (map({ "/videos/watch/$uuid$_" } '', qw(/activity /announces
		/likes /dislikes /comments /chapters /player-settings)),
		"/w/$uuid", '/w/' . short_uuid($uuid)) {
		my $answer = ask($path, $activity);
		is $answer->{status}, 404, "$kind: no $path";
		unlike $answer->{content}, qr/$secret/, 'and not a word of it';
	}
}
my $number = $cardume->psql("SELECT id FROM video WHERE uuid = '$video'");
is ask("/videos/watch/$number", $activity)->{status}, 404, 'a number names no video';
for my $box ("/accounts/$name", "/video-channels/$channel", '/accounts/peertube') {
	my $page = ask("$box/outbox?page=1&size=100&$secret", $activity)->{content};
	like $page, qr/$video/, "$box shows what is public";
	unlike $page, qr/$uuid{$_}/, "and nothing $_" for sort keys %uuid;
}
my $sharer = $cardume->psql("SELECT id FROM actor WHERE name = 'peertube'");
is ask("/videos/watch/$video/announces/$sharer", $activity)->{status}, 200,
	'a share of a public video';
is ask("/videos/watch/$uuid{unlisted}/announces/$sharer", $activity)->{status},
	404, 'none of an unlisted one';

# What a setting opens: unlisted videos, by their UUID, and nothing else.
$cardume->psql("UPDATE setting SET value = 'true'
	WHERE name = 'federation.videos.federate_unlisted'");
my $unlisted = $client->activity("/videos/watch/$uuid{unlisted}?now");
is_deeply $unlisted->{to}, [], 'an unlisted video is sent to nobody';
is_deeply $unlisted->{cc}, [ 'https://www.w3.org/ns/activitystreams#Public' ],
	'and told to the public aside';
is ask("/videos/watch/$uuid{$_}?now", $activity)->{status}, 404, "$_ stays hidden"
	for grep { $_ ne 'unlisted' } sort keys %uuid;
unlike ask("/accounts/$name/outbox?page=1&size=99", $activity)->{content},
	qr/$uuid{unlisted}/, 'outboxes stay as they were';
$cardume->psql("UPDATE setting SET value = 'false'
	WHERE name = 'federation.videos.federate_unlisted'");

# --- names from outside ------------------------------------------------------

for my $bad ("../../etc/passwd", "' OR 1=1 --", '%27%3B', "\$1", '%00', '%ff',
	'a' x 3000, '..%2f..%2fetc', '<script>', '%0d%0aX: y', '{}', '*', "x'::int") {
	for my $base ('/accounts/', '/c/', '/videos/watch/', '/w/') {
		my $answer = ask($base . Cardume::Client::url_escape($bad)
			=~ s/%25/%/gr, $activity);
		like $answer->{status}, qr/^4\d\d$/, "$base" . substr $bad, 0, 20;
		ok !exists $answer->{headers}{x}, 'no header of theirs';
	}
}
done_testing;
