# SPDX-License-Identifier: AGPL-3.0-or-later
# Comments of other servers under our videos, over real sockets: threads,
# changes, deletions, what waits for its owner, what is handed on to others.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json encode_json);
use Test::More;
use Cardume;
use Cardume::Instances qw(person wait_for);
use Cardume::Peer;
use Cardume::Rows qw(sql_text video_rows);

my $cardume = Cardume->shared;
my $origin = $cardume->origin;
my $ann = person($cardume, 'rem');
my $uuid = video_rows($cardume, "$ann->{name}_channel",
	name => unique('Answered'), files => []);
my $video = "$origin/videos/watch/$uuid";
my $peer = Cardume::Peer->start;
my $third = Cardume::Peer->start(address => '127.0.0.2');
my $bob = $peer->actor('bob');
my $eve = $peer->actor('eve');
my $fan = $third->actor('fan');

# What the API says of the video's comments: texts by their id.
sub comments {
	return @{ decode_json($cardume->psql("SELECT coalesce(json_agg(c
		ORDER BY c.id), '[]') FROM (SELECT c.id, c.url, c.text, c.is_html,
			c.thread_id, c.held_for_review AS held,
			c.deleted_at IS NOT NULL AS deleted
		FROM comment c JOIN video v ON v.id = c.video_id
		WHERE v.uuid = '$uuid') c")) };
}

sub by_url {
	my ($url) = @_;
	return (grep { ($_->{url} // '') eq $url } comments())[0];
}

sub threads {
	return $cardume->client->json(
		"/api/v1/videos/$uuid/comment-threads?start=0&" . unique('x'));
}

my $nr = 0;

# A public Note of the peer's, served under its id.
sub written {
	my ($whom, $to, $content, %o) = @_;
	my $path = '/notes/' . ++$nr;
	return $peer->document($path, { type => 'Note', content => $content,
		attributedTo => $whom->{id}, inReplyTo => $to,
		published => '2026-02-03T04:05:06Z',
		to => [$Cardume::Peer::public], cc => ["$whom->{id}/followers"],
		%o });
}

sub create {
	my ($whom, $note, %o) = @_;
	my $activity = { '@context' => $Cardume::Peer::context,
		id => "$note->{id}/activity", type => $o{type} // 'Create',
		actor => $whom->{id}, object => $note, to => $note->{to},
		cc => $note->{cc} };
	my $answer = $peer->post("$origin/inbox", $activity, signer => $whom);
	is $answer->{status}, 202, ($o{what} // 'it') . ' is taken in';
	return $activity;
}

# --- a thread ----------------------------------------------------------------

my $first = written($bob, $video, '<p>Well <b onclick="x()">done</b>'
	. '<script>alert(1)</script></p>');
create($bob, $first, what => 'a comment');
my $row = wait_for { by_url($first->{id}) } 20, 'it is there';
is $row->{text}, '<p>Well <strong>done</strong></p>', 'made safe';
ok $row->{is_html} && !$row->{held}, 'as HTML, for everybody';
my $list = threads();
is $list->{total}, 1, 'the API lists it';
is $list->{data}[0]{account}{host}, $peer->host, 'with where it is from';
is $list->{data}[0]{url}, $first->{id}, 'and its address';
like $cardume->client->text("/w/$uuid?" . unique('x')),
	qr{<p>Well <strong>done</strong></p>}, 'the watch page shows it';

my $second = written($eve, $first->{id}, '<p>Indeed</p>');
my $deeper = written($bob, $second->{id}, '<p>Thanks</p>');
create($bob, $deeper, what => 'an answer to one that we do not know');
$row = wait_for { by_url($deeper->{id}) } 20, 'both are there';
is by_url($second->{id})->{text}, '<p>Indeed</p>', 'the unknown was fetched';
is $row->{thread_id}, by_url($first->{id})->{id}, 'in the thread';

create($bob, $first, what => 'the first again');
create($bob, my $last = written($bob, $video, '<p>After</p>'), what => 'one more');
wait_for { by_url($last->{id}) } 20, 'one more is there';
is scalar(grep { $_->{url} eq $first->{id} } comments()), 1, 'no second copy';

# --- what is none ------------------------------------------------------------

my %none = (
	'direct' => written($bob, $video, '<p>For you</p>', to => [$ann->{id}
		// "$origin/accounts/$ann->{name}"], cc => []),
	'a vote' => written($bob, $video, undef, name => 'Yes'),
	'of another' => written($eve, $video, '<p>I am Eve</p>'),
	'to nothing' => written($bob, "$video/comments/999999999", '<p>Hm</p>'),
	'to a post' => written($bob, written($eve, undef, '<p>Post</p>')->{id},
		'<p>An answer elsewhere</p>'),
);
create($bob, $none{$_}, what => $_) for sort keys %none;
create($bob, my $mark = written($bob, $video, '<p>Mark</p>'), what => 'a mark');
wait_for { by_url($mark->{id}) } 30, 'the mark is there';
is by_url($none{$_}{id}), undef, "no comment: $_" for sort keys %none;

# --- changes -----------------------------------------------------------------

$first->{content} = '<p>Well made</p>';
$peer->document('/notes/1', $first);
create($eve, { %$first, attributedTo => $bob->{id} }, type => 'Update',
	what => 'a change by another');
create($bob, { %$first }, type => 'Update', what => 'a change');
wait_for { by_url($first->{id})->{text} eq '<p>Well made</p>' } 20,
	'it is changed';
like $cardume->client->text("/w/$uuid?" . unique('x')), qr/edited <time/,
	'and the page says so';

sub delete_note {
	my ($whom, $url) = @_;
	my $answer = $peer->post("$origin/inbox", {
		'@context' => $Cardume::Peer::context, id => "$url#delete",
		type => 'Delete', actor => $whom->{id}, to => [],
		object => { type => 'Tombstone', id => $url } },
		signer => $whom);
	is $answer->{status}, 202, 'a deletion is taken in';
}
delete_note($eve, $last->{id});
delete_note($bob, $mark->{id});
wait_for { by_url($mark->{id})->{deleted} } 20, 'it is deleted';
ok !by_url($last->{id})->{deleted}, 'not by another';

# --- held, approved, handed on -----------------------------------------------

$cardume->psql("INSERT INTO host (name) VALUES ('" . $third->host . "');
	INSERT INTO actor (kind, name, host_id, url, inbox, shared_inbox,
		public_key)
	SELECT 'Person', '$fan->{handle}', h.id, '$fan->{id}', '$fan->{inbox}',
		'" . $third->url('/inbox') . "', public_key
	FROM host h, actor s WHERE h.name = '" . $third->host . "'
		AND s.name = 'peertube';
	INSERT INTO follow (follower_id, target_id, state)
	SELECT f.id, t.id, 'accepted' FROM actor f, actor t
	WHERE f.url = '$fan->{id}' AND t.name = '$ann->{name}_channel'");
my $open = create($eve, written($eve, $video, '<p>To all</p>'), what => 'an open one');
my $handed = $third->wait_for(sub { ($_[0]{json}{type} // '') eq 'Create'
	&& $_[0]{json}{id} eq $open->{id} }, 20);
ok $handed, 'a follower gets it from us';
is_deeply $handed->{json}, $open, 'as it came' if $handed;

$cardume->psql("UPDATE video SET comments_policy = 3 WHERE uuid = '$uuid'");
my $held = create($eve, written($eve, $video, '<p>May I?</p>'), what => 'a held one');
my $kept = wait_for { by_url($held->{object}{id}) } 20, 'it waits';
ok $kept->{held}, 'for its owner';
unlike $cardume->client->text("/w/$uuid?" . unique('x')), qr/May I/,
	'nobody sees it';
$ann->api(POST => "/videos/$uuid/comments/$kept->{id}/approve");
ok $third->wait_for(sub { ($_[0]{json}{id} // '') eq $held->{id} }, 20),
	'then it is handed on';

$cardume->psql("UPDATE video SET comments_policy = 2 WHERE uuid = '$uuid'");
create($eve, my $late = written($eve, $video, '<p>Late</p>'), what => 'a late one');
$cardume->psql("UPDATE video SET comments_policy = 1 WHERE uuid = '$uuid'");
create($eve, my $end = written($eve, $video, '<p>End</p>'), what => 'a last one');
wait_for { by_url($end->{id}) } 20, 'the last one is there';

# --- whom it mentions --------------------------------------------------------

sub mention { { type => 'Mention', href => $_[0], name => '@x' } }
my $named = $cardume->user(unique('fan'));
my $mentions = sub { $cardume->psql("SELECT array_to_string(mentions, ' ')
	FROM comment WHERE url = '$_[0]{id}'") };
my @strange = (undef, 'x', 1, [], {}, [[ 1 ]], { type => 'Mention' },
	mention(undef), mention([ 'x' ]), mention("$origin/accounts/nobody"),
	mention('https://elsewhere.example/accounts/fan'));
my $tagged = written($bob, $video, '<p>Strange</p>', tag => [ @strange,
	mention("$origin/accounts/$named"), (mention($bob->{id})) x 500 ]);
create($bob, $tagged, what => 'strange tags');
wait_for { by_url($tagged->{id}) } 20, 'it is there all the same';
is $mentions->($tagged), $cardume->psql("SELECT id FROM actor
	WHERE name = '$named'"), 'with the one of ours';
is $cardume->psql("SELECT count(*) FROM notification n JOIN comment c
	ON c.id = n.comment_id WHERE n.type = 11 AND c.url = '$tagged->{id}'"),
	1, 'who is told';
for my $tag (@strange) {
	my $one = written($bob, $video, '<p>One</p>', tag => $tag);
	create($bob, $one, what => 'one strange tag');
	wait_for { by_url($one->{id}) } 20, 'is no harm';
}

# --- and who is muted --------------------------------------------------------

$ann->api(POST => '/users/me/blocklist/servers', { host => $peer->host });
create($eve, my $blocked = written($eve, $video, '<p>Blocked</p>'),
	what => 'one of a server that the owner blocks');
wait_for { $cardume->psql("SELECT count(*) FROM inbox
	WHERE body LIKE '%$blocked->{id}%' AND state < 3") eq '0' } 20,
	'it is dealt with';
is by_url($blocked->{id}), undef, 'and no comment';
done_testing;
