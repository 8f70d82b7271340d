#include "run_report.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/person.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct pipeline_table *table_of(const struct run_report *report)
{
	return &report->task->pipeline->tables[report->task->table];
}

struct event run_report_event(const struct run_report *report, enum event_kind kind)
{
	return (struct event){.kind = kind,
		.at_ms = clock_wall_ms(),
		.table = report->task->table,
		.date = report->date,
		.run = report->task->number};
}

static void push(const struct run_report *report, struct event *event)
{
	if (report->task->queue != NULL)
		event_queue_push(report->task->queue, event, report->task->cancel);
	else
		event_release(event);
}

/* Once per run: a disk that is full would say it at every line. */
static void complain(struct run_report *report, const char *what)
{
	if (report->has_complained)
		return;
	report->has_complained = true;
	struct event event = run_report_event(report, EVENT_MESSAGE);
	event.message.severity = SEVERITY_WARNING;
	snprintf(event.message.text, sizeof(event.message.text), "%s: %.150s",
		table_of(report)->short_name, what);
	push(report, &event);
}

void run_report_make_id(const struct run_report *report, char id[LEDGER_RUN_BYTES])
{
	int64_t now_ms = clock_wall_ms();
	time_t seconds = (time_t)(now_ms / 1000);
	struct tm parts;
	char stamp[20] = "";
	gmtime_r(&seconds, &parts);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%S", &parts);
	snprintf(id, LEDGER_RUN_BYTES, "%s%03d-%.10s-%u", stamp, (int)(now_ms % 1000),
		table_of(report)->short_name, report->task->number);
}

static void open_log(struct run_report *report, char *path)
{
	struct error err;
	if (!path_make_parent(path, &err)) {
		complain(report, err.text);
		return;
	}
	report->log =
		open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_EXCL, 0600);
	if (report->log < 0) {
		error_set_system(&err, errno, "cannot make the log %s", path);
		complain(report, err.text);
	}
}

void run_report_begin(struct run_report *report, const struct ledger_run *given, bool is_new)
{
	struct ledger_run run = *given;
	struct error err;
	text_copy(report->id, sizeof(report->id), run.id);
	text_copy(run.table, sizeof(run.table), table_of(report)->name);
	if (!ledger_open(report->task->state_folder, LEDGER_WRITE, &report->ledger, &err)) {
		report->ledger = NULL;
		complain(report, err.text);
	} else if (is_new && !ledger_run_begin(report->ledger, &run, &err))
		complain(report, err.text);
}

void run_report_started_by(struct run_report *report, const char *person)
{
	struct ledger_event event = {.at_ms = clock_wall_ms(),
		.severity = 'I',
		.kind = LEDGER_EVENT_STARTED,
		.date = DATE_NONE};
	struct error err;
	if (report->ledger == NULL)
		return;
	text_copy(event.table, sizeof(event.table), table_of(report)->name);
	text_copy(event.run, sizeof(event.run), report->id);
	if (person != NULL)
		text_copy(event.text, sizeof(event.text), person);
	else
		person_find(event.text, sizeof(event.text));
	if (!ledger_add_event(report->ledger, &event, &err))
		complain(report, err.text);
}

void run_report_init(struct run_report *report, const struct run_task *task)
{
	*report = (struct run_report){.task = task, .log = -1, .date = DATE_NONE};
	report->flushed_ms = clock_monotonic_ms();
}

void run_report_open(struct run_report *report, const struct run_task *task)
{
	struct ledger_run run = {.executor = "native",
		.range = {task->dates[0], task->dates[task->date_count - 1]},
		.planned = (int64_t)task->date_count,
		.started_ms = clock_wall_ms()};
	run_report_init(report, task);
	run_report_make_id(report, run.id);
	char *path = memory_format("%s/logs/%s.log", task->state_folder, run.id);
	open_log(report, path);
	text_copy(run.log_path, sizeof(run.log_path), path);
	run_report_begin(report, &run, true);
	run_report_started_by(report, NULL);
	free(path);
}

static void flush_lines(struct run_report *report)
{
	report->flushed_ms = clock_monotonic_ms();
	if (report->lines.log.count > 0)
		push(report, &report->lines);
	report->lines = (struct event){0};
}

void run_report_push(struct run_report *report, struct event *event)
{
	flush_lines(report);
	push(report, event);
}

