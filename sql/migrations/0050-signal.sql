-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Videos whose swarms may have changed. Numbers come to be seen in another
-- order than they were given; `tx` says what cannot have been seen before
-- (rebuild/27-signal.sql).
CREATE TABLE signal_change (
	id bigint GENERATED ALWAYS AS IDENTITY,
	video_id bigint NOT NULL,
	tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX signal_change_tx ON signal_change (tx);

-- What cardume-signal counts (workers/signal_hub.h), told every ten seconds.
CREATE UNLOGGED TABLE signal_state (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	told_at timestamptz NOT NULL DEFAULT now(),
	seconds real NOT NULL,
	counts jsonb NOT NULL,
	before jsonb NOT NULL
);
