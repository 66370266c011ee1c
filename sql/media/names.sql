-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param count int 1..100 required
-- Fresh names of pictures.
SELECT gen_random_uuid() || '.jpg' FROM generate_series(1, $1::int)
