-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param person int 1..9223372036854775807 required
-- param owner int 1..9223372036854775807
-- param entity text 2..500000 required
-- Does what a person of a pod has said.
SELECT diaspora_apply_write($1::bigint, $2::bigint, $3::jsonb)
