#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# What holds for all of the REST API: slashes, methods, media types, refusals,
# cross-origin requests, limits, the parameters of older applications.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my $owner = $cardume->user(unique('own'));
my $token = $cardume->token($owner);
my $bearer = { authorization => "Bearer $token" };
my $video = Cardume::Video->make($cardume, $owner);

# --- addresses ---------------------------------------------------------------

is $client->get($_)->{status}, 200, "$_ is the same call"
	for '/api/v1/config', '/api/v1/config/', '//api/v1//config',
	"/api/v1/videos/$video->{uuid}/", '/api/v1/videos/?count=1';
my $head = $client->head('/api/v1/config');
is $head->{status}, 200, 'HEAD';
is $head->{content} // '', '', 'has no body';
my $ping = $client->get('/api/v1/ping');
is $ping->{content}, 'pong', 'a ping';
like $ping->{headers}{'content-type'}, qr{^text/plain}, 'is plain text';
my $unknown = $client->get('/api/v1/no/such/call');
is "$unknown->{status} $unknown->{content}", '400 ',
	'an unknown call is 400, without a body';
is $client->get('/api/v1/videos?nothing=of&the=kind')->{status}, 200,
	'unknown parameters are ignored';

# --- detection and other origins ---------------------------------------------

is $client->get('/api/v1/config')->{headers}{'x-powered-by'}, 'PeerTube',
	'the API is told by its header';
is $client->get('/about')->{headers}{'x-powered-by'}, undef,
	'a page says nothing of the kind';
for my $path ('/api/v1/config', '/api/v1/videos/none', '/api/v1/users/me',
		'/api/v1/openapi.json') {
	my $answer = $client->get($path,
		headers => { origin => 'https://elsewhere.example' });
	is $answer->{headers}{'access-control-allow-origin'}, '*',
		"$path is for other origins, $answer->{status}";
	like $answer->{headers}{'access-control-expose-headers'},
		qr/Retry-After/, 'with its headers';
}
my $preflight = $client->request('OPTIONS', '/api/v1/videos/1/rate',
	headers => { origin => 'https://elsewhere.example',
		'access-control-request-method' => 'PUT' });
is $preflight->{status}, 204, 'a preflight request';
like $preflight->{headers}{'access-control-allow-methods'}, qr/PUT/,
	'allows PUT';

# --- the document ------------------------------------------------------------

my $document = $client->json('/api/v1/openapi.json');
is $document->{openapi}, '3.1.0', 'the OpenAPI document';
ok $document->{paths}{'/api/v1/videos'}{get}, 'has the list of videos';
my ($sort) = grep { $_->{name} eq 'sort' }
	@{ $document->{paths}{'/api/v1/videos'}{get}{parameters} };
is $sort->{schema}{default}, '-publishedAt', 'with its defaults';

# --- refusals ----------------------------------------------------------------

my $refused = $client->get('/api/v1/videos?count=101');
is $refused->{status}, 400, 'a bad parameter';
like $refused->{headers}{'content-type'}, qr{^application/problem\+json},
	'is told in a problem document';
my $problem = decode_json($refused->{content});
is $problem->{docs}, $cardume->origin .
	'/api/v1/openapi.json#get_videos', 'that says where to read on';
is $problem->{error}, $problem->{detail}, 'error is the same as detail';
is $problem->{instance}, '/api/v1/videos', 'instance';
is_deeply [@{ $problem->{'invalid-params'}{count} }
	{qw(type value path param location)}],
	['field', '101', 'count', 'count', 'query'], 'the parameter';
$problem = decode_json($client->get('/api/v1/videos/xyz!')->{content});
is_deeply [@{ $problem->{'invalid-params'}{id} }{qw(value location)}],
	['xyz!', 'params'], 'one of the path';
my $ids = grep { $_->{operationId} eq 'get_videos' }
	map { values %$_ } values %{ $document->{paths} };
is $ids, 1, 'docs names one operation';

is $client->request('PUT', "/api/v1/videos/$video->{uuid}/rate",
	content => '<rating/>', headers => { %$bearer,
	'content-type' => 'text/xml' })->{status}, 415,
	'a body of an unknown type is 415' if
	$document->{paths}{'/api/v1/videos/{id}/rate'};
