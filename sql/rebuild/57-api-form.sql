-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT videos/:id: the members that were sent take the place of what is there;
-- all of it is then checked as the page's form is (45-upload.sql).
CREATE FUNCTION video_form_merge(form jsonb, sent jsonb) RETURNS jsonb
STABLE LANGUAGE plpgsql AS $$
DECLARE
	member text;
	kind text;
	wanted text;
BEGIN
	FOR member, wanted IN SELECT * FROM (VALUES ('name', 'text'),
		('description', 'text'), ('support', 'text'),
		('category', 'text'), ('licence', 'text'),
		('language', 'text'), ('channelId', 'text'),
		('privacy', 'text'), ('nsfwSummary', 'text'),
		('commentsPolicy', 'text'), ('originallyPublishedAt', 'text'),
		('nsfw', 'boolean'), ('downloadEnabled', 'boolean'),
		('waitTranscoding', 'boolean'), ('tags', 'array'),
		('videoPasswords', 'array')) known
	LOOP
		CONTINUE WHEN NOT sent ? member;
		kind := jsonb_typeof(sent -> member);
		IF kind = 'null' AND wanted = 'array' THEN
			form := form || jsonb_build_object(member, '[]'::jsonb);
		ELSIF wanted = 'text' AND kind IN ('string', 'number', 'null')
		THEN
			form := form || jsonb_build_object(member,
				nullif(sent ->> member, ''));
		ELSIF kind = wanted AND NOT (kind = 'array' AND
			jsonb_path_exists(sent -> member,
				'$[*] ? (@.type() <> "string")')) THEN
			form := form || jsonb_build_object(member,
				sent -> member);
		ELSE
			PERFORM refuse('400', 'Incorrect request parameters: '
				|| member);
		END IF;
	END LOOP;
	RETURN form;
END $$;
