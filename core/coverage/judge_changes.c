/* Judging again only what may have changed. */
#include "coverage_parts.h"

#include <stdlib.h>
#include <string.h>

/* What other cells look at in a cell, besides its evidence. */
struct outside {
	enum verdict verdict;
	enum expected_day expects;
	bool passes, fresh, is_measurable;
};

static struct outside outside_of(const struct cell *cell)
{
	return (struct outside){
		cell->verdict, cell->expects, cell->passes, cell->fresh, cell->expected_min >= 0};
}

static bool looks_different(const struct cell *cell, const struct outside *before)
{
	struct outside now = outside_of(cell);
	return now.verdict != before->verdict || now.expects != before->expects ||
	       now.passes != before->passes || now.fresh != before->fresh ||
	       now.is_measurable != before->is_measurable;
}

/* The cells of one table that are to be judged. */
struct docket {
	const struct coverage *coverage;
	const struct pipeline_table *described;
	size_t table;
	size_t words;
	uint64_t *due;
};

static bool has_bit(const uint64_t *bits, int32_t day)
{
	return (bits[(size_t)day / STIR_BITS] >> ((size_t)day % STIR_BITS) & 1) != 0;
}

static void add_bit(uint64_t *bits, int32_t day)
{
	bits[(size_t)day / STIR_BITS] |= UINT64_C(1) << ((size_t)day % STIR_BITS);
}

/* The first day from this one on, or the number of days. */
static int32_t next_bit(const uint64_t *bits, int32_t day, int32_t days)
{
	while (day < days) {
		uint64_t rest = bits[(size_t)day / STIR_BITS] >> ((size_t)day % STIR_BITS);
		if (rest != 0)
			return day + __builtin_ctzll(rest);
		day += STIR_BITS - day % STIR_BITS;
	}
	return days;
}

static void add_same_days(const struct docket *docket, size_t other)
{
	const uint64_t *stirred = docket->coverage->memory->stirred[other];
	for (size_t word = 0; word < docket->words; word++)
		docket->due[word] |= stirred[word];
}

/* Days whose window holds one that changed. */
static void add_later_days(const struct docket *docket, const struct history_edge *edge)
{
	const struct coverage *coverage = docket->coverage;
	const uint64_t *stirred = coverage->memory->stirred[edge->table];
	int32_t changed = next_bit(stirred, 0, coverage->days);
	for (int32_t day = changed + 1; day < coverage->days; day++) {
		date_t date = coverage->range.first + day;
		if (has_bit(stirred, day - 1))
			changed = day - 1;
		if (coverage_history_window(coverage, edge, date).first <=
			coverage->range.first + changed)
			add_bit(docket->due, day);
	}
}

/* Days that are to hold as many rows as one that changed: up to the next that has rows itself. */
static void add_following_days(const struct docket *docket)
{
	const struct coverage *coverage = docket->coverage;
	const uint64_t *stirred = coverage->memory->stirred[docket->table];
	struct bench bench;
	judge_lay_bench(coverage, docket->table, &bench);
	for (int32_t day = next_bit(stirred, 0, coverage->days); day < coverage->days;
		day = next_bit(stirred, day + 1, coverage->days))
		for (int32_t later = day + 1; later < coverage->days; later++) {
			if (has_bit(docket->due, later))
				break; /* it is seen to in its turn, or was */
			add_bit(docket->due, later);
			if (expectation_remember(&bench, later))
				break;
		}
}

static void fill_docket(const struct docket *docket)
{
	const struct pipeline_table *table = docket->described;
	memcpy(docket->due, docket->coverage->memory->stirred[docket->table],
		docket->words * sizeof(*docket->due));
	if (table->expect.rule == EXPECT_AT_LEAST_PREVIOUS)
		add_following_days(docket);
	for (size_t i = 0; i < pipeline_edge_count(table); i++)
		add_same_days(docket, pipeline_edge(table, i));
	for (size_t i = 0; i < table->job.minimum_count; i++)
		add_same_days(docket, table->job.minimums[i].table);
	if (table->expect.rule == EXPECT_SAME_AS)
		add_same_days(docket, table->expect.same_as);
	for (size_t i = 0; i < table->history_count; i++)
		add_later_days(docket, &table->history[i]);
}

/* What at_least_previous looks at, on the way from the day judged last (-1: none) to this one. */
static void catch_up(struct bench *bench, int32_t last, int32_t day)
{
	if (bench->described->expect.rule != EXPECT_AT_LEAST_PREVIOUS)
		return;
	if (last < 0)
		expectation_recall(bench, day);
	for (int32_t between = last + 1; last >= 0 && between < day; between++)
		expectation_remember(bench, between);
}

/* Leaves a bit in `stirred` for every cell that looks different, or has other evidence. */
static void judge_due(const struct docket *docket)
{
	const struct coverage *coverage = docket->coverage;
	uint64_t *stirred = coverage->memory->stirred[docket->table];
	struct bench bench;
	judge_lay_bench(coverage, docket->table, &bench);
	for (int32_t last = -1, day = next_bit(docket->due, 0, coverage->days);
		day < coverage->days;
		last = day, day = next_bit(docket->due, day + 1, coverage->days)) {
		struct outside before = outside_of(&bench.cells[day]);
		catch_up(&bench, last, day);
		judge_cell(&bench, day);
		coverage->memory->is_summed[docket->table] = false;
		if (looks_different(&bench.cells[day], &before))
			add_bit(stirred, day);
	}
	for (int32_t day = next_bit(stirred, 0, coverage->days);
		bench.tallies != NULL && day < coverage->days; day++)
		judge_count_day(&bench, day);
}

uint64_t judge_next_number(void)
{
	static _Atomic uint64_t newest;
	return ++newest;
}

/* Days on which something has other evidence, or looks different; clears them. */
static void close_docket(const struct coverage *coverage, uint64_t *changed)
{
	struct coverage_memory *memory = coverage->memory;
	size_t words = stir_words(coverage);
	memset(changed, 0, words * sizeof(*changed));
	for (size_t i = 0; i < coverage->pipeline->table_count; i++)
		for (size_t word = 0; word < words; word++) {
			changed[word] |= memory->stirred[i][word];
			memory->stirred[i][word] = 0;
		}
	int32_t day = next_bit(changed, 0, coverage->days);
	if (day == coverage->days)
		return;
	memory->judgement = judge_next_number();
	for (; day < coverage->days; day = next_bit(changed, day + 1, coverage->days))
		memory->day_judgements[day] = memory->judgement;
}

void coverage_judge_changes(struct coverage *coverage)
{
	const struct pipeline *pipeline = coverage->pipeline;
	if (coverage->memory->all_stirred) {
		coverage_judge(coverage);
		return;
	}
	size_t words = stir_words(coverage);
	uint64_t *due = memory_new_array(words, sizeof(*due));
	for (size_t i = 0; i < pipeline->table_count; i++) {
		size_t table = pipeline->order[i];
		struct docket docket = {coverage, &pipeline->tables[table], table, words, due};
		fill_docket(&docket);
		judge_due(&docket);
	}
	close_docket(coverage, due);
	free(due);
}

uint64_t coverage_judgement(const struct coverage *coverage)
{
	return coverage->memory->judgement;
}

uint64_t coverage_day_judgement(const struct coverage *coverage, date_t date)
{
	if (!date_range_has(coverage->range, date))
		return 0;
	return coverage->memory->day_judgements[date - coverage->range.first];
}
