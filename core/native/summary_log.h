/*
 * summary_log: rows of player_game_summary, loaded once per batch, by player and ascending date.
 */
#ifndef BACKCOURT_NATIVE_SUMMARY_LOG_H
#define BACKCOURT_NATIVE_SUMMARY_LOG_H

#include "history.h"
#include "shot_profile.h"

struct summary_game {
	const char *lookup, *universal_id, *team; /* of the batch's symbols */
	date_t date;
	int season_year;
	int64_t seconds, points, ft_makes, fg_attempts;
	bool has_minutes;     /* minutes_played is not NULL */
	double minutes;	      /* minutes_played */
	double usage, ts_pct; /* NAN: NULL */
	struct shooting_game shooting;
};

struct summary_log {
	struct summary_game *games;
	size_t count;
	struct index players;
	struct span *spans; /* the games of each player, in the order of `games` */
	size_t player_count;
};

/* One SELECT. */
bool summary_log_load(const struct batch *batch, struct date_range range,
	struct summary_log **loaded, struct error *err);
void summary_log_free(struct summary_log *log);
/* Games of the player with since <= date < before. */
struct span summaries_between(
	const struct summary_log *log, const char *lookup, date_t since, date_t before);

#endif
