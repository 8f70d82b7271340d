/* Events as lines of JSON: writing. core/event/event_lines_parse.c reads them. */
#include "event_lines_parts.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdlib.h>

const char *const event_line_outcomes[RUN_OUTCOME_COUNT] = {
#define X(id, word, line_word) [RUN_##id] = line_word,
	RUN_OUTCOME_LIST(X)
#undef X
};

static void add_text(struct buffer *into, const char *name, const char *text)
{
	buffer_add_format(into, ", \"%s\": ", name);
	buffer_add_json_text(into, text);
}

static void add_number(struct buffer *into, const char *name, int64_t number)
{
	buffer_add_format(into, ", \"%s\": %" PRId64, name, number);
}

static void add_flag(struct buffer *into, const char *name, bool flag)
{
	buffer_add_format(into, ", \"%s\": %s", name, flag ? "true" : "false");
}

static void add_receipt(struct buffer *into, const struct receipt *receipt)
{
	buffer_add_text(into, ", \"receipt\": {\"run\": ");
	buffer_add_json_text(into, receipt->run);
	add_number(into, "rows", receipt->rows);
	add_number(into, "distinct_keys", receipt->distinct_keys);
	add_text(into, "hash", receipt->hash);
	add_number(into, "sequence", receipt->sequence);
	add_number(into, "written_ms", receipt->written_ms);
	add_number(into, "verified_ms", receipt->verified_ms);
	buffer_add_text(into, ", \"sources\": {");
	for (size_t i = 0; i < receipt->source_count; i++) {
		buffer_add_text(into, i > 0 ? ", " : "");
		buffer_add_json_text(into, receipt->sources[i].table);
		buffer_add_format(into, ": %" PRId64, receipt->sources[i].sequence);
	}
	buffer_add_text(into, "}}");
}

static void add_finished(struct buffer *into, const struct event *event)
{
	add_number(into, "rows", event->finished.receipt.rows);
	add_number(into, "failures", event->finished.failures);
	add_flag(into, "unchanged", event->finished.unchanged);
	add_flag(into, "reported", event->finished.is_reported);
	add_number(into, "duration_ms", event->finished.duration_ms);
	if (!event->finished.is_reported)
		add_receipt(into, &event->finished.receipt);
}

static void add_log(struct buffer *into, const struct event *event)
{
	char severities[EVENT_LOG_LINES_MAX + 1];
	memcpy(severities, event->log.severities, (size_t)event->log.count);
	severities[event->log.count] = '\0';
	add_text(into, "severities", severities);
	buffer_add_text(into, ", \"lines\": [");
	for (int i = 0; i < event->log.count; i++) {
		buffer_add_text(into, i > 0 ? ", " : "");
		buffer_add_json_text(into, event->log.lines[i]);
	}
	buffer_add_char(into, ']');
}

static void add_dates(struct buffer *into, const date_t *dates, size_t count)
{
	struct date_set set = {0};
	for (size_t i = 0; i < count; i++)
		date_set_add(&set, (struct date_range){dates[i], dates[i]});
	buffer_add_text(into, ", \"dates\": ");
	json_ranges_format(&set, into);
	date_set_release(&set);
}

static void add_control(
	const struct pipeline *pipeline, const struct event *event, struct buffer *into)
{
	int table = event->control.paused_table;
	add_number(into, "workers", event->control.workers);
	add_flag(into, "auto_launch", event->control.auto_launch);
	add_flag(into, "paced", event->control.paced);
	add_flag(into, "all_paused", event->control.all_paused);
	if (table < 0)
		return;
	add_text(into, "table", pipeline->tables[table].name);
	add_flag(into, "table_paused", event->control.table_paused);
}

static void add_start(struct buffer *into, const struct event *event, const char *word)
{
	char at[CLOCK_TEXT_BYTES];
	buffer_add_format(into, "{\"event\": \"%s\", \"at\": \"%s\"", word,
		clock_format_rfc3339(event->at_ms, at));
	add_number(into, "at_ms", event->at_ms);
}

static void add_place(
	const struct pipeline *pipeline, const struct event *event, struct buffer *into)
{
	char date[DATE_TEXT_BYTES];
	add_text(into, "table", pipeline->tables[event->table].name);
	if (event->kind != EVENT_RUN_STARTED && event->kind != EVENT_QUEUED &&
		event->date != DATE_NONE)
		add_text(into, "date", date_format(event->date, date));
	if (event->kind != EVENT_QUEUED)
		add_number(into, "run", event->run);
}

