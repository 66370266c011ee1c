# SPDX-License-Identifier: AGPL-3.0-or-later
# What each program's database role may not do, whatever is asked of it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume::Database;

my $db = Cardume::Database->start;
my ($status, $out) = $db->cardume('setup');
is $status, 0, 'setup' or BAIL_OUT($out);
($status, $out) = $db->cardume(qw(user create root --role admin
	--email root@video.example --password-stdin), \"a long enough one\n");
is $status, 0, 'a user' or BAIL_OUT($out);

sub refused {
	my ($role, $sql) = @_;
	my ($failed, $answer) = $db->run($role, $sql);
	ok $failed && $answer =~ /42501/, "$role: $sql" or diag $answer;
}

sub allowed {
	my ($role, $sql) = @_;
	my ($failed, $answer) = $db->run($role, $sql);
	ok !$failed, "$role may: $sql" or diag $answer;
}

my @programs = qw(page api ap upload worker);

for my $role (@programs) {
	refused($role, $_) for
		'CREATE TABLE mine (id int)',
		'DROP TABLE video',
		'TRUNCATE video',
		'ALTER TABLE video ADD COLUMN x int',
		'CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS $$SELECT 1$$',
		"UPDATE setting SET value = 'x'",
		'UPDATE app_user SET role = 0',
		"INSERT INTO app_user (password_hash) VALUES ('\$argon2id\$x')",
		'DELETE FROM app_user',
		'SELECT * FROM migration',
		'SET ROLE cardume',
		"COPY actor TO '/dev/null'";
	allowed($role, $_) for
		'SELECT count(*) FROM video',
		"SELECT setting('instance.name')",
		'SELECT id, role FROM app_user';
}

refused($_, 'SELECT private_key FROM actor_key') for @programs;
refused($_, 'SELECT password_hash FROM app_user') for qw(ap upload worker);
refused($_, 'SELECT secret_hash FROM session') for qw(ap);
refused($_, 'SELECT access_hash FROM token') for qw(ap page);
refused($_, 'SELECT client_secret FROM oauth_client') for qw(ap page upload
	worker);
refused('ap', $_) for
	'SELECT email FROM app_user',
	'INSERT INTO actor_key VALUES (1, $$x$$)',
	"UPDATE actor SET name = 'x'",
	'DELETE FROM video',
	'UPDATE video SET name = $$xxx$$',
	'INSERT INTO session (user_id) VALUES (1)',
	'SELECT password FROM video_password';
refused('page', 'UPDATE app_user SET is_blocked = false');
refused('api', 'UPDATE app_user SET video_quota = -1');
refused('upload', $_) for
	'DELETE FROM video', 'DELETE FROM session',
	'INSERT INTO token (user_id) VALUES (1)';
refused('worker', 'SELECT blocked_reason, password_hash FROM app_user');

# Who speaks with every browser reads nothing but which swarms there may be.
refused('signal', $_) for
	'SELECT * FROM video', 'SELECT * FROM app_user', 'SELECT * FROM setting',
	'SELECT * FROM signal_change', 'DELETE FROM signal_state',
	'CREATE TABLE mine (id int)';
allowed('signal', $_) for
	'SELECT * FROM signal_listed(NULL, 0, 10)',
	"SELECT * FROM signal_changes('1')",
	q(SELECT signal_told_write('{"sockets": 1}'));
refused('page', q(SELECT signal_told_write('{}')));

# A stuck program does not hold others up.
is [$db->run($_, 'SHOW statement_timeout')]->[1], "5s\n", "$_ is timed out"
	for qw(page api ap upload signal);
is [$db->run('worker', 'SHOW statement_timeout')]->[1], "1min\n",
	'the worker too';
is [$db->run('page', 'SHOW lock_timeout')]->[1], "2s\n", 'locks too';

# No database of the cluster takes a program's role for its own.
my ($failed, $answer) = $db->run('page', 'CREATE TEMPORARY TABLE t (id int)');
ok $failed, 'not even temporary tables' or diag $answer;

# Who changes counters or documents for all is asked by triggers alone; these
# make anew what can only come out as it is.
($status, $out) = $db->run('postgres', "SELECT string_agg(p.proname, ' '
		ORDER BY 1) FROM pg_proc p
	WHERE p.prosecdef AND p.provolatile = 'v'
		AND p.pronamespace = 'public'::regnamespace
		AND p.prorettype <> 'trigger'::regtype
		AND has_function_privilege('public', p.oid, 'EXECUTE')");
is $out, "face_refresh tracker_wanted_write video_kept_part " .
	"video_kept_refresh video_object_drop video_object_refresh\n",
	'functions with rights of their own that everybody may call';

done_testing;
