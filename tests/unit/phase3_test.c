/* The worked examples of phase 3, section 8. */
#include "tests/test.h"

#include "native/processor.h"
#include "tests/support/lab.h"

/* 8.9: the schedule M. Box scores are given by each example. */
static const char *const schedule_m[] = {
	"game_id=0022100140 game_date=2021-11-06 away=BOS home=DAL away_pts=104 home_pts=107",
	"game_id=0022100155 game_date=2021-11-08 away=NOP home=DAL away_pts=92 home_pts=108",
	"game_id=0022100160 game_date=2021-11-08 away=PHX home=SAC away_pts=109 home_pts=104",
	"game_id=0022100170 game_date=2021-11-10 away=DAL home=CHI away_pts=107 home_pts=117",
	"game_id=0022100172 game_date=2021-11-10 away=POR home=PHX away_pts=109 home_pts=119",
	"game_id=0022100185 game_date=2021-11-12 away=DAL home=SAS away_pts=123 home_pts=109",
	"game_id=0022100188 game_date=2021-11-12 away=PHX home=MEM away_pts=119 home_pts=94",
	"game_id=0022100195 game_date=2021-11-14 away=PHX home=HOU away_pts=115 home_pts=89",
	"game_id=0022100203 game_date=2021-11-15 away=DEN home=DAL away_pts=101 home_pts=111",
	"game_id=0022100210 game_date=2021-11-17 away=DAL home=PHX away_pts=98 home_pts=105",
};

static void open_with_schedule(struct lab *lab)
{
	lab_open(lab);
	for (size_t i = 0; i < ARRAY_COUNT(schedule_m); i++)
		LAB_RAW(lab, GAMES, schedule_m[i]);
}

/* One box row; minutes as mm:ss. */
static void put_box(struct lab *lab, const char *player, const char *team, const char *date,
	const char *game, int minutes, int seconds, int points)
{
	static const struct {
		const char *player;
		int id;
	} ids[] = {{"playera", 1}, {"playerb", 2}, {"playerc", 3}, {"playerd", -1}, {"p", 9}};
	char text[400];
	int id = 0;
	for (size_t i = 0; i < ARRAY_COUNT(ids); i++)
		if (strcmp(ids[i].player, player) == 0)
			id = ids[i].id;
	snprintf(text, sizeof(text),
		"game_id=%s player_id=%d game_date=%s team=%s opp=XXX player=%s player_lookup=%s "
		"sec=%d pts=%d",
		game, id, date, team, player, player, minutes * 60 + seconds, points);
	LAB_RAW(lab, PLAYER_BOX, text);
}

static void team_rows_of_the_17th(void **state)
{
	(void)state;
	struct lab lab;
	open_with_schedule(&lab);
	lab_run(&lab, "upcoming_team_game_context", &rules_original, "2021-11-17");
	assert_int_equal(lab.output.rows.count, 2);
	assert_string_equal(lab_value(&lab, 0, "team_abbr"), "PHX");
	lab_expect(&lab, 0,
		"days_since_last_game=3 team_days_rest=2 is_back_to_back=false "
		"games_in_last_7_days=2 "
		"games_in_last_14_days=4 game_number_in_season=5 team_win_streak_entering=4 "
		"team_loss_streak_entering=0 last_game_margin=26 last_game_result=W travel_miles=0 "
		"expected_games_count=5 actual_games_count=2 completeness_percentage=40 "
		"missing_games_count=3 l7d_completeness_pct=50 quality_tier=poor quality_score=25 "
		"is_production_ready=false game_spread=NULL starters_out_count=0");
	assert_string_equal(lab_value(&lab, 0, "quality_issues"),
		"[\"l7d_incomplete:50%\", \"l14d_incomplete:40%\", \"season_boundary\"]");
	lab_expect(&lab, 1,
		"days_since_last_game=2 team_days_rest=1 games_in_last_7_days=2 "
		"games_in_last_14_days=5 game_number_in_season=6 team_win_streak_entering=2 "
		"last_game_margin=10 last_game_result=W travel_miles=884 expected_games_count=5 "
		"actual_games_count=3 completeness_percentage=60 missing_games_count=2 "
		"l7d_completeness_pct=33.3 quality_tier=bronze quality_score=50");
	assert_string_equal(lab_value(&lab, 1, "quality_issues"),
		"[\"l7d_incomplete:33%\", \"l14d_incomplete:60%\", \"season_boundary\"]");
	char hash[DIGEST_TEXT_BYTES];
	assert_string_equal(rows_row_hash(&lab.output.rows, 0, hash), "6f3f8699d6387339");
	assert_string_equal(rows_row_hash(&lab.output.rows, 1, hash), "2dae750cb7544e28");
	assert_string_equal(lab_value(&lab, 1, "data_hash"), "NULL"); /* none at that commit */
	lab_close(&lab);
}

