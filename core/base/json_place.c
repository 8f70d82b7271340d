#include "base/json_place.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct json_place json_place_member(const struct json_place *parent, const char *key)
{
	struct json_place place = {.value = json_object_get(parent->value, key)};
	snprintf(place.path, sizeof(place.path), "%s%s%s", parent->path,
		parent->path[0] == '\0' ? "" : ".", key);
	return place;
}

struct json_place json_place_item(const struct json_place *parent, size_t index)
{
	struct json_place place = {.value = json_array_get(parent->value, index)};
	snprintf(place.path, sizeof(place.path), "%s[%zu]", parent->path, index);
	return place;
}

bool json_place_fail(
	const struct json_source *source, const struct json_place *place, const char *format, ...)
{
	char text[ERROR_TEXT_BYTES];
	va_list arguments;
	va_start(arguments, format);
	if (vsnprintf(text, sizeof(text), format, arguments) < 0)
		text[0] = '\0';
	va_end(arguments);
	return error_set(source->err, source->kind, "%s: %s%s%s", source->name, place->path,
		place->path[0] == '\0' ? "" : ": ", text);
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

bool json_place_expect(const struct json_source *source, const struct json_place *place,
	json_type type, const char *words)
{
	if (place->value == NULL)
		return json_place_fail(source, place, "is missing");
	if (json_typeof(place->value) == type)
		return true;
	return json_place_fail(
		source, place, "must be %s, not %s", words, type_words(place->value));
}

bool json_place_check_keys(
	const struct json_source *source, const struct json_place *place, const char *const *keys)
{
	if (!json_place_expect(source, place, JSON_OBJECT, "an object"))
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
		return json_place_fail(source, place, "unknown key \"%.40s\"%s%s%s", key,
			near != NULL ? " (did you mean \"" : "", near != NULL ? near : "",
			near != NULL ? "\"?)" : "");
	}
	return true;
}
