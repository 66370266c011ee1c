/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Expansion (JSON-LD 1.1 Processing Algorithms, 5.1, 5.3) and deserialisation
 * to RDF (8.1, 8.2, 8.3) in one walk: a node's triples are added as they are
 * met. That the RDF API first merges nodes of the same name makes no
 * difference to a set of triples.
 */
#include "jsonld.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bug.h"
#include "jsonld_private.h"
#include "rdf.h"

#define DEPTH_MAX 40
#define RDF "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#define XSD "http://www.w3.org/2001/XMLSchema#"

struct label {
	const char *name;
	struct rdf_term blank;
	struct label *next;
};

struct document {
	struct jsonld ld;
	struct rdf rdf;
	struct label *labels[JSONLD_BUCKETS]; /* "_:x" of the document */
	int depth;
};

/* Where an expanded value goes: into a triple, or into a list. */
struct sink {
	struct rdf_term subject;
	const char *predicate; /* NULL: nowhere */
	bool is_list;
	struct rdf_term *items; /* of a list */
	size_t nr, capacity;
};

/* What a value is expanded by: the key it stands under. */
struct place {
	const struct jsonld_context *context;
	const struct jsonld_term *term; /* NULL: the key is none */
};

static void expand(struct document *document, struct place place,
		   json_object *value, struct sink *sink);

/* --- where values go ---------------------------------------------------- */

static void add_item(struct document *document, struct sink *sink,
		     struct rdf_term term)
{
	if (sink->nr == sink->capacity) {
		size_t capacity = sink->capacity ? 2 * sink->capacity : 8;
		struct rdf_term *items = arena_array(document->ld.task->arena,
						     capacity, sizeof(*items));

		if (sink->nr)
			memcpy(items, sink->items, sink->nr * sizeof(*items));
		sink->items = items;
		sink->capacity = capacity;
	}
	sink->items[sink->nr++] = term;
}

static void put(struct document *document, struct sink *sink,
		struct rdf_term term)
{
	if (term.kind == RDF_NONE && (document->ld.is_strict || sink->is_list))
		jsonld_cannot(&document->ld, "A relative IRI is a value.");
	else if (sink->is_list)
		add_item(document, sink, term);
	else if (sink->predicate && sink->subject.kind != RDF_NONE &&
		 term.kind != RDF_NONE)
		rdf_add(document->ld.task, &document->rdf, sink->subject,
			sink->predicate, term);
}

/* rdf:first and rdf:rest; the head of the list. */
static struct rdf_term make_list(struct document *document,
				 const struct sink *list)
{
	struct task *task = document->ld.task;
	struct rdf *rdf = &document->rdf;
	struct rdf_term rest = rdf_iri(RDF "nil");

	for (size_t i = list->nr; i-- > 0;) {
		struct rdf_term cell = rdf_new_blank(rdf);

		rdf_add(task, rdf, cell, RDF "first", list->items[i]);
		rdf_add(task, rdf, cell, RDF "rest", rest);
		rest = cell;
	}
	return rest;
}

/* --- IRIs and literals -------------------------------------------------- */

static struct rdf_term blank_named(struct document *document, const char *name)
{
	struct label **bucket = &document->labels[jsonld_bucket(name)];
	struct label *label;

	for (label = *bucket; label; label = label->next)
		if (!strcmp(label->name, name))
			return label->blank;
	label = arena_alloc(document->ld.task->arena, sizeof(*label));
	label->name = name;
	label->blank = rdf_new_blank(&document->rdf);
	label->next = *bucket;
	*bucket = label;
	return label->blank;
}

/* A text that stands for a node. */
static struct rdf_term node_named(struct document *document,
				  const struct jsonld_context *context,
				  const char *text, bool is_vocab)
{
	const char *iri = jsonld_iri(&document->ld, context, text, is_vocab);

	if (!iri || *iri == '@') {
		jsonld_cannot(&document->ld, "\"%.60s\" is no IRI.", text);
		return (struct rdf_term){ .kind = RDF_NONE };
	}
	if (!jsonld_is_absolute(iri))
		return (struct rdf_term){ .kind = RDF_NONE };
	return *iri == '_' ? blank_named(document, iri) : rdf_iri(iri);
}

/* As JavaScript's toExponential(15), without needless zeros: "1.5E0". */
static const char *double_text(struct task *task, double number)
{
	char *text = arena_printf(task->arena, "%.15E", number);
	char *exponent = strchr(text, 'E');
	char *end = exponent;

	while (end[-1] == '0' && end[-2] != '.')
		end--;
	return arena_printf(task->arena, "%.*sE%ld", (int)(end - text), text,
			    strtol(exponent + 1, NULL, 10));
}

