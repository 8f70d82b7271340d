/* The breakers, in one query, and the jobs of today, from their list. */
#include "bigquery_backend.h"
#include "bigquery_parts.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define JOB_PAGES_MAX 20
#define HOUR_MS	      INT64_C(3600000)
/* Google's day of quotas begins at midnight in California; an hour more or less in summer. */
#define QUOTA_ZONE_MS (8 * HOUR_MS)
#define DAY_HOURS     24

struct breaker_rows {
	struct health_facts *facts;
	size_t capacity;
};

static bool take_breaker(
	const char *const *cells, size_t cell_count, void *context, struct error *err)
{
	struct breaker_rows *rows = context;
	struct health_facts *facts = rows->facts;
	struct health_breaker row = {0};
	int64_t ours;
	if (cell_count != 7 || facts->breaker_count == HEALTH_BREAKERS_MAX)
		return error_set(err, ERROR_WAREHOUSE, "BigQuery: the breakers are malformed");
	if (!bigquery_cell_integer(cells[0], &ours, err) ||
		!bigquery_cell_integer(cells[2], &row.entities, err) ||
		!bigquery_cell_integer(cells[3], &row.cells, err) ||
		!bigquery_cell_date(cells[4], &row.first, err) ||
		!bigquery_cell_date(cells[5], &row.last, err) ||
		(cells[6] != NULL && !bigquery_cell_integer(cells[6], &row.until_ms, err)))
		return false;
	row.is_ours = ours != 0;
	text_copy(row.table, sizeof(row.table), cells[1]);
	ARRAY_GROW(facts->breakers, facts->breaker_count, rows->capacity);
	facts->breakers[facts->breaker_count++] = row;
	return true;
}

static void add_ours(const struct bigquery_connection *connection, struct buffer *sql)
{
	buffer_add_text(sql,
		"SELECT 1 AS ours, processor_name, COUNT(DISTINCT entity_id) AS entities, COUNT(*) "
		"AS"
		" cells, MIN(analysis_date) AS first, MAX(analysis_date) AS last, MAX(until_ms) AS"
		" until_ms FROM (SELECT processor_name, analysis_date, entity_id, tripped, "
		"until_ms,"
		" ROW_NUMBER() OVER (PARTITION BY processor_name, analysis_date, entity_id ORDER BY"
		" attempt_number DESC) AS place FROM ");
	bigquery_add_layout(sql, connection, &bigquery_attempts_layout);
	buffer_add_text(sql, " WHERE analysis_date >= DATE '1900-01-01') AS a WHERE place = 1 AND"
			     " tripped AND until_ms > @now"
			     " GROUP BY processor_name");
}

static void add_users(const struct bigquery_connection *connection, struct buffer *sql)
{
	buffer_add_text(sql, "SELECT 0 AS ours, processor_name, COUNT(DISTINCT entity_id) AS "
			     "entities, COUNT(*) AS"
			     " cells, MIN(analysis_date) AS first, MAX(analysis_date) AS last,"
			     " UNIX_MILLIS(MAX(circuit_breaker_until)) AS until_ms FROM ");
	bigquery_add_table(sql, connection, "nba_orchestration", "reprocess_attempts");
	buffer_add_text(sql,
		" WHERE analysis_date >= DATE '1900-01-01' AND"
		" circuit_breaker_tripped AND UNIX_MILLIS(circuit_breaker_until) > @now"
		" GROUP BY processor_name");
}

