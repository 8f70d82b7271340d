/* Which dates a table has, and what is known of them before a row is read. */
#include "transfer_parts.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* The rows of the date; 0 where it is not in the list, which has every date with rows. */
static int64_t count_of(const struct day_counts *counts, size_t table, date_t date)
{
	size_t low = 0, high = counts->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct day_count *item = &counts->items[middle];
		if (item->table == table && item->date == date)
			return item->rows;
		if (item->table < table || (item->table == table && item->date < date))
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}

/* A receipt is believed where the rows that it tells of are there. */
static void take_hash(const struct receipts *receipts, const char *name, date_t date, int64_t rows,
	char hash[DIGEST_TEXT_BYTES])
{
	const struct receipt *receipt = receipts_find(receipts, name, date);
	hash[0] = '\0';
	if (receipt != NULL && receipt->rows == rows)
		text_copy(hash, DIGEST_TEXT_BYTES, receipt->hash);
}

static void add_day(struct transfer_table *table, date_t date, int64_t rows)
{
	const struct transfer *transfer = table->transfer;
	struct transfer_day *day = &table->days[table->day_count++];
	*day = (struct transfer_day){.date = date, .rows_from = rows};
	day->rows_to = count_of(&transfer->counts_to, table->index, date);
	take_hash(&transfer->receipts_from, table->layout->name, date, day->rows_from,
		day->hash_from);
	take_hash(&transfer->receipts_to, table->layout->name, date, day->rows_to, day->hash_to);
	day->is_same = day->hash_from[0] != '\0' && text_equal(day->hash_from, day->hash_to);
}

/* A writer died there, or is at work, and nobody has said how that ended. A copy of the rows,
 * sealed, would hide it. */
static bool is_interrupted(const struct transfer_table *table, date_t date)
{
	const struct receipt *receipt =
		receipts_find(&table->transfer->receipts_from, table->layout->name, date);
	return receipt != NULL && receipt->is_open;
}

static void note_interrupted(struct transfer_table *table, date_t date)
{
	if (table->report->interrupted++ == 0)
		table->report->first_interrupted = date;
}

static int compare_days(const void *a, const void *b)
{
	const struct transfer_day *first = a, *second = b;
	return (first->date > second->date) - (first->date < second->date);
}

static bool has_day(const struct transfer_table *table, date_t date)
{
	struct transfer_day wanted = {.date = date};
	return table->day_count > 0 && bsearch(&wanted, table->days, table->day_count,
					       sizeof(wanted), compare_days) != NULL;
}

/* Dates that were found empty, as their receipts prove, are facts too. */
static void add_empty_days(struct transfer_table *table)
{
	const struct transfer *transfer = table->transfer;
	for (size_t i = 0; i < transfer->receipts_from.count; i++) {
		const struct receipt *receipt = &transfer->receipts_from.items[i];
		if (receipt->rows == 0 && !receipt->is_open &&
			strcmp(receipt->table, table->layout->name) == 0 &&
			count_of(&transfer->counts_from, table->index, receipt->date) == 0)
			add_day(table, receipt->date, 0);
	}
	if (table->day_count > 0)
		qsort(table->days, table->day_count, sizeof(*table->days), compare_days);
}

static void note_only_there(struct transfer_table *table)
{
	const struct day_counts *counts = &table->transfer->counts_to;
	for (size_t i = 0; i < counts->count; i++) {
		const struct day_count *item = &counts->items[i];
		if (item->table != table->index || item->rows == 0 || has_day(table, item->date) ||
			is_interrupted(table, item->date))
			continue;
		if (table->report->only_there++ == 0)
			table->report->first_only_there = item->date;
	}
}

void transfer_find_days(struct transfer_table *table)
{
	const struct transfer *transfer = table->transfer;
	const struct day_counts *counts = &transfer->counts_from;
	table->days = memory_new_array(
		counts->count + transfer->receipts_from.count + 1, sizeof(*table->days));
	for (size_t i = 0; i < counts->count; i++) {
		const struct day_count *item = &counts->items[i];
		if (item->table != table->index || item->rows == 0)
			continue;
		if (is_interrupted(table, item->date))
			note_interrupted(table, item->date);
		else
			add_day(table, item->date, item->rows);
	}
	add_empty_days(table);
	note_only_there(table);
}

static bool read_columns(struct warehouse *warehouse, const struct table_layout *layout,
	struct date_range range, struct symbols *symbols, struct frame *frame, struct error *err)
{
	const char *names[TABLE_COLUMNS_MAX];
	for (size_t i = 0; i < layout->column_count; i++)
		names[i] = layout->columns[i].name;
	const struct read_request request = {.layout = layout,
		.columns = names,
		.column_count = layout->column_count,
		.range = range};
	return warehouse_read(warehouse, &request, symbols, frame, err);
}

void transfer_copy_row(struct rows *rows, const struct frame *frame, size_t row)
{
	rows_add(rows);
	for (size_t i = 0; i < frame->column_count; i++)
		rows_copy_cell(rows, i, frame, i, row);
}

static bool check_room(const struct table_layout *layout, size_t rows, struct error *err)
{
	return rows <= TRANSFER_ROWS_MAX ||
	       error_set(err, ERROR_LIMIT, "%s has more than %d rows at once", layout->name,
		       TRANSFER_ROWS_MAX);
}

/* `days` is short: a date is found by looking. */
static bool share_out(const struct frame *frame, const struct transfer_table *table,
	const struct transfer_day *days, size_t count, struct rows *rows, struct error *err)
{
	size_t column = table_column(table->layout, table->layout->date_column);
	for (size_t row = 0; row < frame->row_count; row++)
		for (size_t i = 0; i < count; i++)
			if (days[i].date == frame_date(frame, column, row)) {
				transfer_copy_row(&rows[i], frame, row);
				if (!check_room(table->layout, rows[i].count, err))
					return false;
			}
	return true;
}

bool transfer_read_days(struct warehouse *warehouse, const struct transfer_table *table,
	const struct transfer_day *days, size_t count, struct rows *rows, struct error *err)
{
	struct symbols *symbols = symbols_new();
	struct frame frame = {0};
	const struct date_range range = {days[0].date, days[count - 1].date};
	bool done = read_columns(warehouse, table->layout, range, symbols, &frame, err) &&
		    share_out(&frame, table, days, count, rows, err);
	frame_release(&frame);
	symbols_free(symbols);
	return done;
}

bool transfer_read_whole(struct warehouse *warehouse, const struct table_layout *layout,
	struct rows *rows, struct error *err)
{
	struct symbols *symbols = symbols_new();
	struct frame frame = {0};
	bool done =
		read_columns(warehouse, layout, (struct date_range){0, -1}, symbols, &frame, err) &&
		check_room(layout, frame.row_count, err);
	for (size_t row = 0; done && row < frame.row_count; row++)
		transfer_copy_row(rows, &frame, row);
	frame_release(&frame);
	symbols_free(symbols);
	return done;
}
