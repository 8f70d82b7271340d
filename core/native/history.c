#include "history.h"

#include "support.h"
#include "warehouse/raw_tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const box_names[] = {"game_date", "game_id", "player_id", "team",
	"player_lookup", "min", "sec", "pts", "fga", "fta", "oreb", "tov"};
enum {
	BOX_DATE,
	BOX_GAME,
	BOX_PLAYER,
	BOX_TEAM,
	BOX_LOOKUP,
	BOX_MIN,
	BOX_SEC,
	BOX_PTS,
	BOX_FGA,
	BOX_FTA,
	BOX_OREB,
	BOX_TOV
};

static const char *const game_names[] = {
	"game_date", "game_id", "home", "away", "home_pts", "away_pts"};
enum { GAME_DATE, GAME_ID, GAME_HOME, GAME_AWAY, GAME_HOME_PTS, GAME_AWAY_PTS };

static int compare_player_games(const void *a, const void *b)
{
	const struct player_game *first = a;
	const struct player_game *second = b;
	size_t one = symbols_number(first->lookup);
	size_t two = symbols_number(second->lookup);
	if (one != two)
		return one < two ? -1 : 1;
	return first->date != second->date ? first->date - second->date
					   : strcmp(first->game_id, second->game_id);
}

static int compare_team_games(const void *a, const void *b)
{
	const struct team_game *first = a;
	const struct team_game *second = b;
	size_t one = symbols_number(first->team);
	size_t two = symbols_number(second->team);
	if (one != two)
		return one < two ? -1 : 1;
	return first->date != second->date ? first->date - second->date
					   : strcmp(first->game_id, second->game_id);
}

static struct player_game read_player_game(
	const struct history *history, const struct frame *frame, size_t row)
{
	struct box_line line = {
		.points = frame_integer(frame, BOX_PTS, row),
		.fg_attempts = frame_integer(frame, BOX_FGA, row),
		.ft_attempts = frame_integer(frame, BOX_FTA, row),
		.offensive_rebounds = frame_integer(frame, BOX_OREB, row),
		.turnovers = frame_integer(frame, BOX_TOV, row),
		.seconds = box_seconds(frame, BOX_SEC, BOX_MIN, row),
	};
	struct player_game game = {
		.lookup = frame_text(frame, BOX_LOOKUP, row),
		.game_id = frame_text(frame, BOX_GAME, row),
		.team = frame_text(frame, BOX_TEAM, row),
		.date = frame_date(frame, BOX_DATE, row),
		.player_id = frame_integer(frame, BOX_PLAYER, row),
		.seconds = line.seconds,
		.points = line.points,
		.played = line.seconds > 0,
	};
	const struct team_box *team = team_boxes_find(history->boxes, game.game_id, game.team);
	game.usage = team == NULL ? NAN : box_usage(&line, &team->line);
	return game;
}

static bool load_players(const struct batch *batch, struct date_range range,
	struct history *history, struct error *err)
{
	struct frame frame;
	struct query query = {
		.layout = raw_table_layout(RAW_PLAYER_BOX), COLUMNS(box_names), .range = range};
	if (!batch_read(batch, &query, &frame, err))
		return false;
	history->player_game_count = frame.row_count;
	history->player_games =
		memory_new_array(frame.row_count + 1, sizeof(*history->player_games));
	for (size_t row = 0; row < frame.row_count; row++)
		history->player_games[row] = read_player_game(history, &frame, row);
	frame_release(&frame);
	qsort(history->player_games, history->player_game_count, sizeof(*history->player_games),
		compare_player_games);
	return true;
}

static struct team_game read_team_game(
	const struct history *history, const struct frame *frame, size_t row, bool home)
{
	struct team_game game = {
		.team = frame_text(frame, home ? GAME_HOME : GAME_AWAY, row),
		.opponent = frame_text(frame, home ? GAME_AWAY : GAME_HOME, row),
		.game_id = frame_text(frame, GAME_ID, row),
		.date = frame_date(frame, GAME_DATE, row),
		.home = home,
		.final = !frame_is_null(frame, GAME_HOME_PTS, row) &&
			 !frame_is_null(frame, GAME_AWAY_PTS, row),
		.own_points = frame_integer(frame, home ? GAME_HOME_PTS : GAME_AWAY_PTS, row),
		.other_points = frame_integer(frame, home ? GAME_AWAY_PTS : GAME_HOME_PTS, row),
	};
	if (history->boxes == NULL)
		return game;
	game.box = team_boxes_find(history->boxes, game.game_id, game.team);
	game.opponent_box = team_boxes_find(history->boxes, game.game_id, game.opponent);
	return game;
}

