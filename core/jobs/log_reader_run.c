#include "log_captured.h"
#include "log_reader_parts.h"

#include "base/text.h"

#include <string.h>

#define DATE_CALL "datetime.date("

static struct date_range range_of(const struct captured *line)
{
	struct date_range range = {
		captured_date(line, LOG_CAPTURE_FIRST), captured_date(line, LOG_CAPTURE_LAST)};
	if (range.first == DATE_NONE || range.last == DATE_NONE)
		return (struct date_range){.first = 1, .last = 0};
	return range;
}

void run_begin(struct log_reader *reader, const struct captured *line)
{
	/* Header lines come in any order; what has dates or a summary is the run before. */
	if (reader->has_dates || reader->has_summary)
		reader_end_run(reader);
	reader->is_parallel = false;
	struct log_fact fact = fact_of(LOG_FACT_RUN_BEGAN, DATE_NONE);
	fact.range = range_of(line);
	reader_tell(reader, &fact);
	if (captured_has(line, LOG_CAPTURE_DATES)) {
		struct log_fact plan = fact_of(LOG_FACT_PLAN, DATE_NONE);
		plan.done = captured_number(line, LOG_CAPTURE_DATES);
		reader_tell(reader, &plan);
	}
}

void run_plan(struct log_reader *reader, const struct captured *line)
{
	struct log_fact fact = fact_of(LOG_FACT_PLAN, DATE_NONE);
	if (line->hit->rule->act == LOG_ACT_PARALLEL)
		reader->is_parallel = true;
	if (!captured_has(line, LOG_CAPTURE_DATES))
		return;
	int64_t workers = captured_number(line, LOG_CAPTURE_WORKERS);
	fact.done = captured_number(line, LOG_CAPTURE_DATES);
	fact.total = captured_number(line, LOG_CAPTURE_TOTAL);
	fact.workers = workers > 0 && workers < 10000 ? (int)workers : 1;
	reader_tell(reader, &fact);
}

void reader_tell_text(struct log_reader *reader, const struct captured *line, struct log_fact fact,
	enum log_capture name)
{
	char text[LOG_REASON_BYTES];
	captured_copy(line, name, text);
	fact.text = text;
	fact.category = line->hit->rule->word;
	fact.severity = line->hit->rule->severity;
	reader_tell(reader, &fact);
}

void run_refusal(struct log_reader *reader, const struct captured *line)
{
	size_t length;
	const char *text = captured_text(line, LOG_CAPTURE_TEXT, &length);
	reader_weigh(reader, &reader->refusal, WEIGHT_REASON, line->hit->rule->word, text, length);
	text_copy(
		reader->refusal.category, sizeof(reader->refusal.category), line->hit->rule->word);
	reader_tell_text(reader, line, fact_of(LOG_FACT_REFUSED, DATE_NONE), LOG_CAPTURE_TEXT);
}

void run_mode(struct log_reader *reader, const struct captured *line)
{
	size_t length;
	const char *text = captured_text(line, LOG_CAPTURE_TEXT, &length);
	if (length < 3 || memcmp(text, "DRY", 3) != 0 || reader->is_dry_run)
		return;
	reader->is_dry_run = true;
	reader_tell_of(reader, LOG_FACT_DRY_RUN, DATE_NONE);
}

void run_range(struct log_reader *reader, const struct captured *line)
{
	struct log_fact fact = fact_of(LOG_FACT_RANGE, DATE_NONE);
	fact.range = range_of(line);
	/* The summary says it once more. */
	if (!reader->has_summary)
		reader_tell(reader, &fact);
}

void run_checkpoint(struct log_reader *reader, const struct captured *line)
{
	reader_tell_text(reader, line, fact_of(LOG_FACT_CHECKPOINT, DATE_NONE), LOG_CAPTURE_PATH);
}

void run_counts(struct log_reader *reader, const struct captured *line)
{
	struct log_counts *counts = &reader->counts;
	if (line->hit->rule->act == LOG_ACT_SUMMARY && !reader->has_summary) {
		reader_close_open(reader);
		reader->has_summary = true;
		reader_tell_of(reader, LOG_FACT_SUMMARY, DATE_NONE);
	}
	if (!reader->has_summary)
		return;
	if (captured_has(line, LOG_CAPTURE_OK))
		counts->said_ok = captured_number(line, LOG_CAPTURE_OK);
	if (captured_has(line, LOG_CAPTURE_SKIPPED))
		counts->said_skipped = captured_number(line, LOG_CAPTURE_SKIPPED);
	if (captured_has(line, LOG_CAPTURE_FAILED))
		counts->said_failed = captured_number(line, LOG_CAPTURE_FAILED);
}

