/* The engine with a real queue, real workers and a small warehouse. */
#include "tests/test.h"

#include "base/cancel.h"
#include "base/path.h"
#include "tests/support/engine_lab.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

#define NEVER_MS 600000 /* a date that only a stop ends, or a gate that opens */

#define FAIL_ON_DAY(table, day)                                                                  \
	"CREATE TRIGGER broken BEFORE INSERT ON nba_analytics__" table " WHEN NEW.game_date" day \
	" BEGIN SELECT RAISE(ABORT, 'no room'); END"

static struct engine_lab open_lab(struct engine_lab_options options)
{
	struct engine_lab lab;
	engine_lab_open(&lab, &options);
	engine_lab_read(&lab, lab.pipeline->range);
	return lab;
}

/* In front of it every paced date waits before it is written; nothing is left to time. */
static int gate = -1;

void __real_cancel_sleep_ms(struct cancel *cancel, int ms);
void __wrap_cancel_sleep_ms(struct cancel *cancel, int ms);

void __wrap_cancel_sleep_ms(struct cancel *cancel, int ms)
{
	struct pollfd opens = {.fd = gate, .events = POLLIN};
	if (gate < 0)
		__real_cancel_sleep_ms(cancel, ms);
	else
		(void)poll(&opens, 1, -1);
}

static struct engine_lab open_gated_lab(void)
{
	gate = eventfd(0, EFD_CLOEXEC);
	assert_true(gate >= 0);
	return open_lab((struct engine_lab_options){.pace_ms = NEVER_MS});
}

static void open_gate(void)
{
	assert_int_equal(eventfd_write(gate, 1), 0);
}

static void close_gated_lab(struct engine_lab *lab)
{
	engine_lab_close(lab);
	close(gate);
	gate = -1;
}

static void expect_complete(const struct engine_lab *lab, size_t table, int dates)
{
	assert_int_equal(engine_lab_count(lab, table, VERDICT_COMPLETE), dates);
}

static void start_all_reaches_the_end_and_launches_what_is_below(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){0});
	assert_int_equal(engine_start_all(lab.engine, lab.model), 2 * LAB_DAYS);
	engine_lab_until_idle(&lab);
	for (size_t table = 0; table < LAB_TABLES; table++) {
		expect_complete(&lab, table, LAB_DAYS);
		assert_int_equal(lab.dates[table], LAB_DAYS);
		assert_int_equal(lab.model->tables[table].state, JOB_DONE);
		assert_int_equal(lab.model->tables[table].queued, 0);
	}
	assert_int_equal(lab.model->busy_workers, 0);
	assert_int_equal(engine_start_all(lab.engine, lab.model), 0);
	engine_lab_until_idle(&lab);
	assert_non_null(strstr(lab.said, "nothing can be started now"));
	engine_lab_close(&lab);
}

static void a_second_start_all_while_it_runs_changes_nothing(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){0});
	engine_start_all(lab.engine, lab.model);
	engine_lab_until_started(&lab, 1);
	engine_start_all(lab.engine, lab.model);
	engine_start(lab.engine, lab.model, OFFENSE, DATE_NONE);
	engine_start(lab.engine, lab.model, CONTEXT, DATE_NONE);
	engine_lab_until_idle(&lab);
	for (size_t table = 0; table < LAB_TABLES; table++) {
		expect_complete(&lab, table, LAB_DAYS);
		assert_int_equal(lab.dates[table], LAB_DAYS);
	}
	engine_lab_close(&lab);
}

static void a_stop_ends_the_table_after_the_date_in_hand(void **state)
{
	(void)state;
	struct engine_lab lab = open_gated_lab();
	engine_start(lab.engine, lab.model, DEFENSE, DATE_NONE);
	engine_lab_until_started(&lab, 1);
	engine_stop(lab.engine, DEFENSE, false);
	open_gate();
	engine_lab_until_idle(&lab);
	expect_complete(&lab, DEFENSE, 1);
	assert_int_equal(engine_lab_count(&lab, DEFENSE, VERDICT_READY), LAB_DAYS - 1);
	assert_int_equal(lab.model->tables[DEFENSE].state, JOB_IDLE);
	assert_int_equal(lab.model->tables[DEFENSE].queued, 0);
	assert_int_equal(engine_lab_count(&lab, CONTEXT, VERDICT_COMPLETE), 0);
	close_gated_lab(&lab);
}

