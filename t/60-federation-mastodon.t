# SPDX-License-Identifier: AGPL-3.0-or-later
# What people of a Mastodon do with a video of ours, in Mastodon's own words: a
# real reply of one (from PeerTube's tests) with its ids moved to a scripted
# server and signed by a key of that.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Instances;
use Cardume::Peer;
use Cardume::Samples;
use Cardume::Video;

plan skip_all => 'no ../shared/data/federation-samples here'
	unless Cardume::Samples::folder();
my $cardume = Cardume->shared;
my $ann = person($cardume, 'ann');
my $root = person($cardume, 'root', exists => 1);
my $video = Cardume::Video->make($cardume, $ann->name, name => 'Answer me');
my $url = $cardume->origin . "/videos/watch/$video->{uuid}";
my $inbox = $cardume->origin . '/inbox';
my $peer = Cardume::Peer->start(software => 'mastodon');
my $ron = $peer->actor('ronan2', summary => '<p>I answer</p>');

# Mastodon's reply of 2018 to a video.
sub reply {
	my ($nr, $content, %o) = @_;
	my $reply = Cardume::Samples::one(
		'mastodon/peertubetest-create-bad-signature.json');
	$reply = Cardume::Samples::rehost($reply, 'http://localhost:3000',
		$peer->origin);
	$reply = Cardume::Samples::rehost($reply, 'http://localhost:9000',
		$cardume->origin);
	$reply = Cardume::Samples::rehost($reply, $cardume->origin .
		'/accounts/ronan', $ann->url);
	my $id = "$ron->{id}/statuses/$nr";
	my $note = $reply->{object};
	@$note{qw(id atomUri url)} = ($id, $id,
		$peer->url("/\@ronan2/$nr"));
	$reply->{id} = "$id/activity";
	Cardume::Samples::answering($note, $url);
	$note->{content} = $content if defined $content;
	$note->{contentMap} = { en => $note->{content} };
	%$note = (%$note, %o);
	$peer->document("/users/ronan2/statuses/$nr", $note);
	return $reply;
}

sub send_it {
	my ($activity, %o) = @_;
	my $answer = $peer->post($inbox, $activity, signer => $ron, %o);
	like $answer->{status}, qr/^20[024]$/, "$activity->{type} is taken"
		or diag $answer->{content};
}

sub about { $ann->api(GET => "/videos/$video->{uuid}") }

sub comments {
	return @{ $ann->api(GET => "/videos/$video->{uuid}/comment-threads")
		->{data} };
}

# A subtest whose end is not the end of the others.
sub step {
	my ($what, $block) = @_;
	subtest $what => sub {
		eval { $block->(); 1 } or fail("it goes on: $@");
	};
}

step 'a reply is a comment' => sub {
	my $create = reply(1);
	send_it($create);
	wait_for { comments() == 1 } 15, 'the comment is there';
	my ($comment) = comments();
	is $comment->{url}, $create->{object}{id}, 'with its address';
	is "$comment->{account}{name}\@$comment->{account}{host}",
		$ron->{handle}, 'and author';
	my $page = $ann->html("/w/$video->{uuid}");
	like $page, qr/\@<span>ronan<\/span>|\@ronan/, 'the page shows it';
	like $page, qr{<a\ href="\Q@{[$cardume->origin]}\E/accounts/
		[^"]*"[^>]*\brel="[^"]*nofollow}x, 'with its mention as a link';
	unlike $page, qr/u-url mention|&lt;span/, 'as HTML, and no more of it';
	wait_for { grep { $_->{type} == 2 && $_->{comment}{account}{name} eq
		'ronan2' } @{ $ann->api(GET => '/users/me/notifications')
		->{data} } } 10, 'the owner is told';
	is $cardume->psql("SELECT comments FROM video WHERE id = $video->{id}"),
		1, 'it is counted';
	my $profile = $ann->html("/a/$ron->{handle}");
	like $profile, qr{<p>I answer</p>}, 'its author has a page';
};

