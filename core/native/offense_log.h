/*
 * offense_log: rows of team_offense_game_summary, loaded once per batch, by team and ascending
 * date.
 */
#ifndef BACKCOURT_NATIVE_OFFENSE_LOG_H
#define BACKCOURT_NATIVE_OFFENSE_LOG_H

#include "history.h"

struct offense_game {
	const char *team; /* of the batch's symbols */
	date_t date;
	bool win;
	double pace, rating; /* NAN: NULL */
};

struct offense_log {
	struct offense_game *games;
	size_t count;
	struct index teams;
};

/* One SELECT. */
bool offense_log_load(const struct batch *batch, struct date_range range,
	struct offense_log **loaded, struct error *err);
void offense_log_free(struct offense_log *log);
/* Games of the team with since <= date < before. */
struct span offense_between(
	const struct offense_log *log, const char *team, date_t since, date_t before);

/* Means of a span, four decimals, Python rounding; NAN: NULL. */
struct offense_form {
	double pace, rating;
};
struct offense_form offense_form_of(const struct offense_log *log, struct span span);

#endif
