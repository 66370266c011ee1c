/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* JSON-LD 1.1 Processing Algorithms, 4.1 (contexts), 4.2 (terms),
 * 5.2 (IRIs). */
#include <string.h>

#include "bug.h"
#include "json.h"
#include "jsonld_private.h"
#include "utf8.h"

#define CONTEXTS_MAX 40 /* in a document */
#define DEPTH_MAX 20 /* of terms that need others */

/* --- a context being read ----------------------------------------------- */

enum { UNKNOWN, BUSY, DONE };

struct progress {
	const char *name;
	int state;
	struct progress *next;
};

/* A local context, whose terms may need each other. */
struct defining {
	struct jsonld *ld;
	struct jsonld_context *active; /* becomes the new one */
	json_object *local;
	struct progress *progress[JSONLD_BUCKETS];
	int depth;
};

static bool define(struct defining *defining, const char *name);

static int *state_of(struct defining *defining, const char *name)
{
	struct progress **bucket = &defining->progress[jsonld_bucket(name)];
	struct progress *new;

	for (struct progress *p = *bucket; p; p = p->next)
		if (!strcmp(p->name, name))
			return &p->state;
	new = arena_alloc(defining->ld->task->arena, sizeof(*new));
	new->name = name;
	new->next = *bucket;
	*bucket = new;
	return &new->state;
}

/* What the term's IRI is made of is defined before it. */
static bool define_first(struct defining *defining, const char *name)
{
	if (!defining ||
	    !json_object_object_get_ex(defining->local, name, NULL))
		return true;
	return define(defining, name);
}

/* "prefix:rest" by its prefix; NULL where that is none. */
static const char *expand_prefix(struct jsonld *ld,
				 const struct jsonld_context *context,
				 const char *text, struct defining *defining)
{
	const char *colon = strchr(text, ':');
	const struct jsonld_term *term;
	const char *prefix;

	if (!colon || colon == text)
		return NULL;
	if (!strncmp(text, "_:", 2) || !strncmp(colon + 1, "//", 2))
		return text;
	prefix = arena_strndup(ld->task->arena, text, (size_t)(colon - text));
	if (!define_first(defining, prefix))
		return NULL;
	term = jsonld_term(context, prefix);
	if (term && term->is_prefix && term->iri)
		return arena_printf(ld->task->arena, "%s%s", term->iri,
				    colon + 1);
	return jsonld_is_absolute(text) ? text : NULL;
}

/* A keyword's form: "@" and letters. */
static bool looks_like_keyword(const char *text)
{
	const char *letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "abcdefghijklmnopqrstuvwxyz";

	return *text == '@' && text[1] &&
	       strspn(text + 1, letters) == strlen(text + 1);
}

static const char *expand(struct jsonld *ld,
			  const struct jsonld_context *context,
			  const char *text, bool is_vocab,
			  struct defining *defining)
{
	const struct jsonld_term *term;
	const char *iri;

	if (jsonld_is_keyword(text))
		return text;
	if (looks_like_keyword(text) || !define_first(defining, text))
		return NULL;
	term = is_vocab ? jsonld_term(context, text) : NULL;
	if (term)
		return term->iri;
	iri = expand_prefix(ld, context, text, defining);
	if (iri || ld->why)
		return iri;
	if (is_vocab && context->vocab)
		return arena_printf(ld->task->arena, "%s%s", context->vocab,
				    text);
	return text;
}

const char *jsonld_iri(struct jsonld *ld, const struct jsonld_context *context,
		       const char *text, bool is_vocab)
{
	return expand(ld, context, text, is_vocab, NULL);
}

/* --- a term ------------------------------------------------------------ */

