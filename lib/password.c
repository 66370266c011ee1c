/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "password.h"

#include <argon2.h>
#include <openssl/rand.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "bug.h"
#include "db.h"

#define MEMORY_KIBIBYTES 47104
#define PASSES 1
#define LANES 1
#define HASH_BYTES 32
#define SALT_BYTES 16

#define WAIT_MILLISECONDS 2000
#define POLL_MILLISECONDS 20

static const char *const common[] = {
#include "password_common.h"
};

static int by_text(const void *a, const void *b)
{
	return strcasecmp(a, *(const char *const *)b);
}

const char *password_problem(const char *password, const char *name)
{
	size_t len = strlen(password);

	if (len < PASSWORD_MIN)
		return "The password is too short: at least 8 characters.";
	if (len > PASSWORD_MAX)
		return "The password is too long: at most 256 bytes.";
	if (!strcasecmp(password, name))
		return "The password must not be the name of the account.";
	if (bsearch(password, common, ARRAY_LEN(common), sizeof(*common),
		    by_text))
		return "This password is one of the most common ones; it would"
		       " be guessed. Please take another.";
	return NULL;
}

static void unlock(struct task *task)
{
	db(task, "user/hash-unlock");
}

/* Locks of the session, not of the transaction: hashing may come inside of
 * one. They go with the connection if we die. */
static void lock(struct task *task)
{
	struct timespec pause = { 0, POLL_MILLISECONDS * 1000000L };

	for (int waited = 0; waited < WAIT_MILLISECONDS;
	     waited += POLL_MILLISECONDS) {
		if (db(task, "user/hash-lock").count)
			return;
		nanosleep(&pause, NULL);
	}
	task->retry_after = 5;
	fail(task, 503,
	     "Too many people are signing in just now. Please try"
	     " again in a few seconds.");
}

const char *password_hash(struct task *task, const char *password)
{
	unsigned char salt[SALT_BYTES];
	size_t size = argon2_encodedlen(PASSES, MEMORY_KIBIBYTES, LANES,
					SALT_BYTES, HASH_BYTES, Argon2_id);
	char *encoded = arena_alloc(task->arena, size);
	int error;

	if (RAND_bytes(salt, sizeof(salt)) != 1)
		BUG("no random numbers");
	lock(task);
	error = argon2id_hash_encoded(PASSES, MEMORY_KIBIBYTES, LANES, password,
				      strlen(password), salt, sizeof(salt),
				      HASH_BYTES, encoded, size);
	unlock(task);
	if (error)
		fail(task, 503, "There is not enough memory just now.");
	return encoded;
}

bool password_verify(struct task *task, const char *hash, const char *password)
{
	/* Of a random text nobody has: only its cost counts. */
	static const char nobody[] =
		"$argon2id$v=19$m=47104,t=1,p=1$"
		"Y2FyZHVtZSBub2JvZHkhIQ$"
		"q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";
	int error;

	if (strlen(password) > PASSWORD_MAX)
		return false;
	lock(task);
	error = argon2id_verify(hash ? hash : nobody, password,
				strlen(password));
	unlock(task);
	if (error == ARGON2_MEMORY_ALLOCATION_ERROR)
		fail(task, 503, "There is not enough memory just now.");
	if (error != ARGON2_OK && error != ARGON2_VERIFY_MISMATCH)
		BUG("not a hash of argon2id: %s", argon2_error_message(error));
	return hash && error == ARGON2_OK;
}
