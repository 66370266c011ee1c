/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "hls.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <math.h>
#include <unistd.h>

#include "buf.h"
#include "file.h"
#include "hash.h"
#include "hex.h"

#define MAX_PLAYLIST (8 << 20)
#define MAX_SEGMENTS 100000
#define MAX_SEGMENT_BYTES (512LL << 20)

static void add_segment(struct hls_playlist *playlist,
			struct hls_segment segment)
{
	int64_t bits;

	playlist->segments[playlist->nr_segments++] = segment;
	playlist->seconds += segment.seconds;
	playlist->longest = fmax(playlist->longest, segment.seconds);
	if (segment.seconds < .1)
		return;
	bits = (int64_t)((double)segment.size * 8 / segment.seconds);
	if (bits > playlist->peak)
		playlist->peak = bits;
}

static bool take_line(struct hls_playlist *playlist, const char *line,
		      struct hls_segment *next)
{
	if (!strncmp(line, "#EXTINF:", 8))
		next->seconds = strtod(line + 8, NULL);
	else if (!strncmp(line, "#EXT-X-ENDLIST", 14))
		playlist->has_end = true;
	else if (!strncmp(line, "#EXT-X-BYTERANGE:", 17) &&
		 sscanf(line + 17, "%" SCNd64 "@%" SCNd64, &next->size,
			&next->first) != 2)
		return false;
	if (*line == '#' || *line == '\0' || *line == '\r')
		return true;
	if (next->size <= 0 || playlist->nr_segments >= MAX_SEGMENTS)
		return false;
	add_segment(playlist, *next);
	*next = (struct hls_segment){ 0 };
	return true;
}

bool hls_read(struct task *task, const char *path,
	      struct hls_playlist *playlist)
{
	struct hls_segment next = { 0 };
	char *text = file_read(task, path, MAX_PLAYLIST);
	char *line;

	*playlist = (struct hls_playlist){ 0 };
	if (!text || strncmp(text, "#EXTM3U", 7))
		return false;
	playlist->segments = arena_array(task->arena, MAX_SEGMENTS,
					 sizeof(*playlist->segments));
	while ((line = strsep(&text, "\n")))
		if (!take_line(playlist, line, &next))
			return false;
	return playlist->nr_segments > 0;
}

const char *hls_master(struct task *task, const struct hls_variant *variants,
		       int nr)
{
	struct buf buf = buf_make(task->arena, 64 * 1024);

	buf_str(&buf, "#EXTM3U\n#EXT-X-VERSION:3\n\n");
	for (int i = 0; i < nr; i++) {
		const struct hls_variant *v = &variants[i];

		buf_printf(&buf,
			   "#EXT-X-STREAM-INF:BANDWIDTH=%" PRId64
			   ",RESOLUTION=%dx%d,FRAME-RATE=%.6g,CODECS=\"%s\"\n"
			   "%s\n",
			   v->bandwidth, v->width, v->height, v->fps, v->codecs,
			   v->playlist);
	}
	return buf.data;
}

static bool read_range(int fd, char *bytes, const struct hls_segment *segment)
{
	int64_t done = 0;
	ssize_t len;

	while (done < segment->size) {
		len = pread(fd, bytes + done, (size_t)(segment->size - done),
			    segment->first + done);
		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0)
			return false;
		done += len;
	}
	return true;
}

static bool add_hash(json_object *ranges, int fd,
		     const struct hls_segment *segment)
{
	uint8_t digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1], key[64];
	char *bytes;
	bool ok;

	if (segment->size > MAX_SEGMENT_BYTES)
		return false;
	bytes = malloc((size_t)segment->size);
	ok = bytes && read_range(fd, bytes, segment);
	if (ok) {
		hash_sha256(digest, bytes, (size_t)segment->size);
		hex_encode(hex, digest, sizeof(digest));
		snprintf(key, sizeof(key), "%" PRId64 "-%" PRId64,
			 segment->first, segment->first + segment->size - 1);
		json_object_object_add(ranges, key,
				       json_object_new_string(hex));
	}
	free(bytes);
	return ok;
}

static bool add_variant(json_object *object, const struct hls_variant *variant,
			bool (*alive)(void *), void *ctx)
{
	json_object *ranges = json_object_new_object();
	int fd = open(variant->path, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0;

	for (size_t i = 0; ok && i < variant->hls->nr_segments; i++)
		ok = add_hash(ranges, fd, &variant->hls->segments[i]) &&
		     alive(ctx);
	json_object_object_add(object, variant->fragmented, ranges);
	if (fd >= 0)
		close(fd);
	return ok;
}

const char *hls_hashes(struct task *task, const struct hls_variant *variants,
		       int nr, bool (*alive)(void *), void *ctx)
{
	json_object *object = json_object_new_object();
	const char *text = NULL;
	bool ok = true;

	for (int i = 0; ok && i < nr; i++)
		ok = add_variant(object, &variants[i], alive, ctx);
	if (ok)
		text = arena_strdup(task->arena,
				    json_object_to_json_string_ext(
					    object, JSON_C_TO_STRING_PLAIN));
	json_object_put(object);
	return text;
}
