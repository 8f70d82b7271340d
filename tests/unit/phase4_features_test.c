/* Rows of ml_feature_store_v2: example E20 of phase 4, section 9, from upstream rows to the vector,
 * E25 and E26, the rules of section 8, and the decisions 2, 3, 7, 8, 12 and 13 of the native
 * design. The features alone: feature_vector_test.c. */
#include "tests/test.h"

#include "tests/support/league.h"

#define TABLE "ml_feature_store_v2"
#define DATE  "2021-11-16"

static const char cache_e20[] =
	"points_avg_last_5=22.4 points_avg_last_10=22.3 points_avg_season=22.25 "
	"points_std_last_10=7.4543 games_in_last_7_days=3 minutes_avg_last_10=32.3 "
	"team_pace_last_10=99.83 team_off_rating_last_10=109.61 paint_rate_last_10=1 "
	"three_pt_rate_last_10=1";
static const char factors_e20[] =
	"fatigue_score=95 shot_zone_mismatch_score=3.6 pace_score=0.2 usage_spike_score=1.2";
static const char shots_e20[] =
	"paint_rate_last_10=45.12 mid_range_rate_last_10=23.48 three_pt_rate_last_10=31.4";
static const char defence_e20[] = "defensive_rating_last_15=113.65 opponent_pace=100.3";
static const char context_e20[] =
	"days_rest=2 opponent_days_rest=1 player_status=probable home_game=1 back_to_back=0 "
	"season_phase=early games_in_last_7_days=2";

static const char vector_original[] =
	"[22.4, 22.3, 22.25, 7.4543, 3.0, 95.0, 3.6, 0.2, 1.2, 1.0, 1.0, -1.0, 0.0, 113.65, 100.3, "
	"1.0, 0.0, 0.0, 0.4512, 0.2348, 0.314, 0.13452914798206278, 99.83, 109.61, "
	"0.5384615384615384]";
static const char vector_corrected[] =
	"[22.4, 22.3, 22.25, 7.4543, 3.0, 95.0, 3.6, 0.2, 1.2, 1.0, 1.0, 2.0, 0.0, 113.65, 100.3, "
	"1.0, 0.0, 0.0, 0.4512, 0.2348, 0.314, 0.13452914798206278, 99.83, 109.61, "
	"0.5384615384615384]";
static const char names[] =
	"[\"points_avg_last_5\", \"points_avg_last_10\", \"points_avg_season\", "
	"\"points_std_last_10\", \"games_in_last_7_days\", \"fatigue_score\", "
	"\"shot_zone_mismatch_score\", \"pace_score\", \"usage_spike_score\", \"rest_advantage\", "
	"\"injury_risk\", \"recent_trend\", \"minutes_change\", \"opponent_def_rating\", "
	"\"opponent_pace\", \"home_away\", \"back_to_back\", \"playoff_game\", \"pct_paint\", "
	"\"pct_mid_range\", \"pct_three\", \"pct_free_throw\", \"team_pace\", \"team_off_rating\", "
	"\"team_win_pct\"]";

static void put_cache(struct lab *lab, const char *date, const char *player, const char *values)
{
	league_put_row(lab, "player_daily_cache",
		"cache_date=%s player_lookup=%s is_production_ready=1 %s", date, player, values);
}

static void put_factors(struct lab *lab, const char *date, const char *player, const char *values)
{
	league_put_row(lab, "player_composite_factors",
		"game_date=%s player_lookup=%s game_id=g is_production_ready=1 %s", date, player,
		values);
}

/* Ready rows of everything, as many as the gates of the original ask for. */
static void put_everything(struct lab *lab, const char *date)
{
	char player[8];
	league_put(lab, date);
	for (int i = 0; i < LEAGUE_PLAYERS; i++) {
		snprintf(player, sizeof(player), "p%02d", i);
		put_cache(lab, date, player, "");
		put_factors(lab, date, player, "");
	}
}

/* One summary row; minutes as a whole number, NULL for 0. */
static void put_summary(
	struct lab *lab, const char *player, date_t date, int minutes, int points, int season)
{
	char text[DATE_TEXT_BYTES];
	char played[40] = "";
	if (minutes > 0)
		snprintf(played, sizeof(played), "minutes_played=%d", minutes);
	league_put_row(lab, "player_game_summary",
		"player_lookup=%s game_date=%s season_year=%d %s seconds_played=%d "
		"points=%d ft_makes=3 is_active=1 team_abbr=T00",
		player, date_format(date, text), season, played, minutes * 60, points);
}

