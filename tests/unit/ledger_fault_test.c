/* Every read, write and allocation of the ledger fails once, and once for good (sweep.h). */
#include "tests/test.h"

#include "base/path.h"
#include "core/ledger/ledger_parts.h"
#include "tests/support/faulty_sqlite.h"
#include "tests/support/sweep.h"

#include <inttypes.h>

#define DAY 18947

static const struct date_range around = {DAY - 10, DAY + 10};

static bool begin(struct ledger *ledger, const char *id, struct error *err)
{
	struct ledger_run run = {.table = "player_daily_cache",
		.executor = "native",
		.range = {DAY, DAY + 4},
		.planned = 5,
		.started_ms = 500,
		.log_path = "runs/one/log"};
	text_copy(run.id, sizeof(run.id), id);
	return ledger_run_begin(ledger, &run, err);
}

static bool record(struct ledger *ledger, date_t date, enum ledger_state state, struct error *err)
{
	struct ledger_attempt attempt = {.run = "one",
		.table = "player_daily_cache",
		.date = date,
		.state = state,
		.rows = -1,
		.started_ms = 1000,
		.log_offset = 77};
	return ledger_record(ledger, &attempt, err);
}

static bool add_event(struct ledger *ledger, const char *words, struct error *err)
{
	struct ledger_event event = {.at_ms = 1, .severity = 'I', .date = DAY};
	text_copy(event.kind, sizeof(event.kind), "start");
	text_copy(event.text, sizeof(event.text), words);
	return ledger_add_event(ledger, &event, err);
}

static void filled(const char *folder)
{
	struct ledger *ledger;
	struct error err = {0};
	if (!ledger_open(folder, LEDGER_WRITE, &ledger, &err) || !begin(ledger, "one", &err) ||
		!record(ledger, DAY, LEDGER_DATE_FAILED, &err) ||
		!record(ledger, DAY + 1, LEDGER_DATE_RUNNING, &err) ||
		!add_event(ledger, "first", &err))
		fail_msg("%s", err.text);
	ledger_close(ledger);
}

typedef bool (*ledger_act)(struct ledger *ledger, struct buffer *said, struct error *err);

static bool act_on(const char *folder, enum ledger_mode mode, ledger_act act, struct buffer *said,
	struct error *err)
{
	struct ledger *ledger;
	if (!ledger_open(folder, mode, &ledger, err))
		return false;
	bool done = act(ledger, said, err);
	ledger_close(ledger);
	return done;
}

static bool nothing(struct ledger *ledger, struct buffer *said, struct error *err)
{
	(void)ledger;
	(void)err;
	buffer_add_text(said, "open");
	return true;
}

static bool begin_second(struct ledger *ledger, struct buffer *said, struct error *err)
{
	(void)said;
	return begin(ledger, "two", err);
}

static bool record_date(struct ledger *ledger, struct buffer *said, struct error *err)
{
	(void)said;
	return record(ledger, DAY + 2, LEDGER_DATE_SUCCEEDED, err);
}

/* A date that was running is closed with its run: both, or neither. */
static bool end_run(struct ledger *ledger, struct buffer *said, struct error *err)
{
	(void)said;
	struct ledger_run run = {
		.id = "one", .outcome = RUN_STOPPED, .ended_ms = 900, .done = 1, .failed = 1};
	return ledger_run_end(ledger, &run, err);
}

static bool add_second_event(struct ledger *ledger, struct buffer *said, struct error *err)
{
	(void)said;
	return add_event(ledger, "second", err);
}

static bool reconcile(struct ledger *ledger, struct buffer *said, struct error *err)
{
	const struct ledger_proof proof = {
		.run = "one", .table = "player_daily_cache", .date = DAY, .rows = 7, .at_ms = 600};
	struct ledger_reconciled result;
	if (!ledger_reconcile(ledger, &proof, 1, 2000, &result, err))
		return false;
	buffer_add_format(said, "%" PRId64 " %" PRId64 " %" PRId64, result.runs, result.proved,
		result.killed);
	return true;
}

static bool read_attempts(struct ledger *ledger, struct buffer *said, struct error *err)
{
	struct ledger_attempts attempts = {0};
	if (!ledger_newest_attempts(ledger, around, &attempts, err))
		return false;
	for (size_t i = 0; i < attempts.count; i++)
		buffer_add_format(
			said, "%d %d\n", (int)attempts.items[i].date, (int)attempts.items[i].state);
	free(attempts.items);
	return true;
}

