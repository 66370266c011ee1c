-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/config/instance-logo/:logoType
-- viewer admin
-- status 204
-- wake remove
-- param logoType choice favicon|header-wide|header-square|opengraph required
-- Delete one of the instance's logos.
SELECT logo_delete_write($1)
