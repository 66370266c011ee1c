# SPDX-License-Identifier: AGPL-3.0-or-later
# A small HTTP proxy that takes CONNECT for any host and port and leads to one
# port of this machine: clients that insist on https and port 443 reach an
# instance of ours.
#
#	my $proxy = Cardume::Proxy->start($tls_port);
#	system 'yt-dlp', '--proxy', $proxy->url, ...;
package Cardume::Proxy;
use strict;
use warnings;
use Carp qw(croak);
use IO::Select;
use IO::Socket::INET;
use POSIX ();

sub start {
	my ($class, $port) = @_;
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
		Listen => 50, ReuseAddr => 1) or croak "listen: $!";
	my $pid = fork // croak "fork: $!";
	if (!$pid) {
		serve($listener, $port);
		POSIX::_exit(0);
	}
	return bless { pid => $pid, port => $listener->sockport,
		owner => $$ }, $class;
}

sub url { "http://127.0.0.1:$_[0]{port}" }

sub serve {
	my ($listener, $port) = @_;
	$SIG{CHLD} = 'IGNORE';
	while (my $client = $listener->accept) {
		my $pid = fork;
		next if !defined $pid || $pid;
		# Whatever happens, a connection ends with the test.
		alarm 300;
		lead($client, $port);
		POSIX::_exit(0);
	}
}

sub lead {
	my ($client, $port) = @_;
	my $head = '';
	while ($head !~ /\r?\n\r?\n/) {
		sysread $client, $head, 4096, length $head or return;
	}
	return unless $head =~ /^CONNECT /;
	my $server = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
		PeerPort => $port) or return;
	syswrite $client, "HTTP/1.1 200 Connected\r\n\r\n";
	my %other = ($client => $server, $server => $client);
	my $select = IO::Select->new($client, $server);
	for (;;) {
		for my $from ($select->can_read) {
			sysread $from, my $bytes, 65536 or return;
			write_all($other{$from}, $bytes) or return;
		}
	}
}

sub write_all {
	my ($to, $bytes) = @_;
	while (length $bytes) {
		my $nr = syswrite $to, $bytes or return;
		substr $bytes, 0, $nr, '';
	}
	return 1;
}

sub DESTROY {
	my ($self) = @_;
	return unless $self->{owner} == $$;
	local ($?, $!);
	kill 'TERM', $self->{pid};
	waitpid $self->{pid}, 0;
}

1;
