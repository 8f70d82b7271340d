/* Native work that outlives its console, and what is left of it whoever dies. */
#include "tests/processes/support/verb.h"
#include "tests/processes/support/yard.h"
#include "tests/support/program.h"
#include "tests/support/sample_home.h"
#include "tests/test.h"

#include "base/clock.h"
#include "base/lock.h"
#include "base/path.h"
#include "engine/background.h"
#include "warehouse/warehouse.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define RANGE "2021-10-19..2021-11-07"
#define PACE  "40" /* slow enough to be met at work */

static const struct date_range range = {18919, 18938};
static char *undisturbed; /* receipts of a run that nothing happened to */

static void check_numbers(const char *home)
{
	if (undisturbed == NULL) {
		char *calm = sample_home();
		VERB_EXPECT(calm, 0, "run", "--range", RANGE);
		undisturbed = sample_home_receipts(calm, range);
		assert_non_null(strstr(undisturbed, "ml_feature_store_v2"));
		free(calm);
	}
	char *text = sample_home_receipts(home, range);
	assert_string_equal(text, undisturbed);
	free(text);
}

struct place {
	char *home, *state;
	char *run; /* folder of the background run */
};

/* A run that loses its terminal in the middle. */
static void detach(struct place *place)
{
	place->home = sample_home();
	place->state = memory_format("%s/state/backcourt/nba", place->home);
	struct program program =
		PROGRAM_START(place->home, "run", "--range", RANGE, "--pace", PACE);
	program_skip_lines(&program, 8);
	kill(program.pid, SIGHUP);
	struct program_result end = program_finish(&program);
	if (end.status != 1 || strstr(end.output, "goes on in the background") == NULL)
		fail_msg("exit status %d:\n%s", end.status, end.output);
	free(end.output);
	assert_true(lock_is_held(place->state)); /* nobody can come between */
	place->run = background_find(place->state);
	assert_non_null(place->run);
	yard_await_log(place->run, "\"event\": \"begin\"");
}

static bool is_left(const struct place *place)
{
	char *path = background_resume_path(place->state);
	bool exists = path_exists(path);
	free(path);
	return exists;
}

static void await_end(const struct place *place)
{
	struct run_evidence evidence = yard_look(place->run);
	yard_await_process(evidence.process.supervisor);
	yard_await_process(evidence.process.child);
}

static void leave(struct place *place)
{
	char *found = background_find(place->state);
	assert_null(found);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	free(place->run);
	free(place->state);
	free(place->home);
}

static void work_goes_on_without_its_terminal_to_the_same_numbers(void **state)
{
	(void)state;
	struct place place;
	detach(&place);
	VERB_EXPECT(place.home, 4, "run", "--range", RANGE); /* it owns the folder */
	await_end(&place);
	struct run_evidence evidence = yard_look(place.run);
	assert_int_equal(run_judge(&evidence), RUN_STATE_FINISHED);
	assert_int_equal(evidence.status.code, 0);
	assert_false(is_left(&place));
	check_numbers(place.home);
	VERB_EXPECT(place.home, 0, "status", "--verify", "--range", RANGE);
	leave(&place);
}

static void a_killed_run_leaves_whole_dates_and_a_note_of_the_rest(void **state)
{
	(void)state;
	struct place place;
	detach(&place);
	yard_await_log(place.run, "\"date_finished\"");
	yard_signal(yard_child(place.run), SIGKILL);
	await_end(&place);
	struct run_evidence evidence = yard_look(place.run);
	assert_int_equal(evidence.status.code, SIGKILL);
	assert_true(is_left(&place));
	char *resume = background_resume_path(place.state);
	VERB_EXPECT(place.home, 0, "run", "--resume", resume);
	assert_false(is_left(&place));
	check_numbers(place.home);
	free(resume);
	leave(&place);
}

static void a_killed_supervisor_does_not_end_the_work(void **state)
{
	(void)state;
	struct place place;
	detach(&place);
	struct process_identity supervisor = yard_look(place.run).process.supervisor;
	yard_signal(supervisor, SIGKILL);
	yard_await_process(supervisor);
	assert_int_equal(yard_state(place.run), RUN_STATE_UNATTENDED);
	VERB_EXPECT(place.home, 4, "run", "--range", RANGE);
	await_end(&place);
	assert_int_equal(yard_state(place.run), RUN_STATE_LOST); /* nobody saw its exit status */
	assert_false(is_left(&place));
	check_numbers(place.home);
	leave(&place);
}

static void it_pauses_and_goes_on_when_asked_through_its_folder(void **state)
{
	(void)state;
	struct place place;
	detach(&place);
	yard_request(place.run, RUN_VERB_PAUSE);
	yard_await_log(place.run, "\"all_paused\": true");
	char *before = yard_read(place.run, RUN_FILE_LOG);
	yard_request(place.run, RUN_VERB_RESUME);
	await_end(&place);
	char *after = yard_read(place.run, RUN_FILE_LOG);
	assert_non_null(strstr(after + strlen(before), "\"all_paused\": false"));
	check_numbers(place.home);
	free(before);
	free(after);
	leave(&place);
}

/* Lines before `end` that tell such an event of the table. */
static int count_events(const char *text, const char *end, const char *event, const char *table)
{
	char *kind = memory_format("{\"event\": \"%s\"", event);
	char *place = memory_format("\"table\": \"%s\"", table);
	int found = 0;
	for (const char *line = text; line != NULL && line < end;) {
		const char *next = strchr(line, '\n');
		size_t length = next == NULL ? strlen(line) : (size_t)(next - line);
		found += text_starts_with(line, kind) &&
			 memmem(line, length, place, strlen(place)) != NULL;
		line = next == NULL ? NULL : next + 1;
	}
	free(kind);
	free(place);
	return found;
}

