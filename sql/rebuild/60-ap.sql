-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The parts of ActivityPub documents. Shapes are the newest PeerTube's, with
-- what older ones and other programs need; each difference is told where it is.
-- The members of a large object are text, without its braces: keys that never
-- vary, with values of type json. One without a value (SQL NULL) is left out,
-- one that must say null has the value 'null'. (Taking a brace off again, or
-- parsing, goes through every character.)

-- The constants ------------------------------------------------------------

CREATE FUNCTION ap_public() RETURNS text IMMUTABLE LANGUAGE sql AS $$
	SELECT 'https://www.w3.org/ns/activitystreams#Public'
$$;

-- Collections, Create, Announce.
CREATE FUNCTION ap_context() RETURNS json IMMUTABLE LANGUAGE sql AS $$
	SELECT '
	["https://www.w3.org/ns/activitystreams",
	"https://w3id.org/security/v1",
	{"RsaSignature2017":"https://w3id.org/security#RsaSignature2017"}]'::json
$$;

-- Person, Group, Application. `webfinger` is FEP-2c59's.
CREATE FUNCTION ap_context_actor() RETURNS json IMMUTABLE LANGUAGE sql AS $$
	SELECT '
	["https://www.w3.org/ns/activitystreams",
	"https://w3id.org/security/v1",
	{"RsaSignature2017":"https://w3id.org/security#RsaSignature2017"},
	{"pt":"https://joinpeertube.org/ns#","sc":"http://schema.org/",
	"playerSettings":"pt:playerSettings",
	"playlists":{"@id":"pt:playlists","@type":"@id"},
	"support":{"@type":"sc:Text","@id":"pt:support"},
	"lemmy":"https://join-lemmy.org/ns#",
	"postingRestrictedToMods":"lemmy:postingRestrictedToMods",
	"toot":"http://joinmastodon.org/ns#","indexable":"toot:indexable",
	"discoverable":"toot:discoverable","email":"sc:email",
	"webfinger":"https://purl.archive.org/socialweb/webfinger#webfinger",
	"alsoKnownAs":{"@id":"as:alsoKnownAs","@type":"@id"},
	"movedTo":{"@id":"as:movedTo","@type":"@id"}}]'::json
$$;

-- Video. commentsEnabled is of PeerTube before 7.0: others still read it.
CREATE FUNCTION ap_context_video() RETURNS json IMMUTABLE LANGUAGE sql AS $$
	SELECT '
	["https://www.w3.org/ns/activitystreams",
	"https://w3id.org/security/v1",
	{"RsaSignature2017":"https://w3id.org/security#RsaSignature2017"},
	{"pt":"https://joinpeertube.org/ns#","sc":"http://schema.org/",
	"Hashtag":"as:Hashtag","category":"sc:category",
	"licence":"sc:license","subtitleLanguage":"sc:subtitleLanguage",
	"automaticallyGenerated":"pt:automaticallyGenerated",
	"sensitive":"as:sensitive","language":"sc:inLanguage",
	"identifier":"sc:identifier","isLiveBroadcast":"sc:isLiveBroadcast",
	"liveSaveReplay":{"@type":"sc:Boolean","@id":"pt:liveSaveReplay"},
	"permanentLive":{"@type":"sc:Boolean","@id":"pt:permanentLive"},
	"latencyMode":{"@type":"sc:Number","@id":"pt:latencyMode"},
	"dvrWindow":{"@type":"sc:Duration","@id":"pt:dvrWindow"},
	"Infohash":"pt:Infohash","SensitiveTag":"pt:SensitiveTag",
	"tileWidth":{"@type":"sc:Number","@id":"pt:tileWidth"},
	"tileHeight":{"@type":"sc:Number","@id":"pt:tileHeight"},
	"tileDuration":{"@type":"sc:Number","@id":"pt:tileDuration"},
	"aspectRatio":{"@type":"sc:Float","@id":"pt:aspectRatio"},
	"uuid":{"@type":"sc:identifier","@id":"pt:uuid"},
	"originallyPublishedAt":"sc:datePublished",
	"schedules":"sc:eventSchedule","startDate":"sc:startDate",
	"embedUrl":"sc:embedUrl","uploadDate":"sc:uploadDate",
	"hasParts":"sc:hasParts","playerSettings":"pt:playerSettings",
	"views":{"@type":"sc:Number","@id":"pt:views"},
	"downloads":{"@type":"sc:Number","@id":"pt:downloads"},
	"state":{"@type":"sc:Number","@id":"pt:state"},
	"size":{"@type":"sc:Number","@id":"pt:size"},
	"fps":{"@type":"sc:Number","@id":"pt:fps"},"canReply":"pt:canReply",
	"commentsPolicy":{"@type":"sc:Number","@id":"pt:commentsPolicy"},
	"commentsEnabled":{"@type":"sc:Boolean","@id":"pt:commentsEnabled"},
	"downloadEnabled":{"@type":"sc:Boolean","@id":"pt:downloadEnabled"},
	"waitTranscoding":{"@type":"sc:Boolean","@id":"pt:waitTranscoding"},
	"support":{"@type":"sc:Text","@id":"pt:support"},
	"likes":{"@id":"as:likes","@type":"@id"},
	"dislikes":{"@id":"as:dislikes","@type":"@id"},
	"shares":{"@id":"as:shares","@type":"@id"},
	"comments":{"@id":"as:comments","@type":"@id"},
	"PropertyValue":"sc:PropertyValue","value":"sc:value"}]'::json
