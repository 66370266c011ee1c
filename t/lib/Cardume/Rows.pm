# SPDX-License-Identifier: AGPL-3.0-or-later
# Videos as rows, without a file of media: for tests of documents.
package Cardume::Rows;
use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(sql_text video_rows);

# A literal, or an expression given by reference.
sub sql_text {
	my ($value) = @_;
	return 'NULL' unless defined $value;
	return $$value if ref $value;
	$value =~ s/'/''/g;
	return $value =~ s/\\/\\\\/g ? "E'$value'" : "'$value'";
}

# A published public video of the channel's with a 720p and a 360p HLS file and
# a 360p web video (files => [] for others); its UUID. Other columns of `video`
# by name, SQL expressions by reference.
sub video_rows {
	my ($cardume, $channel, %column) = @_;
	my $files = delete $column{files} // [
		[ 360, 640, 360, 1, 1, 0 ],
		[ 720, 1280, 720, 1, 1, 1 ], [ 360, 640, 360, 1, 1, 1 ] ];
	%column = (name => 'A video', privacy => 1, state => 1,
		duration => 185, aspect_ratio => \'16 / 9.0::real',
		files_are_public => \'true',
		short_uuid => '1111111111111111111111', %column);
	my @names = sort keys %column;
	my $uuid = $cardume->psql(sprintf
		"INSERT INTO video (channel_id, %s) SELECT c.id, %s
		FROM channel c JOIN actor a ON a.id = c.actor_id
		WHERE a.name = %s RETURNING uuid", join(', ', @names),
		join(', ', map { sql_text($column{$_}) } @names),
		sql_text($channel));
	$cardume->psql("
		INSERT INTO thumbnail (video_id, kind, filename, width, height)
		SELECT id, k, gen_random_uuid() || '.jpg', w, h FROM video, (VALUES
			('preview', 850, 480), ('thumbnail', 280, 157)) t (k, w, h)
		WHERE uuid = '$uuid';
		INSERT INTO streaming_playlist (video_id, playlist_filename,
			segments_sha256_filename)
		SELECT id, uuid || '-master.m3u8', uuid || '-segments-sha256.json'
		FROM video WHERE uuid = '$uuid'") if @$files;
	file_row($cardume, $uuid, @$_) for @$files;
	return $uuid;
}

sub file_row {
	my ($cardume, $uuid, $resolution, $width, $height, $sound, $picture,
		$hls) = @_;
	my $name = "gen_random_uuid() || '-$resolution'";
	my ($end, $torrent) = $hls ? ('-fragmented.mp4', '-hls.torrent') :
		('.mp4', '.torrent');
	$cardume->psql("
		INSERT INTO video_file (video_id, playlist_id, filename,
			resolution, width, height, fps, size, has_audio, has_video,
			info_hash, torrent_filename)
		SELECT v.id, CASE WHEN $hls = 1 THEN p.id END, $name || '$end',
			$resolution, $width, $height,
			CASE WHEN $picture = 1 THEN 29.97 ELSE 0 END, 123456,
			$sound = 1, $picture = 1,
			substr(sha256(gen_random_uuid()::text::bytea), 1, 20),
			$name || '$torrent'
		FROM video v JOIN streaming_playlist p ON p.video_id = v.id
		WHERE v.uuid = '$uuid'");
}

1;
