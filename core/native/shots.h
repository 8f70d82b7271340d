/*
 * shots: shots summed by zone, per game and player or team (native.md, decision 9).
 *
 * paint: worth 2 and at most 8 feet away; mid_range: any other shot worth 2 whose distance is
 * known; three: worth 3. A game has shots or it has none: a game without any has no zone columns
 * (NULL).
 */
#ifndef BACKCOURT_NATIVE_SHOTS_H
#define BACKCOURT_NATIVE_SHOTS_H

#include "native/processor.h"

#define PAINT_FEET 8

enum zone { ZONE_PAINT, ZONE_MID_RANGE, ZONE_THREE, ZONE_COUNT };

struct zone_sums {
	int attempts[ZONE_COUNT];
	int makes[ZONE_COUNT];
};

struct shots;

/* One SELECT. */
bool shots_load(const struct batch *batch, struct date_range range, struct shots **loaded,
	struct error *err);
void shots_free(struct shots *shots);
/* The texts are of the batch's symbols. False when the game has no shots at all. */
bool shots_of_player(
	const struct shots *shots, const char *game_id, int64_t player_id, struct zone_sums *sums);
bool shots_of_team(
	const struct shots *shots, const char *game_id, const char *team, struct zone_sums *sums);

#endif
