# SPDX-License-Identifier: AGPL-3.0-or-later
# Videos of programs without channels: their account is one, for us and for
# PeerTube's apps.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Instances;
use Cardume::Peer;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my $peer = Cardume::Peer->start(software => 'clips');
my ($host, $public) = ($peer->host, $Cardume::Peer::public);
my $eve = $peer->actor('eve', name => 'Eve of clips',
	summary => '<p>I <b>film</b></p>');
my $title = 'Clip ' . unique('c');
my $ann = person($cardume, 'ann');

sub clip {
	my ($path, %o) = @_;
	$peer->set("$path.mp4", type => 'video/mp4', body => 'film');
	return $peer->document($path, { type => 'Video', name => $title,
		attributedTo => $eve->{id}, to => [$public],
		cc => ["$eve->{id}/followers"], content => '<p>Of <i>it</i></p>',
		url => $peer->url("$path/page"), published => Cardume::Peer::Signature::iso_date(time),
		attachment => [ { type => 'Document', mediaType => 'video/mp4',
			url => $peer->url("$path.mp4"), height => 720 } ], %o });
}

sub value { $cardume->psql($_[0]) }

sub sent {
	my ($type, $object, %o) = @_;
	is $peer->post($cardume->origin . '/inbox', $peer->activity($eve, $type,
		$object, to => [$public], %o), signer => $eve)->{status}, 202,
		"$type is taken in";
}

$ann->api(POST => '/users/me/subscriptions', { uri => "eve\@$host" });
my $follow = $peer->wait_for('Follow') or BAIL_OUT('no Follow');
is $follow->{json}{object}, $eve->{id}, 'somebody here follows the account';
sent(Accept => $follow->{json});
my $made = clip('/clips/1');
sent(Create => $made);
wait_for { value("SELECT count(*) FROM video WHERE url = '$made->{id}'") } 30,
	'its video is here' or BAIL_OUT('no video');
my ($uuid, $short) = split /\|/, value("SELECT uuid || '|' || short_uuid
	FROM video WHERE url = '$made->{id}'");

my $v = $client->json("/api/v1/videos/$uuid");
is "$v->{$_}{name}\@$v->{$_}{host} $v->{$_}{displayName}",
	"eve\@$host Eve of clips", "its $_" for qw(account channel);
is $v->{channel}{url}, $eve->{id}, 'one actor';
is $client->json("/api/v1/video-channels/eve\@$host")->{displayName},
	'Eve of clips', 'the channel has a document';
is $client->json("/api/v1/$_/eve\@$host/videos")->{data}[0]{uuid}, $uuid,
	"it is among the videos of its $_" for qw(video-channels accounts);
is $client->json("/api/v1/accounts/eve\@$host/video-channels")->{data}[0]{name},
	'eve', 'the account lists its channel';
my $all = $client->json('/api/v1/video-channels?count=100');
is scalar(grep { $_->{name} eq 'eve' && $_->{host} eq $host } @{ $all->{data} }),
	0, 'the list of all channels leaves it out';
is $ann->api(GET => '/users/me/subscriptions/videos')->{data}[0]{uuid}, $uuid,
	'who follows it sees it';
my $exist = $ann->api(GET => "/users/me/subscriptions/exist?uris=eve\@$host");
ok $exist->{"eve\@$host"}, 'and is known to';
is $ann->api(GET => '/users/me/subscriptions')->{data}[0]{name}, 'eve',
	'it is in the list';
for my $path ("/w/$short", "/c/eve\@$host", "/a/eve\@$host",
	"/videos/browse?scope=federated&sort=-publishedAt",
	"/search?search=" . $title =~ tr/ /+/r) {
	wait_for { $client->text($path) =~ /\Q$title/ } 25, "shown at $path";
}

# Its profile changes; another video; a channel, later.
$peer->change_actor($eve, name => 'Eve, renamed');
sent(Update => $eve->{document});
wait_for { $client->json("/api/v1/video-channels/eve\@$host")->{displayName}
	eq 'Eve, renamed' } 30, 'the channel is called what the account is';
my $films = $peer->actor('films', type => 'Group', owner => $eve);
$made = clip('/clips/1', attributedTo => [ $eve->{id}, $films->{id} ],
	updated => '2026-02-05T04:05:06Z');
sent(Update => $made);
wait_for { value("SELECT a.name FROM video v JOIN channel c
	ON c.id = v.channel_id JOIN actor a ON a.id = c.actor_id
	WHERE v.url = '$made->{id}'") eq "films\@$host" } 30,
	'where there is a channel it is in that';
wait_for { ($ann->api(GET => '/users/me/subscriptions/videos')
	->{data}[0]{uuid} // '') eq $uuid } 30,
	'where who follows the account still sees it';
sent(Delete => $made->{id});
wait_for { value("SELECT count(*) FROM video WHERE url = '$made->{id}'") == 0 }
	30, 'and its account deletes it';
done_testing;
