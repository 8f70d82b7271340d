/* The features of ml_feature_store_v2: the worked examples E17 to E23 of phase 4, section 9, the
 * thresholds of 8.4, and the decisions 5 and 12 of the native design. */
#include "tests/test.h"

#include "core/native/feature_vector.h"
#include "core/native/meta.h"

#include <math.h>

enum { GAMES_7 = 4, REST = 9, RISK, TREND, MINUTES, PLAYOFFS = 17, FREE_THROWS = 21, WINS = 24 };

static const struct rules *const both_rules[] = {&rules_original, &rules_corrected};

static double feature(const struct rules *rules, const struct feature_inputs *inputs, size_t index)
{
	return feature_vector_of(rules, inputs).values[index];
}

static void put_points(struct feature_inputs *inputs, const double *points, size_t count)
{
	inputs->game_count = count;
	memcpy(inputs->points, points, count * sizeof(*points));
}

static void recent_trend_e17(void **state)
{
	(void)state;
	static const struct {
		double points[5];
		double original, corrected;
	} examples[] = {
		{{30, 28, 26, 18, 20}, -2, 2}, /* -9; 29 - 21.33 */
		{{20, 18, 26, 28, 30}, 2, -2},
		{{20, 20, 18, 18, 18}, 0, 1}, /* -1.33; 2.0 */
		{{16, 16, 18, 18, 18}, 0, -1},
		{{20, 20, 15, 15, 15}, -1, 2}, /* -3.33; 5.0 */
		{{20, 20, 20, 20, 20}, 0, 0},
	};
	for (size_t i = 0; i < ARRAY_COUNT(examples); i++) {
		struct feature_inputs inputs = feature_inputs_unknown();
		put_points(&inputs, examples[i].points, 5);
		assert_true(feature(&rules_original, &inputs, TREND) == examples[i].original);
		assert_true(feature(&rules_corrected, &inputs, TREND) == examples[i].corrected);
		inputs.game_count = 4;
		assert_true(feature(&rules_original, &inputs, TREND) == 0);
		assert_true(feature(&rules_corrected, &inputs, TREND) == 0);
	}
}

static void minutes_change_e18(void **state)
{
	(void)state;
	static const struct {
		double recent, season, value;
	} examples[] = {{33, 30, 1}, {36, 30, 2}, {27, 30, -1}, {32.9, 30, 0}, {24, 30, -2},
		{0, 30, 0}, {30, 0, 0}, {NAN, 30, 0}, {36, NAN, 0}};
	for (size_t i = 0; i < ARRAY_COUNT(examples); i++) {
		struct feature_inputs inputs = feature_inputs_unknown();
		inputs.season_minutes = examples[i].season;
		inputs.minutes_10 = examples[i].recent;
		assert_true(feature(&rules_corrected, &inputs, MINUTES) == examples[i].value);
		inputs.minutes_10 = NAN; /* no row of the daily cache */
		inputs.recent_minutes_10 = examples[i].recent;
		assert_true(feature(&rules_original, &inputs, MINUTES) == examples[i].value);
	}
}

static void free_throws_wins_rest_and_injury_e19(void **state)
{
	(void)state;
	static const double points[] = {22, 31, 15, 12, 20};
	static const double makes[] = {5, 7, 3, 2, 4};
	struct feature_inputs inputs = feature_inputs_unknown();
	put_points(&inputs, points, 5);
	memcpy(inputs.ft_makes, makes, sizeof(makes));
	inputs.team_wins = 7;
	inputs.team_games = 12;
	inputs.days_rest = 4;
	inputs.opponent_days_rest = 1;
	inputs.status = "Questionable";
	for (size_t i = 0; i < ARRAY_COUNT(both_rules); i++) {
		assert_true(feature(both_rules[i], &inputs, FREE_THROWS) == 0.21);
		assert_true(feature(both_rules[i], &inputs, WINS) == 0.5833333333333334);
		assert_true(feature(both_rules[i], &inputs, REST) == 2.0);
		assert_true(feature(both_rules[i], &inputs, RISK) == 2.0);
	}
}

