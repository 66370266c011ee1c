# SPDX-License-Identifier: AGPL-3.0-or-later
# What is asked of other servers for one activity or job, and how: signatures in
# one style after the other, WebFinger by host-meta, pages that name a document,
# and bounds on all of it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume qw(wait_until);
use Cardume::Inbox;
use Cardume::Peer;
use Cardume::Rows qw(video_rows sql_text);
use JSON::PP qw(encode_json);

my $cardume = Cardume->shared;
my $peer = Cardume::Peer->start;
my $inbox = $cardume->origin . '/inbox';
my $bob = $peer->actor('bob');

# Runs a job; the error it ended with, '' when it is done.
sub fetched {
	my (%payload) = @_;
	my $json = sql_text(encode_json(\%payload));
	my $id = $cardume->psql("INSERT INTO job (queue, max_attempt, payload)
		VALUES (15, 1, $json) RETURNING id");
	my $error;
	wait_until { $error = $cardume->psql("SELECT coalesce((SELECT CASE
		WHEN state = 4 THEN error ELSE 'waits' END FROM job
		WHERE id = $id), '')"); $error ne 'waits' } 60;
	return $error;
}

sub actor_at {
	return $cardume->psql('SELECT name FROM actor WHERE url = '
		. sql_text($_[0]));
}

subtest 'a page that names its document' => sub {
	my $cid = $peer->actor('cid');
	my $page = $peer->set('/@cid', type => 'text/html; charset=utf-8',
		body => '<html><link rel="alternate" type='
		. "'application/activity+json' href=\"$cid->{id}\"></html>");
	is fetched(what => 'object', url => $page), '', 'by the page';
	is actor_at($cid->{id}), $cid->{handle}, 'the actor is found';
	my $dan = $peer->actor('dan');
	my $other = Cardume::Peer->start;
	$page = $other->set('/dan', type => 'text/html', body => '<link rel='
		. "alternate type=application/activity+json href=$dan->{id}>");
	like fetched(what => 'object', url => $page), qr/type/,
		'not where it is of another server';
	is actor_at($dan->{id}), '', 'nobody is found';
	is fetched(what => 'nonsense'), 'there is no such job', 'no such job';
};

subtest 'signatures that are refused' => sub {
	my $path = '/users/secret?x=1';
	$peer->set($path, status => 401, body => '');
	$peer->forget;
	isnt fetched(what => 'object', url => $peer->url($path)), '', 'refused';
	my @signed = map { $_->{headers} } grep { $_->{target} eq $path }
		$peer->requests;
	is scalar @signed, 3, 'asked three times';
	is scalar(grep { $_->{'signature-input'} } @signed), 1,
		'once as of RFC 9421';
	is scalar(grep { $_->{signature} && $_->{'signature-input'}
		&& $_->{signature} =~ /keyId/ } @signed), 0, 'never as both';
};

subtest 'WebFinger' => sub {
	my $eve = $peer->actor('eve');
	is fetched(what => 'handle', handle => $eve->{handle}), '', 'a handle';
	is actor_at($eve->{id}), $eve->{handle}, 'is found';
	my $far = Cardume::Peer->start;
	my $fay = $far->actor('fay');
	my $usual = "/.well-known/webfinger?resource=acct:$fay->{handle}";
	$far->set($usual, status => 404);
	like fetched(what => 'handle', handle => $fay->{handle}),
		qr/nobody has this name/, 'not at its usual place';
	$cardume->psql("DELETE FROM fetched WHERE url LIKE 'acct:%'");
	$far->set('/.well-known/host-meta', type => 'application/xrd+xml',
		body => '<?xml version="1.0"?><XRD xmlns="http://docs.oasis-'
		. 'open.org/ns/xri/xrd-1.0"><Link rel="lrdd" template="'
		. $far->url('/wf?uri={uri}') . '"/></XRD>');
	$far->set("/wf?uri=acct:$fay->{handle}", type => 'application/jrd+json',
		body => $far->{paths}{$usual}{body});
	is fetched(what => 'handle', handle => $fay->{handle}), '',
		'where host-meta says';
	is actor_at($fay->{id}), $fay->{handle}, 'is found';
};

subtest 'documents' => sub {
	my %bad = ('no JSON' => 'x', 'a key twice' => '{"id":1,"id":2}',
		'too deep' => '{"a":' . '[' x 50 . ']' x 50 . '}',
		'NUL' => '{"a":"\\u0000"}',
		'another id' => '{"id":"https://other.example/x"}',
		'no id' => '{"type":"Person"}', 'a list' => '[]');
	for my $what (sort keys %bad) {
		my $url = $peer->set('/documents/' . ($what =~ s/ /-/gr),
			type => 'application/activity+json',
			body => $bad{$what});
		isnt fetched(what => 'object', url => $url), '', $what;
	}
	my $moved = $peer->document('/documents/there', { type => 'Note' });
	my $here = $peer->set('/documents/here', type =>
		'application/activity+json', body => { %$moved });
	isnt fetched(what => 'object', url => $here), '', 'no comment of ours';
	is $peer->hits('/documents/there'), 1, 'its id is asked for';
};

# A chain of answers that has no end, and a web of notes that all mention new
# actors: no activity makes us ask for more than its budget.
subtest 'budgets' => sub {
	my $maker = $cardume->user(Cardume::unique('budget'));
	my $nr = 60;
	my @note = $peer->note($bob, path => '/chain/0', inReplyTo =>
		$peer->url("/chain/$nr"));
	push @note, $peer->note($bob, path => "/chain/$_", inReplyTo =>
		$peer->url('/chain/' . ($_ - 1))) for 1 .. $nr;
	$peer->forget;
	$peer->post($inbox, $peer->activity($bob, 'Create', $note[-1]),
		signer => $bob);
	is_idle($cardume, 90);
	my $asked = grep { $_->{target} =~ m{^/chain/} } $peer->requests;
	cmp_ok $asked, '>', 3, "an endless chain: asked $asked times";
	cmp_ok $asked, '<=', 20, 'and no more';
	my $kept = $cardume->psql("SELECT note FROM inbox WHERE state = 3
		AND body LIKE '%/chain/$nr\"%' ORDER BY id DESC LIMIT 1");
	ok $kept, "refused: $kept";
};

done_testing;
