# SPDX-License-Identifier: AGPL-3.0-or-later
# The job table: leases, fencing, backoff, uniqueness, dependencies,
# cancellation, dead letters; and a worker that obeys them.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume::Jobs;
use IPC::Open2;

my $jobs = Cardume::Jobs->start;
my $top = $Cardume::Database::top;

sub insert_sql {
	open my $file, '<', "$top/sql/job/insert.sql" or die $!;
	local $/;
	my $sql = <$file> =~ s/^--.*\n//gmr;
	return "PREPARE job_insert AS $sql;";
}

# The statement programs insert jobs with; kind `remove`, which has nothing to
# do here. Returns (id, inserted).
sub insert {
	my (%o) = @_;
	my @values = map { defined $_ ? "'$_'" : 'NULL' } 4,
		$o{payload} // '{}', $o{attempts} // 3, $o{priority} // 5,
		$o{delay} // 0, $o{uniq}, undef, $o{needs};
	local $" = ', ';
	my $line = $jobs->value(insert_sql() . "EXECUTE job_insert(@values)");
	return split /\|/, $line;
}

sub job { $jobs->row("SELECT * FROM job WHERE id = $_[0]") }
sub logged { $jobs->value("SELECT count(*) FROM job_log WHERE job_id = $_[0]") }

