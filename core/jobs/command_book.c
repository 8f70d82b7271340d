#include "command_book.h"

#include "base/clock.h"
#include "base/memory.h"
#include "jobs/failure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CATEGORY_SKIPPED "SKIPPED"
#define CATEGORY_DRY_RUN "DRY_RUN"

static struct book_date *find(const struct command_book *book, date_t date)
{
	size_t low = 0, high = book->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (book->dates[middle].date < date)
			low = middle + 1;
		else
			high = middle;
	}
	return low < book->count && book->dates[low].date == date ? &book->dates[low] : NULL;
}

/* Only the run itself counts: a newer attempt of another run says nothing about this log. */
static void take_known(struct command_book *book)
{
	struct ledger_attempts attempts = {0};
	struct run_report *report = book->report;
	struct date_range range = {book->dates[0].date, book->dates[book->count - 1].date};
	struct error err;
	if (report->ledger == NULL ||
		!ledger_newest_attempts(report->ledger, range, &attempts, &err))
		return; /* then they are recorded again, as the log has them */
	for (size_t i = 0; i < attempts.count; i++) {
		const struct ledger_attempt *attempt = &attempts.items[i];
		struct book_date *date = find(book, attempt->date);
		if (date == NULL || strcmp(attempt->run, report->id) != 0)
			continue;
		date->started_ms = attempt->started_ms;
		date->is_known = attempt->state != LEDGER_DATE_RUNNING;
		date->known_ended_ms = attempt->ended_ms;
	}
	free(attempts.items);
}

void command_book_open(struct command_book *book, struct run_report *report, const date_t *dates,
	size_t date_count)
{
	*book = (struct command_book){.report = report, .count = date_count};
	book->run_end = LOG_RUN_ABORTED;
	book->dates = memory_new_array(date_count + 1, sizeof(*book->dates));
	for (size_t i = 0; i < date_count; i++)
		book->dates[i] = (struct book_date){.date = dates[i], .log_offset = -1};
	if (date_count > 0)
		take_known(book);
}

void command_book_release(struct command_book *book)
{
	free(book->dates);
	book->dates = NULL;
	book->count = 0;
}

int command_book_left(const struct command_book *book)
{
	int left = 0;
	for (size_t i = 0; i < book->count; i++)
		left += book->dates[i].state != BOOK_ENDED;
	return left;
}

/* Lines have no time of their own: what was written while nobody looked ended at the latest with
 * the process. */
static int64_t end_of(const struct command_book *book, const struct book_date *date)
{
	if (date->is_known)
		return date->known_ended_ms;
	return book->ended_ms > 0 ? book->ended_ms : clock_wall_ms();
}

static void begin(struct command_book *book, struct book_date *date, int64_t offset)
{
	struct run_report *report = book->report;
	date->state = BOOK_BEGUN;
	date->log_offset = offset;
	date->began_ms = clock_monotonic_ms();
	date->is_begin_seen = !book->is_replay;
	if (date->started_ms == 0)
		date->started_ms = book->ended_ms > 0 ? book->ended_ms : clock_wall_ms();
	struct ledger_attempt attempt = {.date = date->date,
		.state = LEDGER_DATE_RUNNING,
		.rows = -1,
		.started_ms = date->started_ms,
		.log_offset = offset};
	if (!date->is_known)
		run_report_record(report, &attempt);
	report->date = date->date;
	struct event event = run_report_event(report, EVENT_DATE_STARTED);
	run_report_push(report, &event);
}

static void hear_progress(struct command_book *book, const struct log_fact *fact)
{
	const struct book_date *date = find(book, fact->date);
	int64_t now_ms = clock_monotonic_ms();
	bool is_last = fact->done == fact->total;
	if (date == NULL || date->state != BOOK_BEGUN || fact->total > INT32_MAX ||
		(!is_last && now_ms - book->progress_ms < BOOK_PROGRESS_MS))
		return;
	book->progress_ms = now_ms;
	book->report->date = fact->date;
	struct event event = run_report_event(book->report, EVENT_DATE_PROGRESS);
	event.progress.done = (int)fact->done;
	event.progress.total = (int)fact->total;
	text_copy(event.progress.entity, sizeof(event.progress.entity), fact->text);
	run_report_push(book->report, &event);
}

/* The end of a date */

struct date_end {
	enum ledger_state state;
	int64_t rows;
	const char *category, *reason;
};

