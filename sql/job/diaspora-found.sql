-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param handle text 3..400 required
-- Where WebFinger says that a person's hCard and pod are.
SELECT hcard, pod FROM diaspora_found($1::text)
