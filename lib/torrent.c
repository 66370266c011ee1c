/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "torrent.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "bencode.h"
#include "conf.h"
#include "file.h"

#define MIN_PIECE (16 << 10)
#define MAX_PIECE (4 << 20)
#define MAX_TORRENT (8 << 20)

const char *torrent_name(struct task *task, const char *video_name,
			 int resolution)
{
	char *name =
		arena_printf(task->arena, "%s %dp.mp4", video_name, resolution);

	for (char *c = name; *c; c++)
		if (strchr("/\\?%*:|\"<>", *c))
			*c = '-';
	return name;
}

int64_t torrent_piece_length(int64_t size)
{
	double exponent = floor(log2((double)size / 1024) + .5);

	if (exponent <= 14)
		return MIN_PIECE;
	return exponent >= 22 ? MAX_PIECE : (int64_t)1 << (int)exponent;
}

static ssize_t read_piece(int fd, char *piece, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = read(fd, piece + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

static bool hash_pieces(struct torrent *torrent, int fd, char *piece,
			size_t length, struct buf *hashes)
{
	uint8_t digest[SHA1_BYTES];
	ssize_t len;

	while ((len = read_piece(fd, piece, length)) > 0) {
		hash_sha1(digest, piece, (size_t)len);
		buf_add(hashes, digest, sizeof(digest));
		if (!torrent->alive(torrent->ctx))
			return false;
	}
	return len == 0;
}

/* The dictionary whose hash names the torrent; false as torrent_write(). */
static bool write_info(struct task *task, struct torrent *torrent,
		       struct buf *info)
{
	int64_t size = file_size(torrent->path);
	int64_t length = torrent_piece_length(size);
	struct buf hashes = buf_make(task->arena, MAX_TORRENT);
	int fd = open(torrent->path, O_RDONLY | O_CLOEXEC);
	char *piece = malloc((size_t)length);
	bool ok = fd >= 0 && piece && size > 0 &&
		  hash_pieces(torrent, fd, piece, (size_t)length, &hashes);

	free(piece);
	if (fd >= 0)
		close(fd);
	if (!ok)
		return false;
	buf_str(info, "d6:length");
	bencode_int(info, size);
	buf_str(info, "4:name");
	bencode_text(info, torrent->name);
	buf_str(info, "12:piece length");
	bencode_int(info, length);
	buf_str(info, "6:pieces");
	bencode_bytes(info, hashes.data, hashes.len);
	buf_str(info, "e");
	return true;
}

/* The UDP tracker is on the same host, whatever the origin's port. */
static const char *udp_tracker(struct task *task)
{
	const char *host = strstr(task->conf->origin, "://") + 3;
	const char *end = *host == '[' ? strchr(host, ']') : NULL;
	size_t len = end ? (size_t)(end + 1 - host) : strcspn(host, ":");

	return arena_printf(task->arena, "udp://%.*s:%d/announce", (int)len,
			    host, task->conf->tracker_port);
}

/* Clients that are browsers meet there (cardume-signal(8)); always with its
 * port, as PeerTube writes it. */
static const char *socket_tracker(struct task *task)
{
	const char *origin = task->conf->origin;
	bool is_tls = !strncmp(origin, "https:", 6);
	const char *host = strstr(origin, "://") + 3;
	const char *end = *host == '[' ? strchr(host, ']') : host;
	const char *port = strchr(end ? end : host, ':') ? "" :
			   is_tls ? ":443" :
				    ":80";

	return arena_printf(task->arena, "%s://%s%s/tracker/socket",
			    is_tls ? "wss" : "ws", host, port);
}

static const char seeds_key[] = "8:url-listl";

static void add_seeds(struct buf *buf, const char *const seeds[], int nr)
{
	buf_str(buf, seeds_key);
	for (int i = 0; i < nr; i++)
		bencode_text(buf, seeds[i]);
	buf_str(buf, "ee");
}

bool torrent_write(struct task *task, struct torrent *torrent, const char *to)
{
	const char *announce = arena_printf(task->arena, "%s/tracker/announce",
					    task->conf->origin);
	struct buf info = buf_make(task->arena, MAX_TORRENT);
	struct buf buf = buf_make(task->arena, MAX_TORRENT);

	if (!write_info(task, torrent, &info))
		return false;
	hash_sha1(torrent->info_hash, info.data, info.len);
	buf_str(&buf, "d8:announce");
	bencode_text(&buf, announce);
	buf_str(&buf, "13:announce-listll");
	bencode_text(&buf, announce);
	buf_str(&buf, "el");
	if (task->conf->tracker_udp) {
		bencode_text(&buf, udp_tracker(task));
		buf_str(&buf, "el");
	}
	bencode_text(&buf, socket_tracker(task));
	buf_str(&buf, "ee10:created by");
	bencode_text(&buf, "Cardume");
	buf_str(&buf, "13:creation date");
	bencode_int(&buf, torrent->created);
	buf_str(&buf, "8:encoding");
	bencode_text(&buf, "UTF-8");
	buf_str(&buf, "4:info");
	buf_add(&buf, info.data, info.len);
	add_seeds(&buf, &torrent->web_seed, 1);
	return file_write(task, to, buf.data, buf.len);
}

/* Where the web seeds begin, the last of what we write; NULL: nowhere. */
static const char *find_seeds(const char *bytes, size_t len)
{
	const char *found = NULL;
	const char *next = bytes;

	while ((next = memmem(next, len - (size_t)(next - bytes), seeds_key,
			      strlen(seeds_key))))
		found = next++;
	return found;
}

bool torrent_set_seeds(struct task *task, const char *path,
		       const char *const seeds[], int nr)
{
	int64_t len = file_size(path);
	char *bytes = len > 0 ? file_read(task, path, MAX_TORRENT) : NULL;
	const char *end = bytes ? find_seeds(bytes, (size_t)len) : NULL;
	struct buf buf = buf_make(task->arena, MAX_TORRENT);

	if (!end)
		return false;
	buf_add(&buf, bytes, (size_t)(end - bytes));
	add_seeds(&buf, seeds, nr);
	return (buf.len == (size_t)len && !memcmp(buf.data, bytes, buf.len)) ||
	       file_write(task, path, buf.data, buf.len);
}
