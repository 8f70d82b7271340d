#include "coverage/causes.h"

#include "coverage/select.h"
#include "coverage_parts.h"

#include <stdlib.h>
#include <string.h>

/* Dates are walked in blocks, so that each table's cells are read in the order of memory. */
#define BLOCK_DAYS 16
#define WORD_BITS  64

/* The part of a cell in the play; above it, 1 + index of the cause that it is one of. */
enum part { PART_HELD_UP = -1, PART_NONE = 0 };
_Static_assert(PIPELINE_TABLES_MAX *REASON_COUNT * 2 < INT16_MAX, "a cause has a number");

/* What stands on the way up from a cell: above it, 1 + index of the only cause. */
enum way { WAY_MANY = -2, WAY_FREE = -1, WAY_NOT_WALKED = 0 };

/* A walk over all cells: first the causes, table by table, then who waits for which, block by
 * block. */
struct causes_walk {
	const struct coverage *coverage;
	struct causes causes;
	size_t capacity;
	size_t table;	/* whose causes come next */
	int16_t *parts; /* by table, then day: see enum part */
	int16_t *ways;	/* by table, then day: see enum way */
	/* 1 + index in causes, by table, reason and needs_you; 0: none yet */
	int16_t (*numbers)[REASON_COUNT][2];
	size_t words;	/* of a set of causes */
	uint64_t *sets; /* by table and day of the block: itself, and what it waits for */
	int32_t block;	/* first day */
};

static bool is_beyond_runs(enum verdict verdict, enum reason reason)
{
	return reason == REASON_BLOCKED_JOB_MINIMUM || verdict == VERDICT_EXPIRED ||
	       verdict == VERDICT_UNKNOWN;
}

bool cell_needs_you(const struct cell *cell)
{
	static const char *const categories[] = {
#define X(category, meaning) category,
		CAUSE_INCURABLE_LIST(X)
#undef X
	};
	if (is_beyond_runs(cell->verdict, cell->reason))
		return true;
	if (cell->verdict != VERDICT_FAILED)
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(categories); i++)
		if (text_begins_with_word(cell->attempt_words, categories[i]))
			return true;
	return false;
}

bool needs_you_at(const struct coverage *coverage, size_t table, int32_t day)
{
	enum verdict verdict = verdict_at(coverage, table, day);
	if (verdict == VERDICT_FAILED)
		return cell_needs_you(&cells_of(coverage, table)[day]);
	return is_beyond_runs(verdict, reason_at(coverage, table, day));
}

static bool demands_rows_of(const struct pipeline_table *table, size_t other)
{
	for (size_t i = 0; i < table->job.minimum_count; i++)
		if (table->job.minimums[i].table == other)
			return true;
	return false;
}

/* It needs the number of rows of a cell that nobody counted. Where nothing is expected of that one,
 * nothing is wrong with it: what needs the number is what has to be settled. */
static bool lacks_a_number_only(
	const struct coverage *coverage, size_t table, int32_t day, const struct cell *cell)
{
	size_t other = (size_t)cell->because;
	bool is_measured = cell->expected_min < 0;
	bool is_demanded = !cells_of(coverage, other)[day].rows_known &&
			   demands_rows_of(&coverage->pipeline->tables[table], other);
	return opens_gate(verdict_at(coverage, other, day)) && (is_measured || is_demanded);
}

/* The causes lie above it. */
static bool hands_down(const struct coverage *coverage, size_t table, int32_t day)
{
	enum verdict verdict = verdict_at(coverage, table, day);
	if (verdict == VERDICT_BLOCKED)
		return reason_at(coverage, table, day) != REASON_BLOCKED_JOB_MINIMUM;
	if (verdict != VERDICT_UNKNOWN)
		return false;
	const struct cell *cell = &cells_of(coverage, table)[day];
	return cell->because >= 0 && !lacks_a_number_only(coverage, table, day, cell);
}

/* What is no gap is a cause only where it holds something up. */
static bool may_be_cause(enum verdict verdict)
{
	return verdict_is_gap(verdict) || verdict == VERDICT_UNKNOWN ||
	       verdict == VERDICT_EXPIRED || verdict == VERDICT_RUNNING ||
	       verdict == VERDICT_QUEUED;
}

static size_t number_of(struct causes_walk *walk, size_t table, enum reason reason, bool needs_you)
{
	int16_t *number = &walk->numbers[table][reason][needs_you];
	struct causes *causes = &walk->causes;
	if (*number == 0) {
		ARRAY_GROW(causes->items, causes->count, walk->capacity);
		causes->items[causes->count++] =
			(struct cause){.table = table, .reason = reason, .needs_you = needs_you};
		*number = (int16_t)causes->count;
	}
	return (size_t)*number - 1;
}

static int16_t note_cause(struct causes_walk *walk, size_t table, int32_t day)
{
	enum verdict verdict = verdict_at(walk->coverage, table, day);
	enum reason reason = reason_at(walk->coverage, table, day);
	size_t number = number_of(walk, table, reason, needs_you_at(walk->coverage, table, day));
	struct cause *cause = &walk->causes.items[number];
	if (cause->cells++ == 0)
		cause->verdict = verdict;
	coverage_add_date(walk->coverage, table, walk->coverage->range.first + day, &cause->dates);
	return (int16_t)(number + 1);
}

