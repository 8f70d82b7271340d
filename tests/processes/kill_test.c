/*
 * kill -9 at random points of native runs: after each, every date of every table is absent or
 * complete, and in the end the tables are those of an undisturbed run.
 */
#include "tests/processes/support/verb.h"
#include "tests/support/program.h"
#include "tests/support/sample_home.h"
#include "tests/support/seed.h"
#include "tests/test.h"

#include "native/processor.h"
#include "warehouse/raw_tables.h"

#include <signal.h>
#include <time.h>

/* The sanitizers slow everything down: they look at fewer kills. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define KILLS 20
#else
#define KILLS 200
#endif
#define RANGE	   "2021-10-19..2021-11-07"
#define LINES_MOST 40

static const struct date_range range = {18919, 18938};

static uint64_t seed;

static struct warehouse *open_warehouse(const char *home)
{
	struct warehouse *warehouse;
	struct error err;
	char *path = memory_format("%s/data/backcourt/nba/warehouse.db", home);
	if (!warehouse_open(path, WAREHOUSE_READ, &warehouse, &err))
		fail_msg("%s", err.text);
	free(path);
	return warehouse;
}

/* The tables themselves have what the receipts say, date by date, and nothing without receipt. */
static void check_whole_dates(const char *home)
{
	struct count_table tables[64] = {0};
	struct day_counts counts;
	struct receipts receipts;
	struct error err;
	size_t known = 0, count = processor_count();
	struct warehouse *warehouse = open_warehouse(home);
	for (size_t i = 0; i < count; i++)
		tables[i].layout = processor_at(i)->layout;
	assert_true(warehouse_receipts(warehouse, range, &receipts, &err));
	if (!warehouse_count_days(warehouse, tables, count, range, &counts, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < counts.count; i++) {
		const struct day_count *day = &counts.items[i];
		const struct receipt *receipt =
			receipts_find(&receipts, processor_at(day->table)->layout->name, day->date);
		assert_non_null(receipt);
		assert_int_equal(receipt->rows, day->rows);
		known++;
	}
	for (size_t i = 0; i < receipts.count; i++)
		known -= receipts.items[i].rows > 0;
	assert_int_equal(known, 0);
	day_counts_release(&counts);
	receipts_release(&receipts);
	warehouse_close(warehouse);
}

/* Kills the run somewhere; true when it had come to its end by itself. */
static bool run_and_kill(const char *home)
{
	struct program program = PROGRAM_START(home, "run", "--range", RANGE);
	program_skip_lines(&program, 1 + seed_below(&seed, LINES_MOST));
	/* Somewhere behind the line, so that not only what follows a line is hit. */
	struct timespec little = {.tv_nsec = (long)seed_below(&seed, 3000000)};
	nanosleep(&little, NULL);
	kill(program.pid, SIGKILL);
	struct program_result end = program_finish(&program);
	bool finished = end.status == 0;
	if (!finished)
		assert_int_equal(end.status, 128 + SIGKILL);
	free(end.output);
	return finished;
}

static void kill_at_many_points(const char *imported, const char *undisturbed)
{
	char *home = sample_home_like(imported);
	int complete_runs = 0;
	for (int kills = 0; kills < KILLS;) {
		bool finished = run_and_kill(home);
		kills += !finished;
		check_whole_dates(home);
		if (!finished && kills < KILLS)
			continue;
		VERB_EXPECT(home, 0, "run", "--range", RANGE);
		char *text = sample_home_receipts(home, range);
		assert_string_equal(text, undisturbed);
		free(text);
		free(home);
		home = sample_home_like(imported);
		complete_runs++;
	}
	print_message("# %d kills, %d times to the end\n", KILLS, complete_runs);
	free(home);
}

static void a_killed_run_leaves_whole_dates_only_and_the_next_one_finishes_it(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	seed = seed_of_tests();
	char *imported = test_folder();
	VERB_EXPECT(imported, 0, "import", slice);
	char *calm = sample_home_like(imported);
	VERB_EXPECT(calm, 0, "run", "--range", RANGE);
	char *undisturbed = sample_home_receipts(calm, range);
	assert_non_null(strstr(undisturbed, "ml_feature_store_v2"));
	kill_at_many_points(imported, undisturbed);
	free(undisturbed);
	free(calm);
	free(imported);
	free(slice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_killed_run_leaves_whole_dates_only_and_the_next_one_finishes_it),
	};
	return RUN(tests);
}
