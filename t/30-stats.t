#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# The page of a video's statistics, by day, and the bytes of all on the admins'.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my ($maker, $other) = map { $cardume->user(unique($_)) } qw(maker other);
my $owner = $cardume->sign_in($maker);
my $video = Cardume::Video->make($cardume, $maker, bare => 1,
	name => 'Seen <b>');
my $page = "/videos/manage/$video->{uuid}/stats";

like($owner->text($_), qr/href="\Q$page\E"/, "$_ leads there")
	for '/my-library/videos', "/videos/manage/$video->{uuid}";
my $text = $owner->text($page);
like($text, qr/Seen &lt;b/, 'the name');
like($text, qr/Nobody watched it.*Players have told nothing/s,
	'what nobody has watched');
is($cardume->sign_in($other)->get($page)->{status}, 404, 'not for others');
is($cardume->client->get($page, redirect => 0)->{status}, 303, 'nor strangers');
is($cardume->sign_in($cardume->user(unique('judge'), role => 'moderator'))
	->get($page)->{status}, 200, 'moderators may');
is($owner->get("$page?days=$_")->{status}, 400, "days: $_") for 0, 366, 'x';
is($owner->get('/videos/manage/' . ('1' x 8) . '-1111-4111-8111-' . ('1' x 12) .
	'/stats')->{status}, 404, 'no such video');

# Of two days, and of one that is too long ago for the default.
sub days_ago { "((now() AT TIME ZONE 'UTC')::date - $_[0])" }
$cardume->psql("INSERT INTO view_day VALUES " . join ',', map {
	"($video->{id}, ${\days_ago($_->[0])}, $_->[1])" } [0, 3], [2, 5], [50, 7]);
$cardume->psql("INSERT INTO view_session (video_id, started_at, ended_at, watched)
	SELECT $video->{id}, t, t + interval '1 minute', 40
	FROM generate_series(1, 4) i, LATERAL (SELECT
	(${\days_ago(2)} + time '00:00') AT TIME ZONE 'UTC' AS t) s");
$cardume->psql("INSERT INTO playback_day VALUES
	($video->{id}, ${\days_ago(0)}, 3000000, 1000000, 500000),
	($video->{id}, ${\days_ago(1)}, 2000000, 0, 0)");
sub row {
	my ($html, $part, $nr) = @_;
	my ($section) = $html =~ m{<section[^>]*"$part">(.*?)</section>}s;
	my ($body) = ($section // '') =~ m{<tbody>(.*?)</tbody>}s;
	my @rows = ($body // '') =~ m{<tr>(.*?)</tr>}gs;
	return join '|', $rows[$nr] =~ m{class="numbers">([^<]*)}g,
		$rows[$nr] =~ m{width="(\d+)"}g if $rows[$nr];
	return 'none';
}
$text = $owner->text($page);
is(row($text, 'watched', 0), '3|0|0:00|0', 'today');
is(row($text, 'watched', 1), '5|4|2:40|80', 'two days ago');
is(row($text, 'watched', 2), 'none', 'no more in this time');
like($text, qr{Views</dt><dd>8<.*Viewers</dt><dd>4<.*watched</dt><dd>2:40<}s,
	'sums');
like(row($text, 'played', 0), qr/^2\.8 MiB\|976 KiB\|75\|25$/,
	'bytes with bars');
like(row($text, 'played', 1), qr/^1\.9 MiB\|0 B\|50\|0$/, 'of the day before');
like($text, qr/\(17 %\)/, 'the share of viewers');
is(row($owner->text("$page?days=90"), 'watched', 2), '7|0|0:00|0',
	'a longer time');

sub site_bytes {
	my ($body) = $cardume->sign_in('root')->text(
		'/admin/settings/system/sharing') =~
		m{<section[^>]*"played">(.*?)</section>}s;
	return $body // '';
}
like(site_bytes(), qr/From the server<.*<time datetime=.*<rect/s,
	'those of the whole site');
is($cardume->psql("SELECT (d ->> 'fromServer')::bigint - coalesce((SELECT
	sum(from_server) FROM playback_day WHERE video_id <> $video->{id}
	AND day >= ${\days_ago(29)}), 0)
	FROM playback_table(NULL, ${\days_ago(29)}) d"), 5000000, 'add up');
done_testing;