static void more_team_rows(void **state)
{
	(void)state;
	struct lab lab;
	open_with_schedule(&lab);
	LAB_RAW(&lab, GAMES, "game_id=0022100217 game_date=2021-11-18 away=DAL home=SAS");
	lab_run(&lab, "upcoming_team_game_context", &rules_original, "2021-11-15");
	lab_expect(&lab, lab_row(&lab, "team_abbr", "DEN"),
		"days_since_last_game=NULL team_days_rest=NULL games_in_last_7_days=0 "
		"game_number_in_season=1 team_win_streak_entering=0 team_loss_streak_entering=0 "
		"last_game_margin=NULL travel_miles=0");
	lab_run(&lab, "upcoming_team_game_context", &rules_original, "2021-11-14");
	lab_expect(&lab, lab_row(&lab, "team_abbr", "PHX"),
		"team_days_rest=1 days_since_last_game=2 games_in_last_7_days=3 "
		"team_win_streak_entering=3 last_game_margin=25 travel_miles=488");
	lab_run(&lab, "upcoming_team_game_context", &rules_original, "2021-11-12");
	lab_expect(&lab, lab_row(&lab, "game_id", "0022100188") + 1, "travel_miles=1260");
	lab_run(&lab, "upcoming_team_game_context", &rules_original, "2021-11-18");
	lab_expect(&lab, lab_row(&lab, "team_abbr", "DAL"),
		"days_since_last_game=1 team_days_rest=0 is_back_to_back=true "
		"team_back_to_back=true "
		"games_in_last_7_days=3 games_in_last_14_days=6 game_number_in_season=7 "
		"team_loss_streak_entering=1 last_game_margin=-7 last_game_result=L "
		"travel_miles=850");
	lab_expect(&lab, lab_row(&lab, "team_abbr", "SAS"),
		"days_since_last_game=6 team_days_rest=5 team_loss_streak_entering=1 "
		"last_game_margin=-14 travel_miles=0");
	lab_close(&lab);
}

static void corrected_team_rows_count_both_sides_and_the_whole_window(void **state)
{
	(void)state;
	struct lab lab;
	open_with_schedule(&lab);
	lab_run(&lab, "upcoming_team_game_context", &rules_corrected, "2021-11-17");
	lab_expect(&lab, lab_row(&lab, "team_abbr", "PHX"),
		"games_in_last_7_days=3 completeness_percentage=100 expected_games_count=4 "
		"actual_games_count=4 is_production_ready=true quality_tier=gold");
	lab_close(&lab);
}

/* A player's games by date with minutes, seconds, points; D = 2021-11-16 is a game of his team. */
struct line {
	const char *date;
	int minutes, seconds, points;
};

