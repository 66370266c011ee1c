#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Feeds under all their names and types, and podcasts (clients.md 3.12).
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
my $origin = $cardume->origin;
my $owner = $cardume->user(unique('caster'));
my $video = Cardume::Video->make($cardume, $owner, name => 'On <air> & off',
	description => "See **this** ]]> & that.", category => 1,
	language => 'en', age => 1);
my $hidden = Cardume::Video->make($cardume, $owner, name => 'Not on air',
	privacy => 3);
my $later = Cardume::Video->make($cardume, $owner, name => 'Second',
	age => 2, nsfw => 'true');
my $channel = $cardume->psql("SELECT c.id FROM channel c JOIN actor a
	ON a.id = c.actor_id WHERE a.name = '${owner}_channel'");

# Another query each time: nginx keeps answers.
my $nr = 0;
sub feed {
	my ($path, $accept, %o) = @_;
	return $client->get($path . ($path =~ /\?/ ? '&' : '?') . 'n=' . $nr++,
		headers => defined $accept ? { accept => $accept } : {}, %o);
}

# --- names and types --------------------------------------------------------

my $rss = 'application/rss+xml';
my $atom = 'application/atom+xml';
my $any = 'text/html, */*;q=0.5';
for (
	# name, Accept, type or status
	['xml', undef, 'application/xml'], ['xml', $any, 'application/xml'],
	['xml', 'text/xml', 'text/xml'], ['xml', $rss, 406],
	['xml', 'text/*;q=0.3', 'text/xml'], ['xml', 'text/html', 406],
	['rss', undef, $rss], ['rss', $rss, $rss], ['rss2', $any, $rss],
	['rss2', 'text/xml', 'text/xml'], ['rss', 'application/json', 406],
	['rss', "$rss;q=0, */*", 'application/xml'],
	['rss', "text/xml;q=0.9, $rss;q=0.8", 'text/xml'],
	['rss', '', $rss], ['rss', ',;q=,', 406], ['rss', 'APPLICATION/*', $rss],
	['atom', undef, $atom], ['atom1', $atom, $atom], ['atom', $rss, 406],
	['json', undef, 'application/json'], ['json1', $any, 'application/json'],
	['json', 'text/html', 406],
	['json', 'application/feed+json', 'application/feed+json'],
	['xml?format=atom', undef, $atom], ['xml?format=rss', undef, $rss],
	['xml?format=json', undef, 'application/json'],
	['rss?format=atom1', $rss, 406], ['xml?format=csv', undef, 400],
	['xml?format=', undef, 'application/xml'], ['csv', undef, 404],
) {
	my ($name, $accept, $wanted) = @$_;
	my $answer = feed("/feeds/videos.$name", $accept);
	my $text = "$name, " . ($accept // 'whatever');
	if ($wanted =~ /^\d+$/) {
		is $answer->{status}, $wanted, "$text: $wanted";
		next;
	}
	is $answer->{status}, 200, $text;
	is $answer->{headers}{'content-type'}, "$wanted; charset=utf-8",
		"$text: $wanted";
	like $answer->{content}, $wanted =~ /json/ ? qr/^\{/ :
		$name =~ /atom/ ? qr/<feed / : qr/<rss /, "$text: is one";
	my $vary = $answer->{headers}{vary};
	ok scalar grep({ $_ eq 'Accept' } ref $vary ? @$vary : $vary), 'varies';
}
# What is kept for one is not for another.
for my $path ('/feeds/videos.rss?kept=1') {
	my $status = sub { $client->get($path, headers =>
		{ accept => $_[0] })->{status} };
	is $status->('*/*'), 200, 'kept';
	is $status->('text/html'), 406, 'but not for everybody';
	is $status->('*/*'), 200, 'nor is the refusal';
}
for my $query ("videoChannelId=$channel", "videoChannelName=${owner}_channel",
	"accountName=$owner", "accountName=$owner\@" . ($origin =~ s{.*//}{}r)) {
	my $answer = feed("/feeds/videos.json1?$query");
	is_deeply [map { $_->{title} } @{ decode_json($answer->{content})
		->{items} }], ['On <air> & off', 'Second'], $query;
	my $head = feed("/feeds/videos.rss2?$query");
	like $head->{content}, qr{rel="self"}, "$query: RSS";
}
is feed("/feeds/videos.rss2?$_")->{status}, 404, "none of $_"
	for 'accountName=nobody', 'videoChannelName=nobody',
	'videoChannelId=999999999';

# --- podcasts ---------------------------------------------------------------

my $at = '/feeds/podcast/videos.xml';
my $answer = feed("$at?videoChannelId=$channel");
is $answer->{status}, 200, 'a podcast';
is $answer->{headers}{'content-type'}, "$rss; charset=utf-8", 'is RSS';
my $text = $answer->{content};
like $text, qr/$_/, $_ for 'xmlns:podcast="https://podcastindex.org/namespace/1.0"',
	'<podcast:medium>video</podcast:medium>', '<itunes:author>',
	"<podcast:person href=\"$origin/c/${owner}_channel\"",
	'<itunes:explicit>true</itunes:explicit>', '<podcast:locked>',
	'<atom:link href="[^"]+videoChannelId=\d+[^"]*" rel="self"',
	'<lastBuildDate>\w{3}, \d\d \w{3} \d{4} ', '<language>en</language>';
my ($guid) = $text =~ m{<podcast:guid>([^<]+)<};
like $guid, qr/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
	'a guid';
my @items = $text =~ m{<item>(.*?)</item>}gs;
is scalar @items, 2, 'what is public';
unlike $text, qr/Not on air/, 'and no more';
like $items[0], qr/\Q$_\E/, $_ for '<title>On &lt;air&gt; &amp; off</title>',
	"<link>$origin/w/$video->{short}</link>",
	"<guid isPermaLink=\"true\">$origin/videos/watch/$video->{uuid}</guid>",
	'<content:encoded><![CDATA[<p>See <strong>this</strong> ',
	'<category>Music</category>', '<itunes:duration>61</itunes:duration>',
	"<podcast:socialInteract protocol=\"activitypub\" uri=\"$origin/videos/watch/$video->{uuid}\"/>",
	"<enclosure url=\"$origin$video->{files}{web}\" length=\"70000\" type=\"video/mp4\"/>",
	"<podcast:source uri=\"$origin$video->{files}{torrent}\" contentType=\"application/x-bittorrent\"/>",
	'type="application/x-mpegURL" lang="en" title="HLS" default="false"',
	"<itunes:image href=\"$origin$video->{files}{thumbnail}\"/>",
	'<itunes:explicit>false</itunes:explicit>',
	' length="70000" bitrate="9180" height="360" lang="en" title="360p" default="true">';
my ($encoded) = $items[0] =~ m{<content:encoded>(.*?)</content:encoded>}s;
is scalar(() = $encoded =~ /\]\]>/g), 1, 'nothing ends it early';
my ($enclosure) = $items[0] =~ /<enclosure url="([^"]+)"/;
is $client->head($enclosure)->{status}, 200, 'the enclosure is there';

# Which file is the first.
my $file = sub {
	my ($resolution, $audio_only) = @_;
	$cardume->psql(sprintf "INSERT INTO video_file (video_id, filename,
		resolution, width, height, fps, size, has_audio, has_video)
		VALUES (%d, gen_random_uuid() || '-%d.%s', %2\$d, 1, 1, 25,
		%2\$d + 100, true, %s)", $video->{id}, $resolution,
		$audio_only ? 'm4a' : 'mp4', $audio_only ? 'false' : 'true');
};
$file->($_) for 240, 1080;
sub first {
	my ($query) = @_;
	my ($item) = feed("$at?videoChannelId=$channel$query")->{content} =~
		m{<item>(.*?)</item>}s;
	my ($length, $type) = $item =~ /<enclosure [^>]*length="(\d+)" type="([^"]+)"/
		or return 'none';
	return "$length $type";
}
is first(''), '340 video/mp4', 'the smallest';
is first('&enclosurePreference=video'), '1180 video/mp4', 'the largest';
is first('&enclosurePreference=m3u8'), '0 application/x-mpegURL', 'HLS';
is first('&enclosurePreference=audio'), 'none', 'no sound alone';
$file->(0, 1);
is first(''), '100 audio/x-m4a', 'sound alone';
is first('&enclosurePreference=audio'), '100 audio/x-m4a', 'as one wishes';
is first('&enclosurePreference=video'), '1180 video/mp4', 'or not';

