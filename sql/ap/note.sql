-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id video required
-- param commentId int 1..1000000000000000000 required
-- param activity bool required
-- A comment as a Note, or the Create of it: see ap_note_found().
SELECT document, is_gone, elsewhere
FROM ap_note_found(ap_uuid($1), $2, $3::bool)
