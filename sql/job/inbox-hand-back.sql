-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param leases list 1..1000
-- What was not begun is ready for others.
SELECT inbox_hand_back_write($1::bigint[])
