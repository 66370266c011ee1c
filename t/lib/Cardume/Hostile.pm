# SPDX-License-Identifier: AGPL-3.0-or-later
# A server on loopback that does everything wrong, until the object ends; for
# tests of what asks other servers.
#
#	my $hostile = Cardume::Hostile->start;
#	$hostile->url('hang');		# http://127.0.0.1:PORT/hang
#	$hostile->url('redirect', $to);	# http://127.0.0.1:PORT/redirect?TO
#	$hostile->requests;		# what it was asked, oldest first
#
# The first part of the path names the behaviour, a sub of %behaviour; more of
# them: start(more => { name => sub { my ($client, $request) = @_; ... } }).
# TLS: start(tls => certify($dir, 'a.test')), trusted by "$dir/ca.pem".
package Cardume::Hostile;
use strict;
use warnings;
use Carp qw(croak);
use Compress::Raw::Zlib ();
use Exporter qw(import);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use JSON::PP qw(decode_json encode_json);
use POSIX ();
use Socket qw(SOL_SOCKET SO_LINGER);
use Time::HiRes qw(sleep);

our @EXPORT_OK = qw(certify reply silent_port);

my $seconds_most = 600;
my $type = 'application/activity+json';
my $zeros = "\0" x 65536;

# --- behaviours ---------------------------------------------------------------

