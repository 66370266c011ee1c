-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Follows that got no answer are asked for again.
SELECT follow_again_write()
