# SPDX-License-Identifier: AGPL-3.0-or-later
# Every named query is prepared and planned, with the rights it needs, under
# the role of the program it belongs to.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume::Database;

my $db = Cardume::Database->start;
my ($status, $out) = $db->cardume('setup');
is $status, 0, 'setup' or BAIL_OUT($out);

my @files = glob "$Cardume::Database::top/sql/{admin,ap,api,feed,job,media,"
	. 'page,upload,user}/*.sql';
($status, $out) = $db->cardume('check', '--queries');
is $status, 0, 'all queries' or diag $out;
like $out, qr/^(\d+) queries tried/m, 'says how many';
$out =~ /^(\d+) queries tried/m;
cmp_ok $1, '>=', scalar @files, 'one for each file at least';

done_testing;
