-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/users/me/new-feature-info/read
-- viewer user
-- status 204
-- param viewer viewer
-- field feature int 0..1000000 required
-- Remember which news of the interface the user has read.
UPDATE app_user SET new_features_read = greatest(new_features_read, $2::int)
WHERE id = $1::bigint RETURNING true
