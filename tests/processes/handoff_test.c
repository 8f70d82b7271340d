/* backcourt handoff, as a program: the sections of a hand-off that people wrote, from real state.
 */
#include "tests/test.h"

#include "base/path.h"
#include "tests/processes/support/verb.h"
#include "tests/support/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define DEADLINE_MS 120000

extern char **environ;

/* The titles of the hand-off of 2025-12-03 in its order, and what stands for them here. "Session
 * 10", dates and tables were those of the day. */
static const char *const titles[][2] = {
	{"# Session Handoff - December 3, 2025 (Phase 4 Backfill)", "# Session Handoff - "},
	{"**Date:**", "**Date:** "},
	{"**Status:**", "**Status:** "},
	{"**Priority:**", "**Priority:** "},
	{"## IMMEDIATE ACTION FOR NEXT SESSION", "## IMMEDIATE ACTION FOR NEXT SESSION\n"},
	{"### Step 1: Check if backfills are still running",
		"### Step 1: Check if backfills are still running\n"},
	{"### Step 2: Monitor running backfills (if still active)",
		"### Step 2: Monitor running backfills (if still active)\n"},
	{"### Step 3: Check data availability after backfills complete",
		"### Step 3: Check data availability after backfills complete\n"},
	{"### Step 4: Run player_composite_factors backfill (after upstreams complete)",
		"### Step 7: Run player_composite_factors backfill (after player_game_summary)\n"},
	{"### Step 5: Run ml_feature_store_v2 backfill (after player_composite_factors)",
		"### Step 9: Run ml_feature_store_v2 backfill (after player_game_summary, "
		"player_composite_factors, player_daily_cache)\n"},
	{"## SESSION 10 STATUS", "## SESSION STATUS\n"},
	{"### Backfills Currently Running", "### Backfills Currently Running\n"},
	{"### Why player_composite_factors failed earlier",
		"### Why player_composite_factors is not complete\n"},
	{"## COMPLETE DEPENDENCY CHAIN", "## COMPLETE DEPENDENCY CHAIN\n"},
	{"## DATA STATUS (as of end of Session 10)", "## DATA STATUS (as of "},
	{"### Verified working (Nov 10-15, 2021)", "### Verified working ("},
	{"### Pending (after backfills complete)", "### Pending (after backfills complete)\n"},
	{"## SESSION 9 & 10 COMMITS (already pushed)", "## COMMITS\n"},
	{"## KEY FIXES APPLIED", "## KEY FIXES APPLIED\n"},
	{"## KNOWN ISSUES (non-blocking)", "## KNOWN ISSUES (non-blocking)\n"},
	{"## GOAL: First 14 Days of 2021 Season", "## GOAL: First 14 Days of the 2021-22 Season\n"},
};

