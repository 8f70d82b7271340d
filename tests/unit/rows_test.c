#include "tests/test.h"

#include "warehouse/table.h"

#include <math.h>

#define H COLUMN_HASHED

/* Phase 3, 8.12: the 27 fields of the team context, not in the order of their names. */
#define TEAM_LIST(X)                              \
	X(team_abbr, TEXT, H | COLUMN_KEY)        \
	X(game_id, TEXT, H | COLUMN_KEY)          \
	X(game_date, DATE, H)                     \
	X(betting_lines_updated_at, TIMESTAMP, H) \
	X(days_since_last_game, INTEGER, H)       \
	X(game_number_in_season, INTEGER, H)      \
	X(game_spread, REAL, H)                   \
	X(game_spread_source, TEXT, H)            \
	X(game_total, REAL, H)                    \
	X(game_total_source, TEXT, H)             \
	X(games_in_last_14_days, INTEGER, H)      \
	X(games_in_last_7_days, INTEGER, H)       \
	X(home_game, BOOLEAN, H)                  \
	X(is_back_to_back, BOOLEAN, H)            \
	X(last_game_margin, INTEGER, H)           \
	X(last_game_result, TEXT, H)              \
	X(opponent_team_abbr, TEXT, H)            \
	X(questionable_players_count, INTEGER, H) \
	X(season_year, INTEGER, H)                \
	X(spread_movement, REAL, H)               \
	X(starters_out_count, INTEGER, H)         \
	X(team_back_to_back, BOOLEAN, H)          \
	X(team_days_rest, INTEGER, H)             \
	X(team_loss_streak_entering, INTEGER, H)  \
	X(team_win_streak_entering, INTEGER, H)   \
	X(total_movement, REAL, H)                \
	X(travel_miles, INTEGER, H)               \
	X(data_hash, TEXT, 0) X(processed_at, TIMESTAMP, COLUMN_STAMP)

enum { TEAM_LIST(COLUMN_INDEX) };
static const struct column team_columns[] = {TEAM_LIST(COLUMN_ROW)};
static const struct table_layout team = {
	"lab", "team", "game_date", team_columns, ARRAY_COUNT(team_columns), HASH_JSON};

static const struct column json_columns[] = {
	{"text", COLUMN_TEXT, H}, {"real", COLUMN_REAL, H}, {"flag", COLUMN_BOOLEAN, H}};
static const struct table_layout json = {
	"lab", "json", NULL, json_columns, ARRAY_COUNT(json_columns), HASH_JSON};

static const struct column pair_columns[] = {{"d", COLUMN_TEXT, H}, {"c", COLUMN_TEXT, H},
	{"b", COLUMN_REAL, H}, {"a", COLUMN_INTEGER, H}, {"unhashed", COLUMN_INTEGER, 0}};
static const struct table_layout pairs = {
	"lab", "pairs", NULL, pair_columns, ARRAY_COUNT(pair_columns), HASH_PAIRS};

static const struct column list_columns[] = {{"list", COLUMN_LIST, H}};
static const struct table_layout list = {
	"lab", "list", NULL, list_columns, ARRAY_COUNT(list_columns), HASH_PAIRS};

static void expect_text_hash(const struct rows *rows, const char *text)
{
	char expected[DIGEST_TEXT_BYTES], hash[DIGEST_TEXT_BYTES];
	digest_sha256_16(text, strlen(text), expected);
	assert_string_equal(rows_row_hash(rows, rows->count - 1, hash), expected);
}

static void the_row_of_dallas_has_the_hash_of_the_specification(void **state)
{
	(void)state;
	static const struct {
		size_t column;
		int64_t value;
	} integers[] = {{COL_days_since_last_game, 2}, {COL_game_number_in_season, 6},
		{COL_games_in_last_14_days, 5}, {COL_games_in_last_7_days, 2},
		{COL_last_game_margin, 10}, {COL_questionable_players_count, 0},
		{COL_season_year, 2021}, {COL_starters_out_count, 0}, {COL_team_days_rest, 1},
		{COL_team_loss_streak_entering, 0}, {COL_team_win_streak_entering, 2},
		{COL_travel_miles, 884}};
	struct rows rows;
	char hash[DIGEST_TEXT_BYTES];
	rows_init(&rows, &team);
	rows_add(&rows);
	for (size_t i = 0; i < ARRAY_COUNT(integers); i++)
		rows_set_integer(&rows, integers[i].column, integers[i].value);
	rows_set_text(&rows, COL_team_abbr, "DAL");
	rows_set_text(&rows, COL_game_id, "0022100210");
	rows_set_date(&rows, COL_game_date, date_of(2021, 11, 17));
	rows_set_boolean(&rows, COL_home_game, false);
	rows_set_boolean(&rows, COL_is_back_to_back, false);
	rows_set_boolean(&rows, COL_team_back_to_back, false);
	rows_set_text(&rows, COL_last_game_result, "W");
	rows_set_text(&rows, COL_opponent_team_abbr, "PHX");
	assert_string_equal(rows_row_hash(&rows, 0, hash), "2dae750cb7544e28");
	rows_set_text(&rows, COL_processed_at, "2021-11-18T00:00:00Z");
	rows_fill_hashes(&rows);
	assert_string_equal(rows_value(&rows, 0, COL_data_hash)->text, "2dae750cb7544e28");
	rows_set_integer(&rows, COL_travel_miles, 885);
	assert_string_not_equal(rows_row_hash(&rows, 0, hash), "2dae750cb7544e28");
	rows_release(&rows);
}

