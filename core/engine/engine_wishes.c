/* What the operator wants of the engine. */
#include "engine_parts.h"

#include "base/memory.h"

#define EVERY_TABLE SIZE_MAX

/* Whether some table (or this one) is computed here and has no warehouse to be written to. */
static bool lacks_a_warehouse(const struct engine *engine, size_t table)
{
	const struct pipeline *pipeline = engine->options.pipeline;
	if (!warehouse_spec_counts_only(engine->options.warehouse))
		return false;
	for (size_t i = 0; i < pipeline->table_count; i++)
		if ((table == EVERY_TABLE || table == i) &&
			pipeline->tables[i].job.executor == EXECUTOR_NATIVE)
			return true;
	return false;
}

static bool may_start(struct engine *engine, size_t table)
{
	if (lacks_a_warehouse(engine, table))
		engine_say(engine, SEVERITY_WARNING,
			"a file of counts can only be looked at: nothing is computed into it");
	else if (engine->follow != NULL)
		engine_say(engine, SEVERITY_WARNING,
			"the background run is at work: start when it has ended");
	else if (engine->options.read_only)
		engine_say(engine, SEVERITY_WARNING, "read-only: nothing is started");
	else if (engine->is_leaving)
		engine_say(engine, SEVERITY_WARNING, "leaving: nothing more is started");
	else if (engine->import != NULL)
		engine_say(engine, SEVERITY_WARNING,
			"the import is under way: start again when it is done");
	else
		return true;
	return false;
}

static int queue(struct engine *engine, const struct model *model, size_t table, date_t date,
	enum queue_kind kind)
{
	if (!may_start(engine, table) || engine_is_held_outside(engine, model, table))
		return 0;
	int count = scheduler_queue(engine->scheduler, model->coverage, table, date, kind);
	if (count > 0 && date == DATE_NONE)
		engine_tell_reach(engine, table, true, REACH_TABLE);
	engine_tell_queue(engine, table);
	if (count == 0) {
		struct buffer why = {0};
		scheduler_why_nothing(model->coverage, table, date, kind, &why);
		engine_say(engine, SEVERITY_WARNING, "%s: %s",
			engine->options.pipeline->tables[table].name, buffer_text(&why));
		buffer_release(&why);
	}
	return count;
}

int engine_start(struct engine *engine, const struct model *model, size_t table, date_t date)
{
	return queue(engine, model, table, date, QUEUE_GAPS);
}

int engine_run_plan(struct engine *engine, const struct model *model, const struct plan *plan)
{
	int queued = 0;
	if (!may_start(engine, EVERY_TABLE))
		return 0;
	for (size_t i = 0; i < plan->step_count; i++) {
		const struct plan_step *step = &plan->steps[i];
		queued += scheduler_queue_dates(engine->scheduler, model->coverage, step->table,
			step->dates, step->count, step->first_count);
		engine_tell_planned(engine, step->table, step);
		engine_tell_queue(engine, step->table);
	}
	if (queued == 0)
		engine_say(engine, SEVERITY_WARNING, "no cell of the plan can be started now");
	return queued;
}

int engine_retry(struct engine *engine, const struct model *model, size_t table)
{
	return queue(engine, model, table, DATE_NONE, QUEUE_RETRY);
}

int engine_start_all(struct engine *engine, const struct model *model)
{
	if (!may_start(engine, EVERY_TABLE))
		return 0;
	int count = scheduler_queue_all(engine->scheduler, model->coverage);
	engine_tell_reach(engine, 0, true, REACH_EVERYTHING);
	for (size_t i = 0; i < engine->options.pipeline->table_count; i++)
		engine_tell_queue(engine, i);
	if (count == 0)
		engine_say(engine, SEVERITY_WARNING,
			"nothing can be started now: w on a cell says why");
	return count;
}

static void stop(struct engine *engine, size_t table, bool at_once)
{
	const char *name = engine->options.pipeline->tables[table].name;
	cancel_raise(engine->jobs[table].cancel, at_once ? CANCEL_NOW : CANCEL_AFTER_DATE);
	engine_say(engine, SEVERITY_INFO,
		at_once ? "%s: stopping now" : "%s: stops after the date in hand", name);
}

void engine_stop(struct engine *engine, size_t table, bool at_once)
{
	const struct engine_job *job = &engine->jobs[table];
	const char *name = engine->options.pipeline->tables[table].name;
	if (engine->follow != NULL) {
		engine_ask_background(engine, at_once ? RUN_VERB_TERMINATE : RUN_VERB_STOP, NULL,
			at_once ? "the background run is being stopped"
				: "the background run stops after the dates in hand");
		return;
	}
	int waiting = engine_take_back(engine, table);
	engine_tell_queue(engine, table);
	if (job->cancel != NULL && job->outside.pid != 0)
		engine_say(engine, SEVERITY_WARNING,
			"%s: process %d was not started here, and is not stopped unasked", name,
			(int)job->outside.pid);
	else if (job->cancel != NULL)
		stop(engine, table, at_once);
	else if (waiting > 0)
		engine_say(engine, SEVERITY_INFO, "%s: %d waiting %s taken back", name, waiting,
			waiting == 1 ? "date was" : "dates were");
	else
		engine_say(engine, SEVERITY_WARNING, "%s does not run", name);
}

