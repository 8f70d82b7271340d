#include "native_run.h"

#include "base/clock.h"
#include "base/memory.h"
#include "jobs/failure.h"
#include "native/processor.h"
#include "run_report.h"
#include "warehouse/raw_tables.h"

#include <stdlib.h>
#include <string.h>

struct native_run {
	struct run_task *task;
	const struct pipeline_table *table;
	const struct processor *processor;
	struct run_report report;
	struct warehouse *warehouse;
	struct calendar *calendar;
	struct receipts receipts; /* of the batch's dates, read before its inputs */
	struct processor_listener listener;
	struct batch batch;
	void *state; /* of the processor */
	struct day_output output;
	size_t index; /* in the task's dates, of the one in hand */
	int failures_in_row;
	char last_failure[ERROR_TEXT_BYTES];
};

/* A paced date takes its time while it computes, entity by entity, so that its bar moves. */
static void keep_pace(struct native_run *run, int done, int total)
{
	int64_t due_ms = total > 0 ? (int64_t)run->task->pace_ms * done / total : 0;
	int64_t early_ms = due_ms - run_report_date_ms(&run->report);
	if (early_ms > 0)
		cancel_sleep_ms(run->task->cancel, (int)early_ms);
}

static void hear_progress(void *context, const char *entity, int done, int total)
{
	struct native_run *run = context;
	run_report_progress(&run->report, entity, done, total);
	if (run->task->pace_ms > 0)
		keep_pace(run, done, total);
}

static void hear_log(void *context, char severity, const char *text)
{
	struct native_run *run = context;
	run_report_log(&run->report, severity, "%s", text);
}

static bool prepare_tables(struct native_run *run, struct error *err)
{
	struct buffer names = {0};
	bool done = processors_prepare(run->warehouse, err);
	if (done && raw_tables_remade(run->warehouse, &names))
		run_report_log(&run->report, 'W',
			"of the raw tables %s was missing: made anew, and empty",
			buffer_text(&names));
	buffer_release(&names);
	return done;
}

static bool prepare(struct native_run *run, struct error *err)
{
	const struct run_task *task = run->task;
	struct date_range range = {task->dates[0], task->dates[task->date_count - 1]};
	run->processor = processor_find(run->table->name);
	if (run->processor == NULL)
		return error_set(
			err, ERROR_CONFIG, "no native processor is called %s", run->table->name);
	day_output_init(&run->output, run->processor->layout);
	if (!warehouse_open(task->warehouse, WAREHOUSE_WRITE, &run->warehouse, err))
		return false;
	warehouse_set_cancel(run->warehouse, task->cancel);
	warehouse_hear_details(run->warehouse, &(const struct detail_listener){run, hear_log});
	if (!prepare_tables(run, err) ||
		!warehouse_receipts(run->warehouse, range, &run->receipts, err) ||
		!calendar_load(run->warehouse, task->pipeline, &run->calendar, err))
		return false;
	run->listener = (struct processor_listener){run, hear_progress, hear_log};
	run->batch = (struct batch){.warehouse = run->warehouse,
		.rules = task->rules,
		.calendar = run->calendar,
		.dates = task->dates,
		.date_count = task->date_count,
		.symbols = symbols_new(),
		.cancel = task->cancel,
		.listener = &run->listener,
		.now_ms = clock_wall_ms()};
	return run->processor->load(&run->batch, &run->state, err);
}

static void release(struct native_run *run)
{
	if (run->state != NULL)
		run->processor->release(run->state);
	if (run->processor != NULL)
		day_output_release(&run->output);
	symbols_free(run->batch.symbols);
	receipts_release(&run->receipts);
	calendar_free(run->calendar);
	warehouse_close(run->warehouse);
}

static size_t add_sources(const struct native_run *run, date_t date, const size_t *tables,
	size_t count, struct receipt_source *sources)
{
	size_t added = 0;
	for (size_t i = 0; i < count; i++) {
		const char *name = run->task->pipeline->tables[tables[i]].name;
		const struct receipt *receipt = receipts_find(&run->receipts, name, date);
		text_copy(sources[added].table, sizeof(sources[added].table), name);
		sources[added++].sequence = receipt == NULL ? 0 : receipt->sequence;
	}
	return added;
}

static bool remember_attempts(struct native_run *run, struct error *err)
{
	for (size_t i = 0; i < run->output.attempt_count; i++) {
		const struct day_attempt *attempt = &run->output.attempts[i];
		if (!warehouse_add_attempt(run->warehouse, run->table->name, &attempt->row,
			    attempt->completeness_pct, attempt->reason, run->batch.now_ms, err))
			return false;
	}
	return true;
}

static bool write_date(struct native_run *run, date_t date, struct receipt *receipt,
	bool *unchanged, struct error *err)
{
	struct receipt_source sources[2 * PIPELINE_EDGES_MAX];
	size_t count =
		add_sources(run, date, run->table->upstreams, run->table->upstream_count, sources);
	count += add_sources(
		run, date, run->table->guards, run->table->guard_count, sources + count);
	const char *critical[PIPELINE_EDGES_MAX];
	const size_t next = run->index + 1;
	struct day_write write = {.layout = run->processor->layout,
		.date = date,
		.run = run->report.id,
		.rows = &run->output.rows,
		.failures = run->output.failures,
		.failure_count = run->output.failure_count,
		.sources = sources,
		.source_count = count,
		.now_ms = clock_wall_ms(),
		.critical = critical,
		.critical_count = pipeline_critical(run->table, critical),
		.coming = &run->task->dates[next],
		.coming_count = run->task->date_count - next};
	return warehouse_replace_day(run->warehouse, &write, receipt, unchanged, err) &&
	       remember_attempts(run, err);
}

