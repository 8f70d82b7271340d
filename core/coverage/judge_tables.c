/* The verdicts on all cells, table by table. */
#include "coverage_parts.h"

#include <string.h>

void judge_lay_bench(const struct coverage *coverage, size_t table, struct bench *bench)
{
	size_t first = table * (size_t)coverage->days;
	const struct pipeline_table *described = &coverage->pipeline->tables[table];
	bool has_measure = described->expect.rule == EXPECT_SAME_AS;
	*bench = (struct bench){.coverage = coverage,
		.described = described,
		.table = table,
		.cells = &coverage->cells[first],
		.verdicts = &coverage->memory->verdicts[first],
		.reasons = &coverage->memory->reasons[first],
		.becauses = &coverage->memory->becauses[first],
		.expects = &coverage->memory->expects[first],
		.measures = has_measure ? cells_of(coverage, described->expect.same_as) : NULL,
		.tallies = coverage->memory->tallies[table],
		.newest.games = -1,
		.previous_season = -1};
}

/* Its cells are added up while they are at hand. */
static void judge_table(const struct coverage *coverage, size_t table)
{
	struct coverage_memory *memory = coverage->memory;
	struct table_summary *summary = &memory->summaries[table];
	struct bench bench;
	judge_lay_bench(coverage, table, &bench);
	*summary = (struct table_summary){0};
	for (int32_t day = 0; day < coverage->days; day++) {
		judge_cell(&bench, day);
		summary_add(summary, &bench.cells[day]);
		if (bench.tallies != NULL)
			judge_count_day(&bench, day);
	}
	summary_close(summary);
	memory->is_summed[table] = true;
	memset(memory->stirred[table], 0, stir_words(coverage) * sizeof(uint64_t));
}

static bool expect_the_same_days(
	const struct pipeline_table *one, const struct pipeline_table *other)
{
	return one->all_days == other->all_days && one->bootstrap == other->bootstrap &&
	       memcmp(one->first_date, other->first_date, sizeof(one->first_date)) == 0;
}

/* Most tables expect the same days as the one before. */
static void read_table_days(const struct coverage *coverage, size_t table)
{
	const struct pipeline_table *described = &coverage->pipeline->tables[table];
	uint8_t *expects = &coverage->memory->expects[table * (size_t)coverage->days];
	if (table > 0 && expect_the_same_days(described, described - 1)) {
		memcpy(expects, expects - coverage->days, (size_t)coverage->days);
		return;
	}
	for (int32_t day = 0; day < coverage->days; day++)
		expects[day] = calendar_day_expects(coverage->calendar, coverage->memory->days[day],
			described, coverage->range.first + day);
}

static void read_calendar(const struct coverage *coverage)
{
	for (int32_t day = 0; day < coverage->days; day++)
		coverage->memory->days[day] =
			calendar_day(coverage->calendar, coverage->range.first + day);
	for (size_t i = 0; i < coverage->pipeline->table_count; i++)
		read_table_days(coverage, i);
}

void coverage_judge(struct coverage *coverage)
{
	read_calendar(coverage);
	for (size_t i = 0; i < coverage->pipeline->table_count; i++)
		judge_table(coverage, coverage->pipeline->order[i]);
	coverage->memory->all_stirred = false;
	coverage->memory->judgement = judge_next_number();
	for (int32_t day = 0; day < coverage->days; day++)
		coverage->memory->day_judgements[day] = coverage->memory->judgement;
}
