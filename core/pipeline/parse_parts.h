/*
 * parse_parts: what the files of core/pipeline share. Nobody else includes this.
 *
 * A `struct place` is a JSON value with the path that leads to it, for the messages.
 */
#ifndef BACKCOURT_PIPELINE_PARSE_PARTS_H
#define BACKCOURT_PIPELINE_PARSE_PARTS_H

#include "pipeline/pipeline.h"

#include <jansson.h>

#define PLACE_PATH_BYTES 160

struct parser {
	const char *source;
	struct pipeline *pipeline;
	struct error *err;
};

struct place {
	json_t *value;
	char path[PLACE_PATH_BYTES];
};

/* "source: path: sentence"; returns false. */
bool parse_fail(const struct parser *parser, const struct place *place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
struct place parse_member(const struct place *parent, const char *key);
struct place parse_item(const struct place *parent, size_t index);
/* The value is an object with no other keys than these (ended by NULL); "#..." are comments. */
bool parse_keys(const struct parser *parser, const struct place *place, const char *const *keys);
bool parse_expect_type(
	const struct parser *parser, const struct place *place, json_type type, const char *words);
/* Members. An absent optional one leaves *into alone. */
bool parse_text(const struct parser *parser, const struct place *parent, const char *key,
	bool required, char *into, size_t room);
bool parse_integer(const struct parser *parser, const struct place *parent, const char *key,
	int64_t low, int64_t high, int64_t *into);
bool parse_number(const struct parser *parser, const struct place *parent, const char *key,
	double low, double high, double *into);
bool parse_boolean(
	const struct parser *parser, const struct place *parent, const char *key, bool *into);
bool parse_date(
	const struct parser *parser, const struct place *parent, const char *key, date_t *into);
bool parse_range(const struct parser *parser, const struct place *parent, const char *key,
	struct date_range *into);
/* "90s", "10m", "8h" */
bool parse_duration(
	const struct parser *parser, const struct place *parent, const char *key, int64_t *into_ms);
/* One of the words (ended by NULL). */
bool parse_word(const struct parser *parser, const struct place *parent, const char *key,
	const char *const *words, int *into);
/* The name of a table of the pipeline. */
bool parse_table_name(const struct parser *parser, const struct place *place, size_t *table);
/* A list of names, or of objects; absent is an empty list. */
bool parse_list(const struct parser *parser, const struct place *parent, const char *key,
	size_t limit, struct place *list, size_t *count);

/* core/pipeline/parse_table.c; the tables' names are known before the first is read whole. */
bool parse_table_names(struct parser *parser, const struct place *tables);
bool parse_table(struct parser *parser, const struct place *place, size_t index);
/* core/pipeline/order.c: fills pipeline->order, or tells a cycle. */
bool pipeline_sort(struct parser *parser);

/* core/pipeline/parse_calendar.c */
bool parse_calendar(struct parser *parser, const struct place *root);

#endif
