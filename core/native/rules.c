#include "native/rules.h"

#include <stddef.h>
#include <string.h>

/* Sources of each flag: include/native/rules.h. A flag that is not named is false. */
const struct rules rules_corrected = {
	.name = "corrected",
	.season_windows = true,
	.played_rows_only = true,
	.keep_zero = true,
	.min_sample_team_zone = 5,
	.min_sample_player_zone = 5,
	.min_sample_cache = 5,
	.min_sample_league = 5,
	.back_to_back_is_rest_one = true,
	.completeness_before_date = true,
	.completeness_leaves_out_dnp = true,
	.team_completeness_both_sides = true,
	.seconds_exact = true,
	.all_columns = true,
	.favourite_side_spread = true,
	.phase3_hash = true,
	.mismatch_needs_zone = true,
	.games_7_from_context = true,
	.trend_later_sign = true,
};

const struct rules rules_original = {
	.name = "original",
	.through_the_date = true,
	.min_sample_team_zone = 15,
	.min_sample_player_zone = 10,
	.min_sample_cache = 5,
	.min_sample_league = 10,
	.skip_incomplete_players = true,
	.upstream_gates = true,
	.skip_not_ready = true,
	.shot_zone_required = true,
	.usage_default_25 = true,
	.opponent_from_factors = true,
	.zone_null_is_zero = true,
};

const struct rules *rules_find(const char *name)
{
	if (strcmp(name, rules_corrected.name) == 0)
		return &rules_corrected;
	return strcmp(name, rules_original.name) == 0 ? &rules_original : NULL;
}
