-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param names list 0..1000 required
-- Which of these folders some copy of another server's video has.
SELECT r.folder::text FROM redundancy r
WHERE r.folder::text = ANY ($1::text[]) AND r.state = 'kept'
