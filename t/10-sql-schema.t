# SPDX-License-Identifier: AGPL-3.0-or-later
# The schema refuses wrong states, and decides who sees and changes what.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume::Database;

my $db = Cardume::Database->start;
my ($status, $out) = $db->cardume('setup');
is $status, 0, 'setup' or BAIL_OUT($out);

# Pairs seen on the wire of PeerTube instances.
my %short = (
	'90786479-11fe-4350-8459-e2db28e3307c' => 'iQH7jw5UjuxM39MsZeyUd5',
	'9c9de5e8-0a1e-484a-b099-e80766180a6d' => 'kkGMgK9ZtnKfYAgnEtQxbv',
	'942d51e6-9320-4f40-980b-76bba0652bc2' => 'jifTXYpdLJSU269svW8Jdb',
	'00000000-0000-0000-0000-000000000000' => '1' x 22,
	'00000000-0000-0000-0000-000000000039' => '1' x 21 . 'Z',
);
is $db->value("SELECT short_uuid('$_')"), $short{$_}, "short form of $_"
	for sort keys %short;

my %id;
for (['admin', 'admin'], ['mod', 'moderator'], ['mod2', 'moderator'],
	['ann', 'user'], ['bob', 'user']) {
	my ($name, $role) = @$_;
	($status, $out) = $db->cardume(qw(user create), $name, '--role', $role,
		'--email', "$name\@x.example", '--password-stdin',
		\"a long enough one\n");
	is $status, 0, "user $name" or BAIL_OUT($out);
	$id{$name} = $db->value("SELECT user_id FROM account JOIN actor
		ON actor.id = actor_id WHERE name = '$name'");
}

# Who may change what belongs to whom.
my @may = (
	# viewer, owner, may
	[ann => ann => 1], [ann => bob => 0], [ann => mod => 0],
	[ann => admin => 0], [mod => ann => 1], [mod => mod => 1],
	[mod => mod2 => 0], [mod => admin => 0], [admin => ann => 1],
	[admin => mod => 1], [admin => admin => 1],
);
for (@may) {
	my ($viewer, $owner, $may) = @$_;
	is $db->value("SELECT may_act_for($id{$viewer}, $id{$owner})"),
		$may ? 't' : 'f', "$viewer for $owner";
}
is $db->value("SELECT may_act_for(NULL, $id{ann})"), 'f', 'nobody for ann';
is $db->value("SELECT coalesce(may_act_for($id{mod}, NULL), false)"), 'f',
	'a moderator for nobody (the server)';
$db->value("UPDATE app_user SET is_blocked = true WHERE id = $id{mod}");
is $db->value("SELECT may_act_for($id{mod}, $id{ann})"), 'f',
	'a blocked moderator';
$db->value("UPDATE app_user SET is_blocked = false WHERE id = $id{mod}");

# Who sees which video: privacy and state, by viewer and kind of name.
my $channel = $db->value("SELECT c.id FROM channel c JOIN actor a
	ON a.id = actor_id WHERE a.name = 'ann_channel'");
sub access {
	my ($privacy, $state, $viewer, $by_uuid) = @_;
	$viewer = $viewer ? $id{$viewer} : 'NULL';
	return $db->value("BEGIN; INSERT INTO video (channel_id, name, privacy,
			state, short_uuid)
		VALUES ($channel, 'A video', $privacy, $state, '');
		SELECT video_access(v, $viewer, $by_uuid) FROM video v;
		ROLLBACK");
}
my @access = (
	# privacy, state, viewer, by UUID, answer
	[1, 1, undef, 'false', 'watch'], [1, 1, undef, 'true', 'watch'],
	[2, 1, undef, 'true', 'watch'], [2, 1, undef, 'false', 'hidden'],
	[2, 1, 'bob', 'false', 'hidden'], [2, 1, 'ann', 'false', 'watch'],
	[3, 1, undef, 'true', 'hidden'], [3, 1, 'bob', 'true', 'hidden'],
	[3, 1, 'ann', 'true', 'watch'], [3, 1, 'mod', 'true', 'watch'],
	[3, 1, 'admin', 'true', 'watch'],
	[4, 1, undef, 'true', 'hidden'], [4, 1, 'bob', 'true', 'watch'],
	[5, 1, undef, 'true', 'password'], [5, 1, 'bob', 'true', 'password'],
	[5, 1, 'ann', 'true', 'watch'],
	[1, 2, undef, 'true', 'hidden'], [1, 7, undef, 'true', 'hidden'],
	[1, 2, 'ann', 'true', 'watch'], [5, 2, undef, 'true', 'hidden'],
	[4, 2, 'bob', 'true', 'hidden'],
);
for (@access) {
	my ($privacy, $state, $viewer, $by_uuid, $answer) = @$_;
	is access($privacy, $state, $viewer, $by_uuid), $answer,
		"privacy $privacy, state $state, " . ($viewer // 'nobody') .
		($by_uuid eq 'true' ? ', by UUID' : ', by number');
}

# States that must not be. Each statement breaks one rule and no other.
my $ann = "(SELECT id FROM actor WHERE name = 'ann')";
$db->value(q{INSERT INTO host (name) VALUES ('a.test') RETURNING id});
my @wrong = (
	['a name given out twice', "DELETE FROM actor WHERE name = 'bob_channel';
		INSERT INTO actor (kind, name, public_key)
		VALUES ('Group', 'bob_channel', '-----BEGIN PUBLIC KEY-----')",
		'used_name_pkey'],
	['a name in capitals', "INSERT INTO actor (kind, name, public_key)
		VALUES ('Group', 'Bob', '-----BEGIN PUBLIC KEY-----')",
		'actor_name_check'],
	['a channel of a person', "INSERT INTO channel (actor_id, account_id,
		display_name) SELECT $ann, id, 'x' FROM account LIMIT 1",
		'channel_actor_id_actor_kind_fkey'],
	['a person of another server without an inbox', "INSERT INTO actor
		(kind, name, host_id, url) SELECT 'Person', 'ann\@a.test', id,
		'https://a.test/ann' FROM host LIMIT 1", 'actor_ours'],
	['a user of the server', "UPDATE account SET user_id = NULL,
		actor_kind = 'Application' WHERE actor_id = $ann",
		'account_actor_id_actor_kind_fkey'],
	['a plain password', "UPDATE app_user SET password_hash = 'secret'",
		'app_user_password_hash_check'],
	['an unknown role', 'UPDATE app_user SET role = 3',
		'app_user_role_check'],
	['a short session', "INSERT INTO session (user_id, secret_hash,
		expires_at) VALUES ($id{ann}, '\\x00', now())",
		'session_secret_hash_check'],
	['an actor following itself', "INSERT INTO follow
		SELECT $ann, $ann, 'accepted'", 'follow_check'],
	['a video of an unknown privacy', "INSERT INTO video (channel_id, name,
		privacy, state, short_uuid) VALUES ($channel, 'xxx', 9, 1, '')",
		'video_privacy_fkey'],
	['six tags', "INSERT INTO video (channel_id, name, privacy, state,
		short_uuid, tags) VALUES ($channel, 'xxx', 1, 1, '',
		'{a,b,c,d,e,f}')", 'video_tags_check'],
	['a name of two letters', "INSERT INTO video (channel_id, name, privacy,
		state, short_uuid) VALUES ($channel, 'xx', 1, 1, '')",
		'video_name_check'],
	['a running job without a lease', "INSERT INTO job (queue, state,
		max_attempt, payload) VALUES (1, 1, 5, '{}')", 'job_check'],
	['a blocked job that waits for nothing', "INSERT INTO job (queue, state,
		max_attempt, payload) VALUES (1, 3, 5, '{}')", 'job_check2'],
	['two waiting jobs of one key', "INSERT INTO job (queue, max_attempt,
		payload, uniq) VALUES (1, 5, '{}', 'k'), (1, 5, '{}', 'k')",
		'job_uniq'],
	['a setting of a bad name', "INSERT INTO setting VALUES ('A b', '')",
		'setting_name_check'],
);
for (@wrong) {
	my ($what, $sql, $constraint) = @$_;
	($status, $out) = $db->run('', "BEGIN; $sql; COMMIT");
	ok $status && $out =~ /\b\Q$constraint\E\b/, "refused: $what"
		or diag $out;
}
($status, $out) = $db->run('', "INSERT INTO video (channel_id, name, privacy,
	state, short_uuid) VALUES ($channel, 'A video', 1, 1, '')");
is $status, 0, 'and a right one is taken' or diag $out;

done_testing;
