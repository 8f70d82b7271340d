#include "feature_vector.h"

#include "number.h"

#include <math.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#define TREND_GAMES		 5 /* games that a trend, or a share of free throws, needs */
#define FREE_THROW_SHARE_UNKNOWN 0.15
#define WIN_SHARE_UNKNOWN	 0.5

typedef double calculation(const struct rules *rules, const struct feature_inputs *inputs);

static double clamp(double value, double low, double high)
{
	return value < low ? low : value > high ? high : value;
}

static double rest_advantage(const struct rules *rules, const struct feature_inputs *inputs)
{
	(void)rules;
	double difference = inputs->days_rest - inputs->opponent_days_rest;
	return isnan(difference) ? 0 : clamp(difference, -2, 2);
}

static double injury_risk(const struct rules *rules, const struct feature_inputs *inputs)
{
	static const struct {
		const char *status;
		double risk;
	} risks[] = {{"probable", 1}, {"questionable", 2}, {"doubtful", 3}, {"out", 3}};
	(void)rules;
	for (size_t i = 0; inputs->status != NULL && i < ARRAY_COUNT(risks); i++)
		if (strcasecmp(inputs->status, risks[i].status) == 0)
			return risks[i].risk;
	return 0;
}

static double mean_of(const double *values, size_t count)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return sum / (double)count;
}

/* -2 to 2: how far the change lies beyond the two limits. */
static double step(double change, double clear, double strong)
{
	double size = fabs(change) >= strong ? 2 : fabs(change) >= clear ? 1 : 0;
	return change < 0 ? -size : size;
}

/* Original: the older games less the newer ones, so that a rising player falls (decision 5). */
static double recent_trend(const struct rules *rules, const struct feature_inputs *inputs)
{
	const double *points = inputs->points;
	if (inputs->game_count < TREND_GAMES)
		return 0;
	double change = rules->trend_later_sign ? mean_of(points, 2) - mean_of(points + 2, 3)
						: mean_of(points + 3, 2) - mean_of(points, 3);
	return step(change, 2, 5);
}

static double minutes_change(const struct rules *rules, const struct feature_inputs *inputs)
{
	(void)rules;
	double recent = isnan(inputs->minutes_10) ? inputs->recent_minutes_10 : inputs->minutes_10;
	double season = inputs->season_minutes;
	if (isnan(recent) || isnan(season) || recent == 0 || season == 0)
		return 0;
	return step((recent - season) / season, 0.10, 0.20);
}

static double free_throw_share(const struct rules *rules, const struct feature_inputs *inputs)
{
	double points = 0;
	double makes = 0;
	(void)rules;
	for (size_t i = 0; i < inputs->game_count; i++) {
		points += inputs->points[i];
		makes += inputs->ft_makes[i];
	}
	if (inputs->game_count < TREND_GAMES || points == 0)
		return FREE_THROW_SHARE_UNKNOWN;
	return clamp(makes / points, 0, 0.5);
}

static double win_share(const struct rules *rules, const struct feature_inputs *inputs)
{
	(void)rules;
	if (inputs->team_games < TREND_GAMES)
		return WIN_SHARE_UNKNOWN;
	return (double)inputs->team_wins / inputs->team_games;
}

static double is_home(const struct rules *rules, const struct feature_inputs *inputs)
{
	(void)rules;
	return inputs->home;
}

static double is_back_to_back(const struct rules *rules, const struct feature_inputs *inputs)
{
	(void)rules;
	return inputs->back_to_back;
}

static double is_playoffs(const struct rules *rules, const struct feature_inputs *inputs)
{
	(void)rules;
	return inputs->season_phase != NULL && strcmp(inputs->season_phase, "playoffs") == 0;
}

#define NOWHERE	  SIZE_MAX
#define IN(field) offsetof(struct feature_inputs, field)

/* A feature is the first that is known of its two inputs and the default, divided; or it is
 * calculated, and then its source is fixed. */
