/* The trail of who did what, the failure records, and when the engine reads them again. */
#include "tests/test.h"

#include "witness/audit.h"
#include "base/path.h"
#include "base/person.h"
#include "ledger/ledger.h"
#include "native/rules.h"
#include "tests/support/engine_lab.h"

#include <sys/stat.h>

#define FAILURES "nba_processing__precompute_failures"
#define ATTEMPTS "nba_orchestration__reprocess_attempts"

static struct engine_lab *open_lab(void)
{
	static struct engine_lab lab;
	engine_lab_open(&lab, &(struct engine_lab_options){.no_auto_launch = true});
	engine_lab_read(&lab, lab.pipeline->range);
	return &lab;
}

static void run_offense(struct engine_lab *lab)
{
	engine_start(lab->engine, lab->model, OFFENSE, DATE_NONE);
	engine_lab_until_idle(lab);
}

static struct audit *read_all(const struct engine_lab *lab)
{
	return audit_read(&(struct audit_request){.pipeline = lab->pipeline,
		.warehouse = lab->path,
		.state_folder = lab->folder,
		.range = lab->pipeline->range});
}

static const struct audit_line *line_with(const struct audit *audit, const char *text)
{
	for (size_t i = 0; i < audit->line_count; i++)
		if (strstr(audit->lines[i].text, text) != NULL)
			return &audit->lines[i];
	fail_msg("no line has \"%s\"", text);
	return NULL;
}

static void a_run_is_told_with_its_person_its_end_and_its_log(void **state)
{
	(void)state;
	struct engine_lab *lab = open_lab();
	char person[80];
	run_offense(lab);
	struct audit *audit = read_all(lab);
	person_find(person, sizeof(person));
	assert_int_equal(audit->line_count, 2);
	assert_string_equal(audit->ledger_trouble, "");
	const struct audit_line *start =
		line_with(audit, "run started: 20 dates of 2021-10-19..2021-11-07, native");
	const struct audit_line *end = line_with(audit, "run finished: 20 done");
	assert_string_equal(start->who, person);
	assert_int_equal(start->table, OFFENSE);
	assert_int_equal(end->severity, SEVERITY_GOOD);
	assert_true(end->at_ms >= start->at_ms);
	assert_non_null(strstr(end->log, "/logs/"));
	assert_ptr_equal(end, &audit->lines[0]); /* newest first */
	assert_true(audit->has_records);
	assert_int_equal(audit->try_count, 0);
	audit_free(audit);
	engine_lab_close(lab);
}

static void add_attempt(
	struct ledger *ledger, const char *run, date_t date, enum ledger_state state, int64_t at_ms)
{
	struct ledger_attempt attempt = {.date = date,
		.state = state,
		.rows = -1,
		.started_ms = at_ms,
		.ended_ms = at_ms + 1,
		.log_offset = 77};
	struct error err;
	text_copy(attempt.run, sizeof(attempt.run), run);
	text_copy(attempt.table, sizeof(attempt.table), "team_offense_game_summary");
	if (state == LEDGER_DATE_FAILED) {
		text_copy(attempt.category, sizeof(attempt.category), "PROCESSING_ERROR");
		text_copy(attempt.reason, sizeof(attempt.reason), "\033[31mred");
	}
	if (!ledger_record(ledger, &attempt, &err))
		fail_msg("%s", err.text);
}

static void add_run(struct ledger *ledger, const char *id, const char *table, int64_t at_ms)
{
	struct ledger_run run = {
		.range = {date_of(2021, 10, 19), date_of(2021, 10, 21)}, .started_ms = at_ms};
	struct error err;
	text_copy(run.id, sizeof(run.id), id);
	text_copy(run.table, sizeof(run.table), table);
	text_copy(run.executor, sizeof(run.executor), "native");
	text_copy(run.log_path, sizeof(run.log_path), "/logs/of/it.log");
	if (!ledger_run_begin(ledger, &run, &err))
		fail_msg("%s", err.text);
}

