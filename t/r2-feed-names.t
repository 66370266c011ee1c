# SPDX-License-Identifier: AGPL-3.0-or-later
# A channel named like another channel's number: whoever took such a name broke
# that channel's feeds (two rows for one) and stood in them.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;
use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my $owner = $cardume->user(unique('fed'));
my $video = Cardume::Video->make($cardume, $owner, name => 'The real one');
my ($channel, $account) = split /\|/, $cardume->psql("SELECT c.id, c.account_id
	FROM channel c JOIN video v ON v.channel_id = c.id
	WHERE v.id = $video->{id}");

# The names are chosen as a user may choose them for channels.
my $squatter = $cardume->user(unique('squ'));
my $browser = $cardume->sign_in($squatter);
my $form = '/my-library/video-channels/create';
for my $number ($channel, $account) {
	next if $cardume->psql("SELECT count(*) FROM used_name
		WHERE name = '$number'");
	my ($csrf) = $browser->text($form) =~ /name="csrf" value="([^"]+)"/;
	$browser->post($form, { csrf => $csrf, name => $number,
		displayName => 'Squatter' });
	is($cardume->psql("SELECT count(*) FROM actor
		WHERE name = '$number'"), 1, "a channel named $number");
}
for my $query ("videoChannelId=$channel", "accountId=$account") {
	for my $kind (qw(xml atom json)) {
		my $answer = $cardume->client->get(
			"/feeds/videos.$kind?$query");
		is($answer->{status}, 200, "$kind?$query");
		like($answer->{content}, qr/The real one/, 'has its video');
		unlike($answer->{content}, qr/Squatter/, 'and nobody else');
	}
}
my $answer = $cardume->client->get(
	"/feeds/videos.json?videoChannelName=$channel");
is_deeply(decode_json($answer->{content})->{items}, [],
	'by its name the other one');
is(decode_json($answer->{content})->{title}, 'Squatter', 'it is that');
done_testing();