step 'HTML of others is made safe' => sub {
	send_it(reply(2, '<p>Evil <script>alert("x1")</script>' .
		'<img src=x onerror=alert("x2")><b onclick="x3()">bold</b> ' .
		'<a href="javascript:x4()">go</a> <a href="https://ok.example/"' .
		' onmouseover="x5()">there</a> <style>*{x6}</style>' .
		'<iframe src="https://x7.example"></iframe>' .
		'<svg onload=x8()></svg></p><table><tr><td>unclosed'));
	wait_for { comments() == 2 } 15, 'the comment is there';
	my $page = $ann->html("/w/$video->{uuid}");
	like $page, qr/Evil/, 'the page has its text';
	like $page, qr{<(?:b|strong)>bold</}, 'bold is bold';
	like $page, qr{<a href="https://ok\.example/"[^>]*>there</a>},
		'a link is a link';
	unlike $page, qr/$_/, "no $_" for map { "x$_\\b" } 1 .. 8;
	like $page, qr/unclosed.*<\/html>/s, 'what is open is closed';
};

step 'it is edited' => sub {
	my $note = reply(1, '<p>Said better</p>',
		updated => '2026-11-27T00:00:00Z')->{object};
	send_it({ '@context' => $Cardume::Peer::context, type => 'Update',
		id => "$note->{id}#updates/1", actor => $ron->{id},
		to => $note->{to}, object => $note });
	wait_for { $ann->html("/w/$video->{uuid}") =~ /Said better/ } 15,
		'the page has the new text';
	is scalar(comments()), 2, 'it is the same comment';
};

