# SPDX-License-Identifier: AGPL-3.0-or-later
# Two instances, and what people of one do that those of the other see: they
# change their words, mention each other, and move; and what is left of it
# while one instance mutes the other.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Instances;
use Cardume::Peer;
use Cardume::Rows qw(video_rows);

my ($here, $there) = instances(2);
my ($ann, $cat) = map { person($here, $_) } qw(ann cat);
my ($bob, $eve) = map { person($there, $_) } qw(bob eve);
my $film = video_rows($here, $ann->channel, name => 'A film');

# A subtest whose end is not the end of the others.
sub step {
	my ($what, $block) = @_;
	subtest $what => sub {
		eval { $block->(); 1 } or fail("it goes on: $@");
	};
}

# What they see of a video's page.
sub shown {
	my ($who, $wanted) = @_;
	return $who->html("/w/$film") =~ $wanted;
}

# Gives the comment of these words other ones.
sub change {
	my ($who, $old, $new) = @_;
	my ($id) = $who->instance->psql("SELECT id FROM comment
		WHERE text LIKE '$old%'");
	return $who->browser->follow_form("/w/$film", { text => $new },
		which => qr{/$id/edit});
}

step 'other words' => sub {
	my $url = $here->origin . "/videos/watch/$film";
	wait_for { @{ $bob->api(GET => "/search/videos?search=$url")->{data} }
		} 30, 'the video is known there';
	my $channel = $ann->channel_handle;
	$bob->api(POST => '/users/me/subscriptions', { uri => $channel });
	wait_for { $ann->api(GET => '/video-channels/' . $ann->channel .
		'/followers')->{total} } 20, 'its channel is followed';
	$bob->api(POST => "/videos/$film/comment-threads",
		{ text => 'Well *doen*' });
	$ann->api(POST => "/videos/$film/comment-threads",
		{ text => 'Have a loook' });
	wait_for { shown($ann, qr/Well <em>doen/) } 20, 'a comment came';
	wait_for { shown($bob, qr/loook/) } 20, 'so did one of here';
	is change($bob, 'Well', 'Well *done*')->{status}, 200, 'it is changed';
	ok shown($bob, qr/edited <time.*?<em>done/s), 'at once';
	wait_for { shown($ann, qr/edited <time.*?<em>done/s) } 20,
		'and where the video is';
	is $here->psql("SELECT count(*) FROM comment WHERE text LIKE '%Well%'"),
		1, '... once';
	change($ann, 'Have', 'Have a look');
	wait_for { shown($bob, qr/edited <time[^\n]*\n<\/div>\n[^\n]*Have a look</) }
		20, 'followers of the channel see a change, too';
};

# How often somebody was told of a mention.
sub told { $_[0]->api(GET => '/users/me/notifications?typeOneOf=11')->{total} }

step 'mentions' => sub {
	my $ours = video_rows($there, $eve->channel, name => 'Elsewhere');
	is $there->psql("SELECT count(*) FROM actor
		WHERE name = '@{[ $cat->handle ]}'"), 0, 'not heard of';
	$eve->api(POST => "/videos/$ours/comment-threads", { text =>
		'What do you think, @' . $cat->handle . '?' });
	wait_for { my $page = $eve->browser->get("/w/$ours")->{content};
		$page =~ m{<a href="/a/\Q@{[ $cat->handle ]}\E" class="u-url mention">}
	} 20, 'whom the server did not know is found';
	wait_for { told($cat) } 20, 'and told';
	my $note = $cat->api(GET => '/users/me/notifications')->{data}[0];
	is $note->{comment}{account}{name}, $eve->name, 'by whom';

	$cat->api(POST => "/videos/$film/comment-threads", { text =>
		'@' . $eve->channel_handle . ' and @' . $ann->name . ' know' });
	wait_for { told($eve) } 20, 'a channel elsewhere is mentioned, too';
	is told($ann), 0, 'the owner of the video hears of a comment';
	like $cat->html("/w/$film"), qr{<a href="/c/\Q@{[ $eve->channel_handle
		]}\E" [^>]*>\@\S+</a></span> and .*<a href="/a/@{[ $ann->name ]}"},
		'links on the page';
	$eve->api(POST => '/users/me/blocklist/accounts',
		{ accountName => $cat->handle });
	my $last = '@' . $bob->handle . ' @' . $eve->handle . ' again';
	$cat->api(POST => "/videos/$film/comment-threads", { text => $last });
	wait_for { told($bob) } 20, 'one more';
	is told($eve), 0, 'nothing of whom one has muted';
};

# Sends a form of the page about moving; its text.
sub move {
	my ($who, $action, $name, $address) = @_;
	my $answer = $who->browser->follow_form('/my-account/move',
		{ address => $address },
		which => qr{/my-account/$action (?!.*name="name".*name="name").*"$name"}s);
	return $answer->{content};
}

# The documents of actors are kept by nginx for some seconds.
sub actor {
	my ($instance, $path) = @_;
	return $instance->client->activity("$path?now=" . unique('x'));
}

step 'a channel moves' => sub {
	my ($old, $new) = ($cat->channel, $eve->channel);
	my $peer = Cardume::Peer->start;
	my $dan = $peer->actor('dan');
	my $follow = sub { $peer->post($here->origin . '/inbox', $peer->activity(
		$dan, Follow => $cat->channel_url), signer => $dan) };
	$follow->();
	ok $peer->wait_for('Accept'), 'a follower on a third server';
	$ann->api(POST => '/users/me/subscriptions',
		{ uri => $cat->channel_handle });
	$bob->api(POST => '/users/me/subscriptions',
		{ uri => $cat->channel_handle });
	wait_for { $cat->api(GET => "/video-channels/$old/followers")->{total}
		== 3 } 20, 'one here, and one on the second';

	like move($cat, 'move', $old, 'no address'), qr/This is no address.*value="no address"/s,
		'nonsense is told, and kept';
	like move($cat, 'move', $old, $cat->handle), qr/not of the same kind/,
		'a channel becomes no account';
	like move($cat, 'move', $old, $cat->channel_handle), qr/the same one/,
		'nor itself';
	like move($cat, 'move', $old, 'nobody@' . $bob->host),
		qr/nobody has this name/, 'nor nobody';
	like move($cat, 'move', $old, $eve->channel_handle),
		qr/does not say that it is also known/, 'nor who does not know';
	is_deeply [ $ann->api(GET => '/users/me/subscriptions/exist?uris=' .
		$cat->channel_handle)->{$cat->channel_handle} ? 1 : 0 ], [1],
		'nobody has moved';

	like move($eve, 'move/alias', $new, $cat->channel_handle),
		qr{\Q@{[ $cat->channel_url ]}\E}, 'it is named there';
	is_deeply actor($there, "/video-channels/$new")->{alsoKnownAs},
		[ $cat->channel_url ], 'its document says so';
	$peer->forget;
	like move($cat, 'move', $old, $eve->channel_handle),
		qr{Has moved:.*/c/\Q@{[ $eve->channel_handle ]}\E}s, 'it moves';
	is actor($here, "/video-channels/$old")->{movedTo}, $eve->channel_url,
		'its document says so';
	my $got = $peer->wait_for('Move') or return fail 'a Move is sent';
	ok $got->{verified}, 'signed' or diag $got->{why};
	is_deeply [ @{ $got->{json} }{qw(actor object target)} ],
		[ ($cat->channel_url) x 2, $eve->channel_url ], 'a Move';
	ok $peer->wait_for(sub { $_[0]{json}{type} eq 'Update' &&
		($_[0]{json}{object}{movedTo} // '') eq $eve->channel_url }),
		'an Update, too';
	wait_for { my %f = map { ("$_->{follower}{name}\@$_->{follower}{host}"
		=> 1) } @{ $eve->api(GET => "/video-channels/$new/followers")
		->{data} }; $f{$ann->handle} && $f{$bob->handle} } 30,
		'who followed on both servers follows on';
	wait_for { $cat->api(GET => "/video-channels/$old/followers")->{total}
		== 1 } 20, '... and no longer the old one';
	like $ann->html("/c/$old"), qr/Has moved:/, 'its page says so';
	like $bob->html('/c/' . $cat->channel_handle), qr/Has moved:/,
		'there, too';
	$peer->forget;
	$follow->();
	ok $peer->wait_for('Reject'), 'nobody new follows it';
	my $fay = person($here, 'fay');
	$fay->api(POST => '/users/me/subscriptions',
		{ uri => $cat->channel_handle });
	wait_for { $eve->api(GET => "/video-channels/$new/followers")->{total}
		== 3 } 20, 'who would is led on';

	like $cat->browser->follow_form('/my-account/move', {},
		which => '/my-account/move/back')->{content}, qr/here again/,
		'taken back';
	ok !actor($here, "/video-channels/$old")->{movedTo}, 'so says it';
	$peer->forget;
	$follow->();
	ok $peer->wait_for('Accept'), 'it is followed again';
	$eve->browser->follow_form('/my-account/move', {},
		which => '/my-account/move/alias/remove');
	ok !actor($there, "/video-channels/$new")->{alsoKnownAs}, 'a name less';
};

step 'a server is muted' => sub {
	my $root = person($here, 'root', exists => 1);
	my $count = sub { join ' ', map { $_ // 'none' } map { $here->psql(
		"SELECT followers FROM actor WHERE name = '$_'") }
		$ann->channel, $eve->channel_handle };
	my $followers = sub { actor($here, '/video-channels/' . $ann->channel .
		'/followers')->{totalItems} };
	my $told = sub { $ann->api(GET =>
		'/users/me/notifications?typeOneOf=10')->{total} };
	my $told_before = $told->();
	my ($ours, $theirs) = split ' ', $count->();
	is $followers->(), 1, 'bob follows ann';
	is $root->call(POST => '/server/blocklist/servers',
		{ host => $bob->host })->{status}, 204, 'muted';
	is $count->(), ($ours - 1) . ' ' . ($theirs - 2),
		'no follower counts, neither way';
	is $followers->(), 0, '... or is listed';
	$ann->api(POST => "/videos/$film/comment-threads",
		{ text => 'Between us' });
	is $here->psql('SELECT count(*) FROM delivery'), 0, 'nothing is sent';
	is $root->call(DELETE => '/server/blocklist/servers/' . $bob->host)
		->{status}, 204, 'no longer';
	is $followers->(), 1, 'the follower is there again';
	wait_for { $count->() eq "$ours $theirs" } 20,
		'and here who follows has been asked for anew';
	is $told->(), $told_before - 1,
		'of which nobody is told (who is muted was forgotten)';
	$ann->api(POST => "/videos/$film/comment-threads",
		{ text => 'For all' });
	wait_for { shown($bob, qr/For all/) } 20, 'what is said is sent';
	ok !shown($bob, qr/Between us/), 'what was said meanwhile was not';
};

done_testing;
