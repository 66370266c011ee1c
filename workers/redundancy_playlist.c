/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redundancy.h"

#include <string.h>

#define NAME_MAX_BYTES 200
#define MEDIA_MAX_BYTES (1LL << 40)

/* A file in the same folder, and nothing that a shell, a browser or nginx
 * takes for more. */
static bool is_plain(const char *name)
{
	size_t len = strlen(name);

	return len && len <= NAME_MAX_BYTES && *name != '.' &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
			    "yz0123456789._-") == len;
}

void redundancy_name(struct redundancy *redundancy, const char *name)
{
	if (!is_plain(name))
		job_fail(redundancy->job,
			 "Its playlists name something else than a file"
			 " beside them: %.100s",
			 name);
	for (int i = 0; i < redundancy->nr_names; i++)
		if (!strcmp(redundancy->names[i], name))
			job_fail(redundancy->job,
				 "Its playlists name a file twice: %.100s",
				 name);
	if (redundancy->nr_names == REDUNDANCY_NAMES)
		job_fail(redundancy->job, "Its playlists name too many files.");
	redundancy->names[redundancy->nr_names++] = name;
}

/* The next line, without its end; NULL behind the last. */
static char *next_line(char **text)
{
	char *line = strsep(text, "\n");

	if (line)
		line[strcspn(line, "\r")] = '\0';
	return line;
}

/* The value of URI="..." in a tag, or NULL. */
static const char *uri_of(struct arena *arena, const char *tag)
{
	const char *uri = strstr(tag, "URI=\"");

	return uri ? arena_strndup(arena, uri + 5, strcspn(uri + 5, "\"")) :
		     NULL;
}

/* What a line of the master playlist names, or NULL. Captions are not copied:
 * their pieces lie elsewhere. */
static const char *playlist_in(struct arena *arena, const char *line)
{
	if (*line && *line != '#')
		return line;
	if (!strncmp(line, "#EXT-X-MEDIA:", 13) && strstr(line, "TYPE=AUDIO"))
		return uri_of(arena, line);
	return NULL;
}

/* What a line of a rendition's playlist names, or NULL. */
static const char *media_in(struct redundancy *redundancy, const char *line)
{
	struct job *job = redundancy->job;

	if (!strncmp(line, "#EXT-X-KEY:", 11))
		job_fail(job, "It is encrypted.");
	if (!strncmp(line, "#EXT-X-MAP:", 11))
		return uri_of(job->task->arena, line);
	return *line && *line != '#' ? line : NULL;
}

static void find_media(struct redundancy *redundancy,
		       struct redundancy_rendition *rendition, char *text)
{
	struct job *job = redundancy->job;
	char *line;

	while ((line = next_line(&text))) {
		const char *name = media_in(redundancy, line);

		if (!name)
			continue;
		if (rendition->media && strcmp(rendition->media, name) != 0)
			job_fail(job, "A rendition of it has several files.");
		if (!rendition->media)
			redundancy_name(redundancy, name);
		rendition->media = name;
	}
	if (!rendition->media)
		job_fail(job, "A playlist of it has nothing in it.");
}

static void measure(struct redundancy *redundancy,
		    struct redundancy_rendition *rendition)
{
	struct job *job = redundancy->job;
	const struct hls_playlist *hls = &rendition->hls;

	for (size_t i = 0; i < hls->nr_segments; i++) {
		const struct hls_segment *segment = &hls->segments[i];

		if (segment->first < 0 || segment->first > MEDIA_MAX_BYTES ||
		    segment->size > MEDIA_MAX_BYTES)
			job_fail(job, "A playlist of it is out of all bounds.");
		if (segment->first + segment->size > rendition->size)
			rendition->size = segment->first + segment->size;
	}
	redundancy->total += rendition->size;
	if (redundancy->total > redundancy->limit)
		job_fail(job, "It is larger than its server says (%lld bytes).",
			 (long long)redundancy->limit);
}

static void read_rendition(struct redundancy *redundancy, const char *name)
{
	struct job *job = redundancy->job;
	struct redundancy_rendition *rendition =
		&redundancy->renditions[redundancy->nr_renditions];
	char *text;

	if (redundancy->nr_renditions == REDUNDANCY_RENDITIONS)
		job_fail(job, "It has too many renditions.");
	redundancy->nr_renditions++;
	redundancy_name(redundancy, name);
	rendition->playlist = name;
	text = redundancy_text(redundancy, name);
	if (!hls_read(job->task, redundancy_path(redundancy, name),
		      &rendition->hls))
		job_fail(job, "%s is no playlist of ranges.", name);
	find_media(redundancy, rendition, text);
	measure(redundancy, rendition);
}

void redundancy_playlists(struct redundancy *redundancy)
{
	const char *master = strrchr(redundancy->playlist_url, '/') + 1;
	char *text;
	char *line;

	redundancy_name(redundancy, master);
	text = redundancy_text(redundancy, master);
	if (strncmp(text, "#EXTM3U", 7) != 0)
		job_fail(redundancy->job, "%s is no playlist.", master);
	while ((line = next_line(&text))) {
		const char *name =
			playlist_in(redundancy->job->task->arena, line);

		if (name)
			read_rendition(redundancy, name);
	}
	if (!redundancy->nr_renditions)
		job_fail(redundancy->job, "%s names no renditions.", master);
}
