-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What opentracker counts, asked once a minute by job `sharing`
-- (rebuild/85-sharing-page.sql), as signal_state is for browsers.
CREATE UNLOGGED TABLE tracker_state (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	told_at timestamptz NOT NULL DEFAULT now(),
	seconds real NOT NULL,
	counts jsonb NOT NULL,
	before jsonb NOT NULL
);
