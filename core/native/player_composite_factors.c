/* player_composite_factors: four contextual adjustments per player and game, summed (phase 4,
 * section 7; native.md, 7 to 9, 11, 13, 14). */
#include "breaker.h"
#include "completeness.h"
#include "composite_context.h"
#include "composite_scores.h"
#include "day_frame.h"
#include "history.h"
#include "number.h"
#include "player_contexts.h"
#include "readiness.h"
#include "support.h"
#include "tables.h"

#include <math.h>
#include <stdlib.h>

#define ORIGINAL_REACH	   400 /* the team, and ten games of it, in earlier seasons too */
#define OWN_GAMES	   10
#define COMPLETENESS_TERMS 5

#define H COLUMN_HASHED
#define K (COLUMN_KEY | COLUMN_HASHED)

#define LIST(X)                                \
	X(player_lookup, TEXT, K)              \
	X(universal_player_id, TEXT, H)        \
	X(game_date, DATE, K)                  \
	X(game_id, TEXT, H | COLUMN_REQUIRED)  \
	X(analysis_date, DATE, H)              \
	X(fatigue_score, INTEGER, H)           \
	X(shot_zone_mismatch_score, REAL, H)   \
	X(pace_score, REAL, H)                 \
	X(usage_spike_score, REAL, H)          \
	X(referee_favorability_score, REAL, H) \
	X(look_ahead_pressure_score, REAL, H)  \
	X(travel_impact_score, REAL, H)        \
	X(opponent_strength_score, REAL, H)    \
	X(total_composite_adjustment, REAL, H) \
	X(calculation_version, TEXT, H)        \
	X(data_completeness_pct, REAL, H)      \
	X(missing_data_fields, TEXT, H)        \
	X(has_warnings, BOOLEAN, H)            \
	X(warning_details, TEXT, H)            \
	X(early_season_flag, BOOLEAN, H)       \
	X(insufficient_data_reason, TEXT, H)   \
	X(fatigue_context_json, TEXT, 0)       \
	X(shot_zone_context_json, TEXT, 0)     \
	X(pace_context_json, TEXT, 0)          \
	X(usage_context_json, TEXT, 0)         \
	META_LIST(X)                           \
	X(data_hash, TEXT, 0)                  \
	X(processed_at, TIMESTAMP, COLUMN_STAMP)

enum { LIST(COLUMN_INDEX) };
static const struct column columns[] = {LIST(COLUMN_ROW)};
static const struct table_layout layout = {"nba_precompute", "player_composite_factors",
	"game_date", columns, ARRAY_COUNT(columns), HASH_PAIRS};

static const char *const team_names[] = {"game_date", "team_abbr", "is_production_ready"};
enum { TEAM_READY = 2 };

static const char *const shot_names[] = {"analysis_date", "player_lookup", "is_production_ready",
	"primary_scoring_zone", "paint_rate_last_10", "mid_range_rate_last_10",
	"three_pt_rate_last_10"};
enum { SHOT_READY = 2, SHOT_PRIMARY, SHOT_RATE };

static const char *const defence_names[] = {"analysis_date", "team_abbr", "is_production_ready",
	"weakest_zone", "paint_defense_vs_league_avg", "mid_range_defense_vs_league_avg",
	"three_pt_defense_vs_league_avg"};
enum { DEFENCE_READY = 2, DEFENCE_WEAKEST, DEFENCE_VERSUS };

enum { UPSTREAM_SHOT_ZONE, UPSTREAM_TEAM_DEFENSE, UPSTREAM_PLAYER, UPSTREAM_TEAM };
static const struct readiness_words words = {
	.incomplete_category = "INCOMPLETE_DATA",
	.upstream_reason = "Upstream dependencies not ready",
	.upstreams = {[UPSTREAM_SHOT_ZONE] = {"player_shot_zone", "shot_zone"},
		[UPSTREAM_TEAM_DEFENSE] = {"team_defense_zone", "team_defense"},
		[UPSTREAM_PLAYER] = {"player_context", "player_context"},
		[UPSTREAM_TEAM] = {"team_context", "team_context"}},
};

struct state {
	struct player_contexts *contexts;
	struct frame teams, shots, defences;
	struct history *history;
	struct absences *absences;
	struct breaker *breaker;
};

static void release(void *context)
{
	struct state *state = context;
	if (state == NULL)
		return;
	player_contexts_free(state->contexts);
	frame_release(&state->teams);
	frame_release(&state->shots);
	frame_release(&state->defences);
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
	struct day_columns teams = {upcoming_team_game_context.layout, ALL_OF(team_names)};
	struct day_columns shots = {player_shot_zone_analysis.layout, ALL_OF(shot_names)};
	struct day_columns defences = {team_defense_zone_analysis.layout, ALL_OF(defence_names)};
	if (player_contexts_load(batch, &state->contexts, err) &&
		day_frame_load(batch, &teams, &state->teams, err) &&
		day_frame_load(batch, &shots, &state->shots, err) &&
		day_frame_load(batch, &defences, &state->defences, err) &&
		history_load(batch, past, &state->history, err) &&
		absences_load(batch, past, &state->absences, err) &&
		breaker_load(batch, layout.name, &state->breaker, err)) {
		*loaded = state;
		return true;
	}
	release(state);
	return false;
}

