# SPDX-License-Identifier: AGPL-3.0-or-later
# Signing in and out by the forms: cookies, forged forms, redirects, limits.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Digest::SHA qw(hmac_sha256_hex);
use Test::More;
use Cardume;

# Alone: the limits of this test must not lock others out.
my $cardume = Cardume->start;
my $name = $cardume->user(unique('ann'));
my $password = $Cardume::root_password;

sub tries { $cardume->psql('DELETE FROM throttle') }

# Posts the sign-in form of a fresh browser, changed as told.
sub attempt {
	my ($fields, %o) = @_;
	my $client = $o{client} // $cardume->client;
	my $page = $client->get($o{path} // '/login');
	my $form = Cardume::Client::find_form($page, '/login');
	my %send = (%{ Cardume::Client::form_values($form) }, %$fields);
	delete @{ $client->{cookies} }{ @{ $o{drop} // [] } };
	my $answer = $client->post('/login', \%send, redirect => 0,
		headers => $o{headers});
	return wantarray ? ($answer, $client) : $answer;
}

sub is_in {
	my ($client) = @_;
	my $answer = $client->get('/my-account/settings', redirect => 0);
	return $answer->{status} == 200;
}

sub cookie_line {
	my ($answer, $cookie) = @_;
	my $lines = $answer->{headers}{'set-cookie'} // [];
	my ($line) = grep { /^\Q$cookie\E=/ } ref $lines ? @$lines : $lines;
	return $line // '';
}

# In by name and by e-mail address, whatever the case.
for my $as ($name, uc $name, "$name\@example.org", uc "$name\@example.org") {
	my ($answer, $client) = attempt({ username => $as,
		password => $password });
	is $answer->{status}, 303, "$as is in";
	is $answer->{headers}{location}, '/', 'and sent home';
	ok is_in($client), 'the session holds';
}

my ($answer, $client) = attempt({ username => $name, password => $password });
my $line = cookie_line($answer, 'cardume_session');
like $line, qr/^cardume_session=[0-9a-f]{64};/, 'a cookie of 256 bits';
like $line, qr/; HttpOnly/, 'HttpOnly';
like $line, qr/; SameSite=Lax/, 'SameSite';
like $line, qr{; Path=/}, 'for all paths';
unlike $line, qr/Domain/i, 'for this host alone';
unlike $line, qr/Secure/, 'no Secure on plain http';
my ($secret) = $line =~ /=([0-9a-f]{64})/;
is $cardume->psql("SELECT count(*) FROM session WHERE secret_hash =
	sha256('\\x$secret')"), 1, 'stored as its hash';
is $cardume->psql("SELECT count(*) FROM session s
	WHERE s::text LIKE '%$secret%'"), 0, 'and not itself';
is $client->get('/login', redirect => 0)->{status}, 303,
	'the form is not shown to who is in';

# A session's identifier never survives a sign-in.
my $before = $client->{cookies}{cardume_session};
my $other = $cardume->client;
$other->{cookies}{cardume_session} = 'f' x 64;
attempt({ username => $name, password => $password }, client => $other);
isnt $other->{cookies}{cardume_session}, 'f' x 64, 'no fixed session';

# Wrong ones: the same words for both, and nothing changes.
tries();
my ($known) = attempt({ username => $name, password => 'wrong' });
my ($unknown) = attempt({ username => unique('no'), password => 'wrong' });
is $known->{status}, 422, 'a wrong password';
is $unknown->{status}, 422, 'an unknown name';
my @texts = map { my $t = $_->{content}; $t =~ s/(csrf" |username" name="username" )value="[^"]*"/$1/g; $t }
	$known, $unknown;
is $texts[0], $texts[1], 'are told in the same words';
like $known->{content}, qr/name or the password is wrong/, 'in words';
unlike $known->{content}, qr/"wrong"/, 'the password is not shown again';
is cookie_line($known, 'cardume_session'), '', 'no session';
for (['', $password], [$name, ''], [' ', ' ']) {
	($answer) = attempt({ username => $_->[0], password => $_->[1] });
	is $answer->{status}, 422, "missing: '$_->[0]' '$_->[1]'";
}
($answer) = attempt({ username => $name, password => 'x' x 5000 });
is $answer->{status}, 422, 'a huge password';
($answer) = attempt({ username => '<script>alert(1)</script>',
	password => 'wrong' });
unlike $answer->{content}, qr/<script>alert/, 'the name is escaped';
tries();

# Forged forms.
my %good = (username => $name, password => $password);
for (
	['no token', { csrf => undef }, {}],
	['an empty token', { csrf => '' }, {}],
	['another token', { csrf => '00079c22.' . '0' x 64 }, {}],
	['no cookie', {}, { drop => ['cardume_form'] }],
	['another site', {}, { headers => { origin => 'http://evil.example' } }],
	['a site that ends like us', {}, { headers =>
		{ origin => 'http://evil-127.0.0.1:' . $cardume->port } }],
	['a browser that says so', {}, { headers =>
		{ 'sec-fetch-site' => 'cross-site' } }],
	['a neighbour site', {}, { headers =>
		{ 'sec-fetch-site' => 'same-site' } }],
) {
	my ($what, $fields, $o) = @$_;
	my ($answer, $client) = attempt({ %good, %$fields }, %$o);
	is $answer->{status}, 403, "refused: $what";
	ok !is_in($client), 'and not in';
}
for (['our origin', { origin => $cardume->origin }],
	['a hidden origin', { origin => 'null' }],
	['same-origin', { 'sec-fetch-site' => 'same-origin' }],
	['typed address', { 'sec-fetch-site' => 'none' }]) {
	my ($answer) = attempt(\%good, headers => $_->[1]);
	is $answer->{status}, 303, "taken: $_->[0]";
}
# A token is good for a day: made here as the program makes it.
for ([0, 303], [23, 303], [24, 303], [26, 403], [1000, 403], [-2, 403]) {
	my ($age, $status) = @$_;
	my $client = $cardume->client;
	$client->get('/login');
	my $text = sprintf '%08x.%s', time / 3600 - $age,
		$client->{cookies}{cardume_form};
	my $token = sprintf '%.9s%s', $text, hmac_sha256_hex("csrf\0$text",
		slurp($cardume->run . '/secret'));
	is $client->post('/login', { %good, csrf => $token },
		redirect => 0)->{status}, $status, "a token $age hours old";
}
# A stranger's own token does not fit another browser's cookie.
my $evil = $cardume->client;
my $page = $evil->get('/login');
my ($token) = $page->{content} =~ /name="csrf" value="([^"]+)"/;
($answer) = attempt({ %good, csrf => $token });
is $answer->{status}, 403, 'refused: the token of another browser';

# next=: paths of ours only.
for (
	['/my-library/video-channels' => '/my-library/video-channels'],
	['/search?search=a&b' => '/search?search=a&b'],
	['/search?search=%C3%A9' => '/search?search=%C3%A9'],
	["/caf\x{c3}\x{a9} x" => '/caf%C3%A9%20x'],
	["/a\r\nSet-Cookie: x=y" => '/a%0D%0ASet-Cookie:%20x=y'],
	['//evil.example/' => '/'], ['/\\evil.example/' => '/'],
	["/\t/evil.example/" => '/%09/evil.example/'],
	['https://evil.example/' => '/'], ['evil' => '/'], ['' => '/'],
	['/' . 'x' x 3000 => '/'],
) {
	my ($next, $expected) = @$_;
	my ($answer) = attempt({ %good, next => $next });
	is $answer->{headers}{location}, $expected,
		'next ' . substr($next =~ s/[\r\n\t]/./gr, 0, 40);
}
($answer) = $cardume->client->get('/my-account/sessions?x=1&y=%2F',
	redirect => 0);
is $answer->{status}, 303, 'a page of one\'s own asks to sign in';
my ($next) = $answer->{headers}{location} =~ /next=(.*)/;
($answer) = attempt(\%good, path => $answer->{headers}{location});
is $answer->{headers}{location}, '/my-account/sessions?x=1&y=%2F',
	'and comes back to it';

# Out.
my $page_in = $client->get('/my-account/settings');
($answer) = $client->post('/logout', {}, redirect => 0);
is $answer->{status}, 403, 'sign-out wants the token too';
ok is_in($client), 'still in';
like $client->get('/logout', redirect => 0)->{status}, qr/^40[45]$/,
	'GET does nothing';
ok is_in($client), 'still in';
($answer) = $client->follow_form($page_in, {}, which => '/logout');
is $answer->{status}, 200, 'signed out' or diag $answer->{content};
ok !is_in($client), 'out';
$client->{cookies}{cardume_session} = $before;
ok !is_in($client), 'the old cookie is worth nothing';

# Ends of a session.
for (
	['it expired', 'UPDATE session SET expires_at = now()'],
	['it was blocked', "UPDATE app_user SET is_blocked = true
		FROM account JOIN actor ON actor.id = actor_id
		WHERE user_id = app_user.id AND actor.name = '$name'"],
) {
	my ($answer, $client) = attempt(\%good);
	ok is_in($client), 'in';
	$cardume->psql($_->[1]);
	ok !is_in($client), "out, for $_->[0]";
}
($answer) = attempt(\%good);
is $answer->{status}, 422, 'a blocked account does not get in';
like $answer->{content}, qr/This account is blocked/, 'and is told';
($answer) = attempt({ %good, password => 'wrong' });
unlike $answer->{content}, qr/blocked/, 'but only with the right password';
$cardume->psql('UPDATE app_user SET is_blocked = false');

# A visit moves the end of the session; 180 days are the most.
($answer, $client) = attempt(\%good);
$cardume->psql("UPDATE session SET last_seen_at = now() - interval '20 min',
	expires_at = now() + interval '1 day'");
is_in($client);
is $cardume->psql("SELECT count(*) FROM session
	WHERE expires_at > now() + interval '29 days'
	AND last_seen_at > now() - interval '1 min'"), 1, 'a visit renews';
$cardume->psql("UPDATE session SET last_seen_at = now() - interval '20 min',
	created_at = now() - interval '179 days'");
is_in($client);
is $cardume->psql("SELECT count(*) FROM session
	WHERE expires_at > now() + interval '2 days'"), 0, 'not for ever';

# Limits: ten tries for a name, then 429, for the right password too.
tries();
my @statuses = map { scalar attempt({ %good, password => 'wrong' })->{status} }
	1 .. 10;
is "@statuses", '422 ' x 9 . '422', 'ten wrong tries';
($answer) = attempt(\%good);
is $answer->{status}, 429, 'the eleventh waits, right or wrong';
cmp_ok $answer->{headers}{'retry-after'}, '<=', 900, 'and is told how long';
cmp_ok $answer->{headers}{'retry-after'}, '>', 800, 'about';
($answer) = attempt({ username => 'root', password => $password });
is $answer->{status}, 303, 'another name gets in';
$cardume->psql("UPDATE throttle SET until = now() - interval '1 s'");
($answer) = attempt(\%good);
is $answer->{status}, 303, 'after the wait it does';
tries();
# Fifteen from an address, whatever the names.
@statuses = map { scalar attempt({ username => unique('no'),
	password => 'wrong' })->{status} } 1 .. 16;
is $statuses[14], 422, 'fifteen names';
is $statuses[15], 429, 'the sixteenth waits';
tries();
# Who gets in does not use tries up.
@statuses = map { scalar attempt(\%good)->{status} } 1 .. 17;
is scalar(grep { $_ == 303 } @statuses), 17, 'right ones are not counted';

done_testing;
