/*
 * status: how a table stands, in one word, one glyph and a few numbers. Pure; made from the model
 * for every frame.
 */
#ifndef BACKCOURT_TUI_STATUS_H
#define BACKCOURT_TUI_STATUS_H

#include "model.h"
#include "tui/roles.h"

struct table_status {
	const char *word; /* "RUNNING" "done" ... at most 8 columns */
	enum verdict sign;
	enum role role;
	bool is_loud;	/* asks for attention or moves */
	bool is_silent; /* prints nothing for longer than it should */
	struct table_summary summary;
	double part; /* of the date in hand, 0..1 */
	int64_t date_ms, eta_ms;
};

struct table_status status_of_table(const struct model *model, size_t table);
/* Complete dates in percent, never 100 before the last one; -1 when none is expected. */
int status_percent(const struct table_summary *summary);

/* What several cells of one table look like as one: the worst that matters, or how many tenths. */
struct status_span {
	enum verdict verdict;
	int complete, expected;
};

struct status_span status_of_span(const struct model *model, size_t table, struct date_range range);

/* Dates of the range on which games are played, and days without. */
struct status_dates {
	int games, off, unknown;
};

struct status_dates status_of_dates(const struct model *model);

#endif
