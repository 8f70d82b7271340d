/* player_daily_cache: what stays fixed on the day about every player of the context (phase 4,
 * section 6; native.md, 1 to 4, 6 to 9). */
#include "breaker.h"
#include "completeness.h"
#include "context_rows.h"
#include "day_frame.h"
#include "meta.h"
#include "offense_log.h"
#include "player_averages.h"
#include "readiness.h"
#include "support.h"
#include "tables.h"

#include <stdio.h>
#include <stdlib.h>

#define ORIGINAL_REACH	 400 /* days; a season, and the team of the season before */
#define TEAM_GAMES	 10
#define EARLY_GAMES	 10 /* fewer: early_season_flag */
#define ISSUE_TEXT_BYTES 64

#define H COLUMN_HASHED
#define K (COLUMN_KEY | COLUMN_HASHED)

#define LIST(X)                                      \
	X(player_lookup, TEXT, K)                    \
	X(universal_player_id, TEXT, H)              \
	X(cache_date, DATE, K)                       \
	X(points_avg_last_5, REAL, H)                \
	X(points_avg_last_10, REAL, H)               \
	X(points_avg_season, REAL, H)                \
	X(points_std_last_10, REAL, H)               \
	X(minutes_avg_last_10, REAL, H)              \
	X(usage_rate_last_10, REAL, H)               \
	X(ts_pct_last_10, REAL, H)                   \
	X(games_played_season, INTEGER, H)           \
	X(player_usage_rate_season, REAL, H)         \
	X(team_pace_last_10, REAL, H)                \
	X(team_off_rating_last_10, REAL, H)          \
	X(games_in_last_7_days, INTEGER, H)          \
	X(games_in_last_14_days, INTEGER, H)         \
	X(minutes_in_last_7_days, INTEGER, H)        \
	X(minutes_in_last_14_days, INTEGER, H)       \
	X(back_to_backs_last_14_days, INTEGER, H)    \
	X(avg_minutes_per_game_last_7, REAL, H)      \
	X(fourth_quarter_minutes_last_7, INTEGER, H) \
	X(player_age, INTEGER, H)                    \
	X(primary_scoring_zone, TEXT, H)             \
	X(paint_rate_last_10, REAL, H)               \
	X(three_pt_rate_last_10, REAL, H)            \
	X(assisted_rate_last_10, REAL, H) /* 0..1 */ \
	X(cache_quality_score, REAL, H)              \
	X(cache_version, TEXT, H)                    \
	X(quality_tier, TEXT, 0)                     \
	X(early_season_flag, BOOLEAN, 0)             \
	X(insufficient_data_reason, TEXT, 0)         \
	META_LIST(X)                                 \
	X(l5_completeness_pct, REAL, 0)              \
	X(l5_is_complete, BOOLEAN, 0)                \
	X(l10_completeness_pct, REAL, 0)             \
	X(l10_is_complete, BOOLEAN, 0)               \
	X(l7d_completeness_pct, REAL, 0)             \
	X(l7d_is_complete, BOOLEAN, 0)               \
	X(l14d_completeness_pct, REAL, 0)            \
	X(l14d_is_complete, BOOLEAN, 0)              \
	X(all_windows_complete, BOOLEAN, 0)          \
	X(data_hash, TEXT, 0)                        \
	X(created_at, TIMESTAMP, COLUMN_STAMP)       \
	X(processed_at, TIMESTAMP, COLUMN_STAMP)

enum { LIST(COLUMN_INDEX) };
static const struct column columns[] = {LIST(COLUMN_ROW)};
static const struct table_layout layout = {"nba_precompute", "player_daily_cache", "cache_date",
	columns, ARRAY_COUNT(columns), HASH_PAIRS};

enum { L5, L10, L7D, L14D, WINDOWS };
static const struct {
	struct window window;
	size_t pct, complete;
} windows[WINDOWS] = {
	[L5] = {{WINDOW_GAMES, 5}, COL_l5_completeness_pct, COL_l5_is_complete},
	[L10] = {{WINDOW_GAMES, 10}, COL_l10_completeness_pct, COL_l10_is_complete},
	[L7D] = {{WINDOW_DAYS, 7}, COL_l7d_completeness_pct, COL_l7d_is_complete},
	[L14D] = {{WINDOW_DAYS, 14}, COL_l14d_completeness_pct, COL_l14d_is_complete},
};

