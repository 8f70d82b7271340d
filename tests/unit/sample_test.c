/* The sample season: every rule that a real season obeys, over the whole of it. */
#include "tests/test.h"

#include "base/date.h"
#include "base/path.h"
#include "raw/sample.h"
#include "tests/support/sheet_rows.h"

#define GAMES	       1230
#define PLAYER_COLUMNS 14

static char *folder; /* one season, made once */
static struct sheet_rows games, team_boxes, player_boxes, lines;

static int make_sample(void **state)
{
	(void)state;
	struct error err;
	struct sample_options options = {.seasons = 1, .seed = SAMPLE_SEED};
	char *parent = test_folder();
	folder = path_join(parent, "sample");
	free(parent);
	if (!sample_write(folder, &options, NULL, NULL, &err))
		fail_msg("%s", err.text);
	sheet_rows_load(&games, folder, "games.csv");
	sheet_rows_load(&team_boxes, folder, "team_box.csv");
	sheet_rows_load(&player_boxes, folder, "player_box.csv");
	sheet_rows_load(&lines, folder, "odds.csv");
	return 0;
}

static int drop_sample(void **state)
{
	(void)state;
	struct sheet_rows *all[] = {&games, &team_boxes, &player_boxes, &lines};
	for (size_t i = 0; i < ARRAY_COUNT(all); i++)
		sheet_rows_release(all[i]);
	free(folder);
	return 0;
}

struct calendar_of_team {
	int games, at_home, in_first_days, back_to_backs;
	date_t last, before_last;
};

static void pass_game(struct calendar_of_team *team, date_t date, bool at_home)
{
	assert_true(team->games == 0 || date > team->last); /* never twice a day */
	assert_false(team->last == date - 1 && team->before_last == date - 2);
	team->games++;
	team->at_home += at_home;
	team->in_first_days += date < date_of(2021, 10, 19) + 14;
	team->back_to_backs += team->last == date - 1;
	team->before_last = team->last;
	team->last = date;
}

static void every_team_plays_82_games_in_the_calendar_of_the_league(void **state)
{
	(void)state;
	struct calendar_of_team teams[31] = {0};
	struct symbols *names = symbols_new();
	assert_int_equal(games.row_count, GAMES);
	for (size_t row = 0; row < games.row_count; row++) {
		date_t date = sheet_cell_date(&games, row, "game_date");
		assert_true(row == 0 || date >= sheet_cell_date(&games, row - 1, "game_date"));
		pass_game(&teams[sheet_text_number(names, sheet_cell(&games, row, "home"))], date,
			true);
		pass_game(&teams[sheet_text_number(names, sheet_cell(&games, row, "away"))], date,
			false);
		assert_true(symbols_count(names) <= 30);
	}
	assert_int_equal(symbols_count(names), 30);
	for (int i = 0; i < 30; i++) {
		assert_int_equal(teams[i].games, 82);
		assert_int_equal(teams[i].at_home, 41);
		assert_in_range(teams[i].in_first_days, 5, 9);
		assert_in_range(teams[i].back_to_backs, 8, 22);
	}
	symbols_free(names);
}

static void pairs_meet_two_to_four_times(void **state)
{
	(void)state;
	struct symbols *pairs = symbols_new();
	int meetings[30 * 30] = {0};
	int by_count[10] = {0};
	for (size_t row = 0; row < games.row_count; row++) {
		const char *home = sheet_cell(&games, row, "home");
		const char *away = sheet_cell(&games, row, "away");
		bool first = strcmp(home, away) < 0;
		meetings[sheet_pair_number(pairs, first ? home : away, first ? away : home)]++;
	}
	assert_int_equal(symbols_count(pairs), 30 * 29 / 2);
	for (size_t i = 0; i < symbols_count(pairs); i++)
		by_count[meetings[i]]++;
	assert_int_equal(by_count[2], 15 * 15);
	assert_int_equal(by_count[3], 30 * 4 / 2);
	assert_int_equal(by_count[4], 30 * 10 / 2);
	symbols_free(pairs);
}

static int games_on(date_t date)
{
	int count = 0;
	for (size_t row = 0; row < games.row_count; row++)
		count += sheet_cell_date(&games, row, "game_date") == date;
	return count;
}

