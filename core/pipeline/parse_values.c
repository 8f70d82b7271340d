#include "parse_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool parse_fail(const struct parser *parser, const struct place *place, const char *format, ...)
{
	char text[ERROR_TEXT_BYTES];
	va_list arguments;
	va_start(arguments, format);
	if (vsnprintf(text, sizeof(text), format, arguments) < 0)
		text[0] = '\0';
	va_end(arguments);
	return error_set(parser->err, ERROR_CONFIG, "%s: %s%s%s", parser->source, place->path,
		place->path[0] == '\0' ? "" : ": ", text);
}

struct place parse_member(const struct place *parent, const char *key)
{
	struct place place = {.value = json_object_get(parent->value, key)};
	snprintf(place.path, sizeof(place.path), "%s%s%s", parent->path,
		parent->path[0] == '\0' ? "" : ".", key);
	return place;
}

struct place parse_item(const struct place *parent, size_t index)
{
	struct place place = {.value = json_array_get(parent->value, index)};
	snprintf(place.path, sizeof(place.path), "%s[%zu]", parent->path, index);
	return place;
}

static const char *type_words(const json_t *value)
{
	static const char *const words[] = {[JSON_OBJECT] = "an object",
		[JSON_ARRAY] = "a list",
		[JSON_STRING] = "a text",
		[JSON_INTEGER] = "a whole number",
		[JSON_REAL] = "a number",
		[JSON_TRUE] = "true",
		[JSON_FALSE] = "false",
		[JSON_NULL] = "null"};
	return words[json_typeof(value)];
}

bool parse_expect_type(
	const struct parser *parser, const struct place *place, json_type type, const char *words)
{
	if (json_typeof(place->value) == type)
		return true;
	return parse_fail(parser, place, "must be %s, not %s", words, type_words(place->value));
}

bool parse_keys(const struct parser *parser, const struct place *place, const char *const *keys)
{
	if (!parse_expect_type(parser, place, JSON_OBJECT, "an object"))
		return false;
	const char *key;
	json_t *value;
	json_object_foreach(place->value, key, value)
	{
		size_t i = 0;
		while (keys[i] != NULL && strcmp(keys[i], key) != 0)
			i++;
		if (keys[i] != NULL || key[0] == '#')
			continue;
		const char *near = text_nearest(key, keys, i);
		if (near != NULL)
			return parse_fail(parser, place,
				"unknown key \"%s\" (did you mean \"%s\"?)", key, near);
		return parse_fail(parser, place, "unknown key \"%s\"", key);
	}
	return true;
}

/* 1: there, 0: absent (fine), -1: absent though required. */
static bool find(const struct parser *parser, const struct place *parent, const char *key,
	bool required, struct place *place, bool *is_there)
{
	*place = parse_member(parent, key);
	*is_there = place->value != NULL;
	return *is_there || !required || parse_fail(parser, place, "is missing");
}

bool parse_text(const struct parser *parser, const struct place *parent, const char *key,
	bool required, char *into, size_t room)
{
	struct place place;
	bool is_there;
	if (!find(parser, parent, key, required, &place, &is_there) || !is_there)
		return !required || is_there;
	if (!parse_expect_type(parser, &place, JSON_STRING, "a text"))
		return false;
	const char *text = json_string_value(place.value);
	if (text[0] == '\0')
		return parse_fail(parser, &place, "must not be empty");
	if (strlen(text) != json_string_length(place.value))
		return parse_fail(parser, &place, "must not hold a NUL");
	return text_copy(into, room, text) ||
	       parse_fail(parser, &place, "must be shorter than %zu bytes", room);
}

bool parse_integer(const struct parser *parser, const struct place *parent, const char *key,
	int64_t low, int64_t high, int64_t *into)
{
	struct place place = parse_member(parent, key);
	if (place.value == NULL)
		return true;
	if (!parse_expect_type(parser, &place, JSON_INTEGER, "a whole number"))
		return false;
	int64_t value = json_integer_value(place.value);
	if (value < low || value > high)
		return parse_fail(parser, &place, "must be from %lld to %lld, not %lld",
			(long long)low, (long long)high, (long long)value);
	*into = value;
	return true;
}

bool parse_number(const struct parser *parser, const struct place *parent, const char *key,
	double low, double high, double *into)
{
	struct place place = parse_member(parent, key);
	if (place.value == NULL)
		return true;
	if (!json_is_number(place.value))
		return parse_expect_type(parser, &place, JSON_REAL, "a number");
	double value = json_number_value(place.value);
	if (!(value >= low && value <= high))
		return parse_fail(
			parser, &place, "must be from %g to %g, not %g", low, high, value);
	*into = value;
	return true;
}

