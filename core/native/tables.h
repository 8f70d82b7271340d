/* The native tables, one per file of core/native; core/native/processors.c lists them. */
#ifndef BACKCOURT_NATIVE_TABLES_H
#define BACKCOURT_NATIVE_TABLES_H

#include "native/processor.h"

extern const struct processor player_game_summary;
extern const struct processor team_offense_game_summary;
extern const struct processor team_defense_game_summary;
extern const struct processor upcoming_player_game_context;
extern const struct processor upcoming_team_game_context;
extern const struct processor team_defense_zone_analysis;
extern const struct processor player_shot_zone_analysis;
extern const struct processor player_composite_factors;
extern const struct processor player_daily_cache;
extern const struct processor ml_feature_store_v2;

#endif
