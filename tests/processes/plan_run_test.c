/* backcourt run --plan: exactly what `plan` says, and what a saved plan still has to do. */
#include "tests/test.h"

#include "base/path.h"
#include "tests/processes/support/verb.h"
#include "tests/support/table.h"

#define RANGE "2021-11-01..2021-11-06"

static char *import_slice(const char *slice)
{
	char *home = test_folder();
	VERB_EXPECT(home, 0, "import", slice);
	return home;
}

static char *write_plan(const char *home, const char *text)
{
	struct error err;
	char *path = path_join(home, "plan.json");
	if (!path_write_file(path, text, strlen(text), &err))
		fail_msg("%s", err.text);
	return path;
}

static void expect(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static json_t *table_named(const json_t *list, const char *name)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(verb_text(json_array_get(list, i), "name"), name) == 0)
			return json_array_get(list, i);
	fail_msg("no table is called %s", name);
	return NULL;
}

static void the_plan_runs_all_of_its_steps_and_nothing_else(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	char *said = VERB_OUTPUT(home, 1, "plan", "--range", "2021-10-19..2021-11-06");
	expect(said, "10 steps, 120 cells: how long that takes is not known yet\n");
	free(said);
	said = VERB_OUTPUT(home, 1, "status", "--range", "2021-10-19..2021-11-06");
	expect(said, "what is left: 10 steps, 120 cells: how long that takes is not known yet\n");
	free(said);
	said = VERB_OUTPUT(home, 0, "run", "--plan", "--range", "2021-10-19..2021-11-06");
	expect(said, "the plan: 10 steps, 120 cells\n");
	expect(said, "the plan takes -- with 4 workers\n");
	expect(said, "what is left: nothing to run\n");
	free(said);
	said = VERB_OUTPUT(home, 0, "run", "--plan", "--range", "2021-10-19..2021-11-06");
	expect(said, "the plan: nothing to run\n");
	free(said);
	free(home);
	free(slice);
}

/* A selection has no other cells, though `run` of a table waits for what the plan runs. */
static void a_selection_of_tables_and_dates_is_not_widened(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	json_t *root = verb_parse(
		VERB_OUTPUT(home, 1, "plan", "--json", "--range", "2021-11-02,2021-11-04"));
	assert_int_equal(json_integer_value(json_object_get(root, "cells")), 20);
	json_decref(root);
	VERB_EXPECT(home, 0, "run", "--plan", "pgs", "upgc", "--range", "2021-11-02,2021-11-04");
	char *csv = VERB_OUTPUT(home, 1, "coverage", "--csv", "--range", RANGE);
	assert_int_equal(csv_total(csv, "player_game_summary").complete, 2);
	assert_int_equal(csv_total(csv, "upcoming_player_game_context").complete, 2);
	assert_int_equal(csv_total(csv, "team_offense_game_summary").complete, 0);
	assert_true(csv_is(csv, "player_game_summary", "2021-11-03", "ready"));
	free(csv);
	/* What needs something that is not chosen is named, and remains a gap. */
	char *said = VERB_OUTPUT(home, 1, "run", "--plan", "pcf", "--range", RANGE);
	expect(said, "player_composite_factors: 2 dates left out: BLOCKED_UPSTREAM_MISSING ");
	free(said);
	free(home);
	free(slice);
}

static const json_t *eta_of(const json_t *root)
{
	const json_t *eta = json_object_get(root, "eta");
	assert_int_equal(json_integer_value(json_object_get(eta, "workers")), 4);
	return eta;
}

