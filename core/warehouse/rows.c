#include "warehouse/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t table_column(const struct table_layout *layout, const char *name)
{
	size_t i = 0;
	while (i < layout->column_count && strcmp(layout->columns[i].name, name) != 0)
		i++;
	return i;
}

void rows_init(struct rows *rows, const struct table_layout *layout)
{
	*rows = (struct rows){.layout = layout};
}

void rows_release(struct rows *rows)
{
	arena_release(&rows->arena);
	free(rows->values);
	*rows = (struct rows){.layout = rows->layout};
}

void rows_clear(struct rows *rows)
{
	arena_release(&rows->arena);
	rows->count = 0;
}

void rows_add(struct rows *rows)
{
	size_t width = rows->layout->column_count;
	if (rows->count == rows->capacity) {
		rows->capacity = rows->capacity == 0 ? 64 : rows->capacity * 2;
		rows->values =
			memory_resize(rows->values, rows->capacity * width, sizeof(*rows->values));
	}
	memset(&rows->values[rows->count * width], 0, width * sizeof(*rows->values));
	rows->count++;
}

static struct value *last_value(struct rows *rows, size_t column)
{
	return &rows->values[(rows->count - 1) * rows->layout->column_count + column];
}

void rows_set_null(struct rows *rows, size_t column)
{
	last_value(rows, column)->kind = VALUE_NULL;
}

void rows_set_integer(struct rows *rows, size_t column, int64_t value)
{
	*last_value(rows, column) = (struct value){VALUE_INTEGER, {.integer = value}};
}

void rows_set_boolean(struct rows *rows, size_t column, bool value)
{
	*last_value(rows, column) = (struct value){VALUE_BOOLEAN, {.integer = value}};
}

void rows_set_real(struct rows *rows, size_t column, double value)
{
	if (isfinite(value))
		*last_value(rows, column) = (struct value){VALUE_REAL, {.real = value + 0.0}};
	else
		rows_set_null(rows, column);
}

void rows_set_text(struct rows *rows, size_t column, const char *text)
{
	if (text == NULL) {
		rows_set_null(rows, column);
		return;
	}
	const char *copy = arena_copy_text(&rows->arena, text);
	*last_value(rows, column) = (struct value){VALUE_TEXT, {.text = copy}};
}

void rows_set_date(struct rows *rows, size_t column, date_t date)
{
	char text[DATE_TEXT_BYTES];
	rows_set_text(rows, column, date == DATE_NONE ? NULL : date_format(date, text));
}

const struct value *rows_value(const struct rows *rows, size_t row, size_t column)
{
	return &rows->values[row * rows->layout->column_count + column];
}
