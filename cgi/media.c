/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Files that nginx may not give to everybody: private media, thumbnails of
 * videos that are not public, downloads. One query says whether and where;
 * nginx sends the file. What is not there and what is not for this viewer
 * look the same.
 */
#include <stdlib.h>
#include <string.h>

#include "bearer.h"
#include "buf.h"
#include "db.h"
#include "file.h"
#include "handlers.h"
#include "hash.h"
#include "hex.h"
#include "job.h"
#include "reply.h"
#include "session.h"
#include "shortid.h"
#include "token.h"
#include "throttle.h"

#define PLAYLIST_MAX ((size_t)4 * 1024 * 1024)
#define SECRETS 4

/* The first parameters of all queries api/open-*: what the viewer sent. */
static void read_secrets(struct request *request, const char *values[SECRETS])
{
	struct task *task = request->task;
	const char *cookie = request_cookie(request, SESSION_COOKIE);
	const char *bearer = bearer_token(request);
	const char *token = request_param(request, "videoFileToken");
	uint8_t secret[SHA256_BYTES];

	memset(values, 0, SECRETS * sizeof(*values));
	if (cookie && hex_decode(secret, sizeof(secret), cookie)) {
		hash_sha256(secret, secret, sizeof(secret));
		values[0] = db_bytes(task, secret, sizeof(secret));
	}
	if (bearer)
		values[1] = token_hash(task, bearer);
	if (token)
		values[2] = token_hash(task, token);
	values[3] = request_header(request, "x-peertube-video-password");
}

/* Whose file it is, as far as the path tells. */
static const char *video_of(struct request *request)
{
	const char *uuid = request_param(request, "uuid");

	return uuid ? uuid : request_param(request, "file");
}

/* Fails with 404 where there is nothing for this viewer. */
static struct rows open_media(struct request *request, const char *query,
			      int nr, const char *const names[])
{
	const char *values[SECRETS + 3];
	struct rows rows;

	read_secrets(request, values);
	if (values[3])
		throttle_video_header(request, video_of(request));
	for (int i = 0; i < nr; i++)
		values[SECRETS + i] = names[i];
	rows = db_query(request->task, query, SECRETS + nr, values);
	if (!rows.count && values[3])
		throttle_wrong_header(request, video_of(request));
	if (!rows.count)
		fail(request->task, 404, "There is nothing at this address.");
	return rows;
}

static const char *path_param(struct request *request, const char *name)
{
	const char *value = request_param(request, name);

	return value ? value : "";
}

static void send_private(struct request *request, struct rows rows)
{
	reply_accel(request,
		    arena_printf(request->task->arena,
				 db_bool(rows, 0, 0) ? "/%s" :
						       "/internal/private/%s",
				 db_text(rows, 0, 1)),
		    NULL);
}

/* nginx asks only after it has looked in public/: to send it there again
 * would go round in circles. */
static void send_unless_public(struct request *request, struct rows rows)
{
	if (db_bool(rows, 0, 0))
		fail(request->task, 404, "There is nothing at this address.");
	send_private(request, rows);
}

static void add_attachment(struct request *request, const char *name)
{
	struct buf value = buf_make(request->task->arena, 8192);

	buf_str(&value, "attachment; filename=\"");
	for (const char *c = name; *c; c++)
		buf_char(&value, *c < ' ' || *c > '~' || strchr("\"\\%/", *c) ?
					 '_' :
					 *c);
	buf_str(&value, "\"; filename*=UTF-8''");
	buf_url(&value, name, strlen(name));
	reply_header(request, "Content-Disposition", value.data);
}

static void send_download(struct request *request, struct rows rows)
{
	add_attachment(request, db_text(rows, 0, 2));
	send_private(request, rows);
}

static void get_web_video(struct request *request)
{
	const char *names[] = { path_param(request, "file") };

	send_private(request, open_media(request, "api/open-web", 1, names));
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && !strcmp(text + len - end_len, end);
}

