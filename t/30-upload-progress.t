# SPDX-License-Identifier: AGPL-3.0-or-later
# Live progress of an upload without scripts, by nginx's own module.
use strict;
use warnings;
use Test::More;
use Cardume;
use IO::Socket::INET;

my $cardume = Cardume->shared;
my $maker = $cardume->sign_in($cardume->user(unique('slow')));
my $page = $maker->text('/videos/publish');
my ($frame) = $page =~ m{<iframe[^>]* src="(/upload/progress[^"]+)"};
plan skip_all => 'this nginx has no upload progress module' unless $frame;

my ($action) = map { $_->{action} } grep { ($_->{action} // '') =~
	m{^/upload/video} } Cardume::Client::forms($page);
my ($id) = $action =~ /X-Progress-ID=([0-9a-f-]{36})/;
like($frame, qr/X-Progress-ID=$id$/, 'the frame follows this form');
like($maker->text($frame), qr/Waiting for the file/, 'nothing has come yet');

my ($host) = $cardume->origin =~ m{//(.*)};
my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	PeerPort => $cardume->port) or die $!;
print $socket "POST $action HTTP/1.1\r\nHost: $host\r\nCookie: " .
	$maker->cookie_header . "\r\nContent-Length: 1000000\r\n" .
	"Content-Type: multipart/form-data; boundary=x\r\n\r\n" . 'x' x 400000;
$socket->flush;
ok((wait_until { $maker->text($frame) =~
	m{<progress max="1000000" value="([1-9]\d*)">} && $1 >= 300000 } 15),
	'what has come is shown');
like($maker->text($frame), qr/http-equiv="refresh"/, 'and shown anew');
my $other = $cardume->client->text('/upload/progress?X-Progress-ID=' .
	'00000000-0000-4000-8000-000000000000');
like($other, qr/Waiting for the file/, 'other forms show their own');
print $socket 'x' x 600000;
$socket->flush;
like(scalar <$socket>, qr{^HTTP/1\.1 400 }, 'the upload is answered');
close $socket;

done_testing;
