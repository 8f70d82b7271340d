/* What the warehouse and the ledger say about a range, and what is said where one is missing. */
#include "tests/test.h"

#include "base/lock.h"
#include "base/path.h"
#include "ledger/ledger.h"
#include "tests/support/engine_lab.h"
#include "witness/witnesses.h"

#include <linux/capability.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static struct witness_request request_of(const struct engine_lab *lab)
{
	return (struct witness_request){.pipeline = lab->pipeline,
		.warehouse = lab->path,
		.state_folder = lab->folder,
		.range = lab->pipeline->range};
}

static struct witnesses read_all(const struct witness_request *request)
{
	struct witnesses witnesses;
	struct error err;
	if (!witnesses_read(request, &witnesses, &err))
		fail_msg("%s", err.text);
	return witnesses;
}

static struct engine_lab open_lab(void)
{
	struct engine_lab lab;
	engine_lab_open(&lab, &(struct engine_lab_options){0});
	return lab;
}

static void run_everything(struct engine_lab *lab)
{
	engine_lab_read(lab, lab->pipeline->range);
	engine_start_all(lab->engine, lab->model);
	engine_lab_until_idle(lab);
}

static void no_warehouse_is_an_empty_schedule_unless_there_was_one(void **state)
{
	(void)state;
	struct engine_lab lab;
	struct error err;
	engine_lab_open(&lab, &(struct engine_lab_options){.no_warehouse = true});
	struct witness_request request = request_of(&lab);
	request.recount = true;
	struct witnesses witnesses = read_all(&request);
	assert_int_equal(witnesses.raw_days.first_game, DATE_NONE);
	assert_int_equal(witnesses.raw_days.count, 0);
	assert_int_equal(witnesses.receipts.count, 0);
	assert_int_equal(witnesses.attempt_count, 0);
	assert_false(witnesses.has_counts);
	witnesses_release(&witnesses);
	assert_false(path_exists(lab.path));
	request.must_exist = true;
	assert_false(witnesses_read(&request, &witnesses, &err));
	assert_int_equal(err.kind, ERROR_WAREHOUSE);
	engine_lab_close(&lab);
}

static void what_cannot_be_read_is_an_error_and_never_no_rows(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab();
	struct witness_request request = request_of(&lab);
	struct witnesses witnesses;
	struct error err;
	request.recount = true;
	engine_lab_sql(&lab, "DROP TABLE nba_analytics__team_offense_game_summary");
	assert_false(witnesses_read(&request, &witnesses, &err));
	assert_int_equal(err.kind, ERROR_WAREHOUSE);
	request.recount = false; /* receipts do not need the table */
	witnesses = read_all(&request);
	assert_int_equal(witnesses.raw_days.count, LAB_DAYS);
	witnesses_release(&witnesses);
	char *ledger = path_join(lab.folder, "ledger.db");
	assert_true(path_write_file(ledger, "this is no ledger", 17, &err));
	assert_false(witnesses_read(&request, &witnesses, &err));
	assert_non_null(strstr(err.text, "ledger.db"));
	request.state_folder = NULL; /* a ledger that nobody asks does no harm */
	witnesses = read_all(&request);
	witnesses_release(&witnesses);
	unlink(ledger);
	free(ledger);
	engine_lab_close(&lab);
}

static void a_recount_counts_the_rows_and_a_refresh_believes_the_receipts(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab();
	struct witness_request request = request_of(&lab);
	run_everything(&lab);
	engine_lab_sql(&lab, "DELETE FROM nba_analytics__team_offense_game_summary"
			     " WHERE game_date = '2021-10-20'");
	struct witnesses witnesses = read_all(&request);
	assert_int_equal(witnesses.receipts.count, LAB_TABLES * LAB_DAYS);
	assert_int_equal(witnesses.attempt_count, LAB_TABLES * LAB_DAYS);
	assert_false(witnesses.has_counts);
	witnesses_release(&witnesses);
	request.recount = true;
	witnesses = read_all(&request);
	assert_true(witnesses.has_counts);
	assert_int_equal(witnesses.counts.count, LAB_TABLES * LAB_DAYS - 1);
	struct calendar *calendar;
	struct coverage *coverage = witnesses_judge(
		&witnesses, lab.pipeline, lab.pipeline->range, 1700000000000, &calendar);
	assert_int_equal(coverage_cell(coverage, OFFENSE, lab.first + 1)->verdict, VERDICT_EMPTY);
	assert_int_equal(
		coverage_cell(coverage, OFFENSE, lab.first + 2)->verdict, VERDICT_COMPLETE);
	coverage_free(coverage);
	calendar_free(calendar);
	witnesses_release(&witnesses);
	engine_lab_close(&lab);
}

