#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# The catalogues of translations: well-formed, and each text keeps the names
# of its template.
use strict;
use warnings;
use File::Basename qw(basename dirname);
use Test::More;

my $top = dirname(dirname(__FILE__));

# [msgid, msgstr] of each text without plural forms.
sub entries {
	my ($file) = @_;
	my (@entries, $field, %entry);
	open my $in, '<', $file or die "$file: $!";
	for my $line (<$in>, "\n") {
		if ($line =~ /^(msgid|msgstr) "(.*)"$/) {
			$entry{ $field = $1 } = $2;
		} elsif ($field && $line =~ /^"(.*)"$/) {
			$entry{$field} .= $1;
		} elsif ($line !~ /\S/) {
			push @entries, [@entry{qw(msgid msgstr)}]
				if defined $entry{msgstr};
			($field, %entry) = ();
		}
	}
	return @entries;
}

sub names { join ' ', sort $_[0] =~ /\{\{.*?\}\}/g }

for my $file (sort glob "$top/po/*.po") {
	my $name = basename($file);
	my @entries = grep { length $_->[0] } entries($file);
	cmp_ok(scalar @entries, '>', 100, "$name has texts");
	for my $entry (grep { length $_->[1] } @entries) {
		next if names($entry->[0]) eq names($entry->[1]);
		fail("$name: \"$entry->[0]\" loses names");
	}
	SKIP: {
		skip 'no msgfmt', 1 if system 'command -v msgfmt >/dev/null';
		is(system('msgfmt', '--check', '-o', '/dev/null', $file), 0,
			"$name is well-formed");
	}
}
done_testing();
