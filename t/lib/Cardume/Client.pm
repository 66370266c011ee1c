# SPDX-License-Identifier: AGPL-3.0-or-later
# A browser without scripts: cookies, redirects, forms.
package Cardume::Client;
use strict;
use warnings;
use Carp qw(croak);
use HTTP::Tiny;
use JSON::PP qw(decode_json encode_json);

use Cardume::OpenAPI;

sub new {
	my ($class, $origin) = @_;
	my $self = bless { origin => $origin, cookies => {},
		headers => { accept => 'text/html,*/*;q=0.5' } }, $class;
	$self->{http} = HTTP::Tiny->new(agent => 'cardume-test/1',
		timeout => 120, verify_SSL => 0, cookie_jar => $self);
	return $self;
}

# HTTP::Tiny's idea of a cookie jar. A jar knows one origin.
sub add {
	my ($self, $url, $line) = @_;
	my ($name, $value, $rest) = $line =~ /^([^=;]+)=([^;]*)(.*)/ or return;
	if ($value eq '' || $rest =~ /;\s*max-age=(?:0|-)/i) {
		delete $self->{cookies}{$name};
	} else {
		$self->{cookies}{$name} = $value;
	}
}

sub cookie_header {
	my ($self) = @_;
	return join '; ', map { "$_=$self->{cookies}{$_}" }
		sort keys %{ $self->{cookies} };
}