/* E20: the games of the player, and thirteen of his team, of which it won seven. */
static void put_games_e20(struct lab *lab, const char *player)
{
	static const int points[] = {31, 22, 18, 27, 14, 25, 20, 33, 9, 24};
	static const int minutes[] = {36, 33, 30, 35, 28, 34, 32, 38, 24, 33};
	date_t day = date_of(2021, 11, 15);
	char text[300];
	for (int i = 0; i < 13; i++) {
		char date[DATE_TEXT_BYTES];
		date_format(day - i, date);
		snprintf(text, sizeof(text),
			"game_id=00221%05d game_date=%s away=T00 home=T01 away_pts=%d home_pts=100",
			i, date, i % 2 == 0 ? 101 : 99);
		LAB_RAW(lab, GAMES, text);
		if (i >= (int)ARRAY_COUNT(points))
			continue;
		snprintf(text, sizeof(text),
			"game_id=00221%05d player_id=1 game_date=%s team=T00 opp=T01 player=%s "
			"player_lookup=%s sec=%d pts=%d",
			i, date, player, player, minutes[i] * 60, points[i]);
		LAB_RAW(lab, PLAYER_BOX, text);
		put_summary(lab, player, day - i, minutes[i], points[i], 2021);
	}
}

static void put_upstreams_e20(struct lab *lab, const char *player)
{
	league_put_context(lab, DATE, player, context_e20);
	put_cache(lab, DATE, player, cache_e20);
	put_factors(lab, DATE, player, factors_e20);
	league_put_shots(lab, DATE, player, shots_e20);
	league_put_team(lab, DATE, "T01", defence_e20);
}

static void open_with_e20(struct lab *lab)
{
	lab_open(lab);
	put_games_e20(lab, "p07");
	put_upstreams_e20(lab, "p07");
}

static void expect_vector(const struct lab *lab, size_t row, const char *vector)
{
	assert_string_equal(lab_value(lab, row, "features"), vector);
	assert_string_equal(lab_value(lab, row, "feature_names"), names);
	lab_expect(lab, row,
		"feature_count=25 feature_quality_score=97 quality_tier=gold is_home=true "
		"days_rest=2 opponent_team_abbr=T01 universal_player_id=p07 game_id=g "
		"is_production_ready=true data_quality_issues=[] early_season_flag=NULL "
		"insufficient_data_reason=NULL expected_games_count=10 missing_games_count=0 "
		"updated_at=NULL");
	assert_string_equal(lab_value(lab, row, "data_source"), "phase4_partial");
	assert_string_equal(lab_value(lab, row, "feature_version"), "v1_baseline_25");
}

/* -- vectors ----------------------------------------------------------------------------------- */

static void example_e20_from_upstream_rows(void **state)
{
	(void)state;
	struct lab lab;
	open_with_e20(&lab);
	lab_run(&lab, TABLE, &rules_corrected, DATE);
	assert_int_equal(lab.output.rows.count, 1);
	expect_vector(&lab, 0, vector_corrected);
	assert_true(lab_has_line(&lab, "^I Calculating features for 1 players$"));
	assert_true(lab_has_line(&lab,
		"^I Feature generation complete: 1 success, 0 failed \\(100.0% success rate\\)$"));
	put_everything(&lab, DATE);
	put_upstreams_e20(&lab, "p07");
	lab_run(&lab, TABLE, &rules_original, DATE);
	assert_int_equal(lab.output.rows.count, 1); /* nobody else has played */
	expect_vector(&lab, 0, vector_original);
	lab_close(&lab);
}