/* Columns of the context, and where they are copied to. */
static const char *const context_names[] = {CONTEXT_KEY, "universal_player_id",
	"games_in_last_7_days", "games_in_last_14_days", "minutes_in_last_7_days",
	"minutes_in_last_14_days", "back_to_backs_last_14_days", "avg_minutes_per_game_last_7",
	"fourth_quarter_minutes_last_7", "player_age"};
static const size_t context_targets[] = {COL_universal_player_id, COL_games_in_last_7_days,
	COL_games_in_last_14_days, COL_minutes_in_last_7_days, COL_minutes_in_last_14_days,
	COL_back_to_backs_last_14_days, COL_avg_minutes_per_game_last_7,
	COL_fourth_quarter_minutes_last_7, COL_player_age};

static const char *const zone_names[] = {"analysis_date", "player_lookup", "primary_scoring_zone",
	"paint_rate_last_10", "three_pt_rate_last_10"};
enum { ZONE_ROW_COPIED = 2 };
static const size_t zone_targets[] = {
	COL_primary_scoring_zone, COL_paint_rate_last_10, COL_three_pt_rate_last_10};

struct state {
	struct context_rows *context;
	struct frame zones;
	struct summary_log *log;
	struct offense_log *offense;
	struct history *history;
	struct absences *absences;
	struct breaker *breaker;
};

static void release(void *context)
{
	struct state *state = context;
	if (state == NULL)
		return;
	context_rows_free(state->context);
	frame_release(&state->zones);
	summary_log_free(state->log);
	offense_log_free(state->offense);
	history_free(state->history);
	absences_free(state->absences);
	breaker_free(state->breaker);
	free(state);
}

static bool load(const struct batch *batch, void **loaded, struct error *err)
{
	struct state *state = memory_new(sizeof(*state));
	struct date_range dates = {batch->dates[0], batch_last(batch)};
	int days = batch->rules->season_windows ? 0 : ORIGINAL_REACH;
	struct date_range past = {batch_reach(batch, days), batch_last(batch)};
	struct day_columns zones = {player_shot_zone_analysis.layout, ALL_OF(zone_names)};
	if (context_rows_load(batch, context_names, ARRAY_COUNT(context_names), dates,
		    &state->context, err) &&
		day_frame_load(batch, &zones, &state->zones, err) &&
		summary_log_load(batch, past, &state->log, err) &&
		offense_log_load(batch, past, &state->offense, err) &&
		history_load(batch, past, &state->history, err) &&
		absences_load(batch, past, &state->absences, err) &&
		breaker_load(batch, layout.name, &state->breaker, err)) {
		*loaded = state;
		return true;
	}
	release(state);
	return false;
}

/* One row of the context on its way to a row of the table. */
struct entry {
	const struct batch *batch;
	const struct state *state;
	date_t date;
	size_t context_row, zone_row; /* of the two frames */
	bool has_zone_row;
	const char *lookup, *team;
	const struct summary_game *games[SEASON_GAMES_MAX]; /* newest first */
	size_t game_count;
	struct completeness complete[WINDOWS];
	bool all_ready;
};

static bool counts(const struct rules *rules, const struct summary_game *game, date_t date)
{
	if (rules->played_rows_only)
		return game->seconds > 0;
	return game->season_year == season_year_of(date) &&
	       ((game->has_minutes && game->minutes > 0) || game->points > 0);
}

static date_t end_of_window(const struct entry *entry)
{
	return entry->batch->rules->through_the_date ? entry->date + 1 : entry->date;
}

static void collect_games(struct entry *entry)
{
	const struct summary_log *log = entry->state->log;
	date_t since = window_start(entry->batch, entry->date, ORIGINAL_REACH);
	struct span span = summaries_between(log, entry->lookup, since, end_of_window(entry));
	for (size_t i = span.end; i-- > span.first && entry->game_count < SEASON_GAMES_MAX;)
		if (counts(entry->batch->rules, &log->games[i], entry->date))
			entry->games[entry->game_count++] = &log->games[i];
}

static void find_completeness(struct entry *entry)
{
	const struct absences *absences =
		entry->batch->rules->completeness_leaves_out_dnp ? entry->state->absences : NULL;
	entry->all_ready = true;
	for (int i = 0; i < WINDOWS; i++) {
		entry->complete[i] = completeness_of_player(entry->batch, entry->state->history,
			absences, entry->lookup, entry->date, windows[i].window);
		entry->all_ready = entry->all_ready && entry->complete[i].ready;
	}
}

