-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param guid text 1..255
-- param body text 1..60000 required
-- Keeps what a pod sent for one of ours, or for all; HTTP's status.
SELECT diaspora_receive_write($1::text, $2::text)