/* One player's context on its way to a row. */
struct entry {
	const struct batch *batch;
	const struct state *state;
	const struct player_context *context;
	struct player_load load;
	struct matchup matchup;
	const char *weak_zone; /* of the opponent */
	struct usage usage;
	struct readiness readiness;
};

static void find_load(struct entry *entry)
{
	const struct player_context *context = entry->context;
	entry->load = (struct player_load){
		.days_rest = context->days_rest,
		.games_7 = context->games_7,
		.minutes_7 = context->minutes_7,
		.avg_minutes_7 = context->avg_minutes_7,
		.back_to_backs_14 = context->back_to_backs_14,
		.age = context->age,
		.back_to_back = context->back_to_back,
	};
	entry->usage =
		(struct usage){context->projected_usage, context->usage_7, context->stars_out};
}

/* The player's shots against the opponent's defence, and whether the two rows are ready. */
static void find_matchup(struct entry *entry)
{
	const struct player_context *context = entry->context;
	const struct frame *shots = &entry->state->shots;
	const struct frame *defences = &entry->state->defences;
	struct matchup *matchup = &entry->matchup;
	bool *ready = entry->readiness.upstream_ready;
	size_t row;
	if (day_frame_find(shots, context->date, context->lookup, &row)) {
		matchup->has_player = true;
		matchup->primary = frame_text(shots, SHOT_PRIMARY, row);
		for (size_t zone = 0; zone < ZONE_COUNT; zone++)
			matchup->rate[zone] = frame_number(shots, SHOT_RATE + zone, row);
		ready[UPSTREAM_SHOT_ZONE] = frame_integer(shots, SHOT_READY, row) != 0;
	}
	if (day_frame_find(defences, context->date, context->opponent, &row)) {
		matchup->has_team = true;
		entry->weak_zone = frame_text(defences, DEFENCE_WEAKEST, row);
		for (size_t zone = 0; zone < ZONE_COUNT; zone++)
			matchup->versus_league[zone] =
				frame_number(defences, DEFENCE_VERSUS + zone, row);
		ready[UPSTREAM_TEAM_DEFENSE] = frame_integer(defences, DEFENCE_READY, row) != 0;
	}
}

/* The team context that counts is the opponent's, not the player's own (7.2). */
static void find_readiness(struct entry *entry)
{
	const struct player_context *context = entry->context;
	const struct state *state = entry->state;
	struct readiness *readiness = &entry->readiness;
	size_t row;
	readiness->lookup = context->lookup;
	readiness->date = context->date;
	readiness->bootstrap = is_opening_bootstrap(entry->batch, context->date);
	readiness->own = completeness_of_player(entry->batch, state->history,
		entry->batch->rules->completeness_leaves_out_dnp ? state->absences : NULL,
		context->lookup, context->date,
		(struct window){WINDOW_GAMES, OWN_GAMES, .from_opening_day = true});
	readiness->upstream_ready[UPSTREAM_PLAYER] = context->ready;
	readiness->upstream_ready[UPSTREAM_TEAM] =
		day_frame_find(&state->teams, context->date, context->opponent, &row) &&
		frame_integer(&state->teams, TEAM_READY, row) != 0;
}

static void set_identity(struct rows *rows, const struct player_context *context)
{
	rows_set_text(rows, COL_player_lookup, context->lookup);
	rows_set_text(rows, COL_universal_player_id, context->universal_id);
	rows_set_date(rows, COL_game_date, context->date);
	rows_set_text(rows, COL_game_id, context->game_id);
	rows_set_date(rows, COL_analysis_date, context->date);
	rows_set_text(rows, COL_calculation_version, "v1_4factors");
	rows_set_boolean(rows, COL_early_season_flag, false);
}

static void set_scores(struct rows *rows, const struct composite_scores *scores)
{
	char warnings[WARNING_TEXT_BYTES];
	rows_set_integer(rows, COL_fatigue_score, scores->fatigue);
	rows_set_real(rows, COL_shot_zone_mismatch_score, round_python(scores->mismatch, 1));
	rows_set_real(rows, COL_pace_score, round_python(scores->pace, 1));
	rows_set_real(rows, COL_usage_spike_score, round_python(scores->usage, 1));
	/* The four deferred factors are hashed as 0.0. */
	for (size_t column = COL_referee_favorability_score; column <= COL_opponent_strength_score;
		column++)
		rows_set_real(rows, column, 0.0);
	rows_set_real(rows, COL_total_composite_adjustment, round_python(scores->total, 2));
	composite_warnings(scores, warnings);
	rows_set_boolean(rows, COL_has_warnings, warnings[0] != '\0');
	rows_set_text(rows, COL_warning_details, warnings[0] == '\0' ? NULL : warnings);
}

