/* The pipeline over the sample: every table ends complete on every date. */
#include "tests/test.h"

#include "base/path.h"
#include "coverage/coverage.h"
#include "native/processor.h"
#include "raw/import.h"
#include "raw/sample.h"

struct run {
	char *parent;
	struct warehouse *warehouse;
	struct pipeline *pipeline;
	struct calendar *calendar;
	struct error err;
};

static void check(bool done, const struct run *run)
{
	if (!done)
		fail_msg("%s", run->err.text);
}

static void import_sample(struct run *run, const struct sample_options *options)
{
	struct import_report report;
	struct import_options how = {.rejected_folder = run->parent, .range = {0, -1}};
	char *folder = path_join(run->parent, "sample");
	check(sample_write(folder, options, NULL, NULL, &run->err), run);
	check(raw_import_folder(run->warehouse, folder, &how, &report, &run->err), run);
	assert_int_equal(report.rejected, 0);
	free(folder);
}

static void open_run(struct run *run, const struct sample_options *options)
{
	const struct table_layout *layouts[64];
	struct raw_days days;
	*run = (struct run){.parent = test_folder()};
	char *path = path_join(run->parent, "warehouse.db");
	check(warehouse_open(path, WAREHOUSE_CREATE, &run->warehouse, &run->err), run);
	import_sample(run, options);
	for (size_t i = 0; i < processor_count(); i++)
		layouts[i] = processor_at(i)->layout;
	check(warehouse_prepare(run->warehouse, layouts, processor_count(), &run->err), run);
	check(pipeline_load(NULL, &run->pipeline, &run->err), run);
	struct date_range all = {date_of(2021, 1, 1), date_of(2030, 1, 1)};
	check(warehouse_raw_days(run->warehouse, all, &days, &run->err), run);
	run->calendar = calendar_new(run->pipeline, &days);
	free(days.items);
	free(path);
}

static void close_run(struct run *run)
{
	calendar_free(run->calendar);
	pipeline_free(run->pipeline);
	warehouse_close(run->warehouse);
	free(run->parent);
}

/* What the day was computed from: the receipts of its upstreams and guards, as a run records them.
 */
static size_t list_sources(const struct run *run, const struct pipeline_table *table, date_t date,
	const struct receipts *receipts, struct receipt_source *sources)
{
	size_t count = 0;
	for (size_t i = 0; i < table->upstream_count + table->guard_count; i++) {
		size_t source = i < table->upstream_count
					? table->upstreams[i]
					: table->guards[i - table->upstream_count];
		const char *name = run->pipeline->tables[source].name;
		const struct receipt *receipt = receipts_find(receipts, name, date);
		text_copy(sources[count].table, sizeof(sources[count].table), name);
		sources[count++].sequence = receipt == NULL ? 0 : receipt->sequence;
	}
	return count;
}

static void write_day(struct run *run, const struct pipeline_table *table, date_t date,
	const struct receipts *receipts, const struct day_output *output)
{
	struct receipt receipt;
	bool unchanged;
	struct receipt_source sources[RECEIPT_SOURCES_MAX];
	struct day_write write = {.layout = output->rows.layout,
		.date = date,
		.run = "sample",
		.rows = &output->rows,
		.failures = output->failures,
		.failure_count = output->failure_count,
		.sources = sources,
		.source_count = list_sources(run, table, date, receipts, sources),
		.now_ms = 1700000000000};
	check(warehouse_replace_day(run->warehouse, &write, &receipt, &unchanged, &run->err), run);
	for (size_t i = 0; i < output->attempt_count; i++)
		check(warehouse_add_attempt(run->warehouse, table->name, &output->attempts[i].row,
			      output->attempts[i].completeness_pct, output->attempts[i].reason,
			      write.now_ms, &run->err),
			run);
}