static void tries_are_counted_since_the_last_success(void **state)
{
	(void)state;
	struct engine_lab *lab = open_lab();
	struct ledger *ledger;
	struct error err;
	date_t day = lab->first;
	static const enum ledger_state tries[][4] = {
		{LEDGER_DATE_FAILED, LEDGER_DATE_FAILED, LEDGER_DATE_FAILED, LEDGER_DATE_FAILED},
		{LEDGER_DATE_FAILED, LEDGER_DATE_SUCCEEDED, LEDGER_DATE_FAILED, LEDGER_DATE_KILLED},
		{LEDGER_DATE_FAILED, LEDGER_DATE_FAILED, LEDGER_DATE_FAILED,
			LEDGER_DATE_SUCCEEDED}};
	assert_true(ledger_open(lab->folder, LEDGER_WRITE, &ledger, &err));
	for (int64_t round = 0; round < 4; round++) {
		char id[16];
		snprintf(id, sizeof(id), "r%d", (int)round);
		add_run(ledger, id, "team_offense_game_summary", 1000 * (round + 1));
		for (int i = 0; i < 3; i++)
			add_attempt(ledger, id, day + i, tries[i][round], 1000 * (round + 1) + i);
	}
	add_run(ledger, "old", "a_table_of_before", 500);
	ledger_close(ledger);
	struct audit *audit = read_all(lab);
	assert_int_equal(audit->try_count, 2);
	assert_int_equal(audit->tries[0].date, day);
	assert_int_equal(audit->tries[0].tries, 4);
	assert_int_equal(audit->tries[1].date, day + 1);
	assert_int_equal(audit->tries[1].tries, 1);
	const struct audit_line *line = line_with(audit, "failed: PROCESSING_ERROR: \033[31mred");
	assert_int_equal(line->log_offset, 77);
	assert_string_equal(line->log, "/logs/of/it.log");
	assert_int_equal(line->severity, SEVERITY_ERROR);
	assert_int_equal(line_with(audit, "a_table_of_before: run started")->table, -1);
	audit_free(audit);
	engine_lab_close(lab);
}

static void records_and_lock_outs_are_counted_by_date(void **state)
{
	(void)state;
	struct engine_lab *lab = open_lab();
	run_offense(lab);
	engine_lab_sql(lab, "INSERT INTO " FAILURES " VALUES"
			    "('t','r','2021-10-20','ann','INSUFFICIENT_DATA','Only 1',1,1),"
			    "('t','r','2021-10-20','bob','INSUFFICIENT_DATA','Only 2',1,1),"
			    "('t','r','2021-10-20','bob','INSUFFICIENT_DATA','Only 2',1,1),"
			    "('t','r','2021-10-20','cid','PROCESSING_ERROR',NULL,1,1),"
			    "('t','r','2022-01-01','out','PROCESSING_ERROR','of the range',1,1)");
	/* ann: twice; bob: locked; cid: was locked, it is over; dee: let in by hand; eve: once */
	engine_lab_sql(lab, "INSERT INTO " ATTEMPTS " VALUES"
			    "('t','ann','2021-10-20',1,1,0,'x',0,NULL,0,''),"
			    "('t','ann','2021-10-20',2,2,0,'x',0,NULL,0,''),"
			    "('t','bob','2021-10-20',3,3,0,'x',1,9000000000000,0,''),"
			    "('t','cid','2021-10-20',3,3,0,'x',1,5,0,''),"
			    "('t','dee','2021-10-20',3,3,0,'x',1,9000000000000,0,''),"
			    "('t','dee','2021-10-20',4,4,NULL,'x',0,NULL,1,''),"
			    "('t','eve','2021-10-20',1,1,0,'x',0,NULL,0,''),"
			    "('t','eve','2021-10-21',1,1,0,'x',0,NULL,0,'')");
	struct audit *audit = read_all(lab);
	assert_int_equal(audit->records.count, 2);
	assert_string_equal(audit->records.items[0].category, "INSUFFICIENT_DATA");
	assert_int_equal(audit->records.items[0].entities, 2);
	assert_string_equal(audit->records.items[0].reason, "Only 2");
	assert_int_equal(audit->records.items[1].entities, 1);
	assert_string_equal(audit->records.items[1].reason, "");
	assert_int_equal(audit->locks.count, 1);
	assert_int_equal(audit->locks.items[0].locked, 1);
	assert_int_equal(audit->locks.items[0].at_risk, 3); /* ann, cid, dee */
	assert_int_equal(audit->locks.items[0].until_ms, 9000000000000);
	audit_free(audit);
	engine_lab_close(lab);
}

