#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# The pages of playlists, and a watch page that is in one.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my ($ann, $bob) = map { $cardume->user(unique($_)) } qw(ann bob);
my @videos = map { Cardume::Video->make($cardume, $ann, name => "Part $_",
	privacy => $_ == 2 ? 3 : 1) } 1 .. 4;
my %browser = (ann => $cardume->sign_in($ann), bob => $cardume->sign_in($bob),
	nobody => $client);

sub playlist {
	my ($privacy, $name, @in) = @_;
	my ($uuid, $short) = split /\|/, $cardume->psql("WITH p AS (
		INSERT INTO playlist (account_id, privacy, name, short_uuid,
			description)
		SELECT c.id, $privacy, '$name', '', 'All **of** it.'
		FROM account c JOIN actor a ON a.id = c.actor_id
		WHERE a.name = '$ann' RETURNING id, uuid, short_uuid), e AS (
		INSERT INTO playlist_element (playlist_id, video_id, position)
		SELECT p.id, v, n FROM p, unnest('{" . join(',', @in) .
		"}'::bigint[]) WITH ORDINALITY u (v, n))
		SELECT uuid, short_uuid FROM p");
	return { uuid => $uuid, short => $short };
}
my $list = playlist(2, 'A <series>', map { $_->{id} } @videos);
my $private = playlist(3, 'Mine only', $videos[0]{id});
my $empty = playlist(2, 'Empty');
my $gone = Cardume::Video->make($cardume, $ann, name => 'Gone', bare => 1);
my $last = playlist(2, 'With gaps', $gone->{id}, $videos[3]{id});
$cardume->psql("DELETE FROM video WHERE id = $gone->{id}");

for my $path ("/w/p/$list->{short}", "/w/p/$list->{uuid}",
	"/video-playlists/$list->{uuid}",
	"/videos/watch/playlist/$list->{short}") {
	my $answer = $client->get($path);
	is $answer->{status}, 200, $path;
	like $answer->{content}, qr{<h1 dir="auto">A &lt;series&gt;</h1>},
		'its name';
}
my $page = $client->text("/w/p/$list->{short}");
like $page, qr/$_/, $_ for '<strong>of</strong>', 'content="noindex"',
	"rel=\"canonical\" href=\"[^\"]+/w/p/$list->{short}\"",
	"/feeds/podcast/videos\\.xml\\?playlistId=$list->{uuid}",
	"<h2><a href=\"/w/$videos[2]{short}\\?playlistId=$list->{short}&amp;playlistPosition=3\" dir=\"auto\">3\\. Part 3</a>",
	'<h2>2\. Private video</h2>', 'Play all';
unlike $page, qr/Part 2/, 'nothing of what is private';
like $browser{ann}->text("/w/p/$list->{short}"), qr/2\. Part 2/,
	'its owner sees it';
like $client->text("/w/p/$last->{short}"), qr/1\. Deleted video/, 'deleted';
like $client->text("/w/p/$empty->{short}"), qr/Nothing in it yet/, 'empty';
unlike $client->text("/w/p/$empty->{short}"), qr/Play all/, 'nothing to play';
is $browser{$_->[0]}->get("/w/p/$private->{short}")->{status}, $_->[1],
	"a private one: $_->[0]" for [nobody => 404], [bob => 404],
	[ann => 200];
unlike $browser{ann}->text("/w/p/$private->{short}"), qr/og:title|podcast/,
	'and no previews of it';
is $client->get("/w/p/$_")->{status}, 404, "none: $_" for 'xyz', '1' x 22,
	'999999999', '0';

# --- a watch page in a playlist ----------------------------------------------

sub watch {
	my ($video, $query, $who) = @_;
	return $browser{ $who // 'nobody' }->text("/w/$video->{short}?$query");
}
my $at = "playlistId=$list->{short}&playlistPosition";
my $first = watch($videos[0], "$at=1");
like $first, qr{<a href="/w/p/$list->{short}" dir="auto">A &lt;series&gt;</a>},
	'it is said where one is';
like $first, qr{>1 / 4<}, 'at which place';
like $first, qr{rel="next" data-goes-on href="/w/$videos[2]{short}\?playlistId=$list->{short}&amp;playlistPosition=3"},
	'the next that one may see';
unlike $first, qr/rel="prev"/, 'there is none before';
unlike $first, qr/Part 2/, 'the private one is not told';
like watch($videos[0], "$at=1", 'ann'), qr{rel="next" data-goes-on href="/w/$videos[1]{short}},
	'to its owner it is';
my $middle = watch($videos[2], "playlistId=$list->{uuid}&playlistPosition=3");
like $middle, qr{rel="prev" href="/w/$videos[0]{short}\?[^"]+=1"}, 'previous';
like $middle, qr{rel="next" data-goes-on href="/w/$videos[3]{short}\?[^"]+=4"}, 'next';
is $client->get("/video-playlists/embed/$list->{$_->[0]}$_->[1]", redirect => 0)
	->{headers}{location}, "/videos/embed/$videos[$_->[2]]{short}",
	"to embed: $_->[0]$_->[1]" for ['short', '', 0],
	['uuid', '?playlistPosition=2', 2];
is $client->get("/video-playlists/embed/$_")->{status}, 404, 'nothing to embed'
	for $empty->{short}, $private->{uuid}, 'xyz',
	"$list->{short}?playlistPosition=5";
like $middle, qr{<li value="4"><a href="/w/$videos[3]{short}}, 'what comes';
unlike watch($videos[3], "$at=4"), qr/rel="next"/, 'the last';
for ("$at=2", "$at=9", "$at=" . '9' x 30, 'playlistId=nothing',
	"playlistId=$private->{short}&playlistPosition=1", 'playlistId=',
	'playlistId=%27', 'playlistId=' . 'x' x 500) {
	my $answer = $client->get("/w/$videos[0]{short}?$_");
	is $answer->{status}, 200, substr $_, 0, 60;
	unlike $answer->{content}, qr/id="series"/, 'is in no playlist';
}

# --- one's own ----------------------------------------------------------------

my $mine = $browser{ann}->text('/my-library/video-playlists');
like $mine, qr{<a href="/w/p/$_->[0]" dir="auto">$_->[1]</a>}, $_->[1]
	for [$list->{short}, 'A &lt;series&gt;'], [$private->{short}, 'Mine only'];
like $mine, qr/>Watch later</, 'watch later';
unlike $browser{bob}->text('/my-library/video-playlists'), qr/Mine only/,
	'not those of others';
is $client->get('/my-library/video-playlists', redirect => 0)->{status}, 303,
	'for who is signed in';
like $mine, qr{<li><a href="/my-library/video-playlists">My playlists</a>},
	'in the menu';
done_testing;
