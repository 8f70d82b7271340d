/* team_defense_zone_analysis: phase 4, section 4, E14 and E15, and the corrected rules' decisions.
 */
#include "tests/test.h"

#include "native/processor.h"
#include "tests/support/lab.h"

#define TDZA "team_defense_zone_analysis"
#define PSZA "player_shot_zone_analysis"
#define DAY  "2021-11-15"

#define KIND_A_ZONES                                                                        \
	"opp_paint_makes=24 opp_paint_attempts=40 opp_mid_range_makes=7 "                   \
	"opp_mid_range_attempts=18 points_in_paint_allowed=48 mid_range_points_allowed=14 " \
	"blocks_paint=3 blocks_mid_range=1 blocks_three_pt=0 "
#define KIND_A                                                               \
	"opp_three_pt_makes=12 opp_three_pt_attempts=35 points_allowed=112 " \
	"defensive_rating=112.22 opponent_pace=99.8"
#define KIND_B_ZONES                                                                        \
	"opp_paint_makes=20 opp_paint_attempts=38 opp_mid_range_makes=9 "                   \
	"opp_mid_range_attempts=20 points_in_paint_allowed=40 mid_range_points_allowed=18 " \
	"blocks_paint=5 blocks_mid_range=0 blocks_three_pt=1 "
#define KIND_B                                                               \
	"opp_three_pt_makes=15 opp_three_pt_attempts=40 points_allowed=118 " \
	"defensive_rating=116.5 opponent_pace=101.3"

static void put_defence(struct lab *lab, const char *team, date_t date, const char *more)
{
	lab_put_native(lab, "team_defense_game_summary",
		"defending_team_abbr=%s game_date=%s game_id=g opponent_team_abbr=XXX %s", team,
		lab_date(date), more);
}

static void put_schedule(struct lab *lab, const char *home, const char *away, date_t date)
{
	char text[300];
	snprintf(text, sizeof(text),
		"game_id=00221%05d game_date=%s away=%s home=%s away_pts=1 home_pts=2", (int)date,
		lab_date(date), away, home);
	LAB_RAW(lab, GAMES, text);
}

/* Ten games of kind A, then five of kind B, all at home. */
static void open_e14(struct lab *lab, const char *kind_a, const char *kind_b)
{
	lab_open(lab);
	for (int i = 0; i < 15; i++) {
		put_defence(lab, "BOS", lab_day(DAY) - 1 - i, i < 5 ? kind_b : kind_a);
		put_schedule(lab, "BOS", "NYK", lab_day(DAY) - 1 - i);
	}
}

static void expect_near(const struct lab *lab, const char *column, double expected)
{
	double found;
	const char *text = lab_value(lab, 0, column);
	if (!text_to_real(text, &found) || found > expected + 1e-12 || found < expected - 1e-12)
		fail_msg("%s is %s, not %.17g", column, text, expected);
}

