/* The ledger: runs, their dates and events are read back as they were written. */
#include "tests/support/book.h"
#include "tests/test.h"

#include "core/ledger/ledger_parts.h"

#include <signal.h>
#include <sys/wait.h>

static void a_run_and_its_dates_are_read_back_as_they_were_written(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct ledger *ledger = book_open(folder);
	struct error err;
	struct ledger_run run = book_begin(ledger, "one", 500);
	assert_int_equal(book_only_run(ledger).outcome, RUN_GOES_ON);
	assert_true(book_record(ledger, "one", DAY, LEDGER_DATE_RUNNING, &err));
	assert_true(book_record(ledger, "one", DAY, LEDGER_DATE_SUCCEEDED, &err));
	assert_true(book_record(ledger, "one", DAY + 1, LEDGER_DATE_FAILED, &err));
	run.outcome = RUN_FAILED;
	run.ended_ms = 3000;
	run.done = 1;
	run.failed = 1;
	run.left = 3;
	assert_true(ledger_run_end(ledger, &run, &err));
	ledger_close(ledger);

	ledger = book_open(folder);
	struct ledger_run stored = book_only_run(ledger);
	assert_memory_equal(&stored.range, &run.range, sizeof(run.range));
	assert_string_equal(stored.table, run.table);
	assert_string_equal(stored.log_path, run.log_path);
	assert_int_equal(stored.outcome, RUN_FAILED);
	assert_int_equal(stored.planned, 5);
	assert_int_equal(stored.done, 1);
	assert_int_equal(stored.failed, 1);
	assert_int_equal(stored.left, 3);
	struct ledger_attempts attempts = book_newest(ledger);
	assert_int_equal(attempts.count, 2);
	assert_int_equal(attempts.items[0].state, LEDGER_DATE_SUCCEEDED);
	assert_int_equal(attempts.items[0].rows, 200);
	assert_int_equal(attempts.items[0].log_offset, 77);
	assert_int_equal(attempts.items[1].date, DAY + 1);
	assert_string_equal(attempts.items[1].category, "PROCESSING_ERROR");
	assert_string_equal(attempts.items[1].reason, "it did not work");
	free(attempts.items);
	ledger_close(ledger);
	free(folder);
}

static void the_newest_attempt_of_a_date_counts(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct ledger *ledger = book_open(folder);
	struct error err;
	book_begin(ledger, "one", 500);
	book_begin(ledger, "two", 600);
	assert_true(book_record(ledger, "one", DAY, LEDGER_DATE_SUCCEEDED, &err));
	assert_true(book_record(ledger, "two", DAY, LEDGER_DATE_FAILED, &err));
	assert_true(book_record(ledger, "two", book_around.last + 1, LEDGER_DATE_FAILED, &err));
	struct ledger_attempts attempts = book_newest(ledger);
	assert_int_equal(attempts.count, 1);
	assert_string_equal(attempts.items[0].run, "two");
	assert_int_equal(attempts.items[0].state, LEDGER_DATE_FAILED);
	free(attempts.items);
	struct ledger_runs runs;
	assert_true(ledger_newest_runs(ledger, "player_daily_cache", 1, &runs, &err));
	assert_int_equal(runs.count, 1);
	assert_string_equal(runs.items[0].id, "two");
	free(runs.items);
	assert_true(ledger_newest_runs(ledger, "another", 9, &runs, &err));
	assert_int_equal(runs.count, 0);
	ledger_close(ledger);
	free(folder);
}

static void a_run_that_nobody_began_can_neither_end_nor_try_a_date(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct ledger *ledger = book_open(folder);
	struct error err;
	struct ledger_run run = {.id = "ghost", .outcome = RUN_SUCCEEDED};
	assert_false(ledger_run_end(ledger, &run, &err));
	assert_non_null(strstr(err.text, "ghost"));
	assert_false(book_record(ledger, "ghost", DAY, LEDGER_DATE_SUCCEEDED, &err));
	assert_int_equal(err.kind, ERROR_WAREHOUSE);
	book_begin(ledger, "one", 1);
	text_copy(run.id, sizeof(run.id), "one");
	assert_false(ledger_run_begin(ledger, &run, &err)); /* a second time */
	ledger_close(ledger);
	free(folder);
}

static void a_date_in_hand_at_the_end_of_its_run_was_killed(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct ledger *ledger = book_open(folder);
	struct error err;
	struct ledger_run run = book_begin(ledger, "one", 500);
	assert_true(book_record(ledger, "one", DAY, LEDGER_DATE_RUNNING, &err));
	run.outcome = RUN_KILLED;
	run.ended_ms = 900;
	assert_true(ledger_run_end(ledger, &run, &err));
	struct ledger_attempts attempts = book_newest(ledger);
	assert_int_equal(attempts.items[0].state, LEDGER_DATE_KILLED);
	assert_int_equal(attempts.items[0].ended_ms, 900);
	free(attempts.items);
	ledger_close(ledger);
	free(folder);
}

