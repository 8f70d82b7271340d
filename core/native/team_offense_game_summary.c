/* team_offense_game_summary: one row per team and game (phase 4, 3.5; native.md, 10). */
#include "number.h"
#include "shots.h"
#include "support.h"
#include "tables.h"
#include "team_boxes.h"

#include <stdlib.h>

#define H COLUMN_HASHED
#define K (COLUMN_KEY | COLUMN_HASHED)

#define LIST(X)                                           \
	X(game_id, TEXT, H | COLUMN_REQUIRED)             \
	X(game_date, DATE, K)                             \
	X(team_abbr, TEXT, K)                             \
	X(opponent_team_abbr, TEXT, H | COLUMN_REQUIRED)  \
	X(season_year, INTEGER, H)                        \
	X(home_game, BOOLEAN, H)                          \
	X(win_flag, BOOLEAN, H)                           \
	X(points_scored, INTEGER, H)                      \
	X(fg_makes, INTEGER, H)                           \
	X(fg_attempts, INTEGER, H)                        \
	X(three_pt_makes, INTEGER, H)                     \
	X(three_pt_attempts, INTEGER, H)                  \
	X(ft_makes, INTEGER, H)                           \
	X(ft_attempts, INTEGER, H)                        \
	X(rebounds, INTEGER, H)                           \
	X(assists, INTEGER, H)                            \
	X(turnovers, INTEGER, H)                          \
	X(possessions, REAL, H)                           \
	X(pace, REAL, H) /* possessions per 48 minutes */ \
	X(offensive_rating, REAL, H)                      \
	X(ts_pct, REAL, H)                                \
	X(team_paint_attempts, INTEGER, H)                \
	X(team_paint_makes, INTEGER, H)                   \
	X(team_mid_range_attempts, INTEGER, H)            \
	X(team_mid_range_makes, INTEGER, H)               \
	X(data_hash, TEXT, 0)                             \
	X(processed_at, TIMESTAMP, COLUMN_STAMP)

enum { LIST(COLUMN_INDEX) };
static const struct column columns[] = {LIST(COLUMN_ROW)};
static const struct table_layout layout = {"nba_analytics", "team_offense_game_summary",
	"game_date", columns, ARRAY_COUNT(columns), HASH_JSON};

struct state {
	struct team_boxes *boxes;
	struct shots *shots;
};

static void release(void *context)
{
	struct state *state = context;
	if (state == NULL)
		return;
	team_boxes_free(state->boxes);
	shots_free(state->shots);
	free(state);
}

static bool load(const struct batch *batch, void **loaded, struct error *err)
{
	struct state *state = memory_new(sizeof(*state));
	struct date_range range = {batch->dates[0], batch_last(batch)};
	if (team_boxes_load(batch, range, &state->boxes, err) &&
		shots_load(batch, range, &state->shots, err)) {
		*loaded = state;
		return true;
	}
	release(state);
	return false;
}

static void set_counts(struct rows *rows, const struct team_box *box)
{
	rows_set_integer(rows, COL_points_scored, box->line.points);
	rows_set_integer(rows, COL_fg_makes, box->fg_makes);
	rows_set_integer(rows, COL_fg_attempts, box->line.fg_attempts);
	rows_set_integer(rows, COL_three_pt_makes, box->three_makes);
	rows_set_integer(rows, COL_three_pt_attempts, box->three_attempts);
	rows_set_integer(rows, COL_ft_makes, box->ft_makes);
	rows_set_integer(rows, COL_ft_attempts, box->line.ft_attempts);
	rows_set_integer(rows, COL_rebounds, box->rebounds);
	rows_set_integer(rows, COL_assists, box->assists);
	rows_set_integer(rows, COL_turnovers, box->line.turnovers);
}

static void set_zones(struct rows *rows, const struct shots *shots, const struct team_box *box)
{
	struct zone_sums sums;
	if (!shots_of_team(shots, box->game_id, box->team, &sums))
		return;
	rows_set_integer(rows, COL_team_paint_attempts, sums.attempts[ZONE_PAINT]);
	rows_set_integer(rows, COL_team_paint_makes, sums.makes[ZONE_PAINT]);
	rows_set_integer(rows, COL_team_mid_range_attempts, sums.attempts[ZONE_MID_RANGE]);
	rows_set_integer(rows, COL_team_mid_range_makes, sums.makes[ZONE_MID_RANGE]);
}

static void write_row(const struct state *state, const struct batch *batch,
	const struct team_box *box, struct rows *rows)
{
	char stamp[40];
	batch_stamp(batch, stamp);
	rows_add(rows);
	rows_set_text(rows, COL_game_id, box->game_id);
	rows_set_date(rows, COL_game_date, box->date);
	rows_set_text(rows, COL_team_abbr, box->team);
	rows_set_text(rows, COL_opponent_team_abbr, box->opponent);
	rows_set_integer(rows, COL_season_year, season_year_of(box->date));
	rows_set_boolean(rows, COL_home_game, box->home);
	rows_set_boolean(rows, COL_win_flag, box->win);
	set_counts(rows, box);
	rows_set_real(rows, COL_possessions, box_possessions(&box->line));
	rows_set_real(rows, COL_pace, box_pace(&box->line));
	rows_set_real(rows, COL_offensive_rating, box_offensive_rating(&box->line));
	rows_set_real(rows, COL_ts_pct, box_true_shooting(&box->line));
	if (batch->rules->all_columns)
		set_zones(rows, state->shots, box);
	rows_set_text(rows, COL_processed_at, stamp);
}

static bool compute(void *context, const struct batch *batch, date_t date,
	struct day_output *output, struct error *err)
{
	const struct state *state = context;
	size_t first = team_boxes_from(state->boxes, date);
	size_t end = team_boxes_from(state->boxes, date + 1);
	for (size_t i = first; i < end; i++) {
		write_row(state, batch, &state->boxes->items[i], &output->rows);
		tell_progress(batch, "team", i - first + 1, end - first);
	}
	if (batch->rules->phase3_hash)
		rows_fill_hashes(&output->rows);
	return !is_cancelled(batch, err);
}

const struct processor team_offense_game_summary = {&layout, "team", load, compute, release};
