-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- param name text 0..255
-- param wanted text 0..10
-- param address text 0..2000
-- What the viewer's account and channels are also known as, and where they
-- have gone; a form of it as it was filled in.
SELECT move_page($1::bigint, $2, $3, $4)
