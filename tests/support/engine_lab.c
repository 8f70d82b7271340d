#include "tests/support/engine_lab.h"

#include "base/clock.h"
#include "base/path.h"
#include "native/processor.h"
#include "tests/test.h"
#include "warehouse/raw_tables.h"

#include <poll.h>
#include <sqlite3.h>

#define PATIENCE_MS 120000 /* an alert alone may be sent for twenty seconds */

static const char three_tables[] =
	"{\"version\": 1, \"name\": \"three\", \"range\": \"2021-10-19..2021-11-07\","
	"\"calendar\": {\"seasons\": [{\"name\": \"S\", \"first\": \"2021-10-19\","
	" \"last\": \"2021-11-07\"}]}, \"run\": {\"workers\": 3}, \"tables\": ["
	"{\"name\": \"team_offense_game_summary\", \"short\": \"togs\","
	" \"dataset\": \"nba_analytics\", \"expect\": {\"per_game\": 2}},"
	"{\"name\": \"team_defense_game_summary\", \"short\": \"tdgs\","
	" \"dataset\": \"nba_analytics\", \"expect\": {\"per_game\": 2}},"
	"{\"name\": \"upcoming_team_game_context\", \"short\": \"utgc\","
	" \"dataset\": \"nba_analytics\", \"expect\": {\"per_game\": 2}, \"upstreams\":"
	" [\"team_offense_game_summary\", \"team_defense_game_summary\"]}]}";

static sqlite3 *open_database(const struct engine_lab *lab)
{
	sqlite3 *database = NULL;
	assert_int_equal(sqlite3_open(lab->path, &database), SQLITE_OK);
	sqlite3_busy_timeout(database, PATIENCE_MS);
	return database;
}

void engine_lab_sql(struct engine_lab *lab, const char *sql)
{
	char *message = NULL;
	sqlite3 *database = open_database(lab);
	if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
	sqlite3_close(database);
}

int64_t engine_lab_number(struct engine_lab *lab, const char *sql)
{
	sqlite3_stmt *statement;
	sqlite3 *database = open_database(lab);
	assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	int64_t number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(database);
	return number;
}

static const char *value_of(const char *column, const char *const *names, const char *const *values)
{
	for (size_t i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], column) == 0)
			return values[i];
	return NULL;
}

/* Numbers that a test does not look at are 10; texts of that kind stay NULL. */
static void set_value(struct rows *rows, size_t column, const char *text)
{
	switch (rows->layout->columns[column].type) {
	case COLUMN_INTEGER:
		rows_set_integer(rows, column, 10);
		break;
	case COLUMN_BOOLEAN:
		rows_set_boolean(rows, column, text != NULL && text[0] == '1');
		break;
	case COLUMN_REAL:
		rows_set_real(rows, column, 10.0);
		break;
	case COLUMN_TEXT:
	case COLUMN_DATE:
	case COLUMN_TIMESTAMP:
	case COLUMN_LIST:
		if (text != NULL)
			rows_set_text(rows, column, text);
		break;
	}
}

static void load(struct warehouse *warehouse, const struct table_layout *layout,
	const char *const *names, const char *const *values)
{
	struct rows rows;
	struct error err;
	struct raw_load_result result;
	rows_init(&rows, layout);
	rows_add(&rows);
	for (size_t i = 0; i < layout->column_count; i++)
		set_value(&rows, i, value_of(layout->columns[i].name, names, values));
	if (!warehouse_load_begin(warehouse, layout, &err) ||
		!warehouse_load_row(warehouse, rows.values, &err) ||
		!warehouse_load_commit(warehouse, &result, &err))
		fail_msg("%s", err.text);
	rows_release(&rows);
}

static void put_day(struct warehouse *warehouse, date_t date, int number)
{
	static const char *const game_names[] = {
		"game_id", "game_date", "season", "home", "away", NULL};
	static const char *const box_names[] = {
		"game_id", "game_date", "team", "opp", "home", "win", NULL};
	char day[DATE_TEXT_BYTES], game[16];
	snprintf(game, sizeof(game), "00221%05d", number + 1);
	date_format(date, day);
	const char *const schedule[] = {game, day, "2021-22", "BOS", "NYK"};
	const char *const home[] = {game, day, "BOS", "NYK", "1", "1"};
	const char *const away[] = {game, day, "NYK", "BOS", "0", "0"};
	load(warehouse, raw_table_layout(RAW_GAMES), game_names, schedule);
	load(warehouse, raw_table_layout(RAW_TEAM_BOX), box_names, home);
	load(warehouse, raw_table_layout(RAW_TEAM_BOX), box_names, away);
}

static void make_warehouse(struct engine_lab *lab)
{
	struct warehouse *warehouse;
	struct error err;
	if (!warehouse_open(lab->path, WAREHOUSE_CREATE, &warehouse, &err) ||
		!processors_prepare(warehouse, &err))
		fail_msg("%s", err.text);
	for (int day = 0; day < LAB_DAYS; day++)
		put_day(warehouse, lab->first + day, day);
	warehouse_close(warehouse);
}

