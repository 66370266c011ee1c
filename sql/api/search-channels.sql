-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/search/video-channels
-- viewer optional
-- answer list VideoChannel
-- cache 5
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice match|-match|displayName|-displayName|createdAt|-createdAt = -match
-- param search text 0..1000
-- param handles list 0..100
-- param host text 0..300
-- param viewer viewer
-- Channels whose name, display name or description has the words; those whose
-- name begins with them first.
SELECT channel_search($1, $2, $3, nullif($4, ''), $5, nullif($6, ''),
	$7)