# As if a worker had it; its token.
sub take {
	my ($id, $until) = @_;
	$until //= 60;
	return $jobs->value("UPDATE job SET state = 1, attempt = attempt + 1,
		lease = nextval('lease_seq'), lease_until = now() +
		interval '1 second' * $until, deadline = now() + interval '1 day'
		WHERE id = $id RETURNING lease");
}

sub run_all {
	my ($status, $log) = $jobs->worker(qw(remove tracker transcode --once));
	is $status, 0, 'worker --once' or diag $log;
	return $log;
}

subtest 'done' => sub {
	my ($id, $inserted) = insert();
	is $inserted, 't', 'inserted';
	is job($id)->{state}, 0, 'ready';
	run_all();
	is job($id), undef, 'gone';
	is logged($id), 1, 'logged once';
};

subtest 'fencing' => sub {
	my ($id) = insert();
	my $old = take($id);
	my $new = take($id);
	is $jobs->value("SELECT job_complete_write($id, $old)"), 'f',
		'a stale token completes nothing';
	is logged($id), 0, 'nothing logged';
	is $jobs->value("SELECT job_give_up_write($id, $old, 'x', true,
		NULL)"), '',
		'nor fails it';
	is $jobs->value("SELECT job_ready_write($id, $old, 1)"), 'f',
		'nor hands it back';
	is job($id)->{state}, 1, 'still running';
	is $jobs->value("SELECT job_complete_write($id, $new)"), 't',
		'the present one does';
	is $jobs->value("SELECT job_complete_write($id, $new)"), 'f', 'once';
	is logged($id), 1, 'logged once';
};

subtest 'lost lease' => sub {
	my ($id) = insert();
	take($id, -1);
	run_all();
	is logged($id), 1, 'reaped and run';
	is $jobs->value("SELECT attempt FROM job_log WHERE job_id = $id"), 2,
		'both attempts counted';
};

subtest 'poison' => sub {
	my ($id) = insert(attempts => 1);
	take($id, -1);
	run_all();
	is job($id)->{state}, 4, 'dead when its last worker died';
	like job($id)->{error}, qr/tried 1 times/, 'says why';
	my $video = $jobs->value(<<'END');
INSERT INTO video (short_uuid, channel_id, name, privacy, state)
SELECT '', min(id), 'Film', 1, 2 FROM channel RETURNING id
END
	my $transcode = $jobs->value("INSERT INTO job (queue, max_attempt, payload)
		VALUES (1, 1, '{\"videoId\": $video}') RETURNING id");
	take($transcode, -1);
	run_all();
	is $jobs->value("SELECT state FROM video WHERE id = $video"), 7,
		'and the video knows';
	like $jobs->value("SELECT error FROM video WHERE id = $video"),
		qr/tried 1 times/, 'with a text';
};

subtest 'failures' => sub {
	my ($id) = insert(payload => '{"files": ["../../etc/passwd"]}');
	run_all();
	is job($id)->{state}, 4, 'dead at once when it can never work';
	like job($id)->{error}, qr/Not a path of ours/, 'says why';
	my $whitelist = "$jobs->{dir}/run/tracker";
	unlink glob "$whitelist/*";
	rmdir $whitelist or die "$whitelist: $!";
	my $tracker = $jobs->value("INSERT INTO job (queue, max_attempt, payload)
		VALUES (5, 2, '{}') RETURNING id");
	run_all();
	is job($tracker)->{state}, 2, 'scheduled again after a failure';
	like job($tracker)->{error}, qr/cannot be written/, 'says why';
	is $jobs->value("SELECT run_at BETWEEN now() + interval '1 s' AND now() +
		interval '12 s' FROM job WHERE id = $tracker"), 't', 'in ten seconds';
	$jobs->value("UPDATE job SET run_at = now() WHERE id = $tracker");
	run_all();
	is job($tracker)->{state}, 4, 'dead after the last attempt';
	mkdir $whitelist;
	my ($status) = $jobs->worker('--job', $tracker);
	is $status, 0, 'a dead job can be run by its number';
	is logged($tracker), 1, 'done';
};

subtest 'backoff' => sub {
	is $jobs->value("SELECT bool_and(s BETWEEN 0.8 * b AND 1.2 * b) FROM (
		SELECT extract(epoch FROM job_backoff(n)) AS s,
			least(21600, 10 * 2.0 ^ (n - 1)) AS b
		FROM generate_series(1, 30) n, generate_series(1, 20)) x"), 't',
		'10 s doubled, at most 6 h, spread by a fifth';
	is $jobs->value("SELECT count(DISTINCT job_backoff(5)) > 1
		FROM generate_series(1, 20)"), 't', 'never the same';
};

subtest 'later' => sub {
	my ($id) = insert(delay => 3600);
	run_all();
	is job($id)->{state}, 2, 'not before its time';
	my ($status) = $jobs->worker('--job', $id);
	is $status, 0, 'but by its number';
	is logged($id), 1, 'done';
	($status) = $jobs->worker('--job', $id);
	isnt $status, 0, 'a job that is not there is an error';
};

subtest 'unique' => sub {
	my ($id) = insert(uniq => 'a', delay => 3600);
	my ($same, $inserted) = insert(uniq => 'a');
	is "$same $inserted", "$id f", 'one waits at most';
	is $jobs->value("SELECT run_at <= now() FROM job WHERE id = $id"), 't',
		'the earlier time wins';
	my $lease = take($id);
	my ($newer, $new) = insert(uniq => 'a');
	is $new, 't', 'a running one does not stop a new one';
	is $jobs->value("SELECT job_give_up_write($id, $lease, 'x', false,
		NULL)"), 2,
		'and may be postponed beside it';
	run_all();
	is logged($newer), 1, 'the newer one ran';
	$jobs->value("UPDATE job SET run_at = now() WHERE id = $id");
	run_all();
	is logged($id), 1, 'and the older one';
};

# A session that stays open.
sub session {
	my $pid = open2(my $out, my $in, 'psql', '-qXAt',
		"host=$jobs->{dir}/server user=cardume dbname=cardume");
	$in->autoflush(1);
	return { pid => $pid, in => $in, out => $out };
}

sub ask {
	my ($session, $sql) = @_;
	print { $session->{in} } "$sql;\n\\echo END\n";
	my $answer = '';
	while (defined(my $line = readline $session->{out})) {
		last if $line eq "END\n";
		$answer .= $line;
	}
	chomp $answer;
	return $answer;
}

sub leave {
	my ($session) = @_;
	close $session->{in};
	waitpid $session->{pid}, 0;
}

subtest 'a waiting job does not overtake who asked for it' => sub {
	my ($id) = insert(uniq => 'b');
	my $session = session();
	ask($session, insert_sql() . 'BEGIN');
	ask($session, "EXECUTE job_insert(4, '{}', 3, 5, 0, 'b', NULL, NULL)");
	run_all();
	is logged($id), 0, 'not before the commit';
	ask($session, 'COMMIT');
	leave($session);
	run_all();
	is logged($id), 1, 'after it';
};

subtest 'dependencies' => sub {
	my ($first) = insert(delay => 3600);
	my ($second) = insert(needs => $first);
	my ($third) = insert(needs => $second);
	is job($second)->{state}, 3, 'blocked';
	run_all();
	is logged($second), 0, 'not run';
	$jobs->worker('--job', $first);
	is job($second)->{state}, 0, 'ready when the other is done';
	is job($third)->{state}, 3, 'its own still blocked';
	run_all();
	is logged($third), 1, 'the chain runs to its end';
	my ($late) = insert(needs => $first);
	is job($late)->{state}, 0, 'what is done blocks nothing';
};

subtest 'a dependant inserted while the other is completed' => sub {
	my ($first) = insert(delay => 3600);
	my $lease = take($first);
	my ($one, $two) = (session(), session());
	ask($one, insert_sql() . 'BEGIN');
	my ($id) = split /\|/, ask($one,
		"EXECUTE job_insert(4, '{}', 3, 5, 0, NULL, NULL, $first)");
	print { $two->{in} } "SELECT job_complete_write($first, $lease);\n";
	$jobs->value("SELECT 1") until $jobs->value("SELECT count(*) FROM pg_locks
		WHERE NOT granted");
	ask($one, 'COMMIT');
	leave($one);
	is readline($two->{out}), "t\n", 'completed';
	leave($two);
	is job($id)->{state}, 0, 'is ready, not blocked for ever';
};

subtest 'cancellation' => sub {
	my ($first) = insert(delay => 3600);
	my ($second) = insert(needs => $first);
	my ($third) = insert(needs => $second);
	$jobs->value("SELECT job_cancel_write($first)");
	is job($_), undef, 'gone' for $first, $second, $third;
	($first) = insert();
	($second) = insert(needs => $first);
	my $lease = take($first);
	$jobs->value("SELECT job_cancel_write($first)");
	is job($first)->{cancel}, JSON::PP::true(), 'a running one is asked';
	is job($second), undef, 'who waits for it is gone';
	$jobs->value("UPDATE job SET lease_until = now() - interval '1 s'
		WHERE id = $first");
	run_all();
	is job($first), undef, 'and goes with a worker that died';
	is logged($first), 0, 'it was not done';
	($first) = insert();
	$lease = take($first);
	$jobs->value("SELECT job_cancel_write($first)");
	is $jobs->value("SELECT job_complete_write($first, $lease) IS NULL"), 't',
		'one that ends all the same does not take effect';
	is logged($first), 0, 'it is not done';
	is $jobs->value("SELECT job_cancelled_write($first, $lease)"), 't',
		'but cancelled';
	is job($first), undef, 'and gone';
};

subtest 'cancelled while a worker claims it' => sub {
	my ($id) = insert();
	my ($one, $two) = (session(), session());
	ask($one, 'BEGIN');
	ask($one, "UPDATE job SET state = 1, lease = nextval('lease_seq'),
		lease_until = now() + interval '1 minute' WHERE id = $id");
	print { $two->{in} } "SELECT job_cancel_write($id);\n";
	$jobs->value("SELECT 1") until $jobs->value("SELECT count(*) FROM pg_locks
		WHERE NOT granted");
	ask($one, 'COMMIT');
	leave($one);
	is readline($two->{out}), "t\n", 'told';
	leave($two);
	is job($id)->{cancel}, JSON::PP::true(), 'the worker will hear of it';
	$jobs->value("DELETE FROM job WHERE id = $id");
};

subtest 'cancelled by an admin' => sub {
	my ($first) = insert(delay => 3600);
	my ($second) = insert(needs => $first);
	my ($third) = insert(needs => $second);
	my ($status, $out) = $jobs->cardume('job', 'cancel', $second);
	is $status, 0, 'the command' or diag $out;
	is job($second)->{state}, 4, 'dead';
	is job($third), undef, 'who waits for it is gone';
	my $lease = take($first);
	is $jobs->value("SELECT job_complete_write($first, $lease)"), 't',
		'what it waited for is not held up';
	$jobs->value("DELETE FROM job WHERE id = $second");
	my ($video, $id) = split /\|/, $jobs->value(<<'END');
WITH v AS (
	INSERT INTO video (short_uuid, channel_id, name, privacy, state)
	SELECT '', min(id), 'Film', 1, 2 FROM channel RETURNING id
)
INSERT INTO job (queue, max_attempt, payload)
SELECT 1, 5, jsonb_build_object('videoId', id) FROM v
RETURNING payload ->> 'videoId', id
END
	$jobs->cardume('job', 'cancel', $id);
	is $jobs->value("SELECT state || ' ' || error FROM video
		WHERE id = $video"), '7 The administration stopped it. What was' .
		' uploaded is still there.', 'a video is not left waiting';
	$jobs->cardume('job', 'retry', $id);
	is $jobs->value("SELECT state || coalesce(error, '') FROM video
		WHERE id = $video"), 2, 'until it is tried again';
	$jobs->value("DELETE FROM video WHERE id = $video");
};

subtest 'for lack of room' => sub {
	my ($id) = insert(payload => '{"a": 1}', attempts => 1);
	my $lease = take($id);
	is $jobs->value("SELECT job_put_off_write($id, 0, 'full', 5)"), 'f',
		'not by who has lost it';
	is $jobs->value("SELECT job_put_off_write($id, $lease, 'full', 5)"), 't',
		'put off';
	my $job = job($id);
	is_deeply [@$job{qw(state attempt error payload)}],
		[2, 0, 'full', { a => 1, room => 5 }],
		'which is no attempt, and says how much was too little';
	is $jobs->value("SELECT run_at BETWEEN now() + interval '20 s' AND
		now() + interval '30 s' FROM job WHERE id = $id"), 't',
		'for half a minute';
	$lease = take($id);
	is $jobs->value("SELECT job_give_up_write($id, $lease, 'x', false,
		'said')"), 4, 'another failure counts';
	$job = job($id);
	is_deeply [@$job{qw(error details payload)}], ['x', 'said', { a => 1 }],
		'and is another';
	$jobs->value("DELETE FROM job WHERE id = $id");
};

sub claim {
	open my $file, '<', "$top/sql/job/claim.sql" or die $!;
	my $sql = join '', grep { !/^--/ } <$file>;
	my ($id, $lease) = split /\|/, $jobs->value("PREPARE claim AS $sql;
		EXECUTE claim($_[0], 1, 'test', 60)");
	return ($id, $lease);
}

subtest 'turns' => sub {
	my %user;
	for my $name (qw(busy late)) {
		$jobs->cardume(qw(user create), $name, '--email',
			"$name\@video.example", '--password-stdin',
			\"a long enough one\n");
		$user{$name} = $jobs->value("SELECT max(id) FROM app_user");
	}
	my $film = sub {
		my ($name) = @_;
		return $jobs->value("INSERT INTO job (queue, max_attempt, payload,
			owner_id) VALUES (1, 5, '{}', $user{$name}) RETURNING id");
	};
	my @busy = map { $film->('busy') } 1 .. 20;
	my ($id, $lease) = claim(1);
	is $id, $busy[0], 'one user alone: in order';
	my @late = map { $film->('late') } 1, 2;
	my @order;
	while ($id) {
		$jobs->value("SELECT job_complete_write($id, $lease)");
		($id, $lease) = claim(1);
		push @order, $id if $id;
	}
	is_deeply [@order[0 .. 4]], [$late[0], $busy[1], $late[1], @busy[2, 3]],
		'the first of another does not wait for all of them';
	is scalar @order, 21, 'all have their turn';
	is $jobs->value("SELECT turn FROM job WHERE id = " . $film->('busy')), 0,
		'nobody is held back for what is done';
	$jobs->value("DELETE FROM job WHERE queue = 1");
};

subtest 'order' => sub {
	my @ids = map { (insert(priority => $_))[0] } 5, 1, 9, 1;
	run_all();
	is $jobs->value("SELECT string_agg(job_id::text, ' ' ORDER BY done_at)
		FROM job_log WHERE job_id IN (@{[join ',', @ids]})"),
		"@ids[1, 3, 0, 2]", 'by priority, then by age';
};

subtest 'log by day' => sub {
	$jobs->value('SELECT job_log_rotate_write()');
	is $jobs->value("SELECT count(*) FROM pg_inherits WHERE inhparent =
		'job_log'::regclass"), 3, 'two days ahead and the rest';
	$jobs->value("CREATE TABLE job_log_20200101 PARTITION OF job_log
		FOR VALUES FROM ('2020-01-01') TO ('2020-01-02')");
	$jobs->value('SELECT job_log_rotate_write()');
	is $jobs->value("SELECT to_regclass('job_log_20200101') IS NULL"), 't',
		'old ones are dropped';
};

subtest 'options' => sub {
	is +($jobs->worker())[0], 64, 'no kind: usage';
	is +($jobs->worker('nonsense'))[0], 64, 'unknown kind: usage';
	is +($jobs->worker('--job', 'x'))[0], 64, 'no number: usage';
	my ($status, $text) = $jobs->worker('--help');
	is $status, 0, '--help';
	like $text, qr/transcode image publish remove tracker sweep/, 'kinds';
};

done_testing;
