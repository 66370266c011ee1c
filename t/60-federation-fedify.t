# SPDX-License-Identifier: AGPL-3.0-or-later
# Fedify, a library that other servers are made of, as a server of its own: it
# finds our actors and a video, follows a channel, answers the video, and
# verifies what we send to it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use File::Copy qw(copy);
use File::Temp qw(tempfile);
use IO::Select;
use JSON::PP qw(decode_json encode_json);
use Test::More;
use Time::HiRes qw(time);

use Cardume;
use Cardume::Instances;
use Cardume::Npm;
use Cardume::Video;

my ($modules, $why) = Cardume::Npm::modules();
plan skip_all => "npm cannot get Fedify: $why" unless $modules;

# By https, for that is where Fedify asks for WebFinger.
my $cardume = Cardume->start('--tls');
my $origin = $cardume->origin;
my ($host) = $origin =~ m{//(.*)};
my $ann = person($cardume, 'ann');
my $video = Cardume::Video->make($cardume, $ann->name, name => 'Seen by Fay');
my $id = "$origin/videos/watch/$video->{uuid}";

my ($input, $path) = tempfile(UNLINK => 1);
print $input encode_json({ account => $ann->handle, video => $id,
	channel => $ann->channel_handle });
close $input;
copy("$Cardume::top/t/clients/fedify.mjs", "$modules/../fedify.mjs") or die $!;
my $errors = "$path.err";
my $pid = open(my $out, '-|') // die "fork: $!";
if (!$pid) {
	$ENV{NODE_TLS_REJECT_UNAUTHORIZED} = 0;
	open STDIN, '<', $path or die $!;
	open STDERR, '>', $errors or die $!;
	exec 'node', '--no-warnings', "$modules/../fedify.mjs" or die $!;
}

# The next thing of this kind that it tells; {} after so many seconds.
my @told;
my $buffer = '';

sub told {
	my ($what, $seconds) = @_;
	my $until = time + $seconds;
	my $select = IO::Select->new($out);
	for (;;) {
		for my $i (0 .. $#told) {
			return splice @told, $i, 1 if $told[$i]{what} eq $what;
		}
		my $left = $until - time;
		last if $left <= 0 || !$select->can_read($left) ||
			!sysread $out, $buffer, 65536, length $buffer;
		push @told, decode_json($1) while $buffer =~ s/^(.*)\n//;
	}
	diag "$what is not told; ", encode_json(\@told), slurp($errors);
	return {};
}

for ([ Person => $ann->name, "$origin/accounts/" . $ann->name ],
	[ Group => $ann->channel, "$origin/video-channels/" . $ann->channel ]) {
	my ($type, $name, $url) = @$_;
	my $actor = told('actor', 30);
	is_deeply $actor, { what => 'actor', type => $type, id => $url,
		handle => "$name\@$host", subject => "acct:$name\@$host",
		inbox => "$url/inbox", shared => "$origin/inbox",
		key => "$url#main-key" }, "it finds the $type";
}
my $seen = told('video', 20);
is "$seen->{type} $seen->{id}", "Video $id", 'it reads the video';
is $seen->{name}, 'Seen by Fay', 'with its name';
is_deeply $seen->{attributions}, [ "$origin/accounts/" . $ann->name,
	"$origin/video-channels/" . $ann->channel ], 'and whose it is';
is_deeply told('outbox', 20)->{items}, ['Announce'],
	'the outbox of the channel has it';
is told('sent', 20)->{type}, 'Follow', 'its Follow is taken';
is_deeply told('accept', 20), { what => 'accept', object => 'Follow',
	actor => "$origin/video-channels/" . $ann->channel },
	'our Accept carries a signature that it verifies';
is told('sent', 20)->{type}, 'Create', 'its Note is taken';
wait_for { my $page = $ann->html("/w/$video->{uuid}");
	$page =~ m{Said by <b>Fedify</b>|Said by <strong>Fedify}
		&& $page !~ /onclick/ } 15, 'the page shows it, made safe';
my ($thread) = @{ $ann->api(GET =>
	"/videos/$video->{uuid}/comment-threads")->{data} };
is $thread->{account}{name}, 'fay', 'by its author';
$ann->api(POST => "/videos/$video->{uuid}/comments/$thread->{id}",
	{ text => 'Hello *Fay*' }) if $thread;
my $answer = told('create', 20);
is $answer->{type}, 'Note', 'our answer reaches it';
like $answer->{content} // '', qr/Hello/, 'with its text';
is $answer->{actor}, $ann->url, 'by its author';
ok !(grep { $_->{what} eq 'error' } @told), 'nothing failed there' or
	diag encode_json(\@told);
kill TERM => $pid;
close $out;
unlink $errors;
done_testing;
