-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/server/hosts
-- viewer admin
-- answer list ServerHost
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice host|-host|failures|-failures|createdAt|-createdAt = -failures
-- param search text 0..1000
-- Servers this one has to do with, and what waits to be sent to them.
SELECT host_list($1, $2, $3, anywhere($4))