static void fifteen_games_give_e14(void **state)
{
	(void)state;
	static const struct {
		const char *column;
		double value;
	} expected[] = {
		{"paint_pct_allowed_last_15", 0.576271186440678},
		{"paint_attempts_allowed_per_game", 39.333333333333336},
		{"paint_points_allowed_per_game", 45.333333333333336},
		{"paint_blocks_per_game", 3.6666666666666665},
		{"paint_defense_vs_league_avg", -0.3728813559321975},
		{"mid_range_pct_allowed_last_15", 0.4107142857142857},
		{"mid_range_attempts_allowed_per_game", 18.666666666666668},
		{"mid_range_blocks_per_game", 0.6666666666666666},
		{"mid_range_defense_vs_league_avg", 0.07142857142857229},
		{"three_pt_pct_allowed_last_15", 0.35454545454545455},
		{"three_pt_attempts_allowed_per_game", 36.666666666666664},
		{"three_pt_blocks_per_game", 0.3333333333333333},
		{"three_pt_defense_vs_league_avg", -0.04545454545454297},
		{"defensive_rating_last_15", 113.64666666666668},
		{"opponent_points_per_game", 114.0},
		{"opponent_pace", 100.3}, /* an exact sum of NUMERIC (2.4) */
	};
	struct lab lab;
	struct rules original = lab_original_without_gates();
	open_e14(&lab, KIND_A_ZONES KIND_A, KIND_B_ZONES KIND_B);
	lab_run(&lab, TDZA, &original, DAY);
	assert_int_equal(lab.output.rows.count, 1);
	for (size_t i = 0; i < ARRAY_COUNT(expected); i++)
		expect_near(&lab, expected[i].column, expected[i].value);
	lab_expect(&lab, 0,
		"team_abbr=BOS strongest_zone=paint games_in_sample=15 "
		"data_quality_tier=high calculation_notes=NULL early_season_flag=NULL "
		"is_production_ready=true completeness_percentage=100 data_quality_issues=[] "
		"data_hash=649cfbabf8f5029a");
	assert_string_equal(lab_value(&lab, 0, "weakest_zone"), "mid_range");
	lab_run(&lab, TDZA, &rules_corrected, DAY);
	for (size_t i = 0; i < ARRAY_COUNT(expected); i++)
		if (strstr(expected[i].column, "blocks") == NULL)
			expect_near(&lab, expected[i].column, expected[i].value);
	lab_expect(&lab, 0,
		"strongest_zone=paint early_season_flag=false "
		"paint_blocks_per_game=NULL three_pt_blocks_per_game=NULL");
	lab_close(&lab);
}

static void unknown_zones_of_a_team_count_as_zero_only_in_the_original_e15(void **state)
{
	(void)state;
	struct lab lab;
	struct rules original = lab_original_without_gates();
	open_e14(&lab, KIND_A, KIND_B);
	lab_run(&lab, TDZA, &original, DAY);
	expect_near(&lab, "three_pt_pct_allowed_last_15", 0.35454545454545455);
	expect_near(&lab, "three_pt_defense_vs_league_avg", -0.04545454545454297);
	lab_expect(&lab, 0,
		"paint_pct_allowed_last_15=NULL paint_attempts_allowed_per_game=0 "
		"paint_points_allowed_per_game=0 paint_blocks_per_game=0 "
		"paint_defense_vs_league_avg=NULL mid_range_pct_allowed_last_15=NULL "
		"mid_range_attempts_allowed_per_game=0 mid_range_blocks_per_game=0 "
		"three_pt_blocks_per_game=0 strongest_zone=perimeter weakest_zone=perimeter");
	assert_string_equal(lab_value(&lab, 0, "calculation_notes"),
		"No paint attempts; No mid-range attempts");
	lab_run(&lab, TDZA, &rules_corrected, DAY);
	lab_expect(&lab, 0,
		"paint_pct_allowed_last_15=NULL three_pt_pct_allowed_last_15=NULL "
		"paint_attempts_allowed_per_game=NULL three_pt_attempts_allowed_per_game=NULL "
		"paint_points_allowed_per_game=NULL three_pt_defense_vs_league_avg=NULL "
		"strongest_zone=NULL weakest_zone=NULL opponent_points_per_game=114");
	assert_string_equal(
		lab_value(&lab, 0, "calculation_notes"), "Shots known in fewer than 5 games");
	lab_close(&lab);
}

/* Decision 9 again: five games with shots among fifteen. */
static void team_zones_run_over_the_games_with_shots(void **state)
{
	(void)state;
	struct lab lab;
	open_e14(&lab, KIND_A, KIND_B_ZONES KIND_B);
	lab_run(&lab, TDZA, &rules_corrected, DAY);
	expect_near(&lab, "paint_pct_allowed_last_15", 20.0 / 38);
	expect_near(&lab, "three_pt_pct_allowed_last_15", 15.0 / 40);
	lab_expect(&lab, 0,
		"paint_attempts_allowed_per_game=38 three_pt_attempts_allowed_per_game=40 "
		"paint_points_allowed_per_game=40 games_in_sample=15 calculation_notes=NULL");
	lab_close(&lab);
}

