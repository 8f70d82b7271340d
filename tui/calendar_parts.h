/*
 * calendar_parts: what tui/view_calendar.c is put together from. Nobody else includes this.
 */
#ifndef BACKCOURT_TUI_CALENDAR_PARTS_H
#define BACKCOURT_TUI_CALENDAR_PARTS_H

#include "base/memory.h"
#include "tui/parts.h"

#define SEASON_ROWS 9 /* months, seven weekdays, how much is complete */

/* tui/parts_season.c: the heat map of the selected table; unknown until it is read. */
void part_season(const struct scene *scene, struct rect rect, size_t season);
void part_metric_legend(const struct scene *scene, struct rect rect);

/* tui/parts_months.c: the months of the season that is shown. */
void part_months(const struct scene *scene, struct rect rect);
/* Complete of expected dates, for every table and month. */
void part_tables_by_month(const struct scene *scene, struct rect rect);

#endif