/* All dates that the table expects rows on, in one batch, as the executor does. */
static void compute_table(struct run *run, const struct pipeline_table *table,
	const struct processor *processor, struct date_range range)
{
	date_t dates[400];
	size_t count = 0;
	void *state = NULL;
	struct day_output output;
	struct receipts receipts = {0};
	check(warehouse_receipts(run->warehouse, range, &receipts, &run->err), run);
	for (date_t date = range.first; date <= range.last; date++)
		if (calendar_expects(run->calendar, table, date) == EXPECTED_YES)
			dates[count++] = date;
	struct batch batch = {.warehouse = run->warehouse,
		.rules = &rules_corrected,
		.calendar = run->calendar,
		.dates = dates,
		.date_count = count,
		.symbols = symbols_new(),
		.now_ms = 1700000000000};
	check(processor->load(&batch, &state, &run->err), run);
	day_output_init(&output, processor->layout);
	for (size_t i = 0; i < count; i++) {
		day_output_clear(&output);
		check(processor->compute(state, &batch, dates[i], &output, &run->err), run);
		write_day(run, table, dates[i], &receipts, &output);
	}
	day_output_release(&output);
	receipts_release(&receipts);
	processor->release(state);
	symbols_free(batch.symbols);
}

static void compute_all(struct run *run, struct date_range range)
{
	for (size_t i = 0; i < run->pipeline->table_count; i++) {
		const struct pipeline_table *table =
			&run->pipeline->tables[run->pipeline->order[i]];
		const struct processor *processor = processor_find(table->name);
		assert_non_null(processor);
		compute_table(run, table, processor, range);
	}
}

/* Critical columns are counted as the console does it, so that NULLs there would show. */
static void set_counts(struct run *run, struct coverage *coverage, struct date_range range)
{
	const struct table_layout *layouts[64];
	const char *critical[64];
	size_t tables[64];
	size_t count = 0;
	struct day_counts counts = {0};
	for (size_t i = 0; i < run->pipeline->table_count; i++) {
		const struct pipeline_table *table = &run->pipeline->tables[i];
		layouts[count] = processor_find(table->name)->layout;
		critical[count] = table->critical_count == 0 ? NULL : table->critical[0].column;
		tables[count++] = i;
	}
	check(warehouse_count_days(
		      run->warehouse, layouts, critical, count, range, &counts, &run->err),
		run);
	coverage_set_counts(coverage, &counts, tables, count, 1);
	free(counts.items);
}

static void expect_complete(
	const struct run *run, const struct coverage *coverage, size_t table, date_t date)
{
	const struct cell *cell = coverage_cell(coverage, table, date);
	char text[DATE_TEXT_BYTES];
	if (cell->verdict != VERDICT_COMPLETE)
		fail_msg("%s on %s is %s (%s): %d rows of %d", run->pipeline->tables[table].name,
			date_format(date, text), verdict_word(cell->verdict),
			reason_word(cell->reason), (int)cell->rows, (int)cell->expected);
}

static void judge(struct run *run, struct date_range range)
{
	struct receipts receipts = {0};
	struct coverage *coverage = coverage_new(run->pipeline, run->calendar, range);
	check(warehouse_receipts(run->warehouse, range, &receipts, &run->err), run);
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
	struct run *run, const struct sample_options *options, struct date_range range)
{
	open_run(run, options);
	compute_all(run, range);
	judge(run, range);
}

static void the_season_ends_complete_and_so_does_the_default_range(void **state)
{
	(void)state;
	struct run run;
	struct sample_options options = {.seasons = 1, .seed = SAMPLE_SEED};
	run_sample(
		&run, &options, (struct date_range){date_of(2021, 10, 19), date_of(2022, 4, 10)});
	judge(&run, run.pipeline->range);
	close_run(&run);
}

static void so_does_the_start_of_a_second_season_with_another_seed(void **state)
{
	(void)state;
	struct run run;
	struct sample_options options = {.seasons = 2, .seed = 1};
	run_sample(
		&run, &options, (struct date_range){date_of(2022, 10, 18), date_of(2022, 11, 30)});
	close_run(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_season_ends_complete_and_so_does_the_default_range),
		cmocka_unit_test(so_does_the_start_of_a_second_season_with_another_seed),
	};
	return RUN(tests);
}
