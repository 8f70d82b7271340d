/* backcourt excuse, as a program: what is excused is no gap, and opens gates. */
#include "tests/test.h"

#include "base/lock.h"
#include "base/path.h"
#include "core/ledger/ledger_parts.h"
#include "tests/processes/support/verb.h"
#include "tests/support/table.h"

#include <sys/stat.h>

#define RANGE "2021-11-16..2021-11-30"

/* The state of the hand-off, whose guard player_game_summary lacks the 16th. */
struct scene {
	char *home, *state, *pipeline, *spec;
};

static struct scene new_scene(void)
{
	struct scene scene = {.home = test_folder()};
	struct buffer text = {0};
	struct error err;
	char *counts = verb_write_hand_off(scene.home);
	assert_true(path_read_file(counts, PATH_FILE_BYTES_MAX, &text, &err));
	char *rows = strstr(text.bytes, "\n2021-11-16,3,66,");
	assert_non_null(rows);
	char *count = rows + strlen("\n2021-11-16,3,");
	count[0] = count[1] = '0';
	assert_true(path_write_file(counts, text.bytes, text.length, &err));
	buffer_release(&text);
	scene.pipeline = verb_write_pipeline(scene.home);
	scene.state = memory_format("%s/state", scene.home);
	scene.spec = memory_format("counts:%s", counts);
	free(counts);
	return scene;
}

static void free_scene(struct scene *scene)
{
	free(scene->spec);
	free(scene->state);
	free(scene->pipeline);
	free(scene->home);
}

#define SAY(scene, status, ...)                                                          \
	VERB_OUTPUT((scene)->home, status, __VA_ARGS__, "--pipeline", (scene)->pipeline, \
		"--warehouse", (scene)->spec, "--state", (scene)->state, "--range", RANGE)
#define DO(scene, status, ...) free(SAY(scene, status, __VA_ARGS__))

static void expect_cells(const struct scene *scene, const char *summary, const char *factors)
{
	char *csv = SAY(scene, 1, "coverage", "--csv");
	if (!csv_is(csv, "player_game_summary", "2021-11-16", summary) ||
		!csv_is(csv, "player_composite_factors", "2021-11-16", factors))
		fail_msg("not %s and %s:\n%s", summary, factors, csv);
	free(csv);
}

static void an_excused_cell_is_no_gap_and_opens_the_gate_below_it(void **state)
{
	(void)state;
	struct scene scene = new_scene();
	expect_cells(&scene, "ready", "blocked");
	char *said = SAY(&scene, 0, "excuse", "pgs", "2021-11-16", "the", "games", "were", "lost");
	assert_non_null(strstr(said, "2021-11-16: the games were lost ("));
	free(said);
	expect_cells(&scene, "excused", "ready");
	said = SAY(&scene, 0, "why", "pgs", "2021-11-16");
	assert_non_null(strstr(said, "the games were lost ("));
	free(said);
	DO(&scene, 0, "excuse", "pgs", "2021-11-16", "--remove");
	expect_cells(&scene, "ready", "blocked");
	free_scene(&scene);
}

static void an_excuse_holds_until_its_last_day(void **state)
{
	(void)state;
	struct scene scene = new_scene();
	DO(&scene, 0, "excuse", "pgs", "2021-11-16", "late", "--until", "2199-01-01");
	expect_cells(&scene, "excused", "ready");
	char *said = SAY(&scene, 0, "excuse", "pgs", "2021-11-16", "late", "--until", "2021-12-01");
	assert_non_null(strstr(said, ", ended 2021-12-01"));
	free(said);
	expect_cells(&scene, "ready", "blocked");
	free_scene(&scene);
}

static void excuses_are_listed_with_author_and_time(void **state)
{
	(void)state;
	struct scene scene = new_scene();
	char *said = SAY(&scene, 0, "excuse");
	assert_string_equal(said, "nothing is excused\n");
	free(said);
	DO(&scene, 0, "excuse", "pcf", "@blocked,!2021-11-17", "not needed");
	DO(&scene, 0, "excuse", "pgs", "2021-11-16", "lost", "--until", "2021-12-01");
	json_t *root = verb_parse(SAY(&scene, 0, "excuse", "--json"));
	json_t *list = json_object_get(root, "excuses");
	json_t *factors = verb_table(list, "player_composite_factors");
	json_t *summary = verb_table(list, "player_game_summary");
	assert_int_equal(json_array_size(list), 2);
	/* The 16th by its guard, 13 by upcoming_player_game_context, the 17th is spared. */
	assert_int_equal(json_array_size(json_object_get(factors, "dates")), 13);
	assert_true(json_is_true(json_object_get(factors, "holds")));
	assert_true(json_is_null(json_object_get(factors, "until")));
	assert_non_null(strchr(verb_text(factors, "author"), '@'));
	assert_int_equal(strlen(verb_text(factors, "made")), 29);
	assert_true(json_is_false(json_object_get(summary, "holds")));
	json_decref(root);
	said = SAY(&scene, 0, "excuse", "pgs");
	assert_non_null(strstr(said, "2021-11-16: lost ("));
	assert_null(strstr(said, "player_composite_factors"));
	free(said);
	free_scene(&scene);
}

