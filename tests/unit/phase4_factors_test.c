/* Rows of player_composite_factors: the worked examples E01, E06, E08, E10 and E25 to E27 of phase
 * 4, section 9, the rules of section 7, and the decisions 7, 8 and 13 of the native design. The
 * formulas alone: composite_scores_test.c. */
#include "tests/test.h"

#include "native/processor.h"
#include "tests/support/league.h"

#define TABLE  "player_composite_factors"
#define DAY_MS (24LL * 3600 * 1000)

/* -- whole rows -------------------------------------------------------------------------------- */

static void a_row_of_the_original_with_examples_e01_e06_e08_e10(void **state)
{
	(void)state;
	static const char date[] = "2021-11-16";
	struct lab lab;
	lab_open(&lab);
	league_put(&lab, date);
	league_put_context(&lab, date, "p07",
		"days_rest=1 back_to_back=1 games_in_last_7_days=4 minutes_in_last_7_days=139 "
		"avg_minutes_per_game_last_7=34.9 back_to_backs_last_14_days=1 player_age=36 "
		"pace_differential=0.5 projected_usage_rate=28.5 avg_usage_rate_last_7_games=25 "
		"star_teammates_out=1");
	league_put_shots(
		&lab, date, "p07", "primary_scoring_zone=perimeter three_pt_rate_last_10=62.5");
	lab_run(&lab, TABLE, &rules_original, date);
	assert_int_equal(lab.output.rows.count, LEAGUE_PLAYERS);
	size_t row = lab_row(&lab, "player_lookup", "p07");
	/* -2 - 7.56 + 0.25 + 1.2075 = -8.1025 */
	lab_expect(&lab, row,
		"fatigue_score=60 shot_zone_mismatch_score=-7.6 pace_score=0.2 "
		"usage_spike_score=1.2 total_composite_adjustment=-8.1 "
		"referee_favorability_score=0 opponent_strength_score=0 data_completeness_pct=100 "
		"missing_data_fields=NULL has_warnings=false warning_details=NULL "
		"analysis_date=2021-11-16 game_date=2021-11-16 early_season_flag=false "
		"backfill_bootstrap_mode=true season_boundary_detected=true "
		"circuit_breaker_active=false reprocess_attempt_count=0");
	assert_string_equal(lab_value(&lab, row, "calculation_version"), "v1_4factors");
	/* In the bootstrap a player without any game is written, and is not ready. */
	lab_expect(&lab, row, "is_production_ready=false expected_games_count=0");
	assert_string_equal(lab_value(&lab, row, "data_quality_issues"), "[]");
	row = lab_row(&lab, "player_lookup", "p08");
	/* NULL everywhere: no fatigue; no zone: the paint columns at weight 1, d = 4. */
	lab_expect(&lab, row,
		"fatigue_score=100 shot_zone_mismatch_score=4 pace_score=0 usage_spike_score=0 "
		"total_composite_adjustment=4 data_completeness_pct=40");
	assert_string_equal(lab_value(&lab, row, "missing_data_fields"),
		"days_rest, projected_usage_rate, pace_differential");
	lab_close(&lab);
}

/* 7.6 and 2.5: the 21 fields, sorted as strings. */
static void the_hash_is_of_the_21_fields_of_7_6(void **state)
{
	(void)state;
	static const char canonical[] =
		"analysis_date:2021-11-16|calculation_version:v1_4factors|"
		"data_completeness_pct:40.0|early_season_flag:False|fatigue_score:100|"
		"game_date:2021-11-16|game_id:g|has_warnings:False|insufficient_data_reason:NULL|"
		"look_ahead_pressure_score:0.0|"
		"missing_data_fields:days_rest, projected_usage_rate, pace_differential|"
		"opponent_strength_score:0.0|pace_score:0.0|player_lookup:p08|"
		"referee_favorability_score:0.0|shot_zone_mismatch_score:4.0|"
		"total_composite_adjustment:4.0|travel_impact_score:0.0|universal_player_id:p08|"
		"usage_spike_score:0.0|warning_details:NULL";
	struct lab lab;
	char hash[DIGEST_TEXT_BYTES];
	lab_open(&lab);
	league_put(&lab, "2021-11-16");
	lab_run(&lab, TABLE, &rules_original, "2021-11-16");
	digest_sha256_16(canonical, strlen(canonical), hash);
	assert_string_equal(
		lab_value(&lab, lab_row(&lab, "player_lookup", "p08"), "data_hash"), hash);
	lab_close(&lab);
}

