#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# What a person sees in Chromium, with scripts off and on: a video plays, forms
# work, nothing is wider than the window from 320 px up, what one must hit is
# large enough (WCAG 2.2: 1.4.10, 2.5.8). Screenshots stay in the instance's
# directory.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Browser;

plan skip_all => 'chromium is not here' unless Cardume::Browser::program();
my $cardume = Cardume->shared;
my $origin = $cardume->origin;
my $token = $cardume->token('root');
my $word = unique('seen');
my $file = shared_data('media/real-hello-720p-h264-aac.mp4') //
	ffmpeg_clip(seconds => 5, size => '640x360');
my $uuid = $cardume->upload($token, $file, name => "A film to be $word",
	description => 'It begins at 0:01.');
$cardume->wait_published($uuid, 180);
# One long word in a title, in lists and beside the film.
$cardume->wait_published($cardume->upload($token, ffmpeg_clip(seconds => 1),
	name => 'Rindfleischetikettierung' x 5));
my $screenshots = $cardume->run . '/screenshots';
mkdir $screenshots;

sub reaches {
	my ($browser, $property, $value) = @_;
	return wait_until { $browser->evaluate(
		"document.querySelector('video').$property") >= $value } 20;
}

sub plays {
	my ($browser, $what, $source) = @_;
	$browser->evaluate('document.querySelector("video").muted = true');
	$browser->evaluate('document.querySelector("video").play()
		.catch(() => {})');
	ok(reaches($browser, 'readyState', 2), "$what: readyState");
	ok(reaches($browser, 'currentTime', 0.3), "$what: time advances");
	like($browser->evaluate('document.querySelector("video").currentSrc'),
		qr/$source/, "$what: what plays");
}

my $too_small = <<'JS';
[...document.querySelectorAll('a, button, input, select, summary, textarea')]
	.filter(e => e.type !== 'hidden' && !e.closest('.unseen, .skip')
		&& getComputedStyle(e).display !== 'inline'
		&& e.getClientRects().length)
	.map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
	.filter(([html, box]) => box.width < 24 || box.height < 24)
	.map(([html, box]) => html + ' ' + box.width + 'x' + box.height).join('\n')
JS

my %pages = (home => '/', browse => '/videos/browse?categoryOneOf=1',
	search => "/search?search=$word", watch => "/w/$uuid",
	about => '/about', channel => '/c/root_channel', account => '/a/root',
	interact => '/interact?path=/a/root', login => '/login',
	error => '/nothing-is-here');
for my $scripts (0, 1) {
	my $said = $scripts ? 'scripts on' : 'scripts off';
	# hls.js feeds the element, or the browser plays the MP4.
	my $source = $scripts ? qr/^blob:/ : qr/\.mp4/;
	my $browser = Cardume::Browser->start(scripts => $scripts);
	for my $width (320, 360, 1366) {
		my $dark = $width == 360;
		$browser->resize($width, $width < 700 ? 740 : 900,
			dark => $dark);
		for my $name (sort keys %pages) {
			$browser->go($origin . $pages{$name});
			my $wide = $browser->evaluate(
				'document.scrollingElement.scrollWidth');
			cmp_ok($wide, '<=', $width,
				"$said, $width px: $name fits");
			is($browser->evaluate($too_small), '',
				"$said, $width px: $name is easy to hit");
			next if $scripts;
			$browser->screenshot("$screenshots/$name-$width" .
				($dark ? '-dark' : '') . '.png');
		}
		$browser->go("$origin/w/$uuid");
		plays($browser, "$said, $width px", $source);
	}
	$browser->go("$origin/videos/embed/$uuid");
	plays($browser, "$said, embed page", $source);

	$browser->go("$origin/w/$uuid");
	$browser->follow('document.querySelector(".prose a").click()');
	like($browser->evaluate('location.href'), qr/\?start=1$/,
		"$said: the time in the description is a link");
	ok(reaches($browser, 'currentTime', 1),
		"$said: and the video starts there");

	$browser->go("$origin/");
	$browser->follow("document.querySelector('#site-search').value = '$word';
		document.querySelector('.search button').click()");
	like($browser->evaluate('document.querySelector(".cards").innerText'),
		qr/A film to be \Q$word\E/, "$said: the search form finds it");
	$browser->follow('document.querySelector(".bottom a[href*=dark]").click()');
	is($browser->evaluate('getComputedStyle(document.body).backgroundColor'),
		'rgb(15, 23, 28)', "$said: dark by the link in the footer");
	like($browser->evaluate('location.search'), qr/search=/,
		"$said: on the same page");
	$browser->follow('document.querySelector(".bottom a[href*=auto]").click()');

	$browser->go("$origin/login");
	$browser->follow("document.querySelector('#username').value = 'root';
		document.querySelector('#password').value =
			'$Cardume::root_password';
		document.querySelector('main button').click()");
	like($browser->evaluate('document.querySelector(".you").innerText'),
		qr/Publish/, "$said: signed in by the form");
	$browser->resize(320, 740);
	for my $path ('/my-library/videos', '/videos/publish',
		"/videos/manage/$uuid", '/my-account/settings',
		'/my-library/video-channels') {
		$browser->go($origin . $path);
		cmp_ok($browser->evaluate(
			'document.scrollingElement.scrollWidth'), '<=', 320,
			"$said, 320 px: $path fits");
	}
}

done_testing;