static bool make_date(struct native_run *run, date_t date, struct receipt *receipt, bool *unchanged,
	struct error *err)
{
	day_output_clear(&run->output);
	if (!run->processor->compute(run->state, &run->batch, date, &run->output, err))
		return false;
	if (run->task->pace_ms > 0)
		keep_pace(run, 1, 1);
	if (cancel_level(run->task->cancel) == CANCEL_NOW)
		return error_set(err, ERROR_CANCELLED, "stopped");
	return write_date(run, date, receipt, unchanged, err);
}

static const char *category_of(enum error_kind kind)
{
	return kind == ERROR_INPUT ? "MISSING_DEPENDENCY" : "PROCESSING_ERROR";
}

/* The warehouse is the same for all dates: its name would only push the reason out of sight. */
static const char *without_place(const struct native_run *run, const char *text)
{
	const char *place = run->warehouse != NULL ? warehouse_name(run->warehouse) : "";
	size_t length = strlen(place);
	bool begins = length > 0 && text_starts_with(text, place) &&
		      text_starts_with(text + length, ": ");
	return begins ? text + length + 2 : text;
}

static void fail_date(struct native_run *run, date_t date, const struct error *err)
{
	const char *category = category_of(err->kind);
	bool same = failure_is_same(run->last_failure, err->text);
	if (failure_counts_in_row(run->task->pipeline, date, category)) {
		run->failures_in_row = same ? run->failures_in_row + 1 : 1;
		text_copy(run->last_failure, sizeof(run->last_failure), err->text);
	}
	run_report_date_failed(&run->report, category, without_place(run, err->text));
}

/* False: the batch ends here, *outcome says how. */
static bool run_date(struct native_run *run, size_t index, enum run_outcome *outcome)
{
	struct receipt receipt;
	struct error err;
	bool unchanged;
	int allowed = run->task->pipeline->failures_in_row;
	run->index = index;
	run_report_date_started(&run->report, run->task->dates[index], index);
	if (make_date(run, run->task->dates[index], &receipt, &unchanged, &err)) {
		run->failures_in_row = 0;
		run_report_date_finished(&run->report, &receipt, unchanged, run->processor->entity,
			run->output.failure_count);
		return true;
	}
	if (err.kind == ERROR_CANCELLED) {
		run_report_date_killed(&run->report);
		*outcome = RUN_KILLED;
		return false;
	}
	fail_date(run, run->task->dates[index], &err);
	*outcome = RUN_FAILED;
	if (err.kind == ERROR_REFUSED) {
		run_report_log(
			&run->report, 'E', "the dates after it would be refused too: stopping");
		return false;
	}
	if (allowed > 0 && run->failures_in_row >= allowed) {
		run_report_log(&run->report, 'E',
			"%d dates failed one after the other for the same reason: stopping",
			run->failures_in_row);
		return false;
	}
	return true;
}

static enum run_outcome run_dates(struct native_run *run)
{
	enum run_outcome outcome = RUN_SUCCEEDED;
	for (size_t i = 0; i < run->task->date_count; i++) {
		cancel_wait_while_paused(run->task->cancel);
		enum cancel_level level = cancel_level(run->task->cancel);
		if (level != CANCEL_NOT)
			return level == CANCEL_NOW ? RUN_KILLED : RUN_STOPPED;
		if (!run_date(run, i, &outcome))
			break;
	}
	return outcome;
}

/* What failed, or was left when somebody stopped it. */
static void withdraw_the_rest(struct native_run *run)
{
	struct error err;
	if (!warehouse_withdraw(run->warehouse, &err))
		run_report_log(&run->report, 'W', "dates stay announced that were not written: %s",
			err.text);
}

/* What a batch needs is loaded for all its dates at once: when that fails, each of them failed. */
static void fail_all(struct native_run *run, const struct error *err)
{
	for (size_t i = 0; i < run->task->date_count; i++) {
		run_report_date_started(&run->report, run->task->dates[i], i);
		run_report_date_failed(
			&run->report, category_of(err->kind), without_place(run, err->text));
	}
}

static void run_native(void *argument)
{
	struct run_task *task = argument;
	struct native_run run = {.task = task, .table = &task->pipeline->tables[task->table]};
	struct error err;
	enum run_outcome outcome;
	run_report_open(&run.report, task);
	run_report_log(&run.report, 'I', "Processing %zu specific dates", task->date_count);
	if (prepare(&run, &err)) {
		outcome = run_dates(&run);
		withdraw_the_rest(&run);
	} else if (err.kind == ERROR_CANCELLED)
		outcome = RUN_KILLED;
	else {
		fail_all(&run, &err);
		outcome = RUN_FAILED;
	}
	release(&run);
	run_report_close(&run.report, outcome);
	run_task_free(task);
}

const struct executor native_executor = {EXECUTOR_NATIVE, run_native};
