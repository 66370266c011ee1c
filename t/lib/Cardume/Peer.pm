# SPDX-License-Identifier: AGPL-3.0-or-later
# Another server of the fediverse, made of documents, on a port of loopback:
# it serves actors and whatever else it is given, keeps every request that
# comes, signs what it posts, and fails in the ways that it is told to.
#
#	my $peer = Cardume::Peer->start(software => 'mastodon');
#	my $bob = $peer->actor('bob');			# Person with a key
#	my $group = $peer->actor('films', type => 'Group', owner => $bob);
#	my $note = $peer->document('/notes/1', { type => 'Note', ... });
#	my $answer = $peer->post("$origin/inbox", $activity, signer => $bob);
#	my $follow = $peer->wait_for('Follow', 10);	# by type or by a sub
#	$follow->{json}{actor}; $follow->{verified};
#	$peer->set('/notes/1', status => 410);
#	$peer->set('/inbox', fault => 'hang', times => 2);
#	$peer->stop; $peer->go_on;			# refuses connections
#
# Handles are name@127.0.0.1:PORT, ids http://127.0.0.1:PORT/users/NAME.
package Cardume::Peer;
use strict;
use warnings;
use Carp qw(croak);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use JSON::PP ();
use Time::HiRes qw(sleep time);

use Cardume::Peer::Server;
use Cardume::Peer::Signature;

my $json = JSON::PP->new->utf8->canonical->allow_nonref;
our $context = ['https://www.w3.org/ns/activitystreams',
	'https://w3id.org/security/v1'];
our $public = 'https://www.w3.org/ns/activitystreams#Public';
my $activity_type = 'application/activity+json; charset=utf-8';

# software: its name and version in NodeInfo; address: another of 127.0.0.0/8.
sub start {
	my ($class, %o) = @_;
	my $self = bless { address => '127.0.0.1', software => 'mastodon',
		version => '4.5.0', %o, owner => $$, serial => 0,
		keys => {}, dir => tempdir(CLEANUP => 1) }, $class;
	mkdir "$self->{dir}/$_" or croak "$_: $!" for qw(paths requests);
	$self->listen(0);
	$self->{host} = "$self->{address}:$self->{port}";
	$self->{origin} = "http://$self->{host}";
	$self->add_node_info;
	return $self;
}

sub listen {
	my ($self, $port) = @_;
	my $listener = IO::Socket::INET->new(LocalAddr => $self->{address},
		LocalPort => $port, Listen => 128, ReuseAddr => 1)
		or croak "no port: $!";
	$self->{port} = $listener->sockport;
	$self->{pid} = Cardume::Peer::Server::spawn($listener, $self->{dir});
}

sub origin { $_[0]{origin} }
sub host { $_[0]{host} }
sub url { "$_[0]{origin}$_[1]" }

# Down: connections are refused until go_on().
sub stop {
	my ($self) = @_;
	my $pid = delete $self->{pid} or return;
	local ($?, $!);
	kill TERM => $pid;
	waitpid $pid, 0;
}

sub go_on { my ($self) = @_; $self->listen($self->{port}) }

sub DESTROY {
	my ($self) = @_;
	$self->stop if $self->{owner} == $$;
}

# --- what it serves ----------------------------------------------------------

