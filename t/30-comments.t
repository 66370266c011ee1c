#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Comments on the watch page: read, written, approved and deleted by forms.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Encode qw(decode_utf8);
use Test::More;

use Cardume;
use Cardume::Video;

my $cardume = Cardume->shared;
my ($owner, $ann, $bob) = map { $cardume->user(unique($_)) } qw(owner ann bob);
my %as = map { $_ => $cardume->sign_in($_) } $owner, $ann, $bob;
my $video = Cardume::Video->make($cardume, $owner, bare => 1);
my $path = "/w/$video->{short}";
my $serial = 0;

# As a stranger; nginx keeps these answers for some seconds.
sub stranger {
	my ($path) = @_;
	return decode_utf8($cardume->client->text("$path?once=" . $serial++));
}

sub page {
	my ($who, $path) = @_;
	my $answer = $as{$who}->get($path);
	is $answer->{status}, 200, "$path for $who" or diag $answer->{content};
	return $answer;
}

sub say_it {
	my ($who, $text, $parent) = @_;
	my $answer = $as{$who}->follow_form(page($who, $path), { text => $text },
		which => $parent ? qr/name="inReplyTo" value="$parent"/ :
			qr{/comments (?!.*inReplyTo)}s);
	is $answer->{status}, 200, 'and back on the page';
	my ($id) = $cardume->psql("SELECT max(id) FROM comment
		WHERE video_id = $video->{id}");
	like $answer->{content}, qr/<li id="comment-$id"/, 'it is there';
	return $id;
}

like stranger($path), qr/No comments yet/, 'none';
like stranger($path), qr{href="/login\?next=%2Fw%2F$video->{short}%23comments"},
	'strangers may sign in';
unlike stranger($path), qr/<textarea[^>]*name="text"/, 'but have no form';

my $first = say_it($ann, "**Bold** <script>alert(1)</script> & ünïcode\n\n" .
	'[bad](javascript:alert(1)) https://elsewhere.example/');
my $html = stranger($path);
like $html, qr{<strong>Bold</strong>}, 'Markdown';
unlike $html, qr/<script>alert/, 'no HTML of theirs';
unlike $html, qr/href="javascript/, 'no scripts in links';
like $html, qr{&lt;script&gt;alert\(1\)&lt;/script&gt; &amp; ünïcode}, 'as text';
like $html, qr{rel="[^"]*nofollow[^"]*"[^>]*>https://elsewhere}, 'links';
my $answer = say_it($bob, 'An answer', $first);
my $deeper = say_it($owner, 'Mine is deeper', $answer);
$html = stranger($path);
like $html, qr/id="comment-$answer" class="depth-2"/, 'an answer';
like $html, qr/id="comment-$deeper" class="depth-3".*?href="#comment-$answer"/s,
	'an answer to it tells to what';
like $html, qr{id="comment-$deeper".*?<span class="badge">maker</span>}s,
	'the maker is marked';
like $html, qr{>Comments <span class="muted numbers">3</span>}, 'their number';

# Who sees which buttons.
sub buttons {
	my ($who) = @_;
	return join ' ', sort { $a <=> $b } page($who, $path)->{content} =~
		m{action="$path/comments/(\d+)/delete"}g;
}
is buttons($ann), $first, 'one deletes one\'s own';
is buttons($owner), "$first $answer $deeper", 'the maker all';

# Forged and foreign forms.
is $as{$bob}->post("$path/comments", { text => 'x' })->{status}, 403,
	'without a token';
my ($csrf) = page($bob, $path)->{content} =~ /name="csrf" value="([^"]+)"/;
my @refused = (
	[404, "$path/comments", text => 'x', inReplyTo => 999999999],
	[400, "$path/comments", text => ''],
	[400, "$path/comments", text => 'x' x 10001],
	[400, "$path/comments", inReplyTo => $first],
	[400, "$path/comments", text => 'x', inReplyTo => 'x'],
	[403, "$path/comments/$first/delete"],
	[403, "$path/comments/$first/approve"],
	[400, "$path/comments/x/delete"],
	[404, "$path/comments/999999999/delete"],
	[404, '/w/1111111111111111111111/comments', text => 'x'],
);
for (@refused) {
	my ($status, $to, %fields) = @$_;
	is $as{$bob}->post($to, { csrf => $csrf, %fields })->{status}, $status,
		"$to: $status";
}
is $cardume->client->post("$path/comments", { text => 'x' })->{status}, 401,
	'strangers write nothing';

