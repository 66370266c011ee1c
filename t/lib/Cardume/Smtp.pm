# SPDX-License-Identifier: AGPL-3.0-or-later
# A mail server that keeps what it is given, until the object ends.
#
#	my $smtp = Cardume::Smtp->start;
#	$smtp->url;			# smtp://127.0.0.1:PORT
#	my $mail = $smtp->wait_for('ann@example.org');
#	$mail->{header}{subject}; $mail->{text}; $mail->{raw};
#
# Addresses that begin with "refused" are refused for good (550), those with
# "later" once (451).
package Cardume::Smtp;
use strict;
use warnings;
use Carp qw(croak);
use Encode qw(decode);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use MIME::QuotedPrint qw(decode_qp);
use POSIX ();
use Time::HiRes qw(sleep time);

my $seconds_most = 600;

sub start {
	my ($class) = @_;
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
		Listen => 10) or croak "no port: $!";
	my $self = bless { port => $listener->sockport, owner => $$,
		dir => tempdir(CLEANUP => 1) }, $class;
	$self->{pid} = fork // croak "fork: $!";
	if (!$self->{pid}) {
		alarm $seconds_most;
		$SIG{$_} = 'DEFAULT' for qw(ALRM TERM INT HUP);
		my %seen;
		while (my $client = $listener->accept) {
			serve($client, $self->{dir}, \%seen);
		}
		POSIX::_exit(0);
	}
	return $self;
}

# One conversation.
sub serve {
	my ($client, $dir, $seen) = @_;
	my ($to, $from) = ('', '');
	my $say = sub { print $client "$_[0]\r\n"; $client->flush };
	$say->('220 sink.example ESMTP');
	while (my $line = <$client>) {
		$line =~ s/\r?\n$//;
		if ($line =~ /^EHLO (.*)/i) {
			$say->("250-sink.example");
			$say->('250 8BITMIME');
		} elsif ($line =~ /^MAIL FROM:<([^>]*)>/i) {
			$from = $1;
			$say->('250 fine');
		} elsif ($line =~ /^RCPT TO:<([^>]*)>/i) {
			$to = $1;
			$say->($to =~ /^refused/ ? '550 no such mailbox' :
				$to =~ /^later/ && !$seen->{$to}++ ?
				'451 come back' : '250 fine');
		} elsif ($line =~ /^DATA/i) {
			$say->('354 go on');
			keep($client, $dir, $from, $to);
			$say->('250 kept');
		} elsif ($line =~ /^QUIT/i) {
			$say->('221 bye');
			last;
		} else {
			$say->('250 fine');
		}
	}
	close $client;
}

my $serial = 0;

sub keep {
	my ($client, $dir, $from, $to) = @_;
	my $name = sprintf '%05d', ++$serial;
	open my $out, '>:raw', "$dir/$name.part" or die "$dir: $!";
	print $out "$from\n$to\n";
	while (my $line = <$client>) {
		last if $line eq ".\r\n";
		print $out $line =~ s/^\.//r;
	}
	close $out;
	rename "$dir/$name.part", "$dir/$name.mail" or die $!;
}

sub url { "smtp://127.0.0.1:$_[0]{port}" }

sub decode_header { decode('MIME-Header', $_[0]) }

sub read_mail {
	my ($path) = @_;
	open my $file, '<:raw', $path or croak "$path: $!";
	local $/;
	my ($from, $to, $raw) = split /\n/, scalar <$file>, 3;
	my ($head, $body) = split /\r\n\r\n/, $raw, 2;
	my %header;
	for (split /\r\n(?![ \t])/, $head) {
		my ($name, $value) = /^([^:]+): ?(.*)$/s or
			croak "no header: $_";
		croak "$name twice" if exists $header{ lc $name };
		$header{ lc $name } = decode_header($value);
	}
	return { from => $from, to => $to, raw => $raw, header => \%header,
		text => decode('UTF-8', decode_qp($body) =~ s/\r\n/\n/gr) };
}

# All mails there are, oldest first; those to one address.
sub mails {
	my ($self, $to) = @_;
	return grep { !defined $to || $_->{to} eq $to }
		map { read_mail($_) } sort glob "$self->{dir}/*.mail";
}

# The nr-th mail to an address (default: the first); dies when none comes.
sub wait_for {
	my ($self, $to, $nr, $seconds) = @_;
	my $until = time + ($seconds // 20);
	for (;;) {
		my @mails = $self->mails($to);
		return $mails[($nr // 1) - 1] if @mails >= ($nr // 1);
		croak "no mail to $to" if time > $until;
		sleep 0.1;
	}
}

sub DESTROY {
	my ($self) = @_;
	return unless $self->{owner} == $$ && $self->{pid};
	local ($?, $!);
	kill TERM => $self->{pid};
	waitpid $self->{pid}, 0;
}

1;
