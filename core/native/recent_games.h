/*
 * recent_games: what the features need of a player's and his team's games before a date (phase 4,
 * 8.3; native.md, 2 and 3).
 */
#ifndef BACKCOURT_NATIVE_RECENT_GAMES_H
#define BACKCOURT_NATIVE_RECENT_GAMES_H

#include "feature_vector.h"
#include "history.h"
#include "summary_log.h"

/* Fills the games, the recent and the season's averages of the inputs. */
void find_recent_games(const struct batch *batch, const struct summary_log *log, const char *lookup,
	date_t date, struct feature_inputs *inputs);
/* Fills the team's games and wins. */
void find_team_record(const struct batch *batch, const struct history *history, const char *team,
	date_t date, struct feature_inputs *inputs);

#endif
