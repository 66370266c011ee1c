-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What may be tried again is ready.
SELECT inbox_maintain_write()
