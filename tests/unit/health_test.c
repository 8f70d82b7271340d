/* Findings from facts: what is wrong with tables, how bad it is, and what mends it. */
#include "tests/test.h"

#include "witness/health_look.h"

#define NOW_MS	 INT64_C(1764720000000) /* 2025-12-03T00:00:00Z */
#define DAY_MS	 INT64_C(86400000)
#define SEASON	 ((struct date_range){date_of(2021, 10, 19), date_of(2021, 11, 30)})
#define RECENTLY ((struct date_range){date_of(2025, 11, 20), date_of(2025, 12, 2)})

static const struct column columns[] = {
	{"game_date", COLUMN_DATE, COLUMN_KEY},
	{"player_lookup", COLUMN_TEXT, COLUMN_KEY},
	{"points", COLUMN_INTEGER, COLUMN_REQUIRED},
	{"ts_pct", COLUMN_REAL, 0},
	{"issues", COLUMN_LIST, 0},
	{"data_hash", COLUMN_TEXT, 0},
};

static const struct table_layout layout = {"nba_precompute", "player_daily_cache", "game_date",
	columns, ARRAY_COUNT(columns), HASH_NONE};

/* A table as it should be; a test changes what it is about. */
struct lab {
	struct bigquery_field fields[ARRAY_COUNT(columns) + 2];
	struct health_table table;
	struct health_dataset dataset;
	struct health_breaker breaker;
	struct health_facts facts;
	struct health_findings findings;
};

static int set_up(void **state)
{
	static const struct bigquery_field good[] = {
		{(char *)"Game_Date", (char *)"DATE", false, true},
		{(char *)"player_lookup", (char *)"STRING", false, true},
		{(char *)"points", (char *)"INT64", false, true},
		{(char *)"ts_pct", (char *)"FLOAT64", false, false},
		{(char *)"issues", (char *)"STRING", true, false},
		{(char *)"data_hash", (char *)"STRING", false, false},
	};
	struct lab *lab = memory_new(sizeof(*lab));
	memcpy(lab->fields, good, sizeof(good));
	lab->table = (struct health_table){.layout = &layout,
		.state = HEALTH_FOUND,
		.found = {.partition_type = (char *)"DAY",
			.partition_field = (char *)"game_date",
			.fields = lab->fields,
			.field_count = ARRAY_COUNT(good)},
		.unhashed_rows = -1,
		.loads_today = 12};
	lab->dataset =
		(struct health_dataset){.name = (char *)"nba_precompute", .state = HEALTH_FOUND};
	lab->facts = (struct health_facts){.is_bigquery = true,
		.place = (char *)"p",
		.at_ms = NOW_MS,
		.tables = &lab->table,
		.table_count = 1,
		.datasets = &lab->dataset,
		.dataset_count = 1,
		.run_history = {.state = HEALTH_ABSENT},
		.breaker_state = HEALTH_ABSENT,
		.quota_state = HEALTH_FOUND,
		.has_token = true,
		.token_left_ms = 3000000};
	*state = lab;
	return 0;
}

static int tear_down(void **state)
{
	struct lab *lab = *state;
	health_findings_release(&lab->findings);
	free(lab);
	return 0;
}

static const struct health_findings *judge(struct lab *lab, struct date_range wanted)
{
	health_findings_release(&lab->findings);
	health_judge(&lab->facts, wanted, &lab->findings);
	return &lab->findings;
}

