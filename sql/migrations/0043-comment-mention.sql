-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Whom of ours a comment of another server mentions: actors. (Who is mentioned
-- in one of ours stands in its text.)
ALTER TABLE comment ADD mentions bigint[];