/* 8.6 and 2.5: the 15 fields, sorted as strings; lists as Python writes them. */
static void the_hash_is_of_the_15_fields_of_8_6(void **state)
{
	(void)state;
	struct lab lab;
	struct buffer canonical = {0};
	char hash[DIGEST_TEXT_BYTES];
	open_with_e20(&lab);
	lab_run(&lab, TABLE, &rules_corrected, DATE);
	buffer_add_text(&canonical,
		"data_source:phase4_partial|days_rest:2|early_season_flag:NULL|feature_count:25|"
		"feature_names:");
	for (const char *at = names; *at != '\0'; at++)
		buffer_add_char(&canonical, *at == '"' ? '\'' : *at);
	buffer_add_format(&canonical,
		"|feature_quality_score:97.0|feature_version:v1_baseline_25|features:%s|"
		"game_date:2021-11-16|game_id:g|insufficient_data_reason:NULL|is_home:True|"
		"opponent_team_abbr:T01|player_lookup:p07|universal_player_id:p07",
		vector_corrected);
	digest_sha256_16(canonical.bytes, canonical.length, hash);
	assert_string_equal(lab_value(&lab, 0, "data_hash"), hash);
	buffer_release(&canonical);
	lab_close(&lab);
}

/* 8.4's fallbacks with the row of one upstream table taken away; decision 12 for feature 4. */
static void every_upstream_row_may_be_missing(void **state)
{
	(void)state;
	static const struct {
		const char *table, *issue, *quality, *features;
	} examples[] = {
		{"player_daily_cache", "upstream_player_daily_cache_incomplete",
			/* 4 of phase 3, 3 defaults */ "85.8",
			"[22.4, 22.3, 22.3, 5.0, 2.0, 95.0, 3.6, 0.2, 1.2, 1.0, 1.0, 2.0, 0.0, "
			"113.65, 100.3, 1.0, 0.0, 0.0, 0.4512, 0.2348, 0.314, 0.13452914798206278, "
			"100.0, 112.0, 0.5384615384615384]"},
		{"player_composite_factors", "upstream_player_composite_factors_incomplete", "87.4",
			"[22.4, 22.3, 22.25, 7.4543, 3.0, 50.0, 0.0, 0.0, 0.0, 1.0, 1.0, 2.0, 0.0, "
			"113.65, 100.3, 1.0, 0.0, 0.0, 0.4512, 0.2348, 0.314, 0.13452914798206278, "
			"99.83, 109.61, 0.5384615384615384]"},
		/* the cache has copies of two of the three rates */
		{"player_shot_zone_analysis", "upstream_player_shot_zone_incomplete", "94.6",
			"[22.4, 22.3, 22.25, 7.4543, 3.0, 95.0, 3.6, 0.2, 1.2, 1.0, 1.0, 2.0, 0.0, "
			"113.65, 100.3, 1.0, 0.0, 0.0, 0.01, 0.2, 0.01, 0.13452914798206278, "
			"99.83, "
			"109.61, 0.5384615384615384]"},
		{"team_defense_zone_analysis", "upstream_team_defense_zone_incomplete", "92.2",
			"[22.4, 22.3, 22.25, 7.4543, 3.0, 95.0, 3.6, 0.2, 1.2, 1.0, 1.0, 2.0, 0.0, "
			"112.0, 100.0, 1.0, 0.0, 0.0, 0.4512, 0.2348, 0.314, 0.13452914798206278, "
			"99.83, 109.61, 0.5384615384615384]"},
	};
	for (size_t i = 0; i < ARRAY_COUNT(examples); i++) {
		struct lab lab;
		char issues[100];
		open_with_e20(&lab);
		lab_empty(&lab, examples[i].table, DATE);
		lab_run(&lab, TABLE, &rules_corrected, DATE);
		assert_int_equal(lab.output.rows.count, 1);
		assert_int_equal(lab.output.failure_count, 0);
		assert_string_equal(lab_value(&lab, 0, "features"), examples[i].features);
		assert_string_equal(
			lab_value(&lab, 0, "feature_quality_score"), examples[i].quality);
		snprintf(issues, sizeof(issues), "[\"%s\"]", examples[i].issue);
		assert_string_equal(lab_value(&lab, 0, "data_quality_issues"), issues);
		lab_expect(&lab, 0, "is_production_ready=false");
		lab_close(&lab);
	}
}

/* 8.3 with 8.2: in the bootstrap of October 1 the original goes on without factors, and then does
 * not know the opponent. */
