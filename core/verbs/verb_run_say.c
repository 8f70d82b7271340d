/* backcourt run: what happens, and what was reached. */
#include "verb_run_parts.h"

#include "base/clock.h"
#include "event/event_lines.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define FORECAST_EVERY_MS 5000
#define FORECAST_LEAST_MS 1000 /* what ends sooner is not worth a line */

/* Flushed at once: whoever follows the file waits for the line. */
static void say_line(const struct runner *runner, const struct event *event)
{
	struct buffer line = {0};
	if (event_line_format(runner->session.pipeline, event, &line)) {
		fwrite(line.bytes, 1, line.length, stdout);
		fflush(stdout);
	}
	buffer_release(&line);
}

void run_say_begin(const struct runner *runner)
{
	struct buffer line = {0};
	event_lines_begin(runner->session.pipeline, runner->session.range, &line);
	fputs(buffer_text(&line), stdout);
	fflush(stdout);
	buffer_release(&line);
}

void run_say(const struct runner *runner, int64_t at_ms, const char *format, ...)
{
	char time[CLOCK_TEXT_BYTES];
	char words[2 * EVENT_TEXT_BYTES];
	struct buffer line = {0};
	va_list arguments;
	va_start(arguments, format);
	if (vsnprintf(words, sizeof(words), format, arguments) < 0)
		words[0] = '\0';
	va_end(arguments);
	if (runner->session.config->events) {
		struct event event = {.kind = EVENT_MESSAGE, .at_ms = at_ms};
		text_copy(event.message.text, sizeof(event.message.text), words);
		say_line(runner, &event);
		return;
	}
	buffer_add_format(&line, "%s %s\n", clock_format_time(at_ms, time), words);
	verb_print(runner->out, &line);
}

static const char *table_name(const struct runner *runner, const struct event *event)
{
	return runner->session.pipeline->tables[event->table].name;
}

static void say_date(const struct runner *runner, const struct event *event)
{
	char date[DATE_TEXT_BYTES], spent[DURATION_TEXT_BYTES];
	run_say(runner, event->at_ms, "%s %s: %" PRId64 " rows in %s%s", table_name(runner, event),
		date_format(event->date, date), event->finished.receipt.rows,
		clock_format_duration(event->finished.duration_ms, spent),
		event->finished.unchanged ? ", unchanged" : "");
}

static void say_failure(const struct runner *runner, const struct event *event)
{
	char date[DATE_TEXT_BYTES];
	run_say(runner, event->at_ms, "%s %s FAILED: %s", table_name(runner, event),
		date_format(event->date, date), event->message.text);
}

static void say_cut(const struct runner *runner, const struct event *event)
{
	char date[DATE_TEXT_BYTES];
	run_say(runner, event->at_ms, "%s %s: %s", table_name(runner, event),
		date_format(event->date, date), event->cut.text);
}

static void say_run(const struct runner *runner, const struct event *event)
{
	static const char *const words[] = {[RUN_SUCCEEDED] = "finished",
		[RUN_STOPPED] = "stopped",
		[RUN_FAILED] = "failed",
		[RUN_KILLED] = "killed",
		[RUN_LOST] = "lost",
		[RUN_GOES_ON] = "goes on in the background"};
	run_say(runner, event->at_ms, "%s: %s, %d done, %d failed, %d left",
		table_name(runner, event), words[event->run_finished.outcome],
		event->run_finished.done, event->run_finished.failed, event->run_finished.left);
}

static void say_import(struct runner *runner, const struct event *event)
{
	if (text_equal(runner->imported, event->import.what))
		return;
	text_copy(runner->imported, sizeof(runner->imported), event->import.what);
	run_say(runner, event->at_ms, "sample season: %s", event->import.what);
}

static void say_alert(const struct runner *runner, const struct event *event)
{
	const struct alert *alert = &event->alert.alert;
	if (event->alert.stage != ALERT_RAISED)
		return;
	run_say(runner, event->at_ms, "ALERT %s: %s", alert_row(alert->kind)->name, alert->text);
	for (int i = 0; i < ALERT_LINES_MAX && alert->lines[i][0] != '\0'; i++)
		run_say(runner, event->at_ms, "  %s", alert->lines[i]);
}

