#include "tests/test.h"

#include "base/path.h"
#include "core/ledger/ledger_parts.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#define DAY 18947 /* 2021-11-16 */

static const struct date_range around = {DAY - 10, DAY + 10};

static struct ledger *open_ledger(const char *folder)
{
	struct ledger *ledger = NULL;
	struct error err = {0};
	if (!ledger_open(folder, LEDGER_WRITE, &ledger, &err))
		fail_msg("%s", err.text);
	return ledger;
}

static struct ledger_run begin_run(struct ledger *ledger, const char *id, int64_t started_ms)
{
	struct ledger_run run = {.table = "player_daily_cache",
		.executor = "native",
		.range = {DAY, DAY + 4},
		.planned = 5,
		.started_ms = started_ms,
		.log_path = "runs/one/log"};
	struct error err = {0};
	text_copy(run.id, sizeof(run.id), id);
	if (!ledger_run_begin(ledger, &run, &err))
		fail_msg("%s", err.text);
	return run;
}

static bool record(struct ledger *ledger, const char *run, date_t date, enum ledger_state state,
	struct error *err)
{
	struct ledger_attempt attempt = {.table = "player_daily_cache",
		.date = date,
		.state = state,
		.rows = state == LEDGER_DATE_SUCCEEDED ? 200 : -1,
		.started_ms = 1000,
		.ended_ms = state == LEDGER_DATE_RUNNING ? 0 : 2000,
		.log_offset = 77};
	text_copy(attempt.run, sizeof(attempt.run), run);
	if (state == LEDGER_DATE_FAILED) {
		text_copy(attempt.category, sizeof(attempt.category), "PROCESSING_ERROR");
		text_copy(attempt.reason, sizeof(attempt.reason), "it did not work");
	}
	return ledger_record(ledger, &attempt, err);
}

static struct ledger_attempts newest(struct ledger *ledger)
{
	struct ledger_attempts attempts = {0};
	struct error err = {0};
	if (!ledger_newest_attempts(ledger, around, &attempts, &err))
		fail_msg("%s", err.text);
	return attempts;
}

static struct ledger_run only_run(struct ledger *ledger)
{
	struct ledger_runs runs = {0};
	struct error err;
	assert_true(ledger_newest_runs(ledger, NULL, 10, &runs, &err));
	assert_int_equal(runs.count, 1);
	struct ledger_run run = runs.items[0];
	free(runs.items);
	return run;
}

static void a_run_and_its_dates_are_read_back_as_they_were_written(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct ledger *ledger = open_ledger(folder);
	struct error err;
	struct ledger_run run = begin_run(ledger, "one", 500);
	assert_int_equal(only_run(ledger).outcome, LEDGER_RUNNING);
	assert_true(record(ledger, "one", DAY, LEDGER_DATE_RUNNING, &err));
	assert_true(record(ledger, "one", DAY, LEDGER_DATE_SUCCEEDED, &err));
	assert_true(record(ledger, "one", DAY + 1, LEDGER_DATE_FAILED, &err));
	run.outcome = LEDGER_FAILED;
	run.ended_ms = 3000;
	run.done = 1;
	run.failed = 1;
	run.left = 3;
	assert_true(ledger_run_end(ledger, &run, &err));
	ledger_close(ledger);

	ledger = open_ledger(folder);
	struct ledger_run stored = only_run(ledger);
	assert_memory_equal(&stored.range, &run.range, sizeof(run.range));
	assert_string_equal(stored.table, run.table);
	assert_string_equal(stored.log_path, run.log_path);
	assert_int_equal(stored.outcome, LEDGER_FAILED);
	assert_int_equal(stored.planned, 5);
	assert_int_equal(stored.done, 1);
	assert_int_equal(stored.failed, 1);
	assert_int_equal(stored.left, 3);
	struct ledger_attempts attempts = newest(ledger);
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
	struct ledger *ledger = open_ledger(folder);
	struct error err;
	begin_run(ledger, "one", 500);
	begin_run(ledger, "two", 600);
	assert_true(record(ledger, "one", DAY, LEDGER_DATE_SUCCEEDED, &err));
	assert_true(record(ledger, "two", DAY, LEDGER_DATE_FAILED, &err));
	assert_true(record(ledger, "two", around.last + 1, LEDGER_DATE_FAILED, &err));
	struct ledger_attempts attempts = newest(ledger);
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
	struct ledger *ledger = open_ledger(folder);
	struct error err;
	struct ledger_run run = {.id = "ghost", .outcome = LEDGER_SUCCEEDED};
	assert_false(ledger_run_end(ledger, &run, &err));
	assert_non_null(strstr(err.text, "ghost"));
	assert_false(record(ledger, "ghost", DAY, LEDGER_DATE_SUCCEEDED, &err));
	assert_int_equal(err.kind, ERROR_WAREHOUSE);
	begin_run(ledger, "one", 1);
	text_copy(run.id, sizeof(run.id), "one");
	assert_false(ledger_run_begin(ledger, &run, &err)); /* a second time */
	ledger_close(ledger);
	free(folder);
}

