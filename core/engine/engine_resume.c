/* What one engine leaves and another one goes on with. */
#include "engine_parts.h"

#include "engine/background.h"

#include <stdlib.h>
#include <unistd.h>

static void add_left(const struct engine *engine, size_t table, struct resume_table *left)
{
	struct date_range range = engine->range;
	left->paused = engine->paused[table];
	left->is_script = engine->commands[table] != NULL &&
			  scheduler_queued_count(engine->scheduler, table) == 0;
	for (date_t date = range.first; date <= range.last; date++)
		if (scheduler_is_planned(engine->scheduler, table, date))
			date_set_add(&left->dates, (struct date_range){date, date});
}

void engine_detach(struct engine *engine, const struct model *model)
{
	const struct engine_options *options = &engine->options;
	if (!engine->is_leaving && !options->read_only) {
		resume_release(&engine->left);
		engine->left.range = engine->range;
		engine->left.workers = options->workers;
		engine->left.pace_ms = options->pace_ms;
		engine->left.auto_launch = options->auto_launch;
		engine->left.paused = engine->all_paused;
		for (size_t i = 0; i < options->pipeline->table_count; i++) {
			scheduler_to_come(engine->scheduler, model->coverage, i);
			add_left(engine, i, &engine->left.tables[i]);
		}
	}
	engine_leave(engine, LEAVE_DETACHED);
}

/* A table that fails again and again is the operator's, in the background, too. */
static bool gave_up(const struct engine *engine, const struct event *event)
{
	int limit = engine->options.pipeline->failures_in_row;
	return event->run_finished.outcome == RUN_FAILED && limit > 0 &&
	       engine->failures[event->table] >= limit;
}

void engine_left_ended(struct engine *engine, const struct event *event)
{
	struct date_set *left = &engine->left.tables[event->table].dates;
	if (event->kind == EVENT_DATE_FINISHED || event->kind == EVENT_DATE_FAILED)
		date_set_remove(left, (struct date_range){event->date, event->date});
	else if (event->kind == EVENT_RUN_FINISHED && gave_up(engine, event))
		date_set_clear(left);
	else if (event->kind == EVENT_RUN_FINISHED && event->run_finished.to_come > 0)
		engine->left.tables[event->table].is_script = false;
}

/* A script that runs goes on by itself: only beside other work, or where more processes were to
 * come after it, is it worth a run of ours. */
static bool is_worth_a_run(const struct engine *engine)
{
	for (size_t i = 0; i < engine->options.pipeline->table_count; i++)
		if (engine->left.tables[i].dates.count > 0 && !engine->left.tables[i].is_script)
			return true;
	return false;
}

bool engine_take_left(struct engine *engine, struct resume *left)
{
	if (!is_worth_a_run(engine))
		return false;
	*left = engine->left;
	engine->left = (struct resume){0};
	return true;
}

int engine_resume(struct engine *engine, const struct model *model, const struct resume *resume)
{
	const struct pipeline *pipeline = engine->options.pipeline;
	int queued = 0;
	if (engine->follow != NULL || engine->options.read_only || engine->is_leaving)
		return 0;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		size_t table = pipeline->order[i];
		const struct date_set *dates = &resume->tables[table].dates;
		for (date_t date = date_set_first(dates); date != DATE_NONE;
			date = date_set_next(dates, date))
			queued += scheduler_queue(
				engine->scheduler, model->coverage, table, date, QUEUE_GAPS);
		engine_tell_queue(engine, table);
		if (resume->tables[table].paused)
			engine_pause(engine, table, true);
	}
	if (resume->paused)
		engine_pause_all(engine, true);
	return queued;
}

void engine_go_on(struct engine *engine, const struct model *model, bool go_on)
{
	char *path = background_resume_path(engine->options.state_folder);
	int queued = go_on ? engine_resume(engine, model, &engine->offered) : 0;
	unlink(path); /* the answer was given; what is not queued shows in the coverage */
	free(path);
	resume_release(&engine->offered);
	if (queued > 0)
		engine_say(engine, SEVERITY_GOOD, "%d cells of the background run are queued again",
			queued);
	else if (go_on)
		engine_say(engine, SEVERITY_INFO, "nothing of it is left to be done");
}

void engine_own(struct engine *engine, const struct model *model)
{
	engine->options.read_only = false;
	engine->is_reconciled = false;
	engine_tell_control(engine, -1);
	engine_refresh(engine, engine_range(engine, model), false);
}
