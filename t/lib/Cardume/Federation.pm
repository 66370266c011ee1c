# SPDX-License-Identifier: AGPL-3.0-or-later
# What tests of an instance with a scripted other server (Cardume::Peer) share:
# its things become known here, and its activities are applied.
#
#	my $here = Cardume::Federation->new($cardume, $peer);
#	my $video = $here->learn_video($document);	# id
#	my $bob = $here->learn_actor($actor);
#	is $here->apply(like => $actor, $activity), 'like';
package Cardume::Federation;
use strict;
use warnings;
use Carp qw(croak);
use JSON::PP ();

use Cardume;
use Cardume::Rows qw(sql_text);

my $json = JSON::PP->new->canonical;

sub new {
	my ($class, $cardume, $peer) = @_;
	return bless { cardume => $cardume, peer => $peer }, $class;
}

# Asks for something by job `fetch`; the id of its row when it is there.
sub learn {
	my ($self, $what, $table, $url) = @_;
	$self->{cardume}->psql("INSERT INTO job (queue, max_attempt, payload)
		VALUES (15, 3, '" . $json->encode({ what => $what,
			url => $url }) . "')");
	my $id;
	wait_until { $id = $self->{cardume}->psql(
		"SELECT id FROM $table WHERE url = '$url'") } 30
		or croak "$url did not become known";
	return $id;
}

sub learn_actor { $_[0]->learn('actor', 'actor', $_[1]{id}) }
sub learn_comment { $_[0]->learn('comment', 'comment', $_[1]{id}) }
sub learn_video { $_[0]->learn('video', 'video', $_[1]{id}) }

# What apply_KIND() makes of an activity that its actor has signed; the reason
# where it was refused.
sub apply {
	my ($self, $kind, @said) = @_;
	return $self->tried("apply_$kind", @said);
}

# The same, by the function of its type.
sub take { my ($self, @said) = @_; return $self->tried('activity_apply', @said) }

sub tried {
	my ($self, $function, $actor, $activity) = @_;
	my $text = sql_text($json->encode($activity));
	my $answer = $json->decode($self->{cardume}->psql("
		CREATE FUNCTION pg_temp.tried(activity jsonb) RETURNS jsonb
		LANGUAGE plpgsql AS \$\$
		BEGIN
			RETURN jsonb_build_object('done', $function((SELECT id
				FROM actor WHERE url = '$actor->{id}'),
				activity, NULL));
		EXCEPTION WHEN others THEN
			RETURN ap_caught(sqlstate, sqlerrm);
		END \$\$;
		SELECT pg_temp.tried($text)"));
	return $answer->{done} // join ': ', %$answer;
}

1;
