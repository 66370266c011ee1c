-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9000000000000000
-- Its files and torrents go by trigger (26-files.sql).
DELETE FROM video WHERE id = $1::bigint
