/* The columns of a table as found, against the layout that says how they should be. */
#include "health_parts.h"

#include "base/memory.h"
#include "bigquery_backend.h"
#include "sqlite_types.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HASH_COLUMN "data_hash"

/* Columns of one kind of trouble: their names for people, and what repairs each. */
struct columns {
	size_t count;
	struct buffer names, repairs;
	bool is_by_hand; /* one of them cannot be repaired by a statement */
};

static void add_name(struct columns *columns, const char *name)
{
	buffer_add_format(&columns->names, "%s%s", columns->count == 0 ? "" : ", ", name);
	columns->count++;
}

static void release(struct columns *columns)
{
	buffer_release(&columns->names);
	buffer_release(&columns->repairs);
}

/* ALTER TABLE t A, B: one statement in BigQuery; SQLite takes one column at a time. */
static void add_repair(struct columns *columns, const struct judging *judging,
	const struct health_table *table, const char *action)
{
	char *name = health_sql_name(judging->facts, table);
	bool is_first = columns->repairs.length == 0;
	if (!is_first && judging->facts->is_bigquery)
		buffer_add_format(&columns->repairs, ", %s", action);
	else
		buffer_add_format(&columns->repairs, "%sALTER TABLE %s %s", is_first ? "" : "; ",
			name, action);
	free(name);
}

static void report(struct judging *judging, const struct health_table *table,
	struct columns *columns, enum health_kind kind, enum health_severity severity)
{
	static const char *const words[HEALTH_KIND_COUNT][2] = {
		[HEALTH_KIND_MISSING] = {"lacks the column", "lacks the columns"},
		[HEALTH_KIND_HASH] = {"has no column", "has no columns"},
		[HEALTH_KIND_TYPE] = {"another type than ours has", "other types than ours have"},
		[HEALTH_KIND_MODE] = {"must not be NULL there, and is with us:",
			"must not be NULL there, and are with us:"},
		[HEALTH_KIND_EXTRA] = {"has one column more:", "has more columns:"},
	};
	if (columns->count > 0) {
		char *subject = health_subject(table);
		char *evidence = memory_format(
			"%s %s", words[kind][columns->count != 1], buffer_text(&columns->names));
		bool has_repair = columns->repairs.length > 0;
		health_add(judging, kind, severity,
			&(struct health_words){.subject = subject,
				.name = table->layout->name,
				.evidence = evidence,
				.repair = !has_repair		? REPAIR_NONE
					  : columns->is_by_hand ? REPAIR_BY_HAND
								: REPAIR_STATEMENT,
				.statement = has_repair ? buffer_text(&columns->repairs) : NULL});
		free(evidence);
		free(subject);
	}
	release(columns);
}

static const char *type_for(const struct health_facts *facts, enum column_type type)
{
	return facts->is_bigquery ? bigquery_type_of(type) : sqlite_type_of(type);
}

static bool takes(
	const struct health_facts *facts, const struct bigquery_field *field, enum column_type type)
{
	return facts->is_bigquery ? bigquery_takes_type(field, type)
				  : strcasecmp(field->type, sqlite_type_of(type)) == 0;
}

static bool may_be_null(const struct column *column)
{
	return (column->flags & (COLUMN_KEY | COLUMN_REQUIRED)) == 0;
}

static void look_for_missing(struct judging *judging, const struct health_table *table)
{
	struct columns missing = {0}, hash = {0};
	for (size_t i = 0; i < table->layout->column_count; i++) {
		const struct column *column = &table->layout->columns[i];
		if (bigquery_find_field(&table->found, column->name) != NULL)
			continue;
		struct columns *into = strcmp(column->name, HASH_COLUMN) == 0 ? &hash : &missing;
		const char *mark = judging->facts->is_bigquery ? "`" : "\"";
		char *action = memory_format("ADD COLUMN %s%s%s%s %s",
			judging->facts->is_bigquery ? "IF NOT EXISTS " : "", mark, column->name,
			mark, type_for(judging->facts, column->type));
		/* A key cannot be added to rows that are there. */
		into->is_by_hand |= (column->flags & COLUMN_KEY) != 0;
		add_name(into, column->name);
		add_repair(into, judging, table, action);
		free(action);
	}
	report(judging, table, &missing, HEALTH_KIND_MISSING, HEALTH_ERROR);
	report(judging, table, &hash, HEALTH_KIND_HASH, HEALTH_WARNING);
}

/* The service widens whole numbers, and nothing else of what we use. */
static bool can_become(
	const struct health_facts *facts, const struct bigquery_field *field, enum column_type type)
{
	return facts->is_bigquery && !field->is_repeated && type == COLUMN_REAL &&
	       strcmp(field->type, "INT64") == 0;
}

