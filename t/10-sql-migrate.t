# SPDX-License-Identifier: AGPL-3.0-or-later
# `cardume setup` and `cardume migrate` make the same database however often
# they run; an edited migration is refused; seeds are PeerTube's.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume::Database;

my $db = Cardume::Database->start;

my ($status, $out) = $db->cardume('migrate');
is $status, 1, 'no database yet: migrate fails';
like $out, qr/cannot reach the database/, 'and says so';

($status, $out) = $db->cardume(qw(setup database));
is $status, 0, 'setup database' or diag $out;
ok !-e "$db->{dir}/run/secret", 'makes no file';
($status, $out) = $db->cardume('setup');
is $status, 0, 'setup' or diag $out;
like $out, qr/applied 0001-base\.sql/, 'applied the first migration';

# Everything a schema is made of, and the data setup and seeds put there.
sub dump_all {
	my $dump = $db->must("$db->{programs}/pg_dump",
		"host=$db->{dir}/server user=postgres dbname=cardume");
	$dump =~ s/^\\(un)?restrict .*\n//mg;
	$dump =~ s/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\+\d\d//g;
	# The order of rights within a list says nothing.
	return [sort split /\n/, $dump];
}

sub same {
	my ($got, $expected, $what) = @_;
	my %known = map { $_ => 1 } @$expected;
	ok "@$got" eq "@$expected", $what
		or diag map { "$_\n" } grep { !$known{$_} } @$got;
}

my $first = dump_all();
like "@$first", qr/CREATE TABLE public\.video /, 'the dump holds the schema';
($status, $out) = $db->cardume('setup');
is $status, 0, 'setup again' or diag $out;
unlike $out, qr/applied|made/, 'had nothing to do';
same(dump_all(), $first, 'the same database');
($status, $out) = $db->cardume('migrate', '--force');
is $status, 0, 'rebuild and seed applied again' or diag $out;
like $out, qr/applied rebuild/, 'said so';
same(dump_all(), $first, 'the same database');

my $secret = "$db->{dir}/run/secret";
is -s $secret, 32, 'the secret has 32 bytes';
is sprintf('%o', (stat $secret)[2] & 07777), 640, 'readable by its group only';
ok -d "$db->{dir}/run/media/$_", "directory $_" for qw(incoming source work
	public/static/web-videos private/static/streaming-playlists/hls
	public/lazy-static/avatars);

# A right or function of an older version does not stay.
$db->value('CREATE FUNCTION old() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
	CREATE VIEW old_view AS SELECT old() AS x;
	GRANT SELECT ON actor_key TO cardume_ap');
($status, $out) = $db->cardume('migrate', '--force');
is $status, 0, 'migrate over an old function, view and grant' or diag $out;
same(dump_all(), $first, 'they are gone');

# Two at once: one waits for the other.
my @pids = map {
	my $pid = fork // die;
	if (!$pid) {
		my ($failed) = $db->cardume('migrate', '--force');
		require POSIX;
		POSIX::_exit($failed);
	}
	$pid;
} 1 .. 4;
my $failed = grep { waitpid $_, 0; $? } @pids;
is $failed, 0, 'four at once all succeed';
same(dump_all(), $first, 'the same database');

# A copy of sql/ whose migration was edited, then one with an error.
my $copy = "$db->{dir}/sql";
$db->must('cp', '-r', "$Cardume::Database::top/sql", $copy);
$db->{sql} = $copy;
sub append {
	my ($file, $text) = @_;
	open my $out, '>>', "$copy/$file" or die "$copy/$file: $!";
	print $out $text;
	close $out;
}
append('migrations/0001-base.sql', "-- edited\n");
($status, $out) = $db->cardume('migrate');
is $status, 1, 'an edited migration is refused';
like $out, qr/0001-base\.sql was changed after/, 'by name';
$db->must('cp', "$Cardume::Database::top/sql/migrations/0001-base.sql",
	"$copy/migrations");
append('migrations/9999-broken.sql',
	"CREATE TABLE half_done (id int);\n\nSELECT nonsense;\n");
($status, $out) = $db->cardume('migrate');
is $status, 1, 'a broken migration fails';
like $out, qr/9999-broken\.sql:3: column "nonsense"/, 'with file and line';
same(dump_all(), $first, 'and leaves nothing behind');
unlink "$copy/migrations/9999-broken.sql";
append('migrations/9998-more.sql', "CREATE TABLE more (id int);\n");
($status, $out) = $db->cardume('migrate');
is $status, 0, 'a new migration is applied' or diag $out;
is $db->value('SELECT count(*) FROM more'), 0, 'its table is there';
is $db->value("SELECT count(*) FROM migration WHERE name = '9998-more.sql'
	AND checksum ~ '^[0-9a-f]{64}\$'"), 1, 'and its record';

# PeerTube's numbers and words.
is $db->value('SELECT count(*) || min(id)::text || max(id) FROM category'),
	'18118', 'categories 1 to 18';
is $db->value("SELECT id FROM category WHERE label = 'Science & Technology'"),
	15, 'a category';
is $db->value('SELECT label FROM licence WHERE id = 5'),
	'Attribution - Non Commercial - Share Alike', 'a licence';
is $db->value("SELECT string_agg(label, ',' ORDER BY id) FROM privacy"),
	'Public,Unlisted,Private,Internal,Password protected', 'privacies';
is $db->value('SELECT label FROM video_state WHERE id = 7'),
	'Transcoding failed', 'a state';
is $db->value("SELECT label FROM language WHERE id = '$_->[0]'"), $_->[1],
	"language $_->[0]" for [pt => 'Portuguese (Brazilian)'],
	[en => 'English'], ['zh-Hans' => 'Simplified Chinese'],
	[ase => 'American Sign Language'], [eo => 'Esperanto'],
	[la => 'Latin'], [zxx => 'No linguistic content'], [kab => 'Kabyle'];

is $db->value("SELECT kind FROM actor WHERE name = 'peertube'"),
	'Application', 'the server actor';
is $db->value("SELECT value FROM setting WHERE name = 'origin'"),
	'http://video.example', 'the origin';

done_testing;
