/* JSON from outside: checked before it becomes a tree, and read without trust. */
#include "bigquery_parts.h"

#include <string.h>

/* Deep nesting costs the parser stack, so it is counted before. Strings may hold brackets. */
static bool is_flat_enough(const char *text, size_t length)
{
	size_t depth = 0;
	bool is_text = false;
	for (size_t i = 0; i < length; i++) {
		char c = text[i];
		if (is_text) {
			i += c == '\\';
			is_text = c != '"';
		} else if (c == '"') {
			is_text = true;
		} else if (c == '{' || c == '[') {
			if (++depth > BIGQUERY_JSON_DEPTH_MAX)
				return false;
		} else if ((c == '}' || c == ']') && depth > 0) {
			depth--;
		}
	}
	return true;
}

json_t *bigquery_parse(const char *text, size_t length)
{
	json_error_t ignored;
	if (!is_flat_enough(text, length))
		return NULL;
	json_t *tree = json_loadb(text, length, JSON_REJECT_DUPLICATES, &ignored);
	if (json_is_object(tree))
		return tree;
	json_decref(tree);
	return NULL;
}

json_t *bigquery_at(const json_t *tree, const char *path)
{
	char name[64];
	while (tree != NULL) {
		size_t length = strcspn(path, ".");
		if (length >= sizeof(name))
			return NULL;
		memcpy(name, path, length);
		name[length] = '\0';
		tree = json_object_get(tree, name);
		if (path[length] == '\0')
			return (json_t *)tree;
		path += length + 1;
	}
	return NULL;
}

const char *bigquery_text_at(const json_t *tree, const char *path)
{
	return json_string_value(bigquery_at(tree, path));
}

int64_t bigquery_integer_at(const json_t *tree, const char *path, int64_t otherwise)
{
	const json_t *value = bigquery_at(tree, path);
	int64_t number;
	if (json_is_integer(value))
		return json_integer_value(value);
	if (json_is_string(value) && text_to_integer(json_string_value(value), &number))
		return number;
	return otherwise;
}
