# SPDX-License-Identifier: AGPL-3.0-or-later
# HTTP signatures as other servers make and read them (draft-cavage-http-
# signatures-12 and RFC 9421), by the openssl command: written apart from
# lib/http_signature.c, so that one may be held to the other.
package Cardume::Peer::Signature;
use strict;
use warnings;
use Carp qw(croak);
use Digest::SHA qw(sha256);
use File::Temp qw(tempfile);
use HTTP::Tiny;
use IPC::Open2 qw(open2);
use JSON::PP ();
use MIME::Base64 qw(encode_base64 decode_base64);
use POSIX ();

# --- keys --------------------------------------------------------------------

# The path of a new private key in a directory.
sub new_key {
	my ($dir, $name) = @_;
	my $path = "$dir/key$name.pem";
	system("openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 " .
		"-out '$path' 2>/dev/null") == 0 or croak 'no key was made';
	return $path;
}

sub public_pem {
	my ($key) = @_;
	my $pem = `openssl pkey -in '$key' -pubout`;
	croak 'no public key' unless $pem =~ /BEGIN PUBLIC KEY/;
	return $pem;
}

sub base64 { encode_base64($_[0], '') }

sub sign {
	my ($key, $text) = @_;
	my $pid = open2(my $out, my $in, 'openssl', 'dgst', '-sha256', '-sign',
		$key);
	binmode $_ for $in, $out;
	print $in $text;
	close $in;
	my $signature = do { local $/; <$out> };
	waitpid $pid, 0;
	croak 'openssl signed nothing' unless length $signature;
	return base64($signature);
}

sub fits {
	my ($pem, $text, $signature) = @_;
	my ($key_file, $key) = tempfile(UNLINK => 1);
	my ($signature_file, $path) = tempfile(UNLINK => 1);
	binmode $signature_file;
	print $key_file $pem;
	print $signature_file decode_base64($signature);
	close $_ for $key_file, $signature_file;
	my $pid = open2(my $out, my $in, "openssl dgst -sha256 " .
		"-verify '$key' -signature '$path' 2>&1");
	binmode $in;
	print $in $text;
	close $in;
	my $said = do { local $/; <$out> } // '';
	waitpid $pid, 0;
	unlink $key, $path;
	return $said =~ /^Verified OK/;
}

# --- dates and names ---------------------------------------------------------

my @days = qw(Sun Mon Tue Wed Thu Fri Sat);
my @months = qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec);

sub http_date {
	my @t = gmtime $_[0];
	return sprintf '%s, %02d %s %d %02d:%02d:%02d GMT', $days[$t[6]], $t[3],
		$months[$t[4]], $t[5] + 1900, @t[2, 1, 0];
}

sub iso_date {
	return POSIX::strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $_[0]);
}

sub uuid {
	return join '-', map { join '', map { sprintf '%02x', int rand 256 }
		1 .. $_ } 4, 2, 2, 2, 6;
}

# --- making requests ---------------------------------------------------------