static void calculated_features_at_their_limits_8_4(void **state)
{
	(void)state;
	static const double points[] = {2, 2, 2, 2, 2};
	static const double makes[] = {2, 2, 2, 2, 2};
	struct feature_inputs inputs = feature_inputs_unknown();
	put_points(&inputs, points, 5);
	memcpy(inputs.ft_makes, makes, sizeof(makes));
	assert_true(feature(&rules_corrected, &inputs, FREE_THROWS) == 0.5);
	inputs.game_count = 4;
	assert_true(feature(&rules_corrected, &inputs, FREE_THROWS) == 0.15);
	inputs = feature_inputs_unknown();
	inputs.game_count = 5; /* without a point */
	assert_true(feature(&rules_corrected, &inputs, FREE_THROWS) == 0.15);
	inputs.team_games = inputs.team_wins = 4;
	assert_true(feature(&rules_corrected, &inputs, WINS) == 0.5);
	inputs.team_games = inputs.team_wins = 5;
	assert_true(feature(&rules_corrected, &inputs, WINS) == 1.0);
	inputs.days_rest = 1;
	inputs.opponent_days_rest = 4;
	assert_true(feature(&rules_corrected, &inputs, REST) == -2.0);
	inputs.opponent_days_rest = NAN;
	assert_true(feature(&rules_corrected, &inputs, REST) == 0.0);
	inputs.season_phase = "playoffs";
	assert_true(feature(&rules_corrected, &inputs, PLAYOFFS) == 1.0);
	inputs.season_phase = "late";
	assert_true(feature(&rules_corrected, &inputs, PLAYOFFS) == 0.0);
}

static void injury_risk_ignores_case_and_unknown_words(void **state)
{
	(void)state;
	static const struct {
		const char *status;
		double risk;
	} examples[] = {{NULL, 0}, {"", 0}, {"Available", 0}, {"PROBABLE", 1}, {"questionable", 2},
		{"Doubtful", 3}, {"out", 3}, {"Day-To-Day", 0}};
	for (size_t i = 0; i < ARRAY_COUNT(examples); i++) {
		struct feature_inputs inputs = feature_inputs_unknown();
		inputs.status = examples[i].status;
		assert_true(feature(&rules_corrected, &inputs, RISK) == examples[i].risk);
	}
}

/* -- E20 to E23 -------------------------------------------------------------------------------- */

static void put_phase3(struct feature_inputs *inputs)
{
	static const double points[] = {31, 22, 18, 27, 14, 25, 20, 33, 9, 24};
	put_points(inputs, points, FEATURE_GAMES);
	for (size_t i = 0; i < FEATURE_GAMES; i++)
		inputs->ft_makes[i] = 3;
	inputs->days_rest = 2;
	inputs->opponent_days_rest = 1;
	inputs->status = "probable";
	inputs->home = true;
	inputs->season_phase = "early";
	inputs->season_minutes = 32.3333;
	inputs->season_points = 22.25;
	inputs->recent_points_10 = 22.3;
	inputs->recent_points_5 = 22.4;
	inputs->recent_minutes_10 = 32.3;
	inputs->team_wins = 7;
	inputs->team_games = 13;
}

static void put_factors(struct feature_inputs *inputs)
{
	inputs->fatigue = 95;
	inputs->mismatch = 3.6;
	inputs->pace = 0.2;
	inputs->usage = 1.2;
}

static void put_other_phase4(struct feature_inputs *inputs)
{
	inputs->points_5 = 22.4;
	inputs->points_10 = 22.3;
	inputs->points_season = 22.25;
	inputs->points_deviation_10 = 7.4543;
	inputs->games_7 = 3;
	inputs->opponent_rating = 113.65;
	inputs->opponent_pace = 100.3;
	inputs->zone_rate[ZONE_PAINT] = 45.12;
	inputs->zone_rate[ZONE_MID_RANGE] = 23.48;
	inputs->zone_rate[ZONE_THREE] = 31.4;
	inputs->team_pace = 99.83;
	inputs->team_rating = 109.61;
	inputs->minutes_10 = 32.3;
}

struct wanted {
	double values[FEATURE_COUNT]; /* of the original */
	const char *sources;	      /* a letter each: 4, 3, d(efault), c(alculated) */
	double quality;
	const char *data_source, *tier;
};

