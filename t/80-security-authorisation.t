# SPDX-License-Identifier: AGPL-3.0-or-later
# Every route of every program, as each kind of visitor: none makes an error of
# ours, and nobody gets what is another's. The list comes from the programs
# themselves, so that a new route is covered from its first day.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume;

my $cardume = Cardume->shared;
my $owner = $cardume->user(unique('own'));
my @visitors = qw(nobody stranger owner moderator admin);
my %name = (owner => $owner, stranger => $cardume->user(unique('str')),
	moderator => $cardume->user(unique('mod'), role => 'moderator'),
	admin => 'root');

my (%browser, %app);
for my $visitor (@visitors) {
	$browser{$visitor} = $cardume->client;
	$app{$visitor} = $cardume->client;
	next if $visitor eq 'nobody';
	$browser{$visitor}->sign_in($name{$visitor}, $Cardume::root_password);
	$app{$visitor}{headers}{authorization} = 'Bearer ' .
		$cardume->token($name{$visitor});
}

my @routes;
for my $program (qw(page api ap upload)) {
	my ($status, $out) = $cardume->program("cardume-$program", '--routes');
	is $status, 0, "cardume-$program --routes";
	for (split /\n/, $out) {
		my ($method, $pattern, $need, $what, @flags) = split;
		push @routes, { program => $program, method => $method,
			pattern => $pattern, need => $need, what => $what,
			csrf => scalar grep { $_ eq 'csrf' } @flags };
	}
}
cmp_ok scalar @routes, '>', 80, 'routes to try: ' . @routes;

for my $r (@routes) {
	like $r->{need}, qr/^(none|optional|user|moderator|admin)$/,
		"$r->{method} $r->{pattern} names its viewer";
	# A cookie goes with every request, so a form needs a token; the REST
	# API takes no cookies.
	ok $r->{csrf}, "$r->{method} $r->{pattern} wants a form's token"
		if $r->{method} ne 'GET' && $r->{pattern} !~ m{^/api/}
			&& $r->{program} =~ /^(page|upload)$/;
}

# The user nobody can block or remove.
my $root = $cardume->psql("SELECT user_id FROM account JOIN actor
	ON actor.id = actor_id WHERE name = 'root'");

# A private video nobody has touched yet.
sub private_video {
	return $cardume->psql("WITH v AS (INSERT INTO video (channel_id, name,
		privacy, state, short_uuid)
		SELECT channel.id, 'Not yours', 3, 1, ''
		FROM channel JOIN actor ON actor.id = actor_id
		WHERE name = '${owner}_channel' RETURNING id, uuid),
		s AS (INSERT INTO video_source (video_id, path, size, filename)
		SELECT id, 'source/none', 1, 'none.mp4' FROM v)
		SELECT uuid FROM v");
}

sub private_playlist {
	return $cardume->psql("INSERT INTO playlist (account_id, privacy, name,
		short_uuid) SELECT account.id, 3, 'Not yours', '' FROM account
		JOIN actor ON actor.id = actor_id WHERE actor.name = '$owner'
		RETURNING uuid");
}

