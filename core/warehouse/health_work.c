/* What holds up the work: breaker, quotas, login, a broken file. */
#include "health_parts.h"

#include "base/clock.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUOTA_NEAR (HEALTH_LOADS_PER_DAY * 4 / 5)

/* The users' own breaker: their jobs look at until and at the flag. */
static char *reset_statement(const struct health_facts *facts, const struct health_breaker *breaker)
{
	char range[DATE_RANGE_TEXT_BYTES];
	const struct date_range dates = {breaker->first, breaker->last};
	if (breaker->is_ours)
		return memory_format("backcourt breaker reset %s --range %s", breaker->table,
			date_range_format(dates, range));
	return memory_format("UPDATE `%s.nba_orchestration.reprocess_attempts` SET "
			     "circuit_breaker_tripped = FALSE, manual_override_applied = TRUE "
			     "WHERE processor_name = '%s' AND circuit_breaker_tripped",
		facts->place, breaker->table);
}

static void judge_breaker(struct judging *judging, const struct health_breaker *breaker)
{
	char range[DATE_RANGE_TEXT_BYTES], left[DURATION_TEXT_BYTES];
	const struct date_range dates = {breaker->first, breaker->last};
	int64_t left_ms = breaker->until_ms - judging->facts->at_ms;
	char *until = breaker->until_ms > 0 && left_ms > 0
			      ? memory_format(", the last for another %s",
					clock_format_duration(left_ms, left))
			      : memory_copy_text("");
	const char *span = dates.first == dates.last ? date_format(dates.first, range)
						     : date_range_format(dates, range);
	bool is_one = breaker->entities == 1;
	char *evidence = memory_format("%lld %s locked out in %lld cell%s of %s%s",
		(long long)breaker->entities, is_one ? "player or team is" : "players or teams are",
		(long long)breaker->cells, breaker->cells == 1 ? "" : "s", span, until);
	char *statement = reset_statement(judging->facts, breaker);
	/* It came from outside and gets into a statement. */
	bool is_plain = bigquery_is_name(breaker->table, true);
	health_add(judging, HEALTH_KIND_BREAKER, HEALTH_WARNING,
		&(struct health_words){.subject = breaker->table,
			.evidence = evidence,
			.repair = breaker->is_ours ? REPAIR_BREAKER
				  : is_plain	   ? REPAIR_STATEMENT
						   : REPAIR_NONE,
			.statement = breaker->is_ours || is_plain ? statement : NULL,
			.dates = dates});
	free(statement);
	free(evidence);
	free(until);
}

static void judge_quota(struct judging *judging, const struct health_table *table)
{
	const char *least = judging->facts->is_quota_partial ? "at least " : "";
	if (table->loads_today < QUOTA_NEAR)
		return;
	char *subject = health_subject(table);
	char *evidence = memory_format("%s%lld of %d load jobs of today are used", least,
		(long long)table->loads_today, HEALTH_LOADS_PER_DAY);
	health_add(judging, HEALTH_KIND_QUOTA,
		table->loads_today >= HEALTH_LOADS_PER_DAY ? HEALTH_ERROR : HEALTH_WARNING,
		&(struct health_words){
			.subject = subject, .name = table->layout->name, .evidence = evidence});
	free(evidence);
	free(subject);
}

static void judge_billed(struct judging *judging)
{
	const struct health_facts *facts = judging->facts;
	if (!facts->is_bigquery || facts->quota_state != HEALTH_FOUND || facts->jobs_today == 0)
		return;
	char *evidence = memory_format("%s%lld job%s of yours today, %lld MiB billed",
		facts->is_quota_partial ? "at least " : "", (long long)facts->jobs_today,
		facts->jobs_today == 1 ? "" : "s", (long long)(facts->billed_bytes_today >> 20));
	health_add(judging, HEALTH_KIND_BILLED, HEALTH_NOTE,
		&(struct health_words){.subject = facts->place, .evidence = evidence});
	free(evidence);
}

static void judge_login(struct judging *judging)
{
	const struct health_facts *facts = judging->facts;
	char left[DURATION_TEXT_BYTES];
	if (facts->credential_warning[0] != '\0')
		health_add(judging, HEALTH_KIND_LOGIN, HEALTH_WARNING,
			&(struct health_words){.subject = "credential",
				.evidence = facts->credential_warning,
				.repair = REPAIR_BY_HAND,
				.statement = "chmod 600 on the file"});
	if (!facts->has_token || facts->token_left_ms >= HEALTH_TOKEN_LOW_MS)
		return;
	char *evidence = facts->token_left_ms < 0
				 ? memory_copy_text("there is no token")
				 : memory_format("the token is good for another %s only",
					   clock_format_duration(facts->token_left_ms, left));
	health_add(judging, HEALTH_KIND_LOGIN, HEALTH_WARNING,
		&(struct health_words){.subject = "token",
			.evidence = evidence,
			.repair = REPAIR_BY_HAND,
			.statement = "backcourt doctor"});
	free(evidence);
}

static void judge_way(struct judging *judging, const struct health_way *way)
{
	char *subject = memory_format("alerts by %s", way->name);
	health_add(judging, HEALTH_KIND_ALERTS, HEALTH_WARNING,
		&(struct health_words){.subject = subject,
			.name = way->name,
			.evidence = way->problem,
			.repair = REPAIR_BY_HAND,
			.statement = way->help});
	free(subject);
}

static void judge_damage(struct judging *judging)
{
	const struct health_facts *facts = judging->facts;
	if (facts->is_bigquery || facts->damage_state != HEALTH_FOUND)
		return;
	char *statement = memory_format("sqlite3 '%s' .recover | sqlite3 new.db", facts->place);
	health_add(judging, HEALTH_KIND_DAMAGE, HEALTH_ERROR,
		&(struct health_words){.subject = facts->place,
			.name = "file",
			.evidence = facts->damage,
			.repair = REPAIR_BY_HAND,
			.statement = statement});
	free(statement);
}

void health_judge_work(struct judging *judging)
{
	const struct health_facts *facts = judging->facts;
	for (size_t i = 0; i < facts->breaker_count; i++)
		judge_breaker(judging, &facts->breakers[i]);
	for (size_t i = 0; i < facts->table_count; i++)
		judge_quota(judging, &facts->tables[i]);
	judge_billed(judging);
	judge_login(judging);
	for (size_t i = 0; i < facts->way_count; i++)
		judge_way(judging, &facts->ways[i]);
	judge_damage(judging);
}