static bool take_container(struct jsonld *ld, struct jsonld_term *term,
			   json_object *value)
{
	const char *name = json_object_is_type(value, json_type_string) ?
				   json_object_get_string(value) :
				   "";

	if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++)
			if (!take_container(
				    ld, term,
				    json_object_array_get_idx(value, i)))
				return false;
		return true;
	}
	if (!strcmp(name, "@list"))
		term->containers |= JSONLD_LIST;
	else if (!strcmp(name, "@set"))
		term->containers |= JSONLD_SET;
	else if (!strcmp(name, "@language"))
		term->containers |= JSONLD_LANGUAGE;
	else
		return jsonld_cannot(ld,
				     "The term %s has a container we do not"
				     " know.",
				     term->name);
	return true;
}

static bool take_type(struct defining *defining, struct jsonld_term *term,
		      json_object *value)
{
	struct jsonld *ld = defining->ld;
	const char *type = NULL;

	if (json_object_is_type(value, json_type_string))
		type = expand(ld, defining->active,
			      json_object_get_string(value), true, defining);
	if (!type ||
	    (*type == '@' && strcmp(type, "@id") && strcmp(type, "@vocab") &&
	     strcmp(type, "@json")) ||
	    (*type != '@' && (!jsonld_is_absolute(type) || *type == '_')))
		return jsonld_cannot(ld,
				     "The term %s has a type we do not"
				     " know.",
				     term->name);
	term->type = type;
	return true;
}

static bool take_language(struct jsonld *ld, struct jsonld_term *term,
			  json_object *value)
{
	if (value && !json_object_is_type(value, json_type_string))
		return jsonld_cannot(ld, "The term %s has no language.",
				     term->name);
	term->has_language = true;
	if (value)
		term->language =
			jsonld_language(ld, json_object_get_string(value));
	return true;
}

/* The members of a definition beside @id. */
static bool take_members(struct defining *defining, struct jsonld_term *term,
			 json_object *definition)
{
	json_object_object_foreach(definition, key, value)
	{
		bool is_taken = true;

		if (!strcmp(key, "@id"))
			continue;
		if (!strcmp(key, "@type"))
			is_taken = take_type(defining, term, value);
		else if (!strcmp(key, "@container"))
			is_taken = take_container(defining->ld, term, value);
		else if (!strcmp(key, "@language"))
			is_taken = take_language(defining->ld, term, value);
		else if (!strcmp(key, "@prefix") &&
			 json_object_is_type(value, json_type_boolean))
			term->is_prefix = json_object_get_boolean(value);
		else
			is_taken = jsonld_cannot(defining->ld,
						 "The term %s has %.40s.",
						 term->name, key);
		if (!is_taken)
			return false;
	}
	return true;
}

static bool ends_as_prefix(const char *iri)
{
	size_t len = strlen(iri);

	return len && strchr(":/?#[]@", iri[len - 1]);
}

/* Where no @id says otherwise: by its own prefix, or by @vocab. */
static const char *iri_of_name(struct defining *defining, const char *name)
{
	struct jsonld *ld = defining->ld;
	const char *iri;

	if (strchr(name, ':')) {
		iri = expand_prefix(ld, defining->active, name, defining);
		return iri ? iri : name;
	}
	if (!defining->active->vocab)
		return NULL;
	return arena_printf(ld->task->arena, "%s%s", defining->active->vocab,
			    name);
}

static bool take_id(struct defining *defining, struct jsonld_term *term,
		    const char *id, bool is_simple)
{
	struct jsonld *ld = defining->ld;

	if (!strcmp(id, term->name)) {
		term->iri = iri_of_name(defining, id);
	} else {
		term->iri = expand(ld, defining->active, id, true, defining);
		if (term->iri &&
		    (strchr(term->name, '/') || strchr(term->name, ':')))
			return jsonld_cannot(ld,
					     "The term %.60s looks like an"
					     " IRI.",
					     term->name);
	}
	if (!term->iri ||
	    !(jsonld_is_keyword(term->iri) || jsonld_is_absolute(term->iri)))
		return jsonld_cannot(ld, "The term %.60s has no IRI.",
				     term->name);
	if (!strcmp(term->iri, "@context"))
		return jsonld_cannot(ld, "The term %.60s is @context.",
				     term->name);
	term->is_prefix = is_simple && ends_as_prefix(term->iri);
	return true;
}

