# SPDX-License-Identifier: AGPL-3.0-or-later
# PostgreSQL looks into a PL/pgSQL function only when it is called:
# plpgsql_check looks at all of them, for names that are not there.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume::Database;

my $db = Cardume::Database->start;
my ($status, $out) = $db->cardume('setup');
is $status, 0, 'setup' or BAIL_OUT($out);
($status, $out) = $db->run('postgres', 'CREATE EXTENSION plpgsql_check');
is $status, 0, 'the extension' or BAIL_OUT($out);

my $functions = "FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
	WHERE l.lanname = 'plpgsql' AND p.prorettype <> 'trigger'::regtype
	AND p.pronamespace = 'public'::regnamespace
	AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid
		AND d.deptype = 'e')";
($status, $out) = $db->run('postgres', "SELECT count(*) $functions");
cmp_ok $out, '>', 100, 'functions to look at';
($status, $out) = $db->run('postgres', "SELECT string_agg(name || ': ' || said,
	chr(10)) FROM (SELECT p.proname AS name, plpgsql_check_function(p.oid,
	fatal_errors => false, other_warnings => false,
	extra_warnings => false) AS said $functions) looked
	WHERE said ~ '^error'");
is $status, 0, 'looked at' or diag $out;
is $out =~ s/\s+\z//r, '', 'no function names what is not there';

done_testing;
