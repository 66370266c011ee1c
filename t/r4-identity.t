# SPDX-License-Identifier: AGPL-3.0-or-later
# Nobody speaks for another through what his documents name: redirects to
# another server's actors, channels of others, documents beside their ids,
# approvals of nobody, words of long ago.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use Cardume::Database;
use Cardume::Rows qw(sql_text);
use Cardume::Web;

my $db = Cardume::Database->start;
my ($status, $out) = $db->cardume('setup');
is $status, 0, 'setup' or BAIL_OUT($out);
my $web = Cardume::Web->new($db);
my $json = JSON::PP->new->canonical->ascii;
my $key = $db->value("SELECT public_key FROM actor WHERE name = 'peertube'");
my $public = 'https://www.w3.org/ns/activitystreams#Public';
my ($good, $evil) = ('https://good.example', 'https://evil.example');

sub actor {
	my ($at, $type, $name, %o) = @_;
	my $id = $at . ($type eq 'Group' ? '/video-channels/' : '/accounts/')
		. $name;
	return $web->add({ id => $id, type => $type, preferredUsername => $name,
		inbox => "$id/inbox", publicKey => { id => "$id#main-key",
			owner => $id, publicKeyPem => $key }, %o });
}

sub channel {
	my ($at, $name) = @_;
	my $owner = actor($at, 'Person', "$name-owner");
	return actor($at, 'Group', $name, attributedTo => [$owner->{id}]);
}

sub video {
	my ($at, $name, @owners) = @_;
	return $web->add({ id => "$at/videos/watch/$name", type => 'Video',
		name => "Film $name", to => [$public], duration => 'PT61S',
		published => '2026-01-02T03:04:05Z',
		updated => '2026-01-02T03:04:05Z', attributedTo => \@owners,
		url => [ { type => 'Link', mediaType => 'video/mp4',
			href => "$at/film.mp4", height => 360 } ] });
}

sub written {
	my ($at, $name, $author, $to, %o) = @_;
	return $web->add({ id => "$at/notes/$name", type => 'Note',
		content => "<p>$name</p>", attributedTo => $author,
		inReplyTo => $to, to => [$public],
		published => '2026-01-02T03:04:05Z', %o });
}

sub call {
	my ($function, @arguments) = @_;
	my ($value, $error) = $web->settle("SELECT $function("
		. join(', ', map { ref $_ ? sql_text($json->encode($_)) : $_ }
			@arguments) . ')');
	return $error // $value;
}

sub quoted { return "'$_[0]'" }

my $films = channel($good, 'films');
my $film = video($good, 'one', "$good/accounts/films-owner", $films->{id});
my $film_id = call(video_store => $film);
like $film_id, qr/^\d+$/, 'a video' or BAIL_OUT($film_id);
my $channel_id = $db->value("SELECT channel_id FROM video WHERE id = $film_id");
my $mallory = actor($evil, 'Person', 'mallory');
my $mallory_id = call(remote_actor => quoted($mallory->{id}));
like $mallory_id, qr/^\d+$/, 'somebody elsewhere' or BAIL_OUT($mallory_id);

# --- what leads to another server ----------------------------------------------

my $elsewhere = qr/^AP002: leads to another server/;
my $mask = $web->redirect("$evil/accounts/mask", $web->add(
	{ %{ $web->{web}{"$good/accounts/films-owner"}[1] } }));
like call(remote_actor => quoted($mask)), $elsewhere,
	'a redirect to another server\'s actor';
my $forged = written($evil, 'forged', $mask, $film->{id});
like call(remote_comment => quoted($forged->{id})), $elsewhere,
	'who writes a comment is no redirect';
is $db->value('SELECT count(*) FROM comment'), 0, '... and it is not here';
my $hall = $web->redirect("$evil/video-channels/hall", $films);
like call(video_store => video($evil, 'planted', $hall)), $elsewhere,
	'nor is the channel of a video';
