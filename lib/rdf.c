/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rdf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "hash.h"
#include "hex.h"

#define TEXT_MAX ((size_t)16 << 20)
#define WORK_MAX 20000 /* digests and copies of names; some 20 ms */
#define DEPTH_MAX 500
#define NO_NAME SIZE_MAX
#define HASH_SIZE (2 * SHA256_BYTES + 1)

struct rdf_term rdf_iri(const char *iri)
{
	return (struct rdf_term){ .kind = RDF_IRI, .value = iri };
}

struct rdf_term rdf_new_blank(struct rdf *rdf)
{
	return (struct rdf_term){ .kind = RDF_BLANK,
				  .blank = rdf->nr_blanks++ };
}

void rdf_add(struct task *task, struct rdf *rdf, struct rdf_term subject,
	     const char *predicate, struct rdf_term object)
{
	if (rdf->nr == rdf->capacity) {
		size_t capacity = rdf->capacity ? 2 * rdf->capacity : 64;
		struct rdf_triple *triples =
			arena_array(task->arena, capacity, sizeof(*triples));

		if (rdf->nr)
			memcpy(triples, rdf->triples,
			       rdf->nr * sizeof(*triples));
		rdf->triples = triples;
		rdf->capacity = capacity;
	}
	rdf->triples[rdf->nr++] =
		(struct rdf_triple){ subject, predicate, object };
}

/* A blank node's triples, one of a list. */
struct mention {
	const struct rdf_triple *triple;
	struct mention *next;
};

/* Names given to blank nodes, in the order they were given. */
struct names {
	size_t *blanks;
	size_t nr, capacity;
};

struct canon {
	struct task *task;
	const struct rdf_triple *triples; /* each once */
	size_t nr;
	size_t nr_blanks;
	struct mention **mentions; /* by blank */
	char (*first)[HASH_SIZE]; /* first degree hash, by blank */
	size_t *name; /* the canonical one's number, by blank, or NO_NAME */
	size_t nr_named;
	size_t work;
	int depth;
};

static bool is_same(const struct rdf_term *a, const struct rdf_term *b)
{
	return a->kind == RDF_BLANK && b->kind == RDF_BLANK &&
	       a->blank == b->blank;
}

/* --- lines ------------------------------------------------------------ */

static void add_literal(struct buf *buf, const struct rdf_term *term)
{
	buf_char(buf, '"');
	for (const char *c = term->value; *c; c++) {
		if (*c == '"' || *c == '\\')
			buf_char(buf, '\\');
		if (*c == '\n')
			buf_str(buf, "\\n");
		else if (*c == '\r')
			buf_str(buf, "\\r");
		else
			buf_char(buf, *c);
	}
	buf_char(buf, '"');
	if (term->language) {
		buf_char(buf, '@');
		buf_str(buf, term->language);
	} else if (term->datatype) {
		buf_str(buf, "^^<");
		buf_str(buf, term->datatype);
		buf_char(buf, '>');
	}
}

static void add_term(struct buf *buf, const struct rdf_term *term,
		     const char *blank)
{
	if (term->kind == RDF_BLANK) {
		buf_str(buf, blank);
	} else if (term->kind == RDF_IRI) {
		buf_char(buf, '<');
		buf_str(buf, term->value);
		buf_char(buf, '>');
	} else {
		add_literal(buf, term);
	}
}

