# SPDX-License-Identifier: AGPL-3.0-or-later
# Bodies whose length is not told in advance (chunked) reserved nothing: any
# number of them at once could fill the disk, far beyond the maker's quota.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use Test::More;
use Cardume;

my $cardume = Cardume->shared;
my $name = $cardume->user(unique('len'));
my $token = $cardume->token($name);
my $user = "(SELECT a.user_id FROM account a JOIN actor o ON o.id = a.actor_id
	WHERE o.name = '$name')";
$cardume->psql("UPDATE app_user SET video_quota = 50000000 WHERE id = $user");
my ($host) = $cardume->origin =~ m{//(.*)};

# A chunked upload that goes on until the socket is closed.
sub begin {
	my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
		PeerPort => $cardume->port) or die "no connection: $!";
	print $socket "POST /api/v1/videos/upload HTTP/1.1\r\nHost: $host\r\n",
		"Authorization: Bearer $token\r\nTransfer-Encoding: chunked\r\n",
		"Content-Type: multipart/form-data; boundary=e\r\n\r\n",
		"3\r\n--e\r\n";
	$socket->flush;
	return $socket;
}

sub reserved {
	return $cardume->psql("SELECT coalesce(sum(expected), 0) FROM upload
		WHERE user_id = $user");
}

my $first = begin();
ok((wait_until { reserved() == 50_000_000 } 10),
	'one of unknown length reserves all that is left');
my $second = begin();
like(scalar <$second>, qr{^HTTP/1\.1 413 }, 'there is no room for another');
close $_ for $first, $second;
ok((wait_until { reserved() == 0 } 30), 'it is given back');

# One that ends is a video like any other.
my $client = $cardume->client;
$client->{headers}{authorization} = "Bearer $token";
my $channel = $client->json('/api/v1/users/me')->{videoChannels}[0]{id};
my @chunks = map { "--e\r\nContent-Disposition: form-data; $_\r\n" }
	"name=\"name\"\r\n\r\nA title", "name=\"channelId\"\r\n\r\n$channel",
	"name=\"videofile\"; filename=\"a.mp4\"\r\n\r\n" .
	slurp(ffmpeg_clip(seconds => 1));
my $answer = $client->request('POST', '/api/v1/videos/upload',
	content => sub { shift @chunks // '' },
	headers => { 'content-type' => 'multipart/form-data; boundary=e' });
is($answer->{status}, 400, 'without its end it is no form');
@chunks = map { "--e\r\nContent-Disposition: form-data; $_\r\n" }
	"name=\"name\"\r\n\r\nA title", "name=\"channelId\"\r\n\r\n$channel",
	"name=\"videofile\"; filename=\"a.mp4\"\r\n\r\n" .
	slurp(ffmpeg_clip(seconds => 1));
push @chunks, "--e--\r\n";
$answer = $client->request('POST', '/api/v1/videos/upload',
	content => sub { shift @chunks // '' },
	headers => { 'content-type' => 'multipart/form-data; boundary=e' });
is($answer->{status}, 200, 'a whole one is taken') or diag $answer->{content};
done_testing();
