-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What was put off, by what it is about: something newer takes its place.
CREATE INDEX delivery_put_off ON delivery (subject, inbox)
	WHERE subject IS NOT NULL AND tries > 0;