/* Teams T01 to T30 of which the first `teams` have `games` games each, the newest yesterday. */
static void put_league(struct lab *lab, int teams, int games, const char *more)
{
	for (int team = 1; team <= teams; team++)
		for (int i = 1; i <= games; i++) {
			char name[4];
			snprintf(name, sizeof(name), "T%02d", team);
			put_defence(lab, name, lab_day(DAY) - i, more);
		}
}

static void ten_teams_make_a_league_average(void **state)
{
	(void)state;
	struct lab lab;
	for (int teams = 9; teams <= 10; teams++) {
		lab_open(&lab);
		put_league(&lab, teams, 5, KIND_A_ZONES KIND_A);
		lab_run(&lab, TDZA, &rules_corrected, DAY);
		expect_near(
			&lab, "paint_defense_vs_league_avg", teams == 10 ? 0 : (0.6 - 0.58) * 100);
		expect_near(&lab, "three_pt_defense_vs_league_avg",
			teams == 10 ? 0 : (12.0 / 35 - 0.355) * 100);
		lab_close(&lab);
	}
}

static void zones_that_are_alike_are_named_in_their_order(void **state)
{
	(void)state;
	struct lab lab;
	lab_open(&lab);
	put_league(&lab, 10, 5,
		"opp_paint_makes=20 opp_paint_attempts=40 opp_mid_range_makes=10 "
		"opp_mid_range_attempts=20 opp_three_pt_makes=15 opp_three_pt_attempts=30");
	lab_run(&lab, TDZA, &rules_corrected, DAY);
	lab_expect(&lab, 0,
		"paint_defense_vs_league_avg=0 three_pt_defense_vs_league_avg=0 "
		"strongest_zone=paint weakest_zone=paint");
	lab_close(&lab);
}

/* Corrected: 5 games with shots in [D - 30, D) of the season; original: 10 rows in [D - 30, D]. */
static void a_team_enters_the_league_average_with_enough_games_in_thirty_days(void **state)
{
	(void)state;
	struct lab lab;
	struct rules original = lab_original_without_gates();
	original.skip_not_ready = false;
	original.min_sample_team_zone = 5;
	lab_open(&lab);
	put_league(&lab, 10, 5, KIND_A_ZONES KIND_A);
	for (int i = 1; i <= 4; i++)
		put_defence(&lab, "BOS", lab_day(DAY) - i, KIND_B_ZONES KIND_B);
	put_defence(&lab, "BOS", lab_day("2021-10-18"), KIND_B_ZONES KIND_B);
	put_defence(&lab, "BOS", lab_day(DAY), KIND_B_ZONES KIND_B);
	lab_run(&lab, TDZA, &rules_corrected, DAY);
	assert_int_equal(lab.output.rows.count, 10);
	expect_near(&lab, "paint_defense_vs_league_avg", 0);
	put_defence(&lab, "BOS", lab_day(DAY) - 5, KIND_B_ZONES KIND_B);
	lab_run(&lab, TDZA, &rules_corrected, DAY);
	assert_int_equal(lab.output.rows.count, 11);
	double league = (10 * 0.6 + 20.0 / 38) / 11;
	assert_string_equal(lab_value(&lab, 0, "team_abbr"), "BOS");
	expect_near(&lab, "paint_defense_vs_league_avg", (20.0 / 38 - league) * 100);
	lab_run(&lab, TDZA, &original, DAY); /* nobody has 10 rows: the defaults */
	expect_near(&lab, "paint_defense_vs_league_avg", (20.0 / 38 - 0.58) * 100);
	lab_close(&lab);
}

