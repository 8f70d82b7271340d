/*
 * composite_scores: the four contextual adjustments of player_composite_factors (phase 4, 7.3 to
 * 7.5; native.md, 9 and 11). Pure; any thread. In inputs NAN and NULL stand for NULL.
 */
#ifndef BACKCOURT_NATIVE_COMPOSITE_SCORES_H
#define BACKCOURT_NATIVE_COMPOSITE_SCORES_H

#include "native/rules.h"
#include "shots.h"

struct player_load {
	double days_rest, games_7, minutes_7, avg_minutes_7, back_to_backs_14, age;
	bool back_to_back;
};

/* A player's shots against the opponent's defence. */
struct matchup {
	bool has_player, has_team;	  /* the rows are there */
	const char *primary;		  /* paint, mid_range, perimeter, balanced */
	double rate[ZONE_COUNT];	  /* % of the player's shots */
	double versus_league[ZONE_COUNT]; /* percentage points; positive = worse defence */
};

struct usage {
	double projected, base; /* % */
	double stars_out;
};

struct composite_scores {
	int fatigue;					  /* 0..100, 100 = fresh */
	double fatigue_adjustment, mismatch, pace, usage; /* unrounded */
	double total;					  /* points, unrounded */
};

int fatigue_score(const struct player_load *load);
/* The zone whose columns the matchup goes by (7.4). */
enum zone matchup_zone(const struct matchup *matchup);
double mismatch_score(const struct rules *rules, const struct matchup *matchup);
double pace_score(double pace_differential);
double usage_spike_score(const struct rules *rules, const struct usage *usage);
struct composite_scores composite_scores_of(const struct rules *rules,
	const struct player_load *load, const struct matchup *matchup, double pace_differential,
	const struct usage *usage);

#define WARNING_TEXT_BYTES 160
/* The warnings joined by "; ", "" without any. */
void composite_warnings(const struct composite_scores *scores, char into[WARNING_TEXT_BYTES]);

#endif
