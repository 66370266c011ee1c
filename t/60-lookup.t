# SPDX-License-Identifier: AGPL-3.0-or-later
# Searches for addresses: what is elsewhere is fetched and shown, by the API and
# by pages; and the ways from and to other servers for people.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Client;
use Cardume::Peer;
use Cardume::Video;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my $name = $cardume->user(unique('seeker'));
my %bearer = (authorization => 'Bearer ' . $cardume->token($name));
my $peer = Cardume::Peer->start(software => 'peertube');
my $ann = $peer->actor('ann');
my $films = $peer->actor('films', type => 'Group', owner => $ann,
	path => '/video-channels/films');
sub escape { Cardume::Client::url_escape($_[0]) }

# Limits are for people, not for a test on one address.
sub forget { $cardume->psql('TRUNCATE throttle') }

sub search {
	my ($what, $words, %headers) = @_;
	forget();
	my $answer = $client->get("/api/v1/search/$what?search=" . escape($words),
		headers => \%headers);
	is $answer->{status}, 200, "$what: $words" or diag $answer->{content};
	return decode_json($answer->{content});
}

# --- the API ------------------------------------------------------------------

is search('video-channels', $films->{handle})->{total}, 0,
	'nobody has things fetched without signing in';
my $found = search('video-channels', $films->{handle}, %bearer);
is $found->{total}, 1, 'a channel by its handle is fetched';
is $found->{data}[0]{url}, $films->{id}, '... and told';
is "$found->{data}[0]{name}\@$found->{data}[0]{host}", $films->{handle},
	'... by its names';
my $hits = $peer->hits($films->{path});
is search('video-channels', '@' . uc($films->{handle}), %bearer)->{total}, 1,
	'a second time, written otherwise';
is search('video-channels', $films->{id})->{total}, 1,
	'what is known anybody finds, by its URL too';
is $peer->hits($films->{path}), $hits, '... and it is not asked for again';
is search('video-channels', 'nobody@' . $peer->host, %bearer)->{total}, 0,
	'nobody';

my $video = $peer->video($ann, $films, name => 'A far film');
is search('videos', $video->{id})->{total}, 0, 'a video: not for strangers';
$found = search('videos', $video->{id}, %bearer);
is $found->{total}, 1, '... but for users';
is $found->{data}[0]{name}, 'A far film', 'it is told';
my $short = $found->{data}[0]{shortUUID};
$peer->set('/w/page', type => 'text/html', status => 200, body =>
	'<html><head><link rel="alternate" type="application/activity+json" ' .
	"href=\"$video->{id}\"></head></html>");
is search('videos', $peer->url('/w/page'), %bearer)->{total}, 1,
	'a page of it finds it too';
is search('videos', $peer->url('/nothing'), %bearer)->{total}, 0,
	'what is not there';
is search('videos', 'http://127.0.0.1:9/x', %bearer)->{total}, 0,
	'a server that is not there';
my $own = Cardume::Video->make($cardume, $name, bare => 1);
is search('videos', $cardume->origin . "/w/$own->{short}")->{total}, 1,
	'ours, by its URL';
is search('video-channels', $cardume->origin . "/c/${name}_channel")->{total},
	1, 'a channel of ours too';
my $config = $client->json('/api/v1/config');
is_deeply $config->{search}{remoteUri}, { users => JSON::PP::true,
	anonymous => JSON::PP::false }, 'the configuration says so';

# --- pages ----------------------------------------------------------------------

