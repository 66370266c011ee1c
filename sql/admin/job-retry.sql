-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9223372036854775807
SELECT q FROM job_again_write($1::bigint) q WHERE q IS NOT NULL