/* 003 is an All-Star game and 001 preseason: neither is a team's game. */
static bool is_league_game(const char *game_id)
{
	return strncmp(game_id, "001", 3) != 0 && strncmp(game_id, "003", 3) != 0;
}

static bool load_teams(const struct batch *batch, struct date_range range, struct history *history,
	struct error *err)
{
	struct frame frame;
	struct query query = {
		.layout = raw_table_layout(RAW_GAMES), COLUMNS(game_names), .range = range};
	if (!batch_read(batch, &query, &frame, err))
		return false;
	history->team_games =
		memory_new_array(2 * frame.row_count + 1, sizeof(*history->team_games));
	for (size_t row = 0; row < frame.row_count; row++) {
		if (!is_league_game(frame_text(&frame, GAME_ID, row)))
			continue;
		for (int home = 0; home < 2; home++)
			history->team_games[history->team_game_count++] =
				read_team_game(history, &frame, row, home == 1);
	}
	frame_release(&frame);
	qsort(history->team_games, history->team_game_count, sizeof(*history->team_games),
		compare_team_games);
	return true;
}

void index_build(struct index *index, size_t key_count, const void *items, size_t count,
	const char *(*key_at)(const void *items, size_t i))
{
	index->key_count = key_count;
	index->first_of = memory_new_array(key_count + 1, sizeof(*index->first_of));
	size_t item = 0;
	for (size_t key = 0; key <= key_count; key++) {
		while (item < count && symbols_number(key_at(items, item)) < key)
			item++;
		index->first_of[key] = item;
	}
}

static const char *player_at(const void *items, size_t i)
{
	return ((const struct player_game *)items)[i].lookup;
}

static const char *team_at(const void *items, size_t i)
{
	return ((const struct team_game *)items)[i].team;
}

bool history_load_schedule(const struct batch *batch, struct date_range range,
	struct history **loaded, struct error *err)
{
	struct history *history = memory_new(sizeof(*history));
	if (!load_teams(batch, range, history, err)) {
		history_free(history);
		return false;
	}
	index_build(&history->teams, symbols_count(batch->symbols), history->team_games,
		history->team_game_count, team_at);
	*loaded = history;
	return true;
}

bool history_load(const struct batch *batch, struct date_range range, struct history **loaded,
	struct error *err)
{
	struct history *history = memory_new(sizeof(*history));
	if (!team_boxes_load(batch, range, &history->boxes, err) ||
		!load_players(batch, range, history, err) ||
		!load_teams(batch, range, history, err)) {
		history_free(history);
		return false;
	}
	size_t keys = symbols_count(batch->symbols);
	index_build(&history->players, keys, history->player_games, history->player_game_count,
		player_at);
	index_build(&history->teams, keys, history->team_games, history->team_game_count, team_at);
	*loaded = history;
	return true;
}

void history_free(struct history *history)
{
	if (history == NULL)
		return;
	team_boxes_free(history->boxes);
	free(history->player_games);
	free(history->team_games);
	free(history->players.first_of);
	free(history->teams.first_of);
	free(history);
}

struct span index_span(const struct index *index, const char *key)
{
	size_t number = key == NULL ? index->key_count : symbols_number(key);
	if (number >= index->key_count)
		return (struct span){0, 0};
	return (struct span){index->first_of[number], index->first_of[number + 1]};
}

/* The first item of the span that is not before the date. */
static size_t lower_bound(struct span span, const void *items,
	date_t (*date_at)(const void *items, size_t i), date_t date)
{
	while (span.first < span.end) {
		size_t middle = span.first + (span.end - span.first) / 2;
		if (date_at(items, middle) < date)
			span.first = middle + 1;
		else
			span.end = middle;
	}
	return span.first;
}

struct span span_between(struct span span, const void *items,
	date_t (*date_at)(const void *items, size_t i), date_t since, date_t before)
{
	span.first = lower_bound(span, items, date_at, since);
	span.end = lower_bound(span, items, date_at, before);
	return span;
}

static date_t player_game_date(const void *items, size_t i)
{
	return ((const struct player_game *)items)[i].date;
}

static date_t team_game_date(const void *items, size_t i)
{
	return ((const struct team_game *)items)[i].date;
}

struct span player_games_between(
	const struct history *history, const char *lookup, date_t since, date_t before)
{
	return span_between(index_span(&history->players, lookup), history->player_games,
		player_game_date, since, before);
}

struct span team_games_between(
	const struct history *history, const char *team, date_t since, date_t before)
{
	return span_between(index_span(&history->teams, team), history->team_games, team_game_date,
		since, before);
}
