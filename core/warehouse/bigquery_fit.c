/* Whether a table is there, and is what its layout says. */
#include "bigquery_backend.h"

#include <string.h>

/* Receipts are written beside the rows: without their table nothing may be. */
static bool find_receipts_table(
	struct warehouse *warehouse, bool *is_there, struct buffer *why, struct error *err)
{
	struct bigquery_connection *connection = connection_of(warehouse);
	struct bigquery_table table = {0};
	*is_there = connection->has_receipts_table;
	if (*is_there)
		return true;
	*is_there = bigquery_get_table(
		connection->client, OPS_DATASET, bigquery_receipts_layout.name, &table, err);
	bigquery_table_release(&table);
	if (!*is_there && !bigquery_was_missing(warehouse))
		return false;
	if (!*is_there)
		buffer_add_text(why, OPS_DATASET ".receipts");
	connection->has_receipts_table = *is_there;
	return true;
}

/* Everything that stands against a write, as far as the table itself tells. */
static void compare(struct warehouse *warehouse, const struct table_layout *layout,
	const struct bigquery_table *table, bool is_to_be_written, struct buffer *why)
{
	bigquery_compare_schema(table, layout, is_to_be_written, why);
	if (!is_to_be_written)
		return;
	if (table->kind != NULL && strcmp(table->kind, "TABLE") != 0)
		buffer_add_format(why, "%sit is a %s", why->length > 0 ? ", " : "", table->kind);
	else if (layout->date_column != NULL &&
		 connection_of(warehouse)->place.way == WRITE_BY_LOAD &&
		 !bigquery_is_by_day(table, layout))
		buffer_add_format(why, "%sit is not partitioned by day of %s",
			why->length > 0 ? ", " : "", layout->date_column);
}

bool bigquery_fit(struct warehouse *warehouse, const struct table_layout *layout,
	bool is_to_be_written, enum table_fit *fit, struct buffer *why, struct error *err)
{
	struct bigquery_table table = {0};
	const char *dataset = bigquery_dataset_of(layout);
	struct buffer found = {0};
	bool is_ready = true;
	bigquery_set_cancel(connection_of(warehouse)->client, warehouse->cancel);
	bool is_there = bigquery_get_table(
		connection_of(warehouse)->client, dataset, layout->name, &table, err);
	if (!is_there && !bigquery_was_missing(warehouse))
		return false;
	if (!is_there)
		buffer_add_format(&found, "%s.%s", dataset, layout->name);
	else
		compare(warehouse, layout, &table, is_to_be_written, &found);
	bool is_different = is_there && found.length > 0;
	bool done = !is_there || is_different || !is_to_be_written ||
		    find_receipts_table(warehouse, &is_ready, &found, err);
	if (done) {
		*fit = is_different	      ? TABLE_DIFFERS
		       : is_there && is_ready ? TABLE_FITS
					      : TABLE_MISSING;
		buffer_add_text(why, buffer_text(&found));
	}
	buffer_release(&found);
	bigquery_table_release(&table);
	return done;
}
