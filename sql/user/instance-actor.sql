-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
SELECT instance_actor()
