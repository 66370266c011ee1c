-- SPDX-License-Identifier: AGPL-3.0-or-later
SELECT job_log_rotate_write()
