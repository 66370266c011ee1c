# SPDX-License-Identifier: AGPL-3.0-or-later
# The main job, whole, as people and machines do it from outside: a maker
# uploads by the page's form, a viewer without scripts finds and fetches the
# video, another instance reads it as ActivityPub, a BitTorrent client completes
# it, and its deletion takes all of that away.
use strict;
use warnings;
use Test::More;
use Cardume;
use Digest::SHA qw(sha1);
use File::Temp qw(tempdir);

my $cardume = Cardume->shared;
my $origin = $cardume->origin;
my $name = $cardume->user(unique('journey'));
my $maker = $cardume->sign_in($name);
my $viewer = $cardume->client;
my $title = 'The journey of ' . unique('a <clip> & more');
my $clip = ffmpeg_clip(seconds => 4, size => '640x360');

# --- the maker ---------------------------------------------------------------

my $answer = $maker->follow_form('/videos/publish', {
	name => $title, privacy => 1, tags => 'journey, test',
	description => "Begins at 0:02.\n\n**Bold** <script>alert(1)</script>",
}, which => qr{^/upload/video},
	files => { videofile => { path => $clip, type => 'video/mp4' } });
is($answer->{status}, 200, 'the form is taken');
my ($uuid) = $answer->{url} =~ m{^\Q$origin\E/videos/manage/([0-9a-f-]{36})};
ok($uuid, 'and leads to the page of the new video') or BAIL_OUT($answer->{url});
$cardume->wait_published($uuid);
like($maker->text('/my-library/videos'), qr/\Q$uuid\E/, 'it is in the library');

# --- the viewer, without scripts ---------------------------------------------

ok((wait_until { $viewer->text('/') =~
	/The journey of a &lt;clip&gt; &amp; more/ } 15),
	'home shows it within seconds, escaped');
my $page = $viewer->text("/w/$uuid");
like($page, qr{<strong>Bold</strong>}, 'the description is Markdown');
unlike($page, qr{<script>alert}, 'and nothing else');
my ($mp4) = $page =~ /<source src="([^"]+\.mp4)"/;
ok($mp4, 'the page names an MP4') or BAIL_OUT('no source on the page');
my $part = $viewer->get($mp4, headers => { range => 'bytes=0-99' });
is($part->{status}, 206, 'a range of it comes');
is(length $part->{content}, 100, 'of the length that was asked for');
my $file = $viewer->get($mp4)->{content};
is(substr($file, 4, 4), 'ftyp', 'it is an MP4');

# --- another instance --------------------------------------------------------

my ($host) = $origin =~ m{//(.*)};
my $finger = $viewer->json("/.well-known/webfinger?resource=acct:$name\@$host");
my ($self_link) = grep { $_->{rel} eq 'self' } @{ $finger->{links} };
my $actor = $viewer->activity($self_link->{href});
is($actor->{preferredUsername}, $name, 'WebFinger leads to the actor');
my $channel = $cardume->psql("SELECT o.name FROM channel c
	JOIN actor o ON o.id = c.actor_id
	JOIN video v ON v.channel_id = c.id WHERE v.uuid = '$uuid'");
my $outbox = $viewer->activity("/video-channels/$channel/outbox");
is($outbox->{totalItems}, 1, 'the channel\'s outbox has one video');
my $first = $viewer->activity($outbox->{first})->{orderedItems}[0];
my $object = ref $first->{object} ? $first->{object}{id} : $first->{object};
my $video = $viewer->activity($object);
is($video->{name}, $title, 'it is this one');
my ($link) = grep { ($_->{mediaType} // '') eq 'video/mp4' } @{ $video->{url} };
is($viewer->get($link->{href})->{content}, $file,
	'its document leads to the same file');

# --- a BitTorrent client -----------------------------------------------------

my ($torrent_link) = grep { ($_->{mediaType} // '') eq
	'application/x-bittorrent' } @{ $video->{url} };
my $torrent = $viewer->get($torrent_link->{href})->{content};
my ($info) = $torrent =~ /4:info(d.*e)8:url-list/s;
ok(defined $info, 'the .torrent has an info dictionary');
my $hash = unpack 'H*', sha1($info // '');
my ($magnet) = grep { ($_->{mediaType} // '') =~ /magnet/ } @{ $video->{url} };
like($magnet->{href}, qr/xt=urn:btih:$hash/, 'the magnet has its hash');
my $whitelist = $cardume->run . '/tracker/whitelist';
ok((wait_until { slurp($whitelist) =~ /\b$hash\b/i } 10),
	'the tracker takes it within seconds');
my $dir = tempdir(CLEANUP => 1);
open my $out, '>', "$dir/video.torrent" or die $!;
binmode $out;
print $out $torrent;
close $out;
my ($status, $log) = Cardume::run_command('timeout', 60, 'aria2c', '-q',
	'--seed-time=0', '--enable-dht=false', '--enable-peer-exchange=false',
	'--bt-stop-timeout=30', "--dir=$dir/got", "$dir/video.torrent");
is($status, 0, 'aria2 completes it') or diag($log);
is(slurp((glob "$dir/got/*")[0]), $file, 'and has the same bytes');

# --- the end -----------------------------------------------------------------

$answer = $maker->follow_form("/videos/manage/$uuid/delete", {},
	which => qr{delete});
is($answer->{status}, 200, 'the maker deletes it');
ok((wait_until { $viewer->get("/w/$uuid")->{status} == 404 } 30),
	'its page is gone, when the cache has noticed');
ok((wait_until { $viewer->get($object, headers =>
	{ accept => 'application/activity+json' })->{status} == 410 } 30),
	'so is its document');
ok((wait_until { $viewer->get($mp4)->{status} == 404 } 20), 'so is its file');
ok((wait_until { slurp($whitelist) !~ /\b$hash\b/i } 20),
	'so is its place at the tracker');
ok((wait_until { $viewer->text('/') !~ /\Q$uuid\E/ } 15), 'so is its card');
done_testing();
