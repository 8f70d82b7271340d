#include "coverage_parts.h"

#include <stdlib.h>
#include <string.h>

static size_t cell_count(const struct coverage *coverage)
{
	return coverage->pipeline->table_count * (size_t)coverage->days;
}

static void make_cells(struct coverage *coverage)
{
	size_t count = cell_count(coverage);
	coverage->cells =
		aligned_alloc(_Alignof(struct cell), (count + 1) * sizeof(*coverage->cells));
	if (coverage->cells == NULL)
		memory_exhausted();
	for (size_t i = 0; i < count; i++)
		coverage->cells[i] = (struct cell){.distinct_keys = -1,
			.expected = -1,
			.expected_min = -1,
			.expected_max = -1,
			.because = -1,
			.null_column = -1,
			.attempt_words = ""};
}

static int64_t *new_unknowns(size_t count)
{
	int64_t *numbers = memory_new_array(count, sizeof(*numbers));
	for (size_t i = 0; i < count; i++)
		numbers[i] = -1;
	return numbers;
}

static void make_memory(struct coverage *coverage)
{
	const struct pipeline *pipeline = coverage->pipeline;
	size_t days = (size_t)coverage->days;
	struct coverage_memory *memory = memory_new(sizeof(*memory));
	coverage->memory = memory;
	memory->words = symbols_new();
	memory->today = DATE_NONE;
	memory->verdicts = memory_new_array(cell_count(coverage), sizeof(*memory->verdicts));
	memory->reasons = memory_new_array(cell_count(coverage), sizeof(*memory->reasons));
	memory->becauses = memory_new_array(cell_count(coverage), sizeof(*memory->becauses));
	memory->days = memory_new_array(days, sizeof(*memory->days));
	memory->expects = memory_new_array(cell_count(coverage), sizeof(*memory->expects));
	memory->day_judgements = memory_new_array(days, sizeof(*memory->day_judgements));
	memory->tallies = memory_new_array(pipeline->table_count, sizeof(struct tally *));
	memory->sources = memory_new_array(pipeline->table_count, sizeof(int64_t *));
	memory->nulls = memory_new_array(pipeline->table_count, sizeof(int64_t *));
	memory->first_kept = memory_new_array(pipeline->table_count, sizeof(date_t));
	memory->stirred = memory_new_array(pipeline->table_count, sizeof(uint64_t *));
	memory->all_stirred = true;
	memory->summaries = memory_new_array(pipeline->table_count, sizeof(*memory->summaries));
	memory->is_summed = memory_new_array(pipeline->table_count, sizeof(*memory->is_summed));
	memory->reports = memory_new_array(pipeline->table_count, sizeof(struct report *));
	memory->checkpoints =
		memory_new_array(pipeline->table_count, sizeof(struct checkpoint_note *));
	memory->spent_ms = memory_new_array(pipeline->table_count, sizeof(int64_t *));
	for (size_t i = 0; i < pipeline->table_count; i++) {
		const struct pipeline_table *table = &pipeline->tables[i];
		memory->first_kept[i] = DATE_NONE;
		memory->stirred[i] = memory_new_array(stir_words(coverage), sizeof(uint64_t));
		memory->sources[i] = new_unknowns(pipeline_edge_count(table) * days);
		memory->nulls[i] = new_unknowns(table->critical_count * days);
		for (size_t k = 0; k < table->history_count; k++) {
			struct tally **tally = &memory->tallies[table->history[k].table];
			if (*tally == NULL)
				*tally = memory_new_array(days + 1, sizeof(**tally));
		}
	}
}

struct coverage *coverage_new(
	const struct pipeline *pipeline, const struct calendar *calendar, struct date_range range)
{
	struct coverage *coverage = memory_new(sizeof(*coverage));
	coverage->pipeline = pipeline;
	coverage->calendar = calendar;
	coverage->range = range;
	coverage->days = date_range_days(range);
	make_cells(coverage);
	make_memory(coverage);
	return coverage;
}

