/* Tables for a moment. */
#include "bigquery_backend.h"

#include "base/clock.h"
#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>

bool bigquery_make_staging(struct warehouse *warehouse, const struct table_layout *layout,
	char *name, size_t room, struct error *err)
{
	struct bigquery_connection *connection = connection_of(warehouse);
	uint64_t random;
	if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
		memory_exhausted();
	snprintf(name, room, "backcourt_staging_%.60s_%016" PRIx64, layout->name, random);
	bigquery_set_cancel(connection->client, warehouse->cancel);
	return bigquery_make_table(connection->client, bigquery_dataset_of(layout), name, layout,
		clock_wall_ms() + STAGING_LIFE_MS, err);
}

bool bigquery_fill_staging(struct warehouse *warehouse, const struct table_layout *layout,
	const char *name, const struct buffer *rows, struct error *err)
{
	struct bigquery_connection *connection = connection_of(warehouse);
	struct bigquery_loaded loaded;
	const struct bigquery_load load = {.name = layout->name,
		.dataset = bigquery_dataset_of(layout),
		.table = name,
		.rows = buffer_text(rows),
		.rows_bytes = rows->length,
		.disposition = LOAD_APPENDS};
	if (rows->length == 0)
		return true;
	bigquery_set_cancel(connection->client, warehouse->cancel);
	return bigquery_load_rows(connection->client, &load, &loaded, err);
}

/* Also after a stop: so it does not listen to the cancel. What stays behind expires. */
void bigquery_drop_staging(
	struct warehouse *warehouse, const struct table_layout *layout, const char *name)
{
	struct bigquery_connection *connection = connection_of(warehouse);
	bigquery_set_cancel(connection->client, NULL);
	bigquery_drop_table(connection->client, bigquery_dataset_of(layout), name, NULL);
}

void bigquery_add_insert_of_source(struct buffer *sql, const struct table_layout *layout)
{
	buffer_add_text(sql, " WHEN NOT MATCHED BY TARGET THEN INSERT (");
	for (size_t i = 0; i < layout->column_count; i++)
		buffer_add_format(sql, "%s`%s`", i == 0 ? "" : ", ", layout->columns[i].name);
	buffer_add_text(sql, ") VALUES (");
	for (size_t i = 0; i < layout->column_count; i++)
		buffer_add_format(sql, "%ss.`%s`", i == 0 ? "" : ", ", layout->columns[i].name);
	buffer_add_char(sql, ')');
}