static void a_team_is_written_from_its_fifth_game_on(void **state)
{
	(void)state;
	static const struct {
		int games;
		const char *row;
	} cases[] = {
		{5, "games_in_sample=5 data_quality_tier=low early_season_flag=true"},
		{9, "games_in_sample=9 data_quality_tier=low early_season_flag=true"},
		{10, "games_in_sample=10 data_quality_tier=medium early_season_flag=true"},
		{14, "games_in_sample=14 data_quality_tier=medium early_season_flag=true"},
		{15, "games_in_sample=15 data_quality_tier=high early_season_flag=false"},
		{20, "games_in_sample=15 data_quality_tier=high early_season_flag=false "
		     "opponent_points_per_game=112"},
	};
	struct lab lab;
	lab_open(&lab);
	put_defence(&lab, "BOS", lab_day(DAY), KIND_A); /* the day's own result */
	for (int i = 1; i <= 4; i++)
		put_defence(&lab, "BOS", lab_day(DAY) - i, KIND_A);
	lab_run(&lab, TDZA, &rules_corrected, DAY);
	assert_int_equal(lab.output.rows.count, 0);
	assert_string_equal(lab_failure(&lab, "BOS"), "INSUFFICIENT_DATA: Only 4 games, need 5");
	assert_true(lab_has_line(&lab, "^W BOS: Only 4/5 games$"));
	assert_true(lab_has_line(&lab, "^team 1/1$"));
	assert_true(lab_has_line(&lab, "^I Processed 0/1 teams successfully$"));
	assert_int_equal(lab.output.attempt_count, 0);
	for (size_t i = 0, games = 4; i < ARRAY_COUNT(cases); i++) {
		while ((int)games < cases[i].games) {
			games++;
			put_defence(&lab, "BOS", lab_day(DAY) - (date_t)games,
				games > 15 ? KIND_B : KIND_A);
		}
		lab_run(&lab, TDZA, &rules_corrected, DAY);
		lab_expect(&lab, 0, cases[i].row);
	}
	lab_close(&lab);
}

/* 2.2: the original credits a game to its home side alone. */
static void the_expected_games_of_a_team(void **state)
{
	(void)state;
	struct lab lab;
	struct rules original = lab_original_without_gates();
	lab_open(&lab);
	/* Put off: nobody has played it. */
	LAB_RAW(&lab, GAMES, "game_id=x game_date=2021-11-01 home=BOS away=NYK");
	for (int i = 1; i <= 20; i++) {
		bool home = i % 4 == 0;
		put_schedule(&lab, home ? "BOS" : "NYK", home ? "NYK" : "BOS", lab_day(DAY) - i);
		if (i <= 16)
			put_defence(&lab, "BOS", lab_day(DAY) - i, KIND_A);
		if (i <= 12)
			put_defence(&lab, "NYK", lab_day(DAY) - i, KIND_A);
	}
	lab_run_and_write(&lab, TDZA, &original, DAY);
	assert_int_equal(lab.output.rows.count, 1);
	lab_expect(&lab, 0,
		"team_abbr=BOS expected_games_count=5 actual_games_count=16 "
		"completeness_percentage=320 is_production_ready=true");
	assert_string_equal(
		lab_failure(&lab, "NYK"), "INCOMPLETE_DATA: Incomplete data: 80.0% (12/15 games)");
	assert_true(lab_has_line(&lab, "^W NYK: Completeness 80\\.0% \\(12/15 games\\) - below "
				       "90% threshold, skipping$"));
	assert_int_equal(lab.output.attempt_count, 1);
	assert_string_equal(lab.output.attempts[0].reason, "incomplete_upstream_data");
	lab_run(&lab, TDZA, &rules_corrected, DAY);
	lab_expect(&lab, lab_row(&lab, "team_abbr", "BOS"),
		"expected_games_count=20 actual_games_count=16 missing_games_count=4 "
		"completeness_percentage=80 is_production_ready=false");
	lab_expect(&lab, lab_row(&lab, "team_abbr", "NYK"),
		"completeness_percentage=60 is_production_ready=false reprocess_attempt_count=1");
	lab_close(&lab);
}

