/* Plans as files: what one says another reads, people may edit them, and every mistake is named. */
#include "tests/test.h"

#include "base/path.h"
#include "verbs/plan_file.h"
#include "tests/support/world.h"

/* low reads top; last reads low. */
static const char pipeline_text[] =
	"{\"version\": 1, \"name\": \"small\", \"calendar\": {\"bootstrap_days\": 0, \"seasons\": "
	"[{\"name\": \"S\", \"first\": \"2021-10-19\", \"last\": \"2022-04-10\"}]}, "
	"\"tables\": [{\"name\": \"top\", \"expect\": {\"per_game\": 2}}, "
	"{\"name\": \"low\", \"expect\": {\"per_game\": 2}, \"upstreams\": [\"top\"]}, "
	"{\"name\": \"last\", \"expect\": {\"per_game\": 2}, \"upstreams\": [\"low\"]}]}";
enum { TOP, LOW, LAST, TABLES };

#define HEAD "{\"version\": 1, \"pipeline\": \"small\", "

static struct world open_world(void)
{
	struct world world;
	world_open(&world, pipeline_text, "333.33");
	coverage_judge(world.coverage);
	return world;
}

static bool parse(
	const struct world *world, const char *text, struct plan_file *file, struct error *err)
{
	return plan_file_parse(text, strlen(text), "p.json", world->pipeline, file, err);
}

static void read_plan(const struct world *world, const char *text, struct plan_file *file)
{
	struct error err = {0};
	if (!parse(world, text, file, &err))
		fail_msg("%s", err.text);
}

static void write_right(struct world *world, size_t table, int day)
{
	date_t date = world_day(world, day);
	world_write(world, table, date, world_right_rows(world, table, date));
	coverage_judge(world->coverage);
}

static void what_a_plan_says_is_read_back(void **state)
{
	(void)state;
	struct world world = open_world();
	struct date_set first[TABLES] = {{0}};
	struct plan_wish wish = {.order = PLAN_NEWEST, .first = first};
	struct plan plan, again;
	struct plan_file file;
	struct buffer text = {0};
	date_set_add(&first[LOW], (struct date_range){world_day(&world, 1), world_day(&world, 1)});
	plan_make(world.coverage, &wish, &plan);
	plan.steps[0].bytes = 1234567;
	plan_file_say(
		&(struct plan_words){.coverage = world.coverage, .plan = &plan, .now_ms = 1000},
		&text);
	assert_non_null(strstr(buffer_text(&text), "\"bytes\": 1234567"));
	assert_non_null(strstr(buffer_text(&text), "\"bytes\": null"));
	read_plan(&world, buffer_text(&text), &file);
	plan_file_make(&file, world.coverage, NULL, &again);
	assert_int_equal(again.step_count, TABLES);
	assert_int_equal(again.cells, plan.cells);
	for (size_t i = 0; i < TABLES; i++) {
		const struct plan_step *said = &plan.steps[i];
		size_t k = 0;
		while (again.steps[k].table != said->table)
			k++;
		assert_int_equal(again.steps[k].count, said->count);
		assert_int_equal(again.steps[k].first_count, said->first_count);
		assert_memory_equal(
			again.steps[k].dates, said->dates, said->count * sizeof(*said->dates));
	}
	assert_int_equal(file.range.first, world.coverage->range.first);
	plan_release(&again);
	plan_release(&plan);
	plan_file_release(&file);
	date_set_release(&first[LOW]);
	buffer_release(&text);
	world_close(&world);
}

static void it_may_be_edited_and_runs_what_stands_there_in_that_order(void **state)
{
	(void)state;
	struct world world = open_world();
	struct plan_file file;
	struct plan plan;
	read_plan(&world,
		HEAD "\"#\": \"mine\", \"steps\": [{\"table\": \"low\", \"dates\": "
		     "[\"2021-10-21\", \"2021-10-19\"], \"first\": 1}, {\"table\": \"top\", "
		     "\"dates\": [\"2021-10-20..2021-10-21\", \"2021-10-19\"]}]}",
		&file);
	plan_file_make(&file, world.coverage, NULL, &plan);
	assert_int_equal(plan.step_count, 2);
	assert_int_equal(plan.steps[0].table, TOP);
	assert_int_equal(plan.steps[0].count, 3);
	assert_int_equal(plan.steps[0].dates[2], date_of(2021, 10, 19));
	assert_int_equal(plan.steps[1].dates[0], date_of(2021, 10, 21));
	assert_int_equal(plan.steps[1].first_count, 1);
	assert_int_equal(plan.left_count, 0);
	assert_int_equal(file.range.first, date_of(2021, 10, 19));
	assert_int_equal(file.range.last, date_of(2021, 10, 21));
	plan_release(&plan);
	plan_file_release(&file);
	world_close(&world);
}