void run_report_say(struct run_report *report, enum severity severity, const char *format, ...)
{
	struct event event = run_report_event(report, EVENT_MESSAGE);
	va_list arguments;
	event.message.severity = severity;
	va_start(arguments, format);
	if (vsnprintf(event.message.text, sizeof(event.message.text), format, arguments) < 0)
		event.message.text[0] = '\0';
	va_end(arguments);
	run_report_push(report, &event);
}

int run_report_flush(struct run_report *report)
{
	if (report->lines.log.count == 0)
		return -1;
	int64_t waited = clock_monotonic_ms() - report->flushed_ms;
	if (waited < RUN_LOG_FLUSH_MS)
		return (int)(RUN_LOG_FLUSH_MS - waited);
	flush_lines(report);
	return -1;
}

void run_report_show(struct run_report *report, char severity, const char *text, size_t length)
{
	struct event *lines = &report->lines;
	if (lines->log.count > 0 && lines->date != report->date)
		flush_lines(report);
	if (lines->log.count == 0)
		*lines = run_report_event(report, EVENT_LOG);
	lines->log.severities[lines->log.count] = severity;
	lines->log.lines[lines->log.count++] = memory_copy_span(text, length);
	if (lines->log.count == EVENT_LOG_LINES_MAX ||
		clock_monotonic_ms() - report->flushed_ms >= RUN_LOG_FLUSH_MS)
		flush_lines(report);
}

/* The users' prefix with a time: "2025-12-03 14:05:58,123 - __main__ - INFO - ...". */
static void write_line(struct run_report *report, const char *word, const char *text)
{
	char stamp[CLOCK_TEXT_BYTES];
	struct buffer line = {0};
	if (report->log < 0)
		return;
	clock_format_rfc3339(clock_wall_ms(), stamp);
	buffer_add_format(&line, "%.10s %.8s,%.3s - __main__ - %s - %s\n", stamp, stamp + 11,
		stamp + 20, word, text);
	ssize_t written = write(report->log, line.bytes, line.length);
	if (written < 0 || (size_t)written < line.length) {
		struct error err;
		error_set_system(&err, written < 0 ? errno : ENOSPC, "cannot write the log");
		complain(report, err.text);
		close(report->log);
		report->log = -1;
	} else
		report->log_bytes += written;
	buffer_release(&line);
}

void run_report_log(struct run_report *report, char severity, const char *format, ...)
{
	char text[LOG_LINE_BYTES_MAX];
	va_list arguments;
	va_start(arguments, format);
	if (vsnprintf(text, sizeof(text), format, arguments) < 0)
		text[0] = '\0';
	va_end(arguments);
	write_line(report, severity == 'E' ? "ERROR" : severity == 'W' ? "WARNING" : "INFO", text);
	run_report_show(report, severity, text, strlen(text));
}

void run_report_record(struct run_report *report, struct ledger_attempt *attempt)
{
	struct error err;
	if (report->ledger == NULL)
		return;
	text_copy(attempt->run, sizeof(attempt->run), report->id);
	text_copy(attempt->table, sizeof(attempt->table), table_of(report)->name);
	if (!ledger_record(report->ledger, attempt, &err))
		complain(report, err.text);
}

static void record(struct run_report *report, enum ledger_state state, int64_t rows,
	const char *category, const char *reason)
{
	struct ledger_attempt attempt = {.date = report->date,
		.state = state,
		.rows = rows,
		.started_ms = report->date_started_ms,
		.ended_ms = state == LEDGER_DATE_RUNNING ? 0 : clock_wall_ms(),
		.log_offset = report->log < 0 ? -1 : report->date_log_offset};
	text_copy(attempt.category, sizeof(attempt.category), category);
	text_copy(attempt.reason, sizeof(attempt.reason), reason);
	run_report_record(report, &attempt);
}

void run_report_date_started(struct run_report *report, date_t date, size_t index)
{
	char text[DATE_TEXT_BYTES];
	report->date = date;
	report->date_started_ms = clock_wall_ms();
	report->date_began_ms = clock_monotonic_ms();
	report->date_log_offset = report->log_bytes;
	record(report, LEDGER_DATE_RUNNING, -1, "", "");
	struct event event = run_report_event(report, EVENT_DATE_STARTED);
	push(report, &event);
	run_report_log(report, 'I', "Processing date %zu/%zu: %s", index + 1,
		report->task->date_count, date_format(date, text));
}

