#include "coverage/causes.h"

#include "coverage/select.h"
#include "coverage_parts.h"

#include <stdlib.h>
#include <string.h>

/* Dates are walked in blocks, so that each table's cells are read in the order of memory. */
#define BLOCK_DAYS 16

/* The part of a cell in the play; above it, 1 + index of the cause that it is one of. */
enum part { PART_HELD_UP = -1, PART_NONE = 0 };
_Static_assert(PIPELINE_TABLES_MAX *REASON_COUNT * 2 < INT16_MAX, "a cause has a number");

/* What stands on the way up from a cell: above it, 1 + index of the only cause. */
enum way { WAY_MANY = -2, WAY_FREE = -1, WAY_NOT_WALKED = 0 };

/* What a set of causes is made of: sets of cells above, by number, and causes, as minus the part
 * of their cells. */
struct mixture {
	int32_t *items; /* room for all that one can be made of */
	size_t count;
};

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
	int32_t block; /* first day */
	/* Of the block; many cells have the same one. The first is empty. */
	uint64_t *sets;
	size_t words; /* of a set */
	int32_t set_count;
	int *held_up;	 /* by set: cells that wait for it */
	int32_t *set_of; /* by table and day of the block: the cell itself, and what it waits for */
	struct mixture mixture, newest; /* of the cell at hand, and of the newest set */
	bool is_another;		/* the one is not the other */
};

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
	return because_at(coverage, table, day) >= 0 &&
	       !lacks_a_number_only(coverage, table, day, &cells_of(coverage, table)[day]);
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

static int32_t *set_number(const struct causes_walk *walk, size_t table, int32_t day)
{
	return &walk->set_of[table * BLOCK_DAYS + (size_t)(day - walk->block)];
}

/* A number of a set, or minus the part of a cause; 0 adds nothing. */
static void mix(struct causes_walk *walk, int32_t item)
{
	struct mixture *mixture = &walk->mixture;
	if (item == 0)
		return;
	walk->is_another |=
		mixture->count >= walk->newest.count || walk->newest.items[mixture->count] != item;
	mixture->items[mixture->count++] = item;
}

