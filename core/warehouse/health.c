#include "health_parts.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *meaning;
} kinds[HEALTH_KIND_COUNT] = {
#define X(id, name, what) [HEALTH_KIND_##id] = {name, what},
	HEALTH_KIND_LIST(X)
#undef X
};

static const char *const severity_words[HEALTH_SEVERITIES] = {
	[HEALTH_ERROR] = "error",
	[HEALTH_WARNING] = "warning",
	[HEALTH_UNKNOWN] = "unknown",
	[HEALTH_NOTE] = "note",
};

const char *health_kind_name(enum health_kind kind)
{
	return kinds[kind].name;
}

const char *health_kind_meaning(enum health_kind kind)
{
	return kinds[kind].meaning;
}

const char *health_severity_word(enum health_severity severity)
{
	return severity_words[severity];
}

void health_facts_release(struct health_facts *facts)
{
	for (size_t i = 0; i < facts->table_count; i++)
		bigquery_table_release(&facts->tables[i].found);
	for (size_t i = 0; i < facts->dataset_count; i++)
		free(facts->datasets[i].name);
	bigquery_table_release(&facts->run_history.found);
	free(facts->tables);
	free(facts->datasets);
	free(facts->breakers);
	free(facts->place);
	*facts = (struct health_facts){0};
}

void health_findings_release(struct health_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->items[i].subject);
		free(findings->items[i].evidence);
		free(findings->items[i].statement);
	}
	free(findings->items);
	*findings = (struct health_findings){0};
}

void health_add(struct judging *judging, enum health_kind kind, enum health_severity severity,
	const struct health_words *words)
{
	struct health_findings *findings = judging->findings;
	if (findings->count == HEALTH_FINDINGS_MAX)
		return;
	ARRAY_GROW(findings->items, findings->count, findings->capacity);
	struct health_finding *finding = &findings->items[findings->count++];
	*finding = (struct health_finding){.kind = kind,
		.severity = severity,
		.subject = memory_copy_text(words->subject),
		.evidence = memory_copy_text(words->evidence),
		.at_ms = judging->facts->at_ms,
		.repair = words->repair,
		.statement = memory_copy_text(words->statement),
		.dates = words->dates};
	snprintf(finding->id, sizeof(finding->id), "%s:%s", kinds[kind].name,
		words->name != NULL ? words->name : words->subject);
}

char *health_subject(const struct health_table *table)
{
	return memory_format("%s.%s", table->layout->dataset, table->layout->name);
}

char *health_sql_name(const struct health_facts *facts, const struct health_table *table)
{
	const struct table_layout *layout = table->layout;
	if (facts->is_bigquery)
		return memory_format("`%s.%s.%s`", facts->place, layout->dataset, layout->name);
	return memory_format("\"%s__%s\"", layout->dataset, layout->name);
}

static void add_unseen(struct judging *judging, const char *subject, const char *problem)
{
	health_add(judging, HEALTH_KIND_UNSEEN, HEALTH_UNKNOWN,
		&(struct health_words){.subject = subject, .evidence = problem});
}

static void judge_counts(struct judging *judging)
{
	if (!judging->facts->is_counts)
		return;
	health_add(judging, HEALTH_KIND_COUNTS, HEALTH_UNKNOWN,
		&(struct health_words){.subject = judging->facts->place,
			.name = "tables",
			.evidence = "a file of row counts has no tables to look at",
			.repair = REPAIR_BY_HAND,
			.statement =
				"backcourt health --warehouse bigquery:PROJECT, or sqlite:FILE"});
}

static void judge_table(struct judging *judging, const struct health_table *table)
{
	char *subject = health_subject(table);
	switch (table->state) {
	case HEALTH_UNSEEN:
		add_unseen(judging, subject, table->problem);
		break;
	case HEALTH_ABSENT:
		health_add(judging, HEALTH_KIND_TABLE, HEALTH_WARNING,
			&(struct health_words){.subject = subject,
				.name = table->layout->name,
				.evidence = "the table is not there",
				.repair = REPAIR_BY_HAND,
				.statement = "backcourt run (it makes what is missing)"});
		break;
	case HEALTH_FOUND:
		health_judge_schema(judging, table);
		health_judge_keeping(judging, table);
		break;
	}
	free(subject);
}

static int compare_findings(const void *a, const void *b)
{
	const struct health_finding *first = a, *second = b;
	if (first->severity != second->severity)
		return first->severity < second->severity ? -1 : 1;
	if (first->kind != second->kind)
		return first->kind < second->kind ? -1 : 1;
	return strcmp(first->subject, second->subject);
}

void health_judge(const struct health_facts *facts, struct date_range wanted,
	struct health_findings *findings)
{
	struct judging judging = {.facts = facts, .wanted = wanted, .findings = findings};
	*findings = (struct health_findings){.at_ms = facts->at_ms};
	judge_counts(&judging);
	for (size_t i = 0; i < facts->table_count; i++)
		judge_table(&judging, &facts->tables[i]);
	for (size_t i = 0; i < facts->dataset_count; i++) {
		if (facts->datasets[i].state == HEALTH_UNSEEN)
			add_unseen(&judging, facts->datasets[i].name, facts->datasets[i].problem);
		else
			health_judge_dataset(&judging, &facts->datasets[i]);
	}
	if (facts->is_bigquery && facts->run_history.state == HEALTH_UNSEEN)
		add_unseen(&judging, "run history", facts->run_history.problem);
	health_judge_history(&judging);
	if (facts->breaker_state == HEALTH_UNSEEN)
		add_unseen(&judging, "circuit breaker", facts->breaker_problem);
	if (facts->is_bigquery && facts->quota_state == HEALTH_UNSEEN)
		add_unseen(&judging, "quotas", facts->quota_problem);
	if (!facts->is_bigquery && facts->damage_state == HEALTH_UNSEEN)
		add_unseen(&judging, "integrity", facts->damage);
	health_judge_work(&judging);
	if (findings->count > 0)
		qsort(findings->items, findings->count, sizeof(*findings->items), compare_findings);
}

const struct health_finding *health_find(const struct health_findings *findings, const char *id)
{
	for (size_t i = 0; i < findings->count; i++)
		if (strcmp(findings->items[i].id, id) == 0)
			return &findings->items[i];
	return NULL;
}

size_t health_count(const struct health_findings *findings, enum health_severity severity)
{
	size_t count = 0;
	for (size_t i = 0; i < findings->count; i++)
		count += findings->items[i].severity == severity;
	return count;
}
