/* What the checks of health want to know of an embedded warehouse. */
#include "sqlite.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAMAGES_TOLD 3
#define COLUMNS_TOLD (2UL * TABLE_COLUMNS_MAX)

static struct health_table *find_table(struct health_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->table_count; i++) {
		const struct table_layout *layout = facts->tables[i].layout;
		size_t length = strlen(layout->dataset);
		if (strncmp(name, layout->dataset, length) == 0 &&
			strncmp(name + length, "__", 2) == 0 &&
			strcmp(name + length + 2, layout->name) == 0)
			return &facts->tables[i];
	}
	return NULL;
}

static void add_column(struct health_table *table, sqlite3_stmt *statement)
{
	struct bigquery_table *found = &table->found;
	if (found->fields == NULL)
		found->fields = memory_new_array(COLUMNS_TOLD, sizeof(*found->fields));
	if (found->field_count == COLUMNS_TOLD)
		return;
	table->state = HEALTH_FOUND;
	found->fields[found->field_count++] = (struct bigquery_field){
		.name = memory_copy_text((const char *)sqlite3_column_text(statement, 1)),
		.type = memory_copy_text((const char *)sqlite3_column_text(statement, 2)),
		.is_required = sqlite3_column_int(statement, 3) != 0,
	};
}

/* One statement for the columns of all tables. */
static bool read_columns(struct warehouse *warehouse, struct health_facts *facts,
	bool *has_attempts, struct error *err)
{
	sqlite3_stmt *statement;
	int status = SQLITE_ERROR;
	bool done = sqlite_prepare(warehouse,
		"SELECT m.name, p.name, p.type, p.\"notnull\" FROM sqlite_master AS m"
		" JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table' ORDER BY m.name, "
		"p.cid",
		&statement, err);
	while (done && (status = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(statement, 0);
		struct health_table *table = find_table(facts, name);
		*has_attempts |= strcmp(name, ATTEMPTS_TABLE) == 0;
		if (table != NULL)
			add_column(table, statement);
	}
	if (!done)
		return false;
	done = status == SQLITE_DONE || sqlite_fail(warehouse, err, "cannot read the columns");
	sqlite3_finalize(statement);
	return done;
}

static bool has_hash(const struct health_table *table)
{
	for (size_t i = 0; i < table->found.field_count; i++)
		if (strcmp(table->found.fields[i].name, "data_hash") == 0)
			return true;
	return false;
}

static bool count_unhashed(
	struct warehouse *warehouse, struct health_facts *facts, struct error *err)
{
	struct buffer sql = {0};
	sqlite3_stmt *statement;
	int status = SQLITE_ERROR;
	for (size_t i = 0; i < facts->table_count; i++) {
		if (!has_hash(&facts->tables[i]))
			continue;
		buffer_add_format(&sql, "%sSELECT %zu, count(*) FROM ",
			sql.length == 0 ? "" : " UNION ALL ", i);
		sqlite_add_table(&sql, facts->tables[i].layout);
		buffer_add_text(&sql, " WHERE data_hash IS NULL");
	}
	bool done =
		sql.length == 0 || sqlite_prepare(warehouse, buffer_text(&sql), &statement, err);
	bool is_asked = done && sql.length > 0;
	buffer_release(&sql);
	if (!is_asked)
		return done;
	while ((status = sqlite3_step(statement)) == SQLITE_ROW)
		facts->tables[sqlite3_column_int64(statement, 0)].unhashed_rows =
			sqlite3_column_int64(statement, 1);
	done = status == SQLITE_DONE || sqlite_fail(warehouse, err, "cannot count hashes");
	sqlite3_finalize(statement);
	return done;
}

static void add_breaker(struct health_facts *facts, size_t *capacity, sqlite3_stmt *statement)
{
	ARRAY_GROW(facts->breakers, facts->breaker_count, *capacity);
	struct health_breaker *breaker = &facts->breakers[facts->breaker_count++];
	*breaker = (struct health_breaker){.is_ours = true,
		.entities = sqlite3_column_int64(statement, 1),
		.cells = sqlite3_column_int64(statement, 2),
		.first = sqlite_column_date(statement, 3),
		.last = sqlite_column_date(statement, 4),
		.until_ms = sqlite3_column_int64(statement, 5)};
	sqlite_copy_text(statement, 0, breaker->table, sizeof(breaker->table));
}

static bool read_breakers(
	struct warehouse *warehouse, struct health_facts *facts, struct error *err)
{
	sqlite3_stmt *statement;
	size_t capacity = 0;
	int status;
	if (!sqlite_prepare(warehouse,
		    "SELECT processor_name, count(DISTINCT entity_id), count(*), "
		    "min(analysis_date),"
		    " max(analysis_date), max(until) FROM (SELECT processor_name, entity_id,"
		    " analysis_date, max(attempt_number), circuit_breaker_tripped AS tripped,"
		    " circuit_breaker_until AS until FROM " ATTEMPTS_TABLE
		    " GROUP BY processor_name, analysis_date, entity_id)"
		    " WHERE tripped AND until > ?1 GROUP BY processor_name",
		    &statement, err))
		return false;
	sqlite3_bind_int64(statement, 1, facts->at_ms);
	while ((status = sqlite3_step(statement)) == SQLITE_ROW &&
		facts->breaker_count < HEALTH_BREAKERS_MAX)
		add_breaker(facts, &capacity, statement);
	bool done = status == SQLITE_DONE || status == SQLITE_ROW ||
		    sqlite_fail(warehouse, err, "cannot read the breaker");
	sqlite3_finalize(statement);
	return done;
}

/* One row "ok", or a row for each damage. */
static bool read_damage(struct warehouse *warehouse, struct health_facts *facts, struct error *err)
{
	sqlite3_stmt *statement;
	struct buffer damages = {0};
	char sql[64];
	int status;
	snprintf(sql, sizeof(sql), "PRAGMA integrity_check(%d)", DAMAGES_TOLD);
	if (!sqlite_prepare(warehouse, sql, &statement, err))
		return false;
	while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(statement, 0);
		if (text != NULL && strcmp(text, "ok") != 0)
			buffer_add_format(&damages, "%s%s", damages.length == 0 ? "" : "; ", text);
	}
	bool done = status == SQLITE_DONE || sqlite_fail(warehouse, err, "cannot be checked");
	sqlite3_finalize(statement);
	facts->damage_state = damages.length > 0 ? HEALTH_FOUND : HEALTH_ABSENT;
	for (char *at = damages.bytes; at != NULL && *at != '\0'; at++)
		if (*at == '\n')
			*at = ' ';
	text_copy(facts->damage, sizeof(facts->damage), buffer_text(&damages));
	buffer_release(&damages);
	return done;
}

