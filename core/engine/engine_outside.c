/* Jobs that were started by hand: found, followed, and left alone. */
#include "engine_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "jobs/outside.h"

#include <stdlib.h>

void engine_scan_processes(const struct engine_scan *scan)
{
	struct process_search search = {.commands = (const struct command *const *)scan->commands,
		.command_count = scan->table_count};
	struct found_processes *found = memory_new(sizeof(*found));
	struct event event = {.kind = EVENT_PROCESSES, .at_ms = clock_wall_ms()};
	struct error err;
	if (!process_scan(&search, found, &err)) {
		struct event message = {.kind = EVENT_MESSAGE,
			.at_ms = clock_wall_ms(),
			.message.severity = SEVERITY_WARNING};
		text_copy(message.message.text, sizeof(message.message.text), err.text);
		event_queue_push(scan->queue, &message, NULL);
	}
	found_processes_forget_of(found, scan->state_folder);
	event.processes.found = found;
	event.processes.is_asked = scan->asked_table != ENGINE_SCAN_UNASKED;
	event.table = event.processes.is_asked ? scan->asked_table : 0;
	event_queue_push(scan->queue, &event, NULL);
}

static void scan(void *argument)
{
	engine_scan_processes(argument);
	free(argument);
}

bool engine_can_scan(const struct engine *engine)
{
	return engine->log_rules != NULL && engine->options.follow_outside &&
	       !engine->options.read_only;
}

void engine_scan(struct engine *engine, size_t table, bool asked)
{
	struct error err;
	if (asked && !engine_can_scan(engine))
		engine_say(engine, SEVERITY_WARNING, "%s",
			engine->log_rules == NULL ? "this pipeline has no scripts to look for"
						  : "read-only: no job is followed");
	if (!engine_can_scan(engine) || engine->is_scanning || engine->is_leaving)
		return;
	struct engine_scan *task = memory_new(sizeof(*task));
	*task = (struct engine_scan){engine->commands, engine->options.pipeline->table_count,
		engine->options.state_folder, engine->queue, asked ? table : ENGINE_SCAN_UNASKED};
	engine->is_scanning = worker_pool_run(engine->pool, scan, task, &err);
	if (engine->is_scanning)
		return;
	free(task);
	engine_say(engine, SEVERITY_ERROR, "cannot look for jobs: %s", err.text);
}

/* What was found */

static bool is_same(struct process_identity a, struct process_identity b)
{
	return a.pid == b.pid && a.start_ticks == b.start_ticks;
}

/* Off days are no gaps that it could close, and it may pass over them without a word. */
static void add_date(
	const struct model *model, size_t table, date_t date, date_t *dates, size_t *count)
{
	const struct cell *cell = coverage_cell(model->coverage, table, date);
	if (cell == NULL || !model->has_warehouse || cell->expects != EXPECTED_NOT_OFF)
		dates[(*count)++] = date;
}

/* Where the command line does not tell, any date of the range may be meant. */
static date_t *dates_of(
	const struct model *model, size_t table, const struct process_dates *asked, size_t *count)
{
	struct date_range range = asked->is_known ? asked->range : model->range;
	size_t room = asked->dates != NULL ? asked->date_count : (size_t)date_range_days(range);
	date_t *dates = memory_new_array(room + 1, sizeof(*dates));
	*count = 0;
	for (size_t i = 0; asked->dates != NULL && i < asked->date_count; i++)
		if (*count == 0 || dates[*count - 1] != asked->dates[i])
			add_date(model, table, asked->dates[i], dates, count);
	for (date_t date = range.first; asked->dates == NULL && date <= range.last; date++)
		add_date(model, table, date, dates, count);
	if (*count == 0)
		dates[(*count)++] = range.first;
	return dates;
}

static void say_found(struct engine *engine, const struct found_process *process,
	enum severity severity, const char *what)
{
	struct buffer words = {0};
	found_process_describe(process, &words);
	engine_say(engine, severity, "%s %s %s",
		engine->options.pipeline->tables[process->command].short_name, what,
		buffer_text(&words));
	buffer_release(&words);
}

static void follow(
	struct engine *engine, const struct model *model, const struct found_process *process)
{
	size_t table = process->command, count;
	if (date_range_days(process->dates.range) > DATE_RANGE_DAYS_MAX)
		return;
	date_t *dates = dates_of(model, table, &process->dates, &count);
	scheduler_adopt(engine->scheduler, table, dates, count);
	struct run_task *task = engine_new_task(engine, table, dates, count);
	task->outside = found_process_copy(process);
	say_found(engine, process, SEVERITY_WARNING, "is being written by");
	if (process->log == PROCESS_LOG_NONE)
		engine_say(engine, SEVERITY_WARNING,
			"%s: process %d writes no log that could be followed",
			engine->options.pipeline->tables[table].short_name,
			(int)process->identity.pid);
	engine_give_to_worker(engine, task, outside_run);
	free(dates);
}

/* Two writers of one table: said once, since nothing can be done about it here. */
static void note_second_writer(struct engine *engine, const struct found_process *process)
{
	struct process_identity *told = &engine->strangers[process->command];
	if (is_same(*told, process->identity))
		return;
	*told = process->identity;
	say_found(engine, process, SEVERITY_ERROR, "is written twice: also by");
}

static void meet(
	struct engine *engine, const struct model *model, const struct found_process *process)
{
	const struct engine_job *job = &engine->jobs[process->command];
	if (is_same(job->outside, process->identity))
		return;
	if (engine_is_table_busy(engine, process->command))
		note_second_writer(engine, process);
	else
		follow(engine, model, process);
}

static void answer(struct engine *engine, size_t table, const struct found_processes *found)
{
	const char *name = engine->options.pipeline->tables[table].name;
	for (size_t i = 0; i < found->count; i++)
		if (found->items[i].command == table) {
			say_found(engine, &found->items[i], SEVERITY_INFO, "is followed:");
			return;
		}
	engine_say(engine, SEVERITY_INFO, "nobody outside this console writes %s", name);
}

void engine_processes_came(
	struct engine *engine, const struct model *model, const struct event *event)
{
	const struct found_processes *found = event->processes.found;
	engine->is_scanning = false;
	for (size_t i = 0; i < found->count && !engine->is_leaving; i++)
		meet(engine, model, &found->items[i]);
	if (event->processes.is_asked)
		answer(engine, event->table, found);
}

bool engine_is_held_outside(struct engine *engine, const struct model *model, size_t table)
{
	const struct outside_job *outside = &model->tables[table].outside;
	char at[CLOCK_TEXT_BYTES];
	if (engine->jobs[table].cancel == NULL || engine->jobs[table].outside.pid == 0)
		return false;
	engine_say(engine, SEVERITY_WARNING,
		"%s is being written by process %d of %s, started %s outside this console: %.100s",
		engine->options.pipeline->tables[table].short_name,
		(int)engine->jobs[table].outside.pid, outside->user,
		clock_format_time(outside->started_ms, at), outside->line);
	return true;
}
