/* Events as lines of JSON: reading. What a line says is checked: nothing in it is trusted. */
#include "event_lines_parts.h"

#include <jansson.h>
#include <limits.h>
#include <stdlib.h>

struct line {
	const struct pipeline *pipeline;
	const json_t *root;
};

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text != NULL ? text : "";
}

static int64_t number_of(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static bool read_count(const struct line *line, const char *name, int *into)
{
	int64_t number = number_of(line->root, name);
	*into = (int)number;
	return number >= 0 && number <= INT_MAX;
}

static bool flag_of(const struct line *line, const char *name)
{
	return json_is_true(json_object_get(line->root, name));
}

static bool read_word(
	const struct line *line, const char *name, const char *const *words, int count, int *into)
{
	const char *text = text_of(line->root, name);
	for (*into = 0; *into < count; ++*into)
		if (strcmp(words[*into], text) == 0)
			return true;
	return false;
}

static bool read_table(const struct line *line, size_t *table)
{
	*table = pipeline_find(line->pipeline, text_of(line->root, "table"));
	return *table < line->pipeline->table_count;
}

static bool read_date(const struct line *line, date_t *date)
{
	const char *text = text_of(line->root, "date");
	*date = DATE_NONE;
	return text[0] == '\0' || date_parse(text, date);
}

static bool read_run_started(const struct line *line, struct event *event)
{
	event->run_started.paced = flag_of(line, "paced");
	return read_count(line, "dates", &event->run_started.date_count) &&
	       read_count(line, "worker", &event->run_started.worker);
}

static bool read_run_finished(const struct line *line, struct event *event)
{
	int outcome;
	bool read = read_word(line, "outcome", event_line_outcomes, RUN_OUTCOME_COUNT, &outcome);
	event->run_finished.outcome = (enum run_outcome)outcome;
	return read && read_count(line, "done", &event->run_finished.done) &&
	       read_count(line, "failed", &event->run_finished.failed) &&
	       read_count(line, "left", &event->run_finished.left);
}

static bool read_progress(const struct line *line, struct event *event)
{
	text_copy(event->progress.entity, sizeof(event->progress.entity),
		text_of(line->root, "entity"));
	return read_count(line, "done", &event->progress.done) &&
	       read_count(line, "total", &event->progress.total);
}

static void read_sources(const json_t *sources, struct receipt *receipt)
{
	const char *table;
	json_t *sequence;
	json_object_foreach((json_t *)sources, table, sequence)
	{
		if (receipt->source_count == RECEIPT_SOURCES_MAX)
			return;
		struct receipt_source *source = &receipt->sources[receipt->source_count++];
		text_copy(source->table, sizeof(source->table), table);
		source->sequence = json_integer_value(sequence);
	}
}

static bool read_receipt(const struct line *line, struct event *event)
{
	const json_t *from = json_object_get(line->root, "receipt");
	struct receipt *receipt = &event->finished.receipt;
	text_copy(
		receipt->table, sizeof(receipt->table), line->pipeline->tables[event->table].name);
	receipt->date = event->date;
	text_copy(receipt->run, sizeof(receipt->run), text_of(from, "run"));
	text_copy(receipt->hash, sizeof(receipt->hash), text_of(from, "hash"));
	receipt->distinct_keys = number_of(from, "distinct_keys");
	receipt->sequence = number_of(from, "sequence");
	receipt->written_ms = number_of(from, "written_ms");
	receipt->verified_ms = number_of(from, "verified_ms");
	read_sources(json_object_get(from, "sources"), receipt);
	return json_is_object(from) && receipt->sequence > 0;
}

static bool read_finished(const struct line *line, struct event *event)
{
	event->finished.unchanged = flag_of(line, "unchanged");
	event->finished.is_reported = flag_of(line, "reported");
	event->finished.receipt.rows = number_of(line->root, "rows");
	event->finished.duration_ms = number_of(line->root, "duration_ms");
	return event->date != DATE_NONE && json_is_integer(json_object_get(line->root, "rows")) &&
	       read_count(line, "failures", &event->finished.failures) &&
	       (event->finished.is_reported || read_receipt(line, event));
}

static bool read_failed(const struct line *line, struct event *event)
{
	event->message.severity = SEVERITY_ERROR;
	text_copy(event->message.text, sizeof(event->message.text), text_of(line->root, "reason"));
	return event->date != DATE_NONE;
}

static bool read_cut(const struct line *line, struct event *event)
{
	static const char *const words[] = {"killed", "suspect", "lost"};
	static const enum attempt_state states[] = {ATTEMPT_KILLED, ATTEMPT_SUSPECT, ATTEMPT_LOST};
	int state;
	if (!read_word(line, "state", words, ARRAY_COUNT(words), &state))
		return false;
	event->cut.state = states[state];
	text_copy(event->cut.text, sizeof(event->cut.text), text_of(line->root, "reason"));
	return event->date != DATE_NONE;
}

static bool read_log(const struct line *line, struct event *event)
{
	const json_t *lines = json_object_get(line->root, "lines");
	const char *severities = text_of(line->root, "severities");
	size_t count = json_array_size(lines);
	if (count == 0 || count > EVENT_LOG_LINES_MAX || strlen(severities) != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		const char *text = json_string_value(json_array_get(lines, i));
		size_t length = text == NULL ? 0 : strlen(text);
		event->log.lines[i] = memory_copy_span(text == NULL ? "" : text,
			length < LOG_LINE_BYTES_MAX ? length : LOG_LINE_BYTES_MAX - 1);
		event->log.severities[i] = severities[i];
		event->log.count++;
	}
	return true;
}

static bool read_queued(const struct line *line, struct event *event)
{
	struct date_set set = {0};
	event->queue.queued = flag_of(line, "queued");
	bool read = json_ranges_parse(json_object_get(line->root, "dates"), &set);
	event->queue.dates = memory_new_array((size_t)date_set_days(&set) + 1, sizeof(date_t));
	for (date_t date = date_set_first(&set); date != DATE_NONE;
		date = date_set_next(&set, date))
		event->queue.dates[event->queue.count++] = date;
	date_set_release(&set);
	return read;
}

/* Whoever reads this is not the owner. */
static bool read_control(const struct line *line, struct event *event)
{
	size_t table;
	event->control.auto_launch = flag_of(line, "auto_launch");
	event->control.paced = flag_of(line, "paced");
	event->control.all_paused = flag_of(line, "all_paused");
	event->control.read_only = true;
	event->control.paused_table = read_table(line, &table) ? (int)table : -1;
	event->control.table_paused = flag_of(line, "table_paused");
	return read_count(line, "workers", &event->control.workers);
}

static bool read_message(const struct line *line, struct event *event)
{
	int severity;
	bool read = read_word(line, "severity", severity_words, SEVERITY_COUNT, &severity);
	event->message.severity = (enum severity)severity;
	text_copy(event->message.text, sizeof(event->message.text), text_of(line->root, "text"));
	return read;
}

static bool read_alert(const struct line *line, struct event *event)
{
	const char *names[ALERT_KIND_COUNT];
	const json_t *lines = json_object_get(line->root, "lines");
	struct alert *alert = &event->alert.alert;
	int kind;
	for (int i = 0; i < ALERT_KIND_COUNT; i++)
		names[i] = alert_row((enum alert_kind)i)->name;
	if (!read_word(line, "kind", names, ALERT_KIND_COUNT, &kind) ||
		!read_count(line, "times", &alert->times))
		return false;
	alert->kind = (enum alert_kind)kind;
	alert->table = event->table;
	alert->date = event->date;
	alert->at_ms = event->at_ms;
	text_copy(alert->text, sizeof(alert->text), text_of(line->root, "text"));
	for (size_t i = 0; i < ALERT_LINES_MAX && i < json_array_size(lines); i++)
		text_copy(alert->lines[i], ALERT_LINE_BYTES,
			json_string_value(json_array_get(lines, i)));
	return true;
}

static bool read_nothing(const struct line *line, struct event *event)
{
	(void)line;
	return event->date != DATE_NONE;
}

static const struct {
	const char *word;
	enum event_kind kind;
	bool has_table;
	bool (*read)(const struct line *line, struct event *event);
} kinds[] = {
	{"run_started", EVENT_RUN_STARTED, true, read_run_started},
	{"run_finished", EVENT_RUN_FINISHED, true, read_run_finished},
	{"date_started", EVENT_DATE_STARTED, true, read_nothing},
	{"date_progress", EVENT_DATE_PROGRESS, true, read_progress},
	{"date_finished", EVENT_DATE_FINISHED, true, read_finished},
	{"date_failed", EVENT_DATE_FAILED, true, read_failed},
	{"date_cut", EVENT_DATE_CUT, true, read_cut},
	{"log", EVENT_LOG, true, read_log},
	{"queued", EVENT_QUEUED, true, read_queued},
	{"control", EVENT_CONTROL, false, read_control},
	{"message", EVENT_MESSAGE, false, read_message},
	{"alert", EVENT_ALERT, true, read_alert},
};

static bool read_event(const struct line *line, struct event *event)
{
	const char *word = text_of(line->root, "event");
	int64_t run = number_of(line->root, "run");
	event->at_ms = number_of(line->root, "at_ms");
	event->run = run > 0 && run <= UINT32_MAX ? (uint32_t)run : 0;
	if (!read_date(line, &event->date) || event->at_ms <= 0)
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		if (strcmp(kinds[i].word, word) != 0)
			continue;
		event->kind = kinds[i].kind;
		return (!kinds[i].has_table || read_table(line, &event->table)) &&
		       kinds[i].read(line, event);
	}
	return false;
}

bool event_line_parse(
	const struct pipeline *pipeline, const char *line, size_t length, struct event *into)
{
	struct event event = {0};
	if (length == 0 || length > EVENT_LINE_BYTES_MAX)
		return false;
	json_t *root = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL);
	struct line read = {pipeline, root};
	bool done = json_is_object(root) && read_event(&read, &event);
	json_decref(root);
	if (done)
		*into = event;
	else
		event_release(&event);
	return done;
}
