/*
 * composite_context: the JSON texts beside the scores of player_composite_factors, which say what a
 * score was made of (phase 4, 7.5, Context JSON keys). Pure; any thread. `into` is emptied first.
 */
#ifndef BACKCOURT_NATIVE_COMPOSITE_CONTEXT_H
#define BACKCOURT_NATIVE_COMPOSITE_CONTEXT_H

#include "base/text.h"
#include "composite_scores.h"

void write_fatigue_context(const struct player_load *load, int score, struct buffer *into);
/* weak_zone: of the opponent; NULL: none. */
void write_shot_zone_context(
	const struct matchup *matchup, const char *weak_zone, double score, struct buffer *into);
void write_pace_context(
	double pace_differential, double opponent_pace, double score, struct buffer *into);
/* Original: NULL is written as 0; corrected: as null, with the trend "unknown", so that no drop is
 * told of a projection that nobody made (decision 11). */
void write_usage_context(
	const struct rules *rules, const struct usage *usage, double score, struct buffer *into);

#endif
