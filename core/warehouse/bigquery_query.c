/* Queries: by a job of ours, or (read-only) by jobs.query; then page by page. */
#include "bigquery_parts.h"

#include "base/cancel.h"
#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define JOB_SECONDS_MAX	 3600
#define LATE_RESULTS_MAX 6 /* a new job may be unknown for a while */

static json_t *make_parameters(const struct bigquery_query *query)
{
	json_t *list = json_array();
	for (size_t i = 0; i < query->parameter_count; i++) {
		const struct bigquery_parameter *parameter = &query->parameters[i];
		json_t *value = json_object();
		if (parameter->value != NULL)
			json_object_set_new(value, "value", json_string(parameter->value));
		json_array_append_new(list,
			json_pack("{s:s, s:{s:s}, s:o}", "name", parameter->name, "parameterType",
				"type", parameter->type, "parameterValue", value));
	}
	return list;
}

static void set_integer_text(json_t *object, const char *name, int64_t value)
{
	char text[24];
	snprintf(text, sizeof(text), "%" PRId64, value);
	json_object_set_new(object, name, json_string(text));
}

/* The members that jobs.query and the configuration of a query job share. */
static json_t *make_query(const struct bigquery_query *query)
{
	json_t *made = json_pack("{s:s, s:b}", "query", query->sql, "useLegacySql", 0);
	if (made == NULL) /* not UTF-8 */
		return NULL;
	if (query->parameter_count > 0) {
		json_object_set_new(made, "parameterMode", json_string("NAMED"));
		json_object_set_new(made, "queryParameters", make_parameters(query));
	}
	if (query->billed_bytes_max > 0)
		set_integer_text(made, "maximumBytesBilled", query->billed_bytes_max);
	return made;
}

static void set_labels_and_limits(const struct bigquery *bigquery, json_t *object)
{
	json_object_set_new(object, "labels", bigquery_labels(bigquery));
	set_integer_text(object, "jobTimeoutMs", JOB_SECONDS_MAX * 1000LL);
}

static bool fail_query(const struct bigquery_query *query, struct error *err)
{
	return error_set(
		err, ERROR_USAGE, "BigQuery: the statement of \"%s\" is not UTF-8", query->name);
}

/* An emulator may answer 200 and put the failure of the statement into the answer. */
static bool check_errors(struct bigquery *bigquery, const struct bigquery_job *job,
	const json_t *reply, const char *what, struct error *err)
{
	const json_t *problem = json_array_get(json_object_get(reply, "errors"), 0);
	if (problem == NULL || json_array_size(bigquery_at(reply, "schema.fields")) > 0)
		return true;
	struct bigquery_job asked = *job;
	json_t *finished = NULL;
	if (bigquery->settings.is_read_only || job->id[0] == '\0')
		return bigquery_refuse(bigquery, 200, problem, what, err);
	bool done = bigquery_wait_job(bigquery, &asked, what, &finished, err);
	json_decref(finished);
	return done;
}

static void note_dml(const json_t *told, struct bigquery_result *result)
{
	result->affected_rows = bigquery_integer_at(told, "numDmlAffectedRows", -1);
	result->inserted_rows = bigquery_integer_at(told, "dmlStats.insertedRowCount", -1);
	result->updated_rows = bigquery_integer_at(told, "dmlStats.updatedRowCount", -1);
}

/* An emulator bills nothing, and an answer out of the cache is free. */
static int64_t billed_bytes(const json_t *reply, int64_t processed)
{
	bool is_free = json_is_true(json_object_get(reply, "cacheHit"));
	int64_t least = processed > BIGQUERY_BILLED_MIN ? processed : BIGQUERY_BILLED_MIN;
	return bigquery_integer_at(reply, "totalBytesBilled", is_free ? 0 : least);
}

static void note_result(const json_t *reply, struct bigquery_result *result)
{
	result->bytes_processed = bigquery_integer_at(reply, "totalBytesProcessed", 0);
	result->bytes_billed = billed_bytes(reply, result->bytes_processed);
	note_dml(reply, result);
}

static bool is_complete(const json_t *reply)
{
	return json_is_true(json_object_get(reply, "jobComplete"));
}

static void add_results_path(
	struct buffer *path, const struct bigquery *bigquery, const struct bigquery_job *job)
{
	bigquery_add_job_path(path, bigquery, "queries", job);
	buffer_add_text(path, "?formatOptions.useInt64Timestamp=true");
	if (job->location[0] != '\0')
		buffer_add_format(path, "&location=%s", job->location);
}

