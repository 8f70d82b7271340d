#include "fake_bigquery_parts.h"

#include "base/clock.h"
#include "tests/test.h"

#include <signal.h>
#include <stdarg.h>

bool fake_problem_set(
	struct fake_problem *problem, int status, const char *reason, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(problem->message, sizeof(problem->message), format, arguments);
	va_end(arguments);
	problem->status = status;
	problem->reason = reason;
	return false;
}

json_t *fake_at(const json_t *tree, const char *path)
{
	char name[64];
	while (tree != NULL && *path != '\0') {
		size_t length = strcspn(path, ".");
		snprintf(name, sizeof(name), "%.*s", (int)length, path);
		tree = json_object_get(tree, name);
		path += length + (path[length] == '.');
	}
	return (json_t *)tree;
}

const char *fake_text_at(const json_t *tree, const char *path)
{
	return json_string_value(fake_at(tree, path));
}

/* Answers */

static void say(struct fake_bigquery *service, struct fake_answer *answer, json_t *body)
{
	free(service->said);
	service->said = json_dumps(body, JSON_COMPACT);
	json_decref(body);
	answer->body = service->said;
}

static void say_problem(struct fake_bigquery *service, struct fake_answer *answer,
	const struct fake_problem *problem)
{
	answer->status = problem->status;
	say(service, answer,
		json_pack("{s:{s:i, s:s, s:[{s:s, s:s, s:s}]}}", "error", "code", problem->status,
			"message", problem->message, "errors", "domain", "global", "reason",
			problem->reason, "message", problem->message));
}

static void say_missing(struct fake_bigquery *service, struct fake_answer *answer, const char *what)
{
	struct fake_problem problem;
	fake_problem_set(&problem, 404, "notFound", "Not found: %s " FAKE_PROJECT, what);
	say_problem(service, answer, &problem);
}

static json_t *number(int64_t value)
{
	char text[24];
	snprintf(text, sizeof(text), "%lld", (long long)value);
	return json_string(text);
}

/* Datasets and tables */

static void set_etag(struct fake_bigquery *service, json_t *resource)
{
	char etag[24];
	snprintf(etag, sizeof(etag), "etag%d", service->etag++);
	json_object_set_new(resource, "etag", json_string(etag));
}

static void make_dataset(
	struct fake_bigquery *service, const json_t *body, struct fake_answer *answer)
{
	const char *name = fake_text_at(body, "datasetReference.datasetId");
	struct fake_problem problem;
	if (json_object_get(service->datasets, name) == NULL) {
		json_object_set(service->datasets, name, (json_t *)body);
		say(service, answer, json_deep_copy(body));
		return;
	}
	fake_problem_set(&problem, 409, "duplicate", "Already Exists: Dataset p:%s", name);
	say_problem(service, answer, &problem);
}

static void make_table(struct fake_bigquery *service, const char *dataset, const json_t *body,
	struct fake_answer *answer)
{
	char name[200];
	struct fake_problem problem;
	if (json_object_get(service->datasets, dataset) == NULL) {
		say_missing(service, answer, "Dataset");
		return;
	}
	snprintf(
		name, sizeof(name), "%s.%s", dataset, fake_text_at(body, "tableReference.tableId"));
	if (json_object_get(service->tables, name) != NULL) {
		fake_problem_set(&problem, 409, "duplicate", "Already Exists: Table p:%s", name);
		say_problem(service, answer, &problem);
		return;
	}
	json_t *resource = json_deep_copy(body);
	json_object_set_new(resource, "type", json_string("TABLE"));
	set_etag(service, resource);
	json_object_set_new(service->tables, name, resource);
	fake_sql_make_table(service, resource, name);
	say(service, answer, json_deep_copy(resource));
}