static void what_cannot_be_asked_is_no_nothing(void **state)
{
	(void)state;
	struct engine_lab *lab = open_lab();
	struct error err;
	engine_lab_sql(lab, "DROP TABLE " ATTEMPTS);
	struct audit *audit = read_all(lab);
	assert_false(audit->has_records);
	assert_non_null(strstr(audit->records_trouble, "no such table"));
	assert_string_equal(audit->ledger_trouble, "");
	audit_free(audit);
	char *path = path_join(lab->folder, "ledger.db");
	assert_true(path_write_file(path, "this is no ledger", 17, &err));
	audit = read_all(lab);
	assert_non_null(strstr(audit->ledger_trouble, "ledger.db"));
	assert_int_equal(audit->line_count, 0);
	audit_free(audit);
	unlink(path);
	free(path);
	engine_lab_close(lab);
}

static void an_audit_without_records_keeps_those_of_before(void **state)
{
	(void)state;
	struct engine_lab *lab = open_lab();
	struct audit *before = read_all(lab);
	assert_true(before->has_records);
	struct audit_request bare = {.pipeline = lab->pipeline,
		.state_folder = lab->folder,
		.range = lab->pipeline->range};
	struct audit *audit = audit_read(&bare);
	assert_false(audit->has_records);
	audit_keep_records(audit, before);
	assert_true(audit->has_records);
	audit_free(before);
	audit_free(audit);
	engine_lab_close(lab);
}

static bool has_audit(const struct engine_lab *lab)
{
	return lab->seen_count[EVENT_AUDIT] > 0;
}

static void it_is_read_while_somebody_looks_and_never_else(void **state)
{
	(void)state;
	struct engine_lab *lab = open_lab();
	run_offense(lab);
	assert_int_equal(lab->seen_count[EVENT_AUDIT], 0);
	engine_watch_audit(lab->engine, true);
	engine_lab_until(lab, has_audit, "the audit");
	engine_watch_audit(lab->engine, true); /* it is looked at already */
	engine_lab_until_idle(lab);
	assert_int_equal(lab->seen_count[EVENT_AUDIT], 1);
	assert_true(lab->model->audit->has_records);
	size_t before = lab->model->audit->line_count;
	engine_start(lab->engine, lab->model, DEFENSE, DATE_NONE);
	engine_lab_until_idle(lab);
	assert_true(lab->seen_count[EVENT_AUDIT] > 1);
	assert_int_equal(lab->model->audit->line_count, before + 2); /* its start and its end */
	assert_true(lab->model->audit->has_records);
	int seen = lab->seen_count[EVENT_AUDIT];
	engine_watch_audit(lab->engine, false);
	engine_start(lab->engine, lab->model, CONTEXT, DATE_NONE);
	engine_lab_until_idle(lab);
	assert_int_equal(lab->seen_count[EVENT_AUDIT], seen);
	engine_watch_audit(lab->engine, true);
	engine_leave(lab->engine, LEAVE_AT_ONCE);
	engine_lab_until_idle(lab);
	engine_lab_close(lab);
}

static bool has_piece(const struct engine_lab *lab)
{
	return lab->model->log_piece != NULL || lab->model->log_piece_trouble[0] != '\0';
}

