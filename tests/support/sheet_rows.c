#include "tests/support/sheet_rows.h"

#include "base/path.h"
#include "base/csv.h"
#include "tests/test.h"

static void add_record(
	struct sheet_rows *sheet, const struct csv_record *record, size_t *count, size_t *capacity)
{
	for (size_t i = 0; i < record->field_count; i++) {
		ARRAY_GROW(sheet->cells, *count, *capacity);
		sheet->cells[(*count)++] = arena_copy_text(&sheet->arena, record->fields[i].text);
	}
}

void sheet_rows_load(struct sheet_rows *sheet, const char *folder, const char *name)
{
	struct error err;
	struct csv *csv;
	struct csv_record record;
	size_t count = 0;
	size_t capacity = 0;
	char *path = path_join(folder, name);
	*sheet = (struct sheet_rows){0};
	if (!csv_open(path, &csv, &err))
		fail_msg("%s", err.text);
	for (;;) {
		enum csv_result result = csv_next(csv, &record, &err);
		if (result == CSV_FAILED)
			fail_msg("%s", err.text);
		if (result == CSV_END)
			break;
		if (sheet->column_count == 0)
			sheet->column_count = record.field_count;
		if (record.field_count != sheet->column_count || record.cut)
			fail_msg("%s:%lld: a broken row", name, (long long)record.line);
		add_record(sheet, &record, &count, &capacity);
	}
	sheet->row_count = count / sheet->column_count - 1;
	csv_close(csv);
	free(path);
}

void sheet_rows_release(struct sheet_rows *sheet)
{
	free(sheet->cells);
	arena_release(&sheet->arena);
	*sheet = (struct sheet_rows){0};
}

size_t sheet_column(const struct sheet_rows *sheet, const char *name)
{
	for (size_t i = 0; i < sheet->column_count; i++)
		if (strcmp(sheet->cells[i], name) == 0)
			return i;
	fail_msg("no column %s", name);
	return 0;
}

const char *sheet_cell(const struct sheet_rows *sheet, size_t row, const char *column)
{
	assert_true(row < sheet->row_count);
	return sheet->cells[(row + 1) * sheet->column_count + sheet_column(sheet, column)];
}

int sheet_number(const struct sheet_rows *sheet, size_t row, const char *column)
{
	int64_t number;
	const char *text = sheet_cell(sheet, row, column);
	if (!text_to_integer(text, &number))
		fail_msg("%s of row %zu is \"%s\"", column, row, text);
	return (int)number;
}

date_t sheet_cell_date(const struct sheet_rows *sheet, size_t row, const char *column)
{
	date_t date;
	const char *text = sheet_cell(sheet, row, column);
	if (!date_parse(text, &date))
		fail_msg("%s of row %zu is \"%s\"", column, row, text);
	return date;
}

size_t sheet_text_number(struct symbols *keys, const char *text)
{
	return symbols_number(symbols_add(keys, text, strlen(text)));
}

size_t sheet_pair_number(struct symbols *keys, const char *one, const char *other)
{
	char text[64];
	snprintf(text, sizeof(text), "%s|%s", one, other);
	return sheet_text_number(keys, text);
}
