/* player_shot_zone_analysis: a player's last ten games by zone (phase 4, section 5). */
#include "breaker.h"
#include "completeness.h"
#include "history.h"
#include "meta.h"
#include "readiness.h"
#include "shot_profile.h"
#include "summary_log.h"
#include "support.h"
#include "tables.h"

#include <stdlib.h>

#define ORIGINAL_REACH 400 /* October 1, and the team of last season */
#define GATE_DAYS      20

#define H COLUMN_HASHED
#define K (COLUMN_KEY | COLUMN_HASHED)

#define LIST(X)                                 \
	X(player_lookup, TEXT, K)               \
	X(universal_player_id, TEXT, H)         \
	X(analysis_date, DATE, K)               \
	X(paint_rate_last_10, REAL, H)          \
	X(mid_range_rate_last_10, REAL, H)      \
	X(three_pt_rate_last_10, REAL, H)       \
	X(paint_pct_last_10, REAL, H)           \
	X(mid_range_pct_last_10, REAL, H)       \
	X(three_pt_pct_last_10, REAL, H)        \
	X(paint_attempts_per_game, REAL, H)     \
	X(mid_range_attempts_per_game, REAL, H) \
	X(three_pt_attempts_per_game, REAL, H)  \
	X(total_shots_last_10, INTEGER, H)      \
	X(games_in_sample_10, INTEGER, H)       \
	X(games_in_sample_20, INTEGER, H)       \
	X(sample_quality_10, TEXT, H)           \
	X(sample_quality_20, TEXT, H)           \
	X(paint_rate_last_20, REAL, H)          \
	X(paint_pct_last_20, REAL, H)           \
	X(assisted_rate_last_10, REAL, H)       \
	X(unassisted_rate_last_10, REAL, H)     \
	X(player_position, TEXT, H)             \
	X(primary_scoring_zone, TEXT, H)        \
	X(data_quality_tier, TEXT, H)           \
	X(calculation_notes, TEXT, H)           \
	X(early_season_flag, BOOLEAN, 0)        \
	X(insufficient_data_reason, TEXT, 0)    \
	META_LIST(X)                            \
	X(data_hash, TEXT, 0)                   \
	X(created_at, TIMESTAMP, COLUMN_STAMP)  \
	X(processed_at, TIMESTAMP, COLUMN_STAMP)

enum { LIST(COLUMN_INDEX) };
static const struct column columns[] = {LIST(COLUMN_ROW)};
static const struct table_layout layout = {"nba_precompute", "player_shot_zone_analysis",
	"analysis_date", columns, ARRAY_COUNT(columns), HASH_PAIRS};

struct state {
	struct summary_log *log;
	struct history *history;
	struct absences *absences;
	struct breaker *breaker;
};

static void release(void *context)
{
	struct state *state = context;
	if (state == NULL)
		return;
	summary_log_free(state->log);
	history_free(state->history);
	absences_free(state->absences);
	breaker_free(state->breaker);
	free(state);
}

static bool load(const struct batch *batch, void **loaded, struct error *err)
{
	struct state *state = memory_new(sizeof(*state));
	int days = batch->rules->season_windows ? 0 : ORIGINAL_REACH;
	struct date_range past = {batch_reach(batch, days), batch_last(batch)};
	if (summary_log_load(batch, past, &state->log, err) &&
		history_load(batch, past, &state->history, err) &&
		absences_load(batch, past, &state->absences, err) &&
		breaker_load(batch, layout.name, &state->breaker, err)) {
		*loaded = state;
		return true;
	}
	release(state);
	return false;
}

/* The newest games that count, newest first; how many the season has in *count. */
static const struct summary_game *collect(const struct state *state, const struct batch *batch,
	const char *lookup, date_t date, struct shooting_game *games, size_t *count)
{
	bool original = batch->rules->through_the_date;
	date_t since = original ? season_floor_of(date) : window_start(batch, date, 0);
	struct span span = summaries_between(state->log, lookup, since, original ? date + 1 : date);
	const struct summary_game *newest = NULL;
	*count = 0;
	for (size_t i = span.end; i-- > span.first && *count < PROFILE_GAMES_LONG;) {
		const struct summary_game *game = &state->log->games[i];
		bool counts =
			original ? (game->has_minutes && game->minutes > 0) || game->fg_attempts > 0
				 : game->seconds > 0;
		if (!counts)
			continue;
		if (newest == NULL)
			newest = game;
		games[(*count)++] = game->shooting;
	}
	return newest;
}

