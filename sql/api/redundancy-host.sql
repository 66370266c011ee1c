-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT /api/v1/server/redundancy/:host
-- viewer admin
-- status 204
-- param host text 1..300 required
-- field redundancyAllowed bool required
-- Whether videos of a followed instance are mirrored.
SELECT $1::text IS NULL OR $2::boolean IS NULL
	OR refuse('404', 'This instance is not followed')