static void look_at_types(struct judging *judging, const struct health_table *table)
{
	const struct health_facts *facts = judging->facts;
	struct columns wrong = {0};
	for (size_t i = 0; i < table->layout->column_count; i++) {
		const struct column *column = &table->layout->columns[i];
		const struct bigquery_field *field =
			bigquery_find_field(&table->found, column->name);
		if (field == NULL || takes(facts, field, column->type))
			continue;
		char *name = memory_format("%s (%s%s, ours %s)", column->name,
			field->is_repeated ? "ARRAY of " : "", field->type,
			type_for(facts, column->type));
		char *action = can_become(facts, field, column->type)
				       ? memory_format("ALTER COLUMN `%s` SET DATA TYPE %s",
						 column->name, type_for(facts, column->type))
				       : NULL;
		add_name(&wrong, name);
		wrong.is_by_hand |= action == NULL;
		if (action != NULL)
			add_repair(&wrong, judging, table, action);
		free(action);
		free(name);
	}
	if (wrong.is_by_hand) {
		buffer_clear(&wrong.repairs);
		buffer_add_text(&wrong.repairs,
			"-- no statement changes these types: make the table anew with the types "
			"above, and copy its rows");
	}
	report(judging, table, &wrong, HEALTH_KIND_TYPE, HEALTH_ERROR);
}

static void add_loosening(struct columns *columns, const struct judging *judging,
	const struct health_table *table, const char *name)
{
	add_name(columns, name);
	if (judging->facts->is_bigquery && !bigquery_is_name(name, false)) {
		columns->is_by_hand =
			true; /* it came from outside and would get into a statement */
	} else if (judging->facts->is_bigquery) {
		char *action = memory_format("ALTER COLUMN `%s` DROP NOT NULL", name);
		add_repair(columns, judging, table, action);
		free(action);
		return;
	}
	columns->is_by_hand = true;
	buffer_clear(&columns->repairs);
	buffer_add_text(&columns->repairs, "-- SQLite cannot drop NOT NULL: move the table away; "
					   "`backcourt run` makes it anew");
}

/* What is there and not expected: a note, but where it must have a value that we do not have. */
static void look_at_found(struct judging *judging, const struct health_table *table)
{
	struct columns extra = {0}, strict = {0};
	for (size_t i = 0; i < table->found.field_count; i++) {
		const struct bigquery_field *field = &table->found.fields[i];
		const struct column *column = NULL;
		for (size_t k = 0; k < table->layout->column_count && column == NULL; k++)
			if (strcasecmp(table->layout->columns[k].name, field->name) == 0)
				column = &table->layout->columns[k];
		if (field->is_required && (column == NULL || may_be_null(column)))
			add_loosening(&strict, judging, table, field->name);
		else if (column == NULL)
			add_name(&extra, field->name);
	}
	report(judging, table, &strict, HEALTH_KIND_MODE, HEALTH_ERROR);
	report(judging, table, &extra, HEALTH_KIND_EXTRA, HEALTH_NOTE);
}

static void look_for_unhashed(struct judging *judging, const struct health_table *table)
{
	if (table->unhashed_rows <= 0)
		return;
	char *subject = health_subject(table);
	char *evidence =
		memory_format("%lld rows have no data_hash", (long long)table->unhashed_rows);
	char *statement = memory_format("backcourt run %s", table->layout->name);
	health_add(judging, HEALTH_KIND_UNHASHED, HEALTH_WARNING,
		&(struct health_words){.subject = subject,
			.name = table->layout->name,
			.evidence = evidence,
			.repair = REPAIR_BY_HAND,
			.statement = statement});
	free(statement);
	free(evidence);
	free(subject);
}

void health_judge_schema(struct judging *judging, const struct health_table *table)
{
	if (table->layout->column_count == 0)
		return; /* nobody says how it should be */
	look_for_missing(judging, table);
	look_at_types(judging, table);
	look_at_found(judging, table);
	look_for_unhashed(judging, table);
}

/*
 * The jobs load their records with a detected schema, in which every column may be NULL: a table
 * that is stricter refuses them ("Field success has changed mode from REQUIRED to NULLABLE").
 */
void health_judge_history(struct judging *judging)
{
	const struct health_table *history = &judging->facts->run_history;
	struct buffer names = {0}, statement = {0};
	size_t count = 0;
	if (history->state != HEALTH_FOUND)
		return;
	for (size_t i = 0; i < history->found.field_count; i++) {
		const struct bigquery_field *field = &history->found.fields[i];
		if (!field->is_required || !bigquery_is_name(field->name, false))
			continue;
		if (count == 0)
			buffer_add_format(&statement, "ALTER TABLE `%s.%s.%s` ",
				judging->facts->place, RUN_HISTORY_DATASET, RUN_HISTORY_TABLE);
		buffer_add_format(&statement, "%sALTER COLUMN `%s` DROP NOT NULL",
			count == 0 ? "" : ", ", field->name);
		buffer_add_format(&names, "%s%s", count == 0 ? "" : ", ", field->name);
		count++;
	}
	if (count > 0) {
		char *evidence = memory_format("%s must not be NULL, but the jobs' records say "
					       "that %s may be",
			buffer_text(&names), count == 1 ? "it" : "they");
		health_add(judging, HEALTH_KIND_HISTORY, HEALTH_WARNING,
			&(struct health_words){.subject = RUN_HISTORY_DATASET "." RUN_HISTORY_TABLE,
				.name = RUN_HISTORY_TABLE,
				.evidence = evidence,
				.repair = REPAIR_STATEMENT,
				.statement = buffer_text(&statement)});
		free(evidence);
	}
	buffer_release(&names);
	buffer_release(&statement);
}