static void ask_for_log(struct engine_lab *lab, const char *path, int64_t offset)
{
	struct log_place *place = &lab->model->log_place;
	lab->model->view.dialog = DIALOG_LOG;
	lab->model->view.log_piece_generation++;
	log_piece_free(lab->model->log_piece);
	lab->model->log_piece = NULL;
	lab->model->log_piece_trouble[0] = '\0';
	text_copy(place->path, sizeof(place->path), path);
	place->offset = offset;
	engine_read_log(lab->engine, place, lab->model->view.log_piece_generation);
	engine_lab_until(lab, has_piece, "the log");
}

static void the_log_is_read_where_the_date_begins(void **state)
{
	(void)state;
	struct engine_lab *lab = open_lab();
	struct ledger *ledger;
	struct ledger_attempts attempts;
	struct ledger_run run;
	struct error err;
	bool found;
	run_offense(lab);
	assert_true(ledger_open(lab->folder, LEDGER_READ, &ledger, &err));
	assert_true(ledger_all_attempts(ledger, "team_offense_game_summary",
		(struct date_range){lab->first + 7, lab->first + 7}, 5, &attempts, &err));
	assert_int_equal(attempts.count, 1);
	assert_true(ledger_find_run(ledger, attempts.items[0].run, &run, &found, &err));
	assert_true(found);
	assert_true(ledger_find_run(ledger, "no such run", &run, &found, &err));
	assert_false(found);
	ledger_find_run(ledger, attempts.items[0].run, &run, &found, &err);
	ledger_close(ledger);
	ask_for_log(lab, run.log_path, attempts.items[0].log_offset);
	const struct log_window *piece = lab->model->log_piece;
	assert_true(piece->count > LOG_PIECE_BEFORE);
	assert_non_null(
		strstr(piece->items[LOG_PIECE_BEFORE].text, "Processing date 8/20: 2021-10-26"));
	ask_for_log(lab, run.log_path, -1);
	piece = lab->model->log_piece;
	assert_int_equal(piece->end, piece->file_bytes);
	assert_non_null(strstr(piece->items[piece->count - 1].text, "Days Processed: 20/20"));
	free(attempts.items);
	engine_lab_close(lab);
}

/* What is no file, or not there any more, is said; nobody waits for a pipe. */
static void a_log_that_is_none_is_said(void **state)
{
	(void)state;
	struct engine_lab *lab = open_lab();
	char *fifo = path_join(lab->folder, "pipe.log");
	assert_int_equal(mkfifo(fifo, 0600), 0);
	ask_for_log(lab, fifo, 0);
	assert_non_null(strstr(lab->model->log_piece_trouble, "is no log file"));
	ask_for_log(lab, "/nowhere/at.log", 0);
	assert_non_null(strstr(lab->model->log_piece_trouble, "/nowhere/at.log"));
	ask_for_log(lab, lab->folder, 0);
	assert_null(lab->model->log_piece);
	free(fifo);
	engine_lab_close(lab);
}

static void a_handoff_is_remembered(void **state)
{
	(void)state;
	struct engine_lab *lab = open_lab();
	run_offense(lab);
	char *folder = memory_copy_text(lab->folder);
	char before[4096];
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(folder), 0);
	engine_write_handoff(lab->engine, lab->pipeline->range);
	engine_lab_until_idle(lab);
	assert_int_equal(chdir(before), 0);
	struct audit *audit = read_all(lab);
	line_with(audit, "hand-off written (");
	audit_free(audit);
	free(folder);
	engine_lab_close(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_is_told_with_its_person_its_end_and_its_log),
		cmocka_unit_test(tries_are_counted_since_the_last_success),
		cmocka_unit_test(records_and_lock_outs_are_counted_by_date),
		cmocka_unit_test(what_cannot_be_asked_is_no_nothing),
		cmocka_unit_test(an_audit_without_records_keeps_those_of_before),
		cmocka_unit_test(it_is_read_while_somebody_looks_and_never_else),
		cmocka_unit_test(the_log_is_read_where_the_date_begins),
		cmocka_unit_test(a_log_that_is_none_is_said),
		cmocka_unit_test(a_handoff_is_remembered),
	};
	return RUN(tests);
}
