-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/config/custom
-- viewer admin
-- answer CustomConfig
-- What an admin may change while all runs.
SELECT config_custom()
