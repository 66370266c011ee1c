# SPDX-License-Identifier: AGPL-3.0-or-later
# Other servers that fail in every way, and workers that die: nothing is lost,
# nobody else waits, and memory stays small. The retry ladder is shortened to
# seconds by its settings.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep time);

use Cardume;
use Cardume::Instances;
use Cardume::Peer;
use Cardume::Video;

my $other = Cardume::Peer->start;	# whom nobody may ask
my $good = Cardume::Peer->start(address => '127.0.0.2');
my $bad = Cardume::Peer->start(address => '127.0.0.2');
my $cardume = do {
	local $ENV{CARDUME_PRIVATE_ADDRESSES} = '127.0.0.2';
	Cardume->start;
};
my $ann = person($cardume, 'ann');
my $video = Cardume::Video->make($cardume, $ann->name, name => 'Film');
my $url = $cardume->origin . "/videos/watch/$video->{uuid}";
my %follower = map { $_->{host} => $_->actor('fan') } $good, $bad;

sub setting {
	my ($name, $value) = @_;
	my ($status, $out) = $cardume->program('cardume', 'setting', 'set',
		$name, $value);
	is $status, 0, "$name = $value" or diag $out;
}

setting('delivery.retry_seconds', 1);
setting('delivery.retry_max_seconds', 2);
setting('delivery.give_up_seconds', 3600);
setting('delivery.probe_seconds', 2);

for my $peer ($good, $bad) {
	my $fan = $follower{ $peer->{host} };
	$peer->post($ann->channel_url . '/inbox', $peer->activity($fan,
		'Follow', $_), signer => $fan) for $ann->url, $ann->channel_url;
	wait_for { 2 == grep { $_->{verified} } $peer->received('Accept') }
		20, "$peer->{host} follows";
}

sub host_row {
	my ($peer) = @_;
	my ($fails, $dead, $waiting) = split /\|/, $cardume->psql(
		"SELECT h.fails, h.dead, (SELECT count(*) FROM delivery d
		WHERE d.host_id = h.id) FROM host h WHERE h.name =
		'$peer->{host}'");
	return { fails => $fails, dead => $dead eq 't', waiting => $waiting };
}

sub calm { wait_for { $cardume->psql('SELECT count(*) FROM delivery') == 0 }
	$_[0], 'all is sent' }

my $serial = 0;

# Says something new about the video; the comment's id, which comes as Create.
sub say_something {
	my $made = $ann->api(POST => "/videos/$video->{uuid}/comment-threads",
		{ text => 'Word ' . ++$serial });
	return $made->{comment}{url};
}

sub got {
	my ($peer, $id) = @_;
	return grep { $_->{json}{type} eq 'Create' &&
		ref $_->{json}{object} eq 'HASH' &&
		$_->{json}{object}{id} eq $id } $peer->received;
}

# Kilobytes of memory of the largest process of a worker.
sub memory {
	my ($worker) = @_;
	my $most = 0;
	for my $pid ($cardume->pids($worker)) {
		my ($kb) = eval { slurp("/proc/$pid/status") } =~
			/^VmHWM:\s+(\d+)/m or next;
		$most = $kb if $kb > $most;
	}
	return $most;
}

# A subtest whose end is not the end of the others.
sub step {
	my ($what, $block) = @_;
	subtest $what => sub {
		eval { $block->(); 1 } or fail("it goes on: $@");
	};
}

step 'one is down, the other does not wait' => sub {
	$bad->stop;
	my $began = time;
	my @ids = map { say_something() } 1 .. 3;
	wait_for { 3 == grep { got($good, $_) } @ids } 10,
		'the other gets all';
	wait_for { host_row($bad)->{fails} >= 2 } 20, 'it was tried again';
	is host_row($bad)->{waiting}, 3, 'its own wait';
	$bad->go_on;
	wait_for { 3 == grep { got($bad, $_) } @ids } 15,
		'it gets them when it is back';
	is_deeply [ map { scalar got($bad, $_) } @ids ], [ 1, 1, 1 ],
		'each once';
	my @order = map { $_->{json}{object}{id} } $bad->received('Create');
	is_deeply \@order, \@ids, 'in order';
	is host_row($bad)->{fails}, 0, 'nothing is held against it';
};

step 'answers that fail' => sub {
	for my $fault (500, 503, 429, 'close', 'cut', 'chunks') {
		$bad->set('/inbox', fault => $fault, times => 2);
		my $id = say_something();
		wait_for { got($good, $id) } 10, "$fault: the other gets it";
		wait_for { got($bad, $id) >= 1 && !host_row($bad)->{waiting} }
			20, "$fault: it is sent until it is taken";
	}
	$bad->set('/inbox', fault => undef);
	calm(20);
};