void engine_lab_open(struct engine_lab *lab, const struct engine_lab_options *options)
{
	struct error err;
	*lab = (struct engine_lab){.folder = test_folder(), .first = date_of(2021, 10, 19)};
	lab->path = path_join(lab->folder, "warehouse.db");
	if (!pipeline_parse(three_tables, sizeof(three_tables) - 1, "three", &lab->pipeline, &err))
		fail_msg("%s", err.text);
	if (!options->no_warehouse)
		make_warehouse(lab);
	struct engine_options wanted = {.pipeline = lab->pipeline,
		.warehouse = lab->path,
		.state_folder = lab->folder,
		.rules = &rules_corrected,
		.workers = options->workers > 0 ? options->workers : 3,
		.pace_ms = options->pace_ms,
		.auto_launch = !options->no_auto_launch,
		.read_only = options->read_only,
		.alert_hook = options->alert_hook,
		.alert_files = options->alert_files,
		.alert_schedule = options->alert_schedule};
	lab->model = model_new(lab->pipeline, lab->pipeline->range);
	if (!event_queue_new(&lab->queue, &err) ||
		!engine_new(&wanted, lab->queue, &lab->engine, &err))
		fail_msg("%s", err.text);
}

static void take_event(struct engine_lab *lab, struct event *event)
{
	lab->seen_count[event->kind]++;
	if (event->kind == EVENT_MESSAGE)
		text_copy(lab->said, sizeof(lab->said), event->message.text);
	if (event->kind == EVENT_DATE_FINISHED)
		lab->dates[event->table]++;
	lab->seen = *event;
	engine_apply(lab->engine, lab->model, event);
	engine_step(lab->engine, lab->model);
}

/* No longer than until the engine has something to do by itself. */
static void wait_for_event(struct engine_lab *lab, int64_t left_ms)
{
	struct pollfd wait = {.fd = event_queue_descriptor(lab->queue), .events = POLLIN};
	struct event event;
	int64_t due_ms = engine_due_ms(lab->engine, lab->model);
	int64_t free_ms = due_ms == INT64_MAX ? left_ms : due_ms - clock_wall_ms();
	free_ms = free_ms < left_ms ? free_ms : left_ms;
	(void)poll(&wait, 1, free_ms > 0 ? (int)free_ms : 0);
	if (event_queue_take(lab->queue, &event))
		take_event(lab, &event);
	else
		engine_step(lab->engine, lab->model);
}

void engine_lab_until(
	struct engine_lab *lab, bool (*is_there)(const struct engine_lab *lab), const char *what)
{
	int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
	engine_step(lab->engine, lab->model);
	while (!is_there(lab)) {
		int64_t left_ms = until_ms - clock_monotonic_ms();
		if (left_ms <= 0)
			fail_msg("%s did not come within %d ms", what, PATIENCE_MS);
		wait_for_event(lab, left_ms);
	}
}

static bool is_idle(const struct engine_lab *lab)
{
	struct pollfd wait = {.fd = event_queue_descriptor(lab->queue), .events = POLLIN};
	return engine_is_idle(lab->engine) && poll(&wait, 1, 0) == 0;
}

void engine_lab_until_idle(struct engine_lab *lab)
{
	engine_lab_until(lab, is_idle, "the end of all work");
}

void engine_lab_until_started(struct engine_lab *lab, int count)
{
	int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
	struct event event;
	engine_step(lab->engine, lab->model);
	while (lab->seen_count[EVENT_DATE_STARTED] < count) {
		struct pollfd wait = {.fd = event_queue_descriptor(lab->queue), .events = POLLIN};
		int left_ms = (int)(until_ms - clock_monotonic_ms());
		if (left_ms <= 0 || poll(&wait, 1, left_ms) <= 0)
			fail_msg("date %d did not start", count);
		if (event_queue_take(lab->queue, &event))
			take_event(lab, &event);
	}
}

void engine_lab_read(struct engine_lab *lab, struct date_range range)
{
	engine_refresh(lab->engine, range, false);
	engine_lab_until_idle(lab);
	assert_int_equal(lab->model->range.first, range.first);
	assert_int_equal(lab->model->range.last, range.last);
}

void engine_lab_close(struct engine_lab *lab)
{
	engine_leave(lab->engine, true);
	engine_lab_until_idle(lab);
	engine_free(lab->engine);
	event_queue_free(lab->queue);
	model_free(lab->model);
	pipeline_free(lab->pipeline);
	free(lab->folder);
	free(lab->path);
}

struct date_range engine_lab_days(const struct engine_lab *lab, int first, int last)
{
	return (struct date_range){lab->first + first, lab->first + last};
}

enum verdict engine_lab_verdict(const struct engine_lab *lab, size_t table, int day)
{
	const struct cell *cell = coverage_cell(lab->model->coverage, table, lab->first + day);
	assert_non_null(cell);
	return cell->verdict;
}

int engine_lab_count(const struct engine_lab *lab, size_t table, enum verdict verdict)
{
	return coverage_summary(lab->model->coverage, table).by_verdict[verdict];
}
