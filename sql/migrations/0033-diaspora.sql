-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What diaspora* pods know of ours, and we of theirs.

-- Channels and accounts of ours, and persons of pods: those are actors whose
-- inbox is their pod's; `pod` is its base URL.
CREATE TABLE diaspora_person (
	actor_id bigint PRIMARY KEY REFERENCES actor ON DELETE CASCADE,
	guid text NOT NULL CHECK (guid ~ '^[A-Za-z0-9_@.:-]{15,254}[A-Za-z0-9]$'),
	pod text CHECK (octet_length(pod) <= 300)
);
CREATE UNIQUE INDEX diaspora_person_ours ON diaspora_person (guid)
	WHERE pod IS NULL;
INSERT INTO diaspora_person (actor_id, guid)
SELECT id, replace(gen_random_uuid()::text, '-', '') FROM actor
WHERE host_id IS NULL AND kind IN ('Group', 'Person');

-- Videos that pods were told of, as they were signed. Their GUID is the UUID.
CREATE TABLE diaspora_post (
	video_id bigint PRIMARY KEY REFERENCES video ON DELETE CASCADE,
	envelope text NOT NULL
);

CREATE TABLE diaspora_comment (
	comment_id bigint PRIMARY KEY REFERENCES comment ON DELETE CASCADE,
	guid text NOT NULL UNIQUE CHECK (octet_length(guid) <= 255)
);

-- Who wants to hear of a post's comments without following its channel.
CREATE TABLE diaspora_participant (
	video_id bigint NOT NULL REFERENCES video ON DELETE CASCADE,
	actor_id bigint NOT NULL REFERENCES actor ON DELETE CASCADE,
	PRIMARY KEY (video_id, actor_id)
);
CREATE INDEX diaspora_participant_actor ON diaspora_participant (actor_id);
