/* player_shot_zone_analysis: phase 4, section 5 and E11 to E13, and the corrected rules' decisions.
 */
#include "tests/test.h"

#include "core/native/number.h"
#include "native/processor.h"
#include "tests/support/lab.h"

#define PSZA "player_shot_zone_analysis"
#define DAY  "2021-11-15"

static void put_summary(struct lab *lab, const char *player, date_t date, const char *more)
{
	lab_put_native(lab, "player_game_summary",
		"player_lookup=%s universal_player_id=%s game_date=%s game_id=g "
		"team_abbr=DAL is_active=1 minutes_played=30 seconds_played=1800 fg_attempts=15 "
		"season_year=2021 %s",
		player, player, lab_date(date), more);
}

#define ZONES(paint, paint_made, mid, mid_made)                                          \
	"paint_attempts=" #paint " paint_makes=" #paint_made " mid_range_attempts=" #mid \
	" mid_range_makes=" #mid_made " "
#define THREES(attempts, made) "three_pt_attempts=" #attempts " three_pt_makes=" #made " "
#define MAKES(all, with, without) \
	"fg_makes=" #all " assisted_fg_makes=" #with " unassisted_fg_makes=" #without

static const char *const e11[] = {
	ZONES(8, 5, 3, 1) THREES(6, 2) MAKES(8, 5, 3),
	ZONES(5, 3, 4, 2) THREES(7, 3) MAKES(8, 4, 4),
	ZONES(9, 6, 2, 0) THREES(4, 1) MAKES(7, 3, 4),
	ZONES(6, 2, 5, 3) THREES(5, 2) MAKES(7, 4, 3),
	ZONES(7, 4, 1, 1) THREES(8, 4) MAKES(9, 7, 2),
	ZONES(4, 3, 3, 1) THREES(6, 1) MAKES(5, 3, 2),
	ZONES(10, 7, 2, 1) THREES(3, 0) MAKES(8, 4, 4),
	ZONES(5, 2, 4, 1) THREES(9, 4) MAKES(7, 6, 1),
	ZONES(8, 5, 3, 2) THREES(5, 2) MAKES(9, 5, 4),
	ZONES(6, 4, 2, 0) THREES(7, 3) MAKES(7, 4, 3),
};

/* The same without paint, mid-range and assists, as the original's source has them. */
static const char *const e12[] = {
	THREES(6, 2) "fg_makes=8",
	THREES(7, 3) "fg_makes=8",
	THREES(4, 1) "fg_makes=7",
	THREES(5, 2) "fg_makes=7",
	THREES(8, 4) "fg_makes=9",
	THREES(6, 1) "fg_makes=5",
	THREES(3, 0) "fg_makes=8",
	THREES(9, 4) "fg_makes=7",
	THREES(5, 2) "fg_makes=9",
	THREES(7, 3) "fg_makes=7",
};

static void run_ten_games(struct lab *lab, const char *const *games, const struct rules *rules)
{
	lab_open(lab);
	for (int i = 0; i < 10; i++)
		put_summary(lab, "p", lab_day(DAY) - 1 - i, games[i]);
	lab_run(lab, PSZA, rules, DAY);
	assert_int_equal(lab->output.rows.count, 1);
}

static void ten_games_give_e11_under_both_rules(void **state)
{
	(void)state;
	const struct rules *both[] = {&rules_original, &rules_corrected};
	for (size_t i = 0; i < ARRAY_COUNT(both); i++) {
		struct lab lab;
		run_ten_games(&lab, e11, both[i]);
		lab_expect(&lab, 0,
			"paint_rate_last_10=43.31 mid_range_rate_last_10=18.47 "
			"three_pt_rate_last_10=38.22 paint_pct_last_10=0.603 "
			"mid_range_pct_last_10=0.414 three_pt_pct_last_10=0.367 "
			"paint_attempts_per_game=6.8 mid_range_attempts_per_game=2.9 "
			"three_pt_attempts_per_game=6 assisted_rate_last_10=60 "
			"unassisted_rate_last_10=40 total_shots_last_10=157 "
			"games_in_sample_10=10 games_in_sample_20=10 sample_quality_10=excellent "
			"sample_quality_20=limited paint_rate_last_20=NULL paint_pct_last_20=NULL "
			"primary_scoring_zone=paint data_quality_tier=high early_season_flag=false "
			"player_position=NULL calculation_notes=NULL data_hash=d9dc80359c7632b5");
		lab_close(&lab);
	}
}

