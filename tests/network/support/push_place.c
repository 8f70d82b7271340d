#include "tests/network/support/push_place.h"

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

void push_place_renew_service(struct place *place)
{
	fake_bigquery_withdraw(place->service);
	place->service = fake_bigquery_publish();
	place->server = fake_bigquery_server(place->service);
}

int push_place_set_up(void **state)
{
	place_set_up(state);
	const struct place *place = *state;
	fill(place->path);
	return 0;
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
	return place_die_at(place, request, true, arguments);
}
