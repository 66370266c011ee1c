# SPDX-License-Identifier: AGPL-3.0-or-later
# The admin's command: users, roles, settings, jobs, check, and its words.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume::Database;

my $db = Cardume::Database->start;
my ($status, $out) = $db->cardume('setup');
is $status, 0, 'setup' or BAIL_OUT($out);

sub create {
	my ($name, $password, @options) = @_;
	return $db->cardume(qw(user create), $name, '--password-stdin',
		@options, \"$password\n");
}

($status, $out) = create('ann', 'a long enough one', '--email', 'a@x.example',
	'--role', 'admin');
is $status, 0, 'user create' or diag $out;
like $out, qr/made user ann with channel ann_channel/, 'and its channel';
is $db->value("SELECT kind || ' ' || display_name FROM actor JOIN account a
	ON actor_id = actor.id WHERE name = 'ann'"), 'Person ann', 'account';
is $db->value("SELECT kind || ' ' || display_name FROM actor JOIN channel c
	ON actor_id = actor.id WHERE name = 'ann_channel'"),
	'Group Main ann channel', 'channel, named as PeerTube names it';
is $db->value("SELECT left(password_hash, 30) FROM app_user"),
	'$argon2id$v=19$m=47104,t=1,p=1', 'argon2id with its costs';

# Keys sign and verify: the public one belongs to the private one.
for my $name (qw(ann ann_channel peertube)) {
	my $private = $db->value("SELECT private_key FROM actor_key JOIN actor
		ON id = actor_id WHERE name = '$name'");
	my $public = $db->value("SELECT public_key FROM actor
		WHERE name = '$name'");
	like $private, qr/^-----BEGIN PRIVATE KEY-----/, "$name: PKCS #8";
	my ($failed, $derived) = Cardume::Database::command($private,
		qw(openssl pkey -pubout));
	is $derived, $public =~ s/\n*\z/\n/r, "$name: the public key is its half";
	my ($bad, $text) = Cardume::Database::command($public,
		qw(openssl pkey -pubin -text -noout));
	like $text, qr/2048 bit/, "$name: 2048 bits";
}

# What is refused, and in which words.
my @refused = (
	[ann => 'a long enough one', 'b@x.example', 'the name is or was taken'],
	[Ann => 'a long enough one', 'b@x.example', 'a name is 1 to 50'],
	['a b' => 'a long enough one', 'b@x.example', 'a name is 1 to 50'],
	['' => 'a long enough one', 'b@x.example', 'a name is 1 to 50'],
	['x' x 51 => 'a long enough one', 'b@x.example', 'a name is 1 to 50'],
	[peertube => 'a long enough one', 'b@x.example', 'taken'],
	[ann_channel => 'a long enough one', 'b@x.example', 'taken'],
	[bob => 'a long enough one', 'A@X.example', 'e-mail address is taken'],
	[bob => 'a long enough one', 'nonsense', 'not an e-mail address'],
	[bob => 'short', 'b@x.example', 'too short'],
	[bob => 'x' x 257, 'b@x.example', 'too long'],
	[bobobobob => 'BoboBobob', 'b@x.example', 'name of the account'],
	[bob => 'Password123', 'b@x.example', 'most common'],
	[bob => 'qwertyuiop', 'b@x.example', 'most common'],
);
for (@refused) {
	my ($name, $password, $email, $words) = @$_;
	($status, $out) = create($name, $password, '--email', $email);
	is $status, 1, "refused: '$name' $email";
	like $out, qr/\Q$words\E/, "says '$words'";
}
is $db->value('SELECT count(*) FROM app_user'), 1, 'nothing was half made';

($status, $out) = create('bob', 'a long enough one', '--email', 'b@x.example');
is $status, 0, 'a plain user' or diag $out;
($status, $out) = create('x' x 50, 'a long enough one', '--email',
	'x@x.example');
is $status, 0, 'the longest name' or diag $out;
like $out, qr/with channel [0-9a-f]{8}-[0-9a-f-]{27}$/m,
	'whose channel is a UUID, as PeerTube does it';

sub sign_in {
	my ($name) = @_;
	$db->value("INSERT INTO session (user_id, secret_hash, expires_at)
		SELECT user_id, sha256(gen_random_uuid()::text::bytea),
			now() + interval '1 day'
		FROM account JOIN actor ON actor.id = actor_id
		WHERE name = '$name'");
	$db->value("INSERT INTO token (user_id, access_hash, refresh_hash,
			access_expires_at, refresh_expires_at)
		SELECT user_id, sha256(gen_random_uuid()::text::bytea),
			sha256(gen_random_uuid()::text::bytea),
			now() + interval '1 day', now() + interval '1 day'
		FROM account JOIN actor ON actor.id = actor_id
		WHERE name = '$name'");
}

sub signed_in {
	return $db->value('SELECT (SELECT count(*) FROM session) +
		(SELECT count(*) FROM token)');
}

for (['user password', \"another long one\n"], ['user role', 'moderator'],
	['user block', 'spam']) {
	my ($command, @more) = @$_;
	sign_in('bob');
	sign_in('ann');
	is signed_in(), 4, 'two are signed in';
	($status, $out) = $db->cardume(split(/ /, $command), 'bob', @more);
	is $status, 0, $command or diag $out;
	is signed_in(), 2, 'ended the sessions and tokens of this one alone';
	$db->value('DELETE FROM session; DELETE FROM token');
}
($status, $out) = $db->cardume(qw(user list));
like $out, qr/^bob\tmoderator\tb\@x\.example\tblocked\t/m, 'user list';
is $db->value('SELECT blocked_reason FROM app_user WHERE is_blocked'), 'spam',
	'the reason';
($status, $out) = $db->cardume(qw(user unblock bob));
is $status, 0, 'user unblock';
($status, $out) = $db->cardume(qw(user block nobody));
is $status, 1, 'no such user';
like $out, qr/there is no user "nobody"/, 'said so';

($status, $out) = $db->cardume(qw(setting get instance.name));
is "$status $out", "0 Cardume\n", 'setting get';
($status, $out) = $db->cardume(qw(setting set instance.name), 'Peixe "&" <b>');
is $status, 0, 'setting set';
($status, $out) = $db->cardume(qw(setting list));
like $out, qr/^instance\.name = Peixe "&" <b>$/m, 'setting list';
($status, $out) = $db->cardume(qw(setting set instance.nmae x));
is $status, 1, 'a misspelt setting is refused';
for (['user.video_quota', 'much', 'a whole number'],
	['transcoding.keep_original', 'yes', 'true or false'],
	['instance.nsfw_policy', 'hide', 'do_not_list, warn, blur or display'],
	['origin', 'http://x', 'no setting "origin" that may be changed']) {
	my ($name, $value, $words) = @$_;
	($status, $out) = $db->cardume(qw(setting set), $name, $value);
	is $status, 1, "setting $name = $value is refused";
	like $out, qr/\Q$words\E/, 'in words';
}
($status, $out) = $db->cardume('setup');
is [$db->cardume(qw(setting get instance.name))]->[1], "Peixe \"&\" <b>\n",
	'setup leaves settings alone';

my $job = $db->value("INSERT INTO job (queue, state, max_attempt, payload,
	error) VALUES (1, 4, 5, '{\"videoId\": 7}', 'it broke') RETURNING id");
($status, $out) = $db->cardume(qw(job list dead));
like $out, qr/^$job\ttranscode\tdead\t.*"videoId": 7.*\tit broke$/m, 'job list';
($status, $out) = $db->cardume(qw(check));
like $out, qr/1 jobs are dead/, 'check tells of it';
($status, $out) = $db->cardume(qw(job retry), $job);
is $status, 0, 'job retry' or diag $out;
is $db->value("SELECT state FROM job WHERE id = $job"), 0, 'it is ready';
($status, $out) = $db->cardume(qw(job cancel), $job);
is $status, 0, 'job cancel' or diag $out;
($status, $out) = $db->cardume(qw(job cancel), $job);
is $status, 1, 'not twice';

unlink "$db->{dir}/run/secret";
($status, $out) = $db->cardume('check');
is $status, 1, 'check without the secret';
like $out, qr/the secret .* is missing: run "cardume setup"/, 'in words';

# Four hashes at once and no more: a flood of them waits, then is turned away.
my @holders = map { my $slot = $_; my $pid = fork // die; if (!$pid) {
	$db->run('', "SELECT pg_advisory_lock(7237, $slot);
		SELECT pg_sleep(60)");
	require POSIX;
	POSIX::_exit(0);
} $pid } 1 .. 4;
1 until $db->value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
	AND classid = 7237 AND granted") == 4;
($status, $out) = $db->cardume(qw(user password bob), \"another long one\n");
is $status, 1, 'no fifth at once';
like $out, qr/Too many people are signing in just now/, 'in words';
$db->must('psql', '-qXAt', $db->{admin}, '-c', "SELECT count(
	pg_terminate_backend(pid)) FROM pg_stat_activity
	WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()");
waitpid $_, 0 for @holders;
($status, $out) = $db->cardume(qw(user password bob), \"another long one\n");
is $status, 0, 'afterwards it goes on' or diag $out;
is $db->value("SELECT count(*) FROM pg_locks WHERE classid = 7237"), 0,
	'and holds nothing';

# Exit statuses.
is [$db->cardume('--help')]->[0], 0, '--help';
like [$db->cardume('--help')]->[1], qr/user create NAME/, 'names commands';
is [$db->cardume('nonsense')]->[0], 64, 'an unknown command';
is [$db->cardume()]->[0], 64, 'no command';
is [$db->cardume(qw(migrate --nonsense))]->[0], 64, 'an unknown option';
is [$db->cardume(qw(user create bob))]->[0], 64, 'a missing option';
is [$db->cardume(qw(user role bob king))]->[0], 64, 'an unknown role';
is [Cardume::Database::command(undef,
	"$Cardume::Database::build/workers/cardume", '--conf',
	"$db->{dir}/nothing", 'check')]->[0], 78, 'no configuration';

done_testing;
