/*
 * calendar: which dates are expected to hold data, and how many games there were.
 *
 * Built from the seasons of the pipeline, widened by the schedule (warehouse_raw_days; for counts
 * the `games` of its file). Where there is none, calendar.file of the pipeline stands for it, and
 * where that is not given its weekdays: a day of them counts as one game. Progress bars,
 * percentages, ETAs and exit statuses count expected dates only. Immutable once built; any thread.
 * Classes of games by their id: 001 preseason (ignored), 002 regular, 003 All-Star (never
 * expected), 004/005/006 postseason (expected where the schedule has them).
 */
#ifndef BACKCOURT_CALENDAR_CALENDAR_H
#define BACKCOURT_CALENDAR_CALENDAR_H

#include "base/date.h"
#include "pipeline/pipeline.h"
#include "warehouse/warehouse.h"

enum day_class {
	DAY_UNKNOWN, /* inside a season, but the schedule does not reach it */
	DAY_GAME,
	DAY_OFF,	/* inside a season, no games */
	DAY_POSTSEASON, /* games after the regular season */
	DAY_OUT_OF_SEASON,
};

struct calendar_day {
	enum day_class class;
	int games;
	int season;	   /* index in the pipeline's seasons; -1 outside every season */
	int day_of_season; /* 0 on opening day */
	int64_t box_rows, roster_rows; /* raw rows, for rows_of: raw; -1 unknown */
};

struct calendar;

/* raw_days may be NULL (no warehouse): every day of a season is then DAY_UNKNOWN. */
struct calendar *calendar_new(const struct pipeline *pipeline, const struct raw_days *raw_days);
/* Reads the whole schedule of a warehouse; an empty one is no error. Blocks. */
bool calendar_load(struct warehouse *warehouse, const struct pipeline *pipeline,
	struct calendar **loaded, struct error *err);
void calendar_free(struct calendar *calendar);

struct calendar_day calendar_day(const struct calendar *calendar, date_t date);
/* Opening day of the season that the date lies in, or DATE_NONE. */
date_t calendar_season_first(const struct calendar *calendar, date_t date);
date_t calendar_season_last(const struct calendar *calendar, date_t date);
const char *calendar_season_name(const struct calendar *calendar, date_t date); /* "" outside */
/* In the first bootstrap_days of the season. */
bool calendar_is_bootstrap(const struct calendar *calendar, date_t date);
/* First and last date of the schedule; both DATE_NONE when there is none. */
struct date_range calendar_schedule(const struct calendar *calendar);
/* The newest season that the schedule has games of, cut to the schedule; empty without schedule. */
struct date_range calendar_newest_season(const struct calendar *calendar);

/* Why a table does or does not expect rows on a date. */
enum expected_day {
	EXPECTED_YES,
	EXPECTED_NOT_OFF,	/* '.' off day, All-Star, out of season */
	EXPECTED_NOT_BOOTSTRAP, /* 'b' */
	EXPECTED_NOT_FIRST,	/* 'b' before first_date */
	EXPECTED_UNKNOWN,	/* '_' the schedule does not say */
} __attribute__((packed));	/* a byte: every cell has one */

enum expected_day calendar_expects(
	const struct calendar *calendar, const struct pipeline_table *table, date_t date);
/* The same for a day that calendar_day gave. */
enum expected_day calendar_day_expects(const struct calendar *calendar, struct calendar_day day,
	const struct pipeline_table *table, date_t date);

#endif
