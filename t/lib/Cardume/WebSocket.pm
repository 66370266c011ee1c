# SPDX-License-Identifier: AGPL-3.0-or-later
# A WebSocket client (RFC 6455) that can also say what no client should.
#
#	my $socket = Cardume::WebSocket->open($cardume, '/tracker/socket');
#	$socket->{status};	# of the answer to the upgrade
#	$socket->say({ action => 'scrape', ... });
#	my $message = $socket->next(5);	# decoded; undef: none in 5 s
#	$socket->raw($bytes);
#	my $code = $socket->closed(5);	# 1006: without a close frame
package Cardume::WebSocket;
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use JSON::PP qw(decode_json encode_json);
use Time::HiRes qw(time);

# `at`: an instance, "host:port" or the path of a Unix socket.
sub open {
	my ($class, $at, $path, %headers) = @_;
	my $host = ref $at ? '127.0.0.1:' . $at->port : $at;
	my $socket = $host =~ m{^/} ? IO::Socket::UNIX->new(Peer => $host) :
		IO::Socket::INET->new($host);
	my $self = bless { socket => $socket, in => '', status => 0,
		messages => [] }, $class;
	return $self unless $socket;
	binmode $socket;
	%headers = (Host => $host =~ m{^/} ? 'unix' : $host,
		Upgrade => 'websocket', Connection => 'Upgrade',
		'Sec-WebSocket-Key' => 'dGhlIHNhbXBsZSBub25jZQ==',
		'Sec-WebSocket-Version' => 13, %headers);
	$self->raw("GET $path HTTP/1.1\r\n" . join('', map { "$_: $headers{$_}\r\n" }
		grep { defined $headers{$_} } sort keys %headers) . "\r\n");
	$self->fill(10) until $self->{in} =~ /\r\n\r\n/ || $self->{is_over};
	($self->{status}) = $self->{in} =~ m{^HTTP/1\.[01] (\d+)};
	$self->{headers} = $1 if $self->{in} =~ s/^(.*?\r\n\r\n)//s;
	return $self;
}

sub raw {
	my ($self, $bytes) = @_;
	local $SIG{PIPE} = 'IGNORE';
	while (length $bytes) {
		my $written = syswrite $self->{socket}, $bytes;
		return 0 unless defined $written;
		substr $bytes, 0, $written, '';
	}
	return 1;
}

# A frame: opcode 1 text, 2 binary, 0 continuation, 8 close, 9 ping.
sub frame {
	my ($opcode, $payload, %o) = @_;
	my $len = length $payload;
	my $first = chr(($o{fin} // 1) << 7 | ($o{reserved} // 0) << 4 | $opcode);
	my $size = $len < 126 ? chr(0x80 | $len) :
		$len < 65536 ? pack 'Cn', 0x80 | 126, $len :
		pack 'CQ>', 0x80 | 127, $len;
	my $key = "\x01\x02\x03\x04";
	return "$first$size$key" . ($payload ^ substr $key x ($len / 4 + 1), 0,
		$len);
}

sub say {
	my ($self, $message) = @_;
	return $self->raw(frame(1, ref $message ? encode_json($message) :
		$message));
}

# Reads what has come, or waits for it.
sub fill {
	my ($self, $seconds) = @_;
	return if $self->{is_over} ||
		!IO::Select->new($self->{socket})->can_read($seconds);
	my $nr = sysread $self->{socket}, my $bytes, 65536;
	$self->{is_over} = 1 unless $nr;
	$self->{in} .= $bytes if $nr;
}

# Frames of the server are never masked; control frames are answered here.
sub take_frame {
	my ($self) = @_;
	return unless $self->{in} =~ /^..../s || $self->{in} =~ /^..$/s;
	my ($first, $len) = unpack 'CC', $self->{in};
	my $head = $len == 126 ? 4 : $len == 127 ? 10 : 2;
	return if length $self->{in} < $head;
	$len = unpack 'x2n', $self->{in} if $len == 126;
	$len = unpack 'x2Q>', $self->{in} if $len == 127;
	return if length $self->{in} < $head + $len;
	my $payload = substr $self->{in}, $head, $len;
	substr $self->{in}, 0, $head + $len, '';
	my $opcode = $first & 15;
	if ($opcode == 8) {
		$self->{code} = length $payload ? unpack 'n', $payload : 1005;
		$self->raw(frame(8, $payload));
	} elsif ($opcode == 9) {
		$self->raw(frame(10, $payload));
	} elsif ($opcode == 1) {
		push @{ $self->{messages} }, decode_json($payload);
	}
	return 1;
}

sub wait_for {
	my ($self, $seconds, $done) = @_;
	my $until = time + $seconds;
	for (;;) {
		1 while $self->take_frame;
		return 1 if $done->();
		my $left = $until - time;
		return if $left <= 0 || $self->{is_over};
		$self->fill($left);
	}
}

sub next {
	my ($self, $seconds) = @_;
	$self->wait_for($seconds, sub { @{ $self->{messages} } });
	return shift @{ $self->{messages} };
}

sub closed {
	my ($self, $seconds) = @_;
	$self->wait_for($seconds, sub { defined $self->{code} });
	return $self->{code} // ($self->{is_over} ? 1006 : undef);
}

1;
