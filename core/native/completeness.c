#include "completeness.h"

#include "native/number.h"
#include "support.h"
#include "warehouse/raw_tables.h"

#include <stdlib.h>

static const char *const names[] = {"player_lookup", "game_date"};
enum { LOOKUP, DATE };

struct absence {
	size_t player; /* symbols_number of the lookup */
	date_t date;
};

struct absences {
	struct absence *items; /* by player, then date */
	size_t count;
};

static int compare_absences(const void *a, const void *b)
{
	const struct absence *first = a;
	const struct absence *second = b;
	if (first->player != second->player)
		return first->player < second->player ? -1 : 1;
	return first->date - second->date;
}

bool absences_load(const struct batch *batch, struct date_range range, struct absences **loaded,
	struct error *err)
{
	struct frame frame;
	struct query query = {
		.layout = raw_table_layout(RAW_DID_NOT_PLAY), COLUMNS(names), .range = range};
	if (!batch_read(batch, &query, &frame, err))
		return false;
	struct absences *absences = memory_new(sizeof(*absences));
	absences->count = frame.row_count;
	absences->items = memory_new_array(frame.row_count + 1, sizeof(*absences->items));
	for (size_t row = 0; row < frame.row_count; row++)
		absences->items[row] =
			(struct absence){symbols_number(frame_text(&frame, LOOKUP, row)),
				frame_date(&frame, DATE, row)};
	frame_release(&frame);
	qsort(absences->items, absences->count, sizeof(*absences->items), compare_absences);
	*loaded = absences;
	return true;
}

void absences_free(struct absences *absences)
{
	if (absences == NULL)
		return;
	free(absences->items);
	free(absences);
}

static bool was_absent(const struct absences *absences, const char *lookup, date_t date)
{
	if (absences == NULL)
		return false;
	struct absence wanted = {symbols_number(lookup), date};
	return bsearch(&wanted, absences->items, absences->count, sizeof(wanted),
		       compare_absences) != NULL;
}

struct completeness completeness_of(int expected, int actual)
{
	struct completeness result = {.expected = expected, .actual = actual};
	double pct = expected > 0 ? (double)actual / expected * 100.0 : 0;
	result.missing = expected > actual ? expected - actual : 0;
	result.pct = round_python(pct, 1);
	result.complete = actual >= expected;
	result.ready = pct >= READY_PCT;
	return result;
}

/* Different dates of a player's games; with `played` only those with playing time. */
static int count_dates(const struct history *history, struct span span, bool played)
{
	int count = 0;
	date_t last = DATE_NONE;
	for (size_t i = span.first; i < span.end; i++) {
		const struct player_game *game = &history->player_games[i];
		if ((played && !game->played) || game->date == last)
			continue;
		last = game->date;
		count++;
	}
	return count;
}

/* Different dates of a team's final games on which the player was not absent. */
static int count_team_dates(const struct history *history, struct span span,
	const struct absences *absences, const char *lookup)
{
	int count = 0;
	date_t last = DATE_NONE;
	for (size_t i = span.first; i < span.end; i++) {
		const struct team_game *game = &history->team_games[i];
		if (!game->final || game->date == last || was_absent(absences, lookup, game->date))
			continue;
		last = game->date;
		count++;
	}
	return count;
}

static const char *team_before(const struct history *history, const char *lookup, date_t date)
{
	struct span span = player_games_between(history, lookup, DATE_NONE + 1, date);
	return span.first == span.end ? NULL : history->player_games[span.end - 1].team;
}

static int at_most(int value, int limit)
{
	return value < limit ? value : limit;
}

/* Decision 6: both sides [start, D), the season's games only, actual capped at expected. */
static struct completeness corrected(const struct batch *batch, const struct history *history,
	const struct absences *absences, const char *lookup, date_t date, struct window window)
{
	date_t since = window_start(batch, date, 0);
	if (window.kind == WINDOW_DAYS && date - window.size > since)
		since = date - window.size;
	struct span own = player_games_between(history, lookup, window_start(batch, date, 0), date);
	const char *team = own.first == own.end ? NULL : history->player_games[own.end - 1].team;
	struct span team_span = team_games_between(history, team, since, date);
	int expected = count_team_dates(history, team_span, absences, lookup);
	int actual = count_dates(history, player_games_between(history, lookup, since, date), true);
	if (window.kind == WINDOW_GAMES)
		expected = at_most(expected, window.size);
	struct completeness result = completeness_of(expected, at_most(actual, expected));
	if (expected == 0) {
		result.complete = result.ready = window.kind == WINDOW_DAYS;
		result.pct = window.kind == WINDOW_DAYS ? 100.0 : 0;
	}
	return result;
}

static date_t original_start(const struct batch *batch, date_t date, struct window window)
{
	if (window.kind == WINDOW_DAYS)
		return date - window.size;
	date_t opening = calendar_season_first(batch->calendar, date);
	return window.from_opening_day && opening != DATE_NONE ? opening : season_floor_of(date);
}

/* Phase 3, 1.6: the team of any season, D itself counted on one side, nothing capped. */
static struct completeness original(const struct batch *batch, const struct history *history,
	const char *lookup, date_t date, struct window window)
{
	bool days = window.kind == WINDOW_DAYS;
	const char *team = team_before(history, lookup, date);
	date_t since = days ? date - window.size : DATE_NONE + 1;
	struct span team_span = team_games_between(history, team, since, date);
	int expected = count_team_dates(history, team_span, NULL, lookup);
	if (!days)
		expected = at_most(expected, window.size);
	struct span own = player_games_between(
		history, lookup, original_start(batch, date, window), date + 1);
	return completeness_of(expected, count_dates(history, own, false));
}

struct completeness completeness_of_player(const struct batch *batch, const struct history *history,
	const struct absences *absences, const char *lookup, date_t date, struct window window)
{
	if (batch->rules->completeness_before_date)
		return corrected(batch, history, absences, lookup, date, window);
	return original(batch, history, lookup, date, window);
}