static void without_factors_the_original_knows_no_opponent(void **state)
{
	(void)state;
	static const char date[] = "2021-10-30";
	struct lab lab;
	lab_open(&lab);
	put_everything(&lab, date);
	league_put_team(&lab, date, "T01", defence_e20);
	league_put_context(&lab, date, "other", context_e20);
	lab_run(&lab, TABLE, &rules_original, date);
	assert_string_equal(lab_value(&lab, lab_row(&lab, "player_lookup", "other"), "features"),
		"[10.0, 10.0, 10.0, 5.0, 3.0, 50.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 112.0, "
		"100.0, 1.0, 0.0, 0.0, 0.3, 0.2, 0.35, 0.15, 100.0, 112.0, 0.5]");
	put_factors(&lab, date, "other", "");
	lab_run(&lab, TABLE, &rules_original, date);
	assert_string_equal(lab_value(&lab, lab_row(&lab, "player_lookup", "other"), "features"),
		"[10.0, 10.0, 10.0, 5.0, 3.0, 50.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 113.65, "
		"100.3, 1.0, 0.0, 0.0, 0.3, 0.2, 0.35, 0.15, 100.0, 112.0, 0.5]");
	lab_close(&lab);
}

/* Decisions 2 and 3. The original takes the last ten rows of any season, played or not. */
static void which_games_count(void **state)
{
	(void)state;
	struct lab lab;
	lab_open(&lab);
	league_put_context(&lab, DATE, "p07", "");
	put_summary(&lab, "p07", date_of(2021, 11, 15), 0, 0, 2021);
	put_summary(&lab, "p07", date_of(2021, 11, 13), 30, 20, 2021);
	put_summary(&lab, "p07", date_of(2021, 11, 11), 30, 30, 2021);
	put_summary(&lab, "p07", date_of(2021, 11, 9), 30, 10, 2021);
	put_summary(&lab, "p07", date_of(2021, 11, 7), 30, 10, 2021);
	put_summary(&lab, "p07", date_of(2021, 5, 1), 40, 40, 2020);
	lab_run(&lab, TABLE, &rules_corrected, DATE);
	/* Four games: no mean of five, no trend, no share of free throws. */
	assert_string_equal(lab_value(&lab, 0, "features"),
		"[10.0, 17.5, 17.5, 5.0, 3.0, 50.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 112.0, "
		"100.0, 0.0, 0.0, 0.0, 0.3, 0.2, 0.35, 0.15, 100.0, 112.0, 0.5]");
	put_everything(&lab, DATE);
	for (int i = 0; i < 2; i++) /* an eighteen point game of last season does not count */
		put_summary(&lab, "p07", date_of(2021, 4, 1) + i, 30, 18, 2020);
	league_put_games(&lab, "p07", 11);
	lab_run(&lab, TABLE, &rules_original, DATE);
	/* 0 20 30 10 10 | 40 18 18: means 14, 18.25, 14 of the season; trend 10 - 16.67;
	 * minutes (31.43 - 30) / 30, NULL left out; free throws 24 / 146. */
	assert_string_equal(lab_value(&lab, 0, "features"),
		"[14.0, 18.25, 14.0, 5.0, 3.0, 50.0, 0.0, 0.0, 0.0, 0.0, 0.0, -2.0, 0.0, 112.0, "
		"100.0, 0.0, 0.0, 0.0, 0.3, 0.2, 0.35, 0.1643835616438356, 100.0, 112.0, 0.0]");
	lab_close(&lab);
}

/* Decision 3: by minutes_played the season's mean would be 10, and the change twice as strong. */
static void minutes_are_of_exact_seconds(void **state)
{
	(void)state;
	struct lab lab;
	lab_open(&lab);
	league_put_context(&lab, DATE, "p07", "");
	put_cache(&lab, DATE, "p07", "minutes_avg_last_10=33");
	league_put_row(&lab, "player_game_summary",
		"player_lookup=p07 game_date=2021-11-15 season_year=2021 minutes_played=10 "
		"seconds_played=1801 is_active=1");
	lab_run(&lab, TABLE, &rules_corrected, DATE);
	assert_string_equal(lab_value(&lab, 0, "features"),
		"[10.0, 0.0, 0.0, 5.0, 3.0, 50.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 112.0, 100.0, "
		"0.0, 0.0, 0.0, 0.3, 0.2, 0.35, 0.15, 100.0, 112.0, 0.5]");
	lab_close(&lab);
}

