/* The health of a warehouse file: what is found there, and that what mends it does. */
#include "tests/test.h"

#include "base/path.h"
#include "native/processor.h"
#include "warehouse/warehouse.h"
#include "witness/health_look.h"

#include <sqlite3.h>

#define NOW_MS INT64_C(1764720000000) /* 2025-12-03T00:00:00Z */
#define SEASON ((struct date_range){date_of(2021, 10, 19), date_of(2021, 11, 30)})

/* SQLite, with real files. */

static char *make_warehouse(void)
{
	struct warehouse *warehouse;
	struct error err;
	char *folder = test_folder();
	char *path = path_join(folder, "warehouse.db");
	if (!warehouse_open(path, WAREHOUSE_CREATE, &warehouse, &err) ||
		!processors_prepare(warehouse, &err))
		fail_msg("%s", err.text);
	warehouse_close(warehouse);
	free(folder);
	return path;
}

static void change(const char *path, const char *sql)
{
	sqlite3 *database;
	char *reason = NULL;
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	if (sqlite3_exec(database, sql, NULL, NULL, &reason) != SQLITE_OK)
		fail_msg("%s", reason);
	sqlite3_close(database);
}

static struct health_request request_of(const char *path, struct pipeline **pipeline)
{
	struct error err;
	assert_true(pipeline_load(NULL, pipeline, &err));
	return (struct health_request){.pipeline = *pipeline, .warehouse = path, .range = SEASON};
}

static struct health_findings look(const struct health_request *request)
{
	struct health_findings findings;
	struct error err;
	if (!health_look(request, &findings, &err))
		fail_msg("%s", err.text);
	return findings;
}

static void a_new_warehouse_file_is_healthy(void **state)
{
	(void)state;
	struct pipeline *pipeline;
	char *path = make_warehouse();
	const struct health_request request = request_of(path, &pipeline);
	struct health_findings findings = look(&request);
	assert_int_equal(findings.count, 0);
	health_findings_release(&findings);
	pipeline_free(pipeline);
	free(path);
}

static void drift_of_a_file_is_found_and_mended(void **state)
{
	(void)state;
	struct pipeline *pipeline;
	struct error err;
	bool is_gone;
	char *path = make_warehouse();
	const struct health_request request = request_of(path, &pipeline);
	change(path, "ALTER TABLE nba_precompute__player_daily_cache DROP COLUMN data_hash;"
		     "ALTER TABLE nba_precompute__player_daily_cache DROP COLUMN processed_at;"
		     "ALTER TABLE nba_analytics__player_game_summary ADD COLUMN mine TEXT;"
		     "DROP TABLE nba_analytics__team_offense_game_summary");
	struct health_findings findings = look(&request);
	assert_int_equal(findings.count, 4);
	assert_non_null(health_find(&findings, "data-hash:player_daily_cache"));
	assert_non_null(health_find(&findings, "missing-columns:player_daily_cache"));
	assert_non_null(health_find(&findings, "extra-columns:player_game_summary"));
	assert_non_null(health_find(&findings, "table:team_offense_game_summary"));
	health_findings_release(&findings);
	static const char *const ids[] = {
		"data-hash:player_daily_cache", "missing-columns:player_daily_cache"};
	for (size_t i = 0; i < ARRAY_COUNT(ids); i++) {
		if (!health_repair(&request, ids[i], &findings, &is_gone, &err))
			fail_msg("%s", err.text);
		assert_true(is_gone);
		assert_int_equal(findings.count, 3 - i);
		health_findings_release(&findings);
		assert_false(health_repair(&request, ids[i], &findings, &is_gone, &err));
		assert_non_null(strstr(err.text, "no finding"));
	}
	assert_false(health_repair(
		&request, "extra-columns:player_game_summary", &findings, &is_gone, &err));
	pipeline_free(pipeline);
	free(path);
}

static void locked_out_players_are_found_and_let_in_again(void **state)
{
	(void)state;
	struct pipeline *pipeline;
	struct warehouse *warehouse;
	struct error err;
	bool is_gone;
	char *path = make_warehouse();
	const struct health_request request = request_of(path, &pipeline);
	const struct attempt_row tripped = {.date = date_of(2021, 11, 16),
		.entity = "lebronjames",
		.attempts = 3,
		.tripped = true,
		.until_ms = INT64_C(4102444800000)};
	const struct attempt_row over = {.date = date_of(2021, 11, 17),
		.entity = "x",
		.attempts = 3,
		.tripped = true,
		.until_ms = 1};
	assert_true(warehouse_open(path, WAREHOUSE_WRITE, &warehouse, &err));
	assert_true(warehouse_add_attempt(
		warehouse, "player_composite_factors", &tripped, 50, "INCOMPLETE", 1, &err));
	assert_true(warehouse_add_attempt(
		warehouse, "player_composite_factors", &over, 50, "INCOMPLETE", 1, &err));
	warehouse_close(warehouse);
	struct health_findings findings = look(&request);
	assert_int_equal(findings.count, 1);
	assert_string_equal(findings.items[0].id, "breaker:player_composite_factors");
	assert_non_null(
		strstr(findings.items[0].evidence, "1 player or team is locked out in 1 cell"));
	health_findings_release(&findings);
	assert_true(health_repair(
		&request, "breaker:player_composite_factors", &findings, &is_gone, &err));
	assert_true(is_gone);
	health_findings_release(&findings);
	pipeline_free(pipeline);
	free(path);
}

static void a_broken_file_is_told(void **state)
{
	(void)state;
	struct pipeline *pipeline;
	char *path = make_warehouse();
	const struct health_request request = request_of(path, &pipeline);
	change(path,
		"PRAGMA journal_mode = DELETE; PRAGMA writable_schema = ON;"
		"UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE "
		"name = 'nba_analytics__player_game_summary') WHERE name = "
		"'nba_analytics__team_offense_game_summary'");
	struct health_findings findings = look(&request);
	const struct health_finding *finding = health_find(&findings, "damage:file");
	assert_non_null(finding);
	assert_int_equal(finding->severity, HEALTH_ERROR);
	assert_int_equal(findings.items[0].kind, HEALTH_KIND_DAMAGE); /* the worst comes first */
	health_findings_release(&findings);
	pipeline_free(pipeline);
	free(path);
}

static void a_file_is_asked_the_same_few_questions_whatever_the_range(void **state)
{
	(void)state;
	struct warehouse *warehouse;
	struct health_facts facts;
	struct error err;
	const struct table_layout *layouts[PIPELINE_TABLES_MAX];
	char *path = make_warehouse();
	for (size_t i = 0; i < processor_count(); i++)
		layouts[i] = processor_at(i)->layout;
	assert_true(warehouse_open(path, WAREHOUSE_READ, &warehouse, &err));
	int64_t before = warehouse_select_count(warehouse);
	assert_true(warehouse_look(warehouse, layouts, processor_count(), NOW_MS, &facts, &err));
	assert_int_equal(warehouse_select_count(warehouse) - before, 3);
	health_facts_release(&facts);
	warehouse_close(warehouse);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_warehouse_file_is_healthy),
		cmocka_unit_test(drift_of_a_file_is_found_and_mended),
		cmocka_unit_test(locked_out_players_are_found_and_let_in_again),
		cmocka_unit_test(a_broken_file_is_told),
		cmocka_unit_test(a_file_is_asked_the_same_few_questions_whatever_the_range),
	};
	return RUN(tests);
}
