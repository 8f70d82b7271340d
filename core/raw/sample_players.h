/* sample_players: draws one player of a kind for a place in a roster. */
#ifndef BACKCOURT_RAW_SAMPLE_PLAYERS_H
#define BACKCOURT_RAW_SAMPLE_PLAYERS_H

#include "sample_league.h"

/* The kinds of a roster's places in random order: each five places have a guard, a big and so on.
 */
void sample_kinds(struct random *random, int kinds[SAMPLE_ROSTER_MAX]);
/* Fills everything but id and name. */
void sample_draw_player(struct random *random, int kind, int place, struct sample_player *player);

#endif
