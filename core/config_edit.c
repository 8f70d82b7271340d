#include "config_edit.h"

#include "config.h"

#include <ctype.h>
#include <string.h>

struct span {
	const char *at;
	size_t length;
};

static struct span trimmed(const char *at, const char *end)
{
	while (at < end && isspace((unsigned char)*at))
		at++;
	while (end > at && isspace((unsigned char)end[-1]))
		end--;
	return (struct span){at, (size_t)(end - at)};
}

/* The value of a line of that name; false when it is another line. */
static bool value_of_line(const char *at, const char *end, const char *name, struct span *value)
{
	const char *equals = memchr(at, '=', (size_t)(end - at));
	if (equals == NULL)
		return false;
	struct span said = trimmed(at, equals);
	if (said.length != strlen(name) || memcmp(said.at, name, said.length) != 0)
		return false;
	*value = trimmed(equals + 1, end);
	if (value->length == 0)
		value->at = equals + 1;
	return true;
}

/* The last one counts, as when the file is read. */
static bool find_value(const struct buffer *file, const char *name, struct span *value)
{
	const char *at = buffer_text(file), *end = at + file->length;
	bool found = false;
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *line_end = newline == NULL ? end : newline;
		found |= value_of_line(at, line_end, name, value);
		at = newline == NULL ? end : newline + 1;
	}
	return found;
}

static bool is_fit_for_a_line(const char *value)
{
	size_t length = strlen(value);
	if (length == 0 || isspace((unsigned char)value[0]) ||
		isspace((unsigned char)value[length - 1]))
		return false;
	for (size_t i = 0; i < length; i++)
		if (iscntrl((unsigned char)value[i]))
			return false;
	return true;
}

static void replace_value(
	const struct buffer *file, struct span old, const char *value, struct buffer *into)
{
	const char *text = buffer_text(file);
	size_t before = (size_t)(old.at - text), after = before + old.length;
	buffer_add(into, text, before);
	if (old.length == 0)
		buffer_add_char(into, ' ');
	buffer_add_text(into, value);
	buffer_add(into, text + after, file->length - after);
}

/* In the form that the lines before it have. */
static void add_line(
	const struct buffer *file, const char *name, const char *value, struct buffer *into)
{
	const char *text = buffer_text(file);
	size_t length = file->length;
	const char *newline = memchr(text, '\n', length);
	const char *line_end =
		newline != NULL && newline > text && newline[-1] == '\r' ? "\r\n" : "\n";
	buffer_add(into, text, length);
	if (length > 0 && text[length - 1] != '\n')
		buffer_add_text(into, line_end);
	buffer_add_format(into, "%s = %s%s", name, value, line_end);
}

bool config_edit(const struct buffer *file, const char *name, const char *value,
	struct buffer *into, struct error *err)
{
	struct buffer made = {0};
	struct span old;
	if (!is_fit_for_a_line(value))
		return error_set(err, ERROR_USAGE,
			"%s: a value in a file is one line of text, without blanks at its ends",
			name);
	if (find_value(file, name, &old))
		replace_value(file, old, value, &made);
	else
		add_line(file, name, value, &made);
	bool fits = made.length <= CONFIG_FILE_BYTES_MAX;
	if (fits)
		buffer_add(into, made.bytes, made.length);
	buffer_release(&made);
	return fits || error_set(err, ERROR_LIMIT, "with %s the file would be larger than %d bytes",
			       name, CONFIG_FILE_BYTES_MAX);
}