/* With the failures of one question; an answer renews it. */
struct patience {
	struct retry_state retry;
	int internal_errors;
};

static void patience_begin(const struct bigquery *bigquery, struct patience *patience)
{
	patience->internal_errors = 0;
	retry_begin(&patience->retry, bigquery_policy(bigquery));
}

/*
 * A job that failed makes this question fail with the job's reason, so a "backendError" here may be
 * the job's end or the question's own mishap: the job itself is looked at before anything else.
 */
static bool survive(struct bigquery *bigquery, struct bigquery_job *job, const char *what,
	struct patience *patience, struct error *err)
{
	enum bigquery_trouble trouble = bigquery->failure.trouble;
	bool is_missing = trouble == TROUBLE_MISSING; /* the job, or a table that it reads */
	if (is_missing && patience->retry.attempts >= LATE_RESULTS_MAX)
		return false;
	if (!is_missing && trouble != TROUBLE_NETWORK &&
		!bigquery_may_ask_again(&bigquery->failure, &patience->internal_errors))
		return false;
	return bigquery_look_at_job(bigquery, job, what, err) &&
	       bigquery_wait_again(bigquery, &patience->retry, what, err);
}

/* The service holds each question for up to BIGQUERY_WAIT_MS: nobody needs to sleep. */
static bool wait_for_query(struct bigquery *bigquery, struct bigquery_job *job, const char *what,
	struct bigquery_result *result, struct error *err)
{
	struct buffer path = {0};
	struct patience patience;
	struct bigquery_pending pending;
	bool done = true;
	bool is_over = false;
	add_results_path(&path, bigquery, job);
	buffer_add_format(&path, "&maxResults=0&timeoutMs=%d", BIGQUERY_WAIT_MS);
	const struct bigquery_call call = {.path = buffer_text(&path), .is_one_try = true};
	patience_begin(bigquery, &patience);
	bigquery_begin_pending(bigquery, &pending);
	while (done && !is_over) {
		json_t *reply = NULL;
		bool is_heard = bigquery_ask(bigquery, &call, what, &reply, NULL, err);
		done = is_heard || survive(bigquery, job, what, &patience, err);
		is_over = is_heard && is_complete(reply);
		if (is_over) {
			note_result(reply, result);
			done = check_errors(bigquery, job, reply, what, err);
		} else if (is_heard) {
			patience_begin(bigquery, &patience);
			bigquery_look_whether_pending(bigquery, job, &pending);
		}
		json_decref(reply);
	}
	buffer_release(&path);
	return done;
}

static bool check_page(const struct bigquery_query *query, const struct bigquery_page *page,
	int64_t row_count, struct error *err)
{
	if (row_count > query->rows_max)
		return error_set(err, ERROR_LIMIT,
			"BigQuery: the answer of \"%s\" has more than %" PRId64 " rows",
			query->name, query->rows_max);
	if (page->token[0] != '\0' && page->row_count == 0)
		return error_set(err, ERROR_WAREHOUSE,
			"BigQuery: an empty page of \"%s\" promises more rows", query->name);
	if (page->total_rows >= 0 && row_count > page->total_rows)
		return error_set(err, ERROR_WAREHOUSE,
			"BigQuery: \"%s\" has more rows than it says", query->name);
	return true;
}

static bool read_page(struct bigquery *bigquery, const struct bigquery_job *job,
	const struct bigquery_query *query, bigquery_take_row take, void *context,
	struct bigquery_page *page, struct error *err)
{
	struct buffer path = {0}, text = {0};
	char what[128];
	snprintf(what, sizeof(what), "cannot read the rows of \"%.60s\"", query->name);
	add_results_path(&path, bigquery, job);
	buffer_add_format(&path, "&maxResults=%d", BIGQUERY_PAGE_ROWS);
	if (page->token[0] != '\0') {
		buffer_add_text(&path, "&pageToken=");
		http_add_escaped(&path, page->token);
	}
	const struct bigquery_call call = {.path = buffer_text(&path)};
	bool done = bigquery_ask_text(bigquery, &call, what, &text, err) &&
		    bigquery_decode_page(buffer_text(&text), text.length, take, context, page, err);
	buffer_release(&text);
	buffer_release(&path);
	return done;
}

