#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Bad input to every operation, made from what it declares: one value at a
# time is of the wrong type, out of range, too long or missing. Each is
# refused with a problem document that names it. Then who may come: without a
# token, with a bad one, an expired one, and too low a role.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json encode_json);
use Test::More;
use Time::HiRes qw(time);

use Cardume;
use Cardume::OpenAPI;
use Cardume::Video;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my $owner = $cardume->user(unique('own'));
my $stranger = $cardume->user(unique('str'));
my $video = Cardume::Video->make($cardume, $owner);
my %token = (stranger => $cardume->token($stranger),
	moderator => $cardume->token($cardume->user(unique('mod'),
		role => 'moderator')),
	admin => $cardume->token('root'), expired => $cardume->token($owner));
$cardume->psql("UPDATE token SET access_expires_at = now() - interval '1 s'
	WHERE user_id = (SELECT user_id FROM account JOIN actor
	ON actor.id = actor_id WHERE name = '$owner')");
my %caller = (user => 'stranger', moderator => 'moderator',
	admin => 'admin');

# Queries' parameters are checked before anything else is; a handler may find
# other faults first, and what is off is off however it is asked for.
my %is_query;
for my $program (qw(page api upload)) {
	my (undef, $out) = $cardume->program("cardume-$program", '--routes');
	for (split /\n/, $out) {
		my ($method, $pattern, undef, $what) = split;
		$is_query{lc($method) . ' ' . $pattern =~ s/:(\w+)/{$1}/gr} = 1
			if $what ne 'handler' && $what !~ m{[/-]off(?:-|$)};
	}
}

# --- values ------------------------------------------------------------------

sub good {
	my ($name, $schema) = @_;
	my $type = $schema->{type} // '';
	my $format = $schema->{format} // '';
	return $schema->{default} if defined $schema->{default};
	return $schema->{enum}[0] if $schema->{enum};
	return $schema->{minimum} // 1 if $type eq 'integer';
	return JSON::PP::true if $type eq 'boolean';
	return [good("$name\[]", $schema->{items} // {})] if $type eq 'array';
	return { map { $_ => good("$name.$_", $schema->{properties}{$_}) }
		@{ $schema->{required} // [] } } if $type eq 'object';
	return $video->{uuid} if $format eq 'video-id' || $format eq 'uuid';
	return $owner if $format eq 'handle';
	return '2026-01-02T03:04:05.000Z' if $format eq 'date-time';
	my $least = $schema->{minLength} // 1;
	my $most = $schema->{maxLength} // 5;
	return 'x' x ($least > 5 ? $least : $most < 5 ? $most : 5);
}

# As texts of a path or a query string.
sub bad_texts {
	my ($schema) = @_;
	my $type = $schema->{type} // '';
	my $format = $schema->{format} // '';
	return 'no-such-choice' if $schema->{enum};
	return ('x', '1.5', '9' x 30, $schema->{minimum} - 1,
		$schema->{maximum} < 2 ** 53 ? $schema->{maximum} + 1 : ())
		if $type eq 'integer';
	return 'maybe' if $type eq 'boolean';
	return 'x!z' if $format =~ /^(?:video-id|uuid)$/;
	return 'x' x 60 if $format eq 'handle';
	return 'yesterday' if $format eq 'date-time';
	return 'x' x ($schema->{maxLength} + 1)
		if $type eq 'string' && ($schema->{maxLength} // 1e9) <= 2000;
	return;
}

# As members of a body.
sub bad_members {
	my ($schema) = @_;
	my $type = $schema->{type} // '';
	if ($type eq 'array') {
		my $item = good('', $schema->{items} // {});
		return ({ x => 1 }, $schema->{maxItems} <= 1000 ?
			[map { "$item" } 0 .. $schema->{maxItems}] : (),
			($schema->{items}{type} // '') eq 'integer' ? ['x'] : ());
	}
	return unless $type =~ /^(?:string|integer|boolean)$/;
	return ({ x => 1 }, [1, 2], bad_texts($schema),
		($schema->{maxLength} // 1e9) <= 20000 ?
			'x' x ($schema->{maxLength} + 1) : ());
}

# --- requests ----------------------------------------------------------------

my $nr = 0;

sub call {
	my ($op, $path, $query, $body, $token) = @_;
	my @pairs = map { my $name = $_; map {
		Cardume::Client::url_escape($name) . '=' .
			Cardume::Client::url_escape($_) }
		ref $query->{$name} ? @{ $query->{$name} } : $query->{$name}
	} sort keys %$query;
	my $url = $op->{path} =~ s/\{(\w+)\}/
		Cardume::Client::url_escape($path->{$1})/ger;
	$url .= '?' . join '&', @pairs if @pairs;
	$nr++;
	my %headers = $token ? (authorization => "Bearer $token") : ();
	return $client->send_json(uc $op->{method}, $url, $body,
		headers => \%headers) if $body;
	return $client->request(uc $op->{method}, $url,
		headers => \%headers);
}

# What is wrong with the refusal of a bad `name`.
sub fault {
	my ($op, $answer, $name) = @_;
	my $status = $answer->{status};
	return if $status == 429;
	return $status if $status < 400 || $status >= 500;
	return unless $is_query{"$op->{method} $op->{path}"};
	return "$status, not 400" if $status != 400;
	my $problem = eval { decode_json($answer->{content}) } // {};
	my @named = keys %{ $problem->{'invalid-params'} // {} };
	return 'no parameter is named: ' . ($problem->{detail} // '')
		unless @named;
	return "@named is blamed" unless "@named" eq $name;
	return;
}

sub shown { substr encode_json([$_[0]]), 0, 60 }

sub try_parameters {
	my ($op, $path, $query, $body, $token) = @_;
	my @wrong;
	for my $p (@{ $op->{parameters} }) {
		my $name = $p->{name};
		my $into = { path => $path, query => $query }->{ $p->{in} }
			// next;
		my $most = $p->{schema}{maxItems};
		my @bad = defined $most && $most <= 200 ?
			[('1') x ($most + 1)] : bad_texts($p->{schema});
		for my $bad (@bad) {
			my %changed = (%$into, $name => $bad);
			my $why = fault($op, call($op,
				$p->{in} eq 'path' ? \%changed : $path,
				$p->{in} eq 'query' ? \%changed : $query,
				$body, $token), $name);
			push @wrong, "$name=" . shown($bad) . ": $why" if $why;
		}
	}
	for my $p (grep { $_->{required} && $_->{in} eq 'query' }
			@{ $op->{parameters} }) {
		my %less = %$query;
		delete $less{ $p->{name} };
		my $why = fault($op, call($op, $path, \%less, $body, $token),
			$p->{name});
		push @wrong, "without $p->{name}: $why" if $why;
	}
	return @wrong;
}

sub try_body {
	my ($op, $path, $query, $schema, $token) = @_;
	my $body = good('', $schema);
	my @wrong;
	for my $name (sort keys %{ $schema->{properties} // {} }) {
		my $member = $schema->{properties}{$name};
		for my $bad (bad_members($member)) {
			my $why = fault($op, call($op, $path, $query,
				{ %$body, $name => $bad }, $token), $name);
			push @wrong, "$name: " . shown($bad) . ": $why" if $why;
		}
	}
	for my $name (@{ $schema->{required} // [] }) {
		# What is missing in it is told by its own name.
		next if ($schema->{properties}{$name}{type} // '') eq 'object';
		my %less = %$body;
		delete $less{$name};
		my $why = fault($op, call($op, $path, $query, \%less, $token),
			$name);
		push @wrong, "without $name: $why" if $why;
	}
	return @wrong;
}

sub try_tokens {
	my ($op, $path, $query, $body) = @_;
	my $role = $op->{'x-role'} // return;
	my @tries = (['a bad token', 'f' x 40, 401],
		['an expired token', $token{expired}, 401]);
	push @tries, ['no token', undef, 401] if $role ne 'optional';
	push @tries, ['a user', $token{stranger}, 403]
		if $role =~ /^(?:moderator|admin)$/;
	push @tries, ['a moderator', $token{moderator}, 403]
		if $role eq 'admin';
	my @wrong;
	for (@tries) {
		my ($who, $token, $status) = @$_;
		my $got = call($op, $path, $query, $body, $token)->{status};
		push @wrong, "$who: $got, not $status" if $got != $status;
	}
	return @wrong;
}

my $document = Cardume::OpenAPI::document();
my $start = time;
for my $path (sort keys %{ $document->{paths} }) {
	next unless $path =~ m{^/api/};
	for my $method (sort keys %{ $document->{paths}{$path} }) {
		my $op = { %{ $document->{paths}{$path}{$method} },
			path => $path, method => $method };
		my $content = ($op->{requestBody} // {})->{content} // {};
		# Files are the upload tests' matter.
		my $schema = ($content->{'application/json'} // {})->{schema};
		next if %$content && !$schema;
		my (%path, %query);
		for my $p (@{ $op->{parameters} }) {
			$path{ $p->{name} } = good($p->{name}, $p->{schema})
				if $p->{in} eq 'path';
			$query{ $p->{name} } = good($p->{name}, $p->{schema})
				if $p->{in} eq 'query' && $p->{required};
		}
		my $token = $token{ $caller{ $op->{'x-role'} // '' } // '' };
		my $body = $schema ? good('', $schema) : undef;
		my @wrong = (
			try_tokens($op, \%path, \%query, $body),
			try_parameters($op, \%path, \%query, $body, $token),
			$schema ? try_body($op, \%path, \%query, $schema,
				$token) : ());
		ok !@wrong, uc($method) . " $path"
			or diag map { "$_\n" } @wrong[0 .. ($#wrong < 9 ?
				$#wrong : 9)];
	}
}
note sprintf '%d requests in %.0f s', $nr, time - $start;
cmp_ok $nr, '>', 500, 'operations to try';
done_testing;
