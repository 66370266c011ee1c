#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# w3m and lynx: browse, read, and hand the MP4's URL to another player.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my $origin = $cardume->origin;
my $owner = $cardume->user(unique('reader'));
my $word = unique('plain');
my $video = Cardume::Video->make($cardume, $owner, name => "A film $word",
	description => 'It has **words**.');

sub dumped {
	my ($program, @args) = @_;
	my ($status, $text) = Cardume::run_command($program, @args);
	return $text;
}

for my $browser (['w3m', '-dump', '-o', 'display_link_number=1', '-cols', 80],
	['lynx', '-dump', '-width=80', '-nocolor']) {
	my ($program, @options) = @$browser;
	SKIP: {
		skip "$program is not here", 5
			unless grep { -x "$_/$program" } split /:/, $ENV{PATH};
		my $home = dumped($program, @options,
			"$origin/?$word");
		like($home, qr/A film \Q$word/, "$program: the list");
		my @lines = split /\n/, $home;
		my ($at) = grep { $lines[$_] =~ /New videos/ } 0 .. $#lines;
		cmp_ok($at, '<', 20, "$program: without much before it");
		my $watch = dumped($program, @options,
			"$origin/w/$video->{short}");
		like($watch, qr/A film \Q$word/, "$program: the title");
		like($watch, qr/It has words\./, "$program: the description");
		like($watch, qr/\Q$video->{files}{web}/,
			"$program: the MP4's URL");
	}
}

done_testing;
