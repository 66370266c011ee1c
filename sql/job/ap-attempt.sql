-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role worker
-- param what text 1..40 required
-- param argument text 2..65536 required
-- One try at what a job `fetch` is for.
SELECT ap_attempt($1::text, $2::jsonb)
