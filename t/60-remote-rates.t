# SPDX-License-Identifier: AGPL-3.0-or-later
# Likes and dislikes: those of other servers count on our videos, ours are told
# to the servers of other videos.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Federation;
use Cardume::Instances;
use Cardume::Peer;
use Cardume::Rows qw(video_rows);

my $cardume = Cardume->shared;
my $client = $cardume->client;
my $origin = $cardume->origin;
my $peer = Cardume::Peer->start(software => 'peertube');
my $here = Cardume::Federation->new($cardume, $peer);
my ($alice, $bob) = map { $peer->actor($_, path => "/accounts/$_") }
	qw(alice bob);
my $films = $peer->actor('films', type => 'Group', owner => $alice,
	path => '/video-channels/films');

my $ann = person($cardume, 'ann');
my $uuid = video_rows($cardume, $ann->channel);
my $id = "$origin/videos/watch/$uuid";
$here->learn_actor($_) for $films, $bob;

sub counts {
	return $cardume->psql("SELECT likes || ' ' || dislikes FROM video
		WHERE uuid = '$uuid'");
}

# A document as others get it, past nginx' memory.
my $serial = 0;

sub document { $client->activity("$_[0]?now=" . $serial++) }

sub asked {
	my ($path) = @_;
	return $client->get("$path?now=" . $serial++,
		headers => { accept => 'application/activity+json' });
}

subtest 'theirs' => sub {
	my $like = $peer->activity($bob, Like => $id);
	is $here->apply(like => $bob, $like), 'like', 'a like';
	is $here->apply(like => $bob, $like), 'like', 'sent twice';
	is counts(), '1 0', '... counts once';
	my $page = document("/videos/watch/$uuid/likes");
	is $page->{totalItems}, 1, 'the collection';
	is $page->{first}, "$id/likes?page=1", '... has a page';
	$page = $client->activity("/videos/watch/$uuid/likes?page=1&now=1");
	is_deeply $page->{orderedItems}, [$like->{id}], 'with its id';
	is $here->apply(dislike => $bob, $peer->activity($bob, Dislike => $id)),
		'dislike', 'a dislike takes its place';
	is counts(), '0 1', '... in the numbers';
	is $here->apply(undo_rate => $bob, $peer->activity($bob, Undo => $like)),
		'not here', 'a like that is no more cannot be undone';
	is $here->apply(undo_rate => $bob, $peer->activity($bob, Undo =>
		{ type => 'Dislike', actor => $bob->{id}, object => $id,
		id => undef })), 'rate undone', 'without an id';
	is counts(), '0 0', 'nothing is left';
	$here->apply(like => $bob, $like);
	is $here->apply(undo_rate => $alice, $peer->activity($alice,
		Undo => $like->{id})), 'not here', 'nobody undoes another\'s';
	is $here->apply(undo_rate => $bob, $peer->activity($bob,
		Undo => $like->{id})), 'rate undone', 'by its id alone';
	is $here->apply(like => $bob, $peer->activity($bob, EmojiReact => $id,
		content => ':blobcat:')), 'like', 'a picture is a like';
	is $here->apply(like => $films, $peer->activity($films, Like => $id)),
		'ignored: not by an account', 'channels like nothing';
};

subtest 'what they may not' => sub {
	my $hidden = video_rows($cardume, $ann->channel, privacy => 3);
	like $here->apply(like => $bob, $peer->activity($bob,
		Like => "$origin/videos/watch/$hidden")), qr/^refused/,
		'a private video';
	is $here->apply(like => $bob, $peer->activity($bob,
		Like => "$origin/videos/watch/$uuid/comments/1")),
		'ignored: about nothing here', 'something that is not there';
	is $here->apply(like => $bob, $peer->activity($bob, Like => $_)),
		'ignored: about nothing here', 'a hostile object'
		for undef, [], {}, "$origin/w/x' OR 1=1", 7, [[[]]], "\x{1F600}";
	$cardume->psql("INSERT INTO account_block (account_id)
		SELECT c.id FROM account c JOIN actor a ON a.id = c.actor_id
		WHERE a.url = '$bob->{id}'");
	like $here->apply(dislike => $bob, $peer->activity($bob,
		Dislike => $id)), qr/^refused: its actor is blocked/, 'the muted';
	$cardume->psql('DELETE FROM account_block');
};

my $theirs = $peer->video($alice, $films);
my $number = $here->learn_video($theirs);

subtest 'ours' => sub {
	my $rate = "/videos/$number/rate";
	my $like = $ann->url . "/likes/$number";
	$ann->api(PUT => $rate, { rating => 'like' });
	my $got = $peer->wait_for('Like') or return fail 'a Like comes';
	ok $got->{verified}, 'signed' or diag $got->{why};
	is $got->{target}, '/inbox', 'to the shared inbox';
	is_deeply { map { $_ => $got->{json}{$_} } qw(id actor object to cc) },
		{ id => $like, actor => $ann->url, object => $theirs->{id},
		to => [$alice->{id}], cc => [] }, 'a Like';
	is document("/accounts/" . $ann->name . "/likes/$number")->{id}, $like,
		'its id is served';
	is asked('/accounts/' . $ann->name . "/dislikes/$number")->{status}, 404,
		'and not as a dislike';
	is $cardume->psql("SELECT likes FROM video WHERE id = $number"), 1,
		'it counts here';
	is $here->apply(like => $bob, $peer->activity($bob,
		Like => $theirs->{id})), 'ignored: its own server counts',
		'what others say about it does not';

	$peer->forget;
	$ann->api(PUT => $rate, { rating => 'dislike' });
	ok $peer->wait_for('Dislike'), 'a Dislike';
	my @types = map { $_->{json}{type} } $peer->received;
	is_deeply \@types, [qw(Undo Dislike)], 'after the Like was undone';
	my ($undo) = $peer->received('Undo');
	is_deeply [ $undo->{json}{id}, $undo->{json}{object}{id},
		$undo->{json}{object}{type} ], [ "$like/undo", $like, 'Like' ],
		'which is in the Undo';

	$peer->forget;
	$ann->api(PUT => $rate, { rating => 'none' });
	$got = $peer->wait_for('Undo');
	is $got && $got->{json}{object}{type}, 'Dislike', 'none at all';
	is asked('/accounts/' . $ann->name . "/dislikes/$number")->{status}, 404,
		'is not served any more';
	is_deeply [ map { $_->{json}{type} } $peer->received ], ['Undo'],
		'and that is all';
};

subtest 'our likes of our videos' => sub {
	my $own = $cardume->psql("SELECT id FROM video WHERE uuid = '$uuid'");
	$peer->forget;
	$ann->api(PUT => "/videos/$uuid/rate", { rating => 'like' });
	my $like = document('/accounts/' . $ann->name . "/likes/$own");
	is $like->{object}, $id, 'are served';
	$cardume->psql("UPDATE video SET privacy = 3 WHERE uuid = '$uuid'");
	is asked('/accounts/' . $ann->name . "/likes/$own")->{status}, 404,
		'of private ones not';
	is scalar $peer->received, 0, 'nobody is told';
};

subtest 'who leaves' => sub {
	my $leaver = person($cardume, 'leaver');
	$leaver->api(PUT => "/videos/$number/rate", { rating => 'like' });
	ok $peer->wait_for('Like'), 'likes';
	$peer->forget;
	is $leaver->call(DELETE => '/users/me')->{status}, 204, 'and leaves';
	my $undo = $peer->wait_for('Undo') or return fail 'an Undo comes';
	is $undo->{json}{actor}, $leaver->url, 'its likes are undone';
};

done_testing;