/* The first date has nine games, which only top feels: low can start the later, the sooner it
 * comes. */
static void what_it_takes_is_foreseen_in_that_order(void **state)
{
	(void)state;
	static const char *const dates[] = {"\"2021-10-19\", \"2021-10-20..2021-10-21\"",
		"\"2021-10-20..2021-10-21\", \"2021-10-19\""};
	static const int64_t ends_ms[] = {90 + 3 * 40, 10 + 10 + 90 + 40};
	struct eta_speed speeds[TABLES] = {
		[TOP] = {.date_ms = 10, .usual_games = 1, .games_share = 1, .dates = 9},
		[LOW] = {.date_ms = 40, .dates = 9}};
	struct world world;
	world_open(&world, pipeline_text, "911.33");
	coverage_judge(world.coverage);
	for (size_t i = 0; i < ARRAY_COUNT(dates); i++) {
		struct plan_file file;
		struct plan plan;
		char *text = memory_format(HEAD "\"steps\": [{\"table\": \"top\", \"dates\": [%s]},"
						" {\"table\": \"low\", \"dates\": [%s]}]}",
			dates[i], dates[i]);
		read_plan(&world, text, &file);
		plan_file_make(&file, world.coverage, speeds, &plan);
		assert_int_equal(plan.eta.p50_ms, ends_ms[i]);
		assert_int_equal(plan.duration_ms, ends_ms[i]);
		assert_int_equal(plan.steps[1].duration_ms, 120);
		plan_release(&plan);
		plan_file_release(&file);
		free(text);
	}
	world_close(&world);
}

static void what_is_complete_by_now_is_left_out_and_said(void **state)
{
	(void)state;
	struct world world = open_world();
	struct plan_file file;
	struct plan plan;
	struct buffer text = {0};
	read_plan(&world,
		HEAD "\"steps\": [{\"table\": \"top\", \"dates\": [\"2021-10-19..2021-10-23\"]}, "
		     "{\"table\": \"last\", \"dates\": [\"2021-10-19\"]}]}",
		&file);
	write_right(&world, TOP, 0);
	write_right(&world, TOP, 2);
	plan_file_make(&file, world.coverage, NULL, &plan);
	plan_file_say_settled(&file, world.coverage, &text);
	assert_string_equal(buffer_text(&text),
		"top: left out, off by now: 1 date (2021-10-22)\n"
		"top: left out, complete by now: 2 dates (2021-10-19, 2021-10-21)\n");
	assert_int_equal(plan.step_count, 1);
	assert_int_equal(plan.steps[0].count, 2);
	assert_int_equal(plan.left_count, 1); /* what last needs is not in the file */
	assert_int_equal(plan.left[0].table, LAST);
	plan_release(&plan);
	plan_file_release(&file);
	buffer_release(&text);
	world_close(&world);
}