my $stage = actor($evil, 'Group', 'stage', attributedTo => [$mask]);
is call(remote_actor => quoted($stage->{id})) =~ /^\d+$/ ? $db->value(
	"SELECT count(*) FROM channel c JOIN actor a ON a.id = c.actor_id
	WHERE a.url = '$stage->{id}'") : 0, 0, 'nor the owner of a channel';

# A document beside its id, its type written otherwise.
$web->add({ id => "$good/notes/real", '@type' => 'Note', content => 'Lies',
	attributedTo => "$good/accounts/films-owner", to => [$public],
	inReplyTo => $film->{id} }, "$good/uploads/1.json");
like call(remote_comment => quoted("$good/uploads/1.json")), qr/^AP002/,
	'an upload does not speak for another id of its server';

# --- other people's channels ---------------------------------------------------

my $rival = channel($good, 'rival');
my $rival_id = call(remote_actor => quoted("$good/accounts/rival-owner"));
like call(remote_actor => quoted($rival->{id})), qr/^\d+$/, 'a second channel';
$db->value("INSERT INTO follow (follower_id, target_id, state)
	VALUES (instance_actor(), $rival_id, 'accepted')");

sub activity {
	my ($type, $who, $object) = @_;
	return { id => "$who#" . ++$status, type => $type, actor => $who,
		object => $object };
}

my $planted = video($good, 'two', "$good/accounts/rival-owner", $films->{id});
like call(apply_create_video => $rival_id, activity(Create =>
	"$good/accounts/rival-owner", $planted), 'NULL'),
	qr/^AP002: its channel is another's/, 'a video in a neighbour\'s channel';
is $db->value("SELECT count(*) FROM video WHERE channel_id = $channel_id"), 1,
	'... is not there';
my $theirs = video($good, 'three', "$good/accounts/rival-owner",
	$rival->{id});
is call(apply_create_video => $rival_id, activity(Create =>
	"$good/accounts/rival-owner", $theirs), 'NULL'), 'created',
	'in their own it is';
is call(apply_update_video => $rival_id, activity(Update =>
	"$good/accounts/rival-owner", { %$theirs, name => 'Moved',
		audience => [ { type => 'Group', id => $films->{id} } ] }),
	'NULL'), 'updated', 'an Update that names another audience';
is $db->value("SELECT count(*) FROM video WHERE channel_id = $channel_id"), 1,
	'... moves it only where its origin says so';

# --- comments --------------------------------------------------------------------

$db->value("UPDATE video SET comments_policy = 3 WHERE id = $film_id");
my $who = $mallory->{id};
for ([ none => undef ], [ own => "$evil/approvals/1" ], [ odd => 'yes' ]) {
	my ($name, $approval) = @$_;
	my $note = written($evil, $name, $who, $film->{id},
		replyApproval => $approval);
	like call(remote_comment => quoted($note->{id})), qr/not approved/,
		"an approval that is no word of the video's server: $name";
}
my $note = written($evil, 'approved', $who, $film->{id},
	replyApproval => "$good/approvals/1", updated => '2026-01-03T00:00:00Z');
my $comment = call(remote_comment => quoted($note->{id}));
like $comment, qr/^\d+$/,
	'one of its server is' or BAIL_OUT($comment);
my %version = map { $_ => { %$note, content => "<p>$_</p>",
	updated => "2026-01-0${_}T00:00:00Z" } } 2, 4, 5;
my @steps = ([ 4, 'comment changed', '<p>4</p>' ], [ 2, 'ignored: older than '
	. 'what we have', '<p>4</p>' ]);
$db->value("UPDATE comment SET updated_at = '2026-01-03' WHERE id = $comment");
for (@steps) {
	my ($nr, $became, $text) = @$_;
	my $update = activity(Update => $who, $version{$nr});
	is call(apply_update_note => $mallory_id, $update, 'NULL'), $became,
		"the words of day $nr";
	is $db->value("SELECT text FROM comment WHERE id = $comment"), $text,
		'... and what is here';
}

# --- blocked servers -------------------------------------------------------------

$db->value("INSERT INTO server_block (host) VALUES ('evil.example')");
$web->forget;
my $hop = $web->redirect('https://shortener.example/1', written($evil, 'hop',
	$who, $film->{id}, replyApproval => "$good/approvals/2"));
like call(remote_comment => quoted($hop)), qr/^AP002: blocked server/,
	'a redirect to a blocked server';

# --- rights ------------------------------------------------------------------------

for my $role (qw(ap upload)) {
	my ($failed, $answer) = $db->run($role,
		"SELECT activity_send(1, '{}', '{1}')");
	ok $failed && $answer =~ /42501/, "$role sends in nobody's name";
}
is $db->value("SELECT string_agg(proname, ' ') FROM pg_proc
	WHERE proname IN ('diaspora_found', 'diaspora_known',
		'fetch_picture_later', 'delivery_write', 'tombstone_write')
		AND has_function_privilege('cardume_ap', oid, 'EXECUTE')"), '',
	'what workers and owners do is for them';

# --- HTML that nobody made safe --------------------------------------------------

is $db->value("SELECT note_text('" . $json->encode({ contentMap => {
	en => { x => '<script>' } } }) . "') IS NULL"), 't',
	'an object is no text';
is $db->value("SELECT ap_summary_is_html('" . $json->encode({ summary =>
	'<script>', mediaType => 'text/plain' }) . "')"), 'f',
	'a summary that is told to be no HTML is none';

done_testing;
