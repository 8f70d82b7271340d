/* How long a table keeps its rows, and how its days can be replaced. */
#include "health_parts.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DAYS(ms) ((long long)((ms) / DAY_MS))

/* Takes evidence and statement over. */
static void add_of_table(struct judging *judging, const struct health_table *table,
	enum health_kind kind, enum health_severity severity, struct health_words words)
{
	char *subject = health_subject(table);
	words.subject = subject;
	words.name = table->layout->name;
	health_add(judging, kind, severity, &words);
	free(subject);
	free((char *)words.evidence);
	free((char *)words.statement);
}

static void look_at_expiration(struct judging *judging, const struct health_table *table)
{
	const struct bigquery_table *found = &table->found;
	int64_t now_ms = judging->facts->at_ms;
	char date[DATE_TEXT_BYTES];
	if (found->expiration_ms <= 0)
		return;
	char *name = health_sql_name(judging->facts, table);
	int64_t oldest_ms = now_ms - found->expiration_ms;
	bool is_wanted = (int64_t)judging->wanted.first * DAY_MS <= oldest_ms;
	add_of_table(judging, table, HEALTH_KIND_EXPIRES, is_wanted ? HEALTH_ERROR : HEALTH_WARNING,
		(struct health_words){.evidence = memory_format("partitions are deleted after %lld "
								"days: nothing before %s stays",
					      DAYS(found->expiration_ms),
					      date_format((date_t)(oldest_ms / DAY_MS), date)),
			.repair = REPAIR_STATEMENT,
			.statement = memory_format("ALTER TABLE %s SET OPTIONS "
						   "(partition_expiration_days = NULL)",
				name)});
	free(name);
}

static void look_at_end(struct judging *judging, const struct health_table *table)
{
	char date[DATE_TEXT_BYTES];
	if (table->found.table_expires_ms <= 0)
		return;
	char *name = health_sql_name(judging->facts, table);
	add_of_table(judging, table, HEALTH_KIND_TABLE_EXPIRES, HEALTH_ERROR,
		(struct health_words){
			.evidence = memory_format("the whole table is deleted on %s",
				date_format(
					(date_t)(table->found.table_expires_ms / DAY_MS), date)),
			.repair = REPAIR_STATEMENT,
			.statement = memory_format(
				"ALTER TABLE %s SET OPTIONS (expiration_timestamp = NULL)", name)});
	free(name);
}

static bool is_well_partitioned(const struct bigquery_table *found, const char *date_column)
{
	return found->partition_type != NULL && strcmp(found->partition_type, "DAY") == 0 &&
	       found->partition_field != NULL &&
	       strcasecmp(found->partition_field, date_column) == 0;
}

/* How a table is partitioned cannot be changed: a copy can have it otherwise. */
static void look_at_partitions(struct judging *judging, const struct health_table *table)
{
	const struct bigquery_table *found = &table->found;
	const struct table_layout *layout = table->layout;
	if (layout->date_column == NULL || is_well_partitioned(found, layout->date_column))
		return;
	char *evidence =
		found->partition_type == NULL
			? memory_format("it is not partitioned; it should be by day of %s",
				  layout->date_column)
			: memory_format("it is partitioned by %s of %s; it should be by day of %s",
				  found->partition_type,
				  found->partition_field == NULL ? "the time of loading"
								 : found->partition_field,
				  layout->date_column);
	add_of_table(judging, table, HEALTH_KIND_PARTITIONS, HEALTH_ERROR,
		(struct health_words){.evidence = evidence,
			.repair = REPAIR_BY_HAND,
			.statement = memory_format(
				"CREATE TABLE `%s.%s.%s_by_day` PARTITION BY `%s` AS SELECT * FROM "
				"`%s.%s.%s`; -- then rename both",
				judging->facts->place, layout->dataset, layout->name,
				layout->date_column, judging->facts->place, layout->dataset,
				layout->name)});
}

static void look_at_stream(struct judging *judging, const struct health_table *table)
{
	int64_t rows = table->found.streaming_rows;
	if (rows == 0)
		return;
	add_of_table(judging, table, HEALTH_KIND_STREAMING, HEALTH_WARNING,
		(struct health_words){
			.evidence = rows < 0 ? memory_copy_text("rows are in its streaming buffer")
					     : memory_format("about %lld rows are in its streaming "
							     "buffer",
						       (long long)rows)});
}

void health_judge_keeping(struct judging *judging, const struct health_table *table)
{
	if (!judging->facts->is_bigquery)
		return;
	look_at_expiration(judging, table);
	look_at_end(judging, table);
	look_at_partitions(judging, table);
	look_at_stream(judging, table);
}

static void add_default(struct judging *judging, const struct health_dataset *dataset,
	const char *what, const char *option, int64_t expire_ms)
{
	if (expire_ms <= 0)
		return;
	char *name = memory_format("%s.%s", dataset->name, what);
	char *evidence = memory_format(
		"%s made from now on are deleted after %lld days", what, DAYS(expire_ms));
	char *statement = memory_format("ALTER SCHEMA `%s.%s` SET OPTIONS (%s = NULL)",
		judging->facts->place, dataset->name, option);
	health_add(judging, HEALTH_KIND_DEFAULT, HEALTH_WARNING,
		&(struct health_words){.subject = dataset->name,
			.name = name,
			.evidence = evidence,
			.repair = REPAIR_STATEMENT,
			.statement = statement});
	free(statement);
	free(evidence);
	free(name);
}

void health_judge_dataset(struct judging *judging, const struct health_dataset *dataset)
{
	add_default(judging, dataset, "partitions", "default_partition_expiration_days",
		dataset->partitions_expire_ms);
	add_default(judging, dataset, "tables", "default_table_expiration_days",
		dataset->tables_expire_ms);
}
