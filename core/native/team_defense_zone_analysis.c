/* team_defense_zone_analysis: a team's defence over its last 15 games (phase 4, section 4). */
#include "breaker.h"
#include "completeness.h"
#include "defence_log.h"
#include "meta.h"
#include "readiness.h"
#include "support.h"
#include "tables.h"

#include <stdlib.h>

#define WINDOW_GAMES_MAX 15
#define LEAGUE_DAYS	 30
#define ORIGINAL_TEAMS	 25
#define ORIGINAL_REACH	 250 /* October 1 lies at most this far back */
#define FULL_SAMPLE	 15
#define MEDIUM_SAMPLE	 10

#define H COLUMN_HASHED
#define K (COLUMN_KEY | COLUMN_HASHED)

#define LIST(X)                                         \
	X(team_abbr, TEXT, K)                           \
	X(analysis_date, DATE, K)                       \
	X(paint_pct_allowed_last_15, REAL, H)           \
	X(mid_range_pct_allowed_last_15, REAL, H)       \
	X(three_pt_pct_allowed_last_15, REAL, H)        \
	X(paint_attempts_allowed_per_game, REAL, H)     \
	X(mid_range_attempts_allowed_per_game, REAL, H) \
	X(three_pt_attempts_allowed_per_game, REAL, H)  \
	X(paint_blocks_per_game, REAL, H)               \
	X(mid_range_blocks_per_game, REAL, H)           \
	X(three_pt_blocks_per_game, REAL, H)            \
	X(paint_defense_vs_league_avg, REAL, H)         \
	X(mid_range_defense_vs_league_avg, REAL, H)     \
	X(three_pt_defense_vs_league_avg, REAL, H)      \
	X(paint_points_allowed_per_game, REAL, H)       \
	X(defensive_rating_last_15, REAL, H)            \
	X(opponent_points_per_game, REAL, H)            \
	X(opponent_pace, REAL, H)                       \
	X(games_in_sample, INTEGER, H)                  \
	X(strongest_zone, TEXT, H)                      \
	X(weakest_zone, TEXT, H)                        \
	X(data_quality_tier, TEXT, H)                   \
	X(calculation_notes, TEXT, H)                   \
	X(early_season_flag, BOOLEAN, 0)                \
	X(insufficient_data_reason, TEXT, 0)            \
	META_LIST(X)                                    \
	X(data_hash, TEXT, 0)                           \
	X(processed_at, TIMESTAMP, COLUMN_STAMP)

enum { LIST(COLUMN_INDEX) };
static const struct column columns[] = {LIST(COLUMN_ROW)};
static const struct table_layout layout = {"nba_precompute", "team_defense_zone_analysis",
	"analysis_date", columns, ARRAY_COUNT(columns), HASH_PAIRS};

struct state {
	struct defence_log *log;
	struct history *schedule;
	struct breaker *breaker;
};

static void release(void *context)
{
	struct state *state = context;
	if (state == NULL)
		return;
	defence_log_free(state->log);
	history_free(state->schedule);
	breaker_free(state->breaker);
	free(state);
}

static bool load(const struct batch *batch, void **loaded, struct error *err)
{
	struct state *state = memory_new(sizeof(*state));
	int days = batch->rules->season_windows ? LEAGUE_DAYS : ORIGINAL_REACH;
	struct date_range range = {batch_reach(batch, days), batch_last(batch)};
	if (defence_log_load(batch, range, &state->log, err) &&
		history_load_schedule(batch, range, &state->schedule, err) &&
		breaker_load(batch, layout.name, &state->breaker, err)) {
		*loaded = state;
		return true;
	}
	release(state);
	return false;
}

/* The last date that counts is D - 1, or D where the original leaks it. */
static date_t end_of_window(const struct batch *batch, date_t date)
{
	return batch->rules->through_the_date ? date + 1 : date;
}

static date_t season_start(const struct batch *batch, date_t date)
{
	return batch->rules->season_windows ? window_start(batch, date, 0) : season_floor_of(date);
}

/* Games of the season that count, of the n-th team. */
static struct span season_span(
	const struct state *state, const struct batch *batch, size_t team, date_t date)
{
	return defence_between(
		state->log, team, season_start(batch, date), end_of_window(batch, date));
}