static void free_memory(const struct coverage *coverage)
{
	struct coverage_memory *memory = coverage->memory;
	for (size_t i = 0; i < coverage->pipeline->table_count; i++) {
		free(memory->tallies[i]);
		free(memory->sources[i]);
		free(memory->nulls[i]);
		free(memory->stirred[i]);
		free(memory->reports[i]);
		free(memory->checkpoints[i]);
		free(memory->spent_ms[i]);
	}
	free(memory->verdicts);
	free(memory->reasons);
	free(memory->becauses);
	free(memory->tallies);
	free(memory->sources);
	free(memory->nulls);
	free(memory->stirred);
	free(memory->summaries);
	free(memory->is_summed);
	free(memory->first_kept);
	free(memory->reports);
	free(memory->checkpoints);
	free(memory->spent_ms);
	free(memory->days);
	free(memory->expects);
	free(memory->day_judgements);
	free(memory->excuses);
	symbols_free(memory->words);
	free(memory);
}

void coverage_free(struct coverage *coverage)
{
	if (coverage == NULL)
		return;
	free_memory(coverage);
	free(coverage->cells);
	free(coverage);
}

struct cell *coverage_cell(const struct coverage *coverage, size_t table, date_t date)
{
	if (table >= coverage->pipeline->table_count || !date_range_has(coverage->range, date))
		return NULL;
	return &coverage->cells[table * (size_t)coverage->days +
				(size_t)(date - coverage->range.first)];
}

enum verdict coverage_verdict(const struct coverage *coverage, size_t table, date_t date)
{
	if (table >= coverage->pipeline->table_count || !date_range_has(coverage->range, date))
		return VERDICT_UNKNOWN;
	return verdict_at(coverage, table, date - coverage->range.first);
}

void coverage_verdicts(
	const struct coverage *coverage, size_t table, struct date_range dates, uint8_t *verdicts)
{
	struct date_range range = coverage->range;
	date_t first = dates.first < range.first ? range.first : dates.first;
	date_t last = dates.last > range.last ? range.last : dates.last;
	memset(verdicts, VERDICT_UNKNOWN, (size_t)date_range_days(dates));
	if (first <= last)
		memcpy(&verdicts[first - dates.first],
			&coverage->memory->verdicts[table * (size_t)coverage->days +
						    (size_t)(first - range.first)],
			(size_t)(last - first) + 1);
}

void coverage_set_spent(struct coverage *coverage, size_t table, date_t date, int64_t spent_ms)
{
	if (coverage_cell(coverage, table, date) == NULL)
		return;
	int64_t **spent = &coverage->memory->spent_ms[table];
	if (*spent == NULL && spent_ms > 0)
		*spent = memory_new_array((size_t)coverage->days, sizeof(**spent));
	if (*spent != NULL)
		(*spent)[date - coverage->range.first] = spent_ms > 0 ? spent_ms : 0;
}

int64_t coverage_spent_ms(const struct coverage *coverage, size_t table, date_t date)
{
	if (coverage_cell(coverage, table, date) == NULL ||
		coverage->memory->spent_ms[table] == NULL)
		return 0;
	return coverage->memory->spent_ms[table][date - coverage->range.first];
}

static void keep_cell(
	struct coverage *coverage, const struct coverage *from, size_t table, date_t date)
{
	const struct cell *known = coverage_cell(from, table, date);
	struct cell *cell = coverage_cell(coverage, table, date);
	size_t edges = pipeline_edge_count(&coverage->pipeline->tables[table]);
	size_t critical = coverage->pipeline->tables[table].critical_count;
	if (known == NULL)
		return;
	*cell = *known;
	cell->attempt_words = symbols_add(
		coverage->memory->words, known->attempt_words, strlen(known->attempt_words));
	if (edges > 0)
		memcpy(&coverage->memory
				->sources[table][edges * (size_t)(date - coverage->range.first)],
			&from->memory->sources[table][edges * (size_t)(date - from->range.first)],
			edges * sizeof(int64_t));
	if (critical > 0)
		memcpy(nulls_of(coverage, table, date - coverage->range.first),
			nulls_of(from, table, date - from->range.first),
			critical * sizeof(int64_t));
	if (from->memory->reports[table] != NULL) {
		const struct report *report =
			&from->memory->reports[table][date - from->range.first];
		if (report->at_ms > 0)
			coverage_set_reported(coverage, table, date, report->rows, report->at_ms);
	}
	coverage_set_spent(coverage, table, date, coverage_spent_ms(from, table, date));
	const struct checkpoint_note *note = coverage_checkpoint(from, table, date);
	if (note != NULL)
		coverage_set_checkpoint(coverage, table, date, note);
}

