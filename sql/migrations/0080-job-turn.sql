-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Whose turn it is among jobs of one kind and priority (rebuild/15-job.sql),
-- and what the program said that a job ran, for who wants to know more than
-- `error` tells.
ALTER TABLE job ADD turn bigint NOT NULL DEFAULT 0,
	ADD details text CHECK (octet_length(details) <= 8192);
DROP INDEX job_ready;
CREATE INDEX job_ready ON job (queue, priority, turn, seq) WHERE state = 0;
