/* player_daily_cache: phase 4, section 6 and E16, and the decisions of the corrected rules. */
#include "tests/test.h"

#include "native/processor.h"
#include "tests/support/lab.h"

#define TABLE "player_daily_cache"

/* A game of DAL against PHX in the schedule; `played`: p has a box row in it. */
static void put_game(struct lab *lab, date_t date, bool played)
{
	char text[300];
	snprintf(text, sizeof(text),
		"game_id=00221%05d game_date=%s away=DAL home=PHX away_pts=100 home_pts=99",
		(int)date, lab_date(date));
	LAB_RAW(lab, GAMES, text);
	snprintf(text, sizeof(text),
		"game_id=00221%05d player_id=1 game_date=%s team=DAL opp=PHX player=p "
		"player_lookup=p sec=1800",
		(int)date, lab_date(date));
	if (played)
		LAB_RAW(lab, PLAYER_BOX, text);
}

static void put_context(struct lab *lab, const char *date, const char *more)
{
	lab_put_native(lab, "upcoming_player_game_context",
		"player_lookup=p game_date=%s game_id=20211115_DAL_PHX team_abbr=DAL "
		"universal_player_id=u %s",
		date, more);
}

struct line {
	int points, minutes;
	double usage, shooting;
	int makes, assisted;
};

static void put_summary(struct lab *lab, date_t date, const struct line *line)
{
	lab_put_native(lab, "player_game_summary",
		"player_lookup=p game_date=%s game_id=g team_abbr=DAL season_year=%d is_active=1 "
		"points=%d minutes_played=%d seconds_played=%d usage_rate=%g ts_pct=%g fg_makes=%d "
		"assisted_fg_makes=%d",
		lab_date(date), date_month(date) >= 10 ? date_year(date) : date_year(date) - 1,
		line->points, line->minutes, line->minutes * 60, line->usage, line->shooting,
		line->makes, line->assisted);
}

/* E16, newest first. */
static const struct line e16_games[] = {{31, 36, 28.4, .612, 11, 4}, {22, 33, 24.1, .55, 8, 5},
	{18, 30, 22.75, .487, 7, 3}, {27, 35, 27.3, .64, 9, 6}, {14, 28, 19.9, .421, 5, 2},
	{25, 34, 25.05, .588, 9, 5}, {20, 32, 23.6, .533, 8, 4}, {33, 38, 30.2, .671, 12, 6},
	{9, 24, 15.4, .38, 4, 3}, {24, 33, 24.8, .577, 9, 4}, {16, 29, 20.3, .502, 6, 3},
	{28, 36, 27.9, .63, 10, 5}};
static const struct {
	double pace, rating;
} e16_team[] = {{99.8, 112.4}, {101.2, 108.9}, {97.5, 115.1}, {100.6, 104.3}, {98.9, 110.0},
	{102.4, 99.7}, {96.8, 118.2}, {100.1, 111.5}, {99.3, 106.6}, {101.7, 109.4}};

/* Twelve games every second day up to the day before; three more of the team alone, so that the
 * windows of days are not complete. */
static void open_e16(struct lab *lab)
{
	date_t date = date_of(2021, 11, 15);
	lab_open(lab);
	put_context(lab, "2021-11-15",
		"games_in_last_7_days=3 games_in_last_14_days=6 minutes_in_last_7_days=101 "
		"minutes_in_last_14_days=203 back_to_backs_last_14_days=1 "
		"avg_minutes_per_game_last_7=33.7 player_age=27");
	lab_put_native(lab, "player_shot_zone_analysis",
		"player_lookup=p analysis_date=2021-11-15 primary_scoring_zone=paint "
		"paint_rate_last_10=45.12 three_pt_rate_last_10=31.4");
	for (int i = 0; i < (int)ARRAY_COUNT(e16_games); i++) {
		put_summary(lab, date - 1 - 2 * i, &e16_games[i]);
		put_game(lab, date - 1 - 2 * i, true);
	}
	for (int i = 0; i < 3; i++)
		put_game(lab, date - 2 - 2 * i, false);
	lab_put_native(lab, "team_offense_game_summary",
		"game_id=g game_date=2021-10-20 team_abbr=DAL opponent_team_abbr=PHX pace=50 "
		"offensive_rating=50"); /* an eleventh game is too old */
	for (int i = 0; i < (int)ARRAY_COUNT(e16_team); i++)
		lab_put_native(lab, "team_offense_game_summary",
			"game_id=g%d game_date=%s team_abbr=DAL opponent_team_abbr=PHX pace=%g "
			"offensive_rating=%g",
			i, lab_date(date - 1 - 2 * i), e16_team[i].pace, e16_team[i].rating);
}

