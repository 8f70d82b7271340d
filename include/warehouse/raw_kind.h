/*
 * raw_kind: whether the raw games of a warehouse are the league's own or the sample's invented
 * ones.
 *
 * A sample has numbers of games that the league never reaches (raw/sample.h); in one warehouse with
 * real games it would be computed with them, and nobody could tell. Blocks: the warehouse is asked.
 */
#ifndef BACKCOURT_WAREHOUSE_RAW_KIND_H
#define BACKCOURT_WAREHOUSE_RAW_KIND_H

#include "warehouse/warehouse.h"

/* The last five digits of a game's id: the sample counts from here, the league ends near 1230. */
#define RAW_SAMPLE_FIRST_NUMBER 50001

enum raw_kind { RAW_KIND_NONE, RAW_KIND_REAL, RAW_KIND_SAMPLE, RAW_KIND_MIXED };

/* REAL or SAMPLE; NONE for what is no id of a game. */
enum raw_kind raw_kind_of_game(const char *game_id);
enum raw_kind raw_kind_with(enum raw_kind kind, enum raw_kind another);
/* Of its games or, where it has none, of the first raw table whose rows name games: an import or a
 * push may have been cut, or of some tables only. The raw tables must be there. */
bool raw_kind_of_warehouse(struct warehouse *warehouse, enum raw_kind *kind, struct error *err);

/* The same where raw tables may be missing. NONE beside games: nobody can say what they are. */
struct raw_look {
	enum raw_kind kind;
	bool has_games; /* or rows of some */
};

bool raw_kind_look(struct warehouse *warehouse, struct raw_look *look, struct error *err);

#endif
