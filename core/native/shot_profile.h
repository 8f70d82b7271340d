/*
 * shot_profile: where a player shoots and how well (phase 4, 5.4 and 5.5; native.md, 1, 9). Pure.
 */
#ifndef BACKCOURT_NATIVE_SHOT_PROFILE_H
#define BACKCOURT_NATIVE_SHOT_PROFILE_H

#include "native/rules.h"
#include "shots.h"

#define PROFILE_GAMES	   10
#define PROFILE_GAMES_LONG 20
#define PROFILE_LONG_MIN   15 /* games that the columns of the long window need */
#define PROFILE_ZONE_MIN   5  /* games with shots that zone columns need (corrected) */

/* One game of a player. -1: NULL. */
struct shooting_game {
	int attempts[ZONE_COUNT], makes[ZONE_COUNT];
	int fg_makes, assisted, unassisted;
};

/* NAN and -1: NULL. */
struct shot_profile {
	double rate[ZONE_COUNT]; /* % of shots */
	double pct[ZONE_COUNT];	 /* 0..1 */
	double attempts_pg[ZONE_COUNT];
	double paint_rate_20, paint_pct_20;
	double assisted_rate, unassisted_rate; /* % of makes */
	int total_shots;
	int games_10, games_20;
	const char *primary; /* NULL: none */
};

/* Games newest first; the first PROFILE_GAMES_LONG count. */
struct shot_profile shot_profile_of(
	const struct rules *rules, const struct shooting_game *games, size_t count);
/* excellent, good, limited, insufficient */
const char *sample_quality(int games, int window);

#endif
