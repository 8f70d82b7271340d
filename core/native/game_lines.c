#include "game_lines.h"

#include "support.h"
#include "warehouse/raw_tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
	"game_id", "source", "home_spread", "home_spread_open", "total", "total_open"};
enum { GAME_ID, SOURCE, SPREAD, SPREAD_OPEN, TOTAL, TOTAL_OPEN };
static const char *const order[] = {"game_id"};

struct game_lines {
	struct game_line *items; /* by game id */
	size_t count;
};

bool game_lines_load(const struct batch *batch, struct date_range range, struct game_lines **loaded,
	struct error *err)
{
	struct frame frame;
	struct query query = {
		.layout = raw_table_layout(RAW_ODDS), COLUMNS(names), .range = range, ORDER(order)};
	if (!batch_read(batch, &query, &frame, err))
		return false;
	struct game_lines *lines = memory_new(sizeof(*lines));
	lines->count = frame.row_count;
	lines->items = memory_new_array(frame.row_count + 1, sizeof(*lines->items));
	for (size_t row = 0; row < frame.row_count; row++)
		lines->items[row] = (struct game_line){
			.game_id = frame_text(&frame, GAME_ID, row),
			.source = frame_text(&frame, SOURCE, row),
			.home_spread = frame_real_or_nan(&frame, SPREAD, row),
			.home_spread_open = frame_real_or_nan(&frame, SPREAD_OPEN, row),
			.total = frame_real_or_nan(&frame, TOTAL, row),
			.total_open = frame_real_or_nan(&frame, TOTAL_OPEN, row),
		};
	frame_release(&frame);
	*loaded = lines;
	return true;
}

void game_lines_free(struct game_lines *lines)
{
	if (lines == NULL)
		return;
	free(lines->items);
	free(lines);
}

static int compare_ids(const void *key, const void *item)
{
	return strcmp(key, ((const struct game_line *)item)->game_id);
}

const struct game_line *game_lines_find(const struct game_lines *lines, const char *game_id)
{
	return bsearch(game_id, lines->items, lines->count, sizeof(*lines->items), compare_ids);
}
