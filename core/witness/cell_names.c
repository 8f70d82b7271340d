/* Who is missing in a cell: what its rows should be named after, against what they are. */
#include "cell_rows_parts.h"

#include "base/memory.h"
#include "warehouse/raw_tables.h"
#include "witness/witnesses.h"

#include <stdlib.h>
#include <string.h>

#define SEASON_DAYS_MAX 366

struct inquiry {
	struct warehouse *warehouse;
	const struct cell_rows_request *request;
	const struct pipeline_table *table;
	struct cell_rows *rows;
	const char *column; /* that tells the rows apart */
	struct symbols *symbols;
	struct frame games; /* game_id, game_date, home, away */
	struct frame box;   /* player_lookup, team */
	struct frame there; /* `column` of the rows of the date */
	bool *is_there;	    /* by symbol: some row has it */
	bool *is_expected;  /* by symbol */
};

enum { GAME_ID, GAME_DATE, HOME, AWAY };
enum { BOX_PLAYER, BOX_TEAM };

/* The first of them that the key has decides. */
static const struct {
	const char *column;
	enum cell_names names;
} namers[] = {{"team_abbr", CELL_NAMES_TEAMS}, {"defending_team_abbr", CELL_NAMES_TEAMS},
	{"team", CELL_NAMES_TEAMS}, {"player_lookup", CELL_NAMES_PLAYERS},
	{"game_id", CELL_NAMES_GAMES}};

static void choose_column(struct inquiry *inquiry)
{
	struct cell_rows *rows = inquiry->rows;
	for (size_t i = 0; i < ARRAY_COUNT(namers); i++)
		for (size_t k = 0; k < rows->key_count; k++)
			if (strcmp(rows->key[k], namers[i].column) == 0) {
				rows->names = namers[i].names;
				inquiry->column = rows->key[k];
				return;
			}
}

/* A rule that knows no games has all teams of the season in mind. */
static bool is_of_season(const struct pipeline_table *table)
{
	return table->expect.rule == EXPECT_CONSTANT ||
	       table->expect.rule == EXPECT_AT_LEAST_PREVIOUS;
}

static struct date_range season_of(const struct inquiry *inquiry)
{
	const struct pipeline *pipeline = inquiry->request->pipeline;
	date_t date = inquiry->request->date;
	for (size_t i = 0; i < pipeline->season_count; i++)
		if (pipeline->seasons[i].first <= date && pipeline->seasons[i].last >= date)
			return (struct date_range){
				pipeline->seasons[i].first, pipeline->seasons[i].last};
	return (struct date_range){date - SEASON_DAYS_MAX / 2, date + SEASON_DAYS_MAX / 2};
}

static bool read_games(struct inquiry *inquiry, struct error *err)
{
	static const char *const columns[] = {
		[GAME_ID] = "game_id", [GAME_DATE] = "game_date", [HOME] = "home", [AWAY] = "away"};
	date_t date = inquiry->request->date;
	struct read_request request = {.layout = raw_table_layout(RAW_GAMES),
		.columns = columns,
		.column_count = ARRAY_COUNT(columns),
		.range = {date, date}};
	if (inquiry->rows->of_season)
		request.range = season_of(inquiry);
	return warehouse_read(inquiry->warehouse, &request, inquiry->symbols, &inquiry->games, err);
}

static bool read_box(struct inquiry *inquiry, struct error *err)
{
	static const char *const columns[] = {[BOX_PLAYER] = "player_lookup", [BOX_TEAM] = "team"};
	date_t date = inquiry->request->date;
	struct read_request request = {.layout = raw_table_layout(RAW_PLAYER_BOX),
		.columns = columns,
		.column_count = ARRAY_COUNT(columns),
		.range = {date, date}};
	return warehouse_read(inquiry->warehouse, &request, inquiry->symbols, &inquiry->box, err);
}

