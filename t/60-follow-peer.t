# SPDX-License-Identifier: AGPL-3.0-or-later
# Follows over real sockets: another server asks, is asked, answers, and hands
# over what it published before.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume;
use Cardume::Instances;
use Cardume::Peer;
use Cardume::Peer::Signature;

my $cardume = Cardume->shared;
my $ours = $cardume->origin;
my $peer = Cardume::Peer->start(software => 'peertube', version => '8.0.1');
my $ann = person($cardume, 'ann');
my $channel = $ann->channel_url;
my $bob = $peer->actor('bob');
my $films = $peer->actor('films', type => 'Group', owner => $bob,
	path => '/video-channels/films');
my $server = $peer->actor('peertube', type => 'Application',
	path => '/accounts/peertube');
$peer->set('/.well-known/nodeinfo', type => 'application/json', body => {
	links => [ { rel => 'https://www.w3.org/ns/activitystreams#Application',
	href => $server->{id} } ] });

# The first activity of a type that came to this inbox.
sub came {
	my ($type, $inbox) = @_;
	my ($path) = $inbox =~ m{^http://[^/]+(.*)};
	return $peer->wait_for(sub { $_[0]{json}{type} eq $type &&
		$_[0]{target} eq $path }, 40);
}

sub admin {
	my ($method, $path, $document) = @_;
	our $root //= person($cardume, 'root', exists => 1);
	return $root->api($method, $path, $document);
}

# --- they follow us ------------------------------------------------------------

my $follow = $peer->activity($bob, 'Follow', $channel);
my $answer = $peer->post("$channel/inbox", $follow, signer => $bob);
like $answer->{status}, qr/^20[24]$/, 'Bob asks to follow a channel';
my $accept = came('Accept', $bob->{inbox});
ok $accept, 'he is told yes' or BAIL_OUT('no Accept');
ok $accept->{verified}, '... signed' or diag $accept->{why};
is_deeply [ $accept->{json}{actor}, @{ $accept->{json}{object} }{qw(id actor)} ],
	[ $channel, $follow->{id}, $bob->{id} ], '... by the channel, to that Follow';
my $client = $cardume->client;
is $client->activity("/video-channels/" . $ann->channel . '/followers?page=1')
	->{orderedItems}[0], $bob->{id}, 'he is among its followers, by his URL';
my $told = wait_for { my ($n) = grep { $_->{type} == 10 }
	@{ $ann->api(GET => '/users/me/notifications')->{data} }; $n } 10,
	'its owner is told';
is_deeply [ @{ $told->{actorFollow}{follower} }{qw(name host)} ],
	[ 'bob', $peer->host ], '... who it is';
$ann->api(PUT => '/video-channels/' . $ann->channel,
	{ displayName => 'Ann\'s other films' });
my $update = came('Update', $peer->url('/inbox'));
is $update && $update->{json}{object}{name}, 'Ann\'s other films',
	'he hears of its new name';
ok $update->{verified}, '... signed' or diag $update->{why};
$peer->post("$ours/inbox", $peer->activity($bob, 'Undo', $follow),
	signer => $bob);
wait_for { $client->activity('/video-channels/' . $ann->channel . '/followers')
	->{totalItems} == 0 } 20, 'he ends it';

# --- we follow them --------------------------------------------------------------

my @films = map { $peer->video($bob, $films, name => "Film number $_") } 1 .. 12;
$peer->set("/videos/watch/$films[4]{uuid}", status => 404);
$peer->collection("$films->{path}/outbox", [ map { $peer->activity($films,
	'Announce', $_->{id}) } @films ], page_size => 5);
$ann->api(POST => '/users/me/subscriptions', { uri => $films->{handle} });
my $asked = came('Follow', $films->{inbox});
ok $asked, 'a channel that nobody knew of is asked' or BAIL_OUT('no Follow');
ok $asked->{verified}, '... signed' or diag $asked->{why};
is $asked->{json}{actor}, $ann->url, '... by her account';
my $exist = '/users/me/subscriptions/exist?uris=' . $films->{handle};
ok $ann->api(GET => $exist)->{ $films->{handle} }, '... which she sees';
is $peer->post("$ours/accounts/" . $ann->name . '/inbox', $peer->activity(
	$films, 'Accept', $asked->{json}), signer => $films)->{status} =~ /^20/, 1,
	'it says yes';
wait_for { $ann->api(GET => '/users/me/subscriptions/videos?count=20')->{total}
	== 11 } 120, 'eleven of its twelve films arrive';
is $cardume->psql("SELECT state || ' ' || done || ' ' || failed FROM crawl c
	JOIN actor a ON a.id = c.actor_id WHERE a.url = '$films->{id}'"),
	'done 11 1', '... one could not be had';
like $ann->html("/c/$films->{handle}"), qr/Film number 12/, 'its page shows them';
like $ann->html("/c/$films->{handle}"), qr{rel="alternate"[^>]*\Q$films->{id}\E},
	'... and where it is at home';
is $ann->api(GET => "/video-channels/$films->{handle}")->{ownerAccount}{host},
	$peer->host, 'its owner is there';
$ann->api(DELETE => "/users/me/subscriptions/$films->{handle}");
my $undo = came('Undo', $films->{inbox});
is $undo && $undo->{json}{object}{id}, $asked->{json}{id}, 'she ends it';

# --- servers ----------------------------------------------------------------------

admin(POST => '/server/following', { hosts => [ $peer->host ] });
$asked = came('Follow', $server->{inbox});
is $asked && $asked->{json}{actor}, "$ours/accounts/peertube",
	'our server asks theirs';
my ($following) = grep { $_->{following}{host} eq $peer->host }
	@{ admin(GET => '/server/following')->{data} };
is $following->{state}, 'pending', '... and waits';
$peer->post("$ours/inbox", $peer->activity($server, 'Reject',
	$asked->{json}), signer => $server);
wait_for { (grep { $_->{following}{host} eq $peer->host }
	@{ admin(GET => '/server/following?state=rejected')->{data} }) } 20,
	'it says no';
admin(DELETE => '/server/following/' . $peer->host);
ok !(grep { $_->{following}{host} eq $peer->host }
	@{ admin(GET => '/server/following')->{data} }), 'an admin forgets it';
$peer->post("$ours/inbox", $peer->activity($server, 'Follow',
	"$ours/accounts/peertube"), signer => $server);
$accept = came('Accept', $server->{inbox});
is $accept && $accept->{json}{actor}, "$ours/accounts/peertube",
	'their server follows ours';
admin(DELETE => '/server/followers/peertube@' . $peer->host);
ok came('Reject', $server->{inbox}), '... until an admin ends it';

# --- what becomes of ours -----------------------------------------------------------

my $gone = person($cardume, 'gone');
$follow = $peer->activity($bob, 'Follow', $gone->url);
$peer->post("$ours/inbox", $follow, signer => $bob);
ok $peer->wait_for(sub { $_[0]{json}{type} eq 'Accept' &&
	$_[0]{json}{actor} eq $gone->url }, 40), 'Bob follows somebody of ours';
$gone->api(DELETE => '/users/me');
my $delete = $peer->wait_for(sub { $_[0]{json}{type} eq 'Delete' &&
	$_[0]{json}{actor} eq $gone->url }, 40);
is $delete && $delete->{json}{object}, $gone->url, '... who leaves, and tells him';
wait_for { $answer = $peer->get($gone->url, signer => $bob);
	$answer->{status} == 410 } 30, '... and is gone';
like $answer->{content}, qr/"type":\s*"Tombstone"/, '... as a Tombstone';

# --- what becomes of them -----------------------------------------------------------

$peer->change_actor($bob, name => 'Robert');
$peer->post("$ours/inbox", $peer->activity($bob, 'Update', $bob->{document}),
	signer => $bob);
wait_for { $ann->api(GET => "/accounts/$bob->{handle}")->{displayName}
	eq 'Robert' } 20, 'Bob has a new name';
$peer->post("$ours/inbox", $peer->activity($bob, 'Delete', $bob->{id}),
	signer => $bob);
wait_for { $ann->call(GET => "/accounts/$bob->{handle}")->{status} == 404 } 20,
	'Bob is no more';
is $ann->call(GET => "/video-channels/$films->{handle}")->{status}, 404,
	'... nor is his channel';

done_testing;
