-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/users/me/videos/imports
-- viewer user
-- answer list VideoImport
-- Imports of the signed-in user: none.
SELECT listed(0, NULL)
