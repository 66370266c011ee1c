# SPDX-License-Identifier: AGPL-3.0-or-later
# What became of an activity that a Cardume::Peer posted to an instance.
package Cardume::Inbox;
use strict;
use warnings;
use Exporter qw(import);
use Cardume qw(wait_until);

our @EXPORT = qw(kept is_idle count_of note_of);

# Whoever has proved an activity of a type that we do not handle (it is kept),
# by its id; undef when that does not happen.
sub kept {
	my ($cardume, $id, $seconds) = @_;
	my $sql = 'SELECT a.url FROM inbox i JOIN actor a ON a.id = i.signer_id'
		. " WHERE i.state = 3 AND ltrim(i.body, U&'\\FEFF')::jsonb ->> 'id' = '$id'";
	my $by;
	wait_until { $by = $cardume->psql($sql) } $seconds // 10;
	return $by || undef;
}

# Nothing waits, nor is being worked on.
sub is_idle {
	my ($cardume, $seconds) = @_;
	return wait_until { $cardume->psql(
		'SELECT count(*) FROM inbox WHERE state IN (0, 1)') == 0 }
		$seconds // 10;
}

# How often a type came to an end that begins like this.
sub count_of {
	my ($cardume, $type, $outcome) = @_;
	return $cardume->psql("SELECT coalesce(sum(nr), 0) FROM inbox_count"
		. " WHERE type = '$type' AND outcome LIKE '$outcome%'");
}

# Why an activity that is kept or put off was not applied.
sub note_of {
	my ($cardume, $id) = @_;
	return $cardume->psql("SELECT note FROM inbox"
		. " WHERE ltrim(body, U&'\\FEFF')::jsonb ->> 'id' = '$id'");
}

1;
