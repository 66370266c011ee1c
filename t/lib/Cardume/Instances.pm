# SPDX-License-Identifier: AGPL-3.0-or-later
# Several instances of ours that speak to each other over loopback, each with
# its own PostgreSQL, nginx, programs and workers, and people on them.
#
#	my ($here, $there) = instances(2);
#	my $ann = person($here, 'ann');
#	my $uuid = $ann->upload(name => 'A film');
#	$ann->handle;			# ann@127.0.0.1:PORT
#	$ann->channel_handle;
#	my $me = $ann->api(GET => '/users/me');
#	$ann->api(POST => "/videos/$uuid/comment-threads", { text => 'Oh' });
#	like $ann->html("/w/$uuid"), qr/Oh/;
#	wait_for { $there->client->text('/') =~ /A film/ } 5, 'it appears';
package Cardume::Instances;
use strict;
use warnings;
use Carp qw(croak);
use Exporter qw(import);
use Time::HiRes qw(time);

use Cardume;

our @EXPORT = qw(instances person host_of wait_for);

# So many of them; further arguments are options of `./dev up`.
sub instances {
	my ($nr, @options) = @_;
	return map { Cardume->start(@options) } 1 .. $nr;
}

# The host of an instance's handles, with its port.
sub host_of { $_[0]->origin =~ s{^https?://}{}r }

# A test: the block becomes true within so many seconds. Its value, and what
# it was at the end is told where it was not.
sub wait_for(&$$) {
	my ($block, $seconds, $what) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my ($value, $why);
	my $began = time;
	my $is_true = wait_until {
		$value = eval { $block->() };
		$why = $@;
		$value;
	} $seconds;
	Test::More::ok($is_true, $what) or Test::More::diag(
		"not within $seconds s: " . ($why || $value // 'nothing'));
	Test::More::note(sprintf '%s: after %.1f s', $what, time - $began);
	return $value;
}

# A new user with a channel; more options as those of Cardume::user().
sub person {
	my ($instance, $name, %o) = @_;
	$name = $instance->user(unique($name), %o) unless $o{exists};
	my $self = bless { instance => $instance, name => $name },
		'Cardume::Instances::Person';
	$self->{token} = $instance->token($name);
	return $self;
}

package Cardume::Instances::Person;
use strict;
use warnings;
use Carp qw(croak);
use JSON::PP qw(encode_json decode_json);

use Cardume;

sub name { $_[0]{name} }
sub token { $_[0]{token} }
sub instance { $_[0]{instance} }
sub host { Cardume::Instances::host_of($_[0]{instance}) }
sub handle { "$_[0]{name}\@" . $_[0]->host }
sub url { $_[0]{instance}->origin . "/accounts/$_[0]{name}" }

sub me { $_[0]{me} //= $_[0]->api(GET => '/users/me') }
sub channel { $_[0]->me->{videoChannels}[0]{name} }
sub channel_handle { $_[0]->channel . '@' . $_[0]->host }
sub channel_url { $_[0]{instance}->origin . '/video-channels/' . $_[0]->channel }

# The answer to an operation of the REST API (HTTP::Tiny's).
sub call {
	my ($self, $method, $path, $document) = @_;
	my $client = $self->{client} //= $self->{instance}->client;
	$client->{headers}{authorization} = "Bearer $self->{token}";
	$path = "/api/v1$path" unless $path =~ m{^/api/};
	return $client->send_json($method, $path, $document) if $document;
	return $client->request($method, $path,
		headers => { accept => 'application/json' });
}

# The document of an answer that is 2xx; dies of others.
sub api {
	my ($self, $method, $path, $document) = @_;
	my $answer = $self->call($method, $path, $document);
	croak "$method $path: $answer->{status} $answer->{content}"
		unless $answer->{status} =~ /^2/;
	return length $answer->{content} ? decode_json($answer->{content}) :
		undef;
}

# A browser that has signed in.
sub browser {
	my ($self) = @_;
	return $self->{browser} //=
		$self->{instance}->sign_in($self->{name});
}

sub html { $_[0]->browser->text($_[1]) }

# A published video of a second; its UUID. Fields as of the API.
sub upload {
	my ($self, %fields) = @_;
	my $uuid = $self->{instance}->upload($self->{token},
		ffmpeg_clip(seconds => 1), %fields);
	return $self->{instance}->wait_published($uuid, 120);
}

1;
