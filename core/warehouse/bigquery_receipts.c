/*
 * Receipts and failure records, in backcourt_ops. A receipt is never changed, a newer one is added:
 * INSERTs of many workers neither wait for nor abort each other, as updates of one table would.
 */
#include "bigquery_backend.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS                                                              \
	"table_name, date, run, row_count, distinct_keys, `hash`, sequence," \
	" written_ms, verified_ms, computed_from"
#define NEW_COLUMN	       "null_counts" /* a table of an older backcourt has none */
#define FAILURES_PER_STATEMENT 1000	     /* three parameters each; the service takes 10,000 */

/* An announcement that was taken back: as if there had never been a receipt. */
static bool is_withdrawn(const struct receipt *receipt)
{
	return receipt->sequence < 0;
}

/* An opened receipt follows on what is as old as itself: a write proves itself later. */
static bool opens(const struct receipt *receipt, const struct receipt *other)
{
	return receipt->is_open && !is_withdrawn(receipt) &&
	       receipt->verified_ms == other->verified_ms;
}

static void drop_withdrawn(struct receipts *receipts)
{
	size_t kept = 0;
	for (size_t i = 0; i < receipts->count; i++)
		if (!is_withdrawn(&receipts->items[i]))
			receipts->items[kept++] = receipts->items[i];
	receipts->count = kept;
}

/* They come by table, date and age: a later one takes the place of an earlier. */
static void keep_newest(struct receipts *receipts, const struct receipt *receipt)
{
	if (receipts->count > 0) {
		struct receipt *last = &receipts->items[receipts->count - 1];
		if (last->date == receipt->date && strcmp(last->table, receipt->table) == 0) {
			if (!opens(last, receipt))
				*last = *receipt;
			return;
		}
	}
	ARRAY_GROW(receipts->items, receipts->count, receipts->capacity);
	receipts->items[receipts->count++] = *receipt;
}

static bool take_receipt(
	const char *const *cells, size_t cell_count, void *context, struct error *err)
{
	struct receipts *receipts = context;
	struct receipt receipt = {0};
	if (cell_count != 11)
		return error_set(err, ERROR_WAREHOUSE, "BigQuery: a receipt is malformed");
	if (!bigquery_cell_date(cells[1], &receipt.date, err) ||
		!bigquery_cell_integer(cells[3], &receipt.rows, err) ||
		!bigquery_cell_integer(cells[4], &receipt.distinct_keys, err) ||
		!bigquery_cell_integer(cells[6], &receipt.sequence, err) ||
		!bigquery_cell_integer(cells[7], &receipt.written_ms, err) ||
		!bigquery_cell_integer(cells[8], &receipt.verified_ms, err))
		return false;
	text_copy(receipt.table, sizeof(receipt.table), cells[0]);
	text_copy(receipt.run, sizeof(receipt.run), cells[2]);
	text_copy(receipt.hash, sizeof(receipt.hash), cells[5]);
	receipt.is_open = receipt.hash[0] == '\0';
	receipt_read_sources(cells[9], &receipt);
	text_copy(receipt.nulls, sizeof(receipt.nulls), cells[10]);
	keep_newest(receipts, &receipt);
	return true;
}

struct question {
	const char *condition;
	const struct bigquery_parameter *parameters;
	size_t parameter_count;
};

static bool fail_with(const struct error *refused, struct error *err)
{
	if (err != NULL)
		*err = *refused;
	return false;
}

static bool lacks_new_column(const struct error *err)
{
	return strstr(err->text, NEW_COLUMN) != NULL;
}

static bool ask_with(struct warehouse *warehouse, const struct question *question,
	const char *null_counts, struct receipts *receipts, struct error *err)
{
	struct buffer sql = {0};
	buffer_add_format(&sql, "SELECT " COLUMNS ", %s FROM ", null_counts);
	bigquery_add_layout(&sql, connection_of(warehouse), &bigquery_receipts_layout);
	buffer_add_format(&sql, " WHERE %s ORDER BY table_name, date, verified_ms, sequence",
		question->condition);
	bool done = bigquery_ask_rows(warehouse, "receipts", buffer_text(&sql),
		question->parameters, question->parameter_count, take_receipt, receipts, err);
	buffer_release(&sql);
	if (!done)
		receipts_release(receipts);
	return done;
}

