/* Which entities failed: the records of a date belong to the run that wrote it. */
#include "transfer_parts.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct failed {
	date_t date;
	const char *entity, *category, *reason; /* the reason may be NULL */
	const char *run;
	bool can_retry;
	int64_t at_ms;
	size_t row; /* of the frame */
};

struct failures {
	struct failed *items;
	size_t count;
	size_t capacity;
};

/* Those of one date: items from `first` on. */
struct span {
	const struct failed *first;
	size_t count;
};

static int compare_text(const char *first, const char *second)
{
	if (first == NULL || second == NULL)
		return (first != NULL) - (second != NULL);
	return strcmp(first, second);
}

/* What a record says; 0: the same. Who wrote it and when is not part of that. */
static int compare_words(const struct failed *first, const struct failed *second)
{
	int order = strcmp(first->entity, second->entity);
	order = order != 0 ? order : strcmp(first->category, second->category);
	order = order != 0 ? order : compare_text(first->reason, second->reason);
	return order != 0 ? order : (int)first->can_retry - (int)second->can_retry;
}

static int compare(const void *a, const void *b)
{
	const struct failed *first = a, *second = b;
	if (first->date != second->date)
		return first->date < second->date ? -1 : 1;
	int order = compare_words(first, second);
	return order != 0 ? order : (first->at_ms < second->at_ms) - (first->at_ms > second->at_ms);
}

/* Of two that say the same the newest; a record may have been written twice. */
static void drop_doubles(struct failures *failures)
{
	size_t kept = 0;
	for (size_t i = 0; i < failures->count; i++) {
		const struct failed *item = &failures->items[i];
		const struct failed *before = kept > 0 ? &failures->items[kept - 1] : NULL;
		if (before != NULL && before->date == item->date &&
			compare_words(before, item) == 0)
			continue;
		failures->items[kept++] = *item;
	}
	failures->count = kept;
}

static struct failures take(const struct frame *frame, const char *table)
{
	struct failures failures = {0};
	for (size_t row = 0; row < frame->row_count; row++) {
		if (!text_equal(frame_text(frame, FAILED_TABLE, row), table))
			continue;
		ARRAY_GROW(failures.items, failures.count, failures.capacity);
		failures.items[failures.count++] = (struct failed){
			.date = frame_date(frame, FAILED_DATE, row),
			.entity = frame_text(frame, FAILED_ENTITY, row),
			.category = frame_text(frame, FAILED_CATEGORY, row),
			.reason = frame_text(frame, FAILED_REASON, row),
			.run = frame_text(frame, FAILED_RUN, row),
			.can_retry = frame_integer(frame, FAILED_CAN_RETRY, row) != 0,
			.at_ms = frame_integer(frame, FAILED_AT_MS, row),
			.row = row,
		};
	}
	if (failures.count > 0)
		qsort(failures.items, failures.count, sizeof(*failures.items), compare);
	drop_doubles(&failures);
	return failures;
}

/* The records of the date, if *at has come to it; and *at behind them. */
static struct span span_of(const struct failures *failures, date_t date, size_t *at)
{
	size_t first = *at;
	while (*at < failures->count && failures->items[*at].date == date)
		++*at;
	return (struct span){*at > first ? &failures->items[first] : NULL, *at - first};
}

static bool is_same(const struct span *from, const struct span *to)
{
	bool same = from->count == to->count;
	for (size_t i = 0; same && i < from->count; i++)
		same = compare_words(&from->first[i], &to->first[i]) == 0;
	return same;
}

/* NULL: there are none. */
static const struct failed *newest_of(const struct span *span)
{
	const struct failed *newest = NULL;
	for (size_t i = 0; i < span->count; i++)
		if (newest == NULL || span->first[i].at_ms > newest->at_ms)
			newest = &span->first[i];
	return newest;
}

static bool was_sent(const struct transfer_table *table, date_t date)
{
	for (size_t i = 0; i < table->day_count; i++)
		if (table->days[i].date == date)
			return !table->days[i].is_same;
	return false;
}

