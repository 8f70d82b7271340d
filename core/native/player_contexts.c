#include "player_contexts.h"

#include "context_rows.h"
#include "day_frame.h"
#include "support.h"

#include <stdlib.h>

static const char *const names[] = {CONTEXT_KEY, "universal_player_id", "opponent_team_abbr",
	"season_phase", "player_status", "is_production_ready", "home_game", "back_to_back",
	"days_rest", "opponent_days_rest", "games_in_last_7_days", "minutes_in_last_7_days",
	"avg_minutes_per_game_last_7", "back_to_backs_last_14_days", "player_age",
	"projected_usage_rate", "avg_usage_rate_last_7_games", "star_teammates_out",
	"pace_differential", "opponent_pace_last_10"};
enum {
	ID = CONTEXT_KEY_COUNT,
	OPPONENT,
	PHASE,
	STATUS,
	READY,
	HOME,
	BACK_TO_BACK,
	REST,
	OPPONENT_REST,
	GAMES_7,
	MINUTES_7,
	AVG_MINUTES_7,
	BACK_TO_BACKS_14,
	AGE,
	PROJECTED_USAGE,
	USAGE_7,
	STARS_OUT,
	PACE_DIFFERENTIAL,
	OPPONENT_PACE
};

static struct player_context read_context(const struct frame *frame, size_t row)
{
	return (struct player_context){
		.date = frame_date(frame, CONTEXT_DATE, row),
		.lookup = frame_text(frame, CONTEXT_LOOKUP, row),
		.universal_id = frame_text(frame, ID, row),
		.game_id = frame_text(frame, CONTEXT_GAME, row),
		.team = frame_text(frame, CONTEXT_TEAM, row),
		.opponent = frame_text(frame, OPPONENT, row),
		.season_phase = frame_text(frame, PHASE, row),
		.status = frame_text(frame, STATUS, row),
		.ready = frame_integer(frame, READY, row) != 0,
		.home = frame_integer(frame, HOME, row) != 0,
		.back_to_back = frame_integer(frame, BACK_TO_BACK, row) != 0,
		.days_rest = frame_number(frame, REST, row),
		.opponent_days_rest = frame_number(frame, OPPONENT_REST, row),
		.games_7 = frame_number(frame, GAMES_7, row),
		.minutes_7 = frame_number(frame, MINUTES_7, row),
		.avg_minutes_7 = frame_number(frame, AVG_MINUTES_7, row),
		.back_to_backs_14 = frame_number(frame, BACK_TO_BACKS_14, row),
		.age = frame_number(frame, AGE, row),
		.projected_usage = frame_number(frame, PROJECTED_USAGE, row),
		.usage_7 = frame_number(frame, USAGE_7, row),
		.stars_out = frame_number(frame, STARS_OUT, row),
		.pace_differential = frame_number(frame, PACE_DIFFERENTIAL, row),
		.opponent_pace = frame_number(frame, OPPONENT_PACE, row),
	};
}

bool player_contexts_load(
	const struct batch *batch, struct player_contexts **loaded, struct error *err)
{
	struct context_rows *rows;
	struct date_range dates = {batch->dates[0], batch_last(batch)};
	if (!context_rows_load(batch, names, ARRAY_COUNT(names), dates, &rows, err))
		return false;
	struct player_contexts *contexts = memory_new(sizeof(*contexts));
	contexts->count = rows->count;
	contexts->items = memory_new_array(rows->count + 1, sizeof(*contexts->items));
	for (size_t i = 0; i < rows->count; i++)
		contexts->items[i] = read_context(&rows->frame, rows->rows[i]);
	context_rows_free(rows);
	*loaded = contexts;
	return true;
}

void player_contexts_free(struct player_contexts *contexts)
{
	if (contexts == NULL)
		return;
	free(contexts->items);
	free(contexts);
}

static size_t lower_bound(const struct player_contexts *contexts, date_t date)
{
	size_t low = 0;
	size_t high = contexts->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (contexts->items[middle].date < date)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct span player_contexts_of_date(const struct player_contexts *contexts, date_t date)
{
	return (struct span){lower_bound(contexts, date), lower_bound(contexts, date + 1)};
}
