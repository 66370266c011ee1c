# SPDX-License-Identifier: AGPL-3.0-or-later
# Actors of other servers: which documents are taken, what becomes of them, who
# may have which name, and how they end.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;
use Cardume qw(shared_data slurp);
use Cardume::Database;
use Cardume::Web;

my $db = Cardume::Database->start;
my ($status, $out) = $db->cardume('setup');
is $status, 0, 'setup' or BAIL_OUT($out);
my $web = Cardume::Web->new($db);
my $key = $db->value("SELECT public_key FROM actor WHERE name = 'peertube'");
my $peer = 'https://peer.example';

# A document like PeerTube's.
sub actor {
	my ($type, $name, %o) = @_;
	my $host = delete $o{host} // $peer;
	my $id = delete $o{id} // $host . ($type eq 'Group' ?
		'/video-channels/' : '/accounts/') . $name;
	return { '@context' => 'https://www.w3.org/ns/activitystreams',
		id => $id, type => $type, preferredUsername => $name,
		name => "The $name", inbox => "$id/inbox",
		endpoints => { sharedInbox => "$host/inbox" },
		playlists => "$id/playlists",
		publicKey => { id => "$id#main-key", owner => $id,
			publicKeyPem => $key },
		%o };
}

sub row {
	my ($id) = @_;
	return {} if !$id;
	return decode_json($db->value("SELECT row_to_json(r) FROM (
		SELECT a.id, a.kind, a.name, a.url, a.inbox, a.shared_inbox,
			a.key_id, h.name AS host, p.display_name AS account,
			p.description, p.description_is_html,
			c.display_name AS channel, c.support,
			coalesce(a.public_key, '') AS key, owner.name AS owner
		FROM actor a JOIN host h ON h.id = a.host_id
		LEFT JOIN account p ON p.actor_id = a.id
		LEFT JOIN channel c ON c.actor_id = a.id
		LEFT JOIN account o ON o.id = c.account_id
		LEFT JOIN actor owner ON owner.id = o.actor_id
		WHERE a.id = $id) r"));
}

sub remote { $web->settle("SELECT remote_actor('$_[0]')") }
sub refused_like {
	my ($sql, $pattern, $what) = @_;
	my (undef, $error) = $web->settle($sql);
	like $error // 'taken', $pattern, $what;
}

# A person and a channel of PeerTube's.
my $alice = $web->add(actor('Person', 'Alice', summary => '# Hi, a <b>b',
	icon => [ { type => 'Image', url => "$peer/a48.jpg", width => 48 },
		{ type => 'Image', url => "$peer/a600.jpg", width => 600 } ]));
my $films = $web->add(actor('Group', 'films', support => 'Please',
	attributedTo => [ { type => 'Person', id => $alice->{id} } ]));
$web->jrd('acct:Alice@peer.example', $alice->{id});
$web->jrd('acct:films@peer.example', $films->{id});
my ($id, $error) = remote($films->{id});
is $error, undef, 'a channel is taken, with its owner';
my $r = row($id);
is_deeply [ @$r{qw(kind name host channel support owner)} ], [ 'Group',
	'films@peer.example', 'peer.example', 'The films', 'Please',
	'alice@peer.example' ], '... and stored';
my $owner = $db->value("SELECT id FROM actor WHERE name = 'alice\@peer.example'");
$r = row($owner);
is_deeply [ @$r{qw(account description description_is_html shared_inbox key_id)} ],
	[ 'The Alice', '# Hi, a <b>b', JSON::PP::false, "$peer/inbox",
	"$alice->{id}#main-key" ], 'the owner too; Markdown stays Markdown';
is $db->value("SELECT payload ->> 'url' FROM job WHERE queue = 15
	AND payload ->> 'what' = 'picture'"), "$peer/a600.jpg",
	'its picture is asked for, the size that fits';
$web->asked;
is +(remote($films->{id}))[0], $id, 'a second time it is known';
is_deeply [ $web->asked ], [], '... without asking';
$db->value("UPDATE actor SET refreshed_at = now() - interval '3 days'
	WHERE id = $id");
is +(remote($films->{id}))[0], $id, 'known for long it is known';
is $db->value("SELECT count(*) FROM job
	WHERE payload @> '{\"what\": \"actor\"}'"), 1,
	'... and asked for again, later';
$web->forget;
$films->{name} = 'Other';
($out, $error) = $web->settle("SELECT fetch_actor('" .
	encode({ url => $films->{id} }) . "')");
is_deeply [ $out, row($id)->{channel} ], [ 'stored', 'Other' ],
	'which brings its new name';
is $db->value("SELECT face ->> 'displayName' FROM channel
	WHERE actor_id = $id"), 'Other', '... to lists too';
sub encode { JSON::PP->new->canonical->encode($_[0]) }

# Ours are not fetched.
is +(remote('http://video.example/accounts/peertube'))[0],
	$db->value('SELECT instance_actor()'), 'ours by its id';
refused_like("SELECT remote_actor('http://video.example/accounts/nobody')",
	qr/AP002: nobody of ours/, 'one that we do not have');

# Other shapes.
my $bob = $web->add({ id => 'https://masto.example/users/bob',
	type => [ 'Service' ], preferredUsername => 'bob',
	name => "Bob\n<b>", summary => '<p>Hello <a href="https://x.example">x</a></p>',
	inbox => 'https://masto.example/users/bob/inbox', endpoints => undef,
	icon => { url => 'https://cdn.example/b.png' }, url => [ {} ],
	publicKey => [ { id => 'https://masto.example/users/bob#main-key',
		owner => 'https://masto.example/users/bob',
		publicKeyPem => $key } ] });
($id, $error) = remote($bob->{id});
is $error, undef, 'a bot of Mastodon, without WebFinger';
$r = row($id);
is_deeply [ @$r{qw(kind name account description_is_html shared_inbox)} ],
	[ 'Person', 'bob@masto.example', 'Bob <b>', JSON::PP::true, undef ],
	'... is a person with HTML';
my $rsa = `printf '%s' '$key' | openssl rsa -pubin -RSAPublicKey_out 2>&1`;
like $rsa, qr/BEGIN RSA PUBLIC KEY/, 'a bare RSA key';
$bob->{publicKey}[0]{publicKeyPem} = $rsa;
$web->forget;
$web->settle("SELECT remote_actor('$bob->{id}', '-1 s')");
is row($id)->{key} =~ s/\s//gr, $key =~ s/\s//gr,
	'... becomes one that names its algorithm';

# Groups without an owner: an actor, no channel.
for my $case ([ 'nobody', undef ], [ 'a list of moderators', "$peer/c/mods" ],
	[ 'an owner elsewhere', $bob->{id} ],
	[ 'itself', "$peer/video-channels/g4" ]) {
	my ($name, $owner) = @$case;
	my $n = ++(our $groups);
	$web->add(actor('Group', "g$n", attributedTo => $owner));
	($id, $error) = remote("$peer/video-channels/g$n");
	is $error, undef, "a group that belongs to $name";
	is row($id)->{channel}, undef, '... is no channel';
}

# What is not an actor of its server.
my $bad = 0;
for my $case (
	[ 'Note', { type => 'Note' }, qr/not an actor/ ],
	[ 'no name', { preferredUsername => undef }, qr/no name/ ],
	[ 'a name with an @', { preferredUsername => 'a@b' }, qr/no name/ ],
	[ 'a name with a line break', { preferredUsername => "a\nb" }, qr/no name/ ],
	[ 'a list of names', { preferredUsername => [ {} ] }, qr/no name/ ],
	[ 'no inbox', { inbox => undef }, qr/no inbox/ ],
	[ 'an inbox of somebody else', { inbox => 'https://victim.example/inbox' },
		qr/no inbox/ ],
	[ 'an inbox of ours', { inbox => 'http://video.example/inbox' },
		qr/no inbox/ ],
	[ 'an inbox that is no URL', { inbox => 'file:///etc/passwd' },
		qr/no inbox/ ]) {
	my ($what, $members, $why) = @$case;
	$web->add(actor('Person', 'bad' . ++$bad, %$members,
		id => "$peer/accounts/bad$bad"));
	refused_like("SELECT remote_actor('$peer/accounts/bad$bad')", $why,
		"refused: $what");
}
refused_like("SELECT actor_store('" . encode(actor('Person', 'root',
	host => 'http://video.example')) . "')", qr/an id of ours/,
	'refused: an id of ours');
for my $document ('null', '[]', '"x"', '{"type":{}}', '{"id":7,"type":"Person"}') {
	refused_like("SELECT actor_store('$document')", qr/AP002/,
		"refused: $document");
}
for my $case (
	[ 'of another host', { id => 'https://victim.example/k' } ],
	[ 'that belongs to another', { owner => "$peer/accounts/root" } ],
	[ 'that is none', { publicKeyPem => 'ssh-rsa AAAA' } ],
	[ 'that is too long', { publicKeyPem => $key . 'A' x 9000 } ],
	[ 'that is hardly base64', { publicKeyPem =>
		"-----BEGIN RSA PUBLIC KEY-----\n=A=\n-----END RSA PUBLIC KEY-----" } ]) {
	my ($what, $members) = @$case;
	my $document = actor('Person', 'key' . ++$bad);
	%{ $document->{publicKey} } = (%{ $document->{publicKey} }, %$members);
	$web->add($document);
	($id, $error) = remote($document->{id});
	is $id && row($id)->{key}, '', "a key $what is not taken" or diag $error;
}

# Names.
my $split = $web->add(actor('Person', 'carol', host => 'https://social.split.example'));
$web->jrd('acct:carol@social.split.example', $split->{id}, 'acct:carol@split.example');
$web->jrd('acct:carol@split.example', $split->{id});
($id, $error) = remote($split->{id});
is $error, undef, 'a name elsewhere';
is row($id)->{name}, 'carol@split.example', 'a handle of the domain above';
is +($web->settle("SELECT remote_handle('\@Carol\@Split.example')"))[0], $id,
	'... finds it';
my $liar = $web->add(actor('Person', 'carl', host => 'https://social.split.example'));
$web->jrd('acct:carl@social.split.example', $liar->{id}, 'acct:victim@bank.example');
$web->jrd('acct:victim@bank.example', 'https://bank.example/victim');
($id) = remote($liar->{id});
is row($id)->{name}, 'carl@social.split.example', 'a handle that is not its own';
$web->jrd('acct:peertube@peer.example', "$peer/accounts/peertube");
$web->add(actor('Person', 'peertube', id => "$peer/accounts/mallory"));
refused_like("SELECT remote_actor('$peer/accounts/mallory')",
	qr/its name is another actor's/, 'WebFinger says that it is another');
$web->add(actor('Person', 'alice', id => "$peer/accounts/alice2"));
$web->jrd('acct:alice@peer.example', [ $alice->{id}, "$peer/accounts/alice2" ]);
refused_like("SELECT remote_actor('$peer/accounts/alice2')",
	qr/its name is another actor's/, 'the name of somebody who is there');
$web->status($alice->{id}, 410);
$web->forget;
($id, $error) = remote("$peer/accounts/alice2");
is $id, $owner, 'the name of somebody who is not: the row goes on' or diag $error;
is row($id)->{url}, "$peer/accounts/alice2", '... at its new URL';
my $lemmy = 'https://lemmy.example';
$web->add(actor('Group', 'main', id => "$lemmy/c/main"));
$web->add(actor('Person', 'main', id => "$lemmy/u/main"));
$web->jrd('acct:main@lemmy.example', [ "$lemmy/u/main", "$lemmy/c/main" ]);
my ($group) = remote("$lemmy/c/main");
my ($person) = remote("$lemmy/u/main");
is_deeply [ row($group)->{name}, row($person)->{name} ],
	[ '!main@lemmy.example', 'main@lemmy.example' ],
	'a person and a group of one name';
refused_like("SELECT remote_handle('nobody\@peer.example')", qr/nobody has/,
	'a handle of nobody');

# Updates and the end.
sub apply {
	my ($what, $signer, $activity) = @_;
	return ($web->settle("SELECT apply_$what($signer, '" .
		(encode($activity) =~ s/'/''/gr) . "', NULL)"))[0];
}
my $new = actor('Person', 'alice', id => "$peer/accounts/alice2",
	name => "L'autre");
is apply('update_actor', $id, { type => 'Update', object => $new }),
	'updated', 'an actor tells of itself';
is row($id)->{account}, "L'autre", '... and is believed';
like apply('update_actor', $person, { object => $new }), qr/^refused/,
	'... of another it is not';
$web->forget;
$web->add({ %$new, name => 'Third' });
is apply('update_actor', $id, { object => $new->{id} }), 'updated',
	'an Update that names it alone';
is row($id)->{account}, 'Third', '... is looked up';
like apply('delete_actor', $person, { object => $new->{id} }), qr/^refused/,
	'one actor does not end another';
is apply('delete_actor', $id, { object => { type => 'Person',
	id => $new->{id} } }), 'deleted', 'an actor ends itself';
is $db->value("SELECT count(*) FROM actor WHERE name LIKE '%peer.example'
	AND name ~ '^(alice|films)\@'"), 1, '... its channel stays an actor';
is $db->value('SELECT count(*) FROM channel'), 0, '... that is no channel';
$web->status($bob->{id}, 404);
$web->forget;
sub refresh { ($web->settle("SELECT fetch_actor('" . encode({ url => $bob->{id} })
	. "')"))[0] }
is refresh(), 'gone, perhaps', 'not found: perhaps a mistake';
$db->value("UPDATE actor SET gone_at = now() - interval '2 days'
	WHERE gone_at IS NOT NULL");
is refresh(), 'removed', 'not found two days later';

# Documents of forty programs.
my $samples = shared_data('federation-samples');
my ($taken, $all) = (0, 0);
for my $path ($samples ? glob("$samples/*/*.json") : ()) {
	my $document = eval { decode_json(slurp($path) =~ s/^\xef\xbb\xbf//r) };
	next if ref $document ne 'HASH' || ref $document->{type}
		|| ($document->{type} // '') !~
			/^(Person|Group|Application|Service|Organization)$/;
	$all++;
	(undef, $error) = $web->settle("SELECT actor_store(" .
		Cardume::Web::literal($document) . ")");
	$taken++ if !$error;
	like $error // 'AP002', qr/^AP002/, "$path: stored, or a reason";
}
cmp_ok $taken, '>=', 90, "$taken of $all documents are taken" if $samples;

done_testing;
