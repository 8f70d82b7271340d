#include "tests/bench/support/seasons.h"

#include "base/memory.h"
#include "base/path.h"
#include "native/rules.h"
#include "raw/import.h"
#include "tests/bench/support/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BATCH_DATES 64

_Noreturn static void give_up(const char *reason)
{
	fprintf(stderr, "benchmark: %s\n", reason);
	exit(1);
}

char *seasons_data(void)
{
	const char *folder = getenv("BACKCOURT_TEST_DATA");
	char *path = path_join(folder != NULL ? folder : "../shared/data", "nba");
	if (path_exists(path))
		return path;
	free(path);
	return NULL;
}

static void prepare(struct seasons *seasons, const char *path)
{
	const struct table_layout *layouts[RAW_TABLE_COUNT + 64];
	size_t count = 0;
	struct error err;
	for (int i = 0; i < RAW_TABLE_COUNT; i++)
		layouts[count++] = raw_table_layout((enum raw_table)i);
	for (size_t i = 0; i < processor_count(); i++)
		layouts[count++] = processor_at(i)->layout;
	if (!warehouse_open(path, WAREHOUSE_CREATE, &seasons->warehouse, &err) ||
		!warehouse_prepare(seasons->warehouse, layouts, count, &err) ||
		!pipeline_load(NULL, &seasons->pipeline, &err))
		give_up(err.text);
}

static void read_calendar(struct seasons *seasons)
{
	struct raw_days days;
	struct error err;
	struct date_range all = DATE_RANGE_ALWAYS;
	if (!warehouse_raw_days(seasons->warehouse, all, &days, &err))
		give_up(err.text);
	seasons->calendar = calendar_new(seasons->pipeline, &days);
	seasons->dates = memory_new_array(days.count, sizeof(*seasons->dates));
	for (size_t i = 0; i < days.count; i++)
		seasons->dates[i] = days.items[i].date;
	seasons->date_count = days.count;
	free(days.items);
}

void seasons_import(struct seasons *seasons, const char *path, const char *data)
{
	struct import_options options = {
		.rejected_folder = "build/bench/rejected", .range = {0, -1}};
	struct import_report report;
	struct error err;
	*seasons = (struct seasons){0};
	prepare(seasons, path);
	double started = measure_now_ms();
	if (!raw_import_folder(seasons->warehouse, data, &options, &report, &err))
		give_up(err.text);
	seasons->import_ms = measure_now_ms() - started;
	for (int i = 0; i < RAW_TABLE_COUNT; i++)
		seasons->import_rows += (double)report.tables[i].added;
	read_calendar(seasons);
}

static void write_date(struct seasons *seasons, const struct pipeline_table *table, date_t date,
	const struct day_output *output)
{
	struct receipt receipt;
	struct error err;
	bool unchanged;
	struct day_write write = {.layout = output->rows.layout,
		.date = date,
		.run = "bench",
		.rows = &output->rows,
		.failures = output->failures,
		.failure_count = output->failure_count,
		.now_ms = 1700000000000};
	if (!warehouse_replace_day(seasons->warehouse, &write, &receipt, &unchanged, &err))
		give_up(err.text);
	for (size_t i = 0; i < output->attempt_count; i++)
		if (!warehouse_add_attempt(seasons->warehouse, table->name,
			    &output->attempts[i].row, output->attempts[i].completeness_pct,
			    output->attempts[i].reason, 1700000000000, &err))
			give_up(err.text);
	seasons->tables_rows += (double)output->rows.count;
}

static void compute_batch(struct seasons *seasons, const struct pipeline_table *table,
	const date_t *dates, size_t count)
{
	const struct processor *processor = processor_find(table->name);
	struct day_output output;
	struct error err;
	void *state = NULL;
	if (processor == NULL)
		give_up(table->name);
	struct batch batch = {.warehouse = seasons->warehouse,
		.rules = &rules_corrected,
		.calendar = seasons->calendar,
		.dates = dates,
		.date_count = count,
		.symbols = symbols_new(),
		.now_ms = 1700000000000};
	day_output_init(&output, processor->layout);
	if (!processor->load(&batch, &state, &err))
		give_up(err.text);
	for (size_t i = 0; i < count; i++) {
		if (calendar_expects(seasons->calendar, table, dates[i]) != EXPECTED_YES)
			continue;
		day_output_clear(&output);
		if (!processor->compute(state, &batch, dates[i], &output, &err))
			give_up(err.text);
		write_date(seasons, table, dates[i], &output);
	}
	processor->release(state);
	day_output_release(&output);
	symbols_free(batch.symbols);
}

void seasons_compute(struct seasons *seasons)
{
	double started = measure_now_ms(), cpu = measure_cpu_ms();
	for (size_t i = 0; i < seasons->pipeline->table_count; i++) {
		size_t index = seasons->pipeline->order[i];
		const struct pipeline_table *table = &seasons->pipeline->tables[index];
		double table_cpu = measure_cpu_ms();
		for (size_t at = 0; at < seasons->date_count; at += BATCH_DATES) {
			size_t left = seasons->date_count - at;
			compute_batch(seasons, table, seasons->dates + at,
				left < BATCH_DATES ? left : BATCH_DATES);
		}
		seasons->table_cpu_ms[index] = measure_cpu_ms() - table_cpu;
	}
	seasons->tables_ms = measure_now_ms() - started;
	seasons->tables_cpu_ms = measure_cpu_ms() - cpu;
}

void seasons_close(struct seasons *seasons)
{
	calendar_free(seasons->calendar);
	warehouse_close(seasons->warehouse);
	pipeline_free(seasons->pipeline);
	free(seasons->dates);
}

char *seasons_finished(void)
{
	const char *folder = getenv("BACKCOURT_BENCH");
	char *path = path_join(folder != NULL ? folder : "build/bench", "seasons.db");
	char *data = seasons_data();
	if (!path_exists(path) && data != NULL) {
		struct seasons seasons;
		char *part = memory_format("%s.part", path);
		unlink(part);
		seasons_import(&seasons, part, data);
		seasons_compute(&seasons);
		seasons_close(&seasons);
		if (rename(part, path) != 0)
			give_up("cannot rename the warehouse");
		free(part);
	}
	free(data);
	if (path_exists(path))
		return path;
	free(path);
	return NULL;
}
