/*
 * player_form: rest, load and recent scoring of a player before a date (phase 3, 2.5, Fatigue and
 * Recent scoring; native.md, 2 to 5).
 */
#ifndef BACKCOURT_NATIVE_PLAYER_FORM_H
#define BACKCOURT_NATIVE_PLAYER_FORM_H

#include "history.h"

struct form {
	int days_rest, days_rest_before_last, days_since_rest; /* days; -1: NULL */
	int games_7, games_14;
	int64_t minutes_7, minutes_14; /* truncated */
	double avg_minutes_7;	       /* NAN: NULL */
	int back_to_backs_14;
	double points_5, points_10, usage_7; /* NAN: NULL */
	int game_count;			     /* games in the whole window */
};

struct form form_of_player(
	const struct batch *batch, const struct history *history, const char *lookup, date_t date);

/* Mean pace of the team's newest ten games since a date; NAN without any. */
double team_pace_last_10(
	const struct history *history, const char *team, date_t since, date_t before);

#endif
