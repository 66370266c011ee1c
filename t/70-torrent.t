# SPDX-License-Identifier: AGPL-3.0-or-later
# The .torrent files are what BitTorrent clients expect, and a real client
# completes from the web seed alone, and from a peer it knows from our tracker
# alone: aria2, and Transmission on a network of its own.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume qw(ffmpeg_clip slurp wait_until);
use Cardume::Jobs;
use Cardume::Tracker;
use Digest::SHA qw(sha1 sha1_hex);
use File::Copy qw(copy);
use File::Temp qw(tempdir);

# A value of bencoded text and the text of dictionary `info` as it came.
sub decode {
	my ($text) = @_;
	my $info;
	my $value;
	my $parse;
	$parse = sub {
		if ($text =~ /\Gi(-?(?:0|[1-9]\d*))e/gc) {
			return $1;
		} elsif ($text =~ /\G(0|[1-9]\d*):/gc) {
			my $bytes = substr $text, pos $text, $1;
			die 'short string' if length $bytes != $1;
			pos($text) += $1;
			return $bytes;
		} elsif ($text =~ /\Gl/gc) {
			my @list;
			push @list, $parse->() until $text =~ /\Ge/gc;
			return \@list;
		} elsif ($text =~ /\Gd/gc) {
			my (%hash, $last);
			until ($text =~ /\Ge/gc) {
				my $key = $parse->();
				die "keys out of order: $last, $key"
					if defined $last && $last ge $key;
				my $start = pos $text;
				$hash{$key} = $parse->();
				$info = substr $text, $start, pos($text) - $start
					if $key eq 'info';
				$last = $key;
			}
			return \%hash;
		}
		die 'no bencode at ' . pos $text;
	};
	pos($text) = 0;
	$value = $parse->();
	die 'bytes behind the end' if pos $text != length $text;
	return ($value, $info);
}

my $jobs = Cardume::Jobs->start;
my $public = "$jobs->{media}/public";