#define E16_BOTH                                                                           \
	"universal_player_id=u cache_date=2021-11-15 points_avg_last_5=22.4 "              \
	"points_avg_last_10=22.3 points_avg_season=22.25 points_std_last_10=7.3944 "       \
	"minutes_avg_last_10=32.3 usage_rate_last_10=24.15 ts_pct_last_10=0.5459 "         \
	"games_played_season=12 player_usage_rate_season=24.1417 team_pace_last_10=99.83 " \
	"team_off_rating_last_10=109.61 games_in_last_7_days=3 games_in_last_14_days=6 "   \
	"minutes_in_last_7_days=101 minutes_in_last_14_days=203 "                          \
	"back_to_backs_last_14_days=1 avg_minutes_per_game_last_7=33.7 "                   \
	"fourth_quarter_minutes_last_7=NULL player_age=27 primary_scoring_zone=paint "     \
	"paint_rate_last_10=45.12 three_pt_rate_last_10=31.4 "                             \
	"assisted_rate_last_10=0.5121951219512195 early_season_flag=false "                \
	"insufficient_data_reason=NULL is_production_ready=false data_quality_issues=[] "  \
	"circuit_breaker_active=false manual_override_required=false "                     \
	"reprocess_attempt_count=0 season_boundary_detected=true "                         \
	"backfill_bootstrap_mode=false"

static void twelve_games_give_the_averages_and_the_hash_of_e16(void **state)
{
	(void)state;
	struct lab lab;
	struct rules rules = lab_original_without_gates();
	open_e16(&lab);
	lab_run(&lab, TABLE, &rules, "2021-11-15");
	assert_int_equal(lab.output.rows.count, 1);
	lab_expect(&lab, 0, E16_BOTH);
	lab_expect(&lab, 0,
		"quality_tier=gold cache_quality_score=240 expected_games_count=5 "
		"actual_games_count=12 missing_games_count=0 completeness_percentage=240 "
		"l5_completeness_pct=240 l5_is_complete=true l10_completeness_pct=120 "
		"l7d_completeness_pct=57.1 l7d_is_complete=false all_windows_complete=false "
		"cache_version=v1 data_hash=bb006f71a3199fcf");
	assert_string_equal(
		lab_value(&lab, 0, "processing_decision_reason"), "processed_successfully");
	lab_close(&lab);
}

static void the_corrected_rules_give_the_same_averages(void **state)
{
	(void)state;
	struct lab lab;
	open_e16(&lab);
	lab_run(&lab, TABLE, &rules_corrected, "2021-11-15");
	assert_int_equal(lab.output.rows.count, 1);
	lab_expect(&lab, 0, E16_BOTH);
	/* actual is capped at expected (decision 6) */
	lab_expect(&lab, 0,
		"expected_games_count=5 actual_games_count=5 completeness_percentage=100 "
		"l10_completeness_pct=100 l7d_completeness_pct=57.1 l7d_is_complete=false "
		"all_windows_complete=false quality_tier=gold cache_quality_score=100");
	lab_close(&lab);
}

