# SPDX-License-Identifier: AGPL-3.0-or-later
# Holds the REST API's answers to our own OpenAPI document: the status is a
# declared one, the body has its schema, a refusal is a problem document.
# Cardume::Client asks for each answer; what is wrong fails the test.
#
#	my @wrong = Cardume::OpenAPI::problems('GET', '/api/v1/videos', $answer);
#	my $operation = Cardume::OpenAPI::operation('GET', '/api/v1/videos');
#	my $document = Cardume::OpenAPI::document();
package Cardume::OpenAPI;
use strict;
use warnings;
no warnings "recursion";	# threads of comments are deep
use Carp qw(croak);
use Digest::MD5 qw(md5);
use JSON::PP ();
use Test::More ();

use Cardume::Shape qw(type_of);

my $json = JSON::PP->new->utf8->allow_nonref;
my $document;
my %schema;	# compiled, by name
my %by_length;	# [pattern, operations], by number of segments
my (%seen, %told);

# What any operation may refuse with. 500 is none of them.
my %refusal = map { $_ => 1 } qw(400 401 403 404 405 406 408 409 410 413 415
	422 423 429 460 501 503 507);

sub document {
	return $document if $document;
	my $build = $ENV{CARDUME_BUILD} // $ENV{builddir} // 'build';
	open my $file, '<:raw', "$build/openapi.json"
		or croak "$build/openapi.json: $!";
	local $/;
	return $document = $json->decode(scalar <$file>);
}

# --- operations --------------------------------------------------------------

