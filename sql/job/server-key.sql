-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role worker
-- The key that signs what is fetched.
SELECT id, private_key FROM server_key()
