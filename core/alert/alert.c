/* The rules: when something is worth a word while jobs run. */
#include "alert/alert.h"

#include "base/clock.h"
#include "base/memory.h"
#include "jobs/failure.h"
#include "jobs/process_scan.h"
#include "model/model.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What was told of one table and kind. */
struct told {
	int64_t at_ms; /* 0: never */
	int again;     /* how often it was true since */
	struct alert newest;
};

struct table_watch {
	struct told told[ALERT_KIND_COUNT];
	bool is_silent; /* told, until it prints again */
	int64_t silent_since_ms;
	bool has_failed;  /* its last run that ended, and that was told */
	date_t slow_date; /* told */
	int failed_count; /* of the run, without what is expected early */
	int same_count;
	char same_text[EVENT_TEXT_BYTES];
};

struct alerts {
	struct alert_settings settings;
	size_t table_count;
	struct table_watch *tables;
	struct alert *waiting; /* oldest first */
	size_t count, capacity;
};

const struct alert_row *alert_row(enum alert_kind kind)
{
	static const struct alert_row rows[] = {
#define X(id, name, severity, help) {name, SEVERITY_##severity, help},
		ALERT_LIST(X)
#undef X
	};
	return &rows[kind];
}

const struct alert_schedule alert_schedule_default = {
	.waits_ms = {2000, 10000, 45000, 120000, 300000},
	.total_ms = 600000,
	.gap_ms = 1000,
	.patience_ms = 20000,
};

int64_t alert_next_try_ms(const struct alert_schedule *schedule, int tries, int64_t first_ms,
	int64_t now_ms, int64_t retry_after_ms)
{
	if (tries > ALERT_RETRIES_MAX)
		return -1;
	int64_t wait_ms = tries > 0 ? schedule->waits_ms[tries - 1] : 0;
	int64_t due_ms = now_ms + (wait_ms > retry_after_ms ? wait_ms : retry_after_ms);
	return due_ms - first_ms <= schedule->total_ms ? due_ms : -1;
}

static int find_kind(const char *name, size_t length)
{
	for (int i = 0; i < ALERT_KIND_COUNT; i++) {
		const char *known = alert_row((enum alert_kind)i)->name;
		if (strlen(known) == length && memcmp(known, name, length) == 0)
			return i;
	}
	return -1;
}

bool alert_settings_parse_off(const char *names, struct alert_settings *into, struct error *err)
{
	uint32_t off = 0;
	for (const char *at = names == NULL ? "" : names; *at != '\0';) {
		size_t length = strcspn(at, ", ");
		int kind = find_kind(at, length);
		if (length > 0 && kind < 0)
			return error_set(err, ERROR_USAGE,
				"--alert-off: there is no alert \"%.*s\" (backcourt help alerts)",
				(int)(length < 40 ? length : 40), at);
		if (kind >= 0)
			off |= UINT32_C(1) << kind;
		at += length + (at[length] != '\0');
	}
	into->off = off;
	return true;
}

void alerts_change(struct alerts *alerts, const struct alert_settings *settings)
{
	alerts->settings = *settings;
	if (alerts->settings.slow_factor == 0)
		alerts->settings.slow_factor = ALERT_SLOW_FACTOR;
}

struct alerts *alerts_new(size_t table_count, const struct alert_settings *settings)
{
	struct alerts *alerts = memory_new(sizeof(*alerts));
	alerts_change(alerts, settings);
	alerts->table_count = table_count;
	alerts->tables = memory_new_array(table_count + 1, sizeof(*alerts->tables));
	for (size_t i = 0; i < table_count; i++)
		alerts->tables[i].slow_date = DATE_NONE;
	return alerts;
}

void alerts_free(struct alerts *alerts)
{
	if (alerts == NULL)
		return;
	free(alerts->waiting);
	free(alerts->tables);
	free(alerts);
}

static struct alert new_alert(const struct model *model, enum alert_kind kind, size_t table,
	int64_t at_ms, const char *format, ...) __attribute__((format(printf, 5, 6)));

