-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param handle text 1..400
-- param url text 1..2000
-- Where the server of a handle wants people with a URL of ours; NULL: it does
-- not say.
SELECT interact_url((address_read($1)).handle, $2)