static void list_tables(
	struct fake_bigquery *service, const char *dataset, struct fake_answer *answer)
{
	json_t *tables = json_array();
	const char *name;
	json_t *table;
	if (json_object_get(service->datasets, dataset) == NULL) {
		json_decref(tables);
		say_missing(service, answer, "Dataset");
		return;
	}
	json_object_foreach(service->tables, name, table)
	{
		json_t *item = json_deep_copy(table);
		json_object_del(item, "schema");
		if (text_equal(fake_text_at(table, "tableReference.datasetId"), dataset))
			json_array_append_new(tables, item);
		else
			json_decref(item);
	}
	say(service, answer, json_pack("{s:o}", "tables", tables));
}

/* PATCH with an If-Match that is not the newest changes nothing. */
static void patch_table(struct fake_bigquery *service, const char *name, json_t *table,
	const struct fake_request *request, const json_t *body, struct fake_answer *answer)
{
	struct fake_problem problem;
	const char *match = strcasestr(request->headers, "\r\nif-match: ");
	const char *etag = fake_text_at(table, "etag");
	if (match != NULL && strncmp(match + 12, etag, strlen(etag)) != 0) {
		fake_problem_set(&problem, 412, "conditionNotMet",
			"Precondition Failed: the table %s has changed", name);
		say_problem(service, answer, &problem);
		return;
	}
	json_object_update(table, (json_t *)body);
	set_etag(service, table);
	say(service, answer, json_deep_copy(table));
}

static void on_table(struct fake_bigquery *service, const char *dataset, const char *id,
	const struct fake_request *request, const json_t *body, struct fake_answer *answer)
{
	char name[200], what[256];
	snprintf(name, sizeof(name), "%s.%s", dataset, id);
	json_t *table = json_object_get(service->tables, name);
	snprintf(what, sizeof(what), "Table p:%s was not found in location US of", name);
	if (table == NULL)
		say_missing(service, answer, what);
	else if (strcmp(request->method, "PATCH") == 0)
		patch_table(service, name, table, request, body, answer);
	else if (strcmp(request->method, "DELETE") == 0) {
		fake_sql_drop_table(service, name);
		json_object_del(service->tables, name);
		answer->status = 204;
	} else
		say(service, answer, json_deep_copy(table));
}

/* Jobs */

static json_t *finish_job(struct fake_bigquery *service, const json_t *asked)
{
	json_t *job = json_deep_copy(asked);
	json_object_set_new(job, "status", json_pack("{s:s}", "state", "DONE"));
	json_object_set_new(job, "statistics", json_object());
	json_object_set_new(
		json_object_get(job, "statistics"), "endTime", number(service->now_ms()));
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
	say_problem(service, answer, &problem);
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
		say_problem(service, answer, &problem);
		return;
	}
	json_t *job = json_deep_copy(asked);
	json_object_set_new(job, "status", json_pack("{s:s}", "state", "DONE"));
	json_object_set_new(job, "statistics",
		json_pack("{s:o, s:{s:o, s:s, s:s}}", "totalBytesProcessed", number(bytes), "query",
			"totalBytesProcessed", number(bytes), "statementType", "SELECT",
			"totalBytesProcessedAccuracy", "PRECISE"));
	say(service, answer, job);
}

static void insert_query(
	struct fake_bigquery *service, const json_t *asked, struct fake_answer *answer)
{
	struct fake_problem problem;
	json_t *result;
	int64_t affected, bytes, billed;
	const json_t *query = fake_at(asked, "configuration.query");
	if (json_is_true(fake_at(asked, "configuration.dryRun"))) {
		estimate_job(service, asked, answer);
		return;
	}
	if (is_known_job(service, asked, answer))
		return;
	if (!fake_sql_run(service, query, &result, &affected, &problem)) {
		say_problem(service, answer, &problem);
		return;
	}
	json_t *job = finish_job(service, asked);
	json_t *told = json_object();
	fake_sql_estimate(service, query, &bytes, &billed, &problem);
	if (affected > 0 || !text_starts_with(fake_text_at(query, "query"), "SELECT"))
		json_object_set_new(
			told, "numDmlAffectedRows", affected < 0 ? json_null() : number(affected));
	const char *statement = fake_text_at(query, "query");
	json_object_set_new(
		told, "statementType", json_stringn(statement, strcspn(statement, " ")));
	json_object_set_new(told, "totalBytesProcessed", number(bytes));
	json_object_set_new(told, "totalBytesBilled", number(billed));
	json_object_set_new(json_object_get(job, "statistics"), "query", told);
	json_object_set_new(service->results, fake_text_at(job, "jobReference.jobId"), result);
	say(service, answer, json_deep_copy(job));
}

