# SPDX-License-Identifier: AGPL-3.0-or-later
# Hostile uploads: whatever a file says of other files or addresses, nothing of
# them is read. The neighbour that must not be read lies beside the upload; the
# address that must not be asked listens on loopback. With the sandbox and
# without it, for each must do by itself.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume qw(shared_data ffmpeg_clip slurp);
use Cardume::Jobs;
use IO::Select;
use IO::Socket::INET;

my $build = $Cardume::build;
my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 50)
	or BAIL_OUT("no socket: $!");
my $address = '127.0.0.1:' . $listener->sockport;

# A film of one colour and tone that is told apart when it turns up elsewhere.
my $secret = ffmpeg_clip(seconds => 2, size => '320x240',
	args => [qw(-metadata comment=marker-of-the-neighbour)]);

# Hostile files; NEIGHBOUR is the path of another upload.
my %texts = (
	'HLS, absolute' => "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n" .
		"NEIGHBOUR\n#EXT-X-ENDLIST\n",
	'HLS, file:' => "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n" .
		"file://NEIGHBOUR\n#EXT-X-ENDLIST\n",
	'HLS, relative' => "#EXTM3U\n#EXTINF:10,\nneighbour.ts\n#EXT-X-ENDLIST\n",
	'HLS, http' => "#EXTM3U\n#EXTINF:10,\nhttp://$address/a.ts\n" .
		"#EXT-X-ENDLIST\n",
	'HLS, master' => "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n" .
		"http://$address/a.m3u8\n",
	'HLS, key' => "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"http://$address/" .
		"key\"\n#EXTINF:10,\nNEIGHBOUR\n#EXT-X-ENDLIST\n",
	'HLS, concat:' => "#EXTM3U\n#EXTINF:10,\nconcat:NEIGHBOUR|/etc/passwd\n" .
		"#EXT-X-ENDLIST\n",
	'concat' => "ffconcat version 1.0\nfile neighbour.ts\n",
	'concat, absolute' => "ffconcat version 1.0\nfile NEIGHBOUR\n",
	'concat, http' => "ffconcat version 1.0\nfile http://$address/a.mp4\n",
	'concat, subfile' => "ffconcat version 1.0\n" .
		"file subfile,,start,0,end,0,,:NEIGHBOUR\n",
	'DASH' => "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:" .
		"2011\" type=\"static\"><Period><AdaptationSet mimeType=\"video/mp4\">" .
		"<Representation id=\"1\" bandwidth=\"1\"><BaseURL>http://$address/" .
		"a.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>\n",
	'SDP' => "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n" .
		"m=video " . $listener->sockport . " RTP/AVP 96\n",
	'RTSP in RealText' => "<window type=\"generic\"/>rtsp://$address/a\n",
	'ASX' => "<asx version=\"3.0\"><entry><ref href=\"http://$address/a\"/>" .
		"</entry></asx>\n",
	'IMF' => "<?xml version=\"1.0\"?><CompositionPlaylist/>\n",
	'SAMI' => "<SAMI><BODY><SYNC Start=0>x</BODY></SAMI>\n",
);

# Then LeakSanitizer does not work under ptrace, and wants to see /proc.
my $is_sanitized = -e "$build/config.log" &&
	slurp("$build/config.log") =~ /--enable-sanitizers/;