step 'likes and boosts' => sub {
	my $like = { '@context' => $Cardume::Peer::context->[0], type => 'Like',
		id => "$ron->{id}#likes/1", actor => $ron->{id},
		object => $url };
	send_it($like);
	wait_for { about()->{likes} == 1 } 15, 'a Like counts';
	send_it($like);
	send_it({ '@context' => $Cardume::Peer::context->[0], type => 'Undo',
		id => "$ron->{id}#likes/1/undo", actor => $ron->{id},
		object => { %$like, '@context' => undef } });
	wait_for { about()->{likes} == 0 } 15, 'Undo takes it back';
	sleep 1;	# a request with the same Date is a replay
	send_it($like);
	wait_for { about()->{likes} == 1 } 15, 'the same id counts anew';
	my $boost = { '@context' => $Cardume::Peer::context->[0],
		type => 'Announce', id => "$ron->{id}/statuses/9/activity",
		actor => $ron->{id}, object => $url,
		to => [$Cardume::Peer::public],
		published => '2026-11-27T00:00:00Z' };
	send_it($boost);
	wait_for { $cardume->psql("SELECT count(*) FROM share s JOIN actor a
		ON a.id = s.actor_id WHERE a.name = '$ron->{handle}'") == 1 }
		15, 'an Announce is a share';
	send_it({ type => 'Undo', id => "$boost->{id}/undo",
		actor => $ron->{id}, object => $boost });
	wait_for { $cardume->psql("SELECT count(*) FROM share s JOIN actor a
		ON a.id = s.actor_id WHERE a.name = '$ron->{handle}'") == 0 }
		15, 'Undo takes it back';
};

step 'what is no comment for all' => sub {
	send_it(reply(3, '<p>For you alone</p>', to => [ $ann->url ],
		cc => []));
	send_it(reply(4, undef, name => 'A vote', content => undef,
		contentMap => undef));
	send_it(reply(5, '<p>To followers</p>', to =>
		["$ron->{id}/followers"], cc => []));
	send_it(reply(6, '<p>After these</p>'));
	wait_for { $ann->html("/w/$video->{uuid}") =~ /After these/ } 15,
		'one that is';
	unlike $ann->html("/w/$video->{uuid}"),
		qr/For you alone|A vote|To followers/, 'the others are not shown';
};

step 'a report of its server' => sub {
	my $server = $peer->actor('mastodon.internal', type => 'Application',
		path => '/actor');
	send_it({ '@context' => $Cardume::Peer::context->[0], type => 'Flag',
		id => $peer->new_id('flags'), actor => $server->{id},
		content => 'Please look at this', to => $ann->url,
		object => [ $ann->url, $url ] }, signer => $server);
	wait_for { grep { $_->{reason} =~ /Please look/ } @{ $root->api(GET =>
		'/abuses')->{data} } } 15, 'is among the reports';
};

step 'somebody follows' => sub {
	for my $who ([ $ann->url, 'account' ], [ $ann->channel_url,
			'channel' ]) {
		my ($id, $what) = @$who;
		my $follow = $peer->activity($ron, 'Follow', $id);
		send_it($follow);
		my $accept = $peer->wait_for(sub { my $a = $_[0]{json};
			$a->{type} eq 'Accept' && $a->{actor} eq $id }, 15);
		ok $accept, "the $what accepts" or next;
		ok $accept->{verified}, 'by a signature that is right' or
			diag $accept->{why};
		is $accept->{target}, '/users/ronan2/inbox',
			'in the personal inbox';
		is $accept->{json}{object}{id}, $follow->{id},
			'with the id of the Follow';
	}
	my $new = $ann->upload(name => 'For Mastodon');
	my $id = $cardume->origin . "/videos/watch/$new";
	my $create = $peer->wait_for(sub { $_[0]{json}{type} eq 'Create' &&
		ref $_[0]{json}{object} && $_[0]{json}{object}{id} eq $id }, 15);
	ok $create, 'a new video comes as Create' or return;
	is $create->{target}, '/inbox', 'to the shared inbox';
	ok $create->{verified}, 'signed' or diag $create->{why};
	is $create->{json}{actor}, $ann->url, 'by the account';
	is $create->{json}{object}{attributedTo}[0]{id}, $ann->url,
		'whose it is first of all';
	my $announce = $peer->wait_for(sub { $_[0]{json}{type} eq 'Announce' &&
		Cardume::Samples::id($_[0]{json}{object}) eq $id &&
		$_[0]{json}{actor} eq $ann->channel_url }, 15);
	ok $announce, 'and as Announce by the channel' or return;
	ok $announce->{verified}, 'signed' or diag $announce->{why};
	is scalar(grep { $_->{json}{id} eq $create->{json}{id} }
		$peer->received), 1, 'once';
};

step 'it is deleted' => sub {
	my $id = "$ron->{id}/statuses/2";
	$peer->set('/users/ronan2/statuses/2', status => 404, body => '{}');
	send_it({ '@context' => $Cardume::Peer::context->[0], type => 'Delete',
		id => "$id#delete", actor => $ron->{id},
		to => [$Cardume::Peer::public],
		object => { id => $id, type => 'Tombstone', atomUri => $id } });
	wait_for { $ann->html("/w/$video->{uuid}") !~ /Evil/ } 15,
		'from the page';
	like $ann->html("/w/$video->{uuid}"), qr/Said better/,
		'the others stay';
};

step 'its author is deleted' => sub {
	$peer->remove_actor($ron);
	send_it({ '@context' => $Cardume::Peer::context->[0], type => 'Delete',
		id => "$ron->{id}#delete", actor => $ron->{id},
		to => [$Cardume::Peer::public], object => $ron->{id} });
	wait_for { $ann->html("/w/$video->{uuid}") !~
		/Said better|After these/ } 15, 'with all comments';
	wait_for { about()->{likes} == 0 } 10, 'and likes';
	is $cardume->psql("SELECT count(*) FROM follow f JOIN actor a
		ON a.id = f.follower_id WHERE a.name = '$ron->{handle}'"), 0,
		'and follows';
};
done_testing;
