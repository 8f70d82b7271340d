/* Jobs: inserted under an id of ours, waited for, cancelled. */
#include "bigquery_parts.h"

#include "base/cancel.h"
#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define POLL_FIRST_MS	500
#define POLL_LONGEST_MS 5000

void bigquery_name_job(struct bigquery_job *job, const char *name, int attempt)
{
	uint64_t random[2] = {0, 0};
	/* Without randomness an old id would be taken for the new job: better no job at all. */
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		memory_exhausted();
	snprintf(job->id, sizeof(job->id), "backcourt_%.60s_%016" PRIx64 "%016" PRIx64 "_a%d", name,
		random[0], random[1], attempt);
}

json_t *bigquery_job_reference(const struct bigquery *bigquery, const struct bigquery_job *job)
{
	json_t *reference =
		json_pack("{s:s, s:s}", "projectId", bigquery->settings.project, "jobId", job->id);
	if (job->location[0] != '\0')
		json_object_set_new(reference, "location", json_string(job->location));
	return reference;
}

/* Label values: at most 63 of a-z 0-9 _ -. */
static void copy_label(char into[64], const char *from)
{
	size_t length = 0;
	for (; *from != '\0' && length < 63; from++, length++) {
		char c = *from;
		bool is_upper = c >= 'A' && c <= 'Z';
		bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
		into[length] = is_upper ? (char)(c - 'A' + 'a') : is_plain ? c : '_';
	}
	into[length] = '\0';
}

json_t *bigquery_labels(const struct bigquery *bigquery)
{
	char run[64];
	json_t *labels = json_pack("{s:s}", "app", "backcourt");
	if (bigquery->settings.run != NULL) {
		copy_label(run, bigquery->settings.run);
		json_object_set_new(labels, "run", json_string(run));
	}
	return labels;
}

void bigquery_take_reference(struct bigquery_job *job, const json_t *reply)
{
	const char *id = bigquery_text_at(reply, "jobReference.jobId");
	const char *location = bigquery_text_at(reply, "jobReference.location");
	if (id != NULL && strlen(id) < sizeof(job->id) && bigquery_is_word(id))
		text_copy(job->id, sizeof(job->id), id);
	if (location != NULL && bigquery_is_word(location))
		text_copy(job->location, sizeof(job->location), location);
}

void bigquery_add_job_path(struct buffer *path, const struct bigquery *bigquery,
	const char *collection, const struct bigquery_job *job)
{
	buffer_add_text(path, "projects/");
	http_add_escaped(path, bigquery->settings.project);
	buffer_add_format(path, "/%s/%s", collection, job->id);
}

static void add_location(struct buffer *path, const struct bigquery_job *job, const char *separator)
{
	if (job->location[0] != '\0')
		buffer_add_format(path, "%slocation=%s", separator, job->location);
}

bool bigquery_get_job(struct bigquery *bigquery, const struct bigquery_job *job, const char *what,
	json_t **found, struct error *err)
{
	struct buffer path = {0};
	bigquery_add_job_path(&path, bigquery, "jobs", job);
	add_location(&path, job, "?");
	const struct bigquery_call call = {.path = buffer_text(&path)};
	bool done = bigquery_ask(bigquery, &call, what, found, NULL, err);
	buffer_release(&path);
	return done;
}

bool bigquery_list_jobs(struct bigquery *bigquery, const char *parameters, struct buffer *token,
	const char *what, json_t **reply, struct error *err)
{
	struct buffer path = {0};
	buffer_add_text(&path, "projects/");
	http_add_escaped(&path, bigquery->settings.project);
	buffer_add_format(&path, "/jobs?maxResults=%d%s", BIGQUERY_PAGE_JOBS, parameters);
	if (token->length > 0) {
		buffer_add_text(&path, "&pageToken=");
		http_add_escaped(&path, buffer_text(token));
	}
	const struct bigquery_call call = {.path = buffer_text(&path)};
	bool done = bigquery_ask(bigquery, &call, what, reply, NULL, err);
	buffer_clear(token);
	const char *next = done ? bigquery_text_at(*reply, "nextPageToken") : NULL;
	if (next != NULL)
		buffer_add_text(token, next);
	buffer_release(&path);
	return done;
}

/* A job that was inserted a moment ago can be unknown to the next question. */
static bool get_new_job(struct bigquery *bigquery, const struct bigquery_job *job, const char *what,
	json_t **found, struct error *err)
{
	struct retry policy =
		*(bigquery->settings.policy != NULL ? bigquery->settings.policy : &retry_default);
	struct retry_state state;
	policy.total_ms = BIGQUERY_LATE_JOB_MS;
	retry_begin(&state, &policy);
	for (;;) {
		if (bigquery_get_job(bigquery, job, what, found, err))
			return true;
		if (bigquery->failure.trouble != TROUBLE_MISSING ||
			!bigquery_wait_again(bigquery, &state, what, err))
			return false;
	}
}

bool bigquery_insert_job(struct bigquery *bigquery, struct bigquery_job *job, json_t *configuration,
	const char *what, struct error *err)
{
	struct buffer path = {0};
	json_t *reply = NULL;
	json_t *body = json_pack("{s:o, s:O}", "jobReference",
		bigquery_job_reference(bigquery, job), "configuration", configuration);
	buffer_add_text(&path, "projects/");
	http_add_escaped(&path, bigquery->settings.project);
	buffer_add_text(&path, "/jobs");
	const struct bigquery_call call = {
		.method = HTTP_POST, .path = buffer_text(&path), .body = body, .is_write = true};
	bigquery->may_be_sent = false;
	bool done = bigquery_ask(bigquery, &call, what, &reply, NULL, err);
	/* The answer to the first of several tries was lost, not the job. */
	if (!done && bigquery->failure.trouble == TROUBLE_EXISTS)
		done = get_new_job(bigquery, job, what, &reply, err);
	else if (!done && bigquery->failure.trouble == TROUBLE_STOPPED)
		bigquery_cancel_if_sent(bigquery, job);
	if (done)
		bigquery_take_reference(job, reply);
	json_decref(reply);
	json_decref(body);
	buffer_release(&path);
	return done;
}

