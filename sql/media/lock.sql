-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param video int 1..9223372036854775807 required
-- Whoever moves a video's files holds its row. Once published, are the files
-- for everybody; are they now; and are there torrents.
SELECT privacy IN (1, 2) AND NOT is_blocked, files_are_public, is_published
FROM video
WHERE id = $1::bigint FOR UPDATE