static struct ledger *open_ledger(const struct engine_lab *lab)
{
	struct ledger *ledger;
	struct error err;
	if (!ledger_open(lab->folder, LEDGER_WRITE, &ledger, &err))
		fail_msg("%s", err.text);
	return ledger;
}

static void begin_run(struct ledger *ledger, const struct engine_lab *lab, const char *id)
{
	struct error err;
	struct ledger_run run = {.table = "team_offense_game_summary",
		.executor = "native",
		.range = lab->pipeline->range,
		.planned = LAB_DAYS,
		.started_ms = 1000};
	text_copy(run.id, sizeof(run.id), id);
	if (!ledger_run_begin(ledger, &run, &err))
		fail_msg("%s", err.text);
}

static void record(struct ledger *ledger, const char *run, date_t date, enum ledger_state state)
{
	struct error err;
	struct ledger_attempt attempt = {.table = "team_offense_game_summary",
		.date = date,
		.state = state,
		.rows = -1,
		.started_ms = 1000,
		.ended_ms = state == LEDGER_DATE_RUNNING ? 0 : 2000};
	text_copy(attempt.run, sizeof(attempt.run), run);
	if (!ledger_record(ledger, &attempt, &err))
		fail_msg("%s", err.text);
}

static enum attempt_state only_attempt(const struct witness_request *request)
{
	struct witnesses witnesses = read_all(request);
	assert_int_equal(witnesses.attempt_count, 1);
	enum attempt_state attempt = witnesses.attempts[0].state;
	witnesses_release(&witnesses);
	return attempt;
}

static void what_the_ledger_calls_running_is_so_while_somebody_owns_the_folder(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab();
	struct witness_request request = request_of(&lab);
	struct ledger *ledger = open_ledger(&lab);
	struct lock *lock;
	struct error err;
	begin_run(ledger, &lab, "one");
	record(ledger, "one", lab.first, LEDGER_DATE_RUNNING);
	assert_true(lock_take(lab.folder, &lock, NULL, &err));
	assert_int_equal(only_attempt(&request), ATTEMPT_RUNNING);
	lock_free(lock);
	assert_int_equal(only_attempt(&request), ATTEMPT_KILLED);
	ledger_close(ledger);
	engine_lab_close(&lab);
}

static void what_a_dead_console_left_is_settled_once_from_the_receipts(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab();
	struct witness_request request = request_of(&lab);
	struct error err;
	int64_t lost = 7;
	assert_true(witnesses_reconcile(lab.path, lab.folder, &lost, &err)); /* no ledger yet */
	assert_int_equal(lost, 0);
	struct ledger *ledger = open_ledger(&lab);
	begin_run(ledger, &lab, "dead");
	record(ledger, "dead", lab.first, LEDGER_DATE_RUNNING);
	ledger_close(ledger);
	assert_true(witnesses_reconcile(lab.path, lab.folder, &lost, &err));
	assert_int_equal(lost, 1);
	assert_int_equal(only_attempt(&request), ATTEMPT_KILLED);
	assert_true(witnesses_reconcile(lab.path, lab.folder, &lost, &err));
	assert_int_equal(lost, 0);
	engine_lab_sql(&lab, "DROP TABLE backcourt__receipts");
	ledger = open_ledger(&lab);
	begin_run(ledger, &lab, "dead too");
	ledger_close(ledger);
	assert_false(witnesses_reconcile(lab.path, lab.folder, &lost, &err));
	assert_int_equal(err.kind, ERROR_WAREHOUSE); /* unknown is not lost */
	engine_lab_close(&lab);
}

static void an_attempt_of_a_table_that_the_pipeline_no_longer_has_is_left_out(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab();
	struct witness_request request = request_of(&lab);
	struct ledger *ledger = open_ledger(&lab);
	begin_run(ledger, &lab, "one");
	record(ledger, "one", lab.first, LEDGER_DATE_FAILED);
	ledger_close(ledger);
	assert_int_equal(only_attempt(&request), ATTEMPT_FAILED);
	struct pipeline *other;
	struct error err;
	static const char json[] = "{\"version\": 1, \"name\": \"o\", \"tables\": [{\"name\": "
				   "\"a\", \"expect\": {\"per_game\": 1}}]}";
	if (!pipeline_parse(json, sizeof(json) - 1, "o", &other, &err))
		fail_msg("%s", err.text);
	request.pipeline = other;
	struct witnesses witnesses = read_all(&request);
	assert_int_equal(witnesses.attempt_count, 0);
	witnesses_release(&witnesses);
	pipeline_free(other);
	engine_lab_close(&lab);
}

