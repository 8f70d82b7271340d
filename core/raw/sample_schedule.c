/*
 * The schedule is a list of rounds in which every team plays at most once (nearly all of them
 * exactly once). Rounds are laid over the game days in their order, one round on two days; a few
 * rounds, and the last one, have one day. So no team plays twice a day or falls behind, and hardly
 * ever could one play on three days in a row: first_day_weight keeps that from happening at all.
 */
#include "sample_schedule.h"

#include "base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ROUND_GAMES_MAX 15
#define ROUNDS_MAX	84
#define GAME_DAYS_MAX	200
#define DAY_GAMES_MIN	3
#define DRAW_PERCENT	135 /* makes up for the games that a day before forbids */

struct round {
	struct {
		int home, away;
	} games[ROUND_GAMES_MAX];
	int count;
};

struct rounds {
	struct round items[ROUNDS_MAX];
	int count;
};

static void add_game(struct round *round, int home, int away, bool swap)
{
	assert(round->count < ROUND_GAMES_MAX);
	round->games[round->count].home = swap ? away : home;
	round->games[round->count].away = swap ? home : away;
	round->count++;
}

/* Everybody against everybody, by the circle method: one stays, the others turn. */
static void add_league_rounds(struct rounds *rounds, bool swap)
{
	const int turning = SAMPLE_TEAM_COUNT - 1;
	for (int turn = 0; turn < turning; turn++) {
		struct round *round = &rounds->items[rounds->count++];
		add_game(round, turning, turn, swap);
		for (int i = 1; i < SAMPLE_TEAM_COUNT / 2; i++)
			add_game(round, (turn + i) % turning, (turn - i + turning) % turning, swap);
	}
}

/* One of the five rounds of a division of five: two games, one team is free. */
static void add_division_games(struct round *round, int division, int turn, bool swap)
{
	int base = division * SAMPLE_DIVISION_TEAMS;
	for (int i = 1; i <= 2; i++)
		add_game(round, base + (turn + i) % 5, base + (turn - i + 5) % 5, swap);
}

static void add_shifted_games(struct round *round, int first, int second, int shift, bool swap)
{
	for (int i = 0; i < SAMPLE_DIVISION_TEAMS; i++)
		add_game(round, first * SAMPLE_DIVISION_TEAMS + i,
			second * SAMPLE_DIVISION_TEAMS + (i + shift) % SAMPLE_DIVISION_TEAMS, swap);
}

/*
 * What a conference plays beyond the two games of everybody: two more in the division; against
 * another division two more with three teams and one more with two (one of them at home).
 * `divisions` are two that meet and one that plays among itself meanwhile.
 */
static void add_conference_games(struct rounds *rounds, const int divisions[3], int skip)
{
	for (int meeting = 0; meeting < 8; meeting++) {
		int shift = (meeting % 5 + skip) % 5;
		bool swap = meeting >= 5 || meeting % 5 == 4;
		struct round *round = &rounds->items[rounds->count++];
		add_shifted_games(round, divisions[0], divisions[1], shift, swap);
		add_division_games(round, divisions[2], meeting % 5, meeting >= 5);
	}
}

static void add_conference(struct rounds *rounds, int first_division, struct random *random)
{
	for (int alone = 0; alone < 3; alone++) {
		const int divisions[3] = {first_division + (alone + 1) % 3,
			first_division + (alone + 2) % 3, first_division + alone};
		add_conference_games(rounds, divisions, random_below(random, 5));
	}
	for (int turn = 3; turn < 5; turn++) {
		struct round *round = &rounds->items[rounds->count++];
		for (int division = 0; division < 3; division++)
			add_division_games(round, first_division + division, turn, true);
	}
}

/* The two conferences' rounds have no team in common: the one goes into the other. */
static void add_conference_rounds(struct rounds *rounds, struct random *random)
{
	struct rounds east = {.count = 0};
	struct rounds west = {.count = 0};
	add_conference(&east, 0, random);
	add_conference(&west, 3, random);
	for (int i = 0; i < east.count; i++) {
		struct round *round = &rounds->items[rounds->count++];
		*round = east.items[i];
		for (int game = 0; game < west.items[i].count; game++)
			add_game(round, west.items[i].games[game].home,
				west.items[i].games[game].away, false);
	}
}

/* Random order, but the first and the last round have all fifteen games. */
static void make_rounds(struct rounds *rounds, struct random *random)
{
	struct rounds plain = {.count = 0};
	int order[ROUNDS_MAX];
	add_league_rounds(&plain, false);
	add_league_rounds(&plain, true);
	int full_count = plain.count;
	add_conference_rounds(&plain, random);
	assert(plain.count == ROUNDS_MAX);
	random_order(random, order, ROUNDS_MAX);
	for (int end = 0; end < 2; end++) {
		int at = end == 0 ? 0 : ROUNDS_MAX - 1;
		int from = ROUNDS_MAX / 2;
		while (order[from] >= full_count)
			from++;
		int moved = order[at];
		order[at] = order[from];
		order[from] = moved;
	}
	rounds->count = ROUNDS_MAX;
	for (int i = 0; i < ROUNDS_MAX; i++)
		rounds->items[i] = plain.items[order[i]];
}

