/* ml_feature_store_v2: 25 features per player of the context (phase 4, section 8, with the repairs
 * of 8.7; native.md, 3, 5, 7, 8, 12 to 14). */
#include "breaker.h"
#include "completeness.h"
#include "day_frame.h"
#include "feature_vector.h"
#include "history.h"
#include "player_contexts.h"
#include "readiness.h"
#include "recent_games.h"
#include "summary_log.h"
#include "support.h"
#include "tables.h"

#include <math.h>
#include <stdlib.h>

#define ORIGINAL_REACH 400 /* the team, and ten games of it, in earlier seasons too */
#define OWN_GAMES      10

#define H COLUMN_HASHED
#define K (COLUMN_KEY | COLUMN_HASHED)
#define R (COLUMN_REQUIRED | COLUMN_HASHED)

#define LIST(X)                                \
	X(player_lookup, TEXT, K)              \
	X(universal_player_id, TEXT, H)        \
	X(game_date, DATE, K)                  \
	X(game_id, TEXT, R)                    \
	X(features, LIST, H)                   \
	X(feature_names, LIST, H)              \
	X(feature_count, INTEGER, R)           \
	X(feature_version, TEXT, R)            \
	X(feature_quality_score, REAL, H)      \
	X(data_source, TEXT, R)                \
	X(opponent_team_abbr, TEXT, H)         \
	X(is_home, BOOLEAN, H)                 \
	X(days_rest, INTEGER, H)               \
	X(early_season_flag, BOOLEAN, H)       \
	X(insufficient_data_reason, TEXT, H)   \
	META_LIST(X)                           \
	X(quality_tier, TEXT, 0)               \
	X(data_hash, TEXT, 0)                  \
	X(created_at, TIMESTAMP, COLUMN_STAMP) \
	X(updated_at, TIMESTAMP, COLUMN_STAMP)

enum { LIST(COLUMN_INDEX) };
static const struct column columns[] = {LIST(COLUMN_ROW)};
static const struct table_layout layout = {"nba_predictions", "ml_feature_store_v2", "game_date",
	columns, ARRAY_COUNT(columns), HASH_PAIRS};

static const char *const cache_names[] = {"cache_date", "player_lookup", "is_production_ready",
	"points_avg_last_5", "points_avg_last_10", "points_avg_season", "points_std_last_10",
	"games_in_last_7_days", "minutes_avg_last_10", "team_pace_last_10",
	"team_off_rating_last_10", "paint_rate_last_10", "three_pt_rate_last_10"};
enum {
	CACHE_POINTS_5 = 3,
	CACHE_POINTS_10,
	CACHE_POINTS_SEASON,
	CACHE_DEVIATION,
	CACHE_GAMES_7,
	CACHE_MINUTES,
	CACHE_PACE,
	CACHE_RATING,
	CACHE_PAINT,
	CACHE_THREE
};

static const char *const factor_names[] = {"game_date", "player_lookup", "is_production_ready",
	"fatigue_score", "shot_zone_mismatch_score", "pace_score", "usage_spike_score"};
enum { FACTOR_FATIGUE = 3, FACTOR_MISMATCH, FACTOR_PACE, FACTOR_USAGE };

static const char *const shot_names[] = {"analysis_date", "player_lookup", "is_production_ready",
	"paint_rate_last_10", "mid_range_rate_last_10", "three_pt_rate_last_10"};
enum { SHOT_RATE = 3 };

static const char *const defence_names[] = {"analysis_date", "team_abbr", "is_production_ready",
	"defensive_rating_last_15", "opponent_pace"};
enum { DEFENCE_RATING = 3, DEFENCE_PACE };

enum { IS_READY = 2 }; /* in all four */