/* It ended without a verdict, in or outside the delete-load window. */
static struct date_end judge_cut(const struct command_book *book, const struct log_fact *fact)
{
	if (fact->outcome == LOG_OUTCOME_SUSPECT)
		return (struct date_end){LEDGER_DATE_SUSPECT, -1, "",
			"cut between delete and load: rows may be missing"};
	if (book->is_log_torn)
		return (struct date_end){LEDGER_DATE_SUSPECT, -1, "",
			"its log stops within a line (was the disk full?): what it did after that "
			"is not known"};
	if (fact->outcome == LOG_OUTCOME_UNKNOWN)
		return (struct date_end){LEDGER_DATE_KILLED, -1, LEDGER_CATEGORY_LOST,
			"the log does not say how it ended"};
	if (book->is_end_lost)
		return (struct date_end){LEDGER_DATE_KILLED, -1, LEDGER_CATEGORY_LOST,
			"nobody saw how its run ended"};
	if (book->end_by == RUN_ASKED_TIMEOUT)
		return (struct date_end){LEDGER_DATE_FAILED, -1, LEDGER_CATEGORY_TIMEOUT,
			"the run took longer than its timeout"};
	if (book->end_by != RUN_ASKED_NOTHING)
		return (struct date_end){
			LEDGER_DATE_KILLED, -1, "", "stopped before it was written"};
	if (fact->text[0] != '\0' && fact->category[0] != '\0')
		return (struct date_end){LEDGER_DATE_FAILED, -1, fact->category, fact->text};
	return (struct date_end){LEDGER_DATE_KILLED, -1, "",
		fact->text[0] != '\0' ? fact->text : "the process ended within the date"};
}

static struct date_end judge(const struct command_book *book, const struct log_fact *fact)
{
	switch (fact->outcome) {
	case LOG_OUTCOME_OK:
		return (struct date_end){LEDGER_DATE_SUCCEEDED, fact->rows, "", ""};
	case LOG_OUTCOME_EMPTY:
		return (struct date_end){LEDGER_DATE_SUCCEEDED, 0, "", ""};
	case LOG_OUTCOME_FAILED:
		return (struct date_end){LEDGER_DATE_FAILED, -1,
			fact->category[0] != '\0' ? fact->category : "UNKNOWN", fact->text};
	case LOG_OUTCOME_SKIPPED:
		return (struct date_end){LEDGER_DATE_SUCCEEDED, 0, CATEGORY_SKIPPED,
			"the script leaves this date out: too early in its season"};
	case LOG_OUTCOME_DRY_RUN:
		return (struct date_end){
			LEDGER_DATE_FAILED, -1, CATEGORY_DRY_RUN, "a dry run: nothing was written"};
	case LOG_OUTCOME_INTERRUPTED:
	case LOG_OUTCOME_SUSPECT:
	case LOG_OUTCOME_UNKNOWN:
	case LOG_OUTCOME_COUNT:
		break;
	}
	return judge_cut(book, fact);
}

static int64_t duration_of(
	const struct command_book *book, const struct book_date *date, const struct log_fact *fact)
{
	if (fact->seconds_ms >= 0)
		return fact->seconds_ms;
	if (date->is_known && date->known_ended_ms > date->started_ms)
		return date->known_ended_ms - date->started_ms;
	return date->is_known || book->is_replay || !date->is_begin_seen
		       ? -1
		       : clock_monotonic_ms() - date->began_ms;
}

static void succeed(struct command_book *book, const struct book_date *date,
	const struct date_end *end, const struct log_fact *fact)
{
	char text[DATE_TEXT_BYTES];
	struct event event = run_report_event(book->report, EVENT_DATE_FINISHED);
	book->done++;
	book->new_done += !date->is_known;
	book->failures_in_row = 0;
	event.at_ms = end_of(book, date);
	event.finished.is_reported = true;
	event.finished.receipt.rows = end->rows;
	event.finished.failures = fact->failures > 0 ? (int)fact->failures : 0;
	event.finished.duration_ms = duration_of(book, date, fact);
	run_report_push(book->report, &event);
	if (fact->outcome == LOG_OUTCOME_SKIPPED && !date->is_known)
		run_report_say(book->report, SEVERITY_INFO, "%s: %s", date_format(date->date, text),
			end->reason);
	if (fact->outcome == LOG_OUTCOME_EMPTY && !date->is_known)
		run_report_say(book->report, SEVERITY_WARNING,
			"%s: the script says success, but not one row was loaded",
			date_format(date->date, text));
}

/* What is expected neither adds to a row nor breaks it. */
static void count_in_row(struct command_book *book, date_t date, const struct date_end *end)
{
	bool is_same = failure_is_same(book->last_failure, end->reason);
	if (!failure_counts_in_row(book->report->task->pipeline, date, end->category))
		return;
	book->failures_in_row = is_same ? book->failures_in_row + 1 : 1;
	text_copy(book->last_failure, sizeof(book->last_failure), end->reason);
}

static void fail(
	struct command_book *book, const struct book_date *date, const struct date_end *end)
{
	struct event event = run_report_event(book->report, EVENT_DATE_FAILED);
	book->failed++;
	book->new_failed += !date->is_known;
	count_in_row(book, date->date, end);
	event.at_ms = end_of(book, date);
	event.message.severity = SEVERITY_ERROR;
	snprintf(event.message.text, sizeof(event.message.text), "%.40s: %.150s", end->category,
		end->reason);
	run_report_push(book->report, &event);
}

