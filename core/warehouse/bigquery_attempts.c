/* The circuit breaker's table (phase 3, 1.7; phase 4, 2.3), in backcourt_ops. */
#include "bigquery_backend.h"

#include "base/digest.h"
#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static bool take_attempt(
	const char *const *cells, size_t cell_count, void *context, struct error *err)
{
	struct attempt_rows *attempts = context;
	struct attempt_row row = {0};
	if (cell_count != 5)
		return error_set(err, ERROR_WAREHOUSE, "BigQuery: an attempt is malformed");
	if (!bigquery_cell_date(cells[0], &row.date, err) ||
		!bigquery_cell_integer(cells[2], &row.attempts, err) ||
		(cells[4] != NULL && !bigquery_cell_integer(cells[4], &row.until_ms, err)))
		return false;
	text_copy(row.entity, sizeof(row.entity), cells[1]);
	row.tripped = text_equal(cells[3], "true");
	ARRAY_GROW(attempts->items, attempts->count, attempts->capacity);
	attempts->items[attempts->count++] = row;
	return true;
}

/* The newest attempt of each entity, once: of a write that was repeated while it was still under
 * way there may be two. */
static void write_newest(const struct bigquery_connection *connection, struct buffer *sql)
{
	buffer_add_text(sql,
		"SELECT DISTINCT a.analysis_date, a.entity_id, a.attempt_number, a.tripped,"
		" a.until_ms FROM ");
	bigquery_add_layout(sql, connection, &bigquery_attempts_layout);
	buffer_add_text(sql, " AS a JOIN (SELECT analysis_date, entity_id, MAX(attempt_number) AS"
			     " newest FROM ");
	bigquery_add_layout(sql, connection, &bigquery_attempts_layout);
	buffer_add_text(sql,
		" WHERE processor_name = @table AND analysis_date BETWEEN @first AND @last"
		" GROUP BY analysis_date, entity_id) AS m ON a.analysis_date = m.analysis_date"
		" AND a.entity_id = m.entity_id AND a.attempt_number = m.newest"
		" WHERE a.processor_name = @table AND a.analysis_date BETWEEN @first AND @last");
}

bool bigquery_read_attempts(struct warehouse *warehouse, const char *table, struct date_range range,
	struct attempt_rows *attempts, struct error *err)
{
	struct attempt_rows found = {0};
	struct buffer sql = {0};
	char first[DATE_TEXT_BYTES], last[DATE_TEXT_BYTES];
	const struct bigquery_parameter parameters[] = {{"table", "STRING", table},
		{"first", "DATE", date_format(range.first, first)},
		{"last", "DATE", date_format(range.last, last)}};
	write_newest(connection_of(warehouse), &sql);
	buffer_add_text(&sql, " ORDER BY a.analysis_date, a.entity_id");
	bool done = bigquery_ask_rows(warehouse, "attempts", buffer_text(&sql), parameters,
		ARRAY_COUNT(parameters), take_attempt, &found, err);
	buffer_release(&sql);
	if (!done) {
		free(found.items);
		found = (struct attempt_rows){0};
		if (!bigquery_is_absent(warehouse, &bigquery_attempts_layout, err))
			return false;
	}
	*attempts = found;
	return true;
}

bool bigquery_add_attempt(struct warehouse *warehouse, const char *table,
	const struct attempt_row *attempt, double completeness_pct, const char *skip_reason,
	int64_t now_ms, struct error *err)
{
	struct buffer sql = {0};
	struct bigquery_result result;
	char date[DATE_TEXT_BYTES], percent[REAL_TEXT_BYTES], count[24], now[24], until[24];
	snprintf(count, sizeof(count), "%" PRId64, attempt->attempts);
	snprintf(now, sizeof(now), "%" PRId64, now_ms);
	snprintf(until, sizeof(until), "%" PRId64, attempt->until_ms);
	const struct bigquery_parameter parameters[] = {{"table", "STRING", table},
		{"date", "DATE", date_format(attempt->date, date)},
		{"entity", "STRING", attempt->entity}, {"count", "INT64", count},
		{"now", "INT64", now},
		{"percent", "FLOAT64", real_format(completeness_pct, percent)},
		{"reason", "STRING", skip_reason},
		{"tripped", "BOOL", attempt->tripped ? "true" : "false"},
		{"until", "INT64", attempt->until_ms == 0 ? NULL : until}};
	buffer_add_text(&sql, "INSERT INTO ");
	bigquery_add_layout(&sql, connection_of(warehouse), &bigquery_attempts_layout);
	buffer_add_text(&sql,
		" (processor_name, analysis_date, entity_id, attempt_number, attempted_ms,"
		" completeness_pct, skip_reason, tripped, until_ms) VALUES (@table, @date, @entity,"
		" @count, @now, @percent, @reason, @tripped, @until)");
	bool done = bigquery_run(warehouse, "attempt", buffer_text(&sql), parameters,
		ARRAY_COUNT(parameters), &result, err);
	buffer_release(&sql);
	return done;
}

static int64_t count_tripped(const struct attempt_rows *attempts)
{
	int64_t count = 0;
	for (size_t i = 0; i < attempts->count; i++)
		count += attempts->items[i].tripped;
	return count;
}

/* A new attempt on top of every tripped one. */
static bool lay_over(struct warehouse *warehouse, const char *table, struct date_range range,
	int64_t now_ms, struct error *err)
{
	struct buffer sql = {0};
	struct bigquery_result result;
	char first[DATE_TEXT_BYTES], last[DATE_TEXT_BYTES], now[24];
	snprintf(now, sizeof(now), "%" PRId64, now_ms);
	const struct bigquery_parameter parameters[] = {{"table", "STRING", table},
		{"first", "DATE", date_format(range.first, first)},
		{"last", "DATE", date_format(range.last, last)}, {"now", "INT64", now}};
	buffer_add_text(&sql, "INSERT INTO ");
	bigquery_add_layout(&sql, connection_of(warehouse), &bigquery_attempts_layout);
	buffer_add_text(&sql,
		" (processor_name, analysis_date, entity_id, attempt_number, attempted_ms,"
		" skip_reason, tripped) SELECT @table, analysis_date, entity_id,"
		" attempt_number + 1, @now, '" BREAKER_RESET_REASON "', FALSE FROM (");
	write_newest(connection_of(warehouse), &sql);
	buffer_add_text(&sql, ") AS newest WHERE tripped");
	bool done = bigquery_run(warehouse, "breaker", buffer_text(&sql), parameters,
		ARRAY_COUNT(parameters), &result, err);
	buffer_release(&sql);
	return done;
}

bool bigquery_reset_breaker(struct warehouse *warehouse, const char *table, struct date_range range,
	int64_t now_ms, int64_t *reset_count, struct error *err)
{
	struct attempt_rows attempts;
	if (!bigquery_read_attempts(warehouse, table, range, &attempts, err))
		return false;
	int64_t tripped = count_tripped(&attempts);
	free(attempts.items);
	if (tripped > 0 && !lay_over(warehouse, table, range, now_ms, err))
		return false;
	*reset_count = tripped;
	return true;
}
