/* The steps for whoever comes next: look, wait, check, then the plan as commands. */
#include "report_parts.h"

#include "base/clock.h"
#include "coverage/select.h"

#include <inttypes.h>

static void add_check(const struct report *report, struct buffer *into)
{
	bool any = false;
	buffer_add_text(into, "### Step 1: Check if backfills are still running\n\n```bash\n"
			      "backcourt status");
	report_add_range(report, into);
	for (size_t i = 0; i < report->run_count; i++)
		if (report->runs[i].pid > 0) {
			buffer_add_format(into, any ? ",%ld" : "\nps -fp %ld", report->runs[i].pid);
			any = true;
		}
	buffer_add_text(into, "\n```\n\n");
}

static void add_log(const struct report *report, const char *program, const char *log, size_t table,
	struct buffer *into)
{
	const struct pipeline_table *described = report_table(report, table);
	buffer_add_format(into, "%s ", program);
	report_add_word(log, into);
	buffer_add_format(into, "  # %s (Phase %d)", described->name, described->phase);
}

static void add_ended_logs(const struct report *report, struct buffer *into)
{
	char at[CLOCK_TEXT_BYTES];
	for (size_t i = 0; i < report->newest.count; i++) {
		const struct ledger_run *run = &report->newest.items[i];
		if (run->log_path[0] == '\0')
			continue;
		add_log(report, "less", run->log_path,
			pipeline_find(report->request.pipeline, run->table), into);
		const char *word = run->outcome == RUN_GOES_ON
					   ? "left running by a console that died"
					   : run_outcome_words[run->outcome];
		buffer_add_format(into, " %s, %" PRId64 " done, %" PRId64 " failed, %.16s\n", word,
			run->done, run->failed, clock_format_rfc3339(run->started_ms, at));
	}
}

static void add_monitor(const struct report *report, struct buffer *into)
{
	bool any = false;
	buffer_add_text(into, "### Step 2: Monitor running backfills (if still active)\n\n");
	if (report->run_count == 0)
		buffer_add_text(into, "Nothing ran when this was written.");
	for (size_t i = 0; i < report->run_count; i++)
		any |= report->runs[i].log != NULL;
	any |= report->newest.count > 0;
	if (!any) {
		buffer_add_text(into, " No log is known.\n\n");
		return;
	}
	buffer_add_text(
		into, report->run_count == 0 ? " The newest logs:\n\n```bash\n" : "```bash\n");
	for (size_t i = 0; i < report->run_count; i++)
		if (report->runs[i].log != NULL) {
			add_log(report, "tail -f", report->runs[i].log, report->runs[i].table,
				into);
			buffer_add_char(into, '\n');
		}
	add_ended_logs(report, into);
	buffer_add_text(into, "```\n\n");
}

/* First and last date with rows, and their sum. */
static void add_available(const struct report *report, size_t table, struct buffer *into)
{
	const struct coverage *coverage = report->coverage;
	char first_text[DATE_TEXT_BYTES], last_text[DATE_TEXT_BYTES];
	date_t first = DATE_NONE, last = DATE_NONE;
	int unknown = 0;
	for (date_t date = coverage->range.first; date <= coverage->range.last; date++) {
		const struct cell *cell = coverage_cell(coverage, table, date);
		unknown += !cell->rows_known;
		if (!cell->rows_known || cell->rows == 0)
			continue;
		first = first == DATE_NONE ? date : first;
		last = date;
	}
	buffer_add_format(into, "| %s | %s | %s | %" PRId64, report_table(report, table)->name,
		date_format(first, first_text), date_format(last, last_text),
		coverage_summary(coverage, table).rows);
	if (unknown > 0)
		buffer_add_format(into, " and %d dates unknown", unknown);
	buffer_add_text(into, " |\n");
}

static void add_availability(const struct report *report, struct buffer *into)
{
	const struct pipeline *pipeline = report->request.pipeline;
	char range[DATE_RANGE_TEXT_BYTES];
	buffer_add_text(into, "### Step 3: Check data availability after backfills complete\n\n"
			      "```bash\nbackcourt coverage --verify");
	report_add_range(report, into);
	buffer_add_format(into,
		"\n```\n\nNow, within %s:\n\n| Table | Min date | Max date | Rows |\n"
		"|-------|----------|----------|------|\n",
		date_range_format(report->request.range, range));
	for (size_t i = 0; i < pipeline->table_count; i++)
		add_available(report, pipeline->order[i], into);
	buffer_add_char(into, '\n');
}

