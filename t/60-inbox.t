# SPDX-License-Identifier: AGPL-3.0-or-later
# Inboxes: what is taken in, from whom, and how often, over real sockets. That
# an activity was proved is seen by one of a type that nobody handles: it is kept
# with its signer.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume qw(wait_until);
use Cardume::Inbox;
use Cardume::Peer;
use Cardume::Peer::Signature;
use JSON::PP qw(encode_json);

my $cardume = Cardume->shared;
my $peer = Cardume::Peer->start;
my $inbox = $cardume->origin . '/inbox';
my $owner = $cardume->user(Cardume::unique('inboxer'));
my $personal = $cardume->origin . "/accounts/$owner/inbox";
my $bob = $peer->actor('bob');

sub some { return $peer->activity($_[0] // $bob, 'Listen', $inbox) }

subtest 'a key that is not known' => sub {
	my $listen = some();
	my $answer = $peer->post($inbox, $listen, signer => $bob);
	is $answer->{status}, 202, 'taken' or diag $answer->{content};
	is kept($cardume, $listen->{id}), $bob->{id}, 'fetched, and verified';
	is note_of($cardume, $listen->{id}), 'unhandled', 'kept, and why';
	cmp_ok count_of($cardume, 'other', 'unhandled'), '>=', 1, 'counted';
	my ($asked) = grep { $_->{target} eq $bob->{path} } $peer->requests;
	my ($is_signed, $why) = Cardume::Peer::Signature::verify($asked, {});
	ok $is_signed, 'it was asked for with a signature' or diag $why;
};

subtest 'a key that is known' => sub {
	for my $way ([ 'draft', $inbox ], [ 'RFC 9421', $inbox,
			style => 'rfc9421' ], [ 'personal', $personal ],
			[ 'with a query', "$inbox?a=b" ],
			[ 'a query that is not signed', "$inbox?a=b",
			sign_target => '/inbox' ],
			[ 'hs2019', $inbox, parameters => { algorithm =>
			'hs2019', created => time - 5 }, covered => [
			'(request-target)', '(created)', 'host', 'digest' ] ],
			[ 'the actor as key id', $inbox,
			key_id => $bob->{id} ],
			[ 'a type with a profile', $inbox, headers => {
			'content-type' => 'application/ld+json; profile='
			. '"https://www.w3.org/ns/activitystreams"' } ]) {
		my ($what, $url, @options) = @$way;
		my $listen = some();
		my $answer = $peer->post($url, $listen, signer => $bob,
			@options);
		is $answer->{status}, 202, "$what: taken"
			or diag $answer->{content};
		is kept($cardume, $listen->{id}), $bob->{id}, "$what: by Bob";
	}
	my $listen = some();
	$peer->post($inbox, "\xef\xbb\xbf" . encode_json($listen) . "\n",
		signer => $bob);
	is kept($cardume, $listen->{id}), $bob->{id}, 'a byte order mark';
};

# Everything that a signature holds together, changed or left out.
my $other = $peer->actor('other');
sub without { my ($name) = @_; return change => sub {
	@{ $_[0] } = grep { $_->[0] ne $name } @{ $_[0] } } }
sub with { my ($name, $value) = @_; return change => sub {
	$_->[0] eq $name and $_->[1] = $value for @{ $_[0] } } }
sub twice { my ($name) = @_; return change => sub {
	my ($row) = grep { $_->[0] eq $name } @{ $_[0] };
	push @{ $_[0] }, [ $name, $row->[1] ] } }
sub covers { return covered => [ @_ ] }
my $now = time;
my @bad = (
	[ 401, 'no signature', signer => undef ],
	[ 401, "another's key", key => $other->{key},
		key_id => $bob->{key_id} ],
	[ 401, 'another body', sent_body => '{"type":"Listen","actor":"'
		. "$bob->{id}\",\"id\":\"$bob->{id}#x\"}" ],
	[ 401, 'another target', sign_target => '/accounts/x/inbox' ],
	[ 401, 'no target', covers(qw(host date digest)) ],
	[ 401, 'no host', covers(qw((request-target) date digest)) ],
	[ 401, 'no date', covers(qw((request-target) host digest)) ],
	[ 401, 'no digest', covers(qw((request-target) host date)) ],
	[ 401, 'date left out', without('date') ],
	[ 401, 'digest left out', without('digest') ],
	[ 401, 'signature left out', without('signature') ],
	[ 401, 'another date', with(date =>
		Cardume::Peer::Signature::http_date($now - 60)) ],
	[ 401, 'no real date', with(date => 'yesterday') ],
	[ 401, 'another digest', with(digest => 'SHA-256=' . 'A' x 43 . '=') ],
	[ 401, 'a digest of another kind', with(digest => 'MD5=abc') ],
	[ 401, 'too old', time => $now - 3700 ],
	[ 401, 'ahead of us', time => $now + 400 ],
	[ 401, 'a signature that is none', with(signature => 'nonsense') ],
	[ 401, 'an empty signature', with(signature => '') ],
	[ 401, 'HMAC', parameters => { algorithm => 'hmac-sha256' } ],
	[ 401, 'created with rsa-sha256', parameters => { created => $now },
		covers(qw((request-target) (created) host digest)) ],
	[ 401, 'created ahead', parameters => { algorithm => 'hs2019',
		created => $now + 7200 },
		covers(qw((request-target) (created) host digest)) ],
	[ 401, 'expired', parameters => { algorithm => 'hs2019', created =>
		$now - 7300, expires => $now - 7200 },
		covers(qw((request-target) (created) host digest)) ],
	[ 401, 'a header that is not there', covers(qw((request-target) host
		date digest x-not-there)) ],
	[ 401, 'a header of a long name', covers(qw((request-target) host
		date digest), 'x' x 300) ],
	[ 400, 'two signatures', twice('signature') ],
	[ 400, 'two dates', twice('date') ],
	[ 400, 'two digests', twice('digest') ],
	[ 401, 'RFC 9421, another target', style => 'rfc9421',
		sign_target => 'https://other.example/inbox' ],
	[ 401, 'RFC 9421, too old', style => 'rfc9421', time => $now - 8000 ],
	[ 401, 'RFC 9421, another body', style => 'rfc9421',
		sent_body => '{"type":"Listen","actor":"x"}' ],
	[ 401, 'RFC 9421, digest left out', style => 'rfc9421',
		without('content-digest') ],
	[ 401, 'RFC 9421, input left out', style => 'rfc9421',
		without('signature-input') ],
	[ 400, 'RFC 9421, two inputs', style => 'rfc9421',
		twice('signature-input') ],
	[ 401, 'a key of no address', key_id => 'nothing' ],
	[ 401, 'a key of no scheme of ours', key_id => 'ftp://a.example/k' ],
	[ 409, 'a key of ours', key_id => "$personal#main-key" ],
	[ 415, 'another type', headers => { 'content-type' => 'text/plain' } ],
	[ 415, 'no type', without('content-type') ],
	[ 415, 'a form', headers => { 'content-type' =>
		'application/x-www-form-urlencoded' } ],
);

subtest 'what a signature holds together' => sub {
	my @ids;
	for (@bad) {
		my ($status, $what, @options) = @$_;
		my $listen = some();
		push @ids, $listen->{id};
		my $answer = $peer->post($inbox, $listen, signer => $bob,
			@options);
		is $answer->{status}, $status, $what
			or diag $answer->{content};
	}
	is_idle($cardume);
	is $cardume->psql("SELECT count(*) FROM inbox
		WHERE ltrim(body, U&'\\FEFF')::jsonb ->> 'id'
		IN (" . join(', ', map { "'$_'" } @ids) . ')'), 0,
		'none of them is kept';
	is $peer->post($cardume->origin . '/accounts/nobody/inbox', some(),
		signer => $bob)->{status}, 404, 'the inbox of nobody';
	for my $path ('/accounts/x/../../inbox', '/%69nbox', '//inbox') {
		my $answer = $peer->post($cardume->origin . $path, some(),
			signer => $bob);
		isnt $answer->{status}, 202, "$path is not taken";
	}
};

subtest 'bodies' => sub {
	my %bad = (
		'nothing' => '', 'no JSON' => 'hello', 'a list' => '[]',
		'a text' => '"x"', 'a key twice' => '{"type":"A","type":"B"}',
		'NUL' => "{\"type\":\"A\0\"}", 'escaped NUL' =>
		'{"type":"\\u0000"}', 'half a surrogate' => '{"a":"\\ud800"}',
		'no UTF-8' => "{\"a\":\"\xff\"}", 'cut off' => '{"type":"A"',
		'something behind' => '{"type":"A"} x', 'too deep' =>
		'{"a":' . '[' x 40 . ']' x 40 . '}', 'too many' =>
		'{"a":[' . join(',', ('{}') x 6000) . ']}',
		'an infinite number' => '{"a":1e999}', 'comments' =>
		'{/**/"a":1}', 'no type' => "{\"actor\":\"$bob->{id}\"}",
		'no actor' => '{"type":"Like"}', 'an actor that is none' =>
		'{"type":"Like","actor":"javascript:x"}');
	for my $what (sort keys %bad) {
		my $answer = $peer->post($inbox, $bad{$what}, signer => $bob);
		is $answer->{status}, 400, $what or diag $answer->{content};
	}
	my $large = { %{ some() }, content => 'x' x 490_000 };
	is $peer->post($inbox, $large, signer => $bob)->{status}, 202,
		'490 kB are taken';
	is kept($cardume, $large->{id}), $bob->{id}, 'and proved';
	$large = { %{ some() }, content => 'x' x 510_000 };
	my $answer = $peer->post($inbox, $large, signer => $bob);
	is $answer->{status}, 413, '510 kB are not';
	like $answer->{headers}{'content-type'}, qr{application/problem\+json},
		'as a problem document';
};

subtest 'the same request again' => sub {
	for my $known (1, 0) {
		my $who = $known ? $bob : $peer->actor('new');
		my $listen = some($who);
		my $bytes = Cardume::Peer::Signature::request('POST', $inbox,
			encode_json($listen), signer => $who);
		my %status;
		$status{ $peer->send_bytes($inbox, $bytes)->{status} }++
			for 1 .. 100;
		is_deeply \%status, { 202 => 100 }, 'a hundred times';
		is kept($cardume, $listen->{id}), $who->{id}, 'is taken';
		is_idle($cardume);
		is $cardume->psql("SELECT count(*) FROM inbox
			WHERE ltrim(body, U&'\\FEFF')::jsonb ->> 'id' = '$listen->{id}'"), 1,
			'once, ' . ($known ? 'with a key that is known' :
			'with a new key');
		$peer->post($inbox, $listen, signer => $who, time => time - 30);
		ok((wait_until { $cardume->psql("SELECT count(*) FROM inbox
			WHERE state = 3 AND ltrim(body, U&'\\FEFF')::jsonb ->> 'id'
			= '$listen->{id}'") == 2 } 10),
			'signed anew it is another request');
	}
};

subtest 'keys' => sub {
	my $carl = $peer->actor('carl');
	my $listen = some($carl);
	$peer->post($inbox, $listen, signer => $carl);
	is kept($cardume, $listen->{id}), $carl->{id}, 'Carl is known';
	$peer->change_actor($carl, key => 1);
	is $peer->post($inbox, some($carl), signer => $carl)->{status}, 401,
		'a new key within five minutes of the old one';
	$cardume->psql("UPDATE actor SET refreshed_at = now()
		- interval '6 minutes' WHERE url = '$carl->{id}'");
	$cardume->psql("DELETE FROM fetched WHERE url = '$carl->{id}'");
	$listen = some($carl);
	is $peer->post($inbox, $listen, signer => $carl)->{status}, 202,
		'later it is looked up';
	is kept($cardume, $listen->{id}), $carl->{id}, 'and taken';
	$listen = some($carl);
	is $peer->post($inbox, $listen, signer => $carl)->{status}, 202,
		'from now on it is the one';
	is kept($cardume, $listen->{id}), $carl->{id};

	# GoToSocial: the key has a document of its own, a part of the actor's.
	my $dora = $peer->actor('dora');
	my $key_id = "$dora->{id}/main-key";
	$peer->change_actor($dora, publicKey => {
		%{ $dora->{document}{publicKey} }, id => $key_id });
	$peer->set("$dora->{path}/main-key", status => 200,
		type => 'application/activity+json', body => {
		'@context' => 'https://w3id.org/security/v1', id => $dora->{id},
		type => 'Person', preferredUsername => 'dora',
		publicKey => $dora->{document}{publicKey} });
	$listen = some($dora);
	$peer->post($inbox, $listen, signer => $dora, key_id => $key_id);
	is kept($cardume, $listen->{id}), $dora->{id},
		'a key with a document of its own';

	my $mallory = $peer->actor('mallory');
	my $elsewhere = Cardume::Peer->start;
	my $eve = $elsewhere->actor('eve');
	for my $claim ([ 'another owner', $mallory, owner => $dora->{id} ],
			[ 'another id', $mallory, id => $key_id ]) {
		my ($what, $who, %key) = @$claim;
		$peer->change_actor($who, publicKey => {
			%{ $who->{document}{publicKey} }, %key });
		$listen = some($dora);
		$peer->post($inbox, $listen, signer => $who,
			key_id => $who->{key_id});
		is kept($cardume, $listen->{id}, 2), undef, "a key of $what";
	}
	# a document of a key that names somebody of another server
	$elsewhere->set('/stolen', type => 'application/activity+json', body => {
		id => $elsewhere->url('/stolen'), type => 'Key',
		owner => $dora->{id}, publicKeyPem =>
		$eve->{document}{publicKey}{publicKeyPem} });
	$listen = some($dora);
	$peer->post($inbox, $listen, signer => $eve,
		key_id => $elsewhere->url('/stolen'));
	is kept($cardume, $listen->{id}, 2), undef,
		'a key that claims an owner of another server';
};

subtest 'who ends' => sub {
	my $gone = $peer->url('/users/gone');
	my $delete = { id => "$gone#delete", type => 'Delete', actor => $gone,
		object => $gone, '@context' => $Cardume::Peer::context };
	my $before = count_of($cardume, 'Delete', 'nobody we know');
	$peer->set('/users/gone', status => 410, body => '');
	$peer->forget;
	is $peer->post($inbox, $delete, signer => $bob,
		key_id => "$gone#main-key")->{status}, 202, 'taken';
	is count_of($cardume, 'Delete', 'nobody we know'), $before + 1,
		'counted';
	is_idle($cardume);
	is $peer->hits('/users/gone'), 0, 'and nobody is asked';
};

subtest 'blocked servers' => sub {
	my $blocked = Cardume::Peer->start;
	my $ann = $blocked->actor('ann');
	my $host = $blocked->host;
	$cardume->psql("INSERT INTO server_block (host) VALUES ('$host')");
	is $blocked->post($inbox, some($ann), signer => $ann)->{status}, 403,
		'are told so';
	$cardume->psql("DELETE FROM server_block WHERE host = '$host'");
	is $blocked->post($inbox, some($ann), signer => $ann)->{status}, 202,
		'and heard again';
};

subtest 'alone' => sub {
	$cardume->psql("UPDATE setting SET value = 'false'
		WHERE name = 'federation.enabled'");
	is $peer->post($inbox, some(), signer => $bob)->{status}, 403,
		'an instance that speaks to nobody';
	$cardume->psql("UPDATE setting SET value = 'true'
		WHERE name = 'federation.enabled'");
};

subtest 'too many' => sub {
	my $busy = Cardume::Peer->start;
	my $ann = $busy->actor('ann');
	my $answer;
	# the worker makes the list anew now and then
	wait_until {
		$cardume->psql("INSERT INTO inbox_full VALUES ('" .
			$busy->host . "') ON CONFLICT DO NOTHING");
		$answer = $busy->post($inbox, some($ann), signer => $ann);
		$answer->{status} == 503;
	} 10;
	is $answer->{status}, 503, 'of one server';
	ok $answer->{headers}{'retry-after'}, 'it shall come later';
	$answer = $peer->post($inbox, some(), signer => $bob);
	is $answer->{status}, 202, 'others may';
};

subtest 'what admins see' => sub {
	my $said = sub { my ($status, $output) = Cardume::run_command(
		$cardume->command('cardume'), 'inbox', @_);
		is $status, 0, "cardume inbox @_"; return $output };
	like $said->('count'), qr/^other\tunhandled\t\d+\t\d{4}-/m,
		'types and ends';
	my $listen = some();
	$peer->post($inbox, $listen, signer => $bob);
	kept($cardume, $listen->{id});
	my $list = $said->('list');
	my ($id) = $list =~ /^(\d+)\t\S+\t\S+\tkept\tListen\tunhandled$/m;
	ok $id, 'what was not understood' or diag $list;
	like $said->('show', $id), qr/"\Q$listen->{id}\E"/, 'as it came';
	like $said->('retry', $id), qr/tried again/, 'once more';
	is kept($cardume, $listen->{id}), $bob->{id}, 'it has come again';
};

done_testing;
