/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "task.h"

#include <stdarg.h>
#include <stdio.h>

#include "bug.h"

static void on_overflow(void *ctx)
{
	fail(ctx, 413, "This needs more memory than one request may take.");
}

bool task_run(struct task *task, void (*body)(struct task *, void *), void *arg)
{
	jmp_buf here;
	jmp_buf *outer = task->exit;

	task->status = 0;
	task->message[0] = '\0';
	task->code = NULL;
	task->field = NULL;
	task->retry_after = 0;
	arena_on_overflow(task->arena, on_overflow, task);
	task->exit = &here;
	if (!setjmp(here))
		body(task, arg);
	task->exit = outer;
	return !task->status;
}

__attribute__((format(printf, 3, 0))) static _Noreturn void
leave(struct task *task, int status, const char *fmt, va_list args)
{
	if (!task->exit)
		BUG("fail() outside of task_run()");
	task->status = status;
	vsnprintf(task->message, sizeof(task->message), fmt, args);
	longjmp(*task->exit, 1);
}

void fail(struct task *task, int status, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	leave(task, status, fmt, args);
}

void fail_code(struct task *task, int status, const char *code, const char *fmt,
	       ...)
{
	va_list args;

	task->code = code;
	va_start(args, fmt);
	leave(task, status, fmt, args);
}

void fail_field(struct task *task, const char *field, const char *fmt, ...)
{
	va_list args;

	task->field = field;
	va_start(args, fmt);
	leave(task, 400, fmt, args);
}