static void expect_vector(
	const struct feature_inputs *inputs, const struct wanted *wanted, double corrected_trend)
{
	for (size_t rules = 0; rules < ARRAY_COUNT(both_rules); rules++) {
		struct feature_vector vector = feature_vector_of(both_rules[rules], inputs);
		for (size_t i = 0; i < FEATURE_COUNT; i++) {
			bool turned = i == TREND && both_rules[rules] == &rules_corrected;
			double value = turned ? corrected_trend : wanted->values[i];
			if (vector.values[i] != value)
				fail_msg("%s is %.17g, not %.17g", feature_name(i),
					vector.values[i], value);
			assert_int_equal("43dc"[vector.sources[i]], wanted -> sources[i]);
		}
		assert_true(vector.quality == wanted->quality);
		assert_string_equal(vector.data_source, wanted->data_source);
		assert_string_equal(tier_of_score(vector.quality), wanted->tier);
	}
}

static void every_upstream_row_e20(void **state)
{
	(void)state;
	static const struct wanted wanted = {
		{22.4, 22.3, 22.25, 7.4543, 3, 95, 3.6, 0.2, 1.2, 1, 1, -1, 0, 113.65, 100.3, 1, 0,
			0, 0.4512, 0.2348, 0.314, 0.13452914798206278, 99.83, 109.61,
			0.5384615384615384},
		"444444444cccc44333444c44c", 97.0, "phase4_partial", "gold"};
	struct feature_inputs inputs = feature_inputs_unknown();
	put_phase3(&inputs);
	put_factors(&inputs);
	put_other_phase4(&inputs);
	expect_vector(&inputs, &wanted, 2);
}

static void without_the_factors_e21(void **state)
{
	(void)state;
	static const struct wanted wanted = {
		{22.4, 22.3, 22.25, 7.4543, 3, 50, 0, 0, 0, 1, 1, -1, 0, 113.65, 100.3, 1, 0, 0,
			0.4512, 0.2348, 0.314, 0.13452914798206278, 99.83, 109.61,
			0.5384615384615384},
		"44444ddddcccc44333444c44c", 87.4, "mixed", "silver"};
	struct feature_inputs inputs = feature_inputs_unknown();
	put_phase3(&inputs);
	put_other_phase4(&inputs);
	expect_vector(&inputs, &wanted, 2);
}

static void without_phase_4_e22(void **state)
{
	(void)state;
	static const struct wanted wanted = {
		{22.4, 22.3, 22.25, 5, 3, 50, 0, 0, 0, 1, 1, -1, 0, 112, 100, 1, 0, 0, 0.3, 0.2,
			0.35, 0.13452914798206278, 100, 112, 0.5384615384615384},
		"333ddddddccccdd333dddcddc", 62.8, "mixed", "bronze"};
	struct feature_inputs inputs = feature_inputs_unknown();
	put_phase3(&inputs);
	expect_vector(&inputs, &wanted, 2);
}

static void with_nothing_e23(void **state)
{
	(void)state;
	static const struct wanted wanted = {{10, 10, 10, 5, 3, 50, 0, 0, 0, 0, 0, 0, 0, 112, 100,
						     0, 0, 0, 0.3, 0.2, 0.35, 0.15, 100, 112, 0.5},
		"dddddddddccccdd333dddcddc", 58.6, "mixed", "bronze"};
	struct feature_inputs inputs = feature_inputs_unknown();
	expect_vector(&inputs, &wanted, 0);
}

static void games_of_the_week_fall_back_to_the_context(void **state)
{
	(void)state;
	struct feature_inputs inputs = feature_inputs_unknown();
	inputs.context_games_7 = 2;
	struct feature_vector vector = feature_vector_of(&rules_corrected, &inputs);
	assert_true(vector.values[GAMES_7] == 2);
	assert_int_equal(vector.sources[GAMES_7], FEATURE_PHASE3);
	inputs.games_7 = 4;
	vector = feature_vector_of(&rules_corrected, &inputs);
	assert_true(vector.values[GAMES_7] == 4);
	assert_int_equal(vector.sources[GAMES_7], FEATURE_PHASE4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recent_trend_e17),
		cmocka_unit_test(minutes_change_e18),
		cmocka_unit_test(free_throws_wins_rest_and_injury_e19),
		cmocka_unit_test(calculated_features_at_their_limits_8_4),
		cmocka_unit_test(injury_risk_ignores_case_and_unknown_words),
		cmocka_unit_test(every_upstream_row_e20),
		cmocka_unit_test(without_the_factors_e21),
		cmocka_unit_test(without_phase_4_e22),
		cmocka_unit_test(with_nothing_e23),
		cmocka_unit_test(games_of_the_week_fall_back_to_the_context),
	};
	return RUN(tests);
}