/* One line of a playlist; addresses of files get the token. */
static void add_line(struct buf *out, const char *line, size_t len,
		     const char *token)
{
	const char *quote = memmem(line, len, "URI=\"", 5);
	const char *end = line + len;
	const char *list = "";

	if (quote)
		end = memchr(quote + 5, '"', (size_t)(end - quote) - 5);
	if (!len || (*line == '#' && (!quote || !end))) {
		buf_add(out, line, len);
		return;
	}
	if (end - line > 5 && !memcmp(end - 5, ".m3u8", 5))
		list = "&reinjectVideoFileToken=true";
	buf_add(out, line, (size_t)(end - line));
	buf_str(out, "?videoFileToken=");
	buf_url(out, token, strlen(token));
	buf_str(out, list);
	buf_add(out, end, len - (size_t)(end - line));
}

/* For players that know nothing of tokens: each address of a list carries it
 * on. */
static void send_rewritten(struct request *request, struct rows rows,
			   const char *token)
{
	struct task *task = request->task;
	struct buf out = buf_make(task->arena, 2 * PLAYLIST_MAX);
	const char *text = file_read(
		task,
		file_media(task, db_bool(rows, 0, 0), db_text(rows, 0, 1)),
		PLAYLIST_MAX);

	if (!text)
		fail(task, 404, "There is nothing at this address.");
	while (*text) {
		size_t len = strcspn(text, "\r\n");

		add_line(&out, text, len, token);
		text += len;
		len = strspn(text, "\r\n");
		buf_add(&out, text, len);
		text += len;
	}
	reply_bytes(request, 200, "application/vnd.apple.mpegurl", out.data,
		    out.len);
}

static void get_hls(struct request *request)
{
	const char *names[] = { path_param(request, "file"),
				path_param(request, "uuid") };
	const char *token = request_param(request, "videoFileToken");
	bool is_list = ends_with(names[0], ".m3u8");
	uint8_t uuid[UUID_BYTES];
	struct rows rows;

	if (!uuid_parse(uuid, names[1]))
		fail(request->task, 404, "There is nothing at this address.");
	rows = open_media(request,
			  is_list || ends_with(names[0], ".json") ?
				  "api/open-playlist" :
				  "api/open-hls",
			  2, names);
	if (is_list && token &&
	    request_bool(request, "reinjectVideoFileToken", false))
		send_rewritten(request, rows, token);
	else
		send_private(request, rows);
}

/* A picture of another server's comes when somebody asks for it: it will be
 * there the next time. Until then an empty one takes its place, which nobody
 * may keep. False: it is none of another server's. */
static bool send_waiting(struct request *request, const char *file)
{
	if (!db_bool(db(request->task, "api/picture-wanted", file), 0, 0))
		return false;
	job_wake(request->task, JOB_fetch);
	reply_accel(request, "/assets/current/waiting.jpg", NULL);
	return true;
}

static void get_picture(struct request *request)
{
	const char *names[] = { path_param(request, "file") };

	if (!send_waiting(request, names[0]))
		send_unless_public(
			request,
			open_media(request, "api/open-picture", 1, names));
}

/* nginx has looked for it: it is another server's, or there is none. */
static void get_face(struct request *request)
{
	if (!send_waiting(request, path_param(request, "file")))
		fail(request->task, 404, "There is nothing at this address.");
}

static void get_caption(struct request *request)
{
	const char *names[] = { path_param(request, "file") };

	send_unless_public(request,
			   open_media(request, "api/open-caption", 1, names));
}

/* PeerTube's older address of what is a thumbnail now. */
static void get_preview(struct request *request)
{
	const char *names[] = { path_param(request, "file") };

	send_private(request,
		     open_media(request, "api/open-picture", 1, names));
}

static void get_torrent(struct request *request)
{
	const char *names[] = { path_param(request, "file") };

	send_unless_public(request,
			   open_media(request, "api/open-torrent", 1, names));
}

static void download_torrent(struct request *request)
{
	const char *names[] = { path_param(request, "file") };

	send_download(request,
		      open_media(request, "api/open-torrent", 1, names));
}