static void run_load(struct fake_bigquery *service, const json_t *asked, const char *rows,
	size_t bytes, struct fake_answer *answer)
{
	struct fake_problem problem;
	int64_t stored;
	if (is_known_job(service, asked, answer))
		return;
	bool done = fake_load(service, asked, rows, bytes, &stored, &problem);
	if (!done && problem.status != 0) {
		say_problem(service, answer, &problem);
		return;
	}
	json_t *job = finish_job(service, asked);
	if (!done)
		fail_job(job, &problem);
	json_object_set_new(json_object_get(job, "statistics"), "load",
		json_pack("{s:o}", "outputRows", number(done ? stored : 0)));
	say(service, answer, json_deep_copy(job));
}

/* Two parts, no more and no less. */
static void load_multipart(struct fake_bigquery *service, const struct fake_request *request,
	struct fake_answer *answer)
{
	struct fake_problem problem;
	char boundary[80] = "--";
	const char *named = strcasestr(request->headers, "boundary=");
	const char *at = buffer_text(&request->body), *end = at + request->body.length;
	const char *starts[8];
	size_t count = 0;
	if (named != NULL)
		sscanf(named + 9, "%70[^\r\n; ]", boundary + 2);
	while (count < ARRAY_COUNT(starts) &&
		(at = memmem(at, (size_t)(end - at), boundary, strlen(boundary))) != NULL) {
		starts[count++] = at;
		at += strlen(boundary);
	}
	if (named == NULL || count != 3) {
		fake_problem_set(&problem, 400, "badRequest",
			"a multipart upload has two parts, not %d", (int)count - 1);
		say_problem(service, answer, &problem);
		return;
	}
	const char *job = strstr(starts[0], "\r\n\r\n") + 4;
	const char *rows = strstr(starts[1], "\r\n\r\n") + 4;
	json_t *asked = json_loadb(job, (size_t)(starts[1] - 2 - job), 0, NULL);
	assert_non_null(asked);
	run_load(service, asked, rows, (size_t)(starts[2] - 2 - rows), answer);
	json_decref(asked);
}

static void begin_session(
	struct fake_bigquery *service, const json_t *body, struct fake_answer *answer)
{
	json_decref(service->sessions);
	service->sessions = json_deep_copy(body);
	buffer_clear(&service->pieces);
	snprintf(service->headers, sizeof(service->headers), "Location: %s/upload/session?id=1\r\n",
		fake_url(service->server));
	answer->headers = service->headers;
}

struct piece_range {
	bool is_question; /* of what is stored: no bytes come with it */
	bool is_piece;
	size_t first, last, total;
};

static bool read_count(const char **at, size_t *count)
{
	char *end;
	*count = strtoul(*at, &end, 10);
	bool any = end != *at;
	*at = end;
	return any;
}

static bool read_mark(const char **at, char mark)
{
	bool is_there = **at == mark;
	*at += is_there;
	return is_there;
}

/* "a-b/total", or a star in place of a-b. */
static struct piece_range read_piece_range(const char *at)
{
	struct piece_range range = {0};
	range.is_question =
		read_mark(&at, '*') && read_mark(&at, '/') && read_count(&at, &range.total);
	range.is_piece = !range.is_question && read_count(&at, &range.first) &&
			 read_mark(&at, '-') && read_count(&at, &range.last) &&
			 read_mark(&at, '/') && read_count(&at, &range.total);
	return range;
}