sub try_all {
	my ($sandbox) = @_;
	local $ENV{CARDUME_SANDBOX} = $sandbox;
	my $jobs = Cardume::Jobs->start;
	my $neighbour = "$jobs->{media}/source/neighbour.ts";
	link $secret, $neighbour or symlink $secret, $neighbour;
	my %video;
	for my $what (sort keys %texts) {
		my $path = "$jobs->{dir}/hostile.mp4";
		open my $file, '>', $path or die $!;
		print $file $texts{$what} =~ s/NEIGHBOUR/$neighbour/gr;
		close $file;
		$video{$what} = $jobs->video($path);
		$video{"$what, inside a form"} = $jobs->video($path, start => 99)
			if $sandbox eq 'none';
	}
	my $trace = "$jobs->{dir}/trace";
	my @strace = $is_sanitized ||
		system('command -v strace >/dev/null 2>&1') ? () :
		('strace', '-f', '-qq', '-e', 'trace=%network,open,openat,execve',
		'-o', $trace);
	my ($status, $log) = Cardume::Database::command(undef, @strace,
		$jobs->worker_command(qw(transcode --once)));
	is $status, 0, 'the worker lives' or diag $log;
	for my $what (sort keys %video) {
		my $row = $jobs->row("SELECT state, error FROM video
			WHERE id = $video{$what}");
		is $row->{state}, 7, "$what: refused";
		like $row->{error} // '', qr/^[A-Z].*\.$/, "$what: says why";
	}
	ok !IO::Select->new($listener)->can_read(0), 'nobody called';
	is_deeply [$jobs->files('public'), $jobs->files('private')], [],
		'nothing was made';
	SKIP: {
		skip 'strace cannot be used here', 2 if !@strace;
		my @lines = split /\n/, slurp($trace);
		is_deeply [grep { /neighbour\.ts/ && !/execve/ } @lines], [],
			'the neighbour was not opened';
		is_deeply [grep { /AF_INET6?\b/ && /connect|sendto|bind/ } @lines],
			[], 'no network was used';
	}
}

subtest "sandbox $_" => sub { try_all($_) } for qw(bwrap none);

subtest 'what the sandbox shows' => sub {
	my $jobs = Cardume::Jobs->start;
	open my $file, '>', "$jobs->{dir}/spy" or die $!;
	print $file "#!/usr/bin/sh\nls -1 / /in /tmp; ls /proc /home /root /etc/passwd",
		" 2>&1\nls /sys/class/net 2>&1; id -u\n",
		"echo '{\"error\": \"format\"}'\nexec >/tmp/x && echo written >&2\n",
		"touch /in/0 /usr/x /in/y && echo written >&2\n",
		"cat /etc/shadow >&2\n";
	close $file;
	chmod 0755, "$jobs->{dir}/spy";
	my $conf = slurp("$jobs->{dir}/cardume.conf") =~
		s{^probe = .*}{probe = $jobs->{dir}/spy}mr;
	open my $out, '>', "$jobs->{dir}/cardume.conf" or die $!;
	print $out $conf;
	close $out;
	my $video = $jobs->video($secret);
	my ($status, $log) = $jobs->worker(qw(transcode --once));
	my ($listing) = $log =~ /probe ended[^\n]*/g;
	like $log, qr/Read-only file system|Permission denied/,
		'its input cannot be changed';
	like $log, qr/shadow: No such file/, 'the system is not there';
	unlike $log, qr/written[^\n]*written/, 'nothing but /tmp can be written';
};

# In place of FFmpeg: tries what a hole in it would be used for, and tells.
my $spy = <<'END';
#!/usr/bin/perl
use Socket;
sub report { print STDERR map({ tr/\n/,/r } @_), "\n" }
sub list { opendir my $dir, $_[0] or return "$!"; sort grep { !/^\./ } readdir $dir }
my @paths = qw(PATHS);
socket my $tcp, PF_INET, SOCK_STREAM, 0;
report 'tcp ', connect($tcp, sockaddr_in(PORT, inet_aton('127.0.0.1'))) ? 'yes' : $!;
socket my $udp, PF_INET, SOCK_DGRAM, 0;
report 'udp ', send($udp, 'x', 0, sockaddr_in(53, inet_aton('192.0.2.1'))) ? 'yes' : $!;
socket my $unix, PF_UNIX, SOCK_STREAM, 0;
report 'unix ', connect($unix, sockaddr_un('DATABASE')) ? 'yes' : $!;
report 'in ', join ' ', list('/in');
report 'seen ', join ' ', grep { -e } @paths, qw(PROC /sys /home /root /var /run /etc/passwd);
report 'changed ', join ' ', grep { open my $f, '>>', $_ } @paths, qw(/1 /in/0 /in/1 /usr/1 /program);
report 'processes ', join ' ', grep { $_ != $$ && kill 0, $_ } WORKER, 2 .. 400;
report 'environment ', join ' ', sort keys %ENV;
open my $shell, '-|', '/usr/bin/sh', '-c', 'ulimit -n; ulimit -c; ulimit -p; ulimit -v';
report 'limits ', <$shell>;
report 'out ', open(my $f, '>', '/out/made') ? 'yes' : $!;
exit 3;
END

subtest 'what a hole in FFmpeg could do' => sub {
	my $jobs = Cardume::Jobs->start;
	my $neighbour = "$jobs->{media}/source/neighbour";
	system('cp', $secret, $neighbour);
	my $before = slurp($neighbour);
	my %known = (PATHS => "$neighbour $jobs->{media}/public/x " .
		"$jobs->{dir}/cardume.conf $jobs->{dir}/run/secret",
		PROC => $is_sanitized ? '' : '/proc/1',
		PORT => $listener->sockport, WORKER => $$,
		DATABASE => "$jobs->{dir}/server/.s.PGSQL.5432");
	open my $file, '>', "$jobs->{dir}/spy" or die $!;
	print $file $spy =~ s/(PATHS|PROC|PORT|WORKER|DATABASE)/$known{$1}/gr;
	close $file;
	chmod 0755, "$jobs->{dir}/spy";
	open my $conf, '>>', "$jobs->{dir}/cardume.conf" or die $!;
	print $conf "ffmpeg = $jobs->{dir}/spy\n";
	close $conf;
	my $video = $jobs->video($secret);
	my ($status, $log) = $jobs->worker(qw(transcode --once));
	is $jobs->value("SELECT state || ' ' || error FROM video
		WHERE id = $video"), '7 This file could not be converted.',
		'it has run' or diag $log;
	my %told = map { /^(\w+) ?(.*)/ } split /\n/, $jobs->value("SELECT details
		FROM job WHERE payload ->> 'videoId' = '$video'");
	like $told{$_}, qr/unreachable|Connection refused/, "$_: nobody there"
		for qw(tcp udp);
	ok !IO::Select->new($listener)->can_read(0), 'nobody called';
	like $told{unix}, qr/No such file/, 'no database';
	is $told{in}, '0', 'its own source and no other';
	is $told{seen}, '', 'nothing of the system';
	is $told{changed}, '', 'nothing it can change';
	is slurp($neighbour), $before, 'the neighbour is as it was';
	is $told{processes}, '', 'no process but its own';
	is $told{environment}, 'LANG PATH PWD', 'nothing in the environment';
	is $told{limits}, '64,0,1024,4194304,', 'limits';
	is $told{out}, 'yes', 'and a place to write to';
	is_deeply [$jobs->files('work')], [], 'which is gone';
};

done_testing;
