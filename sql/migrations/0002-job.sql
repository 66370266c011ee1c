-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What must happen later. States: 0 ready, 1 running, 2 scheduled, 3 blocked
-- by other jobs, 4 dead.

CREATE SEQUENCE job_seq;
CREATE SEQUENCE lease_seq;

CREATE TABLE job (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	-- order among the ready; renewed each time the job becomes ready
	seq bigint NOT NULL DEFAULT nextval('job_seq'),
	-- fencing token of the present claim
	lease bigint,
	queue smallint NOT NULL,
	state smallint NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 4),
	priority smallint NOT NULL DEFAULT 5 CHECK (priority BETWEEN 0 AND 9),
	attempt smallint NOT NULL DEFAULT 0,
	max_attempt smallint NOT NULL CHECK (max_attempt > 0),
	waits smallint NOT NULL DEFAULT 0 CHECK (waits >= 0),
	progress smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
	cancel boolean NOT NULL DEFAULT false,
	run_at timestamptz NOT NULL DEFAULT now(),
	deadline timestamptz,
	lease_until timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	owner_id bigint REFERENCES app_user ON DELETE SET NULL,
	uniq text CHECK (octet_length(uniq) <= 200),
	worker text,
	error text CHECK (octet_length(error) <= 8192),
	payload jsonb NOT NULL CHECK (pg_column_size(payload) <= 65536),
	CHECK ((state = 1) = (lease_until IS NOT NULL)),
	CHECK (state <> 1 OR lease IS NOT NULL),
	CHECK ((state = 3) = (waits > 0))
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01,
	autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

CREATE INDEX job_ready ON job (queue, priority, seq) WHERE state = 0;
CREATE INDEX job_scheduled ON job (run_at) WHERE state = 2;
CREATE INDEX job_leased ON job (lease_until) WHERE state = 1;
-- A running job does not block a new one: its reason may be newer.
CREATE UNIQUE INDEX job_uniq ON job (uniq)
	WHERE uniq IS NOT NULL AND state IN (0, 2, 3);
CREATE INDEX job_video ON job ((payload ->> 'videoId'))
	WHERE payload ? 'videoId';

CREATE TABLE job_dep (
	needs bigint NOT NULL REFERENCES job ON DELETE CASCADE,
	job_id bigint NOT NULL REFERENCES job ON DELETE CASCADE,
	PRIMARY KEY (needs, job_id)
);
CREATE INDEX job_dep_job ON job_dep (job_id);

-- Done jobs by day, dropped by the sweep after 14 days.
CREATE TABLE job_log (
	job_id bigint NOT NULL,
	queue smallint NOT NULL,
	attempt smallint NOT NULL,
	created_at timestamptz NOT NULL,
	done_at timestamptz NOT NULL DEFAULT now(),
	worker text,
	payload jsonb NOT NULL
) PARTITION BY RANGE (done_at);
CREATE TABLE job_log_default PARTITION OF job_log DEFAULT;
