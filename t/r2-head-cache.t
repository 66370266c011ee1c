# SPDX-License-Identifier: AGPL-3.0-or-later
# The answer to a HEAD has no body. It was kept by nginx's cache and served to
# everybody who asked for the page by GET: an empty page for all, by one request.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume;

my $cardume = Cardume->shared;
my $stranger = $cardume->client;
my %accept = (html => 'text/html', json => 'application/json',
	ap => 'application/activity+json');

for (['/about', 'html'], ['/api/v1/config', 'json'],
		['/accounts/peertube', 'ap']) {
	my ($path, $face) = @$_;
	my $asked = "$path?" . unique('head');
	my %o = (headers => { accept => $accept{$face} });
	is($stranger->head($asked, %o)->{status}, 200, "HEAD $path");
	my $answer = $stranger->get($asked, %o);
	is($answer->{status}, 200, "GET $path after it");
	cmp_ok(length $answer->{content}, '>', 100, 'with its body');
	is($stranger->head($asked, %o)->{content} // '', '', 'HEAD has none');
}
done_testing();
