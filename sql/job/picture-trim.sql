-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Drops pictures of other servers that do not fit any more.
SELECT picture_trim_write()