# An application to let in.
my $app = $cardume->psql("INSERT INTO oauth_app (client_id, name, redirect_uris)
	SELECT md5(random()::text), 'An app', '{https://app.example/}'
	RETURNING client_id");

# What an operation does not answer without.
my %query = (
	'/oauth/authorize' => "?client_id=$app&response_type=code" .
		'&redirect_uri=https://app.example/&code_challenge=' .
		'x' x 43 . '&code_challenge_method=S256',
	'/api/v1/users/me/subscriptions/exist' => '?uris=x',
	'/api/v1/users/me/video-playlists/videos-exist' => '?videoIds=1',
	'/api/v1/server/redundancy/videos' => '?target=my-videos',
);

# A report of the owner's.
sub abuse {
	return $cardume->psql("INSERT INTO abuse (kind, reason, reporter_id)
		SELECT 'account', 'Not yours', account.id FROM account
		JOIN actor ON actor.id = actor_id WHERE name = '$owner'
		RETURNING id");
}

sub path_of {
	my ($r, $video) = @_;
	my $id = $r->{pattern} =~ m{/(?:video-playlists|w/p)/:id} ?
		private_playlist() : $r->{pattern} =~ m{/users/:id} ?
		$root : $video;
	my $name = $r->{pattern} =~ m{^/(?:a|account|accounts|api/v1/accounts)/}
		? $owner : "${owner}_channel";
	my %value = (id => $id, uuid => $video, name => $name,
		handle => $name, actorId => 1, metric => 'viewers',
		accountName => $owner, threadId => 1, commentId => 1,
		listId => 1, captionLanguage => 'en',
		abuseId => $r->{pattern} =~ m{:abuseId} ? abuse() : undef);
	return ($r->{pattern} =~ s{:(\w+)}{$value{$1} // 'none.mp4'}ger) .
		($query{ $r->{pattern} } // '');
}

sub ask {
	my ($r, $visitor, $path) = @_;
	my $client = $r->{pattern} =~ m{^/api/} ? $app{$visitor} :
		$browser{$visitor};
	my $accept = $r->{program} eq 'ap' ? 'application/activity+json' :
		'text/html,*/*';
	my %o = (redirect => 0, headers => { accept => $accept });
	return $client->get($path, %o) if $r->{method} eq 'GET';
	# nginx sends forms with files to cardume-upload.
	my $has_file = $r->{program} eq 'upload' && $r->{pattern} =~ m{^/api/}
		&& $r->{pattern} !~ /resumable/;
	$o{headers}{'content-type'} = $has_file ?
		'multipart/form-data; boundary=b' :
		'application/x-www-form-urlencoded';
	return $client->request($r->{method}, $path, %o, content => $has_file ?
		"--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n" .
		"--b--\r\n" : 'x=1');
}

# Whether a route is about one video or channel.
sub has_object { $_[0]{pattern} =~ /:(id|uuid|name|handle|accountName)/ }

sub judge {
	my ($r, $visitor, $answer) = @_;
	my $status = $answer->{status};
	my $is_in = $visitor ne 'nobody';
	my %rank = (nobody => 0, stranger => 1, owner => 1, moderator => 2,
		admin => 3);
	my %needed = (none => 0, optional => 0, user => 1, moderator => 2,
		admin => 3);
	my $is_off = $r->{what} =~ m{(?:^|[/-])off(?:-|$)};
	return 'no error of ours' if $status >= 500 &&
		!($is_off && $status == 503);
	# nginx asks before it reads an upload; a form's browser is sent to a
	# page that says why not.
	return if $status == 303 && $r->{pattern} =~ m{^/upload/}
		&& $answer->{headers}{location} =~ m{/upload/refused\?why=};
	if ($rank{$visitor} < $needed{ $r->{need} }) {
		return $is_in ? 'refused: 403' : 'refused: 401, or 303 to /login'
			unless $status == ($is_in ? 403 : 401) || $status == 303
			&& $answer->{headers}{location} =~ m{^/login\?next=};
		return;
	}
	return 'a form without a token is refused: 403'
		if $r->{csrf} && $status != 403;
	# It wants an address to look for.
	return if $r->{pattern} eq '/remote-interaction' && $status == 400;
	# Whatever the numbers are, it says where their page would be.
	return if $r->{program} eq 'page' && $status == 303
		&& $r->{pattern} eq '/videos/watch/:id/comments/:commentId';
	my $is_video = $r->{pattern} =~ /:(id|uuid)/;
	my $is_foreign = $visitor =~ /^(nobody|stranger)$/;
	return 'a private video is hidden' if $is_video && $status < 400
		&& $status != 304 && ($is_foreign || $r->{program} eq 'ap');
	return 'another\'s is not for me' if $is_foreign && $status < 400
		&& $r->{need} eq 'user' && has_object($r);
	# Nobody subscribed to anything; an account's likes are for itself only.
	return if $r->{pattern} =~ m{/subscriptions/:handle$} && $status == 404;
	# The video has no file, so no source.
	return if $r->{pattern} =~ m{/source$} && $status == 404;
	# To give away is not for moderators.
	return if $r->{pattern} =~ m{/videos/:id/ownership$} && $status == 403
		&& $visitor eq 'moderator';
	# The private video has no passwords.
	return if $r->{pattern} =~ m{/passwords$} && $status == 400;
	# The path names root.
	return if $r->{pattern} =~ m{/token-sessions$} && $visitor ne 'admin'
		&& $status == 403;
	return if $r->{pattern} =~ m{/ratings$} && $visitor ne 'owner'
		&& $status == 403;
	return if $is_off || $r->{pattern} =~ m{/users/:id/} && $status == 403;
	return 'one\'s own is there' if !$is_foreign && $status != 200
		&& $r->{method} eq 'GET' && $r->{need} eq 'user';
	return;
}

my $nr_asked = 0;
for my $r (@routes) {
	my @wrong;
	for my $visitor (@visitors) {
		# Who removes an account is needed no more (t/20-api-users.t);
		# other tests need jobs and settings (t/20-api-instance.t).
		next if $visitor ne 'nobody' && "$r->{method} $r->{pattern}" =~
			m{^DELETE\ /api/v1/users/me$ | /jobs/pause$
			| ^DELETE\ /api/v1/config/custom$}x;
		my $path = path_of($r, private_video());
		my $answer = ask($r, $visitor, $path);
		my $wanted = judge($r, $visitor, $answer);
		$nr_asked++;
		push @wrong, "$visitor: $wanted, not $answer->{status}"
			if $wanted;
	}
	# Signing out and giving a token back ends what is used here.
	for my $visitor (grep { $_ ne 'nobody' } @visitors) {
		$app{$visitor}{headers}{authorization} = 'Bearer ' .
			$cardume->token($name{$visitor})
			if $r->{pattern} =~ /revoke-token/;
	}
	ok !@wrong, "$r->{method} $r->{pattern}"
		or diag map { "$_\n" } @wrong;
}
note "$nr_asked requests";

# Cookies mean nothing to the REST API, tokens nothing to the pages.
is $browser{owner}->get('/api/v1/users/me')->{status}, 401,
	'a cookie is no token';
is $app{owner}->get('/my-account/settings', redirect => 0)->{status}, 303,
	'a token is no cookie';

# What is not a route is not there, and other methods do not get through.
is $browser{owner}->get($_)->{status}, 404, "nothing at $_"
	for qw(/my-account/nothing /administration /.git/config);
is $app{owner}->get("/api/v1/nothing")->{status}, 400,
	"no such call: PeerTube answers 400";
is $browser{owner}->request('PUT', '/my-account/settings')->{status}, 405,
	'PUT of a page';
is $browser{owner}->request('DELETE', '/login')->{status}, 405, 'DELETE';

# The users and the video are as they were.
is $cardume->psql("SELECT count(*) FROM account JOIN actor ON actor.id =
	actor_id JOIN app_user u ON u.id = user_id WHERE name = '$owner'
	AND u.role = 2 AND NOT is_blocked"), 1, 'the owner is a user still';
is $cardume->psql("SELECT count(*) FROM channel JOIN actor ON actor.id =
	actor_id WHERE name = '${owner}_channel'"), 1, 'with the channel';

done_testing;