enum { CACHE, FACTORS, SHOTS, DEFENCES, UPSTREAMS };
static const struct readiness_words words = {
	.incomplete_category = "INCOMPLETE_DATA_SKIPPED",
	.upstream_reason = "Upstream Phase 4 dependencies not ready",
	.upstreams = {[CACHE] = {"player_daily_cache", "daily_cache"},
		[FACTORS] = {"player_composite_factors", "composite"},
		[SHOTS] = {"player_shot_zone", "shot_zone"},
		[DEFENCES] = {"team_defense_zone", "team_defense"}},
};

struct state {
	struct player_contexts *contexts;
	struct frame upstreams[UPSTREAMS];
	struct summary_log *log;
	struct history *history;
	struct absences *absences;
	struct breaker *breaker;
	struct buffer feature_names; /* the same list for every row */
};

static void release(void *context)
{
	struct state *state = context;
	if (state == NULL)
		return;
	player_contexts_free(state->contexts);
	for (int i = 0; i < UPSTREAMS; i++)
		frame_release(&state->upstreams[i]);
	summary_log_free(state->log);
	history_free(state->history);
	absences_free(state->absences);
	breaker_free(state->breaker);
	buffer_release(&state->feature_names);
	free(state);
}

static bool load_upstreams(const struct batch *batch, struct state *state, struct error *err)
{
	const struct day_columns upstreams[UPSTREAMS] = {
		[CACHE] = {player_daily_cache.layout, ALL_OF(cache_names)},
		[FACTORS] = {player_composite_factors.layout, ALL_OF(factor_names)},
		[SHOTS] = {player_shot_zone_analysis.layout, ALL_OF(shot_names)},
		[DEFENCES] = {team_defense_zone_analysis.layout, ALL_OF(defence_names)},
	};
	for (int i = 0; i < UPSTREAMS; i++)
		if (!day_frame_load(batch, &upstreams[i], &state->upstreams[i], err))
			return false;
	return true;
}

static void list_feature_names(struct buffer *names)
{
	for (size_t i = 0; i < FEATURE_COUNT; i++) {
		buffer_add_text(names, i == 0 ? "[" : ", ");
		buffer_add_json_text(names, feature_name(i));
	}
	buffer_add_char(names, ']');
}

