/* What a cell holds: counted, looked into, named, and what is said where something is amiss. */
#include "tests/test.h"

#include "base/path.h"
#include "witness/cell_rows.h"
#include "tests/support/engine_lab.h"

#define DAY (lab->first + 4)

static struct engine_lab *open_lab(void)
{
	static struct engine_lab lab;
	engine_lab_open(&lab, &(struct engine_lab_options){0});
	engine_lab_read(&lab, lab.pipeline->range);
	engine_start_all(lab.engine, lab.model);
	engine_lab_until_idle(&lab);
	return &lab;
}

static struct cell_rows_request request_of(const struct engine_lab *lab, size_t table)
{
	return (struct cell_rows_request){.pipeline = lab->pipeline,
		.warehouse = lab->path,
		.state_folder = lab->folder,
		.table = table,
		.date = DAY};
}

static struct cell_rows *look(const struct engine_lab *lab, size_t table)
{
	struct cell_rows *rows;
	struct error err;
	struct cell_rows_request request = request_of(lab, table);
	if (!cell_rows_read(&request, &rows, &err))
		fail_msg("%s", err.text);
	return rows;
}

/* The facts in one text: "label: text\n". */
static const char *facts_of(const struct cell_rows *rows)
{
	static struct buffer text;
	struct cell_facts facts;
	buffer_clear(&text);
	cell_facts_make(rows, "2 rows: 2 a game, 1 game", &facts);
	for (size_t i = 0; i < facts.count; i++)
		buffer_add_format(&text, "%s%s: %s\n", facts.items[i].is_bad ? "!" : "",
			facts.items[i].label, facts.items[i].text);
	cell_facts_release(&facts);
	return buffer_text(&text);
}

static void expect(const struct cell_rows *rows, const char *line)
{
	if (strstr(facts_of(rows), line) == NULL)
		fail_msg("\"%s\" is not in:\n%s", line, facts_of(rows));
}

static void a_right_cell_agrees_with_all_its_witnesses(void **state)
{
	(void)state;
	struct engine_lab *lab = open_lab();
	struct cell_rows *rows = look(lab, CONTEXT);
	assert_int_equal(rows->rows, 2);
	assert_int_equal(rows->distinct_keys, 2);
	assert_true(rows->has_receipt);
	assert_int_equal(rows->receipt.rows, 2);
	assert_int_equal(rows->receipt.source_count, 2);
	assert_int_equal(rows->attempt_count, 1);
	assert_int_equal(rows->attempts[0].state, LEDGER_DATE_SUCCEEDED);
	assert_true(rows->has_run);
	assert_non_null(strstr(rows->run.log_path, "/logs/"));
	assert_int_equal(rows->names, CELL_NAMES_TEAMS);
	assert_int_equal(rows->group_count, 2);
	assert_string_equal(rows->groups[0].name, "BOS");
	assert_int_equal(rows->sample.row_count, 2);
	assert_null(strstr(facts_of(rows), "differ:"));
	expect(rows, "missing: nobody: all 2 teams of the date have their rows\n");
	expect(rows, "expected: 2 rows: 2 a game, 1 game\n");
	expect(rows, "ledger: the newest of 1 attempt succeeded, 2 rows\n");
	cell_rows_free(rows);
	engine_lab_close(lab);
}

static void who_is_missing_is_named_and_the_witnesses_differ(void **state)
{
	(void)state;
	struct engine_lab *lab = open_lab();
	engine_lab_sql(lab, "DELETE FROM nba_analytics__team_offense_game_summary"
			    " WHERE game_date = '2021-10-23' AND team_abbr = 'NYK'");
	engine_lab_sql(lab, "UPDATE nba_analytics__team_defense_game_summary"
			    " SET defending_team_abbr = 'XXX'"
			    " WHERE game_date = '2021-10-23' AND defending_team_abbr = 'BOS'");
	struct cell_rows *rows = look(lab, OFFENSE);
	expect(rows, "!differ: the receipt says 2 rows, the table has 1: it was changed past its "
		     "receipt\n!: the newest run told of 2 rows, the table has 1\n");
	expect(rows, "!missing: 1 of 2 teams of the date: NYK\n");
	cell_rows_free(rows);
	rows = look(lab, DEFENSE);
	assert_int_equal(rows->others, 1);
	expect(rows,
		"!missing: 1 of 2 teams of the date: BOS\n!: 1 row of none of the teams of the "
		"date\n");
	cell_rows_free(rows);
	engine_lab_sql(lab, "DELETE FROM nba_analytics__team_offense_game_summary");
	rows = look(lab, OFFENSE);
	assert_int_equal(rows->rows, 0);
	assert_int_equal(rows->sample.row_count, 0);
	expect(rows, "!missing: all 2 teams of the date: there is no row\n");
	cell_rows_free(rows);
	engine_lab_close(lab);
}

