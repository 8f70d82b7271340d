#include "expectation.h"

#include <math.h>
#include <string.h>

static void expect_exactly(struct cell *cell, int64_t low, int64_t shown, int64_t high)
{
	cell->expected = shown;
	cell->expected_min = low;
	cell->expected_max = high;
}

static void expect_per_game(const struct expectation *rule, int games, struct cell *cell)
{
	int64_t shown = llround(rule->per_game * games);
	int64_t low = isnan(rule->per_game_min) ? shown : (int64_t)ceil(rule->per_game_min * games);
	int64_t high =
		isnan(rule->per_game_max) ? shown : (int64_t)floor(rule->per_game_max * games);
	expect_exactly(cell, low, shown, high);
}

static void expect_same(const struct coverage *coverage, const struct expectation *rule,
	date_t date, struct cell *cell)
{
	const struct cell *other = coverage_cell(coverage, rule->same_as, date);
	if (!other->rows_known)
		return;
	int64_t rows = other->rows;
	expect_exactly(cell, (int64_t)ceil(rule->min_ratio * (double)rows - 1e-9), rows, rows);
	if (cell->expected_min == 0)
		cell->expected_min = 1; /* nothing is never what was expected */
}

/* The rows of the newest date of the season before this one that expects rows and has some. */
static void expect_previous(const struct coverage *coverage, size_t table, date_t date,
	const struct expectation *rule, struct cell *cell)
{
	int64_t low = rule->minimum > 0 ? rule->minimum : 1;
	date_t season = calendar_season_first(coverage->calendar, date);
	const struct pipeline_table *described = &coverage->pipeline->tables[table];
	for (date_t before = date - 1; before >= coverage->range.first && before >= season;
		before--) {
		const struct cell *previous = coverage_cell(coverage, table, before);
		if (calendar_expects(coverage->calendar, described, before) != EXPECTED_YES)
			continue;
		if (previous->rows_known && previous->rows > low)
			low = previous->rows;
		if (previous->rows_known && previous->rows > 0)
			break;
	}
	expect_exactly(cell, low, low, INT64_MAX);
}

/* Box rows; the context table lists everybody on the game-day roster (pipeline.md). */
static void expect_raw(
	const struct pipeline_table *table, struct calendar_day day, struct cell *cell)
{
	bool whole_roster = strcmp(table->name, "upcoming_player_game_context") == 0;
	int64_t rows = whole_roster ? day.roster_rows : day.box_rows;
	if (rows >= 0)
		expect_exactly(cell, rows, rows, rows);
}

void expectation_fill(const struct coverage *coverage, size_t table, date_t date)
{
	const struct pipeline_table *described = &coverage->pipeline->tables[table];
	const struct expectation *rule = &described->expect;
	struct cell *cell = coverage_cell(coverage, table, date);
	struct calendar_day day = calendar_day(coverage->calendar, date);
	expect_exactly(cell, -1, -1, -1);
	switch (rule->rule) {
	case EXPECT_NOTHING_KNOWN:
		expect_exactly(cell, 1, -1, INT64_MAX);
		break;
	case EXPECT_PER_GAME:
		expect_per_game(rule, day.games, cell);
		break;
	case EXPECT_CONSTANT:
		expect_exactly(cell, rule->minimum, rule->constant, rule->constant);
		break;
	case EXPECT_SAME_AS:
		expect_same(coverage, rule, date, cell);
		break;
	case EXPECT_AT_LEAST_PREVIOUS:
		expect_previous(coverage, table, date, rule, cell);
		break;
	case EXPECT_ROWS_OF_RAW:
		expect_raw(described, day, cell);
		break;
	}
}