/* "S <P> O .\n"; how the blank nodes of either end are written is given. */
static const char *line_of(struct task *task, const struct rdf_triple *triple,
			   const char *subject, const char *object)
{
	struct buf buf = buf_make(task->arena, TEXT_MAX);

	add_term(&buf, &triple->subject, subject);
	buf_str(&buf, " <");
	buf_str(&buf, triple->predicate);
	buf_str(&buf, "> ");
	add_term(&buf, &triple->object, object);
	buf_str(&buf, " .\n");
	return buf.data;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *joined(struct task *task, const char **lines, size_t nr)
{
	struct buf buf = buf_make(task->arena, TEXT_MAX);

	qsort(lines, nr, sizeof(*lines), compare_texts);
	for (size_t i = 0; i < nr; i++)
		buf_str(&buf, lines[i]);
	return buf.data;
}

static const char *name_of(struct canon *canon, const struct rdf_term *term,
			   const char *prefix)
{
	size_t number = canon->name ? canon->name[term->blank] : term->blank;

	return term->kind == RDF_BLANK ?
		       arena_printf(canon->task->arena, "_:%s%zu", prefix,
				    number) :
		       "";
}

static const char *canonical_lines(struct canon *canon)
{
	const char **lines =
		arena_array(canon->task->arena, canon->nr + 1, sizeof(*lines));

	for (size_t i = 0; i < canon->nr; i++) {
		const struct rdf_triple *triple = &canon->triples[i];

		lines[i] = line_of(canon->task, triple,
				   name_of(canon, &triple->subject, "c14n"),
				   name_of(canon, &triple->object, "c14n"));
	}
	return joined(canon->task, lines, canon->nr);
}

/* --- what the algorithm looks at ---------------------------------------- */

struct known {
	const char *line;
	const struct rdf_triple *triple;
};

static int compare_known(const void *a, const void *b)
{
	return strcmp(((const struct known *)a)->line,
		      ((const struct known *)b)->line);
}

/* A data set is a set: the same triple said twice counts once. */
static void take_triples(struct canon *canon, const struct rdf *rdf)
{
	struct arena *arena = canon->task->arena;
	struct known *known = arena_array(arena, rdf->nr + 1, sizeof(*known));
	struct rdf_triple *triples =
		arena_array(arena, rdf->nr + 1, sizeof(*triples));

	for (size_t i = 0; i < rdf->nr; i++) {
		const struct rdf_triple *triple = &rdf->triples[i];

		known[i].triple = triple;
		known[i].line = line_of(canon->task, triple,
					name_of(canon, &triple->subject, ""),
					name_of(canon, &triple->object, ""));
	}
	qsort(known, rdf->nr, sizeof(*known), compare_known);
	for (size_t i = 0; i < rdf->nr; i++)
		if (!i || strcmp(known[i - 1].line, known[i].line))
			triples[canon->nr++] = *known[i].triple;
	canon->triples = triples;
	canon->nr_blanks = rdf->nr_blanks;
}

static void mention(struct canon *canon, const struct rdf_term *term,
		    const struct rdf_triple *triple)
{
	struct mention *new;

	if (term->kind != RDF_BLANK)
		return;
	new = arena_alloc(canon->task->arena, sizeof(*new));
	new->triple = triple;
	new->next = canon->mentions[term->blank];
	canon->mentions[term->blank] = new;
}

static void take_mentions(struct canon *canon)
{
	canon->mentions = arena_array(canon->task->arena, canon->nr_blanks + 1,
				      sizeof(*canon->mentions));
	for (size_t i = 0; i < canon->nr; i++) {
		const struct rdf_triple *triple = &canon->triples[i];

		mention(canon, &triple->subject, triple);
		if (!is_same(&triple->subject, &triple->object))
			mention(canon, &triple->object, triple);
	}
}

static void hash_text(char out[HASH_SIZE], const char *text)
{
	uint8_t digest[SHA256_BYTES];

	hash_sha256(digest, text, strlen(text));
	hex_encode(out, digest, sizeof(digest));
}

/* Hash First Degree Quads: its triples, itself _:a and all others _:z. */
static void hash_first(struct canon *canon, size_t blank)
{
	size_t nr = 0;
	const char **lines;

	for (struct mention *m = canon->mentions[blank]; m; m = m->next)
		nr++;
	lines = arena_array(canon->task->arena, nr + 1, sizeof(*lines));
	nr = 0;
	for (struct mention *m = canon->mentions[blank]; m; m = m->next)
		lines[nr++] = line_of(
			canon->task, m->triple,
			m->triple->subject.blank == blank ? "_:a" : "_:z",
			m->triple->object.blank == blank ? "_:a" : "_:z");
	hash_text(canon->first[blank], joined(canon->task, lines, nr));
}

/* --- Hash N-Degree Quads ------------------------------------------------ */

static size_t number_in(const struct names *names, size_t blank)
{
	for (size_t i = 0; i < names->nr; i++)
		if (names->blanks[i] == blank)
			return i;
	return NO_NAME;
}

/* A copy with room for as many again. */
static struct names copy_names(struct canon *canon, const struct names *names)
{
	struct names copy = { .nr = names->nr, .capacity = 2 * names->nr + 4 };

	copy.blanks = arena_array(canon->task->arena, copy.capacity,
				  sizeof(*copy.blanks));
	if (names->nr)
		memcpy(copy.blanks, names->blanks,
		       names->nr * sizeof(*copy.blanks));
	canon->work += 1 + names->nr / 64;
	return copy;
}

static size_t give_name(struct canon *canon, struct names *names, size_t blank)
{
	size_t number = number_in(names, blank);

	canon->work += names->nr / 64;
	if (number != NO_NAME)
		return number;
	if (names->nr == names->capacity)
		*names = copy_names(canon, names);
	names->blanks[names->nr] = blank;
	return names->nr++;
}

/* A blank node that stands in a triple with another. */
struct related {
	char hash[HASH_SIZE];
	size_t blank;
};

static int compare_related(const void *a, const void *b)
{
	return strcmp(((const struct related *)a)->hash,
		      ((const struct related *)b)->hash);
}

static void hash_related(struct canon *canon, struct related *related,
			 const struct names *names, const char *predicate,
			 char position)
{
	size_t number = number_in(names, related->blank);
	const char *known = canon->first[related->blank];

	if (canon->name[related->blank] != NO_NAME)
		known = arena_printf(canon->task->arena, "_:c14n%zu",
				     canon->name[related->blank]);
	else if (number != NO_NAME)
		known = arena_printf(canon->task->arena, "_:b%zu", number);
	hash_text(related->hash, arena_printf(canon->task->arena, "%c<%s>%s",
					      position, predicate, known));
	canon->work++;
}

/* All of them, sorted by their hash. */
static struct related *related_of(struct canon *canon, size_t blank,
				  const struct names *names, size_t *nr)
{
	struct related *all;
	size_t max = 0;

	for (struct mention *m = canon->mentions[blank]; m; m = m->next)
		max++;
	all = arena_array(canon->task->arena, max + 1, sizeof(*all));
	*nr = 0;
	for (struct mention *m = canon->mentions[blank]; m; m = m->next) {
		bool is_subject = m->triple->subject.kind == RDF_BLANK &&
				  m->triple->subject.blank != blank;
		bool is_object = m->triple->object.kind == RDF_BLANK &&
				 m->triple->object.blank != blank;

		if (!is_subject && !is_object)
			continue;
		all[*nr].blank = is_subject ? m->triple->subject.blank :
					      m->triple->object.blank;
		hash_related(canon, &all[(*nr)++], names, m->triple->predicate,
			     is_subject ? 's' : 'o');
	}
	qsort(all, *nr, sizeof(*all), compare_related);
	return all;
}

/* The best order of some blank nodes found so far. */
struct choice {
	const char *path; /* NULL: none yet */
	struct names names;
};

/* Longer or equal paths that are behind the best cannot win. */
static bool is_worse(const struct choice *best, const struct buf *path)
{
	return best->path && path->len >= strlen(best->path) &&
	       strcmp(path->data, best->path) > 0;
}

static bool hash_n_degree(struct canon *canon, size_t blank,
			  struct names *names, char out[HASH_SIZE]);

/* What one order of blank nodes gives; false where the work is too much. */
static bool try_order(struct canon *canon, const size_t *order, size_t nr,
		      struct choice *best, const struct names *before)
{
	struct buf path = buf_make(canon->task->arena, TEXT_MAX);
	struct names names = copy_names(canon, before);
	size_t *recurse =
		arena_array(canon->task->arena, nr + 1, sizeof(*recurse));
	size_t nr_recurse = 0;
	char hash[HASH_SIZE];

	for (size_t i = 0; i < nr; i++) {
		if (canon->name[order[i]] != NO_NAME) {
			buf_printf(&path, "_:c14n%zu", canon->name[order[i]]);
		} else {
			if (number_in(&names, order[i]) == NO_NAME)
				recurse[nr_recurse++] = order[i];
			buf_printf(&path, "_:b%zu",
				   give_name(canon, &names, order[i]));
		}
		if (is_worse(best, &path))
			return true;
	}
	for (size_t i = 0; i < nr_recurse; i++) {
		if (!hash_n_degree(canon, recurse[i], &names, hash))
			return false;
		buf_printf(&path, "_:b%zu<%s>",
			   give_name(canon, &names, recurse[i]), hash);
		if (is_worse(best, &path))
			return true;
	}
	if (!best->path || strcmp(path.data, best->path) < 0)
		*best = (struct choice){ path.data, names };
	return true;
}

static int compare_sizes(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

/* The next order in the dictionary's sense; false behind the last. */
static bool next_order(size_t *order, size_t nr)
{
	size_t i = nr - 1;
	size_t j = i, swapped;

	while (i && order[i - 1] >= order[i])
		i--;
	if (!i)
		return false;
	while (order[j] <= order[i - 1])
		j--;
	swapped = order[i - 1];
	order[i - 1] = order[j];
	order[j] = swapped;
	qsort(order + i, nr - i, sizeof(*order), compare_sizes);
	return true;
}

static bool try_orders(struct canon *canon, const struct related *group,
		       size_t nr, struct choice *best, struct names *names)
{
	size_t *order = arena_array(canon->task->arena, nr, sizeof(*order));

	for (size_t i = 0; i < nr; i++)
		order[i] = group[i].blank;
	qsort(order, nr, sizeof(*order), compare_sizes);
	do {
		if (canon->work > WORK_MAX ||
		    !try_order(canon, order, nr, best, names))
			return false;
	} while (next_order(order, nr));
	return true;
}

static bool hash_n_degree(struct canon *canon, size_t blank,
			  struct names *names, char out[HASH_SIZE])
{
	struct buf data = buf_make(canon->task->arena, TEXT_MAX);
	size_t nr, len;
	struct related *all;

	if (canon->depth == DEPTH_MAX || canon->work > WORK_MAX)
		return false;
	canon->depth++;
	all = related_of(canon, blank, names, &nr);
	for (size_t i = 0; i < nr; i += len) {
		struct choice best = { 0 };

		for (len = 1; i + len < nr; len++)
			if (strcmp(all[i].hash, all[i + len].hash))
				break;
		buf_str(&data, all[i].hash);
		if (!try_orders(canon, all + i, len, &best, names))
			return false;
		buf_str(&data, best.path);
		*names = best.names;
	}
	hash_text(out, data.data);
	canon->work++;
	canon->depth--;
	return true;
}

/* --- names ------------------------------------------------------------ */

static void name_blank(struct canon *canon, size_t blank)
{
	if (canon->name[blank] == NO_NAME)
		canon->name[blank] = canon->nr_named++;
}

/* What hash_n_degree() said of one blank node of a group. */
struct result {
	char hash[HASH_SIZE];
	struct names names;
};

static int compare_results(const void *a, const void *b)
{
	return strcmp(((const struct result *)a)->hash,
		      ((const struct result *)b)->hash);
}

/* Blank nodes that have the same first degree hash. */
static bool name_group(struct canon *canon, const struct related *group,
		       size_t nr)
{
	struct result *results =
		arena_array(canon->task->arena, nr, sizeof(*results));
	size_t nr_results = 0;

	for (size_t i = 0; i < nr; i++) {
		struct result *result = &results[nr_results];

		if (canon->name[group[i].blank] != NO_NAME)
			continue;
		give_name(canon, &result->names, group[i].blank);
		if (!hash_n_degree(canon, group[i].blank, &result->names,
				   result->hash))
			return false;
		nr_results++;
	}
	qsort(results, nr_results, sizeof(*results), compare_results);
	for (size_t i = 0; i < nr_results; i++)
		for (size_t j = 0; j < results[i].names.nr; j++)
			name_blank(canon, results[i].names.blanks[j]);
	return true;
}

static size_t group_len(const struct related *all, size_t nr)
{
	size_t len = 1;

	while (len < nr && !strcmp(all[0].hash, all[len].hash))
		len++;
	return len;
}

static bool name_all(struct canon *canon)
{
	struct related *all = arena_array(canon->task->arena,
					  canon->nr_blanks + 1, sizeof(*all));
	size_t nr = 0, len;

	for (size_t i = 0; i < canon->nr_blanks; i++) {
		if (!canon->mentions[i])
			continue;
		hash_first(canon, i);
		all[nr].blank = i;
		memcpy(all[nr++].hash, canon->first[i], HASH_SIZE);
	}
	qsort(all, nr, sizeof(*all), compare_related);
	for (size_t i = 0; i < nr; i += len) {
		len = group_len(all + i, nr - i);
		if (len == 1)
			name_blank(canon, all[i].blank);
	}
	for (size_t i = 0; i < nr; i += len) {
		len = group_len(all + i, nr - i);
		if (len > 1 && !name_group(canon, all + i, len))
			return false;
	}
	return true;
}

const char *rdf_canonical(struct task *task, const struct rdf *rdf)
{
	struct canon canon = { .task = task };

	take_triples(&canon, rdf);
	take_mentions(&canon);
	canon.name = arena_array(task->arena, canon.nr_blanks + 1,
				 sizeof(*canon.name));
	canon.first = arena_array(task->arena, canon.nr_blanks + 1,
				  sizeof(*canon.first));
	for (size_t i = 0; i < canon.nr_blanks; i++)
		canon.name[i] = NO_NAME;
	return name_all(&canon) ? canonical_lines(&canon) : NULL;
}
