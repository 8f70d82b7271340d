/* Jobs: of queries, of loads, and the pages of what they found. */
#include "fake_bigquery_parts.h"

#include "tests/test.h"

static json_t *finish_job(struct fake_bigquery *service, const json_t *asked)
{
	json_t *job = json_deep_copy(asked);
	json_object_set_new(job, "status", json_pack("{s:s}", "state", "DONE"));
	json_object_set_new(job, "statistics", json_object());
	json_object_set_new(
		json_object_get(job, "statistics"), "endTime", fake_number(service->now_ms()));
	json_object_set_new(service->jobs, fake_text_at(job, "jobReference.jobId"), job);
	return job;
}

/* What is wrong with a load is told by its job, what is wrong with its request by the status. */
static void fail_job(json_t *job, const struct fake_problem *problem)
{
	json_object_set_new(json_object_get(job, "status"), "errorResult",
		json_pack("{s:s, s:s}", "reason", problem->reason, "message", problem->message));
}

static bool is_known_job(
	struct fake_bigquery *service, const json_t *asked, struct fake_answer *answer)
{
	struct fake_problem problem;
	const char *id = fake_text_at(asked, "jobReference.jobId");
	if (json_object_get(service->jobs, id) == NULL)
		return false;
	fake_problem_set(&problem, 409, "duplicate", "Already Exists: Job p:US.%s", id);
	fake_say_problem(service, answer, &problem);
	return true;
}

/* The data lie in the US: a job elsewhere finds none of it. */
static bool is_elsewhere(
	struct fake_bigquery *service, const char *location, struct fake_answer *answer)
{
	struct fake_problem problem;
	if (location == NULL || strcasecmp(location, "US") == 0)
		return false;
	fake_problem_set(&problem, 404, "notFound",
		"Not found: Dataset " FAKE_PROJECT ":d was not found in location %s", location);
	fake_say_problem(service, answer, &problem);
	return true;
}

/* Nothing runs, and there is no job afterwards. */
static void estimate_job(
	struct fake_bigquery *service, const json_t *asked, struct fake_answer *answer)
{
	struct fake_problem problem;
	int64_t bytes, billed;
	if (!fake_sql_estimate(
		    service, fake_at(asked, "configuration.query"), &bytes, &billed, &problem)) {
		fake_say_problem(service, answer, &problem);
		return;
	}
	json_t *job = json_deep_copy(asked);
	json_object_set_new(job, "status", json_pack("{s:s}", "state", "DONE"));
	json_object_set_new(job, "statistics",
		json_pack("{s:o, s:{s:o, s:s, s:s}}", "totalBytesProcessed", fake_number(bytes),
			"query", "totalBytesProcessed", fake_number(bytes), "statementType",
			"SELECT", "totalBytesProcessedAccuracy", "PRECISE"));
	fake_say(service, answer, job);
}

void fake_insert_query(
	struct fake_bigquery *service, const json_t *asked, struct fake_answer *answer)
{
	struct fake_problem problem;
	json_t *result;
	int64_t affected, bytes, billed;
	const json_t *query = fake_at(asked, "configuration.query");
	if (is_elsewhere(service, fake_text_at(asked, "jobReference.location"), answer))
		return;
	if (json_is_true(fake_at(asked, "configuration.dryRun"))) {
		estimate_job(service, asked, answer);
		return;
	}
	if (is_known_job(service, asked, answer))
		return;
	if (!fake_sql_run(service, query, &result, &affected, &problem)) {
		fake_say_problem(service, answer, &problem);
		return;
	}
	json_t *job = finish_job(service, asked);
	json_t *told = json_object();
	fake_sql_estimate(service, query, &bytes, &billed, &problem);
	service->billed += billed;
	if (affected > 0 || !text_starts_with(fake_text_at(query, "query"), "SELECT"))
		json_object_set_new(told, "numDmlAffectedRows",
			affected < 0 ? json_null() : fake_number(affected));
	const char *statement = fake_text_at(query, "query");
	json_object_set_new(
		told, "statementType", json_stringn(statement, strcspn(statement, " ")));
	json_object_set_new(told, "totalBytesProcessed", fake_number(bytes));
	json_object_set_new(told, "totalBytesBilled", fake_number(billed));
	json_object_set_new(json_object_get(job, "statistics"), "query", told);
	json_object_set_new(service->results, fake_text_at(job, "jobReference.jobId"), result);
	fake_say(service, answer, json_deep_copy(job));
}

