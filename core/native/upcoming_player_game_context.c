/* upcoming_player_game_context: everybody on the game-day roster, before the game is played (phase
 * 3, section 2; native.md, 2 to 8, 10 to 12, 14). */
#include "breaker.h"
#include "completeness.h"
#include "game_lines.h"
#include "history.h"
#include "number.h"
#include "player_form.h"
#include "reports.h"
#include "roster.h"
#include "support.h"
#include "tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ORIGINAL_HORIZON_DAYS 30
/* The original looks for a player's team, and for ten games of it, in earlier seasons too. */
#define ORIGINAL_TEAM_DAYS    400

#define H COLUMN_HASHED
#define K (COLUMN_KEY | COLUMN_HASHED)

#define LIST(X)                                        \
	X(player_lookup, TEXT, K)                      \
	X(universal_player_id, TEXT, H)                \
	X(game_id, TEXT, K)                            \
	X(game_date, DATE, K)                          \
	X(team_abbr, TEXT, H | COLUMN_REQUIRED)        \
	X(opponent_team_abbr, TEXT, H)                 \
	X(home_game, BOOLEAN, H)                       \
	X(season_phase, TEXT, H)                       \
	X(has_prop_line, BOOLEAN, H)                   \
	X(days_rest, INTEGER, H)                       \
	X(days_rest_before_last_game, INTEGER, H)      \
	X(days_since_2_plus_days_rest, INTEGER, H)     \
	X(games_in_last_7_days, INTEGER, H)            \
	X(games_in_last_14_days, INTEGER, H)           \
	X(minutes_in_last_7_days, INTEGER, H)          \
	X(minutes_in_last_14_days, INTEGER, H)         \
	X(avg_minutes_per_game_last_7, REAL, H)        \
	X(back_to_backs_last_14_days, INTEGER, H)      \
	X(back_to_back, BOOLEAN, H)                    \
	X(avg_usage_rate_last_7_games, REAL, H)        \
	X(fourth_quarter_minutes_last_7, INTEGER, H)   \
	X(clutch_minutes_last_7_games, INTEGER, H)     \
	X(points_avg_last_5, REAL, H)                  \
	X(points_avg_last_10, REAL, H)                 \
	X(prop_over_streak, INTEGER, H)                \
	X(prop_under_streak, INTEGER, H)               \
	X(star_teammates_out, INTEGER, H)              \
	X(opponent_def_rating_last_10, REAL, H)        \
	X(shooting_pct_decline_last_5, REAL, H)        \
	X(fourth_quarter_production_last_7, REAL, H)   \
	X(current_points_line, REAL, H)                \
	X(opening_points_line, REAL, H)                \
	X(line_movement, REAL, H)                      \
	X(current_points_line_source, TEXT, H)         \
	X(opening_points_line_source, TEXT, H)         \
	X(game_spread, REAL, H)                        \
	X(opening_spread, REAL, H)                     \
	X(spread_movement, REAL, H)                    \
	X(game_spread_source, TEXT, H)                 \
	X(game_total, REAL, H)                         \
	X(opening_total, REAL, H)                      \
	X(total_movement, REAL, H)                     \
	X(game_total_source, TEXT, H)                  \
	X(spread_public_betting_pct, REAL, H)          \
	X(total_public_betting_pct, REAL, H)           \
	X(pace_differential, REAL, H)                  \
	X(opponent_pace_last_10, REAL, H)              \
	X(game_start_time_local, TEXT, H)              \
	X(opponent_ft_rate_allowed, REAL, H)           \
	X(projected_usage_rate, REAL, H)               \
	X(travel_miles, INTEGER, H)                    \
	X(time_zone_changes, INTEGER, H)               \
	X(consecutive_road_games, INTEGER, H)          \
	X(miles_traveled_last_14_days, INTEGER, H)     \
	X(time_zones_crossed_last_14_days, INTEGER, H) \
	X(player_age, INTEGER, H)                      \
	X(next_opponent_win_pct, REAL, H)              \
	X(player_status, TEXT, H)                      \
	X(injury_report, TEXT, H)                      \
	X(questionable_teammates, INTEGER, H)          \
	X(probable_teammates, INTEGER, H)              \
	X(next_game_days_rest, INTEGER, H)             \
	X(games_in_next_7_days, INTEGER, H)            \
	X(opponent_days_rest, INTEGER, H)              \
	X(opponent_games_in_next_7_days, INTEGER, H)   \
	X(opponent_next_game_days_rest, INTEGER, H)    \
	X(next_game_is_primetime, BOOLEAN, H)          \
	X(manual_override_required, BOOLEAN, H)        \
	X(processing_decision_reason, TEXT, H)         \
	X(context_version, INTEGER, H)                 \
	X(expected_games_count, INTEGER, H)            \
	X(actual_games_count, INTEGER, H)              \
	X(missing_games_count, INTEGER, H)             \
	X(completeness_percentage, REAL, H)            \
	X(l5_completeness_pct, REAL, H)                \
	X(l5_is_complete, BOOLEAN, H)                  \
	X(l10_completeness_pct, REAL, H)               \
	X(l10_is_complete, BOOLEAN, H)                 \
	X(l7d_completeness_pct, REAL, H)               \
	X(l7d_is_complete, BOOLEAN, H)                 \
	X(l14d_completeness_pct, REAL, H)              \
	X(l14d_is_complete, BOOLEAN, H)                \
	X(l30d_completeness_pct, REAL, H)              \
	X(l30d_is_complete, BOOLEAN, H)                \
	X(all_windows_complete, BOOLEAN, H)            \
	X(is_production_ready, BOOLEAN, H)             \
	X(season_boundary_detected, BOOLEAN, H)        \
	X(backfill_bootstrap_mode, BOOLEAN, H)         \
	X(reprocess_attempt_count, INTEGER, 0)         \
	X(circuit_breaker_active, BOOLEAN, 0)          \
	X(quality_tier, TEXT, 0)                       \
	X(quality_score, REAL, 0)                      \
	X(quality_issues, LIST, 0)                     \
	X(processed_with_issues, BOOLEAN, 0)           \
	X(data_sources, LIST, 0)                       \
	X(data_hash, TEXT, 0)                          \
	X(processed_at, TIMESTAMP, COLUMN_STAMP)