static void tell_listed(struct log_reader *reader, date_t date)
{
	if (date != DATE_NONE)
		reader_tell_of(reader, LOG_FACT_LISTED, date);
}

/* A number at the start of the text, written with zeros before it; the place behind what must
 * follow it, or NULL. */
static const char *copy_number(const char *text, char *into, size_t digits, const char *behind)
{
	size_t length = strspn(text, "0123456789");
	if (length == 0 || length > digits || strncmp(text + length, behind, strlen(behind)) != 0)
		return NULL;
	memset(into, '0', digits - length);
	memcpy(into + digits - length, text, length);
	return text + length + strlen(behind);
}

/* Of "2021, 11, 6)..."; DATE_NONE when it is none. */
static date_t date_of_call(const char *text)
{
	char iso[] = "YYYY-MM-DD";
	const char *at = copy_number(text, iso, 4, ", ");
	if (at != NULL)
		at = copy_number(at, iso + 5, 2, ", ");
	if (at != NULL)
		at = copy_number(at, iso + 8, 2, ")");
	return at == NULL ? DATE_NONE : captured_parse_date(iso, sizeof(iso) - 1);
}

/* "2021-11-25, 2021-11-29" and "[datetime.date(2021, 11, 16), ...]". */
void run_failed_dates(struct log_reader *reader, const struct captured *line)
{
	char text[LOG_REASON_BYTES * 4];
	size_t length;
	const char *from = captured_text(line, LOG_CAPTURE_TEXT, &length);
	if (length >= sizeof(text))
		length = sizeof(text) - 1;
	memcpy(text, from, length);
	text[length] = '\0';
	for (const char *at = text; (at = strstr(at, DATE_CALL)) != NULL;) {
		at += strlen(DATE_CALL);
		tell_listed(reader, date_of_call(at));
	}
	const char *end = text + length;
	for (const char *at = text; end - at >= DATE_TEXT_BYTES - 1; at++) {
		if (at[4] != '-')
			continue;
		date_t date = captured_parse_date(at, (size_t)(end - at));
		tell_listed(reader, date);
		at += date == DATE_NONE ? 0 : DATE_TEXT_BYTES - 2;
	}
}

static bool has_failures(const struct log_counts *counts)
{
	return counts->said_failed > 0 || counts->outcomes[LOG_OUTCOME_FAILED] > 0 ||
	       counts->outcomes[LOG_OUTCOME_UNKNOWN] > 0;
}

static struct log_fact describe_end(const struct log_reader *reader)
{
	struct log_fact fact = fact_of(LOG_FACT_RUN_ENDED, DATE_NONE);
	const struct cause *why =
		reader->refusal.weight != WEIGHT_NONE ? &reader->refusal : &reader->crash;
	fact.counts = &reader->counts;
	if (reader->has_summary) {
		fact.run_end =
			has_failures(&reader->counts) ? LOG_RUN_WITH_FAILURES : LOG_RUN_FINISHED;
		return fact;
	}
	if (reader->is_dry_run && !reader->has_dates && why->weight == WEIGHT_NONE) {
		fact.run_end = LOG_RUN_FINISHED;
		return fact;
	}
	bool is_refused = !reader->has_dates && why->weight != WEIGHT_NONE;
	fact.run_end = is_refused ? LOG_RUN_REFUSED : LOG_RUN_ABORTED;
	reader_explain(&fact, why, "the log ends without a summary");
	return fact;
}

void reader_end_run(struct log_reader *reader)
{
	if (reader->has_summary)
		reader_close_open(reader);
	else
		reader_interrupt_open(reader);
	struct log_fact fact = describe_end(reader);
	reader_tell(reader, &fact);
	reader->has_summary = false;
	reader->has_dates = false;
	reader->is_parallel = false;
	reader->is_dry_run = false;
	reader->load_count = 0;
	reader->refusal.weight = WEIGHT_NONE;
	reader->crash.weight = WEIGHT_NONE;
	reader->counts = (struct log_counts){.said_ok = -1, .said_skipped = -1, .said_failed = -1};
}
