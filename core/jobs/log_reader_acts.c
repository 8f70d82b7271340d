#include "log_reader_parts.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define NUMBER_DIGITS_MAX 15

void copy_reason(char into[LOG_REASON_BYTES], const char *text, size_t length)
{
	if (length >= LOG_REASON_BYTES) {
		length = LOG_REASON_BYTES - 1;
		while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
			length--;
	}
	memcpy(into, text, length);
	into[length] = '\0';
}

void reader_weigh(struct log_reader *reader, struct cause *cause, enum weight weight,
	const char *word, const char *text, size_t length)
{
	if (cause->weight >= weight)
		return;
	const char *found = log_matcher_category(reader->matcher, text, length);
	cause->weight = weight;
	text_copy(cause->category, sizeof(cause->category), found != NULL ? found : word);
	copy_reason(cause->text, text, length);
}

/* What one line captured. */
struct captured {
	const char *message;
	const struct log_hit *hit;
};

static bool is_there(const struct captured *line, enum log_capture name)
{
	struct log_span span;
	return log_hit_span(line->hit, name, &span);
}

/* The text of a capture; "" when it took no part. */
static const char *text_of(const struct captured *line, enum log_capture name, size_t *length)
{
	struct log_span span = {0, 0};
	*length = 0;
	if (!log_hit_span(line->hit, name, &span))
		return "";
	*length = span.length;
	return line->message + span.start;
}

static void copy_of(const struct captured *line, enum log_capture name, char into[LOG_REASON_BYTES])
{
	size_t length;
	const char *text = text_of(line, name, &length);
	copy_reason(into, text, length);
}