enum { LIST(COLUMN_INDEX) };
static const struct column columns[] = {LIST(COLUMN_ROW)};
static const struct table_layout layout = {"nba_analytics", "upcoming_player_game_context",
	"game_date", columns, ARRAY_COUNT(columns), HASH_JSON};

enum { L5, L10, L7D, L14D, L30D, WINDOWS };
static const struct {
	struct window window;
	size_t pct, complete;
} windows[WINDOWS] = {
	[L5] = {{WINDOW_GAMES, 5}, COL_l5_completeness_pct, COL_l5_is_complete},
	[L10] = {{WINDOW_GAMES, 10}, COL_l10_completeness_pct, COL_l10_is_complete},
	[L7D] = {{WINDOW_DAYS, 7}, COL_l7d_completeness_pct, COL_l7d_is_complete},
	[L14D] = {{WINDOW_DAYS, 14}, COL_l14d_completeness_pct, COL_l14d_is_complete},
	[L30D] = {{WINDOW_DAYS, 30}, COL_l30d_completeness_pct, COL_l30d_is_complete},
};

struct state {
	struct history *history;
	struct roster *roster;
	struct absences *absences;
	struct game_lines *lines;
	struct reports *reports;
	struct breaker *breaker;
};

static void release(void *context)
{
	struct state *state = context;
	if (state == NULL)
		return;
	history_free(state->history);
	roster_free(state->roster);
	absences_free(state->absences);
	game_lines_free(state->lines);
	reports_free(state->reports);
	breaker_free(state->breaker);
	free(state);
}

static bool load(const struct batch *batch, void **loaded, struct error *err)
{
	struct state *state = memory_new(sizeof(*state));
	int days = batch->rules->season_windows ? ORIGINAL_HORIZON_DAYS : ORIGINAL_TEAM_DAYS;
	struct date_range past = {batch_reach(batch, days), batch_last(batch)};
	struct date_range dates = {batch->dates[0], batch_last(batch)};
	if (history_load(batch, past, &state->history, err) &&
		roster_load(batch, dates, &state->roster, err) &&
		absences_load(batch, past, &state->absences, err) &&
		game_lines_load(batch, dates, &state->lines, err) &&
		reports_load(batch, dates, &state->reports, err) &&
		breaker_load(batch, layout.name, &state->breaker, err)) {
		*loaded = state;
		return true;
	}
	release(state);
	return false;
}