static void run_player(struct lab *lab, const struct line *lines, size_t count,
	const struct rules *rules, const char *date)
{
	lab_open(lab);
	char text[200];
	snprintf(text, sizeof(text), "game_id=0022100999 game_date=%s away=DAL home=PHX", date);
	LAB_RAW(lab, GAMES, text);
	snprintf(text, sizeof(text),
		"game_id=0022100999 game_date=%s team=DAL player_lookup=p player_id=9 player=p "
		"status=INACTIVE",
		date);
	LAB_RAW(lab, DID_NOT_PLAY, text);
	for (size_t i = 0; i < count; i++) {
		char game[20];
		snprintf(game, sizeof(game), "00221%05zu", i);
		put_box(lab, "p", "DAL", lines[i].date, game, lines[i].minutes, lines[i].seconds,
			lines[i].points);
	}
	lab_run(lab, "upcoming_player_game_context", rules, date);
	assert_int_equal(lab->output.rows.count, 1);
}

static void expect_player(const struct line *lines, size_t count, const struct rules *rules,
	const char *date, const char *expected)
{
	struct lab lab;
	run_player(&lab, lines, count, rules, date);
	lab_expect(&lab, 0, expected);
	lab_close(&lab);
}

static const struct line full_history[] = {{"2021-11-15", 34, 12, 27}, {"2021-11-13", 36, 30, 31},
	{"2021-11-10", 33, 48, 22}, {"2021-11-09", 30, 0, 18}, {"2021-11-07", 35, 24, 25},
	{"2021-11-05", 28, 6, 12}, {"2021-11-02", 31, 0, 20}, {"2021-10-31", 33, 0, 24},
	{"2021-10-29", 29, 30, 15}, {"2021-10-27", 36, 0, 30}, {"2021-10-25", 32, 0, 19}};

static void full_history_8_1(void **state)
{
	(void)state;
	static const char both[] =
		"days_rest=1 days_rest_before_last_game=2 days_since_2_plus_days_rest=1 "
		"games_in_last_7_days=4 games_in_last_14_days=7 minutes_in_last_7_days=134 "
		"minutes_in_last_14_days=229 avg_minutes_per_game_last_7=33.6 "
		"back_to_backs_last_14_days=1 points_avg_last_5=24.6 points_avg_last_10=22.4 "
		"quality_tier=gold quality_score=95";
	expect_player(full_history, ARRAY_COUNT(full_history), &rules_original, "2021-11-16", both);
	expect_player(
		full_history, ARRAY_COUNT(full_history), &rules_corrected, "2021-11-16", both);
	expect_player(full_history, ARRAY_COUNT(full_history), &rules_original, "2021-11-16",
		"back_to_back=false");
	expect_player(full_history, ARRAY_COUNT(full_history), &rules_corrected, "2021-11-16",
		"back_to_back=true");
}

static void no_history_8_2(void **state)
{
	(void)state;
	struct lab lab;
	run_player(&lab, NULL, 0, &rules_original, "2021-11-16");
	lab_expect(&lab, 0,
		"days_rest=NULL days_rest_before_last_game=NULL days_since_2_plus_days_rest=NULL "
		"games_in_last_7_days=0 minutes_in_last_14_days=0 avg_minutes_per_game_last_7=NULL "
		"points_avg_last_5=NULL points_avg_last_10=NULL quality_tier=bronze "
		"quality_score=50");
	assert_string_equal(lab_value(&lab, 0, "quality_issues"),
		"[\"missing_game_spread\", \"missing_game_total\", \"thin_sample:0/3\"]");
	lab_close(&lab);
}

