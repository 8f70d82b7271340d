/* player_game_summary: one row per box row of the date (phase 4, 3.3; native.md, 3, 4, 9, 10). */
#include "formulas.h"
#include "number.h"
#include "shots.h"
#include "support.h"
#include "tables.h"
#include "team_boxes.h"
#include "warehouse/raw_tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define H COLUMN_HASHED
#define K (COLUMN_KEY | COLUMN_HASHED)

#define LIST(X)                                                                  \
	X(player_lookup, TEXT, K)                                                \
	X(universal_player_id, TEXT, H)                                          \
	X(game_date, DATE, K)                                                    \
	X(game_id, TEXT, H | COLUMN_REQUIRED)                                    \
	X(player_full_name, TEXT, H)                                             \
	X(team_abbr, TEXT, H | COLUMN_REQUIRED)                                  \
	X(opponent_team_abbr, TEXT, H | COLUMN_REQUIRED)                         \
	X(season_year, INTEGER, H)                                               \
	X(home_game, BOOLEAN, H)                                                 \
	X(starter_flag, BOOLEAN, H)                                              \
	X(win_flag, BOOLEAN, H)                                                  \
	X(is_active, BOOLEAN, H | COLUMN_REQUIRED)                               \
	X(minutes_played, REAL, H)    /* minutes, 1 decimal */                   \
	X(seconds_played, INTEGER, H) /* exact; minute sums are sums of these */ \
	X(points, INTEGER, H)                                                    \
	X(fg_makes, INTEGER, H)                                                  \
	X(fg_attempts, INTEGER, H)                                               \
	X(three_pt_makes, INTEGER, H)                                            \
	X(three_pt_attempts, INTEGER, H)                                         \
	X(ft_makes, INTEGER, H)                                                  \
	X(ft_attempts, INTEGER, H)                                               \
	X(offensive_rebounds, INTEGER, H)                                        \
	X(defensive_rebounds, INTEGER, H)                                        \
	X(assists, INTEGER, H)                                                   \
	X(steals, INTEGER, H)                                                    \
	X(blocks, INTEGER, H)                                                    \
	X(turnovers, INTEGER, H)                                                 \
	X(personal_fouls, INTEGER, H)                                            \
	X(plus_minus, INTEGER, H)                                                \
	X(ts_pct, REAL, H)     /* 0..1 */                                        \
	X(usage_rate, REAL, H) /* % */                                           \
	X(paint_attempts, INTEGER, H)                                            \
	X(paint_makes, INTEGER, H)                                               \
	X(mid_range_attempts, INTEGER, H)                                        \
	X(mid_range_makes, INTEGER, H)                                           \
	X(assisted_fg_makes, INTEGER, H)   /* NULL: no source has it */          \
	X(unassisted_fg_makes, INTEGER, H) /* NULL: no source has it */          \
	X(data_hash, TEXT, 0)                                                    \
	X(processed_at, TIMESTAMP, COLUMN_STAMP)

enum { LIST(COLUMN_INDEX) };
static const struct column columns[] = {LIST(COLUMN_ROW)};
static const struct table_layout layout = {"nba_analytics", "player_game_summary", "game_date",
	columns, ARRAY_COUNT(columns), HASH_JSON};

static const char *const names[] = {"game_date", "game_id", "player_id", "team", "opp", "home",
	"player", "player_lookup", "starter", "min", "sec", "pts", "fgm", "fga", "fg3m", "fg3a",
	"ftm", "fta", "oreb", "dreb", "ast", "stl", "blk", "tov", "pf", "plus_minus"};
enum {
	DATE,
	GAME_ID,
	PLAYER_ID,
	TEAM,
	OPP,
	HOME,
	PLAYER,
	LOOKUP,
	STARTER,
	MIN,
	SEC,
	PTS,
	FGM,
	FGA,
	FG3M,
	FG3A,
	FTM,
	FTA,
	OREB,
	DREB,
	AST,
	STL,
	BLK,
	TOV,
	PF,
	PLUS_MINUS
};
static const char *const order[] = {"game_date", "player_lookup"};

struct state {
	struct frame boxes;
	struct team_boxes *teams;
	struct shots *shots;
};

static void release(void *context)
{
	struct state *state = context;
	if (state == NULL)
		return;
	frame_release(&state->boxes);
	team_boxes_free(state->teams);
	shots_free(state->shots);
	free(state);
}

static bool load(const struct batch *batch, void **loaded, struct error *err)
{
	struct state *state = memory_new(sizeof(*state));
	struct date_range range = {batch->dates[0], batch_last(batch)};
	struct query query = {.layout = raw_table_layout(RAW_PLAYER_BOX),
		COLUMNS(names),
		.range = range,
		ORDER(order)};
	if (batch_read(batch, &query, &state->boxes, err) &&
		team_boxes_load(batch, range, &state->teams, err) &&
		shots_load(batch, range, &state->shots, err)) {
		*loaded = state;
		return true;
	}
	release(state);
	return false;
}

int64_t box_seconds(const struct frame *frame, size_t sec, size_t min, size_t row)
{
	if (!frame_is_null(frame, sec, row))
		return frame_integer(frame, sec, row);
	return frame_integer(frame, min, row) * 60;
}