static void a_stop_at_once_leaves_the_date_unwritten_and_killed(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){.pace_ms = NEVER_MS});
	engine_start(lab.engine, lab.model, DEFENSE, DATE_NONE);
	engine_lab_until_started(&lab, 1);
	engine_stop(lab.engine, DEFENSE, false);
	engine_stop(lab.engine, DEFENSE, true);
	engine_lab_until_idle(&lab);
	assert_int_equal(engine_lab_verdict(&lab, DEFENSE, 0), VERDICT_KILLED);
	assert_int_equal(engine_lab_verdict(&lab, DEFENSE, 1), VERDICT_READY);
	assert_int_equal(engine_lab_number(&lab,
				 "SELECT count(*) FROM nba_analytics__team_defense_game_summary"),
		0);
	/* a killed date is tried again by a retry, and by nothing else */
	engine_set_pace(lab.engine, 0);
	assert_int_equal(engine_retry(lab.engine, lab.model, DEFENSE), 1);
	engine_lab_until_idle(&lab);
	expect_complete(&lab, DEFENSE, 1);
	engine_lab_close(&lab);
}

static void a_paused_table_waits_while_the_others_go_on(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){0});
	engine_pause(lab.engine, OFFENSE, true);
	engine_start_all(lab.engine, lab.model);
	engine_lab_until_idle(&lab);
	expect_complete(&lab, OFFENSE, 0);
	expect_complete(&lab, DEFENSE, LAB_DAYS);
	assert_int_equal(lab.model->tables[OFFENSE].state, JOB_WAITING);
	engine_pause(lab.engine, OFFENSE, false);
	engine_lab_until_idle(&lab);
	expect_complete(&lab, OFFENSE, LAB_DAYS);
	expect_complete(&lab, CONTEXT, LAB_DAYS);
	engine_lab_close(&lab);
}

static void pausing_everything_keeps_what_was_paused_by_itself(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){0});
	engine_pause(lab.engine, OFFENSE, true);
	engine_pause_all(lab.engine, true);
	engine_start_all(lab.engine, lab.model);
	engine_lab_until_idle(&lab);
	assert_int_equal(lab.seen_count[EVENT_RUN_STARTED], 0);
	engine_pause_all(lab.engine, false);
	engine_lab_until_idle(&lab);
	expect_complete(&lab, OFFENSE, 0);
	expect_complete(&lab, DEFENSE, LAB_DAYS);
	engine_lab_close(&lab);
}

static void a_paused_run_stops_and_leaves_when_it_is_told_to(void **state)
{
	(void)state;
	struct engine_lab lab = open_gated_lab();
	engine_start(lab.engine, lab.model, OFFENSE, DATE_NONE);
	engine_start(lab.engine, lab.model, DEFENSE, DATE_NONE);
	engine_lab_until_started(&lab, 2);
	engine_pause_all(lab.engine, true);
	engine_stop(lab.engine, OFFENSE, false);
	engine_leave(lab.engine, false);
	open_gate();
	engine_lab_until_idle(&lab);
	expect_complete(&lab, OFFENSE, 1);
	expect_complete(&lab, DEFENSE, 1);
	close_gated_lab(&lab);
}

static void one_failed_date_does_not_stop_its_table(void **state)
{
	(void)state;
	/* one worker and two tables: the runs are short turns, and a later one must still come */
	struct engine_lab lab = open_lab((struct engine_lab_options){.workers = 1});
	engine_lab_sql(&lab, FAIL_ON_DAY("team_offense_game_summary", "='2021-10-21'"));
	engine_start_all(lab.engine, lab.model);
	engine_lab_until_idle(&lab);
	assert_int_equal(engine_lab_verdict(&lab, OFFENSE, 2), VERDICT_FAILED);
	expect_complete(&lab, OFFENSE, LAB_DAYS - 1);
	expect_complete(&lab, CONTEXT, LAB_DAYS - 1);
	const struct cell *closed = coverage_cell(lab.model->coverage, CONTEXT, lab.first + 2);
	assert_int_equal(closed->verdict, VERDICT_BLOCKED);
	assert_int_equal(closed->reason, REASON_BLOCKED_UPSTREAM_FAILED);
	assert_int_equal(closed->because, OFFENSE);
	assert_string_equal(
		coverage_cell(lab.model->coverage, OFFENSE, lab.first + 2)->attempt_words,
		"PROCESSING_ERROR: cannot insert a row: no room");
	/* what was repaired is retried alone, and what it blocked follows */
	engine_lab_sql(&lab, "DROP TRIGGER broken");
	assert_int_equal(engine_retry(lab.engine, lab.model, OFFENSE), 1);
	engine_lab_until_idle(&lab);
	expect_complete(&lab, OFFENSE, LAB_DAYS);
	expect_complete(&lab, CONTEXT, LAB_DAYS);
	engine_lab_close(&lab);
}

