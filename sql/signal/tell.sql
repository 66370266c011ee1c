-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param counts text 2..2000 required
SELECT signal_told_write($1::jsonb)