/* Decision 2, where one batch reaches over two seasons. */
static void last_season_does_not_count_in_a_batch_that_holds_it(void **state)
{
	(void)state;
	struct lab lab;
	lab_open(&lab);
	league_put_context(&lab, DATE, "p07", "");
	league_put_context(&lab, "2022-11-16", "p07", "");
	for (int i = 0; i < 8; i++)
		put_summary(&lab, "p07", date_of(2022, 4, 1) + i, 30, 40, 2021);
	for (int i = 0; i < 3; i++)
		put_summary(&lab, "p07", date_of(2022, 11, 10) + i, 30, 12, 2022);
	lab_run(&lab, TABLE, &rules_corrected, DATE);
	assert_true(lab_select_count(&lab, TABLE, DATE, 366) > 0);
	assert_int_equal(lab.output.rows.count, 1);
	lab_expect(&lab, 0, "game_date=2022-11-16");
	assert_string_equal(lab_value(&lab, 0, "features"),
		"[10.0, 12.0, 12.0, 5.0, 3.0, 50.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 112.0, "
		"100.0, 0.0, 0.0, 0.0, 0.3, 0.2, 0.35, 0.15, 100.0, 112.0, 0.5]");
	lab_close(&lab);
}

/* -- who gets a row ---------------------------------------------------------------------------- */

static void the_original_shuts_a_date_with_too_few_rows_8_1(void **state)
{
	(void)state;
	struct lab lab;
	lab_open(&lab);
	lab_run_fails(&lab, TABLE, &rules_original, DATE,
		"Missing critical dependencies: ['nba_precompute.player_daily_cache', "
		"'nba_precompute.player_composite_factors', "
		"'nba_precompute.player_shot_zone_analysis', "
		"'nba_precompute.team_defense_zone_analysis']");
	lab_run(&lab, TABLE, &rules_corrected, DATE);
	assert_int_equal(lab.output.rows.count, 0);
	put_everything(&lab, DATE);
	lab_empty(&lab, "upcoming_player_game_context", DATE);
	lab_run_fails(
		&lab, TABLE, &rules_original, DATE, "No players found with games on 2021-11-16");
	lab_close(&lab);
}

static void players_who_are_not_ready_8_2(void **state)
{
	(void)state;
	struct lab lab;
	open_with_e20(&lab);
	put_everything(&lab, DATE);
	league_put_preseason(&lab, "p08", 10); /* the original counts from October 1 on (2.2) */
	put_cache(&lab, DATE, "p07", "is_production_ready=0");
	lab_run(&lab, TABLE, &rules_original, DATE);
	assert_int_equal(lab.output.rows.count, 1);
	lab_expect(&lab, 0, "player_lookup=p08 actual_games_count=10 is_production_ready=true");
	assert_int_equal(lab.output.failure_count, LEAGUE_PLAYERS - 1);
	assert_string_equal(lab_failure(&lab, "p07"),
		"UPSTREAM_INCOMPLETE: Upstream Phase 4 dependencies not ready");
	assert_string_equal(
		lab_failure(&lab, "p09"), "INCOMPLETE_DATA_SKIPPED: Incomplete own data: 0.0%");
	assert_string_equal(lab.output.attempts[7].reason, "incomplete_upstream_dependencies");
	assert_string_equal(lab.output.attempts[8].reason, "incomplete_own_data");
	assert_true(lab_has_line(&lab,
		"^W p07: Upstream not ready \\(daily_cache=False, composite=True, shot_zone=True, "
		"team_defense=True\\) - skipping$"));
	lab_run(&lab, TABLE, &rules_corrected, DATE);
	assert_int_equal(lab.output.rows.count, LEAGUE_PLAYERS);
	assert_int_equal(lab.output.failure_count, 0);
	assert_int_equal(lab.output.attempt_count, 0);
	assert_string_equal(
		lab_value(&lab, lab_row(&lab, "player_lookup", "p07"), "data_quality_issues"),
		"[\"upstream_player_daily_cache_incomplete\"]");
	assert_string_equal(
		lab_value(&lab, lab_row(&lab, "player_lookup", "p09"), "data_quality_issues"),
		"[\"own_data_incomplete\"]");
	lab_expect(&lab, lab_row(&lab, "player_lookup", "p08"), "is_production_ready=false");
	lab_close(&lab);
}