/* Five games this season, one on the day itself, three of last season. */
static void only_games_of_the_season_before_the_day_count(void **state)
{
	(void)state;
	struct lab lab;
	struct rules original = lab_original_without_gates();
	static const struct line line = {10, 20, 20, .5, 4, 0};
	static const struct line today = {70, 48, 40, .9, 30, 0};
	static const struct line last_season = {40, 40, 30, .7, 9, 0};
	date_t date = date_of(2021, 11, 15);
	lab_open(&lab);
	put_context(&lab, "2021-11-15", "");
	lab_put_native(
		&lab, "player_shot_zone_analysis", "player_lookup=p analysis_date=2021-11-15");
	put_summary(&lab, date, &today);
	lab_put_native(&lab, "team_offense_game_summary",
		"game_id=g game_date=2021-11-15 team_abbr=DAL opponent_team_abbr=X pace=200 "
		"offensive_rating=200");
	lab_put_native(&lab, "team_offense_game_summary",
		"game_id=g game_date=2021-04-15 team_abbr=DAL opponent_team_abbr=X pace=90 "
		"offensive_rating=100");
	lab_put_native(&lab, "team_offense_game_summary",
		"game_id=g game_date=2021-11-14 team_abbr=DAL opponent_team_abbr=X pace=100 "
		"offensive_rating=110");
	lab_put_native(&lab, "team_offense_game_summary",
		"game_id=g game_date=2021-11-14 team_abbr=PHX opponent_team_abbr=X pace=80 "
		"offensive_rating=80");
	for (int i = 1; i <= 5; i++)
		put_summary(&lab, date - i, &line);
	for (int i = 0; i < 3; i++)
		put_summary(&lab, date_of(2021, 4, 10) - i, &last_season);
	lab_run(&lab, TABLE, &rules_corrected, "2021-11-15");
	lab_expect(&lab, 0,
		"games_played_season=5 points_avg_season=10 points_avg_last_10=10 "
		"points_std_last_10=0 team_pace_last_10=100 team_off_rating_last_10=110 "
		"early_season_flag=true");
	assert_string_equal(lab_value(&lab, 0, "insufficient_data_reason"),
		"Only 5 games played, need 10 minimum");
	lab_run(&lab, TABLE, &original, "2021-11-15");
	lab_expect(&lab, 0,
		"games_played_season=6 points_avg_season=20 points_avg_last_5=22 "
		"team_pace_last_10=130 team_off_rating_last_10=136.6667");
	lab_close(&lab);
}

static void rows_without_playing_time_are_no_games(void **state)
{
	(void)state;
	struct lab lab;
	static const struct line played = {0, 20, 0, 0, 0, 0};
	static const struct line idle = {0, 0, 0, 0, 0, 0};
	date_t date = date_of(2021, 11, 15);
	lab_open(&lab);
	put_context(&lab, "2021-11-15", "");
	for (int i = 1; i <= 4; i++)
		put_summary(&lab, date - i, &played);
	for (int i = 5; i <= 9; i++)
		put_summary(&lab, date - i, &idle);
	lab_run(&lab, TABLE, &rules_corrected, "2021-11-15");
	assert_int_equal(lab.output.rows.count, 0);
	assert_string_equal(
		lab_failure(&lab, "p"), "INSUFFICIENT_DATA: Only 4 games played, need 5 minimum");
	assert_int_equal(lab.output.attempt_count, 0);
	put_summary(&lab, date - 10, &played);
	lab_run(&lab, TABLE, &rules_corrected, "2021-11-15");
	lab_expect(&lab, 0, "games_played_season=5 points_avg_season=0 usage_rate_last_10=0");
	lab_close(&lab);
}

/* Decision 3. 6045 seconds in 5 games are 20.15 minutes, which 10 x makes a tie: 20.2. */
static void minutes_are_averaged_from_whole_seconds(void **state)
{
	(void)state;
	struct lab lab;
	struct rules original = lab_original_without_gates();
	static const int seconds[] = {1209, 1209, 1209, 1209, 1209};
	date_t date = date_of(2021, 11, 15);
	lab_open(&lab);
	put_context(&lab, "2021-11-15", "");
	lab_put_native(
		&lab, "player_shot_zone_analysis", "player_lookup=p analysis_date=2021-11-15");
	for (int i = 0; i < (int)ARRAY_COUNT(seconds); i++)
		lab_put_native(&lab, "player_game_summary",
			"player_lookup=p game_date=%s game_id=g team_abbr=DAL season_year=2021 "
			"is_active=1 points=%d minutes_played=%g seconds_played=%d fg_makes=3",
			lab_date(date - 1 - i), i, i == 4 ? 21.0 : 20.2, seconds[i]);
	lab_run(&lab, TABLE, &rules_corrected, "2021-11-15");
	lab_expect(&lab, 0,
		"minutes_avg_last_10=20.2 assisted_rate_last_10=NULL usage_rate_last_10=NULL "
		"ts_pct_last_10=NULL team_pace_last_10=NULL points_std_last_10=1.5811");
	lab_run(&lab, TABLE, &original, "2021-11-15");
	lab_expect(&lab, 0, "minutes_avg_last_10=20.36 assisted_rate_last_10=0");
	lab_close(&lab);
}

