/*
 * Days of one table are replaced: the table is looked at first, what others have left under way
 * into a day is seen to end, receipts are opened, every day is
 * one atomic load (a few under way at a time), all are counted afterwards, and then they get their
 * receipts.
 */
#include "bigquery_backend.h"

#include "base/memory.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum day_state {
	DAY_UNTOUCHED, /* or refused: the rows are those of before */
	DAY_IN_DOUBT,
	DAY_THERE, /* the new rows */
};

struct days {
	const struct day_write *writes;
	size_t count;
	struct receipts before; /* what was there */
	struct day_put puts[DAYS_WRITTEN_MAX];
	enum day_state states[DAYS_WRITTEN_MAX];
	struct day_opening openings[DAYS_WRITTEN_MAX];
	int64_t rows[DAYS_WRITTEN_MAX]; /* as counted afterwards */
};

static struct date_range range_of(const struct days *days)
{
	return (struct date_range){days->writes[0].date, days->writes[days->count - 1].date};
}

/* Also of the dates that may be announced with these. */
static struct date_range range_to_come(const struct days *days)
{
	const struct day_write *last = &days->writes[days->count - 1];
	return (struct date_range){days->writes[0].date, bigquery_last_coming(last)};
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
		if (days->states[i] != DAY_THERE || days->rows[i] == (int64_t)written)
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
	receipt->is_open = false;
	rows_hash(write->rows, hash);
	*unchanged = before != NULL && text_equal(hash, before->hash);
	if (!*unchanged) {
		receipt->sequence = next_sequence(receipt, write, days->puts[index].end_ms);
		receipt->written_ms = write->now_ms;
	}
	day_write_fill_receipt(write, receipt);
	if (receipt->verified_ms <= days->openings[index].at_ms)
		receipt->verified_ms = days->openings[index].at_ms + 1;
	receipt->distinct_keys = (int64_t)rows_distinct_keys(write->rows);
	text_copy(receipt->hash, sizeof(receipt->hash), hash);
}

/* A write before this one, also one that a crash has cut, may have left failures. */
static bool was_written(const struct days *days, size_t index)
{
	const struct receipt *before =
		receipts_find(&days->before, name_of(days), days->writes[index].date);
	return before != NULL &&
	       !(receipt_is_announcement(before) && days->openings[index].is_ours);
}

static bool store_failures(struct warehouse *warehouse, const struct days *days, struct error *err)
{
	bool done = warehouse_fault_point("before the failures", err);
	for (size_t i = 0; done && i < days->count; i++) {
		const struct day_write *write = &days->writes[i];
		if (!write->keeps_failures && days->states[i] == DAY_THERE &&
			(write->failure_count > 0 || was_written(days, i)))
			done = bigquery_store_failures(warehouse, write, err);
	}
	return done;
}

/* Rows that nobody has touched keep the receipt that they had. What fails here stays open: that
 * costs a write, and hides nothing. */
static void close_untouched(struct warehouse *warehouse, const struct days *days)
{
	struct receipt *closed = memory_new_array(days->count, sizeof(*closed));
	size_t count = 0;
	for (size_t i = 0; i < days->count; i++)
		if (days->states[i] == DAY_UNTOUCHED)
			count += bigquery_close_day(&days->before, &days->writes[i],
				&days->openings[i], &closed[count]);
	if (count > 0)
		bigquery_store_receipts(warehouse, closed, count, NULL);
	free(closed);
}

/* The days whose rows are there get what proves it. */
static bool seal(struct warehouse *warehouse, struct days *days, struct receipt *receipts,
	bool *unchanged, struct error *err)
{
	if (!count_again(warehouse, days, err) || !store_failures(warehouse, days, err))
		return false;
	struct receipt *sealed = memory_new_array(days->count, sizeof(*sealed));
	size_t count = 0;
	for (size_t i = 0; i < days->count; i++) {
		if (days->states[i] != DAY_THERE)
			continue;
		make_receipt(days, i, &receipts[i], &unchanged[i]);
		sealed[count++] = receipts[i];
	}
	bool done = warehouse_fault_point("before the receipt", err) &&
		    bigquery_store_receipts(warehouse, sealed, count, err);
	free(sealed);
	return done;
}

/* A job that has failed has changed nothing, nor has one that was refused. `is_sent`: the request
 * was about a job that runs, and its refusal says nothing of that; only the job itself does. */