/* "UUID-RESOLUTION.EXT" or "UUID-RESOLUTION-fragmented.EXT" */
static void download(struct request *request, bool is_hls)
{
	const char *file = path_param(request, "file");
	char uuid_text[UUID_SIZE];
	uint8_t uuid[UUID_BYTES];
	const char *names[3] = { NULL, NULL, is_hls ? "true" : "false" };
	size_t digits;

	if (strlen(file) < UUID_SIZE + 1 || file[UUID_SIZE - 1] != '-')
		fail(request->task, 404, "There is nothing at this address.");
	memcpy(uuid_text, file, UUID_SIZE - 1);
	uuid_text[UUID_SIZE - 1] = '\0';
	digits = strspn(file + UUID_SIZE, "0123456789");
	if (!uuid_parse(uuid, uuid_text) || !digits || digits > 5)
		fail(request->task, 404, "There is nothing at this address.");
	names[0] = uuid_text;
	names[1] =
		arena_strndup(request->task->arena, file + UUID_SIZE, digits);
	send_download(request,
		      open_media(request, "api/open-download", 3, names));
}

static void download_web_video(struct request *request)
{
	download(request, false);
}

static void download_hls(struct request *request)
{
	download(request, true);
}

/* "ID", "ID.mp4" or "ID.m4a", with the video's number, UUID or short UUID. */
static const char *video_in(struct request *request, const char *file)
{
	struct task *task = request->task;
	const char *name = arena_strndup(task->arena, file, strcspn(file, "."));
	char *text = arena_alloc(task->arena, UUID_SIZE);
	uint8_t uuid[UUID_BYTES];

	if (*name && strlen(name) <= 18 &&
	    strspn(name, "0123456789") == strlen(name))
		return name;
	if (!uuid_parse(uuid, name) && !shortid_decode(uuid, name))
		fail(task, 404, "There is nothing at this address.");
	uuid_format(text, uuid);
	return text;
}

/* Ours have sound and picture in each file: one of them is what is wanted. */
static void download_file(struct request *request)
{
	const char *ids[2];
	const char *names[2];

	if (request_params(request, "videoFileIds", ids, 2) != 1 || !*ids[0] ||
	    strspn(ids[0], "0123456789") != strlen(ids[0]) ||
	    strlen(ids[0]) > 18)
		fail_field(request->task, "videoFileIds",
			   "videoFileIds should be the number of one file");
	names[0] = video_in(request, path_param(request, "id"));
	names[1] = ids[0];
	send_download(request, open_media(request, "api/open-file", 2, names));
}

#define GET(path, media_type, function, text) \
	{ \
		.method = "GET", .pattern = path, .kind = ROUTE_HANDLER, \
		.handler = function, .type = media_type, .summary = text \
	}

const struct route media_routes[] = {
	GET("/static/web-videos/private/:file", "video/mp4", get_web_video,
	    "Get a file of a video that is not public."),
	GET("/static/streaming-playlists/hls/private/:uuid/:file", "video/mp4",
	    get_hls, "Get an HLS file of a video that is not public."),
	GET("/lazy-static/thumbnails/:file", "image/jpeg", get_picture,
	    "Get the picture of a video."),
	GET("/lazy-static/avatars/:file", "image/jpeg", get_face,
	    "Get the picture of an account or a channel of another server."),
	GET("/lazy-static/banners/:file", "image/jpeg", get_face,
	    "Get the banner of a channel of another server."),
	GET("/lazy-static/storyboards/:file", "image/jpeg", get_face,
	    "Get the storyboard of a video of another server."),
	GET("/lazy-static/previews/:file", "image/jpeg", get_preview,
	    "Get the large picture of a video."),
	GET("/lazy-static/video-captions/:file", "text/vtt", get_caption,
	    "Get the subtitles of a video in one language."),
	GET("/lazy-static/torrents/:file", "application/x-bittorrent",
	    get_torrent, "Get the torrent of a file."),
	GET("/download/web-videos/:file", "video/mp4", download_web_video,
	    "Download a file of a video under the video's name."),
	GET("/download/streaming-playlists/hls/videos/:file", "video/mp4",
	    download_hls, "Download an HLS file under the video's name."),
	GET("/download/videos/generate/:id", "video/mp4", download_file,
	    "Download one file of a video (videoFileIds)."),
	GET("/download/torrents/:file", "application/x-bittorrent",
	    download_torrent, "Download the torrent of a file."),
	{ 0 },
};
