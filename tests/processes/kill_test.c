/*
 * kill -9 at random points of native runs: after each, every date of every table is absent or
 * complete, and in the end the tables are those of an undisturbed run.
 */
#include "tests/test.h"

#include "native/processor.h"
#include "tests/support/program.h"
#include "warehouse/raw_tables.h"

#include <signal.h>
#include <sys/stat.h>
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

static uint32_t random_below(uint32_t limit)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(seed >> 33) % limit;
}

static void run_expecting(const char *home, int status, const char *const *arguments)
{
	struct program_result result = program_run(home, arguments);
	if (result.status != status)
		fail_msg("exit status %d, not %d:\n%s", result.status, status, result.output);
	free(result.output);
}

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

/* One text of all receipts: table, date, rows, hash. */
static char *receipts_text(const char *home)
{
	struct receipts receipts;
	struct error err;
	struct buffer text = {0};
	struct warehouse *warehouse = open_warehouse(home);
	assert_true(warehouse_receipts(warehouse, range, &receipts, &err));
	for (size_t i = 0; i < receipts.count; i++) {
		char date[DATE_TEXT_BYTES];
		buffer_add_format(&text, "%s %s %lld %s\n", receipts.items[i].table,
			date_format(receipts.items[i].date, date),
			(long long)receipts.items[i].rows, receipts.items[i].hash);
	}
	receipts_release(&receipts);
	warehouse_close(warehouse);
	return text.bytes != NULL ? text.bytes : memory_copy_text("");
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

/* Reads until so many lines came or the program ended. */
static void read_lines(const struct program *program, uint32_t lines)
{
	char byte;
	while (lines > 0 && read(program->output, &byte, 1) == 1)
		lines -= byte == '\n';
}

/* Kills the run somewhere; true when it had come to its end by itself. */
static bool run_and_kill(const char *home)
{
	struct program program = PROGRAM_START(home, "run", "--range", RANGE);
	read_lines(&program, 1 + random_below(LINES_MOST));
	/* Somewhere behind the line, so that not only what follows a line is hit. */
	struct timespec little = {.tv_nsec = (long)random_below(3000000)};
	nanosleep(&little, NULL);
	kill(program.pid, SIGKILL);
	struct program_result end = program_finish(&program);
	bool finished = end.status == 0;
	if (!finished)
		assert_int_equal(end.status, 128 + SIGKILL);
	free(end.output);
	return finished;
}

static void copy_file(const char *from, const char *to)
{
	char bytes[65536];
	size_t got;
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	assert_non_null(in);
	assert_non_null(out);
	while ((got = fread(bytes, 1, sizeof(bytes), in)) > 0)
		assert_int_equal(fwrite(bytes, 1, got, out), got);
	fclose(in);
	assert_int_equal(fclose(out), 0);
}

/* A new home with the raw data and nothing computed. */
static char *new_home(const char *imported)
{
	char *home = test_folder();
	char *data = memory_format("%s/data", home);
	char *tables = memory_format("%s/data/backcourt/nba", home);
	char *middle = memory_format("%s/data/backcourt", home);
	assert_int_equal(mkdir(data, 0700) | mkdir(middle, 0700) | mkdir(tables, 0700), 0);
	char *from = memory_format("%s/data/backcourt/nba/warehouse.db", imported);
	char *to = memory_format("%s/warehouse.db", tables);
	copy_file(from, to);
	free(data);
	free(middle);
	free(tables);
	free(from);
	free(to);
	return home;
}

static void kill_at_many_points(const char *imported, const char *undisturbed)
{
	char *home = new_home(imported);
	int complete_runs = 0;
	for (int kills = 0; kills < KILLS;) {
		bool finished = run_and_kill(home);
		kills += !finished;
		check_whole_dates(home);
		if (!finished && kills < KILLS)
			continue;
		run_expecting(home, 0, (const char *const[]){"run", "--range", RANGE, NULL});
		char *text = receipts_text(home);
		assert_string_equal(text, undisturbed);
		free(text);
		free(home);
		home = new_home(imported);
		complete_runs++;
	}
	print_message("# %d kills, %d times to the end\n", KILLS, complete_runs);
	free(home);
}

static void a_killed_run_leaves_whole_dates_only_and_the_next_one_finishes_it(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	seed = (uint64_t)time(NULL);
	print_message("# seed %llu\n", (unsigned long long)seed);
	char *imported = test_folder();
	run_expecting(imported, 0, (const char *const[]){"import", slice, NULL});
	char *calm = new_home(imported);
	run_expecting(calm, 0, (const char *const[]){"run", "--range", RANGE, NULL});
	char *undisturbed = receipts_text(calm);
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