static bool was_refused(const struct bigquery_connection *connection, bool is_sent)
{
	const struct bigquery_failure *failure = bigquery_last_failure(connection->client);
	if (is_sent && failure->status != 0)
		return false;
	switch (failure->trouble) {
	case TROUBLE_JOB:
	case TROUBLE_EXPENSIVE:
	case TROUBLE_QUOTA:
	case TROUBLE_DENIED:
	case TROUBLE_INVALID:
	case TROUBLE_STREAMING:
		return true;
	case TROUBLE_NONE:
	case TROUBLE_MISSING:
	case TROUBLE_RATE:
	case TROUBLE_SERVER:
	case TROUBLE_LOGIN:
	case TROUBLE_EXISTS:
	case TROUBLE_STALE:
	case TROUBLE_IN_USE:
	case TROUBLE_BIG:
	case TROUBLE_STOPPED:
	case TROUBLE_TIMEOUT:
	case TROUBLE_PROXY:
	case TROUBLE_UNSUPPORTED:
	case TROUBLE_NETWORK:
	case TROUBLE_UNKNOWN:
		return false;
	}
	return false;
}

static bool begin_day(struct warehouse *warehouse, struct days *days, size_t index,
	const struct bigquery_table *table, struct error *err)
{
	struct day_put *put = &days->puts[index];
	bool done = bigquery_begin_day(warehouse, &days->writes[index], table, put, err);
	bool is_safe = !put->is_begun ||
		       (!done && put->is_load && was_refused(connection_of(warehouse), false));
	days->states[index] = is_safe ? DAY_UNTOUCHED : DAY_IN_DOUBT;
	if (!done)
		bigquery_release_day(put);
	return done;
}

static bool end_day(struct warehouse *warehouse, struct days *days, size_t index, struct error *err)
{
	struct day_put *put = &days->puts[index];
	bool done = bigquery_end_day(warehouse, put, err);
	bool is_safe = !done && !put->is_stored && was_refused(connection_of(warehouse), true);
	days->states[index] = done ? DAY_THERE : is_safe ? DAY_UNTOUCHED : DAY_IN_DOUBT;
	buffer_release(&put->lines);
	return done;
}

/* In order, and a few at a time: the service works on some while others are sent. After a failure
 * nothing is begun any more; what is under way is ended, and its own sentence is the one to tell.
 */
static bool put_days(struct warehouse *warehouse, struct days *days,
	const struct bigquery_table *table, struct error *err)
{
	size_t begun = 0, ended = 0;
	bool done = true;
	while (ended < begun || (done && begun < days->count)) {
		if (done && begun < days->count && begun - ended < LOADS_IN_FLIGHT) {
			done = begin_day(warehouse, days, begun, table, err);
			begun += done;
		} else {
			bool is_there = end_day(warehouse, days, ended++, done ? err : NULL);
			done = done && is_there;
		}
	}
	return done;
}

static bool has_doubt(const struct days *days)
{
	bool is_found = false;
	for (size_t i = 0; i < days->count; i++)
		is_found = is_found || days->states[i] == DAY_IN_DOUBT;
	return is_found;
}

static size_t count_there(const struct days *days, bool is_prefix)
{
	size_t count = 0;
	for (size_t i = 0; i < days->count; i++) {
		if (is_prefix && days->states[i] != DAY_THERE)
			break;
		count += days->states[i] == DAY_THERE;
	}
	return count;
}

static bool read_before(struct warehouse *warehouse, struct days *days, struct error *err)
{
	return bigquery_receipts_of(
		warehouse, name_of(days), range_to_come(days), &days->before, err);
}

/* What has ended meanwhile may have got its receipt: they are read again. */
static bool settle_left(struct warehouse *warehouse, struct days *days, struct error *err)
{
	size_t settled = 0;
	for (size_t i = 0; i < days->count; i++) {
		const struct day_write *write = &days->writes[i];
		if (bigquery_is_left_open(connection_of(warehouse),
			    receipts_find(&days->before, name_of(days), write->date)) &&
			!bigquery_settle_left(warehouse, write, &settled, err))
			return false;
	}
	if (settled == 0)
		return true;
	receipts_release(&days->before);
	return read_before(warehouse, days, err);
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
	return done && read_before(warehouse, days, err) && settle_left(warehouse, days, err);
}

bool bigquery_replace_days(struct warehouse *warehouse, const struct day_write *writes,
	size_t count, struct receipt *receipts, bool *unchanged, size_t *written, struct error *err)
{
	struct days days = {.writes = writes, .count = count};
	struct bigquery_table table = {0};
	*written = 0;
	assert(count <= DAYS_WRITTEN_MAX);
	if (count == 0)
		return true;
	bigquery_set_cancel(connection_of(warehouse)->client, warehouse->cancel);
	bool is_open =
		look_first(warehouse, &days, &table, err) &&
		bigquery_open_days(warehouse, writes, count, &days.before, days.openings, err);
	bool done = is_open && put_days(warehouse, &days, &table, err);
	/* After a failure those that are there are still sealed. */
	if (count_there(&days, false) > 0 &&
		seal(warehouse, &days, receipts, unchanged, done ? err : NULL))
		*written = count_there(&days, true);
	if (is_open && !done)
		close_untouched(warehouse, &days);
	/* A job of ours may be among those that are under way from now on. */
	if (has_doubt(&days))
		bigquery_forget_left(&connection_of(warehouse)->left);
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
