-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/videos/live
-- viewer user
-- status 204
-- Lives are not there yet.
SELECT refuse('403', 'Live is not enabled on this instance',
	'live_not_enabled')
