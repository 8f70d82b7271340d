/* The dates that are not the same: read, compared once more, written. */
#include "transfer_parts.h"

#include <string.h>

/* Some dates in a row that are in question, and their rows. */
struct window {
	struct transfer_day *days;
	size_t count;
	struct rows rows[TRANSFER_DATES_MAX];
};

/* The next run of dates of which `is_open` is true, from *at on; false: there is none. */
static bool next_window(struct transfer_table *table, bool (*is_open)(const struct transfer_day *),
	size_t *at, struct window *window)
{
	size_t first = *at;
	int64_t rows = 0;
	while (first < table->day_count && !is_open(&table->days[first]))
		first++;
	size_t last = first;
	while (last < table->day_count && last - first < TRANSFER_DATES_MAX &&
		is_open(&table->days[last]) &&
		(last == first || rows + table->days[last].rows_from <= TRANSFER_ROWS_MAX))
		rows += table->days[last++].rows_from;
	*at = last;
	*window = (struct window){.days = &table->days[first], .count = last - first};
	for (size_t i = 0; i < window->count; i++)
		rows_init(&window->rows[i], table->layout);
	return window->count > 0;
}

static void release(struct window *window)
{
	for (size_t i = 0; i < window->count; i++)
		rows_release(&window->rows[i]);
}

static bool is_unsure(const struct transfer_day *day)
{
	return !day->is_same;
}

static bool lacks_hash_there(const struct transfer_day *day)
{
	return !day->is_same && day->hash_to[0] == '\0' && day->rows_to > 0;
}

static void compare(struct transfer_day *day)
{
	day->is_same = day->hash_from[0] != '\0' && text_equal(day->hash_from, day->hash_to);
}

/* Looking at what is near spares asking from afar. */
static bool hash_what_is_there(struct transfer_table *table, struct error *err)
{
	const struct transfer_side *to = &table->transfer->wish->to;
	struct window window;
	bool done = true;
	for (size_t at = 0;
		done && to->is_near && next_window(table, lacks_hash_there, &at, &window);) {
		done = !transfer_is_stopped(table->transfer, err) &&
		       transfer_read_days(
			       to->warehouse, table, window.days, window.count, window.rows, err);
		for (size_t i = 0; done && i < window.count; i++) {
			rows_hash(&window.rows[i], window.days[i].hash_to);
			compare(&window.days[i]);
		}
		release(&window);
	}
	return done;
}

static bool read_window(struct transfer_table *table, struct window *window, struct error *err)
{
	if (!transfer_read_days(table->transfer->wish->from.warehouse, table, window->days,
		    window->count, window->rows, err))
		return false;
	for (size_t i = 0; i < window->count; i++) {
		struct transfer_day *day = &window->days[i];
		char date[DATE_TEXT_BYTES];
		if (window->rows[i].count == 0 && day->rows_from > 0)
			return error_set(err, ERROR_BUSY,
				"%s of %s lost its rows while it was read; try again",
				table->layout->name, date_format(day->date, date));
		rows_hash(&window->rows[i], day->hash_from);
		compare(day);
	}
	return true;
}

static void note_sent(struct transfer_table *table, date_t date, const struct rows *rows)
{
	int64_t bytes = warehouse_rows_bytes(table->transfer->wish->to.warehouse, rows);
	table->report->sent++;
	table->report->rows += (int64_t)rows->count;
	table->report->bytes += bytes;
	transfer_tell(table, TRANSFER_SENT, date, (int64_t)rows->count, bytes);
}

#define TRANSFER_CRITICAL_MAX 32 /* columns whose NULLs a receipt tells */

/* Dates that are to be written, with what their receipts say. */
struct batch {
	struct day_write writes[TRANSFER_DATES_MAX];
	struct receipt_source sources[TRANSFER_DATES_MAX][RECEIPT_SOURCES_MAX];
	const char *critical[TRANSFER_DATES_MAX][TRANSFER_CRITICAL_MAX];
	char critical_names[TRANSFER_DATES_MAX][RECEIPT_NULLS_BYTES];
	size_t count;
};

static void add_write(struct transfer_table *table, const struct transfer_day *day,
	const struct rows *rows, struct batch *batch)
{
	const struct transfer *transfer = table->transfer;
	const struct receipt *receipt =
		receipts_find(&transfer->receipts_from, table->layout->name, day->date);
	size_t i = batch->count++;
	batch->writes[i] = (struct day_write){.layout = table->layout,
		.date = day->date,
		.run = receipt != NULL ? receipt->run : TRANSFER_RUN,
		.rows = rows,
		.keeps_failures = true, /* they go behind it, all of a table at once */
		.sources = batch->sources[i],
		.now_ms = transfer->now_ms};
	if (receipt == NULL || receipt->is_open) /* of older rows, perhaps */
		return;
	batch->writes[i].source_count = transfer_translate(transfer, receipt, batch->sources[i]);
	batch->writes[i].critical = batch->critical[i];
	batch->writes[i].critical_count = receipt_null_columns(
		receipt, batch->critical_names[i], batch->critical[i], TRANSFER_CRITICAL_MAX);
}

