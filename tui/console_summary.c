#include "tui/console_parts.h"

#include "base/clock.h"

#define SUMMARY_FAILURES_MAX 4

static void add_failures(const struct model *model, struct buffer *into)
{
	int shown = 0, left = 0;
	for (size_t i = 0; i < model->pipeline->table_count; i++) {
		size_t table = model->pipeline->order[i];
		struct table_summary summary = coverage_summary(model->coverage, table);
		int bad = summary.by_verdict[VERDICT_FAILED] + summary.by_verdict[VERDICT_KILLED];
		if (bad == 0)
			continue;
		if (shown++ >= SUMMARY_FAILURES_MAX) {
			left++;
			continue;
		}
		buffer_add_format(into, "  %s: %d %s failed%s%s\n",
			model->pipeline->tables[table].name, bad, bad == 1 ? "date" : "dates",
			model->tables[table].trouble[0] != '\0' ? ": " : "",
			model->tables[table].trouble);
	}
	if (left > 0)
		buffer_add_format(into, "  and %d more tables with failures\n", left);
}

static void add_progress(const struct table_summary *total, struct buffer *into)
{
	int unknown = total->by_verdict[VERDICT_UNKNOWN];
	buffer_add_format(into, "%d of %d cells complete, %d gap%s", total->complete,
		total->expected, total->gaps, total->gaps == 1 ? "" : "s");
	if (unknown > 0)
		buffer_add_format(into, ", %d unknown", unknown);
	buffer_add_char(into, '\n');
}

void console_summarize(const struct console *console, struct buffer *into)
{
	const struct model *model = console->model;
	struct table_summary total = coverage_total(model->coverage);
	char range[DATE_RANGE_TEXT_BYTES], spent[DURATION_TEXT_BYTES];
	buffer_add_format(into, "backcourt %s %s: ", model->pipeline->name,
		date_range_format(model->range, range));
	if (model->checked_ms == 0 || model->coverage_trouble[0] != '\0')
		buffer_add_format(into, "coverage unknown%s%s\n",
			model->coverage_trouble[0] != '\0' ? ": " : "", model->coverage_trouble);
	else if (total.expected == 0)
		buffer_add_text(into, "nothing is expected yet; `backcourt sample` or "
				      "`backcourt import DIR` brings raw data\n");
	else if (total.complete == total.expected)
		buffer_add_format(into, "complete, all %d cells of %zu tables\n", total.expected,
			model->pipeline->table_count);
	else
		add_progress(&total, into);
	buffer_add_format(into, "  open for %s, warehouse %s\n",
		clock_format_duration(clock_wall_ms() - console->started_ms, spent),
		model->warehouse_name);
	if (console->rest[0] != '\0')
		buffer_add_format(into, "  %s\n", console->rest);
	else if (total.expected > 0 && total.complete < total.expected)
		buffer_add_format(into, "  go on with: backcourt run --range %s\n", range);
	add_failures(model, into);
}
