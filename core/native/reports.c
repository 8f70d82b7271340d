#include "reports.h"

#include "support.h"
#include "warehouse/raw_tables.h"

#include <stdlib.h>
#include <string.h>

#define REPORT_DAYS_AHEAD 7

static const char *const names[] = {
	"report_date", "game_date", "team", "player_lookup", "status", "reason"};
enum { REPORT_DATE, GAME_DATE, TEAM, LOOKUP, STATUS, REASON };

struct reports {
	struct report *items; /* by game date, then player; one each */
	size_t count;
};

/* The newest first, so that the first of a key is the one to keep. */
static int compare_reports(const void *a, const void *b)
{
	const struct report *first = a;
	const struct report *second = b;
	if (first->game_date != second->game_date)
		return first->game_date - second->game_date;
	int by_player = strcmp(first->lookup, second->lookup);
	return by_player != 0 ? by_player : second->report_date - first->report_date;
}

static void keep_newest(struct reports *reports)
{
	size_t kept = 0;
	for (size_t i = 0; i < reports->count; i++) {
		const struct report *item = &reports->items[i];
		const struct report *last = kept == 0 ? NULL : &reports->items[kept - 1];
		if (last == NULL || last->game_date != item->game_date ||
			last->lookup != item->lookup)
			reports->items[kept++] = *item;
	}
	reports->count = kept;
}

bool reports_load(const struct batch *batch, struct date_range games, struct reports **loaded,
	struct error *err)
{
	struct frame frame;
	struct query query = {.layout = raw_table_layout(RAW_INJURIES),
		COLUMNS(names),
		.range = {games.first - REPORT_DAYS_AHEAD, games.last}};
	if (!batch_read(batch, &query, &frame, err))
		return false;
	struct reports *reports = memory_new(sizeof(*reports));
	reports->items = memory_new_array(frame.row_count + 1, sizeof(*reports->items));
	for (size_t row = 0; row < frame.row_count; row++) {
		struct report report = {
			.report_date = frame_date(&frame, REPORT_DATE, row),
			.game_date = frame_date(&frame, GAME_DATE, row),
			.team = frame_text(&frame, TEAM, row),
			.lookup = frame_text(&frame, LOOKUP, row),
			.status = frame_text(&frame, STATUS, row),
			.reason = frame_text(&frame, REASON, row),
		};
		/* An empty lookup is a team that had not reported. */
		if (report.report_date <= report.game_date && report.lookup[0] != '\0')
			reports->items[reports->count++] = report;
	}
	frame_release(&frame);
	qsort(reports->items, reports->count, sizeof(*reports->items), compare_reports);
	keep_newest(reports);
	*loaded = reports;
	return true;
}

void reports_free(struct reports *reports)
{
	if (reports == NULL)
		return;
	free(reports->items);
	free(reports);
}

static size_t first_of_date(const struct reports *reports, date_t date)
{
	size_t low = 0;
	size_t high = reports->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (reports->items[middle].game_date < date)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct report *reports_find(const struct reports *reports, date_t date, const char *lookup)
{
	for (size_t i = first_of_date(reports, date);
		i < reports->count && reports->items[i].game_date == date; i++)
		if (reports->items[i].lookup == lookup)
			return &reports->items[i];
	return NULL;
}

bool reports_any(const struct reports *reports, date_t date)
{
	size_t first = first_of_date(reports, date);
	return first < reports->count && reports->items[first].game_date == date;
}

int reports_count(const struct reports *reports, date_t date, const char *team, const char *status)
{
	int count = 0;
	for (size_t i = first_of_date(reports, date);
		i < reports->count && reports->items[i].game_date == date; i++)
		count += reports->items[i].team == team && reports->items[i].status != NULL &&
			 strcmp(reports->items[i].status, status) == 0;
	return count;
}