/* A number, or -1 where there is none or one too long to be a count. */
static int64_t number_of(const struct captured *line, enum log_capture name)
{
	size_t length;
	const char *text = text_of(line, name, &length);
	if (length == 0 || length > NUMBER_DIGITS_MAX)
		return -1;
	int64_t value = 0;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

static date_t parse_date_at(const char *text, size_t length)
{
	char copy[DATE_TEXT_BYTES];
	date_t date;
	if (length < DATE_TEXT_BYTES - 1)
		return DATE_NONE;
	memcpy(copy, text, DATE_TEXT_BYTES - 1);
	copy[DATE_TEXT_BYTES - 1] = '\0';
	return date_parse(copy, &date) ? date : DATE_NONE;
}

static date_t date_of_line(const struct captured *line, enum log_capture name)
{
	size_t length;
	const char *text = text_of(line, name, &length);
	return length == DATE_TEXT_BYTES - 1 ? parse_date_at(text, length) : DATE_NONE;
}

/* "36.8" seconds in milliseconds, or -1. */
static int64_t milliseconds_of(const struct captured *line, enum log_capture name)
{
	char text[LOG_REASON_BYTES];
	double seconds;
	copy_of(line, name, text);
	if (!text_to_real(text, &seconds) || seconds < 0 || seconds > 1e9)
		return -1;
	return (int64_t)(seconds * 1000 + 0.5);
}

static enum weight weight_of(const struct log_rule *rule)
{
	switch (rule->severity) {
	case LOG_REASON:
	case LOG_SILENT:
		return WEIGHT_REASON;
	case LOG_ERROR:
		return WEIGHT_ERROR;
	case LOG_PROGRESS:
	case LOG_INFORMATION:
	case LOG_NOISE:
	case LOG_WATCH:
		return WEIGHT_HINT;
	}
	return WEIGHT_HINT;
}

static void take_cause(struct log_reader *reader, const struct captured *line)
{
	size_t length, table_length;
	const char *text = text_of(line, LOG_CAPTURE_TEXT, &length);
	const char *table = text_of(line, LOG_CAPTURE_TABLE, &table_length);
	struct date_state *state = reader_state(reader, date_of_line(line, LOG_CAPTURE_DATE));
	struct cause *check = &state->check;
	state->has_evidence = true;
	bool is_explained = check->weight != WEIGHT_NONE &&
			    strlen(state->checked_table) == table_length && table_length > 0 &&
			    memcmp(state->checked_table, table, table_length) == 0;
	if (is_explained && state->cause.weight < WEIGHT_REASON) {
		state->cause = *check;
		state->cause.weight = WEIGHT_REASON;
		return;
	}
	reader_weigh(reader, &state->cause, weight_of(line->hit->rule), line->hit->rule->word, text,
		length);
}

static void take_failed_check(struct log_reader *reader, const struct captured *line)
{
	size_t length, table_length;
	const char *text = text_of(line, LOG_CAPTURE_TEXT, &length);
	const char *table = text_of(line, LOG_CAPTURE_TABLE, &table_length);
	struct date_state *state = reader_state(reader, DATE_NONE);
	state->has_evidence = true;
	state->check.weight = WEIGHT_NONE;
	reader_weigh(reader, &state->check, WEIGHT_ERROR, line->hit->rule->word, text, length);
	size_t kept = table_length < LOG_CATEGORY_BYTES ? table_length : LOG_CATEGORY_BYTES - 1;
	memcpy(state->checked_table, table, kept);
	state->checked_table[kept] = '\0';
	reader_weigh(reader, &state->cause, WEIGHT_ERROR, line->hit->rule->word, text, length);
}

static void tell_problem(struct log_reader *reader, const struct captured *line, date_t date)
{
	char text[LOG_REASON_BYTES];
	struct log_fact fact = fact_of(LOG_FACT_PROBLEM, date);
	copy_of(line, LOG_CAPTURE_TEXT, text);
	fact.text = text;
	fact.category = line->hit->rule->word;
	fact.severity = line->hit->rule->severity;
	reader_tell(reader, fact);
}

/* A save that did not happen, a batch that is missing, rows that are not to be trusted. */
static void take_damage(struct log_reader *reader, const struct captured *line)
{
	const struct log_rule *rule = line->hit->rule;
	size_t length;
	const char *text = text_of(line, LOG_CAPTURE_TEXT, &length);
	struct date_state *state = reader_state(reader, date_of_line(line, LOG_CAPTURE_DATE));
	state->has_evidence = true;
	if (rule->act == LOG_ACT_SAVE_FAILED) {
		state->has_save_failed = true;
		state->save.weight = WEIGHT_NONE;
		reader_weigh(reader, &state->save, WEIGHT_REASON, rule->word, text, length);
	} else if (rule->act == LOG_ACT_PARTIAL) {
		state->is_partial = true;
		reader_weigh(reader, &state->save, WEIGHT_REASON, rule->word, text, length);
		text_copy(state->save.category, sizeof(state->save.category), rule->word);
	}
	tell_problem(reader, line, state->date);
}

static void take_exception(struct log_reader *reader, const struct captured *line)
{
	size_t length;
	const char *text = text_of(line, LOG_CAPTURE_TEXT, &length);
	struct date_state *state = reader_state(reader, DATE_NONE);
	reader->is_record_in_traceback = false;
	reader_weigh(reader, &state->cause, WEIGHT_ERROR, "PROCESSING_ERROR", text, length);
	/* The first of a chain is where it began. */
	reader_weigh(reader, &reader->crash, WEIGHT_ERROR, "PROCESSING_ERROR", text, length);
}

static void take_progress(struct log_reader *reader, const struct captured *line)
{
	char entity[LOG_REASON_BYTES];
	struct date_state *state = reader_state(reader, DATE_NONE);
	struct log_fact fact = fact_of(LOG_FACT_PROGRESS, state->date);
	copy_of(line, LOG_CAPTURE_ENTITY, entity);
	fact.text = entity[0] != '\0' ? entity : line->hit->rule->word;
	fact.done = number_of(line, LOG_CAPTURE_DONE);
	fact.total = number_of(line, LOG_CAPTURE_TOTAL);
	if (line->hit->rule->act == LOG_ACT_CALCULATE) {
		reader_set_stage(reader, state, LOG_STAGE_CALCULATE);
		fact.done = 0;
	} else if (line->hit->rule->act == LOG_ACT_BATCH) {
		reader_set_stage(reader, state, LOG_STAGE_LOAD);
		state->batch = fact.done;
		state->batches = fact.total;
	}
	if (fact.done >= 0 && fact.total >= 0)
		reader_tell(reader, fact);
}

static void take_stage(struct log_reader *reader, const struct captured *line)
{
	struct date_state *state = reader_state(reader, date_of_line(line, LOG_CAPTURE_DATE));
	int8_t stage = reader->rule_stages[line->hit->rule_number];
	if (stage >= 0)
		reader_set_stage(reader, state, (enum log_stage)stage);
}

static void open_window(struct log_reader *reader, const struct captured *line)
{
	date_t first = date_of_line(line, LOG_CAPTURE_DATE);
	struct date_state *state = reader_state(reader, first);
	state->has_evidence = true;
	reader_set_stage(reader, state, LOG_STAGE_DELETE);
	if (state->is_window_open)
		return;
	state->is_window_open = true;
	struct log_fact fact = fact_of(LOG_FACT_WINDOW, state->date);
	fact.is_window_open = true;
	reader_tell(reader, fact);
}

static void take_load(struct log_reader *reader, const struct captured *line)
{
	int64_t rows = number_of(line, LOG_CAPTURE_ROWS);
	struct date_state *state = reader_state(reader, DATE_NONE);
	if (rows < 0)
		return;
	/* Some scripts say the same load twice in other words; batches are said once each. */
	if (line->hit->rule->act == LOG_ACT_LOAD_BATCH)
		state->batch_rows = (state->batch_rows < 0 ? 0 : state->batch_rows) + rows;
	else if (rows > state->loaded_rows)
		state->loaded_rows = rows;
	if (line->hit->rule->act == LOG_ACT_LOAD || state->batch >= state->batches)
		reader_close_window(reader, state);
	if (rows > 0)
		state->has_save_failed = false;
	reader_tell_rows(reader, state, rows);
}

static void take_write(struct log_reader *reader, const struct captured *line)
{
	struct date_state *state = reader_state(reader, DATE_NONE);
	state->written = number_of(line, LOG_CAPTURE_DONE);
	state->to_write = number_of(line, LOG_CAPTURE_TOTAL);
	reader_close_window(reader, state);
	reader_tell_rows(reader, state, -1);
}

static void take_recorded(struct log_reader *reader, const struct captured *line)
{
	char status[LOG_REASON_BYTES];
	struct date_state *state = reader_state(reader, DATE_NONE);
	copy_of(line, LOG_CAPTURE_STATUS, status);
	if (strcmp(status, "running") == 0)
		return;
	state->was_recorded_ok = strcmp(status, "success") == 0;
	state->was_recorded_failed = strcmp(status, "failed") == 0;
	state->seconds_ms = milliseconds_of(line, LOG_CAPTURE_SECONDS);
}

static void take_run_started(struct log_reader *reader, const struct captured *line)
{
	char digits[LOG_REASON_BYTES * 2], time[LOG_REASON_BYTES];
	if (reader->hand.was_recorded_ok || reader->hand.was_recorded_failed)
		reader_set_aside(reader);
	copy_of(line, LOG_CAPTURE_STAMP, digits);
	copy_of(line, LOG_CAPTURE_TIME, time);
	size_t length = strlen(digits);
	text_copy(digits + length, sizeof(digits) - length, time);
	struct date_state *state = reader_state(reader, DATE_NONE);
	state->started_ms = log_prefix_time_in(&reader->hour, digits, strlen(digits));
}

static void take_verdict(struct log_reader *reader, const struct captured *line)
{
	struct verdict verdict = {
		.date = date_of_line(line, LOG_CAPTURE_DATE),
		.entities = number_of(line, LOG_CAPTURE_ENTITIES),
		.failures = number_of(line, LOG_CAPTURE_FAILED),
	};
	char status[LOG_REASON_BYTES];
	copy_of(line, LOG_CAPTURE_TEXT, verdict.text);
	copy_of(line, LOG_CAPTURE_STATUS, status);
	enum log_act act = line->hit->rule->act;
	if (act == LOG_ACT_OK || strcmp(status, "success") == 0)
		verdict.said = SAID_OK;
	else if (act == LOG_ACT_SKIP || strcmp(status, "skipped_bootstrap") == 0)
		verdict.said = SAID_SKIPPED;
	else if (act == LOG_ACT_DRY || strcmp(status, "dry_run_complete") == 0)
		verdict.said = SAID_DRY;
	else
		verdict.said = SAID_FAILED;
	/* "Failed: 2021-11-25" names the date and no reason. */
	date_t named = parse_date_at(verdict.text, strlen(verdict.text));
	if (named != DATE_NONE && strlen(verdict.text) == DATE_TEXT_BYTES - 1) {
		verdict.text[0] = '\0';
		verdict.date = verdict.date == DATE_NONE ? named : verdict.date;
	}
	reader_verdict(reader, &verdict);
}

static struct date_range range_of(const struct captured *line)
{
	struct date_range range = {
		date_of_line(line, LOG_CAPTURE_FIRST), date_of_line(line, LOG_CAPTURE_LAST)};
	if (range.first == DATE_NONE || range.last == DATE_NONE)
		return (struct date_range){.first = 1, .last = 0};
	return range;
}

static void begin_run(struct log_reader *reader, const struct captured *line)
{
	/* Header lines come in any order; what has dates or a summary is the run before. */
	if (reader->has_dates || reader->has_summary)
		reader_end_run(reader);
	reader->is_parallel = false;
	struct log_fact fact = fact_of(LOG_FACT_RUN_BEGAN, DATE_NONE);
	fact.range = range_of(line);
	reader_tell(reader, fact);
	if (is_there(line, LOG_CAPTURE_DATES)) {
		struct log_fact plan = fact_of(LOG_FACT_PLAN, DATE_NONE);
		plan.done = number_of(line, LOG_CAPTURE_DATES);
		reader_tell(reader, plan);
	}
}

static void take_plan(struct log_reader *reader, const struct captured *line)
{
	struct log_fact fact = fact_of(LOG_FACT_PLAN, DATE_NONE);
	if (line->hit->rule->act == LOG_ACT_PARALLEL)
		reader->is_parallel = true;
	if (!is_there(line, LOG_CAPTURE_DATES))
		return;
	int64_t workers = number_of(line, LOG_CAPTURE_WORKERS);
	fact.done = number_of(line, LOG_CAPTURE_DATES);
	fact.total = number_of(line, LOG_CAPTURE_TOTAL);
	fact.workers = workers > 0 && workers < 10000 ? (int)workers : 1;
	reader_tell(reader, fact);
}

static void tell_text(struct log_reader *reader, const struct captured *line,
	enum log_fact_kind kind, enum log_capture name)
{
	char text[LOG_REASON_BYTES];
	struct log_fact fact = fact_of(kind, DATE_NONE);
	copy_of(line, name, text);
	fact.text = text;
	fact.category = line->hit->rule->word;
	fact.severity = line->hit->rule->severity;
	reader_tell(reader, fact);
}

static void take_refusal(struct log_reader *reader, const struct captured *line)
{
	size_t length;
	const char *text = text_of(line, LOG_CAPTURE_TEXT, &length);
	reader_weigh(reader, &reader->refusal, WEIGHT_REASON, line->hit->rule->word, text, length);
	text_copy(
		reader->refusal.category, sizeof(reader->refusal.category), line->hit->rule->word);
	tell_text(reader, line, LOG_FACT_REFUSED, LOG_CAPTURE_TEXT);
}

static void take_mode(struct log_reader *reader, const struct captured *line)
{
	size_t length;
	const char *text = text_of(line, LOG_CAPTURE_TEXT, &length);
	if (length < 3 || memcmp(text, "DRY", 3) != 0 || reader->is_dry_run)
		return;
	reader->is_dry_run = true;
	reader_tell(reader, fact_of(LOG_FACT_DRY_RUN, DATE_NONE));
}

static void take_failures(struct log_reader *reader, const struct captured *line)
{
	char category[LOG_REASON_BYTES];
	struct log_fact fact = fact_of(LOG_FACT_FAILURES, reader_state(reader, DATE_NONE)->date);
	copy_of(line, LOG_CAPTURE_STATUS, category);
	fact.category = category;
	fact.done = number_of(line, LOG_CAPTURE_DONE);
	fact.is_expected = strcmp(line->hit->rule->word, "expected") == 0;
	reader_tell(reader, fact);
}

static void take_counts(struct log_reader *reader, const struct captured *line)
{
	struct log_counts *counts = &reader->counts;
	if (line->hit->rule->act == LOG_ACT_SUMMARY && !reader->has_summary) {
		reader_close_open(reader);
		reader->has_summary = true;
		reader_tell(reader, fact_of(LOG_FACT_SUMMARY, DATE_NONE));
	}
	if (!reader->has_summary)
		return;
	if (is_there(line, LOG_CAPTURE_OK))
		counts->said_ok = number_of(line, LOG_CAPTURE_OK);
	if (is_there(line, LOG_CAPTURE_SKIPPED))
		counts->said_skipped = number_of(line, LOG_CAPTURE_SKIPPED);
	if (is_there(line, LOG_CAPTURE_FAILED))
		counts->said_failed = number_of(line, LOG_CAPTURE_FAILED);
}

static void tell_listed(struct log_reader *reader, date_t date)
{
	if (date != DATE_NONE)
		reader_tell(reader, fact_of(LOG_FACT_LISTED, date));
}

/* "2021-11-25, 2021-11-29" and "[datetime.date(2021, 11, 16), ...]". */
static void take_failed_dates(struct log_reader *reader, const struct captured *line)
{
	char text[LOG_REASON_BYTES * 4];
	size_t length;
	const char *from = text_of(line, LOG_CAPTURE_TEXT, &length);
	if (length >= sizeof(text))
		length = sizeof(text) - 1;
	memcpy(text, from, length);
	text[length] = '\0';
	for (const char *at = text; (at = strstr(at, "datetime.date(")) != NULL;) {
		int year = 0, month = 0, day = 0;
		char iso[32];
		at += strlen("datetime.date(");
		/* NOLINTNEXTLINE(cert-err34-c): the rule's pattern lets digits through only. */
		if (sscanf(at, "%4d, %2d, %2d", &year, &month, &day) == 3) {
			snprintf(iso, sizeof(iso), "%04d-%02d-%02d", year, month, day);
			tell_listed(reader, parse_date_at(iso, strlen(iso)));
		}
	}
	for (const char *at = text; strlen(at) >= DATE_TEXT_BYTES - 1; at++) {
		date_t date = parse_date_at(at, strlen(at));
		tell_listed(reader, date);
		at += date == DATE_NONE ? 0 : DATE_TEXT_BYTES - 2;
	}
}

static void take_entities(struct log_reader *reader, const struct captured *line)
{
	struct date_state *state = reader_state(reader, DATE_NONE);
	state->has_evidence = true;
	state->entities = number_of(line, LOG_CAPTURE_OK);
	if (is_there(line, LOG_CAPTURE_FAILED))
		state->failures = number_of(line, LOG_CAPTURE_FAILED);
}

bool reader_is_verdict(enum log_act act)
{
	return act == LOG_ACT_OK || act == LOG_ACT_FAIL || act == LOG_ACT_SKIP ||
	       act == LOG_ACT_DRY || act == LOG_ACT_STATUS;
}

void reader_act(struct log_reader *reader, const char *message, const struct log_hit *hit)
{
	struct captured line = {message, hit};
	switch (hit->rule->act) {
	case LOG_ACT_NOTE:
		return;
	case LOG_ACT_TRACEBACK:
		reader->is_record_in_traceback = true;
		return;
	case LOG_ACT_EXCEPTION:
		take_exception(reader, &line);
		return;
	case LOG_ACT_RUN_BEGINS:
		begin_run(reader, &line);
		return;
	case LOG_ACT_RANGE: {
		struct log_fact fact = fact_of(LOG_FACT_RANGE, DATE_NONE);
		fact.range = range_of(&line);
		if (!reader->has_summary)
			reader_tell(reader, fact);
		return;
	}
	case LOG_ACT_PLAN:
	case LOG_ACT_PARALLEL:
		take_plan(reader, &line);
		return;
	case LOG_ACT_MODE:
		take_mode(reader, &line);
		return;
	case LOG_ACT_RESUME:
		reader_tell(
			reader, fact_of(LOG_FACT_RESUMED, date_of_line(&line, LOG_CAPTURE_DATE)));
		return;
	case LOG_ACT_CHECKPOINT:
		tell_text(reader, &line, LOG_FACT_CHECKPOINT, LOG_CAPTURE_PATH);
		return;
	case LOG_ACT_REFUSED:
		take_refusal(reader, &line);
		return;
	case LOG_ACT_DATE_BEGINS:
		reader_begin_date(reader, date_of_line(&line, LOG_CAPTURE_DATE));
		return;
	case LOG_ACT_DATE_NAMED:
	case LOG_ACT_STAGE:
		take_stage(reader, &line);
		return;
	case LOG_ACT_OK:
	case LOG_ACT_FAIL:
	case LOG_ACT_SKIP:
	case LOG_ACT_DRY:
	case LOG_ACT_STATUS:
		take_verdict(reader, &line);
		return;
	case LOG_ACT_CALCULATE:
	case LOG_ACT_PROGRESS:
	case LOG_ACT_BATCH:
		take_progress(reader, &line);
		return;
	case LOG_ACT_ENTITIES:
		take_entities(reader, &line);
		return;
	case LOG_ACT_WINDOW:
		open_window(reader, &line);
		return;
	case LOG_ACT_LOAD:
	case LOG_ACT_LOAD_BATCH:
		take_load(reader, &line);
		return;
	case LOG_ACT_WRITE:
		take_write(reader, &line);
		return;
	case LOG_ACT_NO_DATA:
		copy_of(&line, LOG_CAPTURE_TEXT, reader_state(reader, DATE_NONE)->no_data);
		return;
	case LOG_ACT_CAUSE:
		take_cause(reader, &line);
		return;
	case LOG_ACT_CHECK_FAILED:
		take_failed_check(reader, &line);
		return;
	case LOG_ACT_SAVE_FAILED:
	case LOG_ACT_PARTIAL:
	case LOG_ACT_DOUBT:
		take_damage(reader, &line);
		return;
	case LOG_ACT_FAILURES:
		take_failures(reader, &line);
		return;
	case LOG_ACT_RUN_STARTED:
		take_run_started(reader, &line);
		return;
	case LOG_ACT_RECORDED:
		take_recorded(reader, &line);
		return;
	case LOG_ACT_SUMMARY:
	case LOG_ACT_COUNTS:
		take_counts(reader, &line);
		return;
	case LOG_ACT_FAILED_DATES:
		take_failed_dates(reader, &line);
		return;
	}
}
