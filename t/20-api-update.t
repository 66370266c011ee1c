#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# PUT /api/v1/videos/:id: what was sent changes, nothing else does.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my ($owner, $other) = map { $cardume->user(unique($_)) } qw(owner other);
my %token = map { $_ => $cardume->token($_) } $owner, $other;
my $video = Cardume::Video->make($cardume, $owner, bare => 1,
	name => 'As it was', tags => '{one,two}', category => 2,
	description => 'Told before.');

sub change {
	my ($sent, %o) = @_;
	my $token = $token{ $o{as} // $owner };
	return $client->send_json('PUT', "/api/v1/videos/" .
		($o{of} // $video->{uuid}), $sent, headers =>
		{ $o{nobody} ? () : (authorization => "Bearer $token") });
}

sub now_is {
	my $token = $token{$owner};
	return $client->json("/api/v1/videos/$video->{uuid}", headers =>
		{ authorization => "Bearer $token" });
}

my $before = now_is();
is change({})->{status}, 204, 'nothing sent';
my $after = now_is();
delete @$_{qw(updatedAt)} for $before, $after;
is_deeply $after, $before, 'nothing changed';

my $answer = change({ name => 'As it is', category => 1, licence => '2',
	language => 'fr', tags => ['three'], nsfw => JSON::PP::true,
	support => 'Give.', commentsPolicy => 2, unknown => { a => 1 },
	downloadEnabled => JSON::PP::false,
	originallyPublishedAt => '2001-02-03T04:05:06.789Z' });
is $answer->{status}, 204, 'a change';
is $answer->{content} // '', '', 'is answered by nothing';
$after = now_is();
is $after->{name}, 'As it is', 'name';
is $after->{category}{label}, 'Music', 'category';
is $after->{licence}{id}, 2, 'licence';
is $after->{language}{label}, 'French', 'language';
is_deeply $after->{tags}, ['three'], 'tags';
ok $after->{nsfw}, 'nsfw';
is $after->{commentsPolicy}{label}, 'Disabled', 'comments';
ok !$after->{downloadEnabled}, 'downloads';
is $after->{description}, 'Told before.', 'what was not sent';
is change({ category => undef, tags => undef, description => undef })
	->{status}, 204, 'nulls';
$after = now_is();
is $after->{category}{id}, undef, 'unset';
is_deeply $after->{tags}, [], 'no tags';
is $after->{description}, undef, 'no description';
is $after->{originallyPublishedAt}, '2001-02-03T04:05:06.789Z',
	'a time survives other changes';

is change({ privacy => 5, videoPasswords => ['sesame'] })->{status}, 204,
	'a password';
is $client->get("/api/v1/videos/$video->{uuid}")->{status}, 401, 'is asked for';
is change({ privacy => 3 })->{status}, 204, 'private';
# (Under another name, since nginx keeps answers for some seconds.)
is $client->get("/api/v1/videos/$video->{short}")->{status}, 404, 'is hidden';
is $cardume->psql("SELECT count(*) FROM video_password
	WHERE video_id = $video->{id}"), 0, 'passwords go';
is change({ privacy => 1 })->{status}, 204, 'public again';

my $theirs = $cardume->psql("SELECT min(c.id) FROM channel c
	JOIN actor a ON a.id = c.actor_id WHERE a.name = '${other}_channel'");
for my $bad ({ name => 'no' }, { name => 'x' x 121 }, { name => undef },
		{ name => ['a list'] }, { category => 99 }, { category => 'x' },
		{ category => 1.5 }, { licence => -1 }, { language => 'xx' },
		{ privacy => 9 }, { privacy => undef }, { privacy => 5 },
		{ privacy => 5, videoPasswords => [] },
		{ privacy => 5, videoPasswords => 'sesame' },
		{ tags => [('tag') x 2] }, { tags => ['x'] }, { tags => [1] },
		{ tags => [map { "tag$_" } 1 .. 6] }, { tags => 'tag' },
		{ nsfw => 'yes' }, { nsfw => undef }, { support => 'x' x 1001 },
		{ description => 'x' x 10001 }, { commentsPolicy => 4 },
		{ originallyPublishedAt => 'yesterday' },
		{ channelId => 999999999 }, ['not', 'an', 'object']) {
	my $text = substr JSON::PP->new->canonical->encode($bad), 0, 60;
	is change($bad)->{status}, 400, "refused: $text";
}
is change({ channelId => $theirs })->{status}, 403, "another's channel";
is change({ name => 'Mine now' }, as => $other)->{status}, 403,
	"another's video";
is change({ name => 'Mine now' }, nobody => 1)->{status}, 401, 'by nobody';
is change({ name => 'Mine now' }, of => 'xyz')->{status}, 400, 'a bad name';
is change({ name => 'Mine now' }, of => '1' x 22)->{status}, 404, 'none';
for my $body ('', '{', '{"name":"a","name":"b"}', '[' x 1000, "\xff") {
	my $answer = $client->request('PUT', "/api/v1/videos/$video->{uuid}",
		content => $body, headers => {
		authorization => "Bearer $token{$owner}",
		'content-type' => 'application/json' });
	is $answer->{status}, 400, 'no JSON';
}
is $client->request('PUT', "/api/v1/videos/$video->{uuid}", content => 'a=b',
	headers => { authorization => "Bearer $token{$owner}",
	'content-type' => 'application/x-www-form-urlencoded' })->{status}, 415,
	'another type';
is now_is()->{name}, 'As it is', 'unharmed';
done_testing;