static void number_literal(struct document *document, json_object *value,
			   struct rdf_term *literal)
{
	struct task *task = document->ld.task;
	double number = json_object_get_double(value);
	bool is_double = number != trunc(number) || fabs(number) >= 1e21;

	if (is_double ||
	    (literal->datatype && !strcmp(literal->datatype, XSD "double"))) {
		literal->value = double_text(task, number);
		if (!literal->datatype)
			literal->datatype = XSD "double";
		return;
	}
	/* JavaScript writes no "-0" there. */
	literal->value = arena_printf(task->arena, "%.0f", number + 0.0);
	if (!literal->datatype)
		literal->datatype = XSD "integer";
}

/* A text, number or truth with a type or language. */
static struct rdf_term literal_of(struct document *document, json_object *value,
				  const char *datatype, const char *language)
{
	struct rdf_term literal = { .kind = RDF_LITERAL, .datatype = datatype };

	switch (json_object_get_type(value)) {
	case json_type_boolean:
		literal.value =
			json_object_get_boolean(value) ? "true" : "false";
		if (!datatype)
			literal.datatype = XSD "boolean";
		break;
	case json_type_int:
	case json_type_double: number_literal(document, value, &literal); break;
	default:
		literal.value = json_object_get_string(value);
		if (!datatype)
			literal.language = language;
		else if (!strcmp(datatype, XSD "double"))
			jsonld_cannot(&document->ld, "A double is a text.");
	}
	if (datatype && !strcmp(datatype, XSD "string"))
		literal.datatype = NULL;
	return literal;
}

static const char *language_of(struct place place)
{
	if (place.term && place.term->has_language)
		return place.term->language;
	return place.context->language;
}

/* Value expansion: what is neither object nor list. */
static void expand_scalar(struct document *document, struct place place,
			  json_object *value, struct sink *sink)
{
	const char *type = place.term ? place.term->type : NULL;
	bool is_node = type && *type == '@';

	if (is_node && json_object_is_type(value, json_type_string))
		put(document, sink,
		    node_named(document, place.context,
			       json_object_get_string(value),
			       !strcmp(type, "@vocab")));
	else
		put(document, sink,
		    literal_of(document, value, is_node ? NULL : type,
			       language_of(place)));
}

/* --- objects ------------------------------------------------------------ */

/* {"en": "text", "pt": ["one", "two"]} */
static void expand_languages(struct document *document, json_object *map,
			     struct sink *sink)
{
	json_object_object_foreach(map, key, value)
	{
		bool is_list = json_object_is_type(value, json_type_array);
		size_t nr = is_list ? json_object_array_length(value) : 1;
		const char *language =
			strcmp(key, "@none") ?
				jsonld_language(&document->ld, key) :
				NULL;

		if (*key == '@' && document->ld.is_strict)
			jsonld_cannot(&document->ld, "A text has no language.");
		for (size_t i = 0; i < nr; i++) {
			json_object *text =
				is_list ? json_object_array_get_idx(value, i) :
					  value;

			if (json_object_is_type(text, json_type_string))
				put(document, sink,
				    literal_of(document, text, NULL, language));
			else if (text)
				jsonld_cannot(&document->ld,
					      "A language map has no text.");
		}
	}
}

/* What the keywords of an object say. */
struct keywords {
	json_object *value, *list, *set, *id, *language;
	bool has_value, has_list, has_set, has_id, has_language;
	json_object *types[2]; /* "type" and "@type" may both be there */
	size_t nr_types;
	size_t nr_others; /* keys that are no keywords */
};

static bool take_once(struct document *document, json_object **place, bool *has,
		      json_object *value)
{
	if (*has)
		return jsonld_cannot(&document->ld,
				     "A keyword is there twice.");
	*has = true;
	*place = value;
	return true;
}

