# SPDX-License-Identifier: AGPL-3.0-or-later
# Worker `deliver` against servers that take, refuse, fail, hang and die, with
# a database of its own: order, retries, the breaker, and what a killed worker
# leaves. Times are seconds where an instance has minutes and days.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume qw(wait_until);
use Cardume::Delivery;
use JSON::PP qw(decode_json);
use Time::HiRes qw(sleep time);

my $d = Cardume::Delivery->start;
my $sink = $d->{sink};

subtest 'one activity for many actors' => sub {
	my ($a, $b) = map { $sink->host($_) } 2, 3;
	my @at_a = map { $d->actor($a, $_) } qw(ann bob);
	my @at_b = map { $d->actor($b, $_, shared => 0) } qw(cid dan);
	$d->send([@at_a, @at_b, $d->{signer}], id => 'first');
	is $d->deliver, 0, 'a worker sends';
	is_deeply [map { $_->{path} } $sink->got($a)], ['/inbox'],
		'once to a shared inbox';
	is_deeply [sort map { $_->{path} } $sink->got($b)],
		['/cid/inbox', '/dan/inbox'], 'to each where there is none';
	is $d->value('SELECT count(*) FROM delivery'), 0, 'nothing waits';
	is $d->value('SELECT count(*) FROM activity'), 0, 'nothing is kept';
	is $d->value("SELECT count(*) FROM host WHERE pending"), 0,
		'no server is due';
	my ($got) = $sink->got($a);
	is $got->{method}, 'POST';
	is $got->{headers}{'content-type'}, 'application/activity+json';
	like $got->{headers}{'user-agent'}, qr/^Cardume\/.*\(\+http:/;
	is decode_json($got->{body})->{id}, 'first';
	ok $d->signed($got), 'signed by its actor';
	$sink->forget;
	$d->send(\@at_a, id => 'own', personal => 'true');
	$d->deliver;
	is_deeply [sort map { $_->{path} } $sink->got($a)],
		['/ann/inbox', '/bob/inbox'], 'or each personally';
};

subtest 'order, and the newest state' => sub {
	my $host = $sink->host(4);
	my $actor = $d->actor($host, 'eve');
	$sink->forget;
	$d->send([$actor], id => $_) for 1 .. 50;
	$d->deliver;
	is_deeply [$sink->ids($host)], [1 .. 50], 'as they were made';
	$sink->forget;
	$d->send([$actor], id => 'a');
	$d->send([$actor], id => "u$_", subject => 'video 1') for 1 .. 5;
	$d->send([$actor], id => 'v1', subject => 'video 2');
	$d->deliver;
	is_deeply [$sink->ids($host)], ['a', 'u5', 'v1'],
		'one update for many';
	$d->sweep;
	is $d->value('SELECT count(*) FROM activity'), 0, 'the sweep takes the rest';
};

subtest 'replaced while it is on its way' => sub {
	my $host = $sink->host(5);
	my $actor = $d->actor($host, 'fay');
	$sink->forget;
	$sink->answer($host, delay => 1.5);
	$d->send([$actor], id => 'old', subject => 'video 1');
	my $pid = $d->spawn('deliver');
	ok wait_until(sub { $sink->ids($host) }, 10), 'it is sent';
	$d->send([$actor], id => 'new', subject => 'video 1');
	ok wait_until(sub { 2 == $sink->ids($host) }, 10), 'and so is the newer';
	is_deeply [$sink->ids($host)], ['old', 'new'], 'in this order';
	$d->end($pid);
	$sink->answer($host);
	$d->deliver;
	is scalar $sink->ids($host), 2, 'and no more';
};

subtest 'what is refused' => sub {
	my $n = 10;
	for my $status (301, 400, 401, 403, 404, 405, 422) {
		my $host = $sink->host($n++);
		my $actor = $d->actor($host, 'gus');
		$sink->forget;
		$sink->answer($host, status => $status);
		$d->send([$actor], id => $_) for 1, 2;
		$d->deliver;
		my @got = $sink->got($host);
		my $twice = $status =~ /^40[013]$/;
		is scalar @got, $twice ? 4 : 2, "$status: dropped " .
			($twice ? 'when both signatures were refused' : 'at once');
		is grep({ $_->{headers}{'signature-input'} } @got),
			$twice ? 2 : 0, 'one kind of signature at a time';
		my $row = $d->row("SELECT * FROM host WHERE name = '$host'");
		is $row->{fails}, 0, 'no failure of the server';
		is $row->{last_status}, "status $status", 'admins see why';
	}
	is $d->value('SELECT count(*) FROM delivery'), 0, 'nothing waits';
};

subtest 'RFC 9421 is remembered' => sub {
	my $host = $sink->host(20);
	my $actor = $d->actor($host, 'hal');
	$sink->forget;
	$d->value("UPDATE host SET takes_rfc9421 = true WHERE name = '$host'");
	$d->send([$actor], id => 'new style');
	$d->deliver;
	my ($got) = $sink->got($host);
	like $got->{headers}{'signature-input'}, qr/^sig1=\("\@method"/;
	ok !$got->{headers}{digest}, 'no trace of the draft';
	my $fed = $sink->host(21);
	$actor = $d->actor($fed, 'ida');
	$sink->forget;
	$sink->answer($fed, status => 401, unless => 'signature-input');
	$d->send([$actor], id => $_) for 1, 2;
	$d->deliver;
	is_deeply [$sink->ids($fed)], [1, 1, 2], 'learned by the first refusal';
	is $d->value("SELECT takes_rfc9421 FROM host WHERE name = '$fed'"), 't';
};

subtest 'an inbox that is gone' => sub {
	my $host = $sink->host(22);
	my $actor = $d->actor($host, 'jan', shared => 0);
	my $other = $d->actor($host, 'kim', shared => 0);
	$d->follow($_) for $actor, $other;
	$sink->answer("$host/jan/inbox", status => 410);
	$d->send([$actor, $other], id => 'x');
	$d->deliver;
	is $d->value("SELECT gone_at IS NOT NULL FROM actor WHERE id = $actor"),
		't', 'its actor is gone';
	is $d->value("SELECT string_agg(follower_id::text, ' ') FROM follow
		WHERE follower_id IN ($actor, $other)"), $other, 'and follows nobody';
	$sink->forget;
	$d->send([$actor, $other], id => 'y');
	$d->deliver;
	is scalar $sink->got($host), 1, 'and gets nothing more';
};

subtest 'Retry-After' => sub {
	my $host = $sink->host(23);
	my $actor = $d->actor($host, 'leo');
	$sink->forget;
	$sink->answer($host, status => 429, headers => ['Retry-After: 3']);
	$d->send([$actor], id => $_) for 1, 2;
	my $before = time;
	$d->deliver;
	is scalar $sink->got($host), 1, 'the first is answered so';
	my $row = $d->host_row($host);
	cmp_ok $row->{wait}, '>', 1, 'the server is left alone';
	cmp_ok $row->{wait}, '<=', 3, 'for so long';
	is $row->{fails}, 0, 'not failing';
	$sink->answer($host);
	my $pid = $d->spawn('deliver');
	ok wait_until(sub { 3 == $sink->got($host) }, 10), 'then all is sent';
	$d->end($pid);
	cmp_ok [$sink->got($host)]->[1]{at} - $before, '>=', 3, 'not before';
	is_deeply [$sink->ids($host)], [1, 1, 2], 'in order';
	$sink->answer($host, status => 503, headers => ['Retry-After: 999999']);
	$d->send([$actor], id => 3);
	$d->deliver;
	cmp_ok $d->host_row($host)->{wait}, '<=', 60,
		'nobody waits for longer than the setting says';
	$d->alive($host);
};

# What it is worth, t/unit looks at.
subtest 'LD signatures' => sub {
	my @hosts = map { $sink->host($_) } 24, 25;
	my @actors = map { $d->actor($_, 'moe') } @hosts;
	$sink->forget;
	my %body = (type => 'View', actor => 'http://video.test/accounts/root',
		object => 'http://video.test/videos/watch/1');
	$d->send(\@actors, proof => 'true', body => { %body, id =>
		'http://video.test/1' });
	$sink->answer($hosts[1], status => 500);
	$d->deliver;
	my ($got) = map { decode_json($_->{body}) } $sink->got($hosts[0]);
	is $got->{signature}{type}, 'RsaSignature2017';
	is $got->{signature}{creator}, $body{actor};
	is $d->value('SELECT count(*) FROM activity WHERE wants_proof'), 0,
		'kept with the activity';
	$sink->answer($hosts[1]);
	$d->alive($hosts[1]);
	$d->deliver;
	my ($first, $second) = map { $_->{body} } $sink->got($hosts[1]);
	is $second, $first, 'made once for all';
	is_deeply decode_json($second), $got, 'and for all the same';
	$d->send([$actors[0]], proof => 'true', body => { %body, id =>
		'http://video.test/2', colour => 'blue' });
	$d->deliver;
	$got = decode_json([$sink->got($hosts[0])]->[-1]{body});
	is $got->{colour}, 'blue', 'what no context knows is sent';
	ok !$got->{signature}, 'without';
};

done_testing;