/* Bytes that do not follow on those stored are refused. */
static void take_piece(struct fake_bigquery *service, const struct fake_request *request,
	struct fake_answer *answer)
{
	struct fake_problem problem;
	const char *range = strcasestr(request->headers, "\r\ncontent-range: bytes ");
	range = range == NULL ? "" : range + strlen("\r\ncontent-range: bytes ");
	struct piece_range piece = read_piece_range(range);
	if (service->sessions == NULL) {
		say_missing(service, answer, "Session");
		return;
	}
	if (piece.is_piece && (piece.first != service->pieces.length ||
				      piece.last + 1 - piece.first != request->body.length ||
				      piece.last >= piece.total)) {
		fake_problem_set(
			&problem, 400, "badRequest", "Content-Range %.60s does not fit", range);
		say_problem(service, answer, &problem);
		return;
	}
	if (piece.is_piece)
		buffer_add(&service->pieces, request->body.bytes, request->body.length);
	if (service->pieces.length == piece.total && piece.total > 0) {
		run_load(service, service->sessions, service->pieces.bytes, piece.total, answer);
		return;
	}
	answer->status = 308;
	service->headers[0] = '\0';
	if (service->pieces.length > 0)
		snprintf(service->headers, sizeof(service->headers), "Range: bytes=0-%zu\r\n",
			service->pieces.length - 1);
	answer->headers = service->headers;
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
		"jobComplete", 1, "totalRows", number((int64_t)json_array_size(all)));
	size_t next = first + json_array_size(rows);
	if (next < json_array_size(all) && room > 0)
		json_object_set_new(page, "pageToken", number((int64_t)next));
	const json_t *told = fake_at(job, "statistics.query");
	json_object_update(page, (json_t *)told);
	if (json_array_size(rows) > 0) /* an empty answer has no "rows" */
		json_object_set(page, "rows", rows);
	json_decref(rows);
	return page;
}

static void on_job(struct fake_bigquery *service, const char *id, bool is_query,
	const struct fake_request *request, struct fake_answer *answer)
{
	const json_t *job = json_object_get(service->jobs, id);
	const json_t *result = json_object_get(service->results, id);
	if (job == NULL || (is_query && result == NULL))
		say_missing(service, answer, "Job");
	else if (is_query)
		say(service, answer, make_page(request, job, result));
	else
		say(service, answer, json_deep_copy(job));
}

/* jobs.query: a dry run, or a job whose id is ours. */
static void ask_query(struct fake_bigquery *service, const json_t *body, struct fake_answer *answer)
{
	struct fake_problem problem;
	int64_t bytes, billed;
	char id[40];
	if (json_is_true(json_object_get(body, "dryRun"))) {
		if (!fake_sql_estimate(service, body, &bytes, &billed, &problem))
			say_problem(service, answer, &problem);
		else
			say(service, answer,
				json_pack("{s:b, s:o, s:{s:s}}", "jobComplete", 1,
					"totalBytesProcessed", number(bytes), "jobReference",
					"projectId", FAKE_PROJECT));
		return;
	}
	snprintf(id, sizeof(id), "query%zu", json_object_size(service->jobs));
	json_t *asked = json_pack("{s:{s:s, s:s}, s:{s:O}}", "jobReference", "projectId",
		FAKE_PROJECT, "jobId", id, "configuration", "query", body);
	insert_query(service, asked, answer);
	if (answer->status < 300) {
		const struct fake_request first = {.path = (char *)"?maxResults=0"};
		say(service, answer,
			make_page(&first, json_object_get(service->jobs, id),
				json_object_get(service->results, id)));
	}
	json_decref(asked);
}

/* Requests */