static void unknown_zones_count_as_zero_only_in_the_original_e12(void **state)
{
	(void)state;
	struct lab lab;
	run_ten_games(&lab, e12, &rules_original);
	lab_expect(&lab, 0,
		"paint_rate_last_10=0 mid_range_rate_last_10=0 three_pt_rate_last_10=100 "
		"paint_pct_last_10=NULL mid_range_pct_last_10=NULL three_pt_pct_last_10=0.367 "
		"paint_attempts_per_game=0 mid_range_attempts_per_game=0 "
		"three_pt_attempts_per_game=6 assisted_rate_last_10=0 unassisted_rate_last_10=0 "
		"total_shots_last_10=60 primary_scoring_zone=perimeter");
	lab_close(&lab);
	run_ten_games(&lab, e12, &rules_corrected);
	lab_expect(&lab, 0,
		"paint_rate_last_10=NULL mid_range_rate_last_10=NULL three_pt_rate_last_10=NULL "
		"paint_pct_last_10=NULL mid_range_pct_last_10=NULL three_pt_pct_last_10=NULL "
		"paint_attempts_per_game=NULL mid_range_attempts_per_game=NULL "
		"three_pt_attempts_per_game=NULL assisted_rate_last_10=NULL "
		"unassisted_rate_last_10=NULL total_shots_last_10=NULL "
		"primary_scoring_zone=NULL games_in_sample_10=10 data_quality_tier=high");
	lab_close(&lab);
}

static void numpy_and_python_round_a_tie_apart_e13(void **state)
{
	(void)state;
	assert_float_equal(round_numpy(127 / 20.0, 1), 6.4, 0);
	assert_float_equal(round_python(127 / 20.0, 1), 6.3, 0);
}

/* Decision 9: the sums and their n run over the games with shots; five of those are needed. */
static void zone_columns_run_over_the_games_with_shots(void **state)
{
	(void)state;
	struct lab lab;
	lab_open(&lab);
	for (int i = 0; i < 9; i++)
		put_summary(&lab, "p", lab_day(DAY) - 1 - i,
			i % 2 == 0 ? ZONES(4, 2, 2, 1) THREES(2, 1) : THREES(20, 20));
	for (int i = 0; i < 9; i++)
		put_summary(&lab, "q", lab_day(DAY) - 1 - i,
			i % 2 == 1 ? ZONES(4, 2, 2, 1) THREES(2, 1) : THREES(20, 20));
	lab_run(&lab, PSZA, &rules_corrected, DAY);
	lab_expect(&lab, lab_row(&lab, "player_lookup", "p"),
		"paint_rate_last_10=50 mid_range_rate_last_10=25 three_pt_rate_last_10=25 "
		"three_pt_pct_last_10=0.5 three_pt_attempts_per_game=2 paint_attempts_per_game=4 "
		"total_shots_last_10=40 games_in_sample_10=9 data_quality_tier=medium");
	lab_expect(&lab, lab_row(&lab, "player_lookup", "q"),
		"paint_rate_last_10=NULL three_pt_rate_last_10=NULL "
		"three_pt_attempts_per_game=NULL total_shots_last_10=NULL "
		"primary_scoring_zone=NULL games_in_sample_10=9");
	lab_close(&lab);
}