is $client->request('POST', '/api/v1/videos/1/token',
	content => '{', headers => { %$bearer,
	'content-type' => 'application/json' })->{status} =~ /^[24]/, 1,
	'half a JSON text is no failure of ours';
my $large = $client->request('PUT', "/api/v1/videos/$video->{uuid}",
	content => '{"name":"' . 'x' x 2_000_000 . '"}', headers => {
	%$bearer, 'content-type' => 'application/json' });
is $large->{status}, 413, 'a body that nginx refuses';
is decode_json($large->{content})->{status}, 413, 'is told likewise';
is $large->{headers}{'access-control-allow-origin'}, '*',
	'to other origins too';

# --- older applications ------------------------------------------------------

for my $list ('/videos', '/search/videos', "/accounts/$owner/videos",
		"/video-channels/${owner}_channel/videos") {
	is $client->get("/api/v1$list?filter=local")->{status}, 200,
		"$list: videos of ours by filter";
	is $client->get("/api/v1$list?filter=all-local")->{status}, 401,
		'not what is not published';
	is $client->get("/api/v1$list?filter=all-local", headers => {
		authorization => 'Bearer ' . $cardume->token('root') })
		->{status}, 200, 'but for those who may' ;
}
my $shown = $client->json("/api/v1/accounts/$owner");
is_deeply $shown->{avatar}, $shown->{avatars}[-1],
	'the picture of old is the largest of the new';

# --- limits ------------------------------------------------------------------

{
	local %ENV = (%ENV, CARDUME_API_RATE => 1, CARDUME_API_BURST => 5,
		CARDUME_INBOX_RATE => 1, CARDUME_INBOX_BURST => 5);
	my $limited = Cardume->start;
	my $hasty = $limited->client;
	my @answers = map { $hasty->get('/api/v1/ping') } 1 .. 12;
	is scalar(grep { $_->{status} == 200 } @answers[0 .. 4]), 5,
		'some calls at once are taken';
	my ($over) = grep { $_->{status} == 429 } @answers;
	ok $over, 'too many are not';
	is $over->{content}, 'Too many requests, please try again later.',
		'as PeerTube says it';
	like $over->{headers}{'content-type'}, qr{^text/plain},
		'in plain text';
	like $over->{headers}{'retry-after'}, qr/^\d+$/, 'when to try again';
	is_deeply [@{ $over->{headers} }{qw(x-ratelimit-limit
		x-ratelimit-remaining access-control-allow-origin)}],
		[5, 0, '*'], 'and the limit, to all origins';
	is $hasty->get('/about')->{status}, 200, 'pages are not concerned';

	# What servers send is counted by itself, in all inboxes together.
	my %is_refused;
	for my $path ('/inbox', '/accounts/root/inbox',
		'/video-channels/root_channel/inbox', '/receive/public') {
		my ($over) = grep { $_->{status} == 429 } map { $hasty->request(
			'POST', $path, content => '{}', headers => {
			'content-type' => 'application/activity+json' })
		} 1 .. 8;
		$is_refused{$path} = $over ? $over->{content} : 'nothing';
		is $over->{headers}{'content-type'}, 'application/problem+json',
			"$path: refused by a document";
		like $over->{headers}{'retry-after'}, qr/^\d+$/, 'until when';
	}
	is decode_json($_)->{status}, 429, 'which says it' for values %is_refused;
	is $hasty->get('/about')->{status}, 200, 'nor are pages here';
	my $page = $hasty->request('POST', '/login', content => 'x' x 2_000_000);
	like $page->{headers}{'content-type'}, qr{^text/html}, 'a page is a page';
}
{
	for my $path ('/inbox', '/accounts/root/inbox', '/receive/public') {
		my $answer = $client->request('POST', $path,
			content => 'x' x 2_000_000, headers => {
			'content-type' => 'application/activity+json' });
		is $answer->{status}, 413, "$path takes no 2 MB";
		is $answer->{headers}{'content-type'},
			'application/problem+json', 'and says so in JSON';
	}
}
done_testing;
