#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Comments: threads and answers, counters, what is held for review, who deletes
# what, lists for those who review.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;

use Cardume;
use Cardume::Shape;
use Cardume::Video;

my $cardume = Cardume->shared;
my $client = $cardume->client;
my $origin = $cardume->origin;
my ($owner, $ann, $bob) = map { $cardume->user(unique($_)) } qw(owner ann bob);
my $mod = $cardume->user(unique('mod'), role => 'moderator');
my %token = map { $_ => $cardume->token($_) } $owner, $ann, $bob, $mod;
my $video = Cardume::Video->make($cardume, $owner, bare => 1,
	name => 'About comments');
my $base = "/api/v1/videos/$video->{uuid}";

sub bearer {
	my ($who) = @_;
	return defined $who ?
		(authorization => 'Bearer ' . ($token{$who} // $who)) : ();
}

sub answer {
	my ($who, $method, $path, $body) = @_;
	return $client->send_json($method, $path, $body, headers =>
		{ bearer($who) }) if defined $body;
	return $client->request($method, $path, headers =>
		{ bearer($who), accept => 'application/json' });
}

my $serial = 0;

# nginx keeps strangers' answers for some seconds: each question is a new one.
sub document {
	my ($who, $path) = @_;
	$path .= ($path =~ /\?/ ? '&' : '?') . 'once=' . $serial++;
	return $client->json($path, headers => { bearer($who) });
}

sub problem {
	my ($answer, $status, $code, $label) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $problem = eval { decode_json($answer->{content}) } // {};
	is $answer->{status}, $status, "$label: $status";
	is $problem->{code}, $code, "$label: code" if defined $code;
	is $problem->{status}, $status, "$label: problem document";
}

sub comment {
	my ($who, $text, %o) = @_;
	my $path = ($o{base} // $base) . ($o{to} ? "/comments/$o{to}" :
		'/comment-threads');
	my $answer = answer($who, 'POST', $path, { text => $text });
	is $answer->{status}, 200, 'a comment' or diag $answer->{content};
	return decode_json($answer->{content})->{comment};
}

my $instant = qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
my $is_avatars = sub { ref $_[0] eq 'ARRAY' };
my %account = (id => integer, name => text, displayName => text, url => qr/^\Q$origin/,
	host => text, avatars => $is_avatars, 'avatar' => any_value,
	followingCount => integer, followersCount => integer,
	createdAt => $instant, updatedAt => $instant, description => any_value,
	userId => integer);
my %comment = (id => integer, text => text, threadId => integer,
	url => qr{^\Q$origin/videos/watch/$video->{uuid}/comments/\E\d+$},
	inReplyToCommentId => null, videoId => integer, createdAt => $instant,
	updatedAt => $instant, deletedAt => null,
	heldForReview => boolean(0), isDeleted => boolean(0),
	totalReplies => integer, totalRepliesFromVideoAuthor => integer,
	account => \%account);

# --- threads and answers -----------------------------------------------------

my $empty = document(undef, "$base/comment-threads");
is_deeply $empty, { total => 0, totalNotDeletedComments => 0, data => [] },
	'no comments';
my $first = comment($ann, "First *of* all\n<script>alert(1)</script>");
shape_ok $first, \%comment, 'a comment';
is $first->{text}, "First *of* all\n<script>alert(1)</script>", 'raw text';
is $first->{threadId}, $first->{id}, 'begins a thread';
is $first->{videoId}, $video->{id}, 'on the video';
is $first->{account}{name}, $ann, 'by its author';
is $first->{account}{host}, $origin =~ s{.*//}{}r, 'of this host';
my $second = comment($bob, 'Second ünïcode 🐟');
is $second->{text}, 'Second ünïcode 🐟', 'any characters';
my $answer1 = comment($owner, 'By the owner', to => $first->{id});
is $answer1->{inReplyToCommentId}, $first->{id}, 'an answer';
is $answer1->{threadId}, $first->{id}, 'in the thread';
my $answer2 = comment($bob, 'Deeper', to => $answer1->{id});
is $answer2->{inReplyToCommentId}, $answer1->{id}, 'an answer to an answer';
is $answer2->{threadId}, $first->{id}, 'is in the thread still';

my $list = document(undef, "$base/comment-threads");
is $list->{total}, 2, 'two threads';
is $list->{totalNotDeletedComments}, 4, 'four comments';
is_deeply [map { $_->{id} } @{ $list->{data} }],
	[$second->{id}, $first->{id}], 'the newest first';
shape_ok $list->{data}[1], \%comment, 'shape in a list';
is $list->{data}[1]{totalReplies}, 2, 'answers of a thread';
is $list->{data}[1]{totalRepliesFromVideoAuthor}, 1, 'one by the owner';
is $list->{data}[0]{totalReplies}, 0, 'no answers';
my %order = (createdAt => [$first, $second], '-createdAt' => [$second, $first],
	totalReplies => [$second, $first], '-totalReplies' => [$first, $second]);
for my $sort (sort keys %order) {
	$list = document(undef, "$base/comment-threads?sort=$sort");
	is_deeply [map { $_->{id} } @{ $list->{data} }],
		[map { $_->{id} } @{ $order{$sort} }], "sorted by $sort";
}
$list = document(undef, "$base/comment-threads?start=1&count=1");
is_deeply [map { $_->{id} } @{ $list->{data} }], [$first->{id}], 'a page';
is $list->{total}, 2, 'has the total';
is document(undef, "/api/v1/videos/$_/comment-threads")->{total}, 2,
	"by $_" for $video->{id}, $video->{short};

my $thread = document(undef, "$base/comment-threads/$first->{id}");
shape_ok $thread->{comment}, \%comment, 'shape in a thread';
is $thread->{comment}{id}, $first->{id}, 'the thread';
is @{ $thread->{children} }, 1, 'one child';
is $thread->{children}[0]{comment}{id}, $answer1->{id}, 'the answer';
is $thread->{children}[0]{comment}{totalReplies}, 1, 'with its answers';
is $thread->{children}[0]{children}[0]{comment}{id}, $answer2->{id},
	'the deeper one below it';
is_deeply $thread->{children}[0]{children}[0]{children}, [], 'a leaf';
my $answer3 = comment($ann, 'Beside', to => $first->{id});
$thread = document(undef, "$base/comment-threads/$first->{id}");
is_deeply [map { $_->{comment}{id} } @{ $thread->{children} }],
	[$answer1->{id}, $answer3->{id}], 'children in order';
is_deeply document(undef, "$base/comment-threads/$second->{id}")->{children},
	[], 'a thread without answers';
is $client->json($base, headers => { bearer($owner) })->{comments}, 5,
	'the video counts them';

# --- deleting ----------------------------------------------------------------

problem answer($bob, 'DELETE', "$base/comments/$first->{id}"), 403, undef,
	"another's comment";
problem answer(undef, 'DELETE', "$base/comments/$first->{id}"), 401, undef,
	'by nobody';
my $gone = answer($ann, 'DELETE', "$base/comments/$first->{id}");
is $gone->{status}, 204, 'one deletes one\'s own';
is $gone->{content} // '', '', 'and gets nothing';
problem answer($_, 'DELETE', "$base/comments/$first->{id}"), 409, undef,
	'a second time' for $ann, $owner;
$thread = document(undef, "$base/comment-threads/$first->{id}");
shape_ok $thread->{comment}, { %comment, text => sub { $_[0] eq '' },
	account => null, isDeleted => boolean(1), deletedAt => $instant },
	'a tombstone';
is @{ $thread->{children} }, 2, 'keeps its answers';
$list = document(undef, "$base/comment-threads");
is $list->{total}, 2, 'threads are two still';
is $list->{totalNotDeletedComments}, 4, 'comments are less';
is answer($owner, 'DELETE', "$base/comments/$answer2->{id}")->{status}, 204,
	'the owner of the video deletes';
is answer($mod, 'DELETE', "$base/comments/$answer3->{id}")->{status}, 204,
	'moderators delete';
$thread = document(undef, "$base/comment-threads/$first->{id}");
is $thread->{comment}{totalReplies}, 1, 'one answer is left';
is $cardume->psql("SELECT comments, threads FROM video
	WHERE id = $video->{id}"), '2|2', 'counted';
is $cardume->psql("SELECT count(*) FROM comment WHERE video_id = $video->{id}
	AND text LIKE '%script%'"), 0, 'the text is gone';

# --- what is not possible ----------------------------------------------------

my $other = Cardume::Video->make($cardume, $owner, bare => 1);
my $private = Cardume::Video->make($cardume, $owner, bare => 1, privacy => 3);
my $locked = Cardume::Video->make($cardume, $owner, bare => 1, privacy => 5,
	passwords => ['sesame']);
my $unlisted = Cardume::Video->make($cardume, $owner, bare => 1, privacy => 2);
my $silent = Cardume::Video->make($cardume, $owner, bare => 1);
my %at = map { $_->{name} => "/api/v1/videos/$_->{video}{uuid}" }
	map { { name => $_->[0], video => $_->[1] } } [other => $other],
	[private => $private], [locked => $locked], [silent => $silent],
	[unlisted => $unlisted];
my $silenced = comment($ann, 'Before silence', base => $at{silent});
$cardume->psql("UPDATE video SET comments_policy = 2
	WHERE id = $silent->{id}");

my $text = { text => 'Words' };
my $threads = 'comment-threads';
my @table = (
	# who, method, path, body, status, code
	[undef, 'POST', "$base/$threads", $text, 401],
	['0' x 40, 'POST', "$base/$threads", $text, 401, 'invalid_token'],
	[undef, 'POST', "$base/comments/$second->{id}", $text, 401],
	(map { [$ann, 'POST', "$base/$threads", $_, 400] } {}, { text => '' },
		{ text => undef }, { text => 'x' x 10001 }, { text => [] },
		{ text => {} }, { text => " \n\t" }, ['text'],
		{ text => "nul\0" }),
	[$ann, 'POST', "$base/comments/$second->{id}", {}, 400],
	(map { [$ann, 'POST', "$base/comments/$_", $text, 400] } 'x', 0, -1,
		'1.5', '9' x 30),
	[$ann, 'POST', "$base/comments/999999999", $text, 404],
	[$ann, 'POST', "$at{other}/comments/$second->{id}", $text, 400,
		'comment_not_associated_to_video'],
	[$ann, 'DELETE', "$at{other}/comments/$second->{id}", undef, 400,
		'comment_not_associated_to_video'],
	[$ann, 'DELETE', "$base/comments/999999999", undef, 404],
	[$ann, 'DELETE', "$base/comments/x", undef, 400],
	[undef, 'GET', "$base/$threads/999999999", undef, 404],
	[undef, 'GET', "$base/$threads/x", undef, 400],
	[undef, 'GET', "$at{other}/$threads/$second->{id}", undef, 400,
		'comment_not_associated_to_video'],
	[undef, 'GET', "$base/$threads/$answer1->{id}", undef, 400],
	(map { [undef, 'GET', "$base/$threads?$_", undef, 400] } 'start=-1',
		'count=101', 'count=x', 'sort=likes', 'sort=-', 'start=1.5'),
	(map { [$_, 'GET', "$at{private}/$threads", undef, 404] } undef, $ann),
	[$ann, 'POST', "$at{private}/$threads", $text, 404],
	[undef, 'GET', "$at{locked}/$threads", undef, 401,
		'video_requires_password'],
	[$ann, 'POST', "$at{locked}/$threads", $text, 403,
		'video_requires_password'],
	[$ann, 'POST', "/api/v1/videos/$unlisted->{id}/$threads", $text, 404],
	[$ann, 'POST', "$at{silent}/$threads", $text, 409],
	[$owner, 'POST', "$at{silent}/comments/$silenced->{id}", $text, 409],
	[undef, 'GET', "$at{silent}/$threads/$silenced->{id}", undef, 404],
	(map { [$ann, 'POST', "/api/v1/videos/$_/$threads", $text, 404] }
		999999999, '00000000-0000-4000-8000-000000000000', '1' x 22),
	[$ann, 'POST', "/api/v1/videos/xyz/$threads", $text, 400],
	[$bob, 'POST', "$base/comments/$second->{id}/approve", undef, 403],
	[$owner, 'POST', "$base/comments/$second->{id}/approve", undef, 400],
	[$owner, 'POST', "$base/comments/$first->{id}/approve", undef, 409],
	[$owner, 'POST', "$base/comments/999999999/approve", undef, 404],
	[undef, 'POST', "$base/comments/$second->{id}/approve", undef, 401],
	[$ann, 'GET', '/api/v1/videos/comments', undef, 403],
	[undef, 'GET', '/api/v1/videos/comments', undef, 401],
	[undef, 'GET', '/api/v1/users/me/videos/comments', undef, 401],
	(map { [$mod, 'GET', "/api/v1/videos/comments?$_", undef, 400] }
		'sort=text', 'count=101', 'isLocal=x', 'videoId=x',
		'videoChannelId=x', 'search=' . 'x' x 1001),
	[$mod, 'GET', '/api/v1/videos/comments?videoId=999999999', undef, 404],
	[$mod, 'GET', '/api/v1/videos/comments?videoChannelId=999999999', undef,
		404],
	[$ann, 'GET', "/api/v1/users/me/videos/comments?videoId=$video->{id}",
		undef, 403],
	(map { [$ann, 'POST', '/api/v1/bulk/remove-comments-of', $_, 400] }
		{}, { accountName => $bob }, { scope => 'my-videos' },
		{ accountName => $bob, scope => 'all' },
		{ accountName => ['x'], scope => 'my-videos' }),
	[$ann, 'POST', '/api/v1/bulk/remove-comments-of',
		{ accountName => $bob, scope => 'instance' }, 403],
	[$ann, 'POST', '/api/v1/bulk/remove-comments-of',
		{ accountName => 'nobody', scope => 'my-videos' }, 404],
	[undef, 'POST', '/api/v1/bulk/remove-comments-of',
		{ accountName => $bob, scope => 'my-videos' }, 401],
);
for (@table) {
	my ($who, $method, $path, $body, $status, $code) = @$_;
	problem answer($who, $method, $path, $body), $status, $code,
		"$method " . substr $path, 0, 90;
}
my $answer = $client->request('POST', "$base/$threads", content => '{',
	headers => { bearer($ann), 'content-type' => 'application/json' });
is $answer->{status}, 400, 'no JSON';
$answer = $client->post("$base/$threads", { text => 'By a form' },
	headers => { bearer($ann) });
is $answer->{status}, 200, 'a form is taken, too';
is_deeply document($owner, "$at{silent}/$threads"), { total => 0,
	totalNotDeletedComments => 0, data => [] }, 'disabled: none are told';
$answer = $client->send_json('POST', "$at{locked}/$threads", $text, headers =>
	{ bearer($ann), 'x-peertube-video-password' => 'sesame' });
is $answer->{status}, 200, 'with the password';
comment($ann, 'Unlisted', base => $at{unlisted});
comment($ann, 'x' x 10000, base => $at{other});
comment($ann, '🐟' x 10000, base => $at{other});
my $hidden = comment($mod, 'Seen by few', base => $at{private});
problem answer($ann, 'DELETE', "$at{private}/comments/$hidden->{id}"), 404,
	undef, 'a hidden comment';

# --- held for review ---------------------------------------------------------

my $held_video = Cardume::Video->make($cardume, $owner, bare => 1,
	name => 'Careful');
$cardume->psql("UPDATE video SET comments_policy = 3
	WHERE id = $held_video->{id}");
my $careful = "/api/v1/videos/$held_video->{uuid}";
my $own = comment($owner, 'The owner is trusted', base => $careful);
ok !$own->{heldForReview}, 'not held';
my $modest = comment($mod, 'So are moderators', base => $careful);
ok !$modest->{heldForReview}, 'not held';
my $held = comment($ann, 'May I speak?', base => $careful);
ok $held->{heldForReview}, 'held';
my $held_answer = comment($ann, 'Me too', base => $careful, to => $own->{id});
ok $held_answer->{heldForReview}, 'an answer, too';

sub seen {
	my ($who, $path) = @_;
	my $list = document($who, $path // "$careful/comment-threads");
	return join ' ', $list->{total}, $list->{totalNotDeletedComments},
		map { $_->{id} } @{ $list->{data} };
}

my $told = "$modest->{id} $own->{id}";
is seen(undef), "2 2 $told", 'strangers see no held ones';
is seen($bob), "2 2 $told", 'nor do others';
is seen($ann), "3 4 $held->{id} $told", 'the author does';
is seen($owner), "3 4 $held->{id} $told", 'so does the owner';
is seen($mod), "3 4 $held->{id} $told", 'so do moderators';
is seen($ann, "$careful/comment-threads?sort=createdAt"),
	"3 4 $own->{id} $modest->{id} $held->{id}", 'in the other order';
is seen($ann, "$careful/comment-threads?start=1&count=1"),
	"3 4 $modest->{id}", 'in pages';
is seen($ann, "$careful/comment-threads?sort=-totalReplies"),
	"3 4 $held->{id} $told", 'by answers';
my %children = map { my $who = $_; ($who // 'nobody') => scalar @{ document(
	$who, "$careful/comment-threads/$own->{id}")->{children} } }
	undef, $bob, $ann, $owner, $mod;
is_deeply \%children, { nobody => 0, $bob => 0, $ann => 1, $owner => 1,
	$mod => 1 }, 'held answers likewise';
problem answer($bob, 'GET', "$careful/comment-threads/$held->{id}"), 404,
	undef, 'a held thread';
problem answer($bob, 'POST', "$careful/comments/$held->{id}", $text), 404,
	undef, 'is not answered';
problem answer($bob, 'DELETE', "$careful/comments/$held->{id}"), 404, undef,
	'nor deleted';
problem answer($ann, 'POST', "$careful/comments/$held->{id}/approve"), 403,
	undef, 'nobody approves of oneself';
is document($owner, $careful)->{comments}, 2, 'held ones do not count';
is answer($owner, 'POST', "$careful/comments/$held->{id}/approve")->{status},
	204, 'the owner approves';
is answer($mod, 'POST', "$careful/comments/$held_answer->{id}/approve")
	->{status}, 204, 'a moderator does';
problem answer($owner, 'POST', "$careful/comments/$held->{id}/approve"), 400,
	undef, 'once';
is seen(undef), "3 4 $held->{id} $told", 'then all see them';
is document(undef, "$careful/comment-threads/$own->{id}")->{comment}
	{totalReplies}, 1, 'and they count';
is $cardume->psql("SELECT comments, threads FROM video
	WHERE id = $held_video->{id}"), '4|3', 'at the video';

# --- lists for reviewers -----------------------------------------------------

my %for_review = (%comment, automaticTags => each_of(text),
	video => { id => integer, uuid => $held_video->{uuid}, name => 'Careful',
		channel => { map { $_ => any_value } qw(id name displayName url
			host avatars avatar) } });
delete @for_review{qw(deletedAt isDeleted totalReplies
	totalRepliesFromVideoAuthor)};
$for_review{url} = qr{^\Q$origin/videos/watch/$held_video->{uuid}};
my $waiting = comment($bob, 'Waiting for you', base => $careful);
for ([$owner, '/api/v1/users/me/videos/comments'],
		[$mod, '/api/v1/videos/comments']) {
	my ($who, $path) = @$_;
	my $list = document($who, "$path?videoId=$held_video->{uuid}");
	is $list->{total}, 5, "$path: total";
	shape_ok $list->{data}[0], { %for_review, heldForReview => boolean(1) },
		'shape';
	is $list->{data}[0]{id}, $waiting->{id}, 'the newest first';
	my $reverse = document($who,
		"$path?videoId=$held_video->{id}&sort=createdAt&count=2");
	is_deeply [map { $_->{id} } @{ $reverse->{data} }],
		[$own->{id}, $modest->{id}], 'the oldest first';
	my $ids = sub { join ' ', map { $_->{id} } @{ document($who,
		"$path?videoId=$held_video->{id}&$_[0]")->{data} } };
	is $ids->('isHeldForReview=true'), $waiting->{id}, 'held ones';
	is $ids->('search=WAITING%20for'), $waiting->{id}, 'by words';
	is $ids->("search=$bob"), $waiting->{id}, 'by an author\'s name';
	is $ids->('search=%25'), '', 'a percent sign is one';
	is $ids->("searchAccount=$ann"), "$held_answer->{id} $held->{id}",
		'by author';
	is $ids->('searchVideo=no%20such'), '', 'by a video that is not';
	is scalar(split / /, $ids->('searchVideo=careful')), 5, 'by video';
	is $ids->('autoTagOneOf=none'), '', 'by a tag that none has';
	is $ids->('start=4'), $own->{id}, 'a page';
}
my $channel = $cardume->psql("SELECT channel_id FROM video
	WHERE id = $video->{id}");
$list = document($owner, "/api/v1/users/me/videos/comments?count=100");
cmp_ok $list->{total}, '>', 5, 'of all videos: ' . $list->{total};
is document($owner, '/api/v1/users/me/videos/comments?videoChannelId=' .
	$channel)->{total}, $list->{total}, 'of a channel';
ok !grep({ $_->{text} eq '' } @{ $list->{data} }), 'none that are deleted';
is document($ann, '/api/v1/users/me/videos/comments')->{total}, 0,
	'whoever has no videos has none';
is document($mod, '/api/v1/videos/comments?isLocal=false')->{total}, 0,
	'none from elsewhere';
cmp_ok document($mod, '/api/v1/videos/comments?isLocal=true&onLocalVideo=true')
	->{total}, '>', 5, 'all are ours';

# --- many at once ------------------------------------------------------------

my $anns = Cardume::Video->make($cardume, $ann, bare => 1);
my $at_anns = "/api/v1/videos/$anns->{uuid}";
my $seed = comment($bob, "At ann's", base => $at_anns);
comment($bob, "Again at ann's", base => $at_anns, to => $seed->{id});
comment($owner, 'And me', base => $at_anns, to => $seed->{id});
is answer($ann, 'POST', '/api/v1/bulk/remove-comments-of', { accountName =>
	$bob, scope => 'my-videos' })->{status}, 204, 'of one\'s videos';
is $cardume->psql("SELECT comments, threads FROM video WHERE id = $anns->{id}"),
	'1|1', 'two are gone';
is document(undef, "$at_anns/comment-threads")->{data}[0]{totalReplies}, 1,
	'the other answer stays';
is document(undef, "$base/comment-threads/$second->{id}")->{comment}{text},
	'Second ünïcode 🐟', 'elsewhere nothing happened';
is answer($mod, 'POST', '/api/v1/bulk/remove-comments-of', { accountName =>
	"$bob\@" . $origin =~ s{.*//}{}r, scope => 'instance' })->{status}, 204,
	'everywhere';
is $cardume->psql("SELECT count(*) FROM comment c JOIN account o
	ON o.id = c.account_id JOIN actor a ON a.id = o.actor_id
	WHERE a.name = '$bob'"), 0, 'all are gone';

# A deep thread is told whole.
my $deep = comment($ann, 'Deep 0', base => $at_anns);
$cardume->psql("DO \$\$ DECLARE last bigint := $deep->{id}; BEGIN
	FOR i IN 1..300 LOOP
		INSERT INTO comment (video_id, channel_id, account_id,
			thread_id, in_reply_to_id, text)
		SELECT video_id, channel_id, account_id, $deep->{id}, last,
			'Deep ' || i FROM comment WHERE id = $deep->{id}
		RETURNING id INTO last;
	END LOOP; END \$\$");
$thread = JSON::PP->new->max_depth(2000)->decode(answer(undef, 'GET',
	"$at_anns/comment-threads/$deep->{id}?deep")->{content});
my ($nr, $depth, @open) = (0, 0, [$thread, 1]);
while (my $next = shift @open) {
	my ($at, $level) = @$next;
	$nr++;
	$depth = $level if $level > $depth;
	push @open, map { [$_, $level + 1] } @{ $at->{children} };
}
is $nr, 301, '301 deep comments';
is $depth, 100, 'nested a hundred times';

# --- what the counters say is what there is ------------------------------------

my $before = $cardume->psql("SELECT count(*) FROM comment
	WHERE video_id = $anns->{id}");
$cardume->psql("DELETE FROM account WHERE id = (SELECT c.account_id
	FROM comment c WHERE c.id = $answer1->{id})");
is $cardume->psql("SELECT count(*) FROM comment WHERE video_id = $anns->{id}"),
	$before, 'comments of an account that went are tombstones';
is $cardume->psql("SELECT count(*) FROM comment WHERE video_id = $video->{id}"),
	0, 'those on its videos went';
is $cardume->psql("SELECT count(*) FROM video v WHERE v.id IN (SELECT video_id
		FROM comment) AND (v.comments <> (SELECT count(*) FROM comment c WHERE c.video_id = v.id
		AND c.deleted_at IS NULL AND NOT c.held_for_review)
	OR v.threads <> (SELECT count(*) FROM comment c
		WHERE c.video_id = v.id AND c.thread_id IS NULL
		AND NOT c.held_for_review))"), 0, 'videos\' counters';
is $cardume->psql("SELECT count(*) FROM comment t WHERE t.total_replies <>
	(SELECT count(*) FROM comment c WHERE c.deleted_at IS NULL
		AND NOT c.held_for_review AND (c.thread_id = t.id
		OR (t.thread_id IS NOT NULL AND c.in_reply_to_id = t.id)))"), 0,
	'comments\' counters';
done_testing;