static void failures_in_a_row_stop_the_table_and_only_it(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){.workers = 1});
	engine_lab_sql(&lab, FAIL_ON_DAY("team_offense_game_summary", ">='2021-10-20'"));
	engine_start_all(lab.engine, lab.model);
	engine_lab_until_idle(&lab);
	expect_complete(&lab, OFFENSE, 1);
	assert_int_equal(
		engine_lab_count(&lab, OFFENSE, VERDICT_FAILED), lab.pipeline->failures_in_row);
	assert_int_equal(lab.model->tables[OFFENSE].state, JOB_FAILED);
	expect_complete(&lab, DEFENSE, LAB_DAYS);
	expect_complete(&lab, CONTEXT, 1);
	const struct cell *closed = coverage_cell(lab.model->coverage, CONTEXT, lab.first + 9);
	assert_int_equal(closed->reason, REASON_BLOCKED_UPSTREAM_MISSING);
	engine_lab_close(&lab);
}

static void a_warehouse_that_is_gone_fails_the_runs_and_makes_the_coverage_unknown(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){0});
	for (const char *const *end = (const char *const[]){"", "-wal", "-shm", NULL}; *end != NULL;
		end++) {
		char *path = memory_format("%s%s", lab.path, *end);
		unlink(path);
		free(path);
	}
	engine_start_all(lab.engine, lab.model);
	engine_lab_until_idle(&lab);
	expect_complete(&lab, OFFENSE, 0);
	assert_true(engine_lab_count(&lab, OFFENSE, VERDICT_FAILED) > 0);
	assert_int_equal(access(lab.path, F_OK), -1);
	engine_refresh(lab.engine, lab.model->range, false);
	engine_lab_until_idle(&lab);
	assert_int_equal(engine_lab_verdict(&lab, DEFENSE, LAB_DAYS - 1), VERDICT_UNKNOWN);
	assert_non_null(strstr(lab.model->coverage_trouble, "warehouse"));
	engine_lab_close(&lab);
}

static bool has_moved(const struct engine_lab *lab)
{
	return lab->model->range.first == lab->first + 10;
}

static void a_range_that_moves_while_jobs_run_leaves_nothing_waiting(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){.pace_ms = NEVER_MS});
	engine_start_all(lab.engine, lab.model);
	engine_lab_until_started(&lab, 2);
	engine_refresh(lab.engine, engine_lab_days(&lab, 10, 14), false);
	engine_lab_until(&lab, has_moved, "the new range");
	engine_stop(lab.engine, OFFENSE, true);
	engine_stop(lab.engine, DEFENSE, true);
	engine_lab_until_idle(&lab);
	for (size_t table = 0; table < LAB_TABLES; table++) {
		assert_int_equal(lab.model->tables[table].queued, 0);
		assert_int_equal(lab.model->tables[table].state, JOB_IDLE);
	}
	engine_set_pace(lab.engine, 0);
	engine_lab_read(&lab, lab.pipeline->range);
	engine_start_all(lab.engine, lab.model);
	engine_lab_until_idle(&lab);
	for (size_t table = 0; table < LAB_TABLES; table++) {
		expect_complete(&lab, table, LAB_DAYS);
		assert_int_equal(lab.model->tables[table].queued, 0);
	}
	engine_lab_close(&lab);
}

