/* backcourt rows TABLE DATE: what a table really holds on a date, and who is missing there. */
#include "verb_parts.h"

#include "base/clock.h"
#include "witness/cell_rows.h"
#include "coverage/why.h"

#include <stdio.h>
#include <string.h>

#define ROWS_PRINTED 10

static json_t *json_time(int64_t at_ms)
{
	char text[CLOCK_TEXT_BYTES];
	return at_ms <= 0 ? json_null() : json_string(clock_format_rfc3339(at_ms, text));
}

static json_t *json_receipt(const struct cell_rows *rows)
{
	const struct receipt *receipt = &rows->receipt;
	if (!rows->has_receipt)
		return json_null();
	json_t *object = json_object();
	json_t *sources = json_object();
	json_object_set_new(object, "rows", json_integer(receipt->rows));
	json_object_set_new(object, "distinct_keys", verb_json_count(receipt->distinct_keys));
	json_object_set_new(object, "run", verb_json_text(receipt->run));
	json_object_set_new(object, "hash", verb_json_text(receipt->hash));
	json_object_set_new(object, "sequence", json_integer(receipt->sequence));
	json_object_set_new(object, "written_at", json_time(receipt->written_ms));
	json_object_set_new(object, "verified_at", json_time(receipt->verified_ms));
	for (size_t i = 0; i < receipt->source_count; i++)
		json_object_set_new(sources, receipt->sources[i].table,
			json_integer(receipt->sources[i].sequence));
	json_object_set_new(object, "computed_from", sources);
	return object;
}

