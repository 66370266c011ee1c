-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param viewer viewer
-- param form text 2..10000
-- Whether viewers share, and whose copies they use; the STUN server that is
-- none, and nothing is saved.
SELECT admin_sharing_save($1::bigint, $2::jsonb)
