/* What runs, why things are as they are, what is there, and what need not worry anybody. */
#include "report_parts.h"

#include "base/clock.h"
#include "coverage/select.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *plural(int64_t count)
{
	return count == 1 ? "" : "s";
}

/* Each name once. */
static void add_running_names(const struct report *report, struct buffer *into)
{
	bool named[PIPELINE_TABLES_MAX] = {false};
	bool any = false;
	for (size_t i = 0; i < report->run_count; i++) {
		size_t table = report->runs[i].table;
		if (named[table])
			continue;
		named[table] = true;
		buffer_add_text(into, any ? ", " : "");
		buffer_add_text(into, report_table(report, table)->name);
		any = true;
	}
}

void report_say_status(const struct report *report, struct buffer *into)
{
	struct table_summary total = coverage_total(report->coverage);
	int unknown = total.by_verdict[VERDICT_UNKNOWN];
	if (report->run_count > 0) {
		buffer_add_format(into, "BACKFILLS RUNNING - %zu in progress (", report->run_count);
		add_running_names(report, into);
		buffer_add_text(into, ")");
	} else if (total.gaps > 0)
		buffer_add_text(into, "GAPS REMAIN - nothing runs");
	else if (unknown > 0)
		buffer_add_text(into, "UNKNOWN - nothing runs");
	else
		buffer_add_text(into, "COMPLETE - nothing runs");
	buffer_add_format(into, "; %d of %d expected cells complete, %d gap%s", total.complete,
		total.expected, total.gaps, plural(total.gaps));
	if (unknown > 0)
		buffer_add_format(into, ", %d unknown", unknown);
}

/* By what it holds up, not by how many there are. */
void report_say_priority(const struct report *report, struct buffer *into)
{
	const struct causes *causes = &report->causes;
	struct table_summary total = coverage_total(report->coverage);
	if (causes->count == 0) {
		buffer_add_text(into, total.by_verdict[VERDICT_UNKNOWN] > 0
					      ? "UNKNOWN - what is unknown must be asked again"
					      : "NONE - there is no gap");
		return;
	}
	buffer_add_format(into, "%s - %zu root cause%s", causes->held_up > 0 ? "HIGH" : "NORMAL",
		causes->count, plural((int64_t)causes->count));
	if (causes->held_up > 0)
		buffer_add_format(into, " hold%s up %d cell%s", causes->count == 1 ? "s" : "",
			causes->held_up, plural(causes->held_up));
	buffer_add_text(into, "; first ");
	cause_explain(report->coverage, &causes->items[0], into);
}

static void add_run(const struct report *report, const struct report_run *run, struct buffer *into)
{
	const struct pipeline_table *table = report_table(report, run->table);
	char range[DATE_RANGE_TEXT_BYTES], at[CLOCK_TEXT_BYTES];
	bool has_range = date_range_days(run->range) > 0;
	buffer_add_format(into, "| %s | Phase %d | %s | ", table->name, table->phase,
		has_range ? date_range_format(run->range, range) : "unknown");
	if (run->log != NULL)
		report_add_code(run->log, true, into);
	else
		buffer_add_text(into, "unknown");
	buffer_add_text(into, " | ");
	if (run->pid > 0)
		buffer_add_format(into, "%ld", run->pid);
	else
		buffer_add_text(into, "unknown");
	buffer_add_format(into, " | %s, %s, since %.16s |\n", report_kind_word(run->kind),
		run->state,
		run->started_ms > 0 ? clock_format_rfc3339(run->started_ms, at) : "unknown");
}

void report_add_running(const struct report *report, struct buffer *into)
{
	buffer_add_text(into, "### Backfills Currently Running\n\n");
	if (report->run_count == 0)
		buffer_add_text(into, report->is_partial ? "None is known." : "None.");
	else
		buffer_add_text(into,
			"| Backfill | Phase | Date Range | Log File | PID | State |\n"
			"|----------|-------|------------|----------|-----|-------|\n");
	for (size_t i = 0; i < report->run_count; i++)
		add_run(report, &report->runs[i], into);
	if (report->is_owned) {
		buffer_add_format(into, "%sThe state folder is held by ",
			report->run_count == 0 ? " " : "\n");
		report_add_prose(report->holder, into);
		buffer_add_char(into, '.');
	}
	buffer_add_text(into, report->run_count == 0 || report->is_owned ? "\n\n" : "\n");
	if (report->unknown.length > 0) {
		buffer_add_text(into, "Unknown:\n\n");
		report_add_unknown(report, into);
		buffer_add_char(into, '\n');
	}
}

/* Gap cells of one table of which the same is said. */
struct why_group {
	char *sentence;
	const char *words; /* of a job, in it */
	struct date_set dates;
	int cells;
};