/* What could not be read stays unseen, and says why: a broken file is looked at to its end. */
static void note(bool done, const struct error *err, enum health_state *state, char *problem)
{
	if (done)
		return;
	*state = HEALTH_UNSEEN;
	text_copy(problem, HEALTH_TEXT_BYTES, err->text);
}

bool sqlite_look(struct warehouse *warehouse, const struct table_layout *const *layouts,
	size_t count, struct health_facts *facts, struct error *err)
{
	bool has_attempts = false;
	struct error problem;
	facts->place = memory_copy_text(warehouse->name + strlen("sqlite:"));
	facts->tables = memory_new_array(count + 1, sizeof(*facts->tables));
	facts->table_count = count;
	for (size_t i = 0; i < count; i++)
		facts->tables[i] = (struct health_table){.layout = layouts[i],
			.state = HEALTH_ABSENT,
			.unhashed_rows = -1,
			.loads_today = -1};
	if (!read_columns(warehouse, facts, &has_attempts, err))
		return false;
	bool done = count_unhashed(warehouse, facts, &problem);
	for (size_t i = 0; i < count; i++)
		note(done || facts->tables[i].state == HEALTH_ABSENT, &problem,
			&facts->tables[i].state, facts->tables[i].problem);
	facts->breaker_state = has_attempts ? HEALTH_FOUND : HEALTH_ABSENT;
	note(!has_attempts || read_breakers(warehouse, facts, &problem), &problem,
		&facts->breaker_state, facts->breaker_problem);
	note(read_damage(warehouse, facts, &problem), &problem, &facts->damage_state,
		facts->damage);
	return true;
}

bool sqlite_repair(struct warehouse *warehouse, const char *statement, struct error *err)
{
	if (!sqlite_begin(warehouse, err))
		return false;
	if (sqlite_run(warehouse, statement, err))
		return sqlite_commit(warehouse, err);
	sqlite_rollback(warehouse);
	return false;
}