$as{$ann}->follow_form(page($ann, $path), {}, which => qr{/$first/delete});
$html = stranger($path);
like $html, qr/id="comment-$first".*?This comment was deleted/s, 'a tombstone';
unlike $html, qr/Bold/, 'its text is gone';
like $html, qr/An answer/, 'answers stay';
$as{$owner}->follow_form(page($owner, $path), {}, which => qr{/$_/delete})
	for $deeper, $answer;
unlike stranger($path), qr/id="comment-/, 'nothing is left to show';

# Other words for one's own.
sub change {
	my ($who, $id, $text) = @_;
	my $answer = $as{$who}->follow_form(page($who, $path), { text => $text },
		which => qr{/$id/edit});
	is $answer->{status}, 200, 'changed';
	return $answer->{content};
}
my $edited = say_it($bob, "A tpyo\n\n</textarea>");
$html = page($bob, $path)->{content};
like $html, qr{/$edited/edit.*?<textarea[^>]*>A tpyo\s+&lt;/textarea&gt;<}s,
	'a form with its words';
unlike page($owner, $path)->{content}, qr{/$edited/edit}, 'not for others';
unlike change($bob, $edited, "A tpyo\r\n\r\n</textarea>"), qr/>edited|edited </,
	'the same words are no change';
$html = change($bob, $edited, 'A *typo*');
like $html, qr{id="comment-$edited".*?edited <time.*?<em>typo</em>}s,
	'the page says so';
($csrf) = $html =~ /name="csrf" value="([^"]+)"/;
my ($theirs) = ($cardume->psql("INSERT INTO comment (video_id, channel_id,
	account_id, text) SELECT video_id, channel_id, o.id, 'Of ann'
	FROM comment c, account o JOIN actor a ON a.id = o.actor_id
	WHERE c.id = $edited AND a.name = '$ann' RETURNING comment.id"));
for ([403, "$theirs/edit", 'x'], [409, "$first/edit", 'x'],
		[404, '999999999/edit', 'x'], [400, "$edited/edit", ''],
		[400, "$edited/edit", " \n "], [400, "$edited/edit", 'x' x 10001]) {
	my ($status, $to, $text) = @$_;
	is $as{$bob}->post("$path/comments/$to", { csrf => $csrf,
		text => $text })->{status}, $status, "$to: $status";
}
is $cardume->client->post("$path/comments/$edited/edit", { text => 'x' })
	->{status}, 401, 'strangers change nothing';
$cardume->psql("WITH w AS (INSERT INTO watched_words (account_id, name, words)
	SELECT h.account_id, 'Bad', '{worms}' FROM video v JOIN channel h
	ON h.id = v.channel_id WHERE v.id = $video->{id} RETURNING account_id)
	INSERT INTO tag_policy SELECT account_id, 'review_comment', 'Bad' FROM w");
my $waiting = "SELECT held_for_review, (SELECT count(*) FROM notification n
	WHERE n.comment_id = c.id AND n.type = 2), (SELECT string_agg(t.name, ' ')
	FROM comment_tag t WHERE t.comment_id = c.id)
	FROM comment c WHERE id = $edited";
is $cardume->psql($waiting), 'f|1|', 'told, of which the owner heard';
like change($bob, $edited, 'Fine worms'), qr/held for review/, 'watched words';
is $cardume->psql($waiting), 't|2|Bad', '... wait for a look, so the owner hears';
unlike stranger($path), qr/worms/, 'and are shown to nobody';
like change($bob, $edited, 'Fine fish'), qr/held for review/, 'better ones, too';
like $as{$owner}->follow_form(page($owner, $path), {},
	which => qr{/$edited/approve})->{content}, qr/edited <time/, 'approved';
