/* The statements of this program, run by SQLite. */
#include "fake_bigquery_parts.h"

#include "tests/test.h"

#include <inttypes.h>
#include <math.h>
#include <time.h>

/* Their affinities in SQLite are those of what is stored: a text of digits stays one. */
static const char *stored_type(const char *type)
{
	static const char *const pairs[][2] = {{"STRING", "TEXT"}, {"DATE", "DATE_TEXT"},
		{"TIMESTAMP", "TIMESTAMP_TEXT"}, {"INT64", "INTEGER"}, {"INTEGER", "INTEGER"},
		{"FLOAT64", "REAL"}, {"FLOAT", "REAL"}, {"BOOL", "BOOL_INT"},
		{"BOOLEAN", "BOOL_INT"}};
	for (size_t i = 0; i < ARRAY_COUNT(pairs); i++)
		if (strcmp(pairs[i][0], type) == 0)
			return pairs[i][1];
	return "TEXT";
}

static void run_plain(struct fake_bigquery *service, const char *sql)
{
	if (sqlite3_exec(service->rows, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sqlite3_errmsg(service->rows), sql);
}

void fake_sql_make_table(struct fake_bigquery *service, const json_t *resource, const char *name)
{
	struct buffer sql = {0};
	const json_t *fields = fake_at(resource, "schema.fields");
	buffer_add_format(&sql, "CREATE TABLE `" FAKE_PROJECT ".%s`", name);
	for (size_t i = 0; i < json_array_size(fields); i++) {
		const json_t *field = json_array_get(fields, i);
		buffer_add_format(&sql, "%s`%s` %s", i == 0 ? "(" : ", ",
			fake_text_at(field, "name"), stored_type(fake_text_at(field, "type")));
	}
	buffer_add_char(&sql, ')');
	run_plain(service, buffer_text(&sql));
	buffer_release(&sql);
}

void fake_sql_drop_table(struct fake_bigquery *service, const char *name)
{
	char sql[300];
	snprintf(sql, sizeof(sql), "DROP TABLE `" FAKE_PROJECT ".%s`", name);
	run_plain(service, sql);
}

static void replace_all(struct buffer *sql, const char *from, const char *to)
{
	struct buffer made = {0};
	const char *at = buffer_text(sql);
	for (const char *hit; (hit = strstr(at, from)) != NULL; at = hit + strlen(from)) {
		buffer_add(&made, at, (size_t)(hit - at));
		buffer_add_text(&made, to);
	}
	buffer_add_text(&made, at);
	buffer_release(sql);
	*sql = made;
}

/* "MERGE `a` AS t USING `b` AS s ON CONDITION WHEN ...": delete what it would touch, insert all. */
static bool write_merge(const char *merge, struct buffer *sql)
{
	char target[200], source[200], condition[2000];
	if (sscanf(merge, "MERGE `%199[^`]` AS t USING `%199[^`]` AS s ON ", target, source) != 2)
		return false;
	const char *on = strstr(merge, " ON ") + 4;
	const char *when = strstr(on, " WHEN ");
	snprintf(condition, sizeof(condition), "%.*s", (int)(when - on), on);
	static const char by_source[] = " WHEN NOT MATCHED BY SOURCE AND ";
	const char *then = strstr(when, " THEN DELETE");
	if (strcmp(condition, "FALSE") == 0 && text_starts_with(when, by_source) && then != NULL) {
		const char *gone = when + sizeof(by_source) - 1;
		buffer_add_format(
			sql, "DELETE FROM `%s` AS t WHERE %.*s;", target, (int)(then - gone), gone);
	} else {
		buffer_add_format(sql,
			"DELETE FROM `%s` AS t WHERE EXISTS (SELECT 1 FROM `%s` AS s WHERE %s);",
			target, source, condition);
	}
	replace_all(sql, "DATE '", "'");
	buffer_add_format(sql, "INSERT INTO `%s` SELECT * FROM `%s`", target, source);
	return true;
}

static bool bind(sqlite3_stmt *statement, const json_t *query)
{
	const json_t *parameters = json_object_get(query, "queryParameters");
	for (size_t i = 0; i < json_array_size(parameters); i++) {
		const json_t *parameter = json_array_get(parameters, i);
		const char *value = fake_text_at(parameter, "parameterValue.value");
		const char *type = fake_text_at(parameter, "parameterType.type");
		char name[80];
		snprintf(name, sizeof(name), "@%s", fake_text_at(parameter, "name"));
		int place = sqlite3_bind_parameter_index(statement, name);
		if (place == 0)
			return false;
		if (value != NULL && strcmp(type, "INT64") == 0)
			sqlite3_bind_int64(statement, place, strtoll(value, NULL, 10));
		else if (value != NULL && strcmp(type, "FLOAT64") == 0)
			sqlite3_bind_double(statement, place, strtod(value, NULL));
		else if (value != NULL && strcmp(type, "BOOL") == 0)
			sqlite3_bind_int64(statement, place, value[0] == 't');
		else
			sqlite3_bind_text(statement, place, value, -1, SQLITE_TRANSIENT);
	}
	return true;
}

/* "2021-11-16T10:00:00.5Z" or with "+00:00" -> microseconds. */
static int64_t microseconds(const char *text)
{
	struct tm parts = {0};
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &parts);
	double fraction = rest != NULL && *rest == '.' ? strtod(rest, NULL) : 0;
	return rest == NULL ? 0 : (int64_t)timegm(&parts) * 1000000 + llround(fraction * 1e6);
}

