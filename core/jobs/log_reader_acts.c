#include "log_captured.h"
#include "log_reader_parts.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

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
	const char *text = captured_text(line, LOG_CAPTURE_TEXT, &length);
	const char *table = captured_text(line, LOG_CAPTURE_TABLE, &table_length);
	struct date_state *state = reader_state(reader, captured_date(line, LOG_CAPTURE_DATE));
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
	const char *text = captured_text(line, LOG_CAPTURE_TEXT, &length);
	const char *table = captured_text(line, LOG_CAPTURE_TABLE, &table_length);
	struct date_state *state = reader_state(reader, DATE_NONE);
	state->has_evidence = true;
	state->check.weight = WEIGHT_NONE;
	reader_weigh(reader, &state->check, WEIGHT_ERROR, line->hit->rule->word, text, length);
	size_t kept = table_length < LOG_CATEGORY_BYTES ? table_length : LOG_CATEGORY_BYTES - 1;
	memcpy(state->checked_table, table, kept);
	state->checked_table[kept] = '\0';
	reader_weigh(reader, &state->cause, WEIGHT_ERROR, line->hit->rule->word, text, length);
}

/* A save that did not happen, a batch that is missing, rows that are not to be trusted. */
static void take_damage(struct log_reader *reader, const struct captured *line)
{
	const struct log_rule *rule = line->hit->rule;
	size_t length;
	const char *text = captured_text(line, LOG_CAPTURE_TEXT, &length);
	struct date_state *state = reader_state(reader, captured_date(line, LOG_CAPTURE_DATE));
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
	reader_tell_text(reader, line, fact_of(LOG_FACT_PROBLEM, state->date), LOG_CAPTURE_TEXT);
}

static void take_exception(struct log_reader *reader, const struct captured *line)
{
	size_t length;
	const char *text = captured_text(line, LOG_CAPTURE_TEXT, &length);
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
	captured_copy(line, LOG_CAPTURE_ENTITY, entity);
	fact.text = entity[0] != '\0' ? entity : line->hit->rule->word;
	fact.done = captured_number(line, LOG_CAPTURE_DONE);
	fact.total = captured_number(line, LOG_CAPTURE_TOTAL);
	if (line->hit->rule->act == LOG_ACT_CALCULATE) {
		reader_set_stage(reader, state, LOG_STAGE_CALCULATE);
		fact.done = 0;
	} else if (line->hit->rule->act == LOG_ACT_BATCH) {
		reader_set_stage(reader, state, LOG_STAGE_LOAD);
		state->batch = fact.done;
		state->batches = fact.total;
	}
	if (fact.done >= 0 && fact.total >= 0)
		reader_tell(reader, &fact);
}

static void take_stage(struct log_reader *reader, const struct captured *line)
{
	struct date_state *state = reader_state(reader, captured_date(line, LOG_CAPTURE_DATE));
	int8_t stage = reader->rule_stages[line->hit->rule_number];
	if (stage >= 0)
		reader_set_stage(reader, state, (enum log_stage)stage);
}

static void open_window(struct log_reader *reader, const struct captured *line)
{
	date_t first = captured_date(line, LOG_CAPTURE_DATE);
	struct date_state *state = reader_state(reader, first);
	state->has_evidence = true;
	reader_set_stage(reader, state, LOG_STAGE_DELETE);
	if (state->is_window_open)
		return;
	state->is_window_open = true;
	struct log_fact fact = fact_of(LOG_FACT_WINDOW, state->date);
	fact.is_window_open = true;
	reader_tell(reader, &fact);
}

static void take_load(struct log_reader *reader, const struct captured *line)
{
	int64_t rows = captured_number(line, LOG_CAPTURE_ROWS);
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
	state->written = captured_number(line, LOG_CAPTURE_DONE);
	state->to_write = captured_number(line, LOG_CAPTURE_TOTAL);
	reader_close_window(reader, state);
	reader_tell_rows(reader, state, -1);
}