static void the_days_off_are_off_and_the_others_have_games(void **state)
{
	(void)state;
	for (date_t date = date_of(2021, 10, 19); date <= date_of(2022, 4, 10); date++) {
		bool is_off = date == date_of(2021, 11, 25) || date == date_of(2021, 12, 24) ||
			      date == date_of(2022, 4, 4) ||
			      (date >= date_of(2022, 2, 18) && date <= date_of(2022, 2, 23));
		assert_in_range(games_on(date), is_off ? 0 : 2, is_off ? 0 : 15);
	}
	assert_int_equal(games_on(date_of(2021, 10, 19)), 2);
	assert_int_equal(games_on(date_of(2022, 4, 10)), 15);
}

static const char *const shared_columns[PLAYER_COLUMNS] = {"pts", "fgm", "fga", "fg3m", "fg3a",
	"ftm", "fta", "oreb", "dreb", "ast", "stl", "blk", "tov", "pf"};

struct sums {
	int columns[PLAYER_COLUMNS];
	int seconds, starters, plus_minus, rows;
};

static void check_line(const struct sheet_rows *sheet, size_t row)
{
	int made = sheet_number(sheet, row, "fgm");
	int threes = sheet_number(sheet, row, "fg3m");
	int free_throws = sheet_number(sheet, row, "ftm");
	assert_int_equal(sheet_number(sheet, row, "pts"), 2 * made + threes + free_throws);
	assert_in_range(threes, 0, made);
	assert_true(made <= sheet_number(sheet, row, "fga"));
	assert_true(threes <= sheet_number(sheet, row, "fg3a"));
	assert_true(free_throws <= sheet_number(sheet, row, "fta"));
}

static struct sums *sum_player_rows(struct symbols *sides)
{
	struct sums *sums = memory_new_array((size_t)GAMES * 2 + 1, sizeof(*sums));
	for (size_t row = 0; row < player_boxes.row_count; row++) {
		size_t side = sheet_pair_number(sides, sheet_cell(&player_boxes, row, "game_id"),
			sheet_cell(&player_boxes, row, "team"));
		assert_true(side < (size_t)GAMES * 2);
		check_line(&player_boxes, row);
		for (size_t i = 0; i < PLAYER_COLUMNS; i++)
			sums[side].columns[i] +=
				sheet_number(&player_boxes, row, shared_columns[i]);
		assert_in_range(sheet_number(&player_boxes, row, "pf"), 0, 6);
		assert_true(sheet_number(&player_boxes, row, "sec") > 0);
		sums[side].seconds += sheet_number(&player_boxes, row, "sec");
		sums[side].starters += sheet_number(&player_boxes, row, "starter");
		sums[side].plus_minus += sheet_number(&player_boxes, row, "plus_minus");
		sums[side].rows++;
	}
	return sums;
}

static void player_rows_add_up_to_team_rows(void **state)
{
	(void)state;
	struct symbols *sides = symbols_new();
	struct sums *sums = sum_player_rows(sides);
	assert_int_equal(team_boxes.row_count, GAMES * 2);
	for (size_t row = 0; row < team_boxes.row_count; row++) {
		const struct sums *sum =
			&sums[sheet_pair_number(sides, sheet_cell(&team_boxes, row, "game_id"),
				sheet_cell(&team_boxes, row, "team"))];
		check_line(&team_boxes, row);
		for (size_t i = 0; i < PLAYER_COLUMNS; i++) {
			const char *column = strcmp(shared_columns[i], "tov") == 0
						     ? "tov_players"
						     : shared_columns[i];
			assert_int_equal(sum->columns[i], sheet_number(&team_boxes, row, column));
		}
		assert_true(sheet_number(&team_boxes, row, "tov") >=
			    sheet_number(&team_boxes, row, "tov_players"));
		assert_int_equal(sheet_number(&team_boxes, row, "reb"),
			sheet_number(&team_boxes, row, "oreb") +
				sheet_number(&team_boxes, row, "dreb"));
		assert_int_equal(sum->seconds, sheet_number(&team_boxes, row, "min") * 60);
		assert_int_equal(sum->starters, 5);
		assert_int_equal(sum->plus_minus, 5 * sheet_number(&team_boxes, row, "plus_minus"));
		assert_in_range(sum->rows, 8, 13);
	}
	free(sums);
	symbols_free(sides);
}

static int sum_of_quarters(const char *text, int *periods)
{
	int sum = 0;
	*periods = 1;
	for (const char *at = text; at != NULL; at = strchr(at, '|')) {
		at += *at == '|';
		*periods += at > text;
		sum += (int)strtol(at, NULL, 10);
	}
	return sum;
}

