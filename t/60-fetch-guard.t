#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# fetch() (lib/fetch.h) against a server that does everything wrong: each
# answer ends as it should, in bounded time and memory, and nothing inside is
# reached. t/unit/spec_fetch.c is the client.
use strict;
use warnings;
use File::Temp qw(tempdir);
use IO::Socket::INET;
use Sys::Hostname qw(hostname);
use Test::More;

use Cardume;
use Cardume::Hostile qw(certify silent_port);

my $dir = tempdir(CLEANUP => 1);
my $client = "$Cardume::build/t/unit/spec_fetch";
my $kilobytes_most = $Cardume::build =~ /sanitize/ ? 200_000 : 40_000;
my $hostile = Cardume::Hostile->start;

# A configuration of its own; what it is started with.
sub configuration {
	my ($name, %lines) = @_;
	open my $file, '>', "$dir/$name" or die $!;
	%lines = (origin => 'http://we.test', %lines);
	print $file "$_ = $lines{$_}\n" for sort keys %lines;
	close $file;
	return "$dir/$name";
}

my $open = configuration('open', allow_private_addresses => 'loopback');

# Begins a client; the pipe its lines come from.
sub begin {
	my ($conf, @args) = @_;
	local $ENV{CARDUME_CONF} = $conf;
	open my $pipe, '-|', $client, @args or die "$client: $!";
	return $pipe;
}

sub answers_of { return map { +{ map { split /=/, $_, 2 } split /\t/ } } @_ }

# The answers of one client.
sub answers {
	my ($pipe) = @_;
	chomp(my @lines = <$pipe>);
	return answers_of(@lines);
}

