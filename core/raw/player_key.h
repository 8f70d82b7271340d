/*
 * player_key: player_lookup, the key of a player in every table (phase 3, 1.2; native.md).
 *
 * The lookup of players.csv by player_id; else the one of any box row of that id; else the
 * normalised name: lower case, accents stripped, everything but a-z and 0-9 removed.
 */
#ifndef BACKCOURT_RAW_PLAYER_KEY_H
#define BACKCOURT_RAW_PLAYER_KEY_H

#include <stddef.h>
#include <stdint.h>

#define PLAYER_KEY_BYTES 96

/* Writes the normalised name and returns `into`; cut at PLAYER_KEY_BYTES - 1. Pure. */
char *player_key_normalise(const char *name, char into[PLAYER_KEY_BYTES]);

/* Keys by player_id. One thread at a time. */
struct player_keys;
struct player_keys *player_keys_new(void);
void player_keys_free(struct player_keys *keys);
/* The first key given for an id stays: give players.csv before box rows. */
void player_keys_add(struct player_keys *keys, int64_t player_id, const char *lookup);
/* NULL when the id is unknown. */
const char *player_keys_find(const struct player_keys *keys, int64_t player_id);

#endif
