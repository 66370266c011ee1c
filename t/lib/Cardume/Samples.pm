# SPDX-License-Identifier: AGPL-3.0-or-later
# The sample documents of other programs (../shared/data/federation-samples),
# made to be about things of ours.
#
#	for my $sample (Cardume::Samples::all()) {
#		$sample->{file};	# mastodon/mastodon-like.json
#		$sample->{program};	# mastodon
#		$sample->{document};
#	}
package Cardume::Samples;
use strict;
use warnings;
use JSON::PP ();

use Cardume;

my $json = JSON::PP->new->utf8->canonical;

our @notes = qw(Note Article Page Question ChatMessage Event Audio Image);
our @actors = qw(Person Group Application Service Organization);
my %is_note = map { $_ => 1 } @notes;
my %is_actor = map { $_ => 1 } @actors;

sub folder { shared_data('federation-samples') }

# Those that are ActivityPub: objects with a type.
sub all {
	my $folder = folder() // return;
	my @found;
	for my $path (sort glob "$folder/*/*.json") {
		# Mbin's test suite took ids out of what it keeps.
		my $nr = 0;
		my $text = slurp($path) =~
			s{SCRUBBED_ID}{"https://kbin.test/scrubbed/" . ++$nr}ger;
		my $document = eval { $json->decode($text) };
		next unless ref $document eq 'HASH' && type($document);
		my $file = substr $path, 1 + length $folder;
		my ($program) = $file =~ m{^([^/]*)};
		push @found, { file => $file, program => $program,
			document => $document };
	}
	return @found;
}

sub one {
	my ($file) = @_;
	return $json->decode(slurp(folder() . "/$file"));
}

sub copy { $json->decode($json->encode($_[0])) }

sub type {
	my ($value) = @_;
	return '' unless ref $value eq 'HASH';
	my $type = $value->{type} // $value->{'@type'} // '';
	return ref $type eq 'ARRAY' ? $type->[0] // '' : $type;
}

sub id {
	my ($value) = @_;
	$value = $value->[0] if ref $value eq 'ARRAY';
	return ref $value eq 'HASH' ? $value->{id} // $value->{href} : $value;
}

sub is_note { $is_note{ type($_[0]) } }
sub is_actor { $is_actor{ type($_[0]) } }