/* What the definition says, a text, an object or nothing. */
static bool take_definition(struct defining *defining, struct jsonld_term *term,
			    json_object *definition)
{
	json_object *id = definition;
	bool is_simple = !json_object_is_type(definition, json_type_object);

	if (!is_simple && !json_object_object_get_ex(definition, "@id", &id)) {
		if (!take_id(defining, term, term->name, false))
			return false;
	} else if (json_object_is_type(id, json_type_string)) {
		if (!take_id(defining, term, json_object_get_string(id),
			     is_simple))
			return false;
	} else if (id) {
		return jsonld_cannot(defining->ld, "The term %.60s has no IRI.",
				     term->name);
	}
	return is_simple || take_members(defining, term, definition);
}

/* PeerTube's channels have "icons" beside their icon. */
static bool is_alias_known(const struct jsonld_term *term)
{
	return !strcmp(term->name, "icons") &&
	       jsonld_is_same(term->iri, "https://www.w3.org/ns/"
					 "activitystreams#icon");
}

/* Strict: what ActivityStreams defines stays what it is, and has no other
 * names: somebody who does not read contexts would not see it there. */
static bool check_guard(struct defining *defining,
			const struct jsonld_term *term)
{
	const struct jsonld_context *guarded = defining->ld->guarded;
	const struct jsonld_term *old =
		guarded ? jsonld_term(guarded, term->name) : NULL;

	if (!guarded)
		return true;
	if (!old)
		return !jsonld_is_guarded(defining->ld, term->iri) ||
		       is_alias_known(term) ||
		       jsonld_cannot(defining->ld, "The term %s is an alias.",
				     term->name);
	return (jsonld_is_same(old->iri, term->iri) &&
		jsonld_is_same(old->type, term->type) &&
		old->containers == term->containers && !term->has_language) ||
	       jsonld_cannot(defining->ld, "The term %s is redefined.",
			     term->name);
}

static bool define(struct defining *defining, const char *name)
{
	struct jsonld_term *term;
	const struct jsonld_term **bucket;
	int *state = state_of(defining, name);

	if (*state == DONE)
		return true;
	if (*state == BUSY || defining->depth > DEPTH_MAX)
		return jsonld_cannot(defining->ld,
				     "The term %.60s needs itself, or"
				     " too many others.",
				     name);
	if (!*name || *name == '@')
		return jsonld_cannot(defining->ld, "The context has %.40s.",
				     *name ? name : "an empty term");
	*state = BUSY;
	defining->depth++;
	term = arena_alloc(defining->ld->task->arena, sizeof(*term));
	term->name = name;
	if (!take_definition(defining, term,
			     json_object_object_get(defining->local, name)) ||
	    !check_guard(defining, term))
		return false;
	defining->depth--;
	bucket = &defining->active->buckets[jsonld_bucket(name)];
	term->next = *bucket;
	*bucket = term;
	*state = DONE;
	return true;
}

/* --- contexts ----------------------------------------------------------- */

static bool take_vocab(struct defining *defining)
{
	struct jsonld *ld = defining->ld;
	json_object *value;
	const char *vocab;

	if (!json_object_object_get_ex(defining->local, "@vocab", &value))
		return true;
	defining->active->vocab = NULL;
	if (!value)
		return true;
	vocab = json_object_is_type(value, json_type_string) ?
			jsonld_iri(ld, defining->active,
				   json_object_get_string(value), true) :
			NULL;
	if (!vocab || !jsonld_is_absolute(vocab))
		return jsonld_cannot(ld, "The context's @vocab is no IRI.");
	defining->active->vocab = vocab;
	return true;
}

static bool take_default_language(struct defining *defining)
{
	json_object *value;

	if (!json_object_object_get_ex(defining->local, "@language", &value))
		return true;
	defining->active->language = NULL;
	if (!value)
		return true;
	if (!json_object_is_type(value, json_type_string))
		return jsonld_cannot(defining->ld,
				     "The context's @language is none.");
	defining->active->language =
		jsonld_language(defining->ld, json_object_get_string(value));
	return true;
}

