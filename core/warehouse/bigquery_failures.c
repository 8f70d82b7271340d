/* What failed in the tables, counted; the records lie in backcourt_ops. */
#include "bigquery_backend.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>

static bool ask(struct warehouse *warehouse, const char *name, const struct buffer *sql,
	struct date_range range, bigquery_take_row take, void *context, struct error *err)
{
	char first[DATE_TEXT_BYTES], last[DATE_TEXT_BYTES];
	const struct bigquery_parameter parameters[] = {
		{"first", "DATE", date_format(range.first, first)},
		{"last", "DATE", date_format(range.last, last)}};
	return bigquery_ask_rows(warehouse, name, buffer_text(sql), parameters,
		ARRAY_COUNT(parameters), take, context, err);
}

static bool take_failure(
	const char *const *cells, size_t cell_count, void *context, struct error *err)
{
	struct failure_counts *counts = context;
	struct failure_count count = {0};
	if (cell_count != 5)
		return error_set(err, ERROR_WAREHOUSE, "BigQuery: a failure is malformed");
	if (!bigquery_cell_date(cells[1], &count.date, err) ||
		!bigquery_cell_integer(cells[3], &count.entities, err))
		return false;
	text_copy(count.table, sizeof(count.table), cells[0]);
	text_copy(count.category, sizeof(count.category), cells[2]);
	text_copy(count.reason, sizeof(count.reason), cells[4]);
	ARRAY_GROW(counts->items, counts->count, counts->capacity);
	counts->items[counts->count++] = count;
	return true;
}

bool bigquery_count_failures(struct warehouse *warehouse, struct date_range range,
	struct failure_counts *counts, struct error *err)
{
	struct failure_counts found = {0};
	struct buffer sql = {0};
	buffer_add_text(&sql, "SELECT processor_name, analysis_date, failure_category,"
			      " COUNT(DISTINCT entity_id), MAX(failure_reason) FROM ");
	bigquery_add_layout(&sql, connection_of(warehouse), &bigquery_failures_layout);
	buffer_add_text(&sql, " WHERE analysis_date BETWEEN @first AND @last GROUP BY"
			      " processor_name, analysis_date, failure_category ORDER BY"
			      " processor_name, analysis_date, failure_category");
	bool done = ask(warehouse, "failure_counts", &sql, range, take_failure, &found, err);
	buffer_release(&sql);
	if (!done) {
		free(found.items);
		found = (struct failure_counts){0};
		if (!bigquery_is_absent(warehouse, &bigquery_failures_layout, err))
			return false;
	}
	*counts = found;
	return true;
}

static bool take_lock(const char *const *cells, size_t cell_count, void *context, struct error *err)
{
	struct lock_counts *counts = context;
	struct lock_count count = {0};
	if (cell_count != 5)
		return error_set(err, ERROR_WAREHOUSE, "BigQuery: a lock-out is malformed");
	if (!bigquery_cell_date(cells[1], &count.date, err) ||
		!bigquery_cell_integer(cells[2], &count.at_risk, err) ||
		!bigquery_cell_integer(cells[3], &count.locked, err) ||
		!bigquery_cell_integer(cells[4], &count.until_ms, err))
		return false;
	text_copy(count.table, sizeof(count.table), cells[0]);
	if (count.at_risk + count.locked == 0)
		return true;
	ARRAY_GROW(counts->items, counts->count, counts->capacity);
	counts->items[counts->count++] = count;
	return true;
}

#define ENTITY "processor_name, analysis_date, entity_id"

/* The newest attempt of each entity decides. */
static void write_locks(const struct bigquery_connection *connection, int64_t tries, int64_t now_ms,
	struct buffer *sql)
{
	buffer_add_format(sql,
		"SELECT a.processor_name, a.analysis_date,"
		" COUNTIF(a.attempt_number >= %" PRId64
		" AND NOT (a.tripped AND IFNULL(a.until_ms, 0) > %" PRId64 ")),"
		" COUNTIF(a.tripped AND IFNULL(a.until_ms, 0) > %" PRId64 "),"
		" MAX(IF(a.tripped AND IFNULL(a.until_ms, 0) > %" PRId64 ", a.until_ms, 0)) FROM ",
		tries - 1, now_ms, now_ms, now_ms);
	/* Once each, also when a write was repeated while it was still under way. */
	buffer_add_text(
		sql, "(SELECT DISTINCT " ENTITY ", attempt_number, tripped, until_ms FROM ");
	bigquery_add_layout(sql, connection, &bigquery_attempts_layout);
	buffer_add_text(sql, " WHERE analysis_date BETWEEN @first AND @last) AS a"
			     " JOIN (SELECT " ENTITY ", MAX(attempt_number) AS newest FROM ");
	bigquery_add_layout(sql, connection, &bigquery_attempts_layout);
	buffer_add_text(sql, " WHERE analysis_date BETWEEN @first AND @last GROUP BY " ENTITY
			     ") AS m ON a.processor_name = m.processor_name"
			     " AND a.analysis_date = m.analysis_date"
			     " AND a.entity_id = m.entity_id AND a.attempt_number = m.newest"
			     " GROUP BY a.processor_name, a.analysis_date"
			     " ORDER BY a.processor_name, a.analysis_date");
}

bool bigquery_count_locks(struct warehouse *warehouse, struct date_range range, int64_t tries,
	int64_t now_ms, struct lock_counts *counts, struct error *err)
{
	struct lock_counts found = {0};
	struct buffer sql = {0};
	write_locks(connection_of(warehouse), tries, now_ms, &sql);
	bool done = ask(warehouse, "lock_counts", &sql, range, take_lock, &found, err);
	buffer_release(&sql);
	if (!done) {
		free(found.items);
		found = (struct lock_counts){0};
		if (!bigquery_is_absent(warehouse, &bigquery_attempts_layout, err))
			return false;
	}
	*counts = found;
	return true;
}
