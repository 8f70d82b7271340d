/* upcoming_team_game_context: the home and the away view of every game of the date, before it is
 * played (phase 3, section 3; native.md, 2, 6, 12, 14). */
#include "completeness.h"
#include "game_lines.h"
#include "history.h"
#include "reports.h"
#include "support.h"
#include "tables.h"
#include "travel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ORIGINAL_HORIZON_DAYS 30

#define H COLUMN_HASHED
#define K (COLUMN_KEY | COLUMN_HASHED)

#define LIST(X)                                   \
	X(team_abbr, TEXT, K)                     \
	X(game_id, TEXT, H | COLUMN_REQUIRED)     \
	X(game_date, DATE, K)                     \
	X(season_year, INTEGER, H)                \
	X(opponent_team_abbr, TEXT, H)            \
	X(home_game, BOOLEAN, H)                  \
	X(days_since_last_game, INTEGER, H)       \
	X(team_days_rest, INTEGER, H)             \
	X(is_back_to_back, BOOLEAN, H)            \
	X(team_back_to_back, BOOLEAN, H)          \
	X(games_in_last_7_days, INTEGER, H)       \
	X(games_in_last_14_days, INTEGER, H)      \
	X(game_number_in_season, INTEGER, H)      \
	X(team_win_streak_entering, INTEGER, H)   \
	X(team_loss_streak_entering, INTEGER, H)  \
	X(last_game_margin, INTEGER, H)           \
	X(last_game_result, TEXT, H)              \
	X(travel_miles, INTEGER, H)               \
	X(game_spread, REAL, H)                   \
	X(game_total, REAL, H)                    \
	X(game_spread_source, TEXT, H)            \
	X(game_total_source, TEXT, H)             \
	X(spread_movement, REAL, H)               \
	X(total_movement, REAL, H)                \
	X(betting_lines_updated_at, TIMESTAMP, H) \
	X(starters_out_count, INTEGER, H)         \
	X(questionable_players_count, INTEGER, H) \
	X(expected_games_count, INTEGER, 0)       \
	X(actual_games_count, INTEGER, 0)         \
	X(missing_games_count, INTEGER, 0)        \
	X(completeness_percentage, REAL, 0)       \
	X(l7d_completeness_pct, REAL, 0)          \
	X(l7d_is_complete, BOOLEAN, 0)            \
	X(l14d_completeness_pct, REAL, 0)         \
	X(l14d_is_complete, BOOLEAN, 0)           \
	X(all_windows_complete, BOOLEAN, 0)       \
	X(quality_tier, TEXT, 0)                  \
	X(quality_score, REAL, 0)                 \
	X(quality_issues, LIST, 0)                \
	X(is_production_ready, BOOLEAN, 0)        \
	X(data_sources, LIST, 0)                  \
	X(season_boundary_detected, BOOLEAN, 0)   \
	X(backfill_bootstrap_mode, BOOLEAN, 0)    \
	X(processing_decision_reason, TEXT, 0)    \
	X(data_hash, TEXT, 0)                     \
	X(processed_at, TIMESTAMP, COLUMN_STAMP)

enum { LIST(COLUMN_INDEX) };
static const struct column columns[] = {LIST(COLUMN_ROW)};
static const struct table_layout layout = {"nba_analytics", "upcoming_team_game_context",
	"game_date", columns, ARRAY_COUNT(columns), HASH_JSON};

struct state {
	struct history *history;
	struct game_lines *lines;
	struct reports *reports;
};

static void release(void *context)
{
	struct state *state = context;
	if (state == NULL)
		return;
	history_free(state->history);
	game_lines_free(state->lines);
	reports_free(state->reports);
	free(state);
}

static bool load(const struct batch *batch, void **loaded, struct error *err)
{
	struct state *state = memory_new(sizeof(*state));
	struct date_range range = {batch_reach(batch, ORIGINAL_HORIZON_DAYS), batch_last(batch)};
	struct date_range days = {batch->dates[0], batch_last(batch)};
	if (history_load_schedule(batch, range, &state->history, err) &&
		game_lines_load(batch, days, &state->lines, err) &&
		reports_load(batch, days, &state->reports, err)) {
		*loaded = state;
		return true;
	}
	release(state);
	return false;
}

static const struct team_game *final_before(
	const struct history *history, struct span span, const struct team_game *newer)
{
	size_t i = newer == NULL ? span.end : (size_t)(newer - history->team_games);
	while (i-- > span.first)
		if (history->team_games[i].final)
			return &history->team_games[i];
	return NULL;
}

static int count_final_since(const struct history *history, struct span span, date_t since)
{
	int count = 0;
	for (size_t i = span.first; i < span.end; i++)
		count += history->team_games[i].final && history->team_games[i].date >= since;
	return count;
}

