-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/accounts/:handle/video-channel-syncs
-- viewer user
-- answer list VideoChannelSync
-- param handle handle required
-- param viewer viewer
-- Synchronizations of the channels of one's own account: none.
SELECT CASE WHEN account_named($1) = account_of($2::bigint)
		OR is_moderator($2::bigint) THEN listed(0, NULL)
	ELSE to_json(refuse('403', 'This account is not yours.')) END