static void a_missing_shot_zone_row_stops_only_the_original(void **state)
{
	(void)state;
	struct lab lab;
	struct rules original = lab_original_without_gates();
	static const struct line line = {10, 20, 20, .5, 4, 0};
	lab_open(&lab);
	put_context(&lab, "2021-11-15", "");
	lab_put_native(
		&lab, "player_shot_zone_analysis", "player_lookup=p analysis_date=2021-11-14");
	lab_put_native(
		&lab, "player_shot_zone_analysis", "player_lookup=q analysis_date=2021-11-15");
	for (int i = 1; i <= 5; i++)
		put_summary(&lab, date_of(2021, 11, 15) - i, &line);
	lab_run(&lab, TABLE, &original, "2021-11-15");
	assert_int_equal(lab.output.rows.count, 0);
	assert_string_equal(
		lab_failure(&lab, "p"), "MISSING_DEPENDENCY: No shot zone analysis available");
	lab_run(&lab, TABLE, &rules_corrected, "2021-11-15");
	lab_expect(&lab, 0, "primary_scoring_zone=NULL paint_rate_last_10=NULL");
	lab_close(&lab);
}

/* December: nobody is let through; 4 of the team's last 5 games are not ready. */
static void open_december(struct lab *lab)
{
	static const struct line line = {10, 20, 20, .5, 4, 0};
	date_t date = date_of(2021, 12, 15);
	lab_open(lab);
	put_context(lab, "2021-12-15", "");
	lab_put_native(
		lab, "player_shot_zone_analysis", "player_lookup=p analysis_date=2021-12-15");
	for (int i = 1; i <= 10; i++) {
		put_game(lab, date - i, i > 2);
		if (i > 2)
			put_summary(lab, date - i, &line);
	}
}

static void the_original_skips_the_incomplete_and_the_breaker_trips_at_the_third_attempt(
	void **state)
{
	(void)state;
	struct lab lab;
	struct rules original = lab_original_without_gates();
	open_december(&lab);
	for (int attempt = 1; attempt <= 3; attempt++) {
		lab_run_and_write(&lab, TABLE, &original, "2021-12-15");
		assert_int_equal(lab.output.rows.count, 0);
		assert_string_equal(
			lab_failure(&lab, "p"), "INCOMPLETE_DATA: Incomplete data across windows");
		assert_int_equal(lab.output.attempt_count, 1);
		const struct day_attempt *counted = &lab.output.attempts[0];
		assert_int_equal(counted->row.attempts, attempt);
		assert_int_equal(counted->row.tripped, attempt == 3);
		assert_float_equal(counted->completeness_pct, 80.0, 0); /* of the 10 games */
		assert_string_equal(counted->reason, "incomplete_upstream_data_multi_window");
		assert_true(lab_has_line(&lab, "^I Processing cache for 1 players$"));
		assert_true(lab_has_line(&lab, "^player 1/1$"));
		assert_true(lab_has_line(
			&lab, "^I Cache calculation complete: 0 successful, 1 failed$"));
		assert_true(lab_has_line(&lab,
			"^W p: Not all windows complete - L5=160\\.0%, L10=80\\.0%, L7d=71\\.4%, "
			"L14d=80\\.0% - skipping$"));
	}
	lab_run_and_write(&lab, TABLE, &original, "2021-12-15");
	assert_memory_equal(lab_failure(&lab, "p"),
		"CIRCUIT_BREAKER_ACTIVE: Circuit breaker active until ", 53);
	assert_int_equal(lab.output.attempt_count, 0);
	lab.now_ms += 7LL * 24 * 3600 * 1000; /* the lock is over; its count stays (E26) */
	lab_run_and_write(&lab, TABLE, &original, "2021-12-15");
	assert_int_equal(lab.output.attempts[0].row.attempts, 4);
	assert_true(lab.output.attempts[0].row.tripped);
	lab_close(&lab);
}

static void the_corrected_rules_write_the_incomplete_with_flags(void **state)
{
	(void)state;
	struct lab lab;
	open_december(&lab);
	lab_run(&lab, TABLE, &rules_corrected, "2021-12-15");
	lab_expect(&lab, 0,
		"is_production_ready=false all_windows_complete=false l5_is_complete=true "
		"l10_completeness_pct=80 l10_is_complete=false l7d_completeness_pct=71.4 "
		"season_boundary_detected=false");
	/* On the two dates that he missed he was not dressed: nothing was expected of him. */
	LAB_RAW(&lab, DID_NOT_PLAY,
		"game_id=x game_date=2021-12-14 team=DAL player_lookup=p player=p status=INACTIVE");
	LAB_RAW(&lab, DID_NOT_PLAY,
		"game_id=y game_date=2021-12-13 team=DAL player_lookup=p player=p status=DNP");
	lab_run(&lab, TABLE, &rules_corrected, "2021-12-15");
	lab_expect(&lab, 0,
		"is_production_ready=true all_windows_complete=true expected_games_count=5 "
		"l10_completeness_pct=100 l7d_completeness_pct=100 l14d_is_complete=true");
	lab_close(&lab);
}

