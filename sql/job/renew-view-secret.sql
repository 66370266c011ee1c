-- SPDX-License-Identifier: AGPL-3.0-or-later
SELECT view_secret_write()