static bool read_pages(struct bigquery *bigquery, const struct bigquery_job *job,
	const struct bigquery_query *query, bigquery_take_row take, void *context,
	struct bigquery_result *result, struct error *err)
{
	struct bigquery_page page = {.total_rows = -1};
	for (int i = 0; i < BIGQUERY_PAGES_MAX; i++) {
		if (!read_page(bigquery, job, query, take, context, &page, err))
			return false;
		result->row_count += page.row_count;
		if (!check_page(query, &page, result->row_count, err))
			return false;
		if (page.token[0] != '\0')
			continue;
		/* Fewer rows than promised would be gaps where there are none. */
		return page.total_rows < 0 || result->row_count == page.total_rows ||
		       error_set(err, ERROR_WAREHOUSE,
			       "BigQuery: \"%s\" promised %" PRId64 " rows and sent %" PRId64,
			       query->name, page.total_rows, result->row_count);
	}
	return error_set(err, ERROR_LIMIT, "BigQuery: \"%s\" has more than %d pages", query->name,
		BIGQUERY_PAGES_MAX);
}

/* goccy calls every bad statement that; the service means its own failure by it. */
static bool is_word_of_emulator(const struct bigquery *bigquery)
{
	return bigquery->settings.is_emulator &&
	       strcmp(bigquery->failure.reason, "jobInternalError") == 0;
}

/* One that waits for others to end is no attempt: only time ends that. */
static bool may_try_again(const struct bigquery *bigquery, int attempt)
{
	const struct bigquery_failure *failure = &bigquery->failure;
	return failure->trouble == TROUBLE_JOB && !is_word_of_emulator(bigquery) &&
	       (attempt < BIGQUERY_JOB_ATTEMPTS_MAX || bigquery_was_queue_full(failure));
}

static void tell_name(const struct bigquery *bigquery, const struct bigquery_job *job)
{
	if (bigquery->hear_job != NULL && job->id[0] != '\0')
		bigquery->hear_job(bigquery->hear_context, job->id);
}

/* Inserts the job and waits for it; a job that the service itself spoiled gets a successor. */
static bool run_job(struct bigquery *bigquery, const struct bigquery_query *query, const char *what,
	struct bigquery_job *job, struct bigquery_result *result, struct error *err)
{
	struct retry_state state;
	json_t *inner = make_query(query);
	if (inner == NULL)
		return fail_query(query, err);
	json_t *configuration = json_pack("{s:o}", "query", inner);
	bool done = false, again = true;
	set_labels_and_limits(bigquery, configuration);
	retry_begin(&state, bigquery_policy(bigquery));
	for (int attempt = 1; !done && again; attempt++) {
		*job = (struct bigquery_job){.is_query = true};
		text_copy(job->location, sizeof(job->location), bigquery->settings.location);
		bigquery_name_job(job, query->name, attempt);
		tell_name(bigquery, job);
		done = bigquery_insert_job(bigquery, job, configuration, what, err);
		bool is_waiting = done;
		done = done && wait_for_query(bigquery, job, what, result, err);
		if (is_waiting && bigquery->failure.trouble == TROUBLE_STOPPED && !done)
			bigquery_cancel_job(bigquery, job);
		again = !done && may_try_again(bigquery, attempt) &&
			bigquery_wait_again(bigquery, &state, what, err);
	}
	json_decref(configuration);
	return done;
}

static void make_request_id(char into[37])
{
	uint64_t random[2] = {0, 0};
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		memory_exhausted();
	snprintf(into, 37, "%016" PRIx64 "%016" PRIx64, random[0], random[1]);
}

/* jobs.query: the one way of the read-only scope. Repeating a SELECT changes nothing. */
static bool ask_query(struct bigquery *bigquery, const struct bigquery_query *query, bool is_dry,
	const char *what, json_t **reply, struct error *err)
{
	char request_id[37];
	json_t *body = make_query(query);
	struct buffer path = {0};
	if (body == NULL)
		return fail_query(query, err);
	make_request_id(request_id);
	set_labels_and_limits(bigquery, body);
	json_object_set_new(body, "timeoutMs", json_integer(BIGQUERY_WAIT_MS));
	json_object_set_new(body, "maxResults", json_integer(0));
	if (is_dry)
		json_object_set_new(body, "dryRun", json_true());
	else
		json_object_set_new(body, "requestId", json_string(request_id));
	if (bigquery->settings.location != NULL)
		json_object_set_new(body, "location", json_string(bigquery->settings.location));
	buffer_add_text(&path, "projects/");
	http_add_escaped(&path, bigquery->settings.project);
	buffer_add_text(&path, "/queries");
	const struct bigquery_call call = {
		.method = HTTP_POST, .path = buffer_text(&path), .body = body};
	bool done = bigquery_ask(bigquery, &call, what, reply, NULL, err);
	json_decref(body);
	buffer_release(&path);
	return done;
}

