#include "model_parts.h"

#include "jobs/run_files.h"

#include <stdio.h>
#include <string.h>

static const char *table_name(const struct model *model, size_t table)
{
	return model->pipeline->tables[table].short_name;
}

static void set_attempt(
	struct model *model, const struct event *event, enum attempt_state state, const char *words)
{
	coverage_set_attempt(
		model->coverage, event->table, event->date, state, words, event->at_ms);
}

/* What the ledger remembers too, of a table and a date. */
static void note_recorded(struct event_line *line, const struct event *event, date_t date)
{
	line->table = (int)event->table;
	line->date = date;
	line->is_recorded = true;
}

void model_apply_run_started(struct model *model, const struct event *event)
{
	struct table_model *table = &model->tables[event->table];
	bool is_ours = event->run_started.outside == NULL;
	bool is_paused = table->paused || model->all_paused;
	table->state = is_ours && is_paused ? JOB_PAUSED : JOB_RUNNING;
	table->run = event->run;
	table->worker = event->run_started.worker;
	table->run_dates = event->run_started.date_count;
	table->run_done = table->run_failed = 0;
	table->started_ms = table->last_output_ms = event->at_ms;
	table->paced = event->run_started.paced;
	table->outside = (struct outside_job){0};
	if (event->run_started.outside != NULL)
		table->outside = *event->run_started.outside;
	table->trouble[0] = '\0';
	table->trouble_date = DATE_NONE;
	model->busy_workers++;
	note_recorded(
		model_add_event(model, event->at_ms, SEVERITY_INFO, "%s: run %u started, %d %s",
			table_name(model, event->table), event->run, table->run_dates,
			table->run_dates == 1 ? "date" : "dates"),
		event, DATE_NONE);
}

/* A table without a worker waits as long as cells of it do; then it is what its newest run left. */
static void settle(struct table_model *table)
{
	if (table->worker >= 0)
		return;
	table->state = table->queued > 0 ? JOB_WAITING : table->rest;
}

void model_count_queued(struct model *model, size_t table)
{
	struct table_model *counted = &model->tables[table];
	counted->queued = 0;
	for (date_t date = model->range.first; date <= model->range.last; date++)
		counted->queued +=
			coverage_cell(model->coverage, table, date)->attempt == ATTEMPT_QUEUED;
	settle(counted);
}

static enum job_state state_after(enum run_outcome outcome)
{
	switch (outcome) {
	case RUN_SUCCEEDED:
		return JOB_DONE;
	case RUN_FAILED:
		return JOB_FAILED;
	case RUN_LOST:
	case RUN_GOES_ON:
	case RUN_STOPPED:
	case RUN_KILLED:
		return JOB_IDLE;
	}
	return JOB_IDLE;
}

static void tell_end(struct model *model, const struct event *event)
{
	static const char *const words[] = {[RUN_SUCCEEDED] = "finished",
		[RUN_STOPPED] = "stopped",
		[RUN_FAILED] = "failed",
		[RUN_KILLED] = "killed",
		[RUN_LOST] = "lost: nobody saw its end",
		[RUN_GOES_ON] = "goes on in the background"};
	static const enum severity severities[] = {[RUN_SUCCEEDED] = SEVERITY_GOOD,
		[RUN_STOPPED] = SEVERITY_WARNING,
		[RUN_FAILED] = SEVERITY_ERROR,
		[RUN_KILLED] = SEVERITY_WARNING,
		[RUN_LOST] = SEVERITY_ERROR,
		[RUN_GOES_ON] = SEVERITY_INFO};
	enum run_outcome outcome = event->run_finished.outcome;
	char failed[32] = "", left[32] = "";
	if (event->run_finished.failed != 0)
		snprintf(failed, sizeof(failed), ", %d failed", event->run_finished.failed);
	if (event->run_finished.left != 0)
		snprintf(left, sizeof(left), ", %d left", event->run_finished.left);
	note_recorded(model_add_event(model, event->at_ms, severities[outcome],
			      "%s: run %u %s, %d done%s%s", table_name(model, event->table),
			      event->run, words[outcome], event->run_finished.done, failed, left),
		event, DATE_NONE);
}

