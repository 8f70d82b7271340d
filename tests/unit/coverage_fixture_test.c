/* The real state of ten tables on 2025-12-04, and what an operator found out by hand about it. */
#include "tests/test.h"

#include "coverage/coverage.h"

#define TABLES 10
#define DAYS   16

/* As the users' pipeline, without its jobs. */
static const char pipeline_text[] =
	"{\"version\": 1, \"name\": \"fixture\", \"calendar\": {\"bootstrap_days\": 14, "
	"\"seasons\": [{\"name\": \"2021-22\", \"first\": \"2021-10-19\", \"last\": "
	"\"2022-04-10\"}]}, \"tables\": ["
	"{\"name\": \"player_game_summary\", \"short\": \"pgs\", "
	"\"expect\": {\"per_game\": 21.5, \"min\": 16, \"max\": 28}}, "
	"{\"name\": \"upcoming_player_game_context\", \"short\": \"upgc\", "
	"\"expect\": {\"per_game\": 34, \"min\": 30, \"max\": 42}}, "
	"{\"name\": \"upcoming_team_game_context\", \"short\": \"utgc\", "
	"\"expect\": {\"per_game\": 2}}, "
	"{\"name\": \"team_offense_game_summary\", \"short\": \"togs\", "
	"\"expect\": {\"per_game\": 2}}, "
	"{\"name\": \"team_defense_game_summary\", \"short\": \"tdgs\", "
	"\"expect\": {\"per_game\": 2}}, "
	"{\"name\": \"player_shot_zone_analysis\", \"short\": \"psza\", \"bootstrap\": true, "
	"\"expect\": {\"at_least_previous\": true, \"min\": 30}}, "
	"{\"name\": \"team_defense_zone_analysis\", \"short\": \"tdza\", \"bootstrap\": true, "
	"\"expect\": {\"constant\": 30, \"min\": 29}}, "
	"{\"name\": \"player_composite_factors\", \"short\": \"pcf\", \"bootstrap\": true, "
	"\"expect\": {\"same_as\": \"upgc\", \"min_ratio\": 0.9}, "
	"\"upstreams\": [\"upgc\", \"utgc\", \"tdza\", \"psza\"]%s}, "
	"{\"name\": \"player_daily_cache\", \"short\": \"pdc\", \"bootstrap\": true, "
	"\"expect\": {\"same_as\": \"upgc\", \"min_ratio\": 0.45}, "
	"\"upstreams\": [\"upgc\", \"psza\"], \"guards\": [\"pgs\"]}, "
	"{\"name\": \"ml_feature_store_v2\", \"short\": \"mlfs\", \"bootstrap\": true, "
	"\"expect\": {\"same_as\": \"upgc\", \"min_ratio\": 0.9}, "
	"\"upstreams\": [\"pcf\", \"pdc\", \"psza\", \"tdza\", \"upgc\"], \"guards\": "
	"[\"pgs\"]}]}";

struct fixture {
	struct pipeline *pipeline;
	struct calendar *calendar;
	struct coverage *coverage;
};

/* date,games,ten counts: the columns stand in the order of the tables above. */
static void read_line(const char *line, struct raw_days *raw, struct day_counts *counts)
{
	date_t date;
	char text[DATE_TEXT_BYTES];
	text_copy(text, sizeof(text), line);
	assert_true(date_parse(text, &date));
	for (size_t column = 0; column <= TABLES; column++) {
		line = strchr(line, ',');
		assert_non_null(line);
		int64_t number = strtoll(++line, NULL, 10);
		if (column == 0 && number > 0)
			raw->items[raw->count++] = (struct raw_day){.date = date,
				.regular_games = number,
				.box_rows = -1,
				.roster_rows = -1};
		if (column > 0)
			counts->items[counts->count++] = (struct day_count){.table = column - 1,
				.date = date,
				.rows = number,
				.distinct_keys = -1};
	}
}

static void read_file(const char *path, struct raw_days *raw, struct day_counts *counts)
{
	char line[1024];
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL)
		if (line[0] == '2')
			read_line(line, raw, counts);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(counts->count, TABLES * DAYS);
}

static struct fixture open_fixture(const char *path, const char *guards)
{
	struct fixture fixture;
	struct error err;
	struct raw_day days[DAYS];
	struct day_count items[TABLES * DAYS];
	struct raw_days raw = {.items = days};
	struct day_counts counts = {.items = items};
	size_t tables[TABLES];
	char *json = memory_format(pipeline_text, guards);
	if (!pipeline_parse(json, strlen(json), "fixture", &fixture.pipeline, &err))
		fail_msg("%s", err.text);
	free(json);
	read_file(path, &raw, &counts);
	struct date_range range = {date_of(2021, 11, 15), date_of(2021, 11, 30)};
	raw.first_game = range.first;
	raw.last_game = range.last;
	fixture.calendar = calendar_new(fixture.pipeline, &raw);
	fixture.coverage = coverage_new(fixture.pipeline, fixture.calendar, range);
	for (size_t i = 0; i < TABLES; i++)
		tables[i] = i;
	coverage_set_counts(fixture.coverage, &counts, tables, TABLES, 1000);
	coverage_judge(fixture.coverage);
	return fixture;
}

