#include "sample_game.h"

#include "base/memory.h"

#include <assert.h>
#include <string.h>

/* Chances per mille of a try (a possession has one and a tenth), near those of the league. */
#define TURNOVER	  116
#define SHOOTING_FOUL	  69
#define OTHER_FOUL	  76
#define STOLEN		  560 /* of turnovers */
#define TEAM_TURNOVER	  55  /* of turnovers: charged to nobody */
#define OFFENSIVE_FOUL	  110 /* of turnovers */
#define AND_ONE		  52  /* of makes from two */
#define OFFENSIVE_REBOUND 240
#define LOST_BALL	  105 /* of misses: out of bounds, a rebound of nobody */
#define AFTER_FREE_THROW  115 /* offensive rebounds there */
#define HEAVE		  150 /* of the periods' last possessions that have a shot */
#define NO_SHOT_AT_END	  450
#define THREE_SHOTS	  70 /* of shooting fouls */
#define BONUS_FOULS	  4
#define HOME_SHIFT	  7
#define LEAD_EASE	  1 /* per mille of every shot and point of lead: who leads lets up */
#define FORM_DEVIATION	  9 /* of both sides' shots together: some nights everything falls */
#define LAST_CHANCE	  3 /* points behind that one shot can still make up */

static const int assisted[AREA_COUNT] = {520, 440, 430, 950, 790};
static const int blocked[AREA_COUNT] = {290, 160, 45, 12, 12}; /* of misses */

enum next { NEXT_OTHER_SIDE, NEXT_SAME_SIDE };

static struct sample_seat *on_floor(struct sample_game *game, int side, size_t at)
{
	return &game->sides[side].seats[game->sides[side].on[at]];
}

/* One of the five, by a weight that lies at `weight` in struct sample_player. */
static size_t pick_of_five(struct sample_game *game, int side, size_t weight)
{
	int weights[5];
	for (size_t i = 0; i < 5; i++) {
		const char *player = (const char *)on_floor(game, side, i)->player;
		memcpy(&weights[i], player + weight, sizeof(int));
	}
	return random_pick(game->random, weights, 5);
}
#define PICK(game, side, weight) \
	on_floor((game), (side), \
		pick_of_five((game), (side), offsetof(struct sample_player, weight)))

static void pass_time(struct sample_game *game, int seconds)
{
	game->elapsed += seconds;
	game->seconds_left -= seconds;
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < 5; i++)
			on_floor(game, side, i)->line.seconds += seconds;
}

static void score(struct sample_game *game, int side, struct sample_seat *seat, int points)
{
	seat->line.points += points;
	game->sides[side].points += points;
	game->sides[side].quarters[game->period_count - 1] += points;
	for (size_t i = 0; i < 5; i++) {
		on_floor(game, side, i)->line.plus_minus += points;
		on_floor(game, 1 - side, i)->line.plus_minus -= points;
	}
}

static void foul(struct sample_game *game, int side)
{
	PICK(game, side, fouls)->line.fouls++;
	game->sides[side].fouls_of_period++;
}

/* Who has the ball after a miss. */
static enum next rebound(struct sample_game *game, int side, int offensive)
{
	if (random_chance(game->random, LOST_BALL))
		return random_chance(game->random, 350) ? NEXT_SAME_SIDE : NEXT_OTHER_SIDE;
	if (random_chance(game->random, offensive)) {
		PICK(game, side, offensive)->line.oreb++;
		return NEXT_SAME_SIDE;
	}
	PICK(game, 1 - side, defensive)->line.dreb++;
	return NEXT_OTHER_SIDE;
}

static enum next free_throws(
	struct sample_game *game, int side, struct sample_seat *seat, int count)
{
	bool made = true;
	for (int i = 0; i < count; i++) {
		made = random_chance(game->random, seat->player->free_throw);
		seat->line.fta++;
		seat->line.ftm += made;
		if (made)
			score(game, side, seat, 1);
	}
	return made ? NEXT_OTHER_SIDE : rebound(game, side, AFTER_FREE_THROW);
}

