# SPDX-License-Identifier: AGPL-3.0-or-later
# A pod of diaspora*: finds a channel, follows it, gets its videos as posts,
# comments, is told of others' comments, and takes back what it said.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use HTTP::Tiny;
use JSON::PP qw(decode_json);
use Test::More;
use Cardume;
use Cardume::Pod;
use Cardume::Rows qw(video_rows);

my $cardume = Cardume->shared;
my $origin = $cardume->origin;
my ($host) = $origin =~ m{//(.*)};
my $name = $cardume->user(unique('dia'));
my $channel = "${name}_channel";
my $pod = Cardume::Pod->start(software => 'diaspora');
my $bob = $pod->person('bob');
my $http = HTTP::Tiny->new;

sub of_row { $cardume->psql($_[0]) }
sub settled { my ($query, $wanted, $what) = @_;
	my $got = '';
	Cardume::wait_until { ($got = of_row($query)) eq $wanted } 20;
	return is $got, $wanted, $what }

# --- found -------------------------------------------------------------------

my $jrd = decode_json($http->get("$origin/.well-known/webfinger?resource=" .
	"acct:$channel\@$host")->{content});
my %link = map { $_->{rel} => $_->{href} } @{ $jrd->{links} };
is $link{'http://joindiaspora.com/seed_location'}, "$origin/", 'the pod';
my $card = $http->get($link{'http://microformats.org/profile/hcard'});
is $card->{status}, 200, 'the hCard';
my ($guid) = $card->{content} =~ m{class="uid">([0-9a-f]{32})<};
my ($pem) = $card->{content} =~ m{class="key">(-----BEGIN.*?)</pre>}s;
ok $guid && $pem, 'has a GUID and a key' or BAIL_OUT('no hCard');
is $link{salmon}, "$origin/receive/users/$guid", 'where to write to';
is $http->get("$origin/hcard/users/nobody")->{status}, 404, 'of nobody';

# --- followed ----------------------------------------------------------------

sub contact { Cardume::Pod::entity($bob, 'contact', author => $bob->{handle},
	recipient => "$channel\@$host", following => $_[0], sharing => $_[0]) }
my $follows = "SELECT count(*) FROM follow f JOIN actor a
	ON a.id = f.follower_id WHERE a.name = '$bob->{handle}'";
is $pod->tell($link{salmon}, $bob, contact('true'), $pem), 202, 'a contact';
settled($follows, 1, 'is a follow') or diag of_row("SELECT string_agg(concat_ws(' ', state, attempt, payload ->> 'what', error), '; ') FROM job WHERE queue = 16");
is of_row("SELECT display_name FROM account c JOIN actor a ON a.id = c.actor_id
	WHERE a.name = '$bob->{handle}'"), 'Bob & Co', 'by a person with a name';
my $profile = $pod->got('profile', $pem, $bob);
like $profile, qr{<author>$channel\@$host</author>}, 'answered by a profile';
is $pod->tell("$origin/receive/users/" . 'a' x 32, $bob, contact('true'), $pem),
	404, 'for nobody here';

# --- posts -------------------------------------------------------------------

my $uuid = video_rows($cardume, $channel, state => 2,
	name => 'A [film] & more', tags => \"'{one two}'",
	wait_transcoding => \'true');
of_row("UPDATE video SET state = 1 WHERE uuid = '$uuid'");
my $post_guid = $uuid =~ tr/-//dr;
my $is_it = sub { $_[0] =~ m{<guid>$post_guid</guid>} };
my $post = $pod->got('status_message', $pem, $bob, $is_it);
ok $post, 'a video is a post' or BAIL_OUT('no post');
like $post, qr{<text>## \[A \\\[film\\\] &amp; more\]\($origin/w/}, 'its title';
like $post, qr{#onetwo|#one two}, 'hashtags';
is Cardume::Pod::opened($http->get("$origin/fetch/post/$post_guid")->{content},
	$pem), $post, 'the same when it is fetched';
is $http->get("$origin/fetch/post/" . 'a' x 32)->{status}, 404, 'no such post';

# --- comments ----------------------------------------------------------------

sub comment {
	my ($id, $text, $by, $author) = @_;
	return Cardume::Pod::entity($by // $bob, 'comment',
		author => ($author // $bob)->{handle}, guid => $id,
		parent_guid => $post_guid, text => $text,
		created_at => '2026-01-02T03:04:05Z');
}
sub comments { "SELECT count(*) FROM comment WHERE text = '$_[0]'
	AND deleted_at IS NULL" }
my $id = substr(unique('c'), 0, 20) . '0' x 20;
$id =~ s/[^a-z0-9]//g;
my $words = "Words of Bob $$";
is $pod->tell("$origin/receive/public", $bob, comment($id, $words)), 202,
	'a comment is taken';
settled(comments($words), 1, 'and shown');
like $http->get("$origin/w/$uuid")->{content}, qr/\Q$words\E/,
	'on the page of the video';
like $pod->got('comment', $pem, $bob, sub { $_[0] =~ /<guid>$id</ }) // '',
	qr/<author_signature>/, 'relayed in the envelope of the channel';
$pod->tell("$origin/receive/public", $bob, comment($id, $words));

# What is not proved. Each goes the same way; the last one shows that all have
# been looked at.
my $eve = $pod->person('eve');
my %bad = (
	'signed by another' => [ $bob, comment("${id}1", 'bad 1', $eve) ],
	'sealed by another' => [ $eve, comment("${id}2", 'bad 2') ],
	'changed' => [ $bob, comment("${id}3", 'good') =~ s/good/bad 3/r ],
	'no entity' => [ $bob, '<comment><author>bad 4' ],
	'a DTD' => [ $bob, '<!DOCTYPE a [<!ENTITY b "bad 5">]>' .
		comment("${id}5", '&b;') ],
	'no post of ours' => [ $bob, comment("${id}6", 'bad 6') =~
		s/$post_guid/@{['b' x 32]}/r ],
);
for my $what (sort keys %bad) {
	is $pod->tell("$origin/receive/public", @{ $bad{$what} }), 202,
		"$what: the answer says nothing";
}
$pod->tell("$origin/receive/public", $eve,
	comment("${id}9", "Last $$", $eve, $eve));
settled(comments("Last $$"), 1, 'the last one is proved');
Cardume::wait_until { of_row("SELECT count(*) FROM job WHERE queue = 16
	AND state IN (0, 1) AND payload ->> 'what' = 'receive'") eq '0' } 20;
is of_row("SELECT count(*) FROM comment WHERE text LIKE 'bad %'"), 0,
	'none of those is shown';
is of_row(comments($words)), 1, 'what comes twice is there once';

# --- others' comments --------------------------------------------------------

of_row("INSERT INTO comment (video_id, channel_id, account_id, text)
	SELECT v.id, v.channel_id, o.id, 'Words of ours'
	FROM video v, account o JOIN actor a ON a.id = o.actor_id
	WHERE v.uuid = '$uuid' AND a.name = '$name'");
my $ours = $pod->got('comment', $pem, $bob, sub { $_[0] =~ /Words of ours/ });
like $ours // '', qr{<text>\*\*$name\@$host\*\* wrote:\n\nWords of ours},
	'one of ours is told by the channel';
my %f = ($ours // '') =~ m{<(\w+)>([^<]*)</}g;
ok Cardume::Peer::Signature::fits($pem, join(';', @f{qw(author guid parent_guid
	text created_at)}), $f{author_signature}), 'and signed';

# --- likes, taking back ------------------------------------------------------

my $likes = "SELECT likes FROM video WHERE uuid = '$uuid'";
$pod->tell("$origin/receive/public", $bob, Cardume::Pod::entity($bob, 'like',
	author => $bob->{handle}, guid => "${id}7", parent_guid => $post_guid,
	parent_type => 'Post', positive => 'true'));
settled($likes, 1, 'a like');
sub retract { $pod->tell("$origin/receive/public", $_[0],
	Cardume::Pod::entity($_[0], 'retraction', author => $_[0]{handle},
	target_guid => $_[1], target_type => $_[2])) }
retract($eve, $id, 'Comment');
retract($bob, "${id}7", 'Like');
settled($likes, 0, 'taken back');
is of_row(comments($words)), 1, 'a comment cannot be taken back by others';
retract($bob, $id, 'Comment');
settled(comments($words), 0, 'but by its author');
ok $pod->got('retraction', $pem, $bob, sub { $_[0] =~ />$id</ }), 'and told';
of_row("UPDATE video SET privacy = 3 WHERE uuid = '$uuid'");
ok $pod->got('retraction', $pem, $bob, sub { $_[0] =~ />$post_guid</ }),
	'a video that is hidden is taken back';
is $http->get("$origin/fetch/post/$post_guid")->{status}, 404, 'and not served';
$pod->tell($link{salmon}, $bob, contact('false'), $pem);
settled($follows, 0, 'the follow is ended');
ok !(grep { $_->{body} =~ /"\@context"/ } $pod->requests(method => 'POST')),
	'nothing of ActivityPub is sent to pods';
for my $row ([ 415, 'text/plain', 'x' ], [ 400, 'application/magic-envelope+xml',
		'' ], [ 413, 'application/magic-envelope+xml', 'x' x 70000 ]) {
	is $http->post("$origin/receive/public", { content => $row->[2],
		headers => { 'content-type' => $row->[1] } })->{status},
		$row->[0], "refused with $row->[0]";
}
done_testing();
