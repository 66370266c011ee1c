-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /accounts/:name/dislikes/:videoId
-- type application/activity+json; charset=utf-8
-- cache 5
-- param name handle required
-- param videoId int 1..1000000000000000000 required
-- The Dislike of a video by an account.
SELECT ap_rate_found($1, 'dislike', $2)
