# SPDX-License-Identifier: AGPL-3.0-or-later
# The clients of t/clients/package.json, installed once for all tests, below
# the build: their versions and hashes are in package-lock.json.
package Cardume::Npm;
use strict;
use warnings;
use Fcntl qw(:flock);
use File::Copy qw(copy);
use File::Path qw(make_path);

use Cardume;

# The folder node_modules; undef and why, where npm cannot get them.
sub modules {
	my $folder = "$Cardume::build/clients";
	my $lock_file = "$Cardume::top/t/clients/package-lock.json";
	make_path($folder);
	open my $lock, '>', "$folder/lock" or die "$folder/lock: $!";
	flock $lock, LOCK_EX;
	return "$folder/node_modules"
		if -e "$folder/done" && slurp("$folder/done") eq slurp($lock_file);
	copy("$Cardume::top/t/clients/$_", "$folder/$_") or die "$_: $!"
		for qw(package.json package-lock.json);
	my ($status, $out) = Cardume::run_command('timeout', 120, 'npm', 'ci',
		'--prefix', $folder, qw(--ignore-scripts --no-audit --no-fund));
	return (undef, $out) if $status;
	copy($lock_file, "$folder/done") or die "$folder/done: $!";
	return "$folder/node_modules";
}

1;