/* A team's share of the league average; false when it does not enter. */
static bool league_share(const struct rules *rules, const struct defence_game *games, size_t count,
	double share[ZONE_COUNT])
{
	int attempts[ZONE_COUNT] = {0};
	int makes[ZONE_COUNT] = {0};
	int rows = 0;
	for (size_t i = 0; i < count; i++) {
		if (!games[i].has_zones && !rules->zone_null_is_zero)
			continue;
		rows++;
		for (int zone = 0; zone < ZONE_COUNT; zone++) {
			attempts[zone] += games[i].attempts[zone];
			makes[zone] += games[i].makes[zone];
		}
	}
	for (int zone = 0; zone < ZONE_COUNT; zone++) {
		if (attempts[zone] == 0)
			return false;
		share[zone] = (double)makes[zone] / attempts[zone];
	}
	return rows >= rules->min_sample_league;
}

/* Phase 4, 4.3: the mean over the teams that have all three zones. */
static void find_league(const struct state *state, const struct batch *batch, date_t date,
	double league[ZONE_COUNT])
{
	const struct defence_log *log = state->log;
	double sums[ZONE_COUNT] = {0};
	int teams = 0;
	date_t since = window_start(batch, date, LEAGUE_DAYS);
	if (since < date - LEAGUE_DAYS)
		since = date - LEAGUE_DAYS;
	for (size_t team = 0; team < log->team_count; team++) {
		double share[ZONE_COUNT];
		struct span span = defence_between(log, team, since, end_of_window(batch, date));
		if (!league_share(
			    batch->rules, &log->games[span.first], span.end - span.first, share))
			continue;
		teams++;
		for (int zone = 0; zone < ZONE_COUNT; zone++)
			sums[zone] += share[zone];
	}
	for (int zone = 0; zone < ZONE_COUNT; zone++)
		league[zone] = teams < LEAGUE_TEAMS_MIN ? league_default[zone] : sums[zone] / teams;
}

static int count_dates(const struct defence_log *log, struct span span)
{
	int count = 0;
	for (size_t i = span.first; i < span.end; i++)
		count += i == span.first || log->games[i].date != log->games[i - 1].date;
	return count;
}

/* Phase 4, 2.2, Team: the original credits each game to its home side alone. */
static struct completeness find_completeness(const struct state *state, const struct batch *batch,
	const char *team, struct span span, date_t date)
{
	struct span games = team_games_between(
		state->schedule, team, season_start(batch, date), end_of_window(batch, date));
	int expected = 0;
	for (size_t i = games.first; i < games.end; i++) {
		const struct team_game *game = &state->schedule->team_games[i];
		bool credited = batch->rules->team_completeness_both_sides || game->home;
		expected += game->final && credited;
	}
	return completeness_of(expected, count_dates(state->log, span));
}

static void set_zone_columns(struct rows *rows, const struct team_zones *zones)
{
	for (size_t zone = 0; zone < ZONE_COUNT; zone++) {
		rows_set_real(rows, COL_paint_pct_allowed_last_15 + zone, zones->pct[zone]);
		rows_set_real(
			rows, COL_paint_attempts_allowed_per_game + zone, zones->attempts[zone]);
		rows_set_real(rows, COL_paint_blocks_per_game + zone, zones->blocks[zone]);
		rows_set_real(rows, COL_paint_defense_vs_league_avg + zone, zones->versus[zone]);
	}
	rows_set_real(rows, COL_paint_points_allowed_per_game, zones->paint_points);
	rows_set_text(rows, COL_strongest_zone, zones->strongest);
	rows_set_text(rows, COL_weakest_zone, zones->weakest);
	rows_set_text(rows, COL_calculation_notes, zones->notes[0] == '\0' ? NULL : zones->notes);
}

static void write_row(const struct batch *batch, date_t date, const char *team,
	const struct team_zones *zones, int games, struct meta *meta, struct rows *rows)
{
	char stamp[40];
	batch_stamp(batch, stamp);
	rows_add(rows);
	rows_set_text(rows, COL_team_abbr, team);
	rows_set_date(rows, COL_analysis_date, date);
	set_zone_columns(rows, zones);
	rows_set_real(rows, COL_defensive_rating_last_15, zones->rating);
	rows_set_real(rows, COL_opponent_points_per_game, zones->points);
	rows_set_real(rows, COL_opponent_pace, zones->pace);
	rows_set_integer(rows, COL_games_in_sample, games);
	rows_set_text(rows, COL_data_quality_tier,
		games >= FULL_SAMPLE	 ? "high"
		: games >= MEDIUM_SAMPLE ? "medium"
					 : "low");
	if (batch->rules->season_windows)
		rows_set_boolean(rows, COL_early_season_flag, games < FULL_SAMPLE);
	rows_set_meta(rows, COL_expected_games_count, meta);
	rows_set_text(rows, COL_processed_at, stamp);
}