static json_t *cell(sqlite3_stmt *statement, int column)
{
	const char *type = sqlite3_column_decltype(statement, column);
	const char *text = (const char *)sqlite3_column_text(statement, column);
	char number[32];
	if (text == NULL)
		return json_null();
	if (text_equal(type, "BOOL_INT"))
		return json_string(text[0] == '1' ? "true" : "false");
	if (sqlite3_column_type(statement, column) == SQLITE_FLOAT) {
		snprintf(number, sizeof(number), "%.17g", sqlite3_column_double(statement, column));
		return json_string(number);
	}
	if (!text_equal(type, "TIMESTAMP_TEXT"))
		return json_string(text);
	snprintf(number, sizeof(number), "%lld", (long long)microseconds(text));
	return json_string(number);
}

static json_t *take_rows(sqlite3_stmt *statement)
{
	json_t *rows = json_array(), *fields = json_array();
	int count = sqlite3_column_count(statement);
	for (int i = 0; i < count; i++)
		json_array_append_new(
			fields, json_pack("{s:s, s:s}", "name", sqlite3_column_name(statement, i),
					"type", "STRING"));
	while (sqlite3_step(statement) == SQLITE_ROW) {
		json_t *cells = json_array();
		for (int i = 0; i < count; i++)
			json_array_append_new(cells, json_pack("{s:o}", "v", cell(statement, i)));
		json_array_append_new(rows, json_pack("{s:o}", "f", cells));
	}
	return json_pack("{s:{s:o}, s:o}", "schema", "fields", fields, "rows", rows);
}

static bool refuse(struct fake_bigquery *service, struct fake_problem *problem)
{
	const char *said = sqlite3_errmsg(service->rows);
	const char *missing = "no such table: ";
	if (text_starts_with(said, missing))
		return fake_problem_set(problem, 404, "notFound",
			"Not found: Table %s was not found in location US", said + strlen(missing));
	return fake_problem_set(problem, 400, "invalidQuery", "%s at [1:1]", said);
}

/* Every statement of `sql` ("DELETE ...; INSERT ...") with the same parameters. */
static bool run_all(struct fake_bigquery *service, const char *sql, const json_t *query,
	json_t **result, struct fake_problem *problem)
{
	*result = NULL;
	while (*sql != '\0') {
		sqlite3_stmt *statement;
		json_decref(*result);
		*result = NULL;
		if (sqlite3_prepare_v2(service->rows, sql, -1, &statement, &sql) != SQLITE_OK)
			return refuse(service, problem);
		if (!bind(statement, query)) {
			sqlite3_finalize(statement);
			return fake_problem_set(
				problem, 400, "invalidQuery", "an unknown parameter at [1:1]");
		}
		*result = take_rows(statement);
		if (sqlite3_finalize(statement) != SQLITE_OK) {
			json_decref(*result);
			return refuse(service, problem);
		}
	}
	return true;
}

