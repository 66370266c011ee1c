-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Whether viewers may share what they watch with each other: what the instance
-- allows (setting `peers.mode`), and what somebody chose: NULL, not yet.
ALTER TABLE setting DROP CONSTRAINT setting_kind;
ALTER TABLE setting ADD CONSTRAINT setting_kind CHECK (CASE kind
	WHEN 'text' THEN true
	WHEN 'number' THEN value ~ '^-?[0-9]{1,18}$'
	WHEN 'flag' THEN value IN ('true', 'false')
	WHEN 'nsfw' THEN value IN ('do_not_list', 'warn', 'blur', 'display')
	WHEN 'level' THEN value IN ('info', 'warning', 'error')
	WHEN 'list' THEN jsonb_typeof(value::jsonb) = 'array'
	WHEN 'p2p' THEN value IN ('ask', 'on', 'off')
	ELSE false END);
ALTER TABLE app_user ALTER p2p_enabled DROP NOT NULL,
	ALTER p2p_enabled DROP DEFAULT;
