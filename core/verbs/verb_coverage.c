/* backcourt coverage: every table and date. The columns of the CSV form are a contract. */
#include "verb_parts.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A count as text; "" when it is unknown or has no bound. */
static const char *number(int64_t value, char into[24])
{
	into[0] = '\0';
	if (value >= 0 && value != INT64_MAX)
		snprintf(into, 24, "%" PRId64, value);
	return into;
}

static void add_csv(const struct verb_view *view, struct buffer *into)
{
	const struct coverage *coverage = view->coverage;
	buffer_add_text(into, "table,date,rows,expected,verdict,min,max,distinct,reason,games\n");
	for (size_t i = 0; i < view->table_count; i++)
		for (date_t date = coverage->range.first; date <= coverage->range.last; date++) {
			const struct cell *cell = coverage_cell(coverage, view->tables[i], date);
			char day[DATE_TEXT_BYTES], rows[24], expected[24], min[24], max[24],
				keys[24];
			struct calendar_day of = calendar_day(view->calendar, date);
			buffer_add_format(into, "%s,%s,%s,%s,%s,%s,%s,%s,%s,%d\n",
				coverage->pipeline->tables[view->tables[i]].name,
				date_format(date, day),
				cell->rows_known ? number(cell->rows, rows) : "",
				number(cell->expected, expected), verdict_word(cell->verdict),
				number(cell->expected_min, min), number(cell->expected_max, max),
				cell->rows_known ? number(cell->distinct_keys, keys) : "",
				reason_word(cell->reason), of.games);
		}
}

static json_t *json_count(int64_t value)
{
	return value < 0 || value == INT64_MAX ? json_null() : json_integer(value);
}

static json_t *json_cell(const struct verb_view *view, size_t table, date_t date)
{
	const struct cell *cell = coverage_cell(view->coverage, table, date);
	const struct pipeline_table *tables = view->coverage->pipeline->tables;
	struct buffer why = {0};
	json_t *object = json_object();
	coverage_explain(view->coverage, table, date, &why);
	json_object_set_new(object, "table", json_string(tables[table].name));
	json_object_set_new(object, "date", verb_json_date(date));
	json_object_set_new(
		object, "rows", cell->rows_known ? json_count(cell->rows) : json_null());
	json_object_set_new(object, "expected", json_count(cell->expected));
	json_object_set_new(object, "verdict", json_string(verdict_word(cell->verdict)));
	json_object_set_new(object, "min", json_count(cell->expected_min));
	json_object_set_new(object, "max", json_count(cell->expected_max));
	json_object_set_new(object, "distinct",
		cell->rows_known ? json_count(cell->distinct_keys) : json_null());
	json_object_set_new(object, "reason", json_string(reason_word(cell->reason)));
	json_object_set_new(object, "because",
		cell->because < 0 ? json_null() : json_string(tables[cell->because].name));
	json_object_set_new(object, "why", verb_json_text(buffer_text(&why)));
	json_object_set_new(
		object, "games", json_integer(calendar_day(view->calendar, date).games));
	buffer_release(&why);
	return object;
}

static void print_json(const struct verb_view *view)
{
	const struct coverage *coverage = view->coverage;
	json_t *head = verb_json_head(coverage->pipeline, coverage->range, view->now_ms);
	json_t *cells = json_array();
	for (size_t i = 0; i < view->table_count; i++)
		for (date_t date = coverage->range.first; date <= coverage->range.last; date++)
			json_array_append_new(cells, json_cell(view, view->tables[i], date));
	json_object_set_new(head, "witness", json_string(view->counted ? "counted" : "receipts"));
	json_object_set_new(head, "cells", cells);
	verb_print_json(head);
}

static size_t name_width(const struct coverage *coverage, const size_t *tables, size_t count)
{
	size_t width = strlen("table");
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(coverage->pipeline->tables[tables[i]].name);
		width = length > width ? length : width;
	}
	return width;
}

static void add_strip(const struct coverage *coverage, size_t table, struct buffer *into)
{
	for (date_t date = coverage->range.first; date <= coverage->range.last; date++)
		buffer_add_char(
			into, verdict_letter(coverage_cell(coverage, table, date)->verdict));
}

