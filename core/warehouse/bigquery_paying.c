/*
 * What a statement may bill is reserved before it is sent, and settled by its bill. Those of
 * processes that died meanwhile are asked for first: what their jobs have cost is known over there.
 */
#include "bigquery_backend.h"
#include "bigquery_parts.h"

#include "base/cancel.h"
#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BUDGET_WAIT_MS 600000
#define BUDGET_LOOK_MS 100
#define OWED_MAX       16 /* bills that a connection asks for */

/* Others may hold what is left of the day's until their statements end. */
static bool wait_for_budget(struct warehouse *warehouse, int64_t least, int64_t most,
	struct budget_hold *hold, struct error *err)
{
	struct error refused;
	int64_t until_ms = clock_monotonic_ms() + BUDGET_WAIT_MS;
	while (!budget_reserve(least, most, hold, &refused)) {
		if (refused.kind != ERROR_BUSY || clock_monotonic_ms() >= until_ms)
			return error_set(err, refused.kind, "%s", refused.text);
		cancel_sleep_ms(warehouse->cancel, BUDGET_LOOK_MS);
		if (cancel_level(warehouse->cancel) == CANCEL_NOW)
			return error_set(err, ERROR_CANCELLED, "stopped: %s", refused.text);
	}
	return true;
}

/* "PROJECT JOB" */
static void note_job(void *context, const char *job)
{
	const struct bigquery_payment *payment = context;
	char name[BUDGET_NAME_BYTES];
	int length = snprintf(name, sizeof(name), "%s %s", payment->project, job);
	if (length > 0 && (size_t)length < sizeof(name))
		budget_name(&payment->hold, name);
}

/* One question, without patience: the statement that waits for it has its own. */
static bool look_at_bill(struct bigquery *client, const struct bigquery_job *job, json_t **found)
{
	struct buffer path = {0};
	bigquery_add_job_path(&path, client, "jobs", job);
	if (job->location[0] != '\0')
		buffer_add_format(&path, "?location=%s", job->location);
	const struct bigquery_call call = {.path = buffer_text(&path), .is_one_try = true};
	bool done = bigquery_ask(client, &call, "cannot see what a job cost", found, NULL, NULL);
	buffer_release(&path);
	return done;
}

/* False: it is under way, or cannot be asked for from here. One that has never come there has cost
 * nothing; the least stays counted, like of one that failed. */
static bool find_bill(
	const struct bigquery_connection *connection, const struct budget_owed *owed, int64_t *paid)
{
	struct bigquery_job job = {.is_query = true};
	const char *space = strchr(owed->name, ' ');
	if (space == NULL)
		return false;
	size_t length = (size_t)(space - owed->name);
	json_t *found;
	if (length != strlen(connection->place.project) ||
		strncmp(owed->name, connection->place.project, length) != 0 ||
		strlen(space + 1) >= sizeof(job.id) || !bigquery_is_word(space + 1))
		return false;
	text_copy(job.id, sizeof(job.id), space + 1);
	text_copy(job.location, sizeof(job.location), connection->place.location);
	*paid = owed->least;
	if (!look_at_bill(connection->client, &job, &found))
		return bigquery_last_failure(connection->client)->trouble == TROUBLE_MISSING;
	bool is_over = text_equal(bigquery_text_at(found, "status.state"), "DONE");
	*paid = bigquery_integer_at(found, "statistics.query.totalBytesBilled", owed->least);
	json_decref(found);
	return is_over;
}

static void ask_for_bills(struct bigquery_connection *connection)
{
	struct budget_owed owed[OWED_MAX];
	size_t count = 0;
	int64_t paid;
	if (connection->has_asked_for_bills)
		return;
	connection->has_asked_for_bills = true;
	budget_find_owed(owed, OWED_MAX, &count, NULL);
	for (size_t i = 0; i < count; i++)
		if (find_bill(connection, &owed[i], &paid))
			budget_settle_owed(&owed[i], paid, NULL);
}

bool bigquery_begin_paying(struct warehouse *warehouse, struct bigquery_query *query,
	const struct bigquery_cost *cost, struct bigquery_payment *payment, struct error *err)
{
	struct bigquery_connection *connection = connection_of(warehouse);
	int64_t billed_max = connection->place.billed_bytes_max;
	int64_t least = cost->least > 0 ? cost->least : BIGQUERY_BILLED_MIN;
	int64_t most = cost->most > 0 && cost->most < billed_max ? cost->most : billed_max;
	bigquery_set_cancel(connection->client, warehouse->cancel);
	ask_for_bills(connection);
	bigquery_forget_failure(connection->client);
	payment->project = connection->place.project;
	if (!wait_for_budget(warehouse, least, most > least ? most : least, &payment->hold, err))
		return false;
	query->billed_bytes_max =
		payment->hold.bytes < billed_max ? payment->hold.bytes : billed_max;
	connection->client->hear_job = note_job;
	connection->client->hear_context = payment;
	return true;
}

bool bigquery_end_paying(struct warehouse *warehouse, const struct bigquery_query *query,
	struct bigquery_payment *payment, const struct bigquery_result *result, struct error *err)
{
	const struct bigquery_connection *connection = connection_of(warehouse);
	bool is_expensive = bigquery_last_failure(connection->client)->trouble == TROUBLE_EXPENSIVE;
	connection->client->hear_job = NULL;
	if (result != NULL)
		return budget_settle(&payment->hold, result->bytes_billed, err);
	budget_settle(&payment->hold, payment->hold.least, NULL);
	if (is_expensive && query->billed_bytes_max < connection->place.billed_bytes_max)
		return error_prefix(err,
			"the daily budget of BigQuery has no more than %" PRId64
			" MiB left for it (--budget MIB raises it)",
			query->billed_bytes_max / 1048576);
	return false;
}
