/*
 * game_lines: betting lines by game id (native.md, decision 12). NAN where not given.
 */
#ifndef BACKCOURT_NATIVE_GAME_LINES_H
#define BACKCOURT_NATIVE_GAME_LINES_H

#include "native/processor.h"

struct game_line {
	const char *game_id, *source; /* of the batch's symbols; source NULL: unknown */
	double home_spread,
		home_spread_open; /* points, the home side's view: negative = favoured */
	double total, total_open;
};

struct game_lines;

/* One SELECT. */
bool game_lines_load(const struct batch *batch, struct date_range range, struct game_lines **loaded,
	struct error *err);
void game_lines_free(struct game_lines *lines);
const struct game_line *game_lines_find(const struct game_lines *lines, const char *game_id);

#endif
