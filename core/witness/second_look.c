#include "second_look.h"

#include "coverage/coverage.h"

/* What the receipts tell of the tables that were counted. */
struct told {
	bool has_any[PIPELINE_TABLES_MAX]; /* by layout */
	size_t with_rows;		   /* closed ones */
};

static const struct pipeline_table *table_of(
	const struct witness_request *request, const struct witnesses *witnesses, size_t layout)
{
	return &request->pipeline->tables[witnesses->table_of_layout[layout]];
}

static size_t find_layout(
	const struct witness_request *request, const struct witnesses *witnesses, const char *table)
{
	size_t layout = 0;
	while (layout < witnesses->layout_count &&
		!text_equal(table_of(request, witnesses, layout)->name, table))
		layout++;
	return layout;
}

static bool proves_rows(const struct receipt *receipt)
{
	return receipt != NULL && !receipt->is_open && receipt->rows > 0;
}

static void take_receipts(
	const struct witness_request *request, const struct witnesses *witnesses, struct told *told)
{
	const struct receipts *receipts = &witnesses->receipts;
	size_t layout = witnesses->layout_count;
	for (size_t i = 0; i < receipts->count; i++) {
		const struct receipt *receipt = &receipts->items[i];
		if (i == 0 || !text_equal(receipt->table, receipts->items[i - 1].table))
			layout = find_layout(request, witnesses, receipt->table);
		if (layout == witnesses->layout_count ||
			day_counts_is_missing(&witnesses->counts, layout) ||
			day_counts_is_unseen(&witnesses->counts, layout))
			continue;
		told->has_any[layout] = true;
		told->with_rows += proves_rows(receipt);
	}
}

static bool was_written_later(const struct receipt *receipt, const struct day_count *count)
{
	int64_t proved_ms =
		receipt->verified_ms > receipt->sequence ? receipt->verified_ms : receipt->sequence;
	return count->written_ms > proved_ms + OVERVIEW_SLACK_MS;
}

/* An open receipt needs no agreement: its cell is in doubt. */
static bool agrees(const struct receipt *receipt, const struct day_count *count, bool is_overview)
{
	if (receipt == NULL)
		return count->rows <= 0;
	return receipt->is_open || count->rows < 0 ||
	       (receipt->rows == count->rows &&
		       !(is_overview && was_written_later(receipt, count)));
}

/* Rows of a table that scripts write, and no receipt tells of, are nothing to ask about at every
 * refresh. Nobody announces rows there but a push, whose receipts are soon there. */
static bool disagree(const struct witness_request *request, const struct witnesses *witnesses)
{
	struct told told = {0};
	size_t found = 0;
	take_receipts(request, witnesses, &told);
	for (size_t i = 0; i < witnesses->counts.count; i++) {
		const struct day_count *count = &witnesses->counts.items[i];
		const struct pipeline_table *table = table_of(request, witnesses, count->table);
		const struct receipt *receipt =
			receipts_find(&witnesses->receipts, table->name, count->date);
		bool is_ours =
			table->job.executor != EXECUTOR_COMMAND || told.has_any[count->table];
		if (is_ours && !agrees(receipt, count, witnesses->counts.is_overview))
			return true;
		found += proves_rows(receipt);
	}
	return found < told.with_rows; /* rows are proved where none were counted */
}

static bool is_same(const struct receipt *one, const struct receipt *other)
{
	return one != NULL && one->is_open == other->is_open && one->sequence == other->sequence &&
	       one->verified_ms == other->verified_ms && text_equal(one->hash, other->hash);
}

static void put_in_overview(struct day_counts *counts, size_t layout, const struct receipt *receipt)
{
	day_counts_put(counts, &(struct day_count){.table = layout,
				       .date = receipt->date,
				       .rows = receipt->rows,
				       .distinct_keys = -1,
				       .written_ms = receipt->written_ms});
}

static struct day_count *find_count(struct day_counts *counts, size_t layout, date_t date)
{
	for (size_t i = 0; i < counts->count; i++)
		if (counts->items[i].table == layout && counts->items[i].date == date)
			return &counts->items[i];
	return NULL;
}

static void put_in_recount(struct day_counts *counts, size_t layout,
	const struct pipeline_table *table, const struct receipt *receipt)
{
	struct day_count *known = find_count(counts, layout, receipt->date);
	int64_t nulls[PIPELINE_EDGES_MAX];
	for (size_t i = 0; i < table->critical_count; i++)
		nulls[i] = receipt_nulls(receipt, table->critical[i].column);
	if (known == NULL) {
		day_counts_add(counts,
			&(struct day_count){.table = layout,
				.date = receipt->date,
				.rows = receipt->rows,
				.distinct_keys = receipt->distinct_keys},
			nulls, table->critical_count);
		return;
	}
	known->rows = receipt->rows;
	known->distinct_keys = receipt->distinct_keys;
	for (size_t i = 0; i < table->critical_count; i++)
		counts->nulls[known->first_null + i] = nulls[i];
}

void witnesses_merge_count(const struct pipeline *pipeline, struct day_counts *counts,
	const size_t *table_of_layout, size_t layout_count, const struct receipt *receipt)
{
	size_t table = pipeline_find(pipeline, receipt->table), layout = 0;
	while (layout < layout_count && table_of_layout[layout] != table)
		layout++;
	if (layout == layout_count)
		return;
	if (counts->is_overview)
		put_in_overview(counts, layout, receipt);
	else
		put_in_recount(counts, layout, &pipeline->tables[table], receipt);
}

bool second_look(struct warehouse *warehouse, const struct witness_request *request,
	struct witnesses *witnesses, struct error *err)
{
	struct receipts again;
	if (!witnesses->has_counts || warehouse_counts_only(warehouse) ||
		!disagree(request, witnesses))
		return true;
	if (!warehouse_receipts(warehouse, request->range, &again, err))
		return false;
	for (size_t i = 0; i < again.count; i++) {
		const struct receipt *receipt = &again.items[i];
		if (!receipt->is_open &&
			!is_same(receipts_find(&witnesses->receipts, receipt->table, receipt->date),
				receipt))
			witnesses_merge_count(request->pipeline, &witnesses->counts,
				witnesses->table_of_layout, witnesses->layout_count, receipt);
	}
	receipts_release(&witnesses->receipts);
	witnesses->receipts = again;
	return true;
}
