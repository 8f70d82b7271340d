#include "warehouse/raw_kind.h"

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

bool raw_kind_of_warehouse(struct warehouse *warehouse, enum raw_kind *kind, struct error *err)
{
	struct raw_look look = {.kind = RAW_KIND_NONE};
	if (!add_table(warehouse, RAW_GAMES, &look, err) ||
		(look.kind == RAW_KIND_NONE && !add_table(warehouse, RAW_PLAYER_BOX, &look, err)))
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
	if (!add_table_if_there(warehouse, RAW_GAMES, &found, err) ||
		(found.kind == RAW_KIND_NONE &&
			!add_table_if_there(warehouse, RAW_PLAYER_BOX, &found, err)))
		return false;
	*look = found;
	return true;
}
