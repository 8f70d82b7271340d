/* Jobs that another writer has left at the service, and that would still change a date of ours. */
#include "bigquery_backend.h"
#include "bigquery_parts.h"

#include "base/cancel.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGES_MAX	20
#define LISTING_LIFE_MS 600000
#define PATIENCE_MS	120000 /* from the listing on; a load takes seconds */
#define CANCELLING_MS	60000
#define POLL_FIRST_MS	500
#define POLL_LONGEST_MS 5000
#define UNDER_WAY                                                 \
	"&stateFilter=pending&stateFilter=running"                \
	"&fields=nextPageToken,jobs(jobReference(jobId,location)" \
	",state,status(state))"

void bigquery_name_day(const struct day_write *write, char name[2 * TABLE_NAME_BYTES])
{
	int year, month, day;
	date_split(write->date, &year, &month, &day);
	snprintf(name, 2 * (size_t)TABLE_NAME_BYTES, "%.48s_%04d%02d%02d", write->layout->name,
		year, month, day);
}

static bool is_of_day(const struct bigquery_job *job, const struct day_write *write)
{
	char name[2 * TABLE_NAME_BYTES], begin[3 * TABLE_NAME_BYTES];
	bigquery_name_day(write, name);
	snprintf(begin, sizeof(begin), "backcourt_%s_", name);
	return text_starts_with(job->id, begin);
}

static const char *state_of(const json_t *job)
{
	const char *state = bigquery_text_at(job, "status.state");
	return state != NULL ? state : bigquery_text_at(job, "state");
}

static bool is_done(const json_t *job)
{
	return text_equal(state_of(job), "DONE");
}

static void note_jobs(struct left_jobs *left, const json_t *reply)
{
	const json_t *jobs = json_object_get(reply, "jobs");
	for (size_t i = 0; i < json_array_size(jobs); i++) {
		const json_t *found = json_array_get(jobs, i);
		struct bigquery_job job = {0};
		bigquery_take_reference(&job, found);
		/* An emulator lists those that are over, too. */
		if (!text_starts_with(job.id, "backcourt_") || is_done(found))
			continue;
		ARRAY_GROW(left->items, left->count, left->capacity);
		left->items[left->count++] = job;
	}
}

void bigquery_forget_left(struct left_jobs *left)
{
	free(left->items);
	*left = (struct left_jobs){0};
}

static bool list_pages(
	struct bigquery *client, const char *parameters, struct left_jobs *left, struct error *err)
{
	static const char what[] = "cannot see what is still under way there";
	struct buffer token = {0};
	bool done = true;
	int page = 0;
	do {
		json_t *reply = NULL;
		done = bigquery_list_jobs(client, parameters, &token, what, &reply, err);
		if (done)
			note_jobs(left, reply);
		json_decref(reply);
	} while (done && token.length > 0 && ++page < PAGES_MAX);
	if (done && token.length > 0)
		done = error_set(err, ERROR_LIMIT, "BigQuery: %s: more than %d jobs are", what,
			PAGES_MAX * BIGQUERY_PAGE_JOBS);
	buffer_release(&token);
	return done;
}

/* What such an emulator was asked for is over when it answers. */
static bool has_no_list(const struct bigquery_connection *connection)
{
	enum bigquery_trouble trouble = bigquery_last_failure(connection->client)->trouble;
	return connection->place.is_emulator &&
	       (trouble == TROUBLE_MISSING || trouble == TROUBLE_UNSUPPORTED);
}

/* Those of all logins, which takes a right (bigquery.jobs.list); one's own are shown to anybody. */
static bool list_jobs(
	struct bigquery_connection *connection, struct left_jobs *left, struct error *err)
{
	struct bigquery *client = connection->client;
	if (list_pages(client, "&allUsers=true" UNDER_WAY, left, err) || has_no_list(connection))
		return true;
	if (bigquery_last_failure(client)->trouble != TROUBLE_DENIED)
		return false;
	bigquery_tell(client, 'W',
		"BigQuery shows the jobs of this login alone (bigquery.jobs.list is missing): a "
		"load that another login has left may still come");
	bigquery_forget_left(left);
	return list_pages(client, UNDER_WAY, left, err);
}

