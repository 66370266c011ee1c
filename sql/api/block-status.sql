-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/blocklist/status
-- viewer optional
-- answer BlockStatus
-- param viewer viewer
-- param accounts list 0..100
-- param hosts list 0..100
-- Which of these accounts and servers are muted, by the viewer or for all.
SELECT block_status($1::bigint, $2, $3)
