-- SPDX-License-Identifier: AGPL-3.0-or-later
-- When the origin of what other servers' people did was last asked whether it
-- is still there (rebuild/86-origin-check.sql). Only what has an address of its
-- own that its server keeps: no fragment, no queue of activities.
ALTER TABLE comment ADD checked_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE share ADD checked_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE rate ADD checked_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX comment_checked ON comment (checked_at)
	WHERE url IS NOT NULL AND deleted_at IS NULL AND url !~ '#';
CREATE INDEX share_checked ON share (checked_at)
	WHERE url IS NOT NULL AND url !~ '#|/activities/';
-- PeerTube's alone: others forget their likes' ids, or have none
CREATE INDEX rate_checked ON rate (checked_at)
	WHERE url IS NOT NULL AND url ~ '/(dis)?likes/[0-9]{1,18}$'
		AND url !~ '#';