static bool look_for_left(struct bigquery_connection *connection, struct error *err)
{
	struct left_jobs found = {0};
	int64_t now_ms = bigquery_policy(connection->client)->now_ms();
	if (connection->left.is_listed && now_ms - connection->left.at_ms < LISTING_LIFE_MS)
		return true;
	if (!list_jobs(connection, &found, err)) {
		bigquery_forget_left(&found);
		return false;
	}
	bigquery_forget_left(&connection->left);
	found.is_listed = true;
	found.at_ms = now_ms;
	connection->left = found;
	return true;
}

struct waiting {
	struct bigquery_job *job;
	const char *what;
	int64_t since_ms, cancelled_ms; /* the latter once it was cancelled */
	bool is_cancelled;
};

static void cancel(struct bigquery *client, struct waiting *waiting)
{
	bigquery_tell(client, 'W', "the job %s of another run does not end: it is cancelled",
		waiting->job->id);
	bigquery_cancel_job(client, waiting->job);
	waiting->is_cancelled = true;
	waiting->cancelled_ms = bigquery_policy(client)->now_ms();
}

static bool go_on_waiting(struct bigquery *client, struct waiting *waiting, struct error *err)
{
	int64_t now_ms = bigquery_policy(client)->now_ms();
	if (!waiting->is_cancelled && now_ms - waiting->since_ms >= PATIENCE_MS)
		cancel(client, waiting);
	return !waiting->is_cancelled || now_ms - waiting->cancelled_ms < CANCELLING_MS ||
	       error_set(err, ERROR_BUSY,
		       "BigQuery: %s: the job %s of another run does not end, and was cancelled "
		       "in vain; try again later",
		       waiting->what, waiting->job->id);
}

/* Whether it changed the date or not does not matter: only that it is over. */
static bool see_it_end(struct bigquery *client, struct waiting *waiting, struct error *err)
{
	const struct retry *policy = bigquery_policy(client);
	for (int wait_ms = POLL_FIRST_MS;;) {
		json_t *found;
		if (!bigquery_get_job(client, waiting->job, waiting->what, &found, err))
			return false;
		bool is_over = is_done(found);
		json_decref(found);
		if (is_over)
			return true;
		if (!go_on_waiting(client, waiting, err))
			return false;
		policy->sleep_ms(client->cancel, wait_ms);
		if (cancel_level(client->cancel) == CANCEL_NOW)
			return bigquery_be_stopped(client, waiting->what, err);
		wait_ms = wait_ms * 2 < POLL_LONGEST_MS ? wait_ms * 2 : POLL_LONGEST_MS;
	}
}

static bool settle_job(struct bigquery_connection *connection, struct bigquery_job *job,
	const struct day_write *write, struct error *err)
{
	struct bigquery *client = connection->client;
	char what[200], date[DATE_TEXT_BYTES];
	snprintf(what, sizeof(what), "cannot write %.100s of %s", write->layout->name,
		date_format(write->date, date));
	struct waiting waiting = {.job = job, .what = what, .since_ms = connection->left.at_ms};
	bigquery_tell(client, 'W',
		"%.100s of %s is in doubt, and the job %s of another run is "
		"still under way: it is waited for",
		write->layout->name, date, job->id);
	if (!see_it_end(client, &waiting, err))
		return false;
	bigquery_tell(client, 'I', "the job %s has ended", job->id);
	job->id[0] = '\0'; /* it is in nobody's way any more */
	return true;
}

bool bigquery_settle_left(struct warehouse *warehouse, const struct day_write *write,
	size_t *settled, struct error *err)
{
	struct bigquery_connection *connection = connection_of(warehouse);
	if (!look_for_left(connection, err))
		return false;
	for (size_t i = 0; i < connection->left.count; i++) {
		struct bigquery_job *job = &connection->left.items[i];
		if (!is_of_day(job, write))
			continue;
		if (!settle_job(connection, job, write, err))
			return false;
		++*settled;
	}
	return true;
}