static void await_events(const struct place *place, const char *event, const char *table, int most)
{
	int64_t deadline = clock_monotonic_ms() + YARD_DEADLINE_MS;
	for (bool is_there = false; !is_there;) {
		char *log = yard_read(place->run, RUN_FILE_LOG);
		is_there = count_events(log, log + strlen(log), event, table) >= most;
		if (!is_there && clock_monotonic_ms() > deadline)
			fail_msg("no %d %s of %s in:\n%s", most, event, table, log);
		free(log);
		poll(NULL, 0, 10);
	}
}

/* The other tables go on; this one, which needs nothing but them, does not begin a date. */
static void one_table_of_it_pauses_and_goes_on_while_the_others_work(void **state)
{
	(void)state;
	static const char mlfs[] = "ml_feature_store_v2";
	struct place place;
	detach(&place);
	VERB_EXPECT(place.home, 3, "pause", "mlfs", "--freeze");
	VERB_EXPECT(place.home, 0, "pause", "mlfs");
	yard_await_log(place.run, "\"table_paused\": true");
	await_events(&place, "date_finished", "player_daily_cache", 2);
	VERB_EXPECT(place.home, 0, "resume", "mlfs");
	await_end(&place);
	char *log = yard_read(place.run, RUN_FILE_LOG);
	const char *resumed = strstr(log, "\"table_paused\": false");
	assert_non_null(resumed);
	assert_int_equal(count_events(log, resumed, "date_started", mlfs), 0);
	assert_true(count_events(log, log + strlen(log), "date_finished", mlfs) > 0);
	check_numbers(place.home);
	free(log);
	leave(&place);
}

static void the_verb_stop_ends_it_after_the_dates_in_hand(void **state)
{
	(void)state;
	struct place place;
	detach(&place);
	VERB_EXPECT(place.home, 0, "stop");
	struct run_evidence evidence = yard_look(place.run);
	assert_int_equal(evidence.status.outcome, RUN_EXITED);
	assert_int_equal(evidence.status.code, 1); /* gaps remain */
	assert_int_equal(evidence.status.asked, RUN_ASKED_STOP);
	assert_false(is_left(&place)); /* it was the operator's wish */
	VERB_EXPECT(place.home, 0, "run", "--range", RANGE);
	check_numbers(place.home);
	leave(&place);
}

static void a_shutdown_ends_it_and_what_is_left_is_remembered(void **state)
{
	(void)state;
	struct place place;
	detach(&place);
	yard_await_log(place.run, "\"date_started\"");
	yard_signal(yard_look(place.run).process.supervisor, SIGTERM);
	await_end(&place);
	struct run_evidence evidence = yard_look(place.run);
	assert_int_equal(evidence.status.asked, RUN_ASKED_SIGNAL);
	assert_true(is_left(&place));
	leave(&place);
}

static void a_note_of_something_else_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "{}", "[1]", "{\"version\": 1}",
		"{\"version\": 2, \"pipeline\": \"nba\", \"range\": \"2021-10-19\", \"workers\": "
		"1, "
		"\"pace_ms\": 0, \"tables\": []}",
		"{\"version\": 1, \"pipeline\": \"other\", \"range\": \"2021-10-19\", \"workers\": "
		"1, \"pace_ms\": 0, \"tables\": []}",
		"{\"version\": 1, \"pipeline\": \"nba\", \"range\": \"2021-10-19\", \"workers\": "
		"1, "
		"\"pace_ms\": 0, \"tables\": [{\"table\": \"none\", \"dates\": []}]}",
		"{\"version\": 1, \"pipeline\": \"nba\", \"range\": \"2021-10-19\", \"workers\": "
		"1, "
		"\"pace_ms\": 0, \"tables\": [{\"table\": \"player_game_summary\", \"dates\": "
		"[\"0001-01-01..9999-12-31\"]}]}",
		"{\"version\": 1, \"pipeline\": \"nba\", \"range\": \"2021-10-19\", \"workers\": "
		"4000000000, \"pace_ms\": 0, \"tables\": []}"};
	char *home = sample_home();
	char *path = path_join(home, "note.json");
	struct error err;
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		assert_true(path_write_file(path, texts[i], strlen(texts[i]), &err));
		struct program_result result = PROGRAM_RUN(home, "run", "--resume", path);
		if (result.status != 3 || strstr(result.output, "note.json") == NULL)
			fail_msg("%s gave %d: %s", texts[i], result.status, result.output);
		assert_true(path_exists(path));
		free(result.output);
	}
	free(path);
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(work_goes_on_without_its_terminal_to_the_same_numbers),
		cmocka_unit_test(a_killed_run_leaves_whole_dates_and_a_note_of_the_rest),
		cmocka_unit_test(a_killed_supervisor_does_not_end_the_work),
		cmocka_unit_test(it_pauses_and_goes_on_when_asked_through_its_folder),
		cmocka_unit_test(one_table_of_it_pauses_and_goes_on_while_the_others_work),
		cmocka_unit_test(the_verb_stop_ends_it_after_the_dates_in_hand),
		cmocka_unit_test(a_shutdown_ends_it_and_what_is_left_is_remembered),
		cmocka_unit_test(a_note_of_something_else_is_refused),
	};
	/* Runs whose starters are gone are ours to wait for. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	int failed = RUN(tests);
	free(undisturbed);
	sample_home_forget();
	return failed;
}
