-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Who works on a channel beside its owner, who is to own a video or a channel
-- next, what was done in a channel, and how videos are shown elsewhere.

-- Who was asked to help with a channel: 1 pending, 2 accepted, 3 rejected.
CREATE TABLE channel_collaborator (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	channel_id bigint NOT NULL REFERENCES channel ON DELETE CASCADE,
	account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	state smallint NOT NULL DEFAULT 1 CHECK (state IN (1, 2, 3)),
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE (channel_id, account_id)
);
CREATE INDEX channel_collaborator_account
	ON channel_collaborator (account_id, state, channel_id);

-- A video or a channel that is offered to another account: 1 pending,
-- 2 rejected, 3 accepted.
CREATE TABLE ownership_change (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	video_id bigint REFERENCES video ON DELETE CASCADE,
	channel_id bigint REFERENCES channel ON DELETE CASCADE,
	initiator_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	next_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	state smallint NOT NULL DEFAULT 1 CHECK (state IN (1, 2, 3)),
	created_at timestamptz NOT NULL DEFAULT now(),
	CHECK (num_nonnulls(video_id, channel_id) = 1),
	CHECK (initiator_id <> next_id)
);
CREATE UNIQUE INDEX ownership_change_video ON ownership_change (video_id)
	WHERE state = 1 AND video_id IS NOT NULL;
CREATE UNIQUE INDEX ownership_change_channel ON ownership_change (channel_id)
	WHERE state = 1 AND channel_id IS NOT NULL;
CREATE INDEX ownership_change_videos
	ON ownership_change (video_id, created_at, id);
CREATE INDEX ownership_change_channels
	ON ownership_change (channel_id, created_at, id);
CREATE INDEX ownership_change_next ON ownership_change
	(next_id, (video_id IS NULL), created_at, id);
CREATE INDEX ownership_change_initiator ON ownership_change (initiator_id);

-- Who did what in a channel. What is gone since is told by its name in
-- `data`; `target` is of PeerTube's numbers: 1 video, 2 playlist, 3 channel.
CREATE TABLE channel_activity (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	channel_id bigint NOT NULL REFERENCES channel ON DELETE CASCADE,
	account_id bigint REFERENCES account ON DELETE SET NULL,
	action smallint NOT NULL CHECK (action BETWEEN 1 AND 16),
	target smallint NOT NULL CHECK (target BETWEEN 1 AND 5),
	data jsonb NOT NULL DEFAULT '{}',
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX channel_activity_channel
	ON channel_activity (channel_id, created_at, id);
CREATE INDEX channel_activity_account ON channel_activity (account_id);

ALTER TABLE video
	-- 1: pages of all sites may show the video; 2: those of these hosts
	ADD embed_policy smallint NOT NULL DEFAULT 1
		CHECK (embed_policy IN (1, 2)),
	ADD embed_domains text[] NOT NULL DEFAULT '{}'
		CHECK (cardinality(embed_domains) <= 100),
	-- how the player looks; NULL: as the channel says
	ADD player_theme text CHECK (player_theme IN ('instance-default',
		'galaxy', 'lucide'));
-- NULL: as the instance says
ALTER TABLE channel ADD player_theme text
	CHECK (player_theme IN ('galaxy', 'lucide'));

ALTER TABLE notification
	ADD collaborator_id bigint
		REFERENCES channel_collaborator ON DELETE CASCADE,
	ADD ownership_id bigint REFERENCES ownership_change ON DELETE CASCADE;
CREATE INDEX notification_collaborator ON notification (collaborator_id)
	WHERE collaborator_id IS NOT NULL;
CREATE INDEX notification_ownership ON notification (ownership_id)
	WHERE ownership_id IS NOT NULL;

-- The list of all accounts.
CREATE INDEX actor_person_created ON actor (created_at, id)
	WHERE kind = 'Person';
