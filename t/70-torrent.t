# SPDX-License-Identifier: AGPL-3.0-or-later
# The .torrent files are what BitTorrent clients expect, and a real client
# completes from the web seed alone, and from a peer it knows from our tracker
# alone.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume qw(ffmpeg_clip slurp wait_until);
use Cardume::Jobs;
use Digest::SHA qw(sha1 sha1_hex);
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use IO::Select;
use IO::Socket::INET;

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
{
	my $path = "$jobs->{dir}/cardume.conf";
	my $conf = slurp($path) =~ s{^origin = .*}{origin = http://127.0.0.1:$port}mr;
	open my $file, '>', $path or die $!;
	print $file $conf, "tracker_port = $tracker_port\n",
		"tracker_pid_file = $jobs->{dir}/run/tracker/pid\n";
	close $file;
}

my $video = $jobs->video(ffmpeg_clip(seconds => 20, size => '640x360'),
	name => 'Ein / Film: "x" <y>?');
my ($status, $log) = $jobs->worker(qw(transcode tracker --once));
is $status, 0, 'the worker' or diag $log;

my %path;
for my $row (split /\n/, $jobs->value("SELECT f.filename, f.torrent_filename,
		encode(f.info_hash, 'hex'), f.playlist_id IS NULL, v.uuid
		FROM video_file f JOIN video v ON v.id = f.video_id")) {
	my ($name, $torrent, $hash, $is_web, $uuid) = split /\|/, $row;
	my $kind = $is_web eq 't' ? 'web' : 'hls';
	my $below = $is_web eq 't' ? 'static/web-videos' :
		"static/streaming-playlists/hls/$uuid";
	$path{$kind} = { file => "$public/$below/$name", hash => $hash,
		torrent => "$public/lazy-static/torrents/$torrent" };
	my $bytes = slurp("$public/$below/$name");
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
	is_deeply $value->{'url-list'}, ["http://127.0.0.1:$port/$below/$name"],
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

# nginx as etc/ has it in short: files with ranges, announces sent on to the
# tracker. `seeds`: whether it gives out the files.
sub web_server {
	my ($seeds) = @_;
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
		listen 127.0.0.1:$port;
		location /static/ { @{[$seeds ? "root $public;" : 'return 404;']} }
		location = /tracker/announce {
			return 307 http://127.0.0.1:$tracker_port/announce?\$args;
		}
	}
}
END
	close $file;
	my $pid = start('nginx', '-c', "$dir/conf");
	wait_until { IO::Socket::INET->new("127.0.0.1:$port") } 10
		or BAIL_OUT('nginx does not start: ' . slurp("$dir/error.log"));
	return $pid;
}

sub tracker {
	my $dir = "$jobs->{dir}/run/tracker";
	chmod 0755, "$jobs->{dir}/run", $dir;
	my @user = $> ? () : qw(setpriv --reuid=nobody --regid=nogroup
		--clear-groups);
	my $pid = start(@user, 'opentracker', '-i', '127.0.0.1', '-p',
		$tracker_port, '-P', $tracker_port, '-d', $dir, '-w',
		"$dir/whitelist");
	open my $file, '>', "$dir/pid" or die $!;
	print $file "$pid\n";
	close $file;
	wait_until { IO::Socket::INET->new("127.0.0.1:$tracker_port") } 10
		or BAIL_OUT('opentracker does not start: ' .
		slurp("$jobs->{dir}/clients.log"));
	return $pid;
}

sub aria2 {
	my ($dir, @options) = @_;
	return ('aria2c', '--no-conf', '--enable-dht=false',
		'--enable-dht6=false', '--bt-enable-lpd=false',
		'--enable-peer-exchange=false', '--listen-port=' .
		Cardume::free_port(), '--bt-external-ip=127.0.0.1',
		'--file-allocation=none', "--dir=$dir", @options);
}

SKIP: {
	for my $program (qw(aria2c opentracker nginx)) {
		skip "$program is not installed", 5
			if system "command -v $program >/dev/null 2>&1";
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

	web_server(0);
	my $tracker = tracker();
	my $seeder = tempdir(CLEANUP => 1);
	my ($value) = decode(slurp($path{web}{torrent}));
	copy($path{web}{file}, "$seeder/$value->{info}{name}");
	start(aria2($seeder, '--seed-ratio=0.0', '--check-integrity=true',
		$path{web}{torrent}));
	my $binary = pack 'H*', $path{web}{hash};
	my $escaped = $binary =~ s/(.)/sprintf '%%%02x', ord $1/gser;
	my $announce = sub {
		my ($hash, $event) = @_;
		my $socket = IO::Socket::INET->new("127.0.0.1:$tracker_port")
			or return '';
		print $socket "GET /announce?info_hash=$hash&peer_id=" . 'x' x 20 .
			"&port=1&uploaded=0&downloaded=0&left=1&compact=1&event=" .
			"$event HTTP/1.0\r\n\r\n";
		local $/;
		return <$socket> // '';
	};
	ok wait_until(sub { $announce->($escaped, 'stopped') =~
		/8:completei1e/ }, 30),
		'the tracker knows the seeder';
	$dir = tempdir(CLEANUP => 1);
	($failed, $text) = Cardume::Database::command(undef, 'timeout', 60,
		aria2($dir, '--seed-time=0'), $path{web}{torrent});
	($got) = glob "$dir/*.mp4";
	ok slurp($got // '/dev/null') eq slurp($path{web}{file}),
		'complete from a peer the tracker named' or diag $text;
	like $announce->('%01' x 20, 'started'), qr/not authorized/,
		'foreign hashes are refused';
	$jobs->value("UPDATE video SET privacy = 3 WHERE id = $video");
	$jobs->worker(qw(publish tracker --once));
	ok wait_until(sub { $announce->($escaped, 'started') =~
		/not authorized/ }, 10),
		'as are those of videos that are public no longer';
}

done_testing;
