/* How far the pipeline's goal is. */
#include "report_parts.h"

#include <stdlib.h>

/* The dates of the goal, as one phase has them. */
struct progress {
	int expected;  /* dates on which any table of the phase expects something */
	int complete;  /* of them, those on which all tables are complete or excused */
	int unknown;   /* of them, those on which nothing is open but the unknown */
	int bootstrap; /* dates on which nothing is expected, because the season is young */
};

static void note_date(
	const struct coverage *goal, int phase, date_t date, struct progress *progress)
{
	int expected = 0, open = 0, unknown = 0, bootstrap = 0;
	for (size_t table = 0; table < goal->pipeline->table_count; table++) {
		const struct cell *cell = coverage_cell(goal, table, date);
		if (goal->pipeline->tables[table].phase != phase)
			continue;
		bootstrap += cell->verdict == VERDICT_BOOTSTRAP;
		if (cell->expects != EXPECTED_YES && cell->verdict != VERDICT_UNKNOWN)
			continue;
		expected++;
		unknown += cell->verdict == VERDICT_UNKNOWN;
		open += cell->verdict != VERDICT_UNKNOWN && !verdict_opens_gate(cell->verdict);
	}
	progress->expected += expected > 0;
	progress->complete += expected > 0 && open == 0 && unknown == 0;
	progress->unknown += expected > 0 && open == 0 && unknown > 0;
	progress->bootstrap += expected == 0 && bootstrap > 0;
}

static struct progress progress_of(const struct coverage *goal, int phase)
{
	struct progress progress = {0};
	for (date_t date = goal->range.first; date <= goal->range.last; date++)
		note_date(goal, phase, date, &progress);
	return progress;
}

static void say_phase(const struct coverage *goal, int phase, struct buffer *into)
{
	struct progress progress = progress_of(goal, phase);
	if (progress.expected == 0 && progress.bootstrap > 0) {
		buffer_add_format(into, "all of it is bootstrap for Phase %d", phase);
		return;
	}
	if (progress.expected == 0) {
		buffer_add_format(into, "nothing of it is expected of Phase %d", phase);
		return;
	}
	buffer_add_format(into, "Phase %d %d of %d", phase, progress.complete, progress.expected);
	if (progress.unknown > 0)
		buffer_add_format(into, " (%d unknown)", progress.unknown);
}

/* Phases with bootstrap first: what need not be done is said before what is done. */
void report_say_goal(const struct report *report, struct buffer *into)
{
	const struct coverage *goal = report->goal;
	const struct pipeline *pipeline = report->request.pipeline;
	bool any = false;
	if (goal == NULL) {
		buffer_add_text(into, "the pipeline has no goal");
		return;
	}
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < pipeline->table_count; i++) {
			int phase = pipeline->tables[pipeline->order[i]].phase;
			bool is_first = true;
			for (size_t k = 0; k < i; k++)
				is_first &= pipeline->tables[pipeline->order[k]].phase != phase;
			if (!is_first || (progress_of(goal, phase).expected > 0) != (pass == 1))
				continue;
			buffer_add_text(into, any ? "; " : "");
			say_phase(goal, phase, into);
			any = true;
		}
}

static void add_title(const struct report *report, struct buffer *into)
{
	char range[DATE_RANGE_TEXT_BYTES];
	struct date_range goal = report->goal->range;
	const char *season = calendar_season_name(report->goal_calendar, goal.first);
	bool is_first = calendar_season_first(report->goal_calendar, goal.first) == goal.first;
	if (is_first && season[0] != '\0')
		buffer_add_format(into, "## GOAL: First %d Days of the %s Season\n\n",
			date_range_days(goal), season);
	else
		buffer_add_format(into, "## GOAL: %s\n\n", date_range_format(goal, range));
	if (season[0] != '\0')
		buffer_add_format(into, "Season start: %s\n",
			date_format(
				calendar_season_first(report->goal_calendar, goal.first), range));
	buffer_add_format(into, "Goal: %s\n\n", date_range_format(goal, range));
}

void report_add_goal(const struct report *report, struct buffer *into)
{
	char range[DATE_RANGE_TEXT_BYTES];
	if (report->goal == NULL) {
		buffer_add_text(into, "## GOAL\n\nUnknown: the pipeline has none.\n");
		return;
	}
	add_title(report, into);
	buffer_add_text(into, "Dates complete: ");
	report_say_goal(report, into);
	struct date_range goal = report->goal->range, own = report->request.range;
	buffer_add_format(into, ".\n\nThe data above are of %s, %s.\n",
		date_range_format(own, range),
		own.first > goal.last || own.last < goal.first ? "which the goal lies outside of"
		: own.first <= goal.first && own.last >= goal.last
			? "which holds the goal"
			: "which holds a part of the goal");
}