my $web = $cardume->sign_in($name);
sub page {
	my ($from, $path) = @_;
	forget();
	my $answer = $from->get($path, redirect => 0);
	return ($answer, $answer->{headers}{location} // '');
}
my ($answer, $to) = page($client, '/search?search=' . escape($video->{id}));
is $answer->{status}, 303, 'what is known is gone to';
like $to, qr{/w/\Q$short\E$}, '... on our page of it';
my $bob = $peer->actor('bob');
($answer) = page($client, '/search?search=' . escape($bob->{handle}));
is $answer->{status}, 200, 'what is not known stays a page for strangers';
like $answer->{content}, qr/without signing in/, '... that says why';
($answer, $to) = page($web, '/search?search=' . escape($bob->{handle}));
like $to, qr{/a/\Q$bob->{handle}\E$}, 'users get to the account' or
	diag $answer->{content};
($answer) = page($web, $to =~ s{^https?://[^/]+}{}r);
is $answer->{status}, 200, '... whose page is there';
($answer) = page($web, '/search?search=' . escape($peer->url('/nothing')));
like $answer->{content}, qr/could not be fetched/, 'what is not there';
($answer) = page($web, '/search?search=bob%40work+notes');
unlike $answer->{content}, qr/could not be fetched/, 'words are no address';
$peer->set('/slow', fault => 'hang');
($answer) = page($web, '/search?search=' . escape($peer->url('/slow')));
like $answer->{content}, qr/http-equiv="refresh"/,
	'what takes long is looked at again by the page itself';

for my $path ("/a/zed\@" . $peer->host, "/c/zed\@" . $peer->host) {
	($answer) = page($client, $path);
	is $answer->{status}, 404, "not known: $path";
	like $answer->{content}, qr{href="/search\?search=zed%40}i,
		'... but it can be looked for';
}

# --- remote interaction --------------------------------------------------------

my $jrd = $client->json('/.well-known/webfinger?resource=' .
	escape("acct:$name\@" . ($cardume->origin =~ s{^https?://}{}r)));
my ($link) = grep { $_->{rel} =~ /subscribe/ } @{ $jrd->{links} };
is $link->{template}, $cardume->origin . '/remote-interaction?uri={uri}',
	'WebFinger says where';
sub remote { "/remote-interaction?uri=" . escape($_[0]) }
($answer, $to) = page($client, remote($video->{id}));
like $to, qr{/login\?next=%2Fremote-interaction}i, 'strangers sign in first';
($answer, $to) = page($web, remote($video->{id}));
like $to, qr{/w/\Q$short\E$}, 'a video';
($answer, $to) = page($web, remote($films->{id}));
like $to, qr{/c/\Q$films->{handle}\E$}, 'a channel';
my $carol = $peer->actor('carol');
($answer, $to) = page($web, remote("acct:$carol->{handle}"));
like $to, qr{/a/\Q$carol->{handle}\E$}, 'an account, new';
my $note = $peer->note($carol, inReplyTo => $video->{id},
	content => '<p>Far words</p>');
($answer, $to) = page($web, remote($note->{id}));
like $to, qr{/w/\Q$short\E\?thread=\d+\#comment-\d+$}, 'a comment' or diag $answer->{content};
($answer) = page($web, remote($peer->url('/nothing')));
is $answer->{status}, 404, 'nothing there';
($answer) = page($web, remote('javascript:alert(1)'));
like $answer->{content}, qr/no address/, 'no address';
for my $bad ($cardume->origin . '//evil.example/',
		$cardume->origin . '/\\evil.example/', '//evil.example/') {
	(undef, $to) = page($web, remote($bad));
	unlike $to, qr{^(?:https?:)?//(?!127|localhost)|evil\.example/?$},
		"not led away by $bad" unless $to =~ m{^/evil|^\Q@{[
		$cardume->origin ]}\E/evil};
}

# --- to one's own server ---------------------------------------------------------

my $page = $client->get("/w/$own->{short}");
like $page->{content}, qr{href="/interact\?path=/w/\Q$own->{short}\E"},
	'the watch page has the way';
like $client->text("/c/${name}_channel"), qr{/interact\?path=/c/\Q$name\E},
	'the channel';
like $client->text("/a/$name"), qr{/interact\?path=/a/\Q$name\E},
	'the account';
unlike $web->text("/a/$name"), qr{/interact\?}, '... not for who is here';
my $template = $peer->url('/authorize_interaction?uri={uri}');
sub with_template {
	my ($user, $to) = @_;
	my $acct = "acct:$user->{name}\@" . $peer->host;
	$peer->set("/.well-known/webfinger?resource=$acct", status => 200,
		type => 'application/jrd+json', body => { subject => $acct,
		links => [ { rel => 'self', href => $user->{id},
			type => 'application/activity+json' },
			{ rel => 'http://ostatus.org/schema/1.0/subscribe',
			template => $to } ] });
}
sub go {
	my ($path, $handle) = @_;
	forget();
	my $form = $client->get("/interact?path=" . escape($path));
	is $form->{status}, 200, "the form for $path" or return $form;
	return $client->follow_form($form, { handle => $handle },
		which => qr/name="handle"/);
}
my $dan = $peer->actor('dan');
with_template($dan, $template);
for my $case ([ "/c/${name}_channel", "/video-channels/${name}_channel" ],
	[ "/a/$name", "/accounts/$name" ],
	[ "/w/$own->{short}", "/videos/watch/$own->{uuid}" ]) {
	my ($path, $id) = @$case;
	my $went = go($path, "\@$dan->{handle}");
	my $there = $peer->url('/authorize_interaction?uri=' .
		escape($cardume->origin . $id));
	like $went->{content}, qr/url=\Q$there\E"/, '... leads there' or
		diag $went->{content};
}
my $eve = $peer->actor('eve');
with_template($eve, 'https://evil.example/?u={uri}');
my $went = go("/a/$name", $eve->{handle});
is $went->{status}, 422, 'a template of another host is not followed';
unlike $went->{content}, qr/evil\.example/, '... nor told';
like $went->{content}, qr{\Q@{[ $cardume->origin ]}\E/accounts/\Q$name\E},
	'... but what to search for is';
my $fay = $peer->actor('fay');
with_template($fay, 'javascript:alert({uri})');
is go("/a/$name", $fay->{handle})->{status}, 422, 'a script';
is go("/a/$name", $bob->{handle})->{status}, 422, 'a server without a way';
is go("/a/$name", $_)->{status}, 422, "no handle: $_"
	for 'bob', 'a b@c', 'bob@' . $cardume->origin;
is $client->get('/interact?path=' . escape($_))->{status}, 404, "no page: $_"
	for '/c/none', 'https://evil.example/', '/w/none', "/c/$name";
is $client->post('/interact', { path => "/a/$name",
	handle => $dan->{handle} })->{status}, 403, 'no form from elsewhere';
forget();
my @many = map { $client->get('/api/v1/search/video-channels?search=x' . $_ .
	escape('@' . $peer->host), headers => \%bearer)->{status} } 1 .. 21;
is $many[-1], 429, 'not without end';
is $many[0], 200, '... but a few times';
forget();

done_testing;
