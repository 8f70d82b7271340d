/* The tables: those of the layouts, and our own three. */
#include "bigquery_backend.h"

#include <string.h>

#define K COLUMN_KEY
#define R COLUMN_REQUIRED

static const struct column receipts_columns[] = {
	{"table_name", COLUMN_TEXT, K},
	{"date", COLUMN_DATE, K},
	{"run", COLUMN_TEXT, R},
	{"row_count", COLUMN_INTEGER, R},
	{"distinct_keys", COLUMN_INTEGER, R},
	{"hash", COLUMN_TEXT, R},
	{"sequence", COLUMN_INTEGER, R},
	{"written_ms", COLUMN_INTEGER, R},
	{"verified_ms", COLUMN_INTEGER, R},
	{"computed_from", COLUMN_TEXT, R},
	{"null_counts", COLUMN_TEXT, 0},
};

static const struct column failures_columns[] = {
	{"processor_name", COLUMN_TEXT, R},
	{"run_id", COLUMN_TEXT, R},
	{"analysis_date", COLUMN_DATE, R},
	{"entity_id", COLUMN_TEXT, R},
	{"failure_category", COLUMN_TEXT, R},
	{"failure_reason", COLUMN_TEXT, 0},
	{"can_retry", COLUMN_BOOLEAN, R},
	{"created_ms", COLUMN_INTEGER, R},
};

static const struct column attempts_columns[] = {
	{"processor_name", COLUMN_TEXT, K},
	{"analysis_date", COLUMN_DATE, K},
	{"entity_id", COLUMN_TEXT, K},
	{"attempt_number", COLUMN_INTEGER, K},
	{"attempted_ms", COLUMN_INTEGER, R},
	{"completeness_pct", COLUMN_REAL, 0},
	{"skip_reason", COLUMN_TEXT, 0},
	{"tripped", COLUMN_BOOLEAN, R},
	{"until_ms", COLUMN_INTEGER, 0},
};

#define OWN(name, date_column)                                                                \
	{                                                                                     \
		OPS_DATASET, #name, date_column, name##_columns, ARRAY_COUNT(name##_columns), \
			HASH_NONE                                                             \
	}
const struct table_layout bigquery_receipts_layout = OWN(receipts, "date");
const struct table_layout bigquery_failures_layout = OWN(failures, "analysis_date");
const struct table_layout bigquery_attempts_layout = OWN(attempts, "analysis_date");

static const struct table_layout *const own_layouts[] = {
	&bigquery_receipts_layout,
	&bigquery_failures_layout,
	&bigquery_attempts_layout,
};

/* One list per dataset, not one question per table. */
static bool prepare_dataset(struct warehouse *warehouse, const char *dataset,
	const struct table_layout *const *layouts, size_t count, struct error *err)
{
	struct bigquery *client = connection_of(warehouse)->client;
	struct bigquery_tables tables;
	bool is_missing;
	if (!bigquery_list_tables(client, dataset, &tables, &is_missing, err))
		return false;
	/* An emulator says "no tables" of a dataset that is not there. */
	bool done = tables.count > 0 || bigquery_make_dataset(client, dataset, err);
	for (size_t i = 0; done && i < count; i++) {
		const struct table_layout *layout = layouts[i];
		if (strcmp(bigquery_dataset_of(layout), dataset) != 0 ||
			bigquery_find_table(&tables, layout->name) != NULL)
			continue;
		warehouse_note_made(warehouse, layout);
		done = bigquery_make_table(client, dataset, layout->name, layout, 0, err);
	}
	bigquery_tables_release(&tables);
	return done;
}

static bool is_first_of_dataset(const struct table_layout *const *layouts, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (strcmp(layouts[i]->dataset, layouts[index]->dataset) == 0)
			return false;
	return true;
}

bool bigquery_prepare_tables(struct warehouse *warehouse, const struct table_layout *const *layouts,
	size_t count, struct error *err)
{
	bigquery_set_cancel(connection_of(warehouse)->client, warehouse->cancel);
	if (!prepare_dataset(warehouse, OPS_DATASET, own_layouts, ARRAY_COUNT(own_layouts), err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (is_first_of_dataset(layouts, i) &&
			!prepare_dataset(
				warehouse, bigquery_dataset_of(layouts[i]), layouts, count, err))
			return false;
	return true;
}
