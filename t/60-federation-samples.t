# SPDX-License-Identifier: AGPL-3.0-or-later
# Every ActivityPub document that we have of other programs, made to be about
# things of ours: what becomes of it stands in t/ap/samples.expected, one line
# for each. CARDUME_WRITE_EXPECTED=1 writes that file anew: read the difference.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP ();
use Test::More;

use Cardume;
use Cardume::Database;
use Cardume::Instances;
use Cardume::Peer;
use Cardume::Samples;
use Cardume::Video;

plan skip_all => 'no ../shared/data/federation-samples here'
	unless Cardume::Samples::folder();
my $json = JSON::PP->new->utf8->canonical;
# Some are of hosts like peertube.local, whose files no page would show.
$ENV{PGOPTIONS} = '-c cardume.private=on';
my $expected_file = "$Cardume::top/t/ap/samples.expected";
my $db = Cardume::Database->start;
my ($status, $out) = $db->cardume('setup');
is $status, 0, 'setup' or BAIL_OUT($out);
for my $name (qw(ann bob)) {
	($status, $out) = $db->cardume(qw(user create), $name, '--email',
		"$name\@x.example", '--password-stdin', \"long enough\n");
	is $status, 0, "user $name" or BAIL_OUT($out);
}
my $uuid = 'a5059ae5-55c0-4bf9-b866-e91532baf1b7';
$db->value("INSERT INTO video (uuid, short_uuid, channel_id, name, privacy,
	state, wait_transcoding, files_are_public)
	SELECT '$uuid', '1111111111111111111111', c.id, 'Ours', 1, 1, true, true
	FROM channel c JOIN actor a ON a.id = c.actor_id
	WHERE a.name = 'ann_channel'");

