#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Which of PeerTube's operations (t/api/operations.tsv) are answered here, and
# whether our OpenAPI document tells all that is.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::OpenAPI;

# What must be there: a pattern of tiers.
my $tiers = $ENV{CARDUME_API_TIERS} // 'core|secondary';
my $wanted = qr/^(?:$tiers)$/;

# nginx answers these from files.
my %by_nginx = map { $_ => 1 } (
	'GET /static/web-videos/{}',
	'GET /static/streaming-playlists/hls/{}',
);
# Ours has the folder between.
my %other_path = ('GET /static/streaming-playlists/hls/private/{}' =>
	'GET /static/streaming-playlists/hls/private/{}/{}');

my %answered;
for my $program (qw(page api upload)) {
	my ($status, $out) = Cardume::run_command(
		"$Cardume::build/cardume-$program", '--routes');
	is $status, 0, "cardume-$program --routes";
	for (split /\n/, $out) {
		my ($method, $pattern, undef, $what) = split;
		$answered{"$method " . $pattern =~ s/:\w+/{}/gr} = $what;
	}
}

# A query that does nothing but refuse, as PeerTube does where the feature is
# switched off.
sub is_off {
	my ($what) = @_;
	my $path = "$Cardume::top/sql/$what.sql";
	return -e $path && slurp($path) =~ /^SELECT refuse\(/m;
}

my (%nr, %missing);
open my $file, '<', "$FindBin::Bin/api/operations.tsv" or die $!;
while (<$file>) {
	next if /^#/;
	chomp;
	my ($tier, $method, $path) = split /\t/;
	my $key = "$method " . $path =~ s/\{format\}/xml/r =~ s/\{\w+\}/{}/gr;
	$key = $other_path{$key} // $key;
	my $what = $by_nginx{$key} ? 'nginx' : $answered{$key};
	$nr{$tier}{ !defined $what ? 'missing' : is_off($what) ? 'off' :
		'answered' }++;
	push @{ $missing{$tier} }, "$method $path" unless defined $what;
}
close $file;

for my $tier (qw(core secondary exotic)) {
	my $nr = $nr{$tier};
	diag sprintf '%-9s %3d answered, %3d answered as switched off, ' .
		'%3d missing', $tier, map { $nr->{$_} // 0 }
		qw(answered off missing);
	my @missing = @{ $missing{$tier} // [] };
	note map { "missing, $tier: $_\n" } @missing;
	next unless $tier =~ $wanted;
	ok !@missing, "all of $tier is answered"
		or diag map { "missing: $_\n" } @missing;
}

# --- the document ------------------------------------------------------------

my $document = Cardume::OpenAPI::document();
my %documented;
for my $path (keys %{ $document->{paths} }) {
	for my $method (keys %{ $document->{paths}{$path} }) {
		my $operation = $document->{paths}{$path}{$method};
		my $key = uc($method) . ' ' . $path =~ s/\{\w+\}/{}/gr;
		$documented{$key} = $operation;
		ok length($operation->{summary} // ''), "$key says what it does";
	}
}
# nginx alone asks these.
my @undocumented = grep { m{ /api/} && !m{/check$} && !$documented{$_} }
	sort keys %answered;
is_deeply \@undocumented, [], 'every route of the API is documented';
my %id;
$id{ $_->{operationId} }++ for values %documented;
is_deeply [grep { $id{$_} > 1 } sort keys %id], [], 'each has its own name';
my $schemas = $document->{components}{schemas};
is_deeply [grep { !%{ $schemas->{$_} } } sort keys %$schemas], [],
	'every schema that is named is there';
my @shapeless = grep {
	my $answer = ($documented{$_}{responses}{200} // {})->{content} // {};
	my $json = $answer->{'application/json'};
	m{ /api/} && $json && !%{ $json->{schema} } &&
		!is_off($answered{$_} // '')
} sort keys %documented;
is_deeply \@shapeless, [], 'every JSON answer names its schema';

# Every schema is one that the tests' validator understands throughout.
for my $name (sort keys %$schemas) {
	ok eval { Cardume::OpenAPI::compile($schemas->{$name}, $name) },
		"schema $name" or diag $@;
}

# --- what the validator finds ------------------------------------------------

sub found {
	my ($method, $path, $status, $type, $content) = @_;
	return join '; ', Cardume::OpenAPI::problems($method, $path, {
		status => $status, headers => { 'content-type' => $type },
		content => $content });
}

my $type = 'application/json; charset=utf-8';
my $problem = 'application/problem+json; charset=utf-8';
my $client = '/api/v1/oauth-clients/local';
my $good = '{"client_id":"a","client_secret":"b"}';
is found('GET', $client, 200, $type, $good), '', 'a good answer';
like found('GET', $client, 200, $type, '{"client_id":"a"}'),
	qr/client_secret is missing/, 'a missing member';
like found('GET', $client, 200, $type, '{"client_id":1,"client_secret":""}'),
	qr/client_id is 1, not string/, 'a wrong type';
like found('GET', $client, 200, $type, '{'), qr/no JSON/, 'no JSON';
like found('GET', $client, 200, 'text/html', $good), qr/the type 'text/,
	'a wrong media type';
like found('GET', $client, 201, $type, $good), qr/not declared/,
	'another status';
like found('GET', $client, 500, $problem, '{}'), qr/none of an API/,
	'a failure of ours';
like found('GET', $client, 403, $problem, '{}'), qr/title is missing/,
	'a poor problem document';
like found('GET', $client, 403, 'text/html', ''), qr/the type/,
	'a refusal that is none';
like found('GET', '/api/v1/nothing', 200, $type, '{}'), qr/not documented/,
	'what is not documented';
my $list = '/api/v1/accounts/x/video-channels';
like found('GET', $list, 200, $type, '{"data":[]}'), qr/total is missing/,
	'a list without its total';
like found('GET', $list, 200, $type, '{"total":1,"data":[{"id":"1"}]}'),
	qr/data\[0\]\.name is missing/, 'an item';
like found('DELETE', '/api/v1/videos/1', 204, '', 'x'), qr/has a body/,
	'a body where none belongs';
is found('DELETE', '/api/v1/videos/1', 204, '', ''), '', 'none';
done_testing;
