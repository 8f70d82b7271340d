#include "model/model.h"

#include "base/clock.h"
#include "witness/audit.h"
#include "base/memory.h"
#include "jobs/launch_preview.h"
#include "witness/cell_rows.h"
#include "model_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void judge(struct model *model)
{
	coverage_judge_changes(model->coverage);
	model->judgement++;
}

struct model *model_new(const struct pipeline *pipeline, struct date_range range)
{
	struct model *model = memory_new(sizeof(*model));
	model->pipeline = pipeline;
	model->range = range;
	model->calendar = calendar_new(pipeline, NULL);
	model->coverage = coverage_new(pipeline, model->calendar, range);
	model->tables = memory_new_array(pipeline->table_count, sizeof(*model->tables));
	for (size_t i = 0; i < pipeline->table_count; i++) {
		model->tables[i].worker = -1;
		model->tables[i].speed = ETA_UNKNOWN;
		model->tables[i].date = DATE_NONE;
		model->tables[i].trouble_date = DATE_NONE;
		model_logs_init(&model->tables[i]);
	}
	model->workers = pipeline->workers;
	model->auto_launch = pipeline->auto_launch;
	model->view.date = range.first;
	model->view.log_follow = model->view.log_times = true;
	model->marks = memory_new_array(pipeline->table_count, sizeof(*model->marks));
	model->plan_out_dates =
		memory_new_array(pipeline->table_count, sizeof(*model->plan_out_dates));
	model->plan_first = memory_new_array(pipeline->table_count, sizeof(*model->plan_first));
	model->view.plan_open = -1;
	model->view.season = -1;
	model->insight = insight_new(pipeline);
	model->log_filter = model_log_filter_new();
	model->trail = trail_new();
	model->forecast = forecast_new();
	model->found_causes = found_causes_new();
	judge(model);
	return model;
}

void model_free(struct model *model)
{
	if (model == NULL)
		return;
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		model_logs_release(&model->tables[i]);
	for (size_t i = 0; i < model->pipeline->table_count; i++) {
		date_set_release(&model->marks[i]);
		date_set_release(&model->plan_out_dates[i]);
		date_set_release(&model->plan_first[i]);
		date_set_release(&model->tables[i].queued_dates);
	}
	free(model->marks);
	free(model->plan_out_dates);
	free(model->plan_first);
	model_forget_seasons(model);
	launch_preview_free(model->launch);
	model_logs_release(&model->excerpt);
	for (size_t i = 0; i < model->pipeline->table_count; i++)
		free(model->tables[i].ranks);
	free(model->tables);
	cell_rows_free(model->cell_rows);
	log_piece_free(model->log_piece);
	trail_free(model->trail);
	audit_free(model->audit);
	health_findings_release(&model->health.findings);
	insight_free(model->insight);
	model_log_filter_free(model->log_filter);
	forecast_free(model->forecast);
	found_causes_free(model->found_causes);
	coverage_free(model->coverage);
	calendar_free(model->calendar);
	free(model);
}

struct event_line *model_add_event(
	struct model *model, int64_t at_ms, enum severity severity, const char *format, ...)
{
	struct event_line *line = &model->events[model->event_count % MODEL_EVENTS_MAX];
	*line = (struct event_line){
		.at_ms = at_ms, .severity = severity, .table = -1, .date = DATE_NONE};
	va_list arguments;
	va_start(arguments, format);
	if (vsnprintf(line->text, sizeof(line->text), format, arguments) < 0)
		line->text[0] = '\0';
	va_end(arguments);
	model->event_count++;
	return line;
}

void model_set_message(struct model *model, int64_t at_ms, enum severity severity, const char *text)
{
	text_copy(model->message, sizeof(model->message), text);
	model->message_severity = severity;
	model->message_ms = at_ms;
}

static void apply_message(struct model *model, const struct event *event)
{
	model_set_message(model, event->at_ms, event->message.severity, event->message.text);
	model_add_event(model, event->at_ms, event->message.severity, "%s", event->message.text);
}