static bool replace(struct transfer_table *table, struct batch *batch, struct error *err)
{
	struct transfer *transfer = table->transfer;
	struct receipt receipts[TRANSFER_DATES_MAX];
	bool unchanged[TRANSFER_DATES_MAX];
	size_t written;
	bool done = warehouse_replace_days(transfer->wish->to.warehouse, batch->writes,
		batch->count, receipts, unchanged, &written, err);
	for (size_t i = 0; i < written; i++) {
		receipts_put(&transfer->receipts_to, &receipts[i]);
		note_sent(table, batch->writes[i].date, batch->writes[i].rows);
	}
	return done;
}

/* All of it or nothing: one transaction. */
static bool merge(
	struct transfer_table *table, const struct rows *rows, size_t count, struct error *err)
{
	struct warehouse *to = table->transfer->wish->to.warehouse;
	struct raw_load_result result;
	size_t width = table->layout->column_count;
	bool done = warehouse_load_begin(to, table->layout, err);
	if (!done)
		return false;
	for (size_t i = 0; done && i < count; i++)
		for (size_t row = 0; done && row < rows[i].count; row++)
			done = warehouse_load_row(to, &rows[i].values[row * width], err);
	if (done)
		return warehouse_load_commit(to, &result, err);
	warehouse_load_abandon(to);
	return false;
}

static bool write_window(struct transfer_table *table, struct window *window, struct error *err)
{
	const struct transfer_wish *wish = table->transfer->wish;
	struct batch batch = {.count = 0};
	for (size_t i = 0; i < window->count; i++)
		if (!window->days[i].is_same)
			add_write(table, &window->days[i], &window->rows[i], &batch);
	if (batch.count > 0 && !wish->is_dry && !wish->is_by_key)
		return replace(table, &batch, err);
	if (batch.count > 0 && !wish->is_dry && !merge(table, window->rows, window->count, err))
		return false;
	for (size_t i = 0; i < batch.count; i++)
		note_sent(table, batch.writes[i].date, batch.writes[i].rows);
	return true;
}

/* Reading from afar is paid for, so a dry call asks what it would cost. */
static bool estimate_window(struct transfer_table *table, struct window *window, struct error *err)
{
	const char *names[TABLE_COLUMNS_MAX];
	int64_t bytes;
	for (size_t i = 0; i < table->layout->column_count; i++)
		names[i] = table->layout->columns[i].name;
	const struct read_request request = {.layout = table->layout,
		.columns = names,
		.column_count = table->layout->column_count,
		.range = {window->days[0].date, window->days[window->count - 1].date}};
	/* Without dates the range is not looked at. */
	if (!warehouse_estimate_read(table->transfer->wish->from.warehouse, &request, &bytes, err))
		return false;
	table->report->bytes += bytes;
	for (size_t i = 0; i < window->count; i++) {
		table->report->sent++;
		table->report->rows += window->days[i].rows_from;
		transfer_tell(
			table, TRANSFER_SENT, window->days[i].date, window->days[i].rows_from, -1);
	}
	return true;
}

bool transfer_send_days(struct transfer_table *table, struct error *err)
{
	const struct transfer_wish *wish = table->transfer->wish;
	struct window window;
	bool done = hash_what_is_there(table, err);
	for (size_t at = 0; done && next_window(table, is_unsure, &at, &window);) {
		done = !transfer_is_stopped(table->transfer, err);
		if (done && wish->is_dry && !wish->from.is_near)
			done = estimate_window(table, &window, err);
		else if (done)
			done = read_window(table, &window, err) &&
			       write_window(table, &window, err);
		release(&window);
	}
	for (size_t i = 0; i < table->day_count; i++)
		table->report->same += table->days[i].is_same;
	return done;
}

static bool estimate_whole(struct transfer_table *table, struct error *err)
{
	struct transfer_day whole = {.date = DATE_NONE};
	struct window window = {.days = &whole, .count = 1};
	return estimate_window(table, &window, err);
}

/* Small ones (players, teams): both are read, so that equal ones are not sent. */
bool transfer_send_whole(struct transfer_table *table, struct error *err)
{
	const struct transfer *transfer = table->transfer;
	const struct transfer_wish *wish = transfer->wish;
	char hash_from[DIGEST_TEXT_BYTES], hash_to[DIGEST_TEXT_BYTES];
	struct rows from, to;
	if (transfer_is_stopped(transfer, err))
		return false;
	if (wish->is_dry && !wish->from.is_near)
		return estimate_whole(table, err);
	rows_init(&from, table->layout);
	rows_init(&to, table->layout);
	bool is_there = !wish->is_dry || !transfer->is_made[table->index];
	bool done = transfer_read_whole(wish->from.warehouse, table->layout, &from, err) &&
		    (!is_there || transfer_read_whole(wish->to.warehouse, table->layout, &to, err));
	bool is_same = done && strcmp(rows_hash(&from, hash_from), rows_hash(&to, hash_to)) == 0;
	table->report->same += is_same;
	if (done && !is_same)
		done = wish->is_dry || merge(table, &from, 1, err);
	if (done && !is_same)
		note_sent(table, DATE_NONE, &from);
	rows_release(&from);
	rows_release(&to);
	return done;
}