static void a_run_goes_on_with_its_dates_outside_the_new_range(void **state)
{
	(void)state;
	struct engine_lab lab = open_gated_lab();
	engine_start(lab.engine, lab.model, OFFENSE, DATE_NONE);
	engine_lab_until_started(&lab, 1);
	engine_refresh(lab.engine, engine_lab_days(&lab, 10, 14), false);
	engine_lab_until(&lab, has_moved, "the new range");
	open_gate();
	engine_lab_until_idle(&lab);
	assert_int_equal(lab.dates[OFFENSE], LAB_DAYS);
	expect_complete(&lab, OFFENSE, 5);
	assert_int_equal(lab.model->tables[OFFENSE].queued, 0);
	assert_int_equal(lab.model->tables[OFFENSE].state, JOB_DONE);
	close_gated_lab(&lab);
}

static void dates_that_wait_outside_the_new_range_do_not_wait_any_more(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){0});
	engine_pause(lab.engine, OFFENSE, true);
	engine_start(lab.engine, lab.model, OFFENSE, DATE_NONE);
	engine_lab_until_idle(&lab);
	assert_int_equal(lab.model->tables[OFFENSE].queued, LAB_DAYS);
	engine_lab_read(&lab, engine_lab_days(&lab, 10, 14));
	assert_int_equal(lab.model->tables[OFFENSE].queued, 5);
	assert_int_equal(engine_lab_count(&lab, OFFENSE, VERDICT_QUEUED), 5);
	engine_stop(lab.engine, OFFENSE, false);
	engine_lab_until_idle(&lab);
	assert_int_equal(lab.model->tables[OFFENSE].queued, 0);
	assert_int_equal(lab.model->tables[OFFENSE].state, JOB_IDLE);
	engine_lab_read(&lab, lab.pipeline->range);
	assert_int_equal(engine_lab_count(&lab, OFFENSE, VERDICT_READY), LAB_DAYS);
	engine_lab_close(&lab);
}

static void of_two_refreshes_the_second_one_counts(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){0});
	int before = lab.seen_count[EVENT_HISTORY];
	engine_refresh(lab.engine, engine_lab_days(&lab, 0, 3), false);
	engine_refresh(lab.engine, engine_lab_days(&lab, 0, 4), true);
	engine_refresh(lab.engine, engine_lab_days(&lab, 0, 5), false);
	engine_lab_until_idle(&lab);
	assert_int_equal(lab.seen_count[EVENT_HISTORY], before + 2);
	assert_int_equal(lab.model->range.last, lab.first + 5);
	assert_true(lab.model->counted); /* the recount that was asked for meanwhile */
	engine_lab_close(&lab);
}

/* Ctrl-R, and the refresh after a kill, come before the answer to the new range. */
static void a_refresh_does_not_take_back_the_range_that_was_just_asked_for(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){.pace_ms = NEVER_MS});
	engine_start(lab.engine, lab.model, DEFENSE, DATE_NONE);
	engine_lab_until_started(&lab, 1);
	engine_stop(lab.engine, DEFENSE, true);
	engine_refresh(lab.engine, engine_lab_days(&lab, 0, 9), false);
	engine_refresh(lab.engine, engine_lab_days(&lab, 10, 14), false);
	assert_int_equal(lab.model->range.first, lab.first);
	engine_refresh(lab.engine, engine_range(lab.engine, lab.model), true);
	engine_lab_until_idle(&lab);
	assert_int_equal(lab.model->range.first, lab.first + 10);
	assert_int_equal(lab.model->range.last, lab.first + 14);
	engine_lab_close(&lab);
}

/* The refresh read before the date was written, and its answer comes after the date's. */
static void a_date_that_ends_during_a_refresh_stays_complete(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){0});
	struct event finished = {.kind = EVENT_DATE_FINISHED, .table = OFFENSE, .date = lab.first};
	finished.finished.receipt = (struct receipt){
		.date = lab.first, .rows = 2, .distinct_keys = 2, .sequence = 1, .written_ms = 5};
	text_copy(finished.finished.receipt.table, sizeof(finished.finished.receipt.table),
		"team_offense_game_summary");
	engine_refresh(lab.engine, lab.model->range, true);
	engine_apply(lab.engine, lab.model, &finished);
	engine_lab_until_idle(&lab);
	assert_true(lab.model->counted);
	assert_int_equal(engine_lab_verdict(&lab, OFFENSE, 0), VERDICT_COMPLETE);
	engine_lab_read(&lab, lab.model->range); /* and the next one tells how it is */
	assert_int_not_equal(engine_lab_verdict(&lab, OFFENSE, 0), VERDICT_COMPLETE);
	engine_lab_close(&lab);
}

