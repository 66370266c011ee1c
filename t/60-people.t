# SPDX-License-Identifier: AGPL-3.0-or-later
# Two instances, and what people of one do that those of the other see: they
# change their words.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Instances;
use Cardume::Rows qw(video_rows);

my ($here, $there) = instances(2);
my ($ann, $cat) = map { person($here, $_) } qw(ann cat);
my ($bob, $eve) = map { person($there, $_) } qw(bob eve);
my $film = video_rows($here, $ann->channel, name => 'A film');

# A subtest whose end is not the end of the others.
sub step {
	my ($what, $block) = @_;
	subtest $what => sub {
		eval { $block->(); 1 } or fail("it goes on: $@");
	};
}

# What they see of a video's page.
sub shown {
	my ($who, $wanted) = @_;
	return $who->html("/w/$film") =~ $wanted;
}

# Gives the comment of these words other ones.
sub change {
	my ($who, $old, $new) = @_;
	my ($id) = $who->instance->psql("SELECT id FROM comment
		WHERE text LIKE '$old%'");
	return $who->browser->follow_form("/w/$film", { text => $new },
		which => qr{/$id/edit});
}

step 'other words' => sub {
	my $url = $here->origin . "/videos/watch/$film";
	wait_for { @{ $bob->api(GET => "/search/videos?search=$url")->{data} }
		} 30, 'the video is known there';
	my $channel = $ann->channel_handle;
	$bob->api(POST => '/users/me/subscriptions', { uri => $channel });
	wait_for { $ann->api(GET => '/video-channels/' . $ann->channel .
		'/followers')->{total} } 20, 'its channel is followed';
	$bob->api(POST => "/videos/$film/comment-threads",
		{ text => 'Well *doen*' });
	$ann->api(POST => "/videos/$film/comment-threads",
		{ text => 'Have a loook' });
	wait_for { shown($ann, qr/Well <em>doen/) } 20, 'a comment came';
	wait_for { shown($bob, qr/loook/) } 20, 'so did one of here';
	is change($bob, 'Well', 'Well *done*')->{status}, 200, 'it is changed';
	ok shown($bob, qr/edited <time.*?<em>done/s), 'at once';
	wait_for { shown($ann, qr/edited <time.*?<em>done/s) } 20,
		'and where the video is';
	is $here->psql("SELECT count(*) FROM comment WHERE text LIKE '%Well%'"),
		1, '... once';
	change($ann, 'Have', 'Have a look');
	wait_for { shown($bob, qr/edited <time[^\n]*\n<\/div>\n[^\n]*Have a look</) }
		20, 'followers of the channel see a change, too';
};

done_testing;
