/* The look over the partitions before anything is counted: what it asks, costs, tells and leaves.
 */
#include "tests/network/support/fake_bigquery.h"
#include "tests/support/filled_rows.h"
#include "tests/test.h"

#include "native/processor.h"
#include "witness/witnesses.h"

#define DAY    date_of(2021, 11, 16)
#define NOW_MS INT64_C(1637100000000)
#define SPAN   ((struct date_range){DAY, DAY + 2})
#define REMOTE "bigquery:p?writes=load"

/* Of two datasets; the last is of a third, which is not there. */
static const char *const names[] = {
	"upcoming_team_game_context", "upcoming_player_game_context", "player_composite_factors"};
enum { TEAMS, PLAYERS, FACTORS, NOWHERE, TABLES };
static const struct column columns[] = {{"day", COLUMN_DATE, COLUMN_KEY}};
static const struct table_layout nowhere = {
	"nowhere", "nothing", "day", columns, ARRAY_COUNT(columns), HASH_NONE};

struct place {
	struct fake_bigquery *service;
	struct fake *server;
	struct warehouse *warehouse;
	struct count_table tables[TABLES];
	struct day_counts counts;
	struct buffer heard;
	struct error err;
};

static int64_t read_clock(void)
{
	return NOW_MS;
}

static void hear(void *context, const char *sentence)
{
	buffer_add_format(context, "%s\n", sentence);
}

static int set_up(void **state)
{
	struct place *place = memory_new(sizeof(*place));
	const struct table_layout *made[] = {
		processor_find(names[TEAMS])->layout, processor_find(names[FACTORS])->layout};
	place->service = fake_bigquery_publish();
	place->server = fake_bigquery_server(place->service);
	fake_bigquery_set_clock(place->service, read_clock);
	if (!warehouse_open(REMOTE, WAREHOUSE_WRITE, &place->warehouse, &place->err) ||
		!warehouse_prepare(place->warehouse, made, ARRAY_COUNT(made), &place->err))
		fail_msg("%s", place->err.text);
	for (int i = 0; i < NOWHERE; i++)
		place->tables[i].layout = processor_find(names[i])->layout;
	place->tables[NOWHERE].layout = &nowhere;
	filled_rows_write(place->warehouse, made[0], DAY, 4, 0, NULL, 0);
	filled_rows_write(place->warehouse, made[0], DAY + 2, 5, 0, NULL, 0);
	filled_rows_write(place->warehouse, made[1], DAY + 1, 6, 0, NULL, 0);
	filled_rows_write(place->warehouse, made[1], DAY + 9, 7, 0, NULL, 0);
	warehouse_hear_costs(place->warehouse, hear, &place->heard);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	day_counts_release(&place->counts);
	buffer_release(&place->heard);
	warehouse_close(place->warehouse);
	fake_bigquery_withdraw(place->service);
	free(place);
	return 0;
}

static void look_over(struct place *place)
{
	day_counts_release(&place->counts);
	if (!warehouse_overview(
		    place->warehouse, place->tables, TABLES, SPAN, &place->counts, &place->err))
		fail_msg("%s", place->err.text);
	assert_true(place->counts.is_overview);
}

static void expect_count(
	const struct place *place, size_t at, size_t table, date_t date, int64_t rows)
{
	const struct day_count *count = &place->counts.items[at];
	assert_int_equal(count->table, table);
	assert_int_equal(count->date, date);
	assert_int_equal(count->rows, rows);
	assert_int_equal(count->distinct_keys, -1);
	assert_int_equal(count->written_ms, NOW_MS);
}

