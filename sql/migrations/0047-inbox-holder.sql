-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Whose database connection holds an activity that is running: when it is gone,
-- so is who held it.
ALTER TABLE inbox ADD holder int;