/* The players pN have N games: N - 1 before the day (and the day's own). */
static void the_smallest_sample_is_five_and_ten_games(void **state)
{
	(void)state;
	struct lab lab;
	lab_open(&lab);
	for (int games = 1; games <= 21; games++) {
		char player[16];
		snprintf(player, sizeof(player), "p%d", games);
		for (int i = 0; i < games; i++)
			put_summary(&lab, player, lab_day(DAY) - i, e11[i % 10]);
	}
	lab_run(&lab, PSZA, &rules_corrected, DAY);
	assert_int_equal(lab.output.rows.count, 16); /* p6 to p21 */
	assert_string_equal(lab_failure(&lab, "p5"), "INSUFFICIENT_DATA: Only 4 games, need 5");
	assert_string_equal(lab_failure(&lab, "p1"), "none"); /* no game before the day */
	assert_true(lab_has_line(&lab, "^player 21/21$"));
	assert_true(lab_has_line(&lab, "^I Calculated metrics for 16 players, 4 failures$"));
	assert_int_equal(lab.output.failure_count, 4);
	assert_int_equal(lab.output.attempt_count, 0);
	static const char *const expected[] = {
		[6] = "games_in_sample_10=5 sample_quality_10=limited data_quality_tier=low",
		[7] = "early_season_flag=true sample_quality_20=insufficient",
		[8] = "games_in_sample_10=7 sample_quality_10=good data_quality_tier=medium",
		[10] = "games_in_sample_10=9 early_season_flag=true games_in_sample_20=9",
		[11] = "games_in_sample_10=10 early_season_flag=false sample_quality_20=limited",
		[15] = "games_in_sample_20=14 sample_quality_20=good paint_rate_last_20=NULL",
		[16] = "games_in_sample_20=15 paint_rate_last_20=42.49 paint_pct_last_20=0.596",
		[21] = "games_in_sample_10=10 games_in_sample_20=20 sample_quality_20=excellent",
	};
	for (size_t games = 0; games < ARRAY_COUNT(expected); games++) {
		char player[16];
		snprintf(player, sizeof(player), "p%zu", games);
		if (expected[games] != NULL)
			lab_expect(&lab, lab_row(&lab, "player_lookup", player), expected[games]);
	}
	lab_run(&lab, PSZA, &rules_original, DAY);
	assert_int_equal(lab.output.rows.count, 12); /* p10 to p21: the day itself counts */
	assert_string_equal(lab_failure(&lab, "p9"), "INSUFFICIENT_DATA: Only 9 games, need 10");
	assert_int_equal(lab.output.failure_count, 9);
	lab_close(&lab);
}

static void only_played_games_of_the_season_before_the_day_count(void **state)
{
	(void)state;
	struct lab lab;
	lab_open(&lab);
	for (int i = 1; i <= 5; i++)
		put_summary(&lab, "p", lab_day(DAY) - i, ZONES(1, 1, 0, 0) THREES(0, 0));
	put_summary(&lab, "p", lab_day(DAY), ZONES(0, 0, 9, 9) THREES(0, 0));
	put_summary(&lab, "p", lab_day("2021-10-18"), ZONES(0, 0, 9, 9) THREES(0, 0));
	put_summary(&lab, "p", lab_day("2021-04-18"), ZONES(0, 0, 9, 9) THREES(0, 0));
	put_summary(&lab, "p", lab_day(DAY) - 6,
		ZONES(0, 0, 9, 9) THREES(0, 0) "seconds_played=0 minutes_played=0");
	lab_run(&lab, PSZA, &rules_corrected, DAY);
	lab_expect(&lab, 0, "games_in_sample_20=5 paint_rate_last_10=100 total_shots_last_10=5");
	lab_close(&lab);
}

static void the_primary_zone_is_judged_on_rounded_rates(void **state)
{
	(void)state;
	static const struct {
		const char *player, *shots, *zone;
	} cases[] = {
		{"a", ZONES(39996, 0, 20004, 0) THREES(40000, 0), "paint"},
		{"b", ZONES(39994, 0, 20006, 0) THREES(40000, 0), "perimeter"},
		{"c", ZONES(25010, 0, 34996, 0) THREES(39994, 0), "mid_range"},
		{"d", ZONES(25012, 0, 34994, 0) THREES(39994, 0), "balanced"},
		{"e", ZONES(0, 0, 0, 0) THREES(0, 0), "NULL"},
	};
	struct lab lab;
	lab_open(&lab);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		for (int game = 1; game <= 5; game++)
			put_summary(&lab, cases[i].player, lab_day(DAY) - game,
				game == 1 ? cases[i].shots : ZONES(0, 0, 0, 0) THREES(0, 0));
	lab_run(&lab, PSZA, &rules_corrected, DAY);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		assert_string_equal(lab_value(&lab, lab_row(&lab, "player_lookup", cases[i].player),
					    "primary_scoring_zone"),
			cases[i].zone);
	lab_expect(&lab, lab_row(&lab, "player_lookup", "e"),
		"paint_rate_last_10=NULL paint_attempts_per_game=0 total_shots_last_10=NULL");
	lab_close(&lab);
}