static int16_t *part_of(const struct causes_walk *walk, size_t table, int32_t day)
{
	return &walk->parts[table * (size_t)walk->coverage->days + (size_t)day];
}

static int16_t find_part(struct causes_walk *walk, size_t table, int32_t day)
{
	enum verdict verdict = verdict_at(walk->coverage, table, day);
	if (opens_gate(verdict))
		return PART_NONE;
	if (hands_down(walk->coverage, table, day))
		return PART_HELD_UP;
	return may_be_cause(verdict) ? note_cause(walk, table, day) : PART_NONE;
}

static void find_causes(struct causes_walk *walk, size_t table)
{
	const struct coverage *coverage = walk->coverage;
	for (int32_t day = 0; day < coverage->days; day++) {
		int16_t part = find_part(walk, table, day);
		*part_of(walk, table, day) = part;
		walk->causes.held_up += part == PART_HELD_UP;
	}
	/* What a job demands may come to light only when the rest is fixed. */
	if (coverage->pipeline->tables[table].job.minimum_count > 0) {
		number_of(walk, table, REASON_BLOCKED_JOB_MINIMUM, true);
		number_of(walk, table, REASON_WITNESS_UNAVAILABLE, true);
	}
}

static uint64_t *set_of(const struct causes_walk *walk, size_t table, int32_t day)
{
	return &walk->sets[(table * BLOCK_DAYS + (size_t)(day - walk->block)) * walk->words];
}

static void add_number(uint64_t *set, size_t number)
{
	set[number / WORD_BITS] |= (uint64_t)1 << (number % WORD_BITS);
}

static void add_part(const struct causes_walk *walk, uint64_t *set, size_t table, int32_t day)
{
	int16_t part = *part_of(walk, table, day);
	if (part > 0)
		add_number(set, (size_t)part - 1);
}

/* Many cells wait for the same one: it is asked once. As deep as there are tables at most. */
static int16_t way_up(const struct causes_walk *walk, size_t table, date_t date)
{
	int32_t day = date - walk->coverage->range.first;
	int16_t *way = &walk->ways[table * (size_t)walk->coverage->days + (size_t)day];
	if (*way != WAY_NOT_WALKED)
		return *way;
	int16_t part = *part_of(walk, table, day);
	*way = step_up(walk->coverage, &table, &date) ? way_up(walk, table, date) : WAY_FREE;
	if (part > 0 && *way != part)
		*way = *way == WAY_FREE ? part : WAY_MANY;
	return *way;
}

/* Causes of a missing past: up from its newest date along what each cell waits for. Any date of the
 * past will do, and tables have an order, so one way up is enough and it ends. */
static void add_missing_past(
	const struct causes_walk *walk, uint64_t *set, const struct history_edge *edge, date_t date)
{
	size_t table = edge->table;
	date = newest_behind(walk->coverage, edge, date, VERDICT_COUNT);
	if (date == DATE_NONE)
		return;
	int16_t way = way_up(walk, table, date);
	if (way > 0)
		add_number(set, (size_t)way - 1);
	for (bool more = way == WAY_MANY; more; more = step_up(walk->coverage, &table, &date))
		add_part(walk, set, table, date - walk->coverage->range.first);
}

/* All work in the past keeps it closed, whatever else it waits for. */
static void add_past(
	const struct causes_walk *walk, uint64_t *set, const struct history_edge *edge, date_t date)
{
	static const enum verdict busy[] = {VERDICT_RUNNING, VERDICT_QUEUED};
	const struct coverage *coverage = walk->coverage;
	struct past past = coverage_past(coverage, edge, date);
	for (size_t i = 0; i < ARRAY_COUNT(busy) && past.busy > 0; i++) {
		date_t day = newest_behind(coverage, edge, date, busy[i]);
		if (day != DATE_NONE)
			add_part(walk, set, edge->table, day - coverage->range.first);
	}
	if (past_is_missing(&past))
		add_missing_past(walk, set, edge, date);
}

/* A table that the job wants more rows of than there are, or will be. */
static bool refuses_rows(const struct coverage *coverage, size_t table, int32_t day)
{
	const struct pipeline_job *job = &coverage->pipeline->tables[table].job;
	for (size_t i = 0; i < job->minimum_count; i++) {
		size_t other = job->minimums[i].table;
		const struct cell *cell = &cells_of(coverage, other)[day];
		int64_t rows = opens_gate(cell->verdict) && cell->rows_known
				       ? cell->rows
				       : rows_to_come(coverage, other, day);
		if (rows >= 0 && rows < job->minimums[i].rows)
			return true;
	}
	return false;
}

/* It wants a number of rows of a table of which nothing is expected, and nobody counted them. */
static bool will_lack_a_number(const struct coverage *coverage, size_t table, int32_t day)
{
	const struct pipeline_job *job = &coverage->pipeline->tables[table].job;
	for (size_t i = 0; i < job->minimum_count; i++) {
		const struct cell *cell = &cells_of(coverage, job->minimums[i].table)[day];
		if (opens_gate(cell->verdict) && !cell->rows_known)
			return true;
	}
	return false;
}

