# SPDX-License-Identifier: AGPL-3.0-or-later
# Who is given documents of ActivityPub: everybody, only servers that sign what
# they ask for (federation.authorized_fetch), or nobody (federation.enabled).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Peer;
use Cardume::Video;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my $origin = $cardume->origin;
my $name = $cardume->user(unique('host'));
my $video = Cardume::Video->make($cardume, $name, bare => 1);
my $comment = $cardume->psql("INSERT INTO comment (video_id, channel_id,
	account_id, text) SELECT v.id, v.channel_id, c.account_id, 'Words'
	FROM video v JOIN channel c ON c.id = v.channel_id
	WHERE v.id = $video->{id} RETURNING id");
my $peer = Cardume::Peer->start;
my $bob = $peer->actor('bob');

sub set {
	my ($setting, $value) = @_;
	$cardume->psql("UPDATE setting SET value = '$value'
		WHERE name = '$setting'");
}
END {
	set('federation.authorized_fetch', 'false') if $cardume;
	set('federation.enabled', 'true') if $cardume;
}

# Answers to strangers are kept for seconds: another query, another answer.
my $turn = time;
sub plain {
	my ($path) = @_;
	$turn++;
	my $sign = $path =~ /\?/ ? '&' : '?';
	return $client->request('GET', "$path${sign}x=$turn", headers => {
		accept => 'application/activity+json' });
}
sub signed {
	my ($path, $actor) = @_;
	return $peer->get("$origin$path", signer => $actor // $bob);
}
my @documents = ("/accounts/$name", "/video-channels/${name}_channel",
	"/accounts/$name/outbox", "/videos/watch/$video->{uuid}",
	"/videos/watch/$video->{uuid}/likes",
	"/videos/watch/$video->{uuid}/comments/$comment");
my $webfinger = "/.well-known/webfinger?resource=acct:$name\@" .
	($origin =~ s{^https?://}{}r);
# A pod of diaspora* signs nothing: it may look at the card of a channel, which
# says no more than WebFinger and its page do, not fetch its posts.
my $post = '/fetch/post/' . $video->{uuid} =~ tr/-//dr;
$cardume->psql("INSERT INTO diaspora_post (video_id, envelope)
	VALUES ($video->{id}, '<me:env/>') ON CONFLICT DO NOTHING");
my ($card) = $client->text("/.well-known/webfinger?resource=acct:${name}_" .
	'channel@' . $origin =~ s{^https?://}{}r) =~ m{(/hcard/users/\w+)};
my @open = ('/accounts/peertube', '/.well-known/nodeinfo',
	'/nodeinfo/2.0.json', $webfinger, $card);

is plain($_)->{status}, 200, "for everybody: $_" for @documents, @open, $post;
is signed($_)->{status}, 200, "signed too: $_" for @documents;
is $peer->hits('/users/bob'), 0, 'whose signature is not looked at';

set('federation.authorized_fetch', 'true');
is plain($_)->{status}, 200, "without a signature still: $_" for @open;
is plain($_)->{status}, 401, "not: $_" for @documents, $post;
my $answer = signed($documents[0]);
is $answer->{status}, 200, 'with a signature whose key is fetched first'
	or diag $answer->{content};
is $peer->hits('/users/bob'), 1, '... once';
is signed($_)->{status}, 200, "signed: $_" for @documents;
is $peer->hits('/users/bob'), 1, '... and then known';
is plain($documents[0])->{status}, 401, 'no answer to it is kept for others';
is $client->request('GET', $documents[0], headers => { accept =>
	'application/activity+json' })->{status}, 401, '... of the same address';
my $eve = { %{ $peer->actor('eve') }, key => $bob->{key} };
is signed($documents[0], $eve)->{status}, 401, 'by another\'s key';
my $nobody = { %$bob, id => $peer->url('/users/none'),
	key_id => $peer->url('/users/none#main-key') };
is signed($documents[0], $nobody)->{status}, 401, 'by nobody\'s';
$peer->set('/users/slow', fault => 'hang');
$answer = signed($documents[0], { %$bob, id => $peer->url('/users/slow'),
	key_id => $peer->url('/users/slow#main-key') });
is $answer->{status}, 503, 'a key that takes long';
ok $answer->{headers}{'retry-after'}, '... is to be tried again';
is $client->request('GET', $documents[0], headers => { accept =>
	'application/activity+json', signature => $_ })->{status}, 401,
	"no signature: $_" for 'x', 'keyId="x"', 'keyId="' . 'y' x 3000 . '"',
	"keyId=\"$bob->{key_id}\",headers=\"date\",signature=\"AAAA\"";
$peer->change_actor($bob, key => 1);
$cardume->psql("UPDATE actor SET refreshed_at = now() - interval '1 hour'
	WHERE url = '$bob->{id}'");
$cardume->psql('TRUNCATE fetched');
is signed($documents[0])->{status}, 200, 'a key that was changed';

$cardume->psql("INSERT INTO server_block (host) VALUES ('" . $peer->host . "')");
is signed($documents[0])->{status}, 403, 'a blocked server';
set('federation.authorized_fetch', 'false');
is signed($_)->{status}, 403, "... whatever it asks for: $_" for
	$documents[0], $documents[3];
is plain($documents[0])->{status}, 200, 'others as before';
$cardume->psql("DELETE FROM server_block WHERE host = '" . $peer->host . "'");
is signed($documents[0])->{status}, 200, 'no longer blocked';

set('federation.enabled', 'false');
is plain($_)->{status}, 404, "unfederated: $_" for @documents,
	'/accounts/peertube', $webfinger, $card, $post;
is plain($_)->{status}, 200, "... but $_" for '/.well-known/nodeinfo',
	'/nodeinfo/2.0.json';
is $peer->post("$origin/inbox", $peer->activity($bob, 'Like',
	"$origin/videos/watch/$video->{uuid}"), signer => $bob)->{status}, 403,
	'the inbox takes nothing';
sleep 6; # the frame of pages is kept for five seconds
unlike $client->text("/a/$name?x=" . ++$turn), qr{/interact\?},
	'pages have no ways to other servers';
is $client->json('/api/v1/config?x=' . ++$turn)->{federation}{enabled},
	JSON::PP::false, 'the configuration says so';
set('federation.enabled', 'true');
is plain($documents[0])->{status}, 200, 'and back';

done_testing;
