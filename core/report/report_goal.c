/* How far the pipeline's goal is. */
#include "report_parts.h"

#include "coverage/progress.h"

#include <stdlib.h>

void report_say_goal(const struct report *report, struct buffer *into)
{
	if (report->goal == NULL)
		buffer_add_text(into, "the pipeline has no goal");
	else
		coverage_say_progress(report->goal, into);
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
