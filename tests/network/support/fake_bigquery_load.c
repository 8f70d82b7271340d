/* Load jobs: rows of JSON into a table or one partition of it, all of them or none; and quotas. */
#include "fake_bigquery_parts.h"

#include "base/date.h"
#include "tests/test.h"

struct destination {
	char name[200];		   /* "dataset.table" */
	char day[DATE_TEXT_BYTES]; /* "": the whole table */
	const json_t *resource;
	const char *column; /* it is partitioned by; NULL */
};

static int count_writes(struct fake_bigquery *service, const char *table, int64_t last_ms)
{
	int count = 0;
	int64_t now_ms = service->now_ms();
	for (size_t i = 0; i < service->write_count; i++)
		count += strcmp(service->writes[i].table, table) == 0 &&
			 now_ms - service->writes[i].at_ms < last_ms;
	return count;
}

bool fake_quota_take(struct fake_bigquery *service, const char *table, bool is_load,
	struct fake_problem *problem)
{
	const struct fake_limits *limits = &service->limits;
	if (limits->writes_per_ten_seconds > 0 &&
		count_writes(service, table, 10000) >= limits->writes_per_ten_seconds)
		return fake_problem_set(problem, 403, "rateLimitExceeded",
			"Exceeded rate limits: too many table update operations for this table %s",
			table);
	if (is_load && limits->loads_per_day > 0 &&
		count_writes(service, table, 86400000) >= limits->loads_per_day)
		return fake_problem_set(problem, 403, "quotaExceeded",
			"Quota exceeded: Your table exceeded quota for imports or query appends "
			"per table: %s",
			table);
	if (service->write_count == FAKE_WRITES_MAX)
		fail_msg("more than %d writes", FAKE_WRITES_MAX);
	struct fake_write *write = &service->writes[service->write_count++];
	text_copy(write->table, sizeof(write->table), table);
	write->at_ms = service->now_ms();
	return true;
}

static bool find_destination(struct fake_bigquery *service, const json_t *job,
	struct destination *to, struct fake_problem *problem)
{
	const char *base = "configuration.load.destinationTable";
	char path[100], day[9] = "", table[150];
	snprintf(path, sizeof(path), "%s.tableId", base);
	const char *id = fake_text_at(job, path);
	snprintf(path, sizeof(path), "%s.datasetId", base);
	const char *dataset = fake_text_at(job, path);
	sscanf(id, "%149[^$]$%8s", table, day);
	snprintf(to->name, sizeof(to->name), "%s.%s", dataset, table);
	to->resource = json_object_get(service->tables, to->name);
	if (to->resource == NULL)
		return fake_problem_set(problem, 404, "notFound",
			"Not found: Table " FAKE_PROJECT ":%s was not found in location US",
			to->name);
	to->column = fake_text_at(to->resource, "timePartitioning.field");
	if (day[0] == '\0')
		return true;
	if (to->column == NULL)
		return fake_problem_set(problem, 400, "invalid",
			"Cannot add storage to a non-partitioned table with a partition reference");
	snprintf(to->day, sizeof(to->day), "%.4s-%.2s-%.2s", day, day + 4, day + 6);
	return true;
}

static const json_t *find_field(const json_t *fields, const char *name)
{
	for (size_t i = 0; i < json_array_size(fields); i++)
		if (strcasecmp(fake_text_at(json_array_get(fields, i), "name"), name) == 0)
			return json_array_get(fields, i);
	return NULL;
}

static bool check_row(const struct destination *to, const json_t *row, struct fake_problem *problem)
{
	const json_t *fields = fake_at(to->resource, "schema.fields");
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)row, name, value)
	{
		if (find_field(fields, name) == NULL)
			return fake_problem_set(problem, 0, "invalid", "No such field: %s.", name);
	}
	for (size_t i = 0; i < json_array_size(fields); i++) {
		const json_t *field = json_array_get(fields, i);
		const char *mode = fake_text_at(field, "mode");
		name = fake_text_at(field, "name");
		value = json_object_get(row, name);
		if (text_equal(mode, "REQUIRED") && (value == NULL || json_is_null(value)))
			return fake_problem_set(
				problem, 0, "invalid", "Missing required field: %s.", name);
	}
	if (to->day[0] != '\0' && !text_equal(fake_text_at(row, to->column), to->day))
		return fake_problem_set(problem, 0, "invalid",
			"Some rows belong to different partitions rather than destination "
			"partition %.4s%.2s%.2s",
			to->day, to->day + 5, to->day + 8);
	return true;
}

static void bind(sqlite3_stmt *insert, int place, const json_t *value)
{
	if (json_is_integer(value))
		sqlite3_bind_int64(insert, place, json_integer_value(value));
	else if (json_is_real(value))
		sqlite3_bind_double(insert, place, json_real_value(value));
	else if (json_is_boolean(value))
		sqlite3_bind_int64(insert, place, json_is_true(value));
	else if (json_is_string(value))
		sqlite3_bind_text(insert, place, json_string_value(value), -1, SQLITE_TRANSIENT);
	else
		sqlite3_bind_null(insert, place);
}