static void say_words(struct runner *runner, const struct event *event)
{
	switch (event->kind) {
	case EVENT_RUN_STARTED:
		run_say(runner, event->at_ms, "%s: %d %s", table_name(runner, event),
			event->run_started.date_count,
			event->run_started.date_count == 1 ? "date" : "dates");
		break;
	case EVENT_RUN_FINISHED:
		say_run(runner, event);
		break;
	case EVENT_DATE_FINISHED:
		say_date(runner, event);
		break;
	case EVENT_DATE_FAILED:
		say_failure(runner, event);
		break;
	case EVENT_DATE_CUT:
		say_cut(runner, event);
		break;
	case EVENT_BACKGROUND:
		run_say(runner, event->at_ms, "%s", event->background.text);
		break;
	case EVENT_RUN_FOUND:
		run_say(runner, event->at_ms, "%s: run %s of an earlier console still works",
			table_name(runner, event), event->found.id);
		break;
	case EVENT_COVERAGE_FAILED:
		run_say(runner, event->at_ms, "coverage unknown: %s", event->message.text);
		break;
	case EVENT_ALERT:
		say_alert(runner, event);
		break;
	case EVENT_MESSAGE:
	case EVENT_HANDOFF:
	case EVENT_IMPORT_FINISHED:
		run_say(runner, event->at_ms, "%s", event->message.text);
		break;
	case EVENT_IMPORT_PROGRESS:
		say_import(runner, event);
		break;
	case EVENT_COVERAGE:
	case EVENT_COUNTS:
	case EVENT_AUDIT:
	case EVENT_LOG_PIECE:
	case EVENT_LOG_FOUND:
	case EVENT_CELL_ROWS:
	case EVENT_HOLDER:
	case EVENT_HEALTH:
	case EVENT_PROCESSES:
	case EVENT_LAUNCH:
	case EVENT_ASKED:
	case EVENT_UNATTENDED: /* a message comes with it */
	case EVENT_EXCERPT:
	case EVENT_CHECKPOINTS:
	case EVENT_SEASON:
	case EVENT_DATE_STARTED:
	case EVENT_DATE_PROGRESS:
	case EVENT_LOG:
	case EVENT_HISTORY:
	case EVENT_ACTION:
	case EVENT_QUEUED:
	case EVENT_CONTROL:
	case EVENT_SIZE:
	case EVENT_CLOCK:
		break;
	}
}

static void count_event(struct runner *runner, const struct event *event)
{
	runner->done += event->kind == EVENT_DATE_FINISHED;
	runner->failed += event->kind == EVENT_DATE_FAILED;
	/* Of a run that was waited for, only the cells count: the rest is done after it. */
	runner->has_run_failed |= event->kind == EVENT_RUN_FINISHED &&
				  !runner->waits[event->table] &&
				  (event->run_finished.outcome == RUN_FAILED ||
					  event->run_finished.outcome == RUN_LOST);
}

void run_say_event(struct runner *runner, const struct event *event)
{
	count_event(runner, event);
	if (runner->session.config->events)
		say_line(runner, event);
	else
		say_words(runner, event);
}

void run_say_forecast(struct runner *runner)
{
	int64_t now_ms = clock_wall_ms();
	struct buffer words = {0};
	if (runner->session.config->events || now_ms - runner->foreseen_ms < FORECAST_EVERY_MS)
		return;
	const struct eta_plan *eta = model_eta(runner->model);
	if (eta->p50_ms < FORECAST_LEAST_MS)
		return;
	runner->foreseen_ms = now_ms;
	buffer_add_text(&words, "the end: ");
	eta_say_end(eta, now_ms, &words);
	buffer_add_text(&words, "; left: ");
	eta_say(eta, runner->model->workers, &words);
	buffer_add_text(&words, "; decides it: ");
	eta_say_path(runner->session.pipeline, eta, &words);
	run_say(runner, now_ms, "%s", buffer_text(&words));
	buffer_release(&words);
}

void run_print_json(const struct runner *runner, int status)
{
	const struct coverage *coverage = runner->model->coverage;
	json_t *head = verb_json_head(coverage->pipeline, coverage->range, clock_wall_ms());
	json_t *tables = json_array();
	struct plan rest = {.eta = {.p50_ms = -1, .p90_ms = -1}};
	for (size_t i = 0; i < runner->table_count; i++)
		json_array_append_new(tables, verb_json_summary(coverage, runner->tables[i]));
	json_object_set_new(head, "status", json_integer(status));
	json_object_set_new(head, "done", json_integer(runner->done));
	json_object_set_new(head, "failed", json_integer(runner->failed));
	json_object_set_new(head, "stopped", json_boolean(runner->was_stopped));
	bool is_known = run_plan_rest(runner, &rest);
	json_object_set_new(head, "cells", verb_json_count(is_known ? rest.cells : -1));
	json_object_set_new(
		head, "eta", verb_json_eta(coverage->pipeline, &rest.eta, runner->model->workers));
	plan_release(&rest);
	json_object_set_new(head, "tables", tables);
	verb_print_json(head);
}

static void add_rest(const struct runner *runner, struct buffer *into)
{
	struct plan rest;
	if (!run_plan_rest(runner, &rest))
		return;
	struct plan_words words = {.coverage = runner->model->coverage,
		.plan = &rest,
		.workers = runner->model->workers};
	buffer_add_text(into, "what is left: ");
	verb_say_plan(&words, into);
	plan_release(&rest);
}

void run_print_end(const struct runner *runner)
{
	const struct coverage *coverage = runner->model->coverage;
	struct buffer text = {0};
	char range[DATE_RANGE_TEXT_BYTES];
	buffer_add_format(&text, "\n%s %s\n", coverage->pipeline->name,
		date_range_format(coverage->range, range));
	verb_print_summary(coverage, runner->tables, runner->table_count, &text);
	add_rest(runner, &text);
	for (size_t i = 0; i < runner->table_count; i++)
		for (date_t date = coverage->range.first; date <= coverage->range.last; date++) {
			char day[DATE_TEXT_BYTES];
			enum verdict verdict =
				coverage_cell(coverage, runner->tables[i], date)->verdict;
			if (verdict != VERDICT_FAILED && verdict != VERDICT_KILLED)
				continue;
			buffer_add_format(&text,
				"%s %s: ", coverage->pipeline->tables[runner->tables[i]].name,
				date_format(date, day));
			coverage_explain(coverage, runner->tables[i], date, &text);
			buffer_add_char(&text, '\n');
		}
	verb_print(stdout, &text);
}
