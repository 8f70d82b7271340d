/*
 * parse_parts: what the files of core/pipeline share. Nobody else includes this.
 */
#ifndef BACKCOURT_PIPELINE_PARSE_PARTS_H
#define BACKCOURT_PIPELINE_PARSE_PARTS_H

#include "pipeline/pipeline.h"

#include "base/json_place.h"

struct parser {
	struct json_source source;
	struct pipeline *pipeline;
};

/* Members. An absent optional one leaves *into alone. */
bool parse_text(const struct parser *parser, const struct json_place *parent, const char *key,
	bool required, char *into, size_t room);
bool parse_integer(const struct parser *parser, const struct json_place *parent, const char *key,
	int64_t low, int64_t high, int64_t *into);
bool parse_number(const struct parser *parser, const struct json_place *parent, const char *key,
	double low, double high, double *into);
bool parse_boolean(
	const struct parser *parser, const struct json_place *parent, const char *key, bool *into);
bool parse_date(const struct parser *parser, const struct json_place *parent, const char *key,
	date_t *into);
bool parse_range(const struct parser *parser, const struct json_place *parent, const char *key,
	struct date_range *into);
/* "90s", "10m", "8h" */
bool parse_duration(const struct parser *parser, const struct json_place *parent, const char *key,
	int64_t *into_ms);
/* One of the words (ended by NULL). */
bool parse_word(const struct parser *parser, const struct json_place *parent, const char *key,
	const char *const *words, int *into);
/* The name of a table of the pipeline. */
bool parse_table_name(const struct parser *parser, const struct json_place *place, size_t *table);
/* A list of names, or of objects; absent is an empty list. */
bool parse_list(const struct parser *parser, const struct json_place *parent, const char *key,
	size_t limit, struct json_place *list, size_t *count);

/* core/pipeline/parse_table.c; the tables' names are known before the first is read whole. */
bool parse_table_names(struct parser *parser, const struct json_place *tables);
bool parse_table(struct parser *parser, const struct json_place *place, size_t index);
/* core/pipeline/order.c: fills pipeline->order, or tells a cycle. */
bool pipeline_sort(struct parser *parser);

/* core/pipeline/parse_calendar.c */
bool parse_calendar(struct parser *parser, const struct json_place *root);

#endif
