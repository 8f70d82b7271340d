#include "completeness.h"

#include "number.h"
#include "support.h"
#include "warehouse/raw_tables.h"

#include <limits.h>
#include <stdlib.h>

static const char *const names[] = {"player_lookup", "game_date"};
enum { LOOKUP, DATE };

struct absence {
	const char *lookup; /* of the batch's symbols */
	date_t date;
};

struct absences {
	struct absence *items;
	size_t count;
	struct index players; /* a player's dates ascend */
};

static int compare_absences(const void *a, const void *b)
{
	const struct absence *first = a;
	const struct absence *second = b;
	size_t one = symbols_number(first->lookup);
	size_t two = symbols_number(second->lookup);
	if (one != two)
		return one < two ? -1 : 1;
	return first->date - second->date;
}

static const char *player_at(const void *items, size_t i)
{
	return ((const struct absence *)items)[i].lookup;
}

static date_t date_at(const void *items, size_t i)
{
	return ((const struct absence *)items)[i].date;
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
		absences->items[row] = (struct absence){
			frame_text(&frame, LOOKUP, row), frame_date(&frame, DATE, row)};
	frame_release(&frame);
	qsort(absences->items, absences->count, sizeof(*absences->items), compare_absences);
	index_build(&absences->players, symbols_count(batch->symbols), absences->items,
		absences->count, player_at);
	*loaded = absences;
	return true;
}

void absences_free(struct absences *absences)
{
	if (absences == NULL)
		return;
	free(absences->items);
	free(absences->players.first_of);
	free(absences);
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

/* Different dates of a player's games, newest first, up to a limit; with `played` only those with
 * playing time. */
static int count_dates(const struct history *history, struct span span, bool played, int limit)
{
	int count = 0;
	date_t last = DATE_NONE;
	for (size_t i = span.end; i-- > span.first && count < limit;) {
		const struct player_game *game = &history->player_games[i];
		if ((played && !game->played) || game->date == last)
			continue;
		last = game->date;
		count++;
	}
	return count;
}

/* Of the player before a date; `absences` may be NULL. */
static struct span absences_before(const struct absences *absences, const char *lookup, date_t date)
{
	if (absences == NULL)
		return (struct span){0, 0};
	return span_between(index_span(&absences->players, lookup), absences->items, date_at,
		DATE_NONE + 1, date);
}

/* Different dates of a team's final games on which the player was not absent, newest first, up to
 * a limit. Both spans are walked backwards together. */
static int count_team_dates(const struct history *history, struct span span,
	const struct absences *absences, struct span absent, int limit)
{
	int count = 0;
	date_t last = DATE_NONE;
	for (size_t i = span.end; i-- > span.first && count < limit;) {
		const struct team_game *game = &history->team_games[i];
		while (absent.end > absent.first &&
			absences->items[absent.end - 1].date > game->date)
			absent.end--;
		bool is_absent = absent.end > absent.first &&
				 absences->items[absent.end - 1].date == game->date;
		if (!game->final || game->date == last || is_absent)
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

/* A window of games holds no more dates than games. */
static int limit_of(struct window window)
{
	return window.kind == WINDOW_GAMES ? window.size : INT_MAX;
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
	int expected = count_team_dates(history, team_span, absences,
		absences_before(absences, lookup, date), limit_of(window));
	int actual = count_dates(
		history, player_games_between(history, lookup, since, date), true, expected);
	struct completeness result = completeness_of(expected, actual);
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
	int expected =
		count_team_dates(history, team_span, NULL, (struct span){0, 0}, limit_of(window));
	struct span own = player_games_between(
		history, lookup, original_start(batch, date, window), date + 1);
	return completeness_of(expected, count_dates(history, own, false, INT_MAX));
}

struct completeness completeness_of_player(const struct batch *batch, const struct history *history,
	const struct absences *absences, const char *lookup, date_t date, struct window window)
{
	if (batch->rules->completeness_before_date)
		return corrected(batch, history, absences, lookup, date, window);
	return original(batch, history, lookup, date, window);
}
