/*
 * Whole answers of BigQuery to the client's calls: jobs, tables, lists, pages, uploads. Each text
 * of the input is an answer, its first byte the status; http.c is left out, this file is in its
 * place.
 */
#include "tests/fuzz/support/fuzz.h"
#include "tests/network/support/no_time.h"

#include "base/memory.h"
#include "base/text.h"
#include "warehouse/bigquery.h"
#include "warehouse/http.h"

#include <stdlib.h>
#include <string.h>

struct http {
	const struct retry *policy;
	int64_t count;
};

static struct fuzz_input answers;

bool http_new(const struct http_settings *settings, struct http **made, struct error *err)
{
	(void)err;
	*made = memory_new(sizeof(**made));
	(*made)->policy = settings->policy;
	return true;
}

void http_free(struct http *http)
{
	free(http);
}

void http_set_cancel(struct http *http, struct cancel *cancel)
{
	(void)http;
	(void)cancel;
}

void http_hear_waits(struct http *http, struct http_waits waits)
{
	(void)http;
	(void)waits;
}

int64_t http_request_count(const struct http *http)
{
	return http->count;
}

bool http_judge_status(const struct http_reply *reply, void *context)
{
	(void)context;
	return reply->status >= 500;
}

static long status_of(char byte)
{
	static const long statuses[] = {
		200, 204, 302, 308, 400, 401, 403, 404, 409, 412, 429, 500, 503};
	return statuses[(unsigned char)byte % (sizeof(statuses) / sizeof(statuses[0]))];
}

enum http_result http_send(struct http *http, const struct http_request *request,
	struct http_reply *reply, struct error *err)
{
	http->count++;
	MUST(request->url != NULL && strpbrk(request->url, "\r\n \"<>`") == NULL);
	MUST(strlen(request->url) <= HTTP_URL_BYTES_MAX);
	if (answers.at >= answers.end) {
		error_set(err, ERROR_NETWORK, "there is no more");
		return HTTP_REFUSED;
	}
	char *text = fuzz_next_text(&answers);
	*reply = (struct http_reply){
		.status = status_of(text[0]), .retry_after_ms = -1, .date_ms = -1};
	const char *body = text[0] == '\0' ? "" : text + 1;
	buffer_add_text(&reply->body, body);
	text_copy(reply->location, sizeof(reply->location), "http://127.0.0.1:1/upload/session");
	text_copy(reply->range, sizeof(reply->range), body);
	free(text);
	return HTTP_ANSWERED;
}

enum http_result http_call(struct http *http, const struct http_request *request, http_judge judge,
	void *context, struct http_reply *reply, struct error *err)
{
	struct retry_state state;
	retry_begin(&state, http->policy);
	for (;;) {
		enum http_result result = http_send(http, request, reply, err);
		if (result != HTTP_ANSWERED || !judge(reply, context) ||
			!retry_wait(&state, -1, NULL))
			return result;
		http_reply_release(reply);
	}
}

static bool take_row(const char *const *cells, size_t cell_count, void *context, struct error *err)
{
	size_t *width = context;
	(void)cells;
	(void)err;
	MUST(*width == 0 || *width == cell_count);
	*width = cell_count;
	return true;
}

static void look_at_tables(struct bigquery *client)
{
	struct bigquery_table table;
	struct bigquery_tables tables;
	struct error err = {0};
	bool is_missing;
	bool done = bigquery_get_table(client, "d", "t", &table, &err);
	fuzz_check_error(done, &err);
	if (done) {
		for (size_t i = 0; i < table.field_count; i++)
			MUST(table.fields[i].name != NULL && table.fields[i].type != NULL);
		bigquery_table_release(&table);
	}
	err = (struct error){0};
	done = bigquery_list_tables(client, "d", &tables, &is_missing, &err);
	fuzz_check_error(done, &err);
	if (!done)
		return;
	MUST(tables.count <= BIGQUERY_TABLES_MAX && (!is_missing || tables.count == 0));
	for (size_t i = 0; i < tables.count; i++)
		MUST(tables.items[i].name != NULL);
	bigquery_tables_release(&tables);
}

static void ask_and_load(struct bigquery *client, uint8_t choice)
{
	const struct bigquery_query query = {
		.name = "q", .sql = "SELECT 1", .rows_max = 100, .billed_bytes_max = 1};
	const struct bigquery_load load = {.name = "l",
		.dataset = "d",
		.table = "t$20211116",
		.rows = "{}\n",
		.rows_bytes = 3};
	struct bigquery_result result;
	struct bigquery_loaded loaded;
	struct error err = {0};
	size_t width = 0;
	int64_t bytes;
	bool done;
	if (choice % 4 == 0)
		done = bigquery_select(client, &query, take_row, &width, &result, &err);
	else if (choice % 4 == 1)
		done = bigquery_execute(client, &query, &result, &err);
	else if (choice % 4 == 2)
		done = bigquery_estimate(client, &query, &bytes, &err);
	else
		done = bigquery_load_rows(client, &load, &loaded, &err);
	fuzz_check_error(done, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct bigquery *client;
	const struct bigquery_settings settings = {.project = "p",
		.endpoint = "http://127.0.0.1:1",
		.policy = &no_time,
		.is_emulator = true};
	if (length == 0)
		return 0;
	answers = fuzz_input(bytes + 1, length - 1);
	no_time_reset();
	MUST(bigquery_new(&settings, &client, NULL));
	if (bytes[0] % 8 < 4)
		ask_and_load(client, bytes[0]);
	else
		look_at_tables(client);
	bigquery_free(client);
	return 0;
}
