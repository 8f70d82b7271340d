#include "base/name_values.h"

#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static char *trim(char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	size_t length = strlen(text);
	while (length > 0 && isspace((unsigned char)text[length - 1]))
		text[--length] = '\0';
	return text;
}

static bool read_line(char *line, name_value_take take, void *context, struct error *err)
{
	char *name = trim(line);
	if (name[0] == '\0' || name[0] == '#')
		return true;
	char *equals = strchr(name, '=');
	if (equals == NULL)
		return error_set(err, ERROR_CONFIG, "a line is \"name = value\"");
	*equals = '\0';
	if (take(context, trim(name), trim(equals + 1), err))
		return true;
	if (err != NULL)
		err->kind = ERROR_CONFIG;
	return false;
}

static bool read_lines(
	char *text, const char *source, name_value_take take, void *context, struct error *err)
{
	int number = 1;
	for (char *line = text; line != NULL; number++) {
		char *end = strchr(line, '\n');
		if (end != NULL)
			*end = '\0';
		if (!read_line(line, take, context, err))
			return error_prefix(err, "%s:%d", source, number);
		line = end == NULL ? NULL : end + 1;
	}
	return true;
}

bool name_values_read(const char *text, size_t length, const char *source, name_value_take take,
	void *context, struct error *err)
{
	if (length > NAME_VALUES_BYTES_MAX)
		return error_set(err, ERROR_CONFIG, "%s has more than %d bytes", source,
			NAME_VALUES_BYTES_MAX);
	if (memchr(text, '\0', length) != NULL)
		return error_set(err, ERROR_CONFIG, "%s is not a text file", source);
	struct buffer copy = {0};
	buffer_add(&copy, text, length);
	bool done = length == 0 || read_lines(copy.bytes, source, take, context, err);
	buffer_release(&copy);
	return done;
}

bool name_values_read_file(const char *path, name_value_take take, void *context, struct error *err)
{
	struct buffer text = {0};
	bool done = path_read_file(path, NAME_VALUES_BYTES_MAX, &text, err);
	if (done)
		done = name_values_read(buffer_text(&text), text.length, path, take, context, err);
	else if (err != NULL)
		err->kind = ERROR_CONFIG;
	buffer_release(&text);
	return done;
}
