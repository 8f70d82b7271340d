/*
 * status: how a table stands, in one word, one glyph and a few numbers. Pure; made from the model
 * for every frame.
 */
#ifndef BACKCOURT_TUI_STATUS_H
#define BACKCOURT_TUI_STATUS_H

#include "base/clock.h"
#include "model/model.h"
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
	bool is_eta_old; /* by the speed of earlier runs */
};

struct table_status status_of_table(const struct model *model, size_t table);
/* Complete dates in percent, never 100 before the last one; -1 when none is expected. */
int status_percent(const struct table_summary *summary);

/* What several cells of one table look like as one: the worst that matters, or how many tenths. */
struct status_span {
	enum verdict verdict;
	int complete, expected;
	int unread; /* cells of which nothing was read yet */
};

struct status_span status_of_span(const struct model *model, size_t table, struct date_range range);
/* The same with what was read of that season besides the range. */
struct status_span status_of_season_span(
	const struct model *model, size_t season, size_t table, struct date_range range);

/* Dates of the range on which games are played, and days without. */
struct status_dates {
	int games, off, unknown;
};

struct status_dates status_of_dates(const struct model *model);

/* "12m", by the speed of earlier runs "~12m". */
const char *status_format_left(
	const struct table_status *status, char into[DURATION_TEXT_BYTES + 1]);

#define STATUS_ETA_BYTES 64

/*
 * When everything is done: "14:32 (..14:50)": as likely earlier as later, and hardly later than;
 * the second only where it matters. Within two minutes as a duration. "~14:32" by the speed of
 * earlier runs, "14:32+" where the time of some tables is not known yet, "--" of all, "-" where
 * there is nothing to do. `room`: columns at least 5; what does not fit is left out.
 */
const char *status_format_eta(const struct model *model, size_t room, char into[STATUS_ETA_BYTES]);

#endif
