-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param since text 1..20 required
-- Videos named since then; one row at least, whose video may be NULL.
SELECT next, id, video_id FROM signal_changes($1::xid8)