static void take_recorded(struct log_reader *reader, const struct captured *line)
{
	char status[LOG_REASON_BYTES];
	struct date_state *state = reader_state(reader, DATE_NONE);
	captured_copy(line, LOG_CAPTURE_STATUS, status);
	if (strcmp(status, "running") == 0)
		return;
	state->was_recorded_ok = strcmp(status, "success") == 0;
	state->was_recorded_failed = strcmp(status, "failed") == 0;
	state->seconds_ms = captured_milliseconds(line, LOG_CAPTURE_SECONDS);
}

static void take_run_started(struct log_reader *reader, const struct captured *line)
{
	char digits[LOG_REASON_BYTES * 2], time[LOG_REASON_BYTES];
	if (reader->hand.was_recorded_ok || reader->hand.was_recorded_failed)
		reader_set_aside(reader);
	captured_copy(line, LOG_CAPTURE_STAMP, digits);
	captured_copy(line, LOG_CAPTURE_TIME, time);
	size_t length = strlen(digits);
	text_copy(digits + length, sizeof(digits) - length, time);
	struct date_state *state = reader_state(reader, DATE_NONE);
	state->started_ms = log_prefix_time_in(&reader->hour, digits, strlen(digits));
}

static void take_verdict(struct log_reader *reader, const struct captured *line)
{
	struct verdict verdict = {
		.date = captured_date(line, LOG_CAPTURE_DATE),
		.entities = captured_number(line, LOG_CAPTURE_ENTITIES),
		.failures = captured_number(line, LOG_CAPTURE_FAILED),
	};
	char status[LOG_REASON_BYTES];
	captured_copy(line, LOG_CAPTURE_TEXT, verdict.text);
	captured_copy(line, LOG_CAPTURE_STATUS, status);
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
	date_t named = captured_parse_date(verdict.text, strlen(verdict.text));
	if (named != DATE_NONE && strlen(verdict.text) == DATE_TEXT_BYTES - 1) {
		verdict.text[0] = '\0';
		verdict.date = verdict.date == DATE_NONE ? named : verdict.date;
	}
	reader_verdict(reader, &verdict);
}

static void take_failures(struct log_reader *reader, const struct captured *line)
{
	char category[LOG_REASON_BYTES];
	struct log_fact fact = fact_of(LOG_FACT_FAILURES, reader_state(reader, DATE_NONE)->date);
	captured_copy(line, LOG_CAPTURE_STATUS, category);
	fact.category = category;
	fact.done = captured_number(line, LOG_CAPTURE_DONE);
	fact.is_expected = strcmp(line->hit->rule->word, "expected") == 0;
	reader_tell(reader, &fact);
}

static void take_entities(struct log_reader *reader, const struct captured *line)
{
	struct date_state *state = reader_state(reader, DATE_NONE);
	state->has_evidence = true;
	state->entities = captured_number(line, LOG_CAPTURE_OK);
	if (captured_has(line, LOG_CAPTURE_FAILED))
		state->failures = captured_number(line, LOG_CAPTURE_FAILED);
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
		run_begin(reader, &line);
		return;
	case LOG_ACT_RANGE:
		run_range(reader, &line);
		return;
	case LOG_ACT_PLAN:
	case LOG_ACT_PARALLEL:
		run_plan(reader, &line);
		return;
	case LOG_ACT_MODE:
		run_mode(reader, &line);
		return;
	case LOG_ACT_RESUME:
		reader_tell_of(reader, LOG_FACT_RESUMED, captured_date(&line, LOG_CAPTURE_DATE));
		return;
	case LOG_ACT_CHECKPOINT:
		run_checkpoint(reader, &line);
		return;
	case LOG_ACT_REFUSED:
		run_refusal(reader, &line);
		return;
	case LOG_ACT_DATE_BEGINS:
		reader_begin_date(reader, captured_date(&line, LOG_CAPTURE_DATE));
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
		captured_copy(&line, LOG_CAPTURE_TEXT, reader_state(reader, DATE_NONE)->no_data);
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
		run_counts(reader, &line);
		return;
	case LOG_ACT_FAILED_DATES:
		run_failed_dates(reader, &line);
		return;
	}
}
