-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/video-channel-syncs/:id
-- POST /api/v1/video-channel-syncs/:id/sync
-- viewer user
-- status 204
-- param id int 1..9000000000000000 required
-- There is no synchronization.
SELECT $1::bigint IS NULL
	OR refuse('404', 'Synchronization not found')
