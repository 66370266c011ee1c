#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Gates over binaries and sources (reference: S5 of the test plan).
use strict;
use warnings;
use Test::More;
use Cardume;

my $top = $Cardume::top;
my $build = $Cardume::build;

# --- binaries ----------------------------------------------------------------

my @binaries = grep { -x && !-d } glob("$build/cardume-* " .
	"$build/workers/cardume*");
@binaries = grep { !/\.o$/ } @binaries;
cmp_ok(scalar @binaries, '>=', 4, 'programs are built');
my $sanitizers = slurp("$build/config.log") =~ /--enable-sanitizers/;
for my $binary (@binaries) {
	my $name = $binary =~ s{.*/}{}r;
	my $elf = qx(readelf -W -h -l -d -s '$binary' 2>&1);
	like($elf, qr/Type:\s+DYN/, "$name: position independent");
	like($elf, qr/GNU_RELRO/, "$name: RELRO");
	like($elf, qr/BIND_NOW|FLAGS_1.*\bNOW\b/, "$name: bound at start");
	like($elf, qr/GNU_STACK\s+\S+\s+\S+\s+\S+\s+\S+\s+\S+\s+RW\s/,
		"$name: no executable stack");
	like($elf, qr/__stack_chk_fail/, "$name: stack protector");
	like($elf, qr/__\w+_chk\b/, "$name: fortified") unless $sanitizers;
	unlike($elf, qr/\(R(?:UN)?PATH\)/, "$name: no search path of its own");
}

# --- sources -----------------------------------------------------------------

sub sources {
	my ($pattern) = @_;
	return sort grep { -f } map { glob "$top/$_" } split ' ', $pattern;
}

# C without comments and texts, so that a word in prose is no use of it.
sub code {
	my ($path) = @_;
	my $text = slurp($path);
	$text =~ s{/\*.*?\*/}{ "\n" x ($& =~ tr/\n//) }ges;
	$text =~ s{//.*}{}g;
	return $text;
}

my @c = sources('lib/*.[ch] cgi/*.[ch] workers/*.[ch] t/unit/*.[ch] t/fuzz/*.[ch]');
cmp_ok(scalar @c, '>', 30, 'there are sources');
my $forbidden = qr/\b(?:strcpy|strcat|strncpy|strncat|sprintf|vsprintf|strtok
	|gets|atoi|atol|atoll|atof|alloca|localtime|gmtime|ctime|asctime|system
	|popen|tmpnam|mktemp|PQexec|rand|srand|putenv)\s*\(/x;
for my $path (@c) {
	my $name = $path =~ s{\Q$top/}{}r;
	next if $name eq 'lib/banned.h';
	my $code = code($path);
	$code =~ s/"(?:\\.|[^"\\])*"/""/g;
	my @hits = grep { /$forbidden/ } split /\n/, $code;
	is_deeply(\@hits, [], "$name: no forbidden function");
}

# SQL is never put together: statements of the domain stand in sql/. In C
# there are constant texts only, and libpq is told no variable.
for my $path (@c) {
	my $name = $path =~ s{\Q$top/}{}r;
	my $code = code($path);
	unlike($code, qr/"[^"\n]*\b(?:SELECT\b[^"\n]*\bFROM|INSERT INTO|
		UPDATE\s+\w+\s+SET|DELETE FROM)\b[^"\n]*%[sdlzu]/x,
		"$name: no SQL made of data");
	next if $name =~ m{^(?:lib/db\.c|workers/cardume\w*\.c|t/)};
	unlike($code, qr/\bPQ(?:exec|send|prepare)\w*\s*\(/,
		"$name: queries go through db.h");
}

# Layers: lib knows neither cgi nor workers, and these not each other.
my %headers;
for my $folder (qw(lib cgi workers)) {
	$headers{$folder} = { map { (m{([^/]+)$})[0] => 1 }
		sources("$folder/*.h") };
}
my %above = (lib => [qw(cgi workers)], cgi => ['workers'], workers => ['cgi']);
for my $folder (sort keys %above) {
	my @wrong;
	for my $path (sources("$folder/*.[ch]")) {
		for my $header (slurp($path) =~ /^#include "([^"]+)"/mg) {
			push @wrong, "$path: $header" if
				grep { $headers{$_}{$header} &&
					!$headers{$folder}{$header} &&
					!$headers{lib}{$header} }
				@{ $above{$folder} };
		}
	}
	is_deeply(\@wrong, [], "$folder includes nothing from above");
}

# Every file says its licence.
my @unmarked = grep { slurp($_) !~ /SPDX-License-Identifier: AGPL-3\.0-or-later/ }
	sources('lib/*.[ch] cgi/*.[ch] workers/*.[ch] t/*.t t/lib/*.pm ' .
	't/lib/*/*.pm t/unit/*.c sql/*/*.sql templates/*/*.mustache ' .
	'templates/*.mustache static/*.css static/*.js player/*.js player/*.mjs player/build tools/* dev bench/*.sql ' .
	'bench/run etc/*.in');
@unmarked = grep { !/local\.mk$/ } @unmarked;
is_deeply(\@unmarked, [], 'every source says its licence');
done_testing();