/* Without the table there are no receipts: those who may not write have none. */
static bool ask_receipts(struct warehouse *warehouse, const struct question *question,
	struct receipts *receipts, struct error *err)
{
	struct receipts found = {0};
	struct error refused = {0};
	bool done = ask_with(warehouse, question, NEW_COLUMN, &found, &refused);
	if (!done && lacks_new_column(&refused))
		done = ask_with(warehouse, question, "CAST(NULL AS STRING)", &found, &refused);
	if (!done && !bigquery_is_absent(warehouse, &bigquery_receipts_layout, &refused))
		return fail_with(&refused, err);
	drop_withdrawn(&found);
	*receipts = found;
	return true;
}

bool bigquery_receipts(struct warehouse *warehouse, struct date_range range,
	struct receipts *receipts, struct error *err)
{
	struct range_parameters parameters;
	bigquery_set_range(&parameters, range);
	const struct question question = {
		"date BETWEEN @first AND @last", parameters.parameters, parameters.count};
	return ask_receipts(warehouse, &question, receipts, err);
}

bool bigquery_receipts_of(struct warehouse *warehouse, const char *table, struct date_range range,
	struct receipts *receipts, struct error *err)
{
	char first[DATE_TEXT_BYTES], last[DATE_TEXT_BYTES];
	const struct bigquery_parameter parameters[] = {{"table", "STRING", table},
		{"first", "DATE", date_format(range.first, first)},
		{"last", "DATE", date_format(range.last, last)}};
	const struct question question = {"table_name = @table AND date BETWEEN @first AND @last",
		parameters, ARRAY_COUNT(parameters)};
	return ask_receipts(warehouse, &question, receipts, err);
}

/* The columns of COLUMNS and the new one, in order; their texts live in the arena. */
static const struct {
	char letter;
	const char *type;
} receipt_parameters[] = {{'t', "STRING"}, {'d', "DATE"}, {'u', "STRING"}, {'n', "INT64"},
	{'k', "INT64"}, {'h', "STRING"}, {'s', "INT64"}, {'w', "INT64"}, {'v', "INT64"},
	{'f', "STRING"}, {'c', "STRING"}};

#define RECEIPT_PARAMETERS ARRAY_COUNT(receipt_parameters)

static void add_receipt(struct bigquery_parameter *parameters, struct arena *arena,
	struct buffer *sql, const struct receipt *receipt, size_t number)
{
	struct buffer sources = {0};
	char date[DATE_TEXT_BYTES];
	receipt_write_sources(receipt, &sources);
	const char *const values[] = {receipt->table,
		arena_copy_text(arena, date_format(receipt->date, date)), receipt->run,
		arena_format(arena, "%" PRId64, receipt->rows),
		arena_format(arena, "%" PRId64, receipt->distinct_keys), receipt->hash,
		arena_format(arena, "%" PRId64, receipt->sequence),
		arena_format(arena, "%" PRId64, receipt->written_ms),
		arena_format(arena, "%" PRId64, receipt->verified_ms),
		arena_copy_text(arena, buffer_text(&sources)), receipt->nulls};
	for (size_t i = 0; i < RECEIPT_PARAMETERS; i++) {
		parameters[i] = (struct bigquery_parameter){
			arena_format(arena, "%c%zu", receipt_parameters[i].letter, number),
			receipt_parameters[i].type, values[i]};
		buffer_add_format(sql, "%s@%s", i == 0 ? "(" : ", ", parameters[i].name);
	}
	buffer_add_char(sql, ')');
	buffer_release(&sources);
}

static bool insert_receipts(struct warehouse *warehouse, const struct receipt *receipts,
	size_t count, struct error *err)
{
	struct buffer sql = {0};
	struct arena arena = {0};
	struct bigquery_result result;
	struct bigquery_parameter *parameters =
		memory_new_array(count * RECEIPT_PARAMETERS + 1, sizeof(*parameters));
	buffer_add_text(&sql, "INSERT INTO ");
	bigquery_add_layout(&sql, connection_of(warehouse), &bigquery_receipts_layout);
	buffer_add_text(&sql, " (" COLUMNS ", " NEW_COLUMN ") VALUES ");
	for (size_t i = 0; i < count; i++) {
		buffer_add_text(&sql, i == 0 ? "" : ", ");
		add_receipt(&parameters[i * RECEIPT_PARAMETERS], &arena, &sql, &receipts[i], i);
	}
	bool done = count == 0 || bigquery_run(warehouse, "receipt", buffer_text(&sql), parameters,
					  count * RECEIPT_PARAMETERS, &result, err);
	free(parameters);
	arena_release(&arena);
	buffer_release(&sql);
	return done;
}

