-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What is fetched of an actor that one of ours has begun to follow: the
-- activities in its outbox, page after page (rebuild/84-crawl.sql).
CREATE TABLE crawl (
	actor_id bigint PRIMARY KEY REFERENCES actor ON DELETE CASCADE,
	state text NOT NULL DEFAULT 'running'
		CHECK (state IN ('running', 'done', 'failed')),
	-- pages fetched, as hashes of their URLs
	seen bigint[] NOT NULL DEFAULT '{}',
	-- as its outbox says
	total bigint CHECK (total >= 0),
	-- activities read, applied or found to be nothing of ours, and refused
	items bigint NOT NULL DEFAULT 0,
	done bigint NOT NULL DEFAULT 0,
	failed bigint NOT NULL DEFAULT 0,
	error text CHECK (octet_length(error) <= 1000),
	began_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now()
);
