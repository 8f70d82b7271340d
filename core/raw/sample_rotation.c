#include "sample_game.h"

#include "base/memory.h"

#define CHANGE_SEC	135 /* at least this long between two looks of the coach */
#define GAME_SEC	(4 * SAMPLE_PERIOD_SEC)
#define CLOSING_SEC	330
#define CLOSE_POINTS	9
#define GARBAGE_SEC	420
#define GARBAGE_POINTS	19
#define STAYS_BONUS_SEC 55 /* who is on the floor stays a little longer */
#define OUT_OF_THE_GAME (-100000)

/* Minutes of the ten who play, best first; the rest wait for a game that is decided. */
static const int rank_minutes[SAMPLE_DRESSED] = {35, 33, 32, 30, 28, 24, 20, 17, 13, 8};

void rotation_begin(struct sample_game *game)
{
	for (int side = 0; side < 2; side++)
		for (int i = 0; i < game->sides[side].seat_count; i++) {
			int seconds = rank_minutes[i] * 60;
			if (seconds > 0)
				seconds += random_between(game->random, -240, 240);
			game->sides[side].seats[i].target = seconds;
		}
}

static bool is_on(const struct sample_side *side, int seat)
{
	for (int i = 0; i < 5; i++)
		if (side->on[i] == seat)
			return true;
	return false;
}

/* How much a seat is behind what it should have played by now. */
static int claim(const struct sample_game *game, const struct sample_side *side, int seat)
{
	const struct sample_seat *sitting = &side->seats[seat];
	int due = (game->elapsed + CHANGE_SEC) * sitting->target / GAME_SEC;
	int behind = due - sitting->line.seconds + (is_on(side, seat) ? STAYS_BONUS_SEC : 0);
	return sitting->target == 0 ? behind - 1000 - seat : behind;
}

static int lead(const struct sample_game *game)
{
	int lead = game->sides[0].points - game->sides[1].points;
	return lead < 0 ? -lead : lead;
}

/* The order in which the seats are wanted: the first ones at the start and at a close end, the last
 * ones when all is decided, else who is most behind. */
static int wish(
	const struct sample_game *game, const struct sample_side *side, int seat, bool new_period)
{
	int left = GAME_SEC - game->elapsed;
	bool is_start = game->elapsed == 0 || (new_period && game->elapsed == GAME_SEC / 2);
	bool is_close = left <= CLOSING_SEC && lead(game) <= CLOSE_POINTS;
	if (side->seats[seat].line.fouls >= SAMPLE_FOULS_MAX)
		return OUT_OF_THE_GAME - seat;
	if (is_start || is_close)
		return -seat;
	if (left <= GARBAGE_SEC && lead(game) >= GARBAGE_POINTS)
		return seat;
	return claim(game, side, seat);
}

static void choose_five(const struct sample_game *game, struct sample_side *side, bool new_period)
{
	int wishes[SAMPLE_DRESSED];
	int chosen[5];
	for (int seat = 0; seat < side->seat_count; seat++)
		wishes[seat] = wish(game, side, seat, new_period);
	for (int i = 0; i < 5; i++) {
		int best = 0;
		for (int seat = 1; seat < side->seat_count; seat++)
			if (wishes[seat] > wishes[best])
				best = seat;
		chosen[i] = best;
		wishes[best] = INT32_MIN;
	}
	for (int i = 0; i < 5; i++)
		side->on[i] = chosen[i];
}

static bool has_fouled_out(const struct sample_side *side)
{
	for (int i = 0; i < 5; i++)
		if (side->seats[side->on[i]].line.fouls >= SAMPLE_FOULS_MAX)
			return true;
	return false;
}

void rotation_change(struct sample_game *game, bool new_period)
{
	bool is_time = new_period || game->elapsed - game->last_change >= CHANGE_SEC;
	if (is_time)
		game->last_change = game->elapsed;
	for (int side = 0; side < 2; side++)
		if (is_time || has_fouled_out(&game->sides[side]))
			choose_five(game, &game->sides[side], new_period);
}