/* Decision 6: `complete` of the cache means ready, that is 90 % (9 games of 10). */
static void nine_of_ten_games_are_ready(void **state)
{
	(void)state;
	struct lab lab;
	static const struct line line = {10, 20, 20, .5, 4, 0};
	date_t date = date_of(2021, 12, 15);
	lab_open(&lab);
	put_context(&lab, "2021-12-15", "");
	for (int i = 1; i <= 10; i++) {
		put_game(&lab, date - 4 * i, i != 8);
		if (i != 8)
			put_summary(&lab, date - 4 * i, &line);
	}
	lab_run(&lab, TABLE, &rules_corrected, "2021-12-15");
	lab_expect(&lab, 0,
		"l10_completeness_pct=90 l10_is_complete=true all_windows_complete=true "
		"is_production_ready=true games_played_season=9 early_season_flag=true");
	lab_close(&lab);
}

/* D - 7 and D - 14 are the first days of the windows. */
static void windows_of_days_begin_seven_and_fourteen_days_before(void **state)
{
	(void)state;
	struct lab lab;
	struct rules original = lab_original_without_gates();
	const struct rules *both[] = {&original, &rules_corrected};
	static const struct line line = {10, 20, 20, .5, 4, 0};
	date_t date = date_of(2021, 11, 15);
	lab_open(&lab);
	put_context(&lab, "2021-11-15", "");
	lab_put_native(
		&lab, "player_shot_zone_analysis", "player_lookup=p analysis_date=2021-11-15");
	for (int i = 1; i <= 5; i++)
		put_summary(&lab, date - i, &line);
	put_game(&lab, date - 7, true);
	put_game(&lab, date - 8, false);
	put_game(&lab, date - 14, false);
	put_game(&lab, date - 15, true);
	/* Put off: nobody has played it. */
	LAB_RAW(&lab, GAMES, "game_id=x game_date=2021-11-14 home=DAL away=PHX");
	for (size_t i = 0; i < ARRAY_COUNT(both); i++) {
		lab_run(&lab, TABLE, both[i], "2021-11-15");
		lab_expect(&lab, 0,
			"l7d_completeness_pct=100 l14d_completeness_pct=33.3 "
			"l5_completeness_pct=50 expected_games_count=4 actual_games_count=2");
	}
	lab_close(&lab);
}

static void open_two_contexts(struct lab *lab)
{
	static const struct line line = {10, 20, 20, .5, 4, 0};
	lab_open(lab);
	put_context(lab, "2021-11-15", "games_in_last_7_days=1");
	lab_put_native(lab, "upcoming_player_game_context",
		"player_lookup=p game_date=2021-11-15 game_id=20211115_AAA_BBB team_abbr=BBB "
		"games_in_last_7_days=2");
	for (int i = 1; i <= 5; i++)
		put_summary(lab, date_of(2021, 11, 15) - i, &line);
}

static void put_two_rosters(struct lab *lab, const char *absent_status)
{
	char text[200];
	open_two_contexts(lab);
	LAB_RAW(lab, DID_NOT_PLAY,
		"game_id=0022100001 game_date=2021-11-15 team=DAL player_lookup=p player=p "
		"status=DNP");
	snprintf(text, sizeof(text),
		"game_id=0022100002 game_date=2021-11-15 team=BBB player_lookup=p player=p "
		"status=%s",
		absent_status);
	LAB_RAW(lab, DID_NOT_PLAY, text);
}