/* True when the team gets no row; the reason is recorded (phase 4, 4.4). */
static bool is_skipped(const struct state *state, const struct batch *batch, const char *team,
	date_t date, const struct meta *meta, int games, struct day_output *output)
{
	const struct completeness *own = &meta->completeness;
	int minimum = batch->rules->min_sample_team_zone;
	if (breaker_skips(state->breaker, batch, team, date, output))
		return true;
	if (batch->rules->skip_not_ready && !own->ready && !meta->bootstrap) {
		batch_log(batch, 'W',
			"%s: Completeness %.1f%% (%d/%d games) - below 90%% threshold, skipping",
			team, own->pct, own->actual, own->expected);
		breaker_count(state->breaker, batch, team, date, own->pct,
			"incomplete_upstream_data", output);
		day_output_fail(output, team, "INCOMPLETE_DATA", true,
			"Incomplete data: %.1f%% (%d/%d games)", own->pct, own->actual,
			own->expected);
		return true;
	}
	if (games >= minimum)
		return false;
	batch_log(batch, 'W', "%s: Only %d/%d games", team, games, minimum);
	day_output_fail(
		output, team, "INSUFFICIENT_DATA", true, "Only %d games, need %d", games, minimum);
	return true;
}

static void compute_team(const struct state *state, const struct batch *batch, date_t date,
	struct span span, const double league[ZONE_COUNT], struct day_output *output)
{
	const char *team = state->log->games[span.first].team;
	struct meta meta = {.date = date, .bootstrap = is_october_bootstrap(date)};
	meta.completeness = find_completeness(state, batch, team, span, date);
	meta.ready = meta.completeness.ready;
	meta.attempts = breaker_state(state->breaker, team, date, batch->now_ms).attempts;
	if (span.end - span.first > WINDOW_GAMES_MAX)
		span.first = span.end - WINDOW_GAMES_MAX;
	int games = (int)(span.end - span.first);
	if (is_skipped(state, batch, team, date, &meta, games, output))
		return;
	struct team_zones zones =
		team_zones_of(batch->rules, &state->log->games[span.first], (size_t)games, league);
	write_row(batch, date, team, &zones, games, &meta, &output->rows);
}

/* Phase 4, 4.2: at least 25 teams with at least 15 rows. */
static bool passes_gate(
	const struct state *state, const struct batch *batch, date_t date, struct error *err)
{
	size_t teams = 0;
	for (size_t team = 0; team < state->log->team_count; team++) {
		struct span span = season_span(state, batch, team, date);
		teams += span.end - span.first >= WINDOW_GAMES_MAX;
	}
	if (teams < ORIGINAL_TEAMS)
		batch_log(batch, 'W', "⚠️ Only %zu/%d teams have %d+ games", teams,
			ORIGINAL_TEAMS, WINDOW_GAMES_MAX);
	struct gate gate = {team_defense_game_summary.layout, teams, ORIGINAL_TEAMS};
	return gates_pass(batch, &gate, 1, err);
}

static bool compute(void *context, const struct batch *batch, date_t date,
	struct day_output *output, struct error *err)
{
	const struct state *state = context;
	double league[ZONE_COUNT];
	size_t total = state->log->team_count;
	if (skips_opening_days(batch, date))
		return true;
	if (batch->rules->upstream_gates && !passes_gate(state, batch, date, err))
		return false;
	find_league(state, batch, date, league);
	for (size_t team = 0; team < total; team++) {
		struct span span = season_span(state, batch, team, date);
		if (span.end > span.first)
			compute_team(state, batch, date, span, league, output);
		tell_progress(batch, "team", team + 1, total);
	}
	batch_log(batch, 'I', "Processed %zu/%zu teams successfully", output->rows.count, total);
	rows_fill_hashes(&output->rows);
	return !is_cancelled(batch, err);
}

const struct processor team_defense_zone_analysis = {&layout, "team", load, compute, release};
