#include "tests/support/filled_rows.h"

#include "tests/test.h"

static void fill(struct rows *rows, size_t column, date_t date, int row, int flavour)
{
	const struct column *described = &rows->layout->columns[column];
	int number = (int)column + 10 * row;
	char text[80];
	if ((described->flags & COLUMN_KEY) == 0)
		number += 1000 * flavour;
	switch (described->type) {
	case COLUMN_TEXT:
		if (strcmp(described->name, "game_id") == 0) /* a real one */
			snprintf(text, sizeof(text), "00221%05d", number % 50000);
		else
			snprintf(text, sizeof(text), "%s \"\xc3\xa9\" %d", described->name, number);
		rows_set_text(rows, column, text);
		return;
	case COLUMN_INTEGER:
		rows_set_integer(rows, column, number);
		return;
	case COLUMN_REAL:
		rows_set_real(rows, column, number / 7.0);
		return;
	case COLUMN_BOOLEAN:
		rows_set_boolean(rows, column, number % 2 == 1);
		return;
	case COLUMN_DATE:
		rows_set_date(rows, column, date == DATE_NONE ? date_of(2021, 11, 1) : date);
		return;
	case COLUMN_TIMESTAMP:
		rows_set_text(rows, column, "2021-11-16T10:00:00.500000Z");
		return;
	case COLUMN_LIST:
		snprintf(text, sizeof(text), "[\"%d\", \"b\"]", number);
		rows_set_text(rows, column, text);
		return;
	}
}

void filled_rows_add(struct rows *rows, date_t date, int count, int flavour)
{
	for (int row = 0; row < count; row++) {
		rows_add(rows);
		for (size_t column = 0; column < rows->layout->column_count; column++)
			fill(rows, column, date,
				row + (date == DATE_NONE ? 0 : 100 * (date % 1000)), flavour);
		/* What a column may leave open, one row does. */
		for (size_t column = 0; row == 1 && column < rows->layout->column_count; column++)
			if ((rows->layout->columns[column].flags &
				    (COLUMN_KEY | COLUMN_REQUIRED)) == 0)
				rows_set_null(rows, column);
	}
}

struct receipt filled_rows_write(struct warehouse *warehouse, const struct table_layout *layout,
	date_t date, int count, int flavour, const struct receipt *sources, size_t source_count)
{
	struct rows rows;
	struct receipt receipt;
	struct receipt_source named[RECEIPT_SOURCES_MAX];
	struct error err;
	bool unchanged;
	rows_init(&rows, layout);
	filled_rows_add(&rows, date, count, flavour);
	for (size_t i = 0; i < source_count; i++) {
		text_copy(named[i].table, sizeof(named[i].table), sources[i].table);
		named[i].sequence = sources[i].sequence;
	}
	const struct day_write write = {.layout = layout,
		.date = date,
		.run = "filled",
		.rows = &rows,
		.sources = named,
		.source_count = source_count,
		.now_ms = 1637200000000};
	if (!warehouse_replace_day(warehouse, &write, &receipt, &unchanged, &err))
		fail_msg("%s", err.text);
	rows_release(&rows);
	return receipt;
}

void filled_rows_load(struct warehouse *warehouse, const struct table_layout *layout, date_t date,
	int count, int flavour)
{
	struct rows rows;
	struct raw_load_result result;
	struct error err;
	rows_init(&rows, layout);
	filled_rows_add(&rows, date, count, flavour);
	bool done = warehouse_load_begin(warehouse, layout, &err);
	for (size_t row = 0; done && row < rows.count; row++)
		done = warehouse_load_row(
			warehouse, &rows.values[row * layout->column_count], &err);
	if (!done || !warehouse_load_commit(warehouse, &result, &err))
		fail_msg("%s", err.text);
	rows_release(&rows);
}