/* One roster row on its way to a table row. */
struct entry {
	const struct batch *batch;
	const struct state *state;
	const struct roster_row *row;
	const struct team_game *game;
	date_t date;
	struct form form;
	struct completeness complete[WINDOWS];
	bool all_complete, all_ready;
	double pct_mean;
};

static void find_completeness(struct entry *entry)
{
	const struct absences *absences =
		entry->batch->rules->completeness_leaves_out_dnp ? entry->state->absences : NULL;
	entry->all_complete = entry->all_ready = true;
	entry->pct_mean = 0;
	for (int i = 0; i < WINDOWS; i++) {
		entry->complete[i] = completeness_of_player(entry->batch, entry->state->history,
			absences, entry->row->lookup, entry->date, windows[i].window);
		entry->all_complete = entry->all_complete && entry->complete[i].complete;
		entry->all_ready = entry->all_ready && entry->complete[i].ready;
		entry->pct_mean += entry->complete[i].pct / WINDOWS;
	}
}

static const struct team_game *find_game(
	const struct history *history, const struct roster_row *row)
{
	struct span span = team_games_between(history, row->team, row->date, row->date + 1);
	for (size_t i = span.first; i < span.end; i++)
		if (history->team_games[i].game_id == row->game_id)
			return &history->team_games[i];
	return NULL;
}

static void set_identity(struct rows *rows, const struct entry *entry)
{
	const struct team_game *game = entry->game;
	char text[128];
	int year, month, day;
	date_split(entry->date, &year, &month, &day);
	rows_set_text(rows, COL_player_lookup, entry->row->lookup);
	snprintf(text, sizeof(text), "%s_001", entry->row->lookup);
	rows_set_text(rows, COL_universal_player_id, entry->row->player_id < 0 ? NULL : text);
	snprintf(text, sizeof(text), "%04d%02d%02d_%s_%s", year, month, day,
		game->home ? game->opponent : game->team, game->home ? game->team : game->opponent);
	rows_set_text(rows, COL_game_id, text);
	rows_set_date(rows, COL_game_date, entry->date);
	rows_set_text(rows, COL_team_abbr, entry->row->team);
	rows_set_text(rows, COL_opponent_team_abbr, game->opponent);
	rows_set_boolean(rows, COL_home_game, game->home);
	rows_set_text(rows, COL_season_phase, season_phase_of(entry->date));
}

static void set_optional(struct rows *rows, size_t column, int value)
{
	if (value >= 0)
		rows_set_integer(rows, column, value);
}

static void set_fatigue(struct rows *rows, const struct entry *entry)
{
	const struct form *form = &entry->form;
	set_optional(rows, COL_days_rest, form->days_rest);
	set_optional(rows, COL_days_rest_before_last_game, form->days_rest_before_last);
	set_optional(rows, COL_days_since_2_plus_days_rest, form->days_since_rest);
	rows_set_integer(rows, COL_games_in_last_7_days, form->games_7);
	rows_set_integer(rows, COL_games_in_last_14_days, form->games_14);
	rows_set_integer(rows, COL_minutes_in_last_7_days, form->minutes_7);
	rows_set_integer(rows, COL_minutes_in_last_14_days, form->minutes_14);
	rows_set_real(rows, COL_avg_minutes_per_game_last_7, form->avg_minutes_7);
	rows_set_integer(rows, COL_back_to_backs_last_14_days, form->back_to_backs_14);
	rows_set_boolean(rows, COL_back_to_back,
		entry->batch->rules->back_to_back_is_rest_one && form->days_rest == 1);
	rows_set_real(rows, COL_points_avg_last_5, form->points_5);
	rows_set_real(rows, COL_points_avg_last_10, form->points_10);
	rows_set_integer(rows, COL_prop_over_streak, 0);
	rows_set_integer(rows, COL_prop_under_streak, 0);
}

