-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The activity that brought a comment of another server, as it came: it is
-- forwarded when the comment has been approved.
ALTER TABLE comment ADD activity text CHECK (octet_length(activity) <= 1000000);
