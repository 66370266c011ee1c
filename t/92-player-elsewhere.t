#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# A film of one instance, watched at its own page and at that of another: both
# viewers are in one swarm, at the tracker of the film's server.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Browser;
use Cardume::Instances;
use Cardume::Viewer;

plan skip_all => 'chromium is not here' unless Cardume::Browser::program();
my ($here, $there) = instances(2);
my $ann = person($here, 'ann');
my $uuid = $here->wait_published($here->upload($ann->token,
	ffmpeg_clip(seconds => 100, size => '320x240', rate => 10,
	args => ['-g', 20]), name => 'Seen from afar',
	waitTranscoding => 'true'), 180);
person($there, 'root', exists => 1)->api(POST => '/server/following',
	{ hosts => [host_of($here)] });
wait_for { $there->client->get("/w/$uuid?x=" . rand)->{status} == 200 } 60,
	'it is known there';

my $tracker = $here->origin =~ s/^http/ws/r;
my $client = $there->client;
$client->follow_form("/p2p?back=/w/$uuid", { choice => 'yes' },
	which => '/p2p');
my $page = $client->get("/w/$uuid");
like $page->{content}, qr{data-tracker="\Q$tracker\E/tracker/socket"},
	'shared by the tracker of its server';
like $page->{headers}{'content-security-policy'},
	qr{connect-src [^;]*\Q$tracker\E[ ;]}, 'which its page may ask';
unlike $there->client->get("/w/$uuid?x=1")->{headers}
	{'content-security-policy'}, qr/\Q$tracker\E/, 'but not that of who shares not';

# Which trackers a page may ask: by the document.
my $own = $here->origin . '/x';
sub tracker_of {
	my ($href) = @_;
	return $there->psql("SELECT remote_tracker_socket(v) FROM (SELECT
		(jsonb_populate_record(v, jsonb_build_object('document',
		jsonb_build_object('url', jsonb_build_array(jsonb_build_object(
		'type', 'Link', 'rel', '[\"tracker\", \"websocket\"]'::jsonb,
		'href', '$href')))))).* FROM video v WHERE uuid = '$uuid') v");
}
is tracker_of('wss://a.example/tracker/socket'), 'wss://a.example/tracker/socket',
	'another host';
for ('https://a.example/', 'wss://a.example/; script-src *', 'wss://a b/',
		'wss://a.example/"', 'javascript:alert(1)') {
	is tracker_of($_), '', "not $_";
}
is $there->psql("SET cardume.private = off; SELECT remote_tracker_socket(v)
	FROM video v WHERE uuid = '$uuid'"), '', 'none inside of a network';

my $first = viewer($here, "/w/$uuid");
eventually($first, '!!v.cardume?.hls && v.currentTime > 1', 'one plays it there');
video($first, '(v.currentTime = 40, 0)');
eventually($first, 'v.currentTime > 41', 'further on');
my $second = viewer($there, "/w/$uuid");
eventually($second, '!!v.cardume?.hls && v.currentTime > 1', 'one plays it here');
eventually($second, 'v.cardume.traffic.peers > 0', 'and they meet');
video($second, '(v.currentTime = 38, 0)');
eventually($second, 'v.cardume.traffic.p2p > 10000', 'bytes go from one to the other');
done_testing;