static void expect(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

/* The state of 2025-12-04. */
static char *of_fixture(const char *home, const char *counts, const char *option)
{
	char *spec = memory_format("counts:%s", counts);
	char *text = VERB_OUTPUT(home, 0, "handoff", "--pipeline", "nba-scripts", "--warehouse",
		spec, "--range", "2021-11-15..2021-11-30", option);
	free(spec);
	return text;
}

static void every_section_of_the_original_is_there_in_its_order(void **state)
{
	(void)state;
	NEED_DATA(counts, "coverage_2025-12-04.csv");
	char *home = test_folder();
	char *text = of_fixture(home, counts, NULL);
	const char *at = text;
	for (size_t i = 0; i < ARRAY_COUNT(titles); i++) {
		const char *found = strstr(at, titles[i][1]);
		if (found == NULL || (found != text && found[-1] != '\n'))
			fail_msg("for \"%s\" there is no \"%s\" in:\n%s", titles[i][0],
				titles[i][1], at);
		at = found;
	}
	free(text);
	free(home);
	free(counts);
}

static void the_sections_say_what_the_counts_hold(void **state)
{
	(void)state;
	NEED_DATA(counts, "coverage_2025-12-04.csv");
	char *home = test_folder();
	char *text = of_fixture(home, counts, NULL);
	expect(text, "**Status:** GAPS REMAIN - nothing runs; 90 of 150 expected cells complete");
	expect(text, "**Priority:** HIGH - ");
	expect(text, "; first player_game_summary: ready (NEVER_RUN) on 6 dates (");
	expect(text, "Nothing ran when this was written. No log is known.\n");
	expect(text, "| player_composite_factors | 2021-11-15 | 2021-11-28 | 3460 |\n");
	expect(text, "for date in 2021-11-16 2021-11-18 2021-11-21 2021-11-23 2021-11-28 "
		     "2021-11-30; do\n  cd ");
	expect(text, "player_game_summary_analytics_backfill.py --start-date $date --end-date "
		     "$date\ndone\n");
	expect(text, "player_composite_factors_precompute_backfill.py --dates "
		     "2021-11-18,2021-11-21,2021-11-28\n");
	expect(text, "- player_composite_factors: BLOCKED_JOB_MINIMUM on 2 dates (2021-11-16, "
		     "2021-11-23): the job refuses fewer than 10 rows of "
		     "upcoming_team_game_context; on 2021-11-16 there are 6.\n");
	expect(text, "- 3 dates (2021-11-18, 2021-11-21, 2021-11-28): stale: computed while "
		     "player_game_summary was missing or thin\n");
	expect(text, "├── team_defense_zone_analysis ← REQUIRED for player_composite_factors, "
		     "ml_feature_store_v2 (looks back on team_defense_game_summary, the season)\n");
	expect(text, "):\n└── ml_feature_store_v2\n```\n");
	expect(text, "| upcoming_player_game_context | 4210 | 15/15 | ✅ Complete |\n");
	expect(text, "| player_composite_factors | 3460 | 8/15 | 3 stale, 4 blocked |\n");
	expect(text, "**player_shot_zone_analysis** has rows on days without games: 2021-11-25\n");
	/* The counts begin after the goal: what is unknown is not called missing. */
	expect(text, "all of it is bootstrap for Phase 4; Phase 3 0 of 14 (14 unknown).\n");
	free(text);
	json_t *root = verb_parse(of_fixture(home, counts, "--json"));
	assert_int_equal(json_integer_value(json_object_get(root, "version")), 1);
	assert_int_equal(json_array_size(json_object_get(root, "running")), 0);
	assert_int_equal(json_array_size(json_object_get(root, "tables")), 10);
	assert_int_equal(json_array_size(json_object_get(root, "steps")), 6);
	expect(verb_text(root, "markdown"), "## COMPLETE DEPENDENCY CHAIN\n");
	json_decref(root);
	free(home);
	free(counts);
}

/* Until the program has printed the text; what it prints afterwards stays in the pipe. */
static void await_output(const struct program *program, const char *text)
{
	struct buffer output = {0};
	char bytes[512];
	while (strstr(buffer_text(&output), text) == NULL) {
		struct pollfd waiting = {.fd = program->output, .events = POLLIN};
		assert_int_equal(poll(&waiting, 1, DEADLINE_MS), 1);
		ssize_t got = read(program->output, bytes, sizeof(bytes));
		if (got <= 0)
			fail_msg("it ended before it said \"%s\":\n%s", text, buffer_text(&output));
		buffer_add(&output, bytes, (size_t)got);
	}
	buffer_release(&output);
}

static void a_native_run_is_told_with_its_process_and_its_log(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = test_folder();
	VERB_EXPECT(home, 0, "import", slice);
	VERB_EXPECT(home, 0, "run", "togs", "--range", "2021-10-19..2021-10-20");
	struct program run = PROGRAM_START(
		home, "run", "pgs", "--pace", "60000", "--range", "2021-10-19..2021-11-01");
	await_output(&run, "player_game_summary: ");
	/* The worker tells the ledger a moment after the engine has told of the run. */
	json_t *root = NULL;
	for (int i = 0;
		i < 200 && (root == NULL || json_array_size(json_object_get(root, "running")) == 0);
		i++) {
		json_decref(root);
		root = verb_parse(VERB_OUTPUT(
			home, 0, "handoff", "--json", "--range", "2021-10-19..2021-11-01"));
	}
	json_t *running = json_array_get(json_object_get(root, "running"), 0);
	assert_int_equal(json_integer_value(json_object_get(running, "pid")), run.pid);
	assert_string_equal(verb_text(running, "table"), "player_game_summary");
	assert_string_equal(verb_text(running, "last"), "2021-11-01");
	assert_true(path_exists(verb_text(running, "log")));
	const char *text = verb_text(root, "markdown");
	expect(text, "**Status:** BACKFILLS RUNNING - 1 in progress (player_game_summary); ");
	char *line = memory_format("\nps -fp %d\n", run.pid);
	expect(text, line);
	free(line);
	line = memory_format(
		"tail -f %s  # player_game_summary (Phase 3)\n", verb_text(running, "log"));
	expect(text, line);
	free(line);
	expect(text, "team_offense_game_summary (Phase 3) succeeded, 2 done, 0 failed, 20");
	expect(text, "backcourt run utgc --range 2021-10-19..2021-11-01\n");
	expect(text, "all of it is bootstrap for Phase 4; Phase 3 0 of 14.\n");
	json_decref(root);
	kill(run.pid, SIGKILL);
	free(program_finish(&run).output);
	char *after = VERB_OUTPUT(home, 0, "handoff", "--range", "2021-10-19..2021-11-01");
	expect(after, "player_game_summary (Phase 3) left running by a console that died, ");
	expect(after, "### Backfills Currently Running\n\nNone.\n");
	free(after);
	free(home);
	free(slice);
}

/* A pipeline of one script that waits at a fifo. */
static char *write_job(const char *home, char **script)
{
	struct error err;
	*script = path_join(home, "job.sh");
	char *path = path_join(home, "hand.json");
	char *line = memory_format("read -r word <%s/fifo\n", home);
	char *json = memory_format(
		"{\"version\": 1, \"name\": \"hand\", \"range\": \"2021-11-16..2021-11-20\", "
		"\"tables\": [{\"name\": \"pcf\", \"job\": {\"executor\": \"command\", \"cwd\": "
		"\"%s\", \"argv\": [\"sh\", \"%s\", \"--start-date\", \"{start}\", "
		"\"--end-date\", \"{end}\"]}}]}",
		home, *script);
	assert_true(path_write_file(*script, line, strlen(line), &err));
	assert_true(path_write_file(path, json, strlen(json), &err));
	char *fifo = path_join(home, "fifo");
	assert_int_equal(mkfifo(fifo, 0600), 0);
	free(fifo);
	free(json);
	free(line);
	return path;
}

static void a_job_started_by_hand_is_found_with_its_dates_and_its_log(void **state)
{
	(void)state;
	char *home = test_folder(), *script;
	char *pipeline = write_job(home, &script), *log = path_join(home, "by hand.log");
	char *argv[] = {(char *)"sh", script, (char *)"--start-date", (char *)"2021-11-16",
		(char *)"--end-date", (char *)"2021-11-18", NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(posix_spawnp(&pid, "sh", &actions, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	char *text = VERB_OUTPUT(home, 0, "handoff", "--pipeline", pipeline);
	char *line =
		memory_format("| pcf | Phase 0 | 2021-11-16..2021-11-18 | `%s` | %d | by hand, "
			      "running, since ",
			log, (int)pid);
	expect(text, line);
	free(line);
	line = memory_format("tail -f '%s'  # pcf", log);
	expect(text, line);
	free(line);
	expect(text, "## GOAL\n\nUnknown: the pipeline has none.\n");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	free(text);
	free(log);
	free(pipeline);
	free(script);
	free(home);
}

static void it_is_written_whole_to_a_file_or_not_at_all(void **state)
{
	(void)state;
	NEED_DATA(counts, "coverage_2025-12-04.csv");
	char *home = test_folder();
	char *path = path_join(home, "hand-off.md");
	struct buffer text = {0};
	struct error err;
	char *said = of_fixture(home, counts, path);
	char *line = memory_format("written to %s\n", path);
	assert_string_equal(said, line);
	free(line);
	free(said);
	assert_true(path_read_file(path, PATH_FILE_BYTES_MAX, &text, &err));
	assert_true(text_starts_with(text.bytes, "# Session Handoff - "));
	assert_true(text_ends_with(text.bytes, ".\n"));
	char *nowhere = path_join(home, "no/such/folder/hand-off.md");
	char *spec = memory_format("counts:%s", counts);
	VERB_EXPECT(home, 4, "handoff", nowhere, "--pipeline", "nba-scripts", "--warehouse", spec);
	VERB_EXPECT(home, 3, "handoff", path, path);
	VERB_EXPECT(home, 3, "handoff", path, "--json");
	said = VERB_OUTPUT(home, 4, "handoff", "--warehouse", "counts:/no/such/file.csv");
	expect(said, "**Status:** UNKNOWN - nothing runs; 0 of 0 expected cells complete");
	expect(said, "- the warehouse could not be read: no row is known here (cannot open "
		     "/no/such/file.csv: No such file or directory)\n");
	free(said);
	said = VERB_OUTPUT(home, 0, "handoff", "--warehouse", "/no/such/warehouse.db");
	expect(said, "Unknown:\n\n- the warehouse /no/such/warehouse.db is not there\n");
	free(said);
	free(spec);
	free(nowhere);
	buffer_release(&text);
	free(path);
	free(home);
	free(counts);
}

static void spoil(const char *home, const char *path)
{
	struct error err;
	char *whole = path_join(home, path);
	static const char nonsense[] = "this is no database, whatever its name says it is\n";
	if (!path_write_file(whole, nonsense, sizeof(nonsense) - 1, &err))
		fail_msg("%s", err.text);
	free(whole);
}

/* It is most needed where things are broken: what is known is written, the rest named. */
static void what_cannot_be_read_is_named_and_the_rest_is_told(void **state)
{
	(void)state;
	NEED_DATA(slice, "nba/slice_2021_oct_nov");
	char *home = test_folder();
	VERB_EXPECT(home, 0, "import", slice);
	VERB_EXPECT(home, 0, "run", "togs", "--range", "2021-10-19..2021-10-20");
	spoil(home, "state/backcourt/nba/ledger.db");
	char *text = VERB_OUTPUT(home, 4, "handoff", "--range", "2021-10-19..2021-10-20");
	expect(text, "**Not everything could be read:**\n\n- the ledger could not be read: what "
		     "ran, failed or was excused is not known here");
	expect(text, "file is not a database");
	expect(text, "| team_offense_game_summary | 26 | 2/2 | ✅ Complete |\n");
	expect(text, "### Backfills Currently Running\n\nNone is known.\n");
	expect(text, "backcourt: not everything could be read: the hand-off says what\n");
	free(text);
	spoil(home, "data/backcourt/nba/warehouse.db");
	char *path = path_join(home, "hand-off.md");
	struct buffer written = {0};
	struct error err;
	VERB_EXPECT(home, 4, "handoff", path, "--range", "2021-10-19..2021-10-20");
	assert_true(path_read_file(path, PATH_FILE_BYTES_MAX, &written, &err));
	text = written.bytes;
	expect(text, "**Status:** UNKNOWN - nothing runs; 0 of 0 expected cells complete");
	expect(text, "- the warehouse could not be read: no row is known here (sqlite:");
	expect(text, "- the ledger could not be read: ");
	expect(text, "No step can be said: ");
	for (size_t i = 0; i < ARRAY_COUNT(titles); i++)
		if (strncmp(titles[i][1], "## ", 3) == 0)
			expect(text, titles[i][1]);
	char *said = VERB_OUTPUT(home, 4, "handoff", "--json", "--range", "2021-10-19..2021-10-20");
	expect(said, "\"unknown\": [\n  \"the warehouse could not be read: ");
	free(said);
	buffer_release(&written);
	free(path);
	free(home);
	free(slice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_section_of_the_original_is_there_in_its_order),
		cmocka_unit_test(the_sections_say_what_the_counts_hold),
		cmocka_unit_test(a_native_run_is_told_with_its_process_and_its_log),
		cmocka_unit_test(a_job_started_by_hand_is_found_with_its_dates_and_its_log),
		cmocka_unit_test(it_is_written_whole_to_a_file_or_not_at_all),
		cmocka_unit_test(what_cannot_be_read_is_named_and_the_rest_is_told),
	};
	return RUN(tests);
}