static void route_datasets(struct fake_bigquery *service, const char *path,
	const struct fake_request *request, const json_t *body, struct fake_answer *answer)
{
	char dataset[100] = "", table[150] = "";
	bool is_post = strcmp(request->method, "POST") == 0;
	int parts = sscanf(path, "/%99[^/?]/tables/%149[^/?]", dataset, table);
	if (parts <= 0 && is_post)
		make_dataset(service, body, answer);
	else if (parts <= 0)
		say(service, answer, json_object());
	else if (parts == 2)
		on_table(service, dataset, table, request, body, answer);
	else if (is_post)
		make_table(service, dataset, body, answer);
	else
		list_tables(service, dataset, answer);
}

static void route_jobs(struct fake_bigquery *service, const char *path,
	const struct fake_request *request, const json_t *body, struct fake_answer *answer)
{
	char id[200] = "";
	if (sscanf(path, "/%199[^/?]", id) == 1)
		on_job(service, id, false, request, answer);
	else
		insert_query(service, body, answer);
}

static void route(struct fake_bigquery *service, const struct fake_request *request,
	const json_t *body, struct fake_answer *answer)
{
	static const char base[] = "/bigquery/v2/projects/" FAKE_PROJECT "/";
	const char *path = request->path;
	char id[200];
	if (strstr(path, "discovery") != NULL)
		say(service, answer, fake_discovery(fake_url(service->server)));
	else if (text_starts_with(path, "/upload/session"))
		take_piece(service, request, answer);
	else if (text_starts_with(path, "/upload/") && strstr(path, "resumable") != NULL)
		begin_session(service, body, answer);
	else if (text_starts_with(path, "/upload/"))
		load_multipart(service, request, answer);
	else if (!text_starts_with(path, base))
		say_missing(service, answer, "that path in");
	else if (text_starts_with(path += strlen(base), "datasets"))
		route_datasets(service, path + 8, request, body, answer);
	else if (text_starts_with(path, "jobs"))
		route_jobs(service, path + 4, request, body, answer);
	else if (sscanf(path, "queries/%199[^/?]", id) == 1)
		on_job(service, id, true, request, answer);
	else
		ask_query(service, body, answer);
}

/* True: the process is dead, and with it this connection. */
static bool kill_if_due(struct fake_bigquery *service, bool is_after)
{
	pthread_mutex_lock(&service->lock);
	bool is_due =
		service->request == service->kill_request && service->is_kill_after == is_after;
	while (is_due && service->victim == 0)
		pthread_cond_wait(&service->aimed, &service->lock);
	if (is_due) {
		kill(service->victim, SIGKILL);
		service->has_killed = true;
		service->kill_request = -1;
	}
	if (is_after)
		service->request++;
	pthread_mutex_unlock(&service->lock);
	return is_due;
}

static void serve(const struct fake_request *request, struct fake_answer *answer, void *context)
{
	struct fake_bigquery *service = context;
	if (kill_if_due(service, false)) {
		answer->fault = FAKE_CLOSES;
		return;
	}
	json_t *body = json_loadb(
		buffer_text(&request->body), request->body.length, JSON_REJECT_DUPLICATES, NULL);
	route(service, request, body, answer);
	json_decref(body);
	if (kill_if_due(service, true))
		answer->fault = FAKE_CLOSES;
}

/* COUNTIF(condition) */
static void count_if(sqlite3_context *context, int count, sqlite3_value **values)
{
	int64_t *sum = sqlite3_aggregate_context(context, sizeof(*sum));
	(void)count;
	*sum += sqlite3_value_int(values[0]) != 0;
}

static void tell_count(sqlite3_context *context)
{
	int64_t *sum = sqlite3_aggregate_context(context, sizeof(*sum));
	sqlite3_result_int64(context, *sum);
}

static void concatenate(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct buffer text = {0};
	for (int i = 0; i < count; i++) {
		const char *part = (const char *)sqlite3_value_text(values[i]);
		if (part == NULL) { /* NULL with anything is NULL */
			buffer_release(&text);
			return;
		}
		buffer_add_text(&text, part);
	}
	sqlite3_result_text(context, buffer_text(&text), -1, SQLITE_TRANSIENT);
	buffer_release(&text);
}