static void a_date_in_hand_at_the_end_of_its_run_was_killed(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct ledger *ledger = open_ledger(folder);
	struct error err;
	struct ledger_run run = begin_run(ledger, "one", 500);
	assert_true(record(ledger, "one", DAY, LEDGER_DATE_RUNNING, &err));
	run.outcome = LEDGER_KILLED;
	run.ended_ms = 900;
	assert_true(ledger_run_end(ledger, &run, &err));
	struct ledger_attempts attempts = newest(ledger);
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
		struct ledger *own = open_ledger(folder);
		begin_run(own, "one", 500);
		bool done = record(own, "one", DAY, LEDGER_DATE_SUCCEEDED, &err) &&
			    record(own, "one", DAY + 1, LEDGER_DATE_RUNNING, &err) &&
			    record(own, "one", DAY + 2, LEDGER_DATE_RUNNING, &err);
		if (!done)
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));

	struct ledger *ledger = open_ledger(folder);
	struct error err;
	struct ledger_reconciled result;
	/* The warehouse has the second date of that run, and a date of a run unknown here. */
	const struct ledger_proof proofs[] = {{"one", "player_daily_cache", DAY + 1, 190, 1500},
		{"other", "player_daily_cache", DAY + 2, 190, 1500}};
	assert_true(ledger_reconcile(ledger, proofs, 2, 9000, &result, &err));
	assert_int_equal(result.runs, 1);
	assert_int_equal(result.proved, 1);
	assert_int_equal(result.killed, 1);
	struct ledger_run run = only_run(ledger);
	assert_int_equal(run.outcome, LEDGER_LOST);
	assert_int_equal(run.ended_ms, 9000);
	assert_int_equal(run.done, 2);
	assert_int_equal(run.left, 3);
	struct ledger_attempts attempts = newest(ledger);
	assert_int_equal(attempts.count, 3);
	assert_int_equal(attempts.items[1].state, LEDGER_DATE_SUCCEEDED);
	assert_int_equal(attempts.items[1].rows, 190);
	assert_int_equal(attempts.items[2].state, LEDGER_DATE_KILLED);
	free(attempts.items);

	assert_true(ledger_reconcile(ledger, proofs, 2, 9999, &result, &err));
	assert_int_equal(result.runs + result.proved + result.killed, 0);
	assert_int_equal(only_run(ledger).ended_ms, 9000);
	ledger_close(ledger);
	free(folder);
}

static void a_run_whose_every_date_is_proved_is_still_lost(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct ledger *ledger = open_ledger(folder);
	struct error err;
	struct ledger_reconciled result;
	struct ledger_proof proofs[5];
	begin_run(ledger, "one", 500);
	for (int i = 0; i < 5; i++)
		proofs[i] = (struct ledger_proof){"one", "player_daily_cache", DAY + i, 10, 700};
	assert_true(ledger_reconcile(ledger, proofs, 5, 9000, &result, &err));
	assert_int_equal(result.proved, 5);
	struct ledger_run run = only_run(ledger);
	assert_int_equal(run.outcome, LEDGER_LOST);
	assert_int_equal(run.done, 5);
	assert_int_equal(run.left, 0);
	ledger_close(ledger);
	free(folder);
}