void coverage_keep(struct coverage *coverage, const struct coverage *from)
{
	coverage->memory->today = from->memory->today;
	for (size_t table = 0; table < coverage->pipeline->table_count; table++) {
		coverage->memory->first_kept[table] = from->memory->first_kept[table];
		for (date_t date = coverage->range.first; date <= coverage->range.last; date++)
			keep_cell(coverage, from, table, date);
	}
	for (size_t i = 0; i < from->memory->excuse_count; i++)
		coverage_set_excuse(coverage, &from->memory->excuses[i]);
}

int64_t coverage_nulls(const struct coverage *coverage, size_t table, date_t date, size_t critical)
{
	if (coverage_cell(coverage, table, date) == NULL ||
		critical >= coverage->pipeline->tables[table].critical_count)
		return -1;
	return nulls_of(coverage, table, date - coverage->range.first)[critical];
}

/* A gap whatever a count would say: the next run of it leaves a receipt. */
static bool was_cut(const struct cell *cell)
{
	switch (cell->attempt) {
	case ATTEMPT_FAILED:
	case ATTEMPT_KILLED:
	case ATTEMPT_SUSPECT:
	case ATTEMPT_TIMED_OUT:
	case ATTEMPT_LOST:
		return true;
	case ATTEMPT_NONE:
	case ATTEMPT_QUEUED:
	case ATTEMPT_RUNNING:
	case ATTEMPT_SUCCEEDED:
		return false;
	}
	return false;
}

static bool lacks_nulls(const struct coverage *coverage, size_t table, int32_t day)
{
	const struct cell *cell = &cells_of(coverage, table)[day];
	if (!cell->rows_known || cell->rows <= 0)
		return false;
	if (cell->is_uncounted)
		return !was_cut(cell);
	for (size_t i = 0; i < coverage->pipeline->tables[table].critical_count; i++)
		if (nulls_of(coverage, table, day)[i] < 0)
			return true;
	return false;
}

bool coverage_lacks_nulls(const struct coverage *coverage)
{
	for (size_t table = 0; table < coverage->pipeline->table_count; table++)
		for (int32_t day = 0; day < coverage->days; day++)
			if (lacks_nulls(coverage, table, day))
				return true;
	return false;
}

static struct table_summary add_up(const struct coverage *coverage, size_t table)
{
	struct table_summary summary = {0};
	for (int32_t day = 0; day < coverage->days; day++)
		summary_add(&summary, &cells_of(coverage, table)[day]);
	summary_close(&summary);
	return summary;
}

struct table_summary coverage_summary(const struct coverage *coverage, size_t table)
{
	struct coverage_memory *memory = coverage->memory;
	if (!memory->is_summed[table]) {
		memory->summaries[table] = add_up(coverage, table);
		memory->is_summed[table] = true;
	}
	return memory->summaries[table];
}

struct table_summary coverage_total(const struct coverage *coverage)
{
	struct table_summary total = {0};
	for (size_t table = 0; table < coverage->pipeline->table_count; table++) {
		struct table_summary one = coverage_summary(coverage, table);
		total.expected += one.expected;
		total.complete += one.complete;
		total.gaps += one.gaps;
		total.rows += one.rows;
		for (int i = 0; i < VERDICT_COUNT; i++)
			total.by_verdict[i] += one.by_verdict[i];
	}
	return total;
}
