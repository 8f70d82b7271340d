#include "roster.h"

#include "support.h"
#include "warehouse/raw_tables.h"

#include <stdlib.h>
#include <string.h>

#define STAR_GAMES	    10
#define STAR_POINTS	    18.0
#define STAR_MINUTES	    28.0
#define STAR_MINUTES_POINTS 12.0

static const char *const box_names[] = {
	"game_date", "game_id", "player_id", "team", "player_lookup"};
static const char *const absent_names[] = {
	"game_date", "game_id", "player_id", "team", "player_lookup", "status"};
enum { DATE, GAME_ID, PLAYER_ID, TEAM, LOOKUP, STATUS };

struct roster {
	struct roster_row *items; /* by date, player, game; the better status first */
	size_t count, capacity;
};

static int compare_rows(const void *a, const void *b)
{
	const struct roster_row *first = a;
	const struct roster_row *second = b;
	if (first->date != second->date)
		return first->date - second->date;
	int by_player = strcmp(first->lookup, second->lookup);
	if (by_player != 0)
		return by_player;
	int by_game = strcmp(first->game_id, second->game_id);
	return by_game != 0 ? by_game : (int)second->status - (int)first->status;
}

static void add_frame(struct roster *roster, const struct frame *frame, bool played)
{
	for (size_t row = 0; row < frame->row_count; row++) {
		struct roster_row item = {
			.lookup = frame_text(frame, LOOKUP, row),
			.game_id = frame_text(frame, GAME_ID, row),
			.team = frame_text(frame, TEAM, row),
			.date = frame_date(frame, DATE, row),
			.player_id = frame_is_null(frame, PLAYER_ID, row)
					     ? -1
					     : frame_integer(frame, PLAYER_ID, row),
			.status = ROSTER_PLAYED,
		};
		if (!played)
			item.status = strcmp(frame_text(frame, STATUS, row), "INACTIVE") == 0
					      ? ROSTER_INACTIVE
					      : ROSTER_DNP;
		ARRAY_GROW(roster->items, roster->count, roster->capacity);
		roster->items[roster->count++] = item;
	}
}

static void drop_doubles(struct roster *roster)
{
	size_t kept = 0;
	for (size_t i = 0; i < roster->count; i++) {
		const struct roster_row *item = &roster->items[i];
		const struct roster_row *last = kept == 0 ? NULL : &roster->items[kept - 1];
		if (last == NULL || last->lookup != item->lookup || last->game_id != item->game_id)
			roster->items[kept++] = *item;
	}
	roster->count = kept;
}

bool roster_load(const struct batch *batch, struct date_range range, struct roster **loaded,
	struct error *err)
{
	struct frame boxes, absent;
	struct query query = {
		.layout = raw_table_layout(RAW_PLAYER_BOX), COLUMNS(box_names), .range = range};
	struct query other = {.layout = raw_table_layout(RAW_DID_NOT_PLAY),
		COLUMNS(absent_names),
		.range = range};
	if (!batch_read(batch, &query, &boxes, err))
		return false;
	if (!batch_read(batch, &other, &absent, err)) {
		frame_release(&boxes);
		return false;
	}
	struct roster *roster = memory_new(sizeof(*roster));
	add_frame(roster, &boxes, true);
	add_frame(roster, &absent, false);
	frame_release(&boxes);
	frame_release(&absent);
	if (roster->count > 0)
		qsort(roster->items, roster->count, sizeof(*roster->items), compare_rows);
	drop_doubles(roster);
	*loaded = roster;
	return true;
}

void roster_free(struct roster *roster)
{
	if (roster == NULL)
		return;
	free(roster->items);
	free(roster);
}

static size_t lower_bound(const struct roster *roster, date_t date)
{
	size_t low = 0;
	size_t high = roster->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (roster->items[middle].date < date)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct span roster_of_date(const struct roster *roster, date_t date)
{
	return (struct span){lower_bound(roster, date), lower_bound(roster, date + 1)};
}

const struct roster_row *roster_choice(const struct roster *roster, date_t date, const char *lookup)
{
	struct span span = roster_of_date(roster, date);
	const struct roster_row *best = NULL;
	for (size_t i = span.first; i < span.end; i++) {
		const struct roster_row *row = &roster->items[i];
		if (row->lookup == lookup && (best == NULL || row->status >= best->status))
			best = row;
	}
	return best;
}

const struct roster_row *roster_row(const struct roster *roster, size_t index)
{
	return &roster->items[index];
}

static bool is_star(
	const struct batch *batch, const struct history *history, const struct roster_row *row)
{
	struct span span = player_games_between(
		history, row->lookup, window_start(batch, row->date, 0), row->date);
	int games = 0;
	double points = 0;
	double minutes = 0;
	for (size_t i = span.first; i < span.end; i++) {
		const struct player_game *game = &history->player_games[i];
		if (!game->played)
			continue;
		games++;
		points += (double)game->points;
		minutes += (double)game->seconds / 60.0;
	}
	if (games < STAR_GAMES)
		return false;
	return points / games >= STAR_POINTS ||
	       (minutes / games >= STAR_MINUTES && points / games >= STAR_MINUTES_POINTS);
}

static bool is_out(const struct reports *reports, const struct roster_row *row)
{
	const struct report *report = reports_find(reports, row->date, row->lookup);
	return report != NULL && report->status != NULL &&
	       (strcmp(report->status, "Out") == 0 || strcmp(report->status, "Doubtful") == 0);
}

void roster_count_stars_out(struct roster *roster, const struct batch *batch,
	const struct history *history, const struct reports *reports, date_t date)
{
	struct span span = roster_of_date(roster, date);
	for (size_t i = span.first; i < span.end; i++)
		roster->items[i].stars_out = 0;
	for (size_t i = span.first; i < span.end; i++) {
		const struct roster_row *star = &roster->items[i];
		if (!is_out(reports, star) || !is_star(batch, history, star))
			continue;
		for (size_t other = span.first; other < span.end; other++)
			roster->items[other].stars_out +=
				other != i && roster->items[other].team == star->team &&
				roster->items[other].lookup != star->lookup;
	}
}
