/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "conf.h"

#include <errno.h>
#include <ini.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "bug.h"
#include "fetch_policy.h"
#include "log.h"

enum type { TEXT, INTEGER };

static const struct key {
	const char *name;
	enum type type;
	size_t offset;
	const char *fallback; /* NULL: the key must be given */
} keys[] = {
#define KEY(name, type, fallback) \
	{ \
#name, type, offsetof(struct conf, name), fallback \
	}
	KEY(origin, TEXT, NULL),
	KEY(database, TEXT, "dbname=cardume"),
	KEY(media_dir, TEXT, "/var/lib/cardume"),
	KEY(secret_file, TEXT, SYSCONFDIR "/cardume/secret"),
	KEY(wake_dir, TEXT, "/run/cardume/wake"),
	KEY(log_dir, TEXT, ""),
	KEY(tracker_whitelist, TEXT, "/var/lib/cardume/tracker/whitelist"),
	KEY(tracker_pid_file, TEXT, ""),
	KEY(ffmpeg, TEXT, "/usr/bin/ffmpeg"),
	KEY(probe, TEXT, PKGLIBEXECDIR "/cardume-probe"),
	KEY(sandbox, TEXT, "bwrap"),
	KEY(smtp_url, TEXT, ""),
	KEY(smtp_user, TEXT, ""),
	KEY(smtp_password_file, TEXT, SYSCONFDIR "/cardume/smtp-password"),
	KEY(smtp_tls, TEXT, "require"),
	KEY(mail_from, TEXT, ""),
	KEY(allow_private_addresses, TEXT, ""),
	KEY(fetch_resolve, TEXT, ""),
	KEY(fetch_ca_file, TEXT, ""),
	KEY(tracker_port, INTEGER, "6969"),
	KEY(tracker_udp, INTEGER, "1"),
	KEY(signal_sockets, INTEGER, "16000"),
	KEY(signal_address_sockets, INTEGER, "64"),
	KEY(stalled_seconds, INTEGER, "120"),
	KEY(request_limit, INTEGER, "100000"),
	KEY(min_free_megabytes, INTEGER, "1024"),
};

static bool set_integer(int *field, const char *value)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(value, &end, 10);
	if (errno || end == value || *end || number < 0 || number > INT_MAX)
		return false;
	*field = (int)number;
	return true;
}

static bool set_key(struct conf *conf, const struct key *key, const char *value)
{
	char *field = (char *)conf + key->offset;
	char *before;
	char *copy;

	if (key->type == INTEGER)
		return set_integer((int *)(void *)field, value);
	copy = strdup(value);
	if (!copy)
		BUG("out of memory reading the configuration");
	memcpy(&before, field, sizeof(before));
	free(before);
	memcpy(field, &copy, sizeof(copy));
	return true;
}

/* inih's handler: 0 makes ini_parse() report this line. */
static int on_value(void *ctx, const char *section, const char *name,
		    const char *value)
{
	(void)section;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (!strcmp(keys[i].name, name))
			return set_key(ctx, &keys[i], value);
	log_error("configuration: unknown key \"%s\"", name);
	return 0;
}

static void set_defaults(struct conf *conf)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (keys[i].fallback)
			set_key(conf, &keys[i], keys[i].fallback);
}

/* A server to send by, and an address to send from. */
static bool check_mail(const struct conf *conf)
{
	const char *tls = conf->smtp_tls;

	if (*conf->smtp_url && strncmp(conf->smtp_url, "smtp://", 7) &&
	    strncmp(conf->smtp_url, "smtps://", 8))
		log_error("configuration: smtp_url must be smtp://HOST[:PORT]"
			  " or smtps://HOST[:PORT]");
	else if (*conf->smtp_url && !strchr(conf->mail_from, '@'))
		log_error("configuration: mail_from must be an address");
	else if (strcmp(tls, "require") && strcmp(tls, "try") &&
		 strcmp(tls, "none"))
		log_error("configuration: smtp_tls must be require, try or"
			  " none");
	else
		return true;
	return false;
}

/* host:port:address; curl wants no brackets around the host. */
static bool is_resolve(const char *item, size_t len)
{
	const char *port = memchr(item, ':', len);
	size_t digits = port ? strspn(port + 1, "0123456789") : 0;

	return port > item && digits && port[1 + digits] == ':' &&
	       port + 2 + digits < item + len;
}

/* Nobody's instance on the internet is told to look into its own network. */
static bool check_fetch(const struct conf *conf)
{
	const char *list = conf->fetch_resolve;
	bool is_open = *conf->allow_private_addresses;
	struct url origin;
	const char *item;
	size_t len;

	if (is_open && (!url_parse(&origin, conf->origin) ||
			!fetch_policy_is_local(&origin)))
		log_error("configuration: allow_private_addresses is for tests,"
			  " where origin is localhost or below .test");
	else if (*list && !is_open)
		log_error("configuration: fetch_resolve needs"
			  " allow_private_addresses");
	else {
		while ((item = fetch_policy_item(&list, &len)))
			if (!is_resolve(item, len)) {
				log_error("configuration: fetch_resolve must be"
					  " HOST:PORT:ADDRESS, ...");
				return false;
			}
		return true;
	}
	return false;
}

static bool check(const struct conf *conf)
{
	const char *origin = conf->origin;

	if (!origin ||
	    (strncmp(origin, "https://", 8) && strncmp(origin, "http://", 7)) ||
	    origin[strlen(origin) - 1] == '/') {
		log_error("configuration: origin must be http(s)://HOST[:PORT]"
			  " without a slash at its end");
		return false;
	}
	if (strcmp(conf->sandbox, "bwrap") && strcmp(conf->sandbox, "none")) {
		log_error("configuration: sandbox must be bwrap or none");
		return false;
	}
	return check_mail(conf) && check_fetch(conf);
}

const struct conf *conf_load(const char *path)
{
	/* Found here by leak checkers: it lives as long as the process. */
	static struct conf *loaded;
	struct conf *conf = calloc(1, sizeof(*conf));
	int line;

	if (!conf)
		BUG("out of memory reading the configuration");
	loaded = conf;
	if (!path)
		path = getenv("CARDUME_CONF");
	if (!path)
		path = SYSCONFDIR "/cardume/cardume.conf";
	set_defaults(conf);
	line = ini_parse(path, on_value, conf);
	if (line < 0)
		log_error("configuration: cannot read %s", path);
	else if (line > 0)
		log_error("configuration: %s:%d: bad line", path, line);
	if (line || !check(conf))
		exit(EX_CONFIG);
	return loaded;
}
