# SPDX-License-Identifier: AGPL-3.0-or-later
# Two instances, whole, and what people on them do with each other: each step
# is looked at on both sides, by the API and by the pages.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Instances;
use Cardume::Video;

my ($here, $there) = instances(2);
my $ann = person($here, 'ann');		# makes videos
my $cat = person($here, 'cat');		# so does she
my $bob = person($there, 'bob');	# looks at them, elsewhere
my $here_root = person($here, 'root', exists => 1);
my $there_root = person($there, 'root', exists => 1);
my $anns = $ann->channel_handle;
my $cats = $cat->channel_handle;
my $old = 23;
Cardume::Video->make($here, $ann->name, name => "Old film $_",
	age => 1000 + $_) for 1 .. $old;
Cardume::Video->make($here, $cat->name, name => 'A film by cat', age => 5000);

# nginx keeps strangers' answers for some seconds; bob's are made for him.
sub titles { map { $_->{name} } @{ $_[0]->{data} } }

sub shows { my ($page, $text) = @_; return index($page, $text) >= 0 }

# All comments of a thread, flat, in order.
sub texts {
	my ($node) = @_;
	return ($node->{comment}{isDeleted} ? '(deleted)' :
		$node->{comment}{text} =~ s/<[^>]*>|\s+$//gr, map { texts($_) }
		@{ $node->{children} });
}

sub threads {
	my ($who, $uuid) = @_;
	my $list = $who->api(GET => "/videos/$uuid/comment-threads");
	return map { [ texts($who->api(GET =>
		"/videos/$uuid/comment-threads/$_->{id}")) ] }
		@{ $list->{data} };
}

sub said { my ($who, $uuid) = @_; return join '; ', map { join ' < ', @$_ }
	threads($who, $uuid) }

sub find_comment {
	my ($who, $uuid, $text, $field) = @_;
	my @all = @{ $who->api(GET => "/videos/$uuid/comment-threads")
		->{data} };
	for my $thread (@all) {
		my @todo = $who->api(GET =>
			"/videos/$uuid/comment-threads/$thread->{id}");
		while (my $node = shift @todo) {
			return $node->{comment}
				if $node->{comment}{text} =~ $text;
			push @todo, @{ $node->{children} };
		}
	}
	return;
}

# A subtest whose end is not the end of the others.
sub step {
	my ($what, $block) = @_;
	subtest $what => sub {
		eval { $block->(); 1 } or fail("it goes on: $@");
	};
}

step 'a channel is found by its handle' => sub {
	wait_for { my $found = $bob->api(GET =>
		"/search/video-channels?search=$anns");
		grep { $_->{name} eq $ann->channel &&
			$_->{host} eq $ann->host } @{ $found->{data} };
	} 20, 'the search knows it';
	wait_for { my $c = $bob->api(GET => "/video-channels/$anns");
		$c->{url} eq $ann->channel_url && !$c->{isLocal};
	} 10, 'the API tells of it';
	wait_for { shows($bob->html("/c/$anns"), "$anns<") } 10,
		'its page says whose it is';
	wait_for { $bob->api(GET => '/accounts/' . $ann->handle)->{url} eq
		$ann->url } 10, 'its owner has come too';
};

step 'somebody follows it' => sub {
	is $bob->call(POST => '/users/me/subscriptions',
		{ uri => $anns })->{status}, 204, 'bob subscribes';
	wait_for { my $is = $bob->api(GET =>
		"/users/me/subscriptions/exist?uris=$anns"); $is->{$anns};
	} 10, 'it was accepted';
	my $path = '/video-channels/' . $ann->channel . '/followers';
	wait_for { grep { "$_->{follower}{name}\@$_->{follower}{host}" eq
		$bob->handle } @{ $ann->api(GET => $path)->{data} } } 10,
		'the owner sees the follower';
	wait_for { shows($bob->html("/c/$anns"), 'Subscribed') } 10,
		'so does his page of the channel';
	wait_for { $ann->html('/c/' . $ann->channel) =~
		/\b1 (?:follower|subscriber)/ } 15, 'and hers';
	wait_for { grep { $_->{name} eq $ann->channel } @{ $bob->api(GET =>
		'/users/me/subscriptions')->{data} } } 10,
		'it is among his subscriptions';
	wait_for { shows($ann->html('/my-account/notifications') .
		encode(($ann->api(GET => '/users/me/notifications'))),
		$bob->name) } 10, 'she is told';
};

sub encode { JSON::PP->new->canonical->encode($_[0]) }