like stranger($path), qr/Fine fish/, 'it is there again';
$cardume->psql('DELETE FROM tag_policy');

# Held for review.
$cardume->psql("UPDATE video SET comments_policy = 3 WHERE id = $video->{id}");
like page($ann, $path)->{content}, qr/appears when the maker/, 'announced';
my $held = say_it($ann, 'May I?');
unlike stranger($path), qr/May I\?/, 'held';
unlike page($bob, $path)->{content}, qr/May I\?/, 'from others, too';
like page($ann, $path)->{content}, qr/held for review/, 'the author is told';
unlike page($ann, $path)->{content}, qr{$held/approve}, 'and may not approve';
$as{$owner}->follow_form(page($owner, $path), {}, which => qr{/$held/approve});
like stranger($path), qr/May I\?/, 'approved';

# Pages, and a thread alone.
$cardume->psql("UPDATE video SET comments_policy = 1 WHERE id = $video->{id};
	INSERT INTO comment (video_id, channel_id, account_id, text, created_at)
	SELECT video_id, channel_id, account_id, 'Number ' || i || '.',
		now() + i * interval '1 second'
	FROM comment, generate_series(1, 12) i WHERE id = $held;
	INSERT INTO comment (video_id, channel_id, account_id, thread_id,
		in_reply_to_id, text)
	SELECT video_id, channel_id, account_id, id, id, 'One of many'
	FROM comment, generate_series(1, 60) WHERE id = $held");
$html = page($ann, $path)->{content};
like $html, qr/Number 12\..*Number 3\./s, 'ten threads';
unlike $html, qr/Number 2\./, 'no more';
like $html, qr/\?comments=10#comments/, 'older ones';
$html = page($ann, "$path?comments=10")->{content};
like $html, qr/Number 2\..*Number 1\..*May I\?/s, 'are on the next page';
like $html, qr/\?comments=0#comments/, 'from which one comes back';
unlike $html, qr/One of many/, 'a long thread is told alone';
like $html, qr/\?thread=$held#comment-$held/, 'at its own address';
my $whole = page($ann, "$path?thread=$held")->{content};
is scalar(() = $whole =~ /<p>One of many/g), 60, 'with all its answers';
is $as{$ann}->get("$path?comments=$_")->{status}, 400, "comments=$_"
	for 'x', -1;
unlike page($ann, "$path?thread=999999999")->{content}, qr/id="comment-\d/,
	'no such thread';

# Disabled; and who may not see the video.
$cardume->psql("UPDATE video SET comments_policy = 2 WHERE id = $video->{id}");
unlike page($ann, $path)->{content}, qr/id="comments"/, 'disabled';
is $as{$ann}->post("$path/comments", { text => 'x', csrf => $csrf })->{status},
	403, 'a token of another session';
($csrf) = page($ann, '/my-account/settings')->{content} =~
	/name="csrf" value="([^"]+)"/;
is $as{$ann}->post("$path/comments", { text => 'x', csrf => $csrf })->{status},
	409, 'nothing is written';
my $private = Cardume::Video->make($cardume, $owner, bare => 1, privacy => 3);
is $as{$ann}->post("/w/$private->{short}/comments", { text => 'x',
	csrf => $csrf })->{status}, 404, 'a private video';
my $locked = Cardume::Video->make($cardume, $owner, bare => 1, privacy => 5,
	passwords => ['sesame']);
is $as{$ann}->post("/w/$locked->{short}/comments", { text => 'x',
	csrf => $csrf })->{status}, 404, 'a locked video';
my $opened = $as{$ann}->follow_form("/w/$locked->{short}",
	{ password => 'sesame' }, which => qr/password/);
$opened = $as{$ann}->follow_form($opened, { text => 'Let in' },
	which => qr{/comments });
like $opened->{content}, qr/Let in/, 'opened by its password';
done_testing;