static void a_run_of_a_dead_console_is_lost_and_never_a_success(void **state)
{
	(void)state;
	char *folder = test_folder();
	pid_t child = fork();
	if (child == 0) {
		struct error err;
		struct ledger *own = book_open(folder);
		book_begin(own, "one", 500);
		bool done = book_record(own, "one", DAY, LEDGER_DATE_SUCCEEDED, &err) &&
			    book_record(own, "one", DAY + 1, LEDGER_DATE_RUNNING, &err) &&
			    book_record(own, "one", DAY + 2, LEDGER_DATE_RUNNING, &err);
		if (!done)
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));

	struct ledger *ledger = book_open(folder);
	struct error err;
	struct ledger_reconciled result;
	/* The warehouse has the second date of that run, and a date of a run unknown here. */
	const struct ledger_proof proofs[] = {{"one", "player_daily_cache", DAY + 1, 190, 1500},
		{"other", "player_daily_cache", DAY + 2, 190, 1500}};
	assert_true(ledger_reconcile(ledger, proofs, 2, 9000, &result, &err));
	assert_int_equal(result.runs, 1);
	assert_int_equal(result.proved, 1);
	assert_int_equal(result.killed, 1);
	struct ledger_run run = book_only_run(ledger);
	assert_int_equal(run.outcome, RUN_LOST);
	assert_int_equal(run.ended_ms, 9000);
	assert_int_equal(run.done, 2);
	assert_int_equal(run.left, 3);
	struct ledger_attempts attempts = book_newest(ledger);
	assert_int_equal(attempts.count, 3);
	assert_int_equal(attempts.items[1].state, LEDGER_DATE_SUCCEEDED);
	assert_int_equal(attempts.items[1].rows, 190);
	assert_int_equal(attempts.items[2].state, LEDGER_DATE_KILLED);
	free(attempts.items);

	assert_true(ledger_reconcile(ledger, proofs, 2, 9999, &result, &err));
	assert_int_equal(result.runs + result.proved + result.killed, 0);
	assert_int_equal(book_only_run(ledger).ended_ms, 9000);
	ledger_close(ledger);
	free(folder);
}

static void a_run_whose_every_date_is_proved_is_still_lost(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct ledger *ledger = book_open(folder);
	struct error err;
	struct ledger_reconciled result;
	struct ledger_proof proofs[5];
	book_begin(ledger, "one", 500);
	for (int i = 0; i < 5; i++)
		proofs[i] = (struct ledger_proof){"one", "player_daily_cache", DAY + i, 10, 700};
	assert_true(ledger_reconcile(ledger, proofs, 5, 9000, &result, &err));
	assert_int_equal(result.proved, 5);
	struct ledger_run run = book_only_run(ledger);
	assert_int_equal(run.outcome, RUN_LOST);
	assert_int_equal(run.done, 5);
	assert_int_equal(run.left, 0);
	ledger_close(ledger);
	free(folder);
}

static void events_come_newest_first(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct ledger *ledger = book_open(folder);
	struct error err;
	struct ledger_event event = {
		.at_ms = 5, .severity = 'W', .kind = "pause", .date = DATE_NONE, .text = "first"};
	assert_true(ledger_add_event(ledger, &event, &err));
	event.date = DAY;
	text_copy(event.text, sizeof(event.text), "second");
	assert_true(ledger_add_event(ledger, &event, &err));
	struct ledger_events events;
	assert_true(ledger_newest_events(ledger, 10, &events, &err));
	assert_int_equal(events.count, 2);
	assert_string_equal(events.items[0].text, "second");
	assert_int_equal(events.items[0].date, DAY);
	assert_int_equal(events.items[1].date, DATE_NONE);
	assert_int_equal(events.items[1].severity, 'W');
	free(events.items);
	ledger_close(ledger);
	free(folder);
}

static void old_events_go_when_there_are_too_many(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct ledger *ledger = book_open(folder);
	struct error err;
	struct ledger_events events;
	char sql[512];
	snprintf(sql, sizeof(sql),
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
		" INSERT INTO events(at_ms, severity, kind, table_name, run, words)"
		" SELECT i, 'I', '', '', '', 'x' FROM n",
		LEDGER_EVENTS_MAX + 5);
	assert_true(ledger_run_sql(ledger, sql, &err));
	ledger_close(ledger);
	ledger = book_open(folder);
	sqlite3_stmt *statement;
	assert_true(ledger_prepare(
		ledger, "SELECT count(*), min(at_ms) FROM events", &statement, &err));
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int64(statement, 0), LEDGER_EVENTS_MAX);
	assert_int_equal(sqlite3_column_int64(statement, 1), 6);
	sqlite3_finalize(statement);
	assert_true(ledger_newest_events(ledger, SIZE_MAX, &events, &err));
	assert_int_equal(events.count, LEDGER_LIST_MAX);
	free(events.items);
	ledger_close(ledger);
	free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_and_its_dates_are_read_back_as_they_were_written),
		cmocka_unit_test(the_newest_attempt_of_a_date_counts),
		cmocka_unit_test(a_run_that_nobody_began_can_neither_end_nor_try_a_date),
		cmocka_unit_test(a_date_in_hand_at_the_end_of_its_run_was_killed),
		cmocka_unit_test(a_run_of_a_dead_console_is_lost_and_never_a_success),
		cmocka_unit_test(a_run_whose_every_date_is_proved_is_still_lost),
		cmocka_unit_test(events_come_newest_first),
		cmocka_unit_test(old_events_go_when_there_are_too_many),
	};
	return RUN(tests);
}