static void set_identity(struct rows *rows, const struct frame *frame, size_t row)
{
	const char *lookup = frame_text(frame, LOOKUP, row);
	char id[128];
	snprintf(id, sizeof(id), "%s_001", lookup);
	rows_set_text(rows, COL_player_lookup, lookup);
	rows_set_text(rows, COL_universal_player_id, id);
	rows_set_date(rows, COL_game_date, frame_date(frame, DATE, row));
	rows_copy_cell(rows, COL_game_id, frame, GAME_ID, row);
	rows_copy_cell(rows, COL_player_full_name, frame, PLAYER, row);
	rows_copy_cell(rows, COL_team_abbr, frame, TEAM, row);
	rows_copy_cell(rows, COL_opponent_team_abbr, frame, OPP, row);
	rows_set_integer(rows, COL_season_year, season_year_of(frame_date(frame, DATE, row)));
	rows_copy_cell(rows, COL_home_game, frame, HOME, row);
	rows_copy_cell(rows, COL_starter_flag, frame, STARTER, row);
	rows_set_boolean(rows, COL_is_active, true);
}

static void set_counts(struct rows *rows, const struct frame *frame, size_t row)
{
	static const struct {
		int to, from;
	} same[] = {{COL_points, PTS}, {COL_fg_makes, FGM}, {COL_fg_attempts, FGA},
		{COL_three_pt_makes, FG3M}, {COL_three_pt_attempts, FG3A}, {COL_ft_makes, FTM},
		{COL_ft_attempts, FTA}, {COL_offensive_rebounds, OREB},
		{COL_defensive_rebounds, DREB}, {COL_assists, AST}, {COL_steals, STL},
		{COL_blocks, BLK}, {COL_turnovers, TOV}, {COL_personal_fouls, PF},
		{COL_plus_minus, PLUS_MINUS}};
	for (size_t i = 0; i < ARRAY_COUNT(same); i++)
		rows_copy_cell(rows, (size_t)same[i].to, frame, (size_t)same[i].from, row);
}

/* Original: nearest whole minute of the two-decimal value, NULL when that is 0. */
static void set_minutes(struct rows *rows, const struct rules *rules, int64_t seconds)
{
	double minutes = (double)seconds / 60.0;
	double whole = rint(round_python(minutes, 2));
	rows_set_integer(rows, COL_seconds_played, seconds);
	if (rules->seconds_exact)
		rows_set_real(rows, COL_minutes_played, round_numpy(minutes, 1));
	else
		rows_set_real(rows, COL_minutes_played, whole == 0 ? NAN : whole);
}

static void set_rates(struct rows *rows, const struct rules *rules, const struct box_line *line,
	const struct team_box *team)
{
	double shooting = box_true_shooting(line);
	if (!rules->keep_zero && shooting == 0)
		shooting = NAN;
	rows_set_real(rows, COL_ts_pct, shooting);
	if (rules->all_columns && team != NULL)
		rows_set_real(rows, COL_usage_rate, box_usage(line, &team->line));
}

static void set_zones(struct rows *rows, const struct state *state, size_t row)
{
	struct zone_sums sums;
	const struct frame *frame = &state->boxes;
	if (!shots_of_player(state->shots, frame_text(frame, GAME_ID, row),
		    frame_integer(frame, PLAYER_ID, row), &sums))
		return;
	rows_set_integer(rows, COL_paint_attempts, sums.attempts[ZONE_PAINT]);
	rows_set_integer(rows, COL_paint_makes, sums.makes[ZONE_PAINT]);
	rows_set_integer(rows, COL_mid_range_attempts, sums.attempts[ZONE_MID_RANGE]);
	rows_set_integer(rows, COL_mid_range_makes, sums.makes[ZONE_MID_RANGE]);
}

static void write_row(const struct state *state, const struct batch *batch, size_t row,
	const char *stamp, struct rows *rows)
{
	const struct frame *frame = &state->boxes;
	const struct team_box *team = team_boxes_find(
		state->teams, frame_text(frame, GAME_ID, row), frame_text(frame, TEAM, row));
	struct box_line line = {
		.points = frame_integer(frame, PTS, row),
		.fg_attempts = frame_integer(frame, FGA, row),
		.ft_attempts = frame_integer(frame, FTA, row),
		.offensive_rebounds = frame_integer(frame, OREB, row),
		.turnovers = frame_integer(frame, TOV, row),
		.seconds = box_seconds(frame, SEC, MIN, row),
	};
	rows_add(rows);
	set_identity(rows, frame, row);
	set_counts(rows, frame, row);
	set_minutes(rows, batch->rules, line.seconds);
	set_rates(rows, batch->rules, &line, team);
	if (team != NULL)
		rows_set_boolean(rows, COL_win_flag, team->win);
	if (batch->rules->all_columns)
		set_zones(rows, state, row);
	rows_set_text(rows, COL_processed_at, stamp);
}

static bool compute(void *context, const struct batch *batch, date_t date,
	struct day_output *output, struct error *err)
{
	const struct state *state = context;
	const struct frame *frame = &state->boxes;
	char stamp[40];
	size_t first = frame_lower_bound(frame, DATE, date);
	size_t end = frame_lower_bound(frame, DATE, date + 1);
	batch_stamp(batch, stamp);
	for (size_t row = first; row < end; row++) {
		write_row(state, batch, row, stamp, &output->rows);
		tell_progress(batch, "player", row - first + 1, end - first);
	}
	if (batch->rules->phase3_hash)
		rows_fill_hashes(&output->rows);
	return !is_cancelled(batch, err);
}

const struct processor player_game_summary = {&layout, "player", load, compute, release};
