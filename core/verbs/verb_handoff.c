/* backcourt handoff: what the next person has to know, as Markdown. */
#include "verb_parts.h"

#include "base/clock.h"
#include "base/memory.h"
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *json_said(
	const struct report *report, void (*say)(const struct report *report, struct buffer *into))
{
	struct buffer text = {0};
	say(report, &text);
	json_t *string = verb_json_text(buffer_text(&text));
	buffer_release(&text);
	return string;
}

static json_t *json_run(const struct report *report, const struct report_run *run)
{
	char text[CLOCK_TEXT_BYTES];
	json_t *object = json_object();
	bool has_range = date_range_days(run->range) > 0;
	json_object_set_new(
		object, "table", json_string(report->request.pipeline->tables[run->table].name));
	json_object_set_new(object, "kind", json_string(report_kind_word(run->kind)));
	json_object_set_new(object, "state", json_string(run->state));
	json_object_set_new(
		object, "first", verb_json_date(has_range ? run->range.first : DATE_NONE));
	json_object_set_new(
		object, "last", verb_json_date(has_range ? run->range.last : DATE_NONE));
	json_object_set_new(object, "started",
		run->started_ms > 0 ? json_string(clock_format_rfc3339(run->started_ms, text))
				    : json_null());
	json_object_set_new(object, "pid", run->pid > 0 ? json_integer(run->pid) : json_null());
	json_object_set_new(
		object, "log", run->log != NULL ? verb_json_text(run->log) : json_null());
	return object;
}

static json_t *json_step(const struct report *report, const struct plan_step *step)
{
	struct date_set dates = {0};
	struct buffer command = {0};
	json_t *object = json_object();
	for (size_t i = 0; i < step->count; i++)
		date_set_add(&dates, (struct date_range){step->dates[i], step->dates[i]});
	report_say_command(report, step, &command);
	json_object_set_new(
		object, "table", json_string(report->request.pipeline->tables[step->table].name));
	json_object_set_new(object, "dates", verb_json_dates(&dates));
	json_object_set_new(object, "command", verb_json_text(buffer_text(&command)));
	buffer_release(&command);
	date_set_release(&dates);
	return object;
}

static json_t *json_lines(const char *text)
{
	json_t *list = json_array();
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		char *line = memory_copy_span(text, length);
		json_array_append_new(list, verb_json_text(line));
		free(line);
		text += length + (text[length] == '\n');
	}
	return list;
}

static json_t *json_cause(const struct report *report, const struct cause *cause)
{
	struct buffer why = {0};
	cause_explain(report->coverage, cause, &why);
	json_t *string = verb_json_text(buffer_text(&why));
	buffer_release(&why);
	return string;
}

static void print_json(const struct report *report)
{
	const struct report_request *request = &report->request;
	json_t *head = verb_json_head(request->pipeline, request->range, request->now_ms);
	json_t *runs = json_array(), *tables = json_array(), *causes = json_array(),
	       *steps = json_array();
	for (size_t i = 0; i < report->run_count; i++)
		json_array_append_new(runs, json_run(report, &report->runs[i]));
	for (size_t i = 0; i < request->pipeline->table_count; i++)
		json_array_append_new(
			tables, verb_json_summary(report->coverage, request->pipeline->order[i]));
	for (size_t i = 0; i < report->causes.count; i++)
		json_array_append_new(causes, json_cause(report, &report->causes.items[i]));
	for (size_t i = 0; i < report->plan.step_count; i++)
		json_array_append_new(steps, json_step(report, &report->plan.steps[i]));
	json_object_set_new(head, "status", json_said(report, report_say_status));
	json_object_set_new(head, "priority", json_said(report, report_say_priority));
	json_object_set_new(head, "unknown", json_lines(buffer_text(&report->unknown)));
	json_object_set_new(head, "running", runs);
	json_object_set_new(head, "tables", tables);
	json_object_set_new(head, "causes", causes);
	json_object_set_new(head, "steps", steps);
	json_object_set_new(head, "eta",
		verb_json_eta(request->pipeline, &report->plan.eta, request->pipeline->workers));
	json_object_set_new(head, "goal", json_said(report, report_say_goal));
	json_object_set_new(head, "markdown", json_said(report, report_say));
	verb_print_json(head);
}

static void print(
	const struct config *config, const struct report_request *request, bool *is_partial)
{
	struct report report;
	struct buffer text = {0};
	report_gather(request, &report);
	*is_partial = report.is_partial;
	if (config->json)
		print_json(&report);
	else {
		report_say(&report, &text);
		verb_print(stdout, &text);
	}
	report_release(&report);
}

static bool write_file(
	const char *path, const struct report_request *request, bool *is_partial, struct error *err)
{
	char *written;
	if (!report_write(request, path, &written, is_partial, err))
		return false;
	printf("written to %s\n", written);
	free(written);
	return true;
}

/* The hand-off is there, and says what is not known; a script that takes it for the whole would be
 * wrong. */
static int end_of(bool is_partial)
{
	struct error err;
	if (!is_partial)
		return EXIT_ALL_COMPLETE;
	error_set(&err, ERROR_WAREHOUSE, "not everything could be read: the hand-off says what");
	return verb_fail(&err);
}

int verb_handoff(const struct config *config)
{
	struct session session;
	struct error err;
	bool has_path = config->argument_count == 1, is_partial = false, done = true;
	if (config->argument_count > 1 || (has_path && config->json)) {
		error_set(&err, ERROR_USAGE,
			"handoff wants at most one file, and --json prints: no file then");
		return verb_fail(&err);
	}
	if (!session_open_report(config, &session, &err))
		return verb_fail(&err);
	struct report_request request = {.pipeline = session.pipeline,
		.warehouse = session.warehouse,
		.state_folder = session.state_folder,
		.range = session.range,
		.recount = config->verify,
		.now_ms = clock_wall_ms()};
	if (has_path)
		done = write_file(config->arguments[0], &request, &is_partial, &err);
	else
		print(config, &request, &is_partial);
	session_close(&session);
	return done ? end_of(is_partial) : verb_fail(&err);
}
