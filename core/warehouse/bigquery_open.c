#include "bigquery_backend.h"

#include "base/cancel.h"
#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Of a replace_days: receipts are read, opened, and sealed behind a recount. */
#define WRITE_STATEMENTS INT64_C(4)

const char *bigquery_dataset_of(const struct table_layout *layout)
{
	return strcmp(layout->dataset, "nba_raw") == 0 ? RAW_DATASET : layout->dataset;
}

void bigquery_add_table(struct buffer *sql, const struct bigquery_connection *connection,
	const char *dataset, const char *name)
{
	buffer_add_format(sql, "`%s.%s.%s`", connection->place.project, dataset, name);
}

void bigquery_add_layout(struct buffer *sql, const struct bigquery_connection *connection,
	const struct table_layout *layout)
{
	bigquery_add_table(sql, connection, bigquery_dataset_of(layout), layout->name);
}

/* An emulator that bills nothing may not say what it would read either. */
bool bigquery_ask_estimate(struct warehouse *warehouse, const struct bigquery_query *query,
	int64_t *bytes, struct error *err)
{
	const struct bigquery_connection *connection = connection_of(warehouse);
	if (bigquery_estimate(connection->client, query, bytes, err))
		return true;
	if (!connection->place.is_emulator ||
		bigquery_last_failure(connection->client)->trouble != TROUBLE_NONE)
		return false;
	*bytes = 0;
	return true;
}

/* Instead of being asked: no rows, and the day's budget is not touched. */
static bool add_estimate(
	struct warehouse *warehouse, const struct bigquery_query *query, struct error *err)
{
	int64_t bytes;
	bigquery_set_cancel(connection_of(warehouse)->client, warehouse->cancel);
	if (!bigquery_ask_estimate(warehouse, query, &bytes, err))
		return false;
	*warehouse->estimated_bytes += bytes;
	return true;
}

bool bigquery_ask_at_cost(struct warehouse *warehouse, struct bigquery_query *query,
	const struct bigquery_cost *cost, bigquery_take_row take, void *context, struct error *err)
{
	struct bigquery_result result;
	struct bigquery_payment payment;
	query->rows_max = FRAME_ROWS_MAX;
	if (warehouse->estimated_bytes != NULL)
		return add_estimate(warehouse, query, err);
	if (!bigquery_begin_paying(warehouse, query, cost, &payment, err))
		return false;
	warehouse->selects++;
	bool done = bigquery_select(
		connection_of(warehouse)->client, query, take, context, &result, err);
	return bigquery_end_paying(warehouse, query, &payment, done ? &result : NULL, err);
}

bool bigquery_ask_rows(struct warehouse *warehouse, const char *name, const char *sql,
	const struct bigquery_parameter *parameters, size_t parameter_count, bigquery_take_row take,
	void *context, struct error *err)
{
	struct bigquery_query query = {.name = name,
		.sql = sql,
		.parameters = parameters,
		.parameter_count = parameter_count};
	return bigquery_ask_at_cost(
		warehouse, &query, &(const struct bigquery_cost){0}, take, context, err);
}

bool bigquery_run(struct warehouse *warehouse, const char *name, const char *sql,
	const struct bigquery_parameter *parameters, size_t parameter_count,
	struct bigquery_result *result, struct error *err)
{
	struct bigquery_query query = {.name = name,
		.sql = sql,
		.parameters = parameters,
		.parameter_count = parameter_count};
	struct bigquery_payment payment;
	if (!bigquery_begin_paying(
		    warehouse, &query, &(const struct bigquery_cost){0}, &payment, err))
		return false;
	bool done = bigquery_execute(connection_of(warehouse)->client, &query, result, err);
	return bigquery_end_paying(warehouse, &query, &payment, done ? result : NULL, err);
}

/* The service does not tell strangers whether a table exists. */
bool bigquery_was_missing(const struct warehouse *warehouse)
{
	const struct bigquery_failure *failure =
		bigquery_last_failure(connection_of(warehouse)->client);
	return failure->trouble == TROUBLE_MISSING ||
	       (failure->trouble == TROUBLE_DENIED &&
		       strstr(failure->message, "perhaps it does not exist") != NULL);
}

/* Where the jobs run in another place than the data, the service says "not found" of all tables. */
bool bigquery_is_absent(
	struct warehouse *warehouse, const struct table_layout *layout, struct error *err)
{
	struct bigquery *client = connection_of(warehouse)->client;
	struct bigquery_failure refused = *bigquery_last_failure(client);
	struct bigquery_table table = {0};
	const char *dataset = bigquery_dataset_of(layout);
	if (!bigquery_was_missing(warehouse))
		return false;
	if (refused.trouble != TROUBLE_MISSING)
		return true;
	if (!bigquery_get_table(client, dataset, layout->name, &table, err))
		return bigquery_was_missing(warehouse);
	bigquery_table_release(&table);
	return error_set(err, ERROR_CONFIG,
		"BigQuery: %.250s (status %ld), but %s.%s is there: is the location right? "
		"(location=... in the warehouse's name)",
		refused.message, refused.status, dataset, layout->name);
}

