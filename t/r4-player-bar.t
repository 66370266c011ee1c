#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Links of the player's dark row of controls were dark in the light theme
# (WCAG 2.2: 1.4.3).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use List::Util qw(max min);
use Test::More;

use Cardume;
use Cardume::Browser;
use Cardume::Video;

plan skip_all => 'chromium is not here' unless Cardume::Browser::program();
my $cardume = Cardume->shared;
my $video = Cardume::Video->make($cardume, $cardume->user(unique('maker')));
my $browser = Cardume::Browser->start;

sub luminance {
	my @c = map { $_ <= .04045 ? $_ / 12.92 :
		(($_ + .055) / 1.055) ** 2.4 } map { $_ / 255 } $_[0] =~ /(\d+)/g;
	return .2126 * $c[0] + .7152 * $c[1] + .0722 * $c[2];
}

for my $dark (0, 1) {
	for my $page ("/w/$video->{uuid}", "/videos/embed/$video->{uuid}") {
		$browser->resize(1366, 800, dark => $dark);
		$browser->go($cardume->origin . $page);
		my @colours = split /;/, $browser->evaluate('(() => {
			const bar = document.querySelector("#player-bar")
				.content.firstElementChild.cloneNode(true);
			bar.insertAdjacentHTML("beforeend",
				"<p><a href=\'/p2p\'>Share</a></p>");
			document.querySelector("video").after(bar);
			return getComputedStyle(bar.querySelector("a")).color +
				";" + getComputedStyle(bar).backgroundColor;
		})()');
		my @light = map { luminance($_) } @colours;
		cmp_ok((max(@light) + .05) / (min(@light) + .05), '>=', 4.5,
			"$page, " . ($dark ? 'dark' : 'light'));
	}
}
done_testing;
