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
	'codeOfConduct', setting('instance.code_of_conduct'),
	'hardwareInformation', setting('instance.hardware_information'),
	'creationReason', setting('instance.creation_reason'),
	'moderationInformation', setting('instance.moderation_information'),
	'administrator', setting('instance.administrator'),
	'maintenanceLifetime', setting('instance.maintenance_lifetime'),
	'businessModel', setting('instance.business_model'),
	'languages', setting('instance.languages')::json,
	'categories', setting('instance.categories')::json,
	'banners', instance_images('banner'),
	'avatars', instance_images('avatar')))
