#include "warehouse/raw_kind.h"

#include "backend.h"
#include "warehouse/raw_tables.h"

#include <string.h>

#define GAME_ID_DIGITS	   10
#define GAME_NUMBER_DIGITS 5

enum raw_kind raw_kind_of_game(const char *game_id)
{
	int64_t number;
	if (strlen(game_id) != GAME_ID_DIGITS || strspn(game_id, "0123456789") != GAME_ID_DIGITS ||
		!text_to_integer(game_id + GAME_ID_DIGITS - GAME_NUMBER_DIGITS, &number))
		return RAW_KIND_NONE;
	return number >= RAW_SAMPLE_FIRST_NUMBER ? RAW_KIND_SAMPLE : RAW_KIND_REAL;
}

enum raw_kind raw_kind_with(enum raw_kind kind, enum raw_kind another)
{
	if (kind == another || another == RAW_KIND_NONE)
		return kind;
	return kind == RAW_KIND_NONE ? another : RAW_KIND_MIXED;
}

static bool add_table(
	struct warehouse *warehouse, enum raw_table table, struct raw_look *look, struct error *err)
{
	struct symbols *symbols = symbols_new();
	struct frame frame;
	struct read_request request = {.layout = raw_table_layout(table),
		.columns = (const char *const[]){"game_id"},
		.column_count = 1,
		.range = DATE_RANGE_ALWAYS};
	bool done = warehouse_read(warehouse, &request, symbols, &frame, err);
	for (size_t row = 0; done && row < frame.row_count; row++) {
		enum raw_kind kind = raw_kind_of_game(frame_text(&frame, 0, row));
		look->kind = raw_kind_with(look->kind, kind);
		look->has_games = true;
	}
	if (done)
		frame_release(&frame);
	symbols_free(symbols);
	return done;
}

static bool has_game_ids(enum raw_table table)
{
	const struct table_layout *layout = raw_table_layout(table);
	return table_column(layout, "game_id") < layout->column_count;
}

typedef bool (*add_one)(struct warehouse *warehouse, enum raw_table table, struct raw_look *look,
	struct error *err);

/* One after the other until one tells. Where only an estimate is made, one that would be read does.
 */
static bool add_tables(
	struct warehouse *warehouse, add_one add, struct raw_look *look, struct error *err)
{
	const int64_t *estimated = warehouse->estimated_bytes;
	int64_t before = estimated == NULL ? 0 : *estimated;
	for (int i = 0; i < RAW_TABLE_COUNT; i++) {
		if (!has_game_ids((enum raw_table)i))
			continue;
		if (!add(warehouse, (enum raw_table)i, look, err))
			return false;
		if (look->kind != RAW_KIND_NONE || (estimated != NULL && *estimated > before))
			break;
	}
	return true;
}

bool raw_kind_of_warehouse(struct warehouse *warehouse, enum raw_kind *kind, struct error *err)
{
	struct raw_look look = {.kind = RAW_KIND_NONE};
	if (!add_tables(warehouse, add_table, &look, err))
		return false;
	*kind = look.kind;
	return true;
}

static bool add_table_if_there(
	struct warehouse *warehouse, enum raw_table table, struct raw_look *look, struct error *err)
{
	struct buffer why = {0};
	enum table_fit fit;
	bool done = warehouse_fit(warehouse, raw_table_layout(table), false, &fit, &why, err);
	buffer_release(&why);
	return done && (fit == TABLE_MISSING || add_table(warehouse, table, look, err));
}

bool raw_kind_look(struct warehouse *warehouse, struct raw_look *look, struct error *err)
{
	struct raw_look found = {.kind = RAW_KIND_NONE};
	if (!add_tables(warehouse, add_table_if_there, &found, err))
		return false;
	*look = found;
	return true;
}