static bool read_there(struct inquiry *inquiry, struct error *err)
{
	const struct column columns[] = {{inquiry->column, COLUMN_TEXT, COLUMN_KEY}};
	struct table_layout layout = witnesses_layout(inquiry->table);
	date_t date = inquiry->request->date;
	layout.columns = columns;
	layout.column_count = ARRAY_COUNT(columns);
	struct read_request request = {.layout = &layout,
		.columns = &inquiry->column,
		.column_count = 1,
		.range = {date, date}};
	return warehouse_read(inquiry->warehouse, &request, inquiry->symbols, &inquiry->there, err);
}

static void mark_symbols(struct inquiry *inquiry)
{
	size_t count = symbols_count(inquiry->symbols) + 1;
	inquiry->is_there = memory_new_array(count, sizeof(*inquiry->is_there));
	inquiry->is_expected = memory_new_array(count, sizeof(*inquiry->is_expected));
	for (size_t row = 0; row < inquiry->there.row_count; row++) {
		const char *name = frame_text(&inquiry->there, 0, row);
		if (name != NULL)
			inquiry->is_there[symbols_number(name)] = true;
	}
}

static struct cell_group *group_of(struct cell_rows *rows, const char *name)
{
	for (size_t i = 0; i < rows->group_count; i++)
		if (strcmp(rows->groups[i].name, name) == 0)
			return &rows->groups[i];
	struct cell_group *group = &rows->groups[rows->group_count++];
	*group = (struct cell_group){.name = arena_copy_text(&rows->arena, name)};
	return group;
}

static void make_room(struct cell_rows *rows, size_t groups)
{
	rows->groups = arena_new(&rows->arena, (groups + 1) * sizeof(*rows->groups));
}

/* One row for each. */
static void expect(struct inquiry *inquiry, const char *symbol, const char *name)
{
	if (symbol == NULL || name == NULL || inquiry->is_expected[symbols_number(symbol)])
		return;
	inquiry->is_expected[symbols_number(symbol)] = true;
	struct cell_group *group = group_of(inquiry->rows, name);
	group->expected++;
	group->there += inquiry->is_there[symbols_number(symbol)];
}

static void name_teams(struct inquiry *inquiry)
{
	make_room(inquiry->rows, 2 * inquiry->games.row_count);
	for (size_t row = 0; row < inquiry->games.row_count; row++)
		for (int side = HOME; side <= AWAY; side++) {
			const char *team = frame_text(&inquiry->games, (size_t)side, row);
			expect(inquiry, team, team);
		}
}

static void name_games(struct inquiry *inquiry)
{
	make_room(inquiry->rows, inquiry->games.row_count);
	for (size_t row = 0; row < inquiry->games.row_count; row++) {
		const char *home = frame_text(&inquiry->games, HOME, row);
		const char *away = frame_text(&inquiry->games, AWAY, row);
		char *name = memory_format(
			"%s@%s", away == NULL ? "?" : away, home == NULL ? "?" : home);
		expect(inquiry, frame_text(&inquiry->games, GAME_ID, row), name);
		free(name);
	}
}

static void note_missing(struct cell_rows *rows, const char *player, const char *team)
{
	if (rows->missing_count == CELL_MISSING_MAX)
		rows->missing_more++;
	else
		rows->missing[rows->missing_count++] =
			arena_format(&rows->arena, "%s (%s)", player, team);
}

/* The teams of the schedule, too: of one without any box score nobody is there. */
static void name_players(struct inquiry *inquiry)
{
	struct cell_rows *rows = inquiry->rows;
	make_room(rows, inquiry->box.row_count + 2 * inquiry->games.row_count);
	rows->missing = arena_new(&rows->arena, CELL_MISSING_MAX * sizeof(*rows->missing));
	for (size_t row = 0; row < inquiry->box.row_count; row++) {
		const char *player = frame_text(&inquiry->box, BOX_PLAYER, row);
		const char *team = frame_text(&inquiry->box, BOX_TEAM, row);
		if (player == NULL || team == NULL || inquiry->is_expected[symbols_number(player)])
			continue;
		expect(inquiry, player, team);
		if (!inquiry->is_there[symbols_number(player)])
			note_missing(rows, player, team);
	}
	for (size_t row = 0; row < inquiry->games.row_count; row++)
		for (int side = HOME; side <= AWAY; side++) {
			const char *team = frame_text(&inquiry->games, (size_t)side, row);
			if (team != NULL)
				group_of(rows, team);
		}
}