/* The last counts the rest. */
static struct why_group *find_group(
	struct why_group *groups, size_t *count, const char *sentence, const char *words)
{
	size_t i = 0;
	while (i < *count && strcmp(groups[i].sentence, sentence) != 0)
		i++;
	if (i < *count || i == REPORT_REASONS_SHOWN)
		return &groups[i];
	groups[i].sentence = memory_copy_text(sentence);
	groups[i].words = words;
	(*count)++;
	return &groups[i];
}

/* groups: REPORT_REASONS_SHOWN, and one that counts the rest. */
static size_t group_gaps(const struct report *report, size_t table, struct why_group *groups)
{
	const struct coverage *coverage = report->coverage;
	struct buffer sentence = {0};
	size_t count = 0;
	for (date_t date = coverage->range.first; date <= coverage->range.last; date++) {
		if (!verdict_is_gap(coverage_cell(coverage, table, date)->verdict))
			continue;
		buffer_clear(&sentence);
		coverage_explain(coverage, table, date, &sentence);
		struct why_group *group = find_group(
			groups, &count, buffer_text(&sentence), report_words(report, table, date));
		group->cells++;
		if (group != &groups[REPORT_REASONS_SHOWN])
			coverage_add_date(coverage, table, date, &group->dates);
	}
	buffer_release(&sentence);
	return count;
}

/* Failed things failed; what never ran is incomplete. */
static const char *title_of(const struct table_summary *summary)
{
	const int *count = summary->by_verdict;
	if (count[VERDICT_FAILED] + count[VERDICT_KILLED] + count[VERDICT_SUSPECT] > 0)
		return "failed earlier";
	return count[VERDICT_BLOCKED] == summary->gaps ? "is blocked" : "is not complete";
}

static void add_table_reasons(const struct report *report, size_t table, struct buffer *into)
{
	struct why_group groups[REPORT_REASONS_SHOWN + 1] = {{0}};
	struct table_summary summary = coverage_summary(report->coverage, table);
	if (summary.gaps == 0)
		return;
	size_t count = group_gaps(report, table, groups);
	buffer_add_format(
		into, "### Why %s %s\n\n", report_table(report, table)->name, title_of(&summary));
	for (size_t i = 0; i < count; i++) {
		buffer_add_format(into, "- %d date%s (", groups[i].cells, plural(groups[i].cells));
		date_set_say(&groups[i].dates, REPORT_RANGES_SHOWN, into);
		buffer_add_text(into, "): ");
		report_add_sentence(groups[i].sentence, groups[i].words, into);
		buffer_add_char(into, '\n');
		free(groups[i].sentence);
		date_set_release(&groups[i].dates);
	}
	if (groups[REPORT_REASONS_SHOWN].cells > 0)
		buffer_add_format(
			into, "- %d more, for other reasons\n", groups[REPORT_REASONS_SHOWN].cells);
	buffer_add_char(into, '\n');
}

void report_add_reasons(const struct report *report, struct buffer *into)
{
	const struct pipeline *pipeline = report->request.pipeline;
	if (report->causes.count > 0)
		buffer_add_text(into, "### Root causes\n\n");
	for (size_t i = 0; i < report->causes.count; i++) {
		buffer_add_format(into, "%zu. ", i + 1);
		cause_explain(report->coverage, &report->causes.items[i], into);
		buffer_add_char(into, '\n');
	}
	buffer_add_text(into, report->causes.count > 0 ? "\n" : "");
	for (size_t i = 0; i < pipeline->table_count; i++)
		add_table_reasons(report, pipeline->order[i], into);
}

static void add_verdicts(const struct table_summary *summary, struct buffer *into)
{
	bool any = false;
	for (int i = 0; i < VERDICT_COUNT; i++) {
		enum verdict verdict = (enum verdict)i;
		bool is_told = verdict_is_gap(verdict) || verdict == VERDICT_UNKNOWN ||
			       verdict == VERDICT_RUNNING || verdict == VERDICT_QUEUED;
		if (!is_told || summary->by_verdict[i] == 0)
			continue;
		buffer_add_format(into, "%s%d %s", any ? ", " : "", summary->by_verdict[i],
			verdict_word(verdict));
		any = true;
	}
}

/* Complete tables, or the others; how many lines were written. */
static int add_tables(const struct report *report, bool complete, struct buffer *into)
{
	const struct pipeline *pipeline = report->request.pipeline;
	int written = 0;
	for (size_t i = 0; i < pipeline->table_count; i++) {
		size_t table = pipeline->order[i];
		struct table_summary summary = coverage_summary(report->coverage, table);
		bool is_complete = summary.complete == summary.expected &&
				   summary.by_verdict[VERDICT_UNKNOWN] == 0;
		if (is_complete != complete)
			continue;
		if (written++ == 0)
			buffer_add_text(into, "| Table | Rows | Dates | Status |\n"
					      "|-------|------|-------|--------|\n");
		buffer_add_format(into, "| %s | %" PRId64 " | %d/%d | ",
			pipeline->tables[table].name, summary.rows, summary.complete,
			summary.expected);
		if (!complete)
			add_verdicts(&summary, into);
		else
			buffer_add_text(
				into, summary.expected > 0 ? "✅ Complete" : "Nothing is expected");
		buffer_add_text(into, " |\n");
	}
	return written;
}