void model_apply_run_finished(struct model *model, const struct event *event)
{
	struct table_model *table = &model->tables[event->table];
	if (table->date != DATE_NONE && event->run_finished.outcome != RUN_GOES_ON)
		coverage_set_attempt(model->coverage, event->table, table->date, ATTEMPT_KILLED,
			"stopped before it was written", event->at_ms);
	table->date = DATE_NONE;
	table->done = table->total = 0;
	table->worker = -1;
	table->is_found = false;
	table->rest = state_after(event->run_finished.outcome);
	table->is_unattended = false;
	table->frozen_ms = 0;
	table->outside = (struct outside_job){0};
	settle(table);
	if (model->busy_workers > 0)
		model->busy_workers--;
	tell_end(model, event);
}

void model_apply_date_started(struct model *model, const struct event *event)
{
	struct table_model *table = &model->tables[event->table];
	table->date = event->date;
	table->done = table->total = 0;
	table->date_started_ms = table->last_output_ms = event->at_ms;
	table->worked.is_disturbed = false;
	set_attempt(model, event, ATTEMPT_RUNNING, "");
	model_count_queued(model, event->table);
}

void model_apply_date_progress(struct model *model, const struct event *event)
{
	struct table_model *table = &model->tables[event->table];
	table->done = event->progress.done;
	table->total = event->progress.total;
	table->last_output_ms = event->at_ms;
	coverage_set_progress(
		model->coverage, event->table, event->date, table->done, table->total);
}

/* A date that ends without telling how long it took: as long as it was in hand. */
static void leave_date(struct model *model, const struct event *event)
{
	struct table_model *table = &model->tables[event->table];
	if (table->date == event->date && table->date_started_ms > 0)
		coverage_set_spent(model->coverage, event->table, event->date,
			event->at_ms - table->date_started_ms);
	table->date = DATE_NONE;
	table->done = table->total = 0;
	table->last_output_ms = event->at_ms;
}

void model_apply_date_finished(struct model *model, const struct event *event)
{
	struct table_model *table = &model->tables[event->table];
	table->run_done++;
	model_learn_date(model, event);
	leave_date(model, event);
	if (event->finished.duration_ms >= 0)
		coverage_set_spent(
			model->coverage, event->table, event->date, event->finished.duration_ms);
	if (event->finished.is_reported)
		coverage_set_reported(model->coverage, event->table, event->date,
			event->finished.receipt.rows, event->at_ms);
	else
		coverage_set_receipt(model->coverage, &event->finished.receipt, event->at_ms);
	set_attempt(model, event, ATTEMPT_SUCCEEDED, "");
}

void model_apply_date_failed(struct model *model, const struct event *event)
{
	struct table_model *table = &model->tables[event->table];
	char date[DATE_TEXT_BYTES];
	table->run_failed++;
	text_copy(table->trouble, sizeof(table->trouble), event->message.text);
	table->trouble_date = event->date;
	leave_date(model, event);
	coverage_set_reported(model->coverage, event->table, event->date, -1, event->at_ms);
	set_attempt(model, event, ATTEMPT_FAILED, event->message.text);
	note_recorded(model_add_event(model, event->at_ms, SEVERITY_ERROR, "%s %s failed: %s",
			      table_name(model, event->table), date_format(event->date, date),
			      event->message.text),
		event, event->date);
}

/* It is neither done nor failed: it stays to be done. */
void model_apply_date_cut(struct model *model, const struct event *event)
{
	char date[DATE_TEXT_BYTES];
	leave_date(model, event);
	coverage_set_reported(model->coverage, event->table, event->date, -1, event->at_ms);
	set_attempt(model, event, event->cut.state, event->cut.text);
	note_recorded(model_add_event(model, event->at_ms, SEVERITY_WARNING, "%s %s: %s",
			      table_name(model, event->table), date_format(event->date, date),
			      event->cut.text),
		event, event->date);
}

