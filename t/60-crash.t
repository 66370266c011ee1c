# SPDX-License-Identifier: AGPL-3.0-or-later
# Programs die at any line, and nobody notices: FastCGI programs killed under
# load, PostgreSQL restarted under load. ./dev soak does the same for longer.
use strict;
use warnings;
use Test::More;
use Cardume;
use File::Temp qw(tempdir);
use Time::HiRes qw(sleep);

use constant KILLS => 50;

my $cardume = Cardume->shared;
my $dir = tempdir(CLEANUP => 1);
my $name = $cardume->user(unique('crash'));
my $uuid = $cardume->wait_published($cardume->upload($cardume->token($name),
	ffmpeg_clip(seconds => 1), waitTranscoding => 'true'));
my $reader = $cardume->client;

# wrk against a URL that no cache answers, in the background.
sub load {
	my ($seconds, $path) = @_;
	my $pid = fork // die "fork: $!";
	return $pid if $pid;
	open STDOUT, '>', "$dir/wrk" or die $!;
	exec 'wrk', '-t1', '-c8', "-d${seconds}s", '-H',
		'Authorization: Basic nobody', $cardume->origin . $path;
	die "wrk: $!";
}

sub load_result {
	my ($pid) = @_;
	waitpid $pid, 0;
	my $text = slurp("$dir/wrk");
	my ($all) = $text =~ /(\d+) requests in/;
	my ($bad) = $text =~ /Non-2xx or 3xx responses: (\d+)/;
	my $errors = 0;
	$errors += $_ for $text =~ /Socket errors: .*/
		? $& =~ /(\d+)/g : ();
	return ($all // 0, ($bad // 0) + $errors, $text);
}

# --- FastCGI programs --------------------------------------------------------

my $pid = load(12, "/w/$uuid");
my $killed = 0;
for (1 .. KILLS) {
	sleep 0.2;
	my @pids = $cardume->pids('page') or next;
	$killed += kill 'KILL', $pids[rand @pids];
}
my ($all, $failed, $text) = load_result($pid);
is($killed, KILLS, 'page programs were killed');
cmp_ok($all, '>', 100, "under load ($all requests)");
is($failed, 0, 'no request failed') or diag($text);

# --- PostgreSQL --------------------------------------------------------------

my $video = $cardume->psql("SELECT count(*) FROM video");
$pid = load(10, "/w/$uuid");
sleep 1;
$cardume->dev('restart', 'postgres');
ok((wait_until { $reader->get("/w/$uuid", headers =>
	{ authorization => 'Basic nobody' })->{status} == 200 } 10),
	'pages answer when PostgreSQL is back');
for my $path ('/api/v1/videos', '/nodeinfo/2.0.json') {
	ok((wait_until { $reader->get($path, headers => {
		authorization => 'Basic nobody' })->{status} == 200 } 10),
		"so does $path");
}
load_result($pid);
is($cardume->psql('SELECT count(*) FROM video'), $video, 'nothing is lost');
my $after = $cardume->upload($cardume->token($name), ffmpeg_clip(seconds => 1));
ok($cardume->wait_published($after), 'workers have come back too');
done_testing();
