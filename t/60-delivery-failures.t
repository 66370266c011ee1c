# SPDX-License-Identifier: AGPL-3.0-or-later
# Servers that fail, and workers that die: what waits, for how long, what is
# dropped, and what comes twice.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume qw(wait_until);
use Cardume::Delivery;
use Time::HiRes qw(sleep time);

my $d = Cardume::Delivery->start;
my $sink = $d->{sink};

# A row of `host` after so many rounds, in each of which the time has come.
sub rounds {
	my ($host, $nr) = @_;
	for (1 .. $nr) {
		$d->hurry;
		$d->deliver;
	}
	return $d->host_row($host);
}

subtest 'the ladder' => sub {
	my $host = $sink->host(2);
	my $actor = $d->actor($host, 'ann');
	$sink->answer($host, status => 502);
	$d->send([$actor], id => $_) for 1 .. 3;
	$d->send([$actor], id => 'old', subject => 'video 1');
	my @waits = map { rounds($host, 1)->{wait} } 1 .. 8;
	my $wanted = 2;
	for my $wait (@waits) {
		cmp_ok $wait, '>', $wanted * 0.75, "waits for about $wanted s";
		cmp_ok $wait, '<', $wanted * 1.25, "and not much more ($wait)";
		$wanted = $wanted * 2 < 60 ? $wanted * 2 : 60;
	}
	my $row = $d->host_row($host);
	is $row->{fails}, 8, 'failures are counted';
	like $row->{last_status}, qr/^status 502/, 'admins see the last';
	cmp_ok scalar $sink->got($host), '<=', 16, 'with one or two requests each';
	$sink->forget;
	$d->deliver;
	is scalar $sink->got($host), 0, 'none before its time';
	$d->send([$actor], id => 'new', subject => 'video 1');
	$d->deliver;
	is scalar $sink->got($host), 0, 'new things wait too';
	$sink->answer($host);
	$d->alive($host);
	$d->deliver;
	is_deeply [$sink->ids($host)], [1, 2, 3, 'new'],
		'a sign of life, and all comes, in order and in its newest state';
	$row = $d->host_row($host);
	is $row->{fails}, 0;
	ok !$row->{first_fail} && !$row->{pending} && $row->{last_ok},
		'as if nothing had been';
};

