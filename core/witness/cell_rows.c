/* One cell, looked into. */
#include "cell_rows_parts.h"

#include "base/cancel.h"
#include "base/clock.h"
#include "base/memory.h"
#include "coverage/coverage.h"
#include "witness/witnesses.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct pipeline_table *table_of(const struct cell_rows_request *request)
{
	return &request->pipeline->tables[request->table];
}

static bool read_receipt(
	struct warehouse *warehouse, struct cell_rows *rows, const char *table, struct error *err)
{
	struct receipts receipts;
	struct date_range day = {rows->date, rows->date};
	if (!warehouse_receipts(warehouse, day, &receipts, err))
		return false;
	const struct receipt *receipt = receipts_find(&receipts, table, rows->date);
	rows->has_receipt = receipt != NULL && !receipt->is_open;
	if (receipt != NULL)
		rows->receipt = *receipt;
	receipts_release(&receipts);
	return true;
}

/* As the pipeline says, else as the processor writes it. */
static void find_key(const struct pipeline_table *table, struct cell_rows *rows)
{
	struct table_layout layout = witnesses_layout(table);
	rows->date_column = layout.date_column;
	for (size_t i = 0; i < table->key_count && rows->key_count < CELL_KEY_MAX; i++)
		rows->key[rows->key_count++] = table->key[i];
	for (size_t i = 0; table->key_count == 0 && i < layout.column_count; i++)
		if ((layout.columns[i].flags & COLUMN_KEY) != 0 && rows->key_count < CELL_KEY_MAX)
			rows->key[rows->key_count++] = layout.columns[i].name;
}

/* Names and key: that is enough to count in any table. */
static struct table_layout layout_of(const struct pipeline_table *table,
	const struct cell_rows *rows, struct column columns[CELL_KEY_MAX])
{
	struct table_layout layout = witnesses_layout(table);
	layout.columns = columns;
	layout.column_count = rows->key_count;
	for (size_t i = 0; i < rows->key_count; i++)
		columns[i] = (struct column){rows->key[i], COLUMN_TEXT, COLUMN_KEY};
	return layout;
}

static bool count_rows(struct warehouse *warehouse, const struct pipeline_table *table,
	struct cell_rows *rows, struct error *err)
{
	struct column columns[CELL_KEY_MAX];
	const struct table_layout layout = layout_of(table, rows, columns);
	const char *critical[PIPELINE_EDGES_MAX];
	const struct count_table counted = {&layout, critical, pipeline_critical(table, critical)};
	struct day_counts counts;
	struct date_range day = {rows->date, rows->date};
	if (!warehouse_count_days(warehouse, &counted, 1, day, &counts, err))
		return false;
	rows->is_missing = day_counts_is_missing(&counts, 0);
	rows->rows = rows->distinct_keys = rows->is_missing ? -1 : 0;
	rows->null_count = rows->counts_only ? 0 : table->critical_count;
	for (size_t i = 0; i < rows->null_count; i++)
		rows->nulls[i] =
			(struct cell_null){table->critical[i].column, rows->is_missing ? -1 : 0};
	for (size_t i = 0; i < counts.count; i++) {
		rows->rows = counts.items[i].rows;
		rows->distinct_keys = counts.items[i].distinct_keys;
		for (size_t k = 0; k < rows->null_count; k++)
			rows->nulls[k].rows = counts.nulls[counts.items[i].first_null + k];
	}
	day_counts_release(&counts);
	return true;
}

static void read_sample(
	struct warehouse *warehouse, const struct pipeline_table *table, struct cell_rows *rows)
{
	struct table_layout layout = witnesses_layout(table);
	struct error err;
	struct sample_request request = {.dataset = layout.dataset,
		.table = layout.name,
		.date_column = layout.date_column,
		.date = rows->date,
		.order_by = rows->key,
		.order_by_count = rows->key_count,
		.row_count = CELL_ROWS_SHOWN};
	if (!warehouse_sample_rows(warehouse, &request, &rows->sample, &err))
		text_copy(rows->sample_trouble, sizeof(rows->sample_trouble), err.text);
}

