#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Lists read their order from an index, and what they filter by too: no plan of
# theirs may go through all videos or sort them. With sequential scans and sorts
# forbidden a plan has one only where no index serves.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->start;
my $ann = $cardume->user('ann');
Cardume::Video->make($cardume, $ann, name => "Clip $_", bare => 1,
	category => 1 + $_ % 3, language => 'en', tags => '{sea}')
	for 1 .. 3;
# Enough rows for statistics to speak; most columns are of no matter.
$cardume->psql("INSERT INTO video (short_uuid, channel_id, name, privacy,
	state, category_id, language_id, licence_id, tags, nsfw, published_at)
	SELECT '1111111111111111111111', channel_id, 'Filler ' || i, 1, 1,
		i % 18 + 1, CASE WHEN i % 7 = 0 THEN 'fr' ELSE 'en' END, 1,
		ARRAY['tag' || i % 50], i % 20 = 0,
		now() - i * interval '1 hour'
	FROM generate_series(1, 2000) i,
		(SELECT channel_id FROM video LIMIT 1) c");
$cardume->psql('ANALYZE', 'admin');

# The plans of all statements that this one runs.
sub plans {
	my ($sql, $before) = @_;
	return scalar $cardume->psql(join(';', "LOAD 'auto_explain'",
		'SET auto_explain.log_min_duration = 0',
		'SET auto_explain.log_nested_statements = on',
		'SET jit = off', 'SET enable_seqscan = off',
		'SET enable_sort = off', 'BEGIN', $before // 'SELECT 1',
		'SET LOCAL client_min_messages = log', "SELECT length(($sql)::text)",
		'ROLLBACK'), 'admin');
}

my $big = qr/video|channel|actor|account|comment|video_file/;
sub scans { return $_[0] =~ /Seq Scan on (?:$big)\b/g }
sub sorts { return $_[0] =~ /->  Sort\b/g }

for my $sort (qw(-publishedAt publishedAt -createdAt createdAt
	-originallyPublishedAt originallyPublishedAt -views views -likes likes
	-comments comments -trending trending -hot hot -duration duration
	-name name)) {
	my $plans = plans("SELECT video_list(0, 15, '$sort', false, NULL)");
	like $plans, qr/Index.* Scan/, "$sort: there are plans to look at";
	is scalar(my @scans = scans($plans)), 0, "$sort: scans nothing whole";
	is scalar(my @sorts = sorts($plans)), 0, "$sort: is read in order";
}
my $channel = $cardume->psql('SELECT channel_id FROM video LIMIT 1');
my $account = $cardume->psql("SELECT account_id FROM channel
	WHERE id = $channel");
for my $filter ("categories => '{5}'", "languages => '{fr}'",
	"languages => '{_unknown}'", "licences => '{1}'",
	"tags_one => '{tag3}'", "tags_all => '{tag3}'", "nsfw => 'true'",
	"words => 'filler'", "channel => $channel", "account => $account",
	"owner => $account", 'has_hls => true', 'has_hls => false',
	'has_web => true', 'has_web => false') {
	my $plans = plans("SELECT video_list(0, 15, '-publishedAt', false,
		NULL, $filter)");
	is scalar(my @scans = scans($plans)), 0,
		"$filter: scans nothing whole";
}
for my $sort (qw(-createdAt name -name updatedAt -updatedAt id)) {
	my $plans = plans("SELECT channel_list(0, 15, '$sort')");
	is scalar(my @sorts = sorts($plans)), 0,
		"channels, $sort: are read in order";
}
for my $sort (qw(match displayName -displayName -createdAt)) {
	my $plans = plans("SELECT channel_search(0, 15, '$sort', NULL, NULL,
		NULL)");
	is scalar(my @sorts = sorts($plans)), 0,
		"channels searched, $sort: are read in order";
}
like plans("SELECT channel_search(0, 15, '-match', 'harbour', NULL, NULL)"),
	qr/Bitmap Index Scan on channel_folded/, 'words use their index';

for (['hls', 'true'], ['web', 'true']) {
	my ($kind, $is) = @$_;
	like plans("SELECT video_list(0, 15, '-publishedAt', false, NULL,
		has_$kind => $is)"), qr/using video_$kind on video/,
		"few with $kind are found by its index";
}

# What is found where an index is missing.
my $bad = plans("SELECT video_list(0, 15, '-comments', false, NULL)",
	'DROP INDEX video_comments');
ok scalar(my @sorts = sorts($bad)), 'an order without its index is noticed';

done_testing;