static void context_texts_say_what_a_score_is_made_of(void **state)
{
	(void)state;
	static const char date[] = "2021-11-16";
	struct lab lab;
	lab_open(&lab);
	league_put_team(&lab, date, "T01",
		"paint_defense_vs_league_avg=4 weakest_zone=paint "
		"three_pt_defense_vs_league_avg=-6.3");
	league_put_context(&lab, date, "old",
		"days_rest=3 back_to_back=1 games_in_last_7_days=4 minutes_in_last_7_days=241 "
		"avg_minutes_per_game_last_7=34.9 back_to_backs_last_14_days=1 player_age=36 "
		"pace_differential=2.5 projected_usage_rate=28.5 avg_usage_rate_last_7_games=25 "
		"star_teammates_out=1");
	league_put_context(&lab, date, "young", "avg_usage_rate_last_7_games=25");
	league_put_shots(&lab, date, "old", "primary_scoring_zone=paint paint_rate_last_10=45");
	lab_run(&lab, TABLE, &rules_corrected, date);
	size_t row = lab_row(&lab, "player_lookup", "old");
	assert_string_equal(lab_value(&lab, row, "fatigue_context_json"),
		"{\"days_rest\": 3, \"back_to_back\": true, \"games_last_7\": 4, "
		"\"minutes_last_7\": 241, \"avg_minutes_pg_last_7\": 34.9, "
		"\"back_to_backs_last_14\": 1, \"player_age\": 36, \"penalties_applied\": "
		"[\"back_to_back: -15\", \"frequent_games: -10\", \"heavy_minutes: -10\", "
		"\"veteran_age: -10\"], \"bonuses_applied\": [\"extra_rest: +5\"], "
		"\"final_score\": 50}");
	assert_string_equal(lab_value(&lab, row, "shot_zone_context_json"),
		"{\"player_primary_zone\": \"paint\", \"primary_zone_frequency\": 45.0, "
		"\"opponent_weak_zone\": \"paint\", \"opponent_defense_vs_league\": 4.0, "
		"\"mismatch_type\": \"favorable\", \"final_score\": 3.6}");
	assert_string_equal(lab_value(&lab, row, "pace_context_json"),
		"{\"pace_differential\": 2.5, \"opponent_pace_last_10\": 100.0, "
		"\"league_avg_pace\": 100.0, \"pace_environment\": \"fast\", "
		"\"final_score\": 1.25}");
	assert_string_equal(lab_value(&lab, row, "usage_context_json"),
		"{\"projected_usage_rate\": 28.5, \"avg_usage_last_7\": 25.0, "
		"\"usage_differential\": 3.5, \"star_teammates_out\": 1, "
		"\"usage_trend\": \"spike\", \"final_score\": 1.2075}");
	row = lab_row(&lab, "player_lookup", "young");
	assert_string_equal(
		lab_value(&lab, row, "shot_zone_context_json"), "{\"missing_data\": true}");
	assert_string_equal(lab_value(&lab, row, "usage_context_json"),
		"{\"projected_usage_rate\": null, \"avg_usage_last_7\": 25.0, "
		"\"usage_differential\": null, \"star_teammates_out\": 0, "
		"\"usage_trend\": \"unknown\", \"final_score\": 0.0}");
	lab_close(&lab);
}

