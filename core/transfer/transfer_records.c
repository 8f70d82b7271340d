/* What went wrong in the tables, on both sides: one query of each kind and side for all tables. */
#include "transfer_parts.h"

#include <assert.h>
#include <string.h>

bool transfer_read_record_frame(struct warehouse *warehouse, enum record_kind kind,
	struct date_range range, struct symbols *symbols, struct frame *frame, struct error *err)
{
	const struct table_layout *layout = warehouse_record_layout(warehouse, kind);
	const char *names[TRIED_COLUMNS];
	static_assert((int)TRIED_COLUMNS >= (int)FAILED_COLUMNS, "room for both");
	for (size_t i = 0; i < layout->column_count; i++)
		names[i] = layout->columns[i].name;
	const struct read_request request = {
		.layout = layout, .columns = names, .column_count = layout->column_count, range};
	if (!warehouse_read(warehouse, &request, symbols, frame, err))
		return false;
	if (frame->row_count <= TRANSFER_RECORDS_MAX)
		return true;
	frame_release(frame);
	return error_set(err, ERROR_LIMIT,
		"%s: %s has more than %d rows in the range; take a shorter one",
		warehouse_name(warehouse), layout->name, TRANSFER_RECORDS_MAX);
}

static bool is_of(const struct transfer *transfer, const char *table)
{
	for (size_t i = 0; i < transfer->count; i++)
		if (text_equal(transfer->layouts[i]->name, table))
			return true;
	return false;
}

/* Has `from` any of the tables that are asked for? Only where `to` has no place for them. */
static bool has_some(struct transfer *transfer, enum record_kind kind, bool *has, struct error *err)
{
	static_assert((int)FAILED_TABLE == 0 && (int)TRIED_TABLE == 0, "one place in both");
	struct transfer_records *records = &transfer->records[kind];
	if (!transfer_read_record_frame(transfer->wish->from.warehouse, kind, transfer->wish->range,
		    transfer->symbols, &records->from, err))
		return false;
	records->is_read_from = true;
	*has = false;
	for (size_t row = 0; !*has && row < records->from.row_count; row++)
		*has = is_of(transfer, frame_text(&records->from, FAILED_TABLE, row));
	return true;
}

static bool look_at_side(struct warehouse *warehouse, enum record_kind kind, bool *is_there,
	struct buffer *different, struct error *err)
{
	const struct table_layout *layout = warehouse_record_layout(warehouse, kind);
	struct buffer why = {0};
	enum table_fit fit = TABLE_MISSING;
	bool done = layout == NULL || warehouse_fit(warehouse, layout, false, &fit, &why, err);
	*is_there = fit != TABLE_MISSING;
	if (done && fit == TABLE_DIFFERS)
		buffer_add_format(different, "%s%s: %s", different->length > 0 ? "; " : "",
			layout->name, buffer_text(&why));
	buffer_release(&why);
	return done;
}

bool transfer_look_at_records(struct transfer *transfer, struct buffer *missing,
	struct buffer *different, struct error *err)
{
	const struct transfer_wish *wish = transfer->wish;
	for (int i = 0; transfer_has_records(transfer) && i < RECORD_KINDS; i++) {
		enum record_kind kind = (enum record_kind)i;
		struct transfer_records *records = &transfer->records[kind];
		bool is_wanted;
		if (!look_at_side(
			    wish->from.warehouse, kind, &records->is_there_from, different, err) ||
			!look_at_side(
				wish->to.warehouse, kind, &records->is_there_to, different, err))
			return false;
		if (!records->is_there_from || records->is_there_to || different->length > 0)
			continue;
		if (!has_some(transfer, kind, &is_wanted, err))
			return false;
		const struct table_layout *layout =
			warehouse_record_layout(wish->to.warehouse, kind);
		records->is_made = is_wanted;
		if (is_wanted)
			buffer_add_format(missing, "%s%s.%s", missing->length > 0 ? "; " : "",
				layout->dataset, layout->name);
	}
	return true;
}

bool transfer_lacks_records(const struct transfer *transfer)
{
	bool lacks = false;
	for (int i = 0; i < RECORD_KINDS; i++)
		lacks |= transfer->records[i].is_made;
	return lacks;
}

static bool read_kind(struct transfer *transfer, enum record_kind kind, struct error *err)
{
	const struct transfer_wish *wish = transfer->wish;
	struct transfer_records *records = &transfer->records[kind];
	if (records->is_there_from && !records->is_read_from &&
		!transfer_read_record_frame(wish->from.warehouse, kind, wish->range,
			transfer->symbols, &records->from, err))
		return false;
	return !records->is_there_to || transfer_read_record_frame(wish->to.warehouse, kind,
						wish->range, transfer->symbols, &records->to, err);
}

bool transfer_read_records(struct transfer *transfer, struct error *err)
{
	for (int i = 0; i < RECORD_KINDS; i++)
		if (!read_kind(transfer, (enum record_kind)i, err))
			return false;
	return true;
}

void transfer_release_records(struct transfer *transfer)
{
	for (int i = 0; i < RECORD_KINDS; i++) {
		frame_release(&transfer->records[i].from);
		frame_release(&transfer->records[i].to);
	}
}
