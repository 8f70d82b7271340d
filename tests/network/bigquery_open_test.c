/* The BigQuery warehouse: which one is meant, whether it may be spoken to, and that a stop reaches
 * it.
 */
#include "tests/network/support/canned_service.h"
#include "tests/test.h"

#include "base/cancel.h"

/* 0.0.0.0 leads here, but is no name of this machine's: it stands for an emulator elsewhere. */
static void an_emulator_elsewhere_is_spoken_to_where_that_was_allowed(void **state)
{
	struct service *service = *state;
	struct warehouse *elsewhere;
	struct receipt receipt;
	struct error err;
	bool unchanged;
	char host[40];
	snprintf(host, sizeof(host), "0.0.0.0:%d", fake_port(service->fake));
	setenv("BIGQUERY_EMULATOR_HOST", host, 1);
	assert_false(warehouse_open("bigquery:p", WAREHOUSE_WRITE, &elsewhere, &err));
	assert_int_equal(fake_count(service->fake, ""), 0);
	if (!warehouse_open(
		    "bigquery:p?writes=load&remote_emulator=1", WAREHOUSE_WRITE, &elsewhere, &err))
		fail_msg("%s", err.text);
	warehouse_close(service->warehouse);
	service->warehouse = elsewhere;
	if (!canned_write_day(service, NOW_MS, &receipt, &unchanged, &err))
		fail_msg("%s", err.text);
	assert_true(fake_count(service->fake, "POST /upload/") > 0);
}

static void a_spec_says_what_it_means_or_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *spec;
		const char *words;
	} cases[] = {
		{"bigquery:?location=E/U", "not a location"},
		{"bigquery:p`q", "not a project"},
		{"bigquery:p?colour=red", "no option \"colour\""},
		{"bigquery:p?location", "key=value"},
		{"bigquery:p?location=E/U", "not a location"},
		{"bigquery:p?writes=stream", "load or dml"},
		{"bigquery:p?billed_mb=9", "from 10"},
		{"bigquery:p?read_only=yes", "0 or 1"},
		{"bigquery:p?read_only=1&remote_emulator=1", "is read-only"},
		{"bigquery:p", "not this machine"},
	};
	struct warehouse *warehouse;
	struct error err;
	setenv("BIGQUERY_EMULATOR_HOST", "10.0.0.1:9050", 1);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		assert_false(warehouse_open(cases[i].spec, WAREHOUSE_WRITE, &warehouse, &err));
		if (strstr(err.text, cases[i].words) == NULL)
			fail_msg("\"%s\" is not in: %s", cases[i].words, err.text);
	}
	assert_true(warehouse_open("bigquery:p?remote_emulator=1&location=us-east1&billed_mb=10",
		WAREHOUSE_WRITE, &warehouse, &err));
	assert_string_equal(warehouse_name(warehouse), "bigquery:p (EMULATOR)");
	warehouse_close(warehouse);
	setenv("BIGQUERY_EMULATOR_HOST", "localhost:9050/bigquery/v2/", 1);
	assert_true(warehouse_is_emulated("bigquery:p"));
	assert_false(warehouse_is_emulated("/tmp/warehouse.db"));
	assert_false(warehouse_is_emulated("bigquery:p?endpoint=https://example.org"));
	assert_true(warehouse_open("bigquery:p?read_only=1", WAREHOUSE_READ, &warehouse, &err));
	warehouse_close(warehouse);
	assert_true(warehouse_exists("bigquery:p"));
	/* Not known to be absent: opening them says why. */
	assert_true(warehouse_exists("bigquery:p?x=y"));
	assert_true(warehouse_exists("nosuch:place"));
	unsetenv("BIGQUERY_EMULATOR_HOST");
}

static void a_stop_reaches_every_call(void **state)
{
	struct service *service = *state;
	struct cancel *cancel;
	struct receipts receipts;
	struct error err;
	assert_true(cancel_new(&cancel, &err));
	cancel_raise(cancel, CANCEL_NOW);
	warehouse_set_cancel(service->warehouse, cancel);
	assert_false(warehouse_receipts(
		service->warehouse, (struct date_range){DAY, DAY}, &receipts, &err));
	assert_int_equal(err.kind, ERROR_CANCELLED);
	canned_expect_refusal(service, "stopped");
	warehouse_set_cancel(service->warehouse, NULL);
	cancel_free(cancel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_SERVICE(an_emulator_elsewhere_is_spoken_to_where_that_was_allowed),
		cmocka_unit_test(a_spec_says_what_it_means_or_is_refused),
		ON_A_SERVICE(a_stop_reaches_every_call),
	};
	return RUN(tests);
}
