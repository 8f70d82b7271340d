/*
 * completeness: expected against actual games of an entity in a window (phase 3, 1.6; phase 4, 2.2;
 * native.md, decision 6).
 */
#ifndef BACKCOURT_NATIVE_COMPLETENESS_H
#define BACKCOURT_NATIVE_COMPLETENESS_H

#include "history.h"

#define READY_PCT 90.0

struct completeness {
	int expected, actual, missing;
	double pct; /* Python rounding, 1 decimal; not capped */
	bool complete, ready;
};

/* The rule of the specifications. Expected 0 gives pct 0, complete, not ready. Pure. */
struct completeness completeness_of(int expected, int actual);

enum window_kind { WINDOW_GAMES, WINDOW_DAYS };
struct window {
	enum window_kind kind;
	int size;
	/* Original: games count from opening day on, not from October 1 (phase 4, 2.2). */
	bool from_opening_day;
};

/* Dates on which the roster lists a player as DNP or INACTIVE. */
struct absences;
bool absences_load(const struct batch *batch, struct date_range range, struct absences **loaded,
	struct error *err);
void absences_free(struct absences *absences);

/* A player before D, by the batch's rules. `absences` may be NULL (the original has none). */
struct completeness completeness_of_player(const struct batch *batch, const struct history *history,
	const struct absences *absences, const char *lookup, date_t date, struct window window);

#endif
