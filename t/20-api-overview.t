#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# GET /api/v1/overviews/videos: samples of six videos at least.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->start;
my $client = $cardume->client;
my ($ann, $bob) = map { $cardume->user($_) } qw(ann bob);
my $at = '/api/v1/overviews/videos';

is_deeply $client->json($at), { categories => [], channels => [],
	tags => [] }, 'of an empty instance';
sub make { Cardume::Video->make($cardume, @_, bare => 1) }
make($ann, name => "Sea $_", category => 1, tags => '{sea,boat}', age => $_)
	for 1 .. 6;
make($bob, name => "Hill $_", category => 2, tags => '{hill}', age => $_)
	for 1 .. 5;
make($bob, name => 'Hidden hill', category => 2, tags => '{hill}',
	privacy => $_) for 2, 3, 4;
make($bob, name => 'Coming hill', category => 2, tags => '{hill}', state => 2);
make($ann, name => "Cut $_", category => 3, nsfw => 'true', age => 99)
	for 1 .. 6;

# Every page, the first under two names: nginx keeps answers for a while.
my (%seen, %videos);
for my $query ('x=1', map { "page=$_&x=1" } 2 .. 20) {
	my $page = $client->json("$at?$query");
	is_deeply [sort keys %$page], [qw(categories channels tags)], $query;
	for my $kind (keys %$page) {
		cmp_ok scalar @{ $page->{$kind} }, '<=', 1, "one of $kind";
		for my $sample (@{ $page->{$kind} }) {
			my $name = $sample->{tag} //
				($sample->{category} // {})->{label} //
				$sample->{channel}{name};
			push @{ $seen{$kind} }, $name;
			$videos{$name} = join ' ', map { $_->{name} }
				@{ $sample->{videos} };
		}
	}
}
is_deeply { map { $_ => [sort @{ $seen{$_} }] } keys %seen },
	{ categories => ['Music', 'Vehicles'], channels => ['ann_channel'],
	tags => ['boat', 'sea'] }, 'what six videos have, once each';
is $videos{sea}, 'Sea 1 Sea 2 Sea 3 Sea 4 Sea 5 Sea 6', 'the newest first';
is [split /(?<=\d) /, $videos{ann_channel}]->[6], 'Cut 6', 'sensitive ones, too';
make($bob, name => 'Hill 6', category => 2, tags => '{hill}');
my %later;
for my $page (1 .. 5) {
	$later{ $_->{channel}{name} }++
		for @{ $client->json("$at?page=$page&x=2")->{channels} };
}
is_deeply \%later, { ann_channel => 1, bob_channel => 1 }, 'one more with six';

# Who wants no sensitive videos gets none.
my $token = $cardume->token($ann);
$cardume->psql("UPDATE app_user SET nsfw_policy = 'do_not_list'
	WHERE email = 'ann\@example.org'");
ok !grep({ $_->{category}{label} eq 'Vehicles' } map {
	@{ $client->json("$at?page=$_", headers => { authorization =>
		"Bearer $token" })->{categories} } } 1 .. 3), 'as one wishes';
is $client->get("$at?page=$_")->{status}, 400, "no page $_"
	for 0, 21, -1, 'x';
done_testing;