static bool read_runs(struct ledger *ledger, struct buffer *said, struct error *err)
{
	struct ledger_runs runs = {0};
	if (!ledger_newest_runs(ledger, "player_daily_cache", 10, &runs, err))
		return false;
	for (size_t i = 0; i < runs.count; i++)
		buffer_add_format(said, "%s %d\n", runs.items[i].id, (int)runs.items[i].outcome);
	free(runs.items);
	return true;
}

static bool read_events(struct ledger *ledger, struct buffer *said, struct error *err)
{
	struct ledger_events events = {0};
	if (!ledger_newest_events(ledger, 10, &events, err))
		return false;
	for (size_t i = 0; i < events.count; i++)
		buffer_add_format(said, "%s %c\n", events.items[i].text, events.items[i].severity);
	free(events.items);
	return true;
}

static bool excuse_dates(struct ledger *ledger, struct buffer *said, struct error *err)
{
	struct ledger_excuse excuse = {
		.table = "player_daily_cache", .until = DATE_NONE, .reason = "no source"};
	struct date_set dates = {0};
	date_set_add(&dates, (struct date_range){DAY, DAY + 1});
	(void)said;
	bool done = ledger_excuse(ledger, &excuse, &dates, err);
	date_set_release(&dates);
	return done;
}

static bool take_back(struct ledger *ledger, struct buffer *said, struct error *err)
{
	struct ledger_excuse excuse = {.table = "player_daily_cache"};
	struct date_set dates = {0};
	int64_t taken = -1;
	date_set_add(&dates, (struct date_range){DAY, DAY});
	bool done = ledger_take_back(ledger, &excuse, &dates, &taken, err);
	date_set_release(&dates);
	if (done)
		buffer_add_format(said, "%lld", (long long)taken);
	return done;
}

static bool read_excuses(struct ledger *ledger, struct buffer *said, struct error *err)
{
	struct ledger_excuses excuses = {0};
	if (!ledger_read_excuses(ledger, around, &excuses, err))
		return false;
	for (size_t i = 0; i < excuses.count; i++)
		buffer_add_format(said, "%d %s;", excuses.items[i].date, excuses.items[i].reason);
	free(excuses.items);
	return true;
}

static void excused(const char *folder)
{
	struct error err;
	filled(folder);
	if (!act_on(folder, LEDGER_WRITE, excuse_dates, NULL, &err))
		fail_msg("%s", err.text);
}

static bool act_bringing_up_to_date(const char *folder, struct buffer *said, struct error *err)
{
	const struct ledger_step steps[] = {ledger_steps[0], ledger_steps[1],
		{"ALTER TABLE runs ADD COLUMN host TEXT DEFAULT 'here'"}};
	struct ledger *ledger;
	if (!ledger_open_with(folder, LEDGER_WRITE, steps, ARRAY_COUNT(steps), &ledger, err))
		return false;
	ledger_close(ledger);
	buffer_add_text(said, "up to date");
	return true;
}

static void bringing_up_to_date_survives_every_failure(void **state)
{
	(void)state;
	sweep_run("ledger.db", &(struct sweep_act){"bringing up to date", filled,
				       act_bringing_up_to_date, .in_steps = true});
}

/* X(what is swept, what is there before, mode, what is done) */
#define ACT_LIST(X)                                         \
	X(creating, NULL, WRITE, nothing)                   \
	X(opening_again, filled, WRITE, nothing)            \
	X(beginning_a_run, filled, WRITE, begin_second)     \
	X(recording_a_date, filled, WRITE, record_date)     \
	X(ending_a_run, filled, WRITE, end_run)             \
	X(adding_an_event, filled, WRITE, add_second_event) \
	X(excusing, filled, WRITE, excuse_dates)            \
	X(taking_back, excused, WRITE, take_back)           \
	X(reading_excuses, excused, READ, read_excuses)     \
	X(reconciling, filled, WRITE, reconcile)            \
	X(reading_attempts, filled, READ, read_attempts)    \
	X(reading_runs, filled, READ, read_runs)            \
	X(reading_events, filled, READ, read_events)

#define X(name, before, mode, act)                                                         \
	static bool act_##name(const char *folder, struct buffer *said, struct error *err) \
	{                                                                                  \
		return act_on(folder, LEDGER_##mode, act, said, err);                      \
	}                                                                                  \
	static void name##_survives_every_failure(void **state)                            \
	{                                                                                  \
		(void)state;                                                               \
		sweep_run("ledger.db", &(struct sweep_act){#name, before, act_##name,      \
					       .in_steps = (before) == NULL});             \
	}
ACT_LIST(X)
#undef X

int main(void)
{
	faulty_sqlite_install();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bringing_up_to_date_survives_every_failure),
#define X(name, before, mode, act) cmocka_unit_test(name##_survives_every_failure),
		ACT_LIST(X)
#undef X
	};
	return RUN(tests);
}
