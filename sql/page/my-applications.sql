-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- Tokens and applications that have the viewer's leave.
SELECT applications_of($1::bigint)