static void set_averages(struct rows *rows, const struct entry *entry)
{
	struct player_averages averages =
		player_averages_of(entry->batch->rules, entry->games, entry->game_count);
	rows_set_real(rows, COL_points_avg_last_5, averages.points_5);
	rows_set_real(rows, COL_points_avg_last_10, averages.points_10);
	rows_set_real(rows, COL_points_avg_season, averages.points_season);
	rows_set_real(rows, COL_points_std_last_10, averages.points_deviation_10);
	rows_set_real(rows, COL_minutes_avg_last_10, averages.minutes_10);
	rows_set_real(rows, COL_usage_rate_last_10, averages.usage_10);
	rows_set_real(rows, COL_ts_pct_last_10, averages.ts_10);
	rows_set_integer(rows, COL_games_played_season, (int64_t)entry->game_count);
	rows_set_real(rows, COL_player_usage_rate_season, averages.usage_season);
	rows_set_real(rows, COL_assisted_rate_last_10, averages.assisted_10);
}

static void set_team(struct rows *rows, const struct entry *entry)
{
	const struct offense_log *offense = entry->state->offense;
	date_t since = window_start(entry->batch, entry->date, ORIGINAL_REACH);
	struct span span = offense_between(offense, entry->team, since, end_of_window(entry));
	if (span.end - span.first > TEAM_GAMES)
		span.first = span.end - TEAM_GAMES;
	struct offense_form form = offense_form_of(offense, span);
	rows_set_real(rows, COL_team_pace_last_10, form.pace);
	rows_set_real(rows, COL_team_off_rating_last_10, form.rating);
}

static void copy_cells(struct rows *rows, const struct entry *entry)
{
	const struct state *state = entry->state;
	for (size_t i = 0; i < ARRAY_COUNT(context_targets); i++)
		rows_copy_cell(rows, context_targets[i], &state->context->frame,
			CONTEXT_KEY_COUNT + i, entry->context_row);
	if (!entry->has_zone_row)
		return;
	for (size_t i = 0; i < ARRAY_COUNT(zone_targets); i++)
		rows_copy_cell(
			rows, zone_targets[i], &state->zones, ZONE_ROW_COPIED + i, entry->zone_row);
}

static void set_quality(struct rows *rows, const struct entry *entry)
{
	struct meta meta = {.completeness = entry->complete[L5],
		.ready = entry->all_ready,
		.bootstrap = is_october_bootstrap(entry->date),
		.date = entry->date,
		.attempts = breaker_state(
			entry->state->breaker, entry->lookup, entry->date, entry->batch->now_ms)
				    .attempts};
	rows_set_meta(rows, COL_expected_games_count, &meta);
	for (int i = 0; i < WINDOWS; i++) {
		rows_set_real(rows, windows[i].pct, entry->complete[i].pct);
		rows_set_boolean(rows, windows[i].complete, entry->complete[i].ready);
	}
	rows_set_boolean(rows, COL_all_windows_complete, entry->all_ready);
	rows_set_real(rows, COL_cache_quality_score, entry->complete[L5].pct);
	rows_set_text(rows, COL_quality_tier, tier_of_score(entry->complete[L5].pct));
	rows_set_boolean(rows, COL_early_season_flag, entry->game_count < EARLY_GAMES);
	if (entry->game_count >= EARLY_GAMES)
		return;
	char reason[ISSUE_TEXT_BYTES];
	snprintf(reason, sizeof(reason), "Only %zu games played, need %d minimum",
		entry->game_count, EARLY_GAMES);
	rows_set_text(rows, COL_insufficient_data_reason, reason);
}

static void write_row(struct rows *rows, const struct entry *entry)
{
	char stamp[40];
	batch_stamp(entry->batch, stamp);
	rows_add(rows);
	rows_set_text(rows, COL_player_lookup, entry->lookup);
	rows_set_date(rows, COL_cache_date, entry->date);
	set_averages(rows, entry);
	set_team(rows, entry);
	copy_cells(rows, entry);
	set_quality(rows, entry);
	rows_set_text(rows, COL_cache_version, "v1");
	rows_set_text(rows, COL_created_at, stamp);
	rows_set_text(rows, COL_processed_at, stamp);
}