/* " (after a, b)": steps before this one that hold what it reads or is guarded by. */
static void add_after(const struct report *report, size_t number, struct buffer *into)
{
	const struct plan *plan = &report->plan;
	bool any = false;
	for (size_t i = 0; i < number; i++) {
		size_t before = plan->steps[i].table;
		if (!pipeline_depends_on(
			    report->request.pipeline, plan->steps[number].table, before))
			continue;
		buffer_add_text(into, any ? ", " : " (after ");
		buffer_add_text(into, report_table(report, before)->name);
		any = true;
	}
	buffer_add_text(into, any ? ")" : "");
}

/* How long all steps take together, and which tables decide it. */
static void add_forecast(const struct report *report, struct buffer *into)
{
	const struct plan *plan = &report->plan;
	const struct pipeline *pipeline = report->request.pipeline;
	if (plan->step_count == 0)
		return;
	buffer_add_format(into, "The steps below, %d %s, take ", plan->cells,
		plan->cells == 1 ? "date" : "dates");
	eta_say(&plan->eta, pipeline->workers, into);
	if (plan->eta.path_count > 0)
		buffer_add_text(into, ". Critical path: ");
	eta_say_path(pipeline, &plan->eta, into);
	buffer_add_text(into, ".\n\n");
}

static void add_step(const struct report *report, size_t number, struct buffer *into)
{
	const struct plan_step *step = &report->plan.steps[number];
	char spent[DURATION_TEXT_BYTES];
	struct date_set dates = {0};
	report_step_dates(step, &dates);
	buffer_add_format(into, "### Step %zu: Run %s backfill", number + 4,
		report_table(report, step->table)->name);
	add_after(report, number, into);
	buffer_add_format(into, "\n\n%zu %s: ", step->count, step->count == 1 ? "date" : "dates");
	date_set_say(&dates, REPORT_RANGES_SHOWN, into);
	if (step->duration_ms >= 0)
		buffer_add_format(
			into, "; about %s", clock_format_duration(step->duration_ms, spent));
	buffer_add_text(into, ".\n\n```bash\n");
	report_say_command(report, step, into);
	buffer_add_text(into, "\n```\n\n");
	date_set_release(&dates);
}

/* Why no run cures it. */
static void add_refusal(
	const struct report *report, const struct plan_left *left, date_t date, struct buffer *into)
{
	const struct pipeline_job *job = &report_table(report, left->table)->job;
	for (size_t i = 0; i < job->minimum_count; i++) {
		const struct job_minimum *minimum = &job->minimums[i];
		if (left->reason != REASON_BLOCKED_JOB_MINIMUM ||
			(int)minimum->table != left->because)
			continue;
		const struct cell *cell = coverage_cell(report->coverage, minimum->table, date);
		char text[DATE_TEXT_BYTES];
		buffer_add_format(into,
			"the job refuses fewer than %" PRId64
			" rows of %s; on %s there are %" PRId64,
			minimum->rows, report_table(report, minimum->table)->name,
			date_format(date, text), cell->rows);
		return;
	}
	struct buffer sentence = {0};
	coverage_explain(report->coverage, left->table, date, &sentence);
	report_add_sentence(buffer_text(&sentence), report_words(report, left->table, date), into);
	buffer_release(&sentence);
}

static void add_left(const struct report *report, struct buffer *into)
{
	bool any = false;
	for (size_t i = 0; i < report->plan.left_count; i++) {
		const struct plan_left *left = &report->plan.left[i];
		if (left->kind != LEFT_NEEDS_YOU)
			continue;
		buffer_add_text(into, any ? "" : "### Needs you (no run can cure these)\n\n");
		any = true;
		buffer_add_format(into, "- %s: %s on %d %s (",
			report_table(report, left->table)->name, reason_word(left->reason),
			left->cells, left->cells == 1 ? "date" : "dates");
		date_set_say(&left->dates, REPORT_RANGES_SHOWN, into);
		buffer_add_text(into, "): ");
		add_refusal(report, left, date_set_first(&left->dates), into);
		buffer_add_text(into, ".\n");
	}
	buffer_add_text(into, any ? "\n" : "");
}

void report_add_steps(const struct report *report, struct buffer *into)
{
	buffer_add_text(into, "## IMMEDIATE ACTION FOR NEXT SESSION\n\n");
	add_check(report, into);
	add_monitor(report, into);
	add_availability(report, into);
	add_forecast(report, into);
	for (size_t i = 0; i < report->plan.step_count; i++)
		add_step(report, i, into);
	int unknown = coverage_total(report->coverage).by_verdict[VERDICT_UNKNOWN];
	if (report->plan.step_count == 0 && unknown > 0)
		buffer_add_format(into,
			"No step can be said: %d cells are unknown, and nothing is started on "
			"what is unknown.\n\n",
			unknown);
	else if (report->plan.step_count == 0)
		buffer_add_text(into, "There is nothing to run.\n\n");
	add_left(report, into);
}
