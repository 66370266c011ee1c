-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/ping
-- answer Pong
-- type text/plain; charset=utf-8
-- Whether somebody is there.
SELECT 'pong'