# With another host in all its URLs: rehost($document, 'https://old.example',
# 'http://127.0.0.1:1234').
sub rehost {
	my ($document, $old, $new) = @_;
	my $text = $json->encode($document);
	$text =~ s{\Q$old\E(?![\w.:-])}{$new}g;
	my ($old_host, $new_host) = map { s{^https?://}{}r } $old, $new;
	$text =~ s{\@\Q$old_host\E(?![\w.:-])}{\@$new_host}g;
	return $json->decode($text);
}

# A document that answers our thing, whatever it answered before.
sub answering {
	my ($document, $url) = @_;
	$document->{inReplyTo} = $url;
	delete $document->{inReplyToAtomUri};
	return $document;
}

# --- what is applied ---------------------------------------------------------

# The steps that bring a sample to its end, the last one being the sample
# itself: { kind => 'activity', signer => URL, document => ... }, or kind
# 'actor', 'video', 'comment' for documents without an activity. `ours` has the
# URLs of our video, account, channel and follow.
sub steps {
	my ($document, $ours) = @_;
	my $d = copy($document);
	my $type = type($d);
	return { kind => 'actor', document => $d } if is_actor($d);
	return { kind => 'video', document => $d } if $type eq 'Video';
	return { kind => 'comment', document => answering($d, $ours->{video}) }
		if is_note($d) && !exists $d->{actor};
	$d = { type => 'Create', id => ($d->{id} // '') . '/activity',
		object => $d, actor => id($d->{attributedTo}),
		'@context' => delete $d->{'@context'} }
		if $type =~ /^(?:Playlist|CacheFile|WatchAction)$/;
	my @before = about_ours($d, $ours);
	return map { { kind => 'activity', document => $_,
		signer => id($_->{actor}) } } @before, $d;
}

# Makes an activity be about things of ours; the activities that must have come
# before it.
sub about_ours {
	my ($d, $ours) = @_;
	my $type = type($d);
	my $object = $d->{object};
	if ($type eq 'Follow') {
		$d->{object} = $ours->{channel};
	} elsif ($type =~ /^(?:Like|Dislike|EmojiReact|View|Download)$/ ||
			$type eq 'Announce' && (!ref $object || is_note($object))) {
		$d->{object} = $ours->{video};
	} elsif ($type =~ /^(?:Accept|Reject)$/) {
		$d->{object} = $ours->{follow} unless ref $object;
		@{ $d->{object} }{qw(id actor)} = @$ours{qw(follow follower)}
			if type($object) eq 'Follow';
	} elsif ($type eq 'Flag') {
		$d->{object} = [ $ours->{account}, $ours->{video} ];
	} elsif ($type eq 'Create' && is_note($object)) {
		answering($object, $ours->{video});
	} elsif ($type =~ /^(?:Announce|Undo)$/ && ref $object eq 'HASH') {
		my @before = about_ours($object, $ours);
		return $type eq 'Undo' ? (@before, { %{ copy($object) },
			actor => $d->{actor} }) : ();
	} elsif ($type eq 'Update' && is_note($object)) {
		answering($object, $ours->{video});
		return created($d, { %{ copy($object) }, updated => undef });
	} elsif ($type eq 'Update' && ref $object eq 'HASH' &&
			!is_actor($object)) {
		return created($d, copy($object));
	} elsif ($type eq 'Delete' && defined id($object) &&
			id($object) ne id($d->{actor})) {
		return created($d, { type => 'Note', id => id($object),
			inReplyTo => $ours->{video}, content => 'Was here',
			to => ['https://www.w3.org/ns/activitystreams#Public'],
			published => '2026-01-01T00:00:00Z',
			attributedTo => id($d->{actor}) });
	}
	return;
}

sub created {
	my ($d, $object) = @_;
	return { type => 'Create', id => id($object) . '/sample-create',
		actor => $d->{actor}, to => $object->{to}, object => $object };
}

# --- documents that are not among the samples --------------------------------

# URL => document of everything that samples name: themselves, their embedded
# objects, and actors made up where there is none that could be stored.
sub library {
	my (@documents) = @_;
	my (%found, %wanted);
	collect($_, \%found, \%wanted) for @documents;
	for my $url (sort grep { /^https?:/ } keys %wanted) {
		my $known = $found{$url};
		$found{$url} = made_up($url, $wanted{$url}) unless $known &&
			is_actor($known) && $known->{inbox} &&
			$known->{preferredUsername};
	}
	$found{$_} //= made_up($_, 'Person') for map { id($_->{attributedTo}) }
		grep { type($_) eq 'Group' && $_->{attributedTo} } values %found;
	# Lemmy's persons and groups may have the same name: two links.
	my %finger;
	for my $id (sort keys %found) {
		my $actor = $found{$id};
		next unless is_actor($actor) && $actor->{preferredUsername} &&
			$id =~ m{^https?://([^/]+)};
		my $acct = lc "acct:$actor->{preferredUsername}\@$1";
		$finger{$acct} //= { subject => $acct, links => [] };
		push @{ $finger{$acct}{links} }, { rel => 'self', href => $id,
			type => 'application/activity+json' };
	}
	$found{$_} //= $finger{$_} for keys %finger;
	return \%found;
}

sub collect {
	my ($value, $found, $wanted) = @_;
	if (ref $value eq 'ARRAY') {
		collect($_, $found, $wanted) for @$value;
		return;
	}
	return unless ref $value eq 'HASH';
	$found->{ $value->{id} } //= $value if type($value) &&
		defined $value->{id} && !ref $value->{id} &&
		keys %$value > 3;
	for my $key (qw(actor attributedTo)) {
		my $one = $value->{$key} // next;
		for (ref $one eq 'ARRAY' ? @$one : $one) {
			my $url = id($_) // next;
			$wanted->{$url} ||= type($_);
		}
	}
	collect($value->{$_}, $found, $wanted) for sort keys %$value;
}

sub made_up {
	my ($url, $type) = @_;
	my ($origin, $name) = $url =~ m{^(https?://[^/]+).*?([\w.-]+)/?$};
	$type = $url =~ m{/(?:video-channels|c|m|communit\w+|groups?)/} ?
		'Group' : 'Person' unless $is_actor{ $type // '' };
	my $key = `cat @{[folder()]}/vectors/test-key.pub.pem`;
	return { type => $type, id => $url, inbox => "$url/inbox",
		preferredUsername => $name // 'somebody',
		publicKey => { id => "$url#main-key", owner => $url,
			publicKeyPem => $key },
		$type eq 'Group' ? (attributedTo => [ { type => 'Person',
			id => "$origin/accounts/owner" } ]) : () };
}

1;
