#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# The gate of the nginx configuration: what has let strangers read files
# elsewhere is not in it (the template says which rules).
use strict;
use warnings;
use Test::More;
use Cardume;

my $template = slurp("$Cardume::top/etc/nginx.conf.in");
my $production = slurp("$Cardume::build/etc/nginx.conf");
my $fastcgi = slurp("$Cardume::top/etc/nginx-fastcgi.conf");

sub directives {
	my ($text) = @_;
	$text =~ s/^(?:#[a-z]+#)+//gm;
	return grep { !/^\s*(?:#|$)/ } split /\n/, $text;
}

for ([ template => $template ], [ production => $production ]) {
	my ($name, $text) = @$_;
	my @lines = directives($text);
	cmp_ok(scalar @lines, '>', 100, "$name: there is something to check");
	for my $word (qw(alias rewrite try_files autoindex add_before_body ssi
		fastcgi_split_path_info fastcgi_cache_lock proxy_cache dav_methods
		secure_link stub_status)) {
		is_deeply([ grep { /^\s*$word\b/ } @lines ], [], "$name: no $word");
	}
	is_deeply([ grep { /^\s*location\b/ && !/^\s*location (?:= )?\/\S* \{$/
		&& !/^\s*location \@\w+ \{$/ } @lines ], [],
		"$name: prefix, = and named locations only");
	is_deeply([ grep { /\$[1-9]/ } @lines ], [], "$name: no captures");
	is_deeply([ grep { /fastcgi_keep_conn/ && !/ off;$/ } @lines ], [],
		"$name: no connection pins a program");
	is_deeply([ grep { /\$http_host|\$http_x_(?!peertube)/ } @lines ], [],
		"$name: nothing of a client's is trusted");
	is_deeply([ grep { /^\s*if \(/ && !/\$request_method\ (?:=\ OPTIONS|!=\ POST)|
		\$cardume_refusal_status|\$cardume_files|\$arg_info_hash/x } @lines ], [],
		"$name: if is for answering at once only");
}
unlike($production, qr/\@[A-Z_]+\@|^#[a-z]+#/m, 'production: all filled in');

# A location with a fastcgi_param of its own inherits none of the server's.
while ($template =~ /^\tlocation ([^{]*)\{\n(.*?)^\t\}/gms) {
	my ($name, $body) = ($1, $2);
	next unless $body =~ /fastcgi_param/;
	like($body, qr/include \@ETC\@\/nginx-fastcgi\.conf;/,
		"$name: has the common parameters");
	like($body, qr/fastcgi_param $_ /, "$name: $_")
		for qw(REQUEST_METHOD QUERY_STRING CONTENT_LENGTH);
}
like($fastcgi, qr/^fastcgi_param HTTP_PROXY "";/m, 'no HTTP_PROXY of a client');

# What must not be cached.
like($production, qr/^\tfastcgi_cache_bypass \$cardume_private;/m, 'bypass');
like($production, qr/^\tfastcgi_no_cache \$cardume_private;/m, 'no store');
like($production, qr/fastcgi_cache_key "\$request_method \$scheme \$host \$request_uri \$cardume_face \$cardume_p2p"/,
	'the key has host, arguments, face and choice');

# Slow clients.
my %limit = (client_header_timeout => 10, client_body_timeout => 20,
	send_timeout => 20);
for my $name (sort keys %limit) {
	my ($value) = $production =~ /^\t$name (\d+)s;/m;
	cmp_ok($value // 1e9, '<=', $limit{$name}, "$name");
}

# Our own policy: no inline script or style anywhere.
for my $csp ($template =~ /"(default-src[^"]*)"/g) {
	like($csp, qr/^default-src 'none';/, 'nothing but what is listed');
	unlike($csp, qr/unsafe|https?:|\bdata:(?!;)[^;]*script/, $csp);
}
done_testing();
