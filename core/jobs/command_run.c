#include "command_run.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"
#include "command_follow.h"
#include "attempts.h"
#include "command_start.h"
#include "jobs/worker_pool.h"

#include <stdlib.h>
#include <string.h>

struct command_work {
	struct run_task *task;
	struct run_report report;
	char *supervisor;
	/* From one process to the next. */
	int failures_in_row;
	char last_failure[LOG_REASON_BYTES];
	bool ends_here; /* no further process makes sense */
};

static const char *table_name(const struct command_work *work)
{
	return work->task->pipeline->tables[work->task->table].short_name;
}

static enum run_outcome follow(struct command_work *work, const struct follow_target *target)
{
	struct command_follow follow;
	struct error err;
	if (!command_follow_open(&follow, &work->report, target, &err)) {
		/* The process runs, and nobody can look: another start will find it. */
		run_report_say(&work->report, SEVERITY_ERROR, "%s: %s", table_name(work), err.text);
		run_report_end(&work->report, &(struct ledger_run){.outcome = RUN_GOES_ON});
		work->ends_here = true;
		return RUN_LOST;
	}
	follow.book.failures_in_row = work->failures_in_row;
	text_copy(follow.book.last_failure, sizeof(follow.book.last_failure), work->last_failure);
	enum run_outcome outcome = command_follow_to_end(&follow);
	struct ledger_run summary = command_follow_summary(&follow, outcome);
	run_report_end(&work->report, &summary);
	work->report.done += follow.book.done;
	work->report.failed += follow.book.failed;
	work->failures_in_row = follow.book.failures_in_row;
	text_copy(work->last_failure, sizeof(work->last_failure), follow.book.last_failure);
	/* A script that says nothing on any date would say the same of the next ones. */
	bool is_mute = follow.book.done + follow.book.failed == 0;
	work->ends_here =
		outcome != RUN_SUCCEEDED &&
		(outcome != RUN_FAILED || is_mute || follow.has_said_limit ||
			run_watch_evidence(follow.watch)->status.asked != RUN_ASKED_NOTHING);
	command_follow_close(&follow);
	return outcome;
}

/* Which try this is: of the date that was tried most. */
static int64_t number_of_attempt(struct command_work *work, const struct command_run *run)
{
	int64_t *counts = memory_new_array(run->date_count + 1, sizeof(*counts)), most = 0;
	const char *table = work->task->pipeline->tables[work->task->table].name;
	if (work->report.ledger != NULL && attempts_count(work->report.ledger, table, run->dates,
						   run->date_count, ATTEMPTS_ALL, counts, NULL))
		for (size_t i = 0; i < run->date_count; i++)
			most = counts[i] > most ? counts[i] : most;
	free(counts);
	return most + 1;
}

static bool start(
	struct command_work *work, const struct command_run *run, const char *id, struct error *err)
{
	const struct run_task *task = work->task;
	struct command_start start = {.pipeline = task->pipeline->name,
		.command = task->command,
		.run = run,
		.state_folder = task->state_folder,
		.supervisor = work->supervisor,
		.id = id,
		.attempt = number_of_attempt(work, run),
		.now_ms = clock_wall_ms()};
	return command_start(&start, err);
}

/* The ledger knows of a run before it can do anything. */
static void begin(struct command_work *work, const struct command_run *run, const char *path)
{
	struct ledger_run begun = {.executor = "command",
		.range = run->range,
		.planned = (int64_t)run->date_count,
		.started_ms = clock_wall_ms()};
	char *log = path_join(path, RUN_FILE_LOG);
	text_copy(begun.id, sizeof(begun.id), strrchr(path, '/') + 1);
	text_copy(begun.log_path, sizeof(begun.log_path), log);
	run_report_begin(&work->report, &begun, true);
	run_report_started_by(&work->report, NULL);
	free(log);
}

/* What is started after it would inherit how nice a thread is: only the last one may be. */
static enum run_outcome run_one(
	struct command_work *work, const struct command_run *run, bool is_last)
{
	char id[LEDGER_RUN_BYTES];
	struct error err;
	enum run_outcome outcome = RUN_FAILED;
	run_report_make_id(&work->report, id);
	char *path = run_folder_of(work->task->state_folder, id);
	begin(work, run, path);
	if (start(work, run, id, &err)) {
		if (is_last)
			worker_pool_be_nice(work->task->niceness);
		struct follow_target target = {path, run->dates, run->date_count, false};
		outcome = follow(work, &target);
	} else {
		run_report_say(&work->report, SEVERITY_ERROR, "%s does not start: %s",
			table_name(work), err.text);
		run_report_end(&work->report, &(struct ledger_run){.outcome = RUN_FAILED,
						      .left = (int64_t)run->date_count});
		work->ends_here = true;
	}
	free(path);
	return outcome;
}

static bool is_stopped(const struct command_work *work)
{
	return cancel_level(work->task->cancel) != CANCEL_NOT ||
	       cancel_is_paused(work->task->cancel);
}

static enum run_outcome run_all(struct command_work *work)
{
	struct run_task *task = work->task;
	struct command_dates dates = {
		task->dates, task->off_days, task->date_count, task->off_day_count};
	struct command_runs runs = {0};
	enum run_outcome worst = RUN_SUCCEEDED;
	command_plan(task->command, &dates, &runs);
	for (size_t i = 0; i < runs.count && !work->ends_here; i++) {
		if (is_stopped(work)) {
			worst = RUN_STOPPED;
			break;
		}
		enum run_outcome outcome = run_one(work, &runs.items[i], i + 1 == runs.count);
		if (outcome != RUN_SUCCEEDED)
			worst = outcome;
		for (size_t k = i + 1; outcome == RUN_GOES_ON && k < runs.count; k++)
			work->report.to_come += (int)runs.items[k].date_count;
	}
	command_runs_release(&runs);
	return worst;
}

static enum run_outcome adopt(struct command_work *work)
{
	const struct run_task *task = work->task;
	struct ledger_run run = {.executor = "command"};
	char *path = run_folder_of(task->state_folder, task->adopted);
	struct follow_target target = {path, task->dates, task->date_count, true};
	text_copy(run.id, sizeof(run.id), task->adopted);
	run_report_begin(&work->report, &run, false);
	worker_pool_be_nice(task->niceness);
	enum run_outcome outcome = follow(work, &target);
	free(path);
	return outcome;
}

static enum run_outcome work_on(struct command_work *work)
{
	struct error err;
	if (work->task->adopted[0] != '\0')
		return adopt(work);
	if (launch_find_supervisor(NULL, &work->supervisor, &err))
		return run_all(work);
	run_report_say(
		&work->report, SEVERITY_ERROR, "%s does not start: %s", table_name(work), err.text);
	return RUN_FAILED;
}

static void run_command(void *argument)
{
	struct run_task *task = argument;
	struct command_work work = {.task = task};
	run_report_init(&work.report, task);
	enum run_outcome outcome = work_on(&work);
	int left = (int)task->date_count - work.report.done - work.report.failed;
	run_report_close_with(&work.report, outcome, left);
	free(work.supervisor);
	run_task_free(task);
}

const struct executor command_executor = {EXECUTOR_COMMAND, run_command};
