/* The two zone tables: phase 4, sections 4, 5 and E11 to E15, and the corrected rules' decisions.
 */
#include "tests/test.h"

#include "native/number.h"
#include "native/processor.h"
#include "tests/support/lab.h"

#define TDZA "team_defense_zone_analysis"
#define PSZA "player_shot_zone_analysis"
#define DAY  "2021-11-15"

static void put(struct lab *lab, const char *table, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void put(struct lab *lab, const char *table, const char *format, ...)
{
	char text[600];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	lab_put(lab, processor_find(table)->layout, text);
}

static const char *day(date_t date)
{
	static char texts[4][DATE_TEXT_BYTES];
	static unsigned turn;
	return date_format(date, texts[turn++ % ARRAY_COUNT(texts)]);
}

static date_t date_at(const char *text)
{
	date_t date;
	assert_true(date_parse(text, &date));
	return date;
}

/* The original without the row counts that it demands of whole tables (tested apart). */
static struct rules original_without_gates(void)
{
	struct rules rules = rules_original;
	rules.upstream_gates = false;
	return rules;
}

/* ---- player_shot_zone_analysis ---- */

static void put_summary(struct lab *lab, const char *player, date_t date, const char *more)
{
	put(lab, "player_game_summary",
		"player_lookup=%s universal_player_id=%s game_date=%s game_id=g "
		"team_abbr=DAL is_active=1 minutes_played=30 seconds_played=1800 fg_attempts=15 "
		"season_year=2021 %s",
		player, player, day(date), more);
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
		put_summary(lab, "p", date_at(DAY) - 1 - i, games[i]);
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
		put_summary(&lab, "p", date_at(DAY) - 1 - i,
			i % 2 == 0 ? ZONES(4, 2, 2, 1) THREES(2, 1) : THREES(20, 20));
	for (int i = 0; i < 9; i++)
		put_summary(&lab, "q", date_at(DAY) - 1 - i,
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
			put_summary(&lab, player, date_at(DAY) - i, e11[i % 10]);
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
		put_summary(&lab, "p", date_at(DAY) - i, ZONES(1, 1, 0, 0) THREES(0, 0));
	put_summary(&lab, "p", date_at(DAY), ZONES(0, 0, 9, 9) THREES(0, 0));
	put_summary(&lab, "p", date_at("2021-10-18"), ZONES(0, 0, 9, 9) THREES(0, 0));
	put_summary(&lab, "p", date_at("2021-04-18"), ZONES(0, 0, 9, 9) THREES(0, 0));
	put_summary(&lab, "p", date_at(DAY) - 6,
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
			put_summary(&lab, cases[i].player, date_at(DAY) - game,
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
		const char *date = day(date_at("2021-12-15") - i);
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
		put_summary(&lab, "p", date_at("2021-12-15") - i, e11[i - 1]);
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
	put_summary(&lab, "p", date_at(DAY) - 21, "");
	lab_run_fails(&lab, PSZA, &rules_original, DAY,
		"Missing critical dependencies: ['nba_analytics.player_game_summary']");
	put_summary(&lab, "p", date_at(DAY) - 20, "");
	lab_run(&lab, PSZA, &rules_original, DAY);
	assert_string_equal(lab_failure(&lab, "p"), "INSUFFICIENT_DATA: Only 2 games, need 10");
	lab_close(&lab);
}

/* ---- team_defense_zone_analysis ---- */

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
	put(lab, "team_defense_game_summary",
		"defending_team_abbr=%s game_date=%s game_id=g opponent_team_abbr=XXX %s", team,
		day(date), more);
}

static void put_schedule(struct lab *lab, const char *home, const char *away, date_t date)
{
	char text[300];
	snprintf(text, sizeof(text),
		"game_id=00221%05d game_date=%s away=%s home=%s away_pts=1 home_pts=2", (int)date,
		day(date), away, home);
	LAB_RAW(lab, GAMES, text);
}

/* Ten games of kind A, then five of kind B, all at home. */
static void open_e14(struct lab *lab, const char *kind_a, const char *kind_b)
{
	lab_open(lab);
	for (int i = 0; i < 15; i++) {
		put_defence(lab, "BOS", date_at(DAY) - 1 - i, i < 5 ? kind_b : kind_a);
		put_schedule(lab, "BOS", "NYK", date_at(DAY) - 1 - i);
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
	struct rules original = original_without_gates();
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
	struct rules original = original_without_gates();
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
			put_defence(lab, name, date_at(DAY) - i, more);
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
	struct rules original = original_without_gates();
	original.skip_not_ready = false;
	original.min_sample_team_zone = 5;
	lab_open(&lab);
	put_league(&lab, 10, 5, KIND_A_ZONES KIND_A);
	for (int i = 1; i <= 4; i++)
		put_defence(&lab, "BOS", date_at(DAY) - i, KIND_B_ZONES KIND_B);
	put_defence(&lab, "BOS", date_at("2021-10-18"), KIND_B_ZONES KIND_B);
	put_defence(&lab, "BOS", date_at(DAY), KIND_B_ZONES KIND_B);
	lab_run(&lab, TDZA, &rules_corrected, DAY);
	assert_int_equal(lab.output.rows.count, 10);
	expect_near(&lab, "paint_defense_vs_league_avg", 0);
	put_defence(&lab, "BOS", date_at(DAY) - 5, KIND_B_ZONES KIND_B);
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
	put_defence(&lab, "BOS", date_at(DAY), KIND_A); /* the day's own result */
	for (int i = 1; i <= 4; i++)
		put_defence(&lab, "BOS", date_at(DAY) - i, KIND_A);
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
			put_defence(&lab, "BOS", date_at(DAY) - (date_t)games,
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
	struct rules original = original_without_gates();
	lab_open(&lab);
	/* Put off: nobody has played it. */
	LAB_RAW(&lab, GAMES, "game_id=x game_date=2021-11-01 home=BOS away=NYK");
	for (int i = 1; i <= 20; i++) {
		bool home = i % 4 == 0;
		put_schedule(&lab, home ? "BOS" : "NYK", home ? "NYK" : "BOS", date_at(DAY) - i);
		if (i <= 16)
			put_defence(&lab, "BOS", date_at(DAY) - i, KIND_A);
		if (i <= 12)
			put_defence(&lab, "NYK", date_at(DAY) - i, KIND_A);
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
		put_defence(&lab, "BOS", date_at(DAY) - i, KIND_A_ZONES KIND_A);
	lab_run_fails(&lab, TDZA, &original, DAY,
		"Missing critical dependencies: ['nba_analytics.team_defense_game_summary']");
	assert_true(lab_has_line(&lab, "^W .* Only 24/25 teams have 15\\+ games$"));
	put_defence(&lab, "BOS", date_at(DAY), KIND_A_ZONES KIND_A);
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
		put_defence(&lab, "BOS", date_at("2021-10-25") + i, KIND_A);
		put_summary(&lab, "p", date_at("2021-10-25") + i, e11[i]);
	}
	put(&lab, "upcoming_player_game_context",
		"player_lookup=p game_date=2021-11-01 game_id=g team_abbr=DAL");
	put(&lab, "upcoming_player_game_context",
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
