# SPDX-License-Identifier: AGPL-3.0-or-later
# What muted accounts and servers elsewhere have made is in no list, for one
# user or for everybody, and comes back when they are muted no longer.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json encode_json);
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my ($maker, $reader) = map { $cardume->user(unique($_)) } qw(maker reader);
my $moderator = $cardume->user(unique('mod'), role => 'moderator');
my %token = map { $_ => $cardume->token($_) } $maker, $reader, $moderator;

sub call {
	my ($method, $path, $as, $body) = @_;
	my %headers = $as ? (authorization => "Bearer $token{$as}") : ();
	return $body ? $client->send_json($method, "/api/v1/$path", $body,
			headers => \%headers) :
		$client->request($method, "/api/v1/$path", headers => \%headers);
}

# Two servers: of one the server is muted, of the other one account.
my $word = unique('harbour');
my $author = unique('carol');

sub theirs {
	my ($host, $video_name) = @_;
	my $id = $cardume->psql(<<"SQL");
WITH h AS (INSERT INTO host (name) VALUES ('$host') RETURNING id),
a AS (INSERT INTO actor (kind, name, host_id, url, inbox, document)
	SELECT k.kind, k.name || '\@$host', h.id, 'https://$host/' || k.name,
		'https://$host/inbox', '{}' FROM h, (VALUES ('Person',
		'$author'), ('Group', '$author-films')) k (kind, name)
	RETURNING id, kind),
o AS (INSERT INTO account (actor_id, actor_kind, display_name)
	SELECT id, kind, 'Carol of $host' FROM a WHERE kind = 'Person'
	RETURNING id),
c AS (INSERT INTO channel (actor_id, account_id, display_name)
	SELECT a.id, o.id, 'Films of $host' FROM a, o WHERE a.kind = 'Group'
	RETURNING id)
SELECT o.id || ' ' || c.id || ' ' || h.id FROM o, c, h
SQL
	my ($account, $channel, $at) = split ' ', $id;
	$cardume->psql(<<"SQL");
INSERT INTO video (short_uuid, channel_id, name, privacy, state, tags, duration,
	files_are_public, host_id, url, document, category_id)
VALUES ('1111111111111111111111', $channel, '$video_name', 1, 1, '{}', 9, true,
	$at, 'https://$host/v', '{}', 1);
INSERT INTO playlist (short_uuid, account_id, channel_id, channel_position,
	privacy, name, host_id, url)
VALUES ('1111111111111111111111', $account, $channel, 1, 1, 'List $word $host', $at,
	'https://$host/p');
INSERT INTO playlist_element (playlist_id, video_id, position)
SELECT p.id, v.id, 1 FROM playlist p, video v
WHERE p.url = 'https://$host/p' AND v.url = 'https://$host/v'
SQL
	return { host => $host, account => $account, channel => $channel,
		handle => "$author\@$host", films => "$author-films\@$host",
		video => $video_name };
}

my $bad = theirs(unique('bad') . '.example', "Bad $word");
my $rude = theirs(unique('rude') . '.example', "Rude $word");
my $ours = Cardume::Video->make($cardume, $maker, bare => 1,
	name => "Good $word");
$cardume->psql(<<"SQL");
INSERT INTO comment (url, video_id, channel_id, account_id, text)
SELECT 'https://' || t.host || '/c', v.id, v.channel_id, t.account, t.said
FROM video v, (VALUES ('$bad->{host}', $bad->{account}, 'Bad words $word'),
	('$rude->{host}', $rude->{account}, 'Rude words $word'))
	t (host, account, said)
WHERE v.id = $ours->{id};
INSERT INTO follow (follower_id, target_id, state)
SELECT a.id, c.actor_id, 'accepted' FROM actor a, channel c
WHERE a.name = '$reader' AND c.id IN ($bad->{channel}, $rude->{channel})
SQL

# Each list, as text, for somebody or for nobody.
my %list = (
	videos => 'videos?count=100',
	'filtered videos' => 'videos?count=100&categoryOneOf=1',
	'their channel\'s videos' => "video-channels/$bad->{films}/videos",
	'searched videos' => "search/videos?search=$word",
	'searched playlists' => "search/video-playlists?search=$word",
	playlists => 'video-playlists?count=100',
	channels => 'video-channels?count=100',
	'searched channels' => "search/video-channels?search=$author",
	accounts => 'accounts?count=100',
	comments => "videos/$ours->{uuid}/comment-threads",
	overview => 'overviews/videos?page=1',
);
my %page = (browsed => '/videos/browse', home => '/', found =>
	"/search?search=$word", watch => "/w/$ours->{short}",
	feed => '/feeds/videos.json', 'comment feed' =>
	'/feeds/video-comments.xml');
# What everybody sees, and so only the instance's own mutes.
my %common = map { $_ => 1 } qw(playlists channels accounts);

# Answers are kept for some seconds; another query is another answer.
my $turn = time;

sub answers {
	my ($as) = @_;
	my %text;
	$turn++;
	for my $name (keys %list) {
		my $path = $list{$name} . ($list{$name} =~ /\?/ ? '&' : '?') .
			"x=$turn";
		my $answer = call('GET', $path, $as);
		is $answer->{status}, 200, "$name: $path" or diag $answer->{content};
		$text{$name} = $answer->{content};
	}
	return %text if $as;
	for my $name (keys %page) {
		my $path = $page{$name} . ($page{$name} =~ /\?/ ? '&' : '?') .
			"x=$turn";
		$text{$name} = $client->text($path);
	}
	return %text;
}

# How often a server is named in each list that has it.
sub names {
	my ($it, %text) = @_;
	my ($said) = $it->{video} =~ /^(\w+)/;
	return map { $_ => 1 } grep { $text{$_} =~
		/\Q$it->{host}\E|$said (?:words )?$word/ } keys %text;
}

