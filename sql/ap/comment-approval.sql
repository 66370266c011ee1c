-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /videos/watch/:id/comments/:commentId/approve-reply
-- type application/activity+json; charset=utf-8
-- cache 5
-- param id video required
-- param commentId int 1..1000000000000000000 required
-- That the owner of a video lets a comment stand.
SELECT ap_approval_found(ap_uuid($1), $2)
