/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Memory of one request or job: everything is taken from one arena and given
 * back at once. Pieces are zeroed and never NULL. Each arena has a ceiling;
 * what would pass it calls the arena's overflow handler, which must not
 * return (see task.h: it fails the task).
 *
 * Built with ARENA_MALLOC (sanitizers) each piece is its own malloc, so that
 * an overrun inside the arena is seen.
 */
#ifndef CARDUME_ARENA_H
#define CARDUME_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* A new arena of at most `ceiling` bytes. Aborts when the machine has none. */
struct arena *arena_new(size_t ceiling);

/* What happens at the ceiling; without a handler the process aborts. */
void arena_on_overflow(struct arena *arena, void (*handler)(void *), void *ctx);

/* Runs the deferred functions, newest first, and frees all pieces. */
void arena_reset(struct arena *arena);
void arena_free(struct arena *arena);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *arena);

void *arena_alloc(struct arena *arena, size_t size)
	__attribute__((returns_nonnull, malloc, alloc_size(2)));
/* `count` * `size` bytes; an overflowing product counts as the ceiling. */
void *arena_array(struct arena *arena, size_t count, size_t size)
	__attribute__((returns_nonnull, malloc, alloc_size(2, 3)));

/* Calls fn(ptr) at the next reset: PGresult, json_object, FILE, fd owners. */
void arena_defer(struct arena *arena, void (*fn)(void *), void *ptr);

char *arena_strdup(struct arena *arena, const char *text)
	__attribute__((returns_nonnull));
/* Copies `len` bytes and adds a NUL. */
char *arena_strndup(struct arena *arena, const char *text, size_t len)
	__attribute__((returns_nonnull));
char *arena_printf(struct arena *arena, const char *fmt, ...)
	__attribute__((returns_nonnull, format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *fmt, va_list args)
	__attribute__((returns_nonnull, format(printf, 2, 0)));

#endif
