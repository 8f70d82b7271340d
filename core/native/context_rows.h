/*
 * context_rows: rows of upcoming_player_game_context, loaded once per batch, one per player and
 * date (native.md, decision 8).
 *
 * A player on two rosters of one date (trade days) has two rows there; kept is the one of the
 * roster row that played, else DNP, else INACTIVE, then of the higher game id.
 */
#ifndef BACKCOURT_NATIVE_CONTEXT_ROWS_H
#define BACKCOURT_NATIVE_CONTEXT_ROWS_H

#include "history.h"

/* What every list of columns begins with: .columns = {CONTEXT_KEY, "days_rest", ...} */
#define CONTEXT_KEY "game_date", "player_lookup", "team_abbr", "game_id"
enum { CONTEXT_DATE, CONTEXT_LOOKUP, CONTEXT_TEAM, CONTEXT_GAME, CONTEXT_KEY_COUNT };

struct context_rows {
	struct frame frame; /* the columns asked for, in their order */
	size_t *rows;	    /* of the frame; by date, then player */
	size_t count;
};

/* Three SELECTs. */
bool context_rows_load(const struct batch *batch, const char *const *columns, size_t column_count,
	struct date_range range, struct context_rows **loaded, struct error *err);
void context_rows_free(struct context_rows *context);
/* Indices in `rows`. */
struct span context_rows_of_date(const struct context_rows *context, date_t date);

#endif
