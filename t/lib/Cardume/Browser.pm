# SPDX-License-Identifier: AGPL-3.0-or-later
# Headless Chromium by its own protocol over two pipes (DevTools protocol,
# --remote-debugging-pipe: JSON messages that end with a NUL), so that no
# driver and no package stands between the test and the browser.
#
#	my $browser = Cardume::Browser->start(scripts => 0);
#	$browser->resize(320, 800, dark => 1);
#	$browser->go('http://...');
#	$browser->evaluate('document.title');
#	$browser->screenshot('x.png');
package Cardume::Browser;
use strict;
use warnings;
use Carp qw(croak);
use File::Temp qw(tempdir);
use IO::Select;
use JSON::PP;
use MIME::Base64 qw(decode_base64);
use POSIX ();
use Time::HiRes qw(time);

my $json = JSON::PP->new->utf8->canonical->allow_nonref;

sub program {
	my ($path) = grep { -x } map { "$_/chromium" } split /:/, $ENV{PATH};
	return $path;
}

# scripts => 0: the pages' scripts do not run; evaluate() still does.
sub start {
	my ($class, %o) = @_;
	my $home = tempdir('cardume-browser-XXXXXX', TMPDIR => 1, CLEANUP => 1);
	pipe my $their_in, my $to or croak "pipe: $!";
	pipe my $from, my $their_out or croak "pipe: $!";
	my $pid = fork // croak "fork: $!";
	if (!$pid) {
		open STDOUT, '>', '/dev/null';
		open STDERR, '>', '/dev/null';
		# Out of the way first: either may be 3 or 4 already.
		POSIX::dup2(fileno $their_in, 100);
		POSIX::dup2(fileno $their_out, 101);
		POSIX::dup2(100, 3);
		POSIX::dup2(101, 4);
		POSIX::close($_) for 100, 101;
		exec program(), qw(--headless --no-sandbox --disable-gpu
			--remote-debugging-pipe --no-first-run --mute-audio
			--hide-scrollbars --ignore-certificate-errors
			--autoplay-policy=no-user-gesture-required),
			"--user-data-dir=$home", 'about:blank' or POSIX::_exit(127);
	}
	close $their_in;
	close $their_out;
	my $self = bless { pid => $pid, to => $to, from => $from, id => 0,
		buffer => '', events => [], owner => $$ }, $class;
	$to->autoflush(1);
	my $target = $self->call('Target.createTarget',
		{ url => 'about:blank' })->{targetId};
	$self->{session} = $self->call('Target.attachToTarget',
		{ targetId => $target, flatten => JSON::PP::true })->{sessionId};
	$self->call('Page.enable');
	$self->call('Emulation.setScriptExecutionDisabled',
		{ value => JSON::PP::true }) unless $o{scripts} // 1;
	return $self;
}

# The next message; dies after so many seconds without one.
sub receive {
	my ($self, $until) = @_;
	my $end;
	while (($end = index $self->{buffer}, "\0") < 0) {
		my $left = $until - time;
		croak 'the browser does not answer' if $left <= 0 ||
			!IO::Select->new($self->{from})->can_read($left);
		sysread($self->{from}, $self->{buffer}, 65536,
			length $self->{buffer}) or croak 'the browser ended';
	}
	my $text = substr $self->{buffer}, 0, $end + 1, '';
	return $json->decode(substr $text, 0, -1);
}

sub call {
	my ($self, $method, $params) = @_;
	my $id = ++$self->{id};
	my $message = { id => $id, method => $method, params => $params // {} };
	$message->{sessionId} = $self->{session} if $self->{session};
	print { $self->{to} } $json->encode($message), "\0";
	my $until = time + 30;
	for (;;) {
		my $answer = $self->receive($until);
		push @{ $self->{events} }, $answer if $answer->{method};
		next if ($answer->{id} // 0) != $id;
		croak "$method: $answer->{error}{message}" if $answer->{error};
		return $answer->{result};
	}
}

sub wait_event {
	my ($self, $name) = @_;
	my $until = time + 30;
	for (;;) {
		while (my $event = shift @{ $self->{events} }) {
			return $event->{params} if $event->{method} eq $name;
		}
		push @{ $self->{events} }, $self->receive($until);
	}
}

sub go {
	my ($self, $url) = @_;
	@{ $self->{events} } = ();
	my $answer = $self->call('Page.navigate', { url => $url });
	croak "$url: $answer->{errorText}" if $answer->{errorText};
	$self->wait_event('Page.loadEventFired');
}

# Does what leads to another page, and waits for it.
sub follow {
	my ($self, $expression) = @_;
	@{ $self->{events} } = ();
	$self->evaluate($expression);
	$self->wait_event('Page.loadEventFired');
}

sub evaluate {
	my ($self, $expression) = @_;
	my $answer = $self->call('Runtime.evaluate', {
		expression => $expression, returnByValue => JSON::PP::true,
		awaitPromise => JSON::PP::true, userGesture => JSON::PP::true });
	croak "$expression: $answer->{exceptionDetails}{text}"
		if $answer->{exceptionDetails};
	return $answer->{result}{value};
}

sub resize {
	my ($self, $width, $height, %o) = @_;
	$self->call('Emulation.setDeviceMetricsOverride', { width => $width,
		height => $height, deviceScaleFactor => 1,
		mobile => $width < 700 ? JSON::PP::true : JSON::PP::false });
	$self->call('Emulation.setEmulatedMedia', { features => [{
		name => 'prefers-color-scheme',
		value => $o{dark} ? 'dark' : 'light' }] });
}

sub screenshot {
	my ($self, $path) = @_;
	my $picture = $self->call('Page.captureScreenshot', {});
	open my $file, '>:raw', $path or croak "$path: $!";
	print $file decode_base64($picture->{data});
	close $file or croak "$path: $!";
}

sub DESTROY {
	my ($self) = @_;
	return unless $self->{owner} == $$;
	local ($?, $@, $!);
	delete $self->{session};
	eval { $self->call('Browser.close') } or kill 'TERM', $self->{pid};
	waitpid $self->{pid}, 0;
}

1;