static bool add_new_column(struct warehouse *warehouse, struct error *err)
{
	struct buffer sql = {0};
	struct bigquery_result result;
	buffer_add_text(&sql, "ALTER TABLE ");
	bigquery_add_layout(&sql, connection_of(warehouse), &bigquery_receipts_layout);
	buffer_add_text(&sql, " ADD COLUMN IF NOT EXISTS " NEW_COLUMN " STRING");
	bool done = bigquery_run(warehouse, "receipts", buffer_text(&sql), NULL, 0, &result, err);
	buffer_release(&sql);
	return done;
}

bool bigquery_store_receipts(struct warehouse *warehouse, const struct receipt *receipts,
	size_t count, struct error *err)
{
	struct error refused = {0};
	if (insert_receipts(warehouse, receipts, count, &refused))
		return true;
	if (!lacks_new_column(&refused))
		return fail_with(&refused, err);
	return add_new_column(warehouse, err) && insert_receipts(warehouse, receipts, count, err);
}

static bool delete_failures(
	struct warehouse *warehouse, const struct day_write *write, struct error *err)
{
	struct buffer sql = {0};
	struct bigquery_result result;
	char date[DATE_TEXT_BYTES];
	const struct bigquery_parameter parameters[] = {{"table", "STRING", write->layout->name},
		{"date", "DATE", date_format(write->date, date)}};
	buffer_add_text(&sql, "DELETE FROM ");
	bigquery_add_layout(&sql, connection_of(warehouse), &bigquery_failures_layout);
	buffer_add_text(&sql, " WHERE processor_name = @table AND analysis_date = @date");
	bool done = bigquery_run(warehouse, "failures", buffer_text(&sql), parameters,
		ARRAY_COUNT(parameters), &result, err);
	buffer_release(&sql);
	return done;
}

/* "@e12": the names live in the arena. */
static void add_parameter(struct bigquery_parameter *parameter, struct arena *arena,
	struct buffer *sql, char letter, size_t number, const char *value)
{
	*parameter = (struct bigquery_parameter){
		arena_format(arena, "%c%zu", letter, number), "STRING", value};
	buffer_add_format(sql, "@%s, ", parameter->name);
}

static bool insert_failures(struct warehouse *warehouse, const struct day_write *write,
	size_t first, size_t count, struct error *err)
{
	struct buffer sql = {0};
	struct arena arena = {0};
	struct bigquery_result result;
	char date[DATE_TEXT_BYTES];
	struct bigquery_parameter *parameters =
		memory_new_array(3 + 3 * count, sizeof(*parameters));
	parameters[0] = (struct bigquery_parameter){"table", "STRING", write->layout->name};
	parameters[1] = (struct bigquery_parameter){"date", "DATE", date_format(write->date, date)};
	parameters[2] = (struct bigquery_parameter){"run", "STRING", write->run};
	buffer_add_text(&sql, "INSERT INTO ");
	bigquery_add_layout(&sql, connection_of(warehouse), &bigquery_failures_layout);
	buffer_add_text(&sql, " (processor_name, run_id, analysis_date, entity_id,"
			      " failure_category, failure_reason, can_retry, created_ms) VALUES ");
	for (size_t i = 0; i < count; i++) {
		const struct failure *failure = &write->failures[first + i];
		struct bigquery_parameter *own = &parameters[3 + 3 * i];
		buffer_add_format(&sql, "%s(@table, @run, @date, ", i == 0 ? "" : ", ");
		add_parameter(&own[0], &arena, &sql, 'e', i, failure->entity);
		add_parameter(&own[1], &arena, &sql, 'c', i, failure->category);
		add_parameter(&own[2], &arena, &sql, 'r', i, failure->reason);
		buffer_add_format(&sql, "%s, %" PRId64 ")", failure->can_retry ? "TRUE" : "FALSE",
			write->now_ms);
	}
	bool done = bigquery_run(
		warehouse, "failures", buffer_text(&sql), parameters, 3 + 3 * count, &result, err);
	free(parameters);
	arena_release(&arena);
	buffer_release(&sql);
	return done;
}

bool bigquery_store_failures(
	struct warehouse *warehouse, const struct day_write *write, struct error *err)
{
	bool done = delete_failures(warehouse, write, err);
	for (size_t first = 0; done && first < write->failure_count;
		first += FAILURES_PER_STATEMENT) {
		size_t left = write->failure_count - first;
		done = insert_failures(warehouse, write, first,
			left < FAILURES_PER_STATEMENT ? left : FAILURES_PER_STATEMENT, err);
	}
	return done;
}
