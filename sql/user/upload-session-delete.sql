-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param id text 1..100
-- Its file goes by trigger where it is no video's.
DELETE FROM upload_session WHERE id = $1
