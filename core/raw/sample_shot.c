#include "sample_game.h"

#include "base/memory.h"

struct action {
	int weight;
	const char *text;
};
#define ACTIONS_MAX 7

/* The league's words, each as often as it is usual from there. */
static const struct action actions[AREA_COUNT][ACTIONS_MAX] = {
	[AREA_RIM] = {{35, "Driving Layup Shot"}, {16, "Layup Shot"}, {12, "Cutting Layup Shot"},
		{10, "Running Layup Shot"}, {10, "Tip Layup Shot"}, {8, "Putback Layup Shot"},
		{9, "Driving Finger Roll Layup Shot"}},
	[AREA_PAINT] = {{30, "Driving Floating Jump Shot"}, {20, "Driving Layup Shot"},
		{15, "Floating Jump shot"}, {13, "Pullup Jump shot"}, {8, "Turnaround Jump Shot"},
		{8, "Turnaround Hook Shot"}, {6, "Hook Shot"}},
	[AREA_MID] = {{45, "Pullup Jump shot"}, {20, "Jump Shot"}, {13, "Step Back Jump shot"},
		{8, "Fadeaway Jump Shot"}, {6, "Turnaround Fadeaway shot"},
		{4, "Driving Floating Jump Shot"}, {4, "Turnaround Jump Shot"}},
	[AREA_CORNER] = {{94, "Jump Shot"}, {4, "Step Back Jump shot"}, {2, "Pullup Jump shot"}},
	[AREA_ARC] = {{72, "Jump Shot"}, {14, "Pullup Jump shot"}, {10, "Step Back Jump shot"},
		{3, "Running Jump Shot"}, {1, "Running Pull-Up Jump Shot"}},
};

/* Dunks are hardly ever missed. */
static const struct action dunks[] = {{40, "Cutting Dunk Shot"}, {28, "Running Dunk Shot"},
	{24, "Alley Oop Dunk Shot"}, {24, "Dunk Shot"}, {22, "Driving Dunk Shot"}};

static const char *pick_action(struct random *random, const struct action *from, size_t count)
{
	int weights[ACTIONS_MAX];
	for (size_t i = 0; i < count; i++)
		weights[i] = from[i].weight;
	return from[random_pick(random, weights, count)].text;
}

static int square(int value)
{
	return value * value;
}

static int root(int value)
{
	int low = 0;
	for (int step = 1024; step > 0; step /= 2)
		if (square(low + step) <= value)
			low += step;
	return low;
}

int sample_shot_feet(const struct sample_shot *shot)
{
	return root(square(shot->x) + square(shot->y)) / 10;
}

/* The court's lines, in tenths of a foot from the hoop. */
#define RIM_RADIUS    40
#define LANE_HALF     80
#define LANE_END      137
#define CORNER_X      220
#define CORNER_Y_LAST 92
#define ARC_RADIUS    238
#define BASELINE_Y    (-50)

static void place_at_rim(struct random *random, struct sample_shot *shot)
{
	int reach = random_between(random, 6, RIM_RADIUS); /* most are right under the hoop */
	do {
		shot->x = random_between(random, -reach, reach);
		shot->y = random_between(random, -reach, reach);
	} while (square(shot->x) + square(shot->y) >= square(RIM_RADIUS));
}

static void place_in_paint(struct random *random, struct sample_shot *shot)
{
	int end = random_chance(random, 600) ? 90 : LANE_END;
	do {
		shot->x = random_between(random, -LANE_HALF, LANE_HALF);
		shot->y = random_between(random, BASELINE_Y, end);
	} while (square(shot->x) + square(shot->y) <= square(RIM_RADIUS));
}

static bool is_in_lane(const struct sample_shot *shot)
{
	return shot->x >= -LANE_HALF && shot->x <= LANE_HALF && shot->y <= LANE_END;
}

static void place_mid_range(struct random *random, struct sample_shot *shot)
{
	do {
		shot->x = random_between(random, 1 - CORNER_X, CORNER_X - 1);
		shot->y = random_between(random, BASELINE_Y, ARC_RADIUS - 1);
	} while (is_in_lane(shot) || square(shot->x) + square(shot->y) >= square(ARC_RADIUS - 8));
}

static void place_in_corner(struct random *random, struct sample_shot *shot)
{
	shot->x = random_between(random, CORNER_X, CORNER_X + 18);
	shot->y = random_between(random, BASELINE_Y + 10, CORNER_Y_LAST - 5);
	if (random_chance(random, 530)) /* a little more often on the left, as in the league */
		shot->x = -shot->x;
}

static void place_behind_arc(struct random *random, struct sample_shot *shot)
{
	int radius = ARC_RADIUS + random_between(random, 1, 30);
	if (random_chance(random, 250))
		radius += random_between(random, 5, 40);
	shot->x = random_between(random, -215, 215);
	shot->y = root(square(radius) - square(shot->x));
}

void sample_place_shot(
	struct random *random, enum sample_area area, bool made, struct sample_shot *shot)
{
	size_t count = 0;
	while (count < ACTIONS_MAX && actions[area][count].text != NULL)
		count++;
	shot->action = pick_action(random, actions[area], count);
	switch (area) {
	case AREA_RIM:
		shot->zone = "RA";
		place_at_rim(random, shot);
		if (random_chance(random, made ? 300 : 40))
			shot->action = pick_action(random, dunks, ARRAY_COUNT(dunks));
		break;
	case AREA_PAINT:
		shot->zone = "PAINT";
		place_in_paint(random, shot);
		break;
	case AREA_MID:
		shot->zone = "MID";
		place_mid_range(random, shot);
		break;
	case AREA_CORNER:
		place_in_corner(random, shot);
		shot->zone = shot->x < 0 ? "LC3" : "RC3";
		break;
	case AREA_ARC:
		shot->zone = "ATB3";
		place_behind_arc(random, shot);
		break;
	case AREA_COUNT:
		break;
	}
}

void sample_place_heave(struct random *random, struct sample_shot *shot)
{
	shot->zone = "BC";
	shot->action = "Jump Shot";
	shot->x = random_between(random, -200, 200);
	shot->y = random_between(random, 420, 640);
}
