-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Forgets what has expired.
WITH a AS (
	DELETE FROM session WHERE expires_at < now()
), b AS (
	DELETE FROM token WHERE refresh_expires_at < now()
), c AS (
	DELETE FROM upload WHERE created_at < now() - interval '24 hours'
), d AS (
	DELETE FROM throttle WHERE until < now()
), e AS (
	DELETE FROM video_token WHERE expires_at < now()
), f AS (
	DELETE FROM upload_session WHERE touched_at < now() - interval '7 days'
), m AS (
	DELETE FROM mail_secret WHERE expires_at < now()
), s AS (
	DELETE FROM signal_change WHERE created_at < now() - interval '1 hour'
)
DELETE FROM job WHERE state = 4 AND created_at < now() - interval '90 days'
