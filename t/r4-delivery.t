# SPDX-License-Identifier: AGPL-3.0-or-later
# What a look with fresh eyes found in worker `deliver`: more that cannot be
# sent than it had room to say, what was put off coming after what took its
# place, a later word in the place of an earlier one, haste where nothing
# can be signed, and a proof that was lost.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume qw(wait_until);
use Cardume::Delivery;
use Time::HiRes qw(sleep);

my $d = Cardume::Delivery->start;
my $sink = $d->{sink};

subtest 'thirty thousand that cannot be sent' => sub {
	$d->value("INSERT INTO activity (actor_id, body) VALUES ($d->{signer},
		'{}');
		INSERT INTO host (name, lanes, pending)
		SELECT i || '.test', 4, true FROM generate_series(1, 110) i;
		INSERT INTO delivery (host_id, activity_id, inbox)
		SELECT h.id, a.id, 'http://' || i || ' ' || h.name
		FROM host h, activity a, generate_series(1, 280) i");
	is $d->deliver, 0, 'the worker ends well';
	is $d->waiting, 0, 'all of them are dropped';
	is scalar(() = $d->{log} =~ /: url: /g), 110 * 280, 'each once';
	$d->value('DELETE FROM host');
};

# Its first trouble is the server's, the second its own.
sub put_off {
	my ($host, $actor, $id, $subject) = @_;
	$sink->answer($host, status => 500, like => "\"$id\"");
	$d->send([$actor], id => $id, subject => $subject);
	$d->send([$actor], id => 'other');
	$d->deliver;
	$d->value('UPDATE host SET next_at = now()');
	$d->deliver;
	is $d->value("SELECT count(*) FROM delivery WHERE tries > 0"), 1,
		"$id is put off";
}

subtest 'what was put off does not come after what took its place' => sub {
	my $host = $sink->host(2);
	my $actor = $d->actor($host, 'ann');
	put_off($host, $actor, 'old', 'video 1');
	$sink->answer($host);
	$sink->forget;
	$d->send([$actor], id => 'new', subject => 'video 1');
	$d->deliver;
	$d->hurry;
	$d->deliver;
	is_deeply [$sink->ids($host)], ['new'], 'the newer alone';
};

subtest 'shown, hidden, shown and hidden while nobody answers' => sub {
	my $host = $sink->host(3);
	my $actor = $d->actor($host, 'bea');
	$sink->forget;
	$d->send([$actor], id => 'Delete 1', subject => 'video 1');
	$d->send([$actor], id => 'Create');
	$d->send([$actor], id => 'Delete 2', subject => 'video 1');
	$d->deliver;
	is_deeply [$sink->ids($host)], ['Create', 'Delete 2'],
		'the last word comes last';
};

# The functions that send of a real video, real follow.
subtest 'who is told of what is no more' => sub {
	my $host = $sink->host(4);
	my $actor = $d->actor($host, 'cid');
	$d->follow($actor);
	my $uuid = $d->value("INSERT INTO video (short_uuid, channel_id, name,
		privacy, state, files_are_public, duration)
		SELECT '1111111111111111111111', min(id), 'Film', 1, 1, true, 3
		FROM channel RETURNING uuid");
	is $d->value("SELECT count(*) FROM delivery d JOIN activity a
		ON a.id = d.activity_id WHERE a.body LIKE '%\"Create\"%'"), 1,
		'a Create waits';
	$d->value("UPDATE delivery SET tries = 1, retry_at = now() +
		interval '1 hour'");
	$d->value("UPDATE video SET privacy = 3 WHERE uuid = '$uuid'");
	is $d->value("SELECT count(*) FROM delivery d JOIN activity a
		ON a.id = d.activity_id WHERE a.body LIKE '%\"Create\"%'"), 0,
		'once it is hidden it waits no longer';
	is $d->value("SELECT count(*) FROM delivery d JOIN activity a
		ON a.id = d.activity_id WHERE a.body LIKE '%\"Delete\"%'"), 1,
		'but that it is gone is told';
	$d->value('DELETE FROM delivery');
	$d->value("SELECT follow_begin($d->{signer}, $actor)");
	$d->value('UPDATE delivery SET tries = 1');
	$d->value("DELETE FROM follow WHERE follower_id = $d->{signer}");
	is $d->value("SELECT string_agg(a.body::json ->> 'type', ' ')
		FROM delivery d JOIN activity a ON a.id = d.activity_id"),
		'Undo', 'nor a Follow that is over';
	$d->value('DELETE FROM delivery');
};

subtest 'the proof cannot be kept at the moment' => sub {
	my $host = $sink->host(6);
	my $actor = $d->actor($host, 'eve');
	$sink->forget;
	$d->send([$actor], proof => 'true', body => { type => 'View',
		id => 'http://video.test/1',
		actor => 'http://video.test/accounts/root',
		object => 'http://video.test/videos/watch/1' });
	$d->run('postgres', "ALTER ROLE cardume_worker SET lock_timeout = '1s'");
	open my $holder, '|-', 'psql', '-qXAt', "host=$d->{dir}/server user=" .
		'cardume dbname=cardume', '-o', "$d->{dir}/held" or die $!;
	$holder->autoflush(1);
	print $holder "BEGIN; SELECT 1 FROM activity FOR SHARE;\n";
	ok wait_until(sub { $d->value("SELECT count(*) FROM pg_stat_activity
		WHERE state = 'idle in transaction'") }, 10), 'others hold it';
	$d->deliver;
	is scalar $sink->got($host), 0, 'it waits';
	close $holder;
	$d->deliver;
	like [$sink->got($host)]->[0]{body} // '', qr/RsaSignature2017/,
		'and is sent with its proof';
};

subtest 'nothing can be signed' => sub {
	my $host = $sink->host(5);
	my $actor = $d->actor($host, 'dan');
	$sink->forget;
	$d->value('REVOKE EXECUTE ON FUNCTION signing_key FROM cardume_worker');
	$d->send([$actor], id => 'x');
	my $leases = $d->value("SELECT nextval('lease_seq')");
	my $pid = $d->spawn('deliver');
	ok wait_until(sub { $d->value("SELECT last_value FROM lease_seq")
		> $leases }, 10), 'it is tried';
	sleep 3;
	$d->end($pid);
	cmp_ok $d->value("SELECT nextval('lease_seq')") - $leases, '<', 10,
		'now and then';
	is $d->waiting($host), 1, 'and waits';
	$d->value('GRANT EXECUTE ON FUNCTION signing_key TO cardume_worker');
	$d->deliver;
	is scalar $sink->ids($host), 1, 'until it can be sent';
};
done_testing;
