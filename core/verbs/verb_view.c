/* What a verb that looks at the coverage works on. */
#include "verb_parts.h"

#include "base/clock.h"

#include <stdlib.h>

static bool find_table(
	const struct pipeline *pipeline, const char *name, size_t *table, struct error *err)
{
	*table = pipeline_find(pipeline, name);
	if (*table < pipeline->table_count)
		return true;
	const char *nearest = pipeline_suggest(pipeline, name);
	return error_set(err, ERROR_USAGE, "no table is called \"%.60s\"%s%s%s", name,
		nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "",
		nearest != NULL ? "?" : " (backcourt status lists them)");
}

bool verb_tables(const struct pipeline *pipeline, const struct config *config, size_t *tables,
	size_t *count, struct error *err)
{
	bool wanted[PIPELINE_TABLES_MAX] = {false};
	for (int i = 0; i < config->argument_count; i++) {
		size_t table;
		if (!find_table(pipeline, config->arguments[i], &table, err))
			return false;
		wanted[table] = true;
	}
	*count = 0;
	for (size_t i = 0; i < pipeline->table_count; i++)
		if (config->argument_count == 0 || wanted[pipeline->order[i]])
			tables[(*count)++] = pipeline->order[i];
	return true;
}

int verb_unknown_cells(const struct coverage *coverage, const size_t *tables, size_t count)
{
	int unknown = 0;
	for (size_t i = 0; i < count; i++)
		unknown += coverage_summary(coverage, tables[i]).by_verdict[VERDICT_UNKNOWN];
	return unknown;
}

int verb_status_of(const struct coverage *coverage, const size_t *tables, size_t count)
{
	int gaps = 0, open = 0;
	for (size_t i = 0; i < count; i++) {
		struct table_summary summary = coverage_summary(coverage, tables[i]);
		gaps += summary.gaps;
		open += summary.by_verdict[VERDICT_RUNNING] + summary.by_verdict[VERDICT_QUEUED];
	}
	if (gaps + open > 0)
		return EXIT_GAPS_REMAIN;
	return verb_unknown_cells(coverage, tables, count) > 0 ? EXIT_WAREHOUSE : EXIT_ALL_COMPLETE;
}

int verb_status_of_cell(const struct coverage *coverage, size_t table, date_t date)
{
	const struct cell *cell = coverage_cell(coverage, table, date);
	if (cell == NULL || cell->verdict == VERDICT_UNKNOWN)
		return EXIT_WAREHOUSE;
	return verdict_is_gap(cell->verdict) || cell->verdict == VERDICT_RUNNING ||
			       cell->verdict == VERDICT_QUEUED
		       ? EXIT_GAPS_REMAIN
		       : EXIT_ALL_COMPLETE;
}

/* On stderr: stdout may be JSON. */
static void say(void *context, const char *sentence)
{
	struct buffer line = {0};
	(void)context;
	buffer_add_format(&line, "%s\n", sentence);
	verb_print(stderr, &line);
}

/* The cells of the session's range. */
static bool judge(struct verb_view *view, struct error *err)
{
	struct witnesses witnesses;
	const struct session *session = &view->session;
	struct witness_request request = {session->pipeline, session->warehouse,
		session->state_folder, session->range, view->counted, .hear = say};
	if (!witnesses_read(&request, &witnesses, err))
		return false;
	view->coverage = witnesses_judge(
		&witnesses, session->pipeline, session->range, view->now_ms, &view->calendar);
	for (size_t i = 0; i < session->pipeline->table_count; i++)
		view->speeds[i] = witnesses_speed(&witnesses, view->calendar, i);
	view->checkpoints = witnesses.checkpoints;
	witnesses.checkpoints = (struct checkpoints){0};
	witnesses_release(&witnesses);
	return true;
}

static bool open_session(const struct config *config, struct verb_view *view, struct error *err)
{
	*view = (struct verb_view){.now_ms = clock_wall_ms(), .counted = config->verify};
	return session_open(config, false, false, &view->session, err);
}

bool verb_view_open(const struct config *config, struct verb_view *view, struct error *err)
{
	if (!open_session(config, view, err))
		return false;
	if (verb_tables(view->session.pipeline, config, view->tables, &view->table_count, err) &&
		judge(view, err))
		return true;
	session_close(&view->session);
	return false;
}

bool verb_cell_date(
	const struct config *config, const char *example, date_t *date, struct error *err)
{
	if (config->argument_count != 2)
		return error_set(
			err, ERROR_USAGE, "%s wants a table and a date: %s", config->verb, example);
	if (date_parse(config->arguments[1], date))
		return true;
	return error_set(
		err, ERROR_USAGE, "\"%.60s\" is not a date (YYYY-MM-DD)", config->arguments[1]);
}

bool verb_view_open_cell(const struct config *config, const char *table, date_t date,
	struct verb_view *view, struct error *err)
{
	if (!open_session(config, view, err))
		return false;
	struct date_range one = {date, date};
	view->session.range = date_range_union(view->session.range, one);
	view->table_count = 1;
	if (date_range_days(view->session.range) > DATE_RANGE_DAYS_MAX)
		error_set(err, ERROR_USAGE, "the date lies far outside the range: give --range");
	else if (find_table(view->session.pipeline, table, &view->tables[0], err) &&
		 judge(view, err))
		return true;
	session_close(&view->session);
	return false;
}

void verb_view_close(struct verb_view *view)
{
	coverage_free(view->coverage);
	checkpoints_release(&view->checkpoints);
	calendar_free(view->calendar);
	session_close(&view->session);
}
