/*
 * feature_vector: the 25 features of ml_feature_store_v2, where each came from, and how good the
 * vector is (phase 4, 8.4; native.md, 5 and 12). Pure; any thread.
 */
#ifndef BACKCOURT_NATIVE_FEATURE_VECTOR_H
#define BACKCOURT_NATIVE_FEATURE_VECTOR_H

#include "native/rules.h"
#include "shots.h"

#define FEATURE_COUNT 25
#define FEATURE_GAMES 10 /* games before the date that features look at */

enum feature_source {
	FEATURE_PHASE4,	    /* the upstream tables */
	FEATURE_PHASE3,	    /* the context, or the games before the date */
	FEATURE_DEFAULT,    /* nothing was known */
	FEATURE_CALCULATED, /* of phase 3, by a formula of its own */
	FEATURE_SOURCE_COUNT
};

/* NAN and NULL: the column is NULL, or the row is missing. */
struct feature_inputs {
	/* player_daily_cache */
	double points_5, points_10, points_season, points_deviation_10, games_7, minutes_10;
	double team_pace, team_rating;
	/* player_composite_factors */
	double fatigue, mismatch, pace, usage;
	/* player_shot_zone_analysis (% of shots), team_defense_zone_analysis of the opponent */
	double zone_rate[ZONE_COUNT];
	double opponent_rating, opponent_pace;
	/* upcoming_player_game_context */
	double days_rest, opponent_days_rest, context_games_7;
	const char *status, *season_phase;
	bool home, back_to_back;
	/* the player's games before the date, newest first, and his season's averages */
	double points[FEATURE_GAMES], ft_makes[FEATURE_GAMES];
	size_t game_count; /* at most FEATURE_GAMES */
	double recent_points_5, recent_points_10, recent_minutes_10;
	double season_points, season_minutes;
	/* the team's games of the season before the date */
	int team_wins, team_games;
};

struct feature_vector {
	double values[FEATURE_COUNT];
	enum feature_source sources[FEATURE_COUNT];
	double quality;		 /* 0..100, 2 decimals */
	const char *data_source; /* phase4, phase4_partial, phase3 or mixed */
};

const char *feature_name(size_t index);
struct feature_vector feature_vector_of(
	const struct rules *rules, const struct feature_inputs *inputs);
/* Inputs of which nothing is known. */
struct feature_inputs feature_inputs_unknown(void);

#endif
