#include "team_boxes.h"

#include "support.h"
#include "warehouse/raw_tables.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"game_date", "game_id", "team", "opp", "home", "win", "min",
	"pts", "fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "reb", "ast", "tov"};
enum {
	DATE,
	GAME_ID,
	TEAM,
	OPP,
	HOME,
	WIN,
	MIN,
	PTS,
	FGM,
	FGA,
	FG3M,
	FG3A,
	FTM,
	FTA,
	OREB,
	REB,
	AST,
	TOV
};
static const char *const order[] = {"game_date", "game_id", "team"};

static int compare_games(const void *a, const void *b)
{
	const struct team_box *const *first = a;
	const struct team_box *const *second = b;
	return strcmp((*first)->game_id, (*second)->game_id);
}

static struct team_box read_box(const struct frame *frame, size_t row)
{
	return (struct team_box){
		.game_id = frame_text(frame, GAME_ID, row),
		.team = frame_text(frame, TEAM, row),
		.opponent = frame_text(frame, OPP, row),
		.date = frame_date(frame, DATE, row),
		.home = frame_integer(frame, HOME, row) != 0,
		.win = frame_integer(frame, WIN, row) != 0,
		.line = {.points = frame_integer(frame, PTS, row),
			.fg_attempts = frame_integer(frame, FGA, row),
			.ft_attempts = frame_integer(frame, FTA, row),
			.offensive_rebounds = frame_integer(frame, OREB, row),
			.turnovers = frame_integer(frame, TOV, row),
			.seconds = frame_integer(frame, MIN, row) * 60},
		.three_makes = frame_integer(frame, FG3M, row),
		.three_attempts = frame_integer(frame, FG3A, row),
		.fg_makes = frame_integer(frame, FGM, row),
		.ft_makes = frame_integer(frame, FTM, row),
		.rebounds = frame_integer(frame, REB, row),
		.assists = frame_integer(frame, AST, row),
	};
}

bool team_boxes_load(const struct batch *batch, struct date_range range, struct team_boxes **loaded,
	struct error *err)
{
	struct frame frame;
	struct query query = {.layout = raw_table_layout(RAW_TEAM_BOX),
		COLUMNS(names),
		.range = range,
		ORDER(order)};
	if (!batch_read(batch, &query, &frame, err))
		return false;
	struct team_boxes *boxes = memory_new(sizeof(*boxes));
	boxes->count = frame.row_count;
	boxes->items = memory_new_array(frame.row_count + 1, sizeof(*boxes->items));
	boxes->by_game = memory_new_array(frame.row_count + 1, sizeof(*boxes->by_game));
	for (size_t row = 0; row < frame.row_count; row++) {
		boxes->items[row] = read_box(&frame, row);
		boxes->by_game[row] = &boxes->items[row];
	}
	qsort(boxes->by_game, boxes->count, sizeof(*boxes->by_game), compare_games);
	frame_release(&frame);
	*loaded = boxes;
	return true;
}

void team_boxes_free(struct team_boxes *boxes)
{
	if (boxes == NULL)
		return;
	free(boxes->by_game);
	free(boxes->items);
	free(boxes);
}

size_t team_boxes_from(const struct team_boxes *boxes, date_t date)
{
	size_t low = 0;
	size_t high = boxes->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (boxes->items[middle].date < date)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Games of one id lie together (a game has one date), but ids do not ascend with dates: an index.
 */
const struct team_box *team_boxes_find(
	const struct team_boxes *boxes, const char *game_id, const char *team)
{
	size_t low = 0;
	size_t high = boxes->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(boxes->by_game[middle]->game_id, game_id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < boxes->count && boxes->by_game[low]->game_id == game_id; low++)
		if (boxes->by_game[low]->team == team)
			return boxes->by_game[low];
	return NULL;
}
