#include "base/clock.h"
#include "coverage/eta.h"
#include "tui/calendar_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* A season of one table as a heat map: a row for each weekday, a column for each week. */

#define LABEL_WIDTH 4
#define WEEK_DAYS   7
#define MONTH_WIDTH 4

static const char *const weekday_names[WEEK_DAYS] = {"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};

/* Where the weeks are. */
struct weeks {
	struct rect rect;
	struct date_range dates; /* of the season */
	size_t season;
	int64_t median_ms;   /* of what the table's dates took; -1 too few */
	int each;	     /* columns of a week */
	int32_t first, last; /* shown; units of ZOOM_WEEK */
};

static struct weeks place_weeks(
	const struct scene *scene, struct rect rect, struct date_range dates, bool has_cursor)
{
	struct weeks weeks = {.rect = rect,
		.dates = dates,
		.first = zoom_unit(ZOOM_WEEK, dates.first),
		.last = zoom_unit(ZOOM_WEEK, dates.last)};
	int room = rect.width - LABEL_WIDTH - 1, count = weeks.last - weeks.first + 1;
	weeks.each = count * 3 <= room ? 3 : count * 2 <= room ? 2 : 1;
	int fit = room / weeks.each;
	if (count > fit && fit > 0) {
		int32_t at = has_cursor ? zoom_unit(ZOOM_WEEK, scene->model->view.date) - fit / 2
					: weeks.first;
		if (at > weeks.last - fit + 1)
			at = weeks.last - fit + 1;
		if (at > weeks.first)
			weeks.first = at;
		weeks.last = weeks.first + fit - 1;
	}
	return weeks;
}

static int x_of(const struct weeks *weeks, int32_t week)
{
	return weeks->rect.x + LABEL_WIDTH + (week - weeks->first) * weeks->each;
}

static void paint_months(const struct scene *scene, const struct weeks *weeks)
{
	int free_from = weeks->rect.x, end = weeks->rect.x + weeks->rect.width;
	for (int32_t week = weeks->first; week <= weeks->last; week++) {
		struct date_range span = zoom_span(ZOOM_WEEK, week);
		int x = x_of(weeks, week);
		bool begins = date_day(span.last) <= WEEK_DAYS || week == weeks->first;
		if (!begins || x < free_from || x + MONTH_WIDTH > end)
			continue;
		/* A first week that ends the old month leaves its place to the new one. */
		if (week == weeks->first && x_of(weeks, week + 1) < x + MONTH_WIDTH &&
			date_day(span.last + WEEK_DAYS) <= WEEK_DAYS)
			continue;
		canvas_text(scene->canvas, x, weeks->rect.y, PEN(HEADING), part_month(span.last));
		free_from = x + MONTH_WIDTH;
	}
}

static void put(struct canvas *canvas, int x, int y, struct pen pen, char letter)
{
	canvas_text(canvas, x, y, pen, (char[]){letter, '\0'});
}

static void paint_rows(struct canvas *canvas, int x, int y, const struct cell *cell)
{
	struct part_cell_options options = {.is_dense = true};
	enum verdict verdict = cell->verdict;
	if (cell->rows_known && cell->expected > 0 && cell->rows > 0) {
		options.complete = (int)(cell->rows * 100 / cell->expected);
		options.expected = 100;
		verdict = options.complete >= 100 ? VERDICT_COMPLETE : VERDICT_PARTIAL;
	} else if (cell->rows_known && cell->expects == EXPECTED_YES) {
		verdict = VERDICT_EMPTY;
	}
	part_cell(canvas, x, y, verdict, options);
}

static const struct {
	int64_t below_ms;
	char letter;
	enum role role;
	const char *meaning;
} ages[] = {{3600000, 'm', ROLE_GOOD, "minutes"}, {86400000, 'h', ROLE_STATE_COMPLETE, "hours"},
	{604800000, 'd', ROLE_PARTIAL_HIGH, "days"},
	{(int64_t)60 * 86400000, 'w', ROLE_PARTIAL_LOW, "weeks"},
	{INT64_MAX, 'M', ROLE_DIM, "months"}};

static void paint_age(
	const struct scene *scene, int x, int y, const struct cell *cell, int64_t now_ms)
{
	size_t i = 0;
	if (cell->written_ms <= 0 || !cell->rows_known || cell->rows == 0) {
		bool waits = cell->expects == EXPECTED_YES;
		if (waits)
			put(scene->canvas, x, y, PEN(FAINT), '-');
		else
			part_cell(scene->canvas, x, y, cell->verdict,
				(struct part_cell_options){.is_dense = true});
		return;
	}
	while (now_ms - cell->written_ms >= ages[i].below_ms)
		i++;
	put(scene->canvas, x, y, (struct pen){.role = (uint8_t)ages[i].role}, ages[i].letter);
}

static const struct {
	int64_t below_ms;
	char letter;
	enum role role;
	const char *meaning;
} spans[] = {{10000, 's', ROLE_GOOD, "under 10 s"}, {60000, 'S', ROLE_STATE_COMPLETE, "a minute"},
	{600000, 'm', ROLE_PARTIAL_HIGH, "10 min"}, {3600000, 'M', ROLE_PARTIAL_LOW, "an hour"},
	{INT64_MAX, 'h', ROLE_DIM, "longer"}};

#define SLOW_TIMES 3 /* the median: worth a look (design: coverage, Live checks) */

static bool is_slow(int64_t spent_ms, int64_t median_ms)
{
	return median_ms > 0 && spent_ms > SLOW_TIMES * median_ms;
}

static void paint_duration(
	struct canvas *canvas, int x, int y, const struct cell *cell, const int64_t ms[2])
{
	size_t i = 0;
	if (ms[0] <= 0 && cell->expects == EXPECTED_YES)
		put(canvas, x, y, PEN(FAINT), '-');
	else if (ms[0] <= 0)
		part_cell(
			canvas, x, y, cell->verdict, (struct part_cell_options){.is_dense = true});
	if (ms[0] <= 0)
		return;
	while (ms[0] >= spans[i].below_ms)
		i++;
	if (is_slow(ms[0], ms[1]))
		put(canvas, x, y, PEN(WARNING), '!');
	else
		put(canvas, x, y, (struct pen){.role = (uint8_t)spans[i].role}, spans[i].letter);
}

static void paint_attempt(struct canvas *canvas, int x, int y, const struct cell *cell)
{
	switch (cell->attempt) {
	case ATTEMPT_FAILED:
	case ATTEMPT_TIMED_OUT:
		part_cell(canvas, x, y, VERDICT_FAILED, (struct part_cell_options){0});
		break;
	case ATTEMPT_KILLED:
	case ATTEMPT_LOST:
		part_cell(canvas, x, y, VERDICT_KILLED, (struct part_cell_options){0});
		break;
	case ATTEMPT_SUSPECT:
		part_cell(canvas, x, y, VERDICT_SUSPECT, (struct part_cell_options){0});
		break;
	case ATTEMPT_SUCCEEDED:
		put(canvas, x, y, PEN(GOOD), '+');
		break;
	case ATTEMPT_RUNNING:
	case ATTEMPT_QUEUED:
		part_cell(canvas, x, y, cell->verdict, (struct part_cell_options){0});
		break;
	case ATTEMPT_NONE:
		put(canvas, x, y, PEN(FAINT), '.');
		break;
	}
}

static void paint_cell(const struct scene *scene, const struct weeks *weeks, struct rect at,
	const struct cell *cell, date_t date)
{
	const struct model *model = scene->model;
	int x = at.x, y = at.y;
	switch (scene->model->view.metric) {
	case METRIC_ROWS:
		paint_rows(scene->canvas, x, y, cell);
		break;
	case METRIC_AGE:
		paint_age(scene, x, y, cell, scene->model->now_ms);
		break;
	case METRIC_DURATION:
		paint_duration(scene->canvas, x, y, cell,
			(int64_t[]){model_season_spent_ms(model, weeks->season,
					    model_selected_table(model), date),
				weeks->median_ms});
		break;
	case METRIC_FAILURES:
		paint_attempt(scene->canvas, x, y, cell);
		break;
	case METRIC_STATE:
	case METRIC_COUNT:
		part_cell(scene->canvas, x, y, cell->verdict,
			(struct part_cell_options){.is_dense = true});
		break;
	}
}

static void paint_day(const struct scene *scene, const struct weeks *weeks, date_t date)
{
	const struct model *model = scene->model;
	size_t table = model_selected_table(model);
	const struct cell *cell = model_season_cell(model, weeks->season, table, date);
	int x = x_of(weeks, zoom_unit(ZOOM_WEEK, date));
	int y = weeks->rect.y + 1 + date_weekday(date);
	if (cell == NULL) {
		part_cell(scene->canvas, x, y, VERDICT_UNKNOWN,
			(struct part_cell_options){.is_dense = true});
		return;
	}
	paint_cell(scene, weeks, (struct rect){x, y, 1, 1}, cell, date);
	if (model_is_marked(model, table, date))
		part_mark(scene->canvas, x, y, weeks->each);
	if (date != model->view.date)
		return;
	put(scene->canvas, x, y, PEN_ON(CURSOR, CURSOR), verdict_letter(cell->verdict));
	if (weeks->each < 3)
		return;
	put(scene->canvas, x - 1, y, PEN_ON(STRONG, SELECTED), '[');
	put(scene->canvas, x + 1, y, PEN_ON(STRONG, SELECTED), ']');
}

struct season_sum {
	int complete, expected, unread, unknown;
	date_t slowest; /* DATE_NONE: not known of any */
	int64_t slowest_ms;
};

static struct season_sum sum_up(const struct model *model, const struct weeks *weeks)
{
	struct season_sum sum = {.slowest = DATE_NONE};
	size_t table = model_selected_table(model);
	for (date_t date = weeks->dates.first; date <= weeks->dates.last; date++) {
		const struct cell *cell = model_season_cell(model, weeks->season, table, date);
		int64_t spent_ms = model_season_spent_ms(model, weeks->season, table, date);
		sum.unread += cell == NULL;
		sum.unknown += cell != NULL && cell->verdict == VERDICT_UNKNOWN;
		if (cell == NULL || cell->expects != EXPECTED_YES)
			continue;
		sum.expected +=
			cell->verdict != VERDICT_EXCUSED && cell->verdict != VERDICT_EXPIRED;
		sum.complete += cell->verdict == VERDICT_COMPLETE;
		if (spent_ms <= sum.slowest_ms)
			continue;
		sum.slowest = date;
		sum.slowest_ms = spent_ms;
	}
	return sum;
}

/* Why days of the season are blank; "" where none is. */
static const char *say_unread(const struct model *model, size_t season, int unread)
{
	if (unread == 0 || season >= model->pipeline->season_count)
		return "";
	const char *why = model->seasons[season].why;
	return why[0] != '\0' ? why : "unknown: it is being read";
}

static void paint_summary(const struct scene *scene, const struct weeks *weeks, int y)
{
	const struct model *model = scene->model;
	struct canvas *canvas = scene->canvas;
	struct season_sum sum = sum_up(model, weeks);
	const char *unread = say_unread(model, weeks->season, sum.unread);
	int x = weeks->rect.x + 1, end = weeks->rect.x + weeks->rect.width - 1;
	char text[96], spent[DURATION_TEXT_BYTES], most[DURATION_TEXT_BYTES], date[DATE_TEXT_BYTES];
	bool has_any = sum.unread < date_range_days(weeks->dates);
	if (model->view.metric == METRIC_DURATION && sum.slowest != DATE_NONE)
		snprintf(text, sizeof(text), "median %s, longest %s (%s)",
			clock_format_duration(weeks->median_ms, spent),
			clock_format_duration(sum.slowest_ms, most),
			date_format(sum.slowest, date));
	else if (sum.expected > 0)
		snprintf(text, sizeof(text), "%d of %d dates complete", sum.complete, sum.expected);
	else
		text_copy(text, sizeof(text),
			sum.unknown > 0 ? "nothing is known of it" : "nothing is expected");
	if (has_any && (sum.expected > 0 || unread[0] == '\0'))
		x += canvas_text_fit(
			     canvas, x, y, end - x, sum.expected > 0 ? PEN(TEXT) : PEN(DIM), text) +
		     3;
	if (end - x > 0)
		canvas_text_fit(canvas, x, y, end - x, PEN(DIM), unread);
}

static int by_size(const void *a, const void *b)
{
	int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
	return (one > other) - (one < other);
}

/* Of all its dates; -1 before there are enough. */
static int64_t median_of(const struct model *model, size_t season, struct date_range dates)
{
	size_t count = 0, table = model_selected_table(model);
	int64_t *spent = memory_new_array((size_t)date_range_days(dates) + 1, sizeof(*spent));
	for (date_t date = dates.first; date <= dates.last; date++) {
		int64_t ms = model_season_spent_ms(model, season, table, date);
		if (ms > 0)
			spent[count++] = ms;
	}
	qsort(spent, count, sizeof(*spent), by_size);
	int64_t median = count < ETA_DATES_MIN ? -1 : spent[count / 2];
	free(spent);
	return median;
}

static void spot_weekday(const struct scene *scene, const struct weeks *weeks, int weekday)
{
	struct rect row = {x_of(weeks, weeks->first), weeks->rect.y + 1 + weekday,
		(weeks->last - weeks->first + 1) * weeks->each, 1};
	part_spot_cells(scene, row, model_selected_table(scene->model),
		&(struct spot_dates){ZOOM_WEEK, weeks->first, weeks->each, weekday, weeks->dates});
}

void part_season(const struct scene *scene, struct rect rect, size_t season)
{
	struct date_range dates = model_season_dates(scene->model, season);
	bool is_shown = season == model_season(scene->model);
	struct rect before = canvas_clip(scene->canvas, rect_cut(scene->canvas->clip, rect));
	struct weeks weeks = place_weeks(scene, rect, dates, is_shown);
	weeks.season = season;
	weeks.median_ms = median_of(scene->model, season, dates);
	paint_months(scene, &weeks);
	for (int i = 0; i < WEEK_DAYS; i++) {
		spot_weekday(scene, &weeks, i);
		canvas_text(scene->canvas, rect.x + 1, rect.y + 1 + i,
			i >= 5 ? PEN(WEEKEND) : PEN(DIM), weekday_names[i]);
	}
	for (int32_t week = weeks.first; week <= weeks.last; week++) {
		struct date_range span = zoom_span(ZOOM_WEEK, week);
		for (date_t date = span.first; date <= span.last; date++)
			if (date_range_has(dates, date))
				paint_day(scene, &weeks, date);
	}
	paint_summary(scene, &weeks, rect.y + 1 + WEEK_DAYS);
	canvas_clip(scene->canvas, before);
}

static void add_word(const struct scene *scene, struct rect rect, int *x, struct pen pen,
	char letter, const char *word)
{
	put(scene->canvas, *x, rect.y, pen, letter);
	*x += 2 + canvas_text(scene->canvas, *x + 2, rect.y, PEN(DIM), word) + 3;
}

void part_metric_legend(const struct scene *scene, struct rect rect)
{
	int x = rect.x + 1;
	if (scene->model->view.metric == METRIC_STATE || rect.height <= 0) {
		part_legend(scene, rect);
		return;
	}
	struct rect before = canvas_clip(scene->canvas, rect);
	rect.y += rect.height > 2 ? 1 : 0;
	if (scene->model->view.metric == METRIC_ROWS)
		canvas_text(scene->canvas, x, rect.y, PEN(DIM),
			"1-9 tenths of the expected rows   full: all of them   0 none");
	for (size_t i = 0; scene->model->view.metric == METRIC_AGE && i < ARRAY_COUNT(ages); i++)
		add_word(scene, rect, &x, (struct pen){.role = (uint8_t)ages[i].role},
			ages[i].letter, ages[i].meaning);
	for (size_t i = 0; scene->model->view.metric == METRIC_DURATION && i < ARRAY_COUNT(spans);
		i++)
		add_word(scene, rect, &x, (struct pen){.role = (uint8_t)spans[i].role},
			spans[i].letter, spans[i].meaning);
	if (scene->model->view.metric == METRIC_DURATION)
		add_word(scene, rect, &x, PEN(WARNING), '!', "3 x the median");
	if (scene->model->view.metric == METRIC_FAILURES) {
		add_word(scene, rect, &x, PEN_VERDICT(VERDICT_FAILED), '!', "newest try failed");
		add_word(scene, rect, &x, PEN_VERDICT(VERDICT_KILLED), 'k', "stopped or lost");
		add_word(scene, rect, &x, PEN(GOOD), '+', "succeeded");
		add_word(scene, rect, &x, PEN(FAINT), '.', "never tried");
	}
	canvas_clip(scene->canvas, before);
}