void bigquery_look_at_breakers(
	struct warehouse *warehouse, bool has_ours, bool has_users, struct health_facts *facts)
{
	const struct bigquery_connection *connection = connection_of(warehouse);
	struct breaker_rows rows = {.facts = facts};
	struct buffer sql = {0};
	struct error err;
	char now[24];
	snprintf(now, sizeof(now), "%" PRId64, facts->at_ms);
	const struct bigquery_parameter parameter = {"now", "INT64", now};
	if (has_ours)
		add_ours(connection, &sql);
	if (has_ours && has_users)
		buffer_add_text(&sql, " UNION ALL ");
	if (has_users)
		add_users(connection, &sql);
	bool done = bigquery_ask_rows(
		warehouse, "breakers", buffer_text(&sql), &parameter, 1, take_breaker, &rows, &err);
	/* One of the two may have been unheard of: what is known is told all the same. */
	if (done && facts->breaker_state == HEALTH_ABSENT)
		facts->breaker_state = HEALTH_FOUND;
	if (!done) {
		facts->breaker_state = HEALTH_UNSEEN;
		text_copy(facts->breaker_problem, HEALTH_TEXT_BYTES, err.text);
	}
	buffer_release(&sql);
}

/* Into table$20211116 and into its staging tables alike: the name decides. */
static void count_load(struct health_facts *facts, const json_t *job)
{
	const char *dataset =
		bigquery_text_at(job, "configuration.load.destinationTable.datasetId");
	const char *name = bigquery_text_at(job, "configuration.load.destinationTable.tableId");
	for (size_t i = 0; dataset != NULL && name != NULL && i < facts->table_count; i++) {
		const struct table_layout *layout = facts->tables[i].layout;
		size_t length = strcspn(name, "$");
		if (strcmp(bigquery_dataset_of(layout), dataset) == 0 &&
			strlen(layout->name) == length && strncmp(layout->name, name, length) == 0)
			facts->tables[i].loads_today++;
	}
}

static void count_jobs(struct health_facts *facts, const json_t *reply)
{
	const json_t *jobs = json_object_get(reply, "jobs");
	for (size_t i = 0; i < json_array_size(jobs); i++) {
		const json_t *job = json_array_get(jobs, i);
		facts->jobs_today++;
		facts->billed_bytes_today +=
			bigquery_integer_at(job, "statistics.query.totalBytesBilled", 0);
		count_load(facts, job);
	}
}

static int64_t quota_midnight_ms(int64_t now_ms)
{
	const int64_t day_ms = DAY_HOURS * HOUR_MS;
	return (now_ms - QUOTA_ZONE_MS) / day_ms * day_ms + QUOTA_ZONE_MS;
}

/* One page; its successor's token, "" at the end. */
static bool ask_for_jobs(struct warehouse *warehouse, const struct health_facts *facts,
	struct buffer *token, json_t **reply, struct error *err)
{
	char parameters[250];
	snprintf(parameters, sizeof(parameters),
		"&projection=full&minCreationTime=%" PRId64
		"&fields=nextPageToken,jobs(configuration(load(destinationTable)),"
		"statistics(query(totalBytesBilled)))",
		quota_midnight_ms(facts->at_ms));
	return bigquery_list_jobs(connection_of(warehouse)->client, parameters, token,
		"cannot list the jobs of today", reply, err);
}

/*
 * Those of this login alone: others may have used more. What lies behind the last page that is
 * read, or one that cannot be, makes the numbers the least that was used. INFORMATION_SCHEMA.JOBS
 * would say it in one query, but is billed, and wants a right that those who load may lack.
 */
void bigquery_look_at_jobs(struct warehouse *warehouse, struct health_facts *facts)
{
	struct buffer token = {0};
	struct error err;
	for (int page = 0; page < JOB_PAGES_MAX; page++) {
		json_t *reply = NULL;
		bool done = ask_for_jobs(warehouse, facts, &token, &reply, &err);
		if (!done && page == 0)
			text_copy(facts->quota_problem, HEALTH_TEXT_BYTES, err.text);
		facts->is_quota_partial = page > 0 && !done;
		if (done && page == 0) {
			facts->quota_state = HEALTH_FOUND;
			for (size_t i = 0; i < facts->table_count; i++)
				facts->tables[i].loads_today = 0;
		}
		if (done)
			count_jobs(facts, reply);
		json_decref(reply);
		if (!done || token.length == 0)
			break;
		facts->is_quota_partial = page + 1 == JOB_PAGES_MAX;
	}
	buffer_release(&token);
}
