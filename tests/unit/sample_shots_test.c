/* The sample's shots: as many as the box says, where their zone is, by players of all kinds. */
#include "tests/test.h"

#include "base/path.h"
#include "raw/sample.h"
#include "tests/support/sheet_rows.h"

static struct sheet_rows player_boxes, shots;

static int make_sample(void **state)
{
	(void)state;
	struct error err;
	struct sample_options options = {.seasons = 1, .seed = SAMPLE_SEED};
	char *parent = test_folder();
	char *folder = path_join(parent, "sample");
	if (!sample_write(folder, &options, NULL, NULL, &err))
		fail_msg("%s", err.text);
	sheet_rows_load(&player_boxes, folder, "player_box.csv");
	sheet_rows_load(&shots, folder, "shots.csv");
	free(parent);
	free(folder);
	return 0;
}

static int drop_sample(void **state)
{
	(void)state;
	sheet_rows_release(&player_boxes);
	sheet_rows_release(&shots);
	return 0;
}

struct shooting {
	int attempts, makes, threes, threes_made;
};

static struct shooting *sum_shots(struct symbols *keys)
{
	size_t room = player_boxes.row_count + 1;
	struct shooting *sums = memory_new_array(room, sizeof(*sums));
	for (size_t row = 0; row < shots.row_count; row++) {
		size_t key = sheet_pair_number(keys, sheet_cell(&shots, row, "game_id"),
			sheet_cell(&shots, row, "player_id"));
		assert_true(key < room);
		int made = sheet_number(&shots, row, "made");
		int is_three = sheet_number(&shots, row, "pts_value") == 3;
		sums[key].attempts++;
		sums[key].makes += made;
		sums[key].threes += is_three;
		sums[key].threes_made += is_three && made;
	}
	return sums;
}

static void shots_agree_with_the_box_score(void **state)
{
	(void)state;
	struct symbols *keys = symbols_new();
	struct shooting *sums = sum_shots(keys);
	size_t shooters = symbols_count(keys);
	int attempts = 0;
	for (size_t row = 0; row < player_boxes.row_count; row++) {
		int tried = sheet_number(&player_boxes, row, "fga");
		attempts += tried;
		if (tried == 0)
			continue;
		const struct shooting *sum =
			&sums[sheet_pair_number(keys, sheet_cell(&player_boxes, row, "game_id"),
				sheet_cell(&player_boxes, row, "player_id"))];
		assert_int_equal(sum->attempts, tried);
		assert_int_equal(sum->makes, sheet_number(&player_boxes, row, "fgm"));
		assert_int_equal(sum->threes, sheet_number(&player_boxes, row, "fg3a"));
		assert_int_equal(sum->threes_made, sheet_number(&player_boxes, row, "fg3m"));
	}
	assert_int_equal(symbols_count(keys), shooters); /* no box row asked for another key */
	assert_int_equal(attempts, shots.row_count);
	free(sums);
	symbols_free(keys);
}

static void check_place(const char *zone, int x, int y, int value)
{
	int square = x * x + y * y;
	bool is_in_lane = abs(x) <= 80 && y <= 137;
	bool is_corner = strcmp(zone, "LC3") == 0 || strcmp(zone, "RC3") == 0;
	bool is_arc = strcmp(zone, "ATB3") == 0;
	bool is_back = strcmp(zone, "BC") == 0;
	assert_int_equal(value, is_corner || is_arc || is_back ? 3 : 2);
	if (strcmp(zone, "RA") == 0)
		assert_true(square < 40 * 40);
	else if (strcmp(zone, "PAINT") == 0)
		assert_true(is_in_lane && square > 40 * 40);
	else if (strcmp(zone, "MID") == 0)
		assert_true(!is_in_lane && abs(x) < 220 && square < 238 * 238);
	else if (is_corner)
		assert_true(abs(x) >= 220 && y < 92 && (x < 0) == (zone[0] == 'L'));
	else if (is_arc)
		assert_true(y > 80 && square > 236 * 236 && y < 420);
	else
		assert_true(is_back && y >= 420);
}

static void shots_lie_where_their_zone_is(void **state)
{
	(void)state;
	for (size_t row = 0; row < shots.row_count; row++) {
		int x = sheet_number(&shots, row, "loc_x");
		int y = sheet_number(&shots, row, "loc_y");
		int feet = sheet_number(&shots, row, "dist_ft");
		check_place(sheet_cell(&shots, row, "zone"), x, y,
			sheet_number(&shots, row, "pts_value"));
		assert_true(feet * feet * 100 <= x * x + y * y);
		assert_true((feet + 1) * (feet + 1) * 100 > x * x + y * y);
		assert_in_range(sheet_number(&shots, row, "sec_left"), 0, 720);
	}
}

/* Shares of paint and three, of everybody with 300 shots: both kinds of player must be there. */
static void some_are_shooters_and_some_live_in_the_paint(void **state)
{
	(void)state;
	struct symbols *names = symbols_new();
	int(*counts)[3] = memory_new_array(2000, sizeof(*counts));
	int shooters = 0;
	int bigs = 0;
	for (size_t row = 0; row < shots.row_count; row++) {
		int *count = counts[sheet_text_number(names, sheet_cell(&shots, row, "player_id"))];
		int is_three = sheet_number(&shots, row, "pts_value") == 3;
		count[0]++;
		count[1] += is_three;
		count[2] += !is_three && sheet_number(&shots, row, "dist_ft") <= 8;
	}
	for (size_t i = 0; i < symbols_count(names); i++) {
		shooters += counts[i][0] >= 300 && counts[i][1] * 10 > counts[i][0] * 6;
		bigs += counts[i][0] >= 300 && counts[i][2] * 10 > counts[i][0] * 7;
	}
	assert_in_range(shooters, 15, 120);
	assert_in_range(bigs, 15, 120);
	free(counts);
	symbols_free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shots_agree_with_the_box_score),
		cmocka_unit_test(shots_lie_where_their_zone_is),
		cmocka_unit_test(some_are_shooters_and_some_live_in_the_paint),
	};
	return cmocka_run_group_tests(tests, make_sample, drop_sample);
}