static void cut(struct command_book *book, const struct book_date *date, const struct date_end *end)
{
	struct event event = run_report_event(book->report, EVENT_DATE_CUT);
	book->cut++;
	book->new_cut += !date->is_known;
	event.at_ms = end_of(book, date);
	event.cut.state = end->state == LEDGER_DATE_SUSPECT		     ? ATTEMPT_SUSPECT
			  : strcmp(end->category, LEDGER_CATEGORY_LOST) == 0 ? ATTEMPT_LOST
									     : ATTEMPT_KILLED;
	text_copy(event.cut.text, sizeof(event.cut.text), end->reason);
	run_report_push(book->report, &event);
}

/* What took an unknown time is recorded as if it had taken none. */
static void record_end(struct command_book *book, const struct book_date *date,
	const struct date_end *end, const struct log_fact *fact)
{
	int64_t ended_ms = end_of(book, date), duration_ms = duration_of(book, date, fact);
	struct ledger_attempt attempt = {.date = date->date,
		.state = end->state,
		.rows = end->rows,
		.started_ms = duration_ms > 0 ? ended_ms - duration_ms : ended_ms,
		.ended_ms = ended_ms,
		.log_offset = date->log_offset};
	text_copy(attempt.category, sizeof(attempt.category), end->category);
	text_copy(attempt.reason, sizeof(attempt.reason), end->reason);
	run_report_record(book->report, &attempt);
}

static void tell_end(struct command_book *book, const struct book_date *date,
	const struct date_end *end, const struct log_fact *fact)
{
	switch (end->state) {
	case LEDGER_DATE_SUCCEEDED:
		succeed(book, date, end, fact);
		break;
	case LEDGER_DATE_FAILED:
		fail(book, date, end);
		break;
	case LEDGER_DATE_KILLED:
	case LEDGER_DATE_SUSPECT:
	case LEDGER_DATE_RUNNING:
		cut(book, date, end);
		break;
	}
}

static void hear_end(struct command_book *book, const struct log_fact *fact)
{
	struct book_date *date = find(book, fact->date);
	if (date == NULL || date->state == BOOK_ENDED)
		return;
	if (date->state == BOOK_WAITS && book->is_stopping &&
		fact->outcome == LOG_OUTCOME_INTERRUPTED)
		return; /* given up before it did anything: it stays to be done */
	if (date->state == BOOK_WAITS)
		begin(book, date, fact->began_offset);
	struct date_end end = judge(book, fact);
	date->state = BOOK_ENDED;
	if (!date->is_known)
		record_end(book, date, &end, fact);
	book->report->date = date->date;
	tell_end(book, date, &end, fact);
	book->report->date = DATE_NONE;
}

static void hear_begin(struct command_book *book, const struct log_fact *fact)
{
	struct book_date *date = find(book, fact->date);
	if (date != NULL && date->state == BOOK_WAITS && !book->is_stopping)
		begin(book, date, fact->offset);
}

static void hear_problem(struct command_book *book, const struct log_fact *fact)
{
	char text[DATE_TEXT_BYTES] = "";
	const struct book_date *date = find(book, fact->date);
	if (date != NULL && date->is_known)
		return;
	if (fact->date != DATE_NONE)
		date_format(fact->date, text);
	run_report_say(book->report, SEVERITY_WARNING, "%s%s%s", text, text[0] != '\0' ? ": " : "",
		fact->text);
}

static void hear_run_end(struct command_book *book, const struct log_fact *fact)
{
	book->run_end = fact->run_end;
	text_copy(book->end_reason, sizeof(book->end_reason), fact->text);
}

void command_book_fact(struct command_book *book, const struct log_fact *fact)
{
	switch (fact->kind) {
	case LOG_FACT_DATE_BEGAN:
		hear_begin(book, fact);
		break;
	case LOG_FACT_PROGRESS:
		hear_progress(book, fact);
		break;
	case LOG_FACT_DATE_ENDED:
		hear_end(book, fact);
		break;
	case LOG_FACT_PROBLEM:
		hear_problem(book, fact);
		break;
	case LOG_FACT_RUN_ENDED:
		hear_run_end(book, fact);
		break;
	case LOG_FACT_RUN_BEGAN:
	case LOG_FACT_RANGE:
	case LOG_FACT_PLAN:
	case LOG_FACT_DRY_RUN:
	case LOG_FACT_RESUMED:
	case LOG_FACT_CHECKPOINT:
	case LOG_FACT_REFUSED:
	case LOG_FACT_STAGE:
	case LOG_FACT_WINDOW:
	case LOG_FACT_ROWS:
	case LOG_FACT_FAILURES:
	case LOG_FACT_LISTED:
	case LOG_FACT_SUMMARY:
		break;
	}
}
