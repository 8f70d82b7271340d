/* What the engine learns from events, before and after the model. */
#include "engine_parts.h"

#include "jobs/failure.h"

#include <stdlib.h>

/* Cells that are outside the new range do not wait any more; those inside are told anew. */
static void move_range(struct engine *engine, struct date_range range)
{
	if (range.first == engine->range.first && range.last == engine->range.last)
		return;
	struct date_range before = engine->range;
	bool *told = engine->told;
	size_t days = (size_t)date_range_days(before);
	engine->told = NULL;
	engine_set_range(engine, range);
	for (size_t table = 0; table < engine->options.pipeline->table_count; table++)
		for (date_t date = before.first; date <= before.last; date++)
			engine_set_told(engine, table, date,
				told[table * days + (size_t)(date - before.first)]);
	free(told);
	scheduler_set_range(engine->scheduler, range);
	for (size_t table = 0; table < engine->options.pipeline->table_count; table++)
		engine_tell_queue(engine, table);
}

static void date_ended(struct engine *engine, const struct model *model, size_t table, date_t date)
{
	const struct cell *cell = coverage_cell(model->coverage, table, date);
	bool succeeded = cell != NULL && cell->attempt == ATTEMPT_SUCCEEDED;
	scheduler_date_done(engine->scheduler, table, date, succeeded);
}

static void count_failures(struct engine *engine, const struct event *event)
{
	int *failures = &engine->failures[event->table];
	if (event->kind == EVENT_DATE_FAILED &&
		!failure_counts_in_row(engine->options.pipeline, event->date, event->message.text))
		return;
	*failures = event->kind == EVENT_DATE_FAILED ? *failures + 1 : 0;
}

/* A script has no pause: its run was stopped after a date, and the others wait for the operator. */
static bool is_only_paused(const struct engine *engine, size_t table, enum run_outcome outcome)
{
	return engine->commands[table] != NULL && outcome == RUN_STOPPED && !engine->is_leaving &&
	       !engine->jobs[table].is_found && (engine->paused[table] || engine->all_paused);
}

/* Events of the last date may have been given up; rows of scripts are in the warehouse, not in our
 * hands. */
static bool must_look_again(const struct engine *engine, size_t table, enum run_outcome outcome)
{
	return outcome == RUN_KILLED || (engine->commands[table] != NULL && outcome != RUN_GOES_ON);
}

/* A run that came to its end with some failed dates; the dates after them may still be right. */
static bool may_go_on(const struct engine *engine, const struct event *event)
{
	if (event->run_finished.outcome != RUN_FAILED || event->run_finished.left > 0)
		return event->run_finished.outcome == RUN_SUCCEEDED;
	return engine->failures[event->table] < engine->options.pipeline->failures_in_row;
}

/* A run that gave up or was stopped gives its dates back: nothing starts them again by itself. */
static void run_ended(struct engine *engine, const struct model *model, const struct event *event)
{
	size_t table = event->table;
	struct engine_job *job = &engine->jobs[table];
	bool requeue = is_only_paused(engine, table, event->run_finished.outcome);
	cancel_free(job->cancel);
	*job = (struct engine_job){0};
	scheduler_batch_done(engine->scheduler, table, requeue);
	if (!requeue && !may_go_on(engine, event)) {
		engine_take_back(engine, table);
		engine->failures[table] = 0;
	}
	engine_tell_queue(engine, table);
	if (requeue)
		engine_await_resume(engine, table);
	if (must_look_again(engine, table, event->run_finished.outcome))
		engine_refresh(engine, engine_range(engine, model), false);
}

static void import_ended(struct engine *engine, const struct model *model)
{
	cancel_free(engine->import);
	engine->import = NULL;
	engine_refresh(engine, engine_range(engine, model), false);
}

