# SPDX-License-Identifier: AGPL-3.0-or-later
# A picture has 8 MiB at most, also when its length was not told in advance
# (chunked), or when the path was spelt so that the check in advance took it
# for a video: such pictures filled the disk, on nobody's quota.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Cardume;

my $cardume = Cardume->shared;
my $name = $cardume->user(unique('pic'));
my $browser = $cardume->sign_in($name);
my ($csrf) = $browser->text('/my-account/settings') =~
	/name="csrf" value="([^"]+)"/;
my $large = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR" . "\0" x (9 << 20);
my $sources = sub { scalar(() = glob $cardume->media . '/source/*') };

sub body_of {
	my ($field, $bytes, %fields) = @_;
	return join '', (map { "--edge\r\nContent-Disposition: form-data; " .
		"name=\"$_\"\r\n\r\n$fields{$_}\r\n" } sort keys %fields),
		"--edge\r\nContent-Disposition: form-data; name=\"$field\"; " .
		"filename=\"a.png\"\r\n\r\n$bytes\r\n--edge--\r\n";
}

sub chunked {
	my ($path, $body) = @_;
	my @chunks = unpack '(a65536)*', $body;
	return $browser->request('POST', $path, redirect => 0,
		content => sub { shift @chunks // '' },
		headers => { 'content-type' =>
			'multipart/form-data; boundary=edge' });
}

my $before = $sources->();
my $answer = chunked("/upload/avatar?kind=avatar&csrf=$csrf",
	body_of('avatarfile', $large));
is($answer->{status}, 413, 'an avatar of 9 MiB, length not told');
$answer = $browser->request('POST',
	"/upload/video/../avatar?kind=avatar&csrf=$csrf", redirect => 0,
	content => body_of('avatarfile', $large), headers => {
		'content-type' => 'multipart/form-data; boundary=edge' });
is($answer->{status}, 413, 'an avatar by a path that looks like a video');
is($sources->(), $before, 'nothing of them is kept');

my ($channel) = $cardume->psql("SELECT c.id FROM channel c
	JOIN actor a ON a.id = c.actor_id WHERE a.name = '${name}_channel'");
$answer = $browser->post_multipart("/upload/video?csrf=$csrf",
	{ name => 'A thumbnail', channelId => $channel, privacy => 1 },
	{ videofile => { path => ffmpeg_clip(seconds => 1) },
	thumbnailfile => { content => $large, filename => 'a.png' } },
	redirect => 0);
is($answer->{status}, 413, 'a thumbnail of 9 MiB beside a video');

# All of a form is kept as the video's source, but only the video counted on
# the quota.
$answer = $browser->post_multipart("/upload/video?csrf=$csrf",
	{ name => 'A stowaway', channelId => $channel, privacy => 1 },
	{ videofile => { path => ffmpeg_clip(seconds => 1) },
	extra => { content => "\0" x (25 << 20), filename => 'a.bin' } },
	redirect => 0);
is($answer->{status}, 413, 'a large file beside a video');
is($sources->(), $before, 'nothing of it is kept');
done_testing();
