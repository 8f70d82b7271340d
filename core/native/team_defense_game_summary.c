/* team_defense_game_summary: what a team allowed; the opponent's line (phase 4, 3.4). */
#include "shots.h"
#include "support.h"
#include "tables.h"
#include "team_boxes.h"

#include <stdlib.h>

#define H COLUMN_HASHED
#define K (COLUMN_KEY | COLUMN_HASHED)

#define LIST(X)                                               \
	X(game_id, TEXT, H | COLUMN_REQUIRED)                 \
	X(game_date, DATE, K)                                 \
	X(defending_team_abbr, TEXT, K)                       \
	X(opponent_team_abbr, TEXT, H | COLUMN_REQUIRED)      \
	X(season_year, INTEGER, H)                            \
	X(home_game, BOOLEAN, H)                              \
	X(win_flag, BOOLEAN, H)                               \
	X(points_allowed, INTEGER, H)                         \
	X(opp_fg_makes, INTEGER, H)                           \
	X(opp_fg_attempts, INTEGER, H)                        \
	X(opp_three_pt_makes, INTEGER, H)                     \
	X(opp_three_pt_attempts, INTEGER, H)                  \
	X(opp_ft_makes, INTEGER, H)                           \
	X(opp_ft_attempts, INTEGER, H)                        \
	X(three_pt_points_allowed, INTEGER, H)                \
	X(opp_paint_attempts, INTEGER, H)                     \
	X(opp_paint_makes, INTEGER, H)                        \
	X(opp_mid_range_attempts, INTEGER, H)                 \
	X(opp_mid_range_makes, INTEGER, H)                    \
	X(points_in_paint_allowed, INTEGER, H)                \
	X(mid_range_points_allowed, INTEGER, H)               \
	X(blocks_paint, INTEGER, H)	/* NULL: no source */ \
	X(blocks_mid_range, INTEGER, H) /* NULL: no source */ \
	X(blocks_three_pt, INTEGER, H)	/* NULL: no source */ \
	X(defensive_rating, REAL, H)                          \
	X(opponent_pace, REAL, H)                             \
	X(data_hash, TEXT, 0)                                 \
	X(processed_at, TIMESTAMP, COLUMN_STAMP)

enum { LIST(COLUMN_INDEX) };
static const struct column columns[] = {LIST(COLUMN_ROW)};
static const struct table_layout layout = {"nba_analytics", "team_defense_game_summary",
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

static void set_allowed(struct rows *rows, const struct team_box *other)
{
	rows_set_integer(rows, COL_points_allowed, other->line.points);
	rows_set_integer(rows, COL_opp_fg_makes, other->fg_makes);
	rows_set_integer(rows, COL_opp_fg_attempts, other->line.fg_attempts);
	rows_set_integer(rows, COL_opp_three_pt_makes, other->three_makes);
	rows_set_integer(rows, COL_opp_three_pt_attempts, other->three_attempts);
	rows_set_integer(rows, COL_opp_ft_makes, other->ft_makes);
	rows_set_integer(rows, COL_opp_ft_attempts, other->line.ft_attempts);
	rows_set_integer(rows, COL_three_pt_points_allowed, 3 * other->three_makes);
	rows_set_real(rows, COL_defensive_rating, box_defensive_rating(&other->line));
	rows_set_real(rows, COL_opponent_pace, box_opponent_pace(&other->line));
}

static void set_zones(struct rows *rows, const struct shots *shots, const struct team_box *other)
{
	struct zone_sums sums;
	if (!shots_of_team(shots, other->game_id, other->team, &sums))
		return;
	rows_set_integer(rows, COL_opp_paint_attempts, sums.attempts[ZONE_PAINT]);
	rows_set_integer(rows, COL_opp_paint_makes, sums.makes[ZONE_PAINT]);
	rows_set_integer(rows, COL_opp_mid_range_attempts, sums.attempts[ZONE_MID_RANGE]);
	rows_set_integer(rows, COL_opp_mid_range_makes, sums.makes[ZONE_MID_RANGE]);
	rows_set_integer(rows, COL_points_in_paint_allowed, INT64_C(2) * sums.makes[ZONE_PAINT]);
	rows_set_integer(
		rows, COL_mid_range_points_allowed, INT64_C(2) * sums.makes[ZONE_MID_RANGE]);
}

static void write_row(const struct state *state, const struct batch *batch,
	const struct team_box *box, struct day_output *output)
{
	struct rows *rows = &output->rows;
	char stamp[40];
	const struct team_box *other = team_boxes_find(state->boxes, box->game_id, box->opponent);
	if (other == NULL) {
		day_output_fail(output, box->team, "MISSING_DEPENDENCY", true,
			"no box score of the opponent %s in game %s", box->opponent, box->game_id);
		return;
	}
	batch_stamp(batch, stamp);
	rows_add(rows);
	rows_set_text(rows, COL_game_id, box->game_id);
	rows_set_date(rows, COL_game_date, box->date);
	rows_set_text(rows, COL_defending_team_abbr, box->team);
	rows_set_text(rows, COL_opponent_team_abbr, box->opponent);
	rows_set_integer(rows, COL_season_year, season_year_of(box->date));
	rows_set_boolean(rows, COL_home_game, box->home);
	rows_set_boolean(rows, COL_win_flag, box->win);
	set_allowed(rows, other);
	if (batch->rules->all_columns)
		set_zones(rows, state->shots, other);
	rows_set_text(rows, COL_processed_at, stamp);
}

static bool compute(void *context, const struct batch *batch, date_t date,
	struct day_output *output, struct error *err)
{
	const struct state *state = context;
	size_t first = team_boxes_from(state->boxes, date);
	size_t end = team_boxes_from(state->boxes, date + 1);
	for (size_t i = first; i < end; i++) {
		write_row(state, batch, &state->boxes->items[i], output);
		tell_progress(batch, "team", i - first + 1, end - first);
	}
	if (batch->rules->phase3_hash)
		rows_fill_hashes(&output->rows);
	return !is_cancelled(batch, err);
}

const struct processor team_defense_game_summary = {&layout, "team", load, compute, release};
