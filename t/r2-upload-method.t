# SPDX-License-Identifier: AGPL-3.0-or-later
# nginx writes an upload's body to the disk after asking whether it may come.
# Of a method that is no POST nothing was asked: strangers could fill the disk.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Select;
use IO::Socket::INET;
use Test::More;
use Cardume;

my $cardume = Cardume->shared;
my ($host) = $cardume->origin =~ m{//(.*)};

# The answer before the body was sent; undef: it is waited for.
sub early {
	my ($method, $path) = @_;
	my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
		PeerPort => $cardume->port) or die "no connection: $!";
	print $socket "$method $path HTTP/1.1\r\nHost: $host\r\n",
		"Content-Type: multipart/form-data; boundary=e\r\n",
		"Content-Length: 1000000000\r\n\r\n--e\r\n";
	$socket->flush;
	return unless IO::Select->new($socket)->can_read(5);
	sysread $socket, my $answer, 4096 or return;
	return $answer =~ m{^HTTP/1\.1 (\d+)} ? $1 : undef;
}

for my $path (qw(/upload/video /upload/avatar /upload/check/ /upload/end/
		/upload/none /api/v1/videos/upload)) {
	for my $method (qw(PUT GET HEAD PATCH DELETE X)) {
		my $status = early($method, $path);
		# PUT of the API is asked about too: strangers are told 401.
		like($status, $method eq 'PUT' && $path =~ m{^/api/} ?
			qr/^401$/ : qr/^40[45]$/, "$method $path");
	}
}
is(early('POST', '/upload/video'), 303, 'a stranger\'s form is sent on');
is(early('POST', '/api/v1/videos/upload'), 401, 'or has no token');
is_deeply([glob $cardume->media . '/incoming/*'], [], 'nothing was written');
done_testing();
