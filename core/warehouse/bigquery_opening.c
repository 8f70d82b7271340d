/*
 * Receipts are opened before rows change, and first writes are announced: for all dates of a call,
 * and for some that are coming, in one statement.
 */
#include "bigquery_backend.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define WITHDRAWN (-1) /* the number of an announcement that was taken back */

/* What one statement opens. */
struct opened {
	struct receipt items[DAYS_WRITTEN_MAX];
	size_t count;
};

static void forget_announced(struct receipts *announced, const struct receipt *receipt)
{
	size_t at = (size_t)(receipt - announced->items);
	memmove(&announced->items[at], &announced->items[at + 1],
		(--announced->count - at) * sizeof(*announced->items));
}

static struct receipt announce(const struct day_write *write, date_t date)
{
	struct receipt receipt = {.date = date,
		.rows = -1,
		.distinct_keys = -1,
		.is_open = true,
		.verified_ms = write->now_ms - 1};
	text_copy(receipt.table, sizeof(receipt.table), write->layout->name);
	text_copy(receipt.run, sizeof(receipt.run), write->run);
	return receipt;
}

/* The newest of a date is the one that was verified last, whatever the clocks of writers say. */
static struct receipt reopen(const struct receipt *before, const struct day_write *write)
{
	struct receipt receipt = *before;
	receipt.hash[0] = '\0';
	receipt.is_open = true;
	if (before->verified_ms < write->now_ms)
		receipt.verified_ms = write->now_ms - 1;
	return receipt;
}

static bool is_announced_by(
	const struct bigquery_connection *connection, const struct receipt *receipt)
{
	const struct receipt *announced =
		receipts_find(&connection->announced, receipt->table, receipt->date);
	return announced != NULL && announced->verified_ms == receipt->verified_ms;
}

bool bigquery_is_left_open(
	const struct bigquery_connection *connection, const struct receipt *receipt)
{
	return receipt != NULL && receipt->is_open && !is_announced_by(connection, receipt);
}

static void open_day(struct bigquery_connection *connection, const struct day_write *write,
	const struct receipt *before, struct day_opening *opening, struct opened *opened)
{
	const struct receipt *announced =
		receipts_find(&connection->announced, write->layout->name, write->date);
	if (before != NULL && before->is_open) { /* announced, or a crash has left it so */
		*opening = (struct day_opening){
			before->verified_ms, is_announced_by(connection, before)};
	} else {
		struct receipt *receipt = &opened->items[opened->count++];
		*receipt = before == NULL ? announce(write, write->date) : reopen(before, write);
		*opening = (struct day_opening){receipt->verified_ms, true};
	}
	if (announced != NULL)
		forget_announced(&connection->announced, announced);
}

/* Of the dates that are coming, those that go into one statement with the date itself. */
static size_t near_count(const struct day_write *write)
{
	return write->coming_count < DAYS_WRITTEN_MAX ? write->coming_count : DAYS_WRITTEN_MAX - 1;
}

date_t bigquery_last_coming(const struct day_write *write)
{
	size_t count = near_count(write);
	return count == 0 ? write->date : write->coming[count - 1];
}

/* Those that have a receipt are opened when it is their turn: until then it proves their rows. */
static void announce_coming(
	const struct day_write *write, const struct receipts *before, struct opened *opened)
{
	for (size_t i = 0; i < near_count(write) && opened->count < DAYS_WRITTEN_MAX; i++)
		if (receipts_find(before, write->layout->name, write->coming[i]) == NULL)
			opened->items[opened->count++] = announce(write, write->coming[i]);
}

bool bigquery_open_days(struct warehouse *warehouse, const struct day_write *writes, size_t count,
	const struct receipts *before, struct day_opening *openings, struct error *err)
{
	struct bigquery_connection *connection = connection_of(warehouse);
	struct opened *opened = memory_new(sizeof(*opened));
	const struct day_write *last = &writes[count - 1];
	for (size_t i = 0; i < count; i++)
		open_day(connection, &writes[i],
			receipts_find(before, writes[i].layout->name, writes[i].date), &openings[i],
			opened);
	size_t own = opened->count;
	if (own > 0)
		announce_coming(last, before, opened);
	bool done =
		warehouse_fault_point("before the opening", err) &&
		(own == 0 || bigquery_store_receipts(warehouse, opened->items, opened->count, err));
	for (size_t i = own; done && i < opened->count; i++)
		receipts_put(&connection->announced, &opened->items[i]);
	free(opened);
	return done;
}

bool bigquery_close_day(const struct receipts *before, const struct day_write *write,
	const struct day_opening *opening, struct receipt *closed)
{
	const struct receipt *receipt = receipts_find(before, write->layout->name, write->date);
	if (!opening->is_ours)
		return false;
	*closed = receipt != NULL ? *receipt : announce(write, write->date);
	if (closed->sequence == 0)
		closed->sequence = WITHDRAWN;
	closed->verified_ms = opening->at_ms + 1;
	return true;
}

bool bigquery_withdraw(struct warehouse *warehouse, struct error *err)
{
	struct receipts *announced = &connection_of(warehouse)->announced;
	bool done = true;
	for (size_t first = 0; done && first < announced->count; first += DAYS_WRITTEN_MAX) {
		size_t left = announced->count - first;
		for (size_t i = first; i < announced->count && i - first < DAYS_WRITTEN_MAX; i++) {
			announced->items[i].sequence = WITHDRAWN;
			announced->items[i].verified_ms++;
		}
		done = bigquery_store_receipts(warehouse, &announced->items[first],
			left < DAYS_WRITTEN_MAX ? left : DAYS_WRITTEN_MAX, err);
	}
	receipts_release(announced);
	return done;
}
