#include "tests/support/pipeline_run.h"

#include "base/path.h"
#include "native/processor.h"
#include "raw/import.h"
#include "tests/test.h"

void pipeline_run_check(bool done, const struct pipeline_run *run)
{
	if (!done)
		fail_msg("%s", run->err.text);
}

static void import_sample(
	struct pipeline_run *run, const struct sample_options *options, struct date_range range)
{
	struct import_report report;
	struct import_options how = {.rejected_folder = run->parent, .range = range};
	char *folder = path_join(run->parent, "sample");
	pipeline_run_check(sample_write(folder, options, NULL, NULL, &run->err), run);
	pipeline_run_check(
		raw_import_folder(run->warehouse, folder, &how, &report, &run->err), run);
	assert_int_equal(report.rejected, 0);
	free(folder);
}

void pipeline_run_open(struct pipeline_run *run, const char *spec,
	const struct sample_options *options, struct date_range imported)
{
	const struct table_layout *layouts[64];
	struct raw_days days;
	*run = (struct pipeline_run){.parent = test_folder()};
	char *path = path_join(run->parent, "warehouse.db");
	pipeline_run_check(warehouse_open(spec != NULL ? spec : path, WAREHOUSE_CREATE,
				   &run->warehouse, &run->err),
		run);
	import_sample(run, options, imported);
	for (size_t i = 0; i < processor_count(); i++)
		layouts[i] = processor_at(i)->layout;
	pipeline_run_check(
		warehouse_prepare(run->warehouse, layouts, processor_count(), &run->err), run);
	pipeline_run_check(pipeline_load(NULL, &run->pipeline, &run->err), run);
	struct date_range all = {date_of(2021, 1, 1), date_of(2030, 1, 1)};
	pipeline_run_check(warehouse_raw_days(run->warehouse, all, &days, &run->err), run);
	run->calendar = calendar_new(run->pipeline, &days);
	free(days.items);
	free(path);
}

void pipeline_run_close(struct pipeline_run *run)
{
	calendar_free(run->calendar);
	pipeline_free(run->pipeline);
	warehouse_close(run->warehouse);
	free(run->parent);
}

/* What the day was computed from: the receipts of its upstreams and guards, as a run records them.
 */
static size_t list_sources(const struct pipeline_run *run, const struct pipeline_table *table,
	date_t date, const struct receipts *receipts, struct receipt_source *sources)
{
	size_t count = 0;
	for (size_t i = 0; i < pipeline_edge_count(table); i++) {
		size_t source = pipeline_edge(table, i);
		const char *name = run->pipeline->tables[source].name;
		const struct receipt *receipt = receipts_find(receipts, name, date);
		text_copy(sources[count].table, sizeof(sources[count].table), name);
		sources[count++].sequence = receipt == NULL ? 0 : receipt->sequence;
	}
	return count;
}

static void write_day(struct pipeline_run *run, const struct pipeline_table *table, date_t date,
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
	pipeline_run_check(
		warehouse_replace_day(run->warehouse, &write, &receipt, &unchanged, &run->err),
		run);
	for (size_t i = 0; i < output->attempt_count; i++)
		pipeline_run_check(
			warehouse_add_attempt(run->warehouse, table->name, &output->attempts[i].row,
				output->attempts[i].completeness_pct, output->attempts[i].reason,
				write.now_ms, &run->err),
			run);
}

/* All dates that the table expects rows on, in one batch, as the executor does. */
static void compute_table(struct pipeline_run *run, const struct pipeline_table *table,
	const struct processor *processor, struct date_range range)
{
	date_t dates[400];
	size_t count = 0;
	void *state = NULL;
	struct day_output output;
	struct receipts receipts = {0};
	pipeline_run_check(warehouse_receipts(run->warehouse, range, &receipts, &run->err), run);
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
	pipeline_run_check(processor->load(&batch, &state, &run->err), run);
	day_output_init(&output, processor->layout);
	for (size_t i = 0; i < count; i++) {
		day_output_clear(&output);
		pipeline_run_check(
			processor->compute(state, &batch, dates[i], &output, &run->err), run);
		write_day(run, table, dates[i], &receipts, &output);
	}
	day_output_release(&output);
	receipts_release(&receipts);
	processor->release(state);
	symbols_free(batch.symbols);
}

static bool is_looked_back_into(const struct pipeline *pipeline, size_t table)
{
	for (size_t i = 0; i < pipeline->table_count; i++)
		for (size_t k = 0; k < pipeline->tables[i].history_count; k++)
			if (pipeline->tables[i].history[k].table == table)
				return true;
	return false;
}

static void compute_tables(
	struct pipeline_run *run, struct date_range range, struct date_range others)
{
	for (size_t i = 0; i < run->pipeline->table_count; i++) {
		size_t index = run->pipeline->order[i];
		const struct pipeline_table *table = &run->pipeline->tables[index];
		const struct processor *processor = processor_find(table->name);
		assert_non_null(processor);
		compute_table(run, table, processor,
			is_looked_back_into(run->pipeline, index) ? range : others);
	}
}

void pipeline_run_compute(struct pipeline_run *run, struct date_range range)
{
	compute_tables(run, range, range);
}

void pipeline_run_compute_last(struct pipeline_run *run, struct date_range range)
{
	compute_tables(run, range, (struct date_range){range.last, range.last});
}