/* The words of an earlier failure stay while a cell waits, so that taking it out of the queue shows
 * the failure again. */
static void queue_cell(struct model *model, const struct event *event, date_t date)
{
	const struct cell *cell = coverage_cell(model->coverage, event->table, date);
	if (cell == NULL)
		return;
	char words[ATTEMPT_WORDS_BYTES];
	text_copy(words, sizeof(words), cell->attempt_words);
	enum attempt_state state = event->queue.queued ? ATTEMPT_QUEUED
				   : words[0] != '\0'  ? ATTEMPT_FAILED
						       : ATTEMPT_NONE;
	coverage_set_attempt(model->coverage, event->table, date, state, words, event->at_ms);
}

void model_apply_queued(struct model *model, const struct event *event)
{
	for (size_t i = 0; i < event->queue.count; i++)
		queue_cell(model, event, event->queue.dates[i]);
	model_learn_queue(model, event);
	model_count_queued(model, event->table);
}

static void show_pause(struct table_model *table, bool paused)
{
	if (table->state == JOB_RUNNING && paused)
		table->state = JOB_PAUSED;
	else if (table->state == JOB_PAUSED && !paused)
		table->state = JOB_RUNNING;
}

void model_apply_control(struct model *model, const struct event *event)
{
	model->workers = event->control.workers;
	model->auto_launch = event->control.auto_launch;
	model->all_paused = event->control.all_paused;
	model->read_only = event->control.read_only;
	model->paced = event->control.paced;
	if (event->control.paused_table >= 0)
		model->tables[event->control.paused_table].paused = event->control.table_paused;
	model_note_pauses(model);
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		if (model->tables[i].outside.pid == 0)
			show_pause(&model->tables[i], model->all_paused || model->tables[i].paused);
}

void model_apply_unattended(struct model *model, const struct event *event)
{
	model->tables[event->table].is_unattended = true;
}

void model_apply_asked(struct model *model, const struct event *event)
{
	struct table_model *table = &model->tables[event->table];
	if (event->asked.verb == RUN_VERB_FREEZE) {
		table->frozen_ms = event->at_ms;
		table->worked.is_disturbed = true;
		table->is_freeze_said = false;
	} else if (event->asked.verb == RUN_VERB_CONTINUE) {
		table->frozen_ms = 0;
		table->last_output_ms = event->at_ms; /* it could not say anything */
	}
}

void model_warn_of_freezes(struct model *model)
{
	for (size_t i = 0; i < model->pipeline->table_count; i++) {
		struct table_model *table = &model->tables[i];
		char text[EVENT_TEXT_BYTES];
		if (table->frozen_ms == 0 || table->is_freeze_said ||
			model->now_ms - table->frozen_ms < MODEL_FREEZE_MS)
			continue;
		table->is_freeze_said = true;
		snprintf(text, sizeof(text),
			"%s is frozen for 5 minutes: its connections may break (backcourt resume)",
			table_name(model, i));
		model_set_message(model, model->now_ms, SEVERITY_WARNING, text);
		model_add_event(model, model->now_ms, SEVERITY_WARNING, "%s", text);
	}
}

static void show_stopping(struct table_model *table)
{
	if (table->state == JOB_RUNNING || table->state == JOB_PAUSED)
		table->state = JOB_STOPPING;
}

void model_apply_stop_wishes(struct model *model, const struct event *event)
{
	if (event->action.action == ACTION_STOP || event->action.action == ACTION_KILL)
		show_stopping(&model->tables[event->table]);
	if (event->action.action != ACTION_QUIT_STOP)
		return;
	model->leaving = true;
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		if (model->tables[i].outside.pid == 0)
			show_stopping(&model->tables[i]);
}