static enum next turnover(struct sample_game *game, int side)
{
	if (random_chance(game->random, TEAM_TURNOVER)) {
		game->sides[side].team_turnovers++;
		return NEXT_OTHER_SIDE;
	}
	struct sample_seat *seat = PICK(game, side, turnovers);
	seat->line.turnovers++;
	if (random_chance(game->random, STOLEN))
		PICK(game, 1 - side, steals)->line.steals++;
	else if (random_chance(game->random, OFFENSIVE_FOUL * 1000 / (1000 - STOLEN)))
		seat->line.fouls++;
	return NEXT_OTHER_SIDE;
}

static struct sample_shot *new_shot(struct sample_game *game, int side, size_t at)
{
	assert(game->shot_count < SAMPLE_SHOTS_MAX);
	struct sample_shot *shot = &game->shots[game->shot_count++];
	*shot = (struct sample_shot){.side = side,
		.seat = game->sides[side].on[at],
		.period = game->period_count,
		.seconds_left = game->seconds_left};
	return shot;
}

static void count_shot(struct sample_game *game, int side, struct sample_seat *seat,
	const struct sample_shot *shot)
{
	bool is_three = shot->value == 3;
	seat->line.fga++;
	seat->line.fg3a += is_three;
	seat->line.fgm += shot->made;
	seat->line.fg3m += is_three && shot->made;
	if (shot->made)
		score(game, side, seat, shot->value);
}

static void maybe_assist(
	struct sample_game *game, int side, enum sample_area area, const struct sample_seat *scorer)
{
	if (!random_chance(game->random, assisted[area]))
		return;
	struct sample_seat *passer = PICK(game, side, assists);
	for (int tries = 0; passer == scorer && tries < 8; tries++)
		passer = PICK(game, side, assists);
	passer->line.assists += passer != scorer;
}

static int lead_of(const struct sample_game *game, int side)
{
	return game->sides[side].points - game->sides[1 - side].points;
}

static enum next shoot_from(struct sample_game *game, int side, size_t at, enum sample_area area)
{
	struct sample_seat *seat = on_floor(game, side, at);
	struct sample_shot *shot = new_shot(game, side, at);
	int shift = game->sides[side].shift + game->form - lead_of(game, side) * LEAD_EASE;
	shot->value = area >= AREA_CORNER ? 3 : 2;
	shot->made = random_chance(game->random, seat->player->accuracy[area] + shift);
	sample_place_shot(game->random, area, shot->made, shot);
	count_shot(game, side, seat, shot);
	if (!shot->made) {
		if (random_chance(game->random, blocked[area]))
			PICK(game, 1 - side, blocks)->line.blocks++;
		return rebound(game, side, OFFENSIVE_REBOUND);
	}
	maybe_assist(game, side, area, seat);
	if (shot->value == 3 || !random_chance(game->random, AND_ONE))
		return NEXT_OTHER_SIDE;
	foul(game, 1 - side);
	return free_throws(game, side, seat, 1);
}

static enum next shoot(struct sample_game *game, int side)
{
	size_t at = pick_of_five(game, side, offsetof(struct sample_player, shots));
	const int *areas = on_floor(game, side, at)->player->areas;
	return shoot_from(
		game, side, at, (enum sample_area)random_pick(game->random, areas, AREA_COUNT));
}

static enum next shooting_foul(struct sample_game *game, int side)
{
	struct sample_seat *seat = PICK(game, side, drawn);
	foul(game, 1 - side);
	return free_throws(game, side, seat, random_chance(game->random, THREE_SHOTS) ? 3 : 2);
}

static enum next other_foul(struct sample_game *game, int side)
{
	foul(game, 1 - side);
	if (game->sides[1 - side].fouls_of_period <= BONUS_FOULS)
		return NEXT_SAME_SIDE;
	return free_throws(game, side, PICK(game, side, drawn), 2);
}

