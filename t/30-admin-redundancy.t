#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# The page of copies of videos, with forms and no script: one added by its
# address, removed; copies that others keep; what is copied by itself, and from
# whom.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Federation;
use Cardume::Instances;
use Cardume::Peer;
use Cardume::Video;

my $cardume = Cardume->shared;
my $follows = '/admin/settings/follows';
my $page = "$follows/video-redundancies-list";
my $admin = $cardume->sign_in('root');
is $cardume->sign_in($cardume->user(unique('moder'), role => 'moderator'))
	->get($page)->{status}, 403, 'a moderator may not';
is $cardume->client->get($page, redirect => 0)->{status}, 303, 'nor somebody';
like $admin->text('/admin'), qr/href="\Q$page\E"/, 'the menu leads there';

my $peer = Cardume::Peer->start(software => 'peertube');
my $here = Cardume::Federation->new($cardume, $peer);
my $host = $peer->host;
my $bob = $peer->actor('bob', path => '/accounts/bob');
my $films = $peer->actor('films', type => 'Group',
	path => '/video-channels/films', attributedTo => [{ type => 'Person',
		id => $bob->{id} }]);
my @theirs = map { $peer->video($bob, $films, name => unique('Copied <b> '),
	url => [ { type => 'Link', mediaType => 'text/html',
		href => $peer->url("/w/$_") }, $peer->playlist_link ]) } 1 .. 2;
my $ours = Cardume::Video->make($cardume, $cardume->user(unique('owner')));

# --- one by its address ------------------------------------------------------

sub add {
	my ($named) = @_;
	return $admin->follow_form($page, { video => $named },
		which => "$page/add");
}