static const struct jsonld_context *
with_object(struct jsonld *ld, const struct jsonld_context *active,
	    json_object *local)
{
	struct defining *defining =
		arena_alloc(ld->task->arena, sizeof(*defining));
	struct jsonld_context *context =
		arena_alloc(ld->task->arena, sizeof(*context));

	*context = *active;
	defining->ld = ld;
	defining->active = context;
	defining->local = local;
	if (!take_vocab(defining) || !take_default_language(defining))
		return NULL;
	json_object_object_foreach(local, key, value)
	{
		(void)value;
		if (!strcmp(key, "@vocab") || !strcmp(key, "@language") ||
		    (!strcmp(key, "@version") &&
		     json_object_get_double(value) == 1.1))
			continue;
		if (!define(defining, key))
			return NULL;
	}
	return context;
}

/* The name of a bundled context; NULL: we do not have it. */
static const char *bundled_name(const char *url)
{
	static const struct {
		const char *url;
		const char *name;
	} rows[] = {
		{ "www.w3.org/ns/activitystreams", "activitystreams" },
		{ "w3id.org/security/v1", "security-v1" },
		{ "w3id.org/identity/v1", "identity-v1" },
	};

	url += !strncmp(url, "https://", 8) ? 8 :
	       !strncmp(url, "http://", 7)  ? 7 :
					      0;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (!strcmp(rows[i].url, url))
			return rows[i].name;
	return NULL;
}

static json_object *bundled(struct jsonld *ld, const char *url)
{
	const char *name = bundled_name(url);
	const struct jsonld_bundled *row = jsonld_bundled;
	json_object *document;

	if (!name) {
		jsonld_cannot(ld, "The context %.100s is not known.", url);
		return NULL;
	}
	while (strcmp(row->name, name))
		row++;
	document = json_load(ld->task, row->text, strlen(row->text));
	return json_member(document, "@context");
}

static bool is_activitystreams(json_object *item)
{
	const char *name = json_object_is_type(item, json_type_string) ?
				   bundled_name(json_object_get_string(item)) :
				   NULL;

	return name && !strcmp(name, "activitystreams");
}

/* One of a list of contexts. */
static const struct jsonld_context *
with_item(struct jsonld *ld, const struct jsonld_context *active,
	  json_object *item)
{
	static const struct jsonld_context empty;

	if (!item && !ld->guarded)
		return &empty;
	if (json_object_is_type(item, json_type_string)) {
		item = bundled(ld, json_object_get_string(item));
		return item ? with_object(ld, active, item) : NULL;
	}
	if (ld->guarded && json_object_object_get_ex(item, "@vocab", NULL))
		jsonld_cannot(ld, "The context has a @vocab.");
	if (json_object_is_type(item, json_type_object))
		return with_object(ld, active, item);
	jsonld_cannot(ld, "The context is a list of what is none.");
	return NULL;
}

const struct jsonld_context *
jsonld_context_with(struct jsonld *ld, const struct jsonld_context *active,
		    json_object *local)
{
	bool is_list = json_object_is_type(local, json_type_array);
	size_t nr = is_list ? json_object_array_length(local) : 1;

	ld->nr_contexts += nr;
	if (ld->is_strict && !nr)
		jsonld_cannot(ld, "The context is empty.");
	if (ld->nr_contexts > CONTEXTS_MAX)
		jsonld_cannot(ld, "The document has too many contexts.");
	for (size_t i = 0; i < nr && active && !ld->why; i++) {
		json_object *item =
			is_list ? json_object_array_get_idx(local, i) : local;

		if (ld->is_strict && !i && !is_activitystreams(item))
			jsonld_cannot(ld, "The context does not begin with that"
					  " of ActivityStreams.");
		active = with_item(ld, active, item);
		if (ld->is_strict && !i)
			ld->guarded = active;
	}
	return ld->why ? NULL : active;
}
