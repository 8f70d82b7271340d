#include "shots.h"

#include "support.h"
#include "warehouse/raw_tables.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"game_id", "team", "player_id", "made", "pts_value", "dist_ft"};
enum { GAME_ID, TEAM, PLAYER_ID, MADE, PTS_VALUE, DIST_FT };
/* As the rows lie in the index by date: nothing is sorted. */
static const char *const order[] = {"game_date", "game_id"};

/* The shots of one player in one game. */
struct line {
	const char *game_id, *team;
	int64_t player_id;
	struct zone_sums sums;
};

struct shots {
	struct line *lines; /* by game id */
	size_t count, capacity;
};

static void add_shot(struct line *line, const struct frame *frame, size_t row)
{
	enum zone zone;
	if (frame_integer(frame, PTS_VALUE, row) == 3)
		zone = ZONE_THREE;
	else if (frame_is_null(frame, DIST_FT, row))
		return;
	else
		zone = frame_integer(frame, DIST_FT, row) <= PAINT_FEET ? ZONE_PAINT
									: ZONE_MID_RANGE;
	line->sums.attempts[zone]++;
	line->sums.makes[zone] += frame_integer(frame, MADE, row) != 0;
}

static bool is_same_line(const struct line *a, const struct line *b)
{
	return a->game_id == b->game_id && a->team == b->team && a->player_id == b->player_id;
}

/* Among the lines of the newest game; NULL when the player has none there yet. */
static struct line *find_line(const struct shots *shots, const struct line *wanted)
{
	for (size_t i = shots->count; i-- > 0 && shots->lines[i].game_id == wanted->game_id;)
		if (is_same_line(&shots->lines[i], wanted))
			return &shots->lines[i];
	return NULL;
}

static void add_row(struct shots *shots, const struct frame *frame, size_t row)
{
	struct line wanted = {.game_id = frame_text(frame, GAME_ID, row),
		.team = frame_text(frame, TEAM, row),
		.player_id = frame_integer(frame, PLAYER_ID, row)};
	struct line *line = find_line(shots, &wanted);
	if (line == NULL) {
		ARRAY_GROW(shots->lines, shots->count, shots->capacity);
		line = &shots->lines[shots->count++];
		*line = wanted;
	}
	add_shot(line, frame, row);
}

/* Ids do not ascend with dates: games are put off. */
static int compare_lines(const void *a, const void *b)
{
	const struct line *first = a;
	const struct line *second = b;
	return first->game_id == second->game_id ? 0 : strcmp(first->game_id, second->game_id);
}

bool shots_load(const struct batch *batch, struct date_range range, struct shots **loaded,
	struct error *err)
{
	struct frame frame;
	struct query query = {.layout = raw_table_layout(RAW_SHOTS),
		COLUMNS(names),
		.range = range,
		ORDER(order)};
	if (!batch_read(batch, &query, &frame, err))
		return false;
	struct shots *shots = memory_new(sizeof(*shots));
	for (size_t row = 0; row < frame.row_count; row++)
		add_row(shots, &frame, row);
	frame_release(&frame);
	if (shots->count > 0)
		qsort(shots->lines, shots->count, sizeof(*shots->lines), compare_lines);
	*loaded = shots;
	return true;
}

void shots_free(struct shots *shots)
{
	if (shots == NULL)
		return;
	free(shots->lines);
	free(shots);
}

/* Lines of a game lie together, in the order of game ids. */
static size_t first_of_game(const struct shots *shots, const char *game_id)
{
	size_t low = 0;
	size_t high = shots->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(shots->lines[middle].game_id, game_id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void add_sums(struct zone_sums *sums, const struct zone_sums *more)
{
	for (int zone = 0; zone < ZONE_COUNT; zone++) {
		sums->attempts[zone] += more->attempts[zone];
		sums->makes[zone] += more->makes[zone];
	}
}

static bool sum_game(const struct shots *shots, const char *game_id, const char *team,
	int64_t player_id, struct zone_sums *sums)
{
	size_t first = first_of_game(shots, game_id);
	*sums = (struct zone_sums){0};
	size_t i = first;
	for (; i < shots->count && shots->lines[i].game_id == game_id; i++) {
		const struct line *line = &shots->lines[i];
		if (team != NULL ? line->team == team : line->player_id == player_id)
			add_sums(sums, &line->sums);
	}
	return i > first;
}

bool shots_of_player(
	const struct shots *shots, const char *game_id, int64_t player_id, struct zone_sums *sums)
{
	return sum_game(shots, game_id, NULL, player_id, sums);
}

bool shots_of_team(
	const struct shots *shots, const char *game_id, const char *team, struct zone_sums *sums)
{
	return sum_game(shots, game_id, team, 0, sums);
}
