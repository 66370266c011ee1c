#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# While one seeks, the player shows the moment's picture out of a storyboard.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use File::Copy qw(copy);
use File::Path qw(make_path);
use Test::More;

use Cardume;
use Cardume::Browser;

plan skip_all => 'chromium is not here' unless Cardume::Browser::program();
my $cardume = Cardume->shared;
my $uuid = $cardume->wait_published($cardume->upload($cardume->token('root'),
	ffmpeg_clip(seconds => 8, size => '320x240'), name => 'Leafed through',
	waitTranscoding => 'true'), 180);
my $page = "/w/$uuid";
unlike($cardume->client->text($page), qr/data-storyboard/, 'one without');

# Two columns and rows of 80x60, a moment each 2 s: red, green, blue, white.
my $folder = $cardume->media . '/public/lazy-static/storyboards';
my $sheet = "$folder/$uuid.jpg";
make_path($folder);
sub write_sheet {
	my ($size) = @_;
	system('ffmpeg', '-v', 'error', '-y', (map { ('-f', 'lavfi', '-i',
		"color=$_:s=$size:d=1:r=1") } qw(red lime blue white)),
		'-filter_complex', 'xstack=inputs=4:layout=0_0|w0_0|0_h0|w0_h0',
		'-frames:v', 1, '-q:v', 2, $sheet) == 0 or die 'ffmpeg';
}
write_sheet('20x20');
$cardume->psql("INSERT INTO storyboard (video_id, filename, total_width,
	total_height, sprite_width, sprite_height, sprite_duration)
	SELECT id, '$uuid.jpg', 160, 120, 80, 60, 2 FROM video
	WHERE uuid = '$uuid'");
like($cardume->client->text("$page?x=1"), qr{data-storyboard="/lazy-static/storyboards/$uuid\.jpg 80 60 2 160 120"},
	'one with');

my $browser = Cardume::Browser->start;
$browser->go($cardume->origin . "$page?x=1");
sub video { $browser->evaluate("(v => $_[0])(document.querySelector('video'))") }
video('(v.muted = true, v.play(), 0)');
ok(wait_until(sub { video('!!document.querySelector("canvas.storyboard")') }, 20),
	'the player is there');
video('(v.pause(), 0)');

# The colour in the middle while one is at a moment, or "hidden".
sub moment { video("new Promise(done => {
	v.addEventListener('seeking', () => setTimeout(() => {
		const canvas = document.querySelector('.storyboard');
		const [r, g, b] = canvas.getContext('2d').getImageData(40, 30,
			1, 1).data.map(c => c > 127 ? 1 : 0);
		done(canvas.hidden ? 'hidden' : `\${r}\${g}\${b}`);
	}), { once: true });
	v.currentTime = $_[0];
})") }
is(moment(1), 'hidden', 'a sheet of another size is not shown');
write_sheet('80x60');
# nginx and the browser may keep the first one
$cardume->psql("UPDATE storyboard SET filename = gen_random_uuid() || '.jpg'
	WHERE filename = '$uuid.jpg'");
my $name = $cardume->psql("SELECT filename FROM storyboard s JOIN video v
	ON v.id = s.video_id WHERE uuid = '$uuid'");
copy($sheet, "$folder/$name") or die "$name: $!";
$browser->go($cardume->origin . "$page?x=2");
video('(v.muted = true, v.play(), 0)');
ok(wait_until(sub { video('!!document.querySelector("canvas.storyboard")') }, 20),
	'again');
video('(v.pause(), 0)');
ok(wait_until(sub { moment(1.5 + rand() / 9) eq '100' }, 10), 'red');
is(moment(2.5), '010', 'green');
is(moment(7.9), '111', 'white');
is(moment(4.5), '001', 'blue');
ok(wait_until(sub { video('document.querySelector(".storyboard").hidden') }, 10),
	'it goes away');
done_testing;
