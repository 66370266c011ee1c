# SPDX-License-Identifier: AGPL-3.0-or-later
# Worker `deliver` and a server behind a real nginx that speaks TLS: how many
# connections it sees, what is under way at once, and the order of what comes.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume qw(wait_until slurp);
use Cardume::Delivery;
use JSON::PP qw(decode_json);
use Time::HiRes qw(time);

my $d = Cardume::Delivery->start;
my $sink = $d->{sink};
my $dir = "$d->{dir}/nginx";
mkdir $dir or die $!;
# Workers of nginx run as nobody.
chmod 0711, $d->{dir}, $dir;
my ($h2, $h1, $short, $other) = map { "127.0.0.$_:" . Cardume::free_port() }
	2 .. 5;

sub run {
	my ($status, $out) = Cardume::run_command(@_);
	die "@_: $out" if $status;
}

run(qw(openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test
	-addext), 'subjectAltName=' . join(',', map { "IP:127.0.0.$_" } 2 .. 4),
	'-keyout', "$dir/key", '-out', "$dir/cert");
run(qw(openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other
	-addext subjectAltName=IP:127.0.0.5 -keyout), "$dir/other-key",
	'-out', "$dir/other-cert");

sub server {
	my ($listen, $more, $key) = @_;
	$key //= '';
	return "server { listen $listen; ssl_certificate $dir/${key}cert;
		ssl_certificate_key $dir/${key}key; $more
		location / { proxy_pass http://127.0.0.1:$sink->{port}; } }\n";
}

open my $conf, '>', "$dir/conf" or die $!;
print $conf "daemon on; pid $dir/pid; error_log $dir/error;
events { worker_connections 256; }
http { log_format line '\$http_host \$connection \$server_protocol '
		'\$request_time \$msec \$status \$request_uri';
	access_log $dir/access line; proxy_set_header Host \$http_host;
	proxy_http_version 1.1; proxy_set_header Connection '';
	proxy_temp_path $dir/t1; client_body_temp_path $dir/t2;
	fastcgi_temp_path $dir/t3; uwsgi_temp_path $dir/t4;
	scgi_temp_path $dir/t5;\n", server("$h2 ssl http2", ''),
	server("$h1 ssl", ''),
	server("$short ssl http2", 'keepalive_requests 25;'),
	server("$other ssl http2", '', 'other-'), "}\n";
close $conf;
run('nginx', '-c', "$dir/conf");
END { kill TERM => slurp("$dir/pid") =~ /(\d+)/ if $dir && -e "$dir/pid" }
open $conf, '>>', "$d->{dir}/cardume.conf" or die $!;
print $conf "fetch_ca_file = $dir/cert\n";
close $conf;

# People of a server, each with an inbox of its own.
sub people {
	my ($host, $nr) = @_;
	my @people = map { $d->actor($host, "p$_", shared => 0) } 1 .. $nr;
	$d->value("UPDATE actor SET inbox = replace(inbox, 'http:', 'https:')
		WHERE name LIKE '%\@$host'");
	return \@people;
}

sub send_many {
	my ($people, $nr) = @_;
	$d->value(join ';', map { "SELECT activity_send($d->{signer},
		'{\"id\": \"$_\", \"type\": \"Like\"}', '{" .
		join(',', @$people) . "}', personal => true)" } 1 .. $nr);
}

# What the server saw: connections, most requests at once, protocols, statuses.
sub seen {
	my ($host) = @_;
	my (%connections, %protocols, @edges);
	for (split /\n/, slurp("$dir/access")) {
		my ($to, $connection, $protocol, $took, $end) = split ' ';
		next if $to ne $host;
		$connections{$connection}++;
		$protocols{$protocol}++;
		# both are cut off at milliseconds
		push @edges, [sprintf('%.0f', 1000 * ($end - $took)) + 2, 1],
			[sprintf('%.0f', 1000 * $end), -1];
	}
	my ($now, $most) = (0, 0);
	for (sort { $a->[0] <=> $b->[0] || $a->[1] <=> $b->[1] } @edges) {
		$now += $_->[1];
		$most = $now if $now > $most;
	}
	return { connections => scalar keys %connections, most => $most,
		requests => @edges / 2, protocols => join ' ',
		sort keys %protocols };
}

# Inboxes whose order is not that in which things were sent, or which lack one.
sub disorder {
	my ($host, $nr) = @_;
	my %got;
	push @{ $got{ $_->{path} } }, decode_json($_->{body})->{id}
		for $sink->got($host);
	return grep { "@{ $got{$_} }" ne join ' ', 1 .. $nr } sort keys %got;
}

sub drained {
	my ($host, $seconds) = @_;
	my $pid = $d->spawn('deliver');
	my $began = time;
	ok wait_until(sub { $d->waiting($host) == 0 }, $seconds), 'all is sent';
	note sprintf 'after %.1f s', time - $began;
	is $d->end($pid), 0, 'the worker ends well';
}

subtest 'HTTP/2: lanes share a connection' => sub {
	my $people = people($h2, 8);
	$sink->answer($h2, delay => 0.03);
	send_many($people, 40);
	drained($h2, 60);
	my $seen = seen($h2);
	is $seen->{protocols}, 'HTTP/2.0', 'HTTP/2';
	is $seen->{requests}, 320, 'each once';
	is $seen->{connections}, 1, 'by one connection';
	cmp_ok $seen->{most}, '>', 1, 'several at once';
	cmp_ok $seen->{most}, '<=', 4, 'four at most';
	is_deeply [disorder($h2, 40)], [], 'in order in each inbox';
	is $d->host_row($h2)->{fails}, 0, 'nothing failed';
};

subtest 'the server ends connections' => sub {
	send_many(people($short, 8), 40);
	$sink->answer($short, delay => 0.01);
	drained($short, 60);
	my $seen = seen($short);
	is $seen->{requests}, 320, 'each once';
	cmp_ok $seen->{connections}, '>=', 10, 'by several connections';
	cmp_ok $seen->{connections}, '<=', 40, 'no more than needed';
	is_deeply [disorder($short, 40)], [], 'in order in each inbox';
	my $row = $d->host_row($short);
	is $row->{fails}, 0, 'nothing failed';
	is $row->{last_status}, 'status 202', 'as admins see';
};

subtest 'HTTP/1.1' => sub {
	send_many(people($h1, 8), 40);
	$sink->answer($h1, delay => 0.01);
	drained($h1, 60);
	my $seen = seen($h1);
	is $seen->{protocols}, 'HTTP/1.1', 'of its own';
	is $seen->{requests}, 320, 'each once';
	cmp_ok $seen->{connections}, '<=', 4, 'one connection for each lane';
	is_deeply [disorder($h1, 40)], [], 'in order in each inbox';
};

subtest 'a hundred others hang' => sub {
	my @hung = map { $sink->host(100 + $_) } 0 .. 109;
	$sink->answer($_, hang => 1) for @hung;
	$d->send([map { $d->actor($_, 'gus') } @hung], id => 'hung');
	$sink->forget;
	my $before = seen($h2);
	send_many([ split ' ', $d->value("SELECT string_agg(id::text, ' ')
		FROM actor WHERE name LIKE '%\@$h2'") ], 30);
	drained($h2, 60);
	my $seen = seen($h2);
	is $seen->{requests} - $before->{requests}, 240, 'each once';
	note "$seen->{connections} connections";
	cmp_ok $seen->{connections} - $before->{connections}, '<=', 12,
		'by no more connections than visits';
	is_deeply [disorder($h2, 30)], [], 'in order';
	$d->value('DELETE FROM delivery');
};

subtest 'a certificate of nobody' => sub {
	$d->send(people($other, 1), id => 'secret', personal => 'true');
	$d->deliver;
	like $d->host_row($other)->{last_status}, qr/^tls: /, 'is not trusted';
	is scalar $sink->got($other), 0, 'nothing is sent';
	is $d->waiting($other), 1, 'it waits';
};
done_testing;
