#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# What is kept of the API's documents of videos is what would be made now,
# whatever of a video changes.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my $ann = $cardume->user(unique('ann'));
my $token = $cardume->token($ann);
my $client = $cardume->client;
my $video = Cardume::Video->make($cardume, $ann, name => 'Kept as it is',
	description => 'Some words about it.', tags => '{sea}', views => 3);
my ($id, $uuid) = @$video{qw(id uuid)};

# The row that is kept, and whether it is what the tables say.
sub kept {
	return $cardume->psql(<<"SQL");
SELECT count(*) FROM video_kept k JOIN video v ON v.id = k.video_id
WHERE v.id = $id AND k.members = video_members_made(v.id)
	AND k.summary = summary_made(v.description)
	AND k.files = video_files_made(v.id)
	AND k.whole = video_whole_made(v.id)
	AND v.has_hls = EXISTS (SELECT FROM streaming_playlist p
		WHERE p.video_id = v.id)
	AND v.has_web = EXISTS (SELECT FROM video_file f
		WHERE f.video_id = v.id AND f.playlist_id IS NULL)
	AND v.files_size = (SELECT coalesce(sum(f.size), 0)
		FROM video_file f WHERE f.video_id = v.id)
SQL
}

sub version { $cardume->psql("SELECT xmin FROM video_kept WHERE video_id = $id") }

sub whole {
	my $answer = $client->get("/api/v1/videos/$uuid",
		headers => { authorization => "Bearer $token" });
	is $answer->{status}, 200, 'the video is there';
	return decode_json($answer->{content});
}

sub item {
	my $answer = $client->get("/api/v1/accounts/$ann/videos?count=100",
		headers => { authorization => "Bearer $token" });
	my ($item) = grep { $_->{uuid} eq $uuid }
		@{ decode_json($answer->{content})->{data} };
	return $item;
}

is kept(), 1, 'a new video is kept, with its files and thumbnail';
is item()->{views}, 3, 'views are told';
ok scalar @{ whole()->{files} }, 'and files';

# Each change: what is done, and what is seen of it in the item and the whole.
my @changes = (
	[ 'a name', q(UPDATE video SET name = 'Name "quoted" \\ é'),
		sub { $_[0]->{name} eq "Name \"quoted\" \\ \x{e9}" } ],
	[ 'a description', q(UPDATE video SET description = repeat('x', 400)),
		sub { length $_[0]->{truncatedDescription} == 250 } ],
	[ 'a category', 'UPDATE video SET category_id = 2',
		sub { $_[0]->{category}{id} == 2 } ],
	[ 'no description', 'UPDATE video SET description = NULL',
		sub { !defined $_[0]->{description} } ],
	[ 'a date', q(UPDATE video SET originally_published_at = '2001-02-03Z'),
		sub { $_[0]->{originallyPublishedAt} =~ /^2001-02-03/ } ],
	[ 'a length', 'UPDATE video SET duration = 77',
		sub { $_[0]->{duration} == 77 } ],
	[ 'sensitive', 'UPDATE video SET nsfw = true',
		sub { $_[0]->{nsfw} } ],
	[ 'not sensitive', 'UPDATE video SET nsfw = false',
		sub { !$_[0]->{nsfw} } ],
);
for (@changes) {
	my ($what, $sql, $seen) = @$_;
	$cardume->psql("$sql WHERE id = $id");
	is kept(), 1, "$what: kept is what would be made";
	ok $seen->(item()), "$what: the list shows it";
	ok $seen->(whole()), "$what: the video shows it";
}

my $before = version();
$cardume->psql("UPDATE video SET views = views + 7, likes = 2, dislikes = 1,
	comments = 4, hot = 9, trending = 9 WHERE id = $id");
is version(), $before, 'what counts makes nothing anew';
for my $shown (item(), whole()) {
	is_deeply [ @$shown{qw(views likes dislikes comments)} ],
		[ 10, 2, 1, 4 ], 'and is shown all the same';
}

$cardume->psql("UPDATE thumbnail SET filename = gen_random_uuid() || '.jpg'
	WHERE video_id = $id");
is kept(), 1, 'a thumbnail that changes';
my $name = $cardume->psql("SELECT filename FROM thumbnail
	WHERE video_id = $id AND kind = 'thumbnail'");
like item()->{thumbnailPath}, qr/\Q$name\E$/, 'is shown';
$cardume->psql("DELETE FROM thumbnail WHERE video_id = $id");
is kept(), 1, 'one that goes';
is item()->{thumbnailPath}, '', 'is not shown';
$cardume->psql("DELETE FROM video_file WHERE video_id = $id
	AND playlist_id IS NULL");
is kept(), 1, 'a file that goes';
is_deeply whole()->{files}, [], 'is not shown';
$cardume->psql("DELETE FROM streaming_playlist WHERE video_id = $id");
is kept(), 1, 'a playlist that goes';
is_deeply whole()->{streamingPlaylists}, [], 'is not shown';

$cardume->psql("UPDATE account SET display_name = 'Ann the \"Great\"'
	WHERE id = (SELECT c.account_id FROM video v
		JOIN channel c ON c.id = v.channel_id WHERE v.id = $id)");
is item()->{account}{displayName}, 'Ann the "Great"',
	'a new name of the account is shown at once';
is whole()->{account}{displayName}, 'Ann the "Great"', 'in the video too';

# For whom nothing, or nothing of this origin, is kept the same is made.
my ($shown_item, $shown_whole) = (item(), whole());
$cardume->psql("UPDATE video_kept SET origin = 'https://old.example',
	members = '\"name\":\"old\"', summary = '1', files = '\"x\":1'
	WHERE video_id = $id");
is_deeply item(), $shown_item, 'what another origin left is not shown';
is_deeply whole(), $shown_whole, 'in the video neither';
$cardume->psql("DELETE FROM video_kept WHERE video_id = $id");
is_deeply item(), $shown_item, 'nothing kept: the same list';
is_deeply whole(), $shown_whole, 'nothing kept: the same video';

# Followers and what is followed are counted beside the actor (of others, what
# their servers say).
sub counted {
	return $cardume->psql('SELECT count(*) FROM actor a WHERE host_id IS NULL AND
		(followers, following) <> ((SELECT count(*) FROM follow f
			WHERE f.target_id = a.id AND f.state = \'accepted\'),
		(SELECT count(*) FROM follow f WHERE f.follower_id = a.id
			AND f.state = \'accepted\'))');
}
my ($one, $two) = map { $cardume->psql("SELECT a.id FROM actor a
	WHERE a.name = '" . $cardume->user(unique($_)) . "'") } qw(bob eve);
for my $change ("INSERT INTO follow VALUES ($one, $two, 'pending')",
	"UPDATE follow SET state = 'accepted' WHERE follower_id = $one",
	"INSERT INTO follow VALUES ($two, $one, 'accepted')",
	"UPDATE follow SET state = 'rejected' WHERE follower_id = $one",
	"DELETE FROM follow WHERE follower_id = $two") {
	$cardume->psql($change);
	is counted(), 0, "counted after: $change";
}

# The lists of other tests are without it.
$cardume->psql("DELETE FROM video WHERE id = $id");
done_testing;
