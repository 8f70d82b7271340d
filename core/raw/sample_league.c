#include "sample_league.h"

#include "base/memory.h"
#include "sample_players.h"

#include <assert.h>
#include <stdlib.h>

#define STREAM		 1
#define OUT_PER_TEAM_MAX 5
#define TRADING_DAYS	 28

struct sample_league *league_new(uint32_t seed)
{
	struct sample_league *league = memory_new(sizeof(*league));
	random_seed(&league->random, seed, STREAM);
	random_order(&league->random, league->names, SAMPLE_NAME_COUNT);
	for (int team = 0; team < SAMPLE_TEAM_COUNT; team++)
		league->rosters[team].count = 0;
	return league;
}

void league_free(struct sample_league *league)
{
	free(league);
}

static void give_health(struct sample_player *player)
{
	player->out_from = SAMPLE_NEVER;
	player->back_on = SAMPLE_NEVER;
	player->reason = NULL;
	player->arrives_on = 0;
}

static int new_player(struct sample_league *league, int kind, int place)
{
	assert(league->player_count < SAMPLE_PLAYERS_MAX);
	struct sample_player *player = &league->players[league->player_count];
	sample_name(league->names[league->names_given++], player->name);
	player->id = SAMPLE_PLAYER_ID + league->player_count;
	sample_draw_player(&league->random, kind, place, player);
	give_health(player);
	return league->player_count++;
}

static void draw_team_style(struct random *random, struct sample_roster *roster)
{
	roster->attack = random_bell(random, 19);
	roster->defence = random_bell(random, 19);
	roster->tempo = random_bell(random, 3);
}

/* Now and then the last place is a name that never gets an id: the league gives one at the first
 * minute. */
static void fill_roster(struct sample_league *league, struct sample_roster *roster)
{
	int kinds[SAMPLE_ROSTER_MAX];
	sample_kinds(&league->random, kinds);
	roster->count = random_between(&league->random, SAMPLE_REGULARS + 1, SAMPLE_ROSTER_MAX);
	for (int place = 0; place < roster->count; place++)
		roster->players[place] = new_player(league, kinds[place], place);
	draw_team_style(&league->random, roster);
	if (roster->count == SAMPLE_ROSTER_MAX && random_chance(&league->random, 300))
		league->players[roster->players[SAMPLE_ROSTER_MAX - 1]].id = 0;
}

void league_begin_season(struct sample_league *league)
{
	if (league->player_count == 0)
		for (int team = 0; team < SAMPLE_TEAM_COUNT; team++)
			fill_roster(league, &league->rosters[team]);
	for (int i = 0; i < league->player_count; i++)
		give_health(&league->players[i]);
}

bool player_is_out(const struct sample_player *player, date_t date)
{
	return date >= player->out_from && date < player->back_on;
}

/* A player without an id must not play; he is dressed by nobody. */
static bool can_dress(const struct sample_player *player, date_t date)
{
	return player->id != 0 && !player_is_out(player, date) && date >= player->arrives_on;
}

int league_sheet(
	const struct sample_league *league, int team, date_t date, int places[SAMPLE_ROSTER_MAX])
{
	const struct sample_roster *roster = &league->rosters[team];
	bool taken[SAMPLE_ROSTER_MAX] = {false};
	int count = 0;
	for (int place = 0; place < roster->count && count < SAMPLE_DRESSED; place++)
		if (can_dress(&league->players[roster->players[place]], date)) {
			places[count++] = place;
			taken[place] = true;
		}
	int dressed = count;
	for (int place = 0; place < roster->count; place++)
		if (!taken[place])
			places[count++] = place;
	return dressed;
}

static int count_out(const struct sample_league *league, int team, date_t date)
{
	const struct sample_roster *roster = &league->rosters[team];
	int count = 0;
	for (int place = 0; place < roster->count; place++)
		count += player_is_out(&league->players[roster->players[place]], date);
	return count;
}

/* How a man is lost: how often, for how many days, and what the report says. */
static const struct {
	int weight, days_low, days_high;
	const char *reason;
} losses[] = {
	{20, 2, 6, "Injury/Illness - Left Ankle; Sprain"},
	{20, 2, 6, "Injury/Illness - Right Ankle; Sprain"},
	{16, 1, 4, "Injury/Illness - Right Knee; Soreness"},
	{16, 1, 4, "Injury/Illness - Back; Soreness"},
	{14, 5, 14, "Injury/Illness - Left Hamstring; Strain"},
	{10, 6, 18, "Injury/Illness - Left Calf; Strain"},
	{14, 7, 11, "Health and Safety Protocols"},
	{10, 1, 2, "Injury/Illness - N/A; Illness"},
	{6, 1, 3, "Personal Reasons"},
	{10, 1, 1, "Rest"},
	{5, 15, 40, "Injury/Illness - Left Knee; Sprain"},
	{4, 30, 60, "Injury/Illness - Right Foot; Fracture"},
	{2, 60, 120, "Injury/Illness - Right Shoulder; Surgery"},
};