static void events_come_newest_first(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct ledger *ledger = open_ledger(folder);
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
	struct ledger *ledger = open_ledger(folder);
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
	ledger = open_ledger(folder);
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

static void an_older_file_is_copied_before_it_is_brought_up_to_date(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct error err;
	struct ledger *ledger = open_ledger(folder);
	begin_run(ledger, "one", 500);
	ledger_close(ledger);
	const struct ledger_step steps[] = {
		ledger_steps[0], ledger_steps[1], {"ALTER TABLE runs ADD COLUMN host TEXT"}};
	/* A reader of tomorrow does not change the file; a writer of tomorrow does. */
	assert_false(ledger_open_with(folder, LEDGER_READ, steps, 3, &ledger, &err));
	assert_true(ledger_open_with(folder, LEDGER_WRITE, steps, 3, &ledger, &err));
	assert_true(ledger_run_sql(ledger, "UPDATE runs SET host = 'here'", &err));
	assert_string_equal(only_run(ledger).id, "one");
	ledger_close(ledger);
	assert_false(ledger_open(folder, LEDGER_WRITE, &ledger, &err));
	assert_non_null(strstr(err.text, "newer"));

	char *backup = path_join(folder, "ledger.db.v2.bak");
	char *path = path_join(folder, "ledger.db");
	assert_true(path_exists(backup));
	assert_int_equal(rename(backup, path), 0);
	char *journal = memory_format("%s-wal", path);
	unlink(journal);
	ledger = open_ledger(folder);
	assert_string_equal(only_run(ledger).id, "one");
	ledger_close(ledger);
	free(journal);
	free(path);
	free(backup);
	free(folder);
}

static void a_failed_step_leaves_the_older_file_as_it_was(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct error err;
	struct ledger *ledger = open_ledger(folder);
	begin_run(ledger, "one", 500);
	ledger_close(ledger);
	const struct ledger_step steps[] = {ledger_steps[0], ledger_steps[1],
		{"ALTER TABLE runs ADD COLUMN host TEXT"}, {"this is no statement"}};
	assert_false(ledger_open_with(folder, LEDGER_WRITE, steps, 4, &ledger, &err));
	ledger = open_ledger(folder);
	assert_string_equal(only_run(ledger).id, "one");
	assert_false(ledger_run_sql(ledger, "SELECT host FROM runs", &err));
	ledger_close(ledger);
	free(folder);
}

static void a_ledger_from_before_excuses_is_copied_and_can_then_excuse(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct ledger *ledger;
	struct error err;
	struct ledger_excuses list;
	assert_true(ledger_open_with(folder, LEDGER_WRITE, ledger_steps, 1, &ledger, &err));
	begin_run(ledger, "one", 500);
	assert_false(ledger_read_excuses(ledger, around, &list, &err));
	ledger_close(ledger);
	ledger = open_ledger(folder);
	struct ledger_excuse excuse = {.table = "player_daily_cache", .until = DATE_NONE};
	struct date_set dates = {0};
	date_set_add(&dates, (struct date_range){DAY, DAY});
	assert_true(ledger_excuse(ledger, &excuse, &dates, &err));
	assert_string_equal(only_run(ledger).id, "one");
	ledger_close(ledger);
	char *backup = path_join(folder, "ledger.db.v1.bak");
	assert_true(path_exists(backup));
	date_set_release(&dates);
	free(backup);
	free(folder);
}

static struct ledger_excuses read_excuses(struct ledger *ledger)
{
	struct ledger_excuses list = {0};
	struct error err;
	if (!ledger_read_excuses(ledger, around, &list, &err))
		fail_msg("%s", err.text);
	return list;
}

static void excuses_are_replaced_and_taken_back_by_date(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct ledger *ledger = open_ledger(folder);
	struct error err;
	struct date_set dates = {0}, one = {0};
	struct ledger_excuse excuse = {.table = "player_daily_cache",
		.until = DATE_NONE,
		.reason = "no source",
		.author = "naji@host",
		.made_ms = 77};
	date_set_add(&dates, (struct date_range){DAY, DAY + 2});
	date_set_add(&dates, (struct date_range){around.last + 1, around.last + 1});
	date_set_add(&one, (struct date_range){DAY + 1, DAY + 1});
	assert_true(ledger_excuse(ledger, &excuse, &dates, &err));
	text_copy(excuse.reason, sizeof(excuse.reason), "postponed");
	excuse.until = DAY + 30;
	assert_true(ledger_excuse(ledger, &excuse, &one, &err));
	ledger_close(ledger);

	ledger = open_ledger(folder);
	struct ledger_excuses list = read_excuses(ledger);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.items[0].reason, "no source");
	assert_int_equal(list.items[0].until, DATE_NONE);
	assert_int_equal(list.items[1].date, DAY + 1);
	assert_int_equal(list.items[1].until, DAY + 30);
	assert_string_equal(list.items[1].reason, "postponed");
	assert_string_equal(list.items[1].author, "naji@host");
	assert_int_equal(list.items[1].made_ms, 77);
	free(list.items);

	int64_t taken = -1;
	text_copy(excuse.table, sizeof(excuse.table), "another");
	assert_true(ledger_take_back(ledger, &excuse, &dates, &taken, &err));
	assert_int_equal(taken, 0);
	text_copy(excuse.table, sizeof(excuse.table), "player_daily_cache");
	assert_true(ledger_take_back(ledger, &excuse, &one, &taken, &err));
	assert_int_equal(taken, 1);
	list = read_excuses(ledger);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.items[1].date, DAY + 2);
	free(list.items);
	struct ledger_events events;
	assert_true(ledger_newest_events(ledger, 10, &events, &err));
	assert_int_equal(events.count, 3); /* two excuses and one that was taken back */
	assert_string_equal(events.items[0].text, "no longer excused (naji@host) 2021-11-17");
	free(events.items);
	date_set_release(&dates);
	date_set_release(&one);
	ledger_close(ledger);
	free(folder);
}

