-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param count int 1..1000 required
-- The oldest activities that are ready.
SELECT id, lease, signer_id, request, body, came, tries, signer
FROM inbox_claim_write($1::int)