static void a_missing_upstream_row_is_flagged_and_scores_nothing(void **state)
{
	(void)state;
	static const char date[] = "2021-11-16";
	struct lab lab;
	lab_open(&lab);
	league_put_games(&lab, "whole", 11);
	league_put_team(&lab, date, "T01", "paint_defense_vs_league_avg=4");
	league_put_context(&lab, date, "whole", "");
	league_put_context(&lab, date, "lonely", "opponent_team_abbr=T02 is_production_ready=0");
	league_put_context(&lab, date, "nobody", "opponent_team_abbr=T01");
	league_put_shots(&lab, date, "whole", "primary_scoring_zone=paint paint_rate_last_10=50");
	league_put_shots(&lab, date, "lonely", "primary_scoring_zone=paint paint_rate_last_10=50");
	lab_run(&lab, TABLE, &rules_corrected, date);
	assert_int_equal(lab.output.rows.count, 3);
	assert_int_equal(lab.output.failure_count, 0);
	size_t row = lab_row(&lab, "player_lookup", "whole");
	lab_expect(&lab, row, "shot_zone_mismatch_score=4 is_production_ready=true");
	assert_string_equal(lab_value(&lab, row, "data_quality_issues"), "[]");
	row = lab_row(&lab, "player_lookup", "lonely");
	lab_expect(&lab, row, "shot_zone_mismatch_score=0 is_production_ready=false");
	assert_string_equal(lab_value(&lab, row, "missing_data_fields"),
		"days_rest, projected_usage_rate, pace_differential, team_defense_zone");
	assert_string_equal(lab_value(&lab, row, "data_quality_issues"),
		"[\"upstream_team_defense_zone_incomplete\", "
		"\"upstream_player_context_incomplete\", \"upstream_team_context_incomplete\", "
		"\"own_data_incomplete\"]");
	row = lab_row(&lab, "player_lookup", "nobody");
	lab_expect(&lab, row, "shot_zone_mismatch_score=0 data_completeness_pct=20");
	assert_string_equal(lab_value(&lab, row, "missing_data_fields"),
		"days_rest, projected_usage_rate, pace_differential, player_shot_zone");
	assert_string_equal(lab_value(&lab, row, "data_quality_issues"),
		"[\"upstream_player_shot_zone_incomplete\", \"own_data_incomplete\"]");
	lab_close(&lab);
}

/* -- who gets a row ---------------------------------------------------------------------------- */

static void the_original_shuts_a_date_with_too_few_rows_7_1(void **state)
{
	(void)state;
	struct lab lab;
	lab_open(&lab);
	league_put_context(&lab, "2021-11-16", "one", "");
	lab_run_fails(&lab, TABLE, &rules_original, "2021-11-16",
		"Missing critical dependencies: ['nba_analytics.upcoming_player_game_context', "
		"'nba_analytics.upcoming_team_game_context', "
		"'nba_precompute.player_shot_zone_analysis', "
		"'nba_precompute.team_defense_zone_analysis']");
	assert_true(lab_has_line(&lab,
		"^E Missing critical dependency: nba_precompute.team_defense_zone_analysis$"));
	lab_run(&lab, TABLE, &rules_corrected, "2021-11-16");
	assert_int_equal(lab.output.rows.count, 1);
	lab_close(&lab);
}

static void no_rows_in_the_first_fourteen_days(void **state)
{
	(void)state;
	struct lab lab;
	lab_open(&lab);
	league_put_context(&lab, "2021-11-01", "one", "");
	league_put_context(&lab, "2021-11-02", "one", "");
	lab_run(&lab, TABLE, &rules_corrected, "2021-11-01");
	assert_int_equal(lab.output.rows.count, 0);
	assert_true(
		lab_has_line(&lab, "^I BOOTSTRAP: Skipping 2021-11-01 \\(early season period\\)$"));
	lab_run(&lab, TABLE, &rules_corrected, "2021-11-02");
	assert_int_equal(lab.output.rows.count, 1);
	lab_close(&lab);
}

