-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param ids list 1..1000 required
-- param bytes int 1..1000000000 required
-- What is to be sent, of these activities as many as have that many bytes
-- together, one at least; no body where there is none any more.
SELECT id, actor_id, wants_proof, body FROM (
	SELECT i.id, a.actor_id, a.wants_proof, a.body, i.nr,
		sum(octet_length(a.body)) OVER (ORDER BY i.nr) AS bytes
	FROM unnest($1::bigint[]) WITH ORDINALITY AS i (id, nr)
	LEFT JOIN activity a ON a.id = i.id
) a
WHERE bytes IS NULL OR bytes <= $2::bigint OR nr = 1
