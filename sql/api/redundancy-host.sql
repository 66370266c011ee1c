-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT /api/v1/server/redundancy/:host
-- viewer admin
-- status 204
-- param host text 1..300 required
-- field redundancyAllowed bool required
-- Whether videos of a followed instance may be mirrored by a strategy.
SELECT host_redundancy_allow($1, $2::boolean)
