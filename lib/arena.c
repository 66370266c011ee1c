/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bug.h"

#define BLOCK_SIZE ((size_t)64 * 1024)
#define ALIGNMENT _Alignof(max_align_t)

struct block {
	struct block *next;
	size_t size;
	size_t used;
	_Alignas(max_align_t) char data[];
};

struct deferred {
	struct deferred *next;
	void (*fn)(void *);
	void *ptr;
};

struct arena {
	struct block *blocks;
	struct deferred *deferred;
	size_t ceiling;
	size_t used;
	void (*overflow)(void *);
	void *overflow_ctx;
};

struct arena *arena_new(size_t ceiling)
{
	struct arena *arena = calloc(1, sizeof(*arena));

	if (!arena)
		BUG("out of memory for an arena");
	arena->ceiling = ceiling;
	return arena;
}

void arena_on_overflow(struct arena *arena, void (*handler)(void *), void *ctx)
{
	arena->overflow = handler;
	arena->overflow_ctx = ctx;
}

static _Noreturn void overflow(struct arena *arena)
{
	if (arena->overflow)
		arena->overflow(arena->overflow_ctx);
	BUG("arena ceiling of %zu bytes passed and nobody handles it",
	    arena->ceiling);
}

static struct block *block_new(struct arena *arena, size_t size)
{
	struct block *block = calloc(1, sizeof(*block) + size);

	if (!block)
		overflow(arena);
	block->size = size;
	return block;
}

/*
 * A piece too large for the current block gets a block of its own, put behind
 * the head so that the head's free end is not lost.
 */
static struct block *block_for(struct arena *arena, size_t size)
{
	struct block *head = arena->blocks;
	struct block *block;
	size_t want = size;

#ifndef ARENA_MALLOC
	if (head && head->size - head->used >= size)
		return head;
	if (want < BLOCK_SIZE / 4)
		want = BLOCK_SIZE;
#endif
	block = block_new(arena, want);
	if (head && want == size) {
		block->next = head->next;
		head->next = block;
	} else {
		block->next = head;
		arena->blocks = block;
	}
	return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size_t need;
	struct block *block;
	void *piece;

#ifdef ARENA_MALLOC
	need = size ? size : 1;
#else
	if (size > arena->ceiling)
		overflow(arena);
	need = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
#endif
	if (need > arena->ceiling - arena->used)
		overflow(arena);
	block = block_for(arena, need);
	piece = block->data + block->used;
	block->used += need;
	arena->used += need;
	return piece;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		overflow(arena);
	return arena_alloc(arena, total);
}

void arena_defer(struct arena *arena, void (*fn)(void *), void *ptr)
{
	struct deferred *deferred = arena_alloc(arena, sizeof(*deferred));

	deferred->fn = fn;
	deferred->ptr = ptr;
	deferred->next = arena->deferred;
	arena->deferred = deferred;
}

static void run_deferred(struct arena *arena)
{
	while (arena->deferred) {
		struct deferred *deferred = arena->deferred;

		arena->deferred = deferred->next;
		deferred->fn(deferred->ptr);
	}
}

static void free_blocks(struct block *block)
{
	while (block) {
		struct block *next = block->next;

		free(block);
		block = next;
	}
}

/* One standard block is kept: most requests need no more. */
void arena_reset(struct arena *arena)
{
	struct block *keep = arena->blocks;

	run_deferred(arena);
	arena->used = 0;
#ifndef ARENA_MALLOC
	if (keep && keep->size == BLOCK_SIZE) {
		free_blocks(keep->next);
		keep->next = NULL;
		memset(keep->data, 0, keep->used);
		keep->used = 0;
		return;
	}
#endif
	free_blocks(keep);
	arena->blocks = NULL;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	run_deferred(arena);
	free_blocks(arena->blocks);
	free(arena);
}

size_t arena_used(const struct arena *arena)
{
	return arena->used;
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);

	memcpy(copy, text, len);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *arena_vprintf(struct arena *arena, const char *fmt, va_list args)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, args);
	if (len < 0)
		BUG("bad format: %s", fmt);
	text = arena_alloc(arena, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, fmt, again);
	va_end(again);
	return text;
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = arena_vprintf(arena, fmt, args);
	va_end(args);
	return text;
}
