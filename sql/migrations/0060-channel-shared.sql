-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Whether viewers of a channel's videos may send them to each other.
ALTER TABLE channel ADD is_shared boolean NOT NULL DEFAULT true;
