# SPDX-License-Identifier: AGPL-3.0-or-later
# POST /api/v1/videos/upload, as PeerTube's own command line client sends it,
# and each error as a problem document.
use strict;
use warnings;
use Test::More;
use Cardume;
use JSON::PP qw(decode_json);

my $cardume = Cardume->shared;
my $name = $cardume->user(unique('apimaker'));
my $token = $cardume->token($name);
my $clip = ffmpeg_clip(seconds => 2);
my $client = $cardume->client;
$client->{headers} = { accept => 'application/json',
	authorization => "Bearer $token" };
my $me = $client->json('/api/v1/users/me');
my $channel = $me->{videoChannels}[0]{id};
my $video = { videofile => { path => $clip, type => 'video/mp4' } };

sub upload {
	my ($fields, $files, %o) = @_;
	return $client->post_multipart('/api/v1/videos/upload', $fields,
		$files // $video, %o);
}

# --- peertube-cli 1.2.0 --------------------------------------------------------

my $answer = upload({ name => 'By the command line', category => 1,
	licence => 2, language => 'en', channelId => $channel, nsfw => 'false',
	waitTranscoding => 'true', description => 'Some words',
	support => 'Send fish', 'tags[0]' => 'one', 'tags[1]' => 'two',
	privacy => 1, downloadEnabled => 'true', commentsPolicy => 1 });
is($answer->{status}, 200, 'taken');
my $new = decode_json($answer->{content})->{video};
like($new->{uuid}, qr/^[0-9a-f-]{36}$/, 'a UUID');
like($new->{shortUUID}, qr/^[1-9a-zA-Z]{22}$/, 'a short one');
like($new->{id}, qr/^[0-9]+$/, 'a number');
$cardume->wait_published($new->{uuid});
my $got = $client->json("/api/v1/videos/$new->{uuid}");
is($got->{name}, 'By the command line', 'its name');
is_deeply($got->{tags}, [qw(one two)], 'its tags');
is($got->{category}{id}, 1, 'its category');
is($got->{licence}{id}, 2, 'its licence');
is($got->{language}{id}, 'en', 'its language');
is($got->{description}, 'Some words', 'its description');
is($got->{channel}{id}, $channel, 'its channel');

# --- defaults, and the file in front of the fields -------------------------------

$answer = $client->request('POST', '/api/v1/videos/upload', content =>
	"--b\r\nContent-Disposition: form-data; name=\"videofile\"; " .
	"filename=\"f\xc3\xbcr.mp4\"\r\n\r\n" . slurp($clip) .
	"\r\n--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n" .
	"File first\r\n--b\r\nContent-Disposition: form-data; " .
	"name=\"channelId\"\r\n\r\n$channel\r\n--b--\r\n",
	headers => { 'content-type' => 'multipart/form-data; boundary=b' });
is($answer->{status}, 200, 'the file may come first');
$new = decode_json($answer->{content})->{video};
is($cardume->psql("SELECT concat_ws('|', v.privacy, v.comments_policy,
	v.download_enabled, v.nsfw, s.filename, s.size)
	FROM video v JOIN video_source s ON s.video_id = v.id
	WHERE v.uuid = '$new->{uuid}'"),
	"1|1|t|f|f\xc3\xbcr.mp4|" . -s $clip, 'defaults and the file');

# --- errors ---------------------------------------------------------------------

sub problem {
	my ($what, $status, $expected, $answer) = @_;
	is($answer->{status}, $status, "$what: $status");
	like($answer->{headers}{'content-type'},
		qr{^application/problem\+json}, "$what: a problem document");
	my $problem = eval { decode_json($answer->{content}) } // {};
	is($problem->{status}, $status, "$what: status in the document");
	like($problem->{detail} // '', qr/\w/, "$what: words for people");
	is($problem->{error}, $problem->{detail}, "$what: also as `error`");
	is($problem->{$_}, $expected->{$_}, "$what: $_") for keys %$expected;
	return $problem;
}

my %good = (name => 'Refused', channelId => $channel);
my $no_one = $cardume->client;
problem('no token', 401, {}, $no_one->post_multipart('/api/v1/videos/upload',
	\%good, $video));
problem('a bad token', 401, { code => 'invalid_token' },
	upload(\%good, $video, headers => { authorization => 'Bearer x' }));
problem('a cookie only', 401, {}, $cardume->sign_in($name)->post_multipart(
	'/api/v1/videos/upload', \%good, $video));
my $problem = problem('no name', 400, {}, upload({ channelId => $channel }));
ok($problem->{'invalid-params'}{name}, 'no name: the field is named');
for (['channelId', undef], ['privacy', 9], ['category', 999],
	['licence', 'x'], ['language', 'xx-none'], ['nsfw', 'perhaps'],
	['tags[]', 'a'], ['commentsPolicy', 4],
	['description', 'x' x 10001], ['support', 'xx'],
	['originallyPublishedAt', 'yesterday'], ['name', 'ab']) {
	my ($field, $value) = @$_;
	(my $key = $field) =~ s/\[\]//;
	my $problem = problem("bad $key", 400, {},
		upload({ %good, $field => $value }));
	ok($problem->{'invalid-params'}{$key}, "bad $key: the field is named");
}
problem('privacy without passwords', 400, {}, upload({ %good, privacy => 5 }));
problem('no file', 400, {}, upload(\%good, {}));
problem('a wrong type', 415, {}, upload(\%good,
	{ videofile => { filename => 'a.pdf', content => '%PDF-1.4' } }));
problem('noise', 422, {}, upload(\%good, { videofile =>
	{ filename => 'a.mp4', content => join '', map { chr int rand 256 }
		1 .. 5000 } }));
my $foreign = $cardume->psql("SELECT min(c.id) FROM channel c
	JOIN account a ON a.id = c.account_id JOIN actor o ON o.id = a.actor_id
	WHERE o.name = 'root'");
problem('a foreign channel', 403, {}, upload({ %good, channelId => $foreign }));
my $user = "(SELECT a.user_id FROM account a JOIN actor o ON o.id = a.actor_id
	WHERE o.name = '$name')";
$cardume->psql("UPDATE app_user SET video_quota = 5 WHERE id = $user");
problem('over quota', 413, { code => 'quota_reached' }, upload(\%good));
# Without Content-Length nobody knows before the body has come.
my $sent = 0;
$answer = $client->request('POST', '/api/v1/videos/upload',
	content => sub { $sent++ ? undef : 'x' x 100 },
	headers => { 'content-type' => 'multipart/form-data; boundary=b' });
problem('over quota, of unknown length', 413, { code => 'quota_reached' },
	$answer);
$cardume->psql("UPDATE app_user SET video_quota = -1 WHERE id = $user");
problem('no form', 400, {}, $client->post('/api/v1/videos/upload', \%good));
is($client->get('/api/v1/videos/upload/check')->{status}, 404,
	'what nginx asks is not for others');
is($cardume->psql("SELECT count(*) FROM video v
	JOIN channel c ON c.id = v.channel_id WHERE c.id = $channel"), 2,
	'no refused upload became a video');
is($cardume->psql("SELECT count(*) FROM upload WHERE user_id = $user"), 0,
	'nothing stays reserved');

done_testing;