static bool run_query(struct bigquery *bigquery, const struct bigquery_query *query,
	const char *what, struct bigquery_job *job, struct bigquery_result *result,
	struct error *err)
{
	json_t *reply;
	*job = (struct bigquery_job){.is_query = true};
	/* The scope's methods would run a DELETE too, if the account may. */
	if (!text_starts_with(query->sql, "SELECT ") &&
		!bigquery_check_writable(bigquery, what, err))
		return false;
	if (!ask_query(bigquery, query, false, what, &reply, err))
		return false;
	bigquery_take_reference(job, reply);
	tell_name(bigquery, job);
	bool done = check_errors(bigquery, job, reply, what, err);
	if (done && job->id[0] == '\0')
		done = error_set(err, ERROR_WAREHOUSE,
			"BigQuery: %s: the answer names no job to read the rows from", what);
	bool is_over = done && is_complete(reply);
	if (is_over)
		note_result(reply, result);
	json_decref(reply);
	return done && (is_over || wait_for_query(bigquery, job, what, result, err));
}

static bool check_limits(struct bigquery *bigquery, const struct bigquery_query *query,
	const char *what, struct error *err)
{
	if (strlen(query->sql) > BIGQUERY_SQL_BYTES_MAX)
		return bigquery_refuse_size(bigquery, what, "the text of a statement in bytes",
			BIGQUERY_SQL_BYTES_MAX, err);
	if (query->parameter_count > BIGQUERY_QUERY_PARAMETERS_MAX)
		return bigquery_refuse_size(bigquery, what, "a statement in parameters",
			BIGQUERY_QUERY_PARAMETERS_MAX, err);
	return true;
}

static bool run(struct bigquery *bigquery, const struct bigquery_query *query,
	struct bigquery_job *job, struct bigquery_result *result, struct error *err)
{
	char what[128];
	snprintf(what, sizeof(what), "cannot run \"%.60s\"", query->name);
	*result = (struct bigquery_result){
		.affected_rows = -1, .inserted_rows = -1, .updated_rows = -1};
	*job = (struct bigquery_job){0};
	bool done = check_limits(bigquery, query, what, err) &&
		    (bigquery->settings.is_read_only
				    ? run_query(bigquery, query, what, job, result, err)
				    : run_job(bigquery, query, what, job, result, err));
	if (!done)
		bigquery_show_place(bigquery, query->sql, err);
	text_copy(result->job, sizeof(result->job), job->id);
	return done;
}

bool bigquery_select(struct bigquery *bigquery, const struct bigquery_query *query,
	bigquery_take_row take, void *context, struct bigquery_result *result, struct error *err)
{
	struct bigquery_job job;
	struct bigquery_result told;
	if (!run(bigquery, query, &job, &told, err) ||
		!read_pages(bigquery, &job, query, take, context, &told, err))
		return false;
	*result = told;
	return true;
}

/* Where the answer does not say what a statement changed, its job does. */
static bool ask_job_for_counts(struct bigquery *bigquery, struct bigquery_job *job,
	struct bigquery_result *result, struct error *err)
{
	json_t *finished;
	if (result->affected_rows >= 0)
		return true;
	if (!bigquery_wait_job(bigquery, job, "cannot count what changed", &finished, err))
		return false;
	const json_t *statistics = bigquery_at(finished, "statistics.query");
	if (statistics != NULL)
		note_dml(statistics, result);
	json_decref(finished);
	return true;
}

bool bigquery_execute(struct bigquery *bigquery, const struct bigquery_query *query,
	struct bigquery_result *result, struct error *err)
{
	struct bigquery_job job;
	struct bigquery_result told;
	if (!bigquery_check_writable(bigquery, query->name, err) ||
		!run(bigquery, query, &job, &told, err) ||
		!ask_job_for_counts(bigquery, &job, &told, err))
		return false;
	*result = told;
	return true;
}

bool bigquery_estimate(struct bigquery *bigquery, const struct bigquery_query *query,
	int64_t *bytes, struct error *err)
{
	char what[128];
	json_t *reply;
	snprintf(what, sizeof(what), "cannot estimate \"%.60s\"", query->name);
	if (!check_limits(bigquery, query, what, err))
		return false;
	if (!ask_query(bigquery, query, true, what, &reply, err)) {
		bigquery_show_place(bigquery, query->sql, err);
		return false;
	}
	int64_t told = bigquery_integer_at(reply, "totalBytesProcessed", -1);
	json_decref(reply);
	if (told < 0)
		return error_set(
			err, ERROR_WAREHOUSE, "BigQuery: %s: the answer names no bytes", what);
	*bytes = told;
	return true;
}
