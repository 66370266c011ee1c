# SPDX-License-Identifier: AGPL-3.0-or-later
# What another server is told of our videos: Create, Announce, Update, Delete,
# sent to who follows the account, the channel or the server.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json encode_json);
use Test::More;
use Cardume;
use Cardume::Instances qw(wait_for);
use Cardume::Peer;
use Cardume::Rows qw(sql_text video_rows);

my $cardume = Cardume->shared;
my $client = $cardume->client;
my $origin = $cardume->origin;
my $public = 'https://www.w3.org/ns/activitystreams#Public';
my $name = $cardume->user(unique('snd'));
my $channel = "${name}_channel";
my $account_id = "$origin/accounts/$name";
my $channel_id = "$origin/video-channels/$channel";
my $server_id = "$origin/accounts/peertube";
my $peer = Cardume::Peer->start(software => 'peertube');
my $fan = $peer->actor('fan');

# A follower of another server, as a row.
my $row = sql_text(encode_json($fan->{document}));
$cardume->psql("INSERT INTO host (name) VALUES ('" . $peer->host . "');
	INSERT INTO actor (kind, name, host_id, url, inbox, shared_inbox,
		public_key, document)
	SELECT 'Person', '$fan->{handle}', h.id, '$fan->{id}', '$fan->{inbox}',
		'" . $peer->url('/inbox') . "',
		${row}::jsonb -> 'publicKey' ->> 'publicKeyPem', ${row}::jsonb
	FROM host h WHERE h.name = '" . $peer->host . "'");

sub follow {
	my ($target) = @_;
	$cardume->psql("INSERT INTO follow (follower_id, target_id, state)
		SELECT f.id, t.id, 'accepted' FROM actor f, actor t
		WHERE f.url = '$fan->{id}' AND t.name = '$target'
			AND t.host_id IS NULL ON CONFLICT DO NOTHING");
}

sub unfollow {
	$cardume->psql("DELETE FROM follow USING actor f
		WHERE f.id = follower_id AND f.url = '$fan->{id}'");
}

my %seen;

# The next activity of a type about an object that has come to the peer.
sub told {
	my ($type, $object, $seconds) = @_;
	my $found = $peer->wait_for(sub {
		my $a = $_[0]{json};
		my $about = ref $a->{object} ? $a->{object}{id} : $a->{object};
		$about = $a->{object}{object} if $type eq 'Undo' && ref $a->{object};
		return $a->{type} eq $type && ($about // '') eq $object &&
			!$seen{"$a->{id} $_[0]{time}"};
	}, $seconds // 20) or return;
	$seen{"$found->{json}{id} $found->{time}"} = 1;
	return $found;
}

my $serial = 0;

# Everything told before is told when this is: one host gets all in order.
sub nothing_else {
	my ($type, $object, $what) = @_;
	my $mark = "Mark $$ " . ++$serial;
	my $account = "(SELECT id FROM actor WHERE name = '$name')";
	$cardume->psql("SELECT activity_send($account, json_build_object('id',
		'$origin/$serial', 'type', 'Note', 'name', '$mark', 'actor',
		'$account_id'), ARRAY(SELECT id FROM actor WHERE
		url = '$fan->{id}'))");
	ok $peer->wait_for(sub { ($_[0]{json}{name} // '') eq $mark }, 20),
		'all is delivered' or return;
	ok !told($type, $object, 0), $what;
}

# A video that becomes ready when its files are there.
sub publish {
	my (%column) = @_;
	my $uuid = video_rows($cardume, delete $column{channel} // $channel,
		state => 2, wait_transcoding => \'true', %column);
	$cardume->psql("UPDATE video SET state = 1 WHERE uuid = '$uuid'");
	return ($uuid, "$origin/videos/watch/$uuid");
}

# --- a follower of the account ---------------------------------------------------

follow($name);
my ($uuid, $url) = publish(name => 'A film for all');
my $create = told('Create', $url) or BAIL_OUT('no Create');
ok $create->{verified}, 'Create is signed' or diag $create->{why};
is $create->{target}, '/inbox', 'it comes to the shared inbox';
is_deeply $create->{json}, $client->activity("/videos/watch/$uuid/activity"),
	'it is what its id answers';
my $video = $create->{json}{object};
is $create->{json}{actor}, $account_id, 'by the account';
is_deeply $video->{to}, [ $public, $channel_id ], 'to all and the channel';
is_deeply $video->{cc}, ["$account_id/followers"], 'and its followers';
is scalar(grep { ($_->{mediaType} // '') =~ /^video/ } @{ $video->{url} }), 1,
	'with its files';
for my $sharer ([ $server_id, 'the server' ], [ $channel_id, 'the channel' ]) {
	my $announce = $peer->wait_for(sub { my $a = $_[0]{json};
		$a->{type} eq 'Announce' && $a->{object} eq $url &&
		$a->{actor} eq $sharer->[0] }, 20) or
		fail("Announce by $sharer->[1]"), next;
	ok $announce->{verified}, "Announce by $sharer->[1] is signed";
	my $body = { %{ $announce->{json} } };
	delete $body->{signature};
	is_deeply $body, $client->activity($body->{id} =~ s/^\Q$origin//r),
		'and is what its id answers';
}
is_deeply [ sort map { m{/(\d+)$} } @{ $client->activity(
	"/videos/watch/$uuid/announces?page=1")->{orderedItems} } ],
	[ sort map { $_->{json}{id} =~ m{/(\d+)$} } grep {
	$_->{json}{object} eq $url } $peer->received('Announce') ],
	'both are in the collection';

# --- changes ----------------------------------------------------------------------

my %token = (headers => { authorization =>
	'Bearer ' . $cardume->token($name) });
is $client->send_json(PUT => "/api/v1/videos/$uuid", { name =>
	'Another name' }, %token)->{status}, 204, 'a new name';
my $update = told('Update', $url) or BAIL_OUT('no Update');
is $update->{json}{object}{name}, 'Another name', 'Update tells it';
is $update->{json}{actor}, $account_id, 'by the account';
like $update->{json}{id}, qr{^\Q$url\E/updates/\d{4}-.*Z$}, 'with an id';
nothing_else('Update', $url, 'once');

$cardume->psql("INSERT INTO video_caption (video_id, language_id, filename)
	SELECT id, 'fr', uuid || '-fr.vtt' FROM video WHERE uuid = '$uuid';
	INSERT INTO video_chapter SELECT id, 0, 'Start' FROM video
	WHERE uuid = '$uuid';
	INSERT INTO video_chapter SELECT id, 60, 'End' FROM video
	WHERE uuid = '$uuid'");
$update = told('Update', $url);
is_deeply $update->{json}{object}{subtitleLanguage}, [ { identifier => 'fr',
	name => 'French', automaticallyGenerated => JSON::PP::false, url => [ {
	type => 'Link', mediaType => 'text/vtt', href =>
	"$origin/lazy-static/video-captions/$uuid-fr.vtt" } ] } ],
	'captions are told';
is_deeply $client->activity("/videos/watch/$uuid/chapters")->{hasPart},
	[ { name => 'Start', startOffset => 0, endOffset => 60 },
	{ name => 'End', startOffset => 60, endOffset => 185 } ],
	'chapters where the document says';

# Totals: not at once, and not each time.
$cardume->psql("UPDATE video SET likes = likes + 1 WHERE uuid = '$uuid'");
$cardume->psql('SELECT video_recount_write()');
ok told('Update', $url), 'a new number of likes is told by the sweep';
$cardume->psql("UPDATE video SET likes = likes + 1 WHERE uuid = '$uuid'");
$cardume->psql('SELECT video_recount_write()');
nothing_else('Update', $url, 'not twice in ten minutes');

# --- another channel ----------------------------------------------------------------

my $second = $client->send_json(POST => '/api/v1/video-channels', {
	name => "${name}_two", displayName => 'Two' }, %token);
is $second->{status}, 200, 'a second channel' or diag $second->{content};
is $client->send_json(PUT => "/api/v1/videos/$uuid", { channelId =>
	decode_json($second->{content})->{videoChannel}{id} }, %token)->{status},
	204, 'moved there';
my $undo = told('Undo', $url);
is $undo->{json}{actor}, $channel_id, 'the old channel takes its share back';
my $moved = $peer->wait_for(sub { my $a = $_[0]{json};
	$a->{type} eq 'Announce' && $a->{object} eq $url &&
	$a->{actor} eq "$origin/video-channels/${name}_two" }, 20);
ok $moved, 'the new one shares it';
is told('Update', $url)->{json}{object}{audience},
	"$origin/video-channels/${name}_two", 'Update names the new one';

# --- who else is told --------------------------------------------------------------

unfollow();
my ($untold) = publish(name => 'Nobody follows');
follow('peertube');
my (undef, $second_url) = publish(name => 'For who follows the server');
ok told('Create', $second_url), 'who follows the server is told';
unfollow();
follow($channel);
my ($third, $third_url) = publish(name => 'For who follows the channel');
ok told('Create', $third_url), 'who follows the channel is told';
nothing_else('Create', "$origin/videos/watch/$untold",
	'nobody of what nobody followed');

# --- playlists ----------------------------------------------------------------------

my $list = decode_json($client->send_json(POST => '/api/v1/video-playlists', {
	displayName => 'A list', privacy => 1, videoChannelId =>
	0 + $cardume->psql("SELECT c.id FROM channel c JOIN actor a
		ON a.id = c.actor_id WHERE a.name = '$channel'") }, %token)->{content})
	->{videoPlaylist};
my $list_url = "$origin/video-playlists/$list->{uuid}";
$create = told('Create', $list_url);
is $create->{json}{actor}, $account_id, 'a playlist is told by its account';
is $create->{json}{object}{name}, 'A list', 'with its name';
is_deeply $create->{json}{object}{attributedTo}, [$channel_id],
	'and its channel';
my $element = decode_json($client->send_json(POST =>
	"/api/v1/video-playlists/$list->{uuid}/videos", { videoId => $third,
	startTimestamp => 3 }, %token)->{content})->{videoPlaylistElement}{id};
is told('Update', $list_url)->{json}{object}{totalItems}, 1,
	'what is put into it is told';
my $items = $client->activity("/video-playlists/$list->{uuid}?page=1");
is_deeply $items->{orderedItems}, ["$list_url/videos/$element"], 'its page';
my $document = $client->activity("/video-playlists/$list->{uuid}/videos/" .
	$element);
is "$document->{type} $document->{url} $document->{startTimestamp}",
	"PlaylistElement $third_url 3", 'its element';
is_deeply $client->activity("/accounts/$name/playlists?page=1")->{orderedItems},
	[$list_url], 'the account\'s list of lists';
is_deeply $client->activity("/video-channels/$channel/playlists?page=1")
	->{orderedItems}, [$list_url], 'and the channel\'s';
is $client->send_json(PUT => "/api/v1/video-playlists/$list->{uuid}", {
	displayName => 'Hidden', privacy => 3 }, %token)->{status}, 204,
	'made private';
ok told('Delete', $list_url), 'Delete is told';
is $client->get("/video-playlists/$list->{uuid}", headers => { accept =>
	'application/activity+json' })->{status}, 404, 'it is not given';
is $client->send_json(PUT => "/api/v1/video-playlists/$list->{uuid}", {
	privacy => 1, videoChannelId => 0 + $cardume->psql("SELECT c.id
	FROM channel c JOIN actor a ON a.id = c.actor_id
	WHERE a.name = '$channel'") }, %token)->{status}, 204, 'public again';
ok told('Create', $list_url), 'Create again';
$client->request(DELETE => "/api/v1/video-playlists/$list->{uuid}", %token);
ok told('Delete', $list_url), 'Delete when it is deleted';
# the refusal of before is kept for some seconds
wait_for { $client->get("/video-playlists/$list->{uuid}", headers => { accept =>
	'application/activity+json' })->{status} == 410 } 30, 'it is gone';

# --- the end ------------------------------------------------------------------------

$cardume->psql("UPDATE video SET privacy = 3 WHERE uuid = '$third'");
my $delete = told('Delete', $third_url);
is $delete->{json}{actor}, $account_id, 'made private: Delete by the account';
$cardume->psql("UPDATE video SET privacy = 1, files_are_public = true
	WHERE uuid = '$third'");
ok told('Create', $third_url), 'public again: Create again';
is $client->request(DELETE => "/api/v1/videos/$third", %token)->{status}, 204,
	'deleted';
ok told('Delete', $third_url), 'Delete is told';
for my $path ("/videos/watch/$third") {
	my $answer = $client->get($path, headers => {
		accept => 'application/activity+json' });
	is $answer->{status}, 410, 'its id is gone';
	my $tombstone = eval { decode_json($answer->{content}) } // {};
	is "$tombstone->{type} $tombstone->{formerType} $tombstone->{id}",
		"Tombstone Video $third_url", 'with a tombstone';
}
my ($unlisted, $unlisted_url) = publish(privacy => 2);
nothing_else('Create', $unlisted_url, 'an unlisted one is not told');
$cardume->psql("UPDATE setting SET value = 'true' WHERE
	name = 'federation.videos.federate_unlisted'");
($unlisted, $unlisted_url) = publish(privacy => 2);
$create = told('Create', $unlisted_url);
is_deeply [ $create->{json}{to}, $create->{json}{cc} ], [ [], [$public] ],
	'unless the admin says so: to nobody\'s followers';
nothing_else('Announce', $unlisted_url, 'and is not shared');
$cardume->psql("UPDATE setting SET value = 'false' WHERE
	name = 'federation.videos.federate_unlisted'");

done_testing;
