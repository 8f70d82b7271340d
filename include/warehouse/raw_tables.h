/*
 * raw_tables: the raw input as tables of the warehouse (dataset nba_raw; design: native, "Raw
 * input").
 *
 * The importer fills them, the processors read them, `push --raw` copies them. Columns keep the
 * names and units of the CSV files; player_lookup is resolved at import (core/raw/player_key.h).
 * Constants; any thread.
 */
#ifndef BACKCOURT_WAREHOUSE_RAW_TABLES_H
#define BACKCOURT_WAREHOUSE_RAW_TABLES_H

#include "warehouse/table.h"

enum raw_table {
	RAW_GAMES,
	RAW_PLAYER_BOX,
	RAW_TEAM_BOX,
	RAW_SHOTS,
	RAW_DID_NOT_PLAY,
	RAW_ODDS,
	RAW_INJURIES,
	RAW_PLAYERS,
	RAW_TEAMS,
	RAW_TABLE_COUNT,
};

const struct table_layout *raw_table_layout(enum raw_table table);

struct warehouse;

/*
 * After warehouse_prepare: the raw tables that were missing while others were there, "shots, odds".
 * They were dropped, or are new in this version, and are empty now. False: none.
 */
bool raw_tables_remade(const struct warehouse *warehouse, struct buffer *names);

#endif