# reply($client, 200, { 'Content-Type' => ... }, $body): a whole answer.
sub reply {
	my ($client, $status, $headers, $body) = @_;
	my %headers = ('Content-Type' => $type,
		'Content-Length' => length($body // ''), %$headers);
	my $head = join '', map { defined $headers{$_} ?
		"$_: $headers{$_}\r\n" : () } sort keys %headers;
	print $client "HTTP/1.1 $status X\r\nConnection: close\r\n$head\r\n",
		$body // '';
	$client->flush;
}

# The beginning of one whose body the behaviour sends.
sub begin {
	my ($client, %headers) = @_;
	reply($client, 200, { 'Content-Length' => undef, %headers });
}

# The same again and again, until the client has enough.
sub for_ever {
	my ($client, $bytes, $pause) = @_;
	while (print $client $bytes) {
		$client->flush or last;
		sleep $pause if $pause;
	}
}

sub raw {
	my ($client, @bytes) = @_;
	print $client @bytes;
	$client->flush;
}

# 64 MB.
sub bomb {
	my $deflate = Compress::Raw::Zlib::Deflate->new(-AppendOutput => 1,
		-WindowBits => Compress::Raw::Zlib::WANT_GZIP());
	my $out = '';
	$deflate->deflate($zeros, $out) for 1 .. 64 * 16;
	$deflate->flush($out);
	return $out;
}

sub chunk { return sprintf("%x\r\n", length $_[0]) . "$_[0]\r\n" }

my @chunked = ('Transfer-Encoding' => 'chunked');

our %behaviour = (
	# what is right
	ok => sub { reply($_[0], 200, {}, '{"a":1}') },
	empty => sub { reply($_[0], 200, {}) },
	none => sub { reply($_[0], 204, { 'Content-Type' => undef,
		'Content-Length' => undef }) },
	sized => sub { reply($_[0], 200, {}, 'x' x $_[1]{query}) },
	echo => sub { reply($_[0], 200, {}, $_[1]{body}) },
	early => sub {
		raw($_[0], "HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n");
		reply($_[0], 200, {}, '{"a":1}');
	},
	old => sub { raw($_[0], "HTTP/1.0 200 OK\r\n",
		"Content-Type: $type\r\n\r\n{}") },
	typed => sub { reply($_[0], 200, { 'Content-Type' =>
		$_[1]{query} =~ s/%([0-9a-f]{2})/chr hex $1/gier }, '{}') },
	untyped => sub { reply($_[0], 200, { 'Content-Type' => undef }, '{}') },
	status => sub { reply($_[0], $_[1]{query}, {}, 'no') },
	retry => sub { reply($_[0], 503,
		{ 'Retry-After' => $_[1]{query} }, 'later') },
	cookie => sub { reply($_[0], 200, { 'Set-Cookie' => 'a=b; Path=/' },
		'{}') },

	# time
	hang => sub { sleep 60 },
	'hang-in-headers' => sub { raw($_[0], "HTTP/1.1 200 OK\r\nA: b");
		sleep 60 },
	'hang-in-body' => sub { begin($_[0], 'Content-Length' => 10);
		raw($_[0], '{"a"'); sleep 60 },
	'drip-headers' => sub { raw($_[0], "HTTP/1.1 200 OK\r\n");
		for_ever($_[0], "A: b\r\n", 0.1) },
	drip => sub { begin($_[0]); for_ever($_[0], 'x', 1) },

	# size
	endless => sub { begin($_[0]); for_ever($_[0], $zeros) },
	'endless-chunks' => sub { begin($_[0], @chunked);
		for_ever($_[0], chunk($zeros)) },
	'endless-small-chunks' => sub { begin($_[0], @chunked);
		for_ever($_[0], chunk('x') x 1000) },
	'endless-extension' => sub { begin($_[0], @chunked);
		raw($_[0], '1;'); for_ever($_[0], 'x' x 1000) },
	announced => sub { begin($_[0], 'Content-Length' => '10000000000');
		for_ever($_[0], $zeros) },
	bomb => sub { reply($_[0], 200, { 'Content-Encoding' => 'gzip' },
		bomb()) },
	'bomb-in-chunks' => sub {
		begin($_[0], 'Transfer-Encoding' => 'gzip, chunked');
		raw($_[0], chunk(bomb()), "0\r\n\r\n");
	},
	'many-encodings' => sub {
		begin($_[0], 'Transfer-Encoding' => 'gzip, ' x 1000 .
			'chunked');
		raw($_[0], chunk('x'), "0\r\n\r\n");
	},
	'flood-headers' => sub { raw($_[0], "HTTP/1.1 200 OK\r\n");
		for_ever($_[0], join '', map { "X-$_: $_\r\n" } 1 .. 100) },
	'long-header' => sub { raw($_[0], "HTTP/1.1 200 OK\r\nX: ");
		for_ever($_[0], 'x' x 1000) },
	'flood-early' => sub { for_ever($_[0],
		"HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n") },
	'flood-trailers' => sub { begin($_[0], @chunked);
		raw($_[0], chunk('{}'), "0\r\n");
		for_ever($_[0], "X-Trailer: a\r\n") },
	'flood-error' => sub { raw($_[0], "HTTP/1.1 404 No\r\n\r\n");
		for_ever($_[0], $zeros) },
	'long-error' => sub { reply($_[0], 404, {}, 'no' x 50_000) },
	'flood-status' => sub { for_ever($_[0], 'HTTP/1.1 200 ' . 'O' x 1000) },

	# redirects
	redirect => sub { reply($_[0], 302, { Location => $_[1]{query} }) },
	permanent => sub { reply($_[0], 308, { Location => $_[1]{query} }) },
	loop => sub { reply($_[0], 302, { Location => '/loop' }) },
	chain => sub {
		my $left = $_[1]{query} - 1;
		reply($_[0], 301, { Location => $left ? "/chain?$left" :
			'/ok' });
	},
	'no-location' => sub { reply($_[0], 302, {}) },
	'endless-redirect' => sub {
		raw($_[0], "HTTP/1.1 302 X\r\nLocation: /ok\r\n\r\n");
		for_ever($_[0], $zeros);
	},
	'slow-chain' => sub { sleep 1;
		reply($_[0], 302, { Location => '/slow-chain' }) },

	# no HTTP
	closed => sub { },
	reset => sub { setsockopt($_[0], SOL_SOCKET, SO_LINGER,
		pack('ii', 1, 0)) },
	'cut-headers' => sub { raw($_[0], "HTTP/1.1 200 OK\r\nContent-T") },
	'cut-body' => sub { begin($_[0], 'Content-Length' => 10);
		raw($_[0], '{"a"') },
	'cut-chunk' => sub { begin($_[0], @chunked); raw($_[0], "10\r\n{}") },
	'cut-chunks' => sub { begin($_[0], @chunked); raw($_[0], chunk('{}')) },
	'bad-chunk' => sub { begin($_[0], @chunked);
		raw($_[0], "zz\r\n{}\r\n0\r\n\r\n") },
	'huge-chunk' => sub { begin($_[0], @chunked);
		raw($_[0], "fffffffffffffffff\r\n{}") },
	'negative-chunk' => sub { begin($_[0], @chunked);
		raw($_[0], "-2\r\n{}\r\n0\r\n\r\n") },
	'huge-length' => sub { begin($_[0], 'Content-Length' =>
		'99999999999999999999'); raw($_[0], '{}') },
	'negative-length' => sub { begin($_[0], 'Content-Length' => '-2');
		raw($_[0], '{}') },
	'two-lengths' => sub { raw($_[0], "HTTP/1.1 200 OK\r\n",
		"Content-Length: 2\r\nContent-Length: 7\r\n\r\n", '{"a":1}') },
	'http09' => sub { raw($_[0], '{"a":1}') },
	garbage => sub { raw($_[0], join '', map { chr } 0 .. 255) },
	'other-protocol' => sub { raw($_[0], "220 mail.example ESMTP\r\n") },
	'bad-version' => sub { raw($_[0], "HTTP/9.9 200 OK\r\n\r\n{}") },
	'bad-status' => sub { raw($_[0], "HTTP/1.1 abc OK\r\n\r\n{}") },
	'nul-in-header' => sub { raw($_[0],
		"HTTP/1.1 200 OK\r\nContent-Type: a\0b\r\n\r\n{}") },
	'no-header' => sub { raw($_[0], "HTTP/1.1 200 OK\r\n",
		"this is none\r\n\r\n{}") },
	upgrade => sub { raw($_[0], "HTTP/1.1 101 Switching\r\n",
		"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n{}") },
);

# --- the server ---------------------------------------------------------------

sub start {
	my ($class, %o) = @_;
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
		Listen => 50) or croak "no port: $!";
	my $self = bless { port => $listener->sockport, owner => $$,
		tls => $o{tls}, dir => tempdir(CLEANUP => 1) }, $class;
	$self->{pid} = fork // croak "fork: $!";
	if (!$self->{pid}) {
		alarm $seconds_most;
		setpgrp;
		$SIG{$_} = 'DEFAULT' for qw(ALRM TERM INT HUP);
		$SIG{CHLD} = 'IGNORE';
		local %behaviour = (%behaviour, %{ $o{more} // {} });
		while (my $client = $listener->accept) {
			$self->serve_apart($listener, $client);
		}
		POSIX::_exit(0);
	}
	return $self;
}

sub serve_apart {
	my ($self, $listener, $client) = @_;
	my $pid = fork // return;
	return if $pid;
	close $listener;
	alarm 60;
	local $SIG{PIPE} = 'IGNORE';
	eval { $self->serve($client) };
	close $client;
	POSIX::_exit(0);
}

sub serve {
	my ($self, $client) = @_;
	if ($self->{tls}) {
		require IO::Socket::SSL;
		IO::Socket::SSL->start_SSL($client, SSL_server => 1,
			%{ $self->{tls} }) or return;
	}
	my $request = read_request($client) or return;
	open my $log, '>>:raw', "$self->{dir}/requests" or die $!;
	syswrite $log, encode_json($request) . "\n";
	close $log;
	my ($name, $query) = $request->{target} =~ m{^/([\w-]*)[^?]*\??(.*)$};
	$request->{query} = $query;
	my $behave = $behaviour{$name} // sub { reply($_[0], 404, {}, 'no') };
	$behave->($client, $request);
}

sub read_request {
	my ($client) = @_;
	my $line = <$client> // return;
	my ($method, $target) = $line =~ /^(\S+) (\S+) HTTP/ or return;
	my %header;
	while (defined($line = <$client>) && $line =~ /^([^:]+):\s*(.*?)\r\n/) {
		$header{ lc $1 } = $2;
	}
	my $body = '';
	read $client, $body, $header{'content-length'}
		if $header{'content-length'};
	return { method => $method, target => $target, header => \%header,
		body => $body };
}

sub port { $_[0]{port} }

# url($name, $query, $host): the host's default is 127.0.0.1.
sub url {
	my ($self, $name, $query, $host) = @_;
	my $scheme = $self->{tls} ? 'https' : 'http';
	return "$scheme://" . ($host // '127.0.0.1') . ":$self->{port}/$name" .
		(defined $query ? "?$query" : '');
}

sub requests {
	my ($self) = @_;
	open my $log, '<:raw', "$self->{dir}/requests" or return;
	return map { decode_json($_) } <$log>;
}

sub DESTROY {
	my ($self) = @_;
	return unless $self->{owner} == $$ && $self->{pid};
	local ($?, $!);
	kill TERM => $self->{pid}, -$self->{pid};
	waitpid $self->{pid}, 0;
}

# --- what it may need ---------------------------------------------------------

# A port where nobody answers a call: ($port, what keeps it so).
sub silent_port {
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
		Listen => 1) or croak "no port: $!";
	my $port = $listener->sockport;
	my @waiting = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1',
		PeerPort => $port, Blocking => 0) } 1 .. 8;
	return ($port, [ $listener, @waiting ]);
}

sub openssl {
	system('sh', '-c', 'exec openssl "$@" 2>/dev/null', 'sh', @_) == 0 or
		croak "openssl @_";
}

# A certificate for a host by the authority of this directory, which is made
# where there is none: the options IO::Socket::SSL wants. days: till it ends.
sub certify {
	my ($dir, $host, %o) = @_;
	my @new = (qw(-nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256),
		'-keyout');
	openssl(qw(req -x509 -days 30 -subj /CN=authority), @new, "$dir/ca.key",
		'-out', "$dir/ca.pem") unless -e "$dir/ca.pem";
	openssl('req', '-subj', "/CN=$host", '-addext',
		"subjectAltName=DNS:$host", @new, "$dir/$host.key", '-out',
		"$dir/$host.req");
	openssl(qw(x509 -req -copy_extensions copy -CAcreateserial),
		'-days', $o{days} // 30, '-CA', "$dir/ca.pem", '-CAkey',
		"$dir/ca.key", '-in', "$dir/$host.req", '-out',
		"$dir/$host.pem");
	return { SSL_cert_file => "$dir/$host.pem",
		SSL_key_file => "$dir/$host.key" };
}

1;