static sqlite3_stmt *prepare_insert(struct fake_bigquery *service, const struct destination *to)
{
	struct buffer sql = {0};
	sqlite3_stmt *insert;
	buffer_add_format(&sql, "INSERT INTO `" FAKE_PROJECT ".%s` VALUES", to->name);
	size_t count = json_array_size(fake_at(to->resource, "schema.fields"));
	for (size_t i = 0; i < count; i++)
		buffer_add_text(&sql, i == 0 ? "(?" : ", ?");
	buffer_add_char(&sql, ')');
	assert_int_equal(
		sqlite3_prepare_v2(service->rows, buffer_text(&sql), -1, &insert, NULL), SQLITE_OK);
	buffer_release(&sql);
	return insert;
}

static bool insert_rows(struct fake_bigquery *service, const struct destination *to,
	const char *rows, size_t bytes, int64_t *stored, struct fake_problem *problem)
{
	const json_t *fields = fake_at(to->resource, "schema.fields");
	sqlite3_stmt *insert = prepare_insert(service, to);
	bool done = true;
	for (const char *end = rows + bytes; done && rows < end; ++*stored) {
		const char *newline = memchr(rows, '\n', (size_t)(end - rows));
		size_t length = (size_t)((newline == NULL ? end : newline) - rows);
		json_t *row = json_loadb(rows, length, JSON_REJECT_DUPLICATES, NULL);
		done = row != NULL ? check_row(to, row, problem)
				   : fake_problem_set(problem, 0, "invalid",
					     "JSON parsing error in row starting at position 0");
		for (size_t i = 0; done && i < json_array_size(fields); i++)
			bind(insert, (int)i + 1,
				json_object_get(
					row, fake_text_at(json_array_get(fields, i), "name")));
		done = done && sqlite3_step(insert) == SQLITE_DONE;
		sqlite3_reset(insert);
		json_decref(row);
		rows += length + 1;
	}
	sqlite3_finalize(insert);
	return done;
}

/* The rows of partitions that are too old are gone the moment they are stored. */
static void let_expire(struct fake_bigquery *service, const struct destination *to)
{
	const char *text = fake_text_at(to->resource, "timePartitioning.expirationMs");
	int64_t expiration_ms;
	char date[DATE_TEXT_BYTES];
	if (text == NULL || !text_to_integer(text, &expiration_ms))
		return;
	date_t last = (date_t)((service->now_ms() - expiration_ms) / FAKE_PARTITION_MS);
	char *sql = sqlite3_mprintf("DELETE FROM `" FAKE_PROJECT ".%s` WHERE `%s` <= '%s'",
		to->name, to->column, date_format(last, date));
	assert_int_equal(sqlite3_exec(service->rows, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_free(sql);
}

static void clear(struct fake_bigquery *service, const struct destination *to)
{
	char *sql = to->day[0] == '\0'
			    ? sqlite3_mprintf("DELETE FROM `" FAKE_PROJECT ".%s`", to->name)
			    : sqlite3_mprintf("DELETE FROM `" FAKE_PROJECT ".%s` WHERE `%s` = '%s'",
				      to->name, to->column, to->day);
	assert_int_equal(sqlite3_exec(service->rows, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_free(sql);
}

static void note_time(struct fake_bigquery *service, const struct destination *to)
{
	char key[300];
	snprintf(key, sizeof(key), "%s %.4s%.2s%.2s", to->name, to->day,
		to->day[0] == '\0' ? "" : to->day + 5, to->day[0] == '\0' ? "" : to->day + 8);
	json_object_set_new(service->modified, key, json_integer(service->now_ms()));
}

bool fake_load(struct fake_bigquery *service, const json_t *job, const char *rows, size_t bytes,
	int64_t *stored, struct fake_problem *problem)
{
	struct destination to = {.name = ""};
	const char *disposition = fake_text_at(job, "configuration.load.writeDisposition");
	*stored = 0;
	if (!find_destination(service, job, &to, problem) ||
		!fake_quota_take(service, to.name, true, problem))
		return false;
	sqlite3_exec(service->rows, "SAVEPOINT load", NULL, NULL, NULL);
	if (text_equal(disposition, "WRITE_TRUNCATE"))
		clear(service, &to);
	bool done = insert_rows(service, &to, rows, bytes, stored, problem);
	if (done) {
		let_expire(service, &to);
		note_time(service, &to);
	}
	sqlite3_exec(service->rows, done ? "RELEASE load" : "ROLLBACK TO load; RELEASE load", NULL,
		NULL, NULL);
	return done;
}