static void add_run_started(struct buffer *into, const struct event *event)
{
	add_number(into, "dates", event->run_started.date_count);
	add_number(into, "worker", event->run_started.worker);
	add_flag(into, "paced", event->run_started.paced);
}

static void add_run_finished(struct buffer *into, const struct event *event)
{
	add_text(into, "outcome", event_line_outcomes[event->run_finished.outcome]);
	add_number(into, "done", event->run_finished.done);
	add_number(into, "failed", event->run_finished.failed);
	add_number(into, "left", event->run_finished.left);
}

static void add_progress(struct buffer *into, const struct event *event)
{
	add_text(into, "entity", event->progress.entity);
	add_number(into, "done", event->progress.done);
	add_number(into, "total", event->progress.total);
}

static void add_cut(struct buffer *into, const struct event *event)
{
	const char *state = event->cut.state == ATTEMPT_SUSPECT ? "suspect"
			    : event->cut.state == ATTEMPT_LOST	? "lost"
								: "killed";
	add_text(into, "state", state);
	add_text(into, "reason", event->cut.text);
}

static void add_alert(struct buffer *into, const struct alert *alert)
{
	add_text(into, "kind", alert_row(alert->kind)->name);
	add_number(into, "times", alert->times);
	add_text(into, "text", alert->text);
	buffer_add_text(into, ", \"lines\": [");
	for (int i = 0; i < ALERT_LINES_MAX && alert->lines[i][0] != '\0'; i++) {
		buffer_add_text(into, i > 0 ? ", " : "");
		buffer_add_json_text(into, alert->lines[i]);
	}
	buffer_add_char(into, ']');
}

static void add_members(
	const struct pipeline *pipeline, const struct event *event, struct buffer *into)
{
	if (event->kind != EVENT_CONTROL && event->kind != EVENT_MESSAGE)
		add_place(pipeline, event, into);
	if (event->kind == EVENT_RUN_STARTED)
		add_run_started(into, event);
	else if (event->kind == EVENT_RUN_FINISHED)
		add_run_finished(into, event);
	else if (event->kind == EVENT_DATE_PROGRESS)
		add_progress(into, event);
	else if (event->kind == EVENT_DATE_FINISHED)
		add_finished(into, event);
	else if (event->kind == EVENT_DATE_FAILED)
		add_text(into, "reason", event->message.text);
	else if (event->kind == EVENT_DATE_CUT)
		add_cut(into, event);
	else if (event->kind == EVENT_LOG)
		add_log(into, event);
	else if (event->kind == EVENT_QUEUED) {
		add_flag(into, "queued", event->queue.queued);
		add_dates(into, event->queue.dates, event->queue.count);
	} else if (event->kind == EVENT_CONTROL)
		add_control(pipeline, event, into);
	else if (event->kind == EVENT_ALERT)
		add_alert(into, &event->alert.alert);
	else if (event->kind == EVENT_MESSAGE) {
		add_text(into, "severity", severity_words[event->message.severity]);
		add_text(into, "text", event->message.text);
	}
}

void event_lines_begin(
	const struct pipeline *pipeline, struct date_range range, struct buffer *into)
{
	char text[DATE_RANGE_TEXT_BYTES];
	buffer_add_format(into, "{\"event\": \"begin\", \"version\": %d", EVENT_LINES_VERSION);
	add_text(into, "pipeline", pipeline->name);
	add_text(into, "range", date_range_format(range, text));
	buffer_add_text(into, "}\n");
}

bool event_line_format(
	const struct pipeline *pipeline, const struct event *event, struct buffer *into)
{
	static const struct {
		enum event_kind kind;
		const char *word;
	} words[] = {
#define X(kind, word) {EVENT_##kind, word},
		EVENT_LINES(X)
#undef X
	};
	if (event->kind == EVENT_ALERT && event->alert.stage != ALERT_RAISED)
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (words[i].kind == event->kind) {
			add_start(into, event, words[i].word);
			add_members(pipeline, event, into);
			buffer_add_text(into, "}\n");
			return true;
		}
	return false;
}
