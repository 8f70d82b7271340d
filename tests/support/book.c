#include "tests/support/book.h"

#include "tests/test.h"

const struct date_range book_around = {DAY - 10, DAY + 10};

struct ledger *book_open(const char *folder)
{
	struct ledger *ledger = NULL;
	struct error err = {0};
	if (!ledger_open(folder, LEDGER_WRITE, &ledger, &err))
		fail_msg("%s", err.text);
	return ledger;
}

struct ledger_run book_begin(struct ledger *ledger, const char *id, int64_t started_ms)
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

bool book_record(struct ledger *ledger, const char *run, date_t date, enum ledger_state state,
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

struct ledger_attempts book_newest(struct ledger *ledger)
{
	struct ledger_attempts attempts = {0};
	struct error err = {0};
	if (!ledger_newest_attempts(ledger, book_around, &attempts, &err))
		fail_msg("%s", err.text);
	return attempts;
}

struct ledger_run book_only_run(struct ledger *ledger)
{
	struct ledger_runs runs = {0};
	struct error err;
	assert_true(ledger_newest_runs(ledger, NULL, 10, &runs, &err));
	assert_int_equal(runs.count, 1);
	struct ledger_run run = runs.items[0];
	free(runs.items);
	return run;
}