# The origin of the torrents is a web server of our own, as plain as can be.
my $port = Cardume::free_port();
my $tracker_port = $port + 10000;
my $address;
sub configure {
	($address, my @more) = @_;
	my $path = "$jobs->{dir}/cardume.conf";
	my $conf = slurp($path) =~ s{^origin = .*}{origin = http://$address:$port}mr;
	open my $file, '>', $path or die $!;
	print $file $conf, map { "$_\n" } @more;
	close $file;
}
configure('127.0.0.1', "tracker_port = $tracker_port",
	"tracker_pid_file = $jobs->{dir}/run/tracker/pid");

my $video = $jobs->video(ffmpeg_clip(seconds => 20, size => '640x360'),
	name => 'Ein / Film: "x" <y>?');
my ($status, $log) = $jobs->worker(qw(transcode tracker --once));
is $status, 0, 'the worker' or diag $log;

my %path;
sub find_files {
	for my $row (split /\n/, $jobs->value("SELECT f.filename,
			f.torrent_filename, encode(f.info_hash, 'hex'),
			f.playlist_id IS NULL, v.uuid
			FROM video_file f JOIN video v ON v.id = f.video_id")) {
		my ($name, $torrent, $hash, $is_web, $uuid) = split /\|/, $row;
		my $below = $is_web eq 't' ? "static/web-videos/$name" :
			"static/streaming-playlists/hls/$uuid/$name";
		$path{$is_web eq 't' ? 'web' : 'hls'} = { hash => $hash,
			below => $below, file => "$public/$below",
			torrent => "$public/lazy-static/torrents/$torrent" };
	}
}
find_files();
for my $kind (qw(web hls)) {
	my ($hash, $below) = @{ $path{$kind} }{qw(hash below)};
	my $bytes = slurp($path{$kind}{file});
	my ($value, $info) = decode(slurp($path{$kind}{torrent}));
	is sha1_hex($info), $hash, "$kind: the info hash of the row";
	is $value->{info}{length}, length $bytes, 'length';
	is $value->{info}{name}, 'Ein - Film- -x- -y-- 360p.mp4',
		'a name without what file systems refuse';
	my $piece = $value->{info}{'piece length'};
	is $piece, 16384, 'piece length';
	is unpack('H*', $value->{info}{pieces}), join('', map { sha1_hex(substr
		$bytes, $_ * $piece, $piece) } 0 .. (length($bytes) - 1) / $piece),
		'pieces';
	is_deeply [sort keys %{ $value->{info} }],
		['length', 'name', 'piece length', 'pieces'], 'nothing else';
	is $value->{announce}, "http://127.0.0.1:$port/tracker/announce",
		'announce';
	is_deeply $value->{'announce-list'},
		[["http://127.0.0.1:$port/tracker/announce"],
		["udp://127.0.0.1:$tracker_port/announce"],
		["ws://127.0.0.1:$port/tracker/socket"]], 'announce-list';
	is_deeply $value->{'url-list'}, ["http://127.0.0.1:$port/$below"],
		'web seed';
}
is join('', sort split /^/, slurp("$jobs->{dir}/run/tracker/whitelist")),
	join('', map { "$_\n" } sort map { $_->{hash} } values %path),
	'the whitelist has both';

# --- real clients ------------------------------------------------------------

my @pids;
END { kill TERM => @pids if @pids }

sub start {
	my (@command) = @_;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDIN, '<', '/dev/null';
		open STDOUT, '>>', "$jobs->{dir}/clients.log";
		open STDERR, '>&', \*STDOUT;
		exec @command or POSIX::_exit(127);
	}
	push @pids, $pid;
	return $pid;
}

sub stop {
	my ($pid) = @_;
	@pids = grep { $_ != $pid } @pids;
	kill TERM => $pid;
	waitpid $pid, 0;
}

# Whether something listens; also where our sockets do not reach.
sub listens {
	my ($port, @inside) = @_;
	return wait_until { system(@inside, qw(bash -c), "(</dev/tcp/$address/$port) 2>&-")
		== 0 } 10;
}

# nginx as etc/ has it in short: files with ranges, announces sent on to the
# tracker. `seeds`: whether it gives out the files.
sub web_server {
	my ($seeds, @inside) = @_;
	my $dir = "$jobs->{dir}/nginx";
	mkdir $dir;
	open my $file, '>', "$dir/conf" or die $!;
	my $user = $> ? '' : 'user root;';
	print $file <<"END";
$user daemon off; pid $dir/pid; error_log $dir/error.log; worker_processes 1;
events {}
http {
	access_log off;
	client_body_temp_path $dir/1; proxy_temp_path $dir/2;
	fastcgi_temp_path $dir/3; uwsgi_temp_path $dir/4; scgi_temp_path $dir/5;
	server {
		listen $address:$port;
		location /static/ { @{[$seeds ? "root $public;" : 'return 404;']} }
		location = /tracker/announce {
			return 307 http://$address:$tracker_port/announce?\$args;
		}
	}
}
END
	close $file;
	my $pid = start(@inside, 'nginx', '-c', "$dir/conf");
	listens($port, @inside)
		or BAIL_OUT('nginx does not start: ' . slurp("$dir/error.log"));
	return $pid;
}

sub tracker {
	my (@inside) = @_;
	my $dir = "$jobs->{dir}/run/tracker";
	chmod 0755, "$jobs->{dir}/run", $dir;
	my @user = $> ? () : qw(setpriv --reuid=nobody --regid=nogroup
		--clear-groups);
	my $pid = start(@inside, @user, 'opentracker', '-i', $address, '-p',
		$tracker_port, '-P', $tracker_port, '-d', $dir, '-w',
		"$dir/whitelist");
	open my $file, '>', "$dir/pid" or die $!;
	print $file "$pid\n";
	close $file;
	listens($tracker_port, @inside)
		or BAIL_OUT('opentracker does not start: ' .
		slurp("$jobs->{dir}/clients.log"));
	return $pid;
}

sub aria2 {
	my ($dir, @options) = @_;
	return ('aria2c', '--no-conf', '--enable-dht=false',
		'--enable-dht6=false', '--bt-enable-lpd=false',
		'--enable-peer-exchange=false', '--listen-port=' .
		Cardume::free_port(), "--bt-external-ip=$address",
		'--file-allocation=none', "--dir=$dir", @options);
}

sub is_here { system("command -v $_[0] >/dev/null 2>&1") == 0 }

# A client that has the file.
sub seeder {
	my ($path, @inside) = @_;
	my $dir = tempdir(CLEANUP => 1);
	my ($value) = decode(slurp($path->{torrent}));
	copy($path->{file}, "$dir/$value->{info}{name}");
	return start(@inside, aria2($dir, '--seed-ratio=0.0',
		'--check-integrity=true', $path->{torrent}));
}

sub publish {
	my ($privacy) = @_;
	$jobs->value("UPDATE video SET privacy = $privacy WHERE id = $video");
	$jobs->worker(qw(publish tracker --once));
}

SKIP: {
	for my $program (qw(aria2c opentracker nginx)) {
		skip "$program is not installed", 7 unless is_here($program);
	}
	my $server = web_server(1);
	my $dir = tempdir(CLEANUP => 1);
	my ($failed, $text) = Cardume::Database::command(undef,
		'timeout', 40, aria2($dir, '--seed-time=0',
		'--bt-exclude-tracker=*'), $path{hls}{torrent});
	my ($got) = glob "$dir/*.mp4";
	ok slurp($got // '/dev/null') eq slurp($path{hls}{file}),
		'complete from the web seed alone' or diag $text;
	stop($server);

	$server = web_server(0);
	my $tracker = tracker();
	my $at = "127.0.0.1:$tracker_port";
	my $seeder = seeder($path{web});
	ok wait_until(sub { announce($at, $path{web}{hash}, event => 'stopped')
		=~ /8:completei1e/ }, 30),
		'the tracker knows the seeder';
	$dir = tempdir(CLEANUP => 1);
	($failed, $text) = Cardume::Database::command(undef, 'timeout', 60,
		aria2($dir, '--seed-time=0'), $path{web}{torrent});
	($got) = glob "$dir/*.mp4";
	ok slurp($got // '/dev/null') eq slurp($path{web}{file}),
		'complete from a peer the tracker named' or diag $text;
	like announce($at, '01' x 20), qr/not authorized/,
		'foreign hashes are refused';
	publish(3);
	ok wait_until(sub { announce($at, $path{web}{hash}) =~
		/not authorized/ }, 10),
		'as are those of videos that are public no longer';
	stop($_) for $seeder, $tracker;
	$tracker = tracker();
	like announce($at, $path{web}{hash}), qr/not authorized/,
		'by a tracker that was restarted, too';
	$dir = tempdir(CLEANUP => 1);
	($failed, $text) = Cardume::Database::command(undef, 'timeout', 5,
		aria2($dir, '--seed-time=0', '--bt-stop-timeout=2'), "magnet:?" .
		"xt=urn:btih:$path{web}{hash}&tr=http://127.0.0.1:$port/tracker/announce");
	like $text, qr/not authorized/, 'which a client tells';
	stop($_) for $server, $tracker;
}

# Transmission takes no peers of 127.0.0.0/8 or of its own address, so that there
# are two networks with a cable between them.
sub network {
	my $pid = start(qw(unshare -n sleep 300));
	wait_until { (readlink("/proc/$pid/ns/net") // '') ne
		readlink('/proc/self/ns/net') } 5 or die 'no network';
	return ('nsenter', '-t', $pid, '-n');
}

sub transmission {
	my ($path, @inside) = @_;
	my $dir = tempdir(CLEANUP => 1);
	mkdir "$dir/$_" for qw(conf got);
	open my $file, '>', "$dir/conf/settings.json" or die $!;
	print $file '{ "dht-enabled": false, "lpd-enabled": false,
		"pex-enabled": false, "utp-enabled": false,
		"port-forwarding-enabled": false, "rpc-enabled": false }';
	close $file;
	open $file, '>', "$dir/done" or die $!;
	print $file "#!/bin/sh\n>$dir/is-done\n";
	close $file;
	chmod 0755, "$dir/done";
	my $pid = start(@inside, 'env', "HOME=$dir", 'transmission-cli', '-M',
		'-et', '-g', "$dir/conf", '-w', "$dir/got", '-f', "$dir/done",
		$path->{torrent});
	wait_until { -e "$dir/is-done" } 60;
	stop($pid);
	my ($got) = glob "$dir/got/*.mp4";
	return slurp($got // '/dev/null') eq slurp($path->{file});
}

# Another place, without UDP: torrents are made anew with what is so now.
configure('10.77.0.10', 'tracker_udp = 0');
publish($_) for 3, 1;
find_files();
my ($torrent) = decode(slurp($path{web}{torrent}));
is_deeply $torrent->{'announce-list'},
	[["http://$address:$port/tracker/announce"],
	["ws://$address:$port/tracker/socket"]], 'UDP is left out by a setting';

SKIP: {
	for my $program (qw(aria2c opentracker nginx transmission-cli ip)) {
		skip "$program is not installed", 2 unless is_here($program);
	}
	skip 'no networks may be made here', 2 if system 'unshare -n true 2>&-';
	my @here = network();
	my @there = network();
	my $err = system @here, qw(ip link add one type veth peer name two netns),
		$there[2];
	for ([10, 'one', @here], [20, 'two', @there]) {
		my ($nr, $name, @inside) = @$_;
		$err ||= system(@inside, qw(ip link set lo up)) ||
			system(@inside, qw(ip address add), "10.77.0.$nr/24", 'dev',
				$name) ||
			system(@inside, qw(ip link set), $name, 'up');
	}
	skip 'no cable may be laid here', 2 if $err;
	my $server = web_server(0, @here);
	tracker(@here);
	$address = '10.77.0.20';
	seeder($path{web}, @there);
	$address = '10.77.0.10';
	ok transmission($path{web}, @here),
		'Transmission completes from a peer while the server serves no file';
	stop($server);
	web_server(1, @here);
	ok transmission($path{hls}, @here), 'and from the web seed alone';
}

done_testing;