static void set_rest(struct rows *rows, const struct team_game *last, date_t date)
{
	bool back_to_back = last != NULL && date - last->date == 1;
	if (last != NULL) {
		rows_set_integer(rows, COL_days_since_last_game, date - last->date);
		rows_set_integer(rows, COL_team_days_rest, date - last->date - 1);
	}
	rows_set_boolean(rows, COL_is_back_to_back, back_to_back);
	rows_set_boolean(rows, COL_team_back_to_back, back_to_back);
}

/* Original: six and thirteen dates (date > D - 7); corrected: D - 7 to D - 1 (decision 2). */
static void set_density(struct rows *rows, const struct batch *batch, const struct history *history,
	struct span span, date_t date)
{
	int far = batch->rules->season_windows ? 0 : 1;
	rows_set_integer(
		rows, COL_games_in_last_7_days, count_final_since(history, span, date - 7 + far));
	rows_set_integer(
		rows, COL_games_in_last_14_days, count_final_since(history, span, date - 14 + far));
	rows_set_integer(rows, COL_game_number_in_season,
		count_final_since(history, span, DATE_NONE + 1) + 1);
}

static bool is_win(const struct team_game *game)
{
	return game->own_points > game->other_points;
}

static void set_form(struct rows *rows, const struct history *history, struct span span)
{
	int streak = 0;
	const struct team_game *last = final_before(history, span, NULL);
	for (const struct team_game *game = last; game != NULL && is_win(game) == is_win(last);
		game = final_before(history, span, game))
		streak++;
	bool winning = last != NULL && is_win(last);
	rows_set_integer(rows, COL_team_win_streak_entering, winning ? streak : 0);
	rows_set_integer(rows, COL_team_loss_streak_entering, winning ? 0 : streak);
	if (last == NULL)
		return;
	rows_set_integer(rows, COL_last_game_margin, last->own_points - last->other_points);
	rows_set_text(rows, COL_last_game_result, winning ? "W" : "L");
}

static int miles_to(const struct history *history, struct span span, const struct team_game *game)
{
	if (game->home || span.first == span.end)
		return 0;
	const struct team_game *last = &history->team_games[span.end - 1];
	return travel_miles(last->home ? last->team : last->opponent, game->opponent);
}

/* Original: no line ever matched (phase 3, 3.5). */
static void set_lines(struct rows *rows, const struct batch *batch, const struct state *state,
	const struct team_game *game)
{
	const struct game_line *line = game_lines_find(state->lines, game->game_id);
	if (!batch->rules->all_columns || line == NULL)
		return;
	rows_set_real(rows, COL_game_spread, game->home ? line->home_spread : -line->home_spread);
	rows_set_real(rows, COL_game_total, line->total);
	rows_set_text(rows, COL_game_spread_source, isnan(line->home_spread) ? NULL : line->source);
	rows_set_text(rows, COL_game_total_source, isnan(line->total) ? NULL : line->source);
}

static void set_injuries(struct rows *rows, const struct state *state, const struct team_game *game)
{
	int out = reports_count(state->reports, game->date, game->team, "Out");
	int doubtful = reports_count(state->reports, game->date, game->team, "Doubtful") +
		       reports_count(state->reports, game->date, game->team, "Questionable");
	rows_set_integer(rows, COL_starters_out_count, out);
	rows_set_integer(rows, COL_questionable_players_count, doubtful);
}

/* Whether `team` plays on the date: the original credits a game to its home team where it does. */
static bool plays_on(const struct history *history, const char *team, date_t date)
{
	struct span span = team_games_between(history, team, date, date + 1);
	return span.end > span.first;
}

/* Phase 3, 1.6, Teams: the defects of the original, for parity. */
static struct completeness original_window(
	const struct history *history, const struct team_game *row, int days)
{
	struct span span = team_games_between(history, row->team, row->date - days, row->date + 1);
	int expected = 0;
	int actual = 0;
	for (size_t i = span.first; i < span.end; i++) {
		const struct team_game *game = &history->team_games[i];
		bool credited = game->home || !plays_on(history, game->opponent, row->date);
		expected += game->final && credited;
		actual += game->home;
	}
	return completeness_of(expected, actual);
}

/* Decision 6: home and away, final, before D: every game of the schedule is there. */
static struct completeness corrected_window(const struct batch *batch,
	const struct history *history, const struct team_game *row, int days)
{
	date_t since = window_start(batch, row->date, days);
	if (since < row->date - days)
		since = row->date - days;
	struct span span = team_games_between(history, row->team, since, row->date);
	int games = count_final_since(history, span, since);
	struct completeness result = completeness_of(games, games);
	if (games == 0) {
		result.pct = 100.0;
		result.ready = true;
	}
	return result;
}

