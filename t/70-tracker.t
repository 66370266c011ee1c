#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# opentracker behind nginx: clients are sent to it themselves, so that it knows
# their addresses; what it serves is in step with what is public within seconds.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Tracker;

my $cardume = Cardume->shared;
my $token = $cardume->token('root');
my $clip = ffmpeg_clip(seconds => 1);
my %uuid = map { $_ => $cardume->upload($token, $clip, name => "Tracked $_",
	waitTranscoding => 'true') } qw(shown hidden deleted);
$cardume->wait_published($_, 180) for values %uuid;
my %hash = map { $_ => $cardume->psql("SELECT encode(info_hash, 'hex')
	FROM video_file WHERE info_hash IS NOT NULL AND video_id =
	(SELECT id FROM video WHERE uuid = '$uuid{$_}') LIMIT 1") } keys %uuid;
my $unknown = '00' x 19 . '01';
my $tracker = '127.0.0.1:' . $cardume->tracker_port;
my $client = $cardume->client;

sub api {
	my ($method, $name, $body) = @_;
	my $path = "/api/v1/videos/$uuid{$name}";
	my %as = (headers => { authorization => "Bearer $token" });
	return $body ? $client->send_json($method, $path, $body, %as)->{status} :
		$client->request($method, $path, %as)->{status};
}
sub served { return announce($tracker, @_) =~ /8:interval/ }
sub refused { return announce($tracker, @_) =~ /not authorized/ }
ok((wait_until { served($hash{$_}) } 10), "$_: served within seconds")
	for sort keys %hash;
ok(refused($unknown), 'what nobody knows is refused');

# --- addresses ---------------------------------------------------------------------

my $query = announce_query($hash{shown}, port => 4660, left => 0);
my $answer = $client->get("/tracker/announce?$query", redirect => 0);
is($answer->{status}, 307, 'a client is sent on');
is($answer->{headers}{location}, "http://$tracker/announce?$query",
	'with all that it said');
announce($tracker, $hash{shown}, from => '127.0.0.3', id => 'a', port => 4660,
	left => 0);
like(announce($tracker, $hash{shown}, id => 'b'),
	qr/5:peers\d+:(?:.{6})*\x7f\0\0\x03\x12\x34/s,
	'others learn the address it came from');
my $udp = announce_udp($tracker, $hash{shown});
is(unpack('N', $udp), 1, 'UDP: an answer');
like($udp, qr/^.{20}(?:.{6})*\x7f\0\0\x03\x12\x34/s, 'with the same peers');
unlike(announce_udp($tracker, $unknown), qr/^.{20}/s, 'or none');
is($client->get('/tracker/scrape')->{status}, 403, 'swarms are not listed');
my ($scrape) = $query =~ /^(info_hash=[^&]*)/;
like($client->get("/tracker/scrape?$scrape")->{content},
	qr/8:completei1e/, 'one is told by its hash');

# --- in step -------------------------------------------------------------------------

is(api(PUT => 'hidden', { privacy => 3 }), 204, 'one is made private');
is(api(DELETE => 'deleted'), 204, 'one is deleted');
ok((wait_until { refused($hash{$_}) } 10), "$_: refused within seconds")
	for qw(hidden deleted);
unlike(announce_udp($tracker, $hash{hidden}), qr/^.{20}/s, 'by UDP as well');
$cardume->dev('restart', 'opentracker');
ok((wait_until { served($hash{shown}) } 10), 'a restart leaves what is public');
ok(refused($hash{$_}), "$_: refused still") for qw(hidden deleted);
is(api(PUT => 'hidden', { privacy => 1 }), 204,
	'the private one is public again');
ok((wait_until { served($hash{hidden}) } 10),
	'the tracker that was restarted is told');
done_testing();
