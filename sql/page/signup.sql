-- SPDX-License-Identifier: AGPL-3.0-or-later
-- How strangers may come to have an account, and whether mail can be sent.
SELECT json_build_object('isOpen', signup_is_open(),
	'isAsked', setting('signup.requires_approval') = 'true',
	'isVerified', wants_verified_email(),
	'minimumAge', setting('signup.minimum_age')::int,
	'hasMail', is_mail_on())
