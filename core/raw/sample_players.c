#include "sample_players.h"

#include "base/memory.h"

/* What a kind of player does, before each one's own variation. */
struct kind {
	int areas[AREA_COUNT]; /* rim, paint, mid-range, corner, arc: shares of his shots */
	int skill[AREA_COUNT]; /* added to the league's accuracy */
	int free_throw;
	int shots, offensive, defensive, assists, steals, blocks, turnovers, fouls, drawn;
};

enum {
	PLAYMAKER,
	SCORER,
	SHOOTER,
	SLASHER,
	DEFENDER,
	FORWARD,
	STRETCH_BIG,
	RIM_BIG,
	KIND_COUNT,
};

static const struct kind kinds[KIND_COUNT] = {
	[PLAYMAKER] = {{25, 20, 14, 5, 36}, {-20, 10, 10, 0, 0}, 820, 105, 10, 38, 240, 12, 4, 165,
		22, 100},
	[SCORER] = {{20, 16, 19, 5, 40}, {0, 0, 15, 0, 5}, 840, 120, 9, 34, 95, 10, 4, 120, 21,
		115},
	[SHOOTER] = {{9, 7, 9, 19, 56}, {-10, 0, 10, 25, 25}, 860, 85, 8, 30, 55, 9, 3, 60, 20, 50},
	[SLASHER] = {{38, 24, 12, 9, 17}, {15, 0, -10, -15, -25}, 750, 105, 16, 45, 80, 12, 7, 105,
		24, 130},
	[DEFENDER] = {{17, 9, 6, 30, 38}, {0, -10, -10, 15, 0}, 770, 70, 14, 44, 45, 14, 8, 60, 26,
		50},
	[FORWARD] = {{19, 24, 33, 6, 18}, {0, 10, 25, 0, -10}, 800, 110, 18, 55, 75, 9, 8, 100, 23,
		105},
	[STRETCH_BIG] = {{30, 21, 9, 10, 30}, {10, 10, 0, 0, 0}, 780, 90, 28, 72, 50, 8, 18, 85, 28,
		90},
	[RIM_BIG] = {{66, 27, 5, 1, 1}, {45, 20, -10, -60, -90}, 650, 80, 55, 112, 40, 8, 30, 85,
		32, 125},
};

/* The league's accuracy by area, per mille. */
static const int league_accuracy[AREA_COUNT] = {640, 418, 408, 385, 350};

/* How much of the play goes through a place: the first star down to the end of the bench. */
static const int place_shots[SAMPLE_ROSTER_MAX] = {
	150, 128, 108, 94, 82, 104, 96, 88, 82, 78, 80, 76, 74, 70, 68, 66, 64};
static const int place_skill[SAMPLE_ROSTER_MAX] = {
	14, 10, 6, 3, 0, 0, -3, -5, -8, -10, -15, -18, -20, -24, -28, -30, -34};

void sample_kinds(struct random *random, int chosen[SAMPLE_ROSTER_MAX])
{
	static const int first_five[5][2] = {{PLAYMAKER, SCORER}, {SCORER, SHOOTER},
		{DEFENDER, SLASHER}, {FORWARD, STRETCH_BIG}, {RIM_BIG, STRETCH_BIG}};
	int order[5];
	for (int place = 0; place < SAMPLE_ROSTER_MAX; place++) {
		if (place % 5 == 0)
			random_order(random, order, 5);
		chosen[place] = first_five[order[place % 5]][random_below(random, 2)];
	}
}

/* Within a fifth of the kind's value, mostly. */
static int vary(struct random *random, int value)
{
	int varied = value + value * random_bell(random, 140) / 1000;
	return varied > 1 ? varied : 1;
}

static int limit(int value, int low, int high)
{
	return value < low ? low : value > high ? high : value;
}

void sample_draw_player(struct random *random, int kind, int place, struct sample_player *player)
{
	const struct kind *like = &kinds[kind];
	for (int area = 0; area < AREA_COUNT; area++) {
		int accuracy = league_accuracy[area] + like->skill[area] + place_skill[place] +
			       random_bell(random, 14);
		player->accuracy[area] = limit(accuracy, 120, 780);
		player->areas[area] = vary(random, like->areas[area] * 10);
	}
	player->shots = vary(random, like->shots * place_shots[place] / 100);
	player->free_throw = limit(like->free_throw + random_bell(random, 35), 450, 940);
	player->offensive = vary(random, like->offensive);
	player->defensive = vary(random, like->defensive);
	player->assists = vary(random, like->assists * (place_shots[place] + 100) / 200);
	player->steals = vary(random, like->steals * 10);
	player->blocks = vary(random, like->blocks * 10);
	player->turnovers = vary(random, like->turnovers * place_shots[place] / 100);
	player->fouls = vary(random, like->fouls);
	player->drawn = vary(random, like->drawn * place_shots[place] / 100);
}