static struct alert new_alert(const struct model *model, enum alert_kind kind, size_t table,
	int64_t at_ms, const char *format, ...)
{
	struct alert alert = {.kind = kind,
		.table = table,
		.date = DATE_NONE,
		.run = model->tables[table].run,
		.at_ms = at_ms,
		.times = 1};
	const char *name = model->pipeline->tables[table].short_name;
	int used = snprintf(alert.text, sizeof(alert.text), "%s: ", name);
	va_list arguments;
	va_start(arguments, format);
	if (vsnprintf(alert.text + used, sizeof(alert.text) - (size_t)used, format, arguments) < 0)
		alert.text[used] = '\0';
	va_end(arguments);
	return alert;
}

static void raise_alert(struct alerts *alerts, const struct alert *alert)
{
	struct told *told = &alerts->tables[alert->table].told[alert->kind];
	if (alerts->settings.off & UINT32_C(1) << alert->kind)
		return;
	if (told->at_ms > 0 && alert->at_ms - told->at_ms < ALERT_AGAIN_MS) {
		told->again++;
		told->newest = *alert;
		return;
	}
	told->at_ms = alert->at_ms;
	ARRAY_GROW(alerts->waiting, alerts->count, alerts->capacity);
	alerts->waiting[alerts->count] = *alert;
	alerts->waiting[alerts->count++].times += told->again;
	told->again = 0;
}

/* The lines of the log that say why: the newest that are no information. */
static void take_lines(const struct model *model, struct alert *alert)
{
	const struct table_log *log = &model->tables[alert->table].log;
	int left = ALERT_LINES_MAX;
	for (uint64_t n = log->next; n > log->first && left > 0; n--) {
		const struct table_line *line = &log->lines[(n - 2) % MODEL_LOG_LINES_MAX];
		if (line->severity != 'I')
			text_copy(alert->lines[--left], ALERT_LINE_BYTES, line->text);
	}
	if (left > 0)
		memmove(alert->lines[0], alert->lines[left],
			(size_t)(ALERT_LINES_MAX - left) * ALERT_LINE_BYTES);
	for (int i = ALERT_LINES_MAX - left; i < ALERT_LINES_MAX; i++)
		alert->lines[i][0] = '\0';
}

static void note_failure(
	struct alerts *alerts, const struct model *model, const struct event *event)
{
	struct table_watch *watch = &alerts->tables[event->table];
	if (!failure_counts_in_row(model->pipeline, event->date, event->message.text))
		return;
	watch->failed_count++;
	bool is_same = failure_is_same(watch->same_text, event->message.text);
	watch->same_count = is_same ? watch->same_count + 1 : 1;
	text_copy(watch->same_text, sizeof(watch->same_text), event->message.text);
	if (model->pipeline->failures_in_row <= 0 ||
		watch->same_count != model->pipeline->failures_in_row)
		return;
	struct alert alert = new_alert(model, ALERT_SAME_ERROR, event->table, event->at_ms,
		"%d dates failed for the same reason: %s", watch->same_count, event->message.text);
	alert.date = event->date;
	take_lines(model, &alert);
	raise_alert(alerts, &alert);
}

static void note_rows(struct alerts *alerts, const struct model *model, const struct event *event)
{
	char date[DATE_TEXT_BYTES];
	const struct cell *cell = coverage_cell(model->coverage, event->table, event->date);
	struct alert alert;
	alerts->tables[event->table].same_count = 0;
	if (cell == NULL || (cell->verdict != VERDICT_EMPTY && cell->verdict != VERDICT_THIN))
		return;
	date_format(event->date, date);
	if (cell->verdict == VERDICT_EMPTY)
		alert = new_alert(model, ALERT_EMPTY, event->table, event->at_ms,
			"%s: success was reported, and not one row", date);
	else
		alert = new_alert(model, ALERT_THIN, event->table, event->at_ms,
			"%s: %lld rows, at least %lld are expected", date, (long long)cell->rows,
			(long long)cell->expected_min);
	alert.date = event->date;
	raise_alert(alerts, &alert);
}

static void note_processes(
	struct alerts *alerts, const struct model *model, const struct event *event)
{
	const struct found_processes *found = event->processes.found;
	for (size_t i = 0; found != NULL && i < found->count; i++) {
		size_t table = found->items[i].command;
		if (table >= alerts->table_count || model->tables[table].worker < 0 ||
			model->tables[table].outside.pid != 0)
			continue;
		struct buffer words = {0};
		found_process_describe(&found->items[i], &words);
		struct alert alert = new_alert(model, ALERT_OVERLAP, table, event->at_ms,
			"it is being written here and by %s", buffer_text(&words));
		buffer_release(&words);
		raise_alert(alerts, &alert);
	}
}

