/*
 * roster: who was on the game-day roster of each date: played, DNP and INACTIVE (native.md, 8).
 */
#ifndef BACKCOURT_NATIVE_ROSTER_H
#define BACKCOURT_NATIVE_ROSTER_H

#include "history.h"
#include "reports.h"

enum roster_status { ROSTER_INACTIVE, ROSTER_DNP, ROSTER_PLAYED };

struct roster_row {
	const char *lookup, *game_id, *team; /* of the batch's symbols */
	date_t date;
	int64_t player_id; /* -1: unknown */
	enum roster_status status;
	int stars_out; /* teammates; set by roster_count_stars_out */
};

struct roster;

/* Two SELECTs. A box row beats a did_not_play row of the same player and game. */
bool roster_load(const struct batch *batch, struct date_range range, struct roster **loaded,
	struct error *err);
void roster_free(struct roster *roster);
/* Rows of a date are sorted by player, then game. */
struct span roster_of_date(const struct roster *roster, date_t date);
/* The row that stands for a player on a date: played before DNP before INACTIVE, then the higher
 * game id (decision 8); NULL when he is on no roster. */
const struct roster_row *roster_choice(
	const struct roster *roster, date_t date, const char *lookup);
const struct roster_row *roster_row(const struct roster *roster, size_t index);

/* Stars among each player's teammates of the date whose newest report says Out or Doubtful
 * (decision 11): 10 games or more before D, and 18 points, or 28 minutes and 12 points, a game. */
void roster_count_stars_out(struct roster *roster, const struct batch *batch,
	const struct history *history, const struct reports *reports, date_t date);

#endif