/* The finding of that id, which must be as bad as that and speak of those words. */
static const struct health_finding *expect(
	struct lab *lab, const char *id, enum health_severity severity, const char *words)
{
	const struct health_finding *finding = health_find(judge(lab, SEASON), id);
	for (size_t i = 0; finding == NULL && i < lab->findings.count; i++)
		print_error("%s: %s\n", lab->findings.items[i].id, lab->findings.items[i].evidence);
	if (finding == NULL)
		fail_msg("there is no finding %s", id);
	assert_int_equal(finding->severity, severity);
	if (strstr(finding->evidence, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, finding->evidence);
	assert_int_equal(finding->at_ms, NOW_MS);
	assert_int_equal(lab->findings.count, 1); /* and of nothing else */
	return finding;
}

static void a_table_as_it_should_be_gives_no_finding(void **state)
{
	assert_int_equal(judge(*state, SEASON)->count, 0);
}

/* The hand-off's fix 1: 90, 90 and 30 days, which ate the backfill of 2021. */
static void partitions_that_expire_are_an_error_where_the_range_is_older(void **state)
{
	struct lab *lab = *state;
	static const struct {
		int days;
		const char *words;
	} cases[] = {{90, "after 90 days: nothing before 2025-09-04"},
		{30, "after 30 days: nothing before 2025-11-03"}};
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		lab->table.found.expiration_ms = cases[i].days * DAY_MS;
		const struct health_finding *finding = expect(
			lab, "partitions-expire:player_daily_cache", HEALTH_ERROR, cases[i].words);
		assert_true(health_can_repair(finding));
		assert_string_equal(finding->statement,
			"ALTER TABLE `p.nba_precompute.player_daily_cache` SET OPTIONS "
			"(partition_expiration_days = NULL)");
	}
	assert_int_equal(judge(lab, RECENTLY)->items[0].severity, HEALTH_WARNING);
}

/* The border itself: the oldest wanted day is deleted with the last moment of its keeping. */
static void the_day_at_the_border_of_expiration_is_an_error(void **state)
{
	struct lab *lab = *state;
	date_t first = (date_t)(NOW_MS / DAY_MS) - 30;
	lab->table.found.expiration_ms = 30 * DAY_MS;
	judge(lab, (struct date_range){first, first + 1});
	assert_int_equal(lab->findings.items[0].severity, HEALTH_ERROR);
	judge(lab, (struct date_range){first + 1, first + 1});
	assert_int_equal(lab->findings.items[0].severity, HEALTH_WARNING);
}

static void a_whole_table_that_expires_is_an_error(void **state)
{
	struct lab *lab = *state;
	lab->table.found.table_expires_ms = NOW_MS + INT64_C(2) * DAY_MS;
	assert_non_null(
		strstr(expect(lab, "table-expires:player_daily_cache", HEALTH_ERROR, "2025-12-05")
				->statement,
			"expiration_timestamp = NULL"));
}

static void defaults_of_a_dataset_are_told(void **state)
{
	struct lab *lab = *state;
	lab->dataset.partitions_expire_ms = 90 * DAY_MS;
	assert_string_equal(expect(lab, "dataset-default:nba_precompute.partitions", HEALTH_WARNING,
				    "after 90 days")
				    ->statement,
		"ALTER SCHEMA `p.nba_precompute` SET OPTIONS (default_partition_expiration_days = "
		"NULL)");
	lab->dataset.partitions_expire_ms = 0;
	lab->dataset.tables_expire_ms = 7 * DAY_MS;
	expect(lab, "dataset-default:nba_precompute.tables", HEALTH_WARNING, "after 7 days");
}

static void a_missing_data_hash_is_told_by_itself(void **state)
{
	struct lab *lab = *state;
	lab->table.found.field_count--;
	assert_string_equal(
		expect(lab, "data-hash:player_daily_cache", HEALTH_WARNING, "data_hash")->statement,
		"ALTER TABLE `p.nba_precompute.player_daily_cache` ADD COLUMN IF NOT EXISTS "
		"`data_hash` STRING");
}

static void missing_columns_come_in_one_statement(void **state)
{
	struct lab *lab = *state;
	lab->fields[3] = lab->fields[5];
	lab->table.found.field_count = 4;
	const struct health_finding *finding = expect(
		lab, "missing-columns:player_daily_cache", HEALTH_ERROR, "columns ts_pct, issues");
	assert_non_null(strstr(finding->statement,
		"ADD COLUMN IF NOT EXISTS `ts_pct` FLOAT64, ADD COLUMN IF NOT EXISTS `issues` "
		"STRING"));
	assert_int_equal(finding->repair, REPAIR_STATEMENT);
}