/* What is expected to fail early in a season makes no failed run. */
static bool has_end_failed(const struct alerts *alerts, const struct event *event)
{
	switch (event->run_finished.outcome) {
	case RUN_SUCCEEDED:
		return alerts->tables[event->table].failed_count > 0;
	case RUN_FAILED:
		return alerts->tables[event->table].failed_count > 0 ||
		       event->run_finished.left > 0 || event->run_finished.failed == 0;
	case RUN_LOST:
		return true;
	case RUN_STOPPED: /* as somebody wished */
	case RUN_KILLED:
	case RUN_GOES_ON:
		return false;
	}
	return false;
}

static void note_end(struct alerts *alerts, const struct model *model, const struct event *event)
{
	struct table_watch *watch = &alerts->tables[event->table];
	enum run_outcome outcome = event->run_finished.outcome;
	int done = event->run_finished.done, limit = model->pipeline->failures_in_row;
	int64_t spent_ms = event->at_ms - model->tables[event->table].started_ms;
	bool has_failed = has_end_failed(alerts, event);
	bool is_told = limit > 0 && watch->same_count >= limit; /* why it stopped */
	char spent[DURATION_TEXT_BYTES];
	struct alert alert;
	clock_format_duration(spent_ms, spent);
	bool has_recovered = !has_failed && watch->has_failed;
	watch->has_failed = has_failed || (watch->has_failed && outcome != RUN_SUCCEEDED);
	if (has_failed && !is_told) {
		alert = new_alert(model, ALERT_FAILED, event->table, event->at_ms,
			"the run %s after %s: %d done, %d failed, %d left",
			outcome == RUN_LOST ? "was lost" : "failed", spent, done,
			event->run_finished.failed, event->run_finished.left);
		take_lines(model, &alert);
		raise_alert(alerts, &alert);
	} else if (has_recovered && outcome == RUN_SUCCEEDED) {
		alert = new_alert(model, ALERT_RECOVERED, event->table, event->at_ms,
			"done: %d %s in %s, after a run that failed", done,
			done == 1 ? "date" : "dates", spent);
		raise_alert(alerts, &alert);
	} else if (!has_failed && outcome == RUN_SUCCEEDED && spent_ms >= ALERT_DONE_FLOOR_MS) {
		alert = new_alert(model, ALERT_DONE, event->table, event->at_ms,
			"done: %d %s in %s", done, done == 1 ? "date" : "dates", spent);
		raise_alert(alerts, &alert);
	}
}

void alerts_note(struct alerts *alerts, const struct model *model, const struct event *event)
{
	if (event->kind == EVENT_DATE_FAILED)
		note_failure(alerts, model, event);
	else if (event->kind == EVENT_DATE_FINISHED)
		note_rows(alerts, model, event);
	else if (event->kind == EVENT_PROCESSES)
		note_processes(alerts, model, event);
	else if (event->kind == EVENT_RUN_FINISHED)
		note_end(alerts, model, event);
	else if (event->kind == EVENT_RUN_STARTED)
		alerts->tables[event->table].same_count =
			alerts->tables[event->table].failed_count = 0;
}

/* When the table has been silent for too long; INT64_MAX: it does not work, or may be silent. */
static int64_t silent_at(const struct model *model, size_t table)
{
	const struct table_model *job = &model->tables[table];
	int64_t limit = model->pipeline->tables[table].job.silent_after_ms;
	bool works = (job->state == JOB_RUNNING || job->state == JOB_STOPPING) &&
		     job->frozen_ms == 0; /* it cannot say anything */
	return works && limit > 0 ? job->last_output_ms + limit + 1 : INT64_MAX;
}

static int64_t slow_at(const struct alerts *alerts, const struct model *model, size_t table)
{
	const struct table_model *job = &model->tables[table];
	int64_t median = model_date_ms(model, table);
	int64_t limit = median * alerts->settings.slow_factor;
	if (job->date == DATE_NONE || median < 0 || job->state == JOB_PAUSED || job->paced)
		return INT64_MAX;
	return job->date_started_ms + (limit > ALERT_SLOW_FLOOR_MS ? limit : ALERT_SLOW_FLOOR_MS);
}