static void bootstrap_and_boundary_of_e25(void **state)
{
	(void)state;
	static const struct {
		const char *date, *expected;
	} days[] = {
		{"2021-11-17", "backfill_bootstrap_mode=true season_boundary_detected=true"},
		{"2021-11-18", "backfill_bootstrap_mode=false season_boundary_detected=true"},
		{"2021-11-30", "backfill_bootstrap_mode=false season_boundary_detected=true"},
		{"2021-12-01", "backfill_bootstrap_mode=false season_boundary_detected=false"},
	};
	struct lab lab;
	lab_open(&lab);
	for (size_t i = 0; i < ARRAY_COUNT(days); i++) {
		league_put_context(&lab, days[i].date, "one", "");
		lab_run(&lab, TABLE, &rules_corrected, days[i].date);
		lab_expect(&lab, 0, days[i].expected);
	}
	lab_close(&lab);
}

/* 7.2 outside the bootstrap: T00 played on 11-03 .. 11-23, ten of the games before 11-24 count. */
static void incomplete_players_are_skipped_only_by_the_original(void **state)
{
	(void)state;
	static const char date[] = "2021-11-24";
	struct lab lab;
	lab_open(&lab);
	league_put(&lab, date);
	league_put_games(&lab, "p07", 6);
	league_put_preseason(&lab, "p07", 4); /* before opening day: they do not count (2.2) */
	lab_run(&lab, TABLE, &rules_original, date);
	assert_int_equal(lab.output.rows.count, 0);
	assert_int_equal(lab.output.failure_count, LEAGUE_PLAYERS);
	assert_int_equal(lab.output.attempt_count, LEAGUE_PLAYERS);
	assert_string_equal(lab.output.failures[7].entity, "p07");
	assert_string_equal(lab.output.failures[7].category, "INCOMPLETE_DATA");
	assert_string_equal(lab.output.failures[7].reason, "Incomplete own data: 60.0%");
	assert_string_equal(lab.output.attempts[7].reason, "incomplete_own_data");
	assert_true(lab.output.attempts[7].completeness_pct == 60.0);
	assert_true(lab_has_line(&lab, "^W p07: Completeness 60.0% \\(6/10 games\\) - skipping$"));
	lab_run(&lab, TABLE, &rules_corrected, date);
	assert_int_equal(lab.output.rows.count, LEAGUE_PLAYERS);
	assert_int_equal(lab.output.failure_count, 0);
	assert_int_equal(lab.output.attempt_count, 0);
	size_t row = lab_row(&lab, "player_lookup", "p07");
	lab_expect(&lab, row,
		"is_production_ready=false expected_games_count=10 actual_games_count=6 "
		"missing_games_count=4 completeness_percentage=60");
	assert_string_equal(
		lab_value(&lab, row, "data_quality_issues"), "[\"own_data_incomplete\"]");
	lab_close(&lab);
}

static void the_original_asks_for_the_opponents_team_context(void **state)
{
	(void)state;
	static const char date[] = "2021-11-24";
	struct lab lab;
	lab_open(&lab);
	league_put(&lab, date);
	league_put_games(&lab, "p07", 11);
	lab_run(&lab, TABLE, &rules_original, date);
	assert_int_equal(lab.output.rows.count, 1);
	lab_expect(&lab, 0,
		"player_lookup=p07 is_production_ready=true actual_games_count=11 "
		"completeness_percentage=110");
	league_put_row(&lab, "upcoming_team_game_context",
		"game_date=%s team_abbr=T01 game_id=g is_production_ready=0", date);
	lab_run(&lab, TABLE, &rules_original, date);
	assert_int_equal(lab.output.rows.count, 0);
	assert_string_equal(lab.output.failures[7].category, "UPSTREAM_INCOMPLETE");
	assert_string_equal(lab.output.failures[7].reason, "Upstream dependencies not ready");
	assert_string_equal(lab.output.attempts[7].reason, "incomplete_upstream_dependencies");
	assert_true(lab_has_line(&lab,
		"^W p07: Upstream not ready \\(shot_zone=True, team_defense=True, "
		"player_context=True, team_context=False\\) - skipping$"));
	lab_close(&lab);
}