/* Decision 8: played > DNP > INACTIVE, then the higher game id. */
static void a_player_on_two_rosters_gets_one_row(void **state)
{
	(void)state;
	struct lab lab;
	open_two_contexts(&lab); /* no roster says more */
	lab_run(&lab, TABLE, &rules_corrected, "2021-11-15");
	assert_int_equal(lab.output.rows.count, 1);
	lab_expect(&lab, 0, "games_in_last_7_days=1");
	lab_close(&lab);
	put_two_rosters(&lab, "INACTIVE");
	lab_run(&lab, TABLE, &rules_corrected, "2021-11-15");
	assert_int_equal(lab.output.rows.count, 1);
	lab_expect(&lab, 0, "games_in_last_7_days=1");
	lab_close(&lab);
	put_two_rosters(&lab, "DNP");
	lab_run(&lab, TABLE, &rules_corrected, "2021-11-15");
	assert_int_equal(lab.output.rows.count, 1);
	lab_expect(&lab, 0, "games_in_last_7_days=2");
	LAB_RAW(&lab, PLAYER_BOX,
		"game_id=0022100001 player_id=1 game_date=2021-11-15 team=DAL opp=PHX player=p "
		"player_lookup=p sec=60");
	lab_run(&lab, TABLE, &rules_corrected, "2021-11-15");
	assert_int_equal(lab.output.rows.count, 1);
	lab_expect(&lab, 0, "games_in_last_7_days=1");
	lab_close(&lab);
}

/* 6.1: the numbers of rows below which the original refuses the whole date. */
static void the_original_demands_rows_of_four_tables(void **state)
{
	(void)state;
	struct lab lab;
	lab_open(&lab);
	lab_run_fails(&lab, TABLE, &rules_original, "2021-11-15",
		"Missing critical dependencies: ['nba_analytics.player_game_summary', "
		"'nba_analytics.team_offense_game_summary', "
		"'nba_analytics.upcoming_player_game_context', "
		"'nba_precompute.player_shot_zone_analysis']");
	for (int i = 0; i < 30; i++) {
		lab_put_native(&lab, "upcoming_player_game_context",
			"player_lookup=p%d game_date=2021-11-15 game_id=g team_abbr=DAL", i);
		if (i < 29)
			lab_put_native(&lab, "player_shot_zone_analysis",
				"player_lookup=p%d analysis_date=2021-11-15", i);
	}
	for (int i = 0; i < 999; i++)
		lab_put_native(&lab, "player_game_summary",
			"player_lookup=p%d game_date=%s game_id=g team_abbr=DAL", i % 100,
			lab_date(date_of(2021, 11, 1) - i / 100));
	for (int i = 0; i < 299; i++)
		lab_put_native(&lab, "team_offense_game_summary",
			"team_abbr=T%d game_date=%s game_id=g opponent_team_abbr=X", i % 30,
			lab_date(date_of(2021, 11, 1) - i / 30));
	lab_run_fails(&lab, TABLE, &rules_original, "2021-11-15",
		"Missing critical dependencies: ['nba_analytics.player_game_summary', "
		"'nba_analytics.team_offense_game_summary', "
		"'nba_precompute.player_shot_zone_analysis']");
	lab_put_native(
		&lab, "player_shot_zone_analysis", "player_lookup=p29 analysis_date=2021-11-15");
	lab_put_native(&lab, "player_game_summary",
		"player_lookup=p99 game_date=2021-11-15 game_id=g team_abbr=DAL");
	lab_put_native(&lab, "team_offense_game_summary",
		"team_abbr=T29 game_date=2021-11-15 game_id=g opponent_team_abbr=X");
	lab_run(&lab, TABLE, &rules_original, "2021-11-15");
	assert_int_equal(lab.output.failure_count, 30);
	lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(twelve_games_give_the_averages_and_the_hash_of_e16),
		cmocka_unit_test(the_corrected_rules_give_the_same_averages),
		cmocka_unit_test(only_games_of_the_season_before_the_day_count),
		cmocka_unit_test(rows_without_playing_time_are_no_games),
		cmocka_unit_test(minutes_are_averaged_from_whole_seconds),
		cmocka_unit_test(a_missing_shot_zone_row_stops_only_the_original),
		cmocka_unit_test(
			the_original_skips_the_incomplete_and_the_breaker_trips_at_the_third_attempt),
		cmocka_unit_test(the_corrected_rules_write_the_incomplete_with_flags),
		cmocka_unit_test(nine_of_ten_games_are_ready),
		cmocka_unit_test(windows_of_days_begin_seven_and_fourteen_days_before),
		cmocka_unit_test(a_player_on_two_rosters_gets_one_row),
		cmocka_unit_test(the_original_demands_rows_of_four_tables),
	};
	return RUN(tests);
}
