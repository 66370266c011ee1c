-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/videos/imports
-- viewer user
-- status 204
-- Videos are not imported yet.
SELECT refuse('403', 'Video import is not enabled on this instance')
