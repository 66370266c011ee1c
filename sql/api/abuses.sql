-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/abuses
-- viewer moderator
-- answer list AdminAbuse
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice id|-id|createdAt|-createdAt|state|-state = -createdAt
-- param id int 1..9223372036854775807
-- param predefinedReason text 1..30
-- param state int 1..3
-- param videoIs choice deleted|blacklisted
-- param filter choice video|comment|account
-- param search text 0..1000
-- param searchReporter text 0..1000
-- param searchReportee text 0..1000
-- param searchVideo text 0..1000
-- param searchVideoChannel text 0..1000
-- The reports.
SELECT abuse_list($1, $2, $3, NULL, $4, $6::smallint, $5, $8, $7,
	anywhere($9), anywhere($10), anywhere($11), anywhere($12),
	anywhere($13))
