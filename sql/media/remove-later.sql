-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param files text 2..65536 required
-- Files go once the transaction that forgets them has ended.
INSERT INTO job (queue, max_attempt, payload)
VALUES (4, 12, jsonb_build_object('files', $1::jsonb))
