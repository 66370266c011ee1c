# SPDX-License-Identifier: AGPL-3.0-or-later
# The page's form for a video's password takes 15 tries; the header of the REST
# API and of files took any number of them.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use HTTP::Tiny;
use Test::More;
use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my $owner = $cardume->user(unique('gue'));
$cardume->psql('DELETE FROM throttle');

# As from an address of its own: other tests go on.
sub status {
	my ($from, $method, $path, $password) = @_;
	my %headers = (accept => 'application/json');
	$headers{'x-peertube-video-password'} = $password if defined $password;
	my $http = HTTP::Tiny->new(local_address => $from, timeout => 60);
	return $http->request($method, $cardume->origin . $path,
		{ headers => \%headers })->{status};
}

my $last = 10;
for (['GET', '/api/v1/videos/%s', 403], ['POST', '/api/v1/videos/%s/token', 403],
		['GET', '/download/web-videos/%s-360.mp4', 404]) {
	my ($method, $pattern, $refused) = @$_;
	my $video = Cardume::Video->make($cardume, $owner, privacy => 5,
		passwords => ['sesame']);
	my $other = Cardume::Video->make($cardume, $owner, privacy => 5,
		passwords => ['sesame']);
	my $path = sprintf $pattern, $video->{uuid};
	my $from = '127.0.0.' . $last++;
	is(status($from, $method, $path, 'sesame'), 200, "$method $path")
		for 1 .. 32;
	is(status($from, $method, $path, "guess $_"), $refused, "guess $_")
		for 1 .. 30;
	is(status($from, $method, $path, $_), 429, "then no more: $_")
		for 'guess 31', 'sesame';
	isnt(status($from, $method, $path), 429, 'without one as before');
	is(status($from, $method, sprintf($pattern, $other->{uuid}), 'sesame'),
		200, 'another video opens');
	is(status('127.0.0.' . $last++, $method, $path, 'sesame'), 200,
		'and this one for others');
}
done_testing();
