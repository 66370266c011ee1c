-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Links in mails are good for the address they were sent to, and no other.
DELETE FROM mail_secret;
ALTER TABLE mail_secret ADD address text NOT NULL;
