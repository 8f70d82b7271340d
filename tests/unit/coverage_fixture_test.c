/* The real state of ten tables on 2025-12-04, and what an operator found out by hand about it. */
#include "tests/test.h"

#include "coverage/why.h"

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

/* Judges the file by a pipeline that has these tables. */
static struct fixture judge_file(const char *path, struct pipeline *pipeline)
{
	static const char *const columns[TABLES] = {
		"pgs", "upgc", "utgc", "togs", "tdgs", "psza", "tdza", "pcf", "pdc", "mlfs"};
	struct fixture fixture = {.pipeline = pipeline};
	struct raw_day days[DAYS];
	struct day_count items[TABLES * DAYS];
	struct raw_days raw = {.items = days};
	struct day_counts counts = {.items = items};
	size_t tables[TABLES];
	read_file(path, &raw, &counts);
	struct date_range range = {date_of(2021, 11, 15), date_of(2021, 11, 30)};
	raw.first_game = range.first;
	raw.last_game = range.last;
	fixture.calendar = calendar_new(fixture.pipeline, &raw);
	fixture.coverage = coverage_new(fixture.pipeline, fixture.calendar, range);
	for (size_t i = 0; i < TABLES; i++)
		tables[i] = pipeline_find(pipeline, columns[i]);
	coverage_set_counts(fixture.coverage, &counts, tables, TABLES, 1000);
	coverage_judge(fixture.coverage);
	return fixture;
}

static struct fixture open_fixture(const char *path, const char *guards)
{
	struct pipeline *pipeline;
	struct error err;
	char *json = memory_format(pipeline_text, guards);
	if (!pipeline_parse(json, strlen(json), "fixture", &pipeline, &err))
		fail_msg("%s", err.text);
	free(json);
	return judge_file(path, pipeline);
}

static struct fixture open_shipped(const char *path, const char *name)
{
	struct pipeline *pipeline;
	struct error err;
	if (!pipeline_load(name, &pipeline, &err))
		fail_msg("%s", err.text);
	return judge_file(path, pipeline);
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

/* Without --pipeline: a file of counts knows no raw rows, and the rule per game stands in. */
static void the_default_pipeline_judges_a_file_of_counts_too(void **state)
{
	(void)state;
	NEED_DATA(path, "coverage_2025-12-04.csv")
	struct fixture fixture = open_shipped(path, "nba");
	expect_letters(&fixture, "pgs", "#o#o##o#o#.##o#o");
	expect_letters(&fixture, "upgc", "##########.#####");
	expect_letters(&fixture, "pcf", "#x#~##~#x#.##~ox");
	expect_letters(&fixture, "mlfs", "#x#~##x#xo.ooxxx");
	close_fixture(&fixture);
	free(path);
}

#define LINE_COLUMNS_MAX 200

/* What no cell may say: it is false, or says nothing. */
static void expect_sense(const struct fixture *fixture, const struct why *why, const char *text)
{
	const struct pipeline *pipeline = fixture->pipeline;
	char rest[LINE_COLUMNS_MAX], *words = rest;
	if (why->verdict == VERDICT_BLOCKED && strstr(why->next, "it can start now") != NULL)
		fail_msg("it is blocked, and yet:\n%s", text);
	if (why->verdict == VERDICT_OFF && strstr(text, "\nupstream: ") != NULL)
		fail_msg("what would it be made of on an off day?\n%s", text);
	/* a file of counts has neither receipts nor times */
	if (strstr(text, "not stale:") != NULL || strstr(text, " 0 of 0 ") != NULL)
		fail_msg("nobody knows that:\n%s", text);
	for (const char *line = text; line[0] != '\0'; line += strcspn(line, "\n") + 1)
		assert_in_range(strcspn(line, "\n"), 0, LINE_COLUMNS_MAX);
	if (why->command[0] == '\0')
		return;
	assert_memory_equal(why->command, "backcourt run ", strlen("backcourt run "));
	text_copy(rest, sizeof(rest), why->command + strlen("backcourt run "));
	for (char *word; strcmp(word = strsep(&words, " "), "--range") != 0;) {
		size_t table = pipeline_find(pipeline, word);
		if (verdict_opens_gate(coverage_verdict(fixture->coverage, table, why->date)))
			fail_msg("%s is right and would be run again:\n%s", word, text);
	}
}

static void every_cell_of_the_file_says_what_makes_sense(void **state)
{
	(void)state;
	static const char *const names[] = {"nba", "nba-scripts"};
	NEED_DATA(path, "coverage_2025-12-04.csv")
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct fixture fixture = open_shipped(path, names[i]);
		for (size_t cell = 0; cell < TABLES * (size_t)DAYS; cell++) {
			struct why why;
			struct error err;
			struct buffer text = {0};
			assert_true(why_find(fixture.coverage, cell / DAYS,
				fixture.coverage->range.first + (date_t)(cell % DAYS),
				&(struct why_setting){.auto_launch = true}, &why, &err));
			why_say(fixture.coverage, &why, &text);
			expect_sense(&fixture, &why, buffer_text(&text));
			buffer_release(&text);
			why_release(&why);
		}
		close_fixture(&fixture);
	}
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_gate_on_four_upstreams_alone_was_green_on_every_game_date),
		cmocka_unit_test(the_guard_closes_it_on_the_six_poisoned_dates),
		cmocka_unit_test(with_all_three_summaries_as_guards_nothing_is_open),
		cmocka_unit_test(every_cell_says_what_the_operator_found_out_by_hand),
		cmocka_unit_test(the_default_pipeline_judges_a_file_of_counts_too),
		cmocka_unit_test(every_cell_of_the_file_says_what_makes_sense),
	};
	return RUN(tests);
}
