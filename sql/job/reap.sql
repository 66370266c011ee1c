-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Jobs whose worker has gone become ready again; those whose last attempt it
-- was are dead and given back, to be told to whom they concern.
SELECT id, queue, payload, error FROM job_reap_write()
