#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Who manages whom: not moderators themselves, and no name makes an admin.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my $moderator = $cardume->user(unique('mod'), role => 'moderator');
my %token = map { $_ => $cardume->token($_) } $moderator, 'root';

sub status {
	my ($as, $method, $path, $body) = @_;
	return $client->send_json($method, "/api/v1/$path", $body,
		headers => { authorization => "Bearer $token{$as}" })->{status};
}

my $id = $cardume->psql("SELECT user_id FROM account c JOIN actor a
	ON a.id = c.actor_id WHERE a.name = '$moderator'");
is status($moderator, 'PUT', "users/$id", { videoQuota => -1 }), 403,
	'a moderator\'s quota is an admin\'s to give';
is status($moderator, 'POST', "users/$id/block", {}), 403, 'nor a block';
is status('root', 'PUT', "users/$id", { videoQuota => 5 }), 204, 'an admin\'s';

# In a transaction: the instance keeps its root.
is $cardume->psql("BEGIN; UPDATE app_user SET role = 2 WHERE id =
	(SELECT user_id FROM account c JOIN actor a ON a.id = c.actor_id
	WHERE a.name = 'root'); SELECT is_root(user_id) FROM account c
	JOIN actor a ON a.id = c.actor_id WHERE a.name = 'root'; ROLLBACK")
	=~ /^f$/m, 1, 'a plain user of that name is as others';

# What nobody of ours owns is not everybody's.
is $cardume->psql("SELECT may_act_for($id, NULL)"), 'f', 'nobody\'s thing';
is $cardume->psql("SELECT may_act_for(NULL, NULL)"), 'f', 'for nobody';

# Numbers that /config could not tell.
my $config = decode_json($client->get('/api/v1/config/custom', headers =>
	{ authorization => "Bearer $token{root}" })->{content});
for my $tree ({ signup => { minimumAge => 9999999999 } },
		{ videoChannels => { maxPerUser => 9999999999 } }) {
	is status('root', 'PUT', 'config/custom', { %$config, %$tree }), 400,
		'too large a number';
}

done_testing;
