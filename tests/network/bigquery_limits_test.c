/* The BigQuery client: what is too large is neither sent nor taken. */
#include "tests/network/support/client_place.h"
#include "tests/test.h"

static void more_rows_than_asked_for_are_a_failure(void **state)
{
	struct place *place = *state;
	struct buffer page = {0};
	buffer_add_text(&page, "{" SCHEMA ",\"totalRows\":\"101\",\"rows\":[");
	for (int i = 0; i < 101; i++)
		buffer_add_format(
			&page, "%s{\"f\":[{\"v\":\"%d\"},{\"v\":null}]}", i == 0 ? "" : ",", i);
	buffer_add_text(&page, "]}");
	const struct fake_step steps[] = {INSERTED, COMPLETE, {"GET", {.body = page.bytes}}};
	FAKE_SCRIPT(place->fake, steps);
	client_expect_trouble(place, TROUBLE_NONE, "more than 100 rows");
	buffer_release(&page);
}

/* Runs a statement of so many bytes, with so many parameters of so many bytes each. */
static bool ask_much(
	struct place *place, size_t sql_bytes, size_t count, size_t value_bytes, struct error *err)
{
	struct bigquery_parameter *parameters = memory_new_array(count, sizeof(*parameters));
	struct bigquery_result result;
	char *sql = memory_format("%-*s", (int)sql_bytes, "SELECT 1"),
	     *value = memory_format("%-*s", (int)value_bytes, "x");
	for (size_t i = 0; i < count; i++)
		parameters[i] = (struct bigquery_parameter){"p", "STRING", value};
	const struct bigquery_query query = {.name = "much",
		.sql = sql,
		.parameters = parameters,
		.parameter_count = count,
		.rows_max = 1};
	*err = (struct error){0};
	bool done = bigquery_select(place->bigquery, &query, client_note_row, place, &result, err);
	free(parameters);
	free(sql);
	free(value);
	return done;
}

static void expect_too_much(struct place *place, const struct error *err, const char *words)
{
	assert_int_equal(err->kind, ERROR_LIMIT);
	assert_int_equal(bigquery_last_failure(place->bigquery)->trouble, TROUBLE_BIG);
	if (strstr(err->text, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, err->text);
}

static void what_the_service_would_refuse_for_its_size_is_not_sent(void **state)
{
	struct place *place = *state;
	struct error err;
	int64_t bytes;
	const struct fake_step steps[] = {INSERTED, COMPLETE, ONE_ROW, INSERTED, COMPLETE, ONE_ROW};
	FAKE_SCRIPT(place->fake, steps);
	assert_true(ask_much(place, BIGQUERY_SQL_BYTES_MAX, 0, 1, &err));
	assert_false(ask_much(place, BIGQUERY_SQL_BYTES_MAX + 1, 0, 1, &err));
	expect_too_much(place, &err, "statement in bytes is limited to 1048576; nothing was sent");
	assert_true(ask_much(place, 8, BIGQUERY_QUERY_PARAMETERS_MAX, 1, &err));
	assert_false(ask_much(place, 8, BIGQUERY_QUERY_PARAMETERS_MAX + 1, 1, &err));
	expect_too_much(place, &err, "a statement in parameters is limited to 10000");
	assert_int_equal(fake_count(place->fake, ""), 6);
	char *sql = memory_format("%-*s", BIGQUERY_SQL_BYTES_MAX + 1, "SELECT 1");
	const struct bigquery_query query = {.name = "much", .sql = sql};
	assert_false(bigquery_estimate(place->bigquery, &query, &bytes, &err));
	expect_too_much(place, &err, "cannot estimate \"much\": the text of a statement");
	free(sql);
	assert_int_equal(fake_count(place->fake, ""), 6);
}

/* The largest request that may be sent is exactly as long as the limit. */
static void a_request_may_be_as_long_as_the_limit(void **state)
{
	struct place *place = *state;
	struct error err;
	const struct fake_step probe[] = {INSERTED, COMPLETE, ONE_ROW};
	FAKE_SCRIPT(place->fake, probe);
	assert_true(ask_much(place, 8, 1, 1, &err));
	size_t rest = BIGQUERY_REQUEST_BYTES_MAX - strlen(fake_body(place->fake, "POST /jobs", 0));
	FAKE_SCRIPT(place->fake, probe);
	assert_true(ask_much(place, 8, 1, 1 + rest, &err));
	assert_int_equal(
		strlen(fake_body(place->fake, "POST /jobs", 1)), BIGQUERY_REQUEST_BYTES_MAX);
	assert_false(ask_much(place, 8, 1, 2 + rest, &err));
	expect_too_much(place, &err, "a request in bytes is limited to 10485760");
	assert_int_equal(fake_count(place->fake, ""), 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_SERVER(more_rows_than_asked_for_are_a_failure),
		ON_A_SERVER(what_the_service_would_refuse_for_its_size_is_not_sent),
		ON_A_SERVER(a_request_may_be_as_long_as_the_limit),
	};
	return RUN(tests);
}
