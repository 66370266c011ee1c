# SPDX-License-Identifier: AGPL-3.0-or-later
# Odd input on every route of every program, spoken over a plain socket: wrong
# types, long values, bytes that are no text, headers sent twice, methods nobody
# knows, bodies that are not what they say. None may be answered by an error of
# ours, none may trip an assertion, none may reach PostgreSQL as a broken
# statement. The routes come from the programs themselves.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Select;
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(time);
use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my $name = $cardume->user(unique('hos'));
my $token = $cardume->token($name);
my $browser = $cardume->sign_in($name);
my ($csrf) = $browser->text('/my-account/settings') =~
	/name="csrf" value="([^"]+)"/;
my ($session) = "cardume_session=$browser->{cookies}{cardume_session}";
my ($host) = $cardume->origin =~ m{//(.*)};
# On a machine that is busy less is asked.
my $until = time + 50;
my ($asked, %answers, @bad) = (0);

my @logs = glob $cardume->run . '/log/*.log';
my %size = map { $_ => -s } @logs;

# --- one request -------------------------------------------------------------

# The status of an answer; 0: the connection was ended without one.
sub ask {
	my ($method, $target, $headers, $body) = @_;
	my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
		PeerPort => $cardume->port) or return -1;
	my $bytes = "$method $target HTTP/1.1\r\nHost: $host\r\n" .
		"Connection: close\r\n" . join('', map { "$_\r\n" } @$headers);
	$bytes .= 'Content-Length: ' . length($body) . "\r\n"
		if defined $body && !grep { /^transfer-encoding/i } @$headers;
	$bytes .= "\r\n" . ($body // '');
	local $SIG{PIPE} = 'IGNORE';
	syswrite $socket, $bytes;
	my ($answer, $select) = ('', IO::Select->new($socket));
	while ($select->can_read(15)) {
		sysread $socket, $answer, 65536, length $answer or last;
	}
	$asked++;
	return $answer =~ m{^HTTP/1\.1 (\d+)} ? $1 : 0;
}

# What was asked, for people.
sub shown {
	my $text = join ' | ', map { substr $_, 0, 160 } @_;
	return $text =~ s/([^ -~])/sprintf '\\x%02x', ord $1/ger;
}

sub try_it {
	my ($method, $target, $headers, $body) = @_;
	return if time > $until;
	my $status = ask($method, $target, $headers, $body);
	$answers{$status}++;
	# 501: oEmbed in XML, as PeerTube says it.
	return if $status > 0 && ($status < 500 || $status == 501);
	push @bad, "$status " . shown("$method $target", @$headers, $body // ());
}

# --- the routes and their parameters -----------------------------------------

sub declared {
	my ($what) = @_;
	my $template = "$Cardume::top/templates/$what.mustache";
	my ($query) = -e $template ? slurp($template) =~ /^query (\S+)/m : $what;
	return unless $query && -e "$Cardume::top/sql/$query.sql";
	return map { [ split / / ] } slurp("$Cardume::top/sql/$query.sql") =~
		/^-- param (\w+ \w+)/mg;
}

# The handlers' own.
my @names = qw(csrf next back name kind id q start stop autoplay embed password
	username displayName description support new again current privacy
	tags channelId category originallyPublishedAt nsfw videoPasswords
	commentsPolicy videoFileToken reinjectVideoFileToken url format maxwidth
	why channel video grant_type refresh_token client_id resource);

my @routes;
for my $program (qw(page api ap upload)) {
	my ($status, $out) = $cardume->program("cardume-$program", '--routes');
	for (split /\n/, $out) {
		my ($method, $pattern, undef, $what) = split;
		# These end the session that the others need.
		next if $method eq 'POST' &&
			$pattern =~ m{^/logout$|revoke|sessions};
		push @routes, { program => $program, method => $method,
			pattern => $pattern, params => [ declared($what) ] };
	}
}
cmp_ok scalar @routes, '>', 80, 'routes to try: ' . @routes;
# What deletes comes last.
@routes = sort { ($a->{pattern} =~ /delete/ || $a->{method} eq 'DELETE') <=>
	($b->{pattern} =~ /delete/ || $b->{method} eq 'DELETE') } @routes;

my $video = Cardume::Video->make($cardume, $name, name => 'Hostile');
our %good = (id => $video->{uuid}, uuid => $video->{uuid}, name => $name,
	handle => $name, actorId => 1, file => 'none.mp4');

sub path_of {
	my ($r, %other) = @_;
	return $r->{pattern} =~ s{:(\w+)}{$other{$1} // $good{$1} // 'x'}ger;
}

sub headers_of {
	my ($r) = @_;
	return ("Authorization: Bearer $token", 'Accept: application/json')
		if $r->{pattern} =~ m{^/api/};
	return ("Cookie: $session", 'Accept: ' . ($r->{program} eq 'ap' ?
		'application/activity+json' : 'text/html'));
}

# --- the values --------------------------------------------------------------

my @values = ('', '0', '-1', '1e9', '99999999999999999999', '2147483648',
	'9223372036854775807', '1' x 18, 'NaN', 'true', "%27%22%3C%3E%5C%3B--",
	'%25%5F%2A', '%FF%FE', '%00', 'a%0D%0ASet-Cookie:x=1', '%F0%9F%90%9F',
	'%C2%85%E2%80%A8', '%7B%7D', '%7Ba%2C%22', 'null', '%26%7C%21%28%29',
	'A' x 5000, '%F0%9F%90%9F' x 400, '..%2F..%2Fetc%2Fpasswd',
	'%ED%A0%80', '0000-00-00', '2020-99-99', '%2B', '%');
my %fits = (int => qr/^\W?\w+$|^$|%00|%FF/, bool => qr/^\w*$|%/,
	choice => qr/^\w*$|%/, viewer => qr/^$/);

# A few for the handlers' parameters, all of them at once.
my @few = @values[0, 1, 4, 10, 12, 13, 14, 22];

# --- bodies ------------------------------------------------------------------

my $form = 'Content-Type: application/x-www-form-urlencoded';
my $edge = "--e\r\nContent-Disposition: form-data; name=";
my @bodies = ([$form, ''], [$form, '%'], [$form, "a=\xff\xfe"],
	[$form, '&' x 5000], [$form, join '&', map { "k$_=1" } 1 .. 600],
	[$form, 'a' x 70_000], ['Content-Type: application/json', ''],
	map({ ['Content-Type: application/json', $_] } '[]', 'null', '"x"',
		'{', '{"name":"\u0000"}', '{"name":"\ud800"}', "{\"name\":\"\xff\"}",
		'{"name":1e400}', '{"tags":[1]}', '{"tags":"x"}', '{"tags":[[]]}',
		'{"tags":["' . join('","', 1 .. 200) . '"]}',
		'{"channelId":1e18}', '{"category":-0.0}', '{"privacy":[]}',
		'{"privacy":99999999999}', '{"nsfw":"maybe"}', '{"language":{}}',
		'{"originallyPublishedAt":"2020-01-01 x"}',
		'{"videoPasswords":[null],"privacy":5}', '{"name":"a","name":"b"}',
		'[' x 5000, '{"a":' x 3000, '{"name":"' . 'n' x 60_000 . '"}'),
	['Content-Type: multipart/form-data', 'x'],
	['Content-Type: multipart/form-data; boundary=e', ''],
	['Content-Type: multipart/form-data; boundary=e', '--e--'],
	['Content-Type: multipart/form-data; boundary=e', "$edge\"name\"\r\n\r\nx"],
	['Content-Type: multipart/form-data; boundary=e',
		"$edge\"name\"\r\n\r\n\xff\x00\r\n--e--\r\n"],
	['Content-Type: multipart/form-data; boundary=e',
		"$edge\"videofile\"; filename=\"\xff.mp4\"\r\n\r\nx\r\n--e--\r\n"],
	['Content-Type: multipart/form-data; boundary=e', "$edge\"videofile\"; " .
		"filename*=UTF-8''%00%FF.mp4\r\n\r\nx\r\n--e--\r\n"],
	['Content-Type: multipart/form-data; boundary=e',
		("$edge\"k\"\r\n\r\n1\r\n") x 900 . "--e--\r\n"],
	['Content-Type: multipart/form-data; boundary=e',
		("$edge\"k\"\r\n\r\n" . 'v' x 60_000 . "\r\n") x 40 . "--e--\r\n"],
	["Content-Type: \xff", "\0"], ['Content-Type:', 'x']);
my $victim = Cardume::Video->make($cardume, $name, name => 'To be deleted');
for my $r (grep { $_->{method} ne 'GET' } @routes) {
	local @good{qw(id video)} = ($victim->{uuid}) x 2;
	my $path = path_of($r) . ($r->{pattern} =~ m{^/api/} ? '' : "?csrf=$csrf");
	my $is_api = $r->{pattern} =~ m{^/api/};
	for my $body (@bodies) {
		next if $body->[0] =~ /json/ && !$is_api;
		try_it($r->{method}, $path, [headers_of($r), $body->[0]],
			$body->[1]);
	}
	# A password costs a twentieth of a second each time.
	my $is_costly = $r->{pattern} =~ /login|token|password/;
	for my $value ($is_costly ? @few[0, 4] : @few) {
		next if $r->{pattern} =~ m{^/upload/|upload$};
		my @fields = map { "$_=$value" } grep { $_ ne 'csrf' } @names;
		$cardume->psql('DELETE FROM throttle')
			if $is_costly;
		try_it($r->{method}, $path, [headers_of($r), $form],
			join '&', @fields);
		# What a handler says of one field should not hide the others.
		try_it($r->{method}, $path, [headers_of($r), $form], join '&',
			'displayName=A+name', 'name=A+title', 'privacy=1',
			'grant_type=password', 'username=nobody', $_)
			for grep { /^(?:description|tags|channelId|category|kind|id
			|originallyPublishedAt|password|support|next)=/x } @fields;
		try_it($r->{method}, path_of($r, map { $_ => $value || '%20' }
			keys %good) . "?csrf=$csrf", [headers_of($r), $form], 'x=1');
	}
}
note sprintf '%d requests, %.0f s left: bodies', $asked, $until - time;
# --- headers and methods -----------------------------------------------------

my @odd_headers = (['Cookie: cardume_session=' . 'f' x 63],
	["Cookie: $session", "Cookie: $session"],
	["Cookie: cardume_flash=%FF%00; cardume_theme=\xff; cardume_form=zz"],
	['Cookie: cardume_flash=' . '%41' x 3000],
	['Cookie: ' . 'a=b; ' x 1500], ["Cookie: =;;= ;\t=\xff"],
	["Authorization: Bearer $token", "Authorization: Bearer $token"],
	['Authorization: Bearer'], ["Authorization: Bearer \xff\xfe"],
	['Authorization: Bearer ' . 'x' x 9000], ['Authorization: Basic Og=='],
	["X-PeerTube-Video-Password: \xff\xfe"],
	['X-PeerTube-Video-Password: ' . 'p' x 9000],
	['X-PeerTube-Video-Password: a', 'X-PeerTube-Video-Password: b'],
	["User-Agent: \xff\xfe" . 'u' x 5000], ["Accept: \xff|,;q=" . '9' x 999],
	['Origin: null'], ['Origin: ://', 'Origin: x'], ["Host: $host"],
	['X-Upload-Id: x', 'X-Upload-Id: y'], ['Range: bytes=9-1,-,5-'],
	['If-None-Match: "' . 'e' x 5000 . '"'], ['Content-Type: |text/html'],
	['Content-Length: 5', 'Content-Length: 6'], ['Sec-Fetch-Site: x']);
my $seen = '';
for my $r (@routes) {
	my $path = path_of($r);
	for my $i (0 .. $#odd_headers) {
		# All on a third of the routes in turn: each header meets many.
		next if ($i + @bad + length $path) % 3;
		try_it($r->{method}, $path, $odd_headers[$i],
			$r->{method} eq 'GET' ? undef : 'x=1');
	}
	next if index($seen, " $path ") >= 0;
	$seen .= " $path ";
	try_it($_, $path, [headers_of($r)])
		for qw(OPTIONS PATCH PROPFIND get X-1), 'G' x 200;
}
note sprintf '%d requests, %.0f s left: headers', $asked, $until - time;

# --- queries ------------------------------------------------------------------

# All values the first time a parameter of that name and type is met, some of
# them at other routes.
my %met;
for my $r (grep { $_->{method} eq 'GET' } @routes) {
	my @headers = headers_of($r);
	my $path = path_of($r);
	try_it('GET', $path, \@headers);
	for my $param (@{ $r->{params} }) {
		my ($key, $type) = @$param;
		my $in_path = $r->{pattern} =~ /:$key\b/;
		for my $value ($met{"@$param"}++ ? @few[1 .. 4] : @values) {
			next if $fits{$type} && $value !~ $fits{$type};
			my $target = $in_path ? path_of($r, $key => $value) :
				"$path?$key=$value";
			try_it('GET', $target, \@headers);
		}
		try_it('GET', "$path?" . join('&', ("$key=a") x 120), \@headers)
			if $type eq 'list';
	}
	next if @{ $r->{params} };
	for my $value (@few) {
		try_it('GET', "$path?" . join('&', map { "$_=$value" } @names),
			\@headers) if length $value < 300;
		try_it('GET', path_of($r, map { $_ => $value || '%20' } keys %good),
			\@headers);
	}
	for my $key (@names) {
		try_it('GET', "$path?$key=$_", \@headers) for @few[1 .. 4];
	}
}
note sprintf '%d requests, %.0f s left: queries', $asked, $until - time;

# --- what came of it ---------------------------------------------------------

diag 'a slow machine: not all was asked' if time > $until;
note join ', ', map { "$answers{$_} x $_" } sort keys %answers;
$cardume->psql('DELETE FROM throttle');
is_deeply \@bad, [], 'none was an error of ours';
for my $log (@logs) {
	open my $file, '<:raw', $log or die "$log: $!";
	seek $file, $size{$log}, 0;
	# postgres.log: only what shows that text became part of a statement, or
	# that a program asked for what it has no right to.
	my @lines = grep { m{/postgres\.log$} ?
		/syntax error at or near|permission denied|server process/ :
		m{/(?:page|api|ap|upload|worker-\w+)\.log$} ?
		/\bBUG\b|Sanitizer|runtime error|Something went wrong|: 5\d\d /
		: /exited on signal|worker process \d+ exited/ } <$file>;
	is_deeply \@lines, [], ($log =~ m{([^/]*)$})[0] . ' tells of nothing';
}
is $browser->get('/my-account/settings')->{status}, 200, 'still signed in';
done_testing();
