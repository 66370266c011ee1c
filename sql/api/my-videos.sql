-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/users/me/videos
-- viewer user
-- answer list Video
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice name|-name|duration|-duration|createdAt|-createdAt|publishedAt|-publishedAt|originallyPublishedAt|-originallyPublishedAt|views|-views|likes|-likes|comments|-comments|trending|-trending|hot|-hot|best|-best|localVideoFilesSize|-localVideoFilesSize|match|-match = -createdAt
-- param skipCount bool
-- param viewer viewer
-- param nsfw choice true|false|both = both
-- param isLive bool
-- param categoryOneOf list 0..100
-- param licenceOneOf list 0..100
-- param languageOneOf list 0..100
-- param tagsOneOf list 0..100
-- param tagsAllOf list 0..100
-- param isLocal bool
-- param host text 0..300
-- param hasHLSFiles bool
-- param hasWebVideoFiles bool
-- param search text 0..1000
-- param include int 0..255 = 136
-- param privacyOneOf list 0..10
-- param stateOneOf list 0..20
-- param excludeAlreadyWatched bool
-- param includeCollaborations bool = false
-- All videos of the signed-in user, published or not, and where asked for those
-- of channels one works on.
SELECT video_list($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
	nullif($14, ''), $15, $16, nullif($17, ''), $18, $19, $20,
	owner => c.id, unwatched => $21,
	with_others => $22)
FROM account c WHERE c.user_id = $5
