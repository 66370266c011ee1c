# SPDX-License-Identifier: AGPL-3.0-or-later
# Follows between servers as activities that come and go: who may follow whom,
# what is answered, whose answers count, what is fetched afterwards.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;
use Cardume::Database;
use Cardume::Web;

my $db = Cardume::Database->start;
my ($status, $out) = $db->cardume('setup');
is $status, 0, 'setup' or BAIL_OUT($out);
for my $name (qw(ann bill)) {
	($status, $out) = $db->cardume('user', 'create', $name, '--email',
		"$name\@video.example", '--role', 'admin', '--password-stdin',
		\"a long enough one\n");
	is $status, 0, "user $name" or BAIL_OUT($out);
}
my $web = Cardume::Web->new($db);
my $key = $db->value("SELECT public_key FROM actor WHERE name = 'peertube'");
my $us = 'http://video.example';
my $peer = 'https://peer.example';
my $server = $db->value('SELECT instance_actor()');
my $ann = $db->value("SELECT id FROM actor WHERE name = 'ann'");
my $channel = $db->value("SELECT a.name FROM actor a JOIN channel c
	ON c.actor_id = a.id ORDER BY a.id LIMIT 1");

sub actor {
	my ($type, $name, %o) = @_;
	my $id = "$peer/" . ($type eq 'Group' ? 'video-channels' : 'accounts') .
		"/$name";
	$web->jrd("acct:$name\@peer.example", $id);
	return $web->add({ id => $id, type => $type, preferredUsername => $name,
		inbox => "$id/inbox", outbox => "$id/outbox",
		endpoints => { sharedInbox => "$peer/inbox" },
		playlists => "$id/playlists",
		publicKey => { id => "$id#k", owner => $id, publicKeyPem => $key },
		%o });
}

sub remote { ($web->settle("SELECT remote_actor('$_[0]{id}')"))[0] // die }
my %id;
my $zoe = actor('Person', 'zoe');
my $films = actor('Group', 'films', attributedTo => $zoe->{id});
my $them = actor('Application', 'peertube');
$id{$_->{id}} = remote($_) for $zoe, $films, $them;

# What has been sent since the last call.
sub sent {
	my $list = $db->value("WITH gone AS (DELETE FROM delivery d
		USING activity a WHERE a.id = d.activity_id
		RETURNING d.seq, d.inbox, a.body::json, a.actor_id)
		SELECT coalesce(json_agg(g ORDER BY seq), '[]') FROM gone g");
	return @{ decode_json($list) };
}

sub apply {
	my ($what, $signer, $activity, $owner) = @_;
	my ($value, $error) = $web->settle("SELECT apply_$what(" .
		$id{$signer->{id}} . ', ' . Cardume::Web::literal($activity) .
		', ' . ($owner // 'NULL') . ')');
	return $value // $error;
}

sub follow {
	my ($who, $whom, %o) = @_;
	return { id => "$who->{id}/follows/1", type => 'Follow',
		actor => $who->{id}, object => $whom, %o };
}

sub state {
	my ($who, $whom) = @_;
	return $db->value("SELECT coalesce((SELECT state FROM follow
		WHERE follower_id = $who AND target_id = $whom), 'none')");
}

sub fetch_jobs {
	return @{ decode_json($db->value("WITH gone AS (DELETE FROM job
		WHERE queue = 15 AND state = 0 RETURNING id, payload)
		SELECT coalesce(json_agg(payload ORDER BY id), '[]') FROM gone")) };
}

# Runs those jobs, and what they cause.
sub run_jobs {
	my @said;
	while (my @jobs = grep { $_->{what} !~ /^(picture|counts)$/ }
		fetch_jobs()) {
		for my $job (@jobs) {
			my ($value, $error) = $web->settle(
				"SELECT fetch_$job->{what}(" .
				Cardume::Web::literal($job) . ')');
			push @said, $value // $error;
		}
	}
	return @said;
}
fetch_jobs();

# --- others follow us ----------------------------------------------------------

is apply('follow', $zoe, follow($zoe, "$us/video-channels/$channel")),
	'accepted', 'somebody elsewhere follows a channel';
my ($answer, @more) = sent();
is_deeply [ @more ], [], 'one answer';
is $answer->{inbox}, "$zoe->{id}/inbox", '... to the follower alone';
is_deeply [ @{ $answer->{body} }{qw(type actor)}, $answer->{body}{object} ],
	[ 'Accept', "$us/video-channels/$channel", { type => 'Follow',
	id => "$zoe->{id}/follows/1", actor => $zoe->{id},
	object => "$us/video-channels/$channel" } ],
	'... says yes to that Follow';
like $answer->{body}{id}, qr{^$us/accepts/follows/\d+$}, '... with an id';
ok $answer->{body}{'@context'}, '... and a context';
is $db->value("SELECT count(*) FROM notification WHERE type = 10"), 1,
	'its owner hears of it';
is apply('follow', $zoe, follow($zoe, "$us/video-channels/$channel",
	id => "$zoe->{id}/follows/2")), 'accepted', 'once more';
is +(sent())[0]{body}{object}{id}, "$zoe->{id}/follows/2",
	'... is answered once more, by its new id';
is $db->value("SELECT followers FROM actor WHERE name = '$channel'"), 1,
	'... and counts once';
is apply('follow', $zoe, follow($zoe, { id => "$us/accounts/ann",
	type => 'Person' }, id => undef)), 'accepted', 'an account, as an object';
is +(sent())[0]{body}{object}{id}, undef, '... by a Follow without an id';
like apply('follow', $zoe, follow($zoe, $_)), qr/^ignored/, "not of " . ($_ // "nothing")
	for "$us/videos/watch/1", "$us/accounts/nobody", "$peer/accounts/x",
		"$us/video-channels/ann", 'ann', undef;
is_deeply [ sent() ], [], '... and nothing is said';

is apply('undo_follow', $films, { type => 'Undo', object => follow($zoe,
	"$us/accounts/ann") }), 'ignored: no such follow',
	'somebody else does not end it';
is apply('undo_follow', $zoe, { type => 'Undo', object =>
	follow($zoe, "$us/accounts/ann", id => undef) }), 'ended', 'its follower does';
is apply('undo_follow', $zoe, { object => "$zoe->{id}/follows/2" }), 'ended',
	'... also by its id alone';
is_deeply [ sent() ], [], '... and nothing is said';
is $db->value("SELECT sum(followers) FROM actor"), 0, 'nobody follows';

# Who may not.
sub muted {
	my ($sql, $what) = @_;
	$db->value($sql);
	is apply('follow', $zoe, follow($zoe, "$us/video-channels/$channel")),
		'rejected', $what;
	is +(sent())[0]{body}{type}, 'Reject', '... and is told';
	is $db->value('SELECT count(*) FROM follow'), 0, '... and not kept';
	$db->value('DELETE FROM account_block; DELETE FROM server_block;
		UPDATE setting SET value = initial WHERE initial IS NOT NULL');
}
my $zoe_account = "(SELECT id FROM account WHERE actor_id = $id{$zoe->{id}})";
my $user = "(SELECT user_id FROM account WHERE actor_id = $ann)";
muted("INSERT INTO account_block (owner_id, account_id)
	VALUES ($user, $zoe_account)", 'whom the owner has muted may not');
muted("INSERT INTO account_block (account_id) VALUES ($zoe_account)",
	'whom the instance has muted may not');
muted("INSERT INTO server_block (owner_id, host)
	VALUES ($user, 'peer.example')", 'whose server the owner has muted may not');
muted("UPDATE setting SET value = 'false'
	WHERE name = 'followers.channels_enabled'", 'nobody may');

# --- servers -------------------------------------------------------------------

my $ours = "$us/accounts/peertube";
$db->value("UPDATE setting SET value = 'true' WHERE name IN
	('followers.manual_approval', 'followings.auto_follow_back')");
is apply('follow', $them, follow($them, $ours)), 'pending', 'a server asks';
my @said = sent();
is_deeply [ map { $_->{body}{type} } @said ], [ 'Follow' ],
	'it hears nothing yet, but is followed back';
is $said[0]{body}{object}, $them->{id}, '... at its actor';
is_deeply decode_json($db->value("SELECT json_agg(type ORDER BY type)
	FROM notification WHERE type IN (13, 14)")), [ 13, 13, 14, 14 ],
	'both admins hear of both';
is $db->value("SELECT notification_document(n) -> 'actorFollow' -> 'follower'
	->> 'host' FROM notification n WHERE type = 13 LIMIT 1"), 'peer.example',
	'... whose it is';
$db->value("SELECT server_follower_decide('peertube\@peer.example', 'accepted')");
is +(sent())[0]{body}{type}, 'Accept', 'an admin says yes';
$db->value("SELECT server_follower_decide('peer.example', 'rejected')");
is +(sent())[0]{body}{type}, 'Reject', '... and no';
is apply('follow', $them, follow($them, $ours)), 'rejected', 'no stays no';
sent();
$db->value("SELECT server_follower_end('peertube\@peer.example')");
is +(sent())[0]{body}{type}, 'Reject', 'an end is told';
$db->value("UPDATE setting SET value = 'false' WHERE name = 'followers.enabled'");
is apply('follow', $them, follow($them, $ours)), 'rejected', 'no server may';
sent();
$db->value("UPDATE setting SET value = initial WHERE initial IS NOT NULL;
	DELETE FROM follow");
sent();

# --- ours follow ------------------------------------------------------------------

$db->value("SELECT subscription_add($user, 'films\@peer.example')");
($answer, @more) = sent();
is_deeply [ @{ $answer->{body} }{qw(type actor object id)}, $answer->{inbox} ],
	[ 'Follow', "$us/accounts/ann", $films->{id},
	"$us/accounts/ann/follows/$id{$films->{id}}", "$films->{id}/inbox" ],
	'a user asks to follow a channel elsewhere';
is state($ann, $id{$films->{id}}), 'pending', '... and waits';
is $db->value("SELECT is_followed($id{$films->{id}}, $user)"), 't',
	'... as one who has subscribed';
my $said = { type => 'Accept', object => $answer->{body} };
like apply('accept', $zoe, $said), qr/^ignored/, 'somebody else says yes: no';
like apply('accept', $films, { object => { %{ $answer->{body} },
	type => 'Join' } }), qr/^ignored/, 'yes to something else: no';
like apply('accept', $films, { object => "$us/accounts/bill/follows/1" }),
	qr/^ignored/, 'yes to an unknown id: no';
is apply('accept', $films, { object => $answer->{body}{id} }), 'accepted',
	'yes by the id';
is state($ann, $id{$films->{id}}), 'accepted', '... counts';
is_deeply [ fetch_jobs() ], [ { what => 'outbox',
	actorId => $id{$films->{id}} } ], '... and the outbox is to be read';
like apply('accept', $films, $said), qr/^ignored/, 'yes a second time';
is apply('reject', $films, { object => {} }, $ann), 'ignored: no follow of ours',
	'no to nothing';
is apply('reject', $films, { object => { type => 'Follow',
	id => 'https://x.example/1' } }, $ann), 'rejected',
	'no to an unknown id in her inbox';
is state($ann, $id{$films->{id}}), 'rejected', '... ends it';
$db->value("SELECT subscription_add($user, 'films\@peer.example')");
is +(sent())[0]{body}{type}, 'Follow', 'asking again';
$db->value("SELECT subscription_remove($user, 'films\@peer.example')");
($answer) = sent();
is_deeply [ @{ $answer->{body} }{qw(type id)}, $answer->{body}{object}{type} ],
	[ 'Undo', "$us/accounts/ann/follows/$id{$films->{id}}/undo", 'Follow' ],
	'ending it is told';

$db->value("SELECT subscription_add($user, 'new\@peer.example')");
my $new = actor('Person', 'new');
run_jobs();
is +(sent())[0]{body}{object}, $new->{id}, 'one not heard of is found first';
$db->value("SELECT server_follow('{Peer.example}', '{films\@peer.example}')");
$web->{web}{'nodeinfo:peer.example'} = [ 200, { links => [ { rel =>
	'https://www.w3.org/ns/activitystreams#Application',
	href => $them->{id} } ] } ];
run_jobs();
is_deeply [ sort map { $_->{body}{object} } sent() ],
	[ $them->{id}, $films->{id} ], 'the server follows a server and a channel';
$web->forget;
$web->{web}{'nodeinfo:peer.example'}[1]{links}[0]{href} = 'https://evil.example/a';
$db->value('DELETE FROM follow');
sent();
$db->value("SELECT server_follow('{peer.example}', NULL)");
run_jobs();
is_deeply [ map { $_->{body}{object} } sent() ], [ $them->{id} ],
	'NodeInfo names somebody elsewhere: by name instead';
$db->value("UPDATE follow SET updated_at = now() - interval '4 days'");
is $db->value('SELECT follow_again_write()'), 1, 'no answer for days';
is +(sent())[0]{body}{type}, 'Follow', '... it is asked again';
is $db->value('SELECT follow_again_write()'), 0, '... once';

# --- moves, and how many there are --------------------------------------------------

my $away = actor('Person', 'away');
my $home = actor('Person', 'home');
$id{$_->{id}} = remote($_) for $away, $home;
$db->value("SELECT follow_begin($ann, $id{$away->{id}});
	INSERT INTO account_block (owner_id, account_id)
	SELECT (SELECT user_id FROM account p JOIN actor a ON a.id = p.actor_id
		WHERE a.name = 'bill'), id FROM account
	WHERE actor_id = $id{$away->{id}}");
sent();
my $move = { type => 'Move', object => $away->{id}, target => $home->{id} };
is apply('move', $home, $move), 'refused: not its own move',
	'nobody moves somebody else';
$web->forget;
is apply('move', $away, $move), 'refused: not known there as the same',
	'nor to whom does not know of it';
$home->{alsoKnownAs} = [ 'https://x.example/a', $away->{id} ];
$web->forget;
is apply('move', $away, $move), 'refused: not known there as the same',
	'what is known for a minute is not asked for again';
$db->value("UPDATE actor SET refreshed_at = now() - interval '5 minutes'");
is apply('move', $away, $move), 'moved', 'one that is known there moves';
is_deeply [ map { [ $_->{body}{type}, $_->{inbox} ] } sent() ],
	[ [ 'Follow', $home->{inbox} ], [ 'Undo', $away->{inbox} ] ],
	'... and its follower with it';
is $db->value("SELECT count(*) FROM account_block b JOIN account p
	ON p.id = b.account_id WHERE p.actor_id = $id{$home->{id}}"), 1,
	'... and who had muted it';
$db->value("DELETE FROM account_block; DELETE FROM follow
	WHERE follower_id = $ann");
sent();
$web->add({ id => "$films->{id}/followers", type => 'OrderedCollection',
	totalItems => 4711 });
$films->{followers} = "$films->{id}/followers";
$web->forget;
$web->settle("SELECT fetch_actor('{\"url\": \"$films->{id}\"}')");
$db->value("UPDATE actor SET refreshed_at = now() - interval '3 days'
	WHERE id = $id{$films->{id}}");
$web->settle("SELECT fetch_actor('{\"url\": \"$films->{id}\"}')");
is +($web->settle("SELECT fetch_counts('{\"actorId\": $id{$films->{id}}}')"))[0],
	'counted', 'how many follow a channel is asked';
is $db->value("SELECT followers FROM actor WHERE id = $id{$films->{id}}"), 4711,
	'... and told';
fetch_jobs();

# --- changes and the end of ours ------------------------------------------------

is apply('follow', $zoe, follow($zoe, "$us/video-channels/$channel")),
	'accepted', 'a follower elsewhere';
sent();
$db->value("UPDATE account SET display_name = 'Anna' WHERE actor_id = $ann;
	UPDATE account SET description = 'About her' WHERE actor_id = $ann");
($answer, @more) = sent();
is_deeply [ @more ], [], 'two changes are one activity';
is_deeply [ $answer->{inbox}, @{ $answer->{body} }{qw(type actor)},
	@{ $answer->{body}{object} }{qw(id name summary)} ],
	[ "$peer/inbox", 'Update', "$us/accounts/ann", "$us/accounts/ann",
	'Anna', 'About her' ], 'an account has changed';
$db->value("UPDATE account SET description = description");
is_deeply [ sent() ], [], 'nothing has changed';
my $her_channel = $db->value("SELECT a.id FROM actor a JOIN channel c
	ON c.actor_id = a.id WHERE a.name = '$channel'");
$db->value("BEGIN; INSERT INTO actor_image (actor_id, kind, filename, width,
		height) SELECT $her_channel, 'avatar', gen_random_uuid() || '.jpg',
		w, w FROM unnest('{48,120,600}'::int[]) w; COMMIT");
is_deeply [ map { scalar @{ $_->{body}{object}{icon} } } sent() ], [ 3 ],
	'three sizes of a picture are one activity';
$db->value("DELETE FROM actor WHERE id = $her_channel");
($answer, @more) = sent();
is_deeply [ @{ $answer->{body} }{qw(type actor object)} ], [ 'Delete',
	("$us/video-channels/$channel") x 2 ], 'a channel is no more';
is $db->value("SELECT count(*) FROM signing_key($answer->{actor_id})"), 1,
	'... and still signs that';
my ($code, $text) = $db->run('ap', "SELECT ap_actor_document('$channel', true)");
like $text, qr/PT410/, '... who asks for it is told so';
is $db->value("SELECT coalesce(ap_actor_document('never', true), 'none')"),
	'none', '... which is not the same as never';
is $db->value("SELECT count(*) FROM follow WHERE follower_id =
	$id{$zoe->{id}}"), 0, '... and not followed';

# --- what was published before -------------------------------------------------------

my $box = "$them->{id}/outbox";
my $film = sub { "$peer/videos/watch/$_[0]" };
sub announce {
	my ($nr, %o) = @_;
	return { type => 'Announce', id => $film->($nr) . '/announces/1',
		actor => $them->{id}, object => $film->($nr), %o };
}
sub page {
	my ($nr, $next, @items) = @_;
	$web->add({ id => "$box?page=$nr", type => 'OrderedCollectionPage',
		next => $next, orderedItems => \@items });
}
$web->add({ id => $box, type => 'OrderedCollection', totalItems => 7,
	first => "$box?page=1" });
page(1, "$box?page=2", announce(1), announce(2),
	{ type => 'Create', actor => $them->{id}, object => { type => 'Note',
		id => "$peer/notes/1" } });
page(2, "$box?page=3", announce(3), announce(4, actor => $zoe->{id}),
	announce(5, object => "$us/videos/watch/1"), 'x', 7, {});
page(3, "$box?page=1", announce(6));
# as if the video's part were not there: it notes what it is asked for
$db->value("CREATE TABLE asked (object text);
	CREATE OR REPLACE FUNCTION apply_announce(signer bigint, activity jsonb,
		owner bigint) RETURNS text LANGUAGE plpgsql AS \$\$
	BEGIN
		IF activity ->> 'object' LIKE '%/2' THEN
			PERFORM ap_refuse('not one for us');
		END IF;
		INSERT INTO asked VALUES (activity ->> 'object');
		RETURN 'shared';
	END \$\$");
my $theirs = follow({ id => $ours }, $them->{id});
is apply('accept', $them, { object => $theirs }, $server), 'accepted',
	'the server says yes';
run_jobs();
is_deeply decode_json($db->value('SELECT json_agg(object ORDER BY object)
	FROM asked')), [ map { $film->($_) } 1, 3, 6 ],
	'its videos are asked for, over three pages that go in a circle';
is_deeply decode_json($db->value("SELECT crawl_document($id{$them->{id}})")),
	{ state => 'done', done => 9, failed => 1, total => 10 },
	'how far it is; one that was refused stops nothing';
$db->value("UPDATE setting SET value = '1' WHERE name = 'federation.crawl_pages';
	TRUNCATE asked; DELETE FROM crawl; SELECT crawl_begin($id{$them->{id}})");
run_jobs();
is $db->value('SELECT count(*) FROM asked'), 1, 'a budget of one page';
$db->value("DELETE FROM crawl; TRUNCATE asked");
$web->add({ id => $box, type => 'OrderedCollection',
	first => 'https://evil.example/outbox' });
$web->forget;
$db->value("SELECT crawl_begin($id{$them->{id}})");
$web->asked;
run_jobs();
is_deeply [ $web->asked ], [ $box ], 'a page elsewhere is not asked for';
$db->value("DELETE FROM crawl; SELECT crawl_begin($id{$films->{id}})");
run_jobs();
is $db->value("SELECT state FROM crawl"), 'done', 'an outbox that is not there';

done_testing;