static void mix_part(struct causes_walk *walk, size_t table, int32_t day)
{
	int16_t part = *part_of(walk, table, day);
	if (part > 0)
		mix(walk, -part);
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
static void mix_missing_past(struct causes_walk *walk, const struct history_edge *edge, date_t date)
{
	size_t table = edge->table;
	date = newest_behind(walk->coverage, edge, date, VERDICT_COUNT);
	if (date == DATE_NONE)
		return;
	int16_t way = way_up(walk, table, date);
	if (way > 0)
		mix(walk, -way);
	for (bool more = way == WAY_MANY; more; more = step_up(walk->coverage, &table, &date))
		mix_part(walk, table, date - walk->coverage->range.first);
}

/* All work in the past keeps it closed, whatever else it waits for. */
static void mix_past(struct causes_walk *walk, const struct history_edge *edge, date_t date)
{
	static const enum verdict busy[] = {VERDICT_RUNNING, VERDICT_QUEUED};
	const struct coverage *coverage = walk->coverage;
	struct past past = past_of(coverage, edge, date);
	for (size_t i = 0; i < ARRAY_COUNT(busy) && past.busy > 0; i++) {
		date_t day = newest_behind(coverage, edge, date, busy[i]);
		if (day != DATE_NONE)
			mix_part(walk, edge->table, day - coverage->range.first);
	}
	if (is_missing(&past))
		mix_missing_past(walk, edge, date);
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

static void mix_demands(struct causes_walk *walk, size_t table, int32_t day)
{
	int16_t(*numbers)[2] = walk->numbers[table];
	if (refuses_rows(walk->coverage, table, day))
		mix(walk, -numbers[REASON_BLOCKED_JOB_MINIMUM][true]);
	if (will_lack_a_number(walk->coverage, table, day))
		mix(walk, -numbers[REASON_WITNESS_UNAVAILABLE][true]);
}

/* Itself, and what it waits for; open cells have the empty set. */
static void mix_cell(struct causes_walk *walk, size_t table, int32_t day)
{
	const struct pipeline_table *described = &walk->coverage->pipeline->tables[table];
	const struct pipeline_job *job = &described->job;
	walk->mixture.count = 0;
	walk->is_another = false;
	mix_part(walk, table, day);
	for (size_t i = 0; i < pipeline_edge_count(described); i++)
		mix(walk, *set_number(walk, pipeline_edge(described, i), day));
	if (described->expect.rule == EXPECT_SAME_AS)
		mix(walk, *set_number(walk, described->expect.same_as, day));
	for (size_t i = 0; i < job->minimum_count; i++)
		mix(walk, *set_number(walk, job->minimums[i].table, day));
	if (job->minimum_count > 0)
		mix_demands(walk, table, day);
	for (size_t i = 0; i < described->history_count; i++)
		mix_past(walk, &described->history[i], walk->coverage->range.first + day);
}

static void add_set(uint64_t *set, const uint64_t *other, size_t words)
{
	for (size_t word = 0; word < words; word++)
		set[word] |= other[word];
}

static void fill_set(const struct causes_walk *walk, uint64_t *set)
{
	size_t words = walk->words;
	memset(set, 0, words * sizeof(*set));
	for (size_t i = 0; i < walk->mixture.count; i++) {
		int32_t item = walk->mixture.items[i];
		size_t number = (size_t)(-item - 1);
		if (item > 0)
			add_set(set, &walk->sets[(size_t)item * words], words);
		else
			set[number / WORD_BITS] |= (uint64_t)1 << (number % WORD_BITS);
	}
}

/* The number of the set of the mixture: mostly a cell waits for what the one before waits for. */
static int32_t make_set(struct causes_walk *walk)
{
	struct mixture before = walk->newest;
	if (!walk->is_another && walk->mixture.count == before.count)
		return walk->set_count - 1;
	fill_set(walk, &walk->sets[(size_t)walk->set_count * walk->words]);
	walk->newest = walk->mixture;
	walk->mixture = before;
	walk->held_up[walk->set_count] = 0;
	return walk->set_count++;
}

static void walk_table(struct causes_walk *walk, size_t table, int32_t end)
{
	for (int32_t day = walk->block; day < end; day++) {
		int32_t *number = set_number(walk, table, day);
		*number = 0;
		if (opens_gate(verdict_at(walk->coverage, table, day)))
			continue;
		mix_cell(walk, table, day);
		*number = make_set(walk);
		walk->held_up[*number] += *part_of(walk, table, day) == PART_HELD_UP;
	}
}

static void count_held_up(const struct causes_walk *walk, int32_t number)
{
	const uint64_t *set = &walk->sets[(size_t)number * walk->words];
	int cells = walk->held_up[number], members = 0;
	struct cause *cause = NULL;
	for (size_t word = 0; word < walk->words; word++)
		for (uint64_t bits = set[word]; bits != 0; bits &= bits - 1) {
			size_t bit = (size_t)__builtin_ctzll(bits);
			cause = &walk->causes.items[word * WORD_BITS + bit];
			cause->holds_up += cells;
			members++;
		}
	if (members == 1)
		cause->frees += cells;
}

/* The cell, what is above it, what its job demands; of a past what is at work, and all the way up.
 */
static size_t most_in_mixture(size_t tables)
{
	size_t above = 3 * (size_t)PIPELINE_EDGES_MAX + 1, past = 2 + tables;
	return 1 + above + 2 + PIPELINE_EDGES_MAX * past;
}

static void make_room(struct causes_walk *walk)
{
	size_t tables = walk->coverage->pipeline->table_count, cells = tables * BLOCK_DAYS;
	size_t most = most_in_mixture(tables);
	walk->mixture.items = memory_new_array(most, sizeof(*walk->mixture.items));
	walk->newest.items = memory_new_array(most, sizeof(*walk->newest.items));
	walk->words = walk->causes.count / WORD_BITS + 1;
	walk->sets = memory_new_array(cells + 1, walk->words * sizeof(*walk->sets));
	walk->held_up = memory_new_array(cells + 1, sizeof(*walk->held_up));
	walk->set_of = memory_new_array(cells, sizeof(*walk->set_of));
}

static void find_held_up(struct causes_walk *walk)
{
	const struct coverage *coverage = walk->coverage;
	int32_t end = walk->block + BLOCK_DAYS < coverage->days ? walk->block + BLOCK_DAYS
								: coverage->days;
	if (walk->sets == NULL)
		make_room(walk);
	walk->set_count = 1;
	walk->newest.count = 0;
	for (size_t i = 0; i < coverage->pipeline->table_count; i++)
		walk_table(walk, coverage->pipeline->order[i], end);
	for (int32_t number = 1; number < walk->set_count; number++)
		if (walk->held_up[number] > 0)
			count_held_up(walk, number);
	walk->block = end;
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
	free(walk->held_up);
	free(walk->set_of);
	free(walk->mixture.items);
	free(walk->newest.items);
	free(walk);
}

void coverage_causes(const struct coverage *coverage, struct causes *causes)
{
	struct causes_walk *walk = causes_begin(coverage);
	while (causes_go_on(walk))
		;
	causes_end(walk, causes);
}