static void the_original_wants_fifteen_games_of_twenty_five_teams(void **state)
{
	(void)state;
	struct lab lab;
	struct rules original = rules_original;
	original.skip_not_ready = false;
	lab_open(&lab);
	put_league(&lab, 24, 15, KIND_A_ZONES KIND_A);
	for (int i = 1; i <= 14; i++)
		put_defence(&lab, "BOS", lab_day(DAY) - i, KIND_A_ZONES KIND_A);
	lab_run_fails(&lab, TDZA, &original, DAY,
		"Missing critical dependencies: ['nba_analytics.team_defense_game_summary']");
	assert_true(lab_has_line(&lab, "^W .* Only 24/25 teams have 15\\+ games$"));
	put_defence(&lab, "BOS", lab_day(DAY), KIND_A_ZONES KIND_A);
	lab_run(&lab, TDZA, &original, DAY);
	assert_int_equal(lab.output.rows.count, 25);
	lab_close(&lab);
}

/* Decision 13. */
static void the_first_fourteen_days_of_a_season_stay_empty(void **state)
{
	(void)state;
	struct lab lab;
	lab_open(&lab);
	for (int i = 0; i < 6; i++) {
		put_defence(&lab, "BOS", lab_day("2021-10-25") + i, KIND_A);
		lab_put_native(&lab, "player_game_summary",
			"player_lookup=p game_date=%s game_id=g team_abbr=DAL seconds_played=900",
			lab_date(lab_day("2021-10-25") + i));
	}
	lab_put_native(&lab, "upcoming_player_game_context",
		"player_lookup=p game_date=2021-11-01 game_id=g team_abbr=DAL");
	lab_put_native(&lab, "upcoming_player_game_context",
		"player_lookup=p game_date=2021-11-02 game_id=g team_abbr=DAL");
	const char *const tables[] = {TDZA, PSZA, "player_daily_cache"};
	for (size_t i = 0; i < ARRAY_COUNT(tables); i++) {
		lab_run(&lab, tables[i], &rules_corrected, "2021-11-01");
		assert_int_equal(lab.output.rows.count, 0);
		assert_int_equal(lab.output.failure_count, 0);
		assert_true(lab_has_line(&lab, "^I BOOTSTRAP: Skipping 2021-11-01 "));
		lab_run(&lab, tables[i], &rules_corrected, "2021-11-02");
		assert_int_equal(lab.output.rows.count, 1);
	}
	lab_close(&lab);
}

/* 4.6, 5.6, 6.6 give the lists with their lengths. */
static void the_hashes_cover_the_fields_of_the_specification(void **state)
{
	(void)state;
	static const struct {
		const char *table;
		int fields;
	} cases[] = {{TDZA, 23}, {PSZA, 25}, {"player_daily_cache", 28}};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		const struct table_layout *layout = processor_find(cases[i].table)->layout;
		int fields = 0;
		for (size_t column = 0; column < layout->column_count; column++)
			fields += (layout->columns[column].flags & COLUMN_HASHED) != 0;
		assert_int_equal(fields, cases[i].fields);
		assert_int_equal(layout->hash_style, HASH_PAIRS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fifteen_games_give_e14),
		cmocka_unit_test(unknown_zones_of_a_team_count_as_zero_only_in_the_original_e15),
		cmocka_unit_test(team_zones_run_over_the_games_with_shots),
		cmocka_unit_test(ten_teams_make_a_league_average),
		cmocka_unit_test(zones_that_are_alike_are_named_in_their_order),
		cmocka_unit_test(a_team_enters_the_league_average_with_enough_games_in_thirty_days),
		cmocka_unit_test(a_team_is_written_from_its_fifth_game_on),
		cmocka_unit_test(the_expected_games_of_a_team),
		cmocka_unit_test(the_original_wants_fifteen_games_of_twenty_five_teams),
		cmocka_unit_test(the_first_fourteen_days_of_a_season_stay_empty),
		cmocka_unit_test(the_hashes_cover_the_fields_of_the_specification),
	};
	return RUN(tests);
}