struct reader {
	struct witness_request request;
	const struct engine_lab *lab;
	_Atomic bool is_over;
	int readings, rowless;
};

/* As `status` beside a run: no date may look as if it had succeeded without rows. */
static void *read_on(void *argument)
{
	struct reader *reader = argument;
	struct error err;
	while (!atomic_load(&reader->is_over)) {
		struct witnesses witnesses;
		if (!witnesses_read(&reader->request, &witnesses, &err))
			continue;
		for (size_t i = 0; i < witnesses.attempt_count; i++) {
			const struct cell_attempt *attempt = &witnesses.attempts[i];
			const char *name = reader->lab->pipeline->tables[attempt->table].name;
			if (attempt->state == ATTEMPT_SUCCEEDED &&
				receipts_find(&witnesses.receipts, name, attempt->date) == NULL)
				reader->rowless++;
		}
		reader->readings++;
		witnesses_release(&witnesses);
	}
	return NULL;
}

static void who_reads_beside_a_run_sees_no_success_without_rows(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab();
	struct reader reader = {.request = request_of(&lab), .lab = &lab};
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, read_on, &reader), 0);
	run_everything(&lab);
	atomic_store(&reader.is_over, true);
	pthread_join(thread, NULL);
	assert_int_equal(reader.rowless, 0);
	engine_lab_close(&lab);
}

/* The rights of a thread are its own: what it may not do the test still may. */
static void drop_rights(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
	(void)syscall(SYS_capset, &header, none);
}

struct outsider {
	struct witness_request request;
	bool may_write, has_read;
	size_t receipt_count, count_count, attempt_count;
	struct error err;
};

static void *look_without_rights(void *argument)
{
	struct outsider *outsider = argument;
	struct witnesses witnesses;
	drop_rights();
	outsider->may_write = access(outsider->request.warehouse, W_OK) == 0;
	outsider->has_read = witnesses_read(&outsider->request, &witnesses, &outsider->err);
	if (!outsider->has_read)
		return NULL;
	outsider->receipt_count = witnesses.receipts.count;
	outsider->count_count = witnesses.counts.count;
	outsider->attempt_count = witnesses.attempt_count;
	witnesses_release(&witnesses);
	return NULL;
}

static void who_may_not_write_reads_all_the_same(void **state)
{
	(void)state;
	struct engine_lab lab = open_lab();
	struct outsider outsider = {.request = request_of(&lab)};
	pthread_t thread;
	run_everything(&lab);
	outsider.request.recount = true;
	char *ledger = path_join(lab.folder, "ledger.db");
	assert_int_equal(chmod(lab.path, 0444), 0);
	assert_int_equal(chmod(ledger, 0444), 0);
	assert_int_equal(chmod(lab.folder, 0555), 0);
	assert_int_equal(pthread_create(&thread, NULL, look_without_rights, &outsider), 0);
	pthread_join(thread, NULL);
	assert_int_equal(chmod(lab.folder, 0755), 0);
	assert_int_equal(chmod(ledger, 0644), 0);
	assert_int_equal(chmod(lab.path, 0644), 0);
	assert_false(outsider.may_write);
	if (!outsider.has_read)
		fail_msg("%s", outsider.err.text);
	assert_int_equal(outsider.receipt_count, LAB_TABLES * LAB_DAYS);
	assert_int_equal(outsider.count_count, LAB_TABLES * LAB_DAYS);
	assert_int_equal(outsider.attempt_count, LAB_TABLES * LAB_DAYS);
	free(ledger);
	engine_lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_warehouse_is_an_empty_schedule_unless_there_was_one),
		cmocka_unit_test(what_cannot_be_read_is_an_error_and_never_no_rows),
		cmocka_unit_test(a_recount_counts_the_rows_and_a_refresh_believes_the_receipts),
		cmocka_unit_test(
			what_the_ledger_calls_running_is_so_while_somebody_owns_the_folder),
		cmocka_unit_test(what_a_dead_console_left_is_settled_once_from_the_receipts),
		cmocka_unit_test(an_attempt_of_a_table_that_the_pipeline_no_longer_has_is_left_out),
		cmocka_unit_test(who_may_not_write_reads_all_the_same),
		cmocka_unit_test(who_reads_beside_a_run_sees_no_success_without_rows),
	};
	return RUN(tests);
}
