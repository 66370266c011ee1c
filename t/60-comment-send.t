# SPDX-License-Identifier: AGPL-3.0-or-later
# Comments of ours as other servers get them: whom they are sent to, their
# documents, their ends; and what owners decide about those of others.
use strict;
use warnings;
use utf8;
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
my $public = $Cardume::Peer::public;
my $peer = Cardume::Peer->start(software => 'peertube');
my $here = Cardume::Federation->new($cardume, $peer);
my ($alice, $bob) = map { $peer->actor($_, path => "/accounts/$_") }
	qw(alice bob);
my $films = $peer->actor('films', type => 'Group', owner => $alice,
	path => '/video-channels/films');
my $theirs = $peer->video($alice, $films);
my $number = $here->learn_video($theirs);
my $their_uuid = $theirs->{uuid};
$here->learn_actor($bob);
my ($ann, $ben) = map { person($cardume, $_) } qw(ann ben);
my $serial = 0;

sub asked {
	my ($url) = @_;
	return $client->get(($url =~ s/^\Q$origin\E//r) . '?now=' . $serial++,
		headers => { accept => 'application/activity+json' });
}

sub document { $client->activity($_[0] =~ s/^\Q$origin\E//r . '?now=' . $serial++) }

# Writes a comment; its number.
sub say {
	my ($who, $video, $text, $parent) = @_;
	return $who->api(POST => "/videos/$video/" . ($parent ?
		"comments/$parent" : 'comment-threads'), { text => $text })
		->{comment}{id};
}

# The next Create or Update of a comment; videos are told, too.
sub is_note {
	my ($got, $type) = @_;
	return ($got->{json}{type} // '') eq $type &&
		ref $got->{json}{object} &&
		$got->{json}{object}{type} eq 'Note';
}
sub created { return $peer->wait_for(sub { is_note($_[0], 'Create') }) }
sub changed { return $peer->wait_for(sub { is_note($_[0], 'Update') }) }

sub follows {
	my ($follower, $name) = @_;
	$cardume->psql("INSERT INTO follow (follower_id, target_id, state)
		SELECT f.id, t.id, 'accepted' FROM actor f, actor t
		WHERE f.url = '$follower->{id}' AND t.name = '$name'");
}

subtest 'on a video of another server' => sub {
	my $id = say($ann, $number, "*Nice*, \@alice\@" . $peer->host .
		" & <b>all</b>: `\@alice\@" . $peer->host . '`');
	my $note = "$origin/videos/watch/$their_uuid/comments/$id";
	my $got = created() or return fail 'a Create comes';
	ok $got->{verified}, 'signed' or diag $got->{why};
	my $create = $got->{json};
	is $create->{signature}{type}, 'RsaSignature2017', 'to be forwarded';
	is $create->{id}, "$note/activity", 'its id';
	is $create->{actor}, $ann->url, 'by the commenter';
	my $object = $create->{object};
	my $link = qq{<span class="h-card"><a href="$alice->{id}" } .
		'class="u-url mention">@alice@' . $peer->host . '</a></span>';
	is $object->{content}, "<p><em>Nice</em>, $link &amp; " .
		'&lt;b&gt;all&lt;/b&gt;: <code>@alice@' . $peer->host .
		"</code></p>\n", 'HTML, with a mention'
		or diag $object->{content};
	is_deeply { map { $_ => $object->{$_} } qw(type id url mediaType to
		inReplyTo attributedTo replyApproval) }, { type => 'Note',
		id => $note, url => $note, mediaType => 'text/html',
		to => [$public], inReplyTo => $theirs->{id},
		attributedTo => $ann->url, replyApproval => undef }, 'a Note';
	is $object->{source}{mediaType}, 'text/markdown', 'and its source';
	like $object->{source}{content}, qr/^\*Nice\*, \@alice/, 'as written';
	is_deeply $object->{cc}, [$ann->url . '/followers', $alice->{id},
		$films->{id}], 'cc';
	is_deeply $object->{tag}, [ { type => 'Mention', href => $alice->{id},
		name => '@alice@' . $peer->host } ], 'the mention';
	is scalar($peer->received), 1, 'once';
	is_deeply document($note)->{content}, $object->{content},
		'its id gives the same';
	is document("$note/activity")->{object}{id}, $note, 'so does its Create';
	my $page = $client->request(GET => $note =~ s/^\Q$origin\E//r,
		headers => { accept => 'text/html' });
	like $page->{headers}{location} // $page->{url},
		qr{/w/[^#]+#comment-$id$}, 'people are shown the video';

	$peer->forget;
	is $ann->call(DELETE => "/videos/$number/comments/$id")->{status}, 204,
		'it is deleted';
	my $delete = $peer->wait_for('Delete') or return fail 'a Delete comes';
	is_deeply [ @{ $delete->{json} }{qw(id actor)} ],
		[ "$note/delete", $ann->url ], 'a Delete';
	is $delete->{json}{object}{id}, $note, 'of the Note';
	ok $delete->{json}{signature}, 'to be forwarded';
	my $gone = asked($note);
	is $gone->{status}, 410, 'which is gone';
	like $gone->{content}, qr/"type" ?: ?"Tombstone"/, 'with a Tombstone';
};

subtest 'on a video of ours' => sub {
	my $uuid = video_rows($cardume, $ann->channel);
	my $id = "$origin/videos/watch/$uuid";
	$peer->forget;
	my $first = say($ben, $uuid, "Hello \@" . $ann->name . "!\n\n- one");
	is asked("$id/comments/$first")->{status}, 200, 'it is served';
	is scalar($peer->received), 0, 'nobody follows, nobody is told';
	my $note = document("$id/comments/$first");
	my $name = $ann->name;
	like $note->{content}, qr{\Q<a href="${\$ann->url}" class="u-url \E
		\Qmention">\E\@\Q$name\E</a></span>!}x,
		'people of ours are named without a host';
	like $note->{content}, qr{<ul>\s*<li>one</li>}, 'lists are lists';

	follows($bob, $ann->channel);
	my $answer = say($ann, $uuid, 'Thanks', $first);
	my $got = created() or return fail 'a Create comes';
	is $got->{json}{object}{inReplyTo}, "$id/comments/$first",
		'to followers of the channel: an answer';
	is_deeply [ map { $_->{href} } @{ $got->{json}{object}{tag} } ],
		[ $ben->url ], 'which mentions whom it answers';
	my $list = document("$id/comments");
	is $list->{totalItems}, 2, 'the collection';
	is_deeply $client->activity("/videos/watch/$uuid/comments?page=1&now=" .
		$serial++)->{orderedItems}, [ map { "$id/comments/$_" } $answer,
		$first ], 'lists both';

	$peer->forget;
	$cardume->psql("UPDATE video SET privacy = 3 WHERE uuid = '$uuid'");
	is asked("$id/comments/$first")->{status}, 404, 'not of private videos';
	say($ann, $uuid, 'For me alone');
	$cardume->psql("UPDATE video SET privacy = 1 WHERE uuid = '$uuid'");
	my $last = say($ann, $uuid, 'For all');
	$got = created();
	is $got && $got->{json}{object}{id}, "$id/comments/$last",
		'what was said there was told to nobody';
};

subtest 'held comments of ours' => sub {
	my $uuid = video_rows($cardume, $ann->channel, comments_policy => 3);
	my $id = "$origin/videos/watch/$uuid";
	$peer->forget;
	my $held = say($ben, $uuid, 'May I?');
	my $note = "$id/comments/$held";
	is asked($note)->{status}, 404, 'are not served';
	is asked("$note/approve-reply")->{status}, 404, 'nor approved';
	say($ann, $uuid, 'A word of the owner');
	my $got = created();
	isnt $got && $got->{json}{object}{id}, $note, 'nor sent';
	$peer->forget;
	is $ann->call(POST => "/videos/$uuid/comments/$held/approve")->{status},
		204, 'until they are approved';
	$got = created() or return fail 'a Create comes';
	is $got->{json}{object}{replyApproval}, "$note/approve-reply",
		'they say so';
	my $approval = document("$note/approve-reply");
	is_deeply [ @$approval{qw(type actor object inReplyTo)} ],
		[ 'ApproveReply', $ann->url, $note, $id ], 'it is served';
};

subtest 'others\' comments are approved' => sub {
	my $uuid = video_rows($cardume, $ann->channel, comments_policy => 3);
	my $id = "$origin/videos/watch/$uuid";
	$peer->forget;
	my %note = map { $_ => $peer->note($bob, inReplyTo => $id) } 1, 2;
	my %number = map { $_ => $here->learn_comment($note{$_}) } 1, 2;
	my ($told) = grep { $_->{type} == 2 && $_->{comment}{id} == $number{2} }
		@{ $ann->api(GET => '/users/me/notifications')->{data} };
	is_deeply [ @{ $told->{comment}{account} }{qw(name host)} ],
		[ 'bob', $peer->host ], 'the owner is told by whom';
	ok $told->{comment}{heldForReview}, 'and that it waits';
	is asked("$id/comments/$number{1}")->{status}, 404, 'it waits';
	is scalar(grep { $_->{json}{object} eq $note{1}{id} }
		$peer->received), 0, '... and nobody is told';
	$ann->api(POST => "/videos/$uuid/comments/$number{1}/approve");
	my $got = $peer->wait_for('ApproveReply')
		or return fail 'an ApproveReply comes';
	is $got->{target}, '/accounts/bob/inbox', 'to its author';
	is_deeply [ @{ $got->{json} }{qw(actor object id)} ], [ $ann->url,
		$note{1}{id}, "$id/comments/$number{1}/approve-reply" ], 'of it';
	my $there = asked("$id/comments/$number{1}");
	is $there->{redirects}[0]{status}, 302, 'it is to be had elsewhere';
	is $there->{url}, $note{1}{id}, 'by its id';
	$ann->api(DELETE => "/videos/$uuid/comments/$number{2}");
	$got = $peer->wait_for('RejectReply');
	is $got && $got->{json}{object}, $note{2}{id}, 'or it is rejected';
	$peer->forget;
	$ann->api(DELETE => "/videos/$uuid/comments/$number{1}");
	$got = $peer->wait_for('Delete') or return fail 'a Delete comes';
	is_deeply [ $got->{json}{actor}, $got->{json}{object}{id} ],
		[ $ann->url, $note{1}{id} ], 'the owner deletes one';
};

subtest 'ours wait for another server' => sub {
	my $guarded = $peer->video($alice, $films, commentsPolicy => 3,
		canReply => $public);
	my $video = $here->learn_video($guarded);
	$peer->forget;
	my $comment = say($ann, $video, 'Let me in');
	my $note = "$origin/videos/watch/$guarded->{uuid}/comments/$comment";
	ok created(), 'it is sent to be approved';
	is asked($note)->{status}, 200, '... and served';
	my $threads = "/api/v1/videos/$video/comment-threads";
	unlike $client->text("$threads?count=1"), qr/Let me in/,
		'here it is not shown yet';
	my $approval = $peer->activity($alice, ApproveReply => $note,
		inReplyTo => $guarded->{id});
	like $here->apply(approve_reply => $bob, { %$approval,
		actor => $bob->{id} }), qr/^refused/, 'not by anybody';
	$peer->forget;
	is $here->apply(approve_reply => $alice, $approval), 'comment approved',
		'by the owner';
	my $got = created() or return fail 'it is sent again';
	is $got->{json}{object}{replyApproval}, $approval->{id},
		'with the approval';
	like $client->text("$threads?count=2"), qr/Let me in/,
		'now it is shown';
	is $here->apply(approve_reply => $alice, { %$approval, object => $_ }),
		'not here', 'of something else: nothing'
		for $guarded->{id}, "$note/x", undef, {};
};

subtest 'other words for ours' => sub {
	my $them = '@' . $bob->{name} . '@' . $peer->host;
	$peer->forget;
	my $id = say($ann, $number, "Before, $them");
	my $note = "$origin/videos/watch/$their_uuid/comments/$id";
	ok created(), 'a comment on theirs';
	is document($note)->{updated}, document($note)->{published},
		'not changed yet';
	$peer->forget;
	my $page = $ann->browser->get("/w/$their_uuid");
	$ann->browser->follow_form($page, { text => 'After *all*' },
		which => qr{/$id/edit});
	my $got = changed() or return fail 'an Update comes';
	my $update = $got->{json};
	is $update->{signature}{type}, 'RsaSignature2017', 'to be forwarded';
	like $update->{id}, qr{^\Q$note\E/updates/}, 'its id';
	my $object = $update->{object};
	is $object->{content}, "<p>After <em>all</em></p>\n", 'the new words';
	is $object->{source}{content}, 'After *all*', 'and their source';
	cmp_ok $object->{updated}, 'gt', $object->{published}, 'changed since';
	is_deeply $object->{tag}, [], 'nobody is mentioned any more';
	is scalar($peer->received), 1, 'once';
	is document($note)->{updated}, $object->{updated}, 'so says its id';

	# a server that is away gets them in order, and no Update after the end
	$peer->forget;
	$peer->stop;
	$id = say($ann, $number, 'One');
	$ann->browser->follow_form("/w/$their_uuid", { text => $_ },
		which => qr{/$id/edit}) for 'Two', 'Three';
	$ann->api(DELETE => "/videos/$number/comments/$id");
	$peer->go_on;
	$cardume->program('cardume', 'host', 'retry', $peer->host);
	ok $peer->wait_for('Delete', 60), 'the end comes';
	unlike join(' ', map { $_->{json}{type} } $peer->received),
		qr/Delete.*Update/, 'after all else';

	# what is approved after a change is told to those who had it before
	my $uuid = video_rows($cardume, $ann->channel, comments_policy => 3);
	follows($bob, $ben->name);
	$id = say($ben, $uuid, 'First');
	$ann->api(POST => "/videos/$uuid/comments/$id/approve");
	ok created(), 'approved';
	$peer->forget;
	$ben->browser->follow_form("/w/$uuid", { text => 'Second' },
		which => qr{/$id/edit});
	is asked("$origin/videos/watch/$uuid/comments/$id")->{status}, 404,
		'other words wait';
	ok !(grep { is_note($_, 'Update') } $peer->received), 'and are not sent';
	$ann->api(POST => "/videos/$uuid/comments/$id/approve");
	ok changed(), 'until they are approved, too';

	my $guarded = $peer->video($alice, $films, commentsPolicy => 3,
		canReply => $public);
	my $video = $here->learn_video($guarded);
	$id = say($ann, $video, 'Let me in');
	$page = $ann->browser->get("/w/$guarded->{uuid}");
	unlike $page->{content}, qr{/$id/edit}, 'where others approve: no form';
	my ($csrf) = $page->{content} =~ /name="csrf" value="([^"]+)"/;
	my $answer = $ann->browser->post("/w/$guarded->{uuid}/comments/$id/edit",
		{ csrf => $csrf, text => 'Let me' });
	is $answer->{status}, 409, 'and no change';
	like $answer->{content}, qr/write another/, 'the reason is told';
};

subtest 'who leaves takes it along' => sub {
	my $leaver = person($cardume, 'leaver');
	say($leaver, $number, 'Good bye');
	ok $peer->wait_for(sub { ($_[0]{json}{actor} // '') eq $leaver->url }),
		'a comment';
	is $leaver->call(DELETE => '/users/me')->{status}, 204, 'leaves';
	my $delete = $peer->wait_for(sub { $_[0]{json}{type} eq 'Delete' &&
		$_[0]{json}{actor} eq $leaver->url });
	ok $delete, 'and its comments with it';
};

done_testing;