void engine_stop_outside(struct engine *engine, size_t table, bool at_once, int pid)
{
	const struct engine_job *job = &engine->jobs[table];
	if (job->cancel != NULL && pid != 0 && (int)job->outside.pid == pid)
		stop(engine, table, at_once);
	else
		engine_say(engine, SEVERITY_WARNING,
			"process %d does not write %s any more: nothing was stopped", pid,
			engine->options.pipeline->tables[table].name);
}

static void apply_pause(struct engine *engine, size_t table)
{
	bool paused = engine->all_paused || engine->paused[table];
	scheduler_set_paused(engine->scheduler, table, paused);
	if (!paused && engine->resumes[table] != NULL)
		cancel_raise(engine->resumes[table], CANCEL_NOW);
	if (engine->jobs[table].cancel != NULL && engine->jobs[table].outside.pid == 0)
		cancel_set_paused(engine->jobs[table].cancel, paused);
}

void engine_pause(struct engine *engine, size_t table, bool paused)
{
	if (engine->follow != NULL) {
		engine_ask_background(engine, paused ? RUN_VERB_PAUSE : RUN_VERB_RESUME,
			engine->options.pipeline->tables[table].name,
			paused ? "the table pauses after the date in hand, in the background"
			       : "the table goes on, in the background");
		return;
	}
	engine->paused[table] = paused;
	apply_pause(engine, table);
	engine_tell_control(engine, (int)table);
}

void engine_pause_all(struct engine *engine, bool paused)
{
	if (engine->follow != NULL) {
		engine_ask_background(engine, paused ? RUN_VERB_PAUSE : RUN_VERB_RESUME, NULL,
			paused ? "the background run pauses after the dates in hand"
			       : "the background run goes on");
		return;
	}
	engine->all_paused = paused;
	for (size_t i = 0; i < engine->options.pipeline->table_count; i++)
		apply_pause(engine, i);
	engine_tell_control(engine, -1);
}

bool engine_is_held(const struct engine *engine)
{
	for (size_t i = 0; i < engine->options.pipeline->table_count; i++)
		if ((engine->all_paused || engine->paused[i]) &&
			scheduler_queued_count(engine->scheduler, i) > 0)
			return true;
	return false;
}

void engine_set_workers(struct engine *engine, int workers)
{
	if (workers < 1 || workers > PIPELINE_WORKERS_MAX)
		return;
	engine->options.workers = workers;
	scheduler_set_workers(engine->scheduler, workers);
	engine_tell_control(engine, -1);
}

void engine_set_auto_launch(struct engine *engine, bool on)
{
	engine->options.auto_launch = on;
	scheduler_set_auto_launch(engine->scheduler, on);
	engine_tell_control(engine, -1);
}

void engine_set_pace(struct engine *engine, int pace_ms)
{
	engine->options.pace_ms = pace_ms;
	engine_tell_control(engine, -1);
}

void engine_set_alerts(struct engine *engine, const struct alert_settings *alerts)
{
	engine->options.alerts = *alerts;
	alerts_change(engine->alerts, alerts);
}

void engine_leave(struct engine *engine, enum leave how)
{
	static const enum cancel_level levels[] = {[LEAVE_AFTER_DATES] = CANCEL_AFTER_DATE,
		[LEAVE_AT_ONCE] = CANCEL_NOW,
		[LEAVE_DETACHED] = CANCEL_DETACH};
	engine->is_leaving = true;
	for (size_t i = 0; i < engine->options.pipeline->table_count; i++) {
		scheduler_unqueue(engine->scheduler, i);
		engine_tell_queue(engine, i);
		if (engine->resumes[i] != NULL)
			cancel_raise(engine->resumes[i], CANCEL_NOW);
		if (engine->jobs[i].cancel != NULL)
			cancel_raise(engine->jobs[i].cancel,
				engine->jobs[i].outside.pid != 0 ? CANCEL_DETACH : levels[how]);
	}
	engine_drop_rows(engine);
	engine_drop_audit(engine);
	engine_drop_health(engine);
	engine_drop_alerts(engine); /* nobody waits for what comes after this */
	if (how == LEAVE_AT_ONCE)
		resume_release(&engine->left);
	if (engine->follow != NULL)
		cancel_raise(engine->follow, CANCEL_NOW);
	if (engine->import != NULL)
		cancel_raise(engine->import, CANCEL_NOW);
	if (engine->refresh != NULL)
		cancel_raise(engine->refresh, CANCEL_NOW);
}