/* A key that is missing cannot be had by a statement: the rows that are there have none. */
static void a_missing_key_is_not_added_by_a_statement(void **state)
{
	struct lab *lab = *state;
	memmove(&lab->fields[0], &lab->fields[1], 5 * sizeof(lab->fields[0]));
	lab->table.found.field_count = 5;
	assert_int_equal(
		expect(lab, "missing-columns:player_daily_cache", HEALTH_ERROR, "game_date")
			->repair,
		REPAIR_BY_HAND);
}

static void another_type_is_an_error_and_whole_numbers_can_be_widened(void **state)
{
	struct lab *lab = *state;
	const struct health_finding *finding;
	lab->fields[3].type = (char *)"INT64";
	finding = expect(
		lab, "types:player_daily_cache", HEALTH_ERROR, "ts_pct (INT64, ours FLOAT64)");
	assert_non_null(strstr(finding->statement, "ALTER COLUMN `ts_pct` SET DATA TYPE FLOAT64"));
	assert_int_equal(finding->repair, REPAIR_STATEMENT);
	lab->fields[1].type = (char *)"BYTES";
	finding = expect(lab, "types:player_daily_cache", HEALTH_ERROR, "player_lookup (BYTES");
	assert_int_equal(finding->repair, REPAIR_BY_HAND); /* half a repair would be none */
	lab->fields[1] = (struct bigquery_field){(char *)"player_lookup", (char *)"STRING", true};
	lab->fields[3].type = (char *)"NUMERIC"; /* takes our values */
	expect(lab, "types:player_daily_cache", HEALTH_ERROR, "ARRAY of STRING");
}

static void a_column_that_is_stricter_there_is_an_error(void **state)
{
	struct lab *lab = *state;
	lab->fields[3].is_required = true;
	assert_non_null(
		strstr(expect(lab, "modes:player_daily_cache", HEALTH_ERROR, "ts_pct")->statement,
			"ALTER COLUMN `ts_pct` DROP NOT NULL"));
	lab->fields[3].is_required = false;
	lab->fields[2].is_required = false; /* looser there: takes all of our rows */
	assert_int_equal(judge(lab, SEASON)->count, 0);
}

static void columns_that_are_not_ours_are_a_note_unless_they_want_a_value(void **state)
{
	struct lab *lab = *state;
	lab->fields[6] = (struct bigquery_field){(char *)"notes", (char *)"STRING"};
	lab->table.found.field_count = 7;
	assert_null(
		expect(lab, "extra-columns:player_daily_cache", HEALTH_NOTE, "notes")->statement);
	lab->fields[6].is_required = true;
	expect(lab, "modes:player_daily_cache", HEALTH_ERROR, "notes");
}

/* What comes from outside never gets into a statement that could be run. */
static void a_hostile_name_gets_into_no_statement(void **state)
{
	struct lab *lab = *state;
	const struct health_finding *finding;
	lab->fields[6] = (struct bigquery_field){
		(char *)"x` DROP TABLE y; --", (char *)"STRING", false, true};
	lab->table.found.field_count = 7;
	finding = expect(lab, "modes:player_daily_cache", HEALTH_ERROR, "DROP TABLE");
	assert_false(health_can_repair(finding));
	lab->table.found.field_count = 6;
	lab->breaker = (struct health_breaker){
		.table = "x' OR TRUE --", .entities = 1, .cells = 1, .first = 1, .last = 2};
	lab->facts.breakers = &lab->breaker;
	lab->facts.breaker_count = 1;
	judge(lab, SEASON);
	assert_int_equal(lab->findings.count, 1);
	assert_int_equal(lab->findings.items[0].repair, REPAIR_NONE);
	assert_null(lab->findings.items[0].statement);
}

