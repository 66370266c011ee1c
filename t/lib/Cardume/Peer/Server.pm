# SPDX-License-Identifier: AGPL-3.0-or-later
# The process behind Cardume::Peer: HTTP/1.1 with keep-alive, one child per
# connection. What it serves are files in DIR/paths, read for each request, so
# that a test changes them at any time; what came are files in DIR/requests.
#
# Faults: hang (no byte of an answer), hang-body (headers, then nothing),
# close (the connection, unanswered), slow (one byte a second), endless (a
# body without an end), huge (says it has 1 GB, and sends as much as is taken),
# chunks (malformed chunked coding), cut (half the body).
package Cardume::Peer::Server;
use strict;
use warnings;
use Carp qw(croak);
use JSON::PP ();
use POSIX ();
use Time::HiRes qw(sleep time);

my $seconds_most = 900;
my $body_most = 4 << 20;
my $json = JSON::PP->new->latin1->canonical;

# --- files -------------------------------------------------------------------

sub file_of { "$_[0]/paths/" . substr unpack('H*', $_[1]), 0, 240 }

sub write_file {
	my ($path, $text) = @_;
	open my $out, '>:raw', "$path.part" or croak "$path: $!";
	print $out $text;
	close $out or croak "$path: $!";
	rename "$path.part", $path or croak "$path: $!";
}

sub read_file {
	my ($path) = @_;
	open my $in, '<:raw', $path or return;
	local $/;
	return scalar <$in>;
}

# Bodies are bytes, which JSON carries as latin1.
sub write_path {
	my ($dir, $path, $row) = @_;
	write_file(file_of($dir, $path), $json->encode($row));
	unlink file_of($dir, $path) . '.count';
}

sub remove_path { unlink file_of($_[0], $_[1]) }

sub read_request { $json->decode(read_file($_[0])) }

# --- the server --------------------------------------------------------------

# Starts it; its process number.
sub spawn {
	my ($listener, $dir) = @_;
	my $pid = fork // croak "fork: $!";
	return $pid if $pid;
	setpgrp 0, 0;
	alarm $seconds_most;
	$SIG{$_} = 'DEFAULT' for qw(ALRM INT HUP);
	$SIG{TERM} = sub { local $SIG{TERM} = 'IGNORE'; kill TERM => 0 - $$;
		POSIX::_exit(0) };
	$SIG{CHLD} = 'IGNORE';
	my $serial = 0;
	for (;;) {
		my $client = $listener->accept or next;
		my $child = fork;
		$serial++;
		next if !defined $child || $child;
		close $listener;
		$SIG{$_} = 'DEFAULT' for qw(TERM PIPE);
		alarm 300;
		serve($client, $dir, $serial);
		POSIX::_exit(0);
	}
}

sub serve {
	my ($client, $dir, $serial) = @_;
	my $nr = 0;
	$client->autoflush(1);
	while (my $request = receive($client)) {
		my $name = sprintf '%.6f-%d-%d', $request->{time}, $serial,
			$nr++;
		write_file("$dir/requests/$name.json",
			$json->encode($request));
		answer($client, $request, row_for($dir, $request)) or last;
	}
	close $client;
}

# One request, or nothing when the connection ended.
sub receive {
	my ($client) = @_;
	my $line = <$client> // return;
	my ($method, $target) = $line =~ m{^(\w+) (\S+) HTTP/1} or return;
	my (%headers, $body);
	while (defined($line = <$client>) && $line =~ /\S/) {
		my ($name, $value) = $line =~ /^([^:\s]+):\s*(.*?)\s*$/ or
			return;
		$name = lc $name;
		$headers{$name} = exists $headers{$name} ?
			"$headers{$name}, $value" : $value;
	}
	print $client "HTTP/1.1 100 Continue\r\n\r\n"
		if ($headers{expect} // '') =~ /100-continue/i;
	my $length = $headers{'content-length'} // 0;
	return if $length !~ /^\d+$/ || $length > $body_most;
	read($client, $body, $length) == $length or return if $length;
	return { time => time, method => $method, target => $target,
		headers => \%headers, body => $body // '' };
}

# What is served for a request: by target, else by its path alone.
sub row_for {
	my ($dir, $request) = @_;
	my $target = $request->{target} =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ger;
	for my $path ($target, $target =~ s/\?.*//sr) {
		my $file = file_of($dir, $path);
		my $text = read_file($file) // next;
		my $row = $json->decode($text);
		delete $row->{fault} if defined $row->{times} &&
			counted("$file.count") > $row->{times};
		return $row;
	}
	return { status => 404, body => '{"error":"nothing here"}',
		type => 'application/json' };
}

# How often this was called for a file.
sub counted {
	my ($file) = @_;
	open my $out, '>>', $file or return 1;
	syswrite $out, '.';
	return -s $file;
}

# False when the connection shall end.
sub answer {
	my ($client, $request, $row) = @_;
	my $fault = $row->{fault} // '';
	return 0 if $fault eq 'close';
	if ($fault eq 'hang') {
		sleep 300;
		return 0;
	}
	if ($fault =~ /^\d+$/) {
		$row = { status => $fault, body => '', %{ $row->{with} // {} } };
	}
	my $body = $row->{body} // '';
	my $size = $fault eq 'huge' ? 1 << 30 : length $body;
	my %headers = ('content-type' => $row->{type} // 'text/html',
		$fault eq 'endless' ? (connection => 'close') :
		$fault eq 'chunks' ? ('transfer-encoding' => 'chunked') :
		('content-length' => $size), %{ $row->{headers} // {} });
	my $head = join '', 'HTTP/1.1 ', $row->{status} // 200, " Said\r\n",
		map({ "$_: $headers{$_}\r\n" } sort keys %headers), "\r\n";
	return broken($client, $fault, $head, $body)
		if $fault && $fault !~ /^\d+$/;
	print $client $head, $request->{method} eq 'HEAD' ? '' : $body;
	return ($request->{headers}{connection} // '') !~ /close/i;
}

sub broken {
	my ($client, $fault, $head, $body) = @_;
	if ($fault eq 'slow') {
		for my $byte (split //, $head . $body) {
			print $client $byte or return 0;
			sleep 1;
		}
	} elsif ($fault eq 'cut') {
		print $client $head, substr $body, 0, length($body) / 2;
	} elsif ($fault eq 'chunks') {
		print $client $head, "zz\r\n$body\r\n";
	} elsif ($fault eq 'hang-body') {
		print $client $head;
		sleep 300;
	} else {
		my $piece = ' ' x 65536;
		print $client $head;
		for (1 .. 1 << 14) {
			print $client $piece or return 0;
		}
	}
	return 0;
}

# A real, grey picture of 280 x 157.
my $jpeg;

sub jpeg {
	return $jpeg //= `ffmpeg -nostdin -v error -f lavfi -i \\
		color=gray:size=280x157 -frames:v 1 -f mjpeg -`;
}

1;
