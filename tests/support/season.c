#include "tests/support/season.h"

#include "base/path.h"
#include "raw/import.h"
#include "tests/test.h"

#include <sqlite3.h>
#include <time.h>

/* Of this process: other load on the machine does not count. */
static int64_t cpu_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void prepare_tables(struct season *season)
{
	struct error err;
	const struct table_layout *layouts[RAW_TABLE_COUNT + 32];
	size_t count = 0;
	for (int i = 0; i < RAW_TABLE_COUNT; i++)
		layouts[count++] = raw_table_layout((enum raw_table)i);
	assert_in_range(processor_count(), 1, 32);
	for (size_t i = 0; i < processor_count(); i++)
		layouts[count++] = processor_at(i)->layout;
	if (!warehouse_open(season->path, WAREHOUSE_CREATE, &season->warehouse, &err) ||
		!warehouse_prepare(season->warehouse, layouts, count, &err))
		fail_msg("%s", err.text);
}

static void import(struct season *season, const char *csv_folder)
{
	struct error err;
	struct raw_days days = {0};
	struct import_report report;
	struct date_range all = {date_of(1950, 1, 1), date_of(2150, 1, 1)};
	struct import_options options = {
		.rejected_folder = season->folder, .range = {.first = 0, .last = -1}};
	if (!raw_import_folder(season->warehouse, csv_folder, &options, &report, &err) ||
		!warehouse_raw_days(season->warehouse, all, &days, &err))
		fail_msg("%s", err.text);
	assert_int_equal(report.rejected, 0);
	season->calendar = calendar_new(season->pipeline, &days);
	free(days.items);
}

void season_open(struct season *season, const char *csv_folder)
{
	struct error err;
	*season = (struct season){.folder = test_folder(), .now_ms = 1700000000000};
	season->path = path_join(season->folder, "warehouse.db");
	prepare_tables(season);
	if (!pipeline_load(NULL, &season->pipeline, &err))
		fail_msg("%s", err.text);
	import(season, csv_folder);
	assert_int_equal(sqlite3_open_v2(season->path, &season->reader, SQLITE_OPEN_READONLY, NULL),
		SQLITE_OK);
}

bool season_open_slice(struct season *season)
{
	char *folder = test_data("nba/slice_2021_oct_nov");
	if (folder == NULL)
		return false;
	season_open(season, folder);
	free(folder);
	return true;
}

void season_close(struct season *season)
{
	sqlite3_close(season->reader);
	calendar_free(season->calendar);
	pipeline_free(season->pipeline);
	warehouse_close(season->warehouse);
	free(season->folder);
	free(season->path);
}

static const struct pipeline_table *find_table(const struct season *season, const char *table)
{
	for (size_t i = 0; i < season->pipeline->table_count; i++)
		if (strcmp(season->pipeline->tables[i].name, table) == 0)
			return &season->pipeline->tables[i];
	fail_msg("the pipeline has no table %s", table);
	return NULL;
}

date_t *season_dates(
	const struct season *season, const char *table, struct date_range range, size_t *count)
{
	const struct pipeline_table *described = find_table(season, table);
	date_t *dates = memory_new_array((size_t)date_range_days(range) + 1, sizeof(*dates));
	*count = 0;
	for (date_t date = range.first; date <= range.last; date++)
		if (calendar_expects(season->calendar, described, date) == EXPECTED_YES)
			dates[(*count)++] = date;
	return dates;
}

static void write_day(struct season *season, date_t date, const struct day_output *output,
	struct season_work *work)
{
	struct error err;
	struct receipt receipt;
	bool unchanged;
	struct day_write write = {.layout = output->rows.layout,
		.date = date,
		.run = "season",
		.rows = &output->rows,
		.failures = output->failures,
		.failure_count = output->failure_count,
		.now_ms = season->now_ms};
	if (!warehouse_replace_day(season->warehouse, &write, &receipt, &unchanged, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < output->attempt_count; i++) {
		const struct day_attempt *attempt = &output->attempts[i];
		if (!warehouse_add_attempt(season->warehouse, output->rows.layout->name,
			    &attempt->row, attempt->completeness_pct, attempt->reason,
			    season->now_ms, &err))
			fail_msg("%s", err.text);
	}
	work->row_count += output->rows.count;
	work->failure_count += output->failure_count;
	work->unchanged_count += unchanged;
}

static void run_batch(struct season *season, const struct processor *processor,
	const struct batch *batch, struct season_work *work)
{
	struct error err = {0};
	struct day_output output;
	void *state = NULL;
	day_output_init(&output, processor->layout);
	int64_t selects = warehouse_select_count(season->warehouse);
	int64_t begin_us = cpu_us();
	if (!processor->load(batch, &state, &err))
		fail_msg("%s: %s", processor->layout->name, err.text);
	work->select_count += warehouse_select_count(season->warehouse) - selects;
	for (size_t i = 0; i < batch->date_count; i++) {
		day_output_clear(&output);
		selects = warehouse_select_count(season->warehouse);
		bool done = processor->compute(state, batch, batch->dates[i], &output, &err);
		work->select_count += warehouse_select_count(season->warehouse) - selects;
		if (!done) {
			work->failed_count++;
			text_copy(work->failed_text, sizeof(work->failed_text), err.text);
			continue;
		}
		int64_t write_us = cpu_us();
		write_day(season, batch->dates[i], &output, work);
		work->write_us += cpu_us() - write_us;
	}
	processor->release(state);
	day_output_release(&output);
	work->compute_us += cpu_us() - begin_us;
}

struct season_work season_run(struct season *season, const char *table, const struct rules *rules,
	struct date_range range, size_t batch_dates)
{
	const struct processor *processor = processor_find(table);
	struct season_work work = {0};
	if (processor == NULL)
		fail_msg("no processor makes %s", table);
	date_t *dates = season_dates(season, table, range, &work.date_count);
	for (size_t first = 0; first < work.date_count; first += batch_dates) {
		size_t left = work.date_count - first;
		struct batch batch = {.warehouse = season->warehouse,
			.rules = rules,
			.calendar = season->calendar,
			.dates = dates + first,
			.date_count = left < batch_dates ? left : batch_dates,
			.symbols = symbols_new(),
			.now_ms = season->now_ms};
		run_batch(season, processor, &batch, &work);
		symbols_free(batch.symbols);
	}
	work.compute_us -= work.write_us;
	free(dates);
	return work;
}

void season_run_all(struct season *season, const struct rules *rules, struct date_range range,
	size_t batch_dates)
{
	for (size_t i = 0; i < season->pipeline->table_count; i++) {
		const char *table = season->pipeline->tables[season->pipeline->order[i]].name;
		struct season_work work = season_run(season, table, rules, range, batch_dates);
		if (work.failed_count > 0)
			fail_msg("%s: %s", table, work.failed_text);
	}
}

double season_number(const struct season *season, const char *sql, ...)
{
	char text[4096];
	sqlite3_stmt *statement;
	va_list arguments;
	va_start(arguments, sql);
	int length = vsnprintf(text, sizeof(text), sql, arguments);
	va_end(arguments);
	assert_in_range(length, 1, sizeof(text) - 1);
	if (sqlite3_prepare_v2(season->reader, text, -1, &statement, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(season->reader));
	if (sqlite3_step(statement) != SQLITE_ROW ||
		sqlite3_column_type(statement, 0) == SQLITE_NULL)
		fail_msg("%s gives no number", text);
	double number = sqlite3_column_double(statement, 0);
	sqlite3_finalize(statement);
	return number;
}
