#include "engine_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "jobs/process_scan.h"

#include <stdlib.h>
#include <string.h>

/* Life */

/* Everything that can be wrong with a command job is said before the first one starts. */
static bool read_commands(
	const struct pipeline *pipeline, struct command **commands, struct error *err)
{
	for (size_t i = 0; i < pipeline->table_count; i++) {
		enum job_executor executor = pipeline->tables[i].job.executor;
		if (executor_find(executor) == NULL)
			return error_set(err, ERROR_CONFIG,
				"%s: this program cannot run the job of %s", pipeline->source,
				pipeline->tables[i].name);
		if (executor == EXECUTOR_COMMAND && !command_parse(pipeline, i, &commands[i], err))
			return false;
	}
	return true;
}

static void free_commands(const struct pipeline *pipeline, struct command **commands)
{
	for (size_t i = 0; i < pipeline->table_count; i++)
		command_free(commands[i]);
	free(commands);
}

static bool has_command(const struct engine *engine)
{
	for (size_t i = 0; i < engine->options.pipeline->table_count; i++)
		if (engine->commands[i] != NULL)
			return true;
	return false;
}

void engine_set_range(struct engine *engine, struct date_range range)
{
	size_t tables = engine->options.pipeline->table_count;
	size_t count = tables * (size_t)date_range_days(range);
	free(engine->told);
	free(engine->told_counts);
	engine->told = memory_new_array(count + 1, sizeof(*engine->told));
	engine->told_counts = memory_new_array(tables, sizeof(*engine->told_counts));
	engine->range = range;
}

bool engine_new(const struct engine_options *options, struct event_queue *queue,
	struct engine **made, struct error *err)
{
	const struct pipeline *pipeline = options->pipeline;
	struct command **commands = memory_new_array(pipeline->table_count, sizeof(*commands));
	if (!read_commands(pipeline, commands, err)) {
		free_commands(pipeline, commands);
		return false;
	}
	struct engine *engine = memory_new(sizeof(*engine));
	engine->options = *options;
	engine->commands = commands;
	engine->log_rules = has_command(engine) ? log_rules_new() : NULL;
	engine->queue = queue;
	engine->rows_next.date = DATE_NONE;
	engine->audit_range = (struct date_range){0, -1};
	engine->pool = worker_pool_new(0);
	engine->native_pool = worker_pool_new(options->native_niceness);
	engine->jobs = memory_new_array(pipeline->table_count, sizeof(*engine->jobs));
	engine->paused = memory_new_array(pipeline->table_count, sizeof(*engine->paused));
	engine->failures = memory_new_array(pipeline->table_count, sizeof(*engine->failures));
	engine->resumes = memory_new_array(pipeline->table_count, sizeof(struct cancel *));
	engine->strangers = memory_new_array(pipeline->table_count, sizeof(*engine->strangers));
	engine_set_range(engine, pipeline->range);
	engine->alerts = alerts_new(pipeline->table_count, &options->alerts);
	engine->scheduler = scheduler_new(pipeline, pipeline->range);
	scheduler_set_workers(engine->scheduler, options->workers);
	scheduler_set_auto_launch(engine->scheduler, options->auto_launch);
	engine_tell_control(engine, -1);
	*made = engine;
	return true;
}

static void free_cancels(struct engine *engine, size_t table)
{
	cancel_free(engine->jobs[table].cancel);
	cancel_free(engine->resumes[table]);
}

void engine_free(struct engine *engine)
{
	if (engine == NULL)
		return;
	if (engine->follow != NULL)
		cancel_raise(engine->follow, CANCEL_NOW);
	worker_pool_free(engine->pool);
	worker_pool_free(engine->native_pool);
	engine_unfollow(engine);
	alerts_free(engine->alerts);
	resume_release(&engine->left);
	resume_release(&engine->offered);
	scheduler_free(engine->scheduler);
	for (size_t i = 0; i < engine->options.pipeline->table_count; i++)
		free_cancels(engine, i);
	cancel_free(engine->refresh);
	cancel_free(engine->import);
	excuse_wish_free(engine->excuse);
	cancel_free(engine->rows);
	cancel_free(engine->audit);
	free_commands(engine->options.pipeline, engine->commands);
	log_rules_free(engine->log_rules);
	free(engine->jobs);
	free(engine->paused);
	free(engine->failures);
	free(engine->strangers);
	free(engine->resumes);
	free(engine->told);
	free(engine->told_counts);
	free(engine->recent);
	free(engine->hook);
	free(engine);
}

/* Starting */

static int free_worker(const struct engine *engine)
{
	for (int worker = 0;; worker++) {
		bool taken = false;
		for (size_t i = 0; i < engine->options.pipeline->table_count; i++)
			taken |= engine->jobs[i].cancel != NULL && engine->jobs[i].worker == worker;
		if (!taken)
			return worker;
	}
}

static int by_date(const void *a, const void *b)
{
	date_t first = *(const date_t *)a, second = *(const date_t *)b;
	return (first > second) - (first < second);
}

/* A script that walks a range crosses them; nothing else may lie between its dates. */
static void add_off_days(const struct model *model, struct run_task *task)
{
	date_t first = task->dates[0], last = task->dates[task->date_count - 1];
	task->off_days = memory_new_array((size_t)(last - first) + 1, sizeof(*task->off_days));
	for (date_t date = first; date <= last; date++) {
		const struct cell *cell = coverage_cell(model->coverage, task->table, date);
		if (cell != NULL && cell->expects == EXPECTED_NOT_OFF)
			task->off_days[task->off_day_count++] = date;
	}
}