bool parse_boolean(
	const struct parser *parser, const struct place *parent, const char *key, bool *into)
{
	struct place place = parse_member(parent, key);
	if (place.value == NULL)
		return true;
	if (!json_is_boolean(place.value))
		return parse_expect_type(parser, &place, JSON_TRUE, "true or false");
	*into = json_is_true(place.value);
	return true;
}

bool parse_date(
	const struct parser *parser, const struct place *parent, const char *key, date_t *into)
{
	struct place place = parse_member(parent, key);
	if (place.value == NULL)
		return parse_fail(parser, &place, "is missing");
	if (!parse_expect_type(parser, &place, JSON_STRING, "a date as text"))
		return false;
	return date_parse(json_string_value(place.value), into) ||
	       parse_fail(parser, &place, "\"%.40s\" is no date (YYYY-MM-DD)",
		       json_string_value(place.value));
}

bool parse_range(const struct parser *parser, const struct place *parent, const char *key,
	struct date_range *into)
{
	struct place place = parse_member(parent, key);
	struct error reason;
	if (place.value == NULL)
		return true;
	if (!parse_expect_type(parser, &place, JSON_STRING, "a range of dates as text"))
		return false;
	return date_range_parse(json_string_value(place.value), into, &reason) ||
	       parse_fail(parser, &place, "%s", reason.text);
}

bool parse_duration(
	const struct parser *parser, const struct place *parent, const char *key, int64_t *into_ms)
{
	static const struct {
		char letter;
		int64_t ms;
	} units[] = {{'s', 1000}, {'m', 60000}, {'h', 3600000}};
	struct place place = parse_member(parent, key);
	if (place.value == NULL)
		return true;
	if (!parse_expect_type(parser, &place, JSON_STRING, "a duration as text (\"10m\")"))
		return false;
	char digits[16];
	int64_t count;
	const char *text = json_string_value(place.value);
	size_t length = strlen(text);
	bool fits = length > 1 && length < sizeof(digits);
	if (fits)
		text_copy(digits, length, text); /* all but the unit */
	for (size_t i = 0; fits && i < sizeof(units) / sizeof(units[0]); i++)
		if (text[length - 1] == units[i].letter && text_to_integer(digits, &count) &&
			count > 0 && count <= 1000000) {
			*into_ms = count * units[i].ms;
			return true;
		}
	return parse_fail(parser, &place, "\"%.40s\" is no duration (90s, 10m, 8h)", text);
}

bool parse_word(const struct parser *parser, const struct place *parent, const char *key,
	const char *const *words, int *into)
{
	struct place place = parse_member(parent, key);
	struct buffer all = {0};
	if (place.value == NULL)
		return true;
	if (!parse_expect_type(parser, &place, JSON_STRING, "a text"))
		return false;
	for (int i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], json_string_value(place.value)) == 0) {
			*into = i;
			buffer_release(&all);
			return true;
		}
		buffer_add_format(&all, "%s\"%s\"", i == 0 ? "" : " or ", words[i]);
	}
	parse_fail(parser, &place, "must be %s, not \"%.40s\"", buffer_text(&all),
		json_string_value(place.value));
	buffer_release(&all);
	return false;
}

bool parse_table_name(const struct parser *parser, const struct place *place, size_t *table)
{
	if (!parse_expect_type(parser, place, JSON_STRING, "the name of a table"))
		return false;
	const char *name = json_string_value(place->value);
	*table = pipeline_find(parser->pipeline, name);
	if (*table < parser->pipeline->table_count)
		return true;
	const char *near = pipeline_suggest(parser->pipeline, name);
	if (near != NULL)
		return parse_fail(parser, place,
			"no table is called \"%.64s\" (did you mean \"%s\"?)", name, near);
	return parse_fail(parser, place, "no table is called \"%.64s\"", name);
}

bool parse_list(const struct parser *parser, const struct place *parent, const char *key,
	size_t limit, struct place *list, size_t *count)
{
	*list = parse_member(parent, key);
	*count = 0;
	if (list->value == NULL)
		return true;
	if (!parse_expect_type(parser, list, JSON_ARRAY, "a list"))
		return false;
	*count = json_array_size(list->value);
	return *count <= limit || parse_fail(parser, list, "more than %zu entries", limit);
}
