-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Asks other servers whether what came from them a week ago is still there: 60
-- things in five minutes, three of one server.
SELECT origin_check_write(60, 3)