static void more_excuses_than_there_may_be_are_refused_whole(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct ledger *ledger = open_ledger(folder);
	struct error err;
	struct date_set dates = {0};
	struct ledger_excuse excuse = {.table = "player_daily_cache", .until = DATE_NONE};
	char sql[512];
	snprintf(sql, sizeof(sql),
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
		" INSERT INTO excuses SELECT 'other', i, NULL, '', '', 0 FROM n",
		LEDGER_EXCUSES_MAX - 2);
	assert_true(ledger_run_sql(ledger, sql, &err));
	date_set_add(&dates, (struct date_range){DAY, DAY + 2});
	assert_false(ledger_excuse(ledger, &excuse, &dates, &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	struct ledger_excuses list = read_excuses(ledger);
	assert_int_equal(list.count, 0);
	date_set_remove(&dates, (struct date_range){DAY, DAY});
	assert_true(ledger_excuse(ledger, &excuse, &dates, &err));
	list = read_excuses(ledger);
	assert_int_equal(list.count, 2);
	free(list.items);
	date_set_release(&dates);
	ledger_close(ledger);
	free(folder);
}

static void a_missing_foreign_or_damaged_file_is_refused_by_name(void **state)
{
	(void)state;
	char *folder = test_folder();
	char *path = path_join(folder, "ledger.db");
	struct ledger *ledger;
	struct error err;
	assert_false(ledger_open(folder, LEDGER_READ, &ledger, &err));
	assert_non_null(strstr(err.text, path));
	assert_false(path_exists(path));
	sqlite3 *theirs;
	assert_int_equal(sqlite3_open(path, &theirs), SQLITE_OK);
	sqlite3_exec(theirs, "CREATE TABLE notes(words)", NULL, NULL, NULL);
	sqlite3_close(theirs);
	assert_false(ledger_open(folder, LEDGER_WRITE, &ledger, &err));
	assert_non_null(strstr(err.text, "not made by backcourt"));
	assert_true(path_write_file(
		path, "not a database at all, but long enough to be read", 50, &err));
	assert_false(ledger_open(folder, LEDGER_WRITE, &ledger, &err));
	assert_int_equal(err.kind, ERROR_WAREHOUSE);
	assert_non_null(strstr(err.text, path));
	free(path);
	free(folder);
}

static void a_reader_reads_beside_a_writer_and_cannot_write(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct ledger *writer = open_ledger(folder);
	struct ledger *reader;
	struct error err;
	begin_run(writer, "one", 500);
	assert_true(ledger_open(folder, LEDGER_READ, &reader, &err));
	assert_true(record(writer, "one", DAY, LEDGER_DATE_RUNNING, &err));
	struct ledger_attempts attempts = newest(reader);
	assert_int_equal(attempts.count, 1);
	free(attempts.items);
	assert_false(record(reader, "one", DAY, LEDGER_DATE_FAILED, &err));
	ledger_close(reader);
	ledger_close(writer);
	free(folder);
}

static void several_connections_write_at_the_same_time(void **state)
{
	(void)state;
	enum { WRITERS = 4, DATES = 40 };
	char *folder = test_folder();
	struct ledger *ledger = open_ledger(folder);
	pid_t children[WRITERS];
	for (int i = 0; i < WRITERS; i++) {
		char id[8];
		snprintf(id, sizeof(id), "run%d", i);
		children[i] = fork();
		if (children[i] != 0)
			continue;
		struct error err;
		bool done = true;
		struct ledger *own = open_ledger(folder);
		begin_run(own, id, i);
		for (int day = 0; done && day < DATES; day++)
			done = record(own, id, DAY + day, LEDGER_DATE_SUCCEEDED, &err);
		ledger_close(own);
		_exit(done ? 0 : 1);
	}
	for (int i = 0; i < WRITERS; i++) {
		int status;
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	sqlite3_stmt *statement;
	struct error err;
	assert_true(ledger_prepare(ledger, "SELECT count(*) FROM attempts", &statement, &err));
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int64(statement, 0), WRITERS * DATES);
	sqlite3_finalize(statement);
	ledger_close(ledger);
	free(folder);
}

#define OPENERS	      8
#define OPENER_ROUNDS 30

struct opener {
	const char *folder;
	pthread_barrier_t *start;
	bool opened;
	struct error err;
};

static void *open_once(void *argument)
{
	struct opener *opener = argument;
	struct ledger *ledger = NULL;
	pthread_barrier_wait(opener->start);
	opener->opened = ledger_open(opener->folder, LEDGER_WRITE, &ledger, &opener->err);
	if (opener->opened)
		ledger_close(ledger);
	return NULL;
}

static void workers_that_make_the_ledger_at_the_same_time_all_get_it(void **state)
{
	(void)state;
	for (int round = 0; round < OPENER_ROUNDS; round++) {
		char *folder = test_folder();
		struct opener openers[OPENERS];
		pthread_t threads[OPENERS];
		pthread_barrier_t start;
		pthread_barrier_init(&start, NULL, OPENERS);
		for (int i = 0; i < OPENERS; i++) {
			openers[i] = (struct opener){.folder = folder, .start = &start};
			assert_int_equal(
				pthread_create(&threads[i], NULL, open_once, &openers[i]), 0);
		}
		for (int i = 0; i < OPENERS; i++)
			pthread_join(threads[i], NULL);
		for (int i = 0; i < OPENERS; i++)
			if (!openers[i].opened)
				fail_msg("round %d: %s", round, openers[i].err.text);
		pthread_barrier_destroy(&start);
		free(folder);
	}
}

static int64_t patience_ms(struct ledger *ledger)
{
	sqlite3_stmt *statement;
	assert_int_equal(
		sqlite3_prepare_v2(ledger->database, "PRAGMA busy_timeout", -1, &statement, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	int64_t patience = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return patience;
}

/* A backfill records each date twice: it must not stand still ten seconds for each. */
static void a_ledger_that_somebody_holds_is_waited_for_once_and_then_only_shortly(void **state)
{
	(void)state;
	struct error err = {0};
	char *folder = test_folder();
	struct ledger *ledger = open_ledger(folder), *other = open_ledger(folder);
	begin_run(ledger, "r", 1000);
	assert_int_equal(patience_ms(ledger), LEDGER_BUSY_MS);
	sqlite3_busy_timeout(ledger->database, 1); /* the first wait: not in a test */
	assert_true(ledger_run_sql(other, "BEGIN IMMEDIATE", &err));
	assert_false(record(ledger, "r", DAY, LEDGER_DATE_RUNNING, &err));
	assert_non_null(strstr(err.text, "locked"));
	assert_int_equal(patience_ms(ledger), LEDGER_BUSY_AGAIN_MS);
	assert_false(record(ledger, "r", DAY, LEDGER_DATE_SUCCEEDED, &err));
	assert_int_equal(patience_ms(ledger), LEDGER_BUSY_AGAIN_MS);
	assert_true(ledger_commit_if(other, true, &err));
	assert_true(record(ledger, "r", DAY, LEDGER_DATE_SUCCEEDED, &err));
	assert_int_equal(patience_ms(ledger), LEDGER_BUSY_MS);
	ledger_close(other);
	ledger_close(ledger);
	free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(workers_that_make_the_ledger_at_the_same_time_all_get_it),
		cmocka_unit_test(a_run_and_its_dates_are_read_back_as_they_were_written),
		cmocka_unit_test(the_newest_attempt_of_a_date_counts),
		cmocka_unit_test(a_run_that_nobody_began_can_neither_end_nor_try_a_date),
		cmocka_unit_test(a_date_in_hand_at_the_end_of_its_run_was_killed),
		cmocka_unit_test(a_run_of_a_dead_console_is_lost_and_never_a_success),
		cmocka_unit_test(a_run_whose_every_date_is_proved_is_still_lost),
		cmocka_unit_test(events_come_newest_first),
		cmocka_unit_test(old_events_go_when_there_are_too_many),
		cmocka_unit_test(an_older_file_is_copied_before_it_is_brought_up_to_date),
		cmocka_unit_test(a_ledger_from_before_excuses_is_copied_and_can_then_excuse),
		cmocka_unit_test(excuses_are_replaced_and_taken_back_by_date),
		cmocka_unit_test(more_excuses_than_there_may_be_are_refused_whole),
		cmocka_unit_test(a_failed_step_leaves_the_older_file_as_it_was),
		cmocka_unit_test(a_missing_foreign_or_damaged_file_is_refused_by_name),
		cmocka_unit_test(a_reader_reads_beside_a_writer_and_cannot_write),
		cmocka_unit_test(several_connections_write_at_the_same_time),
		cmocka_unit_test(
			a_ledger_that_somebody_holds_is_waited_for_once_and_then_only_shortly),
	};
	return RUN(tests);
}