static void before_model(struct engine *engine, struct event *event)
{
	if (event->kind == EVENT_COVERAGE) {
		move_range(engine, event->coverage.range);
		engine->has_raw |= event->coverage.raw_days.first_game != DATE_NONE;
	}
	if (event->kind == EVENT_COVERAGE || event->kind == EVENT_COUNTS)
		engine_refresh_came(engine, event);
	if (event->kind == EVENT_DATE_FINISHED && !event->finished.is_reported)
		engine_note_receipt(engine, &event->finished.receipt);
}

/* The books are kept by whoever runs; while we follow, that is not us. */
static bool is_of_another(const struct engine *engine, const struct event *event)
{
	return engine->follow != NULL &&
	       (event->kind == EVENT_DATE_STARTED || event->kind == EVENT_DATE_FINISHED ||
		       event->kind == EVENT_DATE_FAILED || event->kind == EVENT_DATE_CUT ||
		       event->kind == EVENT_RUN_FINISHED);
}

static void background_came(struct engine *engine, struct event *event)
{
	if (event->background.lives)
		engine_follow(engine, event);
	else
		engine_unfollow(engine);
	if (event->background.resume == NULL)
		return;
	resume_release(&engine->offered);
	engine->offered = *event->background.resume;
	*event->background.resume = (struct resume){0};
}

static void after_model(struct engine *engine, const struct model *model, struct event *event)
{
	if (is_of_another(engine, event))
		return;
	switch (event->kind) {
	case EVENT_HISTORY:
	case EVENT_COVERAGE_FAILED:
		engine_refresh_ended(engine);
		break;
	case EVENT_DATE_STARTED:
		engine_set_told(engine, event->table, event->date, false);
		break;
	case EVENT_BACKGROUND:
		background_came(engine, event);
		break;
	case EVENT_RUN_FOUND:
		engine_adopt(engine, event);
		break;
	case EVENT_PROCESSES:
		engine_processes_came(engine, model, event);
		break;
	case EVENT_DATE_FINISHED:
	case EVENT_DATE_FAILED:
	case EVENT_DATE_CUT:
		date_ended(engine, model, event->table, event->date);
		count_failures(engine, event);
		engine_left_ended(engine, event);
		break;
	case EVENT_RUN_FINISHED:
		engine_left_ended(engine, event);
		run_ended(engine, model, event);
		break;
	case EVENT_IMPORT_FINISHED:
		import_ended(engine, model);
		break;
	case EVENT_HEALTH:
		engine_health_came(engine);
		break;
	case EVENT_CELL_ROWS:
		engine_rows_came(engine);
		break;
	case EVENT_LOG_FOUND:
		engine->is_finding_log = false;
		break;
	case EVENT_LOG_PIECE:
		engine_log_came(engine);
		break;
	case EVENT_HANDOFF:
		engine->is_writing_handoff = false;
		break;
	case EVENT_SEASON:
		engine->is_reading_season = false;
		break;
	case EVENT_LAUNCH:
		engine->is_previewing = false;
		break;
	case EVENT_ALERT:
		engine_alert_came(engine, event);
		break;
	case EVENT_ASKED:
		engine_asked(engine, event);
		break;
	case EVENT_EXCERPT:
		engine->is_reading_excerpt = false;
		break;
	case EVENT_UNATTENDED:
	case EVENT_CHECKPOINTS:
	case EVENT_COVERAGE:
	case EVENT_COUNTS:
	case EVENT_HOLDER:
	case EVENT_AUDIT:
	case EVENT_RUN_STARTED:
	case EVENT_DATE_PROGRESS:
	case EVENT_LOG:
	case EVENT_IMPORT_PROGRESS:
	case EVENT_MESSAGE:
	case EVENT_ACTION:
	case EVENT_QUEUED:
	case EVENT_CONTROL:
	case EVENT_SIZE:
	case EVENT_CLOCK:
		break;
	}
}

void engine_apply(struct engine *engine, struct model *model, struct event *event)
{
	before_model(engine, event);
	model_apply(model, event);
	if (engine->follow == NULL)
		alerts_note(engine->alerts, model, event);
	after_model(engine, model, event);
	engine_audit_heard(engine, event);
	event_release(event);
}
