# SPDX-License-Identifier: AGPL-3.0-or-later
# lib/html.c for tests: documents through t/unit/spec_html, the cases of
# t/html/cases.tsv, and the content of sample documents.
#
#	my @safe = html_sanitise(@html);      # bytes
#	my @plain = html_to_text(@html);
#	for (html_cases()) { my ($html, $expected) = @$_; ... }
#	my @html = html_samples();            # () where there are none
package Cardume::Html;
use strict;
use warnings;
use Exporter qw(import);
use File::Find qw(find);
use File::Temp ();
use JSON::PP;
use Cardume;

our @EXPORT = qw(html_sanitise html_to_text html_cases html_samples);

sub through {
	my ($argument, @documents) = @_;
	my $file = File::Temp->new;
	binmode $file;
	print $file "$_\0" for @documents;
	close $file;
	open my $pipe, '-|',
		"$Cardume::build/t/unit/spec_html $argument <$file" or die;
	binmode $pipe;
	local $/ = "\0";
	my @answers = map { chomp; $_ } <$pipe>;
	close $pipe or die "spec_html: $?";
	return @answers;
}

sub html_sanitise { return through('html', @_) }
sub html_to_text { return through('text', @_) }

sub unescaped {
	my ($text) = @_;
	my %byte = (n => "\n", t => "\t", '\\' => '\\');
	return $text =~ s{\\(?:x(..)|(.))}{$1 ? chr hex $1 : $byte{$2}}gers;
}

sub html_cases {
	my @cases;
	for my $line (split /\n/, slurp("$Cardume::top/t/html/cases.tsv")) {
		next if $line =~ /^(?:#|$)/;
		push @cases, [map { unescaped($_) } split /\t/, $line, 2];
	}
	return @cases;
}

# Every content, summary and value of a contentMap, whatever holds it.
sub texts_of {
	my ($value, $key) = @_;
	return map { texts_of($_, $key) } @$value if ref $value eq 'ARRAY';
	return map { texts_of($value->{$_}, $_ eq 'contentMap' ? $_ :
		$key eq 'contentMap' ? $key : $_) } sort keys %$value
		if ref $value eq 'HASH';
	return () if ref $value || !defined $value ||
		$key !~ /^(?:content|contentMap|summary)$/;
	utf8::encode($value);
	return $value;
}

sub html_samples {
	my $samples = shared_data('federation-samples') or return;
	my (%seen, @texts);
	find({ no_chdir => 1, wanted => sub {
		return unless /\.json$/;
		my $document = eval { decode_json(slurp($_)) } // return;
		push @texts, grep { !$seen{$_}++ } texts_of($document, '');
	} }, $samples);
	return @texts;
}

1;