struct run_task *engine_new_task(
	struct engine *engine, size_t table, const date_t *dates, size_t count)
{
	const struct engine_options *options = &engine->options;
	struct run_task *task = memory_new(sizeof(*task));
	task->number = ++engine->run_count;
	task->table = table;
	task->date_count = count;
	task->dates = memory_new_array(count, sizeof(*task->dates));
	memcpy(task->dates, dates, count * sizeof(*task->dates));
	qsort(task->dates, task->date_count, sizeof(*task->dates), by_date);
	task->worker = free_worker(engine);
	task->niceness = options->native_niceness;
	task->pace_ms = options->pace_ms;
	task->pipeline = options->pipeline;
	task->rules = options->rules;
	task->warehouse = options->warehouse;
	task->state_folder = options->state_folder;
	task->command = engine->commands[table];
	task->log_rules = engine->log_rules;
	task->queue = engine->queue;
	return task;
}

/* A run that was told and has no worker: its end is told too, and settles the books. */
static void tell_no_start(struct engine *engine, size_t table, size_t date_count)
{
	struct event event = {.kind = EVENT_RUN_FINISHED,
		.at_ms = clock_wall_ms(),
		.table = table,
		.date = DATE_NONE,
		.run = engine->run_count};
	event.run_finished.outcome = RUN_FAILED;
	event.run_finished.left = (int)date_count;
	event_queue_post(engine->queue, &event);
}

static struct outside_job *describe_outside(const struct found_process *process)
{
	struct outside_job *outside = memory_new(sizeof(*outside));
	outside->pid = (int)process->identity.pid;
	outside->started_ms = process->started_ms;
	text_copy(outside->user, sizeof(outside->user), process->user);
	text_copy(outside->line, sizeof(outside->line), process->line);
	return outside;
}

static void tell_start(struct engine *engine, const struct run_task *task)
{
	struct event event = {.kind = EVENT_RUN_STARTED,
		.at_ms = clock_wall_ms(),
		.table = task->table,
		.run = task->number};
	event.run_started.date_count = (int)task->date_count;
	event.run_started.worker = task->worker;
	event.run_started.paced = task->pace_ms > 0 && task->command == NULL;
	if (task->outside != NULL)
		event.run_started.outside = describe_outside(task->outside);
	event_queue_post(engine->queue, &event);
}

/* The worker may not have begun: what it will say comes after what is said here. Owns the task. */
bool engine_give_to_worker(struct engine *engine, struct run_task *task, void (*work)(void *task))
{
	struct error err;
	size_t number = task->table;
	struct engine_job *job = &engine->jobs[number];
	const struct pipeline_table *table = &engine->options.pipeline->tables[number];
	tell_start(engine, task);
	bool started = cancel_new(&job->cancel, &err);
	job->run = task->number;
	job->worker = task->worker;
	job->is_found = task->adopted[0] != '\0' || task->outside != NULL;
	if (task->outside != NULL)
		job->outside = task->outside->identity;
	task->cancel = job->cancel;
	struct worker_pool *pool = task->command == NULL ? engine->native_pool : engine->pool;
	started = started && worker_pool_run(pool, work, task, &err);
	if (started)
		return true;
	size_t date_count = task->date_count;
	run_task_free(task);
	engine_say(engine, SEVERITY_ERROR, "%s: %s", table->name, err.text);
	tell_no_start(engine, number, date_count);
	return false;
}

static bool give_to_executor(struct engine *engine, struct run_task *task)
{
	const struct pipeline_table *table = &engine->options.pipeline->tables[task->table];
	return engine_give_to_worker(engine, task, executor_find(table->job.executor)->run);
}

static bool run_turn(struct engine *engine, const struct model *model, const struct turn *turn)
{
	engine_tell_dates(engine, turn->table, turn->dates, turn->count, true);
	struct run_task *task = engine_new_task(engine, turn->table, turn->dates, turn->count);
	if (task->command != NULL)
		add_off_days(model, task);
	return give_to_executor(engine, task);
}

void engine_adopt(struct engine *engine, const struct event *event)
{
	size_t table = event->table;
	if (engine->is_leaving || engine_is_table_busy(engine, table) || event->found.count == 0 ||
		engine->commands[table] == NULL)
		return; /* it goes on unseen; its table stays locked */
	scheduler_adopt(engine->scheduler, table, event->found.dates, event->found.count);
	engine_tell_dates(engine, table, event->found.dates, event->found.count, true);
	struct run_task *task =
		engine_new_task(engine, table, event->found.dates, event->found.count);
	text_copy(task->adopted, sizeof(task->adopted), event->found.id);
	give_to_executor(engine, task);
}

void engine_step(struct engine *engine, const struct model *model)
{
	struct turn turn;
	bool ready = !engine->is_leaving && engine->import == NULL;
	while (scheduler_take_stuck(engine->scheduler, model->coverage, &turn))
		engine_tell_dates(engine, turn.table, turn.dates, turn.count, false);
	while (ready && scheduler_next(engine->scheduler, model->coverage, &turn))
		ready = run_turn(engine, model, &turn);
	engine_step_alerts(engine, model, clock_wall_ms());
}

bool engine_is_table_busy(const struct engine *engine, size_t table)
{
	return engine->jobs[table].cancel != NULL;
}

bool engine_is_idle(const struct engine *engine)
{
	if (engine_alerts_are_busy(engine))
		return false;
	if (engine->refresh != NULL || engine->import != NULL || engine->rows != NULL ||
		engine->audit != NULL || engine->health != NULL || engine->is_reading_piece ||
		engine->is_writing_handoff || engine->is_scanning || engine->is_reading_season ||
		engine->is_previewing || engine->is_reading_excerpt || engine->is_finding_log)
		return false;
	for (size_t i = 0; i < engine->options.pipeline->table_count; i++)
		if (engine_is_table_busy(engine, i) || engine->resumes[i] != NULL)
			return false;
	return true;
}
