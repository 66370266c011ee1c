# SPDX-License-Identifier: AGPL-3.0-or-later
# What was public and is so no more went on being served by nginx's cache for
# as long as anybody asked: the refusal was not stored, so that the old answer
# stayed "stale while updating".
use strict;
use warnings;
use Test::More;
use Cardume;

my $cardume = Cardume->shared;
my $name = $cardume->user(unique('stale'));
my $uuid = $cardume->wait_published($cardume->upload($cardume->token($name),
	ffmpeg_clip(seconds => 1), waitTranscoding => 'true'));
my $stranger = $cardume->client;
my %accept = ('a page' => 'text/html', 'a document' => 'application/activity+json');

sub status {
	my ($accept) = @_;
	return $stranger->get("/w/$uuid", redirect => 0,
		headers => { accept => $accept })->{status};
}

is(status($accept{$_}), 200, "$_ is there") for sort keys %accept;
$cardume->psql("UPDATE video SET privacy = 3 WHERE uuid = '$uuid'");
for my $face (sort keys %accept) {
	# Asked all the time, so that the entry never falls out by itself.
	ok((wait_until { status($accept{$face}) == 404 } 20), "$face goes");
}
done_testing();
