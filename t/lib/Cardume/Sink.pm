# SPDX-License-Identifier: AGPL-3.0-or-later
# Inboxes of many servers in one process: whatever address of 127.0.0.0/8 a
# request is for is a server of its own. It keeps what it gets, in order, and
# answers as it is told to.
#
#	my $sink = Cardume::Sink->start;
#	my $host = $sink->host(2);			# 127.0.0.2:PORT
#	$sink->answer($host, status => 503, headers => ['Retry-After: 5']);
#	$sink->answer($host);				# 202 again
#	my @got = $sink->got($host);	# {host, path, headers, body, at}
package Cardume::Sink;
use strict;
use warnings;
use Carp qw(croak);
use File::Temp qw(tempdir);
use IO::Select;
use IO::Socket::INET;
use POSIX ();
use JSON::PP qw(decode_json encode_json);
use Socket qw(SOMAXCONN);
use Time::HiRes qw(time);

sub start {
	my ($class, %o) = @_;
	my $self = bless { dir => tempdir(CLEANUP => 1), answers => {},
		owner => $$ }, $class;
	my $listener = IO::Socket::INET->new(LocalAddr => '0.0.0.0',
		LocalPort => $o{port} // 0, Listen => SOMAXCONN,
		ReuseAddr => 1, Blocking => 0) or croak "listen: $!";
	$self->{port} = $listener->sockport;
	$self->write_answers;
	$self->{pid} = fork // croak "fork: $!";
	return $self if $self->{pid};
	$SIG{TERM} = 'DEFAULT';
	$SIG{PIPE} = 'IGNORE';
	serve($self, $listener);
	POSIX::_exit(0);
}

sub host { "127.0.0.$_[1]:$_[0]{port}" }

# answer(HOST or HOST/PATH, status, headers, delay in seconds; `hang`: never;
# `cut`: the connection ends; `unless`: not to requests with this header, `like`:
# to those alone whose body is like it). Else 202.
sub answer {
	my ($self, $of, %answer) = @_;
	$self->{answers}{$of} = \%answer;
	$self->write_answers;
}

sub write_answers {
	my ($self) = @_;
	open my $file, '>', "$self->{dir}/new" or croak $!;
	print $file encode_json($self->{answers});
	close $file;
	rename "$self->{dir}/new", "$self->{dir}/answers" or croak $!;
}

# What came, of all servers or of one.
sub got {
	my ($self, $host) = @_;
	open my $file, '<', "$self->{dir}/got" or return;
	my @got = map { decode_json($_) } grep { /\n\z/ } <$file>;
	return grep { !$host || $_->{host} eq $host } @got;
}

# The same as the ids of the activities.
sub ids { my ($self, $host) = @_;
	return map { decode_json($_->{body})->{id} } grep { $_->{body} }
		$self->got($host) }

sub forget { my ($self) = @_; truncate "$self->{dir}/got", 0 }

sub stop {
	my ($self) = @_;
	return if !$self->{pid} || $self->{owner} != $$;
	local ($?, $@);
	kill TERM => $self->{pid};
	waitpid $self->{pid}, 0;
	delete $self->{pid};
}

sub DESTROY { $_[0]->stop }

# --- the server ---------------------------------------------------------------

sub serve {
	my ($self, $listener) = @_;
	my $select = IO::Select->new($listener);
	my (%input, @later);
	open my $log, '>>', "$self->{dir}/got" or die $!;
	$log->autoflush(1);
	for (;;) {
		for my $socket ($select->can_read(@later ? 0.01 : 1)) {
			if ($socket == $listener) {
				while (my $new = $listener->accept) {
					$new->blocking(0);
					$select->add($new);
				}
				next;
			}
			my $n = sysread $socket, $input{$socket}, 65536,
				length($input{$socket} // '');
			next if !defined $n && $!{EAGAIN};
			# TLS, for one.
			if (!$n || $input{$socket} =~ /\A[^A-Z]/) {
				$select->remove($socket);
				delete $input{$socket};
				close $socket;
				next;
			}
			while (my $request = take(\$input{$socket})) {
				print $log encode_json($request), "\n";
				my $answer = $self->answer_to($request);
				push @later, [time + ($answer->{delay} // 0),
					$socket, $answer] if !$answer->{hang};
			}
		}
		my $now = time;
		my @due = grep { $_->[0] <= $now } @later;
		@later = grep { $_->[0] > $now } @later;
		for (@due) {
			my (undef, $socket, $answer) = @$_;
			next if !$socket->opened;
			if ($answer->{cut}) {
				$select->remove($socket);
				delete $input{$socket};
				close $socket;
				next;
			}
			syswrite $socket, join("\r\n", 'HTTP/1.1 ' .
				($answer->{status} // 202) . ' So',
				@{ $answer->{headers} // [] },
				'Content-Length: 0', '', '');
		}
	}
}

# The first whole request of what was read.
sub take {
	my ($input) = @_;
	$$input =~ /\A(.*?)\r\n\r\n/s or return;
	my ($first, @lines) = split /\r\n/, $1;
	my $start = length($1) + 4;
	my %headers = map { /^([^:]+):\s*(.*)$/ ? (lc $1, $2) : () } @lines;
	my $len = $headers{'content-length'} // 0;
	return if length($$input) < $start + $len;
	my $body = substr $$input, $start, $len;
	substr($$input, 0, $start + $len) = '';
	my ($method, $path) = split / /, $first;
	return { method => $method, path => $path, host => $headers{host},
		headers => \%headers, body => $body, at => time };
}

sub answer_to {
	my ($self, $request) = @_;
	open my $file, '<', "$self->{dir}/answers" or die $!;
	my $answers = decode_json(do { local $/; <$file> });
	my $answer = $answers->{"$request->{host}$request->{path}"} //
		$answers->{$request->{host}} // {};
	return {} if defined $answer->{unless} &&
		defined $request->{headers}{ $answer->{unless} };
	return {} if defined $answer->{like} &&
		$request->{body} !~ /$answer->{like}/;
	return $answer;
}

1;