static void partitions_must_be_by_day_of_the_date(void **state)
{
	struct lab *lab = *state;
	struct bigquery_table *found = &lab->table.found;
	found->partition_type = found->partition_field = NULL;
	assert_int_equal(
		expect(lab, "partitioning:player_daily_cache", HEALTH_ERROR, "not partitioned")
			->repair,
		REPAIR_BY_HAND);
	found->partition_type = (char *)"MONTH";
	found->partition_field = (char *)"game_date";
	expect(lab, "partitioning:player_daily_cache", HEALTH_ERROR, "MONTH of game_date");
	found->partition_type = (char *)"DAY";
	found->partition_field = NULL;
	expect(lab, "partitioning:player_daily_cache", HEALTH_ERROR, "the time of loading");
	found->partition_field = (char *)"GAME_DATE"; /* names know no case */
	assert_int_equal(judge(lab, SEASON)->count, 0);
}

static void rows_in_the_streaming_buffer_are_told(void **state)
{
	struct lab *lab = *state;
	lab->table.found.streaming_rows = 42;
	assert_null(expect(lab, "streaming:player_daily_cache", HEALTH_WARNING, "42")->statement);
	lab->table.found.streaming_rows = -1;
	expect(lab, "streaming:player_daily_cache", HEALTH_WARNING, "rows are in");
}

static void a_tripped_breaker_tells_whom_it_locks_out_and_until_when(void **state)
{
	struct lab *lab = *state;
	lab->breaker = (struct health_breaker){.table = "player_daily_cache",
		.is_ours = true,
		.entities = 3,
		.cells = 7,
		.first = date_of(2021, 11, 16),
		.last = date_of(2021, 11, 20),
		.until_ms = NOW_MS + INT64_C(7200000)};
	lab->facts.breakers = &lab->breaker;
	lab->facts.breaker_count = 1;
	const struct health_finding *finding =
		expect(lab, "breaker:player_daily_cache", HEALTH_WARNING, "another 2h00");
	assert_int_equal(finding->repair, REPAIR_BREAKER);
	assert_int_equal(finding->dates.last, date_of(2021, 11, 20));
	assert_string_equal(finding->statement,
		"backcourt breaker reset player_daily_cache --range 2021-11-16..2021-11-20");
	lab->breaker.is_ours = false;
	finding = expect(lab, "breaker:player_daily_cache", HEALTH_WARNING, "7 cells");
	assert_non_null(strstr(finding->statement, "nba_orchestration.reprocess_attempts"));
}

/* "Field success has changed mode from REQUIRED to NULLABLE": the run history gets no rows. */
static void a_run_history_that_refuses_the_jobs_records_is_told(void **state)
{
	struct lab *lab = *state;
	struct bigquery_field fields[] = {{(char *)"run_id", (char *)"STRING"},
		{(char *)"success", (char *)"BOOL", false, true},
		{(char *)"run_date", (char *)"DATE", false, true}};
	lab->facts.run_history = (struct health_table){
		.state = HEALTH_FOUND, .found = {.fields = fields, .field_count = 3}};
	assert_string_equal(expect(lab, "run-history:precompute_processor_runs", HEALTH_WARNING,
				    "success, run_date")
				    ->statement,
		"ALTER TABLE `p.nba_processing.precompute_processor_runs` ALTER COLUMN `success` "
		"DROP NOT NULL, ALTER COLUMN `run_date` DROP NOT NULL");
	fields[1].is_required = fields[2].is_required = false;
	assert_int_equal(judge(lab, SEASON)->count, 0);
}

static void quotas_are_told_before_they_end(void **state)
{
	struct lab *lab = *state;
	lab->table.loads_today = 1199;
	assert_int_equal(judge(lab, SEASON)->count, 0);
	lab->table.loads_today = 1200;
	expect(lab, "quota:player_daily_cache", HEALTH_WARNING, "1200 of 1500");
	lab->table.loads_today = 1500;
	lab->facts.is_quota_partial = true;
	expect(lab, "quota:player_daily_cache", HEALTH_ERROR, "at least 1500 of 1500");
	lab->table.loads_today = 0;
	lab->facts.jobs_today = 9;
	lab->facts.billed_bytes_today = 30 << 20;
	expect(lab, "billed:p", HEALTH_NOTE, "9 jobs of yours today, 30 MiB");
}