void report_add_data(const struct report *report, struct buffer *into)
{
	char range[DATE_RANGE_TEXT_BYTES], at[CLOCK_TEXT_BYTES];
	clock_format_rfc3339(report->request.now_ms, at);
	date_range_format(report->request.range, range);
	buffer_add_format(into,
		"## DATA STATUS (as of %.16s)\n\n%s\n\n### Verified working (%s)\n\n", at,
		report->request.recount
			? "The tables were counted."
			: "By the receipts of the warehouse, or by counts where it has no "
			  "receipts; `--verify` counts the tables.",
		range);
	if (add_tables(report, true, into) == 0)
		buffer_add_text(into, "No table is complete.\n");
	buffer_add_text(into, "\n### Pending (after backfills complete)\n\n");
	if (add_tables(report, false, into) == 0)
		buffer_add_text(into, "Nothing is pending.\n");
	buffer_add_char(into, '\n');
}

static void add_excuse(const struct report *report, size_t first, size_t end, struct buffer *into)
{
	const struct ledger_excuse *excuse = &report->excuses.items[first];
	char text[DATE_TEXT_BYTES];
	struct date_set dates = {0};
	for (size_t i = first; i < end; i++) {
		date_t date = report->excuses.items[i].date;
		date_set_add(&dates, (struct date_range){date, date});
	}
	buffer_add_text(into, "**");
	report_add_prose(excuse->table, into);
	buffer_add_text(into, " is excused** on ");
	date_set_say(&dates, REPORT_RANGES_SHOWN, into);
	buffer_add_text(into, ": ");
	report_add_prose(excuse->reason, into);
	buffer_add_text(into, " (");
	report_add_prose(excuse->author, into);
	buffer_add_format(into, ", %s)", date_format(clock_local_date(excuse->made_ms), text));
	if (excuse->until != DATE_NONE)
		buffer_add_format(into, ", %s %s",
			excuse->until < clock_local_date(report->request.now_ms) ? "ended"
										 : "until",
			date_format(excuse->until, text));
	buffer_add_char(into, '\n');
	date_set_release(&dates);
}

static bool is_same_excuse(const struct ledger_excuse *a, const struct ledger_excuse *b)
{
	return strcmp(a->table, b->table) == 0 && a->made_ms == b->made_ms &&
	       strcmp(a->reason, b->reason) == 0 && a->until == b->until;
}

static int add_excuses(const struct report *report, int number, struct buffer *into)
{
	const struct ledger_excuses *list = &report->excuses;
	for (size_t first = 0, end = 0; first < list->count; first = end) {
		while (end < list->count && is_same_excuse(&list->items[first], &list->items[end]))
			end++;
		buffer_add_format(into, "%d. ", ++number);
		add_excuse(report, first, end, into);
	}
	return number;
}

/* Complete, although the newest attempt failed; rows where nothing is expected. */
static int add_oddities(const struct report *report, int number, struct buffer *into)
{
	const struct coverage *coverage = report->coverage;
	for (size_t table = 0; table < coverage->pipeline->table_count; table++) {
		struct date_set disagree = {0}, extra = {0};
		for (date_t date = coverage->range.first; date <= coverage->range.last; date++) {
			const struct cell *cell = coverage_cell(coverage, table, date);
			struct date_range day = {date, date};
			if (cell->reason == REASON_LEDGER_DISAGREES)
				date_set_add(&disagree, day);
			if (cell->verdict == VERDICT_OFF && cell->rows_known && cell->rows > 0)
				date_set_add(&extra, day);
		}
		const char *name = coverage->pipeline->tables[table].name;
		if (disagree.count > 0) {
			buffer_add_format(into,
				"%d. **%s** is complete although its newest attempt failed on ",
				++number, name);
			date_set_say(&disagree, REPORT_RANGES_SHOWN, into);
			buffer_add_char(into, '\n');
		}
		if (extra.count > 0) {
			buffer_add_format(into,
				"%d. **%s** has rows on days without games: ", ++number, name);
			date_set_say(&extra, REPORT_RANGES_SHOWN, into);
			buffer_add_char(into, '\n');
		}
		date_set_release(&disagree);
		date_set_release(&extra);
	}
	return number;
}

void report_add_issues(const struct report *report, struct buffer *into)
{
	buffer_add_text(into, "## KNOWN ISSUES (non-blocking)\n\n");
	int number = add_oddities(report, add_excuses(report, 0, into), into);
	buffer_add_text(into, number == 0 ? "None is known.\n\n" : "\n");
}
