-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/automatic-tags/server/available
-- viewer moderator
-- answer AutomaticTagsAvailable
-- The tags that comments can get by the instance's words.
SELECT tags_available(server_account())
