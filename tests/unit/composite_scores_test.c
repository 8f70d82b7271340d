/* The formulas of player_composite_factors: the worked examples E01 to E10 of phase 4, section 9,
 * and the thresholds of 7.3 to 7.5; native.md, decisions 9 and 11. */
#include "tests/test.h"

#include "core/native/composite_scores.h"
#include "core/native/number.h"

#include <math.h>

static const struct rules *const both_rules[] = {&rules_original, &rules_corrected};

static void fatigue_examples_e01_to_e04(void **state)
{
	(void)state;
	static const struct {
		struct player_load load;
		int score;
		double adjustment;
	} examples[] = {
		{{1, 4, 139, 34.9, 1, 36, true}, 60, -2.0},
		{{4, 2, 70, 35.0, 0, 29, false}, 100, 0.0},
		{{0, 4, 241, 35.1, 2, 35, true}, 35, -3.25},
		{{NAN, NAN, NAN, NAN, NAN, NAN, false}, 100, 0.0},
	};
	const struct matchup none = {0};
	const struct usage unknown = {NAN, NAN, NAN};
	for (size_t i = 0; i < ARRAY_COUNT(examples); i++) {
		struct composite_scores scores = composite_scores_of(
			&rules_original, &examples[i].load, &none, NAN, &unknown);
		char warnings[WARNING_TEXT_BYTES];
		assert_int_equal(scores.fatigue, examples[i].score);
		assert_true(scores.fatigue_adjustment == examples[i].adjustment);
		assert_true(scores.total == examples[i].adjustment);
		composite_warnings(&scores, warnings);
		assert_string_equal(warnings,
			examples[i].score < 50 ? "EXTREME_FATIGUE: Player showing severe fatigue"
					       : "");
	}
}

static void fatigue_thresholds_7_3(void **state)
{
	(void)state;
	static const struct {
		struct player_load load;
		int score;
	} examples[] = {
		{{3, 3, 240, 35, 0, 29, true}, 85},  /* no bonus on a back-to-back */
		{{3, 4, 240, 35, 0, 29, false}, 95}, /* 100 + 5 - 10 */
		{{2, 4, 240, 35, 1, 30, false}, 80},
		{{2, 4, 240, 35, 3, 34, false}, 73},
	};
	for (size_t i = 0; i < ARRAY_COUNT(examples); i++)
		assert_int_equal(fatigue_score(&examples[i].load), examples[i].score);
}

static void mismatch_examples_e05_to_e07(void **state)
{
	(void)state;
	static const struct {
		struct matchup matchup;
		double raw, stored;
	} examples[] = {
		{{true, true, "paint", {45.0, NAN, NAN}, {4.0, NAN, NAN}}, 3.6, 3.6},
		{{true, true, "perimeter", {NAN, NAN, 62.5}, {NAN, NAN, -6.3}}, -7.56, -7.6},
		{{true, true, "balanced", {33, 33, 34}, {9.9, -2, 1}}, 7.840800000000001, 7.8},
		{{true, true, "mid_range", {10, 40, 50}, {9, 3, 9}}, 3 * 0.8, 2.4},
		{{true, true, "paint", {50, 25, 25}, {5, 0, 0}}, 5.0, 5.0}, /* no boost yet */
		{{true, true, "paint", {50, 25, 25}, {-5.5, 0, 0}}, -5.5 * 1.2, -6.6},
		{{true, true, "paint", {50, 25, 25}, {9, 0, 0}}, 10.0, 10.0},	/* 10.8, clamped */
		{{true, true, "paint", {NAN, 25, 25}, {-4, 0, 0}}, -4.0, -4.0}, /* NULL rate: 50 */
		{{true, true, "paint", {60, 25, 25}, {NAN, 5, 5}}, 0.0, 0.0},
		{{false, true, "paint", {60, 25, 25}, {5, 5, 5}}, 0.0, 0.0},
		{{true, false, "paint", {60, 25, 25}, {5, 5, 5}}, 0.0, 0.0},
	};
	for (size_t i = 0; i < ARRAY_COUNT(examples); i++)
		for (size_t rules = 0; rules < ARRAY_COUNT(both_rules); rules++) {
			double score = mismatch_score(both_rules[rules], &examples[i].matchup);
			assert_true(score == examples[i].raw);
			assert_true(round_python(score, 1) == examples[i].stored);
		}
}

