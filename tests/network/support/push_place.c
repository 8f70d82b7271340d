#include "tests/network/support/push_place.h"

#include "base/path.h"
#include "native/processor.h"
#include "tests/support/filled_rows.h"
#include "tests/test.h"
#include "warehouse/raw_tables.h"

const struct table_layout *push_layout(const char *name)
{
	return processor_find(name)->layout;
}

/* Two raw tables, and two computed ones of which one was computed from the other. */
static void fill(const char *path)
{
	struct warehouse *warehouse;
	struct error err;
	assert_true(warehouse_open(path, WAREHOUSE_CREATE, &warehouse, &err));
	assert_true(processors_prepare(warehouse, &err));
	filled_rows_load(warehouse, raw_table_layout(RAW_TEAMS), DATE_NONE, 5, 0);
	for (int i = 0; i < DATES; i++) {
		filled_rows_load(warehouse, raw_table_layout(RAW_GAMES), DAY + i, 3, 0);
		struct receipt upstream =
			filled_rows_write(warehouse, push_layout(CONTEXT), DAY + i, 4, 0, NULL, 0);
		filled_rows_write(warehouse, push_layout(FACTORS), DAY + i, 6, 0, &upstream, 1);
	}
	warehouse_close(warehouse);
}

static void open_service(struct place *place)
{
	place->service = fake_bigquery_start();
	place->server = fake_bigquery_server(place->service);
	setenv("BIGQUERY_EMULATOR_HOST", fake_url(place->server), 1);
}

void push_place_renew_service(struct place *place)
{
	fake_bigquery_finish(place->service);
	open_service(place);
}

int push_place_set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	place->home = test_folder();
	place->path = path_join(place->home, "data/backcourt/nba/warehouse.db");
	fill(place->path);
	open_service(place);
	*state = place;
	return 0;
}

int push_place_tear_down(void **state)
{
	struct place *place = *state;
	fake_bigquery_finish(place->service);
	unsetenv("BIGQUERY_EMULATOR_HOST");
	free(place->home);
	free(place->path);
	free(place->said);
	free(place);
	return 0;
}

void push_expect(struct place *place, struct program_result result, int status)
{
	free(place->said);
	place->status = result.status;
	place->said = result.output;
	if (result.status != status)
		fail_msg("exit status %d, not %d: %s", result.status, status, result.output);
}

void push_expect_words(const struct place *place, const char *words)
{
	if (strstr(place->said, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, place->said);
}

void push_expect_number(const struct place *place, const char *sql, int64_t wanted)
{
	int64_t number = fake_bigquery_number(place->service, sql);
	if (number != wanted)
		fail_msg("%s: %lld, not %lld", sql, (long long)number, (long long)wanted);
}

size_t push_count_dry_runs(const struct place *place)
{
	size_t dry = 0, asked = fake_count(place->server, "POST");
	for (size_t i = 0; i < asked; i++)
		dry += strstr(fake_body(place->server, "POST", i), "\"dryRun\":true") != NULL;
	return dry;
}

bool push_until(struct place *place, int request, const char *const *arguments)
{
	fake_bigquery_kill_at(place->service, request, true);
	struct program program = program_start(place->home, arguments);
	fake_bigquery_aim(place->service, program.pid);
	struct program_result result = program_finish(&program);
	bool is_killed = fake_bigquery_has_killed(place->service);
	assert_int_equal(result.status, is_killed ? 128 + 9 : 0);
	free(result.output);
	return is_killed;
}
