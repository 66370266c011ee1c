-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Actors of other servers.

-- HTML is longer than what it says.
ALTER TABLE account DROP CONSTRAINT account_description_check,
	ADD CONSTRAINT account_description_check CHECK (char_length(description)
		BETWEEN 3 AND CASE WHEN description_is_html THEN 10000
			ELSE 1000 END);
ALTER TABLE channel DROP CONSTRAINT channel_description_check,
	ADD CONSTRAINT channel_description_check CHECK (char_length(description)
		BETWEEN 3 AND CASE WHEN description_is_html THEN 10000
			ELSE 1000 END);