# How a path (with its query, when that counts; not escaped) answers:
#	body => text or a document, status => 200, type => 'text/html',
#	headers => { location => '/there' },
#	fault => see Cardume::Peer::Server, times => the first so many only
# What is not said stays as it was.
sub set {
	my ($self, $path, %o) = @_;
	my $row = { %{ $self->{paths}{$path} // {} }, %o };
	$row->{body} = $json->encode($row->{body}) if ref $row->{body};
	$self->{paths}{$path} = { %$row };
	delete @{ $self->{paths}{$path} }{qw(fault times)};
	Cardume::Peer::Server::write_path($self->{dir}, $path, $row);
	return $self->url($path);
}

# A path that is not there any more (404).
sub remove {
	my ($self, $path) = @_;
	delete $self->{paths}{$path};
	Cardume::Peer::Server::remove_path($self->{dir}, $path);
}

# A document of this path, whose id and @context are added where it has none;
# the document.
sub document {
	my ($self, $path, $document, %o) = @_;
	my $whole = { '@context' => $context, id => $self->url($path),
		%$document };
	$self->set($path, body => $whole, type => $activity_type, status => 200,
		%o);
	return $whole;
}

sub add_node_info {
	my ($self) = @_;
	my $schema = 'http://nodeinfo.diaspora.software/ns/schema/2.0';
	$self->set('/.well-known/nodeinfo', type => 'application/json',
		body => { links => [ { rel => $schema,
			href => $self->url('/nodeinfo/2.0') } ] });
	$self->set('/nodeinfo/2.0', type => 'application/json', body => {
		version => '2.0', software => { name => $self->{software},
			version => $self->{version} },
		protocols => ['activitypub'], openRegistrations => \0,
		services => { inbound => [], outbound => [] },
		usage => { users => { total => 1 }, localPosts => 1 },
		metadata => {} });
}

# A collection of one page after another (page_size items each).
sub collection {
	my ($self, $path, $items, %o) = @_;
	my $size = $o{page_size} // 10;
	my $last = int((@$items + $size - 1) / $size);
	my $base = $self->url($path);
	$self->document($path, { type => 'OrderedCollection',
		totalItems => scalar @$items,
		$last ? (first => "$base?page=1") : () });
	for my $page (1 .. $last) {
		my @items = grep { defined } @$items[($page - 1) * $size ..
			$page * $size - 1];
		$self->document("$path?page=$page", {
			type => 'OrderedCollectionPage', partOf => $base,
			totalItems => scalar @$items,
			$page < $last ? (next => "$base?page=" . ($page + 1)) :
				(),
			orderedItems => \@items });
	}
}

# An actor with a key, WebFinger, an inbox and empty collections:
#	type => 'Group', owner => an actor of ours,
#	path => '/accounts/bob', shared => 0 (has no shared inbox),
#	and any members of its document.
# { id, name, handle, inbox, key (a file), document, path }
sub actor {
	my ($self, $name, %o) = @_;
	my %more = map { $_ => delete $o{$_} } qw(type owner path shared);
	my $path = $more{path} // "/users/$name";
	my $id = $self->url($path);
	my $key = Cardume::Peer::Signature::new_key($self->{dir},
		++$self->{serial});
	my $actor = { id => $id, name => $name, path => $path, key => $key,
		key_id => "$id#main-key", inbox => "$id/inbox",
		handle => "$name\@$self->{host}" };
	$actor->{document} = $self->document($path, {
		type => $more{type} // 'Person', preferredUsername => $name,
		name => ucfirst $name, summary => undef, url => $id,
		inbox => "$id/inbox", outbox => "$id/outbox",
		followers => "$id/followers", following => "$id/following",
		published => '2026-01-01T00:00:00Z',
		($more{shared} // 1) ? (endpoints => {
			sharedInbox => $self->url('/inbox') }) : (),
		$more{owner} ? (attributedTo => [ { type => 'Person',
			id => $more{owner}{id} } ]) : (),
		publicKey => { id => "$id#main-key", owner => $id,
			publicKeyPem =>
				Cardume::Peer::Signature::public_pem($key) },
		%o });
	$self->collection("$path/$_", []) for qw(outbox followers following);
	$self->set($_, status => 202, body => '')
		for "$path/inbox", '/inbox';
	$self->webfinger($name, $id);
	return $actor;
}

sub webfinger {
	my ($self, $name, $id) = @_;
	my $acct = "acct:$name\@$self->{host}";
	$self->set("/.well-known/webfinger?resource=$acct",
		type => 'application/jrd+json', body => { subject => $acct,
			aliases => [$id], links => [ { rel => 'self',
			type => 'application/activity+json', href => $id } ] });
}

# Other members of an actor's document; it gets a new key with key => 1.
sub change_actor {
	my ($self, $actor, %o) = @_;
	my $document = $actor->{document};
	if (delete $o{key}) {
		$actor->{key} = Cardume::Peer::Signature::new_key($self->{dir},
			++$self->{serial});
		$document->{publicKey}{publicKeyPem} =
			Cardume::Peer::Signature::public_pem($actor->{key});
	}
	%$document = (%$document, %o);
	return $self->set($actor->{path}, body => { %$document });
}

# It is gone: 410 with a Tombstone.
sub remove_actor {
	my ($self, $actor) = @_;
	$self->set($actor->{path}, status => 410, body => { id => $actor->{id},
		type => 'Tombstone', '@context' => $context });
}

# A new id of this server, not served.
sub new_id {
	my ($self, $what) = @_;
	return $self->url("/$what/" . ++$self->{serial});
}

# An activity of an actor: activity($bob, 'Like', $url, more => ...). It gets
# an id of its own; id => undef: it has none.
sub activity {
	my ($self, $actor, $type, $object, %o) = @_;
	my $activity = { '@context' => $context, type => $type,
		id => $self->new_id('activities'), actor => $actor->{id},
		object => $object, %o };
	delete $activity->{id} unless defined $activity->{id};
	return $activity;
}

# A public note of an actor, served; document members may be given.
sub note {
	my ($self, $actor, %o) = @_;
	my $path = delete $o{path} // '/notes/' . ++$self->{serial};
	return $self->document($path, { type => 'Note',
		attributedTo => $actor->{id}, to => [$public],
		cc => ["$actor->{id}/followers"], url => $self->url($path),
		published => Cardume::Peer::Signature::iso_date(time),
		content => '<p>A note</p>', %o });
}

# A Video as PeerTube writes it, served; document members may be given.
sub video {
	my ($self, $account, $channel, %o) = @_;
	my $uuid = delete $o{uuid} // Cardume::Peer::Signature::uuid();
	my $path = "/videos/watch/$uuid";
	my $id = $self->url($path);
	my $now = Cardume::Peer::Signature::iso_date(time);
	$self->collection("$path/$_", []) for qw(likes dislikes shares comments);
	$self->set("/thumbnails/$uuid.jpg", type => 'image/jpeg',
		body => Cardume::Peer::Server::jpeg());
	$self->set("/files/$uuid-480.mp4", type => 'video/mp4',
		body => 'no real film');
	return $self->document($path, { type => 'Video', name => "Video $uuid",
		uuid => $uuid, duration => 'PT185S', views => 3,
		sensitive => \0, state => 1, commentsPolicy => 1,
		commentsEnabled => \1, downloadEnabled => \1,
		waitTranscoding => \1, published => $now, updated => $now,
		mediaType => 'text/markdown', content => 'About *it*',
		support => undef, tag => [], subtitleLanguage => [],
		icon => [ { type => 'Image', mediaType => 'image/jpeg',
			url => $self->url("/thumbnails/$uuid.jpg"),
			width => 280, height => 157 } ],
		url => [ { type => 'Link', mediaType => 'text/html',
			href => $id },
			{ type => 'Link', mediaType => 'video/mp4', fps => 25,
			href => $self->url("/files/$uuid-480.mp4"),
			height => 480, width => 854, size => 12 } ],
		(map { $_ => "$id/$_" } qw(likes dislikes shares comments)),
		attributedTo => [ { type => 'Person', id => $account->{id} },
			{ type => 'Group', id => $channel->{id} } ],
		to => [$public], cc => ["$account->{id}/followers"], %o });
}

# Of a Video's `url`: an HLS playlist, which cannot be had now (503).
sub playlist_link {
	my ($self) = @_;
	my $path = '/static/streaming-playlists/hls/' .
		Cardume::Peer::Signature::uuid();
	my $base = $self->url($path);
	return { type => 'Link', mediaType => 'application/x-mpegURL',
		href => $self->set("$path/master.m3u8", status => 503), tag => [ { type => 'Link',
			mediaType => 'video/mp4', href => "$base/1-480.mp4",
			height => 480, width => 854, size => 1000,
			fps => 25 } ] };
}

# --- what it sends and gets --------------------------------------------------

# Posts an activity (or bytes) to an inbox; { status, headers, content }.
# Options: see Cardume::Peer::Signature::request().
sub post {
	my ($self, $inbox, $activity, %o) = @_;
	my $body = ref $activity ? $json->encode($activity) : $activity;
	my $bytes = Cardume::Peer::Signature::request('POST', $inbox, $body, %o);
	return $self->send_bytes($inbox, $bytes);
}

# A signed GET of an ActivityPub document.
sub get {
	my ($self, $url, %o) = @_;
	return $self->send_bytes($url,
		Cardume::Peer::Signature::request('GET', $url, '', %o));
}

# Sends a whole request as it is to a URL's host; the answer. To replay, hand
# in what Cardume::Peer::Signature::request() made.
sub send_bytes {
	my ($self, $url, $bytes) = @_;
	my ($host, $port) = $url =~ m{^http://([^/:?]+):(\d+)}
		or croak "not of loopback: $url";
	my $socket = IO::Socket::INET->new(PeerAddr => $host,
		PeerPort => $port, Timeout => 10) or croak "$url: $!";
	$socket->autoflush(1);
	local $SIG{PIPE} = 'IGNORE';
	print $socket $bytes;
	local $SIG{ALRM} = sub { croak "$url: no answer" };
	alarm 60;
	my $text = do { local $/; <$socket> } // '';
	alarm 0;
	my ($head, $content) = split /\r\n\r\n/, $text, 2;
	my ($status, @lines) = split /\r\n/, $head // '';
	return { status => ($status // '') =~ m{^HTTP/\S+ (\d+)} ? $1 : 0,
		headers => { map { /^([^:]+):\s*(.*)/ ? (lc $1, $2) : () }
			@lines }, content => $content // '' };
}

# All requests that came, oldest first: { time, method, target, headers (names
# in lower case), body, json, verified }. `verified` is true where the
# signature fits the key of its keyId, fetched from there, false where it
# does not or is missing; `why` tells.
sub requests {
	my ($self, %o) = @_;
	my @found;
	for my $file (sort glob "$self->{dir}/requests/*.json") {
		my $request = $self->{seen}{$file} //=
			$self->read_request($file);
		next if $o{method} && $request->{method} ne $o{method};
		push @found, $request;
	}
	return @found;
}

sub read_request {
	my ($self, $file) = @_;
	my $request = Cardume::Peer::Server::read_request($file);
	return $request unless $request->{method} eq 'POST';
	$request->{json} = eval { $json->decode($request->{body}) };
	@$request{qw(verified why)} =
		Cardume::Peer::Signature::verify($request, $self->{keys});
	return $request;
}

# What its inboxes got: requests with an activity; of one type when named.
sub received {
	my ($self, $type) = @_;
	return grep { ref $_->{json} eq 'HASH' && (!defined $type ||
		($_->{json}{type} // '') eq $type) }
		$self->requests(method => 'POST');
}

# The first activity received that is of this type, or for which the sub (it
# gets the request) is true; undef after so many seconds.
sub wait_for {
	my ($self, $what, $seconds) = @_;
	my $until = time + ($seconds // 20);
	for (;;) {
		my ($found) = ref $what ? grep { $what->($_) } $self->received :
			$self->received($what);
		return $found if $found || time > $until;
		sleep 0.1;
	}
}

# Forgets all requests that came.
sub forget {
	my ($self) = @_;
	$self->{seen} = {};
	unlink glob "$self->{dir}/requests/*.json";
}

# How often a path was asked for.
sub hits {
	my ($self, $path) = @_;
	return scalar grep { $_->{target} eq $path } $self->requests;
}

1;
