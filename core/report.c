/* The hand-off: reading everything that it tells, and where it is written. */
#include "report_parts.h"

#include "base/clock.h"
#include "base/path.h"
#include "witnesses.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool judge(const struct report_request *request, struct date_range range,
	struct witnesses *witnesses, struct error *err)
{
	struct witness_request asked = {request->pipeline, request->warehouse,
		request->state_folder, range, request->recount};
	return witnesses_read(&asked, witnesses, err);
}

static bool judge_range(struct report *report, struct error *err)
{
	const struct report_request *request = &report->request;
	struct witnesses witnesses;
	if (!judge(request, request->range, &witnesses, err))
		return false;
	report->coverage = witnesses_judge(
		&witnesses, request->pipeline, request->range, request->now_ms, &report->calendar);
	for (size_t i = 0; i < request->pipeline->table_count; i++)
		report->date_ms[i] = witnesses_date_ms(&witnesses, i);
	witnesses_release(&witnesses);
	return true;
}

/* The goal may lie far from the range: it is read by itself. */
static bool judge_goal(struct report *report, struct error *err)
{
	const struct report_request *request = &report->request;
	struct date_range goal = request->pipeline->goal;
	struct witnesses witnesses;
	if (date_range_days(goal) == 0)
		return true;
	if (!judge(request, goal, &witnesses, err))
		return false;
	report->goal = witnesses_judge(
		&witnesses, request->pipeline, goal, request->now_ms, &report->goal_calendar);
	witnesses_release(&witnesses);
	return true;
}

bool report_gather(const struct report_request *request, struct report *report, struct error *err)
{
	*report = (struct report){.request = *request};
	if (!warehouse_exists(request->warehouse))
		buffer_add_format(
			&report->unknown, "the warehouse %s is not there\n", request->warehouse);
	if (!judge_range(report, err) || !judge_goal(report, err) ||
		!report_find_runs(report, err)) {
		report_release(report);
		return false;
	}
	struct plan_wish wish = {.date_ms = report->date_ms, .workers = request->pipeline->workers};
	coverage_causes(report->coverage, &report->causes);
	plan_make(report->coverage, &wish, &report->plan);
	return true;
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
	buffer_add_text(into, "\n\n---\n\n");
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

bool report_write(
	const struct report_request *request, const char *path, char **written, struct error *err)
{
	struct report report;
	struct buffer text = {0};
	if (!report_gather(request, &report, err))
		return false;
	report_say(&report, &text);
	report_release(&report);
	text_make_printable(text.bytes);
	bool done = write_text(request, path, &text, written, err);
	buffer_release(&text);
	return done;
}
