-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/accounts/:handle
-- answer Account
-- cache 5
-- param handle handle
-- One account.
SELECT d.document FROM actor a
JOIN account c ON c.actor_id = a.id
JOIN account_document d ON d.id = c.id
WHERE a.name = $1
