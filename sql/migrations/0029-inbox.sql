-- SPDX-License-Identifier: AGPL-3.0-or-later
-- How often each server was asked since a moment: what we ask of others is
-- bounded, whatever makes us ask.
CREATE UNLOGGED TABLE fetch_rate (
	host text PRIMARY KEY CHECK (octet_length(host) <= 261),
	since timestamptz NOT NULL DEFAULT now(),
	nr int NOT NULL DEFAULT 1
);
