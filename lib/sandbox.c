/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sandbox.h"

#include "bug.h"
#include "conf.h"

#define MAX_ARGUMENTS 256
#define MAX_THREADS "1024" /* filters take one a core, encoders four */

struct vector {
	const char *items[MAX_ARGUMENTS];
	size_t nr;
};

static void add(struct vector *vector, const char *item)
{
	if (vector->nr + 1 >= MAX_ARGUMENTS)
		BUG("too many arguments for a program");
	vector->items[vector->nr++] = item;
}

static void add_list(struct vector *vector, const char *const *list)
{
	for (; *list; list++)
		add(vector, *list);
}

static void bind(struct vector *vector, const char *how, const char *from,
		 const char *to)
{
	add(vector, how);
	add(vector, from);
	add(vector, to);
}

static bool is_wrapped(const struct task *task)
{
	return strcmp(task->conf->sandbox, "none") != 0;
}

const char *sandbox_input(struct task *task, const struct sandbox *sandbox,
			  int i)
{
	if (!is_wrapped(task))
		return sandbox->inputs[i];
	return arena_printf(task->arena, "/in/%d", i);
}

static void add_wrapping(struct task *task, struct vector *vector,
			 const struct sandbox *sandbox)
{
	static const char *const start[] = { "/usr/bin/bwrap",
					     "--unshare-all",
					     "--die-with-parent",
					     "--new-session",
					     "--clearenv",
					     "--cap-drop",
					     "ALL",
					     "--setenv",
					     "PATH",
					     "/usr/bin:/bin",
					     "--setenv",
					     "LANG",
					     "C.UTF-8",
					     "--ro-bind",
					     "/usr",
					     "/usr",
					     "--ro-bind-try",
					     "/lib",
					     "/lib",
					     "--ro-bind-try",
					     "/lib32",
					     "/lib32",
					     "--ro-bind-try",
					     "/lib64",
					     "/lib64",
					     "--ro-bind-try",
					     "/etc/alternatives",
					     "/etc/alternatives",
					     "--ro-bind-try",
					     "/etc/ld.so.cache",
					     "/etc/ld.so.cache",
					     "--dev",
					     "/dev",
					     "--tmpfs",
					     "/tmp",
					     NULL };

	add_list(vector, start);
#ifdef __SANITIZE_ADDRESS__
	/* It reads /proc/self/maps when it starts. */
	bind(vector, "--ro-bind", "/proc", "/proc");
#endif
	for (int i = 0; i < SANDBOX_INPUTS; i++)
		if (sandbox->inputs[i])
			bind(vector, "--ro-bind", sandbox->inputs[i],
			     sandbox_input(task, sandbox, i));
	bind(vector, "--ro-bind", sandbox->program, "/program");
	if (sandbox->directory) {
		bind(vector, "--bind", sandbox->directory, "/out");
		add(vector, "--chdir");
		add(vector, "/out");
	}
	add(vector, "--remount-ro");
	add(vector, "/");
	/* Set inside: there it counts this sandbox's threads alone. */
	add(vector, "--");
	add(vector, "/usr/bin/prlimit");
	add(vector, "--nproc=" MAX_THREADS);
	add(vector, "/program");
}

const char *const *sandbox_argv(struct task *task,
				const struct sandbox *sandbox,
				const char *const *arguments)
{
	struct vector *vector = arena_alloc(task->arena, sizeof(*vector));

	if (is_wrapped(task))
		add_wrapping(task, vector, sandbox);
	else
		add(vector, sandbox->program);
	add_list(vector, arguments);
	return vector->items;
}