/* Original: October, November and April let incomplete players through (6.3). */
static bool is_incomplete(const struct entry *entry, struct day_output *output)
{
	const struct completeness *complete = entry->complete;
	if (!entry->batch->rules->skip_not_ready || entry->all_ready ||
		is_october_bootstrap(entry->date) || is_season_boundary(entry->date))
		return false;
	batch_log(entry->batch, 'W',
		"%s: Not all windows complete - L5=%.1f%%, L10=%.1f%%, L7d=%.1f%%, L14d=%.1f%% - "
		"skipping",
		entry->lookup, complete[L5].pct, complete[L10].pct, complete[L7D].pct,
		complete[L14D].pct);
	breaker_count(entry->state->breaker, entry->batch, entry->lookup, entry->date,
		complete[L10].pct, "incomplete_upstream_data_multi_window", output);
	day_output_fail(
		output, entry->lookup, "INCOMPLETE_DATA", true, "Incomplete data across windows");
	return true;
}

static bool is_skipped(struct entry *entry, struct day_output *output)
{
	const struct rules *rules = entry->batch->rules;
	if (breaker_skips(
		    entry->state->breaker, entry->batch, entry->lookup, entry->date, output) ||
		is_incomplete(entry, output))
		return true;
	if ((int)entry->game_count < rules->min_sample_cache) {
		day_output_fail(output, entry->lookup, "INSUFFICIENT_DATA", true,
			"Only %zu games played, need %d minimum", entry->game_count,
			rules->min_sample_cache);
		return true;
	}
	if (!rules->shot_zone_required || entry->has_zone_row)
		return false;
	day_output_fail(output, entry->lookup, "MISSING_DEPENDENCY", true,
		"No shot zone analysis available");
	return true;
}

static void compute_player(const struct state *state, const struct batch *batch, date_t date,
	size_t context_row, struct day_output *output)
{
	const struct frame *context = &state->context->frame;
	struct entry entry = {.batch = batch,
		.state = state,
		.date = date,
		.context_row = context_row,
		.lookup = frame_text(context, CONTEXT_LOOKUP, context_row),
		.team = frame_text(context, CONTEXT_TEAM, context_row)};
	entry.has_zone_row = day_frame_find(&state->zones, date, entry.lookup, &entry.zone_row);
	collect_games(&entry);
	find_completeness(&entry);
	if (!is_skipped(&entry, output))
		write_row(&output->rows, &entry);
}

static size_t count_summaries(const struct summary_log *log, date_t date)
{
	size_t count = 0;
	for (size_t i = 0; i < log->count; i++)
		count += log->games[i].date <= date;
	return count;
}

static size_t count_offense(const struct offense_log *log, date_t date)
{
	size_t count = 0;
	for (size_t i = 0; i < log->count; i++)
		count += log->games[i].date <= date;
	return count;
}

/* Phase 4, 6.1. */
static bool passes_gates(
	const struct state *state, const struct batch *batch, date_t date, struct error *err)
{
	struct span players = context_rows_of_date(state->context, date);
	const struct gate gates[] = {
		{player_game_summary.layout, count_summaries(state->log, date), 1000},
		{team_offense_game_summary.layout, count_offense(state->offense, date), 300},
		{upcoming_player_game_context.layout, players.end - players.first, 30},
		{player_shot_zone_analysis.layout, day_frame_count(&state->zones, date), 30},
	};
	return gates_pass(batch, gates, ARRAY_COUNT(gates), err);
}

static bool compute(void *context, const struct batch *batch, date_t date,
	struct day_output *output, struct error *err)
{
	const struct state *state = context;
	struct span span = context_rows_of_date(state->context, date);
	size_t total = span.end - span.first;
	if (skips_opening_days(batch, date))
		return true;
	if (batch->rules->upstream_gates && !passes_gates(state, batch, date, err))
		return false;
	batch_log(batch, 'I', "Processing cache for %zu players", total);
	for (size_t i = span.first; i < span.end; i++) {
		compute_player(state, batch, date, state->context->rows[i], output);
		tell_progress(batch, "player", i - span.first + 1, total);
	}
	batch_log(batch, 'I', "Cache calculation complete: %zu successful, %zu failed",
		output->rows.count, output->failure_count);
	rows_fill_hashes(&output->rows);
	return !is_cancelled(batch, err);
}

const struct processor player_daily_cache = {&layout, "player", load, compute, release};
