#include "summary_log.h"

#include "support.h"
#include "tables.h"

#include <math.h>
#include <stdlib.h>

static const char *const names[] = {"player_lookup", "universal_player_id", "team_abbr",
	"game_date", "season_year", "seconds_played", "minutes_played", "points", "ft_makes",
	"fg_attempts", "usage_rate", "ts_pct", "paint_attempts", "mid_range_attempts",
	"three_pt_attempts", "paint_makes", "mid_range_makes", "three_pt_makes", "fg_makes",
	"assisted_fg_makes", "unassisted_fg_makes"};
enum {
	LOOKUP,
	ID,
	TEAM,
	DATE,
	SEASON,
	SECONDS,
	MINUTES,
	POINTS,
	FT_MAKES,
	FG_ATTEMPTS,
	USAGE,
	TS,
	ATTEMPTS,
	MAKES = ATTEMPTS + ZONE_COUNT,
	FG_MAKES = MAKES + ZONE_COUNT,
	ASSISTED,
	UNASSISTED
};

static int count_or_null(const struct frame *frame, size_t column, size_t row)
{
	return frame_is_null(frame, column, row) ? -1 : (int)frame_integer(frame, column, row);
}

static struct summary_game read_game(const struct frame *frame, size_t row)
{
	struct summary_game game = {
		.lookup = frame_text(frame, LOOKUP, row),
		.universal_id = frame_text(frame, ID, row),
		.team = frame_text(frame, TEAM, row),
		.date = frame_date(frame, DATE, row),
		.season_year = (int)frame_integer(frame, SEASON, row),
		.seconds = frame_integer(frame, SECONDS, row),
		.points = frame_integer(frame, POINTS, row),
		.ft_makes = frame_integer(frame, FT_MAKES, row),
		.fg_attempts = frame_integer(frame, FG_ATTEMPTS, row),
		.has_minutes = !frame_is_null(frame, MINUTES, row),
		.minutes = frame_real(frame, MINUTES, row),
		.usage = frame_real_or_nan(frame, USAGE, row),
		.ts_pct = frame_real_or_nan(frame, TS, row),
		.shooting = {.fg_makes = count_or_null(frame, FG_MAKES, row),
			.assisted = count_or_null(frame, ASSISTED, row),
			.unassisted = count_or_null(frame, UNASSISTED, row)},
	};
	for (size_t zone = 0; zone < ZONE_COUNT; zone++) {
		game.shooting.attempts[zone] = count_or_null(frame, ATTEMPTS + zone, row);
		game.shooting.makes[zone] = count_or_null(frame, MAKES + zone, row);
	}
	return game;
}

static int compare_games(const void *a, const void *b)
{
	const struct summary_game *first = a;
	const struct summary_game *second = b;
	size_t one = symbols_number(first->lookup);
	size_t two = symbols_number(second->lookup);
	return one != two ? (one < two ? -1 : 1) : first->date - second->date;
}

static const char *player_at(const void *items, size_t i)
{
	return ((const struct summary_game *)items)[i].lookup;
}

static void find_spans(struct summary_log *log)
{
	log->spans = memory_new_array(log->count + 1, sizeof(*log->spans));
	for (size_t first = 0, end; first < log->count; first = end) {
		for (end = first + 1; end < log->count; end++)
			if (log->games[end].lookup != log->games[first].lookup)
				break;
		log->spans[log->player_count++] = (struct span){first, end};
	}
}

bool summary_log_load(const struct batch *batch, struct date_range range,
	struct summary_log **loaded, struct error *err)
{
	struct frame frame;
	struct query query = {.layout = player_game_summary.layout, COLUMNS(names), .range = range};
	if (!batch_read(batch, &query, &frame, err))
		return false;
	struct summary_log *log = memory_new(sizeof(*log));
	log->count = frame.row_count;
	log->games = memory_new_array(frame.row_count + 1, sizeof(*log->games));
	for (size_t row = 0; row < frame.row_count; row++)
		log->games[row] = read_game(&frame, row);
	frame_release(&frame);
	qsort(log->games, log->count, sizeof(*log->games), compare_games);
	index_build(
		&log->players, symbols_count(batch->symbols), log->games, log->count, player_at);
	find_spans(log);
	*loaded = log;
	return true;
}

void summary_log_free(struct summary_log *log)
{
	if (log == NULL)
		return;
	free(log->games);
	free(log->spans);
	free(log->players.first_of);
	free(log);
}

static date_t date_at(const void *items, size_t i)
{
	return ((const struct summary_game *)items)[i].date;
}

struct span summaries_between(
	const struct summary_log *log, const char *lookup, date_t since, date_t before)
{
	return span_between(index_span(&log->players, lookup), log->games, date_at, since, before);
}