static void a_login_that_ends_is_told(void **state)
{
	struct lab *lab = *state;
	lab->facts.token_left_ms = 60000;
	expect(lab, "login:token", HEALTH_WARNING, "1m00");
	lab->facts.token_left_ms = -1;
	expect(lab, "login:token", HEALTH_WARNING, "no token");
	lab->facts.has_token = false; /* an emulator */
	assert_int_equal(judge(lab, SEASON)->count, 0);
	text_copy(lab->facts.credential_warning, HEALTH_TEXT_BYTES, "others can read it");
	expect(lab, "login:credential", HEALTH_WARNING, "others can read");
}

static void what_nobody_could_look_at_is_unknown_never_healthy(void **state)
{
	struct lab *lab = *state;
	lab->table.state = lab->dataset.state = HEALTH_UNSEEN;
	lab->facts.run_history.state = lab->facts.breaker_state = HEALTH_UNSEEN;
	lab->facts.quota_state = HEALTH_UNSEEN;
	text_copy(lab->table.problem, HEALTH_TEXT_BYTES, "403 Access Denied");
	judge(lab, SEASON);
	assert_int_equal(lab->findings.count, 5);
	assert_int_equal(health_count(&lab->findings, HEALTH_UNKNOWN), 5);
	assert_string_equal(
		health_find(&lab->findings, "not-seen:nba_precompute.player_daily_cache")->evidence,
		"403 Access Denied");
}

static void findings_are_sorted_by_severity_and_have_ids_of_their_own(void **state)
{
	struct lab *lab = *state;
	lab->table.found.expiration_ms = 90 * DAY_MS;
	lab->table.found.streaming_rows = 1;
	lab->dataset.partitions_expire_ms = lab->dataset.tables_expire_ms = DAY_MS;
	lab->facts.jobs_today = 1;
	lab->fields[3].is_required = true;
	lab->fields[6] = (struct bigquery_field){(char *)"notes", (char *)"STRING"};
	lab->table.found.field_count = 7;
	judge(lab, SEASON);
	assert_int_equal(lab->findings.count, 7);
	for (size_t i = 1; i < lab->findings.count; i++) {
		assert_true(lab->findings.items[i - 1].severity <= lab->findings.items[i].severity);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(
				lab->findings.items[i].id, lab->findings.items[k].id);
	}
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_table_as_it_should_be_gives_no_finding),
		TEST(partitions_that_expire_are_an_error_where_the_range_is_older),
		TEST(the_day_at_the_border_of_expiration_is_an_error),
		TEST(a_whole_table_that_expires_is_an_error),
		TEST(defaults_of_a_dataset_are_told),
		TEST(a_missing_data_hash_is_told_by_itself),
		TEST(missing_columns_come_in_one_statement),
		TEST(a_missing_key_is_not_added_by_a_statement),
		TEST(another_type_is_an_error_and_whole_numbers_can_be_widened),
		TEST(a_column_that_is_stricter_there_is_an_error),
		TEST(columns_that_are_not_ours_are_a_note_unless_they_want_a_value),
		TEST(a_hostile_name_gets_into_no_statement),
		TEST(partitions_must_be_by_day_of_the_date),
		TEST(rows_in_the_streaming_buffer_are_told),
		TEST(a_tripped_breaker_tells_whom_it_locks_out_and_until_when),
		TEST(a_run_history_that_refuses_the_jobs_records_is_told),
		TEST(quotas_are_told_before_they_end),
		TEST(a_login_that_ends_is_told),
		TEST(what_nobody_could_look_at_is_unknown_never_healthy),
		TEST(findings_are_sorted_by_severity_and_have_ids_of_their_own),
	};
	return RUN(tests);
}
