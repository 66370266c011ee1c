#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# What strangers' HTML becomes (lib/html.h): the cases of t/html/cases.tsv, and
# properties of the output, over sample documents too where they are at hand.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume::Html;

my @cases = html_cases();
cmp_ok(scalar @cases, '>=', 150, 'cases');
my @got = html_sanitise(map { $_->[0] } @cases);
is(scalar @got, scalar @cases, 'each is answered');
is($got[$_], $cases[$_][1], $cases[$_][0] =~ s/[^ -"\$-~]/?/gr)
	for 0 .. $#cases;

# One element with all that stands in it, by turns; nothing else may have <.
my $link = qr{<a\ href="https?://[^"<>\s]+"
	\ rel="nofollow\ noopener\ noreferrer\ ugc"\ target="_blank">}x;
my $name = qr{p|strong|em|del|code|pre|blockquote|ul|ol|li|span};
my $text = qr{[^<>"'\x00-\x08\x0b-\x1f\x7f]|<br>};
my $tree = qr{((?:$text++|<($name)>(?1)</\g{-1}>|$link(?1)</a>)*+)}x;

my @all = ((map { $_->[0] } @cases), html_samples());
my @safe = html_sanitise(@all);
my @again = html_sanitise(@safe);
my @plain = html_to_text(@all);
my (@malformed, @changed, @longer);
for my $i (0 .. $#all) {
	push @malformed, $safe[$i] unless $safe[$i] =~ /\A$tree\z/;
	push @changed, $safe[$i] if $again[$i] ne $safe[$i];
	push @longer, $all[$i] if length $plain[$i] > length $all[$i];
}
is_deeply(\@malformed, [], 'well-formed, of the listed tags alone');
is_deeply(\@changed, [], 'put in again it stays as it is');
is_deeply(\@longer, [], 'no plain text is longer than its HTML');
done_testing();