static void rounding_8_3(void **state)
{
	(void)state;
	static const struct line two[] = {{"2021-11-12", 20, 15, 10}, {"2021-11-08", 18, 0, 11}};
	static const struct line one[] = {{"2021-11-12", 20, 9, 10}};
	static const struct line quarter[] = {{"2021-11-12", 20, 3, 20}, {"2021-11-11", 20, 3, 20},
		{"2021-11-10", 20, 3, 20}, {"2021-11-09", 20, 3, 21}};
	static const struct line three_quarters[] = {{"2021-11-12", 33, 33, 20},
		{"2021-11-11", 33, 33, 21}, {"2021-11-10", 33, 33, 21}, {"2021-11-09", 33, 33, 21}};
	const struct rules *both[] = {&rules_original, &rules_corrected};
	for (size_t i = 0; i < 2; i++) {
		expect_player(two, 2, both[i], "2021-11-16",
			"days_rest=4 days_rest_before_last_game=4 days_since_2_plus_days_rest=4 "
			"games_in_last_7_days=1 games_in_last_14_days=2 minutes_in_last_7_days=20 "
			"minutes_in_last_14_days=38 avg_minutes_per_game_last_7=20.2 "
			"points_avg_last_5=10.5 points_avg_last_10=10.5");
		expect_player(one, 1, both[i], "2021-11-16", "avg_minutes_per_game_last_7=20.2");
		expect_player(quarter, 4, both[i], "2021-11-16",
			"points_avg_last_5=20.2 avg_minutes_per_game_last_7=20");
		expect_player(three_quarters, 4, both[i], "2021-11-16",
			"points_avg_last_5=20.8 avg_minutes_per_game_last_7=33.6");
	}
}

static void rows_without_minutes_8_4_and_8_5(void **state)
{
	(void)state;
	static const struct line idle[] = {{"2021-11-15", 0, 0, 0}, {"2021-11-13", 32, 0, 20},
		{"2021-11-12", 0, 0, 0}, {"2021-11-10", 30, 30, 16}};
	static const struct line scoreless[] = {{"2021-11-15", 4, 0, 0}, {"2021-11-13", 3, 0, 0}};
	expect_player(idle, 4, &rules_original, "2021-11-16",
		"days_rest=1 days_rest_before_last_game=2 days_since_2_plus_days_rest=1 "
		"games_in_last_7_days=4 minutes_in_last_7_days=62 avg_minutes_per_game_last_7=15.6 "
		"back_to_backs_last_14_days=1 points_avg_last_5=9 quality_tier=bronze");
	expect_player(idle, 4, &rules_corrected, "2021-11-16",
		"days_rest=3 days_rest_before_last_game=3 days_since_2_plus_days_rest=3 "
		"games_in_last_7_days=2 minutes_in_last_7_days=62 avg_minutes_per_game_last_7=31.2 "
		"back_to_backs_last_14_days=0 points_avg_last_5=18");
	expect_player(scoreless, 2, &rules_original, "2021-11-16",
		"points_avg_last_5=NULL points_avg_last_10=NULL minutes_in_last_7_days=7 "
		"avg_minutes_per_game_last_7=3.5");
	expect_player(scoreless, 2, &rules_corrected, "2021-11-16",
		"points_avg_last_5=0 points_avg_last_10=0");
}

static void long_absence_8_6(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{"2021-11-01", 30, 0, 18}, {"2021-10-30", 31, 0, 22}, {"2021-10-28", 29, 45, 14}};
	const struct rules *both[] = {&rules_original, &rules_corrected};
	for (size_t i = 0; i < 2; i++)
		expect_player(lines, 3, both[i], "2021-11-16",
			"days_rest=15 days_rest_before_last_game=2 days_since_2_plus_days_rest=15 "
			"games_in_last_7_days=0 minutes_in_last_14_days=0 "
			"avg_minutes_per_game_last_7=NULL points_avg_last_5=18 "
			"quality_tier=bronze");
}

