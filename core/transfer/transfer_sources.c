/* What a date was computed from, in the numbers of the other warehouse. */
#include "transfer_parts.h"

#include <string.h>

/* Is the upstream of `from` still the one that it was computed from, and is `to`'s the same? */
static bool is_current(
	const struct receipt *upstream, const struct receipt *other, int64_t sequence)
{
	return upstream != NULL && !upstream->is_open && upstream->sequence == sequence &&
	       other != NULL && text_equal(other->hash, upstream->hash);
}

size_t transfer_translate(const struct transfer *transfer, const struct receipt *from,
	struct receipt_source sources[RECEIPT_SOURCES_MAX])
{
	for (size_t i = 0; i < from->source_count; i++) {
		const struct receipt_source *source = &from->sources[i];
		const struct receipt *upstream =
			receipts_find(&transfer->receipts_from, source->table, from->date);
		const struct receipt *other =
			receipts_find(&transfer->receipts_to, source->table, from->date);
		sources[i] = *source;
		if (other == NULL)
			sources[i].sequence = 0; /* there is none to be computed from */
		else if (is_current(upstream, other, source->sequence))
			sources[i].sequence = other->sequence;
		else if (source->sequence != 0)
			sources[i].sequence = other->sequence - 1; /* of an older one: stale */
	}
	return from->source_count;
}

/* True: something in it was renewed. Only what is current at the source can be made current. */
static bool renew(
	const struct transfer *transfer, const struct receipt *from, struct receipt *receipt)
{
	bool is_changed = false;
	for (size_t i = 0; i < from->source_count; i++) {
		const char *name = from->sources[i].table;
		const struct receipt *upstream =
			receipts_find(&transfer->receipts_from, name, from->date);
		const struct receipt *other =
			receipts_find(&transfer->receipts_to, name, from->date);
		if (!is_current(upstream, other, from->sources[i].sequence))
			continue;
		size_t k = 0;
		while (k < receipt->source_count && strcmp(receipt->sources[k].table, name) != 0)
			k++;
		if (k == RECEIPT_SOURCES_MAX ||
			(k < receipt->source_count &&
				receipt->sources[k].sequence == other->sequence))
			continue;
		receipt->source_count += k == receipt->source_count;
		text_copy(receipt->sources[k].table, sizeof(receipt->sources[k].table), name);
		receipt->sources[k].sequence = other->sequence;
		is_changed = true;
	}
	if (is_changed)
		receipt->verified_ms = transfer->now_ms;
	return is_changed;
}

static bool store(struct transfer_table *table, const struct receipt *receipts, size_t count,
	struct error *err)
{
	const struct transfer_wish *wish = table->transfer->wish;
	if (count > 0 && !wish->is_dry &&
		!warehouse_store_receipts(wish->to.warehouse, receipts, count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		table->report->renewed++;
		transfer_tell(table, TRANSFER_RENEWED, receipts[i].date, receipts[i].rows, 0);
	}
	return true;
}

bool transfer_renew(struct transfer_table *table, struct error *err)
{
	struct transfer *transfer = table->transfer;
	const char *name = table->layout->name;
	struct receipt renewed[DAYS_WRITTEN_MAX];
	size_t count = 0;
	bool done = true;
	for (size_t i = 0; done && i < table->day_count; i++) {
		date_t date = table->days[i].date;
		const struct receipt *from = receipts_find(&transfer->receipts_from, name, date);
		const struct receipt *to = receipts_find(&transfer->receipts_to, name, date);
		if (!table->days[i].is_same || from == NULL || from->is_open || to == NULL)
			continue;
		renewed[count] = *to;
		if (renew(transfer, from, &renewed[count]))
			receipts_put(&transfer->receipts_to, &renewed[count++]);
		if (count < DAYS_WRITTEN_MAX)
			continue;
		done = store(table, renewed, count, err);
		count = 0;
	}
	return done && store(table, renewed, count, err);
}