static void without_auto_launch_what_is_below_gets_ready_and_waits(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){.no_auto_launch = true});
	engine_start_all(lab.engine, lab.model);
	engine_lab_until_idle(&lab);
	assert_int_equal(engine_lab_count(&lab, CONTEXT, VERDICT_READY), LAB_DAYS);
	engine_set_auto_launch(lab.engine, true);
	engine_lab_until_idle(&lab);
	expect_complete(&lab, CONTEXT, LAB_DAYS);
	engine_lab_close(&lab);
}

static void leaving_finishes_the_dates_in_hand_and_starts_nothing_more(void **state)
{
	(void)state;
	struct engine_lab lab = open_gated_lab();
	engine_start_all(lab.engine, lab.model);
	engine_lab_until_started(&lab, 2);
	engine_leave(lab.engine, false);
	open_gate();
	engine_lab_until_idle(&lab);
	expect_complete(&lab, OFFENSE, 1);
	expect_complete(&lab, DEFENSE, 1);
	assert_int_equal(engine_lab_count(&lab, OFFENSE, VERDICT_QUEUED), 0);
	assert_int_equal(engine_start_all(lab.engine, lab.model), 0);
	engine_lab_until_idle(&lab);
	assert_non_null(strstr(lab.said, "leaving"));
	close_gated_lab(&lab);
}

static void a_reader_starts_and_imports_nothing(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){.read_only = true});
	assert_int_equal(engine_start_all(lab.engine, lab.model), 0);
	engine_lab_until_idle(&lab);
	assert_non_null(strstr(lab.said, "read-only"));
	engine_import_sample(lab.engine);
	engine_lab_until_idle(&lab);
	assert_non_null(strstr(lab.said, "nothing is imported"));
	assert_int_equal(lab.seen_count[EVENT_RUN_STARTED], 0);
	engine_lab_close(&lab);
}

/* No descriptor is left for the run's cancel. */
static void a_run_that_gets_no_worker_is_told_to_have_ended(void **state)
{
	(void)state;
	struct rlimit before, none = {0};
	struct engine_lab lab = open_lab((struct engine_lab_options){0});
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none.rlim_max = before.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	engine_start(lab.engine, lab.model, OFFENSE, DATE_NONE);
	engine_step(lab.engine, lab.model);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	engine_lab_until_idle(&lab);
	assert_non_null(strstr(lab.said, "cannot make an event descriptor"));
	assert_int_equal(lab.model->tables[OFFENSE].state, JOB_FAILED);
	assert_int_equal(lab.model->tables[OFFENSE].worker, -1);
	assert_int_equal(lab.model->busy_workers, 0);
	assert_int_equal(engine_lab_count(&lab, OFFENSE, VERDICT_READY), LAB_DAYS);
	assert_int_equal(engine_start(lab.engine, lab.model, OFFENSE, DATE_NONE), LAB_DAYS);
	engine_lab_until_idle(&lab);
	expect_complete(&lab, OFFENSE, LAB_DAYS);
	engine_lab_close(&lab);
}

/* Those dates, in their order, and nothing below: not even with auto-launch. */
static void a_plan_is_run_as_it_was_edited(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){.workers = 1});
	struct date_set out[LAB_TABLES] = {{0}};
	struct plan plan;
	date_set_add(&out[OFFENSE], engine_lab_days(&lab, 3, LAB_DAYS - 1));
	date_set_add(&out[DEFENSE], engine_lab_days(&lab, 0, LAB_DAYS - 2));
	date_set_add(&out[CONTEXT], engine_lab_days(&lab, 0, LAB_DAYS - 1));
	plan_make(lab.model->coverage, &(struct plan_wish){.out = out}, &plan);
	assert_int_equal(plan.cells, 4);
	assert_true(lab.model->auto_launch);
	assert_int_equal(engine_run_plan(lab.engine, lab.model, &plan), 4);
	engine_lab_until_idle(&lab);
	assert_int_equal(engine_lab_count(&lab, OFFENSE, VERDICT_COMPLETE), 3);
	assert_int_equal(engine_lab_verdict(&lab, DEFENSE, LAB_DAYS - 1), VERDICT_COMPLETE);
	assert_int_equal(engine_lab_count(&lab, DEFENSE, VERDICT_COMPLETE), 1);
	assert_int_equal(engine_lab_count(&lab, CONTEXT, VERDICT_COMPLETE), 0);
	/* The same plan once more has nothing left to run, and says so. */
	assert_int_equal(engine_run_plan(lab.engine, lab.model, &plan), 0);
	engine_lab_until_idle(&lab);
	plan_release(&plan);
	for (size_t i = 0; i < LAB_TABLES; i++)
		date_set_release(&out[i]);
	engine_lab_close(&lab);
}

