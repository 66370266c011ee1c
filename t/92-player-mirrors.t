#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# The player in Chromium when other servers keep copies of a film: pieces come
# from them too, and whoever is away, silent or lying is done without. The copy is
# served by an nginx of its own.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use File::Basename qw(basename);
use File::Copy qw(copy);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use Test::More;

use Cardume;
use Cardume::Browser;
use Cardume::Federation;
use Cardume::Peer;
use Cardume::Viewer;

plan skip_all => 'chromium is not here' unless Cardume::Browser::program();
my $cardume = Cardume->shared;
my $origin = $cardume->origin;
my $uuid = $cardume->wait_published($cardume->upload($cardume->token('root'),
	ffmpeg_clip(seconds => 90, size => '320x240', rate => 10,
	args => ['-g', 20]), name => unique('Mirrored'),
	waitTranscoding => 'true'), 180);
my $folder = $cardume->media . "/public/static/streaming-playlists/hls/$uuid";
my ($film) = glob "$folder/*-fragmented.mp4";

# --- the places ----------------------------------------------------------------

my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;
make_path map { "$dir/$_/copy" } qw(right wrong);
for my $file (glob "$folder/*") {
	copy($file, "$dir/$_/copy/") or die "$file: $!" for qw(right wrong);
}
# Ours are as long as the film's, and none of their bytes is as it was.
sub spoil {
	my ($path) = @_;
	my $bytes = slurp($path) ^ ("\x55" x -s $path);
	open my $out, '>:raw', $path or die "$path: $!";
	print $out $bytes;
	close $out or die "$path: $!";
}
spoil("$dir/wrong/copy/" . basename($film));

sub free_port {
	return IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1)
		->sockport;
}
my ($right, $wrong, $dead) = map { free_port() } 1 .. 3;
my $user = $< == 0 ? 'user root;' : '';
open my $conf, '>', "$dir/nginx.conf" or die "nginx.conf: $!";
print $conf <<~END;
	daemon off; pid $dir/pid; error_log $dir/error.log; $user
	events {}
	http {
		access_log $dir/\$server_port.log;
		client_body_temp_path $dir/body; proxy_temp_path $dir/proxy;
		fastcgi_temp_path $dir/fastcgi; uwsgi_temp_path $dir/uwsgi;
		scgi_temp_path $dir/scgi;
		add_header Access-Control-Allow-Origin * always;
		server { listen 127.0.0.1:$right; root $dir/right; }
		server { listen 127.0.0.1:$wrong; root $dir/wrong; }
	}
	END
close $conf or die "nginx.conf: $!";
my $nginx = fork // die "fork: $!";
exec '/usr/sbin/nginx', '-p', $dir, '-c', "$dir/nginx.conf", '-e',
	"$dir/error.log" or exit 127 unless $nginx;
my $me = $$;
END { if ($nginx && $$ == $me) { my $end = $?; kill TERM => $nginx;
	waitpid $nginx, 0; $? = $end } }
ok((wait_until { IO::Socket::INET->new("127.0.0.1:$right") } 20),
	'a second server') or BAIL_OUT(slurp("$dir/error.log"));
# It takes connections and says nothing.
my $silent = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 128);

my $peer = Cardume::Peer->start(software => 'peertube');
my $here = Cardume::Federation->new($cardume, $peer);
my $server = $peer->actor('peertube', path => '/accounts/peertube',
	type => 'Application');
$here->learn_actor($server);

# The film's only mirror is that on a port from now on; none: none.
sub mirror_at {
	my ($port) = @_;
	$cardume->psql("DELETE FROM mirror m USING video v
		WHERE v.id = m.video_id AND v.uuid = '$uuid'");
	$cardume->psql("INSERT INTO mirror (video_id, actor_id, url, file_url)
		SELECT v.id, a.id, '$server->{id}/mirror/$uuid',
		'http://127.0.0.1:$port/copy'
		FROM video v, actor a
		WHERE v.uuid = '$uuid' AND a.url = '$server->{id}'") if $port;
}
# Answers with pieces that one of the servers has given.
sub asked {
	my ($port) = @_;
	my $log = -e "$dir/$port.log" ? slurp("$dir/$port.log") : '';
	return scalar(() = $log =~ /GET \S+\.mp4 [^"]*" 206/g);
}

# --- viewers -------------------------------------------------------------------

my $visits = 0;
sub address { return "/w/$uuid?visit=" . $visits++ }
sub watch { return viewer($cardume, address(), choice => $_[0]) }
# Plays some seconds from there on, by hls.js.
sub plays_at {
	my ($browser, $place, $what) = @_;
	video($browser, "(v.currentTime = $place, 0)") if $place;
	eventually($browser, "!!v.cardume?.hls && !v.error
		&& v.currentTime > $place + 2 && v.currentTime < $place + 60", $what);
}
sub media_away {
	rename $film, "$film.away" or die "$film: $!";
}
sub media_back {
	rename "$film.away", $film or die "$film: $!";
}

my $page = $cardume->client->get(address());
unlike $page->{content}, qr/data-mirrors/, 'without copies nothing is told';
mirror_at($right);
$page = $cardume->client->get(address());
my $policy = $page->{headers}{'content-security-policy'};
like $page->{content}, qr{data-mirrors="http://127\.0\.0\.1:$right/copy"},
	'the page names the copy';
like $policy, qr{connect-src 'self' http://127\.0\.0\.1:$right;},
	'and may ask there';
is scalar(() = $policy =~ /:$right/g), 2, 'media and scripts only';
like $cardume->client->get("/videos/embed/$uuid")->{content},
	qr{data-mirrors="http://127\.0\.0\.1:$right/copy"}, 'so may embeds';

my $alone = watch('no');
plays_at($alone, 0, 'one plays');
plays_at($alone, 30, 'and further on');
ok((wait_until { video($alone, '(v.currentTime += 8, 0)') // 1;
	sleep 1; asked($right) } 60), 'pieces come from the copy too');
media_away();
plays_at($alone, 70, 'without the server of the film it goes on');
undef $alone;
my $second = watch('no');
plays_at($second, 5, 'and one who comes then plays, too');
undef $second;
my $sharing = watch('yes');
plays_at($sharing, 5, 'or who shares with others');
plays_at($sharing, 60, 'and further on');
undef $sharing;
media_back();

for (['lying', $wrong], ['dead', $dead], ['silent', $silent->sockport]) {
	my ($what, $port) = @$_;
	mirror_at($port);
	for my $choice (qw(no yes)) {
		my $browser = watch($choice);
		my $how = $choice eq 'yes' ? 'shared' : 'alone';
		plays_at($browser, $_, "a $what copy, $how: plays at $_ s")
			for 0, 40, 70;
		next if $what ne 'lying';
		is video($browser, '[...Array(v.buffered.length).keys()].some(i =>
			v.buffered.end(i) - v.buffered.start(i) > 1)'), 1,
			'what it has is the film';
	}
}
ok asked($wrong), 'it was asked';
$cardume->psql("UPDATE video SET privacy = 3 WHERE uuid = '$uuid'");
is $cardume->psql("SELECT cardinality(video_places(v)) FROM video v
	WHERE uuid = '$uuid'"), 0, 'a private film has no copies';
done_testing;