step 'answers that do not come, or do not end' => sub {
	for my $fault (qw(hang slow hang-body endless huge)) {
		$bad->set('/inbox', fault => $fault, times => 1);
		my $id = say_something();
		my $began = time;
		wait_for { got($good, $id) } 8, "$fault: the other does not wait";
		wait_for { !host_row($bad)->{waiting} } 60,
			"$fault: it ends";
	}
	cmp_ok memory('worker-deliver'), '<', 100_000,
		'memory of the worker, kB';
};

step 'given up, and back' => sub {
	setting('delivery.give_up_seconds', 3);
	$bad->stop;
	say_something();
	wait_for { host_row($bad)->{dead} } 30, 'it is given up';
	is host_row($bad)->{waiting}, 0, 'nothing waits for it';
	my $id = say_something();
	wait_for { got($good, $id) } 10, 'the other gets the next';
	is host_row($bad)->{waiting}, 0, 'which does not wait either';
	$bad->go_on;
	wait_for { !host_row($bad)->{dead} } 20, 'it is found alive';
	$id = say_something();
	wait_for { got($bad, $id) } 15, 'and is told what comes after';
	setting('delivery.give_up_seconds', 3600);
};

step 'documents that are none' => sub {
	my %wrong = (
		'a page' => [ type => 'text/html' ],
		'plain JSON' => [ type => 'application/json' ],
		'1 GB' => [ fault => 'huge' ],
		'no end' => [ fault => 'endless' ],
		'a byte a second' => [ fault => 'slow' ],
		'no byte' => [ fault => 'hang' ],
		'no JSON' => [ body => '{"id": ' ],
		'deep JSON' => [ body => '[' x 100_000 ],
		'another id' => [ body => { id => 'http://127.0.0.2:1/x',
			type => 'Person' } ],
		'a redirect to elsewhere' => [ status => 302, headers => {
			location => $other->url('/users/elsewhere') } ],
		'a redirect to itself' => [ status => 302, headers => {
			location => '/users/loop' } ],
		'a redirect to a file' => [ status => 302, headers => {
			location => 'file:///etc/passwd' } ],
	);
	$other->actor('elsewhere');
	my $nr = 0;
	my %id;
	for my $how (sort keys %wrong) {
		my $name = 'wrong' . ++$nr;
		my $actor = $bad->actor($how =~ /itself/ ? 'loop' : $name);
		$bad->set($actor->{path}, @{ $wrong{$how} });
		$id{$how} = $actor->{id};
		my $answer = $bad->post($cardume->origin . '/inbox',
			$bad->activity($actor, 'Like', $url), signer => $actor);
		like $answer->{status}, qr/^(?:20[24]|40[13])$/,
			"$how: the sender is answered";
	}
	my $fan = $follower{ $good->{host} };
	$good->post($cardume->origin . '/inbox', $good->activity($fan, 'Like',
		$url), signer => $fan);
	wait_for { $ann->api(GET => "/videos/$video->{uuid}")->{likes} == 1 }
		30, 'a good one gets through meanwhile';
	wait_for { $cardume->psql('SELECT count(*) FROM inbox
		WHERE state IN (0, 1)') == 0 } 120, 'all are done with';
	is $ann->api(GET => "/videos/$video->{uuid}")->{likes}, 1,
		'none of them counts';
	is $cardume->psql("SELECT count(*) FROM actor WHERE url IN (" .
		join(', ', map { "'$_'" } values %id) . ')'), 0,
		'none of them is stored';
	is scalar $other->requests, 0, 'whom nobody may ask was not asked';
	cmp_ok memory('worker-inbox'), '<', 150_000,
		'memory of the worker, kB';
};

step 'workers are killed' => sub {
	my @ids;
	for (1 .. 20) {
		push @ids, say_something();
		sleep rand 0.3;
		kill KILL => $cardume->pids('worker-deliver');
	}
	for my $peer ($good, $bad) {
		wait_for { @ids == grep { got($peer, $_) } @ids } 180,
			"$peer->{host} gets all 20";
	}
	calm(30);
	my %seen;
	$seen{ $_->{json}{id} }{ $_->{body} }++ for $good->received('Create');
	is scalar(grep { keys %$_ > 1 } values %seen), 0,
		'what came twice is the same activity';
	my $fan = $follower{ $good->{host} };
	my @notes;
	for (1 .. 20) {
		my $note = $good->note($fan, inReplyTo => $url,
			content => "<p>Note $_ of 20</p>");
		push @notes, $note->{id};
		my $answer = $good->post($cardume->origin . '/inbox',
			$good->activity($fan, 'Create', $note,
			to => $note->{to}), signer => $fan);
		like $answer->{status}, qr/^20/, "note $_ is taken";
		kill KILL => $cardume->pids('worker-inbox') if $_ % 2;
	}
	my $list = join ', ', map { "'$_'" } @notes;
	wait_for { $cardume->psql("SELECT count(*) FROM comment
		WHERE url IN ($list)") == 20 } 180, 'all 20 became comments';
	is $cardume->psql("SELECT count(DISTINCT url) FROM comment
		WHERE url IN ($list)"), 20, 'each once';
};
done_testing;
