/* The native tables: one line here and one file of that name each. */
#ifndef BACKCOURT_NATIVE_TABLES_H
#define BACKCOURT_NATIVE_TABLES_H

#include "native/processor.h"

#define NATIVE_TABLE_LIST(X)            \
	X(player_game_summary)          \
	X(team_offense_game_summary)    \
	X(team_defense_game_summary)    \
	X(upcoming_player_game_context) \
	X(upcoming_team_game_context)   \
	X(team_defense_zone_analysis)   \
	X(player_shot_zone_analysis)    \
	X(player_composite_factors)     \
	X(player_daily_cache)           \
	X(ml_feature_store_v2)

#define X(table) extern const struct processor table;
NATIVE_TABLE_LIST(X)
#undef X

#endif
