/* What is counted to compare, and what comparing costs: the same questions, by dry runs. */
#include "transfer_parts.h"

#include "warehouse/budget.h"
#include "warehouse/raw_kind.h"

#include <stdlib.h>

/* What is missing there (a dry call makes nothing) has nothing to count. */
static size_t list_dated(
	const struct transfer *transfer, bool is_source, struct count_table *dated, size_t *index)
{
	size_t count = 0;
	for (size_t i = 0; i < transfer->count; i++) {
		bool is_there = is_source || !transfer->is_made[i];
		if (!is_there || transfer->layouts[i]->date_column == NULL)
			continue;
		dated[count] = (struct count_table){.layout = transfer->layouts[i]};
		index[count++] = i;
	}
	return count;
}

bool transfer_count(const struct transfer *transfer, bool is_source, struct day_counts *counts,
	struct error *err)
{
	const struct transfer_side *side = is_source ? &transfer->wish->from : &transfer->wish->to;
	struct count_table dated[TRANSFER_TABLES_MAX];
	size_t index[TRANSFER_TABLES_MAX];
	size_t count = list_dated(transfer, is_source, dated, index);
	if (count == 0)
		return true;
	if (!warehouse_count_days(
		    side->warehouse, dated, count, transfer->wish->range, counts, err))
		return false;
	for (size_t i = 0; i < counts->count; i++)
		counts->items[i].table = index[counts->items[i].table];
	return true;
}

struct pricing {
	const struct transfer *transfer;
	bool is_source; /* the far side is `from` */
	struct warehouse *far;
	int64_t bytes; /* of the question that is asked now */
	int64_t total;
};

/* The question has read so many tables: each is billed some bytes at least. */
static void settle(struct pricing *pricing, size_t tables)
{
	int64_t least = (int64_t)tables * warehouse_billed_least(pricing->far);
	pricing->total += pricing->bytes > least ? pricing->bytes : least;
	pricing->bytes = 0;
}

static bool price_receipts(struct pricing *pricing, struct error *err)
{
	struct receipts none;
	if (!warehouse_receipts(pricing->far, pricing->transfer->wish->range, &none, err))
		return false;
	receipts_release(&none);
	settle(pricing, 1);
	return true;
}

static bool price_counts(struct pricing *pricing, struct error *err)
{
	const struct transfer *transfer = pricing->transfer;
	struct count_table dated[TRANSFER_TABLES_MAX];
	size_t index[TRANSFER_TABLES_MAX];
	size_t count = list_dated(transfer, pricing->is_source, dated, index);
	struct day_counts none;
	if (count == 0)
		return true;
	if (!warehouse_count_days(pricing->far, dated, count, transfer->wish->range, &none, err))
		return false;
	day_counts_release(&none);
	settle(pricing, count);
	return true;
}

static bool price_records(struct pricing *pricing, struct error *err)
{
	const struct transfer *transfer = pricing->transfer;
	for (int i = 0; i < RECORD_KINDS; i++) {
		const struct transfer_records *records = &transfer->records[i];
		struct frame none;
		bool is_there = pricing->is_source ? records->is_there_from : records->is_there_to;
		if (!is_there)
			continue;
		if (!transfer_read_record_frame(pricing->far, (enum record_kind)i,
			    transfer->wish->range, transfer->symbols, &none, err))
			return false;
		frame_release(&none);
		settle(pricing, 1);
	}
	return true;
}

/* Tables without dates are read whole on both sides; a dry call leaves those afar alone. */
static bool price_whole_tables(struct pricing *pricing, struct error *err)
{
	const struct transfer *transfer = pricing->transfer;
	bool is_read = !(pricing->is_source && transfer->wish->is_dry);
	for (size_t i = 0; is_read && i < transfer->count; i++) {
		struct rows none;
		if (transfer->layouts[i]->date_column != NULL ||
			(!pricing->is_source && transfer->is_made[i]))
			continue;
		rows_init(&none, transfer->layouts[i]);
		bool done = transfer_read_whole(pricing->far, transfer->layouts[i], &none, err);
		rows_release(&none);
		if (!done)
			return false;
		settle(pricing, 1);
	}
	return true;
}

static bool price_kinds(struct pricing *pricing, struct error *err)
{
	struct raw_look none;
	if (!raw_kind_look(pricing->far, &none, err))
		return false;
	size_t tables = pricing->bytes > 0; /* of an empty or missing one nothing is read */
	settle(pricing, tables);
	return true;
}

static bool price_all(struct pricing *pricing, struct error *err)
{
	return price_receipts(pricing, err) && price_counts(pricing, err) &&
	       price_records(pricing, err) && price_whole_tables(pricing, err) &&
	       price_kinds(pricing, err);
}

bool transfer_tell_cost(struct transfer *transfer, struct error *err)
{
	const struct transfer_wish *wish = transfer->wish;
	struct pricing pricing = {.transfer = transfer,
		.is_source = !wish->from.is_near,
		.far = wish->from.is_near ? wish->to.warehouse : wish->from.warehouse};
	if (transfer->count == 0 || !warehouse_only_estimate(pricing.far, &pricing.bytes))
		return true;
	bool done = price_all(&pricing, err);
	warehouse_only_estimate(pricing.far, NULL);
	if (!done)
		return error_prefix(err, "cannot tell what comparing costs");
	if (wish->listener != NULL && wish->listener->cost != NULL)
		wish->listener->cost(wish->listener->context, pricing.total,
			pricing.is_source || wish->is_dry
				? 0
				: warehouse_billed_write_least(pricing.far));
	return budget_check(pricing.total, err);
}
