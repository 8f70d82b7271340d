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

void fake_say(struct fake_bigquery *service, struct fake_answer *answer, json_t *body)
{
	free(service->said);
	service->said = json_dumps(body, JSON_COMPACT);
	json_decref(body);
	answer->body = service->said;
}

void fake_say_problem(struct fake_bigquery *service, struct fake_answer *answer,
	const struct fake_problem *problem)
{
	answer->status = problem->status;
	fake_say(service, answer,
		json_pack("{s:{s:i, s:s, s:[{s:s, s:s, s:s}]}}", "error", "code", problem->status,
			"message", problem->message, "errors", "domain", "global", "reason",
			problem->reason, "message", problem->message));
}

void fake_say_missing(struct fake_bigquery *service, struct fake_answer *answer, const char *what)
{
	struct fake_problem problem;
	fake_problem_set(&problem, 404, "notFound", "Not found: %s " FAKE_PROJECT, what);
	fake_say_problem(service, answer, &problem);
}

json_t *fake_number(int64_t value)
{
	char text[24];
	snprintf(text, sizeof(text), "%lld", (long long)value);
	return json_string(text);
}

/* Requests */

static void route_datasets(struct fake_bigquery *service, const char *path,
	const struct fake_request *request, const json_t *body, struct fake_answer *answer)
{
	char dataset[100] = "", table[150] = "";
	bool is_post = strcmp(request->method, "POST") == 0;
	int parts = sscanf(path, "/%99[^/?]/tables/%149[^/?]", dataset, table);
	if (parts <= 0 && is_post)
		fake_make_dataset(service, body, answer);
	else if (parts <= 0)
		fake_say(service, answer, json_object());
	else if (parts == 2)
		fake_on_table(service, dataset, table, request, body, answer);
	else if (is_post)
		fake_make_table(service, dataset, body, answer);
	else
		fake_list_tables(service, dataset, answer);
}

static void route_jobs(struct fake_bigquery *service, const char *path,
	const struct fake_request *request, const json_t *body, struct fake_answer *answer)
{
	char id[200] = "";
	if (sscanf(path, "/%199[^/?]", id) == 1 && strstr(path, "/cancel") != NULL)
		fake_cancel_job(service, id, answer);
	else if (id[0] != '\0')
		fake_on_job(service, id, false, request, answer);
	else if (strcmp(request->method, "GET") == 0)
		fake_list_jobs(service, request, answer);
	else
		fake_insert_query(service, body, answer);
}

static void route(struct fake_bigquery *service, const struct fake_request *request,
	const json_t *body, struct fake_answer *answer)
{
	static const char base[] = "/bigquery/v2/projects/" FAKE_PROJECT "/";
	const char *path = request->path;
	char id[200];
	if (strstr(path, "discovery") != NULL)
		fake_say(service, answer, fake_discovery(fake_url(service->server)));
	else if (text_starts_with(path, "/upload/session"))
		fake_take_piece(service, request, answer);
	else if (text_starts_with(path, "/upload/") && strstr(path, "resumable") != NULL)
		fake_begin_session(service, body, answer);
	else if (text_starts_with(path, "/upload/"))
		fake_load_multipart(service, request, answer);
	else if (!text_starts_with(path, base))
		fake_say_missing(service, answer, "that path in");
	else if (text_starts_with(path += strlen(base), "datasets"))
		route_datasets(service, path + 8, request, body, answer);
	else if (text_starts_with(path, "jobs"))
		route_jobs(service, path + 4, request, body, answer);
	else if (sscanf(path, "queries/%199[^/?]", id) == 1)
		fake_on_job(service, id, true, request, answer);
	else
		fake_ask_query(service, body, answer);
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
	if (fake_let_in(service, request, answer))
		route(service, request, body, answer);
	json_decref(body);
	if (kill_if_due(service, true))
		answer->fault = FAKE_CLOSES;
}

struct fake_bigquery *fake_bigquery_start(void)
{
	struct fake_bigquery *service = memory_new(sizeof(*service));
	assert_int_equal(sqlite3_open(":memory:", &service->rows), SQLITE_OK);
	fake_sql_begin(service);
	service->datasets = json_object();
	service->tables = json_object();
	service->jobs = json_object();
	service->results = json_object();
	service->modified = json_object();
	service->waiting = json_object();
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
	json_decref(service->modified);
	json_decref(service->waiting);
	json_decref(service->sessions);
	buffer_release(&service->pieces);
	pthread_mutex_destroy(&service->lock);
	pthread_cond_destroy(&service->aimed);
	free(service->said);
	free(service);
}

struct fake_bigquery *fake_bigquery_publish(void)
{
	struct fake_bigquery *service = fake_bigquery_start();
	setenv("BIGQUERY_EMULATOR_HOST", fake_url(fake_bigquery_server(service)), 1);
	return service;
}

void fake_bigquery_withdraw(struct fake_bigquery *service)
{
	fake_bigquery_finish(service);
	unsetenv("BIGQUERY_EMULATOR_HOST");
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

int64_t fake_bigquery_billed(struct fake_bigquery *service)
{
	fake_hold(service->server);
	int64_t billed = service->billed;
	fake_let_go(service->server);
	return billed;
}

struct fake_traffic fake_bigquery_traffic(struct fake_bigquery *service)
{
	fake_hold(service->server);
	struct fake_traffic traffic = service->traffic;
	fake_let_go(service->server);
	return traffic;
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
	fake_set_etag(service, resource);
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
