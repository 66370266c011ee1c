#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Every page a stranger sees: status, one h1, names for controls, no id twice,
# no inline script or style, sizes (reference: ux.md 1), and what hostile
# titles become; what link previews, oEmbed and feeds are told.
use strict;
use warnings;
use utf8;
use Compress::Zlib qw(memGzip);
use Encode qw(decode_utf8 encode_utf8);
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my $origin = $cardume->origin;
my $owner = $cardume->user(unique('filmer'));
my $word = unique('hostile');
my $title = qq{</title></script><script>alert("$word")</script>&amp;'" {{x}}};
my $video = Cardume::Video->make($cardume, $owner, name => $title,
	description => "**Bold** $title <!-- \x{1}", tags => '{"<b>a&b",sea}',
	category => 1, licence => 1, language => 'en');
Cardume::Video->make($cardume, $owner, name => "Film $_ of $word")
	for 1 .. 27;
my $hidden = Cardume::Video->make($cardume, $owner, privacy => 3,
	name => "Private $word");
my $unlisted = Cardume::Video->make($cardume, $owner, privacy => 2,
	name => "Unlisted $word");
my $locked = Cardume::Video->make($cardume, $owner, privacy => 5,
	name => "Locked $word", passwords => ['open sesame']);
my $waiting = Cardume::Video->make($cardume, $owner, state => 2, bare => 1,
	name => "Waiting $word");
my $channel = $cardume->psql("SELECT a.name FROM actor a JOIN channel c
	ON c.actor_id = a.id JOIN account o ON o.id = c.account_id
	JOIN actor p ON p.id = o.actor_id WHERE p.name = '$owner'");

# --- a strict reader ---------------------------------------------------------

my $name = qr/[A-Za-z][A-Za-z0-9:_-]*/;
my $entity = qr/&(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-fA-F]+);/;
my %void = map { $_ => 1 } qw(area base br col hr img input link meta source);

sub unescape {
	my ($text) = @_;
	my %c = (amp => '&', lt => '<', gt => '>', quot => '"', apos => "'");
	$text =~ s/&(?:#x([0-9a-f]+)|#([0-9]+)|(\w+));/
		$1 ? chr hex $1 : $2 ? chr $2 : $c{$3} \/\/ "&$3;"/gei;
	return $text;
}

# The elements, in order: {name, attributes, text}; dies where the document is
# not well-formed: what browsers would have to guess. `xml`: no void elements.
sub elements {
	my ($html, $xml) = @_;
	my (@all, @open);
	my $text = $html =~ s/\A(?:<!DOCTYPE html>|<\?xml[^>]*\?>)\s*//r;
	die "control character\n" if $text =~ /[\x00-\x08\x0b\x0c\x0e-\x1f]/;
	while (length $text) {
		if ($text =~ s/\A<\/($name)>//) {
			my $was = pop @open // die "</$1> without <$1>\n";
			die "<$was->{name}> ends as </$1>\n"
				if $was->{name} ne $1;
		} elsif ($text =~ s/\A<($name)((?:\s+$name(?:="[^"<]*")?)*)\s*(\/?)>//) {
			my ($tag, $rest, $empty) = ($1, $2, $3);
			my %attributes;
			while ($rest =~ s/\A\s+($name)(?:="([^"]*)")?//) {
				die "$1 twice in <$tag>\n"
					if exists $attributes{$1};
				$attributes{$1} = unescape($2 // '');
			}
			my $element = { name => $tag, text => '',
				attributes => \%attributes,
				parents => [map { $_->{name} } @open] };
			push @all, $element;
			if ($tag eq 'script' && !$xml) {
				$text =~ s/\A(.*?)<\/script>//s or die 'script';
				$element->{text} = $1;
			} elsif (!$empty && ($xml || !$void{$tag})) {
				push @open, $element;
			}
		} elsif ($text =~ s/\A((?:[^<&]|$entity)+)//) {
			my $piece = unescape($1);
			$_->{text} .= $piece for @open;
		} else {
			die 'bad markup: ' . substr($text, 0, 60) . "\n";
		}
	}
	die "<$open[-1]{name}> is not closed\n" if @open;
	return @all;
}

sub check_page {
	my ($path, $status) = @_;
	my $answer = $client->get($path);
	my $html = decode_utf8($answer->{content});
	is($answer->{status}, $status, "$path: $status");
	my @all = eval { elements($html) };
	is($@, '', "$path: well-formed");
	is(scalar(grep { $_->{name} eq 'h1' } @all), 1, "$path: one h1");
	my %ids;
	$ids{ $_->{attributes}{id} }++ for grep { $_->{attributes}{id} } @all;
	is_deeply([grep { $ids{$_} > 1 } keys %ids], [], "$path: no id twice");
	my %labels = map { $_->{attributes}{for} => 1 }
		grep { $_->{name} eq 'label' } @all;
	my @unnamed = grep { !$labels{ $_->{attributes}{id} // '' } &&
		!$_->{attributes}{'aria-label'} }
		grep { $_->{name} =~ /^(input|select|textarea)$/ &&
			($_->{attributes}{type} // '') ne 'hidden' } @all;
	is(scalar @unnamed, 0, "$path: every control has a label");
	my @wordless = grep { $_->{name} =~ /^(a|button|summary)$/ &&
		$_->{text} !~ /\S/ } @all;
	is(scalar @wordless, 0, "$path: links and buttons have words");
	my @inline = grep { $_->{name} eq 'style' || ($_->{name} eq 'script' &&
		!$_->{attributes}{src} &&
		($_->{attributes}{type} // '') ne 'application/ld+json') ||
		grep { /^(on|style$)/ } keys %{ $_->{attributes} } } @all;
	is(scalar @inline, 0, "$path: no inline script or style");
	is(scalar(grep { $_->{name} eq 'img' &&
		!exists $_->{attributes}{alt} } @all), 0, "$path: alt");
	my @levels = map { substr $_->{name}, 1 }
		grep { $_->{name} =~ /^h[1-6]$/ } @all;
	is(scalar(grep { $levels[$_] > $levels[$_ - 1] + 1 } 1 .. $#levels), 0,
		"$path: no level of headings is left out");
	cmp_ok(length memGzip($answer->{content}), '<=', 15 * 1024,
		"$path: at most 15 KB gzipped");
	return ($html, @all);
}

# --- pages -------------------------------------------------------------------

check_page($_, 200) for '/', '/home', '/videos/browse',
	'/videos/browse?start=24&sort=-views&categoryOneOf=1&languageOneOf=en',
	'/videos/browse?sort=name&licenceOneOf=&nsfw=both', '/search',
	"/search?search=$word", "/search?search=$word&start=24",
	'/search?tagsOneOf=sea', '/search?search=%22%27%3B--%20%26%20%28or%20-',
	"/c/$channel", "/c/$channel/videos", "/video-channels/$channel",
	"/a/$owner", "/a/$owner/video-channels", "/accounts/$owner", '/about',
	'/about/instance', "/w/$video->{uuid}", "/w/$unlisted->{short}",
	"/w/$locked->{short}", "/videos/watch/$video->{uuid}";
check_page($_, 404) for '/nothing', '/w/nothing', "/w/$hidden->{uuid}",
	"/w/$waiting->{uuid}", '/c/nobody-at-all', '/a/nobody-at-all',
	"/c/$channel\@elsewhere.example";
check_page('/videos/browse?start=x', 400);

for my $from (['/videos/local', '/videos/browse?scope=local'],
	['/videos/recently-added', '/videos/browse?sort=-publishedAt'],
	['/videos/trending', '/videos/browse?sort=-trending'],
	['/videos/most-liked', '/videos/browse?sort=-likes'],
	["/\@$owner", "/a/$owner"],
	['/theme/dark?back=%2Fabout', '/about'],
	['/theme/dark?back=%2F%2Fevil.example', '/'],
	['/theme/light?back=https%3A%2F%2Fevil.example', '/']) {
	my $answer = $cardume->client->get($from->[0], redirect => 0);
	is("$answer->{status} $answer->{headers}{location}",
		"303 $from->[1]", "$from->[0] sends on");
}
my $themed = $cardume->client;
like($themed->text('/theme/dark?back=/'), qr/<html[^>]* class="theme-dark"/,
	'the dark theme is chosen by a link');

# --- lists -------------------------------------------------------------------

my (undef, @found) = check_page("/search?search=$word", 200);
my @titles = map { $_->{text} } grep { $_->{name} eq 'h2' &&
	grep { $_ eq 'main' } @{ $_->{parents} } } @found;
is(scalar @titles, 24, 'search: a page of 24');
unlike("@titles", qr/Private|Unlisted|Locked|Waiting/,
	'search: only what is public');
my (undef, @next) = check_page("/search?search=$word&start=24", 200);
is(scalar(grep { $_->{name} eq 'li' && ($_->{attributes}{class} // '')
	eq 'card' } @next), 3, 'search: and the rest on the next');
my ($link) = grep { ($_->{attributes}{rel} // '') eq 'next' } @found;
is($link->{attributes}{href}, "?search=$word&start=24",
	'search: the pager keeps the words');
my $misspelt = $word =~ s/hostile/hostyle/r;
like($client->text("/search?search=$misspelt"), qr/Film \d+ of \Q$word\E/,
	'search: titles spelt alike');
like($client->text('/search?search=' . uc $owner), qr{href="/c/\Q$channel\E"},
	'search: channels by name');

# --- the watch page ----------------------------------------------------------

my ($html, @watch) = check_page("/w/$video->{uuid}", 200);
my ($head) = $html =~ m{<head>(.*?)</head>}s;
my ($h1) = grep { $_->{name} eq 'h1' } @watch;
is($h1->{text}, $title, 'a hostile title comes out as it went in');
like($html, qr/<meta property="og:platform" content="PeerTube">/,
	'the marker, byte for byte');
my %meta = map { ($_->{attributes}{property} // $_->{attributes}{name} // '')
	=> $_->{attributes}{content} } grep { $_->{name} eq 'meta' } @watch;
is($meta{'og:title'}, $title, 'og:title');
is($meta{'og:url'}, "$origin/w/$video->{short}", 'og:url');
is($meta{'og:type'}, 'video', 'og:type');
is($meta{$_}, "$origin/videos/embed/$video->{short}", $_)
	for 'og:video:url', 'og:video:secure_url', 'twitter:player';
is($meta{'twitter:card'}, 'player', 'twitter:card');
ok(length $meta{'og:description'} && length $meta{'og:description'} <= 200,
	'og:description: at most 200 characters');
my ($ld) = grep { $_->{name} eq 'script' && !$_->{attributes}{src} } @watch;
unlike($ld->{text}, qr/[<>&]/, 'JSON-LD holds no < > &');
my $object = decode_json(encode_utf8($ld->{text}));
is($object->{'@type'}, 'VideoObject', 'JSON-LD: VideoObject');
is($object->{name}, $title, 'JSON-LD: the title');
is($object->{duration}, 'PT61S', 'JSON-LD: ISO 8601 duration');
my %links = map { ($_->{attributes}{type} // $_->{attributes}{rel}) =>
	$_->{attributes}{href} } grep { $_->{name} eq 'link' } @watch;
is($links{canonical}, "$origin/w/$video->{short}", 'canonical');
is($links{'application/activity+json'}, "$origin/videos/watch/$video->{uuid}",
	'alternate: ActivityPub');
my @sources = map { $_->{attributes} } grep { $_->{name} eq 'source' } @watch;
is_deeply([map { "$_->{type} $_->{src}" } @sources],
	["video/mp4 $video->{files}{web}",
	"application/vnd.apple.mpegurl $video->{files}{master}"],
	'MP4 first, HLS last');
like($client->text("/w/$video->{uuid}?start=1m5s"), qr/\.mp4#t=65"/,
	'?start= becomes a media fragment');
like($html, qr/href="magnet:\?xs=/, 'a magnet link');
my $embed = $client->get("/videos/embed/$video->{uuid}");
is(eval { elements(decode_utf8($embed->{content})); 1 }, 1,
	'the embed page is well-formed');
cmp_ok(length memGzip($embed->{content}), '<=', 6 * 1024, 'and small');
like($embed->{content}, qr/og:platform" content="PeerTube"/, 'with the marker');
unlike($embed->{headers}{'content-security-policy'},
	qr/frame-ancestors '(none|self)'/, 'other sites may frame it');

# --- passwords ---------------------------------------------------------------

my $guest = $cardume->client;
my $form = $guest->text("/w/$locked->{short}");
unlike($form, qr/Locked|$locked->{uuid}/, 'a locked video tells nothing');
my $frame = $guest->text("/videos/embed/$locked->{short}");
like($frame, qr{<a [^>]*href="/w/\Q$locked->{short}\E" target="_blank"},
	'its embed page sends to the form');
unlike($frame, qr/Locked/, 'and tells nothing');
my $wrong = $guest->follow_form("/w/$locked->{short}",
	{ password => 'open barley' }, which => qr/type="password"/);
is($wrong->{status}, 403, 'a wrong password');
my $right = $guest->follow_form("/w/$locked->{short}",
	{ password => 'open sesame' }, which => qr/type="password"/);
is($right->{status}, 200, 'the right password');
like($right->{content}, qr/Locked \Q$word\E/, 'opens the page');
my ($source) = $right->{content} =~ /<source src="([^"]+\.mp4[^"]*)"/;
is($cardume->client->get($source)->{status}, 200,
	'and its file by the URL alone');
isnt($cardume->client->get($source =~ s/\?.*//r)->{status}, 200,
	'not without the token');
unlike($cardume->client->text("/w/$locked->{short}"), qr/Locked/,
	'nobody else got the page');

# --- oEmbed ------------------------------------------------------------------

sub oembed {
	my ($url, $more) = @_;
	return $client->get('/services/oembed?url=' .
		Cardume::Client::url_escape($url) . ($more // ''));
}
my $answer = oembed("$origin/w/$video->{short}?start=5", '&maxwidth=320');
is($answer->{status}, 200, 'oEmbed');
my $oembed = decode_json($answer->{content});
is($oembed->{version}, '1.0', 'oEmbed: version is a string');
is("$oembed->{width}x$oembed->{height}", '320x180', 'oEmbed: maxwidth');
my ($iframe) = elements($oembed->{html});
is($iframe->{attributes}{title}, $title, 'oEmbed: the title in HTML');
is($iframe->{attributes}{src},
	"$origin/videos/embed/$video->{short}?start=5", 'oEmbed: start');
is($answer->{headers}{'access-control-allow-origin'}, '*', 'oEmbed: CORS');
is(oembed("$origin/w/$video->{short}", '&format=xml')->{status}, 501, 'xml');
is(oembed('https://elsewhere.example/w/x')->{status}, 400, 'a foreign URL');
is(oembed("$origin/w/1111111111111111111111")->{status}, 404, 'unknown');
is(oembed("$origin/w/$hidden->{short}")->{status}, 403, 'private');

# --- feeds and the like ------------------------------------------------------

for my $path ('/feeds/videos.xml', '/feeds/videos.rss', '/feeds/videos.atom',
	"/feeds/videos.xml?videoChannelName=$channel",
	"/feeds/videos.atom?accountName=$owner", '/sitemap.xml',
	'/opensearch.xml') {
	my $feed = $client->get($path);
	is($feed->{status}, 200, $path);
	my @all = eval { elements(decode_utf8($feed->{content}), 1) };
	is($@, '', "$path: well-formed XML");
	unlike($feed->{content}, qr/(Private|Unlisted|Locked|Waiting) \Q$word/,
		"$path: only what is public");
	next unless $path =~ /(?:Name=)/;
	ok((grep { $_->{name} eq 'title' && $_->{text} =~ /\Q$word/ } @all),
		"$path: has the titles");
}
my @rss = elements(decode_utf8(
	$client->text("/feeds/videos.xml?videoChannelName=$channel")), 1);
my ($enclosure) = grep { $_->{name} eq 'enclosure' } @rss;
is($client->head($enclosure->{attributes}{url})->{status}, 200,
	'RSS: the enclosure is there');
is($client->get('/feeds/videos.xml?videoChannelName=nobody')->{status}, 404,
	'no feed of nobody');
my $feed = $client->json("/feeds/videos.json?videoChannelName=$channel");
is(scalar @{ $feed->{items} }, 20, 'JSON feed: the newest 20');
is($client->json('/manifest.webmanifest')->{start_url}, '/', 'manifest');
like($client->text('/robots.txt'), qr/^Sitemap: \Q$origin\E/m, 'robots.txt');

done_testing;
