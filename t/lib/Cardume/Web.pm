# SPDX-License-Identifier: AGPL-3.0-or-later
# Other servers as a table of documents: runs SQL that wants documents of
# elsewhere as the worker does, without one.
#
#	my $web = Cardume::Web->new($db);
#	$web->add({ id => 'https://peer.example/a', type => 'Person', ... });
#	$web->status('https://peer.example/b', 410);
#	$web->jrd('acct:a@peer.example', 'https://peer.example/a');
#	my ($value, $error) = $web->settle("SELECT remote_actor('...')");
package Cardume::Web;
use strict;
use warnings;
use JSON::PP;

my $json = JSON::PP->new->canonical->allow_nonref->ascii;

sub new {
	my ($class, $db) = @_;
	return bless { db => $db, web => {}, asked => [] }, $class;
}

# SQL's text of anything.
sub literal {
	my ($value) = @_;
	return 'NULL' if !defined $value;
	$value = $json->encode($value) if ref $value;
	return "'" . ($value =~ s/'/''/gr) . "'";
}

sub add {
	my ($self, $document, $url) = @_;
	$self->{web}{ $url // $document->{id} } = [ 200, $document ];
	return $document;
}

sub status {
	my ($self, $url, $status) = @_;
	$self->{web}{$url} = [ $status ];
}

# A redirect to where that document is.
sub redirect {
	my ($self, $url, $document) = @_;
	$self->{web}{$url} = [ 200, $document, $document->{id} ];
	return $url;
}

# WebFinger's answer; `subject` where it is another.
sub jrd {
	my ($self, $acct, $url, $subject) = @_;
	$self->{web}{$acct} = [ 200, { subject => $subject // $acct, links => [
		map { { rel => 'self', type => 'application/activity+json',
			href => $_ } } ref $url ? @$url : $url ] } ];
}

# Nothing that was fetched is remembered.
sub forget { $_[0]{db}->value('TRUNCATE fetched') }

# What was asked for since the last call.
sub asked {
	my ($self) = @_;
	return splice @{ $self->{asked} };
}

# The worker's loop in one call of psql.
my $loop = <<'END';
CREATE FUNCTION pg_temp.settle(wanted text, web jsonb, OUT value text,
	OUT asked text[]) LANGUAGE plpgsql AS $$
BEGIN
	asked := '{}';
	FOR i IN 1 .. 30 LOOP
		BEGIN
			EXECUTE wanted INTO value;
			RETURN;
		EXCEPTION WHEN SQLSTATE 'AP001' THEN
			asked := asked || SQLERRM;
			PERFORM fetched_write(SQLERRM,
				coalesce((web -> SQLERRM ->> 0)::int, 404),
				web -> SQLERRM -> 1,
				coalesce(web -> SQLERRM ->> 2, SQLERRM), NULL);
		END;
	END LOOP;
	RAISE 'no end of documents';
END $$;
END

# (value, undef) or (undef, "AP002: why").
sub settle {
	my ($self, $sql) = @_;
	my ($status, $out) = $self->{db}->run('', $loop .
		"SELECT row_to_json(s) FROM pg_temp.settle(" . literal($sql) .
		', ' . literal($self->{web}) . ') s');
	return (undef, $out =~ /ERROR: +(\w{5}: .*)/ ? $1 : $out) if $status;
	my $answer = $json->decode($out);
	push @{ $self->{asked} }, @{ $answer->{asked} };
	return ($answer->{value}, undef);
}

1;
