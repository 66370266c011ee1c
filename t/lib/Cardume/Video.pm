# SPDX-License-Identifier: AGPL-3.0-or-later
# Videos as rows and small files, for tests that need many of them in exact
# states; what the pipeline makes of a real upload is tested elsewhere.
#
#	my $video = Cardume::Video->make($cardume, 'alice', privacy => 5,
#		passwords => ['open'], name => 'A title');
#	$video->{uuid}; $video->{files}{web};	# the URL's path
package Cardume::Video;
use strict;
use warnings;
use Carp qw(croak);
use File::Basename qw(dirname);
use File::Path qw(make_path);

sub quote {
	my ($text) = @_;
	return 'NULL' unless defined $text;
	return "'" . ($text =~ s/'/''/gr) . "'";
}

# state 2 with wait => 1 is not published yet; blocked => 'Why' is blocked.
sub make {
	my ($class, $cardume, $owner, %o) = @_;
	%o = (privacy => 1, state => 1, wait => 1, name => 'A clip',
		tags => '{}', nsfw => 'false', %o);
	my $public = $o{privacy} <= 2 && ($o{state} == 1 || !$o{wait}) &&
		!defined $o{blocked};
	my $sql = sprintf <<'SQL', quote($owner), quote($o{name}),
WITH new AS (
	INSERT INTO video (short_uuid, channel_id, name, description, privacy,
		state, wait_transcoding, files_are_public, tags, nsfw, duration,
		category_id, licence_id, language_id, views, published_at)
	SELECT '1111111111111111111111', min(c.id), %2$s, %3$s, %4$d, %5$d,
		%6$s, %7$s, %8$s, %9$s, 61, %10$s, %11$s, %12$s, %13$d,
		now() - %14$d * interval '1 minute'
	FROM channel c
	JOIN account o ON o.id = c.account_id
	JOIN actor a ON a.id = o.actor_id
	WHERE a.name = %1$s
	RETURNING id, uuid, short_uuid
)
SELECT id, uuid, short_uuid, gen_random_uuid(), gen_random_uuid(),
	gen_random_uuid() FROM new
SQL
		quote($o{description}), $o{privacy}, $o{state},
		$o{wait} ? 'true' : 'false', $public ? 'true' : 'false',
		quote($o{tags}), $o{nsfw}, $o{category} // 'NULL',
		$o{licence} // 'NULL', quote($o{language}), $o{views} // 0,
		$o{age} // 0;
	my ($id, $uuid, $short, @names) = split /\|/, $cardume->psql($sql);
	my $self = bless { cardume => $cardume, id => $id, uuid => $uuid,
		short => $short, public => $public, name => $o{name} }, $class;
	$self->add_files(@names) unless $o{bare};
	$cardume->psql("INSERT INTO video_password (video_id, password) " .
		"VALUES ($id, " . quote($_) . ')') for @{ $o{passwords} // [] };
	$cardume->psql('INSERT INTO video_blacklist (video_id, reason, type) ' .
		"VALUES ($id, " . quote($o{blocked}) . ', 1)')
		if defined $o{blocked};
	return $self;
}

sub write_file {
	my ($self, $relative, $bytes) = @_;
	my $path = $self->{cardume}->media . '/' .
		($self->{public} ? 'public' : 'private') . "/$relative";
	make_path(dirname($path));
	open my $file, '>:raw', $path or croak "$path: $!";
	print $file $bytes;
	close $file or croak "$path: $!";
}

# One web video, one playlist of one rendition, torrents, a thumbnail. Every
# file holds the video's UUID, so that one sees whose it is.
sub add_files {
	my ($self, $web, $hls, $picture) = @_;
	my ($id, $uuid) = @$self{qw(id uuid)};
	my $size = 70000;
	my $bytes = substr "$uuid\n" x 2000, 0, $size;
	$self->{cardume}->psql(<<"SQL");
INSERT INTO streaming_playlist (video_id, playlist_filename,
	segments_sha256_filename)
VALUES ($id, '$uuid-master.m3u8', '$uuid-segments-sha256.json');
INSERT INTO video_file (video_id, playlist_id, filename, resolution, width,
	height, fps, size, has_audio, has_video, info_hash, torrent_filename,
	torrent_name)
VALUES ($id, NULL, '$web-360.mp4', 360, 640, 360, 25, $size, true, true,
	decode(md5('$web') || 'aaaaaaaa', 'hex'), '$web-360.torrent', 'a.mp4'),
	($id, (SELECT id FROM streaming_playlist WHERE video_id = $id),
	'$hls-360-fragmented.mp4', 360, 640, 360, 25, $size, true, true,
	decode(md5('$hls') || 'aaaaaaaa', 'hex'), '$hls-360-hls.torrent',
	'b.mp4');
INSERT INTO thumbnail (video_id, kind, filename, width, height)
VALUES ($id, 'thumbnail', '$picture.jpg', 280, 157);
SQL
	my $tree = "static/streaming-playlists/hls/$uuid";
	$self->write_file("static/web-videos/$web-360.mp4", $bytes);
	$self->write_file("$tree/$hls-360-fragmented.mp4", $bytes);
	$self->write_file("$tree/$uuid-master.m3u8", "#EXTM3U\n# $uuid\n" .
		"#EXT-X-STREAM-INF:BANDWIDTH=1\n$hls-360.m3u8\n");
	$self->write_file("$tree/$hls-360.m3u8", "#EXTM3U\n# $uuid\n" .
		"#EXT-X-MAP:URI=\"$hls-360-fragmented.mp4\",BYTERANGE=\"9\@0\"\n" .
		"#EXTINF:4,\n$hls-360-fragmented.mp4\n");
	$self->write_file("$tree/$uuid-segments-sha256.json", "{\"$uuid\":1}");
	$self->write_file("lazy-static/torrents/$web-360.torrent", $uuid);
	$self->write_file("lazy-static/torrents/$hls-360-hls.torrent", $uuid);
	$self->write_file("lazy-static/thumbnails/$picture.jpg", $uuid);
	my $private = $self->{public} ? '' : 'private/';
	my $playlist = "/static/streaming-playlists/hls/$private$uuid";
	$self->{files} = {
		web => "/static/web-videos/$private$web-360.mp4",
		segment => "$playlist/$hls-360-fragmented.mp4",
		master => "$playlist/$uuid-master.m3u8",
		rendition => "$playlist/$hls-360.m3u8",
		hashes => "$playlist/$uuid-segments-sha256.json",
		thumbnail => "/lazy-static/thumbnails/$picture.jpg",
		torrent => "/lazy-static/torrents/$web-360.torrent",
		'download web' => "/download/web-videos/$uuid-360.mp4",
		'download hls' => '/download/streaming-playlists/hls/videos/' .
			"$uuid-360-fragmented.mp4",
		'download torrent' => "/download/torrents/$web-360.torrent",
	};
	$self->{internal} = ["/static/web-videos/$web-360.mp4",
		"/internal/private/static/web-videos/$web-360.mp4",
		"/internal/private/$tree/$hls-360-fragmented.mp4",
		"/$tree/$hls-360-fragmented.mp4"];
}

1;
