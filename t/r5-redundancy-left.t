#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# A copy that is wanted does not wait for ever: neither where the video gets other
# files before they are here, nor where its job is no more. And files of the old
# ones are not taken for the new.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Federation;
use Cardume::Peer;

my $cardume = Cardume->shared;
my $peer = Cardume::Peer->start(software => 'peertube');
my $here = Cardume::Federation->new($cardume, $peer);
my $bob = $peer->actor('bob', path => '/accounts/bob');
my $films = $peer->actor('films', type => 'Group',
	path => '/video-channels/films', attributedTo => [{ type => 'Person',
		id => $bob->{id} }]);
my $video = $here->learn_video($peer->video($bob, $films,
	name => unique('Changing'), url => [ $peer->playlist_link ]));
my $id = $cardume->psql("SELECT redundancy_add($video, 'manual')");

# All of it in one transaction, which leaves nothing to the workers.
sub then_told {
	my ($what, $told) = @_;
	return $cardume->psql("BEGIN; $what; SELECT redundancy_review_write();
		SELECT $told FROM redundancy r WHERE id = $id; ROLLBACK");
}
my $change = "UPDATE streaming_playlist SET url = url || '.new'
	WHERE video_id = $video";
like then_told($change, "state || (playlist_url LIKE '%.new')::text"),
	qr/^wantedtrue$/m, 'other files: these are wanted now';
my $folder = $cardume->psql("SELECT redundancy_folder(r) FROM redundancy r
	WHERE id = $id");
like then_told($change, "redundancy_kept_write(id, 1000, '$folder')"), qr/^f$/m,
	'the old ones are not taken';
like then_told($change,
	'redundancy_kept_write(id, 1000, redundancy_folder(r))'), qr/^t$/m,
	'the new ones are';
my $stop = "DELETE FROM job WHERE uniq = 'redundancy $id'";
like then_told($stop, "state || ' ' || error"), qr/^failed Its job was stopped/m,
	'without a job it has failed, in words';
like then_told('SELECT', "state || coalesce(error, '')"), qr/^wanted$/m,
	'with one it waits';
$cardume->psql("SELECT redundancy_remove($id)");
done_testing;
