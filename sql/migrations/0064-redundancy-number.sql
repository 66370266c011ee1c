-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The API removes a copy by its number, whoever keeps it (PeerTube has both
-- kinds in one table): those that we keep are numbered with those of others.
ALTER TABLE redundancy ALTER id DROP IDENTITY;
ALTER TABLE redundancy ALTER id SET DEFAULT nextval('mirror_id_seq');
SELECT setval('mirror_id_seq', greatest(nextval('mirror_id_seq'),
	(SELECT coalesce(max(id), 0) FROM redundancy)));
