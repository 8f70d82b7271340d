/* A date that somebody has left in doubt, on emulators that others wrote: how they list jobs. */
#include "tests/network/support/emulator.h"
#include "tests/support/filled_rows.h"
#include "tests/test.h"

#include "core/warehouse/bigquery_backend.h"
#include "native/processor.h"

#define DAY   date_of(2021, 11, 16)
#define TABLE "upcoming_team_game_context"
#define ROWS  3
#define MS    INT64_C(1637100000000)

struct place {
	struct emulator emulator;
	struct warehouse *warehouse;
	const struct table_layout *layout;
	struct error err;
};

static void check(bool done, const struct place *place)
{
	if (!done)
		fail_msg("%s: %s", emulator_abilities[place->emulator.kind].name, place->err.text);
}

static void leave_open(struct place *place)
{
	struct receipt receipt = {.date = DAY,
		.rows = -1,
		.distinct_keys = -1,
		.is_open = true,
		.verified_ms = MS + 1000};
	text_copy(receipt.table, sizeof(receipt.table), TABLE);
	check(warehouse_store_receipts(place->warehouse, &receipt, 1, &place->err), place);
}

static struct receipt write_day(struct place *place)
{
	struct receipt receipt;
	struct rows rows;
	bool unchanged;
	rows_init(&rows, place->layout);
	filled_rows_add(&rows, DAY, ROWS, 0);
	const struct day_write write = {
		.layout = place->layout, .date = DAY, .run = "r", .rows = &rows, .now_ms = MS};
	check(warehouse_replace_day(place->warehouse, &write, &receipt, &unchanged, &place->err),
		place);
	rows_release(&rows);
	return receipt;
}

static void what_was_left_in_doubt_is_written_on(enum emulator_kind kind)
{
	struct place place = {.layout = processor_find(TABLE)->layout};
	if (!emulator_start(&place.emulator, kind)) {
		print_message("# skipped: %s\n", place.emulator.reason);
		skip();
	}
	check(warehouse_open("bigquery:test", WAREHOUSE_CREATE, &place.warehouse, &place.err),
		&place);
	check(warehouse_prepare(place.warehouse, &place.layout, 1, &place.err), &place);
	write_day(&place); /* its jobs are over, and may be listed all the same */
	leave_open(&place);
	struct receipt receipt = write_day(&place);
	assert_false(receipt.is_open);
	assert_int_equal(receipt.rows, ROWS);
	assert_true(connection_of(place.warehouse)->left.is_listed);
	print_message("# %s listed %zu jobs as under way\n", emulator_abilities[kind].name,
		connection_of(place.warehouse)->left.count);
	warehouse_close(place.warehouse);
	emulator_stop(&place.emulator);
}

static void what_was_left_in_doubt_is_written_on_bqemulator(void **state)
{
	(void)state;
	what_was_left_in_doubt_is_written_on(EMULATOR_BQEMULATOR);
}

static void what_was_left_in_doubt_is_written_on_goccy(void **state)
{
	(void)state;
	what_was_left_in_doubt_is_written_on(EMULATOR_GOCCY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_left_in_doubt_is_written_on_bqemulator),
		cmocka_unit_test(what_was_left_in_doubt_is_written_on_goccy),
	};
	return RUN(tests);
}