/* The newest attempts of p00, as the warehouse holds them. */
static struct attempt_row newest_attempt(struct lab *lab, const char *entity)
{
	struct attempt_rows rows;
	struct error err;
	struct attempt_row found = {0};
	struct date_range year = {date_of(2021, 10, 1), date_of(2022, 6, 30)};
	assert_true(warehouse_read_attempts(lab->warehouse, TABLE, year, &rows, &err));
	for (size_t i = 0; i < rows.count; i++)
		if (strcmp(rows.items[i].entity, entity) == 0)
			found = rows.items[i];
	free(rows.items);
	return found;
}

static void three_attempts_trip_the_breaker_e26(void **state)
{
	(void)state;
	static const char date[] = "2021-11-24";
	struct lab lab;
	lab_open(&lab);
	league_put(&lab, date);
	for (int attempt = 1; attempt <= 3; attempt++) {
		lab_run_and_write(&lab, TABLE, &rules_original, date);
		struct attempt_row row = newest_attempt(&lab, "p07");
		assert_int_equal(row.attempts, attempt);
		assert_int_equal(row.tripped, attempt == 3);
		assert_int_equal(row.until_ms, attempt == 3 ? lab.now_ms + 7 * DAY_MS : 0);
	}
	assert_true(lab_has_line(&lab, "^E p07: Circuit breaker TRIPPED after 3 attempts$"));
	lab_run_and_write(&lab, TABLE, &rules_original, date);
	assert_string_equal(lab.output.failures[7].category, "CIRCUIT_BREAKER_ACTIVE");
	assert_int_equal(lab.output.attempt_count, 0);
	assert_true(lab_has_line(&lab, "^W p07: Circuit breaker active until .* - skipping$"));
	/* An expired breaker keeps its count: the next failure is the fourth, and trips again. */
	lab.now_ms += 7 * DAY_MS + 1;
	lab_run_and_write(&lab, TABLE, &rules_original, date);
	assert_string_equal(lab.output.failures[7].category, "INCOMPLETE_DATA");
	assert_int_equal(newest_attempt(&lab, "p07").attempts, 4);
	assert_true(newest_attempt(&lab, "p07").tripped);
	lab_close(&lab);
}

/* -- decision 8 -------------------------------------------------------------------------------- */

static void put_roster(
	struct lab *lab, bool box, const char *game, const char *team, const char *status)
{
	char text[300];
	snprintf(text, sizeof(text),
		"game_id=%s player_id=5 game_date=2021-11-16 team=%s player=x player_lookup=x "
		"%s%s",
		game, team, box ? "opp=ZZZ sec=600" : "status=", status);
	if (box)
		LAB_RAW(lab, PLAYER_BOX, text);
	else
		LAB_RAW(lab, DID_NOT_PLAY, text);
}

/* The opponent of the row that was taken of the contexts of both rosters. */
static void expect_choice(const char *first, const char *second, const char *game_id)
{
	struct lab lab;
	lab_open(&lab);
	LAB_RAW(&lab, GAMES, "game_id=0022100200 game_date=2021-11-16 away=DAL home=PHX");
	LAB_RAW(&lab, GAMES, "game_id=0022100201 game_date=2021-11-16 away=BOS home=ATL");
	put_roster(&lab, strcmp(first, "BOX") == 0, "0022100200", "DAL",
		strcmp(first, "BOX") == 0 ? "" : first);
	put_roster(&lab, strcmp(second, "BOX") == 0, "0022100201", "BOS",
		strcmp(second, "BOX") == 0 ? "" : second);
	lab_run_and_write(&lab, "upcoming_player_game_context", &rules_corrected, "2021-11-16");
	assert_int_equal(lab.output.rows.count, 2);
	lab_run(&lab, TABLE, &rules_corrected, "2021-11-16");
	assert_int_equal(lab.output.rows.count, 1);
	assert_string_equal(lab_value(&lab, 0, "game_id"), game_id);
	lab_close(&lab);
}

