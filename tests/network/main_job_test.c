/* The console's main job where the users' tables are: raw rows pushed, every table computed
 * natively by the program itself, on an emulator that nobody here wrote. */
#include "tests/network/support/emulator.h"
#include "tests/support/program.h"
#include "tests/test.h"

#include "base/path.h"
#include "warehouse/warehouse.h"

#define RANGE "2021-10-19..2021-11-02" /* the first date behind the bootstrap days is the last */

struct place {
	char *home, *local, *state;
};

#define DO(...) program_expect(PROGRAM_RUN(place.home, __VA_ARGS__), 0, NULL)

static struct receipts receipts_of(const char *spec)
{
	const struct date_range range = {date_of(2021, 10, 19), date_of(2021, 11, 2)};
	struct warehouse *warehouse;
	struct receipts receipts;
	struct error err;
	if (!warehouse_open(spec, WAREHOUSE_READ, &warehouse, &err) ||
		!warehouse_receipts(warehouse, range, &receipts, &err))
		fail_msg("%s", err.text);
	warehouse_close(warehouse);
	return receipts;
}

/* What was computed here has an equal there; the receipts of raw rows are there alone. */
static void compare_receipts(const char *local)
{
	struct receipts here = receipts_of(local), there = receipts_of("bigquery:test");
	assert_true(here.count > 60);
	for (size_t i = 0; i < here.count; i++) {
		const struct receipt *ours = &here.items[i];
		const struct receipt *theirs = receipts_find(&there, ours->table, ours->date);
		char date[DATE_TEXT_BYTES];
		if (theirs == NULL || theirs->rows != ours->rows ||
			strcmp(theirs->hash, ours->hash) != 0)
			fail_msg("%s of %s is not the same there", ours->table,
				date_format(ours->date, date));
	}
	receipts_release(&here);
	receipts_release(&there);
}

static void raw_rows_are_pushed_and_every_table_is_computed_there(void **state)
{
	(void)state;
	struct emulator emulator;
	if (!emulator_start(&emulator, EMULATOR_BQEMULATOR)) {
		print_message("# skipped: %s\n", emulator.reason);
		skip();
	}
	struct place place = {.home = test_folder()};
	place.local = path_join(place.home, "data/backcourt/nba/warehouse.db");
	place.state = path_join(place.home, "there");
	DO("sample");
	DO("run", "--range", RANGE);
	DO("push", "--raw", "--remote", "bigquery:test", "--create", "--range", RANGE);
	DO("run", "--warehouse", "bigquery:test", "--state", place.state, "--range", RANGE);
	DO("coverage", "--verify", "--warehouse", "bigquery:test", "--state", place.state,
		"--range", RANGE); /* exit status 0: every expected cell is complete, counted */
	compare_receipts(place.local);
	/* So there is nothing to send either way. */
	DO("push", "--remote", "bigquery:test", "--range", RANGE, "--dry-run");
	DO("pull", "--raw", "--remote", "bigquery:test", "--range", RANGE, "--dry-run", "games",
		"player_box", "shots");
	emulator_stop(&emulator);
	free(place.local);
	free(place.state);
	free(place.home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(raw_rows_are_pushed_and_every_table_is_computed_there),
	};
	return RUN(tests);
}