/* The list begins with the result itself. */
static void add_bad_rows(json_t *job, int count)
{
	json_t *status = json_object_get(job, "status");
	json_t *errors = json_pack("[O]", json_object_get(status, "errorResult"));
	for (int i = 1; i <= count; i++) {
		char message[80];
		snprintf(
			message, sizeof(message), "Error while reading data; row %d: no number", i);
		json_array_append_new(
			errors, json_pack("{s:s, s:s}", "reason", "invalid", "message", message));
	}
	json_object_set_new(status, "errors", errors);
}

static json_t *refuse_rows(struct fake_bigquery *service, const json_t *asked)
{
	static const struct fake_problem problem = {
		.reason = "invalid", .message = "too many errors encountered"};
	json_t *job = finish_job(service, asked);
	fail_job(job, &problem);
	add_bad_rows(job, service->limits.bad_rows);
	return job;
}

/* The rows are stored now; what is wrong with them is told by the job. */
static json_t *carry_out_load(struct fake_bigquery *service, const json_t *asked, const char *rows,
	size_t bytes, struct fake_problem *problem)
{
	int64_t stored;
	*problem = (struct fake_problem){0};
	if (service->limits.bad_rows > 0)
		return refuse_rows(service, asked);
	bool done = fake_load(service, asked, rows, bytes, &stored, problem);
	if (!done && problem->status != 0)
		return NULL;
	json_t *job = finish_job(service, asked);
	if (!done)
		fail_job(job, problem);
	json_object_set_new(json_object_get(job, "statistics"), "load",
		json_pack("{s:o}", "outputRows", fake_number(done ? stored : 0)));
	return job;
}

static bool is_same_partition(const json_t *a, const json_t *b)
{
	return json_equal(fake_at(a, "configuration.load.destinationTable"),
		fake_at(b, "configuration.load.destinationTable"));
}

static void start_load(struct fake_bigquery *service, const json_t *asked, const char *rows,
	size_t bytes, struct fake_answer *answer)
{
	struct fake_traffic *traffic = &service->traffic;
	const char *id;
	json_t *other;
	json_object_foreach(service->waiting, id, other)
	{
		traffic->clashes += is_same_partition(json_object_get(other, "job"), asked);
	}
	traffic->most += ++traffic->now > traffic->most;
	json_object_set_new(service->waiting, fake_text_at(asked, "jobReference.jobId"),
		json_pack("{s:i, s:O, s:s%}", "looks", service->limits.looks_of_load, "job", asked,
			"rows", rows, bytes));
	json_t *job = json_deep_copy(asked);
	json_object_set_new(job, "status", json_pack("{s:s}", "state", "RUNNING"));
	json_object_set(service->jobs, fake_text_at(job, "jobReference.jobId"), job);
	fake_say(service, answer, job);
}

/* One more question about a load that is under way; at the last one it is done. */
static void look_at_load(struct fake_bigquery *service, const char *id)
{
	struct fake_problem problem;
	json_t *waiting = json_object_get(service->waiting, id);
	if (waiting == NULL)
		return;
	int looks = (int)json_integer_value(json_object_get(waiting, "looks")) - 1;
	json_object_set_new(waiting, "looks", json_integer(looks));
	if (looks > 0)
		return;
	const json_t *rows = json_object_get(waiting, "rows");
	const json_t *asked = json_object_get(waiting, "job");
	if (carry_out_load(service, asked, json_string_value(rows), json_string_length(rows),
		    &problem) == NULL)
		fail_job(finish_job(service, asked), &problem);
	service->traffic.now--;
	json_object_del(service->waiting, id);
}

void fake_bigquery_land(struct fake_bigquery *service)
{
	void *first;
	fake_hold(service->server);
	while ((first = json_object_iter(service->waiting)) != NULL) {
		char *id = memory_copy_text(json_object_iter_key(first));
		json_object_set_new(json_object_iter_value(first), "looks", json_integer(1));
		look_at_load(service, id);
		free(id);
	}
	fake_let_go(service->server);
}

