/*
 * history: the raw past, loaded once per batch and found by index: the games of each player and the
 * schedule of each team, both ascending by date.
 *
 * Texts are of the batch's symbols: compare them as pointers.
 */
#ifndef BACKCOURT_NATIVE_HISTORY_H
#define BACKCOURT_NATIVE_HISTORY_H

#include "native/processor.h"
#include "team_boxes.h"

struct player_game {
	const char *lookup, *game_id, *team;
	date_t date;
	int64_t player_id; /* -1: unknown */
	int64_t seconds, points;
	bool played;
	double usage; /* %, NAN undefined */
};

struct team_game {
	const char *team, *game_id, *opponent;
	date_t date;
	bool home, final;
	int64_t own_points, other_points;	   /* where final */
	const struct team_box *box, *opponent_box; /* NULL: none */
};

/* Items of one key are [first_of[n], first_of[n + 1]) with n = symbols_number(key). */
struct index {
	size_t *first_of;
	size_t key_count;
};

/* `key_at(items, i)` is the key of item i; items of a key lie together, in the order of numbers. */
void index_build(struct index *index, size_t key_count, const void *items, size_t count,
	const char *(*key_at)(const void *items, size_t i));

struct history {
	struct team_boxes *boxes;
	struct player_game *player_games;
	size_t player_game_count;
	struct index players;
	struct team_game *team_games;
	size_t team_game_count;
	struct index teams;
};

/* A run of items: [first, end), newest at end - 1. */
struct span {
	size_t first, end;
};

struct span index_span(const struct index *index, const char *key);
/* The part of a span with since <= date < before; items of a span ascend by date. */
struct span span_between(struct span span, const void *items,
	date_t (*date_at)(const void *items, size_t i), date_t since, date_t before);

/* Three SELECTs: games, team boxes, player boxes with a date in the range. */
bool history_load(const struct batch *batch, struct date_range range, struct history **loaded,
	struct error *err);
/* The schedule alone, without boxes: one SELECT. */
bool history_load_schedule(const struct batch *batch, struct date_range range,
	struct history **loaded, struct error *err);
void history_free(struct history *history);

/* Games with since <= date < before. */
struct span player_games_between(
	const struct history *history, const char *lookup, date_t since, date_t before);
struct span team_games_between(
	const struct history *history, const char *team, date_t since, date_t before);

#endif
