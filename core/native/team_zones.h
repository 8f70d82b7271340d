/*
 * team_zones: what a team allowed by zone, against the league (phase 4, 4.3 to 4.5; native.md, 1,
 * 9). Pure.
 */
#ifndef BACKCOURT_NATIVE_TEAM_ZONES_H
#define BACKCOURT_NATIVE_TEAM_ZONES_H

#include "native/rules.h"
#include "shots.h"

#define ZONE_GAMES_MIN	 5  /* games with shots that zone columns need (corrected) */
#define LEAGUE_TEAMS_MIN 10 /* fewer: the default averages */

/* One game of a team's defence. */
struct defence_game {
	const char *team; /* of the batch's symbols */
	date_t date;
	bool has_zones; /* shots are known: paint and mid_range are not NULL */
	int attempts[ZONE_COUNT], makes[ZONE_COUNT], blocks[ZONE_COUNT];
	int points_in_paint, points_allowed;
	double rating, pace; /* NAN: NULL */
};

/* NAN: NULL. */
struct team_zones {
	double pct[ZONE_COUNT];	     /* 0..1 */
	double attempts[ZONE_COUNT]; /* per game */
	double blocks[ZONE_COUNT];
	double versus[ZONE_COUNT]; /* percentage points; positive = worse defence */
	double paint_points, rating, points, pace;
	const char *strongest, *weakest; /* paint, mid_range, perimeter; NULL: none */
	char notes[96];			 /* "": NULL */
};

extern const double league_default[ZONE_COUNT];

struct team_zones team_zones_of(const struct rules *rules, const struct defence_game *games,
	size_t count, const double league[ZONE_COUNT]);

#endif
