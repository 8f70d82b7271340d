/*
 * What the partitions hold by their metadata (INFORMATION_SCHEMA.PARTITIONS): one query for all
 * datasets, which reads no table.
 */
#include "bigquery_backend.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct overview {
	const struct count_table *tables;
	size_t count;
	struct day_counts *counts;
};

static const char *dataset_of(const struct overview *overview, size_t table)
{
	return bigquery_dataset_of(overview->tables[table].layout);
}

static bool is_first_of_dataset(const struct overview *overview, size_t table)
{
	for (size_t i = 0; i < table; i++)
		if (strcmp(dataset_of(overview, i), dataset_of(overview, table)) == 0)
			return false;
	return true;
}

/* A view has no partitions, and those of a month or of the time of loading are no dates. */
static void look_up(struct overview *overview, const struct bigquery_tables *tables, size_t table)
{
	const struct table_layout *layout = overview->tables[table].layout;
	const struct bigquery_table *found = bigquery_find_table(tables, layout->name);
	if (found == NULL)
		day_counts_set_missing(overview->counts, table);
	else if (!bigquery_is_by_day(found, layout))
		day_counts_set_unseen(overview->counts, table);
	if (layout->column_count > 0)
		day_counts_set_keyed(overview->counts, table);
}

static bool look_up_all(struct warehouse *warehouse, struct overview *overview, struct error *err)
{
	for (size_t i = 0; i < overview->count; i++) {
		struct bigquery_tables tables;
		bool is_missing;
		if (!is_first_of_dataset(overview, i))
			continue;
		if (!bigquery_list_tables(connection_of(warehouse)->client, dataset_of(overview, i),
			    &tables, &is_missing, err))
			return false;
		for (size_t k = i; k < overview->count; k++)
			if (strcmp(dataset_of(overview, k), dataset_of(overview, i)) == 0)
				look_up(overview, &tables, k);
		bigquery_tables_release(&tables);
	}
	return true;
}

static bool is_asked(const struct overview *overview, size_t table)
{
	return !day_counts_is_missing(overview->counts, table) &&
	       !day_counts_is_unseen(overview->counts, table);
}

/* Those of no date too: rows that lie in no partition yet make the others incomplete. */
void bigquery_add_partitions(
	struct buffer *sql, const struct bigquery_partitions *asked, const char *names)
{
	buffer_add_format(sql,
		"%sSELECT %zu AS s, table_name, partition_id, total_rows,"
		" UNIX_MILLIS(last_modified_time) AS w FROM `%s.%s`.INFORMATION_SCHEMA."
		"PARTITIONS WHERE table_name IN (%s) AND total_rows > 0 AND"
		" (partition_id IS NULL OR SUBSTR(partition_id, 1, 2) = '__' OR"
		" partition_id BETWEEN @first AND @last)",
		sql->length > 0 ? " UNION ALL " : "", asked->number, asked->project, asked->dataset,
		names);
}

static void add_dataset(const struct bigquery_connection *connection,
	const struct overview *overview, size_t first, struct buffer *sql)
{
	struct buffer names = {0};
	for (size_t i = first; i < overview->count; i++)
		if (is_asked(overview, i) &&
			strcmp(dataset_of(overview, i), dataset_of(overview, first)) == 0)
			buffer_add_format(&names, "%s'%s'", names.length > 0 ? ", " : "",
				overview->tables[i].layout->name);
	const struct bigquery_partitions asked = {
		first, connection->place.project, dataset_of(overview, first)};
	if (names.length > 0)
		bigquery_add_partitions(sql, &asked, names.bytes);
	buffer_release(&names);
}

static size_t find(const struct overview *overview, size_t first, const char *name)
{
	size_t i = first;
	while (i < overview->count &&
		!(strcmp(dataset_of(overview, i), dataset_of(overview, first)) == 0 &&
			text_equal(overview->tables[i].layout->name, name)))
		i++;
	return i;
}

/* "20211116"; false: rows that lie in no partition of a day. */
static bool read_partition(const char *id, date_t *date)
{
	char text[DATE_TEXT_BYTES];
	if (id == NULL || strlen(id) != 8 || strspn(id, "0123456789") != 8)
		return false;
	snprintf(text, sizeof(text), "%.4s-%.2s-%.2s", id, id + 4, id + 6);
	return date_parse(text, date);
}

