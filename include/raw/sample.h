/*
 * sample: a synthetic season in the layout of the raw CSV files, for a first run without any data.
 *
 * Thirty real teams with a calendar as the league's, but invented players, scores and game ids: ids
 * of games (00221 50001 on) and players (90000001 on) lie outside the real ranges, so that a sample
 * is never taken for the truth. The same options give the same bytes on every machine (integers
 * only, a generator of its own, no locale). raw_import_folder loads the folder afterwards.
 * Blocks for about a second a season; one thread at a time; no global state.
 */
#ifndef BACKCOURT_RAW_SAMPLE_H
#define BACKCOURT_RAW_SAMPLE_H

#include "base/cancel.h"
#include "base/error.h"

#include <stdint.h>

#define SAMPLE_SEASONS_MAX 4
#define SAMPLE_SEED	   2021
/* Says in the folder that its files are invented; written last. */
#define SAMPLE_MARK_NAME   "SAMPLE.txt"

struct import_listener;

struct sample_options {
	int seasons; /* 1..SAMPLE_SEASONS_MAX, from 2021-22 on */
	uint32_t seed;
};

/*
 * Writes games, player_box, team_box, shots, did_not_play, players, teams, odds, injuries (.csv)
 * and SAMPLE.txt. `folder` may be absent, empty, or an earlier sample, which is replaced; anything
 * else is refused (ERROR_INPUT). Everything is written beside it and moved into place in one step:
 * a failure or a cancel leaves `folder` as it was and nothing beside it. The listener (may be NULL)
 * hears days, not bytes, as its progress.
 */
bool sample_write(const char *folder, const struct sample_options *options,
	const struct import_listener *listener, const struct cancel *cancel, struct error *err);

/* Removes a sample's files and then its folder, where nothing else lies in it. */
void sample_remove(const char *folder);

#endif