# A whole request in bytes:
#	signer => an actor of Cardume::Peer; without one it is not signed
#	style => 'cavage' (default) or 'rfc9421'
#	key, key_id => instead of the signer's
#	time => seconds since 1970; headers => { more of them }
#	covered => [ names that the cavage signature covers ]
#	parameters => { created => ... } of the cavage signature
#	sign_target => what is signed as target instead of the URL's
#	change => sub ($headers) to change them after they were signed;
#		$headers is a list of [ name, value ]
#	sent_body => other bytes than those that were signed
sub request {
	my ($method, $url, $body, %o) = @_;
	my ($host, $target) = $url =~ m{^https?://([^/?]+)(.*)$}
		or croak "no URL: $url";
	$target = "/$target" unless $target =~ m{^/};
	my $now = $o{time} // time - 1;
	my %h = (host => $host, date => http_date($now), accept =>
		'application/activity+json', $method eq 'POST' ? (
		'content-type' => 'application/activity+json') : (),
		%{ $o{headers} // {} });
	my $style = $o{style} // 'cavage';
	if ($o{signer} || $o{key}) {
		my $more = $style eq 'cavage' ?
			cavage($method, $target, $body, \%h, $now, \%o) :
			rfc9421($method, $url, $body, $now, \%o);
		%h = (%h, %$more);
	}
	my $sent = $o{sent_body} // $body;
	my @headers = map { [ $_, $h{$_} ] } grep { defined $h{$_} }
		sort keys %h;
	push @headers, [ 'content-length', length $sent ]
		if $method eq 'POST';
	$o{change}->(\@headers) if $o{change};
	return join '', "$method $target HTTP/1.1\r\n",
		map({ "$_->[0]: $_->[1]\r\n" } @headers),
		"connection: close\r\n\r\n", $sent;
}

sub cavage {
	my ($method, $target, $body, $h, $now, $o) = @_;
	$h->{digest} //= 'SHA-256=' . base64(sha256($body))
		if $method eq 'POST';
	my @covered = @{ $o->{covered} // ['(request-target)', 'host', 'date',
		$method eq 'POST' ? 'digest' : ()] };
	my %p = %{ $o->{parameters} // {} };
	my %value = (%$h, '(request-target)' => lc($method) . ' ' .
		($o->{sign_target} // $target),
		map { ("($_)" => $p{$_}) } grep { exists $p{$_} }
		qw(created expires));
	my $text = join "\n", map { "$_: " . ($value{$_} // '') } @covered;
	my %all = (keyId => $o->{key_id} // $o->{signer}{key_id},
		algorithm => 'rsa-sha256', headers => join(' ', @covered),
		signature => sign($o->{key} // $o->{signer}{key}, $text), %p);
	return { %$h, signature => join ',', map { defined $all{$_} ?
		($all{$_} =~ /^\d+$/ ? "$_=$all{$_}" : "$_=\"$all{$_}\"") : ()
		} qw(keyId algorithm created expires headers signature) };
}

sub rfc9421 {
	my ($method, $url, $body, $now, $o) = @_;
	my $key_id = $o->{key_id} // $o->{signer}{key_id};
	my $digest = 'sha-256=:' . base64(sha256($body)) . ':';
	my @parts = ([ '@method', $method ],
		[ '@target-uri', $o->{sign_target} // $url ],
		$method eq 'POST' ? [ 'content-digest', $digest ] : ());
	my $input = '(' . join(' ', map { "\"$_->[0]\"" } @parts) .
		");created=$now;keyid=\"$key_id\"";
	my $text = join "\n", map({ "\"$_->[0]\": $_->[1]" } @parts),
		"\"\@signature-params\": $input";
	return { 'signature-input' => "sig1=$input", signature => 'sig1=:' .
		sign($o->{key} // $o->{signer}{key}, $text) . ':',
		$method eq 'POST' ? ('content-digest' => $digest) : () };
}

# --- reading them ------------------------------------------------------------

# Whether a request that came is signed as its keyId's owner would: (1), or
# (0, why).
sub verify {
	my ($request, $keys) = @_;
	my $h = $request->{headers};
	return (0, 'not signed') unless defined $h->{signature};
	return (0, 'both kinds of signatures')
		if $h->{'signature-input'} && $h->{signature} =~ /keyId=/;
	my ($id, $text, $signature, $why) = $h->{'signature-input'} ?
		read_rfc9421($request) : read_cavage($request);
	return (0, $why) if $why;
	my $pem = $keys->{$id} //= fetch_key($id);
	return (0, "no key at $id") unless $pem;
	return (1) if fits($pem, $text, $signature);
	delete $keys->{$id};
	return (0, 'the signature does not fit');
}

# (key id, signed text, signature) or why not as the fourth.
sub read_cavage {
	my ($request) = @_;
	my ($h, $body) = @$request{qw(headers body)};
	my %p = $h->{signature} =~ /(\w+)="?([^",]*)"?/g;
	my @covered = split ' ', $p{headers} // 'date';
	my %is_covered = map { $_ => 1 } @covered;
	for ('(request-target)', 'host', 'date',
			$request->{method} eq 'POST' ? 'digest' : ()) {
		return (undef, undef, undef, "$_ is not signed")
			unless $is_covered{$_};
	}
	return (undef, undef, undef, 'the digest is another body\'s')
		if $request->{method} eq 'POST' && ($h->{digest} // '') ne
			'SHA-256=' . base64(sha256($body));
	my $text = join "\n", map { "$_: " . ($_ eq '(request-target)' ?
		lc($request->{method}) . " $request->{target}" :
		$h->{$_} // '') } @covered;
	return ($p{keyId} // '', $text, $p{signature} // '');
}

sub read_rfc9421 {
	my ($request) = @_;
	my ($h, $body) = @$request{qw(headers body)};
	my ($label, $input) = $h->{'signature-input'} =~ /^(\w+)=(.*)$/;
	my ($signature) = $h->{signature} =~ /^\Q$label\E=:([^:]*):/;
	my ($list) = $input =~ /^\(([^)]*)\)/;
	my %value = ('@method' => $request->{method},
		'@target-uri' => "http://$h->{host}$request->{target}");
	return (undef, undef, undef, 'the digest is another body\'s')
		if $request->{method} eq 'POST' && $h->{'content-digest'} ne
			'sha-256=:' . base64(sha256($body)) . ':';
	my $text = join "\n", map({ "\"$_\": " . ($value{$_} // $h->{$_} // '')
		} $list =~ /"([^"]+)"/g), "\"\@signature-params\": $input";
	my ($id) = $input =~ /keyid="([^"]*)"/;
	return ($id // '', $text, $signature // '');
}

# The public key of a keyId, by a GET of its actor.
sub fetch_key {
	my ($id) = @_;
	my $answer = HTTP::Tiny->new(timeout => 10)->get($id =~ s/#.*//r, {
		headers => { accept => 'application/activity+json' } });
	my $document = eval { JSON::PP::decode_json($answer->{content}) };
	my $key = ref $document eq 'HASH' ? $document->{publicKey} : undef;
	return ref $key eq 'HASH' && $key->{id} eq $id ? $key->{publicKeyPem} :
		undef;
}

1;
