#include "jobs/outside.h"

#include "base/clock.h"
#include "base/memory.h"
#include "command_follow.h"
#include "jobs/command.h"
#include "jobs/worker_pool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_START "external-"

/* The same for every console that follows it. */
static void name_run(struct process_identity process, char id[LEDGER_RUN_BYTES])
{
	snprintf(id, LEDGER_RUN_BYTES, ID_START "%d-%" PRIu64, (int)process.pid,
		process.start_ticks);
}

static bool read_name(const char *id, struct process_identity *process)
{
	char again[LEDGER_RUN_BYTES], *end;
	if (!text_starts_with(id, ID_START))
		return false;
	long pid = strtol(id + strlen(ID_START), &end, 10);
	if (*end != '-' || pid <= 0 || pid > INT32_MAX)
		return false;
	*process = (struct process_identity){(pid_t)pid, strtoull(end + 1, NULL, 10)};
	name_run(*process, again);
	return strcmp(id, again) == 0;
}

static bool is_in_ledger(const char *state_folder, const char *id)
{
	struct ledger *ledger = NULL;
	struct ledger_run run;
	bool found = false;
	if (ledger_open(state_folder, LEDGER_WRITE, &ledger, NULL) &&
		!ledger_find_run(ledger, id, &run, &found, NULL))
		found = false;
	ledger_close(ledger);
	return found;
}

static void begin(struct run_report *report)
{
	const struct run_task *task = report->task;
	const struct found_process *process = task->outside;
	struct ledger_run run = {.executor = OUTSIDE_EXECUTOR,
		.range = {task->dates[0], task->dates[task->date_count - 1]},
		.planned = (int64_t)task->date_count,
		.started_ms = process->started_ms};
	name_run(process->identity, run.id);
	if (process->log_path != NULL)
		text_copy(run.log_path, sizeof(run.log_path), process->log_path);
	bool is_new = !is_in_ledger(task->state_folder, run.id);
	run_report_begin(report, &run, is_new);
	if (is_new)
		run_report_started_by(report, process->user);
}

static enum run_outcome follow(struct run_report *report, struct command_book *counted)
{
	const struct run_task *task = report->task;
	struct follow_target target = {NULL, task->dates, task->date_count, true, task->outside};
	struct command_follow follow;
	struct error err;
	if (!command_follow_open(&follow, report, &target, &err)) {
		run_report_say(report, SEVERITY_ERROR, "%s", err.text);
		run_report_end(report, &(struct ledger_run){.outcome = RUN_GOES_ON});
		return RUN_LOST;
	}
	enum run_outcome outcome = command_follow_to_end(&follow);
	struct ledger_run summary = command_follow_summary(&follow, outcome);
	run_report_end(report, &summary);
	report->done = follow.book.done;
	report->failed = follow.book.failed;
	if (counted != NULL)
		*counted = follow.book;
	command_follow_close(&follow);
	return outcome;
}

void outside_run(void *argument)
{
	struct run_task *task = argument;
	struct run_report report;
	run_report_init(&report, task);
	begin(&report);
	worker_pool_be_nice(task->niceness);
	enum run_outcome outcome = follow(&report, NULL);
	run_report_close_with(
		&report, outcome, (int)task->date_count - report.done - report.failed);
	run_task_free(task);
}

/* Those that ended while nobody looked */

static void settle(const struct pipeline *pipeline, const char *state_folder,
	const struct log_rules *rules, const struct ledger_run *run, struct run_settlement *settled)
{
	struct found_process process = {
		.log = PROCESS_LOG_OUTPUT, .log_path = (char *)run->log_path};
	struct run_task task = {.table = pipeline_find(pipeline, run->table),
		.pipeline = pipeline,
		.log_rules = rules,
		.state_folder = state_folder,
		.outside = &process};
	struct command_book counted = {0};
	struct command *command = NULL;
	struct run_report report;
	if (task.table == pipeline->table_count || !read_name(run->id, &process.identity) ||
		process_is_alive(process.identity) || run->range.first > run->range.last ||
		date_range_days(run->range) > DATE_RANGE_DAYS_MAX)
		return;
	if (run->log_path[0] == '\0')
		process.log_path = NULL;
	task.dates = memory_new_array((size_t)date_range_days(run->range), sizeof(*task.dates));
	for (date_t date = run->range.first; date <= run->range.last; date++)
		task.dates[task.date_count++] = date;
	process.started_ms = run->started_ms;
	if (command_parse(pipeline, task.table, &command, NULL))
		task.command = command;
	run_report_init(&report, &task);
	begin(&report);
	settled->lost_count += follow(&report, &counted) == RUN_LOST;
	settled->ended_count++;
	settled->done += counted.new_done;
	settled->failed += counted.new_failed;
	settled->cut += counted.new_cut;
	command_free(command);
	free(task.dates);
}

bool outside_settle(const struct pipeline *pipeline, const char *state_folder,
	const struct log_rules *rules, struct run_settlement *settled, struct error *err)
{
	struct ledger *ledger = NULL;
	struct ledger_runs runs = {0};
	bool done = ledger_open(state_folder, LEDGER_WRITE, &ledger, err) &&
		    ledger_newest_runs(ledger, NULL, LEDGER_LIST_MAX, &runs, err);
	ledger_close(ledger);
	for (size_t i = runs.count; done && i > 0; i--)
		if (runs.items[i - 1].outcome == RUN_GOES_ON &&
			strcmp(runs.items[i - 1].executor, OUTSIDE_EXECUTOR) == 0)
			settle(pipeline, state_folder, rules, &runs.items[i - 1], settled);
	free(runs.items);
	return done;
}