/* Three lists, for what is missing hides nothing then; and one query. */
static void all_tables_are_one_query_and_the_missing_hide_none(void **state)
{
	struct place *place = *state;
	size_t before = fake_count(place->server, ""), jobs = fake_count(place->server, "POST");
	size_t lists = fake_count(place->server, "/tables?");
	int64_t selects = warehouse_select_count(place->warehouse);
	look_over(place);
	assert_int_equal(warehouse_select_count(place->warehouse) - selects, 1);
	assert_int_equal(fake_count(place->server, "POST") - jobs, 1);
	assert_int_equal(fake_count(place->server, "/tables?") - lists, 3);
	assert_int_equal(fake_count(place->server, "") - before, 3 + 3); /* insert, wait, page */
	const char *body = fake_body(place->server, "POST", jobs);
	assert_non_null(strstr(body, "UNION ALL"));
	assert_non_null(strstr(body, "maximumBytesBilled"));
	assert_null(strstr(body, "nothing"));
	assert_int_equal(place->counts.count, 3);
	expect_count(place, 0, TEAMS, DAY, 4);
	expect_count(place, 1, TEAMS, DAY + 2, 5);
	expect_count(place, 2, FACTORS, DAY + 1, 6);
	for (size_t i = 0; i < TABLES; i++) {
		assert_int_equal(
			day_counts_is_missing(&place->counts, i), i == PLAYERS || i == NOWHERE);
		assert_false(day_counts_is_unseen(&place->counts, i));
	}
	assert_non_null(strstr(buffer_text(&place->heard),
		"the partitions of 2 datasets in BigQuery reads no rows, and is billed 20 MiB"));
}

static void what_lies_in_no_partition_of_a_day_is_not_told(void **state)
{
	struct place *place = *state;
	fake_bigquery_number(place->service,
		"UPDATE `p.nba_analytics.upcoming_team_game_context` SET game_date = NULL"
		" WHERE game_date = '2021-11-16'");
	fake_bigquery_change(place->service, "nba_precompute.player_composite_factors",
		"{\"timePartitioning\":{\"type\":\"MONTH\",\"field\":\"game_date\"}}");
	look_over(place);
	assert_true(day_counts_is_unseen(&place->counts, TEAMS));
	assert_true(day_counts_is_unseen(&place->counts, FACTORS));
	assert_false(day_counts_is_missing(&place->counts, FACTORS));
}

static void nothing_that_is_there_asks_nothing(void **state)
{
	struct place *place = *state;
	size_t jobs = fake_count(place->server, "POST");
	place->tables[TEAMS] = place->tables[FACTORS] = place->tables[NOWHERE];
	look_over(place);
	assert_int_equal(place->counts.count, 0);
	assert_int_equal(fake_count(place->server, "POST"), jobs);
}

/* A refresh: what the view does not bear out is unknown, and what cannot be looked over is told. */
static void a_refresh_looks_over_and_counts_nothing(void **state)
{
	struct place *place = *state;
	struct pipeline *pipeline;
	struct witnesses witnesses;
	struct buffer heard = {0};
	assert_true(pipeline_load(NULL, &pipeline, &place->err));
	const struct witness_request request = {.pipeline = pipeline,
		.warehouse = REMOTE,
		.range = SPAN,
		.hear = hear,
		.hear_context = &heard};
	if (!witnesses_read(&request, &witnesses, &place->err))
		fail_msg("%s", place->err.text);
	assert_true(witnesses.has_counts && witnesses.counts.is_overview);
	assert_int_equal(witnesses.counts.count, 3);
	assert_int_equal(fake_count(place->server, "/queries/backcourt_coverage"), 0);
	witnesses_release(&witnesses);
	buffer_clear(&heard);
	fake_bigquery_number(place->service, /* and the metadata cannot be had any more */
		"ALTER TABLE `p.nba_analytics.upcoming_team_game_context`"
		" RENAME COLUMN game_date TO gone");
	if (!witnesses_read(&request, &witnesses, &place->err))
		fail_msg("%s", place->err.text);
	assert_false(witnesses.has_counts);
	assert_int_equal(witnesses.receipts.count, 3);
	assert_non_null(strstr(buffer_text(&heard), "receipts alone are shown: "));
	witnesses_release(&witnesses);
	buffer_release(&heard);
	pipeline_free(pipeline);
}

int main(void)
{
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		AT_A_PLACE(all_tables_are_one_query_and_the_missing_hide_none),
		AT_A_PLACE(what_lies_in_no_partition_of_a_day_is_not_told),
		AT_A_PLACE(nothing_that_is_there_asks_nothing),
		AT_A_PLACE(a_refresh_looks_over_and_counts_nothing),
	};
	return RUN(tests);
}
