/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The tables of the handlers' files, each at the end of its own file and
 * named in its program's main: `const struct route login_routes[]` in login.c.
 */
#ifndef CARDUME_HANDLERS_H
#define CARDUME_HANDLERS_H

#include "route.h"

extern const struct route account_settings_routes[];
extern const struct route admin_follows_routes[];
extern const struct route admin_jobs_routes[];
extern const struct route admin_mutes_routes[];
extern const struct route admin_redundancies_routes[];
extern const struct route admin_sharing_routes[];
extern const struct route ap_note_routes[];
extern const struct route api_channel_routes[];
extern const struct route api_me_routes[];
extern const struct route api_user_routes[];
extern const struct route api_video_routes[];
extern const struct route application_routes[];
extern const struct route authorize_routes[];
extern const struct route channel_routes[];
extern const struct route comment_routes[];
extern const struct route diaspora_routes[];
extern const struct route feed_routes[];
extern const struct route inbox_routes[];
extern const struct route interact_routes[];
extern const struct route move_routes[];
extern const struct route search_routes[];
extern const struct route log_routes[];
extern const struct route login_code_routes[];
extern const struct route login_routes[];
extern const struct route media_routes[];
extern const struct route oauth_app_routes[];
extern const struct route oauth_routes[];
extern const struct route manage_routes[];
extern const struct route notification_routes[];
extern const struct route p2p_routes[];
extern const struct route publish_routes[];
extern const struct route upload_check_routes[];
extern const struct route upload_api_form_routes[];
extern const struct route upload_api_picture_routes[];
extern const struct route upload_caption_routes[];
extern const struct route upload_check_files_routes[];
extern const struct route upload_picture_routes[];
extern const struct route upload_resumable_routes[];
extern const struct route upload_video_routes[];
extern const struct route oembed_routes[];
extern const struct route redirect_routes[];
extern const struct route registration_routes[];
extern const struct route signup_routes[];
extern const struct route two_factor_api_routes[];
extern const struct route two_factor_page_routes[];
extern const struct route viewing_routes[];
extern const struct route watch_routes[];

#endif
