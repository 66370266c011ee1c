/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Job `mail`: one mail of templates/mail, whose first line is the subject, by
 * SMTP. The payload is made by mail_write() (sql/rebuild/78-mail.sql). The
 * secret of a link is made here and stored as its hash: no job holds it. A
 * refusal of the server's for good (5xx) ends the job.
 */
#include <curl/curl.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "bug.h"
#include "conf.h"
#include "db.h"
#include "file.h"
#include "json.h"
#include "mail.h"
#include "templates.h"
#include "token.h"
#include "work.h"

#define CONNECT_SECONDS 20L
#define SEND_SECONDS 60L
#define TEXT_MAX ((size_t)256 * 1024)
#define PASSWORD_BYTES 1024

struct sending {
	struct job *job;
	CURL *curl;
	struct curl_slist *to;
	const char *bytes;
	size_t left;
	char error[CURL_ERROR_SIZE];
};

/* A new secret for the link; the mail's document gets it. */
static void add_secret(struct task *task, json_object *payload,
		       json_object *data)
{
	json_object *secret = json_member(payload, "secret");
	const char *token = token_new(task);

	if (!secret)
		return;
	db(task, "job/mail-secret", token_hash(task, token),
	   json_text(secret, "purpose"),
	   db_number(task, json_int(secret, "subject", 0)),
	   db_number(task, json_int(secret, "seconds", 0)),
	   json_text(payload, "to"));
	json_object_object_add(data, "verificationString",
			       json_object_new_string(token));
}

static struct mail compose(struct job *job)
{
	struct task *task = job->task;
	json_object *data = json_member(job->payload, "data");
	const char *language = json_text(job->payload, "language");
	struct buf text = buf_make(task->arena, TEXT_MAX);
	size_t subject;

	add_secret(task, job->payload, data);
	templates_language(language ? language : "en");
	templates_render(task, &text,
			 arena_printf(task->arena, "mail/%s",
				      json_text(job->payload, "template")),
			 &data, 1);
	subject = strcspn(text.data, "\n");
	return (struct mail){
		.from = task->conf->mail_from,
		.from_name = json_text(data, "instance"),
		.to = json_text(job->payload, "to"),
		.reply_to = json_text(data, "replyTo"),
		.subject = arena_strndup(task->arena, text.data, subject),
		.text = text.data + subject + strspn(text.data + subject, "\n"),
		.id = arena_printf(task->arena, "job-%" PRId64, job->id),
		.host = strstr(task->conf->origin, "://") + 3,
		.date = time(NULL),
	};
}

static size_t give(char *out, size_t size, size_t nr, void *ctx)
{
	struct sending *sending = ctx;
	size_t len = size * nr < sending->left ? size * nr : sending->left;

	memcpy(out, sending->bytes, len);
	sending->bytes += len;
	sending->left -= len;
	return len;
}

static void end_sending(void *ctx)
{
	struct sending *sending = ctx;

	curl_slist_free_all(sending->to);
	curl_easy_cleanup(sending->curl);
}

static struct sending *start_sending(struct job *job)
{
	struct sending *sending =
		arena_alloc(job->task->arena, sizeof(*sending));

	sending->job = job;
	sending->curl = curl_easy_init();
	if (!sending->curl)
		BUG("curl_easy_init");
	arena_defer(job->task->arena, end_sending, sending);
	return sending;
}

static void set_password(struct sending *sending)
{
	struct task *task = sending->job->task;
	const struct conf *conf = task->conf;
	char *password;

	if (!*conf->smtp_user)
		return;
	password = file_read(task, conf->smtp_password_file, PASSWORD_BYTES);
	if (!password)
		job_retry(sending->job, "%s cannot be read: %m",
			  conf->smtp_password_file);
	password[strcspn(password, "\r\n")] = '\0';
	curl_easy_setopt(sending->curl, CURLOPT_USERNAME, conf->smtp_user);
	curl_easy_setopt(sending->curl, CURLOPT_PASSWORD, password);
}

static long tls_level(const struct conf *conf)
{
	if (!strcmp(conf->smtp_tls, "require"))
		return CURLUSESSL_ALL;
	return strcmp(conf->smtp_tls, "try") ? CURLUSESSL_NONE : CURLUSESSL_TRY;
}

static void set_server(struct sending *sending, const char *host)
{
	const struct conf *conf = sending->job->task->conf;
	CURL *curl = sending->curl;

	/* The path is what is said in EHLO. */
	curl_easy_setopt(curl, CURLOPT_URL,
			 arena_printf(sending->job->task->arena, "%s/%.*s",
				      conf->smtp_url, (int)strcspn(host, ":"),
				      host));
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_USE_SSL, tls_level(conf));
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, SEND_SECONDS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, sending->error);
	set_password(sending);
}

static void set_message(struct sending *sending, const struct mail *mail)
{
	struct buf message = buf_make(sending->job->task->arena, 4 * TEXT_MAX);
	CURL *curl = sending->curl;

	mail_write(&message, mail);
	sending->bytes = message.data;
	sending->left = message.len;
	sending->to = curl_slist_append(NULL, mail->to);
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, mail->from);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, sending->to);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(curl, CURLOPT_READDATA, sending);
}

/* A wrong password of ours is no fault of the mail's. */
static _Noreturn void end_unsent(struct sending *sending, CURLcode result)
{
	const char *why =
		*sending->error ? sending->error : curl_easy_strerror(result);
	long said = 0;

	curl_easy_getinfo(sending->curl, CURLINFO_RESPONSE_CODE, &said);
	if (said / 100 == 5 && result != CURLE_LOGIN_DENIED)
		job_fail(sending->job, "The mail server refuses it: %s", why);
	job_retry(sending->job, "The mail is not sent: %s", why);
}

static void run(struct job *job)
{
	struct mail mail;
	struct sending *sending;
	CURLcode result;

	if (!*job->task->conf->smtp_url)
		job_fail(job, "No mail server is configured (smtp_url).");
	mail = compose(job);
	if (!mail_is_address(mail.to))
		job_fail(job, "This is not an address for mail.");
	if (mail.reply_to && !mail_is_address(mail.reply_to))
		mail.reply_to = NULL;
	sending = start_sending(job);
	set_server(sending, mail.host);
	set_message(sending, &mail);
	result = curl_easy_perform(sending->curl);
	if (result != CURLE_OK)
		end_unsent(sending, result);
}

WORKER(mail, .run = run);