struct placing {
	const struct sample_season *season;
	struct random *random;
	struct sample_match *matches;
	int match_count;
	date_t last[SAMPLE_TEAM_COUNT], before_last[SAMPLE_TEAM_COUNT];
};

/* Games on two days in a row are rare; on three there are none. */
static int first_day_weight(const struct placing *placing, int home, int away, date_t first)
{
	const int teams[2] = {home, away};
	int weight = 1000;
	for (int i = 0; i < 2; i++) {
		if (placing->last[teams[i]] != first - 1)
			continue;
		if (placing->before_last[teams[i]] == first - 2)
			return 0;
		weight = weight * 55 / 100;
	}
	return weight;
}

static void put_match(struct placing *placing, int home, int away, date_t date)
{
	placing->matches[placing->match_count++] = (struct sample_match){date, home, away, 0};
	placing->before_last[home] = placing->last[home];
	placing->before_last[away] = placing->last[away];
	placing->last[home] = date;
	placing->last[away] = date;
}

/* Wednesdays, Fridays and the weekend are full, Thursdays nearly empty. */
static int weekday_weight(date_t date)
{
	static const int weights[7] = {8, 7, 10, 6, 10, 9, 8};
	return weights[date_weekday(date)];
}

/* Whether a game takes the first of its round's two days; `placed` games of the round stand
 * already, `on_first` of them on the first day. No day is left nearly empty; the opening night is
 * short. */
static bool takes_first_day(
	const struct placing *placing, int weight, const date_t *days, int placed, int on_first)
{
	if (days[0] == placing->season->first)
		return on_first < placing->season->opening_games;
	int of_week = weekday_weight(days[0]);
	int share = weight * of_week / (of_week + weekday_weight(days[1]));
	bool drawn = random_chance(placing->random, share * DRAW_PERCENT / 100);
	bool is_needed = weight > 0 && on_first < (placed + 1) * DAY_GAMES_MIN / ROUND_GAMES_MAX;
	return (drawn || is_needed) && on_first < ROUND_GAMES_MAX - 2 * DAY_GAMES_MIN;
}

/* `days` has one or two days. */
static void place_round(
	struct placing *placing, const struct round *round, const date_t *days, int day_count)
{
	int order[ROUND_GAMES_MAX] = {0};
	int on_first = 0;
	random_order(placing->random, order, round->count);
	for (int i = 0; i < round->count; i++) {
		int home = round->games[order[i]].home;
		int away = round->games[order[i]].away;
		int weight = first_day_weight(placing, home, away, days[0]);
		bool first = day_count == 1 || takes_first_day(placing, weight, days, i, on_first);
		on_first += first;
		put_match(placing, home, away, days[first ? 0 : 1]);
	}
}

/* Evening at home; at weekends now and then an afternoon. */
static int tip_minutes(const struct sample_match *match, struct random *random)
{
	static const int afternoons[] = {13 * 60, 15 * 60 + 30, 18 * 60};
	int weekday = date_weekday(match->date);
	if (weekday >= 5 && random_chance(random, weekday == 6 ? 450 : 150))
		return afternoons[random_below(random, 3)];
	return sample_team(match->home)->tip_minutes;
}

static int compare_matches(const void *a, const void *b)
{
	const struct sample_match *first = a;
	const struct sample_match *second = b;
	if (first->date != second->date)
		return first->date < second->date ? -1 : 1;
	if (first->tip_minutes != second->tip_minutes)
		return first->tip_minutes - second->tip_minutes;
	return first->home - second->home;
}

static int game_days(const struct sample_season *season, date_t days[GAME_DAYS_MAX])
{
	int count = 0;
	for (date_t date = season->first; date <= season->last; date++)
		if (sample_season_has_games(season, date))
			days[count++] = date;
	return count;
}

/* Where a round may have one day only, since nobody then plays on three in a row. */
static bool is_beside_off_day(const date_t *days, int day)
{
	return (day > 0 && days[day] - days[day - 1] > 1) || days[day + 1] - days[day] > 1;
}

void sample_schedule(const struct sample_season *season, struct random *random,
	struct sample_match matches[SAMPLE_GAME_COUNT])
{
	struct rounds rounds;
	memset(&rounds, 0, sizeof(rounds));
	date_t days[GAME_DAYS_MAX] = {0};
	struct placing placing = {.season = season, .random = random, .matches = matches};
	make_rounds(&rounds, random);
	int day_count = game_days(season, days);
	int single_count = rounds.count * 2 - day_count;
	int day = 0;
	for (int i = 0; i < rounds.count; i++) {
		bool is_last = i == rounds.count - 1;
		bool is_single = is_last || (single_count > 1 && is_beside_off_day(days, day));
		single_count -= is_single;
		place_round(&placing, &rounds.items[i], &days[day], is_single ? 1 : 2);
		day += is_single ? 1 : 2;
	}
	assert(day == day_count && placing.match_count == SAMPLE_GAME_COUNT);
	for (int i = 0; i < SAMPLE_GAME_COUNT; i++)
		matches[i].tip_minutes = tip_minutes(&matches[i], random);
	qsort(matches, SAMPLE_GAME_COUNT, sizeof(*matches), compare_matches);
}