static bool season_came(const struct engine_lab *lab)
{
	return lab->seen_count[EVENT_SEASON] > 0;
}

/* The range is two days; the season is read besides it, and the run in hand goes on. */
static void an_excuse_is_stored_and_seen_at_once_and_taken_back(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){0});
	struct date_set dates[LAB_TABLES] = {0};
	date_t first = lab.pipeline->range.first;
	date_set_add(&dates[OFFENSE], (struct date_range){first, first + 1});
	engine_excuse(lab.engine, lab.model, dates, "the games were postponed");
	engine_lab_until_idle(&lab);
	assert_int_equal(engine_lab_verdict(&lab, OFFENSE, 0), VERDICT_EXCUSED);
	assert_int_equal(engine_lab_verdict(&lab, OFFENSE, 1), VERDICT_EXCUSED);
	assert_int_equal(engine_lab_verdict(&lab, OFFENSE, 2), VERDICT_READY);
	assert_non_null(strstr(lab.said, "2 cells are excused"));
	engine_excuse(lab.engine, lab.model, dates, "");
	engine_lab_until_idle(&lab);
	assert_int_equal(engine_lab_verdict(&lab, OFFENSE, 0), VERDICT_READY);
	assert_non_null(strstr(lab.said, "2 cells are no longer excused"));
	engine_excuse(lab.engine, lab.model, dates, "");
	engine_lab_until_idle(&lab);
	assert_non_null(strstr(lab.said, "an excuse wants a reason"));
	date_set_release(&dates[OFFENSE]);
	engine_lab_close(&lab);
}

static void a_season_outside_the_range_is_read_by_a_worker(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){.no_auto_launch = true});
	engine_start(lab.engine, lab.model, OFFENSE, lab.first + 9);
	engine_lab_until_idle(&lab);
	engine_lab_read(&lab, engine_lab_days(&lab, 0, 1));
	assert_null(model_season_cell(lab.model, 0, OFFENSE, lab.first + 9));
	assert_true(engine_read_season(lab.engine, lab.model, 0));
	assert_false(engine_read_season(lab.engine, lab.model, 0)); /* one at a time */
	assert_false(engine_is_idle(lab.engine));
	engine_lab_until(&lab, season_came, "the season");
	const struct cell *cell = model_season_cell(lab.model, 0, OFFENSE, lab.first + 9);
	assert_non_null(cell);
	assert_int_equal(cell->verdict, VERDICT_COMPLETE);
	assert_true(model_season_spent_ms(lab.model, 0, OFFENSE, lab.first + 9) >= 0);
	assert_int_equal(
		model_season_cell(lab.model, 0, OFFENSE, lab.first + 8)->verdict, VERDICT_READY);
	engine_lab_close(&lab);
}

static bool handoff_is_written(const struct engine_lab *lab)
{
	return lab->seen_count[EVENT_HANDOFF] > 0;
}

