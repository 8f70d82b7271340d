#include "calendar/calendar.h"

#include "base/memory.h"

#include <stdlib.h>

struct calendar {
	const struct pipeline *pipeline;
	struct raw_day *days; /* ascending */
	size_t day_count;
	struct date_range schedule; /* both DATE_NONE: no schedule */
};

/* Nothing is known of raw rows there. */
static void take_file(struct calendar *calendar)
{
	const struct pipeline *pipeline = calendar->pipeline;
	size_t count = pipeline->game_day_count;
	if (count == 0)
		return;
	calendar->schedule = (struct date_range){
		pipeline->game_days[0].date, pipeline->game_days[count - 1].date};
	calendar->days = memory_new_array(count, sizeof(*calendar->days));
	for (size_t i = 0; i < count; i++)
		if (pipeline->game_days[i].games > 0)
			calendar->days[calendar->day_count++] =
				(struct raw_day){.date = pipeline->game_days[i].date,
					.regular_games = pipeline->game_days[i].games,
					.box_rows = -1,
					.roster_rows = -1};
}

struct calendar *calendar_new(const struct pipeline *pipeline, const struct raw_days *raw_days)
{
	struct calendar *calendar = memory_new(sizeof(*calendar));
	calendar->pipeline = pipeline;
	calendar->schedule = (struct date_range){DATE_NONE, DATE_NONE};
	if (pipeline->has_weekdays_only)
		return calendar;
	if (raw_days == NULL || raw_days->first_game == DATE_NONE) {
		take_file(calendar);
		return calendar;
	}
	calendar->schedule = (struct date_range){raw_days->first_game, raw_days->last_game};
	calendar->day_count = raw_days->count;
	calendar->days = memory_new_array(raw_days->count + 1, sizeof(*calendar->days));
	for (size_t i = 0; i < raw_days->count; i++)
		calendar->days[i] = raw_days->items[i];
	return calendar;
}

bool calendar_load(struct warehouse *warehouse, const struct pipeline *pipeline,
	struct calendar **loaded, struct error *err)
{
	struct raw_days days;
	if (!warehouse_raw_days(warehouse, DATE_RANGE_ALWAYS, &days, err))
		return false;
	*loaded = calendar_new(pipeline, &days);
	free(days.items);
	return true;
}

void calendar_free(struct calendar *calendar)
{
	if (calendar == NULL)
		return;
	free(calendar->days);
	free(calendar);
}

static const struct raw_day *find_day(const struct calendar *calendar, date_t date)
{
	size_t low = 0;
	size_t high = calendar->day_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (calendar->days[middle].date == date)
			return &calendar->days[middle];
		if (calendar->days[middle].date < date)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* The season whose dates hold this one; a postseason belongs to the season before it. */
static int find_season(const struct calendar *calendar, date_t date, bool has_games)
{
	const struct pipeline *pipeline = calendar->pipeline;
	int found = -1;
	for (size_t i = 0; i < pipeline->season_count; i++) {
		if (date < pipeline->seasons[i].first)
			break;
		if (date <= pipeline->seasons[i].last || has_games)
			found = (int)i;
	}
	return found;
}

static enum day_class class_of(
	const struct calendar *calendar, date_t date, int season, const struct raw_day *raw)
{
	if (raw != NULL && raw->regular_games > 0)
		return DAY_GAME;
	if (raw != NULL && raw->other_games > 0)
		return DAY_POSTSEASON;
	if (season < 0)
		return DAY_OUT_OF_SEASON;
	if (calendar->schedule.first == DATE_NONE && calendar->pipeline->weekdays != 0)
		return calendar->pipeline->weekdays >> date_weekday(date) & 1 ? DAY_GAME : DAY_OFF;
	if (calendar->schedule.first == DATE_NONE || !date_range_has(calendar->schedule, date))
		return DAY_UNKNOWN;
	return DAY_OFF;
}

struct calendar_day calendar_day(const struct calendar *calendar, date_t date)
{
	const struct raw_day *raw = find_day(calendar, date);
	int season = find_season(calendar, date, raw != NULL);
	struct calendar_day day = {
		.class = class_of(calendar, date, season, raw),
		.season = season,
		.box_rows = -1,
		.roster_rows = -1,
	};
	if (season >= 0)
		day.day_of_season = date - calendar->pipeline->seasons[season].first;
	if (raw != NULL) {
		day.games = (int)(raw->regular_games + raw->other_games);
		day.box_rows = raw->box_rows;
		day.roster_rows = raw->roster_rows;
	} else if (day.class == DAY_GAME) {
		day.games = 1; /* by the rule of weekdays */
	}
	return day;
}

date_t calendar_season_first(const struct calendar *calendar, date_t date)
{
	int season = calendar_day(calendar, date).season;
	return season < 0 ? DATE_NONE : calendar->pipeline->seasons[season].first;
}

date_t calendar_season_last(const struct calendar *calendar, date_t date)
{
	int season = calendar_day(calendar, date).season;
	return season < 0 ? DATE_NONE : calendar->pipeline->seasons[season].last;
}

const char *calendar_season_name(const struct calendar *calendar, date_t date)
{
	int season = calendar_day(calendar, date).season;
	return season < 0 ? "" : calendar->pipeline->seasons[season].name;
}

bool calendar_is_bootstrap(const struct calendar *calendar, date_t date)
{
	struct calendar_day day = calendar_day(calendar, date);
	return day.season >= 0 && day.day_of_season < calendar->pipeline->bootstrap_days;
}

struct date_range calendar_schedule(const struct calendar *calendar)
{
	return calendar->schedule;
}

struct date_range calendar_newest_season(const struct calendar *calendar)
{
	const struct pipeline *pipeline = calendar->pipeline;
	struct date_range schedule = calendar->schedule;
	if (schedule.first == DATE_NONE)
		return (struct date_range){0, -1};
	for (size_t i = pipeline->season_count; i-- > 0;) {
		struct date_range season = {pipeline->seasons[i].first, pipeline->seasons[i].last};
		if (season.first > schedule.last || season.last < schedule.first)
			continue;
		if (season.first < schedule.first)
			season.first = schedule.first;
		if (season.last > schedule.last)
			season.last = schedule.last;
		return season;
	}
	return schedule;
}

enum expected_day calendar_expects(
	const struct calendar *calendar, const struct pipeline_table *table, date_t date)
{
	return calendar_day_expects(calendar, calendar_day(calendar, date), table, date);
}

enum expected_day calendar_day_expects(const struct calendar *calendar, struct calendar_day day,
	const struct pipeline_table *table, date_t date)
{
	if (day.class == DAY_OUT_OF_SEASON && !table->all_days)
		return EXPECTED_NOT_OFF;
	if (table->bootstrap && day.season >= 0 &&
		day.day_of_season < calendar->pipeline->bootstrap_days)
		return day.class == DAY_OFF ? EXPECTED_NOT_OFF : EXPECTED_NOT_BOOTSTRAP;
	if (day.season >= 0 && table->first_date[day.season] != DATE_NONE &&
		date < table->first_date[day.season])
		return EXPECTED_NOT_FIRST;
	if (table->all_days)
		return EXPECTED_YES;
	switch (day.class) {
	case DAY_GAME:
	case DAY_POSTSEASON:
		return EXPECTED_YES;
	case DAY_OFF:
	case DAY_OUT_OF_SEASON:
		return EXPECTED_NOT_OFF;
	case DAY_UNKNOWN:
		return EXPECTED_UNKNOWN;
	}
	return EXPECTED_UNKNOWN;
}