subtest 'no answer at all' => sub {
	my %ways = (
		refused => sub { "127.0.1.1:" . Cardume::free_port() },
		cut => sub { $sink->answer($sink->host(30), cut => 1);
			$sink->host(30) },
		unknown => sub { 'nobody.invalid' },
		'not TLS' => sub { $sink->host(31) });
	for my $way (sort keys %ways) {
		my $host = $ways{$way}->();
		my $actor = $d->actor($host, 'bea');
		$d->value("UPDATE actor SET shared_inbox =
			'https://$host/inbox' WHERE id = $actor")
			if $way eq 'not TLS';
		$d->send([$actor], id => $way);
		$d->deliver;
		my $row = $d->host_row($host);
		is $row->{fails}, 1, "$way: $row->{last_status}";
		is $d->waiting($host), 1, 'nothing is lost';
		$d->value("DELETE FROM delivery");
	}
};

subtest 'one activity that it cannot bear' => sub {
	my $host = $sink->host(3);
	my $actor = $d->actor($host, 'cid');
	$d->set(retry_seconds => 30);
	$sink->answer($host, status => 500, like => '"poison"');
	$d->send([$actor], id => $_) for 'poison', 1 .. 3;
	$d->deliver;
	is scalar $sink->ids($host), 1, 'order before haste, the first time';
	my $row = rounds($host, 1);
	is_deeply [$sink->ids($host)], ['poison', 'poison', 1, 2, 3],
		'then it is found that others pass';
	is $row->{fails}, 0, 'the server is well';
	$d->send([$actor], id => 4);
	$d->deliver;
	is [$sink->ids($host)]->[-1], 4, 'others do not wait for it';
	$sink->forget;
	for (1 .. 4) {
		$d->send([$actor], id => 'more');
		rounds($host, 1);
	}
	is scalar(grep { $_ eq 'poison' } $sink->ids($host)), 4,
		'it is tried again';
	is $d->waiting($host), 0, 'and after the fifth time dropped';
	$d->set(retry_seconds => 2);
};

subtest 'a week of failures' => sub {
	my $host = $sink->host(4);
	my $actor = $d->actor($host, 'dan');
	$d->follow($actor);
	$d->set(give_up_seconds => 3, probe_seconds => 60);
	$sink->answer($host, status => 503);
	$d->send([$actor], id => $_) for 1 .. 30;
	$d->deliver;
	is $d->waiting($host), 30, 'all waits';
	sleep 3.2;
	my $row = rounds($host, 1);
	ok $row->{dead}, 'until it is dead';
	is $d->waiting($host), 0, 'all is dropped';
	$d->sweep;
	is $d->value('SELECT count(*) FROM activity a WHERE NOT EXISTS
		(SELECT FROM delivery WHERE activity_id = a.id)'), 0,
		'also what it was';
	is $d->value("SELECT count(*) FROM follow WHERE follower_id = $actor"),
		1, 'its people follow still';
	cmp_ok $row->{wait}, '>', 40, 'it is asked again in a while';
	$d->send([$actor], id => 'x');
	is $d->waiting($host), 0, 'nothing more is for it';
	$sink->forget;
	$row = rounds($host, 1);
	is_deeply [map { "$_->{method} $_->{path}" } $sink->got($host)],
		['GET /.well-known/nodeinfo'], 'it is asked whether it lives';
	ok $row->{dead} && $row->{wait} > 40, 'no';
	$sink->answer($host, status => 404);
	$row = rounds($host, 1);
	ok !$row->{dead} && !$row->{fails}, 'yes';
	$d->send([$actor], id => 'back');
	$sink->answer($host);
	$d->deliver;
	is [$sink->ids($host)]->[-1], 'back', 'so it gets things again';
	$d->value("UPDATE host SET dead = true, pending = true,
		next_at = now() + interval '1 day' WHERE name = '$host'");
	$d->alive($host);
	ok !$d->host_row($host)->{dead}, 'a sign of life does the same';
	$d->set(give_up_seconds => 604800);
};

subtest 'muted' => sub {
	my $host = $sink->host(5);
	my $actor = $d->actor($host, 'eve');
	$sink->forget;
	$d->send([$actor], id => 1);
	$d->value("INSERT INTO server_block (host) VALUES ('$host')");
	$d->send([$actor], id => 2);
	$d->deliver;
	is scalar $sink->got($host), 0, 'who is muted gets nothing';
	is $d->waiting($host), 0, 'nothing waits either';
};

subtest 'paused' => sub {
	my $host = $sink->host(6);
	my $actor = $d->actor($host, 'fay');
	$d->value("UPDATE setting SET value = 'true' WHERE name = 'jobs.paused'");
	$d->send([$actor], id => 1);
	$d->deliver;
	is scalar $sink->got($host), 0, 'nothing is sent';
	$d->value("UPDATE setting SET value = 'false' WHERE name = 'jobs.paused'");
	$d->deliver;
	is scalar $sink->got($host), 1, 'until jobs go on';
};

subtest 'one that hangs delays nobody' => sub {
	my @hung = map { $sink->host(100 + $_) } 0 .. 99;
	my @actors = map { $d->actor($_, 'gus') } @hung;
	$sink->answer($_, hang => 1) for @hung;
	my $well = $sink->host(7);
	my $alive = $d->actor($well, 'hal');
	$d->send(\@actors, id => "hung $_") for 1 .. 3;
	$sink->forget;
	my $pid = $d->spawn('deliver');
	ok wait_until(sub { 100 == $sink->got }, 20), 'a hundred hang';
	for (1 .. 20) {
		$d->send([$alive], id => $_);
		my $sent = time;
		my $got = wait_until { $_ == $sink->ids($well) } 8;
		ok $got, sprintf 'another gets its own after %.1f s', time - $sent;
	}
	ok wait_until(sub { 100 == $d->value("SELECT count(*) FROM host
		WHERE fails > 0 AND last_status LIKE 'timeout%'") }, 60),
		'they time out';
	is $d->end($pid), 0, 'the worker ends well';
	is $d->waiting, 300, 'what was for them waits';
	$d->value('DELETE FROM delivery');
};

subtest 'it is told to end' => sub {
	my $host = $sink->host(8);
	my $actor = $d->actor($host, 'ida');
	$sink->answer($host, delay => 1);
	$sink->forget;
	$d->send([$actor], id => $_) for 1 .. 10;
	my $pid = $d->spawn('deliver');
	ok wait_until(sub { 2 == $sink->ids($host) }, 10), 'on its way';
	is $d->end($pid), 0, 'it ends';
	my $nr = $sink->ids($host);
	is $d->waiting($host), 10 - $nr, 'and has told what it did';
	is $d->host_row($host)->{lease_until}, undef, 'it holds nothing';
	$sink->answer($host);
	$d->deliver;
	is_deeply [$sink->ids($host)], [1 .. 10], 'the next goes on';
};

# Many servers, a worker that is killed again and again.
subtest 'kill -9' => sub {
	my @hosts = map { $sink->host(200 + $_) } 0 .. 19;
	my @actors = map { $d->actor($_, 'jan') } @hosts;
	$sink->answer($_, delay => 0.02) for @hosts;
	$sink->forget;
	$d->send(\@actors, id => $_) for 1 .. 40;
	my $kills = 0;
	while ($d->waiting && $kills < 60) {
		my $pid = $d->spawn('deliver');
		sleep 0.05 + rand 0.4;
		$d->end($pid, 'KILL');
		$kills++;
		$d->expire_leases;
	}
	$d->deliver;
	cmp_ok $kills, '>=', 5, "killed $kills times";
	is $d->waiting, 0, 'all is sent';
	my ($lost, $disorder, $most) = (0, 0, 0);
	for my $host (@hosts) {
		my (%times, @first);
		for my $id ($sink->ids($host)) {
			push @first, $id if !$times{$id}++;
		}
		$lost += grep { !$times{$_} } 1 .. 40;
		$disorder++ if "@first" ne join ' ', 1 .. 40;
		$most = $_ > $most ? $_ : $most for values %times;
	}
	is $lost, 0, 'nothing is lost';
	is $disorder, 0, 'nothing out of order';
	cmp_ok $most, '<=', 1 + $kills, "the most often sent: $most times";
};

subtest 'a lease of two minutes' => sub {
	my $host = $sink->host(9);
	my $actor = $d->actor($host, 'kim');
	$sink->answer($host, delay => 1);
	$sink->forget;
	$d->send([$actor], id => 1);
	my $pid = $d->spawn('deliver');
	ok wait_until(sub { 1 == $sink->ids($host) }, 10), 'sent';
	$d->end($pid, 'KILL');
	$d->deliver;
	is scalar $sink->ids($host), 1, 'nobody else takes it meanwhile';
	is $d->value("SELECT lease_until <= now() + interval '2 minutes'
		FROM host WHERE name = '$host'"), 't', 'two minutes';
	$d->expire_leases;
	$sink->answer($host);
	$d->deliver;
	is_deeply [$sink->ids($host)], [1, 1], 'then it is sent again';
	is $d->waiting($host), 0;
};

done_testing;
