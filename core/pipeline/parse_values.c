#include "parse_parts.h"

#include <stdio.h>
#include <string.h>

/* 1: there, 0: absent (fine), -1: absent though required. */
static bool find(const struct parser *parser, const struct json_place *parent, const char *key,
	bool required, struct json_place *place, bool *is_there)
{
	*place = json_place_member(parent, key);
	*is_there = place->value != NULL;
	return *is_there || !required || json_place_fail(&parser->source, place, "is missing");
}

bool parse_text(const struct parser *parser, const struct json_place *parent, const char *key,
	bool required, char *into, size_t room)
{
	struct json_place place;
	bool is_there;
	if (!find(parser, parent, key, required, &place, &is_there) || !is_there)
		return !required || is_there;
	if (!json_place_expect(&parser->source, &place, JSON_STRING, "a text"))
		return false;
	const char *text = json_string_value(place.value);
	if (text[0] == '\0')
		return json_place_fail(&parser->source, &place, "must not be empty");
	if (strlen(text) != json_string_length(place.value))
		return json_place_fail(&parser->source, &place, "must not hold a NUL");
	return text_copy(into, room, text) ||
	       json_place_fail(&parser->source, &place, "must be shorter than %zu bytes", room);
}

bool parse_integer(const struct parser *parser, const struct json_place *parent, const char *key,
	int64_t low, int64_t high, int64_t *into)
{
	struct json_place place = json_place_member(parent, key);
	if (place.value == NULL)
		return true;
	if (!json_place_expect(&parser->source, &place, JSON_INTEGER, "a whole number"))
		return false;
	int64_t value = json_integer_value(place.value);
	if (value < low || value > high)
		return json_place_fail(&parser->source, &place,
			"must be from %lld to %lld, not %lld", (long long)low, (long long)high,
			(long long)value);
	*into = value;
	return true;
}

bool parse_number(const struct parser *parser, const struct json_place *parent, const char *key,
	double low, double high, double *into)
{
	struct json_place place = json_place_member(parent, key);
	if (place.value == NULL)
		return true;
	if (!json_is_number(place.value))
		return json_place_expect(&parser->source, &place, JSON_REAL, "a number");
	double value = json_number_value(place.value);
	if (!(value >= low && value <= high))
		return json_place_fail(
			&parser->source, &place, "must be from %g to %g, not %g", low, high, value);
	*into = value;
	return true;
}

bool parse_boolean(
	const struct parser *parser, const struct json_place *parent, const char *key, bool *into)
{
	struct json_place place = json_place_member(parent, key);
	if (place.value == NULL)
		return true;
	if (!json_is_boolean(place.value))
		return json_place_expect(&parser->source, &place, JSON_TRUE, "true or false");
	*into = json_is_true(place.value);
	return true;
}

bool parse_date(
	const struct parser *parser, const struct json_place *parent, const char *key, date_t *into)
{
	struct json_place place = json_place_member(parent, key);
	if (place.value == NULL)
		return json_place_fail(&parser->source, &place, "is missing");
	if (!json_place_expect(&parser->source, &place, JSON_STRING, "a date as text"))
		return false;
	return date_parse(json_string_value(place.value), into) ||
	       json_place_fail(&parser->source, &place, "\"%.40s\" is no date (YYYY-MM-DD)",
		       json_string_value(place.value));
}

bool parse_range(const struct parser *parser, const struct json_place *parent, const char *key,
	struct date_range *into)
{
	struct json_place place = json_place_member(parent, key);
	struct error reason;
	if (place.value == NULL)
		return true;
	if (!json_place_expect(&parser->source, &place, JSON_STRING, "a range of dates as text"))
		return false;
	return date_range_parse(json_string_value(place.value), into, &reason) ||
	       json_place_fail(&parser->source, &place, "%s", reason.text);
}

bool parse_duration(const struct parser *parser, const struct json_place *parent, const char *key,
	int64_t *into_ms)
{
	static const struct {
		char letter;
		int64_t ms;
	} units[] = {{'s', 1000}, {'m', 60000}, {'h', 3600000}};
	struct json_place place = json_place_member(parent, key);
	if (place.value == NULL)
		return true;
	if (!json_place_expect(
		    &parser->source, &place, JSON_STRING, "a duration as text (\"10m\")"))
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
	return json_place_fail(
		&parser->source, &place, "\"%.40s\" is no duration (90s, 10m, 8h)", text);
}

bool parse_word(const struct parser *parser, const struct json_place *parent, const char *key,
	const char *const *words, int *into)
{
	struct json_place place = json_place_member(parent, key);
	struct buffer all = {0};
	if (place.value == NULL)
		return true;
	if (!json_place_expect(&parser->source, &place, JSON_STRING, "a text"))
		return false;
	for (int i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], json_string_value(place.value)) == 0) {
			*into = i;
			buffer_release(&all);
			return true;
		}
		buffer_add_format(&all, "%s\"%s\"", i == 0 ? "" : " or ", words[i]);
	}
	json_place_fail(&parser->source, &place, "must be %s, not \"%.40s\"", buffer_text(&all),
		json_string_value(place.value));
	buffer_release(&all);
	return false;
}

bool parse_table_name(const struct parser *parser, const struct json_place *place, size_t *table)
{
	if (!json_place_expect(&parser->source, place, JSON_STRING, "the name of a table"))
		return false;
	const char *name = json_string_value(place->value);
	*table = pipeline_find(parser->pipeline, name);
	if (*table < parser->pipeline->table_count)
		return true;
	const char *near = pipeline_suggest(parser->pipeline, name);
	if (near != NULL)
		return json_place_fail(&parser->source, place,
			"no table is called \"%.64s\" (did you mean \"%s\"?)", name, near);
	return json_place_fail(&parser->source, place, "no table is called \"%.64s\"", name);
}

bool parse_list(const struct parser *parser, const struct json_place *parent, const char *key,
	size_t limit, struct json_place *list, size_t *count)
{
	*list = json_place_member(parent, key);
	*count = 0;
	if (list->value == NULL)
		return true;
	if (!json_place_expect(&parser->source, list, JSON_ARRAY, "a list"))
		return false;
	*count = json_array_size(list->value);
	return *count <= limit ||
	       json_place_fail(&parser->source, list, "more than %zu entries", limit);
}
