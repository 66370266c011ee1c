-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A video that is still being made ready has no file yet. PeerTube has one
-- from the start, the one that was uploaded, and its command line client asks
-- for the video until files[0] has a torrent: so the original stands there,
-- without addresses.

CREATE FUNCTION video_with_original(document text) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
	video jsonb := document;
	original jsonb;
BEGIN
	IF video #>> '{state,id}' <> '2'
			OR jsonb_array_length(video -> 'files') > 0 THEN
		RETURN document;
	END IF;
	SELECT jsonb_build_object('id', 0, 'resolution', jsonb_build_object(
			'id', coalesce(s.resolution, 0),
			'label', coalesce(s.resolution, 0) || 'p'),
		'size', s.size, 'width', s.width, 'height', s.height,
		'fps', round(s.fps), 'hasAudio', true, 'hasVideo', true,
		'storage', 0, 'fileUrl', '', 'fileDownloadUrl', '',
		'metadataUrl', '', 'torrentUrl', '', 'torrentDownloadUrl', '',
		'magnetUri', '')
	INTO original FROM video_source s
	WHERE s.video_id = (video ->> 'id')::bigint;
	IF original IS NULL THEN
		RETURN document;
	END IF;
	RETURN jsonb_set(video, '{files}',
		jsonb_build_array(original));
END $$;