# The answer as HTTP::Tiny gives it: status, content, headers, url. Redirects
# are followed; redirect => 0 keeps to the first answer. What the REST API
# answers is held to its documentation.
sub request {
	my ($self, $method, $path, %o) = @_;
	my $url = $path =~ m{^https?://} ? $path : $self->{origin} . $path;
	my %headers = (%{ $self->{headers} }, %{ $o{headers} // {} });
	my %options = (headers => \%headers);
	my $follow = $o{redirect} // 5;
	# HTTP::Tiny would send a form's body once more to where it is sent.
	local $self->{http}{max_redirect} = defined $o{content} ? 0 : $follow;
	$options{content} = $o{content} if defined $o{content};
	# Names of instances that no DNS knows.
	$options{peer} = '127.0.0.1' if $url =~ m{^https?://[\w.-]+\.test\b};
	$options{data_callback} = $o{data_callback} if $o{data_callback};
	my $answer = $self->{http}->request($method, $url, \%options);
	$self->{last} = $answer;
	$answer->{was_streamed} = 1 if $o{data_callback};
	Cardume::OpenAPI::hold($method, $answer->{url} // $url, $answer);
	return $answer unless defined $o{content} && $follow &&
		$answer->{status} == 303;
	return $self->get($answer->{headers}{location});
}

sub get { my ($self, $path, %o) = @_; $self->request('GET', $path, %o) }

sub head { my ($self, $path, %o) = @_; $self->request('HEAD', $path, %o) }

sub text { my ($self, $path, %o) = @_; $self->get($path, %o)->{content} }

# The JSON document at a path; dies when there is none.
sub json {
	my ($self, $path, %o) = @_;
	my $answer = $self->get($path, headers =>
		{ accept => 'application/json', %{ $o{headers} // {} } });
	croak "$path: $answer->{status} $answer->{content}"
		if $answer->{status} != 200;
	return decode_json($answer->{content});
}

sub activity {
	my ($self, $path) = @_;
	return $self->json($path, headers =>
		{ accept => 'application/activity+json' });
}

sub url_escape { $_[0] =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/ger }

sub utf8_bytes {
	my ($text) = @_;
	utf8::encode($text) if utf8::is_utf8($text);
	return $text;
}

# Name and value pairs of a hash; array values are repeated keys.
sub pairs {
	my ($fields) = @_;
	return map { my $name = $_; my $value = $fields->{$name};
		map { [ $name, utf8_bytes($_) ] }
			ref $value eq 'ARRAY' ? @$value : $value // ()
	} sort keys %$fields;
}

sub post {
	my ($self, $path, $fields, %o) = @_;
	my $body = join '&', map { url_escape($_->[0]) . '=' .
		url_escape($_->[1]) } pairs($fields);
	return $self->request('POST', $path, %o, content => $body,
		headers => { 'content-type' =>
			'application/x-www-form-urlencoded',
			%{ $o{headers} // {} } });
}

sub send_json {
	my ($self, $method, $path, $document, %o) = @_;
	return $self->request($method, $path, %o,
		content => encode_json($document),
		headers => { 'content-type' => 'application/json',
			accept => 'application/json', %{ $o{headers} // {} } });
}

# files: name => { path => P, filename => F, type => T }, or content => bytes
# instead of path, or an array of those.
sub post_multipart {
	my ($self, $path, $fields, $files, %o) = @_;
	my $boundary = 'cardume' . join '', map { int rand 10 } 1 .. 20;
	my @pieces = map { "--$boundary\r\nContent-Disposition: form-data; " .
		"name=\"$_->[0]\"\r\n\r\n$_->[1]\r\n" } pairs($fields);
	for my $name (sort keys %$files) {
		my $list = $files->{$name};
		push @pieces, map { file_pieces($boundary, $name, $_) }
			ref $list eq 'ARRAY' ? @$list : $list;
	}
	push @pieces, "--$boundary--\r\n";
	my $length = 0;
	$length += ref $_ ? -s $$_ : length for @pieces;
	return $self->request('POST', $path, %o, content => reader(@pieces),
		headers => { 'content-length' => $length, 'content-type' =>
			"multipart/form-data; boundary=$boundary",
			%{ $o{headers} // {} } });
}

# A reference to a path stands for the file's bytes.
sub file_pieces {
	my ($boundary, $name, $file) = @_;
	my $path = $file->{path} // '';
	my $filename = $file->{filename} // ($path =~ m{([^/]*)$})[0];
	my $type = $file->{type} // 'application/octet-stream';
	return ("--$boundary\r\nContent-Disposition: form-data; " .
		"name=\"$name\"; filename=\"" . utf8_bytes($filename) .
		"\"\r\nContent-Type: $type\r\n\r\n",
		defined $file->{content} ? $file->{content} : \$path, "\r\n");
}

# HTTP::Tiny's content callback over pieces; files are read as they are sent.
sub reader {
	my @pieces = @_;
	my $file;
	return sub {
		for (;;) {
			my $bytes;
			return $bytes if $file && read $file, $bytes, 1 << 16;
			undef $file;
			my $piece = shift @pieces // return;
			return $piece if !ref $piece && length $piece;
			next unless ref $piece;
			open $file, '<:raw', $$piece or croak "$$piece: $!";
		}
	};
}

# --- forms -------------------------------------------------------------------

sub unescape {
	my ($text) = @_;
	return '' unless defined $text;
	my %named = (amp => '&', lt => '<', gt => '>', quot => '"');
	$text =~ s/&(?:#x([0-9a-f]+)|#(\d+)|(amp|lt|gt|quot));/
		defined $1 ? chr hex $1 : defined $2 ? chr $2 : $named{$3}/gei;
	return $text;
}

# The attributes of a tag's text.
sub attributes {
	my ($text) = @_;
	my %a;
	while ($text =~ /([\w:-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g) {
		$a{lc $1} //= unescape($2 // $3 // $4 // '');
	}
	return \%a;
}

# All forms of a page: action, method, enctype, fields (name, type, value,
# options), html.
sub forms {
	my ($html) = @_;
	my @forms;
	while ($html =~ m{<form\b([^>]*)>(.*?)</form>}gis) {
		my ($form, $inner) = (attributes($1), $2);
		push @forms, { action => $form->{action}, id => $form->{id},
			method => uc($form->{method} // 'GET'),
			enctype => $form->{enctype} // '',
			fields => [ fields($inner) ], html => $inner };
	}
	return @forms;
}

sub fields {
	my ($html) = @_;
	my @fields;
	while ($html =~ m{<(input|button)\b([^>]*)>
			|<(textarea)\b([^>]*)>(.*?)</textarea>
			|<(select)\b([^>]*)>(.*?)</select>}gisx) {
		if ($1) {
			my $a = attributes($2);
			push @fields, { type => lc($a->{type} //
				(lc $1 eq 'button' ? 'submit' : 'text')),
				name => $a->{name}, value => $a->{value},
				on => exists $a->{checked},
				off => exists $a->{disabled} };
		} elsif ($3) {
			push @fields, { type => 'textarea', value =>
				unescape($5 =~ s/^\r?\n//r),
				name => attributes($4)->{name} };
		} else {
			push @fields, select_field(attributes($7), $8);
		}
	}
	return @fields;
}

sub select_field {
	my ($a, $html) = @_;
	my @options;
	while ($html =~ m{<option\b([^>]*)>([^<]*)}gi) {
		my $o = attributes($1);
		push @options, { value => $o->{value} // unescape($2),
			on => exists $o->{selected} };
	}
	my @on = grep { $_->{on} } @options;
	@on = @options[0 .. 0] if !@on && @options && !exists $a->{multiple};
	return { type => 'select', name => $a->{name},
		values => [ map { $_->{value} } @on ],
		options => [ map { $_->{value} } @options ] };
}

# What a browser would send if nobody touched the form.
sub form_values {
	my ($form) = @_;
	my %values;
	for my $f (@{ $form->{fields} }) {
		next if !defined $f->{name} || $f->{off} ||
			$f->{type} =~ /^(?:submit|button|file|image|reset)$/;
		next if $f->{type} =~ /^(?:checkbox|radio)$/ && !$f->{on};
		my @new = $f->{values} ? @{ $f->{values} } :
			$f->{value} // ($f->{type} eq 'checkbox' ? 'on' : '');
		push @{ $values{ $f->{name} } }, @new;
	}
	return \%values;
}

# The form of a page whose action or id is, or whose HTML matches, `which`.
sub find_form {
	my ($answer, $which) = @_;
	my @forms = forms($answer->{content});
	my ($form) = grep { !defined $which || (ref $which ?
		"$_->{action} $_->{html}" =~ $which :
		($_->{action} // '') eq $which || ($_->{id} // '') eq $which)
	} @forms;
	croak 'no form ' . ($which // '') . " at $answer->{url}, only: " .
		join ' ', map { $_->{action} // '-' } @forms unless $form;
	return $form;
}

# Fills in and sends a form of a page (an answer, or a path to get first).
# values: name => text, [texts] or undef (not sent); files as in
# post_multipart(); which: see find_form(). A submit button's name may be
# among the values.
sub follow_form {
	my ($self, $page, $values, %o) = @_;
	my $answer = ref $page ? $page : $self->get($page);
	my $form = find_form($answer, $o{which});
	my $send = { %{ form_values($form) }, %{ $values // {} } };
	my %known = map { ($_->{name} // '') => 1 } @{ $form->{fields} };
	for my $name (keys %$send, keys %{ $o{files} // {} }) {
		croak "the form has no field $name" unless $known{$name};
	}
	my ($here) = $answer->{url} =~ m{^https?://[^/]+([^?]*)};
	my $action = $form->{action} // $here;
	$action = ($here =~ s{[^/]*$}{}r) . $action
		unless $action =~ m{^(?:/|https?:)};
	my $referer = { referer => $answer->{url} };
	if ($form->{method} ne 'POST') {
		my $query = join '&', map { url_escape($_->[0]) . '=' .
			url_escape($_->[1]) } pairs($send);
		return $self->get("$action?$query", headers => $referer);
	}
	return $self->post_multipart($action, $send, $o{files} // {},
		headers => $referer) if $form->{enctype} =~ /multipart/i;
	return $self->post($action, $send, headers => $referer);
}

# Signs in by the form; dies when that fails.
sub sign_in {
	my ($self, $name, $password) = @_;
	my $page = $self->get('/login');
	my $form = find_form($page, qr/type="?password/);
	my ($user) = grep { $_->{type} =~ /^(?:text|email)$/ }
		@{ $form->{fields} };
	my ($secret) = grep { $_->{type} eq 'password' } @{ $form->{fields} };
	my $answer = $self->follow_form($page, { $user->{name} => $name,
		$secret->{name} => $password }, which => qr/type="?password/);
	croak "$name did not get in: $answer->{status}"
		unless $self->{cookies}{cardume_session};
	return $answer;
}

1;