bool bigquery_cell_integer(const char *cell, int64_t *value, struct error *err)
{
	return (cell != NULL && text_to_integer(cell, value)) ||
	       error_set(err, ERROR_WAREHOUSE, "BigQuery: \"%.40s\" is not a whole number",
		       cell == NULL ? "NULL" : cell);
}

bool bigquery_cell_date(const char *cell, date_t *date, struct error *err)
{
	return (cell != NULL && date_parse(cell, date)) ||
	       error_set(err, ERROR_WAREHOUSE, "BigQuery: \"%.40s\" is not a date",
		       cell == NULL ? "NULL" : cell);
}

static void close_connection(struct warehouse *warehouse)
{
	struct bigquery_connection *connection = connection_of(warehouse);
	if (connection->client != NULL)
		bigquery_load_abandon(warehouse);
	bigquery_free(connection->client);
	bigquery_identity_give_back(connection->identity);
	bigquery_place_release(&connection->place);
	receipts_release(&connection->announced);
	bigquery_forget_left(&connection->left);
	free(warehouse->name);
	free(connection);
}

static void hear_details(struct warehouse *warehouse, const struct detail_listener *listener)
{
	bigquery_hear_details(connection_of(warehouse)->client, listener);
}

static bool connect(struct bigquery_connection *connection, struct error *err)
{
	struct bigquery_place *place = &connection->place;
	const struct credential *credential = NULL;
	if (!place->is_emulator) {
		if (!bigquery_identity_take(place, &connection->identity, err))
			return false;
		credential = bigquery_identity_credential(connection->identity);
	}
	if (!bigquery_place_complete(place, credential, err))
		return false;
	const struct bigquery_settings settings = {.project = place->project,
		.endpoint = place->endpoint,
		.location = place->location,
		.ca_file = place->ca_file,
		.run = place->run,
		.tokens =
			credential == NULL ? NULL : bigquery_identity_tokens(connection->identity),
		.quota_project = bigquery_quota_project(place, credential),
		.is_emulator = place->is_emulator,
		.is_read_only = place->is_read_only};
	return bigquery_new(&settings, &connection->client, err);
}

/* Nothing is asked yet: a login that fails is told by the first question. */
static bool open_place(
	const char *text, enum warehouse_mode mode, struct warehouse **opened, struct error *err)
{
	struct bigquery_connection *connection = memory_new(sizeof(*connection));
	struct warehouse *warehouse = &connection->shared;
	warehouse->backend = &bigquery_backend;
	bool done = bigquery_place_parse(text, NULL, &connection->place, err);
	if (done && mode != WAREHOUSE_READ && connection->place.is_read_only)
		done = error_set(err, ERROR_USAGE, "bigquery:%s is read-only",
			connection->place.project == NULL ? "" : connection->place.project);
	if (!done || !connect(connection, err)) {
		close_connection(warehouse);
		return false;
	}
	warehouse->name = memory_format("bigquery:%s%s", connection->place.project,
		connection->place.is_emulator ? " (EMULATOR)" : "");
	*opened = warehouse;
	return true;
}

/* What is wrong with the place is told by whoever opens it: a misspelt option is no empty project.
 */
static bool exists(const char *text)
{
	(void)text;
	return true;
}

const struct warehouse_backend bigquery_backend = {
	.prefix = "bigquery",
	.read_only_option = "read_only=1",
	.finds_its_place = true,
	.exists = exists,
	.open = open_place,
	.close = close_connection,
	.hear_details = hear_details,
	.prepare = bigquery_prepare_tables,
	.read = bigquery_read_frame,
	.replace_day = bigquery_replace_day,
	.replace_days = bigquery_replace_days,
	.withdraw = bigquery_withdraw,
	.store_receipts = bigquery_store_receipts,
	.fit = bigquery_fit,
	.rows_bytes = bigquery_rows_bytes,
	.estimate_read = bigquery_estimate_read,
	.billed_least = BIGQUERY_BILLED_MIN,
	.billed_write_least = WRITE_STATEMENTS * BIGQUERY_BILLED_MIN,
	.receipts = bigquery_receipts,
	.count_days = bigquery_count_days,
	.overview = bigquery_overview,
	.raw_days = bigquery_raw_days,
	.load_begin = bigquery_load_begin,
	.load_row = bigquery_load_row,
	.load_commit = bigquery_load_commit,
	.load_abandon = bigquery_load_abandon,
	.read_attempts = bigquery_read_attempts,
	.add_attempt = bigquery_add_attempt,
	.reset_breaker = bigquery_reset_breaker,
	.look = bigquery_look,
	.repair = bigquery_repair,
	.count_failures = bigquery_count_failures,
	.count_locks = bigquery_count_locks,
	.records = {[RECORD_FAILURES] = &bigquery_failures_layout,
		[RECORD_ATTEMPTS] = &bigquery_attempts_layout},
	.put_records = bigquery_put_records,
	.sample_rows = bigquery_sample_rows,
};
