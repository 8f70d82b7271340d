/* The commands of a step, as a shell of the next person takes them. */
#include "report_parts.h"

#include "base/memory.h"
#include "config.h"
#include "jobs/command.h"

#include <stdlib.h>
#include <string.h>

#define COMMANDS_SHOWN 20 /* of one step */

/* The path behind the first colon (of a spec) or the whole text, absolute where such a file is. */
static char *absolute(const char *text)
{
	const char *colon = strchr(text, ':');
	const char *path = colon == NULL ? text : colon + 1;
	char *found = realpath(path, NULL);
	char *whole = found == NULL ? memory_copy_text(text)
				    : memory_format("%.*s%s", (int)(path - text), text, found);
	free(found);
	return whole;
}

static void add_option(struct buffer *into, const char *name, const char *value, const char *usual)
{
	if (text_equal(value, usual))
		return;
	char *whole = absolute(value);
	buffer_add_format(into, " --%s ", name);
	report_add_word(whole, into);
	free(whole);
}

/* What a command needs to look at the same state as this report does. */
static void add_options(const struct report *report, struct buffer *into)
{
	static const struct config none;
	const struct report_request *request = &report->request;
	const char *embedded = "embedded ";
	const char *source = request->pipeline->source;
	char *spec = NULL, *folder = NULL;
	struct error err;
	if (!config_warehouse(&none, request->pipeline->name, &spec, &err))
		spec = NULL;
	if (!config_state_folder(&none, request->pipeline->name, &folder, &err))
		folder = NULL;
	add_option(into, "pipeline",
		text_starts_with(source, embedded) ? source + strlen(embedded) : source, "nba");
	add_option(into, "warehouse", request->warehouse, spec);
	add_option(into, "state", request->state_folder, folder);
	free(spec);
	free(folder);
}

void report_add_range(const struct report *report, struct buffer *into)
{
	char range[DATE_RANGE_TEXT_BYTES];
	buffer_add_format(into, " --range %s", date_range_format(report->request.range, range));
	add_options(report, into);
}

void report_step_dates(const struct plan_step *step, struct date_set *dates)
{
	for (size_t i = 0; i < step->count; i++)
		date_set_add(dates, (struct date_range){step->dates[i], step->dates[i]});
}

static void say_native(
	const struct report *report, const struct plan_step *step, struct buffer *into)
{
	struct date_set dates = {0};
	report_step_dates(step, &dates);
	buffer_add_format(
		into, "backcourt run %s --range ", report_table(report, step->table)->short_name);
	date_set_format(&dates, into);
	add_options(report, into);
	date_set_release(&dates);
}

/* The days between the dates on which the table expects nothing: a range may cross them. */
static size_t find_off_days(
	const struct report *report, const struct plan_step *step, date_t *off_days)
{
	size_t count = 0;
	const struct coverage *coverage = report->coverage;
	for (date_t date = coverage->range.first; date <= coverage->range.last; date++)
		if (coverage_cell(coverage, step->table, date)->expects != EXPECTED_YES)
			off_days[count++] = date;
	return count;
}

static int by_date(const void *a, const void *b)
{
	date_t first = *(const date_t *)a, second = *(const date_t *)b;
	return (first > second) - (first < second);
}

/* The command of a run of one date, with that date as $date. */
static void show_any_date(
	const struct command *command, const struct command_run *run, struct buffer *into)
{
	struct buffer line = {0};
	char date[DATE_TEXT_BYTES];
	command_show(command, run, &line);
	date_format(run->range.first, date);
	const char *rest = buffer_text(&line);
	for (const char *found; (found = strstr(rest, date)) != NULL; rest = found + strlen(date)) {
		buffer_add(into, rest, (size_t)(found - rest));
		buffer_add_text(into, "$date");
	}
	buffer_add_text(into, rest);
	buffer_release(&line);
}

/* Runs of one date each that differ by it alone: a loop says them all. In quotes the shell would
 * not see the variable. */
static bool add_loop(
	const struct command *command, const struct command_runs *runs, struct buffer *into)
{
	struct buffer first = {0}, other = {0};
	char date[DATE_TEXT_BYTES];
	bool same = runs->count > 1;
	for (size_t i = 0; i < runs->count && same; i++) {
		buffer_clear(&other);
		show_any_date(command, &runs->items[i], i == 0 ? &first : &other);
		same = runs->items[i].date_count == 1 &&
		       strchr(buffer_text(&first), '\'') == NULL &&
		       (i == 0 || strcmp(buffer_text(&first), buffer_text(&other)) == 0);
	}
	if (same) {
		buffer_add_text(into, "for date in");
		for (size_t i = 0; i < runs->count; i++)
			buffer_add_format(
				into, " %s", date_format(runs->items[i].range.first, date));
		buffer_add_format(into, "; do\n  %s\ndone", buffer_text(&first));
	}
	buffer_release(&first);
	buffer_release(&other);
	return same;
}

static void add_runs(
	const struct command *command, const struct command_runs *runs, struct buffer *into)
{
	if (add_loop(command, runs, into))
		return;
	for (size_t i = 0; i < runs->count && i < COMMANDS_SHOWN; i++) {
		buffer_add_text(into, i == 0 ? "" : "\n");
		command_show(command, &runs->items[i], into);
	}
	if (runs->count > COMMANDS_SHOWN)
		buffer_add_format(
			into, "\n# and %zu more of the same", runs->count - COMMANDS_SHOWN);
}

static void say_job(const struct report *report, const struct plan_step *step,
	const struct command *command, struct buffer *into)
{
	struct command_runs runs = {0};
	date_t *dates = memory_new_array(step->count, sizeof(*dates));
	date_t *off_days = memory_new_array((size_t)report->coverage->days, sizeof(*off_days));
	memcpy(dates, step->dates, step->count * sizeof(*dates));
	qsort(dates, step->count, sizeof(*dates), by_date);
	struct command_dates chosen = {.dates = dates,
		.date_count = step->count,
		.off_days = off_days,
		.off_day_count = find_off_days(report, step, off_days)};
	command_plan(command, &chosen, &runs);
	add_runs(command, &runs, into);
	command_runs_release(&runs);
	free(off_days);
	free(dates);
}

void report_say_command(
	const struct report *report, const struct plan_step *step, struct buffer *into)
{
	struct command *command;
	struct error err;
	if (report_table(report, step->table)->job.executor == EXECUTOR_NATIVE)
		say_native(report, step, into);
	else if (command_parse(report->request.pipeline, step->table, &command, &err)) {
		say_job(report, step, command, into);
		command_free(command);
	} else {
		for (char *at = err.text; *at != '\0'; at++)
			*at = *at == '\n' ? ' ' : *at; /* a comment, and a fence, end there */
		buffer_add_format(into, "# unknown: %s", err.text);
	}
}