static void add_demands(const struct causes_walk *walk, uint64_t *set, size_t table, int32_t day)
{
	int16_t(*numbers)[2] = walk->numbers[table];
	if (refuses_rows(walk->coverage, table, day))
		add_number(set, (size_t)numbers[REASON_BLOCKED_JOB_MINIMUM][true] - 1);
	if (will_lack_a_number(walk->coverage, table, day))
		add_number(set, (size_t)numbers[REASON_WITNESS_UNAVAILABLE][true] - 1);
}

static void add_above(const struct causes_walk *walk, uint64_t *set, size_t other, int32_t day)
{
	if (opens_gate(verdict_at(walk->coverage, other, day)))
		return;
	const uint64_t *above = set_of(walk, other, day);
	for (size_t word = 0; word < walk->words; word++)
		set[word] |= above[word];
}

static void collect(const struct causes_walk *walk, size_t table, int32_t day, uint64_t *set)
{
	const struct coverage *coverage = walk->coverage;
	const struct pipeline_table *described = &coverage->pipeline->tables[table];
	memset(set, 0, walk->words * sizeof(*set));
	add_part(walk, set, table, day);
	for (size_t i = 0; i < edge_count(described); i++)
		add_above(walk, set, edge_table(described, i), day);
	if (described->expect.rule == EXPECT_SAME_AS)
		add_above(walk, set, described->expect.same_as, day);
	for (size_t i = 0; i < described->job.minimum_count; i++)
		add_above(walk, set, described->job.minimums[i].table, day);
	add_demands(walk, set, table, day);
	for (size_t i = 0; i < described->history_count; i++)
		add_past(walk, set, &described->history[i], coverage->range.first + day);
}

static void count_held_up(const struct causes_walk *walk, const uint64_t *set)
{
	int members = 0;
	for (size_t word = 0; word < walk->words; word++)
		members += __builtin_popcountll(set[word]);
	for (size_t word = 0; word < walk->words; word++)
		for (uint64_t bits = set[word]; bits != 0; bits &= bits - 1) {
			size_t number = word * WORD_BITS + (size_t)__builtin_ctzll(bits);
			walk->causes.items[number].holds_up++;
			walk->causes.items[number].frees += members == 1;
		}
}

static void walk_block(const struct causes_walk *walk, size_t table)
{
	const struct coverage *coverage = walk->coverage;
	int32_t end = walk->block + BLOCK_DAYS < coverage->days ? walk->block + BLOCK_DAYS
								: coverage->days;
	for (int32_t day = walk->block; day < end; day++) {
		if (opens_gate(verdict_at(coverage, table, day)))
			continue;
		uint64_t *set = set_of(walk, table, day);
		collect(walk, table, day, set);
		if (*part_of(walk, table, day) == PART_HELD_UP)
			count_held_up(walk, set);
	}
}

static void find_held_up(struct causes_walk *walk)
{
	const struct pipeline *pipeline = walk->coverage->pipeline;
	if (walk->sets == NULL) {
		walk->words = walk->causes.count / WORD_BITS + 1;
		walk->sets = memory_new_array(
			pipeline->table_count * BLOCK_DAYS, walk->words * sizeof(*walk->sets));
	}
	for (size_t i = 0; i < pipeline->table_count; i++)
		walk_block(walk, pipeline->order[i]);
	walk->block += BLOCK_DAYS;
}

struct causes_walk *causes_begin(const struct coverage *coverage)
{
	struct causes_walk *walk = memory_new(sizeof(*walk));
	size_t tables = coverage->pipeline->table_count;
	size_t cells = tables * (size_t)coverage->days;
	walk->coverage = coverage;
	walk->numbers = memory_new_array(tables, sizeof(*walk->numbers));
	walk->parts = memory_new_array(cells, sizeof(*walk->parts));
	walk->ways = memory_new_array(cells, sizeof(*walk->ways));
	return walk;
}

bool causes_go_on(struct causes_walk *walk)
{
	const struct coverage *coverage = walk->coverage;
	if (walk->table < coverage->pipeline->table_count) {
		find_causes(walk, walk->table++);
		return true;
	}
	if (walk->causes.held_up == 0 || walk->block >= coverage->days)
		return false;
	find_held_up(walk);
	return true;
}

void causes_end(struct causes_walk *walk, struct causes *causes)
{
	if (walk == NULL)
		return;
	if (causes == NULL)
		causes_release(&walk->causes);
	else {
		causes_keep_what_matters(&walk->causes);
		*causes = walk->causes;
	}
	free(walk->numbers);
	free(walk->parts);
	free(walk->ways);
	free(walk->sets);
	free(walk);
}

void coverage_causes(const struct coverage *coverage, struct causes *causes)
{
	struct causes_walk *walk = causes_begin(coverage);
	while (causes_go_on(walk))
		;
	causes_end(walk, causes);
}