static void of_a_player_on_two_rosters_one_row_counts(void **state)
{
	(void)state;
	static const char dallas[] = "20211116_DAL_PHX";
	static const char boston[] = "20211116_BOS_ATL";
	expect_choice("BOX", "DNP", dallas);
	expect_choice("INACTIVE", "BOX", boston);
	expect_choice("DNP", "INACTIVE", dallas);
	/* The higher game id, which is not the one that sorts last in the context. */
	expect_choice("INACTIVE", "INACTIVE", boston);
}

/* -- from the games on ------------------------------------------------------------------------- */

/* E27. Corrected: yesterday's game is a back-to-back, so that 15 points are lost more. */
static void fatigue_from_the_games_e27(void **state)
{
	(void)state;
	static const struct {
		const char *date;
		int seconds;
	} games[] = {{"2021-11-09", 2070}, {"2021-11-07", 1860}, {"2021-11-06", 2175},
		{"2021-11-03", 2280}, {"2021-11-01", 1740}, {"2021-10-27", 1200}};
	struct lab lab;
	char text[300];
	lab_open(&lab);
	LAB_RAW(&lab, GAMES, "game_id=0022100999 game_date=2021-11-10 away=DAL home=T01");
	LAB_RAW(&lab, DID_NOT_PLAY,
		"game_id=0022100999 game_date=2021-11-10 team=DAL player_lookup=p player_id=9 "
		"player=p status=INACTIVE");
	for (size_t i = 0; i < ARRAY_COUNT(games); i++) {
		snprintf(text, sizeof(text),
			"game_id=00221%05zu player_id=9 game_date=%s team=DAL opp=XXX player=p "
			"player_lookup=p sec=%d pts=10",
			i, games[i].date, games[i].seconds);
		LAB_RAW(&lab, PLAYER_BOX, text);
	}
	static const struct {
		const struct rules *rules;
		const char *context, *factors;
	} wanted[] = {{&rules_original, "back_to_back=false", "fatigue_score=85"},
		{&rules_corrected, "back_to_back=true", "fatigue_score=70"}};
	for (size_t i = 0; i < ARRAY_COUNT(wanted); i++) {
		lab_run_and_write(
			&lab, "upcoming_player_game_context", wanted[i].rules, "2021-11-10");
		lab_expect(&lab, 0,
			"days_rest=1 games_in_last_7_days=4 games_in_last_14_days=6 "
			"minutes_in_last_7_days=139 minutes_in_last_14_days=188 "
			"avg_minutes_per_game_last_7=34.9 back_to_backs_last_14_days=1");
		lab_expect(&lab, 0, wanted[i].context);
		lab_run(&lab, TABLE, &rules_corrected, "2021-11-10");
		lab_expect(&lab, 0, wanted[i].factors);
	}
	lab_close(&lab);
}

static void selects_do_not_grow_with_the_dates(void **state)
{
	(void)state;
	league_check_selects(TABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_of_the_original_with_examples_e01_e06_e08_e10),
		cmocka_unit_test(the_hash_is_of_the_21_fields_of_7_6),
		cmocka_unit_test(context_texts_say_what_a_score_is_made_of),
		cmocka_unit_test(a_missing_upstream_row_is_flagged_and_scores_nothing),
		cmocka_unit_test(the_original_shuts_a_date_with_too_few_rows_7_1),
		cmocka_unit_test(no_rows_in_the_first_fourteen_days),
		cmocka_unit_test(bootstrap_and_boundary_of_e25),
		cmocka_unit_test(incomplete_players_are_skipped_only_by_the_original),
		cmocka_unit_test(the_original_asks_for_the_opponents_team_context),
		cmocka_unit_test(three_attempts_trip_the_breaker_e26),
		cmocka_unit_test(of_a_player_on_two_rosters_one_row_counts),
		cmocka_unit_test(fatigue_from_the_games_e27),
		cmocka_unit_test(selects_do_not_grow_with_the_dates),
	};
	return RUN(tests);
}