static void without_a_primary_zone_there_is_no_mismatch(void **state)
{
	(void)state;
	struct matchup matchup = {true, true, NULL, {NAN, NAN, NAN}, {4.0, 9, 9}};
	assert_true(mismatch_score(&rules_original, &matchup) == 4.0); /* the paint columns */
	assert_true(mismatch_score(&rules_corrected, &matchup) == 0.0);
}

static void usage_examples_e08_and_e09(void **state)
{
	(void)state;
	static const struct {
		struct usage usage;
		double raw, stored;
	} examples[] = {
		{{28.5, 25, 1}, 1.2075, 1.2},
		{{20, 25, 2}, -1.5, -1.5},     /* no boost on drops */
		{{28, 25, 2}, 0.9 * 1.3, 1.2}, /* two stars */
		{{60, 25, 0}, 3.0, 3.0},       /* clamped */
		{{30, 0, 2}, 0.0, 0.0},	       /* base 0 */
		{{28, 25, NAN}, 0.9, 0.9},
	};
	for (size_t i = 0; i < ARRAY_COUNT(examples); i++)
		for (size_t rules = 0; rules < ARRAY_COUNT(both_rules); rules++) {
			double score = usage_spike_score(both_rules[rules], &examples[i].usage);
			assert_true(fabs(score - examples[i].raw) < 1e-12);
			assert_true(round_python(score, 1) == examples[i].stored);
		}
}

static void an_unknown_projection_or_base_is_25_only_in_the_original(void **state)
{
	(void)state;
	const struct usage base = {NAN, 20, 0};
	const struct usage projected = {30, NAN, 0};
	assert_true(usage_spike_score(&rules_original, &base) == 1.5);
	assert_true(usage_spike_score(&rules_original, &projected) == 1.5);
	assert_true(usage_spike_score(&rules_corrected, &base) == 0.0);
	assert_true(usage_spike_score(&rules_corrected, &projected) == 0.0);
}

static void pace_example_e10(void **state)
{
	(void)state;
	assert_true(pace_score(0.5) == 0.25);
	assert_true(round_python(pace_score(0.5), 1) == 0.2); /* half to even */
	assert_true(pace_score(-7.0) == -3.0);
	assert_true(pace_score(7.0) == 3.0);
	assert_true(pace_score(NAN) == 0.0);
}

static void every_warning_7_5(void **state)
{
	(void)state;
	char warnings[WARNING_TEXT_BYTES];
	struct composite_scores all = {.fatigue = 49, .mismatch = -8.01, .total = -12.01};
	struct composite_scores none = {.fatigue = 50, .mismatch = -8.0, .total = 12.0};
	composite_warnings(&all, warnings);
	assert_string_equal(warnings, "EXTREME_FATIGUE: Player showing severe fatigue; "
				      "EXTREME_MATCHUP: Unusual zone mismatch; "
				      "EXTREME_ADJUSTMENT: Very large composite adjustment");
	composite_warnings(&none, warnings);
	assert_string_equal(warnings, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fatigue_examples_e01_to_e04),
		cmocka_unit_test(fatigue_thresholds_7_3),
		cmocka_unit_test(mismatch_examples_e05_to_e07),
		cmocka_unit_test(without_a_primary_zone_there_is_no_mismatch),
		cmocka_unit_test(usage_examples_e08_and_e09),
		cmocka_unit_test(an_unknown_projection_or_base_is_25_only_in_the_original),
		cmocka_unit_test(pace_example_e10),
		cmocka_unit_test(every_warning_7_5),
	};
	return RUN(tests);
}