static void an_off_day_has_nobody_to_miss(void **state)
{
	(void)state;
	struct engine_lab *lab = open_lab();
	struct cell_rows_request request = request_of(lab, OFFENSE);
	struct cell_rows *rows;
	struct error err;
	request.date = date_of(2021, 12, 24);
	assert_true(cell_rows_read(&request, &rows, &err));
	assert_false(rows->has_receipt);
	expect(rows, "missing: the schedule has no teams of the date to compare with\n");
	expect(rows, "receipt: none: this program wrote nothing here\n");
	expect(rows, "ledger: no attempt is known\n");
	cell_rows_free(rows);
	engine_lab_close(lab);
}

/* As many statements for two rows as for none and for many. */
static void it_costs_the_same_few_statements_whatever_the_cell_holds(void **state)
{
	(void)state;
	struct engine_lab *lab = open_lab();
	for (size_t table = 0; table < LAB_TABLES; table++) {
		struct cell_rows *rows = look(lab, table);
		assert_int_equal(rows->selects, 5); /* nobody plays in a team's table */
		assert_true(rows->selects <= CELL_ROWS_SELECTS);
		cell_rows_free(rows);
	}
	engine_lab_sql(lab,
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
		" INSERT INTO nba_analytics__upcoming_team_game_context(team_abbr, game_id,"
		" game_date) SELECT 'T' || i, 'g' || i, '2021-10-23' FROM n");
	struct cell_rows *rows = look(lab, CONTEXT);
	assert_int_equal(rows->selects, 5);
	assert_int_equal(rows->rows, 502);
	assert_int_equal(rows->sample.row_count, CELL_ROWS_SHOWN);
	assert_int_equal(rows->others, 500);
	cell_rows_free(rows);
	engine_lab_close(lab);
}

static const struct sample_value *value(const struct cell_rows *rows, size_t row, const char *name)
{
	const struct row_sample *sample = &rows->sample;
	for (size_t i = 0; i < sample->column_count; i++)
		if (strcmp(sample->columns[i], name) == 0)
			return &sample->values[row * sample->column_count + i];
	fail_msg("no column %s", name);
	return NULL;
}

/* The table of a stranger, with whatever a value can be. */
static void values_may_be_anything(void **state)
{
	(void)state;
	static const char pipeline[] =
		"{\"version\": 1, \"name\": \"one\", \"range\": \"2021-10-19..2021-11-07\","
		"\"tables\": [{\"name\": \"things\", \"dataset\": \"d\", \"date_column\": \"day\","
		" \"key\": [\"day\", \"id\"], \"job\": {\"executor\": \"native\"}}]}";
	struct engine_lab *lab = open_lab();
	struct pipeline *mine;
	struct error err;
	assert_true(pipeline_parse(pipeline, sizeof(pipeline) - 1, "one", &mine, &err));
	struct cell_rows_request request = request_of(lab, 0);
	struct cell_rows *rows;
	request.pipeline = mine;
	assert_false(cell_rows_read(&request, &rows, &err)); /* there is no such table */
	assert_int_equal(err.kind, ERROR_WAREHOUSE);
	engine_lab_sql(lab,
		"CREATE TABLE d__things(day TEXT, id INTEGER, text, \"odd \"\"name\" TEXT);"
		"INSERT INTO d__things VALUES('2021-10-23', 2, NULL, 'x'),"
		" ('2021-10-23', 1, char(27) || '[31mred' || char(0) || 'after', 'x'),"
		" ('2021-10-23', 3, x'00ff10', 'x'),"
		" ('2021-10-23', 4, printf('%.*c', 199, 'x') || 'éé', 'x'),"
		" ('2021-10-23', 5, printf('%.*c', 200, 'x'), 'x'),"
		" ('2021-10-23', 6, cast(x'ff41' AS TEXT), 'x'),"
		" ('2021-10-24', 7, 'another day', 'x')");
	assert_true(cell_rows_read(&request, &rows, &err));
	assert_int_equal(rows->sample.row_count, 6);
	assert_string_equal(value(rows, 0, "text")->text, "\033[31mred\xEF\xBF\xBD"
							  "after");
	assert_null(value(rows, 1, "text")->text);
	assert_string_equal(value(rows, 2, "text")->text, "(3 bytes)");
	assert_int_equal(strlen(value(rows, 3, "text")->text), 199); /* not half an é */
	assert_true(value(rows, 3, "text")->is_cut);
	assert_int_equal(strlen(value(rows, 4, "text")->text), SAMPLE_VALUE_BYTES);
	assert_false(value(rows, 4, "text")->is_cut);
	assert_string_equal(value(rows, 5, "text")->text, "\xff\x41");
	assert_string_equal(value(rows, 0, "id")->text, "1");
	expect(rows, "missing: nobody can be named: its key names no team, player or game\n");
	struct buffer said = {0};
	struct cell_facts facts;
	cell_facts_make(rows, NULL, &facts);
	cell_rows_say(rows, &facts, 3, &said);
	assert_non_null(strstr(buffer_text(&said), "the first 3 in the order of the key:\n"));
	assert_non_null(strstr(buffer_text(&said), "NULL"));
	buffer_release(&said);
	cell_facts_release(&facts);
	cell_rows_free(rows);
	pipeline_free(mine);
	engine_lab_close(lab);
}

