/*
 * formulas: possessions, pace, ratings, shooting and usage, for every table that needs them.
 * Sources: phase 4, 3.3 to 3.5; native.md, decision 10. Pure. NAN where undefined.
 */
#ifndef BACKCOURT_NATIVE_FORMULAS_H
#define BACKCOURT_NATIVE_FORMULAS_H

#include <stdint.h>

#define FREE_THROW_SHARE 0.44

/* The box line of a team or a player, as far as the formulas go. */
struct box_line {
	int64_t points, fg_attempts, ft_attempts, offensive_rebounds, turnovers;
	int64_t seconds; /* a team's: game length x 5 */
};

double box_possessions(const struct box_line *team);	   /* 1 decimal, Python rounding */
double box_pace(const struct box_line *team);		   /* per 48 minutes, 1 decimal */
double box_offensive_rating(const struct box_line *team);  /* per 100 possessions, 2 decimals */
double box_defensive_rating(const struct box_line *other); /* of the opponent's line, 2 decimals */
double box_opponent_pace(const struct box_line *other);	   /* possessions, 1 decimal */
double box_true_shooting(const struct box_line *line);	   /* 0..1, 3 decimals */
double box_usage(const struct box_line *player, const struct box_line *team); /* %, 2 decimals */

#endif
