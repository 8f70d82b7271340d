/*
 * defence_log: rows of team_defense_game_summary, loaded once per batch, by team and ascending
 * date.
 */
#ifndef BACKCOURT_NATIVE_DEFENCE_LOG_H
#define BACKCOURT_NATIVE_DEFENCE_LOG_H

#include "history.h"
#include "team_zones.h"

struct defence_log {
	struct defence_game *games;
	size_t count;
	struct span *teams; /* the games of each team, by name */
	size_t team_count;
};

/* One SELECT. */
bool defence_log_load(const struct batch *batch, struct date_range range,
	struct defence_log **loaded, struct error *err);
void defence_log_free(struct defence_log *log);
/* Games of the n-th team with since <= date < before. */
struct span defence_between(
	const struct defence_log *log, size_t team, date_t since, date_t before);

#endif
