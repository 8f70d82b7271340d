#include "coverage_parts.h"

#include <math.h>
#include <string.h>

static void expect_exactly(struct cell *cell, int64_t low, int64_t shown, int64_t high)
{
	cell->expected = shown;
	cell->expected_min = low;
	cell->expected_max = high;
}

static struct per_game rows_of_games(const struct expectation *rule, int games)
{
	struct per_game rows = {.games = games, .shown = llround(rule->per_game * games)};
	rows.low =
		isnan(rule->per_game_min) ? rows.shown : (int64_t)ceil(rule->per_game_min * games);
	rows.high =
		isnan(rule->per_game_max) ? rows.shown : (int64_t)floor(rule->per_game_max * games);
	return rows;
}

static void expect_per_game(struct bench *bench, int games, struct cell *cell)
{
	if (bench->newest.games != games)
		bench->newest = rows_of_games(&bench->described->expect, games);
	expect_exactly(cell, bench->newest.low, bench->newest.shown, bench->newest.high);
}

static bool is_edge(const struct pipeline_table *table, size_t other)
{
	for (size_t i = 0; i < pipeline_edge_count(table); i++)
		if (pipeline_edge(table, i) == other)
			return true;
	return false;
}

/*
 * Rows that do not pass are no measure. Where the other table is an edge of this one, its state
 * says enough about this cell (blocked, or stale), and any rows pass here; else nothing can be
 * said.
 */
static void expect_same(struct bench *bench, int32_t day, struct cell *cell)
{
	const struct expectation *rule = &bench->described->expect;
	const struct cell *other =
		&bench->coverage
			 ->cells[rule->same_as * (size_t)bench->coverage->days + (size_t)day];
	int64_t rows = other->rows;
	if (other->rows_known && other->passes) {
		int64_t low = (int64_t)ceil(rule->min_ratio * (double)rows - 1e-9);
		expect_exactly(cell, low > 0 ? low : 1, rows, rows);
	} else if (other->rows_known && is_edge(bench->described, rule->same_as))
		expect_exactly(cell, 1, -1, INT64_MAX);
}

static void expect_previous(struct bench *bench, int32_t day, struct cell *cell)
{
	int64_t low = bench->described->expect.minimum > 0 ? bench->described->expect.minimum : 1;
	if (bench->previous_season == bench->coverage->memory->days[day].season &&
		bench->previous_rows > low)
		low = bench->previous_rows;
	expect_exactly(cell, low, low, INT64_MAX);
}

/* Box rows; the context table lists everybody on the game-day roster (pipeline.md). */
int64_t expectation_raw_rows(const struct pipeline_table *table, const struct calendar_day *day)
{
	bool whole_roster = strcmp(table->name, "upcoming_player_game_context") == 0;
	return whole_roster ? day->roster_rows : day->box_rows;
}

static void expect_raw(struct bench *bench, const struct calendar_day *day, struct cell *cell)
{
	int64_t rows = expectation_raw_rows(bench->described, day);
	if (rows >= 0)
		expect_exactly(cell, rows, rows, rows);
	else if (bench->described->expect.per_game > 0)
		expect_per_game(bench, day->games, cell);
}

void expectation_fill(struct bench *bench, int32_t day)
{
	const struct expectation *rule = &bench->described->expect;
	struct cell *cell = &bench->cells[day];
	const struct calendar_day *calendar_day = &bench->coverage->memory->days[day];
	expect_exactly(cell, -1, -1, -1);
	switch (rule->rule) {
	case EXPECT_NOTHING_KNOWN:
		expect_exactly(cell, 1, -1, INT64_MAX);
		break;
	case EXPECT_PER_GAME:
		expect_per_game(bench, calendar_day->games, cell);
		break;
	case EXPECT_CONSTANT:
		expect_exactly(cell, rule->minimum, rule->constant, rule->constant);
		break;
	case EXPECT_SAME_AS:
		expect_same(bench, day, cell);
		break;
	case EXPECT_AT_LEAST_PREVIOUS:
		expect_previous(bench, day, cell);
		break;
	case EXPECT_ROWS_OF_RAW:
		expect_raw(bench, calendar_day, cell);
		break;
	}
}

/* Rows that stand there twice are counted once: one bad date must not make all later ones thin. */
bool expectation_remember(struct bench *bench, int32_t day)
{
	const struct cell *cell = &bench->cells[day];
	if (cell->expects != EXPECTED_YES || !cell->rows_known || cell->rows <= 0)
		return false;
	bool counted = cell->distinct_keys >= 0 && cell->distinct_keys < cell->rows;
	bench->previous_rows = counted ? cell->distinct_keys : cell->rows;
	bench->previous_season = bench->coverage->memory->days[day].season;
	return true;
}

void expectation_recall(struct bench *bench, int32_t day)
{
	while (day-- > 0)
		if (expectation_remember(bench, day))
			return;
}