/* The last shot of a period; at the end of the game it is for the tie, if one is in reach. */
static void last_seconds(struct sample_game *game, int side)
{
	int behind = -lead_of(game, side);
	if (game->period_count >= 4 && behind > 0 && behind <= LAST_CHANCE) {
		shoot_from(game, side,
			pick_of_five(game, side, offsetof(struct sample_player, shots)),
			behind == LAST_CHANCE ? AREA_ARC : AREA_MID);
		return;
	}
	if (random_chance(game->random, NO_SHOT_AT_END))
		return;
	if (!random_chance(game->random, HEAVE)) {
		shoot(game, side);
		return;
	}
	size_t at = (size_t)random_below(game->random, 5);
	struct sample_shot *shot = new_shot(game, side, at);
	shot->value = 3;
	shot->made = random_chance(game->random, 30);
	sample_place_heave(game->random, shot);
	count_shot(game, side, on_floor(game, side, at), shot);
}

static enum next try_once(struct sample_game *game, int side)
{
	int drawn = random_below(game->random, 1000);
	if (drawn < TURNOVER)
		return turnover(game, side);
	if (drawn < TURNOVER + SHOOTING_FOUL)
		return shooting_foul(game, side);
	if (drawn < TURNOVER + SHOOTING_FOUL + OTHER_FOUL)
		return other_foul(game, side);
	return shoot(game, side);
}

static void play_period(struct sample_game *game, int seconds, int side)
{
	enum next next = NEXT_OTHER_SIDE;
	game->seconds_left = seconds;
	game->sides[0].fouls_of_period = 0;
	game->sides[1].fouls_of_period = 0;
	rotation_change(game, true);
	for (;;) {
		int used = next == NEXT_OTHER_SIDE ? random_between(game->random, 5, 21)
						   : random_between(game->random, 2, 12);
		int tempo = game->sides[0].tempo + game->sides[1].tempo;
		used += random_chance(game->random, 500) ? tempo / 10 : (tempo + 9) / 10;
		used = used < 1 ? 1 : used;
		if (used >= game->seconds_left)
			break;
		pass_time(game, used);
		next = try_once(game, side);
		side = next == NEXT_OTHER_SIDE ? 1 - side : side;
		rotation_change(game, false);
	}
	pass_time(game, game->seconds_left);
	last_seconds(game, side);
}

static void seat_team(const struct sample_league *league, struct sample_game *game, int side)
{
	struct sample_side *sitting = &game->sides[side];
	const struct sample_roster *roster = &league->rosters[sitting->team];
	int places[SAMPLE_ROSTER_MAX];
	sitting->seat_count = league_sheet(league, sitting->team, game->date, places);
	assert(sitting->seat_count >= 8);
	for (int i = 0; i < sitting->seat_count; i++)
		sitting->seats[i].player = &league->players[roster->players[places[i]]];
	sitting->tempo = roster->tempo;
}

static void set_shifts(const struct sample_roster *home, const struct sample_roster *away,
	struct sample_game *game)
{
	game->sides[0].shift = home->attack - away->defence + HOME_SHIFT;
	game->sides[1].shift = away->attack - home->defence - HOME_SHIFT;
	game->form = random_bell(game->random, FORM_DEVIATION);
}

/* Nobody goes home tied: after the last overtime the home side has one more free throw. */
static void break_tie(struct sample_game *game)
{
	struct sample_seat *seat = on_floor(game, 0, 0);
	seat->line.fta++;
	seat->line.ftm++;
	score(game, 0, seat, 1);
}

void sample_play(const struct sample_league *league, int home, int away, date_t date,
	struct random *random, struct sample_game *game)
{
	memset(game, 0, sizeof(*game));
	game->date = date;
	game->random = random;
	game->sides[0].team = home;
	game->sides[1].team = away;
	seat_team(league, game, 0);
	seat_team(league, game, 1);
	set_shifts(&league->rosters[home], &league->rosters[away], game);
	rotation_begin(game);
	int first = random_below(random, 2);
	bool is_tied = true;
	while (game->period_count < 4 || (is_tied && game->period_count < SAMPLE_PERIODS_MAX)) {
		int period = game->period_count++;
		int side = period == 1 || period == 2 ? 1 - first : first;
		play_period(game, period < 4 ? SAMPLE_PERIOD_SEC : SAMPLE_OVERTIME_SEC, side);
		is_tied = game->sides[0].points == game->sides[1].points;
	}
	if (is_tied)
		break_tie(game);
}