my %seen = answers();
my %bad = names($bad, %seen);
my %rude = names($rude, %seen);
# The overview draws its categories, and they may be among them or not.
delete @$_{overview} for \(%bad, %rude);
my @where = grep { $_ ne 'overview' } sort keys %list, keys %page;
is_deeply [ sort keys %bad ], \@where, 'everything shows them at first';
is_deeply [ sort keys %rude ], [ grep { !/their/ } @where ],
	'... and the others';
my %mine = answers($reader);
my $total = decode_json($mine{videos})->{total};

sub gone {
	my ($as, $what, $it, @left) = @_;
	my %left = names($it, answers($as));
	is_deeply [ sort keys %left ], \@left, $what;
}

# A user's own.
is call('POST', 'users/me/blocklist/servers', $reader,
	{ host => uc $bad->{host} })->{status}, 204, 'a user mutes a server';
is call('POST', 'users/me/blocklist/accounts', $reader,
	{ accountName => $rude->{handle} })->{status}, 204, '... and an account';
gone($reader, 'they have nothing of the server', $bad, sort keys %common);
gone($reader, '... nor of the account', $rude, sort keys %common);
my %now = answers($reader);
is decode_json($now{videos})->{total}, $total - 2, 'the total is theirs';
ok names($bad, answers()), 'others have';
my $subscribed = call('GET', 'users/me/subscriptions/videos', $reader);
unlike $subscribed->{content}, qr/$word/, 'subscriptions have none';
my $status = decode_json(call('GET', "blocklist/status?accounts=$rude->{handle}"
	. "&accounts=$maker&hosts=$bad->{host}", $reader)->{content});
is_deeply $status->{accounts}, { $maker => { blockedByServer => JSON::PP::false,
	blockedByUser => JSON::PP::false }, $rude->{handle} => {
	blockedByServer => JSON::PP::false, blockedByUser => JSON::PP::true } },
	'the state of the mutes, by handles';
ok $status->{hosts}{ $bad->{host} }{blockedByUser}, '... and by hosts';
my $listed = decode_json(call('GET', 'users/me/blocklist/accounts', $reader)
	->{content})->{data}[0]{blockedAccount};
is "$listed->{name}\@$listed->{host}", $rude->{handle}, 'who is muted';
my $web = $cardume->sign_in($reader);
unlike $web->text($_), qr/(?:Bad|Rude) (?:words )?$word/, "page $_"
	for '/', '/videos/browse', "/search?search=$word", '/videos/subscriptions',
	"/w/$ours->{short}", "/c/$bad->{films}", "/a/$rude->{handle}";
like $web->text("/w/$ours->{short}"), qr/Good $word/, '... but what is ours';

# Notifications of what they do: none, and those that are there go.
sub told {
	my ($as, $account) = @_;
	return $cardume->psql("SELECT count(*) FROM notification n
		JOIN account c ON c.user_id = n.user_id
		JOIN actor a ON a.id = c.actor_id WHERE a.name = '$as'
		AND n.account_id = $account");
}
sub comment {
	my ($it, $nr) = @_;
	$cardume->psql("INSERT INTO comment (url, video_id, channel_id,
		account_id, text) SELECT 'https://$it->{host}/c$nr', id,
		channel_id, $it->{account}, 'More' FROM video
		WHERE id = $ours->{id}");
}
ok told($maker, $bad->{account}), 'the maker was told of the comments';
is call('POST', 'users/me/blocklist/servers', $maker,
	{ host => $bad->{host} })->{status}, 204, 'who mutes the server';
is told($maker, $bad->{account}), 0, '... loses what it told them';
comment($bad, 2);
is told($maker, $bad->{account}), 0, '... and is told no more';
like $cardume->psql("DO \$\$ BEGIN PERFORM comment_admit(v, a, '{}') FROM video v,
	account a WHERE v.id = $ours->{id} AND a.id = $bad->{account};
	EXCEPTION WHEN SQLSTATE 'AP002' THEN
	PERFORM set_config('x.why', SQLERRM, false); END \$\$;
	SELECT current_setting('x.why', true)"), qr/blocked/,
	'... and takes no comments of theirs';

# The instance's.
is call('POST', 'server/blocklist/servers', $moderator,
	{ host => $bad->{host} })->{status}, 204, 'the instance mutes it';
like call('POST', 'server/blocklist/accounts', $moderator,
	{ accountName => $rude->{handle} })->{status}, qr/^20[04]$/,
	'... and the account';
gone(undef, 'nobody has anything of the server', $bad);
gone(undef, '... or of the account', $rude);
unlike $client->text('/sitemap.xml'), qr/\Q$bad->{host}\E/, 'the site map';
is $cardume->psql("SELECT host_is_blocked('$bad->{host}')"), 't',
	'what it sends is refused, and nothing is sent there';

# And back.
is call('DELETE', "server/blocklist/servers/$bad->{host}", $moderator)
	->{status}, 204, 'the server is muted no longer';
like call('DELETE', "server/blocklist/accounts/$rude->{handle}", $moderator)
	->{status}, qr/^20[14]$/, '... nor the account';
my %back = answers();
is_deeply { names($bad, %back) }, \%bad, 'all that was hidden is there';
is_deeply { names($rude, %back) }, \%rude, '... of both';
is call('DELETE', "users/me/blocklist/accounts/$rude->{handle}", $reader)
	->{status}, 204, 'a user lets an account be heard again';
is call('DELETE', "users/me/blocklist/accounts/$rude->{handle}", $reader)
	->{status}, 404, '... once';

done_testing;
