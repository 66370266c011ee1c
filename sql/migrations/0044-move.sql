-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Other actors of the person behind one of ours, anywhere.
CREATE TABLE actor_alias (
	actor_id bigint NOT NULL REFERENCES actor ON DELETE CASCADE,
	other_id bigint NOT NULL REFERENCES actor ON DELETE CASCADE,
	PRIMARY KEY (actor_id, other_id),
	CHECK (actor_id <> other_id)
);
CREATE INDEX actor_alias_other ON actor_alias (other_id);

-- Where an actor has gone, ours or another server's.
ALTER TABLE actor ADD moved_to bigint REFERENCES actor ON DELETE SET NULL
	CHECK (moved_to <> id);
CREATE INDEX actor_moved_to ON actor (moved_to) WHERE moved_to IS NOT NULL;
