-- SPDX-License-Identifier: AGPL-3.0-or-later
-- How many share videos now.
SELECT sharing_page()