# The row of a video; '' where there is none.
sub row {
	my ($name, $html) = @_;
	$name =~ s/</&lt;/g;
	$name =~ s/>/&gt;/g;
	my ($row) = grep { /\Q$name\E/ } ($html // $admin->text($page))
		=~ m{<tr>(.*?)</tr>}gs;
	return $row // '';
}

sub remove {
	my ($html, $query) = @_;
	my ($id) = $html =~ /name="id" value="(\d+)"/;
	return $admin->follow_form($page . ($query // ''), {},
		which => qr{list/remove.*name="id" value="$id"}s);
}

my $answer = add($theirs[0]{id});
like $answer->{content}, qr/It is being copied/,
	'one that is not known yet, by its address there';
like row($theirs[0]{name}, $answer->{content}), qr{\Q$host\E.*Chosen by hand}s,
	'is in the list';
for ([ 'its address here', sub { $cardume->origin . '/w/' . $_[1] } ],
	[ 'its number', sub { $_[0] } ], [ 'its UUID', sub { $_[2] } ]) {
	my ($what, $written) = @$_;
	my $video = $theirs[1];
	my $id = $here->learn_video($video);
	my $short = $cardume->psql("SELECT short_uuid FROM video WHERE id = $id");
	like add($written->($id, $short, $video->{uuid}))->{content},
		qr/It is being copied/, "one by $what";
	my $answer = remove(row($video->{name}));
	like $answer->{content}, qr/used no longer/, '... removed';
	is row($video->{name}, $answer->{content}), '', '... gone';
}
for ([ $theirs[0]{id}, 'that is copied already' ],
	[ $cardume->origin . "/w/$ours->{uuid}", 'of ours' ],
	[ $cardume->origin . '/w/nothing', 'that is not here' ],
	[ $films->{id}, 'that is a channel' ], [ '999999999', 'by no number' ],
	[ $peer->url('/nothing'), 'that is not there' ], [ "' OR 1=1", 'of none' ],
	[ 'x' x 2001, 'that is too long' ], [ '', 'that is empty' ]) {
	my ($written, $what) = @$_;
	my $answer = add($written);
	is $answer->{status}, 422, "an address $what is refused";
	my $shown = $written =~ s/'/&#39;/gr;
	like $answer->{content}, qr{role="alert".*href="\#video".*
		name="video"[^>]*value="\Q$shown\E"}sx, '... with words, as typed';
}
$cardume->psql("UPDATE redundancy SET state = 'failed', error = 'It is <gone>.'
	WHERE video_id = (SELECT id FROM video WHERE url = '$theirs[0]{id}')");
like row($theirs[0]{name}), qr{>failed</span>\s*It is &lt;gone&gt;\.}s,
	'why one failed is told';
like $admin->follow_form($page, {}, which =>
	qr{list/add.*>Try again<.*\Q@{[substr $theirs[0]{name}, -10]}\E}s)
	->{content}, qr/It is being copied/, 'it is tried again';
like row($theirs[0]{name}), qr/>being copied</, '... now';
$cardume->psql("UPDATE redundancy SET state = 'kept', size = 3 * 1048576
	WHERE video_id = (SELECT id FROM video WHERE url = '$theirs[0]{id}')");
like row($theirs[0]{name}), qr{>kept<.*3[.,]?0? MiB}s, 'and how large one is';
like $admin->text($page), qr{Chosen by hand</strong> 3[.,]?0? MiB, \d+ video},
	'and all of them';
is $admin->post("$page/remove", { csrf => 'x', id => 1 })->{status}, 403,
	'not without the form';

# --- those that others keep --------------------------------------------------

my $server = $peer->actor('peertube', type => 'Application',
	path => '/accounts/peertube');
$here->learn_actor($server);
my $title = $cardume->psql("SELECT name FROM video
	WHERE uuid = '$ours->{uuid}'");
$cardume->psql("INSERT INTO mirror (video_id, actor_id, url, file_url)
	SELECT v.id, a.id, 'https://x.example/" . unique('m') . "',
		'" . $peer->url('/static/redundancy/hls/x') . "'
	FROM video v, actor a WHERE v.uuid = '$ours->{uuid}'
		AND a.url = '$server->{id}'");
my $row = row($title, $admin->text("$page?target=my-videos"));
like $row, qr{<bdi>\Q$host\E</bdi>.*it is removed}s, 'who keeps a copy of ours';
is row($title), '', '... is in another list';
$answer = remove($row, '?target=my-videos');
like $answer->{url}, qr/target=my-videos/, 'the list is shown again';
is row($title, $answer->{content}), '', 'it is used no longer';

# --- by itself -----------------------------------------------------------------

sub setting {
	return decode_json($cardume->psql("SELECT value FROM setting
		WHERE name = 'redundancy.videos.strategies'"));
}

sub save {
	my (%values) = @_;
	return $admin->follow_form($page, \%values,
		which => "$page/strategies");
}

my $before = setting();
$answer = save('most-views' => 'true', 'most-views-size' => 'much',
	'most-views-hours' => 9, 'recently-added' => 'true',
	'recently-added-views' => -1, 'recently-added-size' => '1.5',
	'trending-size' => 'unheeded');
is $answer->{status}, 422, 'what is no number is refused';
like $answer->{content}, qr{href="\#most-views-size".*99999\ GiB.*
	href="\#most-views-hours".*10\ to.*
	href="\#recently-added-views".*<details[^>]*open}sx, '... each with words';
like $answer->{content}, qr{id="most-views-size"[^>]*value="much"},
	'... as it was typed';
like $answer->{content}, qr{id="recently-added"[^>]*checked}, '... and chosen';
is_deeply setting(), $before, '... and nothing saved';
is save(trending => 'true', 'trending-size' => $_)->{status}, 422,
	"not $_ GiB" for 0, -1, 100_000, '1e3', '0.0001', '9' x 21;
$answer = save('most-views' => 'true', 'most-views-size' => '0,5',
	'most-views-hours' => 24, 'recently-added' => 'true',
	'recently-added-size' => 2, 'recently-added-hours' => 10,
	'recently-added-views' => 0);
like $answer->{content}, qr/Your changes are saved/, 'good ones are saved';
is_deeply setting(), [ { strategy => 'most-views', size => 536_870_912,
	minLifetime => 86_400 }, { strategy => 'recently-added',
	size => 2_147_483_648, minLifetime => 36_000, minViews => 0 } ],
	'... as the setting has them';
like $answer->{content}, qr{most-views-used">.*?/\ 512[.,]?0?\ MiB.*?<meter[^>]*
	max="536870912"}sx, 'how much of it is used';
like $answer->{content}, qr{id="most-views-size"[^>]*value="0\.5"},
	'the form has them';
unlike $answer->{content}, qr{id="trending"[^>]*checked}, 'and no others';
save('most-views' => undef, 'recently-added' => undef);
is_deeply setting(), [], 'none again';

# --- whose ---------------------------------------------------------------------

$cardume->psql("INSERT INTO follow (follower_id, target_id, state, url)
	SELECT instance_actor(), id, 'accepted', 'https://x.example/" .
	unique('f') . "' FROM actor WHERE url = '$films->{id}'");
sub allow {
	my ($allowed) = @_;
	return row($films->{handle}, $admin->follow_form(
		"$follows/following-list", { allowed => $allowed }, which =>
		qr{following-list/copied.*value="\Q$host\E"}s)->{content});
}
unlike row($films->{handle}, $admin->text("$follows/following-list")),
	qr/>allowed</, 'no copies of whom one follows at first';
like allow('true'), qr/>allowed</, 'they are allowed';
unlike allow('false'), qr/>allowed</, 'no longer';
is $admin->post("$follows/following-list/copied", { csrf => 'x',
	host => $host, allowed => 'true' })->{status}, 403,
	'not without the form';
$cardume->psql("DELETE FROM follow f USING actor a WHERE a.id = f.target_id
	AND a.url = '$films->{id}' AND f.follower_id = instance_actor()");
remove(row($theirs[0]{name}));

done_testing;