static void json_is_written_as_python_writes_it(void **state)
{
	(void)state;
	struct rows rows;
	rows_init(&rows, &json);
	rows_add(&rows);
	rows_set_text(&rows, 0, "Don\xc4\x8di\xc4\x87 \"77\"\n\xf0\x9f\x8f\x80");
	rows_set_real(&rows, 1, 27.0);
	rows_set_boolean(&rows, 2, true);
	expect_text_hash(&rows, "{\"flag\": true, \"real\": 27.0,"
				" \"text\": \"Don\\u010di\\u0107 \\\"77\\\"\\n\\ud83c\\udfc0\"}");
	rows_add(&rows);
	rows_set_real(&rows, 1, 133.3);
	expect_text_hash(&rows, "{\"flag\": null, \"real\": 133.3, \"text\": null}");
	rows_release(&rows);
}

static void pairs_are_sorted_trimmed_and_joined(void **state)
{
	(void)state;
	struct rows rows;
	char hash[DIGEST_TEXT_BYTES];
	rows_init(&rows, &pairs);
	rows_add(&rows);
	rows_set_text(&rows, 0, " x ");
	rows_set_real(&rows, 2, 2.5);
	rows_set_integer(&rows, 3, 1);
	rows_set_integer(&rows, 4, 99);
	assert_string_equal(rows_row_hash(&rows, 0, hash), "96ea65ad468c64b2"); /* phase 4, E24 */
	rows_release(&rows);
}

static void lists_in_pairs_are_written_as_python_writes_them(void **state)
{
	(void)state;
	static const struct {
		const char *json, *python;
	} cases[] = {
		{"[]", "list:[]"},
		{"[1.0, 0.45]", "list:[1.0, 0.45]"},
		{"[\"a\",\"b\"]", "list:['a', 'b']"},
		{"[null, true, false]", "list:[None, True, False]"},
		{"[\"it's\"]", "list:[\"it's\"]"},
		{"[\"a \\\"b\\\"\"]", "list:['a \"b\"']"},
		{"[\"it's \\\"b\\\"\"]", "list:['it\\'s \"b\"']"},
		{"[\"Don\\u010di\\u0107, \\ud83c\\udfc0\"]",
			"list:['Don\xc4\x8di\xc4\x87, \xf0\x9f\x8f\x80']"},
		{"[\"a\\\\b\\nc\"]", "list:['a\\\\b\\nc']"},
		{"[\"cut", "list:['cut'"},
		{"[\"cut\\", "list:['cut'"},
	};
	struct rows rows;
	rows_init(&rows, &list);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		rows_add(&rows);
		rows_set_text(&rows, 0, cases[i].json);
		expect_text_hash(&rows, cases[i].python);
	}
	rows_release(&rows);
}

static void what_is_no_number_is_null_and_a_negative_zero_is_zero(void **state)
{
	(void)state;
	struct rows rows;
	rows_init(&rows, &json);
	rows_add(&rows);
	rows_set_real(&rows, 1, NAN);
	assert_int_equal(rows_value(&rows, 0, 1)->kind, VALUE_NULL);
	rows_set_real(&rows, 1, -INFINITY);
	assert_int_equal(rows_value(&rows, 0, 1)->kind, VALUE_NULL);
	rows_set_real(&rows, 1, -0.0);
	assert_false(signbit(rows_value(&rows, 0, 1)->real));
	rows_set_text(&rows, 0, NULL);
	assert_int_equal(rows_value(&rows, 0, 0)->kind, VALUE_NULL);
	rows_release(&rows);
}

static void rows_can_be_dropped_cleared_and_are_many(void **state)
{
	(void)state;
	struct rows rows;
	rows_init(&rows, &json);
	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < 10000; i++) {
			char text[16];
			snprintf(text, sizeof(text), "text %d", i);
			rows_add(&rows);
			assert_int_equal(rows_value(&rows, rows.count - 1, 1)->kind, VALUE_NULL);
			rows_set_text(&rows, 0, text);
			rows_set_real(&rows, 1, i);
		}
		assert_int_equal(rows.count, 10000);
		assert_string_equal(rows_value(&rows, 9998, 0)->text, "text 9998");
		rows_clear(&rows);
		assert_int_equal(rows.count, 0);
	}
	rows_release(&rows);
}

static void the_hash_of_all_rows_knows_where_a_value_ends(void **state)
{
	(void)state;
	struct rows rows;
	char first[DIGEST_TEXT_BYTES], second[DIGEST_TEXT_BYTES], none[DIGEST_TEXT_BYTES];
	rows_init(&rows, &team);
	rows_hash(&rows, none);
	assert_int_equal(rows_distinct_keys(&rows), 0);
	rows_add(&rows);
	rows_set_text(&rows, COL_team_abbr, "ab");
	rows_set_text(&rows, COL_game_id, "c");
	rows_hash(&rows, first);
	rows_set_text(&rows, COL_team_abbr, "a");
	rows_set_text(&rows, COL_game_id, "bc");
	assert_string_not_equal(rows_hash(&rows, second), first);
	assert_string_not_equal(second, none);
	rows_add(&rows);
	rows_set_text(&rows, COL_team_abbr, "a");
	rows_set_text(&rows, COL_game_id, "bc");
	assert_int_equal(rows_distinct_keys(&rows), 1);
	rows_release(&rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_row_of_dallas_has_the_hash_of_the_specification),
		cmocka_unit_test(json_is_written_as_python_writes_it),
		cmocka_unit_test(pairs_are_sorted_trimmed_and_joined),
		cmocka_unit_test(lists_in_pairs_are_written_as_python_writes_them),
		cmocka_unit_test(what_is_no_number_is_null_and_a_negative_zero_is_zero),
		cmocka_unit_test(rows_can_be_dropped_cleared_and_are_many),
		cmocka_unit_test(the_hash_of_all_rows_knows_where_a_value_ends),
	};
	return RUN(tests);
}