static void count_others(struct inquiry *inquiry)
{
	for (size_t row = 0; row < inquiry->there.row_count; row++) {
		const char *name = frame_text(&inquiry->there, 0, row);
		inquiry->rows->others +=
			name == NULL || !inquiry->is_expected[symbols_number(name)];
	}
}

static int by_name(const void *a, const void *b)
{
	const struct cell_group *first = a, *second = b;
	return strcmp(first->name, second->name);
}

static int by_text(const void *a, const void *b)
{
	const char *const *first = a, *const *second = b;
	return strcmp(*first, *second);
}

static void name_all(struct inquiry *inquiry)
{
	struct cell_rows *rows = inquiry->rows;
	mark_symbols(inquiry);
	switch (rows->names) {
	case CELL_NAMES_NONE:
		break;
	case CELL_NAMES_TEAMS:
		name_teams(inquiry);
		break;
	case CELL_NAMES_PLAYERS:
		name_players(inquiry);
		break;
	case CELL_NAMES_GAMES:
		name_games(inquiry);
		break;
	}
	count_others(inquiry);
	qsort(rows->groups, rows->group_count, sizeof(*rows->groups), by_name);
	if (rows->missing_count > 0) /* else there is no list */
		qsort(rows->missing, rows->missing_count, sizeof(*rows->missing), by_text);
	free(inquiry->is_there);
	free(inquiry->is_expected);
}

static bool read_all(struct inquiry *inquiry, struct error *err)
{
	bool wants_box = inquiry->rows->names == CELL_NAMES_PLAYERS;
	return read_games(inquiry, err) && (!wants_box || read_box(inquiry, err)) &&
	       read_there(inquiry, err);
}

/* What the rule says nothing of cannot be missing by name. */
static const char *why_nobody(const struct inquiry *inquiry)
{
	enum cell_names names = inquiry->rows->names;
	if (names == CELL_NAMES_NONE)
		return "its key names no team, player or game";
	if (names == CELL_NAMES_TEAMS || !is_of_season(inquiry->table))
		return NULL;
	return inquiry->table->expect.rule == EXPECT_CONSTANT
		       ? "the rule counts rows (always as many), it knows no names"
		       : "the rule counts rows (no fewer than on the date before), it knows no "
			 "names";
}

void cell_names_read(struct warehouse *warehouse, const struct cell_rows_request *request,
	struct cell_rows *rows)
{
	struct inquiry inquiry = {.warehouse = warehouse,
		.request = request,
		.table = &request->pipeline->tables[request->table],
		.rows = rows};
	struct error err;
	choose_column(&inquiry);
	const char *nobody = why_nobody(&inquiry);
	if (nobody != NULL) {
		rows->names = CELL_NAMES_NONE;
		text_copy(rows->names_trouble, sizeof(rows->names_trouble), nobody);
		return;
	}
	rows->of_season = rows->names == CELL_NAMES_TEAMS && is_of_season(inquiry.table);
	inquiry.symbols = symbols_new();
	if (read_all(&inquiry, &err))
		name_all(&inquiry);
	else {
		rows->names = CELL_NAMES_NONE;
		text_copy(rows->names_trouble, sizeof(rows->names_trouble), err.text);
	}
	frame_release(&inquiry.games);
	frame_release(&inquiry.box);
	frame_release(&inquiry.there);
	symbols_free(inquiry.symbols);
}
