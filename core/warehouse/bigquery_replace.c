/*
 * Days of one table are replaced: the table is looked at first, every day is one atomic load, all
 * are counted afterwards, and then they get their receipts.
 */
#include "bigquery_backend.h"

#include "base/memory.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

struct days {
	const struct day_write *writes;
	size_t count;
	struct receipts before; /* what was there */
	int64_t end_ms[DAYS_WRITTEN_MAX];
	int64_t rows[DAYS_WRITTEN_MAX]; /* as counted afterwards */
};

static struct date_range range_of(const struct days *days)
{
	return (struct date_range){days->writes[0].date, days->writes[days->count - 1].date};
}

static const char *name_of(const struct days *days)
{
	return days->writes[0].layout->name;
}

static bool take_count(
	const char *const *cells, size_t cell_count, void *context, struct error *err)
{
	struct days *days = context;
	date_t date;
	int64_t rows;
	if (cell_count != 2)
		return error_set(err, ERROR_WAREHOUSE, "BigQuery: a count is malformed");
	if (!bigquery_cell_date(cells[0], &date, err) ||
		!bigquery_cell_integer(cells[1], &rows, err))
		return false;
	for (size_t i = 0; i < days->count; i++)
		if (days->writes[i].date == date)
			days->rows[i] = rows;
	return true;
}

static bool check_counts(const struct days *days, struct error *err)
{
	for (size_t i = 0; i < days->count; i++) {
		char date[DATE_TEXT_BYTES];
		size_t written = days->writes[i].rows->count;
		if (days->rows[i] == (int64_t)written)
			continue;
		return error_set(err, ERROR_WAREHOUSE,
			"%s of %s: %zu rows were written, and %" PRId64
			" are there (does the partition expire, or does somebody else write?)",
			name_of(days), date_format(days->writes[i].date, date), written,
			days->rows[i]);
	}
	return true;
}

/* What the jobs say is one witness, what is there is another. */
static bool count_again(struct warehouse *warehouse, struct days *days, struct error *err)
{
	const struct table_layout *layout = days->writes[0].layout;
	struct buffer sql = {0};
	struct range_parameters parameters;
	bigquery_set_range(&parameters, range_of(days));
	memset(days->rows, 0, sizeof(days->rows));
	buffer_add_format(&sql, "SELECT `%s` AS d, COUNT(*) AS n FROM ", layout->date_column);
	bigquery_add_layout(&sql, connection_of(warehouse), layout);
	buffer_add_format(
		&sql, " WHERE `%s` BETWEEN @first AND @last GROUP BY d", layout->date_column);
	bool done = bigquery_ask_rows(warehouse, "recount", buffer_text(&sql),
			    parameters.parameters, parameters.count, take_count, days, err) &&
		    check_counts(days, err);
	buffer_release(&sql);
	return done;
}

/* The service's clock numbers the writes; never twice the same one for a table and date. */
static int64_t next_sequence(
	const struct receipt *before, const struct day_write *write, int64_t end_ms)
{
	int64_t next = end_ms > 0 ? end_ms : write->now_ms;
	return next > before->sequence ? next : before->sequence + 1;
}

static void make_receipt(
	const struct days *days, size_t index, struct receipt *receipt, bool *unchanged)
{
	const struct day_write *write = &days->writes[index];
	const struct receipt *before = receipts_find(&days->before, name_of(days), write->date);
	char hash[DIGEST_TEXT_BYTES];
	*receipt = before != NULL ? *before : (struct receipt){0};
	rows_hash(write->rows, hash);
	*unchanged = before != NULL && text_equal(hash, before->hash);
	if (!*unchanged) {
		receipt->sequence = next_sequence(receipt, write, days->end_ms[index]);
		receipt->written_ms = write->now_ms;
	}
	day_write_fill_receipt(write, receipt);
	receipt->distinct_keys = (int64_t)rows_distinct_keys(write->rows);
	text_copy(receipt->hash, sizeof(receipt->hash), hash);
}

static bool store_failures(struct warehouse *warehouse, const struct days *days, struct error *err)
{
	bool done = warehouse_fault_point("before the failures", err);
	for (size_t i = 0; done && i < days->count; i++) {
		const struct day_write *write = &days->writes[i];
		bool was_there = receipts_find(&days->before, name_of(days), write->date) != NULL;
		if (write->failure_count > 0 || was_there)
			done = bigquery_store_failures(warehouse, write, err);
	}
	return done;
}

/* The days whose rows are there get what proves it. */
static bool seal(struct warehouse *warehouse, struct days *days, struct receipt *receipts,
	bool *unchanged, struct error *err)
{
	if (!count_again(warehouse, days, err) || !store_failures(warehouse, days, err))
		return false;
	for (size_t i = 0; i < days->count; i++)
		make_receipt(days, i, &receipts[i], &unchanged[i]);
	return warehouse_fault_point("before the receipt", err) &&
	       bigquery_store_receipts(warehouse, receipts, days->count, err);
}

/* Nothing is written before every day has been found writable. */
static bool look_first(struct warehouse *warehouse, struct days *days, struct bigquery_table *table,
	struct error *err)
{
	const struct table_layout *layout = days->writes[0].layout;
	for (size_t i = 0; i < days->count; i++)
		if (!day_write_check(&days->writes[i], err))
			return false;
	bool done = bigquery_get_table(connection_of(warehouse)->client,
		bigquery_dataset_of(layout), layout->name, table, err);
	for (size_t i = 0; done && i < days->count; i++)
		done = bigquery_check_table(warehouse, table, &days->writes[i], err);
	return done &&
	       bigquery_receipts_of(warehouse, layout->name, range_of(days), &days->before, err);
}

bool bigquery_replace_days(struct warehouse *warehouse, const struct day_write *writes,
	size_t count, struct receipt *receipts, bool *unchanged, size_t *written, struct error *err)
{
	struct days days = {.writes = writes, .count = count};
	struct bigquery_table table = {0};
	size_t put = 0;
	*written = 0;
	assert(count <= DAYS_WRITTEN_MAX);
	if (count == 0)
		return true;
	bigquery_set_cancel(connection_of(warehouse)->client, warehouse->cancel);
	bool done = look_first(warehouse, &days, &table, err);
	while (done && put < count) {
		done = bigquery_put_day(warehouse, &writes[put], &table, &days.end_ms[put], err);
		put += done;
	}
	days.count = put;
	/* After a failure those before it are still sealed; its own sentence is the one to tell. */
	if (put > 0 && seal(warehouse, &days, receipts, unchanged, done ? err : NULL))
		*written = put;
	bigquery_table_release(&table);
	receipts_release(&days.before);
	return done && *written == count;
}

bool bigquery_replace_day(struct warehouse *warehouse, const struct day_write *write,
	struct receipt *receipt, bool *unchanged, struct error *err)
{
	struct receipt made;
	bool is_same = false;
	size_t written;
	if (!bigquery_replace_days(warehouse, write, 1, &made, &is_same, &written, err))
		return false;
	*receipt = made;
	*unchanged = is_same;
	return true;
}
