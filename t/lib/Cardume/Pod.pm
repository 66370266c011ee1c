# SPDX-License-Identifier: AGPL-3.0-or-later
# A pod of diaspora* on loopback: a Cardume::Peer with a person whose hCard it
# serves. Envelopes are made and read by the openssl command, apart from ours.
#
#	my $pod = Cardume::Pod->start;
#	my $bob = $pod->person('bob');
#	$pod->tell("$origin/receive/public", $bob, $xml);
#	$pod->tell("$origin/receive/users/$guid", $bob, $xml, $pem);	# sealed
#	my $got = $pod->got('comment', sub { $_[0] =~ /text/ });	# its XML
package Cardume::Pod;
use strict;
use warnings;
use parent 'Cardume::Peer';
use Cardume ();
use Cardume::Peer::Signature;
use File::Temp qw(tempfile);
use HTTP::Tiny;
use JSON::PP qw(decode_json encode_json);
use MIME::Base64 qw(decode_base64 decode_base64url encode_base64);

my $rest = '.YXBwbGljYXRpb24veG1s.YmFzZTY0dXJs.UlNBLVNIQTI1Ng==';

sub url64 { my $t = encode_base64($_[0], ''); $t =~ tr{+/}{-_}; return $t }

sub run {
	my ($input, $command) = @_;
	my ($handle, $path) = tempfile(UNLINK => 1);
	binmode $handle;
	print $handle $input;
	close $handle;
	open my $pipe, '-|', "$command < '$path' 2>/dev/null" or die $!;
	binmode $pipe;
	return do { local $/; <$pipe> } // '';
}

sub pem_file {
	my ($handle, $path) = tempfile(UNLINK => 0);
	print $handle $_[0];
	return $path;
}

# { name, handle, guid, key (a file) }
sub person {
	my ($self, $name) = @_;
	my $guid = Cardume::unique('g') . 'aaaaaaaaaaaaaaaaaaaa';
	$guid =~ s/[^a-z0-9]//g;
	my $key = Cardume::Peer::Signature::new_key($self->{dir}, "pod$name");
	my $person = { name => $name, handle => "$name\@$self->{host}",
		guid => $guid, key => $key };
	my $pem = Cardume::Peer::Signature::public_pem($key);
	my $acct = "acct:$person->{handle}";
	$self->set("/.well-known/webfinger?resource=$acct",
		type => 'application/jrd+json', body => { subject => $acct,
		links => [ { rel => 'http://microformats.org/profile/hcard',
			type => 'text/html',
			href => $self->url("/hcard/users/$guid") },
			{ rel => 'http://joindiaspora.com/seed_location',
			type => 'text/html', href => $self->url('/') } ] });
	$self->set("/hcard/users/$guid", type => 'text/html', body =>
		"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>" .
		"<span class='uid'>$guid</span><span class=\"fn\">Bob &amp; " .
		"Co</span><pre class='key'>$pem</pre></body></html>");
	$self->set($_, status => 202, body => '')
		for '/receive/public', "/receive/users/$guid";
	return $person;
}

sub envelope {
	my ($person, $xml, $as) = @_;
	my $data = url64($xml);
	my $sig = Cardume::Peer::Signature::sign($person->{key}, $data . $rest);
	$sig =~ tr{+/}{-_};
	return '<?xml version="1.0"?><me:env xmlns:me="http://salmon-protocol' .
		'.org/ns/magic-env"><me:data type="application/xml">' . $data .
		'</me:data><me:encoding>base64url</me:encoding><me:alg>' .
		'RSA-SHA256</me:alg><me:sig key_id="' .
		url64($as // $person->{handle}) . "\">$sig</me:sig></me:env>";
}

sub seal {
	my ($envelope, $pem) = @_;
	my ($key, $iv) = ('k' x 32, 'i' x 16);
	my $file = pem_file($pem);
	my $secret = encode_json({ key => encode_base64($key, ''),
		iv => encode_base64($iv, '') });
	my $sealed = encode_json({ aes_key => encode_base64(run($secret,
			"openssl pkeyutl -encrypt -pubin -inkey '$file'"), ''),
		encrypted_magic_envelope => encode_base64(run($envelope,
			'openssl enc -aes-256-cbc -K ' . unpack('H*', $key) .
			' -iv ' . unpack('H*', $iv)), '') });
	unlink $file;
	return $sealed;
}

sub unseal {
	my ($body, $person) = @_;
	my $json = eval { decode_json($body) } or return '';
	my $secret = eval { decode_json(run(decode_base64($json->{aes_key}),
		"openssl pkeyutl -decrypt -inkey '$person->{key}'")) }
		or return '';
	return run(decode_base64($json->{encrypted_magic_envelope}),
		'openssl enc -d -aes-256-cbc -K ' .
		unpack('H*', decode_base64($secret->{key})) . ' -iv ' .
		unpack('H*', decode_base64($secret->{iv})));
}

# The entity of an envelope that this public key fits, or undef.
sub opened {
	my ($envelope, $pem) = @_;
	my ($data) = $envelope =~ m{<me:data[^>]*>([^<]+)<} or return;
	my ($sig) = $envelope =~ m{<me:sig[^>]*>([^<]+)<} or return;
	$sig =~ tr{-_}{+/};
	return unless Cardume::Peer::Signature::fits($pem, $data . $rest, $sig);
	return decode_base64url($data);
}

# An entity's XML; comments and likes are signed.
sub entity {
	my ($person, $name, @fields) = @_;
	my @values = map { $fields[2 * $_ + 1] } 0 .. $#fields / 2;
	push @fields, author_signature => Cardume::Peer::Signature::sign(
		$person->{key}, join ';', @values) if $name =~ /^(comment|like)$/;
	my $xml = "<$name>";
	while (my ($element, $value) = splice @fields, 0, 2) {
		$xml .= "<$element>$value</$element>";
	}
	return "$xml</$name>";
}

# Posts it; HTTP's status.
sub tell {
	my ($self, $url, $person, $xml, $pem) = @_;
	my $body = envelope($person, $xml);
	$body = seal($body, $pem) if $pem;
	return HTTP::Tiny->new->post($url, { content => $body, headers => {
		'content-type' => $pem ? 'application/json' :
			'application/magic-envelope+xml' } })->{status};
}

# The first entity of that name that came, for which the sub is true, with a
# signature that fits.
sub got {
	my ($self, $name, $pem, $person, $test) = @_;
	my $found;
	Cardume::wait_until {
		for my $request ($self->requests(method => 'POST')) {
			my $body = $request->{body};
			$body = unseal($body, $person) if $body =~ /^\{/;
			my $xml = opened($body, $pem) // next;
			next unless $xml =~ /^<$name>/;
			return $found = $xml if !$test || $test->($xml);
		}
	} 20;
	return $found;
}

1;
