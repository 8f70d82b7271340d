#include "tests/support/fact_text.h"

#include "base/path.h"
#include "tests/test.h"

#include <inttypes.h>

static const char *const run_ends[] = {
	[LOG_RUN_FINISHED] = "finished",
	[LOG_RUN_WITH_FAILURES] = "with failures",
	[LOG_RUN_ABORTED] = "aborted",
	[LOG_RUN_REFUSED] = "refused",
};

static void add_number(struct buffer *into, const char *name, int64_t value)
{
	if (value >= 0)
		buffer_add_format(into, " %s %" PRId64, name, value);
}

static void add_reason(struct buffer *into, const struct log_fact *fact)
{
	if (fact->category[0] != '\0')
		buffer_add_format(into, " %s", fact->category);
	if (fact->text[0] != '\0')
		buffer_add_format(into, ": %s", fact->text);
}

static void add_end(struct buffer *into, const struct log_fact *fact, const char *date)
{
	buffer_add_format(into, "ended %s %s", date, log_outcome_word(fact->outcome));
	add_number(into, "rows", fact->rows);
	add_number(into, "of", fact->entities);
	add_number(into, "without", fact->failures);
	add_number(into, "ms", fact->seconds_ms);
	if (fact->is_window_open)
		buffer_add_text(into, " in the window");
	add_reason(into, fact);
}

void fact_text_add(struct buffer *into, const struct log_fact *fact)
{
	char date[DATE_TEXT_BYTES], range[DATE_RANGE_TEXT_BYTES];
	date_format(fact->date, date);
	switch (fact->kind) {
	case LOG_FACT_RUN_BEGAN:
	case LOG_FACT_RANGE:
		buffer_add_text(into, fact->kind == LOG_FACT_RANGE ? "range" : "run began");
		if (date_range_days(fact->range) > 0)
			buffer_add_format(into, " %s", date_range_format(fact->range, range));
		break;
	case LOG_FACT_PLAN:
		buffer_add_text(into, "plan");
		add_number(into, "dates", fact->done);
		add_number(into, "of", fact->total);
		add_number(into, "workers", fact->workers);
		break;
	case LOG_FACT_DRY_RUN:
		buffer_add_text(into, "dry run");
		break;
	case LOG_FACT_RESUMED:
		buffer_add_format(into, "resumed %s", date);
		break;
	case LOG_FACT_CHECKPOINT:
		buffer_add_format(into, "checkpoint %s", fact->text);
		break;
	case LOG_FACT_REFUSED:
		buffer_add_text(into, "refused");
		add_reason(into, fact);
		break;
	case LOG_FACT_DATE_BEGAN:
		buffer_add_format(into, "began %s", date);
		break;
	case LOG_FACT_STAGE:
		buffer_add_format(into, "stage %s %s", date, log_stage_word(fact->stage));
		break;
	case LOG_FACT_PROGRESS:
		buffer_add_format(into, "progress %s %s %" PRId64 "/%" PRId64, date, fact->text,
			fact->done, fact->total);
		break;
	case LOG_FACT_WINDOW:
		buffer_add_format(
			into, "window %s %s", date, fact->is_window_open ? "open" : "closed");
		break;
	case LOG_FACT_ROWS:
		buffer_add_format(into, "rows %s %" PRId64, date, fact->rows);
		break;
	case LOG_FACT_DATE_ENDED:
		add_end(into, fact, date);
		break;
	case LOG_FACT_PROBLEM:
		buffer_add_format(into, "problem %s %c", date, log_severity_letter(fact->severity));
		add_reason(into, fact);
		break;
	case LOG_FACT_FAILURES:
		buffer_add_format(into, "failures %s %s %s %" PRId64, date, fact->category,
			fact->is_expected ? "expected" : "investigate", fact->done);
		break;
	case LOG_FACT_LISTED:
		buffer_add_format(into, "listed %s", date);
		break;
	case LOG_FACT_SUMMARY:
		buffer_add_text(into, "summary");
		break;
	case LOG_FACT_RUN_ENDED:
		buffer_add_format(into, "run ended %s", run_ends[fact->run_end]);
		add_number(into, "ok", fact->counts->said_ok);
		add_number(into, "failed", fact->counts->said_failed);
		add_reason(into, fact);
		break;
	}
	buffer_add_char(into, '\n');
}

struct buffer log_sample(const char *name)
{
	struct buffer file = {0};
	struct error err;
	char *path = memory_format("tests/data/logs/%s", name);
	if (!path_read_file(path, 1 << 20, &file, &err))
		fail_msg("%s", err.text);
	free(path);
	return file;
}