static bool load(const struct batch *batch, void **loaded, struct error *err)
{
	struct state *state = memory_new(sizeof(*state));
	list_feature_names(&state->feature_names);
	int days = batch->rules->season_windows ? 0 : ORIGINAL_REACH;
	struct date_range past = {batch_reach(batch, days), batch_last(batch)};
	if (player_contexts_load(batch, &state->contexts, err) &&
		load_upstreams(batch, state, err) &&
		summary_log_load(batch, past, &state->log, err) &&
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
	bool has_row[UPSTREAMS];
	size_t row[UPSTREAMS];
	struct readiness readiness;
	struct feature_inputs inputs;
};

static void find_rows(struct entry *entry)
{
	const struct player_context *context = entry->context;
	for (int i = 0; i < UPSTREAMS; i++) {
		const struct frame *frame = &entry->state->upstreams[i];
		const char *entity = i == DEFENCES ? context->opponent : context->lookup;
		entry->has_row[i] = day_frame_find(frame, context->date, entity, &entry->row[i]);
		entry->readiness.upstream_ready[i] =
			entry->has_row[i] && frame_integer(frame, IS_READY, entry->row[i]) != 0;
	}
}

static void find_readiness(struct entry *entry)
{
	const struct player_context *context = entry->context;
	struct readiness *readiness = &entry->readiness;
	readiness->lookup = context->lookup;
	readiness->date = context->date;
	readiness->bootstrap = is_october_bootstrap(context->date);
	readiness->own = completeness_of_player(entry->batch, entry->state->history,
		entry->batch->rules->completeness_leaves_out_dnp ? entry->state->absences : NULL,
		context->lookup, context->date, (struct window){WINDOW_GAMES, OWN_GAMES});
}

/* NAN where the table has no row for the player. */
static double upstream_number(const struct entry *entry, int upstream, size_t column)
{
	if (!entry->has_row[upstream])
		return NAN;
	return frame_number(&entry->state->upstreams[upstream], column, entry->row[upstream]);
}

/* Phase 4, 8.3: the zone row is newer than its copy in the cache. */
static void find_zone_rates(struct entry *entry)
{
	double *rate = entry->inputs.zone_rate;
	if (!entry->has_row[SHOTS]) {
		rate[ZONE_PAINT] = upstream_number(entry, CACHE, CACHE_PAINT);
		rate[ZONE_THREE] = upstream_number(entry, CACHE, CACHE_THREE);
		return;
	}
	for (size_t zone = 0; zone < ZONE_COUNT; zone++)
		rate[zone] = upstream_number(entry, SHOTS, SHOT_RATE + zone);
}

static void find_phase4(struct entry *entry)
{
	struct feature_inputs *inputs = &entry->inputs;
	inputs->points_5 = upstream_number(entry, CACHE, CACHE_POINTS_5);
	inputs->points_10 = upstream_number(entry, CACHE, CACHE_POINTS_10);
	inputs->points_season = upstream_number(entry, CACHE, CACHE_POINTS_SEASON);
	inputs->points_deviation_10 = upstream_number(entry, CACHE, CACHE_DEVIATION);
	inputs->games_7 = upstream_number(entry, CACHE, CACHE_GAMES_7);
	inputs->minutes_10 = upstream_number(entry, CACHE, CACHE_MINUTES);
	inputs->team_pace = upstream_number(entry, CACHE, CACHE_PACE);
	inputs->team_rating = upstream_number(entry, CACHE, CACHE_RATING);
	inputs->fatigue = upstream_number(entry, FACTORS, FACTOR_FATIGUE);
	inputs->mismatch = upstream_number(entry, FACTORS, FACTOR_MISMATCH);
	inputs->pace = upstream_number(entry, FACTORS, FACTOR_PACE);
	inputs->usage = upstream_number(entry, FACTORS, FACTOR_USAGE);
	find_zone_rates(entry);
	/* The original learns the opponent from the factors' row (8.3). */
	if (entry->batch->rules->opponent_from_factors && !entry->has_row[FACTORS])
		return;
	inputs->opponent_rating = upstream_number(entry, DEFENCES, DEFENCE_RATING);
	inputs->opponent_pace = upstream_number(entry, DEFENCES, DEFENCE_PACE);
}

static void find_phase3(struct entry *entry)
{
	const struct player_context *context = entry->context;
	struct feature_inputs *inputs = &entry->inputs;
	inputs->days_rest = context->days_rest;
	inputs->opponent_days_rest = context->opponent_days_rest;
	if (entry->batch->rules->games_7_from_context)
		inputs->context_games_7 = context->games_7;
	inputs->status = context->status;
	inputs->season_phase = context->season_phase;
	inputs->home = context->home;
	inputs->back_to_back = context->back_to_back;
	find_recent_games(entry->batch, entry->state->log, context->lookup, context->date, inputs);
	find_team_record(entry->batch, entry->state->history, context->team, context->date, inputs);
}

static void set_features(
	struct rows *rows, const struct feature_vector *vector, const char *feature_names)
{
	struct buffer values = {0};
	char text[REAL_TEXT_BYTES];
	for (size_t i = 0; i < FEATURE_COUNT; i++) {
		buffer_add_text(&values, i == 0 ? "[" : ", ");
		buffer_add_text(&values, real_format(vector->values[i], text));
	}
	buffer_add_char(&values, ']');
	rows_set_text(rows, COL_features, values.bytes);
	buffer_release(&values);
	rows_set_text(rows, COL_feature_names, feature_names);
	rows_set_integer(rows, COL_feature_count, FEATURE_COUNT);
	rows_set_text(rows, COL_feature_version, "v1_baseline_25");
	rows_set_real(rows, COL_feature_quality_score, vector->quality);
	rows_set_text(rows, COL_data_source, vector->data_source);
	rows_set_text(rows, COL_quality_tier, tier_of_score(vector->quality));
}

static void write_row(struct rows *rows, const struct entry *entry)
{
	const struct player_context *context = entry->context;
	char stamp[40];
	struct feature_vector vector = feature_vector_of(entry->batch->rules, &entry->inputs);
	struct meta meta =
		readiness_meta(&entry->readiness, &words, entry->state->breaker, entry->batch);
	batch_stamp(entry->batch, stamp);
	rows_add(rows);
	rows_set_text(rows, COL_player_lookup, context->lookup);
	rows_set_text(rows, COL_universal_player_id, context->universal_id);
	rows_set_date(rows, COL_game_date, context->date);
	rows_set_text(rows, COL_game_id, context->game_id);
	set_features(rows, &vector, entry->state->feature_names.bytes);
	rows_set_text(rows, COL_opponent_team_abbr, context->opponent);
	rows_set_boolean(rows, COL_is_home, context->home);
	if (!isnan(context->days_rest))
		rows_set_integer(rows, COL_days_rest, (int64_t)context->days_rest);
	rows_set_meta(rows, COL_expected_games_count, &meta);
	rows_set_text(rows, COL_created_at, stamp);
}

static void compute_player(const struct state *state, const struct batch *batch,
	const struct player_context *context, struct day_output *output)
{
	struct entry entry = {.batch = batch, .state = state, .context = context};
	find_rows(&entry);
	find_readiness(&entry);
	if (readiness_skips(&entry.readiness, &words, state->breaker, batch, output))
		return;
	entry.inputs = feature_inputs_unknown();
	find_phase4(&entry);
	find_phase3(&entry);
	write_row(&output->rows, &entry);
}

/* Phase 4, 8.1. */
static bool passes_gates(const struct state *state, const struct batch *batch, date_t date,
	size_t context_count, struct error *err)
{
	static const struct {
		const struct processor *table;
		size_t needed_count;
	} needs[UPSTREAMS] = {[CACHE] = {&player_daily_cache, 100},
		[FACTORS] = {&player_composite_factors, 100},
		[SHOTS] = {&player_shot_zone_analysis, 100},
		[DEFENCES] = {&team_defense_zone_analysis, 20}};
	struct gate gates[UPSTREAMS];
	char text[DATE_TEXT_BYTES];
	for (int i = 0; i < UPSTREAMS; i++)
		gates[i] = (struct gate){needs[i].table->layout,
			day_frame_count(&state->upstreams[i], date), needs[i].needed_count};
	if (!gates_pass(batch, gates, UPSTREAMS, err))
		return false;
	if (batch->rules->upstream_gates && context_count == 0)
		return error_set(err, ERROR_INPUT, "No players found with games on %s",
			date_format(date, text));
	return true;
}

static bool compute(void *context, const struct batch *batch, date_t date,
	struct day_output *output, struct error *err)
{
	const struct state *state = context;
	struct span span = player_contexts_of_date(state->contexts, date);
	size_t total = span.end - span.first;
	if (skips_opening_days(batch, date))
		return true;
	if (!passes_gates(state, batch, date, total, err))
		return false;
	batch_log(batch, 'I', "Calculating features for %zu players", total);
	for (size_t i = 0; i < total; i++) {
		compute_player(state, batch, &state->contexts->items[span.first + i], output);
		tell_progress(batch, "player", i + 1, total);
	}
	batch_log(batch, 'I',
		"Feature generation complete: %zu success, %zu failed (%.1f%% success rate)",
		output->rows.count, output->failure_count,
		total == 0 ? 0.0 : (double)output->rows.count / (double)total * 100.0);
	rows_fill_hashes(&output->rows);
	return !is_cancelled(batch, err);
}

const struct processor ml_feature_store_v2 = {&layout, "player", load, compute, release};