/* Team rows stand in the order of the games, home first. */
static void both_teams_tell_the_same_game(void **state)
{
	(void)state;
	int overtime_games = 0;
	for (size_t row = 0; row < games.row_count; row++) {
		size_t home = row * 2;
		int points = sheet_number(&games, row, "home_pts");
		int margin = points - sheet_number(&games, row, "away_pts");
		int overtimes = sheet_number(&games, row, "n_ot");
		int periods;
		assert_int_not_equal(margin, 0);
		assert_int_equal(
			sum_of_quarters(sheet_cell(&games, row, "home_q"), &periods), points);
		assert_int_equal(periods, 4 + overtimes);
		assert_int_equal(sum_of_quarters(sheet_cell(&games, row, "away_q"), &periods),
			points - margin);
		for (size_t i = 0; i < 2; i++) {
			int own = i == 0 ? margin : -margin;
			assert_string_equal(sheet_cell(&team_boxes, home + i, "game_id"),
				sheet_cell(&games, row, "game_id"));
			assert_string_equal(sheet_cell(&team_boxes, home + i, "team"),
				sheet_cell(&games, row, i == 0 ? "home" : "away"));
			assert_string_equal(sheet_cell(&team_boxes, home + i, "opp"),
				sheet_cell(&games, row, i == 0 ? "away" : "home"));
			assert_int_equal(sheet_number(&team_boxes, home + i, "win"), own > 0);
			assert_int_equal(sheet_number(&team_boxes, home + i, "plus_minus"), own);
			assert_int_equal(
				sheet_number(&team_boxes, home + i, "min"), 240 + 25 * overtimes);
		}
		overtime_games += overtimes > 0;
	}
	assert_in_range(overtime_games, 20, 100);
}

static double mean_of(const char *column)
{
	double sum = 0;
	for (size_t row = 0; row < team_boxes.row_count; row++)
		sum += sheet_number(&team_boxes, row, column);
	return sum / (double)team_boxes.row_count;
}

static void numbers_are_like_real_ones(void **state)
{
	(void)state;
	static const struct {
		const char *column;
		double low, high;
	} ranges[] = {{"pts", 107, 115}, {"fga", 85, 91}, {"fgm", 38, 43}, {"fg3a", 31, 39},
		{"fta", 20, 25}, {"oreb", 9, 12}, {"dreb", 31, 36}, {"ast", 22, 27}, {"stl", 6, 9},
		{"blk", 3.5, 6}, {"tov", 12, 15}, {"pf", 18, 21}};
	for (size_t i = 0; i < ARRAY_COUNT(ranges); i++) {
		double mean = mean_of(ranges[i].column);
		if (mean < ranges[i].low || mean > ranges[i].high)
			fail_msg("%s is %.1f on the mean", ranges[i].column, mean);
	}
	double possessions =
		mean_of("fga") + 0.44 * mean_of("fta") - mean_of("oreb") + mean_of("tov");
	assert_true(possessions * 240 / mean_of("min") > 97);
	assert_true(possessions * 240 / mean_of("min") < 103);
	double rows = (double)player_boxes.row_count / (double)team_boxes.row_count;
	assert_true(rows > 10.2 && rows < 11.4);
}

static void the_favourite_wins_two_of_three(void **state)
{
	(void)state;
	int won = 0;
	size_t row = 0;
	double miss = 0;
	for (size_t line = 0; line < lines.row_count; line++) {
		const char *id = sheet_cell(&lines, line, "game_id");
		while (strcmp(sheet_cell(&games, row, "game_id"), id) != 0)
			row++;
		double spread = strtod(sheet_cell(&lines, line, "home_spread"), NULL);
		int margin = sheet_number(&games, row, "home_pts") -
			     sheet_number(&games, row, "away_pts");
		won += (margin > 0) == (spread < 0);
		miss += margin + spread;
		assert_true(spread > -35 && spread < 35);
	}
	int count = (int)lines.row_count;
	assert_in_range(count, GAMES - 30, GAMES - 1);
	assert_in_range(won, count * 60 / 100, count * 75 / 100);
	assert_true(miss > -1.5 * count && miss < 1.5 * count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_team_plays_82_games_in_the_calendar_of_the_league),
		cmocka_unit_test(pairs_meet_two_to_four_times),
		cmocka_unit_test(the_days_off_are_off_and_the_others_have_games),
		cmocka_unit_test(player_rows_add_up_to_team_rows),
		cmocka_unit_test(both_teams_tell_the_same_game),
		cmocka_unit_test(numbers_are_like_real_ones),
		cmocka_unit_test(the_favourite_wins_two_of_three),
	};
	return cmocka_run_group_tests(tests, make_sample, drop_sample);
}
