-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/server/debug
-- viewer admin
-- answer ServerDebug
-- param address address
-- The address one is seen to come from.
SELECT json_build_object('ip', $1::text, 'activityPubMessagesWaiting', 0)
