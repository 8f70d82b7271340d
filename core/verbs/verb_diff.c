/* backcourt diff: what changed between two outputs of `coverage --format csv`, or since one. */
#include "verb_parts.h"

#include "base/clock.h"
#include "coverage/select.h"
#include "report/diff.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DIFF_RANGES_SHOWN 4

static const struct {
	const char *words; /* on the screen */
	const char *member;
	size_t offset; /* of the set in struct diff_table */
} sets[] = {
	{"became complete", "completed", offsetof(struct diff_table, completed)},
	{"became gaps", "became_gaps", offsetof(struct diff_table, gaps)},
	{"other verdicts", "other_verdicts", offsetof(struct diff_table, others)},
	{"rows changed", "rows_changed", offsetof(struct diff_table, rows)},
	{"no longer there", "only_before", offsetof(struct diff_table, only_before)},
	{"new", "only_after", offsetof(struct diff_table, only_after)},
};
#define SET_COUNT (sizeof(sets) / sizeof(sets[0]))

static const struct date_set *set_of(const struct diff_table *table, size_t which)
{
	return (const struct date_set *)(const void *)((const char *)table + sets[which].offset);
}

static void add_table(const struct diff_table *table, struct buffer *into)
{
	buffer_add_format(into, "%s  %" PRId64 " -> %" PRId64 " rows\n", table->name,
		table->rows_before, table->rows_after);
	for (size_t i = 0; i < SET_COUNT; i++) {
		const struct date_set *dates = set_of(table, i);
		if (dates->count == 0)
			continue;
		buffer_add_format(
			into, "  %-16s %4" PRId64 "  ", sets[i].words, date_set_days(dates));
		date_set_say(dates, DIFF_RANGES_SHOWN, into);
		buffer_add_char(into, '\n');
	}
}

static void print_tables(const struct diff *diff)
{
	struct buffer text = {0};
	if (diff->count == 0)
		buffer_add_text(&text, "no difference\n");
	for (size_t i = 0; i < diff->count; i++)
		add_table(&diff->tables[i], &text);
	verb_print(stdout, &text);
}

static json_t *json_rows(const struct look_cell *cell)
{
	return cell == NULL || cell->rows < 0 ? json_null() : json_integer(cell->rows);
}

static json_t *json_verdict(const struct look_cell *cell)
{
	return cell == NULL ? json_null() : json_string(verdict_word(cell->verdict));
}

static json_t *json_cell(const struct diff_cell *cell)
{
	json_t *object = json_object();
	date_t date = cell->before != NULL ? cell->before->date : cell->after->date;
	json_object_set_new(object, "date", verb_json_date(date));
	json_object_set_new(object, "verdict_before", json_verdict(cell->before));
	json_object_set_new(object, "verdict_after", json_verdict(cell->after));
	json_object_set_new(object, "rows_before", json_rows(cell->before));
	json_object_set_new(object, "rows_after", json_rows(cell->after));
	return object;
}

static json_t *json_table(const struct diff_table *table)
{
	json_t *object = json_object();
	json_t *cells = json_array();
	for (size_t i = 0; i < table->count; i++)
		json_array_append_new(cells, json_cell(&table->cells[i]));
	json_object_set_new(object, "table", verb_json_text(table->name));
	json_object_set_new(object, "rows_before", json_integer(table->rows_before));
	json_object_set_new(object, "rows_after", json_integer(table->rows_after));
	for (size_t i = 0; i < SET_COUNT; i++)
		json_object_set_new(object, sets[i].member, verb_json_dates(set_of(table, i)));
	json_object_set_new(object, "cells", cells);
	return object;
}

/* Two files know no pipeline: the head of the other verbs has nothing to say. */
static void print_json(const char *before, const char *after, const struct diff *diff)
{
	json_t *root = json_object();
	json_t *tables = json_array();
	char at[CLOCK_TEXT_BYTES];
	for (size_t i = 0; i < diff->count; i++)
		json_array_append_new(tables, json_table(&diff->tables[i]));
	json_object_set_new(root, "version", json_integer(VERB_JSON_VERSION));
	json_object_set_new(root, "at", json_string(clock_format_rfc3339(clock_wall_ms(), at)));
	json_object_set_new(root, "before", verb_json_text(before));
	json_object_set_new(root, "after", after == NULL ? json_null() : verb_json_text(after));
	json_object_set_new(root, "equal", json_boolean(diff->count == 0));
	json_object_set_new(root, "tables", tables);
	verb_print_json(root);
}

/* The present coverage of the tables and dates of the earlier look, or of those of --range that it
 * has. */
static bool look_now(
	const struct config *config, struct look *before, struct look *now, struct error *err)
{
	struct config asked = *config;
	struct verb_view view;
	char range[DATE_RANGE_TEXT_BYTES];
	asked.argument_count = 0; /* a file is no table */
	if (before->count == 0)
		return error_set(
			err, ERROR_INPUT, "%s: there are no cells in it", config->arguments[0]);
	date_range_format(look_span(before), range);
	if (asked.range == NULL)
		asked.range = range;
	if (!verb_view_open(&asked, &view, err))
		return false;
	look_take(view.coverage, now);
	look_cut_tables(now, before);
	if (config->range != NULL)
		look_cut(before, view.session.range);
	verb_view_close(&view);
	return true;
}

static bool look_twice(
	const struct config *config, struct look *before, struct look *after, struct error *err)
{
	if (config->argument_count < 1 || config->argument_count > 2)
		return error_set(err, ERROR_USAGE,
			"diff wants one or two files made by `backcourt coverage --format csv`");
	if (!look_read(config->arguments[0], before, err))
		return false;
	return config->argument_count == 2 ? look_read(config->arguments[1], after, err)
					   : look_now(config, before, after, err);
}

int verb_diff(const struct config *config)
{
	struct look before = {0}, after = {0};
	struct diff diff;
	struct error err;
	int status;
	if (look_twice(config, &before, &after, &err)) {
		diff_make(&before, &after, &diff);
		if (config->json)
			print_json(config->arguments[0],
				config->argument_count == 2 ? config->arguments[1] : NULL, &diff);
		else
			print_tables(&diff);
		status = diff.count == 0 ? EXIT_ALL_COMPLETE : EXIT_GAPS_REMAIN;
		diff_release(&diff);
	} else
		status = verb_fail(&err);
	look_release(&before);
	look_release(&after);
	return status;
}
