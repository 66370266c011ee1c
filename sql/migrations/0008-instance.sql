-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What an admin sets by the API, and what the API tells of jobs.

ALTER TABLE setting DROP CONSTRAINT setting_kind;
ALTER TABLE setting ADD CONSTRAINT setting_kind CHECK (CASE kind
	WHEN 'text' THEN true
	WHEN 'number' THEN value ~ '^-?[0-9]{1,18}$'
	WHEN 'flag' THEN value IN ('true', 'false')
	WHEN 'nsfw' THEN value IN ('do_not_list', 'warn', 'blur', 'display')
	WHEN 'level' THEN value IN ('info', 'warning', 'error')
	WHEN 'list' THEN jsonb_typeof(value::jsonb) = 'array'
	ELSE false END);
-- as a new instance has it
ALTER TABLE setting ADD COLUMN initial text;

CREATE INDEX job_log_done ON job_log (done_at DESC, job_id DESC);

-- PeerTube names follows by numbers.
ALTER TABLE follow ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY;