/* Are the rows of `to` those of `from`'s run? A call that was cut may have left them alone. */
static bool came_from_there(const struct receipt *from, const struct receipt *to)
{
	return to != NULL && text_equal(to->run, from != NULL ? from->run : TRANSFER_RUN);
}

/* The two differ: do those of `from` stand? */
static bool prevails(const struct transfer_table *table, date_t date, const struct span *from_span,
	const struct span *to_span)
{
	const struct transfer *transfer = table->transfer;
	const char *name = table->layout->name;
	const struct receipt *from = receipts_find(&transfer->receipts_from, name, date);
	const struct receipt *to = receipts_find(&transfer->receipts_to, name, date);
	const struct failed *ours = newest_of(from_span), *theirs = newest_of(to_span);
	bool is_of_rows = theirs != NULL && (to == NULL || text_equal(theirs->run, to->run));
	if (was_sent(table, date) || (came_from_there(from, to) && !is_of_rows))
		return true;
	/* A run without failures is a later word too; but where their run has some, and ours is
	 * the same one, ours were not brought along. */
	int64_t at_ms =
		is_of_rows || to == NULL ? (theirs != NULL ? theirs->at_ms : 0) : to->verified_ms;
	if (ours != NULL)
		return ours->at_ms > at_ms;
	return theirs != NULL && from != NULL && !from->is_open &&
	       !text_equal(from->run, theirs->run) && from->verified_ms > at_ms;
}

struct outgoing {
	struct rows rows;
	date_t *dates;
	size_t count;
	size_t capacity;
};

static void find_outgoing(struct transfer_table *table, struct outgoing *outgoing)
{
	const struct transfer_records *records = &table->transfer->records[RECORD_FAILURES];
	struct failures from = take(&records->from, table->layout->name);
	struct failures to = take(&records->to, table->layout->name);
	for (size_t i = 0, k = 0; i < from.count || k < to.count;) {
		bool is_first =
			k == to.count || (i < from.count && from.items[i].date < to.items[k].date);
		date_t date = is_first ? from.items[i].date : to.items[k].date;
		struct span from_span = span_of(&from, date, &i), to_span = span_of(&to, date, &k);
		if (is_same(&from_span, &to_span) || !prevails(table, date, &from_span, &to_span))
			continue;
		ARRAY_GROW(outgoing->dates, outgoing->count, outgoing->capacity);
		outgoing->dates[outgoing->count++] = date;
		for (size_t row = 0; row < from_span.count; row++)
			transfer_copy_row(
				&outgoing->rows, &records->from, from_span.first[row].row);
	}
	free(from.items);
	free(to.items);
}

bool transfer_send_failures(struct transfer_table *table, struct error *err)
{
	struct transfer *transfer = table->transfer;
	const struct transfer_wish *wish = transfer->wish;
	struct outgoing outgoing = {.dates = NULL};
	if (!transfer_has_records(transfer))
		return true;
	rows_init(&outgoing.rows, warehouse_record_layout(wish->to.warehouse, RECORD_FAILURES));
	find_outgoing(table, &outgoing);
	const struct record_write write = {.kind = RECORD_FAILURES,
		.table = table->layout->name,
		.rows = &outgoing.rows,
		.dates = outgoing.dates,
		.date_count = outgoing.count};
	bool done = outgoing.count == 0 || wish->is_dry ||
		    (!transfer_is_stopped(transfer, err) &&
			    warehouse_put_records(wish->to.warehouse, &write, err));
	if (done && outgoing.count > 0) {
		table->report->failures = (int64_t)outgoing.rows.count;
		table->report->failure_dates = (int64_t)outgoing.count;
		transfer_tell(table, TRANSFER_SENT_FAILURES, DATE_NONE, table->report->failures, 0);
	}
	rows_release(&outgoing.rows);
	free(outgoing.dates);
	return done;
}