/* "dataset.table" of a statement that changes one; false for a SELECT. */
static bool changed_table(const char *sql, char table[200])
{
	char project[100];
	if (text_starts_with(sql, "SELECT"))
		return false;
	const char *name = strchr(sql, '`');
	return name != NULL && sscanf(name, "`%99[^.].%199[^`]`", project, table) == 2;
}

static bool check_streaming(
	struct fake_bigquery *service, const char *sql, struct fake_problem *problem)
{
	char table[200];
	bool is_insert = text_starts_with(sql, "INSERT");
	if (is_insert || !changed_table(sql, table) ||
		fake_at(json_object_get(service->tables, table), "streamingBuffer") == NULL)
		return true;
	return fake_problem_set(problem, 400, "invalidQuery",
		"UPDATE or DELETE statement over table %s would affect rows in the streaming "
		"buffer, which is not supported",
		table);
}

#define PARTITIONS ".INFORMATION_SCHEMA.PARTITIONS"

/* One SELECT for each partitioned table of the dataset. */
static void add_partitions(
	struct fake_bigquery *service, const char *name, const json_t *table, struct buffer *sql)
{
	const char *field = fake_text_at(table, "timePartitioning.field");
	const char *key;
	json_t *ms;
	if (field == NULL)
		return;
	buffer_add_format(sql,
		" UNION ALL SELECT '%s', CASE WHEN `%s` IS NULL THEN '__NULL__' ELSE "
		"replace(`%s`, '-', '') END AS id, count(*), CASE '%s ' || replace(`%s`, '-', '')",
		strchr(name, '.') + 1, field, field, name, field);
	json_object_foreach(service->modified, key, ms)
	{
		buffer_add_format(
			sql, " WHEN '%s' THEN %" PRId64, key, (int64_t)json_integer_value(ms));
	}
	buffer_add_format(sql,
		" WHEN '' THEN 0 ELSE %" PRId64 " END FROM `" FAKE_PROJECT ".%s`"
		" GROUP BY id",
		service->now_ms(), name);
}

/* `p.dataset`.INFORMATION_SCHEMA.PARTITIONS becomes a SELECT over its tables. */
static void replace_partitions(struct fake_bigquery *service, struct buffer *sql)
{
	const char *at;
	while ((at = strstr(buffer_text(sql), "`" PARTITIONS)) != NULL) {
		struct buffer made = {0};
		char dataset[100], view[200];
		const char *name, *start = at - 1;
		json_t *table;
		while (*start != '`')
			start--;
		sscanf(start, "`" FAKE_PROJECT ".%99[^`]`", dataset);
		snprintf(view, sizeof(view), "`" FAKE_PROJECT ".%s`" PARTITIONS, dataset);
		buffer_add_text(&made,
			"(SELECT '' AS table_name, '' AS partition_id, 0 AS total_rows, 0 AS "
			"last_modified_time");
		json_object_foreach(service->tables, name, table)
		{
			if (text_equal(fake_text_at(table, "tableReference.datasetId"), dataset))
				add_partitions(service, name, table, &made);
		}
		buffer_add_char(&made, ')');
		replace_all(sql, view, buffer_text(&made));
		buffer_release(&made);
	}
}

bool fake_sql_run(struct fake_bigquery *service, const json_t *query, json_t **result,
	int64_t *affected, struct fake_problem *problem)
{
	const char *asked = fake_text_at(query, "query");
	int64_t bytes, billed, most = 0;
	struct buffer sql = {0};
	const char *limit = fake_text_at(query, "maximumBytesBilled");
	if (!fake_sql_estimate(service, query, &bytes, &billed, problem) ||
		!check_streaming(service, asked, problem))
		return false;
	if (limit != NULL && text_to_integer(limit, &most) && billed > most)
		return fake_problem_set(problem, 500, "bytesBilledLimitExceeded",
			"Query exceeded limit for bytes billed: %lld. %lld or higher required.",
			(long long)most, (long long)billed);
	bool is_merge = text_starts_with(asked, "MERGE");
	if (!is_merge || !write_merge(asked, &sql))
		buffer_add_text(&sql, asked);
	replace_partitions(service, &sql);
	replace_all(&sql, " AS STRING)", " AS TEXT)");
	int before = sqlite3_total_changes(service->rows);
	run_plain(service, "SAVEPOINT statement");
	bool done = run_all(service, buffer_text(&sql), query, result, problem);
	run_plain(service, done ? "RELEASE statement" : "ROLLBACK TO statement; RELEASE statement");
	*affected = is_merge ? -1 : sqlite3_total_changes(service->rows) - before;
	buffer_release(&sql);
	return done;
}

