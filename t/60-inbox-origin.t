# SPDX-License-Identifier: AGPL-3.0-or-later
# Who may say what: ids, actors and authors of every other server than the
# sender's are refused; what was handed on by another is proved by its LD
# signature or asked for at its origin.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume qw(wait_until);
use Cardume::Inbox;
use Cardume::Peer;
use Cardume::Peer::Signature;
use Cardume::Rows qw(video_rows sql_text);
use Digest::SHA qw(sha256_hex);
use JSON::PP;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);
my $cardume = Cardume->shared;
my $json = JSON::PP->new->canonical->allow_nonref;
my $inbox = $cardume->origin . '/inbox';
my $maker = $cardume->user(Cardume::unique('origin'));
my $channel = $cardume->psql("SELECT c.name FROM channel h
	JOIN actor c ON c.id = h.actor_id JOIN account p ON p.id = h.account_id
	JOIN actor a ON a.id = p.actor_id WHERE a.name = '$maker'");
my $uuid = video_rows($cardume, $channel, short_uuid => \'left(md5(random()::text), 22)');
my $video = $cardume->origin . "/videos/watch/$uuid";
my $public = $Cardume::Peer::public;

# --- hosts --------------------------------------------------------------------

my %host_of = ('https://A.Example/x' => 'a.example', 'https://v.example:443' =>
	'v.example', 'http://a.example:80/' => 'a.example',
	'http://a.example:8080?x' => 'a.example:8080',
	'https://[::1]:80/x' => '[::1]:80', 'HTTPS://b.example#f' => 'b.example',
	map { $_ => '' } 'https://a.example:99999999/', 'https://u@a.example/',
	'https://[::1', 'https://[zz]/', 'https://[]/', 'ftp://a', 'https://',
	'https:///x', 'https://a b/', 'https://a\\b', 'https://ä.example',
	"https://a.example/\n", 'https://a:b/', 'https://a.example:/x',
	'https://a.example%2e.x/', 'https://a.example\\@b/', 'a.example', '');
is_deeply { map { $_ => $cardume->psql('SELECT ap_host(' . sql_text($_) . ')') }
	keys %host_of }, \%host_of, 'hosts of URLs';

# --- ids that do not belong together -----------------------------------------

my $host = Cardume::unique('mast') . '.example';
my $bob = "https://$host/users/bob";
$cardume->psql("INSERT INTO actor (kind, name, host_id, url, inbox, document,
		refreshed_at) VALUES ('Person', 'bob\@$host', host_write('$host'),
		'$bob', '$bob/inbox', '{}', now());
	INSERT INTO account (actor_id, actor_kind, display_name)
	SELECT id, 'Person', 'Bob' FROM actor WHERE url = '$bob'");

sub swapped { my ($url, $there) = @_; return $url =~ s{^https://[^/]+}{$there}r }

# The same URL with another host, and what is no URL.
sub variants {
	my ($url) = @_;
	my %v = map { $_ => swapped($url, $_) } ('https://other.example',
		"https://sub.$host", "https://$host:8443", "https://$host.",
		"https://user\@$host", "https://user:pass\@$host",
		"https://$host\@other.example", "https://other.example\@$host",
		"https://$host%2eother.example", "https://$host\\\@other.example",
		"https://$host.other.example", "https://mäst.example",
		"https://xn--mst-qla.example", "https:/$host", "https://",
		"https:// $host", "https://$host\n", "http://[::1]",
		"ftp://$host", $cardume->origin, "http://$host",
		uc "https://$host", "https://$host:443");
	return (%v, 'a script' => 'javascript:alert(1)', 'no scheme' =>
		"$host/x", 'empty' => '', 'null' => undef, 'a number' => 42,
		'an empty list' => [], 'an empty object' => {},
		'true' => JSON::PP::true, 'an object without id' =>
		{ id => undef }, 'a long one' => $url . 'x' x 3000,
		'an object of elsewhere' => { id => 'https://other.example/x' },
		'a list, elsewhere first' => ['https://other.example/x', $url]);
}

sub create {
	my ($type) = @_;
	return { id => "https://$host/activities/1", type => $type,
		actor => $bob, to => [$public], object => {
		id => "https://$host/notes/1", type => 'Note',
		attributedTo => $bob, inReplyTo => $video, to => [$public],
		content => '<p>Oh</p>' } };
}

# Ways to get at a member of an activity.
my %place = (
	'id' => sub { $_[0]{id} = $_[1] },
	'actor' => sub { $_[0]{actor} = $_[1] },
	'object.id' => sub { $_[0]{object}{id} = $_[1] },
	'object.attributedTo' => sub { $_[0]{object}{attributedTo} = $_[1] },
	'actor and id' => sub { @{ $_[0] }{qw(actor id)} = ($_[1], $_[1]) },
	'object.id and attributedTo' => sub {
		@{ $_[0]{object} }{qw(id attributedTo)} = ($_[1], $_[1]) },
);
my %original = ('id' => "https://$host/activities/1", 'actor' => $bob,
	'object.id' => "https://$host/notes/1", 'object.attributedTo' => $bob,
	'actor and id' => $bob, 'object.id and attributedTo' => $bob);

# The same host, written otherwise; an activity need not have an id.
my $same = qr{^(http://$host|HTTPS://\U$host\E|https://$host:443)$};
my %allowed = (
	'id' => qr{$same|^(null|a number|an empty list|an empty object|true|an object without id)$},
	'object.id' => $same,
);

my (@rows, @expected);
for my $type (qw(Create Update)) {
	for my $place (sort keys %place) {
		my %v = variants($original{$place});
		for my $what (sort keys %v) {
			my $activity = create($type);
			$place{$place}->($activity, $v{$what});
			push @rows, sql_text($json->encode($activity));
			my $ok = $allowed{$place};
			push @expected, [ "$type, $place: " .
				$what =~ s/\n/\\n/r,
				$ok && $what =~ $ok ? 1 : 0 ];
		}
	}
}
unshift @rows, map { sql_text($json->encode(create($_))) } qw(Create Update);
unshift @expected, [ 'Create as it should be', 1 ],
	[ 'Update as it should be', 1 ];

# What becomes of each; nothing of it stays.
sub tried { return split /\n/, $cardume->psql(<<"END") }
CREATE FUNCTION pg_temp.tried(activity jsonb) RETURNS text LANGUAGE plpgsql AS
\$\$ BEGIN
	RAISE EXCEPTION 'done: %', activity_apply((SELECT id FROM actor
		WHERE url = '$bob'), activity, NULL);
EXCEPTION WHEN others THEN
	RETURN sqlstate || ' ' || replace(sqlerrm, chr(10), ' ');
END \$\$;
SELECT pg_temp.tried(a::jsonb) FROM unnest(ARRAY[@{[ join ",\n", @_ ]}])
	WITH ORDINALITY u (a, nr) ORDER BY nr
END
my @got;
push @got, tried(splice @rows, 0, 50) while @rows;
cmp_ok scalar @expected, '>=', 400, scalar @expected . ' combinations';
is scalar @got, scalar @expected, 'each was tried';
my @wrong;
for my $i (0 .. $#expected) {
	my ($what, $is_allowed) = @{ $expected[$i] };
	my $is_done = ($got[$i] // '') =~ /^P0001 done: (comment|comment changed)$/;
	my $is_refused = ($got[$i] // '') =~
		/^(AP001 |AP002 |P0001 done: (refused|ignored|unhandled))/;
	push @wrong, "$what: $got[$i]"
		if !($is_allowed ? $is_done : $is_refused);
}
is_deeply \@wrong, [], 'only what belongs together is taken';
is $cardume->psql("SELECT count(*) FROM comment WHERE url LIKE '%$host%'"), 0,
	'nothing is left of them';

# --- handed on by others -----------------------------------------------------

my $origin = Cardume::Peer->start;
my $relay = Cardume::Peer->start;
my $ann = $origin->actor('ann');
my $rob = $relay->actor('rob');

# Posts as somebody else than its actor.
sub hand_on {
	my ($activity) = @_;
	is $relay->post($inbox, $activity, signer => $rob)->{status}, 202,
		"$activity->{type} handed on";
	is_idle($cardume, 20);
}

sub text_of {
	my ($url) = @_;
	return $cardume->psql("SELECT text FROM comment WHERE url = '$url'");
}

subtest 'nothing proves it' => sub {
	my $note = $origin->note($ann, inReplyTo => $video,
		content => '<p>What Ann said</p>');
	hand_on($origin->activity($ann, 'Create',
		{ %$note, content => '<p>What Ann never said</p>' }));
	is text_of($note->{id}), '<p>What Ann said</p>',
		'what its origin says is taken';
	my $forged = { %$note, id => $origin->url('/notes/forged'),
		content => 'forged' };
	hand_on($origin->activity($ann, 'Create', $forged));
	is text_of($forged->{id}), '', 'what its origin does not know is not';
	hand_on($origin->activity($ann, 'Delete', $note->{id}));
	is text_of($note->{id}), '<p>What Ann said</p>',
		'nothing is deleted while its origin has it';
	my $path = $note->{id} =~ s{^http://[^/]+}{}r;
	$origin->set($path, status => 410, body => '');
	$cardume->psql("DELETE FROM fetched WHERE url = '$note->{id}'");
	hand_on($origin->activity($ann, 'Delete', $note->{id}));
	is text_of($note->{id}), '', 'but when it is gone there'
		or diag $cardume->psql("SELECT type, outcome, nr FROM inbox_count; SELECT note, body FROM inbox; SELECT * FROM fetched WHERE url = '$note->{id}'");
	my $follow = $origin->activity($ann, 'Follow',
		$cardume->origin . "/accounts/$maker");
	hand_on($follow);
	like note_of($cardume, $follow->{id}), qr/handed on/,
		'a follow must come from who follows';
	my $update = $origin->activity($ann, 'Update', { %{ $ann->{document} },
		name => 'Not Ann' });
	hand_on($update);
	is $cardume->psql("SELECT p.display_name FROM account p
		JOIN actor a ON a.id = p.actor_id
		WHERE a.url = '$ann->{id}'"), 'Ann', 'nor is an actor changed';
};

subtest 'groups that announce what others did' => sub {
	my $group = $relay->actor('films', type => 'Group');
	my $note = $origin->note($ann, inReplyTo => $video,
		content => '<p>To the group</p>');
	my $create = $origin->activity($ann, 'Create',
		{ %$note, content => '<p>Changed by the group</p>' });
	my $announce = $relay->activity($group, 'Announce', $create,
		to => [$public]);
	$relay->post($inbox, $announce, signer => $group);
	is_idle($cardume, 20);
	is text_of($note->{id}), '<p>To the group</p>', 'taken from its origin';
	$origin->forget;
	my $about = $origin->note($ann, inReplyTo =>
		'https://elsewhere.example/post/1');
	$relay->post($inbox, $relay->activity($group, 'Announce',
		$origin->activity($ann, 'Create', $about), to => [$public]),
		signer => $group);
	is_idle($cardume, 20);
	is_deeply [$origin->requests], [], 'not asked for, where not about us';
};

# --- LD signatures -----------------------------------------------------------

# RsaSignature2017 over an activity of two links; the canonical quads by hand.
sub ld_signed {
	my ($activity, $who) = @_;
	my $as = 'https://www.w3.org/ns/activitystreams#';
	my $created = Cardume::Peer::Signature::iso_date(time);
	my @data = sort "<$activity->{id}> <${as}actor> <$activity->{actor}> .\n",
		"<$activity->{id}> <${as}object> <$activity->{object}> .\n",
		"<$activity->{id}> <http://www.w3.org/1999/02/22-rdf-syntax-ns"
		. "#type> <${as}$activity->{type}> .\n";
	my @options = (
		"_:c14n0 <http://purl.org/dc/terms/created> \"$created\"^^"
		. "<http://www.w3.org/2001/XMLSchema#dateTime> .\n",
		"_:c14n0 <http://purl.org/dc/terms/creator> <$who->{key_id}> .\n");
	return { %$activity, signature => { type => 'RsaSignature2017',
		creator => $who->{key_id}, created => $created,
		signatureValue => Cardume::Peer::Signature::sign($who->{key},
			sha256_hex(join '', @options) .
			sha256_hex(join '', @data)) } };
}

subtest 'its LD signature proves it' => sub {
	my $listen = ld_signed($origin->activity($ann, 'Listen', $video), $ann);
	hand_on($listen);
	is note_of($cardume, $listen->{id}), 'unhandled', 'whose it is';
	my $other = ld_signed($origin->activity($ann, 'Listen', $video), $ann);
	$other->{object} = "$video/x";
	hand_on($other);
	isnt note_of($cardume, $other->{id}), 'unhandled', 'not when changed';
	$other = ld_signed($origin->activity($ann, 'Listen', $video), $rob);
	hand_on($other);
	isnt note_of($cardume, $other->{id}), 'unhandled',
		"not when it is another's";
	$other->{signature} = ld_signed($listen, $ann)->{signature};
	hand_on($other);
	isnt note_of($cardume, $other->{id}), 'unhandled',
		'nor of another activity';
};

# --- odd shapes --------------------------------------------------------------

subtest 'shapes' => sub {
	my %shape = (
		'an actor that is embedded' => { actor => $rob->{document} },
		'an actor in a list' => { actor => [$rob->{id}] },
		'no id' => { id => undef },
		'a prefixed type' => { type => 'as:Listen' },
		'a list of types' => { type => ['Listen', 'View'] },
		'a list of one object' => { object => [$video] },
		'a list of objects' => { object => [$video, "$video/x"] },
	);
	for my $what (sort keys %shape) {
		my $before = count_of($cardume, 'other', 'unhandled');
		my $activity = { %{ $relay->activity($rob, 'Listen', $video) },
			%{ $shape{$what} } };
		is $relay->post($inbox, $activity, signer => $rob)->{status},
			202, $what;
		ok((wait_until { count_of($cardume, 'other', 'unhandled')
			> $before } 10), "$what is understood");
	}
	my $many = $relay->activity($rob, 'Listen', [map { "$video/$_" } 1 .. 50]);
	$relay->post($inbox, $many, signer => $rob);
	is_idle($cardume);
	like note_of($cardume, $many->{id}), qr/too many objects/,
		'fifty objects are too many';
	my $before = count_of($cardume, 'OrderedCollection', 'list');
	$relay->post($inbox, { type => 'OrderedCollection', totalItems => 3,
		'@context' => $Cardume::Peer::context, orderedItems => [
		$relay->activity($rob, 'Listen', $video),
		$origin->activity($ann, 'Listen', $video), 'text' ] },
		signer => $rob);
	ok((wait_until { count_of($cardume, 'OrderedCollection', 'list')
		> $before } 10), 'a list of activities');
};

done_testing;
