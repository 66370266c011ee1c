# SPDX-License-Identifier: AGPL-3.0-or-later
# Mirrors of videos that other servers keep and tell us of (CacheFile).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use POSIX qw(strftime);
use Test::More;

use Cardume;
use Cardume::Federation;
use Cardume::Instances;
use Cardume::Peer;

my $cardume = Cardume->shared;
my $origin = $cardume->origin;
my $peer = Cardume::Peer->start(software => 'peertube');
my $here = Cardume::Federation->new($cardume, $peer);
my ($server, $mallory) = map { $peer->actor($_, path => "/accounts/$_",
	type => $_ eq 'peertube' ? 'Application' : 'Person') }
	qw(peertube mallory);
$here->learn_actor($_) for $server, $mallory;
my $ann = person($cardume, 'ann');
my $uuid = $ann->upload(name => unique('Mirrored'),
	waitTranscoding => 'true');
my $id = "$origin/videos/watch/$uuid";
my $base = $peer->url("/static/redundancy/hls/$uuid");

sub in_seconds { strftime '%Y-%m-%dT%H:%M:%S.000Z', gmtime time + $_[0] }

# As PeerTube writes it.
sub cache_file {
	my (%o) = @_;
	return { id => $peer->url("/redundancy/streaming-playlists/hls/$uuid"),
		type => 'CacheFile', object => $id,
		expires => in_seconds(3600), url => { type => 'Link',
			mediaType => 'application/x-mpegURL', href => $base },
		to => [], cc => [], %o };
}

sub say {
	my ($type, $object, $by) = @_;
	$by //= $server;
	return $here->take($by, $peer->activity($by, $type, $object));
}

sub told {
	return join ' ', map { $_->{baseUrl} } @{ $ann->api(GET =>
		"/videos/$uuid")->{streamingPlaylists}[0]{redundancies} };
}

# Web seeds of the HLS file's torrent, as the file, what the magnet says, and the
# rest of the file.
my $torrent;
sub torrent_now {
	slurp($torrent) =~ /^(.*8:url-listl)(.*)ee\z/s or die "$torrent\n";
	return ($1, $2);
}
sub seeds {
	my $list = (torrent_now())[1];
	my @found;
	push @found, substr $list, 0, $1, '' while $list =~ s/^(\d+)://;
	return "@found";
}
sub magnet {
	my ($file) = @{ $ann->api(GET => "/videos/$uuid")
		->{streamingPlaylists}[0]{files} };
	return join ' ', map { s/%([0-9A-F]{2})/chr hex $1/egr }
		$file->{magnetUri} =~ /&ws=([^&]+)/g;
}

sub listed {
	my $admin = person($cardume, 'root', exists => 1);
	my $list = $admin->api(GET => '/server/redundancy/videos'
		. '?target=my-videos&count=100&sort=-name');
	return grep { $_->{uuid} eq $uuid } @{ $list->{data} };
}