/* A view of metadata reads no table, and is billed the least there is for each dataset. */
static bool estimate_partitions(struct fake_bigquery *service, const char *at, int64_t *billed,
	struct fake_problem *problem)
{
	char dataset[100];
	for (; (at = strstr(at, "`" FAKE_PROJECT ".")) != NULL; at++) {
		sscanf(at, "`" FAKE_PROJECT ".%99[^`]`", dataset);
		if (json_object_get(service->datasets, dataset) == NULL)
			return fake_problem_set(problem, 404, "notFound",
				"Not found: Dataset " FAKE_PROJECT
				":%s was not found in location US",
				dataset);
		*billed += FAKE_BILLED_MIN;
	}
	return true;
}

/* Every name in backticks that is a table of ours. */
bool fake_sql_estimate(struct fake_bigquery *service, const json_t *query, int64_t *bytes,
	int64_t *billed, struct fake_problem *problem)
{
	int64_t of_row = service->limits.bytes_of_row > 0 ? service->limits.bytes_of_row : 8;
	const char *asked = fake_text_at(query, "query"), *at = asked;
	*bytes = *billed = 0;
	if (strstr(asked, PARTITIONS) != NULL)
		return estimate_partitions(service, asked, billed, problem);
	while ((at = strstr(at, "`" FAKE_PROJECT ".")) != NULL) {
		char name[200], sql[300];
		if (sscanf(at, "`" FAKE_PROJECT ".%199[^`]`", name) != 1)
			break;
		snprintf(sql, sizeof(sql), "`" FAKE_PROJECT ".%s`", name);
		bool is_counted = strstr(asked, sql) < at; /* a table is billed once */
		at += strlen(name);
		if (json_object_get(service->tables, name) == NULL)
			return fake_problem_set(problem, 404, "notFound",
				"Not found: Table " FAKE_PROJECT ":%s was not found in location US",
				name);
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM `" FAKE_PROJECT ".%s`", name);
		int64_t read = fake_bigquery_number(service, sql) * of_row;
		if (is_counted)
			continue;
		*bytes += read;
		*billed += read > FAKE_BILLED_MIN ? read : FAKE_BILLED_MIN;
	}
	return true;
}

/* COUNTIF(condition) */
static void count_if(sqlite3_context *context, int count, sqlite3_value **values)
{
	int64_t *sum = sqlite3_aggregate_context(context, sizeof(*sum));
	(void)count;
	*sum += sqlite3_value_int(values[0]) != 0;
}

static void tell_count(sqlite3_context *context)
{
	int64_t *sum = sqlite3_aggregate_context(context, sizeof(*sum));
	sqlite3_result_int64(context, *sum);
}

static void concatenate(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct buffer text = {0};
	for (int i = 0; i < count; i++) {
		const char *part = (const char *)sqlite3_value_text(values[i]);
		if (part == NULL) { /* NULL with anything is NULL */
			buffer_release(&text);
			return;
		}
		buffer_add_text(&text, part);
	}
	sqlite3_result_text(context, buffer_text(&text), -1, SQLITE_TRANSIENT);
	buffer_release(&text);
}

/* IF(condition, one, other) */
static void choose(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	sqlite3_result_value(context, values[sqlite3_value_int(values[0]) != 0 ? 1 : 2]);
}

/* Times are numbers of milliseconds here. */
static void pass_on(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	sqlite3_result_value(context, values[0]);
}

void fake_sql_begin(struct fake_bigquery *service)
{
	sqlite3_create_function(
		service->rows, "UNIX_MILLIS", 1, SQLITE_UTF8, NULL, pass_on, NULL, NULL);
	sqlite3_create_function(
		service->rows, "COUNTIF", 1, SQLITE_UTF8, NULL, NULL, count_if, tell_count);
	sqlite3_create_function(service->rows, "IF", 3, SQLITE_UTF8, NULL, choose, NULL, NULL);
	sqlite3_create_function(
		service->rows, "CONCAT", -1, SQLITE_UTF8, NULL, concatenate, NULL, NULL);
}
