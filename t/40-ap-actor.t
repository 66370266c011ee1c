# SPDX-License-Identifier: AGPL-3.0-or-later
# Actors, their collections, and how they are found.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;
use Cardume;
use Cardume::Rows qw(video_rows sql_text);
use Cardume::Shape;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my $origin = $cardume->origin;
my $host = $origin =~ s{^https?://}{}r;
my $name = $cardume->user(unique('apa'));
my $channel = $cardume->psql("SELECT ca.name FROM actor ca
	JOIN channel c ON c.actor_id = ca.id JOIN account a ON a.id = c.account_id
	JOIN actor p ON p.id = a.actor_id WHERE p.name = '$name'");
my $public = 'https://www.w3.org/ns/activitystreams#Public';
my $account_url = "$origin/accounts/$name";
my $channel_url = "$origin/video-channels/$channel";
my $server_url = "$origin/accounts/peertube";
my $base = [ 'https://www.w3.org/ns/activitystreams',
	'https://w3id.org/security/v1',
	{ RsaSignature2017 => 'https://w3id.org/security#RsaSignature2017' } ];
my $time = qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

# --- actors ------------------------------------------------------------------

sub image {
	my ($folder) = @_;
	return { type => 'Image', mediaType => 'image/jpeg', width => integer,
		height => integer,
		url => qr{^\Q$origin\E/lazy-static/$folder/[^/]+\.jpg$} };
}

sub actor_table {
	my ($id, $page, $type, $username) = @_;
	return ('@context' => any_value, type => $type, id => $id, url => $page,
		(map { $_ => "$id/$_" } qw(following followers playlists inbox outbox)),
		preferredUsername => $username, name => text,
		endpoints => { sharedInbox => "$origin/inbox" },
		publicKey => { id => "$id#main-key", owner => $id, publicKeyPem =>
			qr/^-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+\/=\n]{300,}-----END PUBLIC KEY-----\n?$/ },
		published => $time, summary => maybe(text),
		webfinger => "$username\@$host",
		$type eq 'Application' ? () : map { $_ => boolean(1) }
			qw(discoverable indexable));
}

my %channel_only = (support => maybe(text), postingRestrictedToMods => boolean(1),
	attributedTo => [ { type => 'Person', id => $account_url } ],
	playerSettings => "$channel_url/player-settings");

my $display = q{Zé "O" <i>Peixe</i> \ 🐟};
my $summary = "# Olá\n\n<script>alert('x')</script>";
$cardume->psql('UPDATE account a SET display_name = ' . sql_text($display) .
	', description = ' . sql_text($summary) .
	" FROM actor x WHERE x.id = a.actor_id AND x.name = '$name'");
my $account = $client->activity("/accounts/$name");
shape_ok($account, { actor_table($account_url, "$origin/a/$name", 'Person',
	$name) }, 'an account, every property');
is $account->{name}, $display, 'a hostile name as it is';
is $account->{summary}, $summary, 'and a description, in Markdown';
is_deeply [ @{ $account->{'@context'} }[0 .. 2] ], $base, 'the base of @context';
my $server = $client->activity('/accounts/peertube');
shape_ok($server, { actor_table($server_url, $server_url, 'Application',
	'peertube') }, 'the server itself');
shape_ok($client->activity("/video-channels/$channel"), { %channel_only,
	actor_table($channel_url, "$origin/c/$channel", 'Group', $channel) },
	'a channel');
$cardume->psql("INSERT INTO actor_image (actor_id, kind, filename, width, height)
	SELECT id, k, gen_random_uuid() || '.jpg', w, h FROM actor, (VALUES
	('avatar', 48, 48), ('avatar', 120, 120), ('avatar', 600, 600),
	('banner', 1920, 317)) t (k, w, h) WHERE name = '$channel'");
$cardume->psql("UPDATE channel c SET support = 'Pay **us**' FROM actor a
	WHERE a.id = c.actor_id AND a.name = '$channel'");
my $group = $client->activity("/c/$channel");
shape_ok($group, { %channel_only, actor_table($channel_url,
	"$origin/c/$channel", 'Group', $channel),
	icon => [ (image('avatars')) x 3 ], image => [ image('banners') ] },
	'with images');
is $group->{icon}[0]{width}, 120, 'the avatar of 120 px is first';
is $group->{support}, 'Pay **us**', 'support';
my @undefined = grep { !exists $group->{'@context'}[3]{$_} }
	qw(playlists support postingRestrictedToMods playerSettings);
is_deeply \@undefined, [], 'its own keys have terms';

for my $path ("/account/$name", "/a/$name", "/a/$name/video-channels",
	"/accounts/$name/video-channels", "/accounts/$name/", "/accounts/\U$name",
	"/accounts/$name\@$host") {
	is $client->activity($path)->{id}, $account_url, $path;
}
is $client->activity($_)->{id}, $channel_url, $_ for "/c/$channel",
	"/c/$channel/videos", "/video-channels/$channel/videos";
for my $path ("/accounts/$channel", "/video-channels/$name", '/c/peertube',
	'/accounts/nobody', "/accounts/$name/nothing", '/accounts/x%00y',
	"/accounts/$name\@elsewhere.example") {
	my $answer = $client->get($path, headers =>
		{ accept => 'application/activity+json' });
	like $answer->{status}, qr/^40[04]$/, "no $path";
}
shape_ok($client->activity("/video-channels/$channel/player-settings"), {
	'@context' => any_value, id => "$channel_url/player-settings",
	object => $channel_url, type => 'PlayerSettings',
	theme => 'instance-default' }, 'player settings of a channel');

# --- outboxes ----------------------------------------------------------------

sub collection_table {
	my ($url, $has_items) = @_;
	return { '@context' => $base, id => $url, type => 'OrderedCollection',
		totalItems => integer, $has_items ? (first => "$url?page=1") : () };
}

sub page_table {
	my ($url, $page, $item, $next, $size) = @_;
	my $more = defined $size ? "&size=$size" : '';
	return { '@context' => $base, id => "$url?page=$page$more",
		type => 'OrderedCollectionPage', partOf => $url,
		orderedItems => each_of($item), totalItems => integer,
		$page > 1 ? (prev => "$url?page=" . ($page - 1) . $more) : (),
		$next ? (next => "$url?page=" . ($page + 1) . $more) : () };
}

my $outbox = "$account_url/outbox";
my $idle = "$origin/accounts/" . $cardume->user(unique('api')) . '/outbox';
shape_ok($client->activity($idle), collection_table($idle),
	'an empty outbox has no first page');
my @uuids = map { video_rows($cardume, $channel, files => [], name => "Video $_",
	published_at => \"now() - interval '$_ minutes'") } 1 .. 23;
video_rows($cardume, $channel, files => [], privacy => $_) for 2, 3, 4;
video_rows($cardume, $channel, files => [], state => $_) for 2, 7;
my $create = { type => 'Create', actor => $account_url, object => text,
	id => text, to => [ $public, $channel_url ],
	cc => [ "$account_url/followers" ] };
my $announce = { type => 'Announce', actor => text, id => text, object => text,
	to => [ $public, text, "$account_url/followers" ], cc => [] };

sub walk {
	my ($url, $item, $size) = @_;
	my $first = $url . '?page=1' . (defined $size ? "&size=$size" : '');
	my ($next, $number, @items) = ($first, 0);
	while ($next && $number < 50) {
		my $page = $client->activity($next);
		shape_ok($page, page_table($url, ++$number, $item,
			$page->{next}, $size), "page $number of $url");
		push @items, @{ $page->{orderedItems} };
		$next = $page->{next};
	}
	return ($number, @items);
}

shape_ok($client->activity($outbox), collection_table($outbox, 1), 'an outbox');
is $client->activity($outbox)->{totalItems}, 23, 'only what is public and ready';
my ($pages, @items) = walk($outbox, $create);
is $pages, 3, '10 a page';
is_deeply [ map { $_->{object} } @items ],
	[ map { "$origin/videos/watch/$_" } @uuids ], 'newest first, back to the oldest';
is $items[0]{id}, "$origin/videos/watch/$uuids[0]/activity", 'the id of a Create';
($pages, @items) = walk("$channel_url/outbox", $announce, 12);
is $pages, 2, 'as many a page as asked for';
is_deeply [ map { $_->{object} } @items ],
	[ map { "$origin/videos/watch/$_" } @uuids ], 'what a channel shares';
is $items[0]{actor}, $channel_url, 'by the channel';
is $client->activity($items[0]{id})->{object}, $items[0]{object},
	'the id of an Announce is fetched';
my $fresh = unique('fresh');	# not what nginx keeps for a moment
my $everything = $client->activity("$server_url/outbox?$fresh");
is $everything->{totalItems}, $cardume->psql('SELECT count(*) FROM video
	WHERE is_published AND state = 1 AND privacy = 1 AND host_id IS NULL'),
	'the server shares every public video of its own';
my $latest = $client->activity("$server_url/outbox?page=1&$fresh")->{orderedItems};
is $latest->[0]{actor}, $server_url, 'by itself';
is $client->activity("$outbox?page=99")->{orderedItems}[0], undef, 'past the end';
is $client->get("$outbox?$_")->{status}, 400, $_
	for 'page=0', 'page=-1', 'page=x', 'page=1&size=0', 'page=1&size=101',
	'page=99999999999999999999';
like $client->get($outbox)->{headers}{'content-type'},
	qr{^application/activity\+json; charset=utf-8$}, 'an outbox needs no Accept';

# --- followers and following -------------------------------------------------

my @fans = map { $cardume->user(unique('apf')) } 1 .. 3;
my $list = join ', ', map { "'$_'" } @fans;
$cardume->psql("INSERT INTO follow (follower_id, target_id, state)
	SELECT f.id, t.id, CASE WHEN f.name = '$fans[2]' THEN 'pending'
		ELSE 'accepted' END
	FROM actor f, actor t WHERE f.name IN ($list) AND t.name = '$channel'");
my $followers = $client->activity("$channel_url/followers");
shape_ok($followers, collection_table("$channel_url/followers", 1), 'followers');
is $followers->{totalItems}, 2, 'those who are accepted';
my (undef, @who) = walk("$channel_url/followers", text);
is_deeply [ sort @who ], [ sort map { "$origin/accounts/$_" } @fans[0, 1] ],
	'by their ids';
(undef, @who) = walk("$origin/accounts/$fans[0]/following", text);
is_deeply \@who, [ $channel_url ], 'whom one follows';
for my $kind (qw(following playlists)) {
	my $empty = $client->activity("$channel_url/$kind");
	shape_ok($empty, collection_table("$channel_url/$kind"), "no $kind");
	is $empty->{totalItems}, 0, 'none';
}

# --- WebFinger, host-meta, NodeInfo ------------------------------------------

sub webfinger { return $client->get('/.well-known/webfinger' . $_[0], headers => {
	origin => 'https://other.example' }) }

sub webfinger_table {
	my ($subject, $id, $page) = @_;
	my $named = $id =~ s{.*/}{}r;
	my $guid = $cardume->psql("SELECT guid FROM diaspora_person p
		JOIN actor a ON a.id = p.actor_id WHERE a.name = '$named'");
	return { subject => $subject,
		aliases => $id eq $page ? [ $id ] : [ $id, $page ],
		links => [ { rel => 'self', type => 'application/activity+json',
			href => $id }, { type => 'text/html', href => $page,
			rel => 'http://webfinger.net/rel/profile-page' },
			{ rel => 'http://ostatus.org/schema/1.0/subscribe',
			template => "$origin/remote-interaction?uri={uri}" },
			!$guid ? () : (
			{ rel => 'http://microformats.org/profile/hcard',
			type => 'text/html', href => "$origin/hcard/users/$guid" },
			{ rel => 'http://joindiaspora.com/seed_location',
			type => 'text/html', href => "$origin/" },
			{ rel => 'salmon',
			href => "$origin/receive/users/$guid" }) ] };
}

my $found = webfinger("?resource=acct:$name\@$host");
is $found->{headers}{'content-type'}, 'application/jrd+json; charset=utf-8', 'JRD';
is $found->{headers}{'access-control-allow-origin'}, '*', 'for all origins';
for my $case ([ "acct:$name\@$host", $account_url, "$origin/a/$name" ],
	[ "acct:$channel\@$host", $channel_url, "$origin/c/$channel" ],
	[ "acct:peertube\@$host", $server_url, $server_url ],
	[ "ACCT:\U$name\E\@$host", $account_url, "$origin/a/$name" ],
	[ $account_url, $account_url, "$origin/a/$name", "acct:$name\@$host" ],
	[ "$origin/c/$channel", $channel_url, "$origin/c/$channel",
		"acct:$channel\@$host" ]) {
	my ($resource, $id, $page, $subject) = @$case;
	shape_ok(decode_json(webfinger('?resource=' .
		Cardume::Client::url_escape($resource))->{content}),
		webfinger_table($subject // $resource, $id, $page), $resource);
}
is webfinger($_->[0])->{status}, $_->[1], "WebFinger$_->[0]: $_->[1]" for
	[ '', 400 ], [ '?resource=', 400 ], [ "?resource=$name", 400 ],
	[ "?resource=acct:$name", 400 ], [ "?resource=acct:$name\@other.example", 400 ],
	[ "?resource=mailto:$name\@$host", 400 ], [ "?resource=https://other.example/a/$name", 400 ],
	[ "?resource=acct:a\@b\@$host", 400 ], [ "?resource=acct:%25\@$host", 404 ],
	[ "?resource=acct:nobody\@$host", 404 ], [ "?resource=$origin/a/nobody", 404 ],
	[ "?resource=$origin/videos/watch/$uuids[0]", 400 ],
	[ '?resource=' . 'x' x 2001, 400 ];

my $meta = $client->get('/.well-known/host-meta');
like $meta->{headers}{'content-type'}, qr{^application/xml}, 'host-meta is XML';
is $meta->{content}, '<?xml version="1.0" encoding="UTF-8"?>' .
	'<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"><Link rel="lrdd" ' .
	'type="application/xrd+xml" template="' . $origin .
	'/.well-known/webfinger?resource={uri}"/></XRD>', 'host-meta';
my $schema = 'http://nodeinfo.diaspora.software/ns/schema';
shape_ok($client->json('/.well-known/nodeinfo'), { links => [
	{ rel => "$schema/2.0", href => "$origin/nodeinfo/2.0.json" },
	{ rel => "$schema/2.1", href => "$origin/nodeinfo/2.1.json" },
	{ rel => 'https://www.w3.org/ns/activitystreams#Application',
		href => $server_url } ] }, 'where NodeInfo is');
for my $version ('2.0', '2.1') {
	my $answer = $client->get("/nodeinfo/$version.json");
	is $answer->{headers}{'content-type'},
		qq{application/json; profile="$schema/$version#"}, 'its type';
	shape_ok(decode_json($answer->{content}), { version => $version,
		software => { name => 'cardume', version => qr/^\d+\.\d+/ },
		protocols => [ 'activitypub' ], openRegistrations => boolean,
		services => { inbound => [], outbound => [ 'atom1.0', 'rss2.0' ] },
		usage => { users => { total => integer, activeMonth => integer,
			activeHalfyear => integer }, localPosts => integer,
			localComments => integer },
		metadata => { taxonomy => { postsName => 'Videos' },
			nodeName => text, nodeDescription => text } },
		"NodeInfo $version");
}
is $client->get('/nodeinfo/1.0.json')->{status}, 404, 'no NodeInfo 1.0';
done_testing;
