/* The hand-off: reading everything that it tells, and where it is written. */
#include "report_parts.h"

#include "base/clock.h"
#include "base/path.h"
#include "witness/witnesses.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The same witnesses are asked for the range and for the goal: their trouble is told once. */
static void tell_trouble(struct report *report, const struct witnesses *witnesses)
{
	if (report->is_partial)
		return;
	if (witnesses->warehouse_trouble[0] != '\0')
		buffer_add_format(&report->unknown,
			"the warehouse could not be read: no row is known here (%s)\n",
			witnesses->warehouse_trouble);
	if (witnesses->ledger_trouble[0] != '\0')
		buffer_add_format(&report->unknown,
			"the ledger could not be read: what ran, failed or was excused is not "
			"known here, and a cell that is called never run may have run (%s)\n",
			witnesses->ledger_trouble);
	report->is_partial =
		witnesses->warehouse_trouble[0] != '\0' || witnesses->ledger_trouble[0] != '\0';
}

static struct coverage *judge(
	struct report *report, struct date_range range, struct calendar **calendar, bool with_speed)
{
	const struct report_request *request = &report->request;
	struct witness_request asked = {request->pipeline, request->warehouse,
		request->state_folder, range, request->recount, .accept_partial = true};
	struct witnesses witnesses;
	witnesses_read(&asked, &witnesses, NULL);
	tell_trouble(report, &witnesses);
	struct coverage *coverage =
		witnesses_judge(&witnesses, request->pipeline, range, request->now_ms, calendar);
	for (size_t i = 0; with_speed && i < request->pipeline->table_count; i++)
		report->speeds[i] = witnesses_speed(&witnesses, *calendar, i);
	witnesses_release(&witnesses);
	return coverage;
}

void report_gather(const struct report_request *request, struct report *report)
{
	struct date_range goal = request->pipeline->goal;
	*report = (struct report){.request = *request};
	if (warehouse_is_to_come(request->warehouse))
		buffer_add_format(
			&report->unknown, "the warehouse %s is not there\n", request->warehouse);
	report->coverage = judge(report, request->range, &report->calendar, true);
	if (date_range_days(goal) > 0) /* it may lie far from the range: read by itself */
		report->goal = judge(report, goal, &report->goal_calendar, false);
	report_find_runs(report);
	struct plan_wish wish = {.speeds = report->speeds, .workers = request->pipeline->workers};
	coverage_causes(report->coverage, &report->causes);
	plan_make(report->coverage, &wish, &report->plan);
}

void report_release(struct report *report)
{
	report_release_runs(report);
	causes_release(&report->causes);
	plan_release(&report->plan);
	coverage_free(report->coverage);
	calendar_free(report->calendar);
	coverage_free(report->goal);
	calendar_free(report->goal_calendar);
	free(report->excuses.items);
	buffer_release(&report->unknown);
	*report = (struct report){0};
}

void report_add_unknown(const struct report *report, struct buffer *into)
{
	for (const char *line = buffer_text(&report->unknown); *line != '\0';) {
		size_t length = strcspn(line, "\n");
		char *said = memory_copy_span(line, length);
		buffer_add_text(into, "- ");
		report_add_prose(said, into);
		buffer_add_char(into, '\n');
		free(said);
		line += length + (line[length] == '\n');
	}
}

static void add_head(const struct report *report, struct buffer *into)
{
	const struct report_request *request = &report->request;
	char range[DATE_RANGE_TEXT_BYTES], at[CLOCK_TEXT_BYTES];
	clock_format_rfc3339(request->now_ms, at);
	buffer_add_format(into, "# Session Handoff - %.10s (%s, %s)\n\n**Date:** %s\n**Status:** ",
		at, request->pipeline->name, date_range_format(request->range, range), at);
	report_say_status(report, into);
	buffer_add_text(into, "\n**Priority:** ");
	report_say_priority(report, into);
	if (report->is_partial) {
		buffer_add_text(into, "\n**Not everything could be read:**\n\n");
		report_add_unknown(report, into);
	}
	buffer_add_text(into, report->is_partial ? "\n---\n\n" : "\n\n---\n\n");
}

/* What people add by hand; no witness knows it. */
static void add_unknown(struct buffer *into)
{
	buffer_add_text(into,
		"---\n\n## COMMITS\n\nUnknown: no witness says what was committed.\n\n"
		"---\n\n## KEY FIXES APPLIED\n\nUnknown: no witness says what was "
		"fixed in the code.\n\n---\n\n");
}

void report_say(const struct report *report, struct buffer *into)
{
	add_head(report, into);
	report_add_steps(report, into);
	buffer_add_text(into, "---\n\n## SESSION STATUS\n\n");
	report_add_running(report, into);
	report_add_reasons(report, into);
	buffer_add_text(into, "---\n\n");
	report_add_chain(report, into);
	buffer_add_text(into, "---\n\n");
	report_add_data(report, into);
	add_unknown(into);
	report_add_issues(report, into);
	buffer_add_text(into, "---\n\n");
	report_add_goal(report, into);
}

static char *absolute(const char *path)
{
	char *found = realpath(path, NULL);
	return found != NULL ? found : memory_copy_text(path);
}

/* handoff_DATE.md; with the time of day where there is one of this day already. */
static char *path_in(const char *folder, int64_t now_ms)
{
	char at[CLOCK_TEXT_BYTES];
	clock_format_rfc3339(now_ms, at);
	char *path = memory_format("%s/handoff_%.10s.md", folder, at);
	if (!path_exists(path))
		return path;
	free(path);
	return memory_format(
		"%s/handoff_%.10s_%.2s%.2s%.2s.md", folder, at, at + 11, at + 14, at + 17);
}

static bool write_in(const char *folder, int64_t now_ms, const struct buffer *text, char **written,
	struct error *err)
{
	char *path = path_in(folder, now_ms);
	bool done = path_write_file(path, buffer_text(text), text->length, err);
	if (done)
		*written = absolute(path);
	free(path);
	return done;
}

static bool write_text(const struct report_request *request, const char *path,
	const struct buffer *text, char **written, struct error *err)
{
	if (path == NULL)
		return write_in(".", request->now_ms, text, written, err) ||
		       (path_make_folder(request->state_folder, err) &&
			       write_in(
				       request->state_folder, request->now_ms, text, written, err));
	if (!path_write_file(path, buffer_text(text), text->length, err))
		return false;
	*written = absolute(path);
	return true;
}

bool report_write(const struct report_request *request, const char *path, char **written,
	bool *is_partial, struct error *err)
{
	struct report report;
	struct buffer text = {0};
	report_gather(request, &report);
	report_say(&report, &text);
	*is_partial = report.is_partial;
	report_release(&report);
	text_make_printable(text.bytes);
	bool done = write_text(request, path, &text, written, err);
	buffer_release(&text);
	return done;
}