# Only HLS files.
$cardume->psql("DELETE FROM video_file WHERE video_id = $later->{id}
	AND playlist_id IS NULL");
like feed("$at?videoChannelId=$channel")->{content},
	qr/\Q<enclosure url="$origin$later->{files}{segment}"/, 'HLS files do';

# Of a playlist, in its order.
my ($list, $uuid, $short) = split /\|/, $cardume->psql("WITH p AS (
	INSERT INTO playlist (account_id, privacy, name, short_uuid)
	SELECT c.id, 2, 'Played', '' FROM account c
	JOIN actor a ON a.id = c.actor_id WHERE a.name = '$owner'
	RETURNING id, uuid, short_uuid), e AS (
	INSERT INTO playlist_element (playlist_id, video_id, position)
	SELECT p.id, v, n FROM p, unnest(ARRAY[$later->{id}, $hidden->{id},
		$video->{id}]) WITH ORDINALITY u (v, n))
	SELECT * FROM p");
for my $name ($uuid, $short) {
	my $podcast = feed("$at?playlistId=$name");
	is $podcast->{status}, 200, 'of a playlist';
	is_deeply [$podcast->{content} =~ m{<item>\n<title>([^<]+)}g],
		['Second', 'On &lt;air&gt; &amp; off'], 'in its order';
	like $podcast->{content}, qr{<link>\Q$origin/w/p/$short\E</link>},
		'with its page';
	unlike $podcast->{content}, qr/$guid/, 'and a guid of its own';
}
is feed("$at?$_")->{status}, 404, "none of " . ($_ || 'nothing')
	for '', 'videoChannelId=999999999', "playlistId=$list",
	'playlistId=999999999', 'playlistId=' . '1' x 22;
$cardume->psql("UPDATE playlist SET privacy = 3 WHERE id = $list");
is feed("$at?playlistId=$uuid")->{status}, 404, 'a private one';
is feed("$at?videoChannelId=$_")->{status}, 400, "bad: $_" for 'x', -1;
is feed("$at?videoChannelId=$channel&enclosurePreference=gif")->{status}, 400,
	'a bad wish';
is feed("$at?videoChannelId=$channel", 'text/html')->{status}, 406,
	'another type';
done_testing;