/* What the original leaves NULL (decisions 5, 10, 11; phase 4, 3.6). */
static void set_extras(struct rows *rows, const struct entry *entry)
{
	const struct history *history = entry->state->history;
	const struct team_game *game = entry->game;
	date_t since = window_start(entry->batch, entry->date, ORIGINAL_HORIZON_DAYS);
	double own = team_pace_last_10(history, game->team, since, entry->date);
	double other = team_pace_last_10(history, game->opponent, since, entry->date);
	rows_set_real(rows, COL_avg_usage_rate_last_7_games, entry->form.usage_7);
	rows_set_real(rows, COL_pace_differential, round_python(own - other, 2));
	rows_set_real(rows, COL_opponent_pace_last_10, round_python(other, 2));
	struct span span = team_games_between(history, game->opponent, since, entry->date);
	if (span.end > span.first)
		rows_set_integer(rows, COL_opponent_days_rest,
			entry->date - history->team_games[span.end - 1].date);
	const struct report *report =
		reports_find(entry->state->reports, entry->date, entry->row->lookup);
	if (report != NULL) {
		rows_set_text(rows, COL_player_status, report->status);
		rows_set_text(rows, COL_injury_report, report->reason);
	}
	if (reports_any(entry->state->reports, entry->date))
		rows_set_integer(rows, COL_star_teammates_out, entry->row->stars_out);
}

static void set_constants(struct rows *rows, const struct entry *entry)
{
	static const size_t zeros[] = {COL_next_game_days_rest, COL_games_in_next_7_days,
		COL_opponent_days_rest, COL_opponent_games_in_next_7_days,
		COL_opponent_next_game_days_rest, COL_reprocess_attempt_count};
	struct text_list sources = {0};
	char stamp[40];
	for (size_t i = 0; i < ARRAY_COUNT(zeros); i++)
		rows_set_integer(rows, zeros[i], 0);
	if (entry->batch->rules->all_columns)
		rows_set_null(rows, COL_opponent_days_rest); /* NULL on the opponent's first game */
	rows_set_boolean(rows, COL_has_prop_line, false);
	rows_set_boolean(rows, COL_next_game_is_primetime, false);
	rows_set_boolean(rows, COL_manual_override_required, false);
	rows_set_boolean(rows, COL_circuit_breaker_active, false);
	rows_set_text(rows, COL_processing_decision_reason, "processed_successfully");
	rows_set_integer(rows, COL_context_version, 1);
	list_add(&sources, "bdl_player_boxscores");
	rows_set_list(rows, COL_data_sources, &sources);
	rows_set_boolean(rows, COL_season_boundary_detected, is_season_boundary(entry->date));
	rows_set_boolean(rows, COL_backfill_bootstrap_mode, is_october_bootstrap(entry->date));
	batch_stamp(entry->batch, stamp);
	rows_set_text(rows, COL_processed_at, stamp);
}

/* The side that is favoured: the spread at most 0 (decision 12). */
static double favourite(double spread)
{
	return isnan(spread) ? NAN : -fabs(spread);
}

static void set_lines(struct rows *rows, const struct entry *entry)
{
	const struct game_line *line = game_lines_find(entry->state->lines, entry->row->game_id);
	if (!entry->batch->rules->favourite_side_spread || line == NULL)
		return;
	double spread = favourite(line->home_spread);
	double opening = favourite(line->home_spread_open);
	rows_set_real(rows, COL_game_spread, spread);
	rows_set_real(rows, COL_opening_spread, opening);
	rows_set_real(rows, COL_spread_movement, round_python(spread - opening, 1));
	rows_set_text(rows, COL_game_spread_source, isnan(spread) ? NULL : line->source);
	rows_set_real(rows, COL_game_total, line->total);
	rows_set_real(rows, COL_opening_total, line->total_open);
	rows_set_real(rows, COL_total_movement, round_python(line->total - line->total_open, 1));
	rows_set_text(rows, COL_game_total_source, isnan(line->total) ? NULL : line->source);
}

/* A percentage of nothing expected is the whole number 0 in the original's hash (phase 3, 2.6). */
static void set_pct(struct rows *rows, size_t column, const struct completeness *complete)
{
	if (complete->expected == 0 && complete->pct == 0)
		rows_set_integer(rows, column, 0);
	else
		rows_set_real(rows, column, complete->pct);
}

