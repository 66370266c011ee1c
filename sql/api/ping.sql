-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/ping
-- type text/plain; charset=utf-8
SELECT 'pong'
