#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# The tracker client that browsers' players bundle (bittorrent-tracker, in node;
# t/clients/tracker.mjs) meets its like at ours.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Digest::SHA qw(sha1);
use IO::Select;
use IPC::Open2 qw(open2);
use JSON::PP qw(decode_json);
use MIME::Base64 qw(encode_base64);
use Test::More;
use Time::HiRes qw(time);

use Cardume;
use Cardume::Npm;

plan skip_all => 'node is not here' if system('command -v node >/dev/null');
my ($modules, $why) = Cardume::Npm::modules();
plan skip_all => "npm cannot get the client: $why" unless $modules;
my $cardume = Cardume->shared;
my $token = $cardume->token('root');
my $uuid = $cardume->wait_published($cardume->upload($token,
	ffmpeg_clip(seconds => 1), name => 'Shared by clients',
	waitTranscoding => 'true'), 180);
my $url = $cardume->origin =~ s/^http/ws/r . '/tracker/socket';
my $swarm = unpack 'H*', encode_base64(substr(sha1(
	"pt-v2-$uuid-main-default-240"), 0, 15), '');

my @pids;
END { kill TERM => @pids if @pids }

sub start {
	my ($hash, $peer) = @_;
	my $pid = open2(my $out, my $in, 'node',
		"$Cardume::top/t/clients/tracker.mjs", $modules, $url, $hash,
		unpack 'H*', $peer);
	push @pids, $pid;
	return { in => $in, out => $out, events => [], buffer => '' };
}

sub command { my ($client, $line) = @_; syswrite $client->{in}, "$line\n" }

# The next event that has this member, at most so many seconds; others before it
# are left out.
sub event {
	my ($client, $name, $seconds) = @_;
	my $until = time + $seconds;
	for (;;) {
		while ($client->{buffer} =~ s/^(.*)\n//) {
			my $event = decode_json($1);
			return $event if exists $event->{$name};
			diag $1 if $event->{warning} || $event->{error};
		}
		my $left = $until - time;
		return {} if $left <= 0 ||
			!IO::Select->new($client->{out})->can_read($left);
		sysread($client->{out}, $client->{buffer}, 65536,
			length $client->{buffer}) or return {};
	}
}

# Both have each other's session.
sub meet {
	my ($a, $b, $what, $seconds) = @_;
	my $offer = event($a, 'offer', $seconds);
	my $answer = event($b, 'answer', $seconds);
	like $offer->{offer} // '', qr/^offer \d+ \x{e9}\r\n/,
		"$what: an offer, byte for byte";
	is $answer->{answer}, "answer to $offer->{offer}", "$what: its answer";
	return ($offer->{peer}, $answer->{peer});
}

my @ids = map { sprintf "-WW0208-%-12s", $_ } qw(one two);
my ($a, $b) = map { start($swarm, $_) } @ids;
# the program hears within seconds that the video is public
my $first;
wait_until {
	command($a, 'start');
	$first = event($a, 'incomplete', 5)->{incomplete};
} 25;
is $first, 1, 'the first client';
command($b, 'start');
is event($b, 'incomplete', 30)->{incomplete}, 2, 'the second client';
is_deeply [meet($a, $b, 'they meet', 10)], [map { unpack 'H*', $_ }
	$ids[1], $ids[0]], 'under their names';
command($b, 'complete');
is event($b, 'complete', 10)->{complete}, 1, 'who has all is counted';
command($a, 'scrape');
is_deeply event($a, 'scrape', 10)->{scrape},
	{ complete => 1, incomplete => 1, downloaded => 1 }, 'a scrape';

my $stranger = start('00' x 20, $ids[0]);
command($stranger, 'start');
like event($stranger, 'warning', 30)->{warning} // '', qr/not shared here/,
	'a client is told what is not shared, and goes on';

# The client waits ten seconds at least, and by chance up to five minutes more
# (not here).
$cardume->dev('restart', 'signal');
my $since = time;
my $met;
ok wait_until(sub { ($met) = grep { defined } map { event($_, 'answer', 0.2)->{answer} }
	$a, $b }, 60), 'after a restart they find each other again';
like $met // '', qr/^answer to offer/, 'and speak';
cmp_ok time - $since, '<', 60, 'within a minute';
command($b, 'stop');
ok event($b, 'incomplete', 10)->{incomplete}, 'a client stops';
command($a, 'scrape');
is event($a, 'scrape', 10)->{scrape}{incomplete}, 1, 'and is gone';
done_testing;
