#include "defence_log.h"

#include "support.h"
#include "tables.h"

#include <stdlib.h>

static const char *const names[] = {"defending_team_abbr", "game_date", "opp_paint_attempts",
	"opp_mid_range_attempts", "opp_three_pt_attempts", "opp_paint_makes", "opp_mid_range_makes",
	"opp_three_pt_makes", "blocks_paint", "blocks_mid_range", "blocks_three_pt",
	"points_in_paint_allowed", "points_allowed", "defensive_rating", "opponent_pace"};
enum {
	TEAM,
	DATE,
	ATTEMPTS,
	MAKES = ATTEMPTS + ZONE_COUNT,
	BLOCKS = MAKES + ZONE_COUNT,
	PAINT_POINTS = BLOCKS + ZONE_COUNT,
	POINTS,
	RATING,
	PACE
};
static const char *const order[] = {"defending_team_abbr", "game_date"};

static struct defence_game read_game(const struct frame *frame, size_t row)
{
	struct defence_game game = {
		.team = frame_text(frame, TEAM, row),
		.date = frame_date(frame, DATE, row),
		.has_zones = !frame_is_null(frame, ATTEMPTS + ZONE_PAINT, row),
		.points_in_paint = (int)frame_integer(frame, PAINT_POINTS, row),
		.points_allowed = (int)frame_integer(frame, POINTS, row),
		.rating = frame_real_or_nan(frame, RATING, row),
		.pace = frame_real_or_nan(frame, PACE, row),
	};
	for (size_t zone = 0; zone < ZONE_COUNT; zone++) {
		game.attempts[zone] = (int)frame_integer(frame, ATTEMPTS + zone, row);
		game.makes[zone] = (int)frame_integer(frame, MAKES + zone, row);
		game.blocks[zone] = (int)frame_integer(frame, BLOCKS + zone, row);
	}
	return game;
}

static void find_teams(struct defence_log *log)
{
	log->teams = memory_new_array(log->count + 1, sizeof(*log->teams));
	for (size_t first = 0, end; first < log->count; first = end) {
		for (end = first + 1; end < log->count; end++)
			if (log->games[end].team != log->games[first].team)
				break;
		log->teams[log->team_count++] = (struct span){first, end};
	}
}

bool defence_log_load(const struct batch *batch, struct date_range range,
	struct defence_log **loaded, struct error *err)
{
	struct frame frame;
	struct query query = {.layout = team_defense_game_summary.layout,
		COLUMNS(names),
		.range = range,
		ORDER(order)};
	if (!batch_read(batch, &query, &frame, err))
		return false;
	struct defence_log *log = memory_new(sizeof(*log));
	log->count = frame.row_count;
	log->games = memory_new_array(frame.row_count + 1, sizeof(*log->games));
	for (size_t row = 0; row < frame.row_count; row++)
		log->games[row] = read_game(&frame, row);
	frame_release(&frame);
	find_teams(log);
	*loaded = log;
	return true;
}

void defence_log_free(struct defence_log *log)
{
	if (log == NULL)
		return;
	free(log->games);
	free(log->teams);
	free(log);
}

static date_t date_at(const void *items, size_t i)
{
	return ((const struct defence_game *)items)[i].date;
}

struct span defence_between(const struct defence_log *log, size_t team, date_t since, date_t before)
{
	return span_between(log->teams[team], log->games, date_at, since, before);
}
