#include "transfer_parts.h"

#include "base/clock.h"
#include "base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void transfer_tell(const struct transfer_table *table, enum transfer_act act, date_t date,
	int64_t rows, int64_t bytes)
{
	const struct transfer_listener *listener = table->transfer->wish->listener;
	if (listener != NULL)
		listener->act(listener->context, act, table->layout, date, rows, bytes);
}

bool transfer_is_stopped(const struct transfer *transfer, struct error *err)
{
	if (cancel_level(transfer->wish->cancel) == CANCEL_NOT)
		return false;
	error_set(err, ERROR_CANCELLED, "stopped; the next call goes on where this one ended");
	return true;
}

/* The tables of `to` that are not as they should be, gathered for one sentence. */
struct misfits {
	struct buffer missing, different;
};

static void note_misfit(struct buffer *into, const char *name, const char *why)
{
	buffer_add_format(into, "%s%s%s%s", into->length > 0 ? "; " : "", name != NULL ? name : "",
		name != NULL ? ": " : "", why);
}

/* *is_there: `from` has it. */
static bool look_at(struct transfer *transfer, const struct table_layout *layout, size_t place,
	struct misfits *misfits, bool *is_there, struct error *err)
{
	const struct transfer_wish *wish = transfer->wish;
	struct buffer why = {0};
	enum table_fit from, to = TABLE_FITS;
	bool done = warehouse_fit(wish->from.warehouse, layout, false, &from, &why, err);
	*is_there = done && from != TABLE_MISSING;
	if (done && from == TABLE_DIFFERS)
		note_misfit(&misfits->different, layout->name, buffer_text(&why));
	buffer_clear(&why);
	if (*is_there)
		done = warehouse_fit(wish->to.warehouse, layout, true, &to, &why, err);
	if (done && to == TABLE_DIFFERS)
		note_misfit(&misfits->different, layout->name, buffer_text(&why));
	if (done && to == TABLE_MISSING)
		note_misfit(&misfits->missing, NULL, buffer_text(&why));
	transfer->is_made[place] = to == TABLE_MISSING;
	buffer_release(&why);
	return done;
}

static bool judge_misfits(
	const struct transfer_wish *wish, const struct misfits *misfits, struct error *err)
{
	if (misfits->different.length > 0)
		return error_set(err, ERROR_WAREHOUSE,
			"a table differs from what is expected, nothing was changed: %s",
			buffer_text(&misfits->different));
	if (misfits->missing.length > 0 && !wish->makes_tables)
		return error_set(err, ERROR_WAREHOUSE,
			"%s lacks tables, nothing was changed (--create makes them): %s",
			warehouse_name(wish->to.warehouse), buffer_text(&misfits->missing));
	return true;
}

static bool look_at_tables(struct transfer *transfer, const struct table_layout *const *layouts,
	size_t count, struct transfer_report *reports, struct error *err)
{
	struct misfits misfits = {0};
	bool done = true;
	for (size_t i = 0; done && i < count; i++) {
		bool is_there;
		done = look_at(transfer, layouts[i], transfer->count, &misfits, &is_there, err);
		reports[i].is_absent = done && !is_there;
		if (is_there)
			transfer->layouts[transfer->count++] = layouts[i];
	}
	done = done &&
	       transfer_look_at_records(transfer, &misfits.missing, &misfits.different, err) &&
	       judge_misfits(transfer->wish, &misfits, err);
	buffer_release(&misfits.missing);
	buffer_release(&misfits.different);
	return done;
}

static bool make_tables(struct transfer *transfer, struct error *err)
{
	const struct table_layout *missing[TRANSFER_TABLES_MAX];
	size_t count = 0;
	for (size_t i = 0; i < transfer->count; i++)
		if (transfer->is_made[i])
			missing[count++] = transfer->layouts[i];
	bool is_complete = count == 0 && !transfer_lacks_records(transfer);
	return is_complete || transfer->wish->is_dry ||
	       warehouse_prepare(transfer->wish->to.warehouse, missing, count, err);
}

static bool gather(struct transfer *transfer, struct error *err)
{
	const struct transfer_wish *wish = transfer->wish;
	return warehouse_receipts(
		       wish->from.warehouse, wish->range, &transfer->receipts_from, err) &&
	       warehouse_receipts(wish->to.warehouse, wish->range, &transfer->receipts_to, err) &&
	       transfer_count(transfer, true, &transfer->counts_from, err) &&
	       transfer_count(transfer, false, &transfer->counts_to, err) &&
	       transfer_read_records(transfer, err);
}

static bool send_table(
	struct transfer *transfer, size_t index, struct transfer_report *report, struct error *err)
{
	struct transfer_table table = {.transfer = transfer,
		.index = index,
		.layout = transfer->layouts[index],
		.report = report};
	if (transfer->is_made[index])
		transfer_tell(&table, TRANSFER_MADE_TABLE, DATE_NONE, 0, 0);
	if (table.layout->date_column == NULL)
		return transfer_send_whole(&table, err);
	transfer_find_days(&table);
	bool done = transfer_send_days(&table, err) && transfer_send_failures(&table, err) &&
		    transfer_renew(&table, err) && transfer_send_attempts(&table, err);
	free(table.days);
	return done;
}

static void release(struct transfer *transfer)
{
	receipts_release(&transfer->receipts_from);
	receipts_release(&transfer->receipts_to);
	free(transfer->counts_from.items);
	free(transfer->counts_to.items);
	transfer_release_records(transfer);
	symbols_free(transfer->symbols);
}

static size_t place_of(const struct table_layout *const *layouts, const struct table_layout *wanted)
{
	size_t i = 0;
	while (layouts[i] != wanted)
		i++;
	return i;
}

bool transfer_tables(const struct transfer_wish *wish, const struct table_layout *const *layouts,
	size_t count, struct transfer_report *reports, struct error *err)
{
	struct transfer transfer = {
		.wish = wish, .symbols = symbols_new(), .now_ms = clock_wall_ms()};
	assert(count <= TRANSFER_TABLES_MAX);
	for (size_t i = 0; i < count; i++)
		reports[i] = (struct transfer_report){
			.first_only_there = DATE_NONE, .first_interrupted = DATE_NONE};
	bool done = look_at_tables(&transfer, layouts, count, reports, err) &&
		    transfer_tell_cost(&transfer, err) && transfer_check_kinds(&transfer, err) &&
		    make_tables(&transfer, err) && gather(&transfer, err);
	for (size_t i = 0; done && i < transfer.count; i++)
		done = send_table(
			&transfer, i, &reports[place_of(layouts, transfer.layouts[i])], err);
	release(&transfer);
	return done;
}