is told(), '', 'none at first';
($torrent) = $cardume->media . '/public/lazy-static/torrents/' .
	$cardume->psql("SELECT torrent_filename FROM video_file f
	JOIN video v ON v.id = f.video_id WHERE v.uuid = '$uuid'
	AND playlist_id IS NOT NULL");
my $name = $cardume->psql("SELECT filename FROM video_file f
	JOIN video v ON v.id = f.video_id WHERE v.uuid = '$uuid'
	AND playlist_id IS NOT NULL");
my $film = "$origin/static/streaming-playlists/hls/$uuid/$name";
my ($beginning) = torrent_now();
is seeds(), $film, 'its torrent names our file';
subtest 'what nobody may say' => sub {
	like say(Create => cache_file(), $mallory), qr/^refused: .*no server/,
		'not a person';
	like say(Create => cache_file(id => 'https://b.example/r/1')),
		qr/^refused: .*id is of another/, 'of another server';
	my $link = sub { cache_file(url => { type => 'Link',
		mediaType => 'application/x-mpegURL', href => $_[0] }) };
	like say(Create => $link->($_)), qr/^refused/, "not at $_"
		for 'https://b.example/static/redundancy/hls/x',
		'http://192.168.1.1/hls/x', 'http://localhost/x',
		"$base; script-src *", "$base?x=1", "$base#x", "$base/a b",
		'javascript:alert(1)', $peer->url('');
	my $linked = "SELECT mirror_link('" . JSON::PP->new->encode(cache_file()) .
		"', a) FROM actor a WHERE url = '$server->{id}'";
	ok !eval { $cardume->psql("SET cardume.private = off; $linked") },
		'not inside of a network';
	is $cardume->psql($linked), $base, '(but for tests)';
	like say(Create => cache_file(expires => 'tomorrow')), qr/^refused/,
		'a date that is none';
	is say(Create => cache_file(expires => in_seconds(-5))),
		'ignored: too late', 'what is over';
	is say(Create => cache_file(object => $_)),
		'ignored: a mirror of nothing here', 'of nothing'
		for undef, [], {}, "$origin/w/' OR 1=1";
	is say(Create => cache_file(url => $_)),
		'ignored: a mirror of nothing here', 'nowhere'
		for undef, [], {}, 'x', [ [] ], { href => $base };
	is told(), '', 'is not told';
};

subtest 'what the server says' => sub {
	is say(Create => cache_file()), 'mirror', 'it has a mirror';
	is told(), $base, 'the API names it';
	is magnet(), "$film $base/$name", 'its magnet, too';
	ok((wait_until { seeds() eq "$film $base/$name" } 30),
		'and its torrent') or diag seeds();
	is((torrent_now())[0], $beginning, 'which is the same in all else');
	my ($item) = listed();
	is $item->{redundancies}{streamingPlaylists}[0]{fileUrl}, $base,
		'admins see it';
	cmp_ok $item->{redundancies}{streamingPlaylists}[0]{size}, '>', 0,
		'and how large it is';
	is say(Update => cache_file(expires => undef, url => [ { type => 'Link',
		mediaType => 'application/x-mpegURL',
		href => "$base/1-master.m3u8" } ])), 'mirror', 'it goes on';
	is told(), $base, 'by the name of its playlist';
	is $cardume->psql("SELECT count(*) FROM mirror WHERE url LIKE '%$uuid'
		AND expires_at IS NULL"), 1, 'for ever';
	is say(Undo => $peer->activity($mallory, Create => cache_file()),
		$mallory), 'ignored: not here', 'another cannot end it';
	is say(Undo => $peer->activity($server, Create => cache_file())),
		'mirror gone', 'it does';
	is told(), '', 'the API does not name it';
	is magnet(), $film, 'nor does its magnet';
	ok((wait_until { seeds() eq $film } 30), 'nor its torrent') or diag seeds();
	is scalar(listed()), 0, 'nor does the list';
	say(Create => cache_file());
	is say(Delete => cache_file()->{id}), 'mirror gone', 'by Delete, too';
};

subtest 'until' => sub {
	say(Create => cache_file());
	$cardume->psql("UPDATE mirror SET expires_at = now() - interval '1 s'
		WHERE url LIKE '%$uuid'; SELECT mirror_sweep_write()");
	is told(), '', 'it expires';
	say(Create => cache_file());
	my $host = $peer->host;
	$cardume->psql("UPDATE host SET dead = true WHERE name = '$host';
		SELECT mirror_sweep_write();
		UPDATE host SET dead = false WHERE name = '$host'");
	is told(), '', 'its server is dead';
	say(Create => cache_file());
	is told(), $base, '(back)';
	$cardume->psql("INSERT INTO server_block (host) VALUES ('$host')");
	is told(), '', 'its server is muted';
	$cardume->psql("DELETE FROM server_block WHERE host = '$host'");
};

subtest 'whose are taken' => sub {
	my $set = sub { $cardume->psql("UPDATE setting SET value = '$_[0]'
		WHERE name = 'remote_redundancy.videos.accept_from'") };
	for (qw(nobody followings)) {
		$set->($_);
		is say(Create => cache_file()),
			'ignored: no mirrors of this server', $_;
	}
	$cardume->psql("INSERT INTO follow (follower_id, target_id, state)
		SELECT instance_actor(), id, 'accepted' FROM actor
		WHERE url = '$server->{id}'");
	is say(Create => cache_file()), 'mirror', 'of one that is followed';
	$set->('anybody');
	$ann->api(PUT => "/videos/$uuid", { privacy => 3 });
	like say(Update => cache_file()), qr/^refused/, 'none of a private video';
	$cardume->psql('SELECT mirror_sweep_write()');
	is $cardume->psql("SELECT count(*) FROM mirror WHERE url LIKE '%$uuid'"),
		0, 'what was is forgotten';
};

done_testing;