void run_report_progress(struct run_report *report, const char *entity, int done, int total)
{
	struct event event = run_report_event(report, EVENT_DATE_PROGRESS);
	event.progress.done = done;
	event.progress.total = total;
	text_copy(event.progress.entity, sizeof(event.progress.entity), entity);
	run_report_log(report, 'I', "Processing %s %d/%d (%.1f%%)", entity, done, total,
		total > 0 ? 100.0 * done / total : 100.0);
	push(report, &event);
}

static void leave_date(struct run_report *report, struct event *event)
{
	flush_lines(report);
	push(report, event);
	report->date = DATE_NONE;
}

void run_report_date_finished(struct run_report *report, const struct receipt *receipt,
	bool unchanged, const char *entity, size_t failures)
{
	char text[DATE_TEXT_BYTES];
	date_format(report->date, text);
	run_report_log(report, 'I', "✅ %s: Processed %lld %ss (%zu failed)", text,
		(long long)receipt->rows, entity, failures);
	if (unchanged)
		run_report_log(report, 'I', "%s: output unchanged, its receipt is renewed", text);
	record(report, LEDGER_DATE_SUCCEEDED, receipt->rows, "", "");
	report->done++;
	struct event event = run_report_event(report, EVENT_DATE_FINISHED);
	event.finished.receipt = *receipt;
	event.finished.unchanged = unchanged;
	event.finished.failures = (int)failures;
	event.finished.duration_ms = run_report_date_ms(report);
	leave_date(report, &event);
}

void run_report_date_failed(struct run_report *report, const char *category, const char *reason)
{
	char text[DATE_TEXT_BYTES];
	run_report_log(report, 'E', "❌ %s: Exception - %s: %s", date_format(report->date, text),
		category, reason);
	record(report, LEDGER_DATE_FAILED, -1, category, reason);
	report->failed++;
	struct event event = run_report_event(report, EVENT_DATE_FAILED);
	event.message.severity = SEVERITY_ERROR;
	snprintf(event.message.text, sizeof(event.message.text), "%.40s: %.150s", category, reason);
	leave_date(report, &event);
}

void run_report_date_killed(struct run_report *report)
{
	char text[DATE_TEXT_BYTES];
	run_report_log(
		report, 'W', "%s: stopped before it was written", date_format(report->date, text));
	record(report, LEDGER_DATE_KILLED, -1, "", "stopped before it was written");
	flush_lines(report);
	/* The date stays in hand: EVENT_RUN_FINISHED tells the model that it was killed. */
}

int64_t run_report_date_ms(const struct run_report *report)
{
	return clock_monotonic_ms() - report->date_began_ms;
}

void run_report_end(struct run_report *report, const struct ledger_run *end)
{
	struct ledger_run run = *end;
	struct error err;
	if (report->ledger == NULL)
		return;
	text_copy(run.id, sizeof(run.id), report->id);
	run.ended_ms = clock_wall_ms();
	if (run.outcome != RUN_GOES_ON && !ledger_run_end(report->ledger, &run, &err))
		complain(report, err.text);
	ledger_close(report->ledger);
	report->ledger = NULL;
}

void run_report_close_with(struct run_report *report, enum run_outcome outcome, int left)
{
	flush_lines(report);
	report->date = DATE_NONE;
	struct event event = run_report_event(report, EVENT_RUN_FINISHED);
	event.run_finished.outcome = outcome;
	event.run_finished.done = report->done;
	event.run_finished.failed = report->failed;
	event.run_finished.left = left;
	event.run_finished.to_come = report->to_come;
	/* The engine waits for this one: it is never given up, not even by a cancel. */
	event_queue_push(report->task->queue, &event, NULL);
}

void run_report_close(struct run_report *report, enum run_outcome outcome)
{
	int left = (int)report->task->date_count - report->done - report->failed;
	bool whole = outcome == RUN_SUCCEEDED;
	run_report_log(report, whole ? 'I' : 'W', "%s",
		whole ? "BACKFILL COMPLETE" : "BACKFILL ENDED EARLY OR WITH FAILURES");
	run_report_log(
		report, 'I', "Days Processed: %d/%zu", report->done, report->task->date_count);
	if (report->failed > 0)
		run_report_log(report, 'E', "Days Failed: %d", report->failed);
	flush_lines(report);
	run_report_end(report, &(struct ledger_run){.outcome = outcome,
				       .done = report->done,
				       .failed = report->failed,
				       .left = left});
	if (report->log >= 0)
		close(report->log);
	run_report_close_with(report, outcome, left);
}