static void more_columns_than_one_can_look_at_are_left_out(void **state)
{
	(void)state;
	struct engine_lab *lab = open_lab();
	struct buffer sql = {0};
	buffer_add_text(&sql, "CREATE TABLE d__wide(day TEXT");
	for (int i = 1; i < SAMPLE_COLUMNS_MAX + 3; i++)
		buffer_add_format(&sql, ", c%d DEFAULT %d", i, i);
	buffer_add_text(&sql, "); INSERT INTO d__wide(day) VALUES('2021-10-23')");
	engine_lab_sql(lab, buffer_text(&sql));
	buffer_release(&sql);
	struct warehouse *warehouse;
	struct row_sample sample;
	struct error err;
	assert_true(warehouse_open(lab->path, WAREHOUSE_READ, &warehouse, &err));
	struct sample_request request = {.dataset = "d",
		.table = "wide",
		.date_column = "day",
		.date = DAY,
		.row_count = SAMPLE_ROWS_MAX};
	assert_true(warehouse_sample_rows(warehouse, &request, &sample, &err));
	assert_int_equal(sample.column_count, SAMPLE_COLUMNS_MAX);
	assert_int_equal(sample.columns_left_out, 3);
	assert_string_equal(sample.values[SAMPLE_COLUMNS_MAX - 1].text, "199");
	row_sample_release(&sample);
	request.row_count++;
	assert_false(warehouse_sample_rows(warehouse, &request, &sample, &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	request.row_count = 1;
	request.table = "wide\" --";
	assert_false(warehouse_sample_rows(warehouse, &request, &sample, &err));
	assert_non_null(strstr(err.text, "is no name"));
	request.table = "wide";
	request.order_by = (const char *const[]){"`"};
	request.order_by_count = 1;
	assert_false(warehouse_sample_rows(warehouse, &request, &sample, &err));
	warehouse_close(warehouse);
	engine_lab_close(lab);
}

static void what_cannot_be_asked_is_said_and_takes_nothing_from_the_rest(void **state)
{
	(void)state;
	struct engine_lab *lab = open_lab();
	struct error err;
	engine_lab_sql(lab, "ALTER TABLE nba_raw__games RENAME TO elsewhere");
	char *ledger = memory_format("%s/ledger.db", lab->folder);
	assert_true(path_write_file(ledger, "this is no ledger", 17, &err));
	struct cell_rows *rows = look(lab, OFFENSE);
	assert_int_equal(rows->rows, 2);
	assert_int_equal(rows->names, CELL_NAMES_NONE);
	expect(rows, "missing: nobody can be named: ");
	expect(rows, "!ledger: ");
	assert_int_equal(rows->sample.row_count, 2);
	cell_rows_free(rows);
	struct cell_rows_request request = request_of(lab, OFFENSE);
	request.warehouse = "/nowhere/at/all.db";
	assert_false(cell_rows_read(&request, &rows, &err));
	unlink(ledger);
	free(ledger);
	engine_lab_close(lab);
}

static void a_file_of_counts_says_that_it_has_no_rows(void **state)
{
	(void)state;
	struct engine_lab *lab = open_lab();
	struct error err;
	static const char counts[] = "table,date,rows\n"
				     "team_offense_game_summary,2021-10-23,1\n";
	char *path = memory_format("%s/counts.csv", lab->folder);
	char *spec = memory_format("counts:%s", path);
	assert_true(path_write_file(path, counts, sizeof(counts) - 1, &err));
	struct cell_rows_request request = request_of(lab, OFFENSE);
	struct cell_rows *rows;
	request.warehouse = spec;
	if (!cell_rows_read(&request, &rows, &err))
		fail_msg("%s", err.text);
	assert_true(rows->counts_only);
	assert_int_equal(rows->rows, 1);
	expect(rows, "missing: a file of counts names nobody, and has no rows to show\n");
	assert_null(strstr(facts_of(rows), "receipt:"));
	expect(rows, "!differ: the newest run told of 2 rows, the table has 1\n");
	cell_rows_free(rows);
	request.date++;
	assert_true(cell_rows_read(&request, &rows, &err));
	assert_int_equal(rows->rows, -1); /* not 0 */
	expect(rows, "counted: the warehouse does not know\n");
	cell_rows_free(rows);
	free(spec);
	free(path);
	engine_lab_close(lab);
}

static bool has_rows(const struct engine_lab *lab)
{
	return lab->model->cell_rows != NULL || lab->model->cell_rows_trouble[0] != '\0';
}

static void open_rows(struct engine_lab *lab, size_t table, date_t date)
{
	struct event event = {
		.kind = EVENT_ACTION, .at_ms = 1, .action.action = ACTION_VIEW_MATRIX};
	engine_apply(lab->engine, lab->model, &event);
	while (model_selected_table(lab->model) != table)
		lab->model->view.table = (lab->model->view.table + 1) % LAB_TABLES;
	lab->model->view.date = date;
	event = (struct event){.kind = EVENT_ACTION, .at_ms = 1, .action.action = ACTION_ROWS};
	engine_apply(lab->engine, lab->model, &event);
	engine_read_rows(lab->engine, table, date, lab->model->view.rows_generation);
}

static void the_newest_wish_is_answered_and_no_other(void **state)
{
	(void)state;
	struct engine_lab *lab = open_lab();
	for (int i = 0; i < 8; i++)
		open_rows(lab, (size_t)i % LAB_TABLES, lab->first + i);
	engine_lab_until(lab, has_rows, "the rows");
	assert_non_null(lab->model->cell_rows);
	assert_int_equal(lab->model->cell_rows->date, lab->first + 7);
	assert_int_equal(lab->model->cell_rows->table, 7 % LAB_TABLES);
	engine_lab_until_idle(lab);
	/* eight wishes, but those between the first and the last were never begun */
	assert_true(lab->seen_count[EVENT_CELL_ROWS] <= 2);
	int answers = lab->seen_count[EVENT_CELL_ROWS];
	engine_read_rows(lab->engine, 0, lab->first, lab->model->view.rows_generation);
	engine_lab_until_idle(lab);
	assert_int_equal(lab->seen_count[EVENT_CELL_ROWS], answers); /* it is answered already */
	engine_lab_close(lab);
}

static void nobody_looks_any_more_and_nothing_is_shown(void **state)
{
	(void)state;
	struct engine_lab *lab = open_lab();
	open_rows(lab, OFFENSE, DAY);
	struct event event = {.kind = EVENT_ACTION, .at_ms = 1, .action.action = ACTION_CLOSE};
	engine_apply(lab->engine, lab->model, &event);
	engine_read_rows(lab->engine, OFFENSE, DATE_NONE, lab->model->view.rows_generation);
	engine_lab_until_idle(lab);
	assert_null(lab->model->cell_rows);
	open_rows(lab, OFFENSE, DAY);
	engine_leave(lab->engine, LEAVE_AT_ONCE);
	engine_lab_until_idle(lab);
	engine_lab_close(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_right_cell_agrees_with_all_its_witnesses),
		cmocka_unit_test(who_is_missing_is_named_and_the_witnesses_differ),
		cmocka_unit_test(an_off_day_has_nobody_to_miss),
		cmocka_unit_test(it_costs_the_same_few_statements_whatever_the_cell_holds),
		cmocka_unit_test(values_may_be_anything),
		cmocka_unit_test(more_columns_than_one_can_look_at_are_left_out),
		cmocka_unit_test(what_cannot_be_asked_is_said_and_takes_nothing_from_the_rest),
		cmocka_unit_test(a_file_of_counts_says_that_it_has_no_rows),
		cmocka_unit_test(the_newest_wish_is_answered_and_no_other),
		cmocka_unit_test(nobody_looks_any_more_and_nothing_is_shown),
	};
	return RUN(tests);
}