static bool take_partition(
	const char *const *cells, size_t cell_count, void *context, struct error *err)
{
	const struct overview *overview = context;
	struct day_count count = {.distinct_keys = -1};
	int64_t first;
	if (cell_count != 5)
		return error_set(err, ERROR_WAREHOUSE, "BigQuery: a partition is malformed");
	if (!bigquery_cell_integer(cells[0], &first, err) ||
		!bigquery_cell_integer(cells[3], &count.rows, err) ||
		(cells[4] != NULL && !bigquery_cell_integer(cells[4], &count.written_ms, err)))
		return false;
	count.table = first < 0 ? overview->count : find(overview, (size_t)first, cells[1]);
	if (count.table == overview->count)
		return error_set(err, ERROR_WAREHOUSE,
			"BigQuery: a partition of a table that was "
			"not asked for");
	if (read_partition(cells[2], &count.date))
		day_counts_add(overview->counts, &count, NULL, 0);
	else
		day_counts_set_unseen(overview->counts, count.table);
	return true;
}

static int compare(const void *a, const void *b)
{
	const struct day_count *first = a, *second = b;
	if (first->table != second->table)
		return first->table < second->table ? -1 : 1;
	return (first->date > second->date) - (first->date < second->date);
}

static void tell_cost(const struct warehouse *warehouse, size_t datasets, int64_t bytes)
{
	char words[160];
	snprintf(words, sizeof(words),
		"looking at the partitions of %zu %s in BigQuery reads no rows, and is billed %lld "
		"MiB all the same",
		datasets, datasets == 1 ? "dataset" : "datasets", (long long)(bytes >> 20));
	if (warehouse->hear_costs != NULL)
		warehouse->hear_costs(warehouse->costs_context, words);
}

/* "20211116" */
static void format_partition(date_t date, char text[DATE_TEXT_BYTES])
{
	int year, month, day;
	date_split(date, &year, &month, &day);
	snprintf(text, DATE_TEXT_BYTES, "%04d%02d%02d", year % 10000, month % 100, day % 100);
}

static bool ask(struct warehouse *warehouse, struct overview *overview, struct date_range range,
	struct error *err)
{
	struct buffer sql = {0};
	char first[DATE_TEXT_BYTES], last[DATE_TEXT_BYTES];
	size_t datasets = 0;
	format_partition(range.first, first);
	format_partition(range.last, last);
	const struct bigquery_parameter parameters[] = {
		{"first", "STRING", first}, {"last", "STRING", last}};
	for (size_t i = 0; i < overview->count; i++) {
		size_t before = sql.length;
		if (is_first_of_dataset(overview, i))
			add_dataset(connection_of(warehouse), overview, i, &sql);
		datasets += sql.length > before;
	}
	struct bigquery_query query = {.name = "partitions",
		.sql = buffer_text(&sql),
		.parameters = parameters,
		.parameter_count = ARRAY_COUNT(parameters)};
	const struct bigquery_cost cost = {.least = (int64_t)datasets * BIGQUERY_BILLED_MIN};
	if (datasets > 0)
		tell_cost(warehouse, datasets, cost.least);
	bool done = datasets == 0 ||
		    bigquery_ask_at_cost(warehouse, &query, &cost, take_partition, overview, err);
	buffer_release(&sql);
	return done;
}

bool bigquery_overview(struct warehouse *warehouse, const struct count_table *tables, size_t count,
	struct date_range range, struct day_counts *counts, struct error *err)
{
	struct day_counts found = {.is_overview = true};
	struct overview overview = {tables, count, &found};
	bigquery_set_cancel(connection_of(warehouse)->client, warehouse->cancel);
	if (!count_tables_check(tables, count, err) || !look_up_all(warehouse, &overview, err) ||
		!ask(warehouse, &overview, range, err)) {
		day_counts_release(&found);
		return false;
	}
	if (found.count > 0)
		qsort(found.items, found.count, sizeof(*found.items), compare);
	*counts = found;
	return true;
}
