# SPDX-License-Identifier: AGPL-3.0-or-later
# D1: the media disk is full. Uploads are refused with words, reading goes on,
# and all works again when there is room, without a restart.
use strict;
use warnings;
use Test::More;
use Cardume;
use JSON::PP qw(decode_json);

plan skip_all => 'only root can mount a small file system' if $<;
my $cardume = Cardume->start;
my $media = $cardume->media;
my $clip = ffmpeg_clip(seconds => 2);
my $token = $cardume->token('root');
my $uuid = $cardume->wait_published($cardume->upload($token, $clip,
	waitTranscoding => 'true'));

# The instance's own volume moves to a small one.
my $owner = (stat "$media/source")[4];
system("mv '$media' '$media.big' && mkdir '$media' &&
	mount -t tmpfs -o size=40m,mode=755 cardume-test '$media' &&
	chown --reference='$media.big' '$media' &&
	cp -a '$media.big/.' '$media/'") == 0
	or plan skip_all => 'tmpfs cannot be mounted here';
END { system("umount -l '$media'") if $media }
$cardume->dev('restart', 'nginx');

my $maker = $cardume->sign_in('root');
my $video = { videofile => { path => $clip, type => 'video/mp4' } };
my $api = $cardume->client;
$api->{headers} = { accept => 'application/json',
	authorization => "Bearer $token" };
my $channel = $api->json('/api/v1/users/me')->{videoChannels}[0]{id};

sub by_form {
	return $maker->follow_form('/videos/publish', { name => 'Full' },
		which => qr{^/upload/video}, files => $video);
}

sub by_api {
	return $api->post_multipart('/api/v1/videos/upload',
		{ name => 'Full', channelId => $channel }, $video);
}

# min_free_megabytes keeps more free than this volume has at all.
my $answer = by_form();
is($answer->{status}, 507, 'no room: the form is told 507');
like($answer->{content}, qr/no room left for uploads/, 'and why');
$answer = by_api();
is($answer->{status}, 507, 'the API too');
is(decode_json($answer->{content})->{status}, 507, 'in a problem document');
is($cardume->client->get("/w/$uuid")->{status}, 200, 'pages are still read');
is($maker->get('/my-library/videos')->{status}, 200, 'the library too');

# Really full, with nobody who stops it before.
sub minimum {
	my ($megabytes) = @_;
	my $conf = slurp("$cardume->{run}/cardume.conf");
	$conf =~ s/^min_free_megabytes *=.*\n//m;
	open my $file, '>', "$cardume->{run}/cardume.conf" or die $!;
	print $file $conf, "min_free_megabytes = $megabytes\n";
	close $file;
	$cardume->dev('restart', 'upload');
}
minimum(0);
system("head -c 100m /dev/zero >'$media/filler' 2>/dev/null");
$answer = by_form();
is($answer->{status}, 507, 'a full disk: the form is told 507');
is(by_api()->{status}, 507, 'the API too');
# Of unknown length: only writing it shows that there is no room.
my $sent = 0;
$answer = $api->request('POST', '/api/v1/videos/upload',
	content => sub { $sent++ < 200 ? 'x' x 10000 : undef },
	headers => { 'content-type' => 'multipart/form-data; boundary=b' });
is($answer->{status}, 507, 'nginx has no room: 507');
is($cardume->psql('SELECT count(*) FROM video'), 1, 'nothing is published');
ok((wait_until { !glob "$media/incoming/*" } 10), 'no piece is left');
is($cardume->client->get("/w/$uuid")->{status}, 200, 'pages are still read');

unlink "$media/filler";
$answer = by_form();
is($answer->{status}, 200, 'room again: taken');
like($answer->{url}, qr{/videos/manage/}, 'without a restart');

done_testing;