$$;

-- Chapters of a video.
CREATE FUNCTION ap_context_chapters() RETURNS json IMMUTABLE LANGUAGE sql AS $$
	SELECT '
	["https://www.w3.org/ns/activitystreams",
	"https://w3id.org/security/v1",
	{"RsaSignature2017":"https://w3id.org/security#RsaSignature2017"},
	{"pt":"https://joinpeertube.org/ns#","sc":"http://schema.org/",
	"hasPart":"sc:hasPart","endOffset":"sc:endOffset",
	"startOffset":"sc:startOffset"}]'::json
$$;

-- PlayerSettings.
CREATE FUNCTION ap_context_player_settings() RETURNS json IMMUTABLE LANGUAGE sql AS $$
	SELECT '
	["https://www.w3.org/ns/activitystreams",
	"https://w3id.org/security/v1",
	{"RsaSignature2017":"https://w3id.org/security#RsaSignature2017"},
	{"pt":"https://joinpeertube.org/ns#","sc":"http://schema.org/",
	"PlayerSettings":{"@type":"@id","@id":"pt:PlayerSettings"},
	"theme":"pt:theme"}]'::json
$$;
CREATE FUNCTION ap_document(context json, members text) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT '{"@context":' || context || ',' || members || '}'
$$;

-- Actors -------------------------------------------------------------------

-- An actor's id. Others fetch it and keep it for ever.
CREATE FUNCTION actor_url(kind text, name text) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT origin() || CASE kind WHEN 'Group' THEN '/video-channels/'
		ELSE '/accounts/' END || name
$$;

-- The id of an actor, whoever's it is.
CREATE FUNCTION actor_id(a actor) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT coalesce((a).url, actor_url((a).kind, (a).name))
$$;

-- Its page for people. A plain string, where PeerTube since 8 has a list of
-- Links: PeerTube 6 takes the first of a list for a string and refuses the
-- actor. On the id's host, as Mastodon and Misskey demand.
CREATE FUNCTION actor_page(kind text, name text) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT CASE kind WHEN 'Application' THEN actor_url(kind, name)
		WHEN 'Group' THEN origin() || '/c/' || name
		ELSE origin() || '/a/' || name END
$$;

-- Avatars or banners, the 120 px avatar first: some take only that.
CREATE FUNCTION ap_images(actor_id bigint, kind text) RETURNS json
STABLE LANGUAGE sql AS $$
	SELECT json_agg(json_build_object('type', 'Image',
			'mediaType', 'image/jpeg',
			'height', i.height,
			'width', i.width,
			'url', origin() || '/lazy-static/' || i.kind || 's/' ||
				i.filename)
		ORDER BY i.width <> 120, i.width)
	FROM actor_image i
	WHERE i.actor_id = ap_images.actor_id AND i.kind = ap_images.kind
$$;

