-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
SELECT password_hash FROM app_user WHERE id = $1::bigint