void fake_cancel_job(struct fake_bigquery *service, const char *id, struct fake_answer *answer)
{
	static const struct fake_problem stopped = {
		.reason = "stopped", .message = "Job execution was cancelled"};
	const json_t *waiting = json_object_get(service->waiting, id);
	json_t *job = json_object_get(service->jobs, id);
	if (job == NULL) {
		fake_say_missing(service, answer, "Job");
		return;
	}
	if (waiting != NULL && !service->limits.cancels_in_vain) {
		job = finish_job(service, json_object_get(waiting, "job"));
		fail_job(job, &stopped);
		service->traffic.now--;
		json_object_del(service->waiting, id);
	}
	fake_say(service, answer,
		json_pack("{s:s, s:O}", "kind", "bigquery#jobCancelResponse", "job", job));
}

void fake_run_load(struct fake_bigquery *service, const json_t *asked, const char *rows,
	size_t bytes, struct fake_answer *answer)
{
	struct fake_problem problem;
	if (is_elsewhere(service, fake_text_at(asked, "jobReference.location"), answer) ||
		is_known_job(service, asked, answer))
		return;
	if (service->limits.looks_of_load > 0) {
		start_load(service, asked, rows, bytes, answer);
		return;
	}
	const json_t *job = carry_out_load(service, asked, rows, bytes, &problem);
	if (job == NULL)
		fake_say_problem(service, answer, &problem);
	else
		fake_say(service, answer, json_deep_copy(job));
}

/* getQueryResults: all that fit on a page from pageToken (a number of rows) on. */
static json_t *make_page(
	const struct fake_request *request, const json_t *job, const json_t *result)
{
	const json_t *all = json_object_get(result, "rows");
	const char *most = strstr(request->path, "maxResults=");
	const char *token = strstr(request->path, "pageToken=");
	size_t first = token == NULL ? 0 : strtoul(token + 10, NULL, 10);
	size_t room = most == NULL ? 10000 : strtoul(most + 11, NULL, 10);
	json_t *rows = json_array();
	for (size_t i = first; i < json_array_size(all) && i - first < room; i++)
		json_array_append(rows, json_array_get(all, i));
	json_t *page = json_pack("{s:O, s:O, s:b, s:o}", "jobReference",
		json_object_get(job, "jobReference"), "schema", json_object_get(result, "schema"),
		"jobComplete", 1, "totalRows", fake_number((int64_t)json_array_size(all)));
	size_t next = first + json_array_size(rows);
	if (next < json_array_size(all) && room > 0)
		json_object_set_new(page, "pageToken", fake_number((int64_t)next));
	const json_t *told = fake_at(job, "statistics.query");
	json_object_update(page, (json_t *)told);
	if (json_array_size(rows) > 0) /* an empty answer has no "rows" */
		json_object_set(page, "rows", rows);
	json_decref(rows);
	return page;
}

void fake_on_job(struct fake_bigquery *service, const char *id, bool is_query,
	const struct fake_request *request, struct fake_answer *answer)
{
	if (!is_query)
		look_at_load(service, id);
	const json_t *job = json_object_get(service->jobs, id);
	const json_t *result = json_object_get(service->results, id);
	if (job == NULL || (is_query && result == NULL))
		fake_say_missing(service, answer, "Job");
	else if (is_query)
		fake_say(service, answer, make_page(request, job, result));
	else
		fake_say(service, answer, json_deep_copy(job));
}

/* jobs.query: a dry run, or a job whose id is ours. */
void fake_ask_query(struct fake_bigquery *service, const json_t *body, struct fake_answer *answer)
{
	struct fake_problem problem;
	int64_t bytes, billed;
	char id[40];
	if (is_elsewhere(service, fake_text_at(body, "location"), answer))
		return;
	if (json_is_true(json_object_get(body, "dryRun"))) {
		if (!fake_sql_estimate(service, body, &bytes, &billed, &problem))
			fake_say_problem(service, answer, &problem);
		else
			fake_say(service, answer,
				json_pack("{s:b, s:o, s:{s:s}}", "jobComplete", 1,
					"totalBytesProcessed", fake_number(bytes), "jobReference",
					"projectId", FAKE_PROJECT));
		return;
	}
	snprintf(id, sizeof(id), "query%zu", json_object_size(service->jobs));
	json_t *asked = json_pack("{s:{s:s, s:s}, s:{s:O}}", "jobReference", "projectId",
		FAKE_PROJECT, "jobId", id, "configuration", "query", body);
	fake_insert_query(service, asked, answer);
	if (answer->status < 300) {
		const struct fake_request first = {.path = (char *)"?maxResults=0"};
		fake_say(service, answer,
			make_page(&first, json_object_get(service->jobs, id),
				json_object_get(service->results, id)));
	}
	json_decref(asked);
}