CREATE VIEW ap_actor AS
SELECT a.name, a.kind, (
	SELECT string_agg('"' || key || '":' || value, ',')
	FROM (VALUES
		('type', to_json(a.kind)),
		('id', to_json(i.id)),
		('following', to_json(i.id || '/following')),
		('followers', to_json(i.id || '/followers')),
		('playlists', to_json(i.id || '/playlists')),
		('inbox', to_json(i.id || '/inbox')),
		('outbox', to_json(i.id || '/outbox')),
		('preferredUsername', to_json(a.name)),
		('webfinger', to_json(a.name || '@' || our_host())),
		-- who is here is shown to everybody and found by search engines
		('discoverable', CASE WHEN a.kind <> 'Application'
			THEN 'true'::json END),
		('indexable', CASE WHEN a.kind <> 'Application'
			THEN 'true'::json END),
		('url', to_json(actor_page(a.kind, a.name))),
		('name', to_json(coalesce(c.display_name, p.display_name))),
		('endpoints', json_build_object('sharedInbox', origin() || '/inbox')),
		('publicKey', json_build_object('id', i.id || '#main-key',
			'owner', i.id, 'publicKeyPem', a.public_key)),
		('published', to_json(iso(a.created_at))),
		('summary', coalesce(to_json(coalesce(c.description, p.description)),
			'null')),
		('alsoKnownAs', (SELECT json_agg(actor_id(r) ORDER BY r.id)
			FROM actor_alias l JOIN actor r ON r.id = l.other_id
			WHERE l.actor_id = a.id)),
		('movedTo', (SELECT to_json(actor_id(r)) FROM actor r
			WHERE r.id = a.moved_to)),
		('icon', ap_images(a.id, 'avatar')),
		('image', ap_images(a.id, 'banner')),
		-- a channel's own
		('support', CASE WHEN c.id IS NOT NULL
			THEN coalesce(to_json(c.support), 'null') END),
		('postingRestrictedToMods', CASE WHEN c.id IS NOT NULL
			THEN 'true'::json END),
		('attributedTo', CASE WHEN c.id IS NOT NULL
			THEN json_build_array(json_build_object('type', 'Person',
				'id', actor_url(owner.kind, owner.name))) END),
		('playerSettings', CASE WHEN c.id IS NOT NULL
			THEN to_json(i.id || '/player-settings') END)
	) keys (key, value) WHERE value IS NOT NULL
) AS members
FROM actor a
LEFT JOIN channel c ON c.actor_id = a.id
LEFT JOIN account p ON p.actor_id = a.id
LEFT JOIN account o ON o.id = c.account_id
LEFT JOIN actor owner ON owner.id = o.actor_id
CROSS JOIN LATERAL (SELECT actor_url(a.kind, a.name) AS id OFFSET 0) i
WHERE a.host_id IS NULL;

-- Collections --------------------------------------------------------------

CREATE FUNCTION ap_page_url(id text, page int, size int) RETURNS text
STABLE LANGUAGE sql AS $$
	SELECT id || '?page=' || page || coalesce('&size=' || size, '')
$$;

-- Without a page what there is, with one (1 ..) its items. `items` are of the
-- wanted page, NULL where there are none; `size` NULL is the usual 10.
CREATE FUNCTION ap_collection(id text, total bigint, page int, size int,
	items json) RETURNS json STABLE LANGUAGE sql AS $$
	SELECT CASE WHEN page IS NULL THEN json_strip_nulls(json_build_object(
		'@context', ap_context(),
		'id', id,
		'type', 'OrderedCollection',
		'totalItems', total,
		'first', CASE WHEN total > 0
			THEN ap_page_url(id, 1, size) END))
	ELSE json_strip_nulls(json_build_object(
		'@context', ap_context(),
		'id', ap_page_url(id, page, size),
		'type', 'OrderedCollectionPage',
		'prev', CASE WHEN page > 1
			THEN ap_page_url(id, page - 1, size) END,
		'next', CASE WHEN page * coalesce(size, 10) < total
			THEN ap_page_url(id, page + 1, size) END,
		'partOf', id,
		'orderedItems', coalesce(items, '[]'),
		'totalItems', total)) END
$$;
