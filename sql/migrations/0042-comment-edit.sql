-- SPDX-License-Identifier: AGPL-3.0-or-later
-- When its author last gave a comment other words; NULL: never.
ALTER TABLE comment ADD edited_at timestamptz;