static json_t *json_attempts(const struct cell_rows *rows)
{
	json_t *list = json_array();
	for (size_t i = 0; i < rows->attempt_count; i++) {
		const struct ledger_attempt *attempt = &rows->attempts[i];
		json_t *object = json_object();
		json_object_set_new(object, "run", verb_json_text(attempt->run));
		json_object_set_new(
			object, "state", json_string(ledger_state_word(attempt->state)));
		json_object_set_new(object, "category", verb_json_text(attempt->category));
		json_object_set_new(object, "reason", verb_json_text(attempt->reason));
		json_object_set_new(object, "rows", verb_json_count(attempt->rows));
		json_object_set_new(object, "started_at", json_time(attempt->started_ms));
		json_object_set_new(object, "ended_at", json_time(attempt->ended_ms));
		json_object_set_new(object, "log_offset", verb_json_count(attempt->log_offset));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *json_groups(const struct cell_rows *rows)
{
	static const char *const words[] = {[CELL_NAMES_NONE] = "nothing",
		[CELL_NAMES_TEAMS] = "team",
		[CELL_NAMES_PLAYERS] = "players of a team",
		[CELL_NAMES_GAMES] = "game"};
	json_t *object = json_object(), *groups = json_array(), *players = json_array();
	for (size_t i = 0; i < rows->group_count; i++) {
		const struct cell_group *group = &rows->groups[i];
		json_array_append_new(
			groups, json_pack("{s:o, s:i, s:i}", "name", verb_json_text(group->name),
					"expected", group->expected, "there", group->there));
	}
	for (size_t i = 0; i < rows->missing_count; i++)
		json_array_append_new(players, verb_json_text(rows->missing[i]));
	json_object_set_new(object, "by", json_string(words[rows->names]));
	json_object_set_new(object, "groups", groups);
	json_object_set_new(object, "missing_players", players);
	json_object_set_new(
		object, "missing_players_not_listed", json_integer((json_int_t)rows->missing_more));
	json_object_set_new(object, "other_rows", json_integer(rows->others));
	json_object_set_new(object, "trouble",
		rows->names_trouble[0] == '\0' ? json_null() : verb_json_text(rows->names_trouble));
	return object;
}

/* A list of lists: names of columns may stand there twice. */
static json_t *json_sample(const struct cell_rows *rows)
{
	const struct row_sample *sample = &rows->sample;
	json_t *object = json_object(), *columns = json_array(), *list = json_array();
	for (size_t i = 0; i < sample->column_count; i++)
		json_array_append_new(columns, verb_json_text(sample->columns[i]));
	for (size_t row = 0; row < sample->row_count; row++) {
		json_t *values = json_array();
		for (size_t i = 0; i < sample->column_count; i++) {
			const char *text = sample->values[row * sample->column_count + i].text;
			json_array_append_new(
				values, text == NULL ? json_null() : verb_json_text(text));
		}
		json_array_append_new(list, values);
	}
	json_object_set_new(object, "columns", columns);
	json_object_set_new(object, "rows", list);
	json_object_set_new(object, "trouble",
		rows->sample_trouble[0] == '\0' ? json_null()
						: verb_json_text(rows->sample_trouble));
	return object;
}

static void print_json(
	const struct verb_view *view, const struct cell_rows *rows, const struct cell_facts *facts)
{
	const struct coverage *coverage = view->coverage;
	const struct cell *cell = coverage_cell(coverage, rows->table, rows->date);
	json_t *head = verb_json_head(coverage->pipeline, coverage->range, view->now_ms);
	json_t *nulls = json_object(), *differences = json_array();
	for (size_t i = 0; i < rows->null_count; i++)
		json_object_set_new(
			nulls, rows->nulls[i].column, verb_json_count(rows->nulls[i].rows));
	for (size_t i = 0; i < facts->count && facts->items[i].is_bad; i++)
		if (strcmp(facts->items[i].label, "differ") == 0 ||
			facts->items[i].label[0] == '\0')
			json_array_append_new(differences, verb_json_text(facts->items[i].text));
	json_object_set_new(
		head, "table", verb_json_text(coverage->pipeline->tables[rows->table].name));
	json_object_set_new(head, "date", verb_json_date(rows->date));
	json_object_set_new(head, "verdict", json_string(verdict_word(cell->verdict)));
	json_object_set_new(head, "expected", verb_json_count(cell->expected));
	json_object_set_new(head, "rows", verb_json_count(rows->rows));
	json_object_set_new(head, "distinct_keys", verb_json_count(rows->distinct_keys));
	json_object_set_new(head, "nulls", nulls);
	json_object_set_new(head, "differences", differences);
	json_object_set_new(head, "names", json_groups(rows));
	json_object_set_new(head, "receipt", json_receipt(rows));
	json_object_set_new(head, "attempts", json_attempts(rows));
	json_object_set_new(
		head, "log", rows->has_run ? verb_json_text(rows->run.log_path) : json_null());
	json_object_set_new(head, "sample", json_sample(rows));
	verb_print_json(head);
}

/* The evidence of the expectation. */
static void find_expected(const struct verb_view *view, date_t date, struct buffer *into)
{
	struct why why;
	struct why_setting setting = {.now_ms = view->now_ms, .speeds = view->speeds};
	if (!why_find(view->coverage, view->tables[0], date, &setting, &why, NULL))
		return;
	buffer_add_text(into, why_expectation(&why));
	why_release(&why);
}

static void print_text(
	const struct verb_view *view, const struct cell_rows *rows, const struct cell_facts *facts)
{
	const struct coverage *coverage = view->coverage;
	struct buffer text = {0};
	char date[DATE_TEXT_BYTES];
	buffer_add_format(&text, "%s %s: %s\n", coverage->pipeline->tables[rows->table].name,
		date_format(rows->date, date),
		verdict_word(coverage_cell(coverage, rows->table, rows->date)->verdict));
	cell_rows_say(rows, facts, ROWS_PRINTED, &text);
	verb_print(stdout, &text);
}

static bool show(
	const struct config *config, const struct verb_view *view, date_t date, struct error *err)
{
	const struct session *session = &view->session;
	struct cell_rows_request request = {.pipeline = session->pipeline,
		.warehouse = session->warehouse,
		.state_folder = session->state_folder,
		.table = view->tables[0],
		.date = date};
	struct cell_rows *rows;
	struct cell_facts facts;
	struct buffer expected = {0};
	if (!cell_rows_read(&request, &rows, err))
		return false;
	cell_rows_note(rows, view->coverage);
	coverage_judge(view->coverage);
	find_expected(view, date, &expected);
	cell_facts_make(rows, buffer_text(&expected), &facts);
	if (config->json)
		print_json(view, rows, &facts);
	else
		print_text(view, rows, &facts);
	buffer_release(&expected);
	cell_facts_release(&facts);
	cell_rows_free(rows);
	return true;
}

int verb_rows(const struct config *config)
{
	struct verb_view view;
	struct error err;
	date_t date;
	if (!verb_cell_date(config, "rows pcf 2021-11-16", &date, &err) ||
		!verb_view_open_cell(config, config->arguments[0], date, &view, &err))
		return verb_fail(&err);
	bool done = show(config, &view, date, &err);
	int status = verb_status_of_cell(view.coverage, view.tables[0], date);
	verb_view_close(&view);
	return done ? status : verb_fail(&err);
}