/* What ran once is foreseen: by plan, status, run and the hand-off alike. */
static void every_verb_says_how_long_the_rest_takes(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	static const char *const verbs[] = {"plan", "status", "handoff"};
	char *home = import_slice(slice);
	VERB_EXPECT(home, 0, "run", "tdgs", "--range", RANGE);
	json_t *root = verb_parse(
		VERB_OUTPUT(home, 1, "plan", "--json", "--range", "2021-11-01..2021-11-10"));
	assert_true(json_is_true(json_object_get(eta_of(root), "at_least"))); /* of ten tables */
	json_decref(root);
	VERB_EXPECT(home, 0, "run", "--range", "2021-10-19..2021-11-06");
	for (size_t i = 0; i < ARRAY_COUNT(verbs); i++) {
		root = verb_parse(VERB_OUTPUT(home, strcmp(verbs[i], "handoff") == 0 ? 0 : 1,
			verbs[i], "--json", "--range", "2021-11-01..2021-11-10"));
		const json_t *eta = eta_of(root), *path = json_object_get(eta, "path");
		json_int_t p50_ms = json_integer_value(json_object_get(eta, "p50_ms")), sum_ms = 0;
		assert_true(p50_ms > 0 && json_is_false(json_object_get(eta, "at_least")));
		assert_true(json_integer_value(json_object_get(eta, "p90_ms")) > p50_ms);
		for (size_t k = 0; k < json_array_size(path); k++)
			sum_ms += json_integer_value(
				json_object_get(json_array_get(path, k), "duration_ms"));
		assert_int_equal(sum_ms, p50_ms);
		json_decref(root);
	}
	char *said = VERB_OUTPUT(home, 1, "status", "--range", "2021-11-01..2021-11-10");
	expect(said, " with 4 workers, hardly more than ");
	expect(said, "\ndecides the end: ");
	free(said);
	said = VERB_OUTPUT(home, 0, "handoff", "--range", "2021-11-01..2021-11-10");
	expect(said, " with 4 workers, hardly more than ");
	expect(said, ". Critical path: ");
	free(said);
	free(home);
	free(slice);
}

/* Fifteen dates of half a second each: after three of them the end is foreseen. */
static void a_run_says_when_it_will_end(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	char *said = VERB_OUTPUT(
		home, 0, "run", "togs", "--pace", "500", "--range", "2021-10-19..2021-11-02");
	const char *end = strstr(said, " the end: about ");
	expect(said, " the end: about ");
	expect(end, ", hardly after ");
	expect(end, "; left: about ");
	expect(end, "; decides it: togs ");
	expect(end, "2021-11-02: "); /* there was something left */
	free(said);
	free(home);
	free(slice);
}

static void a_saved_plan_runs_without_what_is_complete_by_then(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	char *text = VERB_OUTPUT(home, 1, "plan", "pgs", "upgc", "--json", "--range", RANGE);
	char *path = write_plan(home, text);
	VERB_EXPECT(home, 0, "run", "pgs", "--range", "2021-11-01..2021-11-04");
	char *said = VERB_OUTPUT(home, 0, "run", "--plan", path);
	expect(said, "player_game_summary: left out, complete by now: 4 dates (2021-11-01.."
		     "2021-11-04)\n");
	expect(said, "the plan: 2 steps, 8 cells\n");
	expect(said, "player_game_summary: 2 dates\n");
	free(said);
	char *csv = VERB_OUTPUT(home, 1, "coverage", "--csv", "--range", RANGE);
	assert_int_equal(csv_total(csv, "upcoming_player_game_context").complete, 6);
	assert_int_equal(csv_total(csv, "team_offense_game_summary").complete, 0);
	free(csv);
	said = VERB_OUTPUT(home, 0, "run", "--plan", path, "--json");
	expect(said, "complete by now: 6 dates"); /* beside the JSON */
	expect(said, "\"status\": 0,\n \"done\": 0,\n");
	free(said);
	free(path);
	free(text);
	free(home);
	free(slice);
}

