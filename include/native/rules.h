/*
 * rules: every difference between the corrected native processors and the original Python ones.
 *
 * One flag per difference, read where the formula is; two constant instances. The flags' sources
 * are spec phase 3 section 6, phase 4 section 10, and the numbered decisions of design native.md.
 * Immutable; any thread.
 */
#ifndef BACKCOURT_NATIVE_RULES_H
#define BACKCOURT_NATIVE_RULES_H

#include <stdbool.h>

struct rules {
	const char *name; /* "corrected" or "original" */

	/* both phases */
	bool season_windows; /* windows, counts and averages look at [season start, D) (decision 2)
			      */
	bool played_rows_only;	  /* only rows with playing time count as games (decision 3) */
	bool keep_zero;		  /* 0.0 stays 0.0 (decision 4); the original turns it into NULL */
	bool through_the_date;	  /* original phase 4: windows include D itself (a leak) */
	int min_sample_team_zone; /* rows needed for a team_defense_zone_analysis row */
	int min_sample_player_zone;
	int min_sample_cache;
	int min_sample_league; /* rows a team needs to enter the league average */

	/* phase 3 */
	bool back_to_back_is_rest_one; /* decision 5; the original tests rest = 0: never true */
	bool completeness_before_date; /* decision 6: both sides [start, D), capped; the original
					  leaks D */
	bool completeness_leaves_out_dnp;
	bool team_completeness_both_sides;
	bool skip_incomplete_players; /* original: a player below 90 % is not written Dec-Mar,
					 May-Jun */
	bool seconds_exact;	      /* minute sums of integer seconds (decision 3) */
	bool all_columns;	      /* fill what the original leaves NULL or constant */
	bool favourite_side_spread;   /* decision 12 */
	bool phase3_hash;	      /* original at the seed commit has no data_hash */

	/* phase 4 */
	bool upstream_gates;	    /* the original's absolute row counts shut whole dates */
	bool skip_not_ready;	    /* original: incomplete entities are not written */
	bool shot_zone_required;    /* original: daily cache needs a shot zone row */
	bool usage_default_25;	    /* original: projection and base NULL count as 25 */
	bool mismatch_needs_zone;   /* no primary zone, no mismatch (decision 9); the original takes
				       the paint columns */
	bool trend_later_sign;	    /* recent_trend: newest minus older (decision 5) */
	bool games_7_from_context;  /* feature 4 falls back to the context (decision 12) */
	bool opponent_from_factors; /* original: without factors no opponent (phase 4, 8.3) */
	bool zone_null_is_zero;	    /* original: NULL zones count as 0 in sums */
};

extern const struct rules rules_corrected;
extern const struct rules rules_original;

/* NULL when no rules are called so. */
const struct rules *rules_find(const char *name);

/* So many failing attempts on a date lock an entity out, for so many days (phase 3, 1.7). */
#define BREAKER_ATTEMPTS 3
#define BREAKER_DAYS	 7

#endif
