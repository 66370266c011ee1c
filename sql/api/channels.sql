-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/video-channels
-- answer list VideoChannel
-- cache 5
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice id|-id|name|-name|updatedAt|-updatedAt|createdAt|-createdAt = -createdAt
-- All channels.
SELECT channel_list($1, $2, $3)
