#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Feeds of comments, in each format, for each source; none tells what is not
# told to everybody.
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
my ($owner, $ann) = map { $cardume->user(unique($_)) } qw(owner ann);
my $token = $cardume->token($ann);
my $word = unique('word');
my %video = map { my ($name, @options) = @$_;
	$name => Cardume::Video->make($cardume, $owner, bare => 1,
		name => "$name & $word", @options) }
	(['public'], ['private', privacy => 3], ['unlisted', privacy => 2],
	['other']);

# A comment as a row, so that its video need not be ann's to see.
sub comment {
	my ($video, $text, %o) = @_;
	my $held = $o{held} ? 'true' : 'false';
	return $cardume->psql("INSERT INTO comment (video_id, channel_id,
		account_id, text, held_for_review)
		SELECT v.id, v.channel_id, o.id, \$\$$text\$\$, $held
		FROM video v, account o JOIN actor a ON a.id = o.actor_id
		WHERE v.id = $video{$video}{id} AND a.name = '$ann'
		RETURNING id");
}

comment(public => "<b>$word</b> & more ]]> \x01");
comment(other => "$word other");
comment(private => "$word private");
comment(unlisted => "$word unlisted");
comment(public => "$word held", held => 1);
my $gone = comment(public => "$word gone");
$cardume->psql("UPDATE comment SET deleted_at = now(), text = '',
	account_id = NULL WHERE id = $gone");
my $channel = $cardume->psql("SELECT channel_id FROM video
	WHERE id = $video{public}{id}");
my $account = $cardume->psql("SELECT account_id FROM channel
	WHERE id = $channel");

# What makes it no XML: tags that do not match, characters that must not be.
sub problems {
	my ($text) = @_;
	my (@open, @problems);
	while ($text =~ m{<(/?)([\w:]+)[^<>]*?(/?)>}g) {
		next if $3;
		push @open, $2 unless $1;
		push @problems, "</$2>" if $1 && (pop @open // '') ne $2;
	}
	push @problems, @open, $text =~ /(&(?!(?:\w+|#\w+);).{0,9})/g,
		$text =~ /([\x00-\x08\x0b\x0c\x0e-\x1f]|\]\]>)/g;
	return @problems;
}

my %type = (xml => 'application/xml', rss => 'application/rss+xml',
	rss2 => 'application/rss+xml', atom => 'application/atom+xml',
	atom1 => 'application/atom+xml', json => 'application/json',
	json1 => 'application/json');
my %count = ('' => undef, "videoId=$video{public}{uuid}" => 1,
	"videoId=$video{public}{id}" => 1, "videoId=$video{public}{short}" => 1,
	"videoChannelId=$channel" => 2, "videoChannelName=${owner}_channel" => 2,
	"accountId=$account" => 2, "accountName=$owner" => 2);
for my $format (sort keys %type) {
	for my $query (sort keys %count) {
		my $path = "/feeds/video-comments.$format?$query";
		my $answer = $client->get($path);
		is $answer->{status}, 200, $path;
		like $answer->{headers}{'content-type'}, qr/^\Q$type{$format}/,
			'type';
		my $text = $answer->{content};
		my $nr = () = $text =~ /<item>|<entry>|"content_text"/g;
		is $nr, $count{$query}, 'items' if defined $count{$query};
		unlike $text, qr/\Q$word\E (?:private|unlisted|held|gone)/,
			'nothing that is not for all';
		like $text, qr/\Q$word\E/, 'what is for all';
		next if $format =~ /json/;
		is_deeply [problems($text)], [], 'well-formed';
	}
}
my $feed = $client->json("/feeds/video-comments.json?videoId=" .
	$video{public}{uuid});
is $feed->{title}, "public & $word", 'title';
is $feed->{home_page_url}, "$origin/w/$video{public}{short}", 'page';
is $feed->{items}[0]{content_text}, "<b>$word</b> & more ]]> ", 'text';
like $feed->{items}[0]{url},
	qr{^\Q$origin/w/$video{public}{short}#comment-\E\d+$}, 'address';
like $feed->{items}[0]{id},
	qr{^\Q$origin/videos/watch/$video{public}{uuid}/comments/\E\d+$}, 'id';
is $feed->{items}[0]{authors}[0]{name}, $ann, 'author';

is $client->get("/feeds/video-comments.xml?$_")->{status}, 404, "none: $_"
	for 'videoChannelName=nobody', 'accountName=nobody', 'accountId=99999999',
	'videoId=99999999', "videoId=$video{private}{uuid}",
	"videoId=$video{unlisted}{uuid}", 'videoId=xyz';
is $client->get("/feeds/video-comments.json?videoChannelId=$_")->{status}, 400,
	"bad: $_" for 'x', 0, '9' x 30;
is $client->get('/feeds/video-comments.rss?x=1', headers => { accept =>
	'text/html' })->{status}, 406, 'another type is asked for';
is $client->get('/feeds/video-comments.xml?format=atom')->{headers}
	{'content-type'}, 'application/atom+xml; charset=utf-8', 'by parameter';
is $client->get('/feeds/video-comments.exe')->{status}, 404, 'no such format';
$cardume->psql("UPDATE video SET comments_policy = 2
	WHERE id = $video{other}{id}");
is scalar @{ $client->json("/feeds/video-comments.json?accountId=$account&x=1")
	->{items} }, 1, 'disabled comments are not told';
done_testing;