/* December: p has box rows on 8 of his team's last 10 dates. */
static void an_incomplete_player_is_skipped_by_the_original_and_flagged_by_the_corrected(
	void **state)
{
	(void)state;
	struct lab lab;
	char text[300];
	lab_open(&lab);
	for (int i = 1; i <= 10; i++) {
		const char *date = lab_date(lab_day("2021-12-15") - i);
		snprintf(text, sizeof(text),
			"game_id=00221%05d game_date=%s away=DAL home=PHX away_pts=1 home_pts=2", i,
			date);
		LAB_RAW(&lab, GAMES, text);
		snprintf(text, sizeof(text),
			"game_id=00221%05d player_id=1 game_date=%s team=DAL player_lookup=p "
			"player=p sec=1800",
			i, date);
		if (i > 2)
			LAB_RAW(&lab, PLAYER_BOX, text);
		put_summary(&lab, "p", lab_day("2021-12-15") - i, e11[i - 1]);
	}
	lab_run_and_write(&lab, PSZA, &rules_original, "2021-12-15");
	assert_int_equal(lab.output.rows.count, 0);
	assert_string_equal(
		lab_failure(&lab, "p"), "INCOMPLETE_DATA: Incomplete data: 80.0% (8/10 games)");
	assert_int_equal(lab.output.attempt_count, 1);
	assert_string_equal(lab.output.attempts[0].reason, "incomplete_upstream_data");
	assert_true(lab_has_line(&lab, "^W p: Completeness 80\\.0% \\(8/10 games\\) - below 90% "
				       "threshold, skipping$"));
	lab_run(&lab, PSZA, &rules_corrected, "2021-12-15");
	lab_expect(&lab, 0,
		"is_production_ready=false expected_games_count=10 actual_games_count=8 "
		"missing_games_count=2 completeness_percentage=80 reprocess_attempt_count=1 "
		"season_boundary_detected=false");
	lab_close(&lab);
}

static void the_original_wants_one_summary_in_twenty_days(void **state)
{
	(void)state;
	struct lab lab;
	lab_open(&lab);
	put_summary(&lab, "p", lab_day(DAY) - 21, "");
	lab_run_fails(&lab, PSZA, &rules_original, DAY,
		"Missing critical dependencies: ['nba_analytics.player_game_summary']");
	put_summary(&lab, "p", lab_day(DAY) - 20, "");
	lab_run(&lab, PSZA, &rules_original, DAY);
	assert_string_equal(lab_failure(&lab, "p"), "INSUFFICIENT_DATA: Only 2 games, need 10");
	lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_games_give_e11_under_both_rules),
		cmocka_unit_test(unknown_zones_count_as_zero_only_in_the_original_e12),
		cmocka_unit_test(numpy_and_python_round_a_tie_apart_e13),
		cmocka_unit_test(zone_columns_run_over_the_games_with_shots),
		cmocka_unit_test(the_smallest_sample_is_five_and_ten_games),
		cmocka_unit_test(only_played_games_of_the_season_before_the_day_count),
		cmocka_unit_test(the_primary_zone_is_judged_on_rounded_rates),
		cmocka_unit_test(
			an_incomplete_player_is_skipped_by_the_original_and_flagged_by_the_corrected),
		cmocka_unit_test(the_original_wants_one_summary_in_twenty_days),
	};
	return RUN(tests);
}