static const struct feature {
	const char *name;
	size_t phase4, phase3; /* where in the inputs */
	double otherwise, divisor;
	calculation *calculate;
	enum feature_source source;
} features[FEATURE_COUNT] = {
	{"points_avg_last_5", IN(points_5), IN(recent_points_5), 10, 1},
	{"points_avg_last_10", IN(points_10), IN(recent_points_10), 10, 1},
	{"points_avg_season", IN(points_season), IN(season_points), 10, 1},
	{"points_std_last_10", IN(points_deviation_10), NOWHERE, 5, 1},
	{"games_in_last_7_days", IN(games_7), IN(context_games_7), 3, 1},
	{"fatigue_score", IN(fatigue), NOWHERE, 50, 1},
	{"shot_zone_mismatch_score", IN(mismatch), NOWHERE, 0, 1},
	{"pace_score", IN(pace), NOWHERE, 0, 1},
	{"usage_spike_score", IN(usage), NOWHERE, 0, 1},
	{"rest_advantage", .calculate = rest_advantage, .source = FEATURE_CALCULATED},
	{"injury_risk", .calculate = injury_risk, .source = FEATURE_CALCULATED},
	{"recent_trend", .calculate = recent_trend, .source = FEATURE_CALCULATED},
	{"minutes_change", .calculate = minutes_change, .source = FEATURE_CALCULATED},
	{"opponent_def_rating", IN(opponent_rating), NOWHERE, 112, 1},
	{"opponent_pace", IN(opponent_pace), NOWHERE, 100, 1},
	{"home_away", .calculate = is_home, .source = FEATURE_PHASE3},
	{"back_to_back", .calculate = is_back_to_back, .source = FEATURE_PHASE3},
	{"playoff_game", .calculate = is_playoffs, .source = FEATURE_PHASE3},
	{"pct_paint", IN(zone_rate[ZONE_PAINT]), NOWHERE, 30, 100},
	{"pct_mid_range", IN(zone_rate[ZONE_MID_RANGE]), NOWHERE, 20, 100},
	{"pct_three", IN(zone_rate[ZONE_THREE]), NOWHERE, 35, 100},
	{"pct_free_throw", .calculate = free_throw_share, .source = FEATURE_CALCULATED},
	{"team_pace", IN(team_pace), NOWHERE, 100, 1},
	{"team_off_rating", IN(team_rating), NOWHERE, 112, 1},
	{"team_win_pct", .calculate = win_share, .source = FEATURE_CALCULATED},
};

const char *feature_name(size_t index)
{
	return features[index].name;
}

static double input_at(const struct feature_inputs *inputs, size_t place)
{
	double value = NAN;
	if (place != NOWHERE)
		memcpy(&value, (const char *)inputs + place, sizeof(value));
	return value;
}

static double find_value(const struct feature *feature, const struct feature_inputs *inputs,
	enum feature_source *source)
{
	double value = input_at(inputs, feature->phase4);
	*source = FEATURE_PHASE4;
	if (isnan(value)) {
		value = input_at(inputs, feature->phase3);
		*source = FEATURE_PHASE3;
	}
	if (isnan(value)) {
		value = feature->otherwise;
		*source = FEATURE_DEFAULT;
	}
	return value / feature->divisor;
}

static void judge(struct feature_vector *vector)
{
	static const double worth[FEATURE_SOURCE_COUNT] = {[FEATURE_PHASE4] = 100,
		[FEATURE_PHASE3] = 75,
		[FEATURE_DEFAULT] = 40,
		[FEATURE_CALCULATED] = 100};
	double counts[FEATURE_SOURCE_COUNT] = {0};
	double sum = 0;
	for (size_t i = 0; i < FEATURE_COUNT; i++) {
		counts[vector->sources[i]]++;
		sum += worth[vector->sources[i]];
	}
	vector->quality = round_python(sum / FEATURE_COUNT, 2);
	if (counts[FEATURE_PHASE4] / FEATURE_COUNT >= 0.90)
		vector->data_source = "phase4";
	else if (counts[FEATURE_PHASE4] / FEATURE_COUNT >= 0.50)
		vector->data_source = "phase4_partial";
	else
		vector->data_source =
			counts[FEATURE_PHASE3] / FEATURE_COUNT >= 0.50 ? "phase3" : "mixed";
}

struct feature_vector feature_vector_of(
	const struct rules *rules, const struct feature_inputs *inputs)
{
	struct feature_vector vector;
	for (size_t i = 0; i < FEATURE_COUNT; i++) {
		const struct feature *feature = &features[i];
		vector.sources[i] = feature->source;
		double value = feature->calculate != NULL
				       ? feature->calculate(rules, inputs)
				       : find_value(feature, inputs, &vector.sources[i]);
		vector.values[i] = value + 0.0; /* never -0.0 */
	}
	judge(&vector);
	return vector;
}

struct feature_inputs feature_inputs_unknown(void)
{
	return (struct feature_inputs){
		.points_5 = NAN,
		.points_10 = NAN,
		.points_season = NAN,
		.points_deviation_10 = NAN,
		.games_7 = NAN,
		.minutes_10 = NAN,
		.team_pace = NAN,
		.team_rating = NAN,
		.fatigue = NAN,
		.mismatch = NAN,
		.pace = NAN,
		.usage = NAN,
		.zone_rate = {NAN, NAN, NAN},
		.opponent_rating = NAN,
		.opponent_pace = NAN,
		.days_rest = NAN,
		.opponent_days_rest = NAN,
		.context_games_7 = NAN,
		.recent_points_5 = NAN,
		.recent_points_10 = NAN,
		.recent_minutes_10 = NAN,
		.season_points = NAN,
		.season_minutes = NAN,
	};
}
