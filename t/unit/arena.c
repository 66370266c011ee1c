/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Arena, buffer, task: memory and the one way out. */
#include "arena.h"
#include "buf.h"
#include "tap.h"
#include "task.h"

static int freed[4], nr_freed;

static void note_freed(void *ptr)
{
	freed[nr_freed++] = *(int *)ptr;
}

static void test_arena(void)
{
	struct arena *arena = arena_new(1 << 20);
	static int one = 1, two = 2;
	char *text;
	char *large;

	text = arena_alloc(arena, 100);
	ok(!text[0] && !text[99], "memory is zeroed");
	memset(text, 'x', 100);
	large = arena_alloc(arena, 300000);
	ok(!large[299999], "a large piece is zeroed");
	is(arena_printf(arena, "%d-%s", 7, "a"), "7-a", "printf");
	is(arena_strndup(arena, "abcdef", 3), "abc", "strndup");
	arena_defer(arena, note_freed, &one);
	arena_defer(arena, note_freed, &two);
	arena_reset(arena);
	ok(nr_freed == 2 && freed[0] == 2 && freed[1] == 1,
	   "deferred functions run, newest first");
	ok(arena_used(arena) == 0, "nothing is used after a reset");
	text = arena_alloc(arena, 100);
	ok(!text[0] && !text[99], "memory is zeroed after a reset too");
	arena_free(arena);
}

static void test_buf(void)
{
	struct arena *arena = arena_new(1 << 20);
	struct buf buf = buf_make(arena, 100000);
	static const char separators[] = "a\xe2\x80\xa8</x>&";

	for (int i = 0; i < 5000; i++)
		buf_str(&buf, "0123456789");
	ok(buf.len == 50000 && buf.data[49999] == '9' && !buf.data[50000],
	   "it grows and ends with a NUL");
	buf = buf_make(arena, 1000);
	buf_html(&buf, "<a href=\"'&\">", 13);
	is(buf.data, "&lt;a href=&quot;&#39;&amp;&quot;&gt;", "html");
	buf = buf_make(arena, 1000);
	buf_url(&buf, "a b/\xc3\xa9~", 7);
	is(buf.data, "a%20b%2F%C3%A9~", "url");
	buf = buf_make(arena, 1000);
	buf_json(&buf, "a\"\\\n\x01", 5);
	is(buf.data, "a\\\"\\\\\\u000a\\u0001", "json");
	buf = buf_make(arena, 1000);
	buf_script_json(&buf, separators, sizeof(separators) - 1);
	is(buf.data, "a\\u2028\\u003c/x\\u003e\\u0026", "json in script");
	arena_free(arena);
}

static void too_much(struct task *task, void *arg)
{
	struct buf buf = buf_make(task->arena, 1000);

	(void)arg;
	for (int i = 0; i < 1000; i++)
		buf_str(&buf, "0123456789");
}

static void bad_field(struct task *task, void *arg)
{
	fail_field(task, "count", "%s is %d", (const char *)arg, 7);
}

static void fine(struct task *task, void *arg)
{
	(void)task;
	*(bool *)arg = true;
}

static void test_task(void)
{
	struct task task = { .arena = arena_new(1 << 20) };
	char word[] = "it";
	bool ran = false;

	ok(!task_run(&task, too_much, NULL) && task.status == 413,
	   "a buffer over its maximum fails the task");
	ok(!task_run(&task, bad_field, word) && task.status == 400,
	   "fail_field is a 400");
	is(task.message, "it is 7", "its message");
	is(task.field, "count", "its field");
	ok(task_run(&task, fine, &ran) && ran && !task.status && !task.field,
	   "a task that returns clears what the last one left");
	arena_free(task.arena);
}

int main(void)
{
	test_arena();
	test_buf();
	test_task();
	return tap_done();
}