static bool look_into(struct warehouse *warehouse, const struct cell_rows_request *request,
	struct cell_rows *rows, struct error *err)
{
	const struct pipeline_table *table = table_of(request);
	rows->counts_only = warehouse_counts_only(warehouse);
	find_key(table, rows);
	/* The receipt last: rows that were counted have been announced by then. */
	if (!count_rows(warehouse, table, rows, err) ||
		!read_receipt(warehouse, rows, table->name, err))
		return false;
	if (rows->counts_only || rows->is_missing) {
		text_copy(rows->names_trouble, sizeof(rows->names_trouble),
			rows->counts_only ? "a file of counts names nobody, and has no rows to show"
					  : "there is no such table");
		return true;
	}
	cell_names_read(warehouse, request, rows);
	if (rows->rows != 0)
		read_sample(warehouse, table, rows);
	return true;
}

static bool read_warehouse(
	const struct cell_rows_request *request, struct cell_rows *rows, struct error *err)
{
	struct warehouse *warehouse;
	if (!warehouse_open(request->warehouse, WAREHOUSE_READ, &warehouse, err))
		return false;
	warehouse_set_cancel(warehouse, request->cancel);
	int64_t before = warehouse_select_count(warehouse);
	bool done = look_into(warehouse, request, rows, err);
	rows->selects = warehouse_select_count(warehouse) - before;
	warehouse_close(warehouse);
	return done;
}

static bool ask_ledger(const struct cell_rows_request *request, struct ledger *ledger,
	struct cell_rows *rows, struct error *err)
{
	struct ledger_attempts attempts = {0};
	struct date_range day = {request->date, request->date};
	if (!ledger_all_attempts(
		    ledger, table_of(request)->name, day, CELL_ATTEMPTS_MAX, &attempts, err))
		return false;
	rows->attempt_count = attempts.count;
	for (size_t i = 0; i < attempts.count; i++)
		rows->attempts[i] = attempts.items[i];
	free(attempts.items);
	return rows->attempt_count == 0 ||
	       ledger_find_run(ledger, rows->attempts[0].run, &rows->run, &rows->has_run, err);
}

/* The rows are what was asked for: a ledger that cannot be read takes nothing from them. */
static void read_ledger(const struct cell_rows_request *request, struct cell_rows *rows)
{
	struct ledger *ledger;
	struct error err;
	if (request->state_folder == NULL || !ledger_exists(request->state_folder))
		return;
	bool done = ledger_open(request->state_folder, LEDGER_READ, &ledger, &err);
	if (done) {
		done = ask_ledger(request, ledger, rows, &err);
		ledger_close(ledger);
	}
	if (!done)
		text_copy(rows->ledger_trouble, sizeof(rows->ledger_trouble), err.text);
}

bool cell_rows_read(
	const struct cell_rows_request *request, struct cell_rows **read, struct error *err)
{
	struct cell_rows *rows = memory_new(sizeof(*rows));
	rows->table = request->table;
	rows->date = request->date;
	rows->asked_ms = clock_wall_ms();
	/* The ledger first, as in witnesses.c. */
	read_ledger(request, rows);
	if (!read_warehouse(request, rows, err)) {
		cell_rows_free(rows);
		return false;
	}
	*read = rows;
	return true;
}

void cell_rows_note(const struct cell_rows *rows, struct coverage *coverage)
{
	struct day_count count = {
		.date = rows->date, .rows = rows->rows, .distinct_keys = rows->distinct_keys};
	int64_t nulls[PIPELINE_EDGES_MAX];
	for (size_t i = 0; i < rows->null_count; i++)
		nulls[i] = rows->nulls[i].rows;
	const struct cell *cell = coverage_cell(coverage, rows->table, rows->date);
	/* A write that has begun since the coverage was read is in doubt, whatever was counted. */
	if (rows->receipt.is_open && cell != NULL && cell->proved_ms < rows->receipt.verified_ms)
		coverage_set_receipt(coverage, &rows->receipt, rows->asked_ms);
	coverage_set_count(
		coverage, rows->table, &count, rows->null_count > 0 ? nulls : NULL, rows->asked_ms);
}

void cell_rows_free(struct cell_rows *rows)
{
	if (rows == NULL)
		return;
	row_sample_release(&rows->sample);
	arena_release(&rows->arena);
	free(rows);
}