/* Stopped while waiting: the job must not go on without anybody who wants it. */
static bool stop_waiting(struct bigquery *bigquery, const struct bigquery_job *job,
	const char *what, struct error *err)
{
	bigquery_cancel_job(bigquery, job);
	bigquery->failure = (struct bigquery_failure){.trouble = TROUBLE_STOPPED};
	return error_set(err, ERROR_CANCELLED, "BigQuery: %s: stopped; the job %s was cancelled",
		what, job->id);
}

/* A load says only "too many errors" in its result; which rows it was is in the list beside it. The
 * first of them begins the sentence: where there is room for one line only, its end is cut. Without
 * their number, which differs from date to date: the same reason stays the same sentence. */
static bool refuse_job(
	struct bigquery *bigquery, const json_t *job, const char *what, struct error *err)
{
	const json_t *problem = bigquery_at(job, "status.errorResult");
	const json_t *others = bigquery_at(job, "status.errors");
	const char *message = bigquery_text_at(problem, "message");
	const char *first = bigquery_first_bad_row(others, message);
	if (message == NULL || first == NULL)
		return bigquery_refuse(bigquery, 0, problem, what, err);
	size_t count = bigquery_tell_bad_rows(bigquery, others, message);
	char *both = memory_format("%s%.200s: %.150s",
		count == 1 ? "" : "the first of several errors: ", first, message);
	bigquery_refuse_with(bigquery, 0, bigquery_text_at(problem, "reason"), both, what, err);
	free(both);
	return false;
}

bool bigquery_wait_job(struct bigquery *bigquery, struct bigquery_job *job, const char *what,
	json_t **finished, struct error *err)
{
	const struct retry *policy =
		bigquery->settings.policy != NULL ? bigquery->settings.policy : &retry_default;
	struct bigquery_pending pending;
	bigquery_begin_pending(bigquery, &pending);
	for (int wait_ms = POLL_FIRST_MS;;) {
		json_t *found;
		if (!get_new_job(bigquery, job, what, &found, err))
			return bigquery->failure.trouble == TROUBLE_STOPPED
				       ? stop_waiting(bigquery, job, what, err)
				       : error_false();
		const char *state = bigquery_text_at(found, "status.state");
		const json_t *problem = bigquery_at(found, "status.errorResult");
		if (state != NULL && strcmp(state, "DONE") == 0 && problem == NULL) {
			*finished = found;
			return true;
		}
		if (problem != NULL)
			refuse_job(bigquery, found, what, err);
		else
			bigquery_tell_pending(bigquery, &pending, found);
		json_decref(found);
		if (problem != NULL)
			return false;
		policy->sleep_ms(bigquery->cancel, wait_ms);
		if (cancel_level(bigquery->cancel) == CANCEL_NOW)
			return stop_waiting(bigquery, job, what, err);
		wait_ms = wait_ms * 2 < POLL_LONGEST_MS ? wait_ms * 2 : POLL_LONGEST_MS;
	}
}

bool bigquery_look_at_job(struct bigquery *bigquery, const struct bigquery_job *job,
	const char *what, struct error *err)
{
	json_t *found;
	if (!get_new_job(bigquery, job, what, &found, err))
		return false;
	const json_t *problem = bigquery_at(found, "status.errorResult");
	bool done = problem == NULL || bigquery_refuse(bigquery, 0, problem, what, err);
	json_decref(found);
	return done;
}

void bigquery_look_whether_pending(
	struct bigquery *bigquery, const struct bigquery_job *job, struct bigquery_pending *pending)
{
	json_t *found;
	if (!bigquery_is_pending_due(bigquery, pending) ||
		!bigquery_get_job(bigquery, job, "cannot look at a job", &found, NULL))
		return;
	bigquery_tell_pending(bigquery, pending, found);
	json_decref(found);
}

void bigquery_cancel_job(struct bigquery *bigquery, const struct bigquery_job *job)
{
	struct buffer path = {0};
	struct bigquery_failure kept = bigquery->failure;
	struct cancel *cancel = bigquery->cancel;
	json_t *reply = NULL;
	bigquery_add_job_path(&path, bigquery, "jobs", job);
	buffer_add_text(&path, "/cancel");
	add_location(&path, job, "?");
	const struct bigquery_call call = {.method = HTTP_POST,
		.path = buffer_text(&path),
		.time_ms = BIGQUERY_CANCEL_MS,
		.is_one_try = true,
		.is_empty_ok = true,
		.is_write = true};
	bigquery_set_cancel(bigquery, NULL);
	bigquery_ask(bigquery, &call, "cannot cancel a job", &reply, NULL, NULL);
	bigquery_set_cancel(bigquery, cancel);
	json_decref(reply);
	buffer_release(&path);
	bigquery->failure = kept;
}

void bigquery_cancel_if_sent(struct bigquery *bigquery, const struct bigquery_job *job)
{
	if (bigquery->may_be_sent)
		bigquery_cancel_job(bigquery, job);
}
