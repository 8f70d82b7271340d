/* Raw files: into a staging table in pieces, then one MERGE by key. */
#include "bigquery_backend.h"

#include "base/memory.h"

#include <assert.h>
#include <inttypes.h>

bool bigquery_load_begin(
	struct warehouse *warehouse, const struct table_layout *layout, struct error *err)
{
	struct raw_load *load = &connection_of(warehouse)->load;
	assert(load->layout == NULL);
	*load = (struct raw_load){0};
	if (!bigquery_make_staging(warehouse, layout, load->staging, sizeof(load->staging), err))
		return false;
	load->layout = layout;
	return true;
}

static bool send_piece(struct warehouse *warehouse, struct error *err)
{
	struct raw_load *load = &connection_of(warehouse)->load;
	bool done = bigquery_fill_staging(warehouse, load->layout, load->staging, &load->rows, err);
	buffer_clear(&load->rows);
	return done;
}

bool bigquery_load_row(struct warehouse *warehouse, const struct value *values, struct error *err)
{
	struct raw_load *load = &connection_of(warehouse)->load;
	if (!warehouse_fault_point("in a load", err) ||
		!bigquery_add_row(&load->rows, load->layout, NULL, values, err))
		return false;
	load->given++;
	return load->rows.length < LOAD_PIECE_BYTES || send_piece(warehouse, err);
}

static void add_columns(struct buffer *sql, const struct table_layout *layout, const char *format,
	bool is_key_wanted, const char *separator)
{
	const char *between = "";
	for (size_t i = 0; i < layout->column_count; i++) {
		const char *name = layout->columns[i].name;
		if (((layout->columns[i].flags & COLUMN_KEY) != 0) != is_key_wanted)
			continue;
		buffer_add_text(sql, between);
		for (const char *at = format; *at != '\0'; at++)
			if (*at == '#')
				buffer_add_format(sql, "`%s`", name);
			else
				buffer_add_char(sql, *at);
		between = separator;
	}
}

static bool has_other_columns(const struct table_layout *layout)
{
	for (size_t i = 0; i < layout->column_count; i++)
		if ((layout->columns[i].flags & COLUMN_KEY) == 0)
			return true;
	return false;
}

/* A row whose key is there is replaced when it differs, and left alone when it does not. */
static void write_merge(const struct bigquery_connection *connection, struct buffer *sql)
{
	const struct raw_load *load = &connection->load;
	const struct table_layout *layout = load->layout;
	buffer_add_text(sql, "MERGE ");
	bigquery_add_layout(sql, connection, layout);
	buffer_add_text(sql, " AS t USING ");
	bigquery_add_table(sql, connection, bigquery_dataset_of(layout), load->staging);
	buffer_add_text(sql, " AS s ON ");
	add_columns(sql, layout, "t.# = s.#", true, " AND ");
	if (has_other_columns(layout)) {
		buffer_add_text(sql, " WHEN MATCHED AND (");
		add_columns(sql, layout, "t.# IS DISTINCT FROM s.#", false, " OR ");
		buffer_add_text(sql, ") THEN UPDATE SET ");
		add_columns(sql, layout, "# = s.#", false, ", ");
	}
	bigquery_add_insert_of_source(sql, layout);
}

static bool take_result(
	const char *const *cells, size_t cell_count, void *context, struct error *err)
{
	struct raw_load_result *result = context;
	if (cell_count != 2)
		return error_set(err, ERROR_WAREHOUSE, "BigQuery: a count is malformed");
	return bigquery_cell_integer(cells[0], &result->added, err) &&
	       bigquery_cell_integer(cells[1], &result->changed, err);
}

static const char *first_key(const struct table_layout *layout)
{
	for (size_t i = 0; i < layout->column_count; i++)
		if ((layout->columns[i].flags & COLUMN_KEY) != 0)
			return layout->columns[i].name;
	return layout->columns[0].name;
}

/* What the MERGE is going to do: not every service says afterwards what it did. */
static bool count_changes(
	struct warehouse *warehouse, struct raw_load_result *result, struct error *err)
{
	const struct bigquery_connection *connection = connection_of(warehouse);
	const struct raw_load *load = &connection->load;
	struct buffer sql = {0};
	buffer_add_format(
		&sql, "SELECT COUNTIF(t.`%s` IS NULL) AS added, ", first_key(load->layout));
	if (has_other_columns(load->layout)) {
		buffer_add_format(
			&sql, "COUNTIF(t.`%s` IS NOT NULL AND (", first_key(load->layout));
		add_columns(&sql, load->layout, "t.# IS DISTINCT FROM s.#", false, " OR ");
		buffer_add_text(&sql, "))");
	} else {
		buffer_add_char(&sql, '0');
	}
	buffer_add_text(&sql, " AS changed FROM ");
	bigquery_add_table(&sql, connection, bigquery_dataset_of(load->layout), load->staging);
	buffer_add_text(&sql, " AS s LEFT JOIN ");
	bigquery_add_layout(&sql, connection, load->layout);
	buffer_add_text(&sql, " AS t ON ");
	add_columns(&sql, load->layout, "t.# = s.#", true, " AND ");
	bool done = bigquery_ask_rows(
		warehouse, "changes", buffer_text(&sql), NULL, 0, take_result, result, err);
	buffer_release(&sql);
	return done && (result->added >= 0 ||
			       error_set(err, ERROR_WAREHOUSE,
				       "%s: the count of what is new in %s came without an answer",
				       warehouse->name, load->layout->name));
}

static bool merge(struct warehouse *warehouse, struct raw_load_result *result, struct error *err)
{
	struct bigquery_connection *connection = connection_of(warehouse);
	struct bigquery_result told;
	struct raw_load_result counted = {.added = -1};
	struct buffer sql = {0};
	write_merge(connection, &sql);
	bool done = count_changes(warehouse, &counted, err) &&
		    bigquery_run(warehouse, connection->load.layout->name, buffer_text(&sql), NULL,
			    0, &told, err);
	buffer_release(&sql);
	if (!done)
		return false;
	if (told.affected_rows >= 0 && told.affected_rows != counted.added + counted.changed)
		return error_set(err, ERROR_WAREHOUSE,
			"%s: the load of %s changed %" PRId64 " rows where %" PRId64
			" differed (does somebody else write?)",
			warehouse->name, connection->load.layout->name, told.affected_rows,
			counted.added + counted.changed);
	counted.same = connection->load.given - counted.added - counted.changed;
	*result = counted;
	return true;
}

bool bigquery_load_commit(
	struct warehouse *warehouse, struct raw_load_result *result, struct error *err)
{
	bool done = send_piece(warehouse, err) &&
		    warehouse_fault_point("before the commit of a load", err) &&
		    merge(warehouse, result, err);
	bigquery_load_abandon(warehouse);
	return done;
}

void bigquery_load_abandon(struct warehouse *warehouse)
{
	struct raw_load *load = &connection_of(warehouse)->load;
	if (load->layout != NULL)
		bigquery_drop_staging(warehouse, load->layout, load->staging);
	buffer_release(&load->rows);
	*load = (struct raw_load){0};
}