/* Over another dialog it would answer a key that was meant for that. */
static void apply_launch(struct model *model, struct event *event)
{
	launch_preview_free(model->launch);
	model->launch = event->launch;
	event->launch = NULL;
	if (model->view.dialog != DIALOG_NONE)
		model_set_message(model, event->at_ms, SEVERITY_WARNING,
			"nothing was started: ask again when nothing else is open");
}

static void apply_import_progress(struct model *model, const struct event *event)
{
	model->import_done = event->import.done;
	model->import_total = event->import.total;
	text_copy(model->import_what, sizeof(model->import_what), event->import.what);
}

/* Nothing is being imported any more; what the import brought comes with the next coverage. */
static void apply_import_finished(struct model *model, const struct event *event)
{
	model->import_done = model->import_total = 0;
	model->import_what[0] = '\0';
	apply_message(model, event);
}

static void apply_action(struct model *model, const struct event *event)
{
	if (event->action.action == ACTION_REFRESH && model->view.view != VIEW_HEALTH)
		model->checking = true;
	model_apply_stop_wishes(model, event);
}

/* At midnight an excuse may end, and retention takes another date. */
static void apply_clock(struct model *model, const struct event *event)
{
	date_t today = clock_local_date(event->at_ms);
	model_warn_of_freezes(model);
	if (today == model->today)
		return;
	model->today = today;
	coverage_set_today(model->coverage, today);
	judge(model);
}

static bool changes_verdicts(enum event_kind kind)
{
	switch (kind) {
	case EVENT_COVERAGE:
	case EVENT_COUNTS:
	case EVENT_COVERAGE_FAILED:
	case EVENT_RUN_FINISHED:
	case EVENT_DATE_STARTED:
	case EVENT_DATE_FINISHED:
	case EVENT_DATE_FAILED:
	case EVENT_DATE_CUT:
	case EVENT_HISTORY:
	case EVENT_QUEUED:
	case EVENT_HEALTH:
	case EVENT_CELL_ROWS:
		return true;
	case EVENT_HOLDER:
	case EVENT_SEASON:
	case EVENT_RUN_FOUND:
	case EVENT_PROCESSES:
	case EVENT_ASKED:
	case EVENT_UNATTENDED:
	case EVENT_EXCERPT:
	case EVENT_CHECKPOINTS: /* EVENT_HISTORY comes next */
	case EVENT_LAUNCH:
	case EVENT_BACKGROUND:
	case EVENT_RUN_STARTED:
	case EVENT_DATE_PROGRESS:
	case EVENT_LOG:
	case EVENT_IMPORT_PROGRESS:
	case EVENT_IMPORT_FINISHED:
	case EVENT_LOG_PIECE:
	case EVENT_LOG_FOUND:
	case EVENT_AUDIT:
	case EVENT_HANDOFF:
	case EVENT_ALERT:
	case EVENT_MESSAGE:
	case EVENT_ACTION:
	case EVENT_CONTROL:
	case EVENT_SIZE:
	case EVENT_CLOCK:
		return false;
	}
	return true;
}

/* On the line above the keys and among the events, with the lines that tell why. */
static void apply_alert(struct model *model, const struct event *event)
{
	const struct alert *alert = &event->alert.alert;
	enum severity severity = alert_row(alert->kind)->severity;
	char text[EVENT_TEXT_BYTES], times[32] = "";
	if (event->alert.stage != ALERT_RAISED)
		return;
	if (severity == SEVERITY_INFO) /* what is told although nothing is wrong is good news */
		severity = SEVERITY_GOOD;
	if (alert->times > 1)
		snprintf(times, sizeof(times), " (%d times)", alert->times);
	snprintf(text, sizeof(text), "%s%s", alert->text, times);
	model_set_message(model, event->at_ms, severity, text);
	model_add_event(model, event->at_ms, severity, "%s", text);
	for (int i = 0; i < ALERT_LINES_MAX && alert->lines[i][0] != '\0'; i++)
		model_add_event(model, event->at_ms, SEVERITY_INFO, "  %s", alert->lines[i]);
}

