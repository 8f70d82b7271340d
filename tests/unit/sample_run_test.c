/* The pipeline over the sample: every table ends complete on every date. */
#include "tests/support/pipeline_run.h"
#include "tests/test.h"

#include "coverage/coverage.h"
#include "native/processor.h"

/* Critical columns are counted as the console does it, so that NULLs there would show. */
static void set_counts(struct pipeline_run *run, struct coverage *coverage, struct date_range range)
{
	struct count_table counted[64];
	const char *critical[64][PIPELINE_EDGES_MAX];
	size_t tables[64];
	size_t count = 0;
	struct day_counts counts = {0};
	for (size_t i = 0; i < run->pipeline->table_count; i++) {
		const struct pipeline_table *table = &run->pipeline->tables[i];
		counted[count] = (struct count_table){processor_find(table->name)->layout,
			critical[count], pipeline_critical(table, critical[count])};
		tables[count++] = i;
	}
	pipeline_run_check(
		warehouse_count_days(run->warehouse, counted, count, range, &counts, &run->err),
		run);
	coverage_set_counts(coverage, &counts, tables, count, 1);
	day_counts_release(&counts);
}

static void expect_complete(
	const struct pipeline_run *run, const struct coverage *coverage, size_t table, date_t date)
{
	const struct cell *cell = coverage_cell(coverage, table, date);
	char text[DATE_TEXT_BYTES];
	if (cell->verdict != VERDICT_COMPLETE)
		fail_msg("%s on %s is %s (%s): %d rows of %d", run->pipeline->tables[table].name,
			date_format(date, text), verdict_word(cell->verdict),
			reason_word(cell->reason), (int)cell->rows, (int)cell->expected);
}

static void judge(struct pipeline_run *run, struct date_range range)
{
	struct receipts receipts = {0};
	struct coverage *coverage = coverage_new(run->pipeline, run->calendar, range);
	pipeline_run_check(warehouse_receipts(run->warehouse, range, &receipts, &run->err), run);
	coverage_set_receipts(coverage, &receipts, 1);
	set_counts(run, coverage, range);
	coverage_judge(coverage);
	for (size_t i = 0; i < run->pipeline->table_count; i++) {
		const struct pipeline_table *table = &run->pipeline->tables[i];
		struct table_summary summary = coverage_summary(coverage, i);
		for (date_t date = range.first; date <= range.last; date++)
			if (calendar_expects(run->calendar, table, date) == EXPECTED_YES)
				expect_complete(run, coverage, i, date);
		print_message("# %s: %d of %d dates, %d rows\n", table->name, summary.complete,
			summary.expected, (int)summary.rows);
		assert_int_equal(summary.complete, summary.expected);
		assert_true(summary.expected > 0);
	}
	receipts_release(&receipts);
	coverage_free(coverage);
}

static void run_sample(
	struct pipeline_run *run, const struct sample_options *options, struct date_range range)
{
	pipeline_run_open(run, NULL, options, (struct date_range){0, -1});
	pipeline_run_compute(run, range);
	judge(run, range);
}

static void the_season_ends_complete_and_so_does_the_default_range(void **state)
{
	(void)state;
	struct pipeline_run run;
	struct sample_options options = {.seasons = 1, .seed = SAMPLE_SEED};
	run_sample(
		&run, &options, (struct date_range){date_of(2021, 10, 19), date_of(2022, 4, 10)});
	judge(&run, run.pipeline->range);
	pipeline_run_close(&run);
}

static void so_does_the_start_of_a_second_season_with_another_seed(void **state)
{
	(void)state;
	struct pipeline_run run;
	struct sample_options options = {.seasons = 2, .seed = 1};
	run_sample(
		&run, &options, (struct date_range){date_of(2022, 10, 18), date_of(2022, 11, 30)});
	pipeline_run_close(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_season_ends_complete_and_so_does_the_default_range),
		cmocka_unit_test(so_does_the_start_of_a_second_season_with_another_seed),
	};
	return RUN(tests);
}
