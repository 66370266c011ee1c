# SPDX-License-Identifier: AGPL-3.0-or-later
# What a BitTorrent client says to a tracker, by HTTP and by UDP (BEP 3, 15, 23).
package Cardume::Tracker;
use strict;
use warnings;
use Exporter 'import';
use IO::Select;
use IO::Socket::INET;

our @EXPORT = qw(announce announce_query announce_udp);

# `hash` in hexadecimal.
sub announce_query {
	my ($hash, %o) = @_;
	my $escaped = pack('H*', $hash) =~ s/(.)/sprintf '%%%02x', ord $1/gser;
	return "info_hash=$escaped&peer_id=" . ($o{id} // 'x') x 20 .
		'&port=' . ($o{port} // 1) . '&uploaded=0&downloaded=0&left=' .
		($o{left} // 1) . '&compact=1&event=' . ($o{event} // 'started');
}

# The answer, bencoded; empty where there is none. `from`: our address.
sub announce {
	my ($tracker, $hash, %o) = @_;
	my $socket = IO::Socket::INET->new(PeerAddr => $tracker, Timeout => 10,
		$o{from} ? (LocalAddr => $o{from}) : ()) or return '';
	print $socket 'GET /announce?', announce_query($hash, %o),
		" HTTP/1.0\r\n\r\n";
	local $/;
	return <$socket> // '';
}

# The answer's bytes; empty where none comes in five seconds. One peer, that has
# not all.
sub announce_udp {
	my ($tracker, $hash) = @_;
	my $socket = IO::Socket::INET->new(PeerAddr => $tracker, Proto => 'udp')
		or return '';
	my $ask = sub {
		send $socket, $_[0], 0;
		my $answer = '';
		recv $socket, $answer, 2048, 0
			if IO::Select->new($socket)->can_read(5);
		return $answer;
	};
	my $connection = substr $ask->(pack 'N4', 0x417, 0x27101980, 0, 7), 8, 8;
	return $ask->(pack 'a8NNH40a20Q>Q>Q>NNNNn', $connection, 1, 8, $hash,
		'y' x 20, 0, 1, 0, 2, 0, 0, -1 & 0xffffffff,
		2);
}

1;
