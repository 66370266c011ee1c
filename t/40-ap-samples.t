# SPDX-License-Identifier: AGPL-3.0-or-later
# Our documents beside those of the newest PeerTube (and 8.0.1): the same keys
# with the same JSON types. Each difference is listed here with its reason.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;
use Cardume;
use Cardume::Rows qw(video_rows);
use Cardume::Shape;

my $samples = shared_data('federation-samples/peertube-synthetic')
	or plan skip_all => 'no ../shared/data/federation-samples here';
my $cardume = Cardume->shared;
my $client = $cardume->client;
my $name = $cardume->user(unique('aps'));
my $channel = $cardume->psql("SELECT ca.name FROM actor ca
	JOIN channel c ON c.actor_id = ca.id JOIN account a ON a.id = c.account_id
	JOIN actor p ON p.id = a.actor_id WHERE p.name = '$name'");
my $video = video_rows($cardume, $channel, category_id => 15, licence_id => 1,
	language_id => 'en', tags => \"'{federation}'", description => 'Text');
$cardume->psql("
	INSERT INTO actor_image (actor_id, kind, filename, width, height)
	SELECT id, 'avatar', gen_random_uuid() || '.jpg', 48, 48 FROM actor
	WHERE name = '$name'
	UNION ALL
	SELECT id, 'banner', gen_random_uuid() || '.jpg', 1920, 317 FROM actor
	WHERE name = '$channel';
	INSERT INTO follow (follower_id, target_id, state)
	SELECT f.id, t.id, 'accepted' FROM actor f, actor t
	WHERE f.name = 'root' AND t.name = '$channel';
	INSERT INTO video_caption (video_id, language_id, filename)
	SELECT id, 'fr', uuid || '-fr.vtt' FROM video WHERE uuid = '$video';
	INSERT INTO video_chapter (video_id, timecode, title)
	SELECT id, 0, 'Start' FROM video WHERE uuid = '$video';
	UPDATE account a SET description = 'Text' FROM actor x
	WHERE x.id = a.actor_id AND x.name = '$name';
	UPDATE channel c SET support = 'Text' FROM actor x
	WHERE x.id = c.actor_id AND x.name = '$channel'");

my %reason = (
	url => 'a plain string: PeerTube 6 refuses a list of Links, and ' .
		'Mastodon and Misskey take only its first',
	storyboard => 'storyboards come with another part of Cardume',
	beyond => 'what Mbin, Friendica, Lemmy (commentsEnabled) and Mastodon ' .
		'(replies, nameMap) read',
	newer => 'newer than the sample',
	profile => 'Mastodon and Friendica look for the page',
	null => 'null here, a text there',
);

my %video_differences = ('nameMap*' => 'beyond', replies => 'beyond',
	commentsEnabled => 'beyond', 'preview*' => 'storyboard');
my %actor_differences = ('url*' => 'url', map { $_ => 'beyond' }
	qw(webfinger discoverable indexable));

my %bearer = (headers => { authorization => 'Bearer ' .
	$cardume->token($name) });
my $list = decode_json($client->send_json(POST => '/api/v1/video-playlists', {
	displayName => 'A list', description => 'Text', privacy => 1,
	videoChannelId => 0 + $cardume->psql("SELECT c.id FROM channel c
	JOIN actor a ON a.id = c.actor_id WHERE a.name = '$channel'") }, %bearer)
	->{content})->{videoPlaylist}{uuid};
my $element = decode_json($client->send_json(POST =>
	"/api/v1/video-playlists/$list/videos", { videoId => $video,
	startTimestamp => 1, stopTimestamp => 9 }, %bearer)->{content})
	->{videoPlaylistElement}{id};

# [ sample, path, { key => reason }, key => "k*" names all that begin so ]
my @pairs = (
	[ 'video', "/videos/watch/$video", \%video_differences ],
	[ 'video-8.0.1', "/videos/watch/$video", { %video_differences,
		'attributedTo[]*' => 'newer', audience => 'newer',
		embedUrl => 'newer' } ],
	[ 'create-video', "/videos/watch/$video/activity", {
		map { ("object.$_" => $video_differences{$_}) }
		keys %video_differences } ],
	[ 'actor-account', "/accounts/$name", \%actor_differences ],
	[ 'actor-channel', "/video-channels/$channel", \%actor_differences ],
	[ 'actor-application', '/accounts/peertube', \%actor_differences ],
	[ 'outbox', "/accounts/$name/outbox", {} ],
	[ 'outbox-page-8.0.1', "/accounts/$name/outbox?page=1", {} ],
	[ 'followers-page', "/video-channels/$channel/followers?page=1", {} ],
	[ 'announce-by-channel', undef, {} ],
	[ 'chapters', "/videos/watch/$video/chapters", {} ],
	[ 'playlist', "/video-playlists/$list",
		{ videoChannelPosition => 'newer' } ],
	[ 'playlist-page', "/video-playlists/$list?page=1",
		{ videoChannelPosition => 'newer' } ],
	[ 'playlist-element', "/video-playlists/$list/videos/$element", {} ],
	[ 'player-settings-video', "/videos/watch/$video/player-settings", {} ],
	[ 'nodeinfo-discovery', '/.well-known/nodeinfo', {} ],
	[ 'webfinger-channel', '/.well-known/webfinger?resource=acct:' .
		"$channel\@" . $cardume->origin =~ s{^https?://}{}r,
		{} ],
);

sub told_why {
	my ($path, $differences) = @_;
	for my $key (keys %$differences) {
		my $begin = $key =~ s/\*$//r;
		return $reason{ $differences->{$key} } // die "no reason for $key"
			if $path eq $begin ||
			$key =~ /\*$/ && index($path, $begin) == 0;
	}
	return;
}

# null may stand for any other type.
sub types {
	my ($found) = @_;
	return join ' ', grep { $_ ne 'null' } sort keys %{ $found // {} };
}

for my $pair (@pairs) {
	my ($sample, $path, $differences) = @$pair;
	$path //= $client->activity("/video-channels/$channel/outbox?page=1")
		->{orderedItems}[0]{id};
	my $theirs = decode_json(slurp("$samples/$sample.json"));
	my $ours = $client->activity($path);
	delete $_->{'@context'}[3] for grep { ref $_->{'@context'} } $theirs, $ours;
	my ($left, $right) = (shape_of($theirs), shape_of($ours));
	my (%seen, @wrong);
	for my $key (grep { !$seen{$_}++ } sort(keys %$left), sort keys %$right) {
		my ($a, $b) = (types($left->{$key}), types($right->{$key}));
		my $same = exists $left->{$key} && exists $right->{$key} &&
			($a eq $b || $a eq '' || $b eq '');
		my $why = told_why($key, $differences);
		push @wrong, sprintf '%s: %s there, %s here', $key,
			map({ exists $_->{$key} ? types($_) || 'null' : 'absent' }
			$left, $right) if !$same && !$why;
		note "$sample $key: $why" if !$same && $why;
	}
	ok !@wrong, "keys and types of $sample" or diag join "\n", @wrong;
}

# The terms of our @context are theirs, and one that 6.3 had.
for my $kind ([ 'video', "/videos/watch/$video" ], [ 'actor-channel',
	"/c/$channel" ], [ 'chapters', "/videos/watch/$video/chapters" ],
	[ 'player-settings-video', "/videos/watch/$video/player-settings" ],
	[ 'outbox', "/accounts/$name/outbox" ]) {
	my ($sample, $path) = @$kind;
	my $theirs = decode_json(slurp("$samples/$sample.json"))->{'@context'};
	my $ours = $client->activity($path)->{'@context'};
	is_deeply delete $ours->[3]{commentsEnabled}, {
		'@type' => 'sc:Boolean', '@id' => 'pt:commentsEnabled' },
		'commentsEnabled is defined as in PeerTube 6.3' if $sample eq 'video';
	is delete $ours->[3]{webfinger},
		'https://purl.archive.org/socialweb/webfinger#webfinger',
		'webfinger is that of FEP-2c59' if $sample =~ /^actor/;
	is_deeply [ map { delete $ours->[3]{$_} } qw(alsoKnownAs movedTo) ],
		[ map { { '@id' => "as:$_", '@type' => '@id' } }
			qw(alsoKnownAs movedTo) ], 'who moves, as Mastodon says it'
		if $sample =~ /^actor/;
	is_deeply $ours, $theirs, "\@context of $sample";
}
done_testing;
