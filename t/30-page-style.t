#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# The style sheet: its size, and the contrast of its colours in both themes
# (WCAG 2.2: 4.5:1 for text, 3:1 for what one must see to use a control).
use strict;
use warnings;
use Compress::Zlib qw(memGzip);
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume qw(slurp);

my $css = slurp("$Cardume::top/static/cardume.css");
cmp_ok(length memGzip($css), '<=', 15 * 1024, 'at most 15 KB gzipped');
cmp_ok(length slurp("$Cardume::top/static/icons.svg"), '<=', 4096,
	'icons: at most 4 KB');
my @themes = map { { /--([a-z-]+): (#[0-9a-f]{6});/g } }
	$css =~ /^\t?:root[^{]*\{([^}]*--bg:[^}]*)\}/mg;
is(scalar @themes, 3, 'light, dark by the system, dark by choice');
is_deeply($themes[1], $themes[2], 'dark is the same either way');
is_deeply([sort keys %{ $themes[0] }], [sort keys %{ $themes[1] }],
	'each colour has its dark side');

# WCAG 2.2, relative luminance and contrast ratio.
sub luminance {
	my ($colour) = @_;
	my @rgb = map { my $c = hex($_) / 255;
		$c <= 0.04045 ? $c / 12.92 : (($c + 0.055) / 1.055) ** 2.4 }
		$colour =~ /#(..)(..)(..)/;
	return 0.2126 * $rgb[0] + 0.7152 * $rgb[1] + 0.0722 * $rgb[2];
}

sub contrast {
	my ($x, $y) = sort { $b <=> $a } map { luminance($_) } @_;
	return ($x + 0.05) / ($y + 0.05);
}

my @text = (map({ my $on = $_; map { [$_, $on] }
	qw(text muted accent accent-strong danger) } qw(bg surface)),
	[qw(text sunken)], [qw(muted sunken)], [qw(on-accent accent)],
	[qw(on-accent accent-strong)], [qw(on-soft soft)], [qw(on-ok ok)],
	[qw(on-warn warn)], [qw(on-error error)]);
my @controls = ([qw(control bg)], [qw(control surface)], [qw(accent bg)],
	[qw(danger surface)]);
for my $theme (0, 1) {
	my %colour = %{ $themes[$theme] };
	for my $pair (map { [@$_, 4.5] } @text) {
		cmp_ok(contrast(@colour{ @$pair[0, 1] }), '>=', $pair->[2],
			"theme $theme: $pair->[0] on $pair->[1]");
	}
	cmp_ok(contrast(@colour{@$_}), '>=', 3,
		"theme $theme: $_->[0] beside $_->[1]") for @controls;
}

done_testing;
