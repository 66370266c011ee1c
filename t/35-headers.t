#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# What nginx says with every answer, on every route that has no parameter;
# foreign names; the cache; errors of nginx's own.
use strict;
use warnings;
use IO::Socket::INET;
use Test::More;
use Cardume;

my $cardume = Cardume->shared;
my $client = $cardume->client;

my @paths = ('/', '/no/such/page', '/assets/current/cardume.css',
	'/static/web-videos/none.mp4', '/static/web-videos/private/none.mp4',
	'/lazy-static/thumbnails/none.jpg', '/videos/embed/none',
	'/.well-known/webfinger?resource=acct:none@none', '/tracker/scrape',
	'/upload/check', '/errors/502.html', '/internal/private/secret');
for my $program (qw(page api ap)) {
	push @paths, map { m{^GET\s+(/[^\s:]*)\s} ? $1 : () } split /\n/,
		($cardume->program("cardume-$program", '--routes'))[1];
}
my %seen;
for my $path (grep { !$seen{$_}++ } @paths) {
	my $answer = $client->get($path, redirect => 0);
	my $h = $answer->{headers};
	my $bad = ref $h->{'content-security-policy'} ||
		($h->{'content-security-policy'} // '') !~ /^default-src 'none'/ ||
		$h->{'content-security-policy'} =~ /unsafe/ ||
		($h->{'x-content-type-options'} // '') ne 'nosniff' ||
		($h->{'referrer-policy'} // '') !~ /^[a-z-]+$/ ||
		ref $h->{'access-control-allow-origin'} ||
		($h->{server} // '') =~ /\d/;
	ok(!$bad && $answer->{status} < 500, "$path: $answer->{status}, headers")
		or diag explain $h;
}

is($client->get($_, redirect => 0)->{status}, 404, "$_ is not for the outside")
	for qw(/upload/check /errors/502.html /internal/private/secret);
like($client->get('/videos/embed/none')->{headers}{'content-security-policy'},
	qr/frame-ancestors \*/, 'the embed page may stand in any frame');
is($client->get('/')->{headers}{'access-control-allow-origin'} // '', '',
	'pages are not for other sites\' scripts');
is($client->get('/api/v1/ping')->{headers}{'access-control-allow-origin'}, '*',
	'the API is');
my $preflight = $client->request('OPTIONS', '/api/v1/users/me',
	headers => { origin => 'https://elsewhere.example',
		'access-control-request-headers' => 'authorization' });
is($preflight->{status}, 204, 'a preflight is answered');
like($preflight->{headers}{'access-control-allow-headers'}, qr/authorization/i,
	'tokens may be sent');
like($client->get('/assets/current/cardume.css')->{headers}{'content-type'},
	qr{^text/css}, 'the style has its type');
my ($assets) = $client->text('/') =~ m{"(/assets/[\d.]+-[0-9a-f]{8})/};
ok($assets, 'pages name a version of the style');
like($client->get(($assets // '') . '/cardume.css')
	->{headers}{'cache-control'} // '', qr/immutable/, 'kept for ever');

# Raw requests: what HTTP::Tiny would not send.
sub raw {
	my ($request) = @_;
	my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
		PeerPort => $cardume->port, Timeout => 10) or die $!;
	print $socket $request =~ s/\n/\r\n/gr;
	local $/;
	return scalar(<$socket>) // '';
}
is(raw("GET / HTTP/1.1\nHost: foreign.example\n\n"), '',
	'a foreign name gets no answer');
for my $path ('/static../secret', '/assets/../../secret', '/static/%2e%2e/secret',
	'/static/..%2f..%2fsecret', '//etc/passwd', '/lazy-static/../../secret') {
	like(raw("GET $path HTTP/1.1\nHost: 127.0.0.1\nConnection: close\n\n"),
		qr{^HTTP/1\.1 (?:400|404) }, "$path leads nowhere");
}
like(raw("GET /../secret HTTP/1.1\nHost: 127.0.0.1\n\n"), qr{^HTTP/1\.1 400 },
	'nor above the root');

# The cache: filled by nobody in particular, for nobody in particular.
my $cached = '/about?' . unique('q');
my $stranger = $cardume->client;
is($stranger->get($cached)->{status}, 200, 'a page') for 1 .. 3;
my $root = $cardume->sign_in('root');
my $mine = $root->get($cached);
like($mine->{headers}{'cache-control'} // '', qr/private|no-store/,
	'not the page of one who signed in');
like($mine->{content}, qr/root/, 'which is theirs');
unlike($stranger->text($cached), qr/\broot\b/, 'and nobody else\'s');

# What nginx says of them in its log, which it writes once a second.
my @states;
wait_until {
	@states = slurp($cardume->run . '/log/access.log') =~
		m{ (\w*)- "GET \Q$cached\E }g;
	@states >= 5;
} 10;
# Two workers write it, each when it likes.
is(join(' ', sort @states), 'BYPASS HIT HIT HIT MISS', 'the program was asked twice');

# Large.
is($client->request('POST', '/login', content => 'x' x 2_000_000)->{status},
	413, 'a form has its limit');
done_testing();