/* The folder of the test is not the state folder; it may be written, so the file is here. */
static void the_hand_off_is_written_by_a_worker_while_a_run_goes_on(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){.pace_ms = NEVER_MS});
	char *before = getcwd(NULL, 0), *here = test_folder();
	struct buffer text = {0};
	struct error err;
	assert_int_equal(chdir(here), 0);
	engine_start(lab.engine, lab.model, DEFENSE, DATE_NONE);
	engine_lab_until_started(&lab, 1);
	engine_write_handoff(lab.engine, lab.pipeline->range);
	engine_write_handoff(lab.engine, lab.pipeline->range); /* one is enough */
	engine_lab_until(&lab, handoff_is_written, "the hand-off");
	const char *start = "the hand-off is written to ";
	assert_true(text_starts_with(lab.model->message, start));
	const char *path = lab.model->message + strlen(start);
	assert_non_null(strstr(path, here));
	assert_true(path_read_file(path, PATH_FILE_BYTES_MAX, &text, &err));
	assert_non_null(strstr(buffer_text(&text), "# Session Handoff - "));
	assert_int_equal(chdir(before), 0);
	assert_false(engine_is_idle(lab.engine)); /* the run */
	engine_lab_close(&lab);
	assert_int_equal(lab.seen_count[EVENT_HANDOFF], 1);
	buffer_release(&text);
	free(here);
	free(before);
}

static char *write_handoff(struct engine_lab *lab)
{
	const char *start = "the hand-off is written to ";
	lab->seen_count[EVENT_HANDOFF] = 0;
	engine_write_handoff(lab->engine, lab->pipeline->range);
	engine_lab_until(lab, handoff_is_written, "the hand-off");
	assert_true(text_starts_with(lab->model->message, start));
	return memory_copy_text(lab->model->message + strlen(start));
}

static void a_hand_off_goes_to_the_state_folder_from_nowhere_and_never_over_an_earlier_one(
	void **state)
{
	(void)state;
	struct engine_lab lab = open_lab((struct engine_lab_options){0});
	char *before = getcwd(NULL, 0), *gone = test_folder();
	assert_int_equal(chdir(gone), 0);
	assert_int_equal(rmdir(gone), 0);
	char *first = write_handoff(&lab), *second = write_handoff(&lab);
	assert_int_equal(chdir(before), 0);
	assert_non_null(strstr(first, lab.folder));
	assert_string_not_equal(first, second);
	assert_true(path_exists(first));
	assert_true(path_exists(second));
	engine_lab_close(&lab);
	free(second);
	free(first);
	free(gone);
	free(before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(start_all_reaches_the_end_and_launches_what_is_below),
		cmocka_unit_test(a_second_start_all_while_it_runs_changes_nothing),
		cmocka_unit_test(a_stop_ends_the_table_after_the_date_in_hand),
		cmocka_unit_test(a_stop_at_once_leaves_the_date_unwritten_and_killed),
		cmocka_unit_test(a_paused_table_waits_while_the_others_go_on),
		cmocka_unit_test(pausing_everything_keeps_what_was_paused_by_itself),
		cmocka_unit_test(a_paused_run_stops_and_leaves_when_it_is_told_to),
		cmocka_unit_test(one_failed_date_does_not_stop_its_table),
		cmocka_unit_test(failures_in_a_row_stop_the_table_and_only_it),
		cmocka_unit_test(
			a_warehouse_that_is_gone_fails_the_runs_and_makes_the_coverage_unknown),
		cmocka_unit_test(a_range_that_moves_while_jobs_run_leaves_nothing_waiting),
		cmocka_unit_test(a_run_goes_on_with_its_dates_outside_the_new_range),
		cmocka_unit_test(dates_that_wait_outside_the_new_range_do_not_wait_any_more),
		cmocka_unit_test(of_two_refreshes_the_second_one_counts),
		cmocka_unit_test(a_refresh_does_not_take_back_the_range_that_was_just_asked_for),
		cmocka_unit_test(a_date_that_ends_during_a_refresh_stays_complete),
		cmocka_unit_test(without_auto_launch_what_is_below_gets_ready_and_waits),
		cmocka_unit_test(leaving_finishes_the_dates_in_hand_and_starts_nothing_more),
		cmocka_unit_test(a_run_that_gets_no_worker_is_told_to_have_ended),
		cmocka_unit_test(a_reader_starts_and_imports_nothing),
		cmocka_unit_test(the_hand_off_is_written_by_a_worker_while_a_run_goes_on),
		cmocka_unit_test(
			a_hand_off_goes_to_the_state_folder_from_nowhere_and_never_over_an_earlier_one),
		cmocka_unit_test(a_plan_is_run_as_it_was_edited),
		cmocka_unit_test(an_excuse_is_stored_and_seen_at_once_and_taken_back),
		cmocka_unit_test(a_season_outside_the_range_is_read_by_a_worker),
	};
	return RUN(tests);
}
