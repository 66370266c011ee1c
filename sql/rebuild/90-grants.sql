-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Each program's database role has what its program needs. Here for what all
-- share; a subject's own tables and views are granted at the end of its file. Roles are made by
-- `cardume setup`; the owner of the schema is no program's role.

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO cardume_page, cardume_api, cardume_ap,
	cardume_upload, cardume_worker;

-- Everybody reads what documents are made of; secrets are not among it.
GRANT SELECT ON setting, category, licence, language, privacy, video_state,
	actor, actor_image, follow, account, channel, video, streaming_playlist,
	video_file, thumbnail
	TO cardume_page, cardume_api, cardume_ap, cardume_upload, cardume_worker;

GRANT SELECT ON ap_actor, ap_video, video_object TO cardume_ap;

-- A user without the password hash.
GRANT SELECT (id, email, role, video_quota, video_quota_daily, is_blocked,
	blocked_reason, nsfw_policy, last_login_at, created_at)
	ON app_user TO cardume_page, cardume_api, cardume_upload, cardume_worker;

-- The ActivityPub program needs to know of users only how many there are.
GRANT SELECT (id, role, is_blocked, last_login_at) ON app_user TO cardume_ap;

-- Who checks passwords.
GRANT SELECT (password_hash), UPDATE (password_hash, last_login_at)
	ON app_user TO cardume_page, cardume_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON session, throttle
	TO cardume_page;
GRANT SELECT, UPDATE (last_seen_at, expires_at) ON session TO cardume_api, cardume_upload;
GRANT SELECT, INSERT, UPDATE, DELETE ON token, throttle TO cardume_api;
-- The page of one's devices lists applications too, without their secrets.
GRANT SELECT (id, user_id, created_at, address, user_agent,
	refresh_expires_at), DELETE ON token TO cardume_page;
GRANT SELECT ON token TO cardume_upload;
GRANT SELECT ON oauth_client TO cardume_api;
GRANT SELECT ON account_members, channel_members, actor_image_document,
	account_document, account_text, channel_document, channel_text,
	video_members,
	video_files_members, video_state_members, video_item_members,
	video_item, video_item_extra, video_document,
	video_file_document, streaming_playlist_document,
	video_tally TO cardume_page, cardume_api, cardume_upload;

-- Makers' forms.
GRANT INSERT, UPDATE, DELETE ON video, video_password, channel
	TO cardume_page, cardume_api;
GRANT SELECT ON video_password TO cardume_page, cardume_api, cardume_upload;
GRANT SELECT ON video_source TO cardume_page, cardume_api;
GRANT SELECT, INSERT, DELETE ON video_token TO cardume_page, cardume_api;
GRANT UPDATE ON account, actor TO cardume_page, cardume_api;
GRANT INSERT ON actor, actor_key, used_name TO cardume_page, cardume_api;
GRANT SELECT ON used_name TO cardume_page;
GRANT DELETE ON actor TO cardume_page, cardume_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON upload TO cardume_page, cardume_upload,
	cardume_api;
GRANT INSERT ON video, video_source, video_password TO cardume_upload;
GRANT SELECT ON video_source TO cardume_upload;

-- Jobs: programs insert them, show them, cancel their own.
GRANT SELECT, INSERT, UPDATE (cancel, state, seq, run_at, attempt, error, waits),
	DELETE ON job TO cardume_page, cardume_api, cardume_upload;
GRANT SELECT, INSERT ON job_dep TO cardume_page, cardume_api, cardume_upload;
GRANT USAGE ON SEQUENCE job_seq TO cardume_page, cardume_api, cardume_upload,
	cardume_worker;
GRANT USAGE ON SEQUENCE lease_seq TO cardume_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON job, job_dep, job_log TO cardume_worker;

-- Workers.
GRANT SELECT, INSERT, UPDATE, DELETE ON video, video_source, video_file,
	streaming_playlist, thumbnail, actor_image, upload, video_token,
	session, token, throttle TO cardume_worker;
GRANT UPDATE ON actor TO cardume_worker;

-- Views that documents are made of.
GRANT SELECT ON video_card TO cardume_page;