static void three_attempts_trip_the_breaker_e26(void **state)
{
	(void)state;
	struct lab lab;
	int64_t reset;
	struct error err;
	struct date_range day = {date_of(2021, 11, 16), date_of(2021, 11, 16)};
	lab_open(&lab);
	put_everything(&lab, DATE);
	for (int attempt = 0; attempt < 3; attempt++) {
		lab_run_and_write(&lab, TABLE, &rules_original, DATE);
		assert_string_equal(lab_failure(&lab, "p07"),
			"INCOMPLETE_DATA_SKIPPED: Incomplete own data: 0.0%");
	}
	lab_run_and_write(&lab, TABLE, &rules_original, DATE);
	assert_int_equal(lab.output.failure_count, LEAGUE_PLAYERS);
	assert_string_equal(lab.output.failures[7].category, "CIRCUIT_BREAKER_ACTIVE");
	assert_int_equal(lab.output.attempt_count, 0);
	assert_true(warehouse_reset_breaker(lab.warehouse, TABLE, day, lab.now_ms, &reset, &err));
	assert_int_equal(reset, LEAGUE_PLAYERS);
	lab_run(&lab, TABLE, &rules_corrected, DATE);
	assert_int_equal(lab.output.rows.count, LEAGUE_PLAYERS);
	lab_expect(&lab, 0, "reprocess_attempt_count=4 circuit_breaker_active=false");
	lab_close(&lab);
}

/* E25: until October 30 nobody needs to be ready. */
static void bootstrap_of_october_first_e25(void **state)
{
	(void)state;
	struct lab lab;
	lab_open(&lab);
	put_everything(&lab, "2021-10-30");
	put_everything(&lab, "2021-10-31");
	lab_run(&lab, TABLE, &rules_original, "2021-10-30");
	assert_int_equal(lab.output.rows.count, LEAGUE_PLAYERS);
	lab_expect(&lab, 0,
		"backfill_bootstrap_mode=true season_boundary_detected=true "
		"is_production_ready=false");
	lab_run(&lab, TABLE, &rules_original, "2021-10-31");
	assert_int_equal(lab.output.rows.count, 0);
	assert_int_equal(lab.output.failure_count, LEAGUE_PLAYERS);
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
	lab_run(&lab, TABLE, &rules_corrected, "2021-11-02");
	assert_int_equal(lab.output.rows.count, 1);
	lab_expect(&lab, 0, "backfill_bootstrap_mode=false");
	lab_close(&lab);
}

static void of_a_player_on_two_rosters_one_row_counts(void **state)
{
	(void)state;
	struct lab lab;
	lab_open(&lab);
	LAB_RAW(&lab, GAMES, "game_id=0022100200 game_date=2021-11-16 away=DAL home=PHX");
	LAB_RAW(&lab, GAMES, "game_id=0022100201 game_date=2021-11-16 away=BOS home=ATL");
	LAB_RAW(&lab, PLAYER_BOX,
		"game_id=0022100200 player_id=5 game_date=2021-11-16 team=DAL opp=PHX player=x "
		"player_lookup=x sec=600");
	LAB_RAW(&lab, DID_NOT_PLAY,
		"game_id=0022100201 player_id=5 game_date=2021-11-16 team=BOS player=x "
		"player_lookup=x status=INACTIVE");
	lab_run_and_write(&lab, "upcoming_player_game_context", &rules_corrected, DATE);
	assert_int_equal(lab.output.rows.count, 2);
	lab_run(&lab, TABLE, &rules_corrected, DATE);
	assert_int_equal(lab.output.rows.count, 1);
	lab_expect(&lab, 0, "opponent_team_abbr=PHX is_home=false");
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
		cmocka_unit_test(example_e20_from_upstream_rows),
		cmocka_unit_test(the_hash_is_of_the_15_fields_of_8_6),
		cmocka_unit_test(every_upstream_row_may_be_missing),
		cmocka_unit_test(without_factors_the_original_knows_no_opponent),
		cmocka_unit_test(which_games_count),
		cmocka_unit_test(minutes_are_of_exact_seconds),
		cmocka_unit_test(last_season_does_not_count_in_a_batch_that_holds_it),
		cmocka_unit_test(the_original_shuts_a_date_with_too_few_rows_8_1),
		cmocka_unit_test(players_who_are_not_ready_8_2),
		cmocka_unit_test(three_attempts_trip_the_breaker_e26),
		cmocka_unit_test(bootstrap_of_october_first_e25),
		cmocka_unit_test(no_rows_in_the_first_fourteen_days),
		cmocka_unit_test(of_a_player_on_two_rosters_one_row_counts),
		cmocka_unit_test(selects_do_not_grow_with_the_dates),
	};
	return RUN(tests);
}
