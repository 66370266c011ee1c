-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/config/about
-- answer About
-- cache 30
-- What the instance says of itself.
SELECT json_build_object('instance', json_build_object(
	'name', setting('instance.name'),
	'shortDescription', setting('instance.short_description'),
	'description', coalesce(setting('instance.description'), ''),
	'terms', coalesce(setting('instance.terms'), ''),
	'codeOfConduct', '', 'hardwareInformation', '', 'creationReason', '',
	'moderationInformation', '', 'administrator', '',
	'maintenanceLifetime', '', 'businessModel', '',
	'languages', '[]'::json, 'categories', '[]'::json,
	'banners', instance_images('banner'),
	'avatars', instance_images('avatar')))