static void set_completeness(struct rows *rows, const struct entry *entry)
{
	const struct {
		bool is_there;
		const char *name;
	} terms[COMPLETENESS_TERMS] = {
		{!isnan(entry->context->days_rest), "days_rest"},
		{!isnan(entry->context->projected_usage), "projected_usage_rate"},
		{!isnan(entry->context->pace_differential), "pace_differential"},
		{entry->matchup.has_player, "player_shot_zone"},
		{entry->matchup.has_team, "team_defense_zone"},
	};
	struct buffer missing = {0};
	int passed = 0;
	for (size_t i = 0; i < ARRAY_COUNT(terms); i++) {
		passed += terms[i].is_there;
		if (!terms[i].is_there)
			buffer_add_format(
				&missing, "%s%s", missing.length == 0 ? "" : ", ", terms[i].name);
	}
	rows_set_real(rows, COL_data_completeness_pct,
		round_python((double)passed / COMPLETENESS_TERMS * 100, 1));
	rows_set_text(rows, COL_missing_data_fields, missing.bytes);
	buffer_release(&missing);
}

static void set_contexts(
	struct rows *rows, const struct entry *entry, const struct composite_scores *scores)
{
	struct buffer text = {0};
	write_fatigue_context(&entry->load, scores->fatigue, &text);
	rows_set_text(rows, COL_fatigue_context_json, text.bytes);
	write_shot_zone_context(&entry->matchup, entry->weak_zone, scores->mismatch, &text);
	rows_set_text(rows, COL_shot_zone_context_json, text.bytes);
	write_pace_context(entry->context->pace_differential, entry->context->opponent_pace,
		scores->pace, &text);
	rows_set_text(rows, COL_pace_context_json, text.bytes);
	write_usage_context(entry->batch->rules, &entry->usage, scores->usage, &text);
	rows_set_text(rows, COL_usage_context_json, text.bytes);
	buffer_release(&text);
}

static void write_row(struct rows *rows, const struct entry *entry)
{
	char stamp[40];
	struct composite_scores scores = composite_scores_of(entry->batch->rules, &entry->load,
		&entry->matchup, entry->context->pace_differential, &entry->usage);
	struct meta meta =
		readiness_meta(&entry->readiness, &words, entry->state->breaker, entry->batch);
	batch_stamp(entry->batch, stamp);
	rows_add(rows);
	set_identity(rows, entry->context);
	set_scores(rows, &scores);
	set_completeness(rows, entry);
	set_contexts(rows, entry, &scores);
	rows_set_meta(rows, COL_expected_games_count, &meta);
	rows_set_text(rows, COL_processed_at, stamp);
}

/* Returns whether all that the player's row is made of is ready. */
static bool compute_player(const struct state *state, const struct batch *batch,
	const struct player_context *context, struct day_output *output)
{
	struct entry entry = {.batch = batch, .state = state, .context = context};
	find_load(&entry);
	find_matchup(&entry);
	find_readiness(&entry);
	if (!readiness_skips(&entry.readiness, &words, state->breaker, batch, output))
		write_row(&output->rows, &entry);
	return readiness_is_full(&entry.readiness);
}

/* Phase 4, 7.1. */
static bool passes_gates(const struct state *state, const struct batch *batch, date_t date,
	size_t context_count, struct error *err)
{
	const struct gate gates[] = {
		{upcoming_player_game_context.layout, context_count, 100},
		{upcoming_team_game_context.layout, day_frame_count(&state->teams, date), 10},
		{player_shot_zone_analysis.layout, day_frame_count(&state->shots, date), 100},
		{team_defense_zone_analysis.layout, day_frame_count(&state->defences, date), 30},
	};
	batch_log(batch, 'I', "Extracted %zu player context records", gates[0].row_count);
	batch_log(batch, 'I', "Extracted %zu team context records", gates[1].row_count);
	batch_log(batch, 'I', "Extracted %zu player shot zone records", gates[2].row_count);
	batch_log(batch, 'I', "Extracted %zu team defense zone records", gates[3].row_count);
	return gates_pass(batch, gates, ARRAY_COUNT(gates), err);
}

static bool compute(void *context, const struct batch *batch, date_t date,
	struct day_output *output, struct error *err)
{
	const struct state *state = context;
	struct span span = player_contexts_of_date(state->contexts, date);
	size_t total = span.end - span.first;
	size_t ready = 0;
	if (skips_opening_days(batch, date))
		return true;
	if (!passes_gates(state, batch, date, total, err))
		return false;
	batch_log(batch, 'I', "Calculating composite factors for %zu players", total);
	for (size_t i = 0; i < total; i++) {
		ready += compute_player(
			state, batch, &state->contexts->items[span.first + i], output);
		tell_progress(batch, "player", i + 1, total);
	}
	batch_log(batch, 'I', "Upstream completeness check: %zu/%zu players ready", ready, total);
	batch_log(batch, 'I', "Successfully processed %zu players", output->rows.count);
	rows_fill_hashes(&output->rows);
	return !is_cancelled(batch, err);
}

const struct processor player_composite_factors = {&layout, "player", load, compute, release};
