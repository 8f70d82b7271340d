#include "context_rows.h"

#include "roster.h"
#include "support.h"
#include "tables.h"

#include <stdlib.h>

static const char *const order[] = {"game_date", "player_lookup", "game_id"};

static const char *lookup_at(const struct context_rows *context, size_t row)
{
	return frame_text(&context->frame, CONTEXT_LOOKUP, row);
}

static date_t date_at(const struct context_rows *context, size_t row)
{
	return frame_date(&context->frame, CONTEXT_DATE, row);
}

/* Of the frame's rows [first, end) of one player and date. */
static size_t choose(
	const struct context_rows *context, const struct roster *roster, size_t first, size_t end)
{
	if (end - first == 1)
		return first;
	const struct roster_row *best =
		roster_choice(roster, date_at(context, first), lookup_at(context, first));
	for (size_t row = first; best != NULL && row < end; row++)
		if (frame_text(&context->frame, CONTEXT_TEAM, row) == best->team)
			return row;
	return end - 1;
}

static void choose_rows(struct context_rows *context, const struct roster *roster)
{
	size_t row_count = context->frame.row_count;
	context->rows = memory_new_array(row_count + 1, sizeof(*context->rows));
	for (size_t first = 0, end; first < row_count; first = end) {
		for (end = first + 1; end < row_count; end++)
			if (lookup_at(context, end) != lookup_at(context, first) ||
				date_at(context, end) != date_at(context, first))
				break;
		context->rows[context->count++] = choose(context, roster, first, end);
	}
}

bool context_rows_load(const struct batch *batch, const char *const *columns, size_t column_count,
	struct date_range range, struct context_rows **loaded, struct error *err)
{
	struct roster *roster;
	struct context_rows *context = memory_new(sizeof(*context));
	struct query query = {.layout = upcoming_player_game_context.layout,
		.columns = columns,
		.column_count = column_count,
		.range = range,
		ORDER(order)};
	if (!batch_read(batch, &query, &context->frame, err) ||
		!roster_load(batch, range, &roster, err)) {
		context_rows_free(context);
		return false;
	}
	choose_rows(context, roster);
	roster_free(roster);
	*loaded = context;
	return true;
}

void context_rows_free(struct context_rows *context)
{
	if (context == NULL)
		return;
	frame_release(&context->frame);
	free(context->rows);
	free(context);
}

static size_t lower_bound(const struct context_rows *context, date_t date)
{
	size_t low = 0;
	size_t high = context->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (date_at(context, context->rows[middle]) < date)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct span context_rows_of_date(const struct context_rows *context, date_t date)
{
	return (struct span){lower_bound(context, date), lower_bound(context, date + 1)};
}