sub fetch { return (answers(begin(@_)))[0] // { end => 'nothing' } }

sub is_end {
	my ($got, $end, $what, $ms) = @_;
	$ms //= 9000;
	is($got->{end}, $end, "$what: $end") or diag(explain($got));
	cmp_ok($got->{ms} // 1e9, '<', $ms, "$what: within $ms ms");
	cmp_ok($got->{kilobytes} // 1e9, '<', $kilobytes_most,
		"$what: memory is bounded");
}

# What ends at once, all asked by one process with one handle: [path, end,
# further members]. In between the server is asked for what is right.
my @quick = (
	['ok', 'ok', len => 7, body => '{"a":1}', status => 200],
	['empty', 'ok', len => 0, body => ''],
	['none', 'ok', len => 0, status => 204, type => ''],
	['early', 'ok', len => 7, status => 200],
	['old', 'ok', body => '{}'],
	['sized?100000', 'ok', len => 100_000],
	['sized?100001', 'large', status => 200],
	['endless', 'large'],
	['endless-chunks', 'large'],
	['endless-small-chunks', 'large'],
	['announced', 'large', len => 0],
	['bomb', 'protocol', len => 0,
		error => 'protocol: an encoding nobody asked for'],
	['bomb-in-chunks', 'large'],
	['many-encodings', 'protocol'],
	['flood-headers', 'protocol'],
	['long-header', 'protocol'],
	['flood-early', 'protocol'],
	['flood-trailers', 'protocol'],
	['flood-status', 'protocol'],
	['flood-error', 'status', status => 404, len => 4096],
	['long-error', 'status', status => 404, len => 4096],
	['status?410', 'status', status => 410, body => 'no'],
	['status?401', 'status', status => 401],
	['status?407', 'status', status => 407],
	['status?304', 'status', status => 304],
	['status?300', 'status', status => 300],
	['status?500', 'status', status => 500],
	['retry?120', 'status', status => 503, retry_after => 120],
	['retry?99999999999999999999', 'status'],
	['retry?soon', 'status', retry_after => 0],
	['retry?-5', 'status', retry_after => 0],
	['no-location', 'redirects', status => 302],
	['loop', 'redirects'],
	['chain?3', 'ok', url => $hostile->url('ok')],
	['chain?4', 'redirects'],
	['endless-redirect', 'redirects'],
	['redirect?//127.0.0.1:1/', 'connect'],
	['redirect?http://169.254.169.254/latest/meta-data/', 'address'],
	['redirect?http://10.0.0.1/', 'address'],
	['redirect?http://[fe80::1]/', 'address'],
	['redirect?http://[::ffff:10.0.0.1]/', 'address'],
	['redirect?http://0.0.0.0/', 'address'],
	['permanent?http://192.168.1.1/', 'address'],
	['redirect?http://we.test/', 'url'],
	['redirect?http://user:pass@127.0.0.1/', 'url'],
	['redirect?file:///etc/passwd', 'url'],
	['redirect?ftp://127.0.0.1/', 'url'],
	['redirect?gopher://127.0.0.1/_x', 'url'],
	['redirect?dict://127.0.0.1/d', 'url'],
	['redirect?ldap://127.0.0.1/', 'url'],
	['redirect?smb://127.0.0.1/a/b', 'url'],
	['redirect?telnet://127.0.0.1/', 'url'],
	['redirect?javascript:alert(1)', 'url'],
	['closed', 'protocol'],
	['reset', 'protocol'],
	['cut-headers', 'protocol'],
	['cut-body', 'protocol'],
	['cut-chunk', 'protocol'],
	['cut-chunks', 'protocol'],
	['bad-chunk', 'protocol'],
	['huge-chunk', 'protocol'],
	['negative-chunk', 'protocol'],
	['huge-length', 'ok', len => 2],
	['negative-length', 'protocol'],
	['two-lengths', 'ok'],
	['http09', 'protocol'],
	['garbage', 'protocol'],
	['other-protocol', 'protocol'],
	['bad-version', 'protocol'],
	['bad-status', 'protocol'],
	['nul-in-header', 'protocol'],
	['no-header', 'protocol'],
	['upgrade', 'status', status => 101],
	['cookie', 'ok'],
);

subtest 'what ends at once' => sub {
	my @answers = answers(begin($open, 'max=100000', 'timeout=10000',
		map { ($hostile->url($_->[0]), $hostile->url('ok')) } @quick));
	for my $case (@quick) {
		my ($path, $end, %members) = @$case;
		my ($got, $after) = splice @answers, 0, 2;
		is_end($got, $end, $path);
		is($got->{$_}, $members{$_}, "$path: $_")
			for sort keys %members;
		is($after->{body}, '{"a":1}', "$path: the next is fine");
	}
};

subtest 'what takes long' => sub {
	my ($port, $silence) = silent_port();
	my @slow = (
		[$hostile->url('hang'), 'timeout', 1500],
		[$hostile->url('hang-in-headers'), 'timeout', 1500],
		[$hostile->url('hang-in-body'), 'timeout', 1500],
		[$hostile->url('drip-headers'), 'timeout', 1500],
		[$hostile->url('drip'), 'timeout', 1500],
		[$hostile->url('slow-chain'), 'timeout', 2500],
		[$hostile->url('endless-extension'), 'timeout', 1500],
		["http://127.0.0.1:$port/", 'timeout', 1500],
		# our own limits
		["http://127.0.0.1:$port/connect", 'timeout', 60_000, 5000],
		[$hostile->url('hang'), 'timeout', 0, 10_000],
		[$hostile->url('drip'), 'timeout', 60_000, 10_000],
	);
	my @pipes = map { begin($open, "timeout=$_->[2]", $_->[0]) } @slow;
	for my $case (@slow) {
		my ($url, $end, $ms, $takes) = @$case;
		my ($got) = answers(shift @pipes);
		$takes //= $ms;
		is_end($got, $end, $url, $takes + 6000);
		cmp_ok($got->{ms}, '>=', 0.9 * $takes, 'and not before');
	}
};

# What the worker of deliveries does: many at once, the slow beside the quick.
subtest 'many at once' => sub {
	my @paths = (('ok') x 20, ('hang') x 3, ('endless') x 3, ('drip') x 3,
		('status?410') x 5, ('redirect?http://10.0.0.1/') x 3);
	my @urls = map { $hostile->url($_) } @paths;
	my @answers = answers(begin($open, 'max=100000', 'together=1', @urls,
		('http://10.0.0.1/') x 3, ('ftp://127.0.0.1/') x 3));
	my %ends;
	$ends{ $_->{end} }++ for @answers;
	is_deeply(\%ends, { ok => 20, timeout => 6, large => 3, status => 8,
		address => 3, url => 3 }, 'each ends as it should') or
		diag explain \%ends;
	my @slow = grep { $_->{end} ne 'timeout' && $_->{ms} > 9000 } @answers;
	is(scalar @slow, 0, 'nobody waits for the slow');
	cmp_ok($answers[-1]{kilobytes}, '<', $kilobytes_most,
		'memory is bounded');
};

# In a mount namespace whose resolver asks a server that does not answer.
subtest 'names that take long' => sub {
	my $dns = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
		LocalPort => 53, Proto => 'udp');
	my ($status) = Cardume::run_command('unshare', '-m', 'true');
	plan skip_all => 'needs root, and port 53' if !$dns || $status;
	open my $file, '>', "$dir/resolv.conf" or die $!;
	print $file "nameserver 127.0.0.1\n";
	close $file;
	local $ENV{CARDUME_CONF} = $open;
	my ($end, $said) = Cardume::run_command('unshare', '-m', 'sh', '-c',
		'mount --bind "$1" /etc/resolv.conf; shift; exec "$@"', 'sh',
		"$dir/resolv.conf", $client, 'timeout=1000',
		('https://slow.example/') x 3);
	my @got = answers_of(split /\n/, $said);
	is_end($_, 'timeout', 'a name') for @got;
	is(scalar @got, 3, 'and the process goes on');
};

subtest 'types' => sub {
	my $profile = 'https://www.w3.org/ns/activitystreams';
	my @cases = (
		['ok', 'ok'],
		['typed?application/ld%2bjson;profile=%22' . $profile . '%22',
			'ok'],
		['typed?application/ld%2bjson', 'type'],
		['typed?application/json', 'type'],
		['typed?text/html', 'type'],
		['typed?image/png', 'type'],
		['typed?' . 'x' x 1000, 'type'],
		['untyped', 'type'],
		['none', 'type'],
		['status?404', 'status'],
		['redirect?/typed?text/html', 'type'],
	);
	my @answers = answers(begin($open, 'types=activity',
		map { $hostile->url($_->[0]) } @cases));
	for my $case (@cases) {
		my $got = shift @answers;
		is_end($got, $case->[1], substr $case->[0], 0, 40);
		is($got->{len}, 0, 'nothing of it is kept')
			if $case->[1] eq 'type';
	}
	my $jrd = $hostile->url('typed', 'application/jrd%2bjson');
	is(fetch($open, 'types=jrd', $jrd)->{end}, 'ok', 'WebFinger');
};

subtest 'what is said to others' => sub {
	local @ENV{qw(http_proxy HTTPS_PROXY ALL_PROXY)} =
		('http://127.0.0.1:1') x 3;
	local $ENV{HOME} = $dir;
	open my $netrc, '>', "$dir/.netrc" or die $!;
	print $netrc "machine 127.0.0.1 login a password b\n";
	close $netrc;
	my $before = () = $hostile->requests;
	my @got = answers(begin($open, 'sign=1', 'accept=a/b',
		$hostile->url('redirect', '/cookie?c#d'),
		$hostile->url('cookie'),
		'method=POST', 'body={"post":1}', $hostile->url('echo'),
		$hostile->url('permanent', '/echo'),
		'method=HEAD', 'max=10', $hostile->url('sized?11')));
	is($got[0]{end}, 'ok', 'no proxy is asked');
	is($got[2]{body}, '{"post":1}', 'a body arrives');
	is($got[3]{status}, 308, 'a POST is not sent elsewhere');
	is("$got[4]{end} $got[4]{len}", 'ok 0', 'HEAD');
	my @requests = $hostile->requests;
	splice @requests, 0, $before;
	is(scalar @requests, 6, 'requests');
	is($requests[1]{target}, '/cookie?c', 'a fragment is not sent');
	is($requests[0]{header}{'x-signed'}, 'GET ' .
		$hostile->url('redirect', '/cookie?c'), 'signed');
	is($requests[1]{header}{'x-signed'}, 'GET ' .
		$hostile->url('cookie', 'c'), 'and signed anew');
	is($requests[3]{header}{'content-type'}, 'application/activity+json',
		'type of a body');
	is($requests[3]{header}{expect}, undef, 'nothing to wait for');
	like($requests[0]{header}{'user-agent'},
		qr{^Cardume/[\d.]+ \(\+http://we\.test\)$}, 'who we are');
	is($requests[0]{header}{accept}, 'a/b', 'Accept');
	for my $name (qw(cookie authorization proxy-authorization
			accept-encoding referer)) {
		is(scalar(grep { defined $_->{header}{$name} } @requests), 0,
			"no $name");
	}
};

# Spellings of this machine and of what is beside it; the listener counts.
my $inner = Cardume::Hostile->start;
my $port = $inner->port;
my @inside = map { "http://$_:$port/ok" } qw(127.0.0.1 127.1 127.0.1 127.0.0.2
	0x7f.1 0x7f000001 0177.0.0.1 017700000001 2130706433 0 0.0.0.0
	localhost LocalHost localhost. [::] [::1] [0:0:0:0:0:0:0:1]
	[::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [64:ff9b::7f00:1]
	127.0.0.1.nip.test rebound.test evil@127.0.0.1 127.0.0.1%2f@evil.test
	%31%32%37.0.0.1 ①②⑦.0.0.1 127。0。0。1 [fe80::1%25lo]),
	hostname();

subtest 'nothing inside is reached' => sub {
	my $resolve = join ',', map { "$_:$port:127.0.0.1" }
		qw(127.0.0.1.nip.test rebound.test);
	# The list opens other ports and http, but not this machine.
	my $closed = configuration('closed', fetch_resolve => $resolve,
		allow_private_addresses => '10.255.255.255');
	my @answers = answers(begin($closed, 'timeout=3000', @inside));
	is(scalar @answers, scalar @inside, 'answers');
	for my $url (@inside) {
		my $got = shift @answers;
		like($got->{end}, qr/^(?:url|address)$/, $url) or
			diag(explain($got));
	}
	is(scalar(() = $inner->requests), 0, 'nobody came');
	my $by_name = configuration('named', fetch_resolve => $resolve,
		allow_private_addresses => "rebound.test:$port");
	is(fetch($by_name, "http://rebound.test:$port/ok")->{end}, 'ok',
		'but where its name is listed');
	is(fetch($by_name, "http://127.0.0.1.nip.test:$port/ok")->{end},
		'address', 'that one alone');
};

subtest 'in production' => sub {
	my $public = configuration('public', origin => 'https://we.example');
	is_end(fetch($public, $hostile->url('ok')), 'url', 'http');
	is_end(fetch($public, 'https://127.0.0.1:8443/'), 'url', 'a port');
	is_end(fetch($public, 'https://127.0.0.1/'), 'address', 'loopback');
	is_end(fetch($public, 'https://we.example/a'), 'url', 'ourselves');
	for my $lines ({ allow_private_addresses => 'loopback' },
			{ fetch_resolve => 'a.test:1:127.0.0.1' }) {
		my $bad = configuration('bad', origin => 'https://we.example',
			%$lines);
		local $ENV{CARDUME_CONF} = $bad;
		my ($status, $said) = Cardume::run_command($client);
		is($status, 78, "does not start with @{[ keys %$lines ]}");
		like($said, qr/allow_private_addresses/, 'and says why');
	}
};

subtest 'TLS' => sub {
	my %servers = (
		good => Cardume::Hostile->start(tls => certify($dir, 'a.test')),
		late => Cardume::Hostile->start(tls =>
			certify($dir, 'late.test', days => -1)),
		old => Cardume::Hostile->start(tls => {
			%{ certify($dir, 'old.test') },
			SSL_version => 'TLSv1', SSL_cipher_list =>
			'ALL:@SECLEVEL=0' }),
	);
	my %port = map { $_ => $servers{$_}->port } keys %servers;
	my $names = join ',', map { "$_:127.0.0.1" } "a.test:$port{good}",
		"b.test:$port{good}", "late.test:$port{late}",
		"old.test:$port{old}";
	my $tls = configuration('tls', allow_private_addresses => 'loopback',
		fetch_resolve => $names, fetch_ca_file => "$dir/ca.pem");
	my $url = sub { $servers{$_[0]}->url('ok', undef, $_[1]) };
	is_end(fetch($tls, $url->('good', 'a.test')), 'ok', 'good');
	is_end(fetch($tls, $url->('good', 'b.test')), 'tls', 'another name');
	is_end(fetch($tls, $url->('good', '127.0.0.1')), 'tls', 'no name');
	is_end(fetch($tls, $url->('late', 'late.test')), 'tls', 'too late');
	is_end(fetch($tls, $url->('old', 'old.test')), 'tls', 'TLS 1.0');
	is_end(fetch($tls, $hostile->url('ok') =~ s/http/https/r), 'tls',
		'no TLS at all');
	my $unknown = configuration('unknown', fetch_resolve => $names,
		allow_private_addresses => 'loopback');
	is_end(fetch($unknown, $url->('good', 'a.test')), 'tls',
		'an unknown authority');
	my $lost = configuration('lost', fetch_resolve => $names,
		allow_private_addresses => 'loopback',
		fetch_ca_file => "$dir/nothing");
	is_end(fetch($lost, $url->('good', 'a.test')), 'tls',
		'a file of authorities that is not there');
};

done_testing();