/* Above the strips: the day of the month, its tens above its ones. */
static void add_ruler(const struct coverage *coverage, size_t indent, struct buffer *into)
{
	for (int line = 0; line < 2; line++) {
		buffer_add_format(into, "%*s", (int)indent, "");
		for (date_t date = coverage->range.first; date <= coverage->range.last; date++) {
			int day = date_day(date);
			bool shows_ten = day % 10 == 0 || day == 1 || date == coverage->range.first;
			if (line == 0)
				buffer_add_char(into, shows_ten ? (char)('0' + day / 10) : ' ');
			else
				buffer_add_char(into, (char)('0' + day % 10));
		}
		buffer_add_char(into, '\n');
	}
}

static void add_legend(const struct table_summary *total, struct buffer *into)
{
	for (int i = 0; i < VERDICT_COUNT; i++)
		if (total->by_verdict[i] > 0)
			buffer_add_format(into, "%s%c %s %d", into->length > 0 ? "  " : "",
				verdict_letter((enum verdict)i), verdict_word((enum verdict)i),
				total->by_verdict[i]);
	buffer_add_char(into, '\n');
}

static void add_table(const struct verb_view *view, struct buffer *into)
{
	const struct coverage *coverage = view->coverage;
	int width = (int)name_width(coverage, view->tables, view->table_count);
	struct table_summary total = {0};
	struct buffer legend = {0};
	char range[DATE_RANGE_TEXT_BYTES];
	buffer_add_format(into, "%s  %s\n", coverage->pipeline->name,
		date_range_format(coverage->range, range));
	add_ruler(coverage, (size_t)width + 2, into);
	for (size_t i = 0; i < view->table_count; i++) {
		struct table_summary summary = coverage_summary(coverage, view->tables[i]);
		buffer_add_format(
			into, "%-*s  ", width, coverage->pipeline->tables[view->tables[i]].name);
		add_strip(coverage, view->tables[i], into);
		buffer_add_format(into, "  %d/%d  %" PRId64 " rows\n", summary.complete,
			summary.expected, summary.rows);
		for (int k = 0; k < VERDICT_COUNT; k++)
			total.by_verdict[k] += summary.by_verdict[k];
	}
	add_legend(&total, &legend);
	buffer_add_text(into, buffer_text(&legend));
	buffer_release(&legend);
}

static void add_markdown(const struct verb_view *view, struct buffer *into)
{
	const struct coverage *coverage = view->coverage;
	buffer_add_text(into, "| table | complete | expected | gaps | rows | dates |\n"
			      "|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < view->table_count; i++) {
		struct table_summary summary = coverage_summary(coverage, view->tables[i]);
		buffer_add_format(into, "| %s | %d | %d | %d | %" PRId64 " | `",
			coverage->pipeline->tables[view->tables[i]].name, summary.complete,
			summary.expected, summary.gaps, summary.rows);
		add_strip(coverage, view->tables[i], into);
		buffer_add_text(into, "` |\n");
	}
}

void verb_print_summary(
	const struct coverage *coverage, const size_t *tables, size_t count, struct buffer *into)
{
	int width = (int)name_width(coverage, tables, count);
	buffer_add_format(
		into, "%-*s  %9s  %6s  %10s\n", width, "table", "complete", "gaps", "rows");
	for (size_t i = 0; i < count; i++) {
		struct table_summary summary = coverage_summary(coverage, tables[i]);
		buffer_add_format(into, "%-*s  %4d/%-4d  %6d  %10" PRId64 "\n", width,
			coverage->pipeline->tables[tables[i]].name, summary.complete,
			summary.expected, summary.gaps, summary.rows);
	}
}

int verb_coverage(const struct config *config)
{
	struct verb_view view;
	struct error err;
	struct buffer text = {0};
	if (!verb_view_open(config, &view, &err))
		return verb_fail(&err);
	if (config->json || strcmp(config->format, "json") == 0)
		print_json(&view);
	else if (config->csv || strcmp(config->format, "csv") == 0)
		add_csv(&view, &text);
	else if (strcmp(config->format, "md") == 0)
		add_markdown(&view, &text);
	else
		add_table(&view, &text);
	verb_print(stdout, &text);
	int status = verb_status_of(view.coverage, view.tables, view.table_count);
	verb_view_close(&view);
	return status;
}