/* When what was counted is told; INT64_MAX: nothing was. */
static int64_t again_at(const struct told *told)
{
	return told->again > 0 ? told->at_ms + ALERT_AGAIN_MS : INT64_MAX;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t alerts_due_ms(const struct alerts *alerts, const struct model *model)
{
	int64_t due = alerts->count > 0 ? 0 : INT64_MAX;
	for (size_t i = 0; i < alerts->table_count; i++) {
		const struct table_watch *watch = &alerts->tables[i];
		if (!watch->is_silent)
			due = earlier(due, silent_at(model, i));
		if (watch->slow_date != model->tables[i].date)
			due = earlier(due, slow_at(alerts, model, i));
		for (int kind = 0; kind < ALERT_KIND_COUNT; kind++)
			due = earlier(due, again_at(&watch->told[kind]));
	}
	return due;
}

static void tell_that_it_prints(
	struct alerts *alerts, const struct model *model, size_t table, int64_t now_ms)
{
	const struct table_model *job = &model->tables[table];
	int64_t since_ms = alerts->tables[table].silent_since_ms;
	char silent[DURATION_TEXT_BYTES];
	if (job->state != JOB_RUNNING || job->last_output_ms <= since_ms)
		return;
	struct alert alert = new_alert(model, ALERT_RECOVERED, table, now_ms,
		"prints again, after %s of silence",
		clock_format_duration(job->last_output_ms - since_ms, silent));
	alert.date = job->date;
	raise_alert(alerts, &alert);
}

static void look_at_silence(
	struct alerts *alerts, const struct model *model, size_t table, int64_t now_ms)
{
	struct table_watch *watch = &alerts->tables[table];
	char silent[DURATION_TEXT_BYTES];
	if (now_ms < silent_at(model, table)) {
		if (watch->is_silent)
			tell_that_it_prints(alerts, model, table, now_ms);
		watch->is_silent = false;
		return;
	}
	if (watch->is_silent)
		return;
	watch->is_silent = true;
	watch->silent_since_ms = model->tables[table].last_output_ms;
	struct alert alert = new_alert(model, ALERT_SILENT, table, now_ms, "silent for %s",
		clock_format_duration(now_ms - model->tables[table].last_output_ms, silent));
	alert.date = model->tables[table].date;
	raise_alert(alerts, &alert);
}

static void look_at_speed(
	struct alerts *alerts, const struct model *model, size_t table, int64_t now_ms)
{
	struct table_watch *watch = &alerts->tables[table];
	const struct table_model *job = &model->tables[table];
	char spent[DURATION_TEXT_BYTES], usual[DURATION_TEXT_BYTES], date[DATE_TEXT_BYTES];
	if (job->date == watch->slow_date || now_ms < slow_at(alerts, model, table))
		return;
	watch->slow_date = job->date;
	struct alert alert = new_alert(model, ALERT_SLOW, table, now_ms,
		"%s takes %s by now, the others took %s", date_format(job->date, date),
		clock_format_duration(now_ms - job->date_started_ms, spent),
		clock_format_duration(model_date_ms(model, table), usual));
	alert.date = job->date;
	raise_alert(alerts, &alert);
}

static void tell_again(struct alerts *alerts, struct told *told, int64_t now_ms)
{
	if (now_ms < again_at(told))
		return;
	struct alert alert = told->newest;
	alert.at_ms = now_ms;
	alert.times = 0; /* all of them are counted already */
	raise_alert(alerts, &alert);
}

bool alerts_next(
	struct alerts *alerts, const struct model *model, int64_t now_ms, struct alert *alert)
{
	for (size_t i = 0; i < alerts->table_count; i++) {
		look_at_silence(alerts, model, i, now_ms);
		look_at_speed(alerts, model, i, now_ms);
		for (int kind = 0; kind < ALERT_KIND_COUNT; kind++)
			tell_again(alerts, &alerts->tables[i].told[kind], now_ms);
	}
	if (alerts->count == 0)
		return false;
	*alert = alerts->waiting[0];
	alerts->count--;
	memmove(alerts->waiting, alerts->waiting + 1, alerts->count * sizeof(*alerts->waiting));
	return true;
}
