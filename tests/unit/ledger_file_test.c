/* The file of the ledger: how it is made, brought up to date, refused, and shared. */
#include "tests/support/book.h"
#include "tests/test.h"

#include "base/path.h"
#include "core/ledger/ledger_parts.h"

#include <pthread.h>
#include <sys/wait.h>

static void an_older_file_is_copied_before_it_is_brought_up_to_date(void **state)
{
	(void)state;
	char *folder = test_folder();
	struct error err;
	struct ledger *ledger = book_open(folder);
	book_begin(ledger, "one", 500);
	ledger_close(ledger);
	const struct ledger_step steps[] = {
		ledger_steps[0], ledger_steps[1], {"ALTER TABLE runs ADD COLUMN host TEXT"}};
	/* A reader of tomorrow does not change the file; a writer of tomorrow does. */
	assert_false(ledger_open_with(folder, LEDGER_READ, steps, 3, &ledger, &err));
	assert_true(ledger_open_with(folder, LEDGER_WRITE, steps, 3, &ledger, &err));
	assert_true(ledger_run_sql(ledger, "UPDATE runs SET host = 'here'", &err));
	assert_string_equal(book_only_run(ledger).id, "one");
	ledger_close(ledger);
	assert_false(ledger_open(folder, LEDGER_WRITE, &ledger, &err));
	assert_non_null(strstr(err.text, "newer"));

	char *backup = path_join(folder, "ledger.db.v2.bak");
	char *path = path_join(folder, "ledger.db");
	assert_true(path_exists(backup));
	assert_int_equal(rename(backup, path), 0);
	char *journal = memory_format("%s-wal", path);
	unlink(journal);
	ledger = book_open(folder);
	assert_string_equal(book_only_run(ledger).id, "one");
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
	struct ledger *ledger = book_open(folder);
	book_begin(ledger, "one", 500);
	ledger_close(ledger);
	const struct ledger_step steps[] = {ledger_steps[0], ledger_steps[1],
		{"ALTER TABLE runs ADD COLUMN host TEXT"}, {"this is no statement"}};
	assert_false(ledger_open_with(folder, LEDGER_WRITE, steps, 4, &ledger, &err));
	ledger = book_open(folder);
	assert_string_equal(book_only_run(ledger).id, "one");
	assert_false(ledger_run_sql(ledger, "SELECT host FROM runs", &err));
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
	struct ledger *writer = book_open(folder);
	struct ledger *reader;
	struct error err;
	book_begin(writer, "one", 500);
	assert_true(ledger_open(folder, LEDGER_READ, &reader, &err));
	assert_true(book_record(writer, "one", DAY, LEDGER_DATE_RUNNING, &err));
	struct ledger_attempts attempts = book_newest(reader);
	assert_int_equal(attempts.count, 1);
	free(attempts.items);
	assert_false(book_record(reader, "one", DAY, LEDGER_DATE_FAILED, &err));
	ledger_close(reader);
	ledger_close(writer);
	free(folder);
}

static void several_connections_write_at_the_same_time(void **state)
{
	(void)state;
	enum { WRITERS = 4, DATES = 40 };
	char *folder = test_folder();
	struct ledger *ledger = book_open(folder);
	pid_t children[WRITERS];
	for (int i = 0; i < WRITERS; i++) {
		char id[8];
		snprintf(id, sizeof(id), "run%d", i);
		children[i] = fork();
		if (children[i] != 0)
			continue;
		struct error err;
		bool done = true;
		struct ledger *own = book_open(folder);
		book_begin(own, id, i);
		for (int day = 0; done && day < DATES; day++)
			done = book_record(own, id, DAY + day, LEDGER_DATE_SUCCEEDED, &err);
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
	struct ledger *ledger = book_open(folder), *other = book_open(folder);
	book_begin(ledger, "r", 1000);
	assert_int_equal(patience_ms(ledger), LEDGER_BUSY_MS);
	sqlite3_busy_timeout(ledger->database, 1); /* the first wait: not in a test */
	assert_true(ledger_run_sql(other, "BEGIN IMMEDIATE", &err));
	assert_false(book_record(ledger, "r", DAY, LEDGER_DATE_RUNNING, &err));
	assert_non_null(strstr(err.text, "locked"));
	assert_int_equal(patience_ms(ledger), LEDGER_BUSY_AGAIN_MS);
	assert_false(book_record(ledger, "r", DAY, LEDGER_DATE_SUCCEEDED, &err));
	assert_int_equal(patience_ms(ledger), LEDGER_BUSY_AGAIN_MS);
	assert_true(ledger_commit_if(other, true, &err));
	assert_true(book_record(ledger, "r", DAY, LEDGER_DATE_SUCCEEDED, &err));
	assert_int_equal(patience_ms(ledger), LEDGER_BUSY_MS);
	ledger_close(other);
	ledger_close(ledger);
	free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(workers_that_make_the_ledger_at_the_same_time_all_get_it),
		cmocka_unit_test(an_older_file_is_copied_before_it_is_brought_up_to_date),
		cmocka_unit_test(a_failed_step_leaves_the_older_file_as_it_was),
		cmocka_unit_test(a_missing_foreign_or_damaged_file_is_refused_by_name),
		cmocka_unit_test(a_reader_reads_beside_a_writer_and_cannot_write),
		cmocka_unit_test(several_connections_write_at_the_same_time),
		cmocka_unit_test(
			a_ledger_that_somebody_holds_is_waited_for_once_and_then_only_shortly),
	};
	return RUN(tests);
}
