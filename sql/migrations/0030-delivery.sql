-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A server that takes much and quickly is sent to by more than one at once.
ALTER TABLE host ADD lanes smallint NOT NULL DEFAULT 1
	CHECK (lanes BETWEEN 1 AND 4);

-- An activity that a server failed at, while it takes others, waits alone.
ALTER TABLE delivery
	ADD retry_at timestamptz NOT NULL DEFAULT '-infinity';

-- Keys of actors of ours that are no more: that they are gone is still to be
-- said, in their name.
CREATE TABLE departed_key (
	actor_id bigint PRIMARY KEY,
	key_id text NOT NULL,
	private_key text NOT NULL,
	at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE activity DROP CONSTRAINT activity_actor_id_fkey;