static bool take_keyword(struct document *document, struct keywords *keywords,
			 const char *keyword, json_object *value)
{
	struct {
		const char *keyword;
		json_object **place;
		bool *has;
	} rows[] = {
		{ "@id", &keywords->id, &keywords->has_id },
		{ "@value", &keywords->value, &keywords->has_value },
		{ "@list", &keywords->list, &keywords->has_list },
		{ "@set", &keywords->set, &keywords->has_set },
		{ "@language", &keywords->language, &keywords->has_language },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (!strcmp(rows[i].keyword, keyword))
			return take_once(document, rows[i].place, rows[i].has,
					 value);
	if (strcmp(keyword, "@type"))
		return jsonld_cannot(&document->ld, "The document has %s.",
				     keyword);
	if (keywords->nr_types == ARRAY_LEN(keywords->types))
		return jsonld_cannot(&document->ld,
				     "A keyword is there twice.");
	keywords->types[keywords->nr_types++] = value;
	return true;
}

/* The key's IRI or keyword; NULL: it means nothing. */
static const char *key_iri(struct document *document,
			   const struct jsonld_context *context,
			   const char *key)
{
	const char *iri = jsonld_iri(&document->ld, context, key, true);
	bool is_plain = *key != '@' && (!strchr(key, ':') ||
					!jsonld_is_guarded(&document->ld, iri));
	bool is_known = iri && (jsonld_is_keyword(iri) ||
				(jsonld_is_absolute(iri) && *iri != '_'));

	if (!is_known && document->ld.is_strict)
		jsonld_cannot(&document->ld, "No context defines \"%.60s\".",
			      key);
	if (!is_plain && document->ld.is_strict)
		jsonld_cannot(&document->ld, "The key \"%.60s\" is no term.",
			      key);
	return iri && (jsonld_is_keyword(iri) || jsonld_is_absolute(iri)) ?
		       iri :
		       NULL;
}

static bool take_keywords(struct document *document, struct keywords *keywords,
			  const struct jsonld_context *context,
			  json_object *object)
{
	json_object_object_foreach(object, key, value)
	{
		const char *iri;

		if (!strcmp(key, "@context"))
			continue;
		iri = key_iri(document, context, key);
		if (document->ld.why)
			return false;
		if (iri && *iri != '@')
			keywords->nr_others++;
		else if (iri && !take_keyword(document, keywords, iri, value))
			return false;
	}
	return true;
}

/* {"@value": ..., "@type": ..., "@language": ...} */
static void expand_value_object(struct document *document,
				const struct jsonld_context *context,
				const struct keywords *keywords,
				struct sink *sink)
{
	struct jsonld *ld = &document->ld;
	json_object *type = keywords->nr_types ? keywords->types[0] : NULL;
	const char *datatype = NULL, *language = NULL;
	json_type kind = json_object_get_type(keywords->value);

	if (json_object_is_type(type, json_type_string))
		datatype = jsonld_iri(ld, context, json_object_get_string(type),
				      true);
	if (json_object_is_type(keywords->language, json_type_string))
		language = jsonld_language(
			ld, json_object_get_string(keywords->language));
	if (keywords->nr_others || keywords->has_id || keywords->has_list ||
	    keywords->has_set || keywords->nr_types > 1 ||
	    kind == json_type_object || kind == json_type_array ||
	    (type && (!datatype || !jsonld_is_absolute(datatype) ||
		      *datatype == '_')) ||
	    (keywords->language && !language) || (datatype && language) ||
	    (language && kind != json_type_string))
		jsonld_cannot(ld, "A value object is none.");
	else if (keywords->value)
		put(document, sink,
		    literal_of(document, keywords->value, datatype, language));
}

static void add_types(struct document *document,
		      const struct jsonld_context *context,
		      struct rdf_term subject, json_object *types)
{
	bool is_list = json_object_is_type(types, json_type_array);
	size_t nr = is_list ? json_object_array_length(types) : 1;
	struct sink sink = { .subject = subject, .predicate = RDF "type" };

	for (size_t i = 0; i < nr; i++) {
		json_object *type =
			is_list ? json_object_array_get_idx(types, i) : types;
		struct rdf_term node;

		if (!json_object_is_type(type, json_type_string)) {
			jsonld_cannot(&document->ld, "A type is no text.");
			return;
		}
		node = node_named(document, context,
				  json_object_get_string(type), true);
		if (node.kind == RDF_BLANK && document->ld.is_strict)
			jsonld_cannot(&document->ld,
				      "No context defines \"%.60s\".",
				      json_object_get_string(type));
		put(document, &sink, node);
	}
}

static void expand_property(struct document *document, struct place place,
			    const char *iri, json_object *value,
			    struct rdf_term subject)
{
	struct sink sink = { .subject = subject,
			     .predicate = *iri == '_' ? NULL : iri };
	struct sink list = { .is_list = true };
	unsigned containers = place.term ? place.term->containers : 0;
	json_object *inner = NULL;

	if (place.term && place.term->type && value &&
	    !strcmp(place.term->type, "@json"))
		jsonld_cannot(&document->ld, "The document has @json.");
	if ((containers & JSONLD_LANGUAGE) &&
	    json_object_is_type(value, json_type_object)) {
		expand_languages(document, value, &sink);
	} else if ((containers & JSONLD_LIST) && value &&
		   !json_object_object_get_ex(value, "@list", &inner)) {
		expand(document, place, value, &list);
		put(document, &sink, make_list(document, &list));
	} else {
		expand(document, place, value, &sink);
	}
}

static void add_properties(struct document *document,
			   const struct jsonld_context *context,
			   json_object *object, struct rdf_term subject)
{
	json_object_object_foreach(object, key, value)
	{
		const char *iri;
		struct place place = { context, NULL };

		if (!strcmp(key, "@context") || document->ld.why)
			continue;
		iri = key_iri(document, context, key);
		if (!iri || *iri == '@')
			continue;
		place.term = jsonld_term(context, key);
		expand_property(document, place, iri, value, subject);
	}
}

static void expand_node(struct document *document,
			const struct jsonld_context *context,
			json_object *object, const struct keywords *keywords,
			struct sink *sink)
{
	struct rdf_term subject;

	if (keywords->has_language) {
		jsonld_cannot(&document->ld, "A node has a language.");
		return;
	}
	if (!keywords->has_id)
		subject = rdf_new_blank(&document->rdf);
	else if (json_object_is_type(keywords->id, json_type_string))
		subject =
			node_named(document, context,
				   json_object_get_string(keywords->id), false);
	else {
		jsonld_cannot(&document->ld, "An id is no text.");
		return;
	}
	put(document, sink, subject);
	for (size_t i = 0; i < keywords->nr_types; i++)
		add_types(document, context, subject, keywords->types[i]);
	if (keywords->nr_others)
		add_properties(document, context, object, subject);
}

static void expand_object(struct document *document, struct place place,
			  json_object *object, struct sink *sink)
{
	struct keywords keywords = { 0 };
	struct sink list = { .is_list = true };
	json_object *local;

	if (json_object_object_get_ex(object, "@context", &local)) {
		if (document->ld.is_strict && document->depth > 1)
			jsonld_cannot(&document->ld,
				      "A context stands inside the document.");
		place.context = jsonld_context_with(&document->ld,
						    place.context, local);
	}
	if (document->ld.why ||
	    !take_keywords(document, &keywords, place.context, object))
		return;
	if (keywords.has_value) {
		expand_value_object(document, place.context, &keywords, sink);
	} else if (keywords.has_list || keywords.has_set) {
		if (keywords.has_id || keywords.nr_types ||
		    keywords.nr_others || keywords.has_language ||
		    (keywords.has_list && keywords.has_set))
			jsonld_cannot(&document->ld,
				      "A list object has other keys.");
		else if (keywords.has_set)
			expand(document, place, keywords.set, sink);
		else {
			expand(document, place, keywords.list, &list);
			put(document, sink, make_list(document, &list));
		}
	} else {
		expand_node(document, place.context, object, &keywords, sink);
	}
}

/* A list in a list is a list of its own; anywhere else it is more values. */
static void expand_array(struct document *document, struct place place,
			 json_object *array, struct sink *sink)
{
	size_t nr = json_object_array_length(array);

	for (size_t i = 0; i < nr && !document->ld.why; i++) {
		json_object *item = json_object_array_get_idx(array, i);
		struct sink list = { .is_list = true };

		if (!sink->is_list ||
		    !json_object_is_type(item, json_type_array)) {
			expand(document, place, item, sink);
			continue;
		}
		expand(document, place, item, &list);
		put(document, sink, make_list(document, &list));
	}
}

static void expand(struct document *document, struct place place,
		   json_object *value, struct sink *sink)
{
	if (!value || document->ld.why)
		return;
	if (++document->depth > DEPTH_MAX)
		jsonld_cannot(&document->ld, "The document is too deep.");
	else if (json_object_is_type(value, json_type_array))
		expand_array(document, place, value, sink);
	else if (json_object_is_type(value, json_type_object))
		expand_object(document, place, value, sink);
	else
		expand_scalar(document, place, value, sink);
	document->depth--;
}

const char *jsonld_canonical(struct task *task, json_object *value,
			     bool is_strict, const char **why)
{
	static const struct jsonld_context empty;
	struct document *document = arena_alloc(task->arena, sizeof(*document));
	struct place place = { &empty, NULL };
	struct sink nowhere = { 0 };
	const char *text;

	document->ld.task = task;
	document->ld.is_strict = is_strict;
	if (is_strict && !json_object_object_get_ex(value, "@context", NULL))
		jsonld_cannot(&document->ld, "The document has no context.");
	expand(document, place, value, &nowhere);
	*why = document->ld.why;
	if (*why)
		return NULL;
	text = rdf_canonical(task, &document->rdf);
	if (!text)
		*why = "The document's nodes cannot be told apart.";
	return text;
}