static void set_profile(struct rows *rows, const struct shot_profile *profile)
{
	for (size_t zone = 0; zone < ZONE_COUNT; zone++) {
		rows_set_real(rows, COL_paint_rate_last_10 + zone, profile->rate[zone]);
		rows_set_real(rows, COL_paint_pct_last_10 + zone, profile->pct[zone]);
		rows_set_real(rows, COL_paint_attempts_per_game + zone, profile->attempts_pg[zone]);
	}
	if (profile->total_shots >= 0)
		rows_set_integer(rows, COL_total_shots_last_10, profile->total_shots);
	rows_set_integer(rows, COL_games_in_sample_10, profile->games_10);
	rows_set_integer(rows, COL_games_in_sample_20, profile->games_20);
	rows_set_text(
		rows, COL_sample_quality_10, sample_quality(profile->games_10, PROFILE_GAMES));
	rows_set_text(
		rows, COL_sample_quality_20, sample_quality(profile->games_20, PROFILE_GAMES_LONG));
	rows_set_real(rows, COL_paint_rate_last_20, profile->paint_rate_20);
	rows_set_real(rows, COL_paint_pct_last_20, profile->paint_pct_20);
	rows_set_real(rows, COL_assisted_rate_last_10, profile->assisted_rate);
	rows_set_real(rows, COL_unassisted_rate_last_10, profile->unassisted_rate);
	rows_set_text(rows, COL_primary_scoring_zone, profile->primary);
	rows_set_text(rows, COL_data_quality_tier,
		profile->games_10 >= PROFILE_GAMES ? "high"
		: profile->games_10 >= 7	   ? "medium"
						   : "low");
}

static void write_row(const struct batch *batch, date_t date, const struct summary_game *newest,
	const struct shot_profile *profile, struct meta *meta, struct rows *rows)
{
	char stamp[40];
	batch_stamp(batch, stamp);
	rows_add(rows);
	rows_set_text(rows, COL_player_lookup, newest->lookup);
	rows_set_text(rows, COL_universal_player_id, newest->universal_id);
	rows_set_date(rows, COL_analysis_date, date);
	set_profile(rows, profile);
	rows_set_boolean(rows, COL_early_season_flag,
		batch->rules->season_windows && profile->games_10 < PROFILE_GAMES);
	rows_set_meta(rows, COL_expected_games_count, meta);
	rows_set_text(rows, COL_created_at, stamp);
	rows_set_text(rows, COL_processed_at, stamp);
}

/* Phase 4, 5.3: breaker and readiness only outside October and the boundary months. */
static bool is_incomplete(const struct state *state, const struct batch *batch, const char *lookup,
	const struct meta *meta, struct day_output *output)
{
	if (meta->bootstrap || is_season_boundary(meta->date))
		return false;
	if (breaker_skips(state->breaker, batch, lookup, meta->date, output))
		return true;
	if (!batch->rules->skip_not_ready || meta->completeness.ready)
		return false;
	batch_log(batch, 'W',
		"%s: Completeness %.1f%% (%d/%d games) - below 90%% threshold, skipping", lookup,
		meta->completeness.pct, meta->completeness.actual, meta->completeness.expected);
	breaker_count(state->breaker, batch, lookup, meta->date, meta->completeness.pct,
		"incomplete_upstream_data", output);
	day_output_fail(output, lookup, "INCOMPLETE_DATA", true,
		"Incomplete data: %.1f%% (%d/%d games)", meta->completeness.pct,
		meta->completeness.actual, meta->completeness.expected);
	return true;
}

static void compute_player(const struct state *state, const struct batch *batch, const char *lookup,
	date_t date, struct day_output *output)
{
	struct shooting_game games[PROFILE_GAMES_LONG];
	size_t count;
	int minimum = batch->rules->min_sample_player_zone;
	const struct summary_game *newest = collect(state, batch, lookup, date, games, &count);
	if (newest == NULL)
		return;
	struct meta meta = {.date = date, .bootstrap = is_october_bootstrap(date)};
	meta.completeness = completeness_of_player(batch, state->history,
		batch->rules->completeness_leaves_out_dnp ? state->absences : NULL, lookup, date,
		(struct window){WINDOW_GAMES, PROFILE_GAMES});
	meta.ready = meta.completeness.ready;
	meta.attempts = breaker_state(state->breaker, lookup, date, batch->now_ms).attempts;
	if (is_incomplete(state, batch, lookup, &meta, output))
		return;
	if ((int)count < minimum) {
		day_output_fail(output, lookup, "INSUFFICIENT_DATA", true,
			"Only %zu games, need %d", count, minimum);
		return;
	}
	struct shot_profile profile = shot_profile_of(batch->rules, games, count);
	write_row(batch, date, newest, &profile, &meta, &output->rows);
}

/* Phase 4, 5.2: at least one row in the last 20 days. */
static bool passes_gate(
	const struct state *state, const struct batch *batch, date_t date, struct error *err)
{
	struct gate gate = {player_game_summary.layout, 0, 1};
	for (size_t i = 0; i < state->log->count; i++)
		gate.row_count += state->log->games[i].date >= date - GATE_DAYS &&
				  state->log->games[i].date <= date;
	return gates_pass(batch, &gate, 1, err);
}

static bool compute(void *context, const struct batch *batch, date_t date,
	struct day_output *output, struct error *err)
{
	const struct state *state = context;
	const struct summary_log *log = state->log;
	if (skips_opening_days(batch, date))
		return true;
	if (batch->rules->upstream_gates && !passes_gate(state, batch, date, err))
		return false;
	for (size_t i = 0; i < log->player_count; i++) {
		compute_player(state, batch, log->games[log->spans[i].first].lookup, date, output);
		tell_progress(batch, "player", i + 1, log->player_count);
	}
	batch_log(batch, 'I', "Calculated metrics for %zu players, %zu failures",
		output->rows.count, output->failure_count);
	rows_fill_hashes(&output->rows);
	return !is_cancelled(batch, err);
}

const struct processor player_shot_zone_analysis = {&layout, "player", load, compute, release};