# Applies steps as the worker does, with documents out of a table instead of
# the network, and takes all of it back.
$db->value(<<'SQL');
CREATE TABLE sample_document (url text PRIMARY KEY, document jsonb);
CREATE FUNCTION sample_tried(act text, argument jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
	outcome text;
BEGIN
	EXECUTE act INTO outcome USING argument;
	RETURN jsonb_build_object('done', outcome);
EXCEPTION WHEN others THEN
	RETURN ap_caught(sqlstate, sqlerrm);
END $$;
CREATE FUNCTION sample_step(step jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	r jsonb;
	found jsonb;
BEGIN
	FOR i IN 1 .. 60 LOOP
		r := sample_tried(CASE step ->> 'kind'
			WHEN 'activity' THEN 'SELECT activity_apply(remote_actor('
				'$1 ->> ''signer''), $1 -> ''document'', NULL)'
			WHEN 'actor' THEN 'SELECT ''actor'' FROM '
				'actor_store($1 -> ''document'')'
			WHEN 'video' THEN 'SELECT ''video'' FROM '
				'video_store($1 -> ''document'')'
			ELSE 'SELECT ''comment'' FROM '
				'comment_store($1 -> ''document'')' END, step);
		IF NOT r ? 'need' THEN
			RETURN (SELECT key || ': ' || value
				FROM jsonb_each_text(r));
		END IF;
		found := (SELECT d.document FROM sample_document d
			WHERE d.url = r ->> 'need');
		PERFORM fetched_write(r ->> 'need', CASE WHEN found IS NULL
			THEN 404 ELSE 200 END, found, r ->> 'need', NULL);
	END LOOP;
	RETURN 'has no end: needs ' || (r ->> 'need');
EXCEPTION WHEN others THEN
	RETURN 'CRASH ' || sqlstate || ' ' || sqlerrm;
END $$;
CREATE FUNCTION sample_rows() RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object(
		'comment', (SELECT count(*) FROM comment
			WHERE deleted_at IS NULL),
		'rate', (SELECT count(*) FROM rate),
		'share', (SELECT count(*) FROM share WHERE url IS NOT NULL),
		'video', (SELECT count(*) FROM video),
		'playlist', (SELECT count(*) FROM playlist),
		'report', (SELECT count(*) FROM abuse),
		'follower', (SELECT count(*) FROM follow f JOIN actor a
			ON a.id = f.follower_id WHERE a.host_id IS NOT NULL),
		'following', (SELECT count(*) FROM follow f JOIN actor a
			ON a.id = f.target_id WHERE a.host_id IS NOT NULL
			AND f.state = 'accepted'))
$$;
CREATE FUNCTION sample_run(steps jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	step jsonb;
	before jsonb;
	outcome text;
BEGIN
	IF steps -> -1 -> 'document' ->> 'type' IN ('Accept', 'Reject') THEN
		step := jsonb_build_object('kind', 'actor', 'document',
			(SELECT d.document FROM sample_document d
			WHERE d.url = steps -> -1 ->> 'signer'));
		PERFORM sample_step(step);
		INSERT INTO follow (follower_id, target_id, state, url)
		SELECT b.id, a.id, 'pending',
			'http://video.example/accounts/bob/follows/1'
		FROM actor a, actor b
		WHERE a.url = steps -> -1 ->> 'signer' AND b.name = 'bob';
	END IF;
	FOR step IN SELECT jsonb_array_elements(steps) LOOP
		before := sample_rows();
		outcome := sample_step(step);
	END LOOP;
	outcome := regexp_replace(outcome, '\s+', ' ', 'g');
	RAISE EXCEPTION USING ERRCODE = 'SA000', MESSAGE = outcome || E'\t' ||
		(SELECT coalesce(string_agg(a.key || CASE WHEN d > 0 THEN '+'
				ELSE '' END || d, ' ' ORDER BY a.key), '')
		FROM jsonb_each_text(sample_rows()) a
		JOIN jsonb_each_text(before) b USING (key)
		CROSS JOIN LATERAL (SELECT a.value::int - b.value::int) n (d)
		WHERE d <> 0);
EXCEPTION WHEN SQLSTATE 'SA000' THEN
	RETURN sqlerrm;
END $$;
SQL

# JSON cannot say NUL in jsonb, and a dollar quote ends at its tag alone.
sub literal { '$sample$' . ($json->encode($_[0]) =~ s/\\u0000//gr) .
	'$sample$::jsonb' }

my %ours = (video => "http://video.example/videos/watch/$uuid",
	account => 'http://video.example/accounts/ann',
	channel => 'http://video.example/video-channels/ann_channel',
	follower => 'http://video.example/accounts/bob',
	follow => 'http://video.example/accounts/bob/follows/1');
my @samples = Cardume::Samples::all();
# Of those that were made for us, one side is named as we are here.
$_->{document} = Cardume::Samples::rehost($_->{document},
	'https://video.example', 'https://other.example') for @samples;
cmp_ok scalar @samples, '>', 500, 'samples';

my $library = Cardume::Samples::library(map { $_->{document} } @samples);
my @urls = sort keys %$library;
while (my @some = splice @urls, 0, 100) {
	$db->value('INSERT INTO sample_document VALUES ' . join ', ', map {
		'(' . literal($_) . " #>> '{}', " . literal($library->{$_}) .
		')' } @some);
}

my @lines;
while (my @some = splice @samples, 0, 50) {
	my $rows = $db->value(join ";\n", map { 'SELECT sample_run(' .
		literal([ Cardume::Samples::steps($_->{document}, \%ours) ]) .
		')' } @some);
	my @outcomes = split /\n/, $rows;
	is scalar @outcomes, scalar @some, 'an outcome for each';
	for my $i (0 .. $#some) {
		my $d = $some[$i]{document};
		my $object = Cardume::Samples::type($d->{object});
		push @lines, join "\t", $some[$i]{file},
			Cardume::Samples::type($d) . ($object && "/$object"),
			$outcomes[$i];
	}
}
if ($ENV{CARDUME_WRITE_EXPECTED}) {
	open my $file, '>', $expected_file or die "$expected_file: $!";
	print $file map { "$_\n" } @lines;
	close $file or die $!;
}
my %expected = map { /^([^\t]+)\t(.*)/ ? ($1 => $2) : () }
	split /\n/, slurp($expected_file);
my %count;
for (@lines) {
	my ($file, $said) = /^([^\t]+)\t(.*)/;
	is $said, delete $expected{$file} // 'nothing is expected of it', $file;
	unlike $said, qr/CRASH|has no end|: (?:22|23|54)\w{3} /, "$file ends in order";
	my ($program) = $file =~ m{^([^/]*)};
	my ($end) = $said =~ /\t(\w+):/;
	$count{$program}{ $end // 'other' }++;
}
is join(' ', sort keys %expected), '', 'nothing is missing';

# --- through the real inbox --------------------------------------------------

# One reply of each program that is taken above: its ids are moved to a server
# of ours, which signs it anew.
my $cardume = Cardume->shared;
my $ann = person($cardume, 'ann');
my $video = Cardume::Video->make($cardume, $ann->name, name => 'Samples');
my $here = $cardume->origin . "/videos/watch/$video->{uuid}";
my %chosen;
for (@lines) {
	my ($program, $file) = m{^(([^/]*)/[^\t]*)\tCreate/.*done:.*comment\+1}
		? ($2, $1) : next;
	my $d = Cardume::Samples::one($file);
	# mbin's have their ids taken out
	next if grep { ($_ // '') !~ m{^https?://} } $d->{id}, $d->{object}{id};
	$chosen{$program} //= $file;
}
for my $program (sort keys %chosen) {
	my $d = Cardume::Samples::one($chosen{$program});
	my $old = Cardume::Samples::id($d->{actor});
	my ($origin, $path) = $old =~ m{^(https?://[^/]+)(/.*)} or next;
	my $peer = Cardume::Peer->start(software => $program);
	my $known = Cardume::Samples::rehost($library->{$old}, $origin,
		$peer->origin);
	my $actor = $peer->actor($known->{preferredUsername} // 'somebody',
		path => $path, map { $_ => $known->{$_} }
		grep { defined $known->{$_} }
		qw(type name summary icon image url attachment tag));
	$d = Cardume::Samples::rehost($d, $origin, $peer->origin);
	$d->{object} = Cardume::Samples::answering($d->{object}, $here);
	my $id = $d->{object}{id};
	$peer->document($id =~ s{^https?://[^/]+}{}r, $d->{object});
	my $answer = $peer->post($cardume->origin . '/inbox', $d,
		signer => $actor);
	like $answer->{status}, qr/^20[024]$/, "$program: it is taken" or
		diag $answer->{content};
	wait_for { $cardume->psql("SELECT count(*) FROM comment
		WHERE url = '$id'") == 1 } 15, "$chosen{$program}: a comment";
}
note sprintf '%-22s %3d done %3d refused %3d later', $_,
	map { $_ // 0 } @{ $count{$_} }{qw(done refused later)}
	for sort keys %count;
done_testing;