static void what_cannot_be_meant_is_refused_and_changes_nothing(void **state)
{
	(void)state;
	struct scene scene = new_scene();
	char longest[LEDGER_EXCUSE_BYTES + 1];
	memset(longest, 'x', sizeof(longest));
	longest[LEDGER_EXCUSE_BYTES] = '\0';
	DO(&scene, 3, "excuse", "pgs", "2021-11-16");
	DO(&scene, 3, "excuse", "psg", "2021-11-16", "why");
	DO(&scene, 3, "excuse", "pgs", "16", "why");
	DO(&scene, 3, "excuse", "pgs", "@failed", "why");
	DO(&scene, 3, "excuse", "pgs", "2021-11-16", "why", "--until", "soon");
	DO(&scene, 3, "excuse", "pgs", "2021-11-16", "why", "--remove");
	DO(&scene, 3, "excuse", "pgs", "2021-11-16", "why", "--read-only");
	DO(&scene, 3, "excuse", "pgs", "2021-11-16", longest);
	char *said = SAY(&scene, 0, "excuse");
	assert_string_equal(said, "nothing is excused\n");
	free(said);
	longest[LEDGER_EXCUSE_BYTES - 1] = '\0';
	DO(&scene, 0, "excuse", "pgs", "2021-11-16", longest);
	DO(&scene, 3, "excuse", "pgs", "2021-11-17", "--remove"); /* never excused */
	free_scene(&scene);
}

static void an_open_console_is_no_hindrance_but_its_older_ledger_is_left_alone(void **state)
{
	(void)state;
	struct scene scene = new_scene();
	struct lock *lock;
	struct ledger *ledger;
	struct error err;
	assert_int_equal(mkdir(scene.state, 0700), 0);
	assert_true(lock_take(scene.state, &lock, NULL, &err));
	DO(&scene, 0, "excuse", "pgs", "2021-11-16", "lost");
	DO(&scene, 0, "excuse", "pgs", "2021-11-17", "lost too");
	expect_cells(&scene, "excused", "ready");
	char *path = path_join(scene.state, "ledger.db");
	assert_int_equal(unlink(path), 0);
	assert_true(ledger_open_with(scene.state, LEDGER_WRITE, ledger_steps, 1, &ledger, &err));
	ledger_close(ledger);
	char *said = SAY(&scene, 4, "excuse", "pgs", "2021-11-16", "lost");
	assert_non_null(strstr(said, "brought up to date"));
	free(said);
	lock_free(lock);
	DO(&scene, 0, "excuse", "pgs", "2021-11-16", "lost");
	expect_cells(&scene, "excused", "ready");
	char *backup = memory_format("%s.v1.bak", path);
	assert_true(path_exists(backup));
	free(backup);
	free(path);
	free_scene(&scene);
}

static void a_run_computes_what_an_excuse_has_freed(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = test_folder();
	VERB_EXPECT(home, 0, "import", slice);
	VERB_EXPECT(home, 0, "run", "--range", "2021-10-19..2021-11-01");
	VERB_EXPECT(home, 0, "run", "togs", "tdgs", "upgc", "utgc", "tdza", "psza", "--range",
		"2021-11-02");
	VERB_EXPECT(home, 1, "run", "pcf", "--range", "2021-11-02");
	char *csv = VERB_OUTPUT(home, 1, "coverage", "--csv", "--range", "2021-11-02");
	assert_true(csv_is(csv, "player_composite_factors", "2021-11-02", "blocked"));
	free(csv);
	VERB_EXPECT(home, 0, "excuse", "pgs", "2021-11-02", "box scores never came");
	VERB_EXPECT(home, 0, "run", "pcf", "--range", "2021-11-02");
	csv = VERB_OUTPUT(home, 1, "coverage", "--csv", "--range", "2021-11-02");
	assert_true(csv_is(csv, "player_composite_factors", "2021-11-02", "complete"));
	assert_true(csv_rows(csv, "player_composite_factors", "2021-11-02") > 0);
	free(csv);
	free(home);
	free(slice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_excused_cell_is_no_gap_and_opens_the_gate_below_it),
		cmocka_unit_test(an_excuse_holds_until_its_last_day),
		cmocka_unit_test(excuses_are_listed_with_author_and_time),
		cmocka_unit_test(what_cannot_be_meant_is_refused_and_changes_nothing),
		cmocka_unit_test(
			an_open_console_is_no_hindrance_but_its_older_ledger_is_left_alone),
		cmocka_unit_test(a_run_computes_what_an_excuse_has_freed),
	};
	return RUN(tests);
}
