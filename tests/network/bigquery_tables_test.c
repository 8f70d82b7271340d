/* The BigQuery client: which tables there are, and what is known of one. */
#include "tests/network/support/client_place.h"
#include "tests/test.h"

static void tables_are_listed_over_all_pages_and_sorted(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {
		{"GET /datasets/d/tables?maxResults=1000",
			{.body = "{\"nextPageToken\":\"n\",\"tables\":[{\"tableReference\":"
				 "{\"tableId\":\"b\"},\"type\":\"TABLE\",\"timePartitioning\":"
				 "{\"type\":\"DAY\",\"field\":\"game_date\",\"expirationMs\":"
				 "\"7776000000\"}}]}"}},
		{"GET &pageToken=n",
			{.body = "{\"tables\":[{\"tableReference\":{\"tableId\":\"a\"},\"type\":"
				 "\"VIEW\"}]}"}},
		{"GET /datasets/none/tables",
			{.status = 404,
				.body = ERROR_BODY(404, "notFound", "Not found: Dataset")}}};
	FAKE_SCRIPT(place->fake, steps);
	struct bigquery_tables tables;
	struct error err;
	bool is_missing;
	assert_true(bigquery_list_tables(place->bigquery, "d", &tables, &is_missing, &err));
	assert_false(is_missing);
	assert_int_equal(tables.count, 2);
	assert_string_equal(tables.items[0].kind, "VIEW");
	const struct bigquery_table *table = bigquery_find_table(&tables, "b");
	assert_string_equal(table->partition_field, "game_date");
	assert_int_equal(table->expiration_ms, 7776000000);
	assert_null(bigquery_find_table(&tables, "c"));
	bigquery_tables_release(&tables);
	assert_true(bigquery_list_tables(place->bigquery, "none", &tables, &is_missing, &err));
	assert_true(is_missing);
	assert_int_equal(tables.count, 0);
}

static void a_table_is_looked_at(void **state)
{
	struct place *place = *state;
	const struct fake_step steps[] = {{"GET /datasets/d/tables/t",
		{.body = "{\"tableReference\":{\"tableId\":\"t\"},\"numRows\":\"5\",\"schema\":"
			 "{\"fields\":[{\"name\":\"d\",\"type\":\"DATE\",\"mode\":\"REQUIRED\"},"
			 "{\"name\":\"n\",\"type\":\"INTEGER\"},{\"name\":\"l\",\"type\":\"FLOAT\","
			 "\"mode\":\"REPEATED\"}]},\"streamingBuffer\":{\"estimatedRows\":\"12\"}"
			 "}"}}};
	FAKE_SCRIPT(place->fake, steps);
	struct bigquery_table table;
	struct error err;
	assert_true(bigquery_get_table(place->bigquery, "d", "t", &table, &err));
	assert_int_equal(table.field_count, 3);
	assert_true(table.fields[0].is_required);
	assert_string_equal(table.fields[1].type, "INT64");
	assert_true(table.fields[2].is_repeated);
	assert_int_equal(table.streaming_rows, 12);
	assert_null(table.partition_type);
	bigquery_table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_SERVER(tables_are_listed_over_all_pages_and_sorted),
		ON_A_SERVER(a_table_is_looked_at),
	};
	return RUN(tests);
}
