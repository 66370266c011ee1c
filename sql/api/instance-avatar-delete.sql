-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/config/instance-avatar
-- viewer admin
-- status 204
-- wake remove
-- Delete the instance's avatar.
SELECT picture_delete_write(instance_actor(), 'avatar')