static void set_quality(struct rows *rows, const struct completeness *week,
	const struct completeness *fortnight, date_t date)
{
	static const struct {
		double from;
		const char *tier;
		double score;
	} tiers[] = {{95, "gold", 95}, {75, "silver", 75}, {50, "bronze", 50}, {-1, "poor", 25}};
	size_t tier = 0;
	while (fortnight->pct < tiers[tier].from)
		tier++;
	rows_set_text(rows, COL_quality_tier, tiers[tier].tier);
	rows_set_real(rows, COL_quality_score, tiers[tier].score);
	struct text_list issues = {0};
	if (!week->complete)
		list_add(&issues, "l7d_incomplete:%.0f%%", week->pct);
	if (!fortnight->complete)
		list_add(&issues, "l14d_incomplete:%.0f%%", fortnight->pct);
	if (is_season_boundary(date))
		list_add(&issues, "season_boundary");
	if (is_october_bootstrap(date))
		list_add(&issues, "bootstrap_mode");
	rows_set_list(rows, COL_quality_issues, &issues);
}

static void set_completeness(struct rows *rows, const struct batch *batch,
	const struct history *history, const struct team_game *game)
{
	bool both = batch->rules->team_completeness_both_sides;
	struct completeness week = both ? corrected_window(batch, history, game, 7)
					: original_window(history, game, 7);
	struct completeness fortnight = both ? corrected_window(batch, history, game, 14)
					     : original_window(history, game, 14);
	rows_set_integer(rows, COL_expected_games_count, fortnight.expected);
	rows_set_integer(rows, COL_actual_games_count, fortnight.actual);
	rows_set_integer(rows, COL_missing_games_count, fortnight.missing);
	rows_set_real(rows, COL_completeness_percentage, fortnight.pct);
	rows_set_real(rows, COL_l7d_completeness_pct, week.pct);
	rows_set_boolean(rows, COL_l7d_is_complete, week.complete);
	rows_set_real(rows, COL_l14d_completeness_pct, fortnight.pct);
	rows_set_boolean(rows, COL_l14d_is_complete, fortnight.complete);
	rows_set_boolean(rows, COL_all_windows_complete, week.complete && fortnight.complete);
	/* Decision 6: ready when both teams' schedule rows exist, which they do here. */
	rows_set_boolean(rows, COL_is_production_ready, both || (week.ready && fortnight.ready));
	set_quality(rows, &week, &fortnight, game->date);
}

static void set_constants(struct rows *rows, const struct batch *batch, date_t date)
{
	struct text_list sources = {0};
	char stamp[40];
	batch_stamp(batch, stamp);
	list_add(&sources, "nbac_schedule");
	rows_set_list(rows, COL_data_sources, &sources);
	rows_set_boolean(rows, COL_season_boundary_detected, is_season_boundary(date));
	rows_set_boolean(rows, COL_backfill_bootstrap_mode, is_october_bootstrap(date));
	rows_set_text(rows, COL_processing_decision_reason, "processed_successfully");
	rows_set_text(rows, COL_processed_at, stamp);
}

static void write_row(const struct state *state, const struct batch *batch,
	const struct team_game *game, struct rows *rows)
{
	const struct history *history = state->history;
	date_t since = window_start(batch, game->date, ORIGINAL_HORIZON_DAYS);
	struct span span = team_games_between(history, game->team, since, game->date);
	rows_add(rows);
	rows_set_text(rows, COL_team_abbr, game->team);
	rows_set_text(rows, COL_game_id, game->game_id);
	rows_set_date(rows, COL_game_date, game->date);
	rows_set_integer(rows, COL_season_year, season_year_of(game->date));
	rows_set_text(rows, COL_opponent_team_abbr, game->opponent);
	rows_set_boolean(rows, COL_home_game, game->home);
	set_rest(rows, final_before(history, span, NULL), game->date);
	set_density(rows, batch, history, span, game->date);
	set_form(rows, history, span);
	rows_set_integer(rows, COL_travel_miles, miles_to(history, span, game));
	set_lines(rows, batch, state, game);
	set_injuries(rows, state, game);
	set_completeness(rows, batch, history, game);
	set_constants(rows, batch, game->date);
}

/* In the order of the schedule: by game id, home first. */
static int compare_rows(const void *a, const void *b)
{
	const struct team_game *const *first = a;
	const struct team_game *const *second = b;
	int by_game = strcmp((*first)->game_id, (*second)->game_id);
	return by_game != 0 ? by_game : (int)(*second)->home - (int)(*first)->home;
}

static bool compute(void *context, const struct batch *batch, date_t date,
	struct day_output *output, struct error *err)
{
	const struct state *state = context;
	const struct history *history = state->history;
	const struct team_game **games =
		memory_new_array(history->team_game_count + 1, sizeof(const struct team_game *));
	size_t count = 0;
	for (size_t i = 0; i < history->team_game_count; i++)
		if (history->team_games[i].date == date)
			games[count++] = &history->team_games[i];
	qsort(games, count, sizeof(*games), compare_rows);
	for (size_t i = 0; i < count; i++) {
		write_row(state, batch, games[i], &output->rows);
		tell_progress(batch, "team", i + 1, count);
	}
	free(games);
	if (batch->rules->phase3_hash)
		rows_fill_hashes(&output->rows);
	return !is_cancelled(batch, err);
}

const struct processor upcoming_team_game_context = {&layout, "team", load, compute, release};