static void put_day_8_11(struct lab *lab)
{
	static const struct {
		const char *player, *team;
		struct line line;
		const char *game;
	} boxes[] = {
		{"playera", "DAL", {"2021-11-06", 36, 30, 33}, "0022100140"},
		{"playera", "DAL", {"2021-11-08", 34, 0, 25}, "0022100155"},
		{"playera", "DAL", {"2021-11-10", 38, 12, 22}, "0022100170"},
		{"playera", "DAL", {"2021-11-12", 35, 48, 32}, "0022100185"},
		{"playera", "DAL", {"2021-11-15", 33, 6, 23}, "0022100203"},
		{"playera", "DAL", {"2021-11-17", 37, 0, 28}, "0022100210"},
		{"playerb", "PHX", {"2021-11-08", 33, 0, 20}, "0022100160"},
		{"playerb", "PHX", {"2021-11-10", 30, 24, 38}, "0022100172"},
		{"playerb", "PHX", {"2021-11-12", 0, 0, 0}, "0022100188"},
		{"playerb", "PHX", {"2021-11-14", 28, 15, 17}, "0022100195"},
		{"playerb", "PHX", {"2021-11-17", 35, 0, 24}, "0022100210"},
		{"playerc", "PHX", {"2021-11-08", 12, 30, 4}, "0022100160"},
		{"playerd", "DAL", {"2021-11-17", 5, 0, 2}, "0022100210"},
	};
	for (size_t i = 0; i < ARRAY_COUNT(boxes); i++)
		put_box(lab, boxes[i].player, boxes[i].team, boxes[i].line.date, boxes[i].game,
			boxes[i].line.minutes, boxes[i].line.seconds, boxes[i].line.points);
	LAB_RAW(lab, DID_NOT_PLAY,
		"game_id=0022100210 game_date=2021-11-17 team=PHX player_lookup=playerc "
		"player_id=3 "
		"player=c status=INACTIVE");
}

static void a_whole_day_8_11(void **state)
{
	(void)state;
	struct lab lab;
	open_with_schedule(&lab);
	put_day_8_11(&lab);
	lab_run(&lab, "upcoming_player_game_context", &rules_original, "2021-11-17");
	assert_int_equal(lab.output.rows.count, 4);
	lab_expect(&lab, lab_row(&lab, "player_lookup", "playera"),
		"opponent_team_abbr=PHX home_game=false days_rest=2 days_rest_before_last_game=3 "
		"days_since_2_plus_days_rest=2 games_in_last_7_days=3 games_in_last_14_days=5 "
		"minutes_in_last_7_days=107 minutes_in_last_14_days=177 "
		"avg_minutes_per_game_last_7=35.7 points_avg_last_5=27 points_avg_last_10=27 "
		"expected_games_count=5 actual_games_count=6 completeness_percentage=120 "
		"missing_games_count=0 l5_completeness_pct=120 l10_completeness_pct=120 "
		"l7d_completeness_pct=133.3 l14d_completeness_pct=120 all_windows_complete=true "
		"is_production_ready=true quality_tier=silver season_phase=early "
		"season_boundary_detected=true backfill_bootstrap_mode=false has_prop_line=false "
		"processed_with_issues=true");
	lab_expect(&lab, lab_row(&lab, "player_lookup", "playerb"),
		"opponent_team_abbr=DAL home_game=true days_rest=3 days_rest_before_last_game=2 "
		"days_since_2_plus_days_rest=3 games_in_last_7_days=3 games_in_last_14_days=4 "
		"minutes_in_last_7_days=58 minutes_in_last_14_days=91 "
		"avg_minutes_per_game_last_7=19.6 points_avg_last_5=18.8 expected_games_count=4 "
		"actual_games_count=5 completeness_percentage=125 quality_tier=bronze");
	lab_expect(&lab, lab_row(&lab, "player_lookup", "playerc"),
		"days_rest=9 games_in_last_7_days=0 games_in_last_14_days=1 "
		"minutes_in_last_14_days=12 points_avg_last_5=4 expected_games_count=4 "
		"actual_games_count=1 completeness_percentage=25 missing_games_count=3 "
		"l7d_completeness_pct=0 all_windows_complete=false is_production_ready=true");
	lab_expect(&lab, lab_row(&lab, "player_lookup", "playerd"),
		"days_rest=NULL expected_games_count=0 actual_games_count=1 "
		"completeness_percentage=0 all_windows_complete=true is_production_ready=true");
	lab_close(&lab);
}

