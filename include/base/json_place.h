/*
 * json_place: a value of a JSON file with the path that leads to it, so that whoever reads the file
 * can say where a mistake is: "nba.json: tables[3].upstreams[0]: no table is called ...".
 *
 * Start with the root ({.value = root}); values are lent by it. Pure; any thread.
 */
#ifndef BACKCOURT_BASE_JSON_PLACE_H
#define BACKCOURT_BASE_JSON_PLACE_H

#include "base/error.h"

#include <jansson.h>

#define JSON_PLACE_PATH_BYTES 160 /* a longer path is cut */

struct json_place {
	json_t *value; /* NULL: there is none */
	char path[JSON_PLACE_PATH_BYTES];
};

struct json_place json_place_member(const struct json_place *parent, const char *key);
struct json_place json_place_item(const struct json_place *parent, size_t index);

/* What is read, and how its mistakes are told. */
struct json_source {
	const char *name;
	enum error_kind kind;
	struct error *err;
};

/* "NAME: PATH: sentence"; returns false. */
bool json_place_fail(const struct json_source *source, const struct json_place *place,
	const char *format, ...) __attribute__((format(printf, 3, 4)));
/* `words` name the type in the error: "a list". */
bool json_place_expect(const struct json_source *source, const struct json_place *place,
	json_type type, const char *words);
/* The value is an object with no other keys than these (ended by NULL); "#..." are comments. */
bool json_place_check_keys(
	const struct json_source *source, const struct json_place *place, const char *const *keys);

#endif
