#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# The admins' page of how many share videos: what opentracker and cardume-signal
# count.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use Cardume;
use Cardume::Tracker;

my $cardume = Cardume->shared;
my $page = '/admin/settings/system/sharing';
my $admin = $cardume->sign_in('root');
is($cardume->sign_in($cardume->user(unique('moder'), role => 'moderator'))
	->get($page)->{status}, 403, 'a moderator may not');
is($cardume->client->get($page, redirect => 0)->{status}, 303, 'nor somebody');
like($admin->text('/admin'), qr/href="\Q$page\E"/, 'the menu leads there');

# The number beside a text, in the part under a heading.
sub count {
	my ($part, $name) = @_;
	my ($html) = $admin->text($page) =~ m{id="$part">(.*?)</section>}s;
	my ($value) = ($html // '') =~
		m{>\Q$name\E</th><td class="numbers">([\d.]*)<};
	return $value // 'none';
}

my $token = $cardume->token('root');
my $uuid = $cardume->wait_published($cardume->upload($token,
	ffmpeg_clip(seconds => 1), name => 'Counted',
	waitTranscoding => 'true'), 180);
my $hash = $cardume->psql("SELECT encode(info_hash, 'hex') FROM video_file
	WHERE info_hash IS NOT NULL AND video_id = (SELECT id FROM video
	WHERE uuid = '$uuid') LIMIT 1");
ok((wait_until { announce('127.0.0.1:' . $cardume->tracker_port, $hash,
	left => 0, id => 'm') =~ /8:interval/ } 10), 'a client has it');
sub ask { $cardume->psql("INSERT INTO job (queue, payload, max_attempt)
	VALUES (18, '{}', 5)") }
ask();
ok((wait_until { count('clients', 'Clients') =~ /^[1-9]/ } 20),
	'which is counted');
like(count('clients', 'Of them with all of a file'), qr/^[1-9]/, 'so is what it has');
like(count('clients', 'Torrents'), qr/^[1-9]/, 'and of what');
like(count('clients', 'Announces in a second'), qr/^\d+\.\d$/, 'a rate');
ok((wait_until { count('browsers', 'Swarms there may be') =~ /^[1-9]/ } 30),
	'cardume-signal tells as well');
like(count('browsers', 'Messages in a second'), qr/^\d+\.\d$/, 'of messages');
unlike($admin->text($page), qr/does not answer|has told nothing/,
	'both speak');

# Its silence is told; counts that begin anew make no rate below nothing; what
# is no answer of opentracker's changes nothing.
$cardume->psql("UPDATE $_ SET told_at = told_at - interval '10 minutes'")
	for qw(tracker_state);
like($admin->text($page), qr/opentracker does not answer/, 'silence is told');
my $stats = '<uptime>1<count_iterator>3<<peers><count>2<<seeds><count>1<' .
	'<completed><count>4<<tcp><announce>0<<udp><announce>0<';
sub told {
	my ($text) = @_;
	return $cardume->psql("BEGIN; SELECT tracker_told_write('$text');
		SELECT (sharing_page() -> 'clients' ->> 'peers') || ' ' ||
		(sharing_page() -> 'clients' ->> 'announceRate'); ROLLBACK");
}
like(told($stats), qr/^2 0\.0$/m, 'it began anew');
unlike(told($stats =~ s/<peers>/<x>/r), qr/^2 /m, 'an answer that is none');
ask();
ok((wait_until { $admin->text($page) !~ /does not answer/ } 20),
	'it answers again');

# What is allowed, by a form.
sub save {
	my (%values) = @_;
	return $admin->follow_form($page, \%values, which => $page);
}

sub settings {
	return $cardume->psql("SELECT string_agg(value, ' ' ORDER BY name)
		FROM setting WHERE name IN ('peers.mode', 'peers.stun',
			'peers.viewers_min',
			'remote_redundancy.videos.accept_from')");
}

my $before = settings();
my $answer = save(mode => 'off', stun => "stun:a.example:3478\nhttps://<b>");
is($answer->{status}, 422, 'what is no STUN server is refused');
like($answer->{content}, qr{href="#stun">&quot;https://&lt;b&gt;&quot; is no},
	'... by its name');
like($answer->{content}, qr{id="mode-off"[^>]*checked.*<textarea[^>]*>
	stun:a\.example:3478\nhttps://&lt;b&gt;<}sx, '... the form as it was');
is(settings(), $before, '... and nothing saved');
is(save(mode => 'always')->{status}, 400, 'nor a choice that is none');
$answer = save(mode => 'on', mirrors => 'followings', viewers => 5,
	stun => "stun:a.example:3478\r\nstuns:[2001:db8::1]:5349");
like($answer->{content}, qr/changes are saved/, 'good ones are saved');
is(settings(), 'on ["stun:a.example:3478", "stuns:[2001:db8::1]:5349"] 5 followings',
	'... as the settings have them');
like($answer->{content}, qr{id="mirrors-followings"[^>]*checked},
	'... and the form');
$answer = save(mode => 'on', viewers => '-1');
is($answer->{status}, 422, 'no number of viewers');
like($answer->{content}, qr/whole number from 0 on/, '... in words');
save(mode => 'ask', mirrors => 'anybody', stun => '', viewers => '');
is(settings(), 'ask [] 0 anybody', 'none again');
is($admin->post($page, { csrf => 'x', mode => 'on', mirrors => 'nobody' })
	->{status}, 403, 'not without the form');
done_testing();
