#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Lists of videos: filters, orders, pages, totals (reference: API, 2.2, 2.3).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->start;
my $client = $cardume->client;
my $ann = $cardume->user('ann');
my $bob = $cardume->user('bob', role => 'moderator');

sub make { Cardume::Video->make($cardume, @_) }

make($ann, name => 'Alpha harbour', views => 5, age => 1, category => 1,
	licence => 1, language => 'fr', tags => '{sea,boat}',
	description => 'Seen from a mountain.');
make($ann, name => 'Beta mountain', views => 9, age => 2, category => 2,
	language => 'en', tags => '{sea}', description => 'A harbour, too.');
make($ann, name => 'Gamma', views => 1, age => 3, nsfw => 'true', bare => 1,
	tags => '{boat}');
make($bob, name => 'Delta été', views => 7, age => 4, licence => 2);
make($ann, name => 'Hidden', age => 0, privacy => 3);
make($ann, name => 'Waiting', age => 0, state => 2);

sub list {
	my ($query, %o) = @_;
	my $answer = $client->get(($o{at} // '/api/v1/videos') . "?$query",
		headers => $o{token} ?
		{ authorization => "Bearer $o{token}" } : {});
	is $answer->{status}, 200, $query;
	return decode_json($answer->{content});
}

# The first letters of the titles.
sub letters {
	my ($query, %o) = @_;
	my $list = list($query, %o);
	return join '', map { substr $_->{name}, 0, 1 } @{ $list->{data} };
}

my @table = (
	['', 'ABGD'], ['sort=-publishedAt', 'ABGD'],
	['sort=publishedAt', 'DGBA'], ['sort=name', 'ABDG'],
	['sort=-name', 'GDBA'], ['sort=-views', 'BDAG'], ['sort=views', 'GADB'],
	['sort=-createdAt', 'DGBA'], ['sort=createdAt', 'ABGD'],
	['sort=duration', 'ABGD'], ['sort=-match', 'ABGD'],
	['start=1&count=2', 'BG'], ['start=3', 'D'], ['start=9', ''],
	['count=0', ''], ['nsfw=true', 'G'], ['nsfw=false', 'ABD'],
	['nsfw=both', 'ABGD'], ['categoryOneOf=1', 'A'],
	['categoryOneOf=1&categoryOneOf=2', 'AB'],
	['categoryOneOf[]=1&categoryOneOf[]=2', 'AB'],
	['licenceOneOf=2', 'D'], ['languageOneOf=fr', 'A'],
	['languageOneOf=fr&languageOneOf=_unknown', 'AGD'],
	['tagsOneOf=sea', 'AB'], ['tagsOneOf=sea&tagsOneOf=boat', 'ABG'],
	['tagsAllOf=sea&tagsAllOf=boat', 'A'], ['isLocal=true', 'ABGD'],
	['isLocal=false', ''], ['filter=local', 'ABGD'], ['isLive=true', ''],
	['isLive=false', 'ABGD'], ['hasHLSFiles=true', 'ABD'],
	['hasHLSFiles=false', 'G'], ['hasWebVideoFiles=true', 'ABD'],
	['host=elsewhere.example', ''], ['search=harbour', 'AB'],
	['search=ete', 'D'], ['search=%22', ''],
	['unknown=parameter&also[]=this', 'ABGD'],
	['sort=-views&nsfw=false&tagsOneOf=sea&count=1', 'B'],
);
for my $row (@table) {
	my ($query, $wanted) = @$row;
	is letters($query), $wanted, "gives $wanted";
}

is list($_->[0])->{total}, $_->[1], "$_->[1] in all"
	for ['', 4], ['count=0', 4], ['count=1&start=2', 4], ['nsfw=true', 1],
	['nsfw=false', 3], ['tagsOneOf=sea', 2], ['isLocal=false', 0];
ok !exists list('skipCount=true')->{total}, 'no total where none is wanted';

# The number everybody sees follows what happens.
my $id = $cardume->psql("SELECT id FROM video WHERE name = 'Hidden'");
for (['privacy = 1', 5], ['nsfw = true', 5], ['privacy = 2', 4]) {
	$cardume->psql("UPDATE video SET $_->[0] WHERE id = $id");
	is list("x=$_->[0]" =~ s/ //gr)->{total}, $_->[1], "after $_->[0]";
}
is list('y=1&nsfw=true')->{total}, 1, 'of each kind';
$cardume->psql("UPDATE video SET privacy = 3, nsfw = false WHERE id = $id");
is $cardume->psql("SELECT sum(change) FROM video_tally"),
	$cardume->psql('SELECT count(*) FROM video v WHERE video_is_listed(v)'),
	'the tally is the count';

# What only moderators may ask for.
my ($user, $moderator) = map { $cardume->token($_) } $ann, $bob;
for my $query (qw(include=1 privacyOneOf=3 stateOneOf=2 include=9)) {
	is $client->get("/api/v1/videos?$query")->{status}, 401,
		"$query: not for strangers";
	is $client->get("/api/v1/videos?$query", headers =>
		{ authorization => "Bearer $user" })->{status}, 401,
		"$query: not for users";
}
is letters('privacyOneOf=3', token => $moderator), 'H', 'private ones';
is letters('include=1&sort=name', token => $moderator), 'ABDGW',
	'those not published yet';
is letters('stateOneOf=2', token => $moderator), 'W', 'of a state';
my $full = list('include=8&categoryOneOf=1', token => $moderator);
is $full->{data}[0]{files}[0]{resolution}{label}, '360p', 'with files';

# The lists of a channel, of an account, one's own.
my %at = ('/api/v1/video-channels/ann_channel/videos' => 'ABG',
	'/api/v1/accounts/ann/videos' => 'ABG',
	'/api/v1/accounts/bob/videos' => 'D',
	'/api/v1/search/videos' => 'ABGD');
is letters('', at => $_), $at{$_}, "$_ gives $at{$_}" for sort keys %at;
is letters('sort=name', at => '/api/v1/users/me/videos', token => $user),
	'ABGHW', 'all of mine';
is letters('privacyOneOf=3', at => '/api/v1/users/me/videos', token => $user),
	'H', 'the private ones of mine';
is letters('search=mountain', at => '/api/v1/search/videos'), 'BA',
	'the title weighs more than being new';
is letters("search=$_", at => '/api/v1/search/videos'), 'A', "by $_"
	for map { $cardume->origin . "$_->[0]" . $cardume->psql("SELECT $_->[1]
		FROM video WHERE name LIKE 'Alpha%'") } ['/w/', 'short_uuid'],
	['/videos/watch/', 'uuid'];
is letters('search=' . $cardume->origin . '/w/' . $cardume->psql(
	"SELECT short_uuid FROM video WHERE name = 'Hidden'"),
	at => '/api/v1/search/videos'), '', 'not what is private';
is letters('search=montain', at => '/api/v1/search/videos'), 'B',
	'a word spelt wrongly';
is letters('search=mountain&tagsOneOf=boat', at => '/api/v1/search/videos'),
	'A', 'with filters';
is letters('start=2&count=1', at => '/api/v1/search/videos'), 'G', 'pages';

# A viewer's own wish about sensitive videos.
$cardume->psql("UPDATE app_user SET nsfw_policy = 'do_not_list'
	WHERE email = 'ann\@example.org'");
is letters('z=1', token => $user), 'ABD', 'as one wishes';
is letters('z=1&nsfw=both', token => $user), 'ABGD', 'unless one asks';
is letters('z=2'), 'ABGD', 'others are not concerned';

# Deletion.
my $uuid = $cardume->psql("SELECT uuid FROM video WHERE name LIKE 'Delta%'");
my $delete = sub {
	return $client->request('DELETE', "/api/v1/videos/$_[0]", headers =>
		$_[1] ? { authorization => "Bearer $_[1]" } : {})->{status};
};
is $delete->($uuid), 401, 'a stranger deletes nothing';
is $delete->($uuid, $user), 403, 'nor another user';
is $delete->($uuid, $moderator), 204, 'the owner does';
is $delete->($uuid, $moderator), 404, 'once';
is list('gone=1')->{total}, 3, 'one less';
is $client->get("/api/v1/videos/$uuid")->{status}, 404, 'gone';
is $cardume->psql("SELECT count(*) FROM job WHERE queue = 4
	AND payload ->> 'uuid' = '$uuid'") + $cardume->psql("SELECT count(*)
	FROM job_log WHERE payload ->> 'uuid' = '$uuid'"), 1,
	'its files are to go';
my $hidden = $cardume->psql("SELECT uuid FROM video WHERE name = 'Hidden'");
is $delete->($hidden, $cardume->token($cardume->user('eve'))), 404,
	'what one does not see is not there';
done_testing;