static void set_completeness(struct rows *rows, const struct entry *entry)
{
	const struct completeness *month = &entry->complete[L30D];
	for (int i = 0; i < WINDOWS; i++) {
		set_pct(rows, windows[i].pct, &entry->complete[i]);
		rows_set_boolean(rows, windows[i].complete, entry->complete[i].complete);
	}
	rows_set_integer(rows, COL_expected_games_count, month->expected);
	rows_set_integer(rows, COL_actual_games_count, month->actual);
	rows_set_integer(rows, COL_missing_games_count, month->missing);
	set_pct(rows, COL_completeness_percentage, month);
	rows_set_boolean(rows, COL_all_windows_complete, entry->all_complete);
	rows_set_boolean(rows, COL_is_production_ready,
		is_season_boundary(entry->date) || is_october_bootstrap(entry->date) ||
			entry->all_ready);
}

static void set_quality(struct rows *rows, const struct entry *entry)
{
	int games = entry->form.game_count;
	struct text_list issues = {0};
	size_t last = rows->count - 1;
	rows_set_text(rows, COL_quality_tier,
		games >= 10  ? "gold"
		: games >= 5 ? "silver"
			     : "bronze");
	rows_set_real(rows, COL_quality_score, games >= 10 ? 95 : games >= 5 ? 75 : 50);
	if (rows_value(rows, last, COL_game_spread)->kind == VALUE_NULL)
		list_add(&issues, "missing_game_spread");
	if (rows_value(rows, last, COL_game_total)->kind == VALUE_NULL)
		list_add(&issues, "missing_game_total");
	if (games < 3)
		list_add(&issues, "thin_sample:%d/3", games);
	rows_set_boolean(rows, COL_processed_with_issues, issues.text.length > 0);
	rows_set_list(rows, COL_quality_issues, &issues);
}

static void write_row(struct rows *rows, const struct entry *entry)
{
	rows_add(rows);
	set_identity(rows, entry);
	set_constants(rows, entry);
	set_fatigue(rows, entry);
	if (entry->batch->rules->all_columns)
		set_extras(rows, entry);
	set_lines(rows, entry);
	set_completeness(rows, entry);
	set_quality(rows, entry);
}

/* Original: an incomplete player is not written but in October, November and April (2.4, 6b). */
static bool is_skipped(struct entry *entry, struct day_output *output)
{
	const char *lookup = entry->row->lookup;
	if (breaker_skips(entry->state->breaker, entry->batch, lookup, entry->date, output))
		return true;
	if (!entry->batch->rules->skip_incomplete_players || entry->all_ready ||
		is_october_bootstrap(entry->date) || is_season_boundary(entry->date))
		return false;
	breaker_count(entry->state->breaker, entry->batch, lookup, entry->date, entry->pct_mean,
		"INCOMPLETE_DATA_SKIPPED", output);
	day_output_fail(output, lookup, "INCOMPLETE_DATA_SKIPPED", true,
		"Multi-window completeness %.1f%%", entry->pct_mean);
	return true;
}

static void compute_row(const struct state *state, const struct batch *batch,
	const struct roster_row *row, struct day_output *output)
{
	struct entry entry = {.batch = batch, .state = state, .row = row, .date = row->date};
	entry.game = find_game(state->history, row);
	if (entry.game == NULL) {
		day_output_fail(output, row->lookup, "CALCULATION_ERROR", true,
			"game %s of %s is not in the schedule", row->game_id, row->team);
		return;
	}
	find_completeness(&entry);
	if (is_skipped(&entry, output))
		return;
	entry.form = form_of_player(batch, state->history, row->lookup, row->date);
	write_row(&output->rows, &entry);
}

static bool compute(void *context, const struct batch *batch, date_t date,
	struct day_output *output, struct error *err)
{
	const struct state *state = context;
	struct span span = roster_of_date(state->roster, date);
	if (batch->rules->all_columns)
		roster_count_stars_out(state->roster, batch, state->history, state->reports, date);
	for (size_t i = span.first; i < span.end; i++) {
		compute_row(state, batch, roster_row(state->roster, i), output);
		tell_progress(batch, "player", i - span.first + 1, span.end - span.first);
	}
	if (batch->rules->phase3_hash)
		rows_fill_hashes(&output->rows);
	return !is_cancelled(batch, err);
}

const struct processor upcoming_player_game_context = {&layout, "player", load, compute, release};
