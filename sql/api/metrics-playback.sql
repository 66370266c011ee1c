-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/metrics/playback
-- status 204
-- Measurements of players: taken, not kept.
SELECT ''