/* 8.12. In the example player d is not in the registry; here that is a player without an id. */
static void hashes_8_12(void **state)
{
	(void)state;
	static const struct {
		const char *player, *hash;
	} wanted[] = {{"playera", "ed7ced52914963a2"}, {"playerb", "425966b3ee227952"},
		{"playerc", "0f203ee8fe622920"}, {"playerd", "ceca0280fb7f282c"}};
	struct lab lab;
	open_with_schedule(&lab);
	put_day_8_11(&lab);
	lab_run(&lab, "upcoming_player_game_context", &rules_original, "2021-11-17");
	for (size_t i = 0; i < ARRAY_COUNT(wanted); i++) {
		char hash[DIGEST_TEXT_BYTES];
		size_t row = lab_row(&lab, "player_lookup", wanted[i].player);
		assert_string_equal(lab_value(&lab, row, "game_id"), "20211117_DAL_PHX");
		assert_string_equal(rows_row_hash(&lab.output.rows, row, hash), wanted[i].hash);
	}
	lab_close(&lab);
}

static void december_skips_incomplete_players_and_the_breaker_remembers(void **state)
{
	(void)state;
	struct lab lab;
	lab_open(&lab);
	LAB_RAW(&lab, GAMES,
		"game_id=0022100001 game_date=2021-12-10 away=DAL home=PHX away_pts=1 home_pts=2");
	LAB_RAW(&lab, GAMES,
		"game_id=0022100210 game_date=2021-12-17 away=DAL home=PHX away_pts=98 "
		"home_pts=105");
	put_box(&lab, "playera", "DAL", "2021-12-10", "0022100001", 30, 0, 10);
	LAB_RAW(&lab, DID_NOT_PLAY,
		"game_id=0022100210 game_date=2021-12-17 team=DAL player_lookup=newcomer "
		"player=newcomer status=INACTIVE");
	static const char *const categories[] = {"INCOMPLETE_DATA_SKIPPED",
		"INCOMPLETE_DATA_SKIPPED", "INCOMPLETE_DATA_SKIPPED", "CIRCUIT_BREAKER_ACTIVE"};
	for (size_t i = 0; i < ARRAY_COUNT(categories); i++) {
		lab_run_and_write(
			&lab, "upcoming_player_game_context", &rules_original, "2021-12-17");
		assert_int_equal(lab.output.rows.count, 0);
		assert_int_equal(lab.output.failure_count, 1);
		assert_string_equal(lab.output.failures[0].entity, "newcomer");
		assert_string_equal(lab.output.failures[0].category, categories[i]);
	}
	assert_int_equal(lab.output.attempt_count, 0);
	struct error err;
	int64_t reset;
	struct date_range day = {date_of(2021, 12, 17), date_of(2021, 12, 17)};
	assert_true(warehouse_reset_breaker(
		lab.warehouse, "upcoming_player_game_context", day, lab.now_ms, &reset, &err));
	assert_int_equal(reset, 1);
	lab_run(&lab, "upcoming_player_game_context", &rules_corrected, "2021-12-17");
	assert_int_equal(lab.output.rows.count, 1);
	lab_expect(&lab, 0, "player_lookup=newcomer is_production_ready=false");
	lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(team_rows_of_the_17th),
		cmocka_unit_test(more_team_rows),
		cmocka_unit_test(corrected_team_rows_count_both_sides_and_the_whole_window),
		cmocka_unit_test(full_history_8_1),
		cmocka_unit_test(no_history_8_2),
		cmocka_unit_test(rounding_8_3),
		cmocka_unit_test(rows_without_minutes_8_4_and_8_5),
		cmocka_unit_test(long_absence_8_6),
		cmocka_unit_test(a_whole_day_8_11),
		cmocka_unit_test(hashes_8_12),
		cmocka_unit_test(december_skips_incomplete_players_and_the_breaker_remembers),
	};
	return RUN(tests);
}
