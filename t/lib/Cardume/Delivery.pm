# SPDX-License-Identifier: AGPL-3.0-or-later
# A database of a test's own, other servers on loopback (Cardume::Sink), and
# worker `deliver` between them; seconds where an instance has minutes and days.
#
#	my $d = Cardume::Delivery->start;
#	my $actor = $d->actor($d->{sink}->host(2), 'ann');
#	$d->send([$actor], id => 'x');
#	$d->deliver;			# one round
#	my $pid = $d->spawn('deliver');	# for ever
package Cardume::Delivery;
use strict;
use warnings;
use parent -norequire, 'Cardume::Jobs';
use Cardume::Jobs;
use Cardume::Sink;
use Digest::SHA qw(sha256_base64);
use File::Temp qw(tempdir);
use JSON::PP qw(encode_json);
use MIME::Base64 qw(decode_base64);

sub start {
	my ($class, %o) = @_;
	my $self = $class->SUPER::start;
	$self->{sink} = Cardume::Sink->start if $o{sink} // 1;
	$self->set(retry_seconds => 2, retry_max_seconds => 60);
	$self->{signer} = $self->value('SELECT actor_id FROM account
		WHERE user_id IS NOT NULL');
	return $self;
}

sub configure {
	my ($self) = @_;
	$self->SUPER::configure;
	open my $conf, '<', "$self->{dir}/cardume.conf" or die $!;
	my $text = do { local $/; <$conf> };
	$text =~ s/video\.example/video.test/;
	open $conf, '>', "$self->{dir}/cardume.conf" or die $!;
	print $conf $text, "allow_private_addresses = loopback\n";
	close $conf;
}

sub set {
	my ($self, %settings) = @_;
	while (my ($name, $value) = each %settings) {
		$self->value("UPDATE setting SET value = '$value'
			WHERE name = 'delivery.$name'");
	}
}

# An actor of another server, with a shared inbox or none; its number.
sub actor {
	my ($self, $host, $name, %o) = @_;
	my $base = "http://$host";
	my $shared = $o{shared} // 1 ? "'$base/inbox'" : 'NULL';
	return $self->value(<<"END");
INSERT INTO actor (kind, name, host_id, url, inbox, shared_inbox, document)
SELECT 'Person', '$name\@$host', host_write('$host'), '$base/$name',
	'$base/$name/inbox', $shared, '{}' RETURNING id
END
}

sub follow {
	my ($self, $actor) = @_;
	$self->value("INSERT INTO follow (follower_id, target_id, state)
		VALUES ($actor, $self->{signer}, 'accepted')");
}

# activity_send(): id, subject, personal, proof, body (all of it).
sub send {
	my ($self, $targets, %o) = @_;
	my $subject = defined $o{subject} ? "'$o{subject}'" : 'NULL';
	my $body = encode_json($o{body} // { id => "$o{id}", type => 'Like',
		actor => 'http://video.test/accounts/root' });
	$self->value("SELECT activity_send($self->{signer}, '$body', '{" .
		join(',', @$targets) . "}', $subject, " .
		($o{proof} // 'false') . ', ' . ($o{personal} // 'false') . ')');
}

# What is due now; the exit status.
sub deliver {
	my ($self) = @_;
	my ($status, $log) = $self->worker(qw(--once deliver));
	$self->{log} = $log;
	return $status;
}

sub end {
	my ($self, $pid, $signal) = @_;
	kill $signal // 'TERM', $pid;
	waitpid $pid, 0;
	return $?;
}

# Nobody who is dead holds anything any more.
sub expire_leases {
	my ($self) = @_;
	$self->value("UPDATE host SET lease_until = now() - interval '1 second',
		next_at = now() WHERE lease_until IS NOT NULL");
}

# The time has come for all that waits.
sub hurry {
	my ($self) = @_;
	$self->value('UPDATE host SET next_at = now(); UPDATE delivery
		SET retry_at = now()');
}

sub sweep {
	my ($self) = @_;
	$self->value("UPDATE activity SET created_at = now() - interval '2 hours';
		SELECT delivery_sweep_write()");
}

# The row of a server; `wait`: seconds from the last visit until it is due.
sub host_row {
	my ($self, $host) = @_;
	return $self->row("SELECT *, extract(epoch FROM next_at -
		coalesce(last_try, now())) AS wait
		FROM host WHERE name = '$host'");
}

sub alive {
	my ($self, $host) = @_;
	$self->value("SELECT host_alive_write(host_named('$host'))");
}

sub waiting {
	my ($self, $host) = @_;
	return $self->value('SELECT count(*) FROM delivery' .
		($host ? " WHERE host_id = host_named('$host')" : ''));
}

# Is the request signed by our actor, as the draft has it?
sub signed {
	my ($self, $got) = @_;
	my %h = %{ $got->{headers} };
	return if $h{digest} ne 'SHA-256=' . sha256_base64($got->{body}) . '=';
	my %p = $h{signature} =~ /(\w+)="([^"]*)"/g;
	return if $p{keyId} ne 'http://video.test/accounts/root#main-key' ||
		$p{algorithm} ne 'rsa-sha256';
	$h{'(request-target)'} = lc($got->{method}) . " $got->{path}";
	my $dir = tempdir(CLEANUP => 1);
	my %files = (text => join("\n", map { "$_: $h{$_}" }
			split / /, $p{headers}),
		signature => decode_base64($p{signature}),
		key => $self->value("SELECT public_key FROM actor
			WHERE id = $self->{signer}") . "\n");
	for my $name (keys %files) {
		open my $file, '>:raw', "$dir/$name" or die $!;
		print $file $files{$name};
	}
	return $p{headers} eq '(request-target) host date digest' &&
		!system('openssl dgst -sha256 -verify ' .
			"$dir/key -signature $dir/signature $dir/text >$dir/out");
}

1;
