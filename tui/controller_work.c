/* Keys that start, stop and pause work. */
#include "tui/controller_parts.h"

#include <stdio.h>

bool reply_changes_work(enum action action)
{
	return (action >= ACTION_START && action <= ACTION_FEWER_WORKERS) ||
	       action == ACTION_RUN_PLAN;
}

static void change_workers(struct reply *reply, int step)
{
	int workers = reply->model->workers + step;
	if (workers < 1 || workers > PIPELINE_WORKERS_MAX)
		reply_message(reply, SEVERITY_INFO,
			workers < 1 ? "at least one worker" : "no more workers than that");
	else
		reply_wish(reply, WISH_WORKERS)->number = step;
}

static void ask_to_kill(struct reply *reply)
{
	const struct table_model *job = &reply->model->tables[model_selected_table(reply->model)];
	if (job->worker < 0 && job->queued == 0)
		reply_message(reply, SEVERITY_INFO, "this table is not running");
	else
		reply_dialog(reply, job->outside.pid != 0 ? DIALOG_KILL_OUTSIDE : DIALOG_KILL);
}

static void ask_to_stop(struct reply *reply)
{
	if (reply->model->tables[model_selected_table(reply->model)].outside.pid != 0) {
		reply_dialog(reply, DIALOG_STOP_OUTSIDE);
		return;
	}
	reply_action(reply, ACTION_STOP);
	reply_wish(reply, WISH_STOP);
}

static void run_plan(struct reply *reply)
{
	if (model_plan(reply->model)->step_count == 0)
		reply_message(reply, SEVERITY_INFO, "the plan has no step to run");
	else
		reply_wish(reply, WISH_PLAN);
}

/* Waking needs no question. */
static void ask_to_freeze(struct reply *reply)
{
	const struct model *model = reply->model;
	size_t table = model_selected_table(model);
	const struct table_model *job = &model->tables[table];
	if (job->frozen_ms > 0)
		reply_wish(reply, WISH_FREEZE);
	else if (job->outside.pid != 0)
		reply_message(
			reply, SEVERITY_INFO, "this job was not started here: it is not frozen");
	else if (model->pipeline->tables[table].job.executor != EXECUTOR_COMMAND)
		reply_message(reply, SEVERITY_INFO,
			"only scripts are frozen: a pause takes one date at most");
	else if (job->worker < 0)
		reply_message(reply, SEVERITY_INFO, "this table is not running");
	else
		reply_dialog(reply, DIALOG_FREEZE);
}

/* Its command is shown before it starts, with whom a failure would lock out: one question. */
static bool starts_a_script(const struct model *model)
{
	const struct pipeline *pipeline = model->pipeline;
	return pipeline->tables[model_selected_table(model)].job.executor == EXECUTOR_COMMAND;
}

void reply_change_work(struct reply *reply, enum action action)
{
	const struct model *model = reply->model;
	const struct table_model *job = &model->tables[model_selected_table(model)];
	if (action == ACTION_START && model_has_marks(model) && model->view.dialog == DIALOG_NONE)
		reply_wish(reply, WISH_MARKED);
	else if (action == ACTION_START)
		reply_wish(reply, WISH_START);
	else if (action == ACTION_PAUSE)
		reply_wish(reply, WISH_PAUSE)->flag = !job->paused;
	else if (action == ACTION_STOP)
		ask_to_stop(reply);
	else if (action == ACTION_KILL)
		ask_to_kill(reply);
	else if (action == ACTION_FREEZE)
		ask_to_freeze(reply);
	else if (action == ACTION_RETRY && model->view.view == VIEW_EVENTS &&
		 !starts_a_script(model))
		reply_dialog(reply, DIALOG_RETRY);
	else if (action == ACTION_RETRY)
		reply_wish(reply, WISH_RETRY);
	else if (action == ACTION_START_ALL)
		reply_wish(reply, WISH_START_ALL);
	else if (action == ACTION_RUN_PLAN)
		run_plan(reply);
	else if (action == ACTION_PAUSE_ALL)
		reply_wish(reply, WISH_PAUSE_ALL)->flag = !model->all_paused;
	else if (action == ACTION_AUTO_LAUNCH)
		reply_wish(reply, WISH_AUTO_LAUNCH)->flag = !model->auto_launch;
	else
		change_workers(reply, action == ACTION_MORE_WORKERS ? 1 : -1);
}

void reply_refuse_work(struct reply *reply)
{
	char text[EVENT_TEXT_BYTES];
	snprintf(text, sizeof(text), "read-only%s%.150s",
		reply->model->holder[0] != '\0' ? ": " : "", reply->model->holder);
	reply_message(reply, SEVERITY_WARNING, text);
}

/* What a run in the background can be asked for: it pauses and stops as a whole. */
bool reply_ask_background(struct reply *reply, enum action action)
{
	if (action == ACTION_PAUSE || action == ACTION_PAUSE_ALL)
		reply_wish(reply, WISH_PAUSE_ALL)->flag = !reply->model->all_paused;
	else if (action == ACTION_STOP || action == ACTION_KILL)
		reply_change_work(reply, action);
	else
		return false;
	return true;
}