static void apply_one(struct model *model, struct event *event)
{
	switch (event->kind) {
	case EVENT_COVERAGE:
		model_apply_coverage(model, event);
		break;
	case EVENT_COUNTS:
		model_apply_counts(model, event);
		break;
	case EVENT_COVERAGE_FAILED:
		model_apply_coverage_failed(model, event);
		break;
	case EVENT_BACKGROUND:
		model->follows = event->background.lives;
		model->left = event->background.resume == NULL
				      ? 0
				      : resume_count(event->background.resume);
		model_set_message(
			model, event->at_ms, event->background.severity, event->background.text);
		model_add_event(model, event->at_ms, event->background.severity, "%s",
			event->background.text);
		break;
	case EVENT_RUN_STARTED:
		model_apply_run_started(model, event);
		break;
	case EVENT_RUN_FINISHED:
		model_apply_run_finished(model, event);
		break;
	case EVENT_DATE_STARTED:
		model_apply_date_started(model, event);
		break;
	case EVENT_DATE_PROGRESS:
		model_apply_date_progress(model, event);
		break;
	case EVENT_DATE_FINISHED:
		model_apply_date_finished(model, event);
		break;
	case EVENT_DATE_FAILED:
		model_apply_date_failed(model, event);
		break;
	case EVENT_DATE_CUT:
		model_apply_date_cut(model, event);
		break;
	case EVENT_LOG:
		model_apply_log(model, event);
		break;
	case EVENT_IMPORT_PROGRESS:
		apply_import_progress(model, event);
		break;
	case EVENT_HISTORY:
		model_apply_history(model, event);
		model_learn_history(model, event);
		break;
	case EVENT_HOLDER:
		text_copy(model->tables[event->table].holder,
			sizeof(model->tables[event->table].holder), event->message.text);
		break;
	case EVENT_SEASON:
		model_take_season(model, event);
		break;
	case EVENT_IMPORT_FINISHED:
		apply_import_finished(model, event);
		break;
	case EVENT_LOG_PIECE:
		model_apply_log_piece(model, event);
		break;
	case EVENT_AUDIT:
		model_apply_audit(model, event);
		break;
	case EVENT_HEALTH:
		model_apply_health(model, event);
		break;
	case EVENT_CELL_ROWS:
		model_apply_cell_rows(model, event);
		break;
	case EVENT_ASKED:
		model_apply_asked(model, event);
		break;
	case EVENT_UNATTENDED:
		model_apply_unattended(model, event);
		break;
	case EVENT_EXCERPT:
		model_apply_excerpt(model, event);
		break;
	case EVENT_LAUNCH:
		apply_launch(model, event);
		break;
	case EVENT_ALERT:
		apply_alert(model, event);
		break;
	case EVENT_CHECKPOINTS:
		model_apply_checkpoints(model, event);
		break;
	case EVENT_HANDOFF:
	case EVENT_MESSAGE:
		apply_message(model, event);
		break;
	case EVENT_ACTION:
		apply_action(model, event);
		break;
	case EVENT_QUEUED:
		model_apply_queued(model, event);
		break;
	case EVENT_CONTROL:
		model_apply_control(model, event);
		break;
	case EVENT_SIZE:
		model->width = event->size.width;
		model->height = event->size.height;
		break;
	case EVENT_RUN_FOUND: /* the engine follows it: EVENT_RUN_STARTED comes next */
		model->tables[event->table].is_found = true;
		break;
	case EVENT_PROCESSES: /* the engine follows them: EVENT_RUN_STARTED comes next */
	case EVENT_LOG_FOUND: /* for the console alone */
	case EVENT_CLOCK:
		apply_clock(model, event);
		break;
	}
}

void model_apply(struct model *model, struct event *event)
{
	/* Events of several threads come out of order; the clock itself may be set back. */
	if (event->at_ms > model->now_ms || event->kind == EVENT_CLOCK)
		model->now_ms = event->at_ms;
	apply_one(model, event);
	if (changes_verdicts(event->kind))
		judge(model);
	model_view_apply(model, event);
	model_log_filter_apply(model);
}

size_t model_selected_table(const struct model *model)
{
	return model->pipeline->order[model->view.table];
}
