-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/users/:id/exports
-- viewer user
-- answer list UserExport
-- param id int 1..9000000000000000 required
-- param viewer viewer
-- Exports of one's own account: none.
SELECT CASE WHEN $1::bigint = $2::bigint OR is_moderator($2::bigint)
	THEN listed(0, NULL)
	ELSE to_json(refuse('403', 'This account is not yours.')) END