sub read_paths {
	my $paths = document()->{paths};
	for my $path (keys %$paths) {
		my @segments = split m{/}, $path;
		# Literal segments before parameters, as cgi/route.c has it.
		my $order = join '/', map { /^\{/ ? '~' : $_ } @segments;
		my $pattern = join '/', map { /^\{/ ? '[^/]+' : quotemeta }
			@segments;
		push @{ $by_length{$#segments} },
			[$order, qr/^$pattern$/, $paths->{$path}, $path];
	}
	@$_ = sort { $a->[0] cmp $b->[0] } @$_ for values %by_length;
}

# The operation that answers, and its path; nothing where there is none.
sub operation {
	my ($method, $path) = @_;
	read_paths() unless %by_length;
	$method = $method eq 'HEAD' ? 'get' : lc $method;
	for my $row (@{ $by_length{ $path =~ tr{/}{} } // [] }) {
		return ($row->[2]{$method}, $row->[3])
			if $path =~ $row->[1] && $row->[2]{$method};
	}
	return;
}

# --- schemas -----------------------------------------------------------------

my %format = (
	'date-time' => qr/^\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z\z/,
	uuid => qr/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\z/,
	uri => qr{^https?://[^/]+},
);
my %known = map { $_ => 1 } qw($ref type required properties items anyOf oneOf
	allOf enum const format pattern minimum maximum minLength maxLength
	minItems maxItems additionalProperties default description title
	deprecated example examples);

sub told {
	my ($value) = @_;
	return substr $json->canonical->encode($value), 0, 100;
}

sub is_type {
	my ($value, $type) = @_;
	my $is = type_of($value);
	return 1 if $type eq 'integer' && $is eq 'number'
		&& $value =~ /^-?\d+(?:\.0+)?\z/;
	return $is eq ($type eq 'object' ? 'hash' : $type);
}

# A function of (value, where it stands) that gives what is wrong.
sub compile {
	my ($schema, $name) = @_;
	return sub { () } unless ref $schema eq 'HASH';
	for (keys %$schema) {
		croak "a schema of $name has the unknown member $_"
			unless $known{$_} || /^x-/;
	}
	my @checks = grep { defined } map { $_->($schema, $name) }
		\&type_check, \&ref_check, \&any_check, \&value_check,
		\&object_check, \&array_check;
	return $checks[0] // sub { () } if @checks < 2;
	# What has the wrong type is not looked into.
	return sub {
		for my $check (@checks) {
			my @wrong = $check->(@_);
			return @wrong if @wrong;
		}
		return;
	};
}

sub type_check {
	my ($schema) = @_;
	my $types = $schema->{type} // return;
	my @types = ref $types ? @$types : $types;
	return sub {
		my ($value, $where) = @_;
		is_type($value, $_) && return for @types;
		return "$where is " . told($value) . ", not @types";
	};
}

sub ref_check {
	my ($schema) = @_;
	my ($name) = ($schema->{'$ref'} // return) =~ m{([^/]+)$};
	# Looked up when it is used: schemas may name themselves.
	return sub { named($name)->(@_) };
}

sub named {
	my ($name) = @_;
	return $schema{$name} //= compile(
		document()->{components}{schemas}{$name} //
			croak("there is no schema $name"), $name);
}

sub any_check {
	my ($schema, $name) = @_;
	my @all = map { compile($_, $name) } @{ $schema->{allOf} // [] };
	my @any = map { compile($_, $name) }
		@{ $schema->{anyOf} // $schema->{oneOf} // [] };
	return unless @all || @any;
	return sub {
		my ($value, $where) = @_;
		my @wrong = map { $_->($value, $where) } @all;
		return @wrong if @wrong || !@any;
		my @first;
		for my $check (@any) {
			my @these = $check->($value, $where) or return;
			@first = @these unless @first;
		}
		return @first;
	};
}

sub value_check {
	my ($schema) = @_;
	my $constant = exists $schema->{const} ? told($schema->{const}) : undef;
	my %choice = map { told($_) => 1 } @{ $schema->{enum} // [] };
	my $format = $format{ $schema->{format} // '' };
	my $pattern = $schema->{pattern};
	my ($least, $most) = @$schema{qw(minimum maximum)};
	my ($short, $long) = @$schema{qw(minLength maxLength)};
	return unless defined $constant || %choice || $format
		|| grep { defined } $pattern, $least, $most, $short, $long;
	return sub {
		my ($value, $where) = @_;
		return "$where is " . told($value) . ', not as its schema says'
			if defined $constant && told($value) ne $constant
			|| %choice && !$choice{ told($value) }
			|| defined $value && !ref $value &&
				($format && $value !~ $format
				|| defined $pattern && $value !~ /$pattern/
				|| defined $least && $value < $least
				|| defined $most && $value > $most
				|| defined $short && length $value < $short
				|| defined $long && length $value > $long);
		return;
	};
}

sub object_check {
	my ($schema, $name) = @_;
	my @required = @{ $schema->{required} // [] };
	my $properties = $schema->{properties} // {};
	my %check = map { $_ => compile($properties->{$_}, "$name.$_") }
		keys %$properties;
	my $rest = $schema->{additionalProperties};
	my $others = ref $rest eq 'HASH' ? compile($rest, $name) : undef;
	my $closed = defined $rest && !ref $rest;
	return unless @required || %check || defined $rest;
	return sub {
		my ($value, $where) = @_;
		return unless ref $value eq 'HASH';
		my @wrong = map { "$where.$_ is missing" }
			grep { !exists $value->{$_} } @required;
		for my $key (sort keys %$value) {
			my $check = $check{$key} // $others;
			push @wrong, $check->($value->{$key}, "$where.$key")
				if $check;
			push @wrong, "$where.$key is not expected"
				if !$check && $closed;
		}
		return @wrong;
	};
}

sub array_check {
	my ($schema, $name) = @_;
	my $item = $schema->{items} ? compile($schema->{items}, "$name\[]") :
		sub { () };
	my ($least, $most) = @$schema{qw(minItems maxItems)};
	return unless $schema->{items} || defined $least || defined $most;
	return sub {
		my ($value, $where) = @_;
		return unless ref $value eq 'ARRAY';
		return "$where has " . @$value . ' elements'
			if defined $least && @$value < $least
			|| defined $most && @$value > $most;
		return map { $item->($value->[$_], "$where\[$_]") }
			0 .. $#$value;
	};
}

# --- answers -----------------------------------------------------------------

sub body_problems {
	my ($answer, $content, $where) = @_;
	my ($type) = ($answer->{headers}{'content-type'} // '') =~ /^([^;]*)/;
	my $media = $content->{$type}
		or return "$where has the type '$type', not " .
			join ' or ', sort keys %$content;
	return unless $type =~ m{^application/(?:\S+\+)?json$};
	# The same again was looked at before.
	return if $seen{ md5("$where $answer->{content}") }++;
	my $value = eval { $json->decode($answer->{content}) };
	return "$where is no JSON: $@" if $@;
	my $key = $media->{schema};
	$media->{check} //= compile($key, $where);
	return $media->{check}->($value, $where);
}

sub refusal_problems {
	my ($answer, $where) = @_;
	my $status = $answer->{status};
	return "$where: the status is none of an API" unless $refusal{$status};
	# Too much is refused by nginx too; uploads have answers of their own.
	return if $answer->{headers}{'content-type'} &&
		$answer->{headers}{'content-type'} =~ m{^text/plain}
		&& $status == 429;
	return if $answer->{url} && $answer->{url} =~ /-resumable/ &&
		$answer->{content} =~ /^\{"code":/;
	my @wrong = body_problems($answer, document()
		->{components}{responses}{Problem}{content}, $where);
	return @wrong;
}

# What is wrong with an answer (as Cardume::Client has it).
sub problems {
	my ($method, $path, $answer) = @_;
	my $status = $answer->{status};
	return if $status == 599 || $method eq 'OPTIONS';
	my ($operation, $pattern) = operation($method, $path);
	if (!$operation) {
		return $status < 300 ? "$method $path is not documented: its " .
			"route needs a summary" : ();
	}
	my $where = "$method $pattern $status";
	my $is_head = $method eq 'HEAD' || $answer->{was_streamed};
	my $response = $operation->{responses}{$status};
	if (!$response) {
		return if $status =~ /^(?:206|304|416)$/ && $method eq 'GET';
		return "$where: the status is not declared" if $status < 400;
		return $is_head || $status == 502 || $status == 504 ? () :
			refusal_problems($answer, $where);
	}
	return if $is_head;
	return body_problems($answer, $response->{content}, $where)
		if $response->{content};
	return length $answer->{content} ? "$where has a body" : ();
}

# For Cardume::Client: fails the running test, once for each problem.
sub hold {
	my ($method, $url, $answer) = @_;
	my ($path) = $url =~ m{^(?:https?://[^/]+)?([^?\#]*)};
	$path =~ s{/+}{/}g;
	$path =~ s{/$}{};
	return unless $path =~ m{^/api/v1/} && $path !~ m{/openapi\.json$};
	local $Test::Builder::Level = $Test::Builder::Level + 2;
	for my $problem (problems($method, $path, $answer)) {
		next if $told{ $problem =~ s/\[\d+\]/[]/gr }++;
		Test::More::fail("as documented: $problem");
		Test::More::diag(substr $answer->{content} // '', 0, 500);
	}
}

1;
