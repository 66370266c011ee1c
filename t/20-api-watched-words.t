#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Watched words, the tags they give to comments, and what is done about these.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Shape;
use Cardume::Video;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my ($owner, $ann) = map { $cardume->user(unique($_)) } qw(owner ann);
my $mod = $cardume->user(unique('mod'), role => 'moderator');
my %token = map { $_ => $cardume->token($_) } $owner, $ann, $mod;
my $video = Cardume::Video->make($cardume, $owner, bare => 1);
my $threads = "/api/v1/videos/$video->{uuid}/comment-threads";
my $words = '/api/v1/watched-words';
my $tags = '/api/v1/automatic-tags';

sub answer {
	my ($who, $method, $path, $body) = @_;
	my %headers = (accept => 'application/json');
	$headers{authorization} = 'Bearer ' . ($token{$who} // $who)
		if defined $who;
	return $client->send_json($method, $path, $body, headers => \%headers)
		if defined $body;
	return $client->request($method, $path, headers => \%headers);
}

sub document {
	my ($who, $path) = @_;
	my $answer = answer($who, 'GET', $path);
	is $answer->{status}, 200, "GET $path" or diag $answer->{content};
	return decode_json($answer->{content});
}

sub add {
	my ($who, $at, $name, @words) = @_;
	my $answer = answer($who, 'POST', "$words/$at/lists",
		{ listName => $name, words => \@words });
	is $answer->{status}, 200, "list $name" or diag $answer->{content};
	my $made = decode_json($answer->{content});
	shape_ok $made, { watchedWordsList => { id => integer } }, 'its answer';
	return $made->{watchedWordsList}{id};
}

sub names { join ' ', map { $_->{listName} } @{ $_[0]{data} } }

# --- lists -------------------------------------------------------------------

my %who = ("accounts/$owner" => $owner, server => $mod);
my %list;
for my $at (sort keys %who) {
	my $who = $who{$at};
	my $before = document($who, "$words/$at/lists")->{total};
	my $name = unique('spam');
	my $id = $list{$at} = add($who, $at, " $name ", 'casino', ' two words ');
	my $list = document($who, "$words/$at/lists");
	is $list->{total}, $before + 1, 'one more';
	my $instant = qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
	shape_ok $list->{data}[0], { id => integer, listName => $name,
		words => ['casino', 'two words'], subscriptionUrl => null,
		createdAt => $instant, updatedAt => $instant }, 'a list';
	my $second = add($who, $at, "a$name", 'x');
	is names(document($who, "$words/$at/lists?count=2")), "a$name $name",
		'the newest first';
	is names(document($who, "$words/$at/lists?sort=createdAt&count=1&start="
		. $before)), $name, 'the oldest first';
	is names(document($who, "$words/$at/lists?count=1&sort=listName")),
		"a$name", 'by name';
	is answer($who, 'PUT', "$words/$at/lists/$id", { words => ['poker'] })
		->{status}, 204, 'other words';
	is names(document($who, "$words/$at/lists?count=1&sort=-updatedAt")),
		$name, 'the name stays; by change';
	is answer($who, 'PUT', "$words/$at/lists/$id", { listName => $name })
		->{status}, 204, 'the same name';
	($list) = grep { $_->{id} == $id } @{ document($who,
		"$words/$at/lists")->{data} };
	is_deeply $list->{words}, ['poker'], 'the words stay';
	for my $bad ({}, { listName => 'x' }, { words => ['x'] },
			{ listName => '', words => ['x'] },
			{ listName => '  ', words => ['x'] },
			{ listName => 'x' x 101, words => ['x'] },
			{ listName => ['x'], words => ['x'] },
			{ listName => 'x', words => [] },
			{ listName => 'x', words => 'x' },
			{ listName => 'x', words => [''] },
			{ listName => 'x', words => ['x', ' '] },
			{ listName => 'x', words => [1] },
			{ listName => 'x', words => [['x']] },
			{ listName => 'x', words => {} },
			{ listName => 'x', words => ['x' x 101] },
			{ listName => 'x', words => [map { "w$_" } 1 .. 501] },
			{ listName => "a$name", words => ['x'] }) {
		my $label = substr JSON::PP->new->canonical->encode($bad), 0, 60;
		is answer($who, 'POST', "$words/$at/lists", $bad)->{status},
			400, "refused: $label";
		next if keys %$bad < 2;
		is answer($who, 'PUT', "$words/$at/lists/$id", $bad)->{status},
			400, 'as a change';
	}
	for my $status ([undef, 401], [$ann, 403], ['0' x 40, 401]) {
		my ($visitor, $wanted) = @$status;
		for my $call (['GET', 'lists'], ['POST', 'lists', { listName =>
				'x', words => ['x'] }], ['PUT', "lists/$id",
				{ listName => 'x' }], ['DELETE', "lists/$id"],
				['GET', 'subscriptions'], ['POST',
				'subscriptions', { url => 'https://x.example' }],
				['DELETE', 'subscriptions/1']) {
			my ($method, $path, $body) = @$call;
			is answer($visitor, $method, "$words/$at/$path", $body)
				->{status}, $wanted, "$method $path: $wanted";
		}
	}
	is answer($who, 'GET', "$words/$at/lists?$_")->{status}, 400, $_
		for qw(sort=words start=-1 count=101);
	is answer($who, $_->[0], "$words/$at/lists/$_->[1]", $_->[2])->{status},
		$_->[3], "$_->[0] list $_->[1]" for
		['PUT', 999999999, { listName => 'x' }, 404],
		['PUT', 'x', { listName => 'x' }, 400],
		['DELETE', 999999999, undef, 404], ['DELETE', 'x', undef, 400];
	is answer($who, 'DELETE', "$words/$at/lists/$second")->{status}, 204,
		'a list goes';
	is answer($who, 'DELETE', "$words/$at/lists/$second")->{status}, 404,
		'once';
	is_deeply document($who, "$words/$at/subscriptions"),
		{ total => 0, data => [] }, 'no subscriptions';
	is answer($who, 'POST', "$words/$at/subscriptions",
		{ url => 'https://words.example/list' })->{status}, 400,
		'none can be made';
	is answer($who, 'POST', "$words/$at/subscriptions", {})->{status}, 400,
		'nor without an address';
	is answer($who, 'DELETE', "$words/$at/subscriptions/1")->{status}, 404,
		'nor ended';
	is_deeply [grep { $_->{name} =~ /^(?:\Q$name\E|external-link)$/ }
		@{ document($who, "$tags/$at/available")->{available} }],
		[{ name => $name, type => 'watched-words-list' },
		{ name => 'external-link', type => 'core' }], 'tags';
}
is answer($mod, 'GET', "$words/accounts/nobody/lists")->{status}, 404,
	'no account';
is answer($owner, 'DELETE', "$words/accounts/$owner/lists/$list{server}")
	->{status}, 404, "another's list";
is answer($ann, 'GET', "$tags/accounts/$owner/available")->{status}, 403,
	"another's tags";
is answer($ann, 'GET', "$tags/server/available")->{status}, 403, 'the server\'s';

# --- policies ----------------------------------------------------------------

my %policy = ("$tags/policies/accounts/$owner/comments" => ['review', $owner],
	"$tags/policies/server/videos" => ['autoBlock', $mod]);
for my $path (sort keys %policy) {
	my ($member, $who) = @{ $policy{$path} };
	is_deeply document($who, $path), { $member => [] }, 'none';
	is answer($who, 'PUT', $path, { $member => ['external-link',
		'external-link'] })->{status}, 204, 'one';
	is_deeply document($who, $path), { $member => ['external-link'] },
		'is kept';
	for my $bad ({}, { $member => 'external-link' }, { $member => [1] },
			{ $member => undef }, { $member => {} },
			{ $member => ['no such tag'] }) {
		is answer($who, 'PUT', $path, $bad)->{status}, 400, 'refused: ' .
			JSON::PP->new->canonical->encode($bad);
	}
	is answer($ann, 'GET', $path)->{status}, 403, "another's policies";
	is answer($ann, 'PUT', $path, { $member => [] })->{status}, 403,
		'are not changed';
	is answer(undef, 'PUT', $path, { $member => [] })->{status}, 401,
		'nor by nobody';
	is_deeply document($who, $path), { $member => ['external-link'] },
		'as they were';
	is answer($who, 'PUT', $path, { $member => [] })->{status}, 204, 'none';
	is_deeply document($who, $path), { $member => [] }, 'again';
}

# --- what words do ------------------------------------------------------------

my $spam = unique('spam');
my $rare = unique('rare');
my $id = add($owner, "accounts/$owner", $spam, "fre\x{e9}", 'cheap pills', 'c++',
	"\x{1f41f}");
add($mod, 'server', $rare, $rare);

sub say_it {
	my ($text, $who) = @_;
	my $answer = answer($who // $ann, 'POST', $threads, { text => $text });
	is $answer->{status}, 200, 'said';
	return decode_json($answer->{content})->{comment};
}

sub tags_of {
	my ($who, $path, $id) = @_;
	my ($item) = grep { $_->{id} == $id } @{ document($who,
		"$path?videoId=$video->{id}&count=100")->{data} };
	return join ' ', @{ $item->{automaticTags} };
}

my $mine = '/api/v1/users/me/videos/comments';
my %wanted = ("Get it FRE\x{c9}!" => $spam, "fre\x{e9}" => $spam,
	"Fre\x{e9}dom" => '', "Buy cheap\npills" => '', 'buy Cheap pills.' => $spam,
	'I write C++, too' => $spam, "a \x{1f41f} swims" => $spam, 'c+' => '',
	'See https://elsewhere.example/x' => 'external-link',
	'See elsewhere.com' => 'external-link',
	'See ' . $cardume->origin . '/w/1' => '', '1.5 and 3.14' => '',
	"fre\x{e9} at http://bad.example" => "external-link $spam",
	"fre\x{e9} $rare" => $spam, 'nothing' => '');
my %said = map { $_ => say_it($_) } sort keys %wanted;
for my $text (sort keys %wanted) {
	(my $label = $text) =~ s/[^ -~]/?/g;
	ok !$said{$text}{heldForReview}, "$label: not held";
	is tags_of($owner, $mine, $said{$text}{id}), $wanted{$text},
		"$label: tags";
}
is tags_of($mod, '/api/v1/videos/comments', $said{"fre\x{e9} $rare"}{id}), $rare,
	'the server\'s tags are others';
is document($owner, "$mine?videoId=$video->{id}&autoTagOneOf=" . uc $spam)
	->{total}, scalar(grep { /\Q$spam/ } values %wanted), 'found by a tag';
is answer($owner, 'PUT', "$tags/policies/accounts/$owner/comments",
	{ review => [$spam] })->{status}, 204, 'hold what has the tag';
ok say_it("More fre\x{e9} things")->{heldForReview}, 'held';
ok !say_it('See https://elsewhere.example')->{heldForReview}, 'another tag';
ok !say_it("fre\x{e9}", $_)->{heldForReview}, 'the owner and moderators may'
	for $owner, $mod;
my $renamed = unique('renamed');
is answer($owner, 'PUT', "$words/accounts/$owner/lists/$id",
	{ listName => $renamed, words => ['nothing'] })->{status}, 204, 'renamed';
is_deeply document($owner, "$tags/policies/accounts/$owner/comments"),
	{ review => [$renamed] }, 'the policy goes with it';
is tags_of($owner, $mine, $said{nothing}{id}), $renamed, 'tagged anew';
is tags_of($owner, $mine, $said{"fre\x{e9}"}{id}), '', 'untagged';
is answer($owner, 'DELETE', "$words/accounts/$owner/lists/$id")->{status}, 204,
	'deleted';
is_deeply document($owner, "$tags/policies/accounts/$owner/comments"),
	{ review => [] }, 'with its policy';
is tags_of($owner, $mine, $said{nothing}{id}), '', 'and its tags';

# Words are words, whatever a regular expression would make of them; and no
# text keeps the server.
my $hostile = add($owner, "accounts/$owner", unique('hostile'), '.*', '(', '[a',
	'\\', '$', '^', 'a{1000}', '(?=', '%', '_');
is tags_of($owner, $mine, say_it('plain')->{id}), '', 'no word of these';
isnt tags_of($owner, $mine, say_it('so (')->{id}), '', 'one of these';
for my $text ('a.' x 5000, 'https://' x 1250, '((' x 5000, '-.' x 5000,
		'www.' x 2500, "\\" x 10000) {
	my $start = time;
	say_it($text);
	cmp_ok time - $start, '<', 3, 'soon: ' . substr $text, 0, 8;
}
done_testing;