static void lose_player(struct random *random, struct sample_player *player, date_t from)
{
	int weights[ARRAY_COUNT(losses)];
	for (size_t i = 0; i < ARRAY_COUNT(losses); i++)
		weights[i] = losses[i].weight;
	size_t loss = random_pick(random, weights, ARRAY_COUNT(losses));
	player->out_from = from;
	player->back_on =
		from + random_between(random, losses[loss].days_low, losses[loss].days_high);
	player->reason = losses[loss].reason;
}

/* A healthy start: few are hurt in the first two weeks, so that everybody has his games early. */
static int loss_chance(const struct sample_season *season, date_t date)
{
	return date < season->first + 14 ? 5 : 17;
}

/* Well today and tomorrow: a new loss must not overwrite one that lasts until today. */
static bool may_be_lost(const struct sample_player *player, date_t date)
{
	bool is_free = player->out_from == SAMPLE_NEVER || date >= player->back_on;
	return player->id != 0 && is_free;
}

static void pass_team_day(
	struct sample_league *league, const struct sample_season *season, int team, date_t date)
{
	const struct sample_roster *roster = &league->rosters[team];
	for (int place = 0; place < roster->count; place++) {
		struct sample_player *player = &league->players[roster->players[place]];
		bool lost = random_chance(&league->random, loss_chance(season, date));
		if (lost && may_be_lost(player, date) &&
			count_out(league, team, date + 1) < OUT_PER_TEAM_MAX)
			lose_player(&league->random, player, date + 1);
	}
}

/* The two change places; each waits one day or two for the physician before he may be dressed. */
static void trade(struct sample_league *league, int one, int other, int place, date_t arrives_on)
{
	int *first = &league->rosters[one].players[place];
	int *second = &league->rosters[other].players[place];
	int moved = *first;
	*first = *second;
	*second = moved;
	league->players[*first].arrives_on = arrives_on;
	league->players[*second].arrives_on = arrives_on;
}

/* In the month before the deadline, between teams without a game on the day. */
static void maybe_trade(struct sample_league *league, const struct sample_season *season,
	date_t date, const bool plays[SAMPLE_TEAM_COUNT])
{
	if (date > season->trade_deadline || date < season->trade_deadline - TRADING_DAYS)
		return;
	int one = random_below(&league->random, SAMPLE_TEAM_COUNT);
	int other = random_below(&league->random, SAMPLE_TEAM_COUNT);
	int place = random_between(&league->random, 2, 11);
	int waits_days = random_between(&league->random, 2, 3);
	if (one != other && !plays[one] && !plays[other])
		trade(league, one, other, place, date + waits_days);
}

void league_pass_day(struct sample_league *league, const struct sample_season *season, date_t date,
	const bool plays[SAMPLE_TEAM_COUNT])
{
	for (int team = 0; team < SAMPLE_TEAM_COUNT; team++)
		if (plays[team])
			pass_team_day(league, season, team, date);
	maybe_trade(league, season, date, plays);
}

/* Three newcomers a team, a few moves, and some players grow past others. */
void league_pass_summer(struct sample_league *league)
{
	struct random *random = &league->random;
	int kinds[SAMPLE_ROSTER_MAX];
	for (int team = 0; team < SAMPLE_TEAM_COUNT; team++) {
		struct sample_roster *roster = &league->rosters[team];
		sample_kinds(random, kinds);
		for (int i = 0; i < 3; i++) {
			int place = random_between(random, 4, roster->count - 1);
			roster->players[place] = new_player(league, kinds[place], place);
		}
		int place = random_between(random, 1, roster->count - 2);
		int moved = roster->players[place];
		roster->players[place] = roster->players[place + 1];
		roster->players[place + 1] = moved;
		draw_team_style(random, roster);
	}
	for (int i = 0; i < 25; i++) {
		int one = random_below(random, SAMPLE_TEAM_COUNT);
		int other = random_below(random, SAMPLE_TEAM_COUNT);
		trade(league, one, other, random_between(random, 1, 12), 0);
	}
}
