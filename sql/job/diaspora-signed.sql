-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param sent text 2..100000 required
-- param body text 1..500000 required
-- Keeps and sends what has been signed.
SELECT diaspora_signed_write($1::jsonb, $2::text)