struct fake_bigquery *fake_bigquery_start(void)
{
	struct fake_bigquery *service = memory_new(sizeof(*service));
	assert_int_equal(sqlite3_open(":memory:", &service->rows), SQLITE_OK);
	sqlite3_create_function(
		service->rows, "COUNTIF", 1, SQLITE_UTF8, NULL, NULL, count_if, tell_count);
	sqlite3_create_function(
		service->rows, "CONCAT", -1, SQLITE_UTF8, NULL, concatenate, NULL, NULL);
	service->datasets = json_object();
	service->tables = json_object();
	service->jobs = json_object();
	service->results = json_object();
	service->now_ms = clock_wall_ms;
	service->kill_request = -1;
	pthread_mutex_init(&service->lock, NULL);
	pthread_cond_init(&service->aimed, NULL);
	service->server = fake_start();
	fake_handle(service->server, serve, service);
	return service;
}

void fake_bigquery_finish(struct fake_bigquery *service)
{
	fake_finish(service->server);
	sqlite3_close(service->rows);
	json_decref(service->datasets);
	json_decref(service->tables);
	json_decref(service->jobs);
	json_decref(service->results);
	json_decref(service->sessions);
	buffer_release(&service->pieces);
	pthread_mutex_destroy(&service->lock);
	pthread_cond_destroy(&service->aimed);
	free(service->said);
	free(service);
}

struct fake *fake_bigquery_server(struct fake_bigquery *service)
{
	return service->server;
}

void fake_bigquery_limit(struct fake_bigquery *service, const struct fake_limits *limits)
{
	fake_hold(service->server);
	service->limits = *limits;
	fake_let_go(service->server);
}

void fake_bigquery_set_clock(struct fake_bigquery *service, int64_t (*now_ms)(void))
{
	fake_hold(service->server);
	service->now_ms = now_ms;
	fake_let_go(service->server);
}

void fake_bigquery_change(struct fake_bigquery *service, const char *table, const char *members)
{
	const char *name;
	json_t *value, *changes = json_loads(members, 0, NULL);
	fake_hold(service->server);
	json_t *resource = json_object_get(service->tables, table);
	assert_non_null(resource);
	assert_non_null(changes);
	json_object_foreach(changes, name, value)
	{
		if (json_is_null(value))
			json_object_del(resource, name);
		else
			json_object_set(resource, name, value);
	}
	set_etag(service, resource);
	fake_let_go(service->server);
	json_decref(changes);
}

const json_t *fake_bigquery_table(struct fake_bigquery *service, const char *table)
{
	fake_hold(service->server);
	const json_t *resource = json_object_get(service->tables, table);
	fake_let_go(service->server);
	return resource;
}

int64_t fake_bigquery_number(struct fake_bigquery *service, const char *sql)
{
	sqlite3_stmt *statement;
	int64_t value = -1;
	fake_hold(service->server);
	if (sqlite3_prepare_v2(service->rows, sql, -1, &statement, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sqlite3_errmsg(service->rows), sql);
	if (sqlite3_step(statement) == SQLITE_ROW)
		value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	fake_let_go(service->server);
	return value;
}

void fake_bigquery_kill_at(struct fake_bigquery *service, int request, bool is_after)
{
	pthread_mutex_lock(&service->lock);
	service->request = 0;
	service->kill_request = request;
	service->is_kill_after = is_after;
	service->has_killed = false;
	service->victim = 0;
	pthread_mutex_unlock(&service->lock);
}

void fake_bigquery_aim(struct fake_bigquery *service, pid_t process)
{
	pthread_mutex_lock(&service->lock);
	service->victim = process;
	pthread_cond_signal(&service->aimed);
	pthread_mutex_unlock(&service->lock);
}

bool fake_bigquery_has_killed(struct fake_bigquery *service)
{
	pthread_mutex_lock(&service->lock);
	bool has_killed = service->has_killed;
	service->kill_request = -1;
	pthread_mutex_unlock(&service->lock);
	return has_killed;
}
