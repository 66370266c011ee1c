-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param batch int 1..1000000
-- Adds up how much players got from where; how many reports.
SELECT playback_fold_write($1::int)
