# SPDX-License-Identifier: AGPL-3.0-or-later
# Field by field checks of JSON documents.
#
#	shape_ok($document, { id => url, 'summary?' => text }, 'an actor');
#
# A check is a regex, a constant, another table, an array (one check for each
# element) or a function of the value. A key that ends in "?" may be absent;
# one that the table does not name must be.
package Cardume::Shape;
use strict;
use warnings;
use B ();
use Exporter qw(import);
use JSON::PP ();
use Test::More ();

our @EXPORT = qw(shape_ok shape_of type_of text integer number boolean null
	maybe each_of any_value);

sub type_of {
	my ($value) = @_;
	return 'null' unless defined $value;
	return 'boolean' if JSON::PP::is_bool($value);
	return lc ref $value if ref $value;
	my $flags = B::svref_2object(\$value)->FLAGS;
	return $flags & (B::SVp_IOK | B::SVp_NOK) && !($flags & B::SVp_POK) ?
		'number' : 'string';
}

sub text { sub { type_of($_[0]) eq 'string' && $_[0] ne '' } }
sub number { sub { type_of($_[0]) eq 'number' } }
sub integer { sub { type_of($_[0]) eq 'number' && $_[0] =~ /^\d+$/ } }
sub null { sub { !defined $_[0] } }
sub any_value { sub { 1 } }

sub boolean {
	my ($wanted) = @_;
	return sub { type_of($_[0]) eq 'boolean' &&
		(!defined $wanted || !$_[0] == !$wanted) };
}

sub maybe {
	my ($check) = @_;
	return sub { !defined $_[0] || !problems($_[0], $check, '') };
}

# An array, each element as the check has it, at least `least` of them.
sub each_of {
	my ($check, $least) = @_;
	return sub { ref $_[0] eq 'ARRAY' && @{ $_[0] } >= ($least // 0) &&
		!grep { problems($_, $check, '') } @{ $_[0] } };
}

sub told {
	my ($value) = @_;
	return substr JSON::PP->new->canonical->allow_nonref->encode($value),
		0, 300;
}

sub table_problems {
	my ($value, $table, $where) = @_;
	return "$where is no object: " . told($value) if ref $value ne 'HASH';
	my (@problems, %known);
	for my $name (sort keys %$table) {
		my ($key, $optional) = $name =~ /^(.*?)(\?)?$/;
		$known{$key} = 1;
		if (exists $value->{$key}) {
			push @problems, problems($value->{$key},
				$table->{$name}, "$where.$key");
		} elsif (!$optional) {
			push @problems, "$where.$key is missing";
		}
	}
	return @problems, map { "$where.$_ is not expected" }
		grep { !$known{$_} } sort keys %$value;
}

sub array_problems {
	my ($value, $checks, $where) = @_;
	return "$where is no array: " . told($value) if ref $value ne 'ARRAY';
	return "$where has " . @$value . ' elements, not ' . @$checks
		if @$value != @$checks;
	return map { problems($value->[$_], $checks->[$_], "$where\[$_]") }
		0 .. $#$checks;
}

sub problems {
	my ($value, $check, $where) = @_;
	my $kind = ref $check;
	return table_problems(@_) if $kind eq 'HASH';
	return array_problems(@_) if $kind eq 'ARRAY';
	my $good = $kind eq 'CODE' ? $check->($value) :
		type_of($value) eq 'string' &&
		($kind eq 'Regexp' ? $value =~ $check : $value eq $check);
	return $good ? () : "$where: " . told($value);
}

sub shape_ok {
	my ($document, $table, $label) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my @problems = problems($document, $table, '');
	return Test::More::ok(!@problems, $label) ||
		Test::More::diag(join "\n", @problems);
}

# Every path of a document with its type: { 'url[].href' => 'string' }.
sub shape_of {
	my ($value, $where, $found) = @_;
	$where //= '';
	$found //= {};
	$found->{$where}{ type_of($value) } = 1 if $where ne '';
	if (ref $value eq 'HASH') {
		shape_of($value->{$_}, $where eq '' ? $_ : "$where.$_", $found)
			for keys %$value;
	} elsif (ref $value eq 'ARRAY') {
		shape_of($_, "$where\[]", $found) for @$value;
	}
	return $found;
}

1;
