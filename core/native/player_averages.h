/*
 * player_averages: scoring, minutes and usage of a player over his season so far (phase 4, 6.2 and
 * 6.3; native.md, 3 and 4). Pure.
 */
#ifndef BACKCOURT_NATIVE_PLAYER_AVERAGES_H
#define BACKCOURT_NATIVE_PLAYER_AVERAGES_H

#include "summary_log.h"

#define SEASON_GAMES_MAX 82

/* NAN: NULL. Four decimals, Python rounding, unless said otherwise. */
struct player_averages {
	double points_5, points_10, points_season, points_deviation_10;
	double minutes_10; /* corrected: one decimal */
	double usage_10, usage_season;
	double ts_10;
	double assisted_10; /* share of makes, 0..1, not rounded */
};

/* Games newest first, at most SEASON_GAMES_MAX. */
struct player_averages player_averages_of(
	const struct rules *rules, const struct summary_game *const *games, size_t count);

#endif
