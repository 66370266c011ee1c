#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Reports, decisions on them, and what is written about them.
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
my ($owner, $reporter, $other) = map { $cardume->user(unique($_)) }
	qw(maker reporter other);
my $moderator = $cardume->user(unique('mod'), role => 'moderator');
my %token = map { $_ => $cardume->token($_) } $owner, $reporter, $other,
	$moderator;

sub call {
	my ($method, $path, $as, $body) = @_;
	my %headers = $as ? (authorization => "Bearer " .
		($token{$as} // $as)) : ();
	return $client->send_json($method, "/api/v1/$path", $body,
		headers => \%headers) if $body;
	return $client->request($method, "/api/v1/$path",
		headers => \%headers);
}

sub status { call(@_)->{status} }

sub json {
	my ($path, $as, $method, $body) = @_;
	my $answer = call($method // 'GET', $path, $as, $body);
	is $answer->{status}, 200, ($method // 'GET') . " $path"
		or diag $answer->{content};
	return decode_json($answer->{content});
}

my $word = unique('word');
my $video = Cardume::Video->make($cardume, $owner, bare => 1,
	name => "Bad $word");
my $private = Cardume::Video->make($cardume, $owner, bare => 1, privacy => 3);
my $account = $cardume->psql("SELECT c.id FROM account c JOIN actor a
	ON a.id = c.actor_id WHERE a.name = '$owner'");
my $comment = json("videos/$video->{uuid}/comment-threads", $other, 'POST',
	{ text => "Rude $word" })->{comment}{id};

# --- reporting ---------------------------------------------------------------

my %good = (reason => "It is $word", video => { id => $video->{id} });
is status('POST', 'abuses', undef, \%good), 401, 'without a token';
is status('POST', 'abuses', 'a' x 40, \%good), 401, 'with a bad one';
is status('POST', 'abuses', $reporter, $_), 400, encode_json($_) for {},
	{ %good, reason => 'x' }, { %good, reason => 'x' x 3001 },
	{ %good, reason => undef }, { %good, reason => ['a', 'b'] },
	{ reason => 'About nothing' }, { reason => 'No', video => {} },
	{ reason => 'No', video => { id => 'x y' } },
	{ reason => 'No', comment => { id => -1 } },
	{ reason => 'No', account => { id => 'x' } },
	{ %good, predefinedReasons => ['unknown'] },
	{ %good, predefinedReasons => [('rights') x 9] },
	{ %good, video => { id => $video->{id}, startAt => -1 } },
	{ %good, video => { id => $video->{id}, startAt => 5, endAt => 5 } },
	{ %good, video => { id => $video->{id}, startAt => 9, endAt => 5 } };
is status('POST', 'abuses', $reporter, { reason => 'No', %$_ }), 404,
	encode_json($_) for { video => { id => 999999999 } },
	{ video => { id => $private->{uuid} } },
	{ comment => { id => 999999999 } }, { account => { id => 999999999 } };
is status('POST', 'abuses', $reporter, { %good, reason => "It's \"'; --" }),
	200, 'quotes are words';

my $made = json('abuses', $reporter, 'POST', { reason => "It is $word",
	predefinedReasons => ['rights', 'privacy', 'rights'],
	video => { id => $video->{short}, startAt => 5, endAt => 10 } });
my $id = $made->{abuse}{id};
like $id, qr/^\d+$/, 'its number';
is_deeply $made, { abuse => { id => $id } }, 'and nothing else';
my $about_comment = json('abuses', $reporter, 'POST', { reason => "Rude $word",
	comment => { id => $comment } })->{abuse}{id};
my $about_account = json('abuses', $other, 'POST', { reason => "Both $word",
	account => { id => $account } })->{abuse}{id};

# --- lists -------------------------------------------------------------------

is status('GET', 'abuses', undef), 401, 'the list without a token';
is status('GET', 'abuses', $_), 403, 'for users' for $owner, $reporter;
is status('GET', "abuses?$_", $moderator), 400, $_ for qw(sort=reason state=4
	state=x videoIs=new filter=all predefinedReason=none id=x count=101);
my ($abuse) = @{ json("abuses?id=$id", $moderator)->{data} };
is $abuse->{reason}, "It is $word", 'reason';
is_deeply $abuse->{predefinedReasons}, ['privacy', 'rights'], 'reasons';
is_deeply $abuse->{state}, { id => 1, label => 'Pending' }, 'pending';
is $abuse->{reporterAccount}{name}, $reporter, 'who reported';
is $abuse->{flaggedAccount}{name}, $owner, 'whose it is';
is $abuse->{moderationComment}, undef, 'no comment';
is $abuse->{countMessages}, 0, 'no messages';
is $abuse->{countReportsForReporter}, 3, 'of this reporter';
is $abuse->{countReportsForReportee}, 3, 'about this account';
is $abuse->{video}{uuid}, $video->{uuid}, 'the video';
is_deeply [@{ $abuse->{video} }{qw(startAt endAt countReports nthReport)}],
	[5, 10, 2, 2], 'where in it';
ok !$abuse->{video}{$_}, "not $_" for qw(deleted blacklisted);
is $abuse->{comment}, undef, 'no comment';

($abuse) = @{ json("abuses?id=$about_comment", $moderator)->{data} };
is $abuse->{video}, undef, 'a comment is no video';
is $abuse->{comment}{text}, "Rude $word", 'its text';
is $abuse->{comment}{video}{uuid}, $video->{uuid}, 'its video';
is $abuse->{flaggedAccount}{name}, $other, 'its author';
($abuse) = @{ json("abuses?id=$about_account", $moderator)->{data} };
is_deeply [@$abuse{qw(video comment)}], [undef, undef], 'an account';
is $abuse->{flaggedAccount}{name}, $owner, 'which';

sub found {
	my ($query, $as) = @_;
	my $list = json(($as ? 'users/me/' : '') . "abuses?$query",
		$as // $moderator);
	is $list->{total}, scalar @{ $list->{data} }, 'total';
	return join ' ', map { $_->{id} } @{ $list->{data} };
}

is found("search=$word"), "$about_account $about_comment $id " . ($id - 1),
	'all, the latest first';
is found("search=It+is+$word"), $id, 'by reason';
is found("search=$word&filter=$_->[0]"), $_->[1], "filter $_->[0]"
	for [comment => $about_comment], [account => $about_account],
	[video => "$id " . ($id - 1)];
is found("searchReporter=$other"), $about_account, 'by reporter';
is found("searchReportee=$other"), $about_comment, 'by reportee';
is found("searchVideo=Bad+$word"), "$about_comment $id " . ($id - 1),
	'by video';
is found("searchVideoChannel=${owner}_channel"), "$id " . ($id - 1),
	'by channel';
is found("search=$word&predefinedReason=rights"), $id, 'by predefined reason';
is found("search=$word&videoIs=$_"), '', $_ for qw(deleted blacklisted);
is found("search=$word&sort=createdAt"), join(' ', $id - 1, $id,
	$about_comment, $about_account), 'the first first';
is found('search=' . "%25_$word"), '', 'wildcards are letters';
is found("search=$word&state=3"), '', 'none accepted';

is found('', $reporter), "$about_comment $id " . ($id - 1), 'one\'s own';
is found("id=$id", $reporter), $id, 'one of them';
is found('search=rude', $reporter), $about_comment, 'searched';
is found('', $owner), '', 'none of another';
is status('GET', 'users/me/abuses', undef), 401, 'whose?';
($abuse) = @{ json("users/me/abuses?id=$id", $reporter)->{data} };
ok !exists $abuse->{$_}, "no $_ for reporters"
	for qw(reporterAccount moderationComment countReportsForReporter);

# --- messages ----------------------------------------------------------------

my $messages = "abuses/$id/messages";
is status('GET', $messages, undef), 401, 'messages without a token';
is status('GET', $messages, $_), 403, 'by others' for $owner, $other;
is status('POST', $messages, $owner, { message => 'Me?' }), 403, 'by them';
is status('GET', 'abuses/999999999/messages', $moderator), 404, 'of none';
is status('GET', 'abuses/x/messages', $moderator), 400, 'of what?';
is status('POST', $messages, $reporter, $_), 400, encode_json($_) for {},
	{ message => 'x' }, { message => 'x' x 3001 }, { message => ['ab'] };
my $theirs = json($messages, $reporter, 'POST', { message => 'See 0:05' })
	->{abuseMessage}{id};
my $ours = json($messages, $moderator, 'POST', { message => '<b>Thanks</b>' })
	->{abuseMessage}{id};
my $list = json($messages, $reporter);
is $list->{total}, 2, 'two messages';
is_deeply [map { [@$_{qw(id message)}, $_->{byModerator} ? 1 : 0,
	$_->{account}{name}] } @{ $list->{data} }],
	[[$theirs, 'See 0:05', 0, $reporter],
	[$ours, '<b>Thanks</b>', 1, $moderator]], 'as they are';
is json("abuses?id=$id", $moderator)->{data}[0]{countMessages}, 2, 'counted';
is status('DELETE', "$messages/$ours", $reporter), 403, "another's message";
is status('DELETE', "$messages/$ours", $other), 403, "another's report";
is status('DELETE', "$messages/$ours", undef), 401, 'nobody';
is status('DELETE', "abuses/$about_account/messages/$ours", $moderator), 404,
	"another report's";
is status('DELETE', "$messages/$theirs", $reporter), 204, 'gone';
is status('DELETE', "$messages/$theirs", $reporter), 404, 'once';
is json($messages, $moderator)->{total}, 1, 'one is left';
is json("abuses?id=$id", $moderator)->{data}[0]{countMessages}, 1, 'counted';

# --- decisions ---------------------------------------------------------------

is status('PUT', "abuses/$id", $_, { state => 3 }), 403, 'by users'
	for $owner, $reporter;
is status('PUT', "abuses/$id", undef, { state => 3 }), 401, 'by nobody';
is status('PUT', "abuses/$id", $moderator, $_), 400, encode_json($_)
	for { state => 0 }, { state => 4 }, { state => 'x' },
	{ moderationComment => 'x' }, { moderationComment => 'x' x 3001 };
is status('PUT', 'abuses/999999999', $moderator, { state => 3 }), 404, 'none';
is status('PUT', "abuses/$id", $moderator, { state => 3 }), 204, 'accepted';
is status('PUT', "abuses/$id", $moderator, { moderationComment => 'So be it' }),
	204, 'and noted';
($abuse) = @{ json("abuses?id=$id", $moderator)->{data} };
is_deeply $abuse->{state}, { id => 3, label => 'Accepted' }, 'told';
is $abuse->{moderationComment}, 'So be it', 'with the note';
is found("search=$word&state=3"), $id, 'by state';

$cardume->psql("INSERT INTO video_blacklist (video_id, type)
	VALUES ($video->{id}, 1)");
is found("search=$word&videoIs=blacklisted"), "$id " . ($id - 1), 'blocked';
ok json("abuses?id=$id", $moderator)->{data}[0]{video}{blacklisted},
	'says so';
is status('DELETE', "videos/$video->{uuid}", $owner), 204, 'the video goes';
is found("search=$word&videoIs=deleted"), "$id " . ($id - 1), 'deleted';
($abuse) = @{ json("abuses?id=$id", $moderator)->{data} };
is $abuse->{video}{name}, "Bad $word", 'its name is kept';
ok $abuse->{video}{deleted}, 'it is deleted';
is $abuse->{video}{channel}{name}, "${owner}_channel", 'whose it was';
ok json("abuses?id=$about_comment", $moderator)->{data}[0]{comment}{deleted},
	'its comments are deleted';

is status('DELETE', "abuses/$id", $reporter), 403, 'deleting by a user';
is status('DELETE', "abuses/$id", $moderator), 204, 'deleted';
is status('DELETE', "abuses/$id", $moderator), 404, 'once';
is status('GET', $messages, $reporter), 404, 'with its messages';

# Whoever leaves takes the name along, not the report.
$cardume->psql("DELETE FROM app_user WHERE id = (SELECT user_id FROM account c
	JOIN actor a ON a.id = c.actor_id WHERE a.name = '$reporter')");
($abuse) = @{ json("abuses?id=$about_comment", $moderator)->{data} };
is $abuse->{reporterAccount}, undef, 'the reporter is gone';

done_testing;
