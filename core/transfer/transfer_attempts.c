/* The circuit breaker's attempts: what is newer than all that the other side has of the entity. */
#include "transfer_parts.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct attempt {
	date_t date;
	const char *entity;
	int64_t number, at_ms;
	size_t row; /* of the frame */
};

struct attempts {
	struct attempt *items; /* by date, entity, number */
	size_t count;
	size_t capacity;
};

static int compare_entities(const struct attempt *first, const struct attempt *second)
{
	if (first->date != second->date)
		return first->date < second->date ? -1 : 1;
	return strcmp(first->entity, second->entity);
}

static int compare(const void *a, const void *b)
{
	const struct attempt *first = a, *second = b;
	int by_entity = compare_entities(first, second);
	if (by_entity != 0)
		return by_entity;
	if (first->number != second->number)
		return first->number < second->number ? -1 : 1;
	return (first->at_ms > second->at_ms) - (first->at_ms < second->at_ms);
}

/*
 * The number says which attempt counts, so what follows in number is no older, whatever the clock
 * of its writer said. An attempt that is there twice (it was written by a job that somebody took
 * for lost) is one.
 */
static void straighten(struct attempts *attempts)
{
	size_t kept = 0;
	for (size_t i = 0; i < attempts->count; i++) {
		struct attempt *item = &attempts->items[i];
		const struct attempt *before = kept > 0 ? &attempts->items[kept - 1] : NULL;
		bool is_next = before != NULL && compare_entities(before, item) == 0;
		if (is_next && item->at_ms < before->at_ms)
			item->at_ms = before->at_ms;
		if (is_next && item->at_ms == before->at_ms && item->number == before->number)
			continue;
		attempts->items[kept++] = *item;
	}
	attempts->count = kept;
}

static struct attempts take(const struct frame *frame, const char *table)
{
	struct attempts attempts = {0};
	for (size_t row = 0; row < frame->row_count; row++) {
		if (!text_equal(frame_text(frame, TRIED_TABLE, row), table))
			continue;
		ARRAY_GROW(attempts.items, attempts.count, attempts.capacity);
		attempts.items[attempts.count++] = (struct attempt){
			.date = frame_date(frame, TRIED_DATE, row),
			.entity = frame_text(frame, TRIED_ENTITY, row),
			.number = frame_integer(frame, TRIED_NUMBER, row),
			.at_ms = frame_integer(frame, TRIED_AT_MS, row),
			.row = row,
		};
	}
	if (attempts.count > 0)
		qsort(attempts.items, attempts.count, sizeof(*attempts.items), compare);
	straighten(&attempts);
	return attempts;
}

/* The newest of the entity among those from *at on, and *at behind it; NULL: there is none. */
static const struct attempt *find_newest(
	const struct attempts *attempts, const struct attempt *wanted, size_t *at)
{
	const struct attempt *newest = NULL;
	while (*at < attempts->count && compare_entities(&attempts->items[*at], wanted) < 0)
		++*at;
	while (*at < attempts->count && compare_entities(&attempts->items[*at], wanted) == 0)
		newest = &attempts->items[(*at)++];
	return newest;
}

static bool is_newer(const struct attempt *attempt, const struct attempt *newest)
{
	if (newest == NULL)
		return true;
	return attempt->at_ms > newest->at_ms ||
	       (attempt->at_ms == newest->at_ms && attempt->number > newest->number);
}

/* Where both sides have gone on since, the newer attempt follows in number on what is there. */
static void add_newer(const struct attempts *from, size_t first, size_t last,
	const struct attempt *newest, const struct frame *frame, struct rows *rows)
{
	int64_t number = newest != NULL ? newest->number : INT64_MIN;
	for (size_t i = first; i < last; i++) {
		const struct attempt *attempt = &from->items[i];
		if (!is_newer(attempt, newest))
			continue;
		number = attempt->number > number ? attempt->number : number + 1;
		transfer_copy_row(rows, frame, attempt->row);
		rows_set_integer(rows, TRIED_NUMBER, number);
		rows_set_integer(rows, TRIED_AT_MS, attempt->at_ms);
	}
}

static void find_newer(struct transfer_table *table, struct rows *rows)
{
	const struct transfer_records *records = &table->transfer->records[RECORD_ATTEMPTS];
	struct attempts from = take(&records->from, table->layout->name);
	struct attempts to = take(&records->to, table->layout->name);
	size_t at = 0;
	for (size_t first = 0, last; first < from.count; first = last) {
		last = first;
		find_newest(&from, &from.items[first], &last);
		const struct attempt *newest = find_newest(&to, &from.items[first], &at);
		add_newer(&from, first, last, newest, &records->from, rows);
	}
	free(from.items);
	free(to.items);
}

bool transfer_send_attempts(struct transfer_table *table, struct error *err)
{
	struct transfer *transfer = table->transfer;
	const struct transfer_wish *wish = transfer->wish;
	struct rows rows;
	if (!transfer_has_records(transfer))
		return true;
	rows_init(&rows, warehouse_record_layout(wish->to.warehouse, RECORD_ATTEMPTS));
	find_newer(table, &rows);
	const struct record_write write = {
		.kind = RECORD_ATTEMPTS, .table = table->layout->name, .rows = &rows};
	bool done = rows.count == 0 || wish->is_dry ||
		    (!transfer_is_stopped(transfer, err) &&
			    warehouse_put_records(wish->to.warehouse, &write, err));
	if (done && rows.count > 0) {
		table->report->attempts = (int64_t)rows.count;
		transfer_tell(table, TRANSFER_SENT_ATTEMPTS, DATE_NONE, (int64_t)rows.count, 0);
	}
	rows_release(&rows);
	return done;
}
