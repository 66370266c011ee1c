# SPDX-License-Identifier: AGPL-3.0-or-later
# Channels by the forms: make, change, delete, and whose they are.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume;

my $cardume = Cardume->shared;
my $name = $cardume->user(unique('ann'));
my $client = $cardume->sign_in($name);
my $list = '/my-library/video-channels';

my $page = $client->get($list);
is $page->{status}, 200, 'the list';
like $page->{content}, qr/Main $name channel/, 'holds the first channel';

sub create {
	my ($who, $fields) = @_;
	return $who->follow_form("$list/create", { name => unique('chan'),
		displayName => 'A channel', %$fields },
		which => "$list/create");
}

my $channel = unique('chan');
my $answer = create($client, { name => uc $channel,
	displayName => 'Fish <i>& "more"', description => 'About *fish*',
	support => 'Send fish' });
is $answer->{status}, 200, 'made' or diag $answer->{content};
like $answer->{url}, qr{$list/manage/$channel$}, 'and shown to be edited';
is $cardume->psql("SELECT display_name || '|' || description || '|' || support
	FROM channel JOIN actor ON actor.id = actor_id WHERE name = '$channel'"),
	'Fish <i>& "more"|About *fish*|Send fish', 'stored';
is $cardume->psql("SELECT count(*) FROM actor_key JOIN actor ON id = actor_id
	WHERE name = '$channel'"), 1, 'with a key';
unlike $answer->{content}, qr/<i>/, 'escaped';

my $quiet = unique('quiet');
create($cardume->sign_in($cardume->user(unique('shy'))),
	{ name => $quiet, unshared => 'true' });
is $cardume->psql("SELECT is_shared FROM channel JOIN actor ON
	actor.id = actor_id WHERE name = '$quiet'"), 'f', 'made not to be shared';

for ([{ name => $channel }, 'is or was taken'],
	[{ name => $name }, 'is or was taken'],
	[{ name => 'peertube' }, 'is or was taken'],
	[{ name => 'a b' }, 'letters a to z'], [{ name => '.a' }, 'letters a to z'],
	[{ name => "caf\x{113}" }, 'letters a to z'],
	[{ name => '../x' }, 'letters a to z'],
	[{ name => '' }, 'missing'], [{ name => 'x' x 51 }, 'at most 50'],
	[{ displayName => '' }, 'missing'],
	[{ displayName => 'x' x 121 }, 'at most 120'],
	[{ description => 'x' x 1001 }, 'at most 1000'],
	[{ support => 'ab' }, 'at least 3']) {
	my ($fields, $words) = @$_;
	$answer = create($client, $fields);
	is $answer->{status}, 422, "refused: $words";
	like $answer->{content}, qr/role="alert".*\Q$words\E/s, 'in words';
}
is $cardume->psql("SELECT count(*) FROM channel JOIN account a ON a.id =
	account_id JOIN actor ON actor.id = a.actor_id WHERE name = '$name'"), 2,
	'nothing was half made';

# Change.
$page = $client->get("$list/manage/$channel");
like $page->{content}, qr{action="/upload/avatar\?kind=avatar&amp;channel=$channel&amp;csrf=},
	'a form for the avatar';
$answer = $client->follow_form($page, { displayName => 'Other fish',
	description => '', support => '' },
	which => "$list/manage/$channel");
is $answer->{status}, 200, 'changed' or diag $answer->{content};
is $cardume->psql("SELECT display_name || coalesce(description, '-') ||
	coalesce(support, '-') FROM channel JOIN actor ON actor.id = actor_id
	WHERE name = '$channel'"), 'Other fish--', 'empty texts are none';
$answer = $client->follow_form("$list/manage/$channel", { displayName => '',
	description => 'kept' }, which => "$list/manage/$channel");
is $answer->{status}, 422, 'a channel has a name';
like $answer->{content}, qr/>kept</, 'what was typed is kept';
like $answer->{content}, qr{/upload/avatar}, 'the page is whole';

like $answer->{content}, qr/name="unshared" value="true" aria/, 'it is shared';
$answer = $client->follow_form("$list/manage/$channel", { unshared => 'true',
	displayName => '' }, which => "$list/manage/$channel");
like $answer->{content}, qr/name="unshared" value="true" checked/,
	'a tick is kept in a form that is wrong';
for (['true', 'f', ' checked'], [undef, 't', '']) {
	my ($tick, $stored, $shown) = @$_;
	$answer = $client->follow_form("$list/manage/$channel",
		{ displayName => 'Other fish', unshared => $tick },
		which => "$list/manage/$channel");
	is $cardume->psql("SELECT is_shared FROM channel JOIN actor ON
		actor.id = actor_id WHERE name = '$channel'"), $stored,
		"is_shared: $stored";
	like $answer->{content}, qr/name="unshared" value="true"$shown aria/,
		'and shown';
}

# Its videos are found by its new name.
my $video = $cardume->psql("INSERT INTO video (channel_id, name, privacy, state,
	short_uuid) SELECT channel.id, 'A video', 1, 1, '' FROM channel
	JOIN actor ON actor.id = actor_id WHERE name = '$channel'
	RETURNING id");
$client->follow_form("$list/manage/$channel", { displayName => 'Zanzibar' },
	which => "$list/manage/$channel");
is $cardume->psql("SELECT search @@ to_tsquery('simple', 'zanzibar')
	FROM video WHERE id = $video"), 't', 'search knows the new name';

# Whose it is.
my $other = $cardume->sign_in($cardume->user(unique('bob')));
my $mod = $cardume->sign_in($cardume->user(unique('mod'),
	role => 'moderator'));
my $root = $cardume->sign_in('root');
my $roots = $cardume->psql("SELECT c.name FROM channel JOIN actor c ON c.id =
	channel.actor_id JOIN account a ON a.id = account_id JOIN actor o
	ON o.id = a.actor_id WHERE o.name = 'root' LIMIT 1");
for my $what (qw(manage delete)) {
	is $other->get("$list/$what/$channel")->{status}, 404,
		"$what: not a stranger's";
	is $mod->get("$list/$what/$channel")->{status}, 200,
		"$what: a moderator may";
	is $root->get("$list/$what/$channel")->{status}, 200,
		"$what: an admin may";
	is $mod->get("$list/$what/$roots")->{status}, 404,
		"$what: a moderator may not do it to an admin's";
	is $cardume->client->get("$list/$what/$channel", redirect => 0)->{status},
		303, "$what: nobody signs in first";
	is $client->get("$list/$what/none")->{status}, 404, "$what: no such";
}
for my $what (qw(manage delete)) {
	$other->get('/my-account/settings');
	my ($token) = $other->{last}{content} =~ /name="csrf" value="([^"]+)"/;
	is $other->post("$list/$what/$channel", { csrf => $token,
		displayName => 'Mine now' })->{status}, 404,
		"$what: a stranger's form is refused";
}

# Delete.
$page = $client->get("$list/delete/$channel");
like $page->{content}, qr/all its videos:\s*1/, 'told what goes';
$answer = $client->follow_form($page, {}, which => "$list/delete/$channel");
is $answer->{status}, 200, 'deleted' or diag $answer->{content};
is $cardume->psql("SELECT count(*) FROM video WHERE id = $video"), 0,
	'with its videos';
is $client->get("$list/manage/$channel")->{status}, 404, 'gone';
is create($client, { name => $channel })->{status}, 422,
	'its name is not given out again';
$answer = $client->get("$list/delete/${name}_channel");
like $answer->{content}, qr/cannot be deleted/, 'the last one stays';
my ($token) = $answer->{content} =~ /name="csrf" value="([^"]+)"/;
is $client->post("$list/delete/${name}_channel", { csrf => $token })->{status},
	409, 'whatever is sent';

# As many as the admin allows.
my $max = $cardume->psql("SELECT setting('user.channels_max')");
my $have = 1;
$have++ while $have < 60 && create($client, {})->{status} == 200;
is $have, $max, 'no more than user.channels_max';
like $client->{last}{content}, qr/as many channels as one may/, 'in words';

done_testing;
