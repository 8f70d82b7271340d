/* The order in which a plan was started: the scheduler keeps it, and so does the forecast. */
#include "model_parts.h"

#include "base/memory.h"

#include <stdlib.h>

#define RANK_FIRST UINT32_C(0x80000000) /* before all that is not */

/* Ranks of another range are forgotten, as the scheduler does. */
static void make_room(const struct model *model, struct table_model *table)
{
	bool is_same = table->ranked_range.first == model->range.first &&
		       table->ranked_range.last == model->range.last;
	if (table->ranks != NULL && is_same)
		return;
	free(table->ranks);
	table->ranks =
		memory_new_array((size_t)date_range_days(model->range), sizeof(*table->ranks));
	table->ranked_range = model->range;
}

void model_note_ranks(struct model *model, const struct event *event)
{
	struct table_model *table = &model->tables[event->table];
	bool is_ranked = event->queue.queued && event->queue.is_planned;
	if (is_ranked)
		make_room(model, table);
	for (size_t i = 0; table->ranks != NULL && i < event->queue.count; i++) {
		date_t date = event->queue.dates[i];
		if (!date_range_has(table->ranked_range, date))
			continue;
		uint32_t first = i < event->queue.first_count ? RANK_FIRST : 0;
		table->ranks[date - table->ranked_range.first] =
			is_ranked ? ++model->ranked | first : 0;
	}
}

struct ranked {
	int32_t day;
	uint64_t place;
};

static int by_place(const void *a, const void *b)
{
	uint64_t one = ((const struct ranked *)a)->place, other = ((const struct ranked *)b)->place;
	return (one > other) - (one < other);
}

/* What is in hand, what was put first, what has a rank, the rest as it was. */
static uint64_t place_of(enum verdict verdict, uint32_t rank, size_t number)
{
	const uint64_t part = (uint64_t)1 << 32;
	if (verdict == VERDICT_RUNNING)
		return number;
	if (rank & RANK_FIRST)
		return part + rank;
	return rank > 0 ? 2 * part + rank : 3 * part + number;
}

size_t model_sort_by_ranks(const struct model *model, size_t table, int32_t *days, size_t count)
{
	const struct table_model *job = &model->tables[table];
	size_t first_count = 0;
	if (job->ranks == NULL || job->ranked_range.first != model->range.first ||
		job->ranked_range.last != model->range.last)
		return 0;
	struct ranked *list = memory_new_array(count + 1, sizeof(*list));
	for (size_t i = 0; i < count; i++) {
		enum verdict verdict =
			coverage_verdict(model->coverage, table, model->range.first + days[i]);
		list[i] = (struct ranked){days[i], place_of(verdict, job->ranks[days[i]], i)};
	}
	qsort(list, count, sizeof(*list), by_place);
	for (size_t i = 0; i < count; i++) {
		days[i] = list[i].day;
		if (job->ranks[days[i]] & RANK_FIRST)
			first_count = i + 1;
	}
	free(list);
	return first_count;
}