static void close_fixture(struct fixture *fixture)
{
	coverage_free(fixture->coverage);
	calendar_free(fixture->calendar);
	pipeline_free(fixture->pipeline);
}

/* The days of November on which the gate of a table is open, or closed by a guard: "17 19 20". */
static void expect_gates(struct fixture *fixture, const char *table, bool open, const char *days)
{
	struct buffer found = {0};
	size_t number = pipeline_find(fixture->pipeline, table);
	for (int day = 16; day <= 30; day++) {
		enum reason reason;
		int because;
		if (day == 25)
			continue;
		bool is_open = coverage_gate(
			fixture->coverage, number, date_of(2021, 11, day), &reason, &because);
		assert_true(is_open || reason == REASON_BLOCKED_GUARD);
		if (is_open == open)
			buffer_add_format(&found, "%s%d", found.length == 0 ? "" : " ", day);
	}
	assert_string_equal(buffer_text(&found), days);
	buffer_release(&found);
}

static void expect_letters(struct fixture *fixture, const char *table, const char *letters)
{
	char found[DAYS + 1] = "";
	size_t number = pipeline_find(fixture->pipeline, table);
	for (int i = 0; i < DAYS; i++)
		found[i] = verdict_letter(
			coverage_cell(fixture->coverage, number, date_of(2021, 11, 15) + i)
				->verdict);
	assert_string_equal(found, letters);
}

static void the_gate_on_four_upstreams_alone_was_green_on_every_game_date(void **state)
{
	(void)state;
	NEED_DATA(path, "coverage_2025-12-04.csv")
	struct fixture fixture = open_fixture(path, "");
	expect_gates(&fixture, "pcf", true, "16 17 18 19 20 21 22 23 24 26 27 28 29 30");
	close_fixture(&fixture);
	free(path);
}

static void the_guard_closes_it_on_the_six_poisoned_dates(void **state)
{
	(void)state;
	NEED_DATA(path, "coverage_2025-12-04.csv")
	struct fixture fixture = open_fixture(path, ", \"guards\": [\"pgs\"]");
	expect_gates(&fixture, "pcf", true, "17 19 20 22 24 26 27 29");
	expect_gates(&fixture, "pcf", false, "16 18 21 23 28 30");
	close_fixture(&fixture);
	free(path);
}

static void with_all_three_summaries_as_guards_nothing_is_open(void **state)
{
	(void)state;
	NEED_DATA(path, "coverage_2025-12-04.csv")
	struct fixture fixture = open_fixture(path, ", \"guards\": [\"pgs\", \"togs\", \"tdgs\"]");
	expect_gates(&fixture, "pcf", true, "");
	close_fixture(&fixture);
	free(path);
}

static void every_cell_says_what_the_operator_found_out_by_hand(void **state)
{
	(void)state;
	NEED_DATA(path, "coverage_2025-12-04.csv")
	struct fixture fixture = open_fixture(path, ", \"guards\": [\"pgs\"]");
	/* from Monday the 15th:                 5678901234567890 */
	expect_letters(&fixture, "pgs", "#o#o##o#o#.##o#o");
	expect_letters(&fixture, "upgc", "##########.#####");
	expect_letters(&fixture, "utgc", "##########.#####");
	expect_letters(&fixture, "togs", "dooooooooo.ooooo");
	expect_letters(&fixture, "psza", "##########.#####");
	expect_letters(&fixture, "tdza", "##########.#####"); /* 29 of 30 will do */
	expect_letters(&fixture, "pcf", "#x#~##~#x#.##~ox");
	expect_letters(&fixture, "pdc", "#~#~##~#~#.##~ox");
	expect_letters(&fixture, "mlfs", "#x#~##x#xo.ooxxx");
	struct buffer words = {0};
	size_t togs = pipeline_find(fixture.pipeline, "togs");
	coverage_explain(fixture.coverage, togs, date_of(2021, 11, 15), &words);
	assert_string_equal(buffer_text(&words), "too many: 88 rows of 22, 4.0x");
	buffer_clear(&words);
	coverage_explain(fixture.coverage, pipeline_find(fixture.pipeline, "pcf"),
		date_of(2021, 11, 18), &words);
	assert_string_equal(buffer_text(&words),
		"stale: computed while player_game_summary was missing or thin");
	buffer_release(&words);
	close_fixture(&fixture);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_gate_on_four_upstreams_alone_was_green_on_every_game_date),
		cmocka_unit_test(the_guard_closes_it_on_the_six_poisoned_dates),
		cmocka_unit_test(with_all_three_summaries_as_guards_nothing_is_open),
		cmocka_unit_test(every_cell_says_what_the_operator_found_out_by_hand),
	};
	return RUN(tests);
}
