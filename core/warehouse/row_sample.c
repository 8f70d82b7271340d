/* What all backends do alike with a sample of rows. */
#include "backend.h"

#include "base/memory.h"

#include <assert.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD, for a NUL */

void row_sample_release(struct row_sample *sample)
{
	arena_release(&sample->arena);
	*sample = (struct row_sample){0};
}

/* A name that could end the quotes around it is no name of a table of ours. */
static bool check_name(const char *name, const char *what, struct error *err)
{
	if (name[0] != '\0' && strpbrk(name, "\"`\\\n") == NULL)
		return true;
	return error_set(err, ERROR_CONFIG, "\"%.60s\" is no name of a %s", name, what);
}

bool sample_check(const struct sample_request *request, struct error *err)
{
	if (request->row_count == 0 || request->row_count > SAMPLE_ROWS_MAX)
		return error_set(err, ERROR_LIMIT, "a sample has 1 to %d rows", SAMPLE_ROWS_MAX);
	for (size_t i = 0; i < request->order_by_count; i++)
		if (!check_name(request->order_by[i], "column", err))
			return false;
	return check_name(request->dataset, "dataset", err) &&
	       check_name(request->table, "table", err) &&
	       check_name(request->date_column, "column", err);
}

void sample_begin(struct row_sample *sample, size_t column_count, size_t rows_most)
{
	size_t columns = column_count < SAMPLE_COLUMNS_MAX ? column_count : SAMPLE_COLUMNS_MAX;
	*sample = (struct row_sample){
		.column_count = columns, .columns_left_out = column_count - columns};
	sample->columns = arena_new(&sample->arena, (columns + 1) * sizeof(*sample->columns));
	sample->values =
		arena_new(&sample->arena, (columns * rows_most + 1) * sizeof(*sample->values));
}

void sample_name_column(struct row_sample *sample, size_t column, const char *name)
{
	sample->columns[column] =
		arena_copy_span(&sample->arena, name, strnlen(name, SAMPLE_VALUE_BYTES));
}

/* Whole characters, as far as they are some. */
static size_t cut(const char *text, size_t length)
{
	size_t end = SAMPLE_VALUE_BYTES;
	if (length <= SAMPLE_VALUE_BYTES)
		return length;
	while (end > SAMPLE_VALUE_BYTES - 4 && ((unsigned char)text[end] & 0xC0) == 0x80)
		end--;
	return end;
}

void sample_set(struct row_sample *sample, size_t column, const char *text, size_t length)
{
	struct buffer whole = {0};
	struct sample_value *value =
		&sample->values[sample->row_count * sample->column_count + column];
	size_t kept = cut(text, length);
	for (size_t i = 0; i < kept; i++)
		if (text[i] == '\0')
			buffer_add_text(&whole, REPLACEMENT);
		else
			buffer_add_char(&whole, text[i]);
	value->is_cut = kept < length;
	value->text = arena_copy_text(&sample->arena, buffer_text(&whole));
	buffer_release(&whole);
}