static void every_mistake_is_named_with_its_place(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"", "p.json:1: "},
		{"{\n\"version\": 1,\n]", "p.json:3: "},
		{"[]", "p.json: must be an object"},
		{"{}", "p.json: version: is missing: it is no plan"},
		{"{\"version\": 2, \"pipeline\": \"small\", \"steps\": []}",
			"p.json: version: this program reads version 1 alone"},
		{"{\"version\": \"1\", \"pipeline\": \"small\", \"steps\": []}", "version: this"},
		{"{\"version\": 1, \"version\": 1}", "p.json:1: duplicate"},
		{"{\"version\": 1, \"steps\": []}", "p.json: pipeline: is missing"},
		{"{\"version\": 1, \"pipeline\": \"big\", \"steps\": []}",
			"p.json: pipeline: the plan is of \"big\", not of \"small\""},
		{HEAD "\"stepps\": []}", "unknown key \"stepps\" (did you mean \"steps\"?)"},
		{HEAD "\"range\": {}}", "p.json: range.first: is missing"},
		{HEAD "\"range\": {\"first\": \"2021-10-20\", \"last\": \"2021-10-19\"}, "
		      "\"steps\": []}",
			"p.json: range: ends before it begins"},
		{HEAD "\"range\": {\"first\": \"2021-10-20\", \"last\": \"2021-10-20\"}, "
		      "\"steps\": [{\"table\": \"top\", \"dates\": [\"2021-10-19\"]}]}",
			"p.json: range: does not hold all dates of the steps "
			"(2021-10-19..2021-10-19)"},
		{HEAD "\"steps\": {}}", "p.json: steps: must be a list"},
		{HEAD "\"steps\": [1]}", "p.json: steps[0]: must be an object"},
		{HEAD "\"steps\": [{}]}", "p.json: steps[0].table: is missing"},
		{HEAD "\"steps\": [{\"table\": \"tip\", \"dates\": []}]}",
			"steps[0].table: no table is called \"tip\" (did you mean \"top\"?)"},
		{HEAD "\"steps\": [{\"table\": \"top\"}]}", "steps[0].dates: is missing"},
		{HEAD "\"steps\": [{\"table\": \"top\", \"dates\": \"2021-10-19\"}]}",
			"steps[0].dates: must be a list of dates"},
		{HEAD "\"steps\": [{\"table\": \"top\", \"dates\": []}]}",
			"steps[0].dates: has no date: leave the step out"},
		{HEAD "\"steps\": [{\"table\": \"top\", \"dates\": [19]}]}",
			"steps[0].dates[0]: must be a text"},
		{HEAD "\"steps\": [{\"table\": \"top\", \"dates\": [\"2021-10-19\", "
		      "\"2021-10-32\"]}]}",
			"p.json: steps[0].dates[1]: "},
		{HEAD "\"steps\": [{\"table\": \"top\", \"dates\": [\"2021-10-19..2021-10-21\", "
		      "\"2021-10-20\"]}]}",
			"steps[0].dates[1]: 2021-10-20 stands here twice"},
		{HEAD "\"steps\": [{\"table\": \"top\", \"date\": [\"2021-10-19\"]}]}",
			"steps[0]: unknown key \"date\" (did you mean \"dates\"?)"},
		{HEAD "\"steps\": [{\"table\": \"top\", \"dates\": [\"2021-10-19\"], \"first\": "
		      "2}]}",
			"steps[0].first: must be a number from 0 to 1, the dates of the step"},
		{HEAD "\"steps\": [{\"table\": \"top\", \"dates\": [\"2021-10-19\"]}, "
		      "{\"table\": \"top\", \"dates\": [\"2021-10-20\"]}]}",
			"steps[1].table: top is the table of steps[0] already"},
		{HEAD "\"steps\": [{\"table\": \"top\", \"dates\": [\"1950-01-01\"]}, {\"table\": "
		      "\"low\", \"dates\": [\"2021-10-20\"]}]}",
			"range: the dates span more than 7400 days"},
		{HEAD "\"steps\": [{\"table\": \"to\\u0000p\", \"dates\": [\"2021-10-20\"]}]}",
			"p.json:1: "},
	};
	struct world world = open_world();
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct plan_file file = {.step_count = 77};
		struct error err = {0};
		if (parse(&world, cases[i][0], &file, &err))
			fail_msg("accepted: %s", cases[i][0]);
		if (strstr(err.text, cases[i][1]) == NULL)
			fail_msg("\"%s\" is not in \"%s\" of: %s", cases[i][1], err.text,
				cases[i][0]);
		assert_int_equal(err.kind, ERROR_USAGE);
		assert_int_equal(file.step_count, 77);
	}
	world_close(&world);
}

static void a_file_that_is_not_there_or_too_long_is_no_plan(void **state)
{
	(void)state;
	struct world world = open_world();
	struct plan_file file;
	struct error err;
	char *folder = test_folder(), *path = path_join(folder, "plan.json");
	assert_false(plan_file_read(path, world.pipeline, &file, &err));
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_non_null(strstr(err.text, "plan.json"));
	char *long_text = memory_new(PLAN_FILE_BYTES_MAX + 1);
	const char text[] = HEAD "\"steps\": []}";
	memset(long_text, ' ', PLAN_FILE_BYTES_MAX + 1);
	memcpy(long_text, text, sizeof(text) - 1);
	assert_true(path_write_file(path, long_text, PLAN_FILE_BYTES_MAX, &err));
	assert_true(plan_file_read(path, world.pipeline, &file, &err));
	assert_int_equal(file.step_count, 0);
	plan_file_release(&file);
	assert_true(path_write_file(path, long_text, PLAN_FILE_BYTES_MAX + 1, &err));
	assert_false(plan_file_read(path, world.pipeline, &file, &err));
	free(long_text);
	free(path);
	free(folder);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_plan_says_is_read_back),
		cmocka_unit_test(it_may_be_edited_and_runs_what_stands_there_in_that_order),
		cmocka_unit_test(what_it_takes_is_foreseen_in_that_order),
		cmocka_unit_test(what_is_complete_by_now_is_left_out_and_said),
		cmocka_unit_test(every_mistake_is_named_with_its_place),
		cmocka_unit_test(a_file_that_is_not_there_or_too_long_is_no_plan),
	};
	return RUN(tests);
}
