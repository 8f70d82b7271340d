/*
 * health_parts: what core/warehouse/health*.c share. Nobody else includes this.
 */
#ifndef BACKCOURT_WAREHOUSE_HEALTH_PARTS_H
#define BACKCOURT_WAREHOUSE_HEALTH_PARTS_H

#include "warehouse/health.h"

#define DAY_MS		    INT64_C(86400000)
#define RUN_HISTORY_DATASET "nba_processing"
#define RUN_HISTORY_TABLE   "precompute_processor_runs"

struct judging {
	const struct health_facts *facts;
	struct date_range wanted;
	struct health_findings *findings;
};

/* What a new finding says; all is copied. */
struct health_words {
	const char *subject;
	const char *name; /* the id's second half */
	const char *evidence;
	enum health_repair repair;
	const char *statement;
	struct date_range dates; /* of REPAIR_BREAKER */
};
void health_add(struct judging *judging, enum health_kind kind, enum health_severity severity,
	const struct health_words *words);

/* "dataset.table", and the name in statements: `project.dataset.table` or "dataset__table". */
char *health_subject(const struct health_table *table);
char *health_sql_name(const struct health_facts *facts, const struct health_table *table);

/* core/warehouse/health_schema.c: columns as found against the layout. */
void health_judge_schema(struct judging *judging, const struct health_table *table);
void health_judge_history(struct judging *judging);
/* core/warehouse/health_keeping.c: expiration, partitions, streaming, datasets. */
void health_judge_keeping(struct judging *judging, const struct health_table *table);
void health_judge_dataset(struct judging *judging, const struct health_dataset *dataset);
/* core/warehouse/health_work.c: breaker, quotas, login, damage. */
void health_judge_work(struct judging *judging);

#endif
