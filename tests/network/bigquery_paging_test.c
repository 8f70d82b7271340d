/* The BigQuery client: an answer in pages is whole, or it is a failure. */
#include "tests/network/support/client_place.h"
#include "tests/test.h"

static void waiting_and_pages_end_with_every_row(void **state)
{
	struct place *place = *state;
	const struct fake_step not_yet = {
		"GET /queries/job_of_server", {.body = "{" REFERENCE ",\"jobComplete\":false}"}};
	const struct fake_step steps[] = {INSERTED, not_yet, not_yet, not_yet, COMPLETE,
		{"GET maxResults=10000",
			{.body = "{" SCHEMA ",\"totalRows\":\"3\",\"pageToken\":\"a=b&c\",\"rows\":"
				 "[{\"f\":[{\"v\":\"9223372036854775807\"},{\"v\":\"x\"}]}]}"}},
		{"GET &pageToken=a%3Db%26c",
			{.body = "{" SCHEMA ",\"totalRows\":\"3\",\"pageToken\":\"d\",\"rows\":"
				 "[{\"f\":[{\"v\":\"NaN\"},{\"v\":[{\"v\":\"1\"},{\"v\":null}]}]}]"
				 "}"}},
		{"GET &pageToken=d", {.body = "{\"totalRows\":\"3\",\"rows\":"
					      "[{\"f\":[{\"v\":\"1\"},{\"v\":[]}]}]}"}}};
	FAKE_SCRIPT(place->fake, steps);
	client_expect_rows(place, "9223372036854775807,x;NaN,[\"1\",null];1,[];");
}

static void an_empty_answer_has_no_rows_and_is_fine(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {INSERTED, COMPLETE,
		{"GET", {.body = "{" SCHEMA ",\"totalRows\":\"0\",\"jobComplete\":true}"}}};
	FAKE_SCRIPT(place->fake, steps);
	client_expect_rows(place, "");
}

static void fewer_rows_than_promised_are_a_failure(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {INSERTED, COMPLETE,
		{"GET", {.body = "{" SCHEMA ",\"totalRows\":\"2\",\"rows\":[{\"f\":[{\"v\":\"7\"},{"
				 "\"v\":null}]}]}"}},
		INSERTED, COMPLETE,
		{"GET", {.body = "{" SCHEMA ",\"totalRows\":\"2\",\"pageToken\":\"x\"}"}}, INSERTED,
		COMPLETE,
		{"GET", {.body = "{" SCHEMA
				 ",\"totalRows\":\"1\",\"rows\":[{\"f\":[{\"v\":\"7\"}]}]"
				 "}"}}};
	FAKE_SCRIPT(place->fake, steps);
	client_expect_trouble(place, TROUBLE_NONE, "promised 2 rows and sent 1");
	client_expect_trouble(place, TROUBLE_NONE, "an empty page");
	client_expect_trouble(place, TROUBLE_NONE, "not as many cells");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_SERVER(waiting_and_pages_end_with_every_row),
		ON_A_SERVER(an_empty_answer_has_no_rows_and_is_fine),
		ON_A_SERVER(fewer_rows_than_promised_are_a_failure),
	};
	return RUN(tests);
}
