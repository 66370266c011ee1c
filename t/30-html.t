#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# HTML of other servers on pages and in feeds: comments, descriptions of
# accounts, channels and videos. It is made safe when it is shown too.
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
my $owner = $cardume->user(unique('html'));
my $video = Cardume::Video->make($cardume, $owner, bare => 1);
my $hostile = '<p onclick="x()">Caf&eacute; <b>bold</b><br>1 &lt; 2 ' .
	'<a href="https://a.example/?x&amp;y" onclick="x()">link</a> ' .
	'<a href="javascript:x()">bad</a><script>x()</script><img src=x ' .
	'onerror=x()></p><p>**stars**&#xfffe;</p>';
my $safe = '<p>Café <strong>bold</strong><br>1 &lt; 2 ' .
	'<a href="https://a.example/?x&amp;y" rel="nofollow noopener ' .
	'noreferrer ugc" target="_blank">link</a> bad</p><p>**stars**';
my $plain = "Café bold\n1 &lt; 2 link bad\n\n**stars**";

$cardume->psql("
	INSERT INTO comment (video_id, channel_id, account_id, text, is_html)
	SELECT v.id, v.channel_id, c.account_id, \$\$$hostile\$\$, true
	FROM video v JOIN channel c ON c.id = v.channel_id
	WHERE v.id = $video->{id};
	UPDATE video SET description = \$\$$hostile\$\$,
		description_is_html = true WHERE id = $video->{id};
	UPDATE channel c SET description = \$\$$hostile\$\$,
		description_is_html = true
	FROM video v WHERE c.id = v.channel_id AND v.id = $video->{id};
	UPDATE account o SET description = \$\$$hostile\$\$,
		description_is_html = true
	FROM channel c JOIN video v ON c.id = v.channel_id
	WHERE o.id = c.account_id AND v.id = $video->{id}");

sub check_page {
	my ($path, $times) = @_;
	my $html = $client->text($path);
	is scalar(() = $html =~ /\Q$safe\E/g), $times, "$path: made safe";
	unlike $html, qr/onclick=|x\(\)/, 'nothing of theirs runs';
	my $line = $plain =~ s/\n/ /gr;
	like $html, qr{<meta name="description" content="\Q$line\E},
		'plain in attributes';
}
check_page("/w/$video->{short}", 2);
check_page("/c/${owner}_channel", 1);
check_page("/a/$owner", 1);

for my $path (map { ("video-comments.$_?videoId=$video->{uuid}",
		"videos.$_?accountName=$owner") } 'rss', 'atom') {
	my $feed = $client->text("/feeds/$path");
	like $feed, qr/>\Q$plain\E</, "$path: plain text";
	unlike $feed, qr/x\(\)|\xef\xbf\xbe/, 'without scripts, fit for XML';
	unlike $feed, qr{<(?:subtitle|description)>[^<]*&lt;p}, 'no source';
}
my $feed = decode_json($client->text("/feeds/video-comments.json?videoId=" .
	$video->{uuid}));
is $feed->{items}[0]{content_html}, $hostile,
	'JSON Feed: the text as it is stored, as HTML';
ok !exists $feed->{items}[0]{content_text}, 'not as text';
$feed = decode_json($client->text("/feeds/videos.json?accountName=$owner"));
ok $feed->{items}[0]{content_html}, 'likewise of a video';
done_testing;