static void an_edited_plan_runs_its_dates_alone_and_the_first_ones_first(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	char *path = write_plan(home,
		"{\"version\": 1, \"pipeline\": \"nba\", \"#\": \"by hand\", \"steps\": ["
		"{\"table\": \"upgc\", \"dates\": [\"2021-11-05\"]}, "
		"{\"table\": \"pgs\", \"dates\": [\"2021-11-05\", \"2021-11-01..2021-11-03\"], "
		"\"first\": 1}]}");
	char *said = VERB_OUTPUT(home, 0, "run", "--plan", path, "--workers", "1");
	const char *first = strstr(said, "player_game_summary 2021-11-05: ");
	const char *other = strstr(said, "player_game_summary 2021-11-01: ");
	assert_non_null(first);
	assert_non_null(other);
	assert_true(first < other);
	free(said);
	char *csv = VERB_OUTPUT(home, 1, "coverage", "--csv", "--range", RANGE);
	assert_int_equal(csv_total(csv, "player_game_summary").complete, 4);
	assert_int_equal(csv_total(csv, "upcoming_player_game_context").complete, 1);
	free(csv);
	free(path);
	free(home);
	free(slice);
}

/* Nothing has run when anything is wrong with the file. */
static void a_wrong_plan_is_refused_with_its_place(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	char *path = write_plan(home,
		"{\"version\": 1, \"pipeline\": \"nba\", \"steps\": [{\"table\": \"pgs\", "
		"\"dates\": [\"2021-11-01\"]}, {\"table\": \"pgss\", \"dates\": "
		"[\"2021-11-01\"]}]}");
	char *said = VERB_OUTPUT(home, 3, "run", "--plan", path);
	expect(said, "plan.json: steps[1].table: no table is called \"pgss\" (did you mean \"");
	free(said);
	VERB_EXPECT(home, 3, "run", "--plan", path, "--range", RANGE);
	VERB_EXPECT(home, 3, "run", "--plan", "/no/such/plan.json");
	VERB_EXPECT(home, 3, "run", "--plan", path, "pgs");
	VERB_EXPECT(home, 3, "run", "--plan", "--range", "@gap");
	char *csv = VERB_OUTPUT(home, 1, "coverage", "--csv", "--range", RANGE);
	assert_int_equal(csv_total(csv, "player_game_summary").with_rows, 0);
	free(csv);
	free(path);
	free(home);
	free(slice);
}

/* retention_days of a table: what lies before it is expired in every verb, and never planned. */
static void what_retention_removed_is_expired_everywhere(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = import_slice(slice);
	json_t *root = verb_parse(VERB_OUTPUT(home, 0, "pipeline", "--print", "nba"));
	json_t *tables = json_object_get(root, "tables");
	json_object_set_new(
		table_named(tables, "player_game_summary"), "retention_days", json_integer(30));
	char *path = path_join(home, "kept.json");
	assert_int_equal(json_dump_file(root, path, 0), 0);
	json_decref(root);
	char *csv = VERB_OUTPUT(home, 1, "coverage", "--csv", "--pipeline", path, "--range", RANGE);
	assert_true(csv_is(csv, "player_game_summary", "2021-11-03", "expired"));
	assert_true(csv_is(csv, "team_offense_game_summary", "2021-11-03", "ready"));
	free(csv);
	char *said = VERB_OUTPUT(home, 0, "plan", "pgs", "--pipeline", path, "--range", RANGE);
	assert_string_equal(said, "nothing to run\n");
	free(said);
	said = VERB_OUTPUT(
		home, 0, "why", "pgs", "2021-11-03", "--pipeline", path, "--range", RANGE);
	expect(said, "EXPIRED_RETENTION");
	free(said);
	said = VERB_OUTPUT(home, 0, "handoff", "--json", "--pipeline", path, "--range", RANGE);
	expect(said, "\"expired\": 6");
	free(said);
	free(path);
	free(home);
	free(slice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_plan_runs_all_of_its_steps_and_nothing_else),
		cmocka_unit_test(a_selection_of_tables_and_dates_is_not_widened),
		cmocka_unit_test(every_verb_says_how_long_the_rest_takes),
		cmocka_unit_test(a_run_says_when_it_will_end),
		cmocka_unit_test(a_saved_plan_runs_without_what_is_complete_by_then),
		cmocka_unit_test(an_edited_plan_runs_its_dates_alone_and_the_first_ones_first),
		cmocka_unit_test(a_wrong_plan_is_refused_with_its_place),
		cmocka_unit_test(what_retention_removed_is_expired_everywhere),
	};
	return RUN(tests);
}
