#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# How many watch a video now: on its page, kept as it is by a script.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Browser;
use Cardume::Video;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my $maker = $cardume->user(unique('maker'));
my ($video, $private, $linked, $locked) = map { Cardume::Video->make($cardume,
	$maker, privacy => $_, passwords => $_ == 5 ? ['sesame'] : []) } 1, 3, 2, 5;
sub watched_by {
	my ($nr, $of) = @_;
	my $id = ($of // $video)->{id};
	$cardume->psql("DELETE FROM video_viewers WHERE video_id = $id;
		INSERT INTO video_viewers SELECT $id, $nr WHERE $nr > 0");
}
sub shown {
	my ($who, $path) = @_;
	$who->text($path) =~ m{<span id="watching"([^>]*)>[^<]*<span>(\d+)<}
		or return 'none';
	return "$2$1";
}
sub answer { return $client->get("/w/$_[0]/viewers") }

my $from = qr{data-from="/w/$video->{uuid}/viewers"};
like shown($client, "/w/$video->{uuid}"), qr/^0.* $from hidden$/, 'nobody: unseen';
watched_by(3);
like shown($client, "/w/$video->{uuid}?x=1"), qr/^3.* $from$/, 'three';
is_deeply $client->json("/w/$_/viewers"), { viewers => 3 }, "as JSON: $_"
	for $video->{uuid}, $video->{short};
is_deeply $client->json("/w/$linked->{uuid}/viewers"), { viewers => 0 },
	'by its link';
is answer($_)->{status}, 404, "not of what is hidden: $_"
	for $private->{uuid}, $locked->{uuid}, $linked->{id}, 999999999;
unlike shown($cardume->sign_in($maker), "/w/$private->{uuid}"), qr/data-from/,
	'nor asked for there';

SKIP: {
	skip 'chromium is not here', 5 unless Cardume::Browser::program();
	my $browser = Cardume::Browser->start;
	my $text = 'document.querySelector("#watching").innerText';
	sub later { $browser->evaluate("Date.now = () => 1e15 * $_[0];
		document.dispatchEvent(new Event('visibilitychange')); 0") }
	$browser->go($cardume->origin . "/w/$video->{uuid}?x=2");
	like $browser->evaluate($text), qr/: 3/, 'in a browser';
	watched_by(12);
	$browser->evaluate('document.dispatchEvent(
		new Event("visibilitychange")); 0');
	like $browser->evaluate($text), qr/: 3/, 'not asked at once';
	# nginx keeps an answer for 10 seconds
	my $now = 1;
	ok((wait_until { later($now++); $browser->evaluate($text) =~ /: 12/ }
		60), 'but later');
	watched_by(0);
	ok((wait_until { later($now++); $browser->evaluate(
		'document.querySelector("#watching").hidden') } 60),
		'unseen when nobody is left');
	$cardume->psql("UPDATE video SET privacy = 3 WHERE id = $video->{id}");
	later($now);
	is $browser->evaluate('document.querySelectorAll("#watching").length'), 1,
		'the page outlives its video';
}
done_testing;
