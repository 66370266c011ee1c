# SPDX-License-Identifier: AGPL-3.0-or-later
# Three instances of ours: what is said on the third about a video of the first
# comes to the second, which follows the first alone, by the first's hands and
# with its author's own signature.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Instances;
use Cardume::Peer;
use Cardume::Video;

my ($home, $near) = instances(2);
my $far = Cardume->shared;
my $ann = person($home, 'ann');		# whose video it is
my $bob = person($near, 'bob');		# follows her
my $eve = person($far, 'eve');		# only talks
my $near_root = person($near, 'root', exists => 1);
my $uuid = Cardume::Video->make($home, $ann->name, name => 'Three')->{uuid};
my $url = $home->origin . "/videos/watch/$uuid";

# The comment whose text is like that, as somebody's instance has it.
sub comment {
	my ($who, $text) = @_;
	my ($thread) = grep { $_->{text} =~ $text } @{ $who->api(GET =>
		"/videos/$uuid/comment-threads?count=100")->{data} };
	return $thread;
}

# How the instance of the follower has it: as its author signed it, or not.
sub kept {
	my ($text) = @_;
	return $near->psql("SELECT coalesce(activity::jsonb #>>
		'{signature,type}', 'unsigned') FROM comment
		WHERE text LIKE '%$text%'");
}

sub say_it {
	my ($text) = @_;
	return $eve->api(POST => "/videos/$uuid/comment-threads",
		{ text => $text })->{comment};
}

sub step {
	my ($what, $block) = @_;
	subtest $what => sub {
		eval { $block->(); 1 } or fail("it goes on: $@");
	};
}

step 'who knows whom' => sub {
	is $bob->call(POST => '/users/me/subscriptions',
		{ uri => $ann->channel_handle })->{status}, 204, 'bob follows';
	wait_for { $bob->call(GET => "/videos/$uuid")->{status} == 200 } 30,
		'and has the video';
	wait_for { @{ $eve->api(GET => "/search/videos?search=$url")->{data} }
	} 20, 'eve has looked it up';
	is $near->psql("SELECT count(*) FROM host WHERE name = '" . $eve->host
		. "'"), 0, 'bob\'s and eve\'s have never met';
};

step 'a comment is handed on' => sub {
	say_it('First of three');
	wait_for { comment($ann, qr/First of three/) } 15, 'it came to ann';
	my $got = wait_for { comment($bob, qr/First of three/) } 15,
		'and from there to bob';
	is "$got->{account}{name}\@$got->{account}{host}", $eve->handle,
		'as eve\'s';
	is kept('First of three'), 'RsaSignature2017',
		'believed for her own signature';
	wait_for { $bob->html("/w/$uuid") =~ /First of three/ } 5,
		'bob\'s page shows it';
};

# PeerTube and we have no edits of comments, others have; many of them sign
# nothing that can be handed on: it is asked of its origin, now.
step 'a change is handed on' => sub {
	my $peer = Cardume::Peer->start(address => '127.0.0.5');
	my $dan = $peer->actor('dan');
	my $note = $peer->note($dan, inReplyTo => $url,
		content => '<p>Said hastily</p>');
	my $path = substr $note->{id}, length $peer->origin;
	my $send = sub { $peer->post($home->origin . '/inbox',
		$peer->activity($dan, $_[0], $note, to => $note->{to}),
		signer => $dan) };
	$send->('Create');
	wait_for { comment($bob, qr/Said hastily/) } 20, 'bob has the first';
	@$note{qw(content updated)} = ('<p>Said better</p>',
		Cardume::Peer::Signature::iso_date(time + 1));
	$peer->document($path, $note);
	$send->('Update');
	wait_for { comment($bob, qr/Said better/) } 20, 'and then the second';
	is kept('Said better'), 'unsigned', 'asked of its origin';
	ok !comment($bob, qr/Said hastily/), 'in its place';
	$peer->set($path, status => 410);
	$send->('Delete');
	wait_for { !comment($bob, qr/Said better/) } 20, 'in the end neither';
};

step 'the first is down' => sub {
	$home->dev('down');
	say_it('Into the void');
	my $waiting = "SELECT count(*) FROM delivery d JOIN host h
		ON h.id = d.host_id WHERE h.name = '" . $ann->host . "'";
	wait_for { $far->psql("SELECT fails FROM host WHERE name = '" .
		$ann->host . "'") >= 1 } 15, 'it was tried';
	is $far->psql($waiting), 1, 'and waits';
	$home->up('--port', $home->port);
	$ann->api(POST => "/videos/$uuid/comments/" .
		comment($ann, qr/First of three/)->{id},
		{ text => 'Here again' });
	wait_for { $far->psql($waiting) == 0 } 20,
		'a word from there, and it is sent';
	wait_for { comment($bob, qr/Into the void/) } 15, 'it comes to bob';
	is kept('Into the void'), 'RsaSignature2017', 'with its signature';
};

step 'a deletion is handed on' => sub {
	my $id = comment($eve, qr/Into the void/)->{id};
	is $eve->call(DELETE => "/videos/$uuid/comments/$id")->{status}, 204,
		'eve takes it back';
	wait_for { !comment($ann, qr/Into the void/) } 15, 'gone at ann\'s';
	wait_for { !comment($bob, qr/Into the void/) } 15, 'and at bob\'s';
};

step 'who is blocked is not heard by a third either' => sub {
	is $near_root->call(POST => '/server/blocklist/servers',
		{ host => $eve->host })->{status}, 204, 'bob\'s blocks eve\'s';
	say_it('Kept out');
	wait_for { comment($ann, qr/Kept out/) } 15, 'ann hears her';
	$ann->api(POST => "/videos/$uuid/comment-threads",
		{ text => 'Come in' });
	wait_for { comment($bob, qr/Come in/) } 15,
		'what ann says afterwards has come';
	is $near->psql('SELECT count(*) FROM inbox WHERE state < 3'), 0,
		'nothing waits';
	is kept('Kept out'), '', 'hers is not there';
	ok !comment($bob, qr/First of three/), 'nor is the older one shown';
};
done_testing;
