/*
 * player_contexts: what phase 4 needs to know of the rows of upcoming_player_game_context on the
 * dates of a batch, one a player and date (context_rows.h).
 */
#ifndef BACKCOURT_NATIVE_PLAYER_CONTEXTS_H
#define BACKCOURT_NATIVE_PLAYER_CONTEXTS_H

#include "history.h"

/* Texts are of the batch's symbols. NAN and NULL: the column is NULL; a boolean is then false. */
struct player_context {
	date_t date;
	const char *lookup, *universal_id, *game_id, *team, *opponent;
	const char *season_phase, *status; /* status: of the newest injury report */
	bool ready, home, back_to_back;
	double days_rest, opponent_days_rest;
	double games_7, minutes_7, avg_minutes_7; /* the last seven days */
	double back_to_backs_14, age;
	double projected_usage, usage_7; /* % */
	double stars_out;
	double pace_differential, opponent_pace;
};

struct player_contexts {
	struct player_context *items; /* by date, then player */
	size_t count;
};

/* Three SELECTs. */
bool player_contexts_load(
	const struct batch *batch, struct player_contexts **loaded, struct error *err);
void player_contexts_free(struct player_contexts *contexts);
struct span player_contexts_of_date(const struct player_contexts *contexts, date_t date);

#endif