step 'what it has published before is fetched' => sub {
	my $seen = wait_for { my ($progress) = $bob->html("/c/$anns") =~
		/(\d+) of $old\b/; defined $progress ? "so: $progress" : undef;
	} 30, 'the page of the channel says how many were fetched';
	note $seen // '';
	wait_for { $bob->api(GET => "/video-channels/$anns/videos")->{total}
		== $old } 90, "all $old are here";
	wait_for { shows($bob->html("/c/$anns"), 'Old film 1<') } 15,
		'the page of the channel shows them';
	wait_for { grep { $_ eq 'Old film 1' } titles($bob->api(GET =>
		'/users/me/subscriptions/videos')) } 10,
		'so does his list of subscriptions';
	# Its thumbnails are no pictures.
	is $there->psql("SELECT string_agg(payload || error, chr(10)) FROM job
		WHERE state = 4 AND payload ->> 'what' <> 'picture'"), '',
		'no job is dead';
};

step 'an instance follows another' => sub {
	is $there_root->call(POST => '/server/following',
		{ hosts => [ $ann->host ] })->{status}, 204, 'an admin asks';
	wait_for { grep { $_->{following}{host} eq $ann->host &&
		$_->{state} eq 'accepted' } @{ $there_root->api(GET =>
		'/server/following')->{data} } } 15, 'it was accepted';
	wait_for { grep { $_->{follower}{host} eq $bob->host &&
		$_->{state} eq 'accepted' } @{ $here_root->api(GET =>
		'/server/followers')->{data} } } 15,
		'the other one knows its follower';
	wait_for { grep { $_ eq 'A film by cat' } titles($bob->api(GET =>
		'/videos?count=100')) } 60,
		'videos of channels that nobody follows come too';
	wait_for { shows($bob->html('/videos/browse?scope=federated&count=100')
		. $bob->html("/c/$cats"), 'A film by cat') } 15,
		'their channel has a page';
};

my $new;
step 'a new video appears within 5 s' => sub {
	$new = $ann->upload(name => 'Quite new', description => 'See *this*.',
		tags => ['fish'], waitTranscoding => 'true');
	wait_for { $bob->call(GET => "/videos/$new")->{status} == 200 } 5,
		'by the API';
	my $video = $bob->api(GET => "/videos/$new");
	is $video->{name}, 'Quite new', 'its name';
	is $video->{url}, $here->origin . "/videos/watch/$new", 'its address';
	ok !$video->{isLocal}, 'it is remote';
	is_deeply $video->{tags}, ['fish'], 'its tag';
	is $video->{channel}{host}, $ann->host, 'its channel';
	wait_for { shows($bob->html('/'), 'Quite new') } 5, 'on the home page';
	wait_for { grep { $_->{type} == 1 && $_->{video}{uuid} eq $new }
		@{ $bob->api(GET => '/users/me/notifications')->{data} }
	} 15, 'subscribers are told';
	my $page = $bob->html("/w/$new");
	like $page, qr/Quite new/, 'its page';
	like $page, qr/<em>this<\/em>/, 'with its description';
	like $page, qr{href="\Q@{[$here->origin]}\E/(?:w|videos/watch)/},
		'and a link to the original';
	my ($source) = $page =~ /<source src="([^"]+)"/;
	like $source // '', qr{^\Q@{[$here->origin]}\E/}, 'played from there';
	is $bob->instance->client->get($source, headers =>
		{ range => 'bytes=0-9' })->{status}, 206, 'as one can'
		if $source;
	wait_for { my $path = $bob->api(GET => "/videos/$new")
		->{thumbnailPath}; $path && $there->client->get($path)
		->{status} == 200 } 20, 'its thumbnail is here';
	my $answer = $there->client->get("/videos/watch/$new", redirect => 0,
		headers => { accept => 'application/activity+json' });
	is "$answer->{status} " . ($answer->{headers}{location} // ''),
		"302 $video->{url}", 'its document is at its origin';
};

step 'a thread of comments across both' => sub {
	ok $bob->api(POST => "/videos/$new/comment-threads",
		{ text => 'Fine *fish*' }), 'bob begins';
	wait_for { said($ann, $new) =~ /Fine/ } 10, 'it came';
	wait_for { $ann->html("/w/$new") =~ /Fine <em>fish/ } 10,
		'and is on the page';
	my $his = find_comment($ann, $new, qr/Fine/);
	is $his->{account}{name} . '@' . $his->{account}{host}, $bob->handle,
		'with its author';
	wait_for { grep { $_->{type} == 2 } @{ $ann->api(GET =>
		'/users/me/notifications')->{data} } } 10, 'ann is told';
	ok $ann->api(POST => "/videos/$new/comments/$his->{id}",
		{ text => 'Thank you' }), 'ann answers';
	wait_for { said($bob, $new) =~ /Fine.* < Thank you/ } 10, 'it came';
	wait_for { shows($bob->html("/w/$new"), 'Thank you') } 10,
		'and is on the page';
	my $hers = find_comment($bob, $new, qr/Thank you/) // { id => 0 };
	ok $bob->call(POST => "/videos/$new/comments/$hers->{id}",
		{ text => 'Really' })->{status} == 200, 'bob answers that';
	wait_for { said($ann, $new) =~ /Fine.* < Thank you < Really/ } 10,
		'the thread is the same there';
	wait_for { $ann->api(GET => "/videos/$new")->{comments} == 3 &&
		$bob->api(GET => "/videos/$new")->{comments} == 3 } 15,
		'both count three';
};

step 'likes and views' => sub {
	is $bob->call(PUT => "/videos/$new/rate", { rating => 'like' })
		->{status}, 204, 'bob likes it';
	wait_for { $ann->api(GET => "/videos/$new")->{likes} == 1 } 10,
		'it counts';
	is $bob->api(GET => "/videos/$new")->{likes}, 1, 'there too';
	is $bob->call(PUT => "/videos/$new/rate", { rating => 'dislike' })
		->{status}, 204, 'he thinks again';
	wait_for { my $v = $ann->api(GET => "/videos/$new");
		$v->{likes} == 0 && $v->{dislikes} == 1 } 10, 'so it is';
	is $bob->call(PUT => "/videos/$new/rate", { rating => 'none' })
		->{status}, 204, 'he takes it back';
	wait_for { my $v = $ann->api(GET => "/videos/$new");
		$v->{likes} == 0 && $v->{dislikes} == 0 } 10, 'so it is';
	sleep 1;	# a request with the same Date is a replay
	$bob->call(PUT => "/videos/$new/rate", { rating => 'like' });
	wait_for { $ann->html("/w/$new") =~ />\s*1\s*</ &&
		$ann->api(GET => "/videos/$new")->{likes} == 1 } 10,
		'and likes it in the end';
};

step 'changes arrive' => sub {
	is $ann->call(PUT => "/videos/$new", { name => 'Not so new',
		tags => [ 'fish', 'sea' ] })->{status}, 204, 'ann renames it';
	wait_for { my $v = $bob->api(GET => "/videos/$new");
		$v->{name} eq 'Not so new' && "@{$v->{tags}}" =~ /sea/ } 15,
		'the name is the new one';
	wait_for { shows($bob->html("/w/$new"), 'Not so new') } 10,
		'on the page too';
	is $ann->call(PUT => '/video-channels/' . $ann->channel,
		{ displayName => 'Films of fish' })->{status}, 204,
		'and her channel';
	wait_for { $bob->api(GET => "/video-channels/$anns")
		->{displayName} eq 'Films of fish' } 15, 'which shows there';
	wait_for { shows($bob->html("/c/$anns"), 'Films of fish') } 10,
		'on its page';
	is $ann->call(PUT => '/users/me', { displayName => 'Ann of the sea' })
		->{status}, 204, 'and herself';
	wait_for { $bob->api(GET => '/accounts/' . $ann->handle)
		->{displayName} eq 'Ann of the sea' } 15, 'which shows there';
};

step 'comments are deleted' => sub {
	my $last = find_comment($bob, $new, qr/Really/) // { id => 0 };
	is $bob->call(DELETE => "/videos/$new/comments/$last->{id}")
		->{status}, 204, 'by their author';
	wait_for { said($ann, $new) !~ /Really/ } 10, 'gone there';
	my $first = find_comment($ann, $new, qr/Fine/) // { id => 0 };
	is $ann->call(DELETE => "/videos/$new/comments/$first->{id}")
		->{status}, 204, 'by the owner of the video';
	wait_for { said($bob, $new) !~ /Fine/ } 10, 'gone there';
	wait_for { !shows($bob->html("/w/$new"), 'Fine <em>') } 10,
		'from the page';
	like said($bob, $new), qr/Thank you/, 'its answer stays';
};

step 'somebody is muted' => sub {
	is $ann->call(POST => '/users/me/blocklist/accounts',
		{ accountName => $bob->handle })->{status}, 204,
		'ann mutes bob';
	ok $bob->api(POST => "/videos/$new/comment-threads",
		{ text => 'Unheard' }), 'who says something';
	ok $cat->api(POST => "/videos/$new/comment-threads",
		{ text => 'Heard' }), 'as does cat';
	wait_for { $bob->html("/w/$new") =~ /Heard/ } 15, 'hers arrives';
	wait_for { $there->psql('SELECT count(*) FROM delivery') == 0 } 15,
		'his has been sent';
	unlike $cat->html("/w/$new"), qr/Unheard/, 'and was not taken';
	is $ann->call(DELETE => '/users/me/blocklist/accounts/' .
		$bob->handle)->{status}, 204, 'she ends it';
	$bob->api(POST => "/videos/$new/comment-threads",
		{ text => 'Friends again' });
	wait_for { $ann->html("/w/$new") =~ /Friends again/ } 15,
		'what he says then arrives';
};

step 'who sees it changes' => sub {
	is $ann->call(PUT => "/videos/$new", { privacy => 3 })->{status}, 204,
		'ann hides it';
	wait_for { $bob->call(GET => "/videos/$new")->{status} == 404 } 15,
		'it is gone there';
	wait_for { !shows($bob->html('/'), 'Not so new') } 10,
		'from the home page';
	is $ann->call(PUT => "/videos/$new", { privacy => 1 })->{status}, 204,
		'ann shows it again';
	wait_for { $bob->call(GET => "/videos/$new")->{status} == 200 } 20,
		'it is back';
	wait_for { said($bob, $new) =~ /Heard/ } 30,
		'with the comments that its server has';
	like said($ann, $new), qr/Thank you/, 'where they all stay';
};

step 'a video is deleted' => sub {
	is $ann->call(DELETE => "/videos/$new")->{status}, 204, 'by ann';
	wait_for { $bob->call(GET => "/videos/$new")->{status} == 404 } 10,
		'gone there';
	wait_for { $bob->browser->get("/w/$new")->{status} == 404 } 10,
		'and its page';
	my $answer = $here->client->get("/videos/watch/$new", headers =>
		{ accept => 'application/activity+json' });
	is $answer->{status}, 410, 'its origin says that it was';
};

step 'somebody follows no longer' => sub {
	is $bob->call(DELETE => "/users/me/subscriptions/$anns")->{status},
		204, 'bob ends it';
	my $path = '/video-channels/' . $ann->channel . '/followers';
	wait_for { $ann->api(GET => $path)->{total} == 0 } 10,
		'ann has no follower';
	wait_for { !shows($bob->html("/c/$anns"), 'Subscribed') } 10,
		'his page says so';
};

step 'an account is deleted' => sub {
	my ($dora) = person($here, 'dora');
	Cardume::Video->make($here, $dora->name, name => 'By dora');
	my $handle = $dora->channel_handle;
	wait_for { $bob->api(GET => "/video-channels/$handle/videos")->{total}
		== 1 } 20, 'dora has a video there';
	is $dora->call(DELETE => '/users/me')->{status}, 204, 'she leaves';
	wait_for { $bob->call(GET => "/video-channels/$handle")->{status}
		== 404 } 15, 'her channel is gone there';
	wait_for { $bob->browser->get("/c/$handle")->{status} == 404 } 10,
		'and its page';
};

step 'a server is muted' => sub {
	is $here_root->call(POST => '/server/blocklist/servers',
		{ host => $bob->host })->{status}, 204, 'one blocks the other';
	my $film = Cardume::Video->make($here, $cat->name, name => 'Unsent');
	ok $bob->call(POST => '/users/me/subscriptions', { uri => $cats })
		->{status} == 204, 'bob tries to follow';
	my ($first) = @{ $bob->api(GET => "/video-channels/$cats/videos")
		->{data} };
	ok $bob->api(POST => "/videos/$first->{uuid}/comment-threads",
		{ text => 'To nobody' }), 'and to comment';
	wait_for { $there->psql('SELECT count(*) FROM delivery') == 0 } 20,
		'all was sent';
	is $here->psql("SELECT count(*) FROM comment
		WHERE text LIKE '%To nobody%'"), 0, 'nothing was taken';
	is $here->psql("SELECT count(*) FROM follow f JOIN actor a
		ON a.id = f.target_id WHERE a.name = '" . $cat->channel . "'"),
		0, 'there is no follower';
	is $bob->call(GET => "/videos/$film->{uuid}")->{status}, 404,
		'nothing was sent to it';
	is $there_root->call(POST => '/server/blocklist/servers',
		{ host => $ann->host })->{status}, 204,
		'the other one blocks it too';
	wait_for { !grep { $_->{channel}{host} eq $ann->host } @{ $bob->api(
		GET => '/videos?count=100')->{data} } } 10,
		'its videos leave the lists';
	wait_for { !shows($there->client->text('/?once=' . time), 'Old film')
	} 15, 'and the home page';
};
done_testing;
