#include "sample_rows.h"

#include "base/memory.h"
#include "warehouse/raw_kind.h"

#include <stdio.h>
#include <stdlib.h>

#define OFFICIALS	  60
#define OFFICIALS_OF_GAME 3

void sample_game_id(const struct sample_season *season, int number, char id[SAMPLE_GAME_ID_BYTES])
{
	snprintf(id, SAMPLE_GAME_ID_BYTES, "002%02d%05d", season->game_id_year % 100,
		RAW_SAMPLE_FIRST_NUMBER + number % SAMPLE_GAME_COUNT);
}

static struct sheet *sheet_of(const struct sample_rows *rows, enum sample_sheet sheet)
{
	return &rows->files->sheets[sheet];
}

static void write_quarters(struct sheet *sheet, const struct sample_game *game, int side)
{
	char text[SAMPLE_PERIODS_MAX * 12];
	size_t length = 0;
	for (int i = 0; i < game->period_count; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%d",
			i == 0 ? "" : "|", game->sides[side].quarters[i]);
	sheet_text(sheet, text);
}

/* Their names come from the end of the league's list, which players never reach. */
static void write_officials(const struct sample_rows *rows, struct sheet *sheet)
{
	char text[OFFICIALS_OF_GAME * (SAMPLE_NAME_BYTES + 1)];
	char name[SAMPLE_NAME_BYTES];
	size_t length = 0;
	int first = random_below(rows->random, OFFICIALS);
	for (int i = 0; i < OFFICIALS_OF_GAME; i++) {
		int which = (first + i * 17) % OFFICIALS;
		sample_name(rows->league->names[SAMPLE_NAME_COUNT - 1 - which], name);
		length += (size_t)snprintf(
			text + length, sizeof(text) - length, "%s%s", i == 0 ? "" : "|", name);
	}
	sheet_text(sheet, text);
}

static void write_game_row(const struct sample_rows *rows, const char *id,
	const struct sample_match *match, const struct sample_game *game)
{
	struct sheet *sheet = sheet_of(rows, SHEET_GAMES);
	const struct sample_team *home = sample_team(match->home);
	int overtimes = game->period_count - 4;
	char tip[16];
	snprintf(tip, sizeof(tip), "%02d:%02d", match->tip_minutes / 60, match->tip_minutes % 60);
	sheet_text(sheet, id);
	sheet_text(sheet, rows->season->name);
	sheet_date(sheet, match->date);
	sheet_text(sheet, home->code);
	sheet_text(sheet, sample_team(match->away)->code);
	sheet_integer(sheet, game->sides[0].points);
	sheet_integer(sheet, game->sides[1].points);
	write_quarters(sheet, game, 0);
	write_quarters(sheet, game, 1);
	sheet_integer(sheet, overtimes);
	sheet_text(sheet, tip);
	sheet_text(sheet, home->arena);
	sheet_text(sheet, home->city);
	sheet_integer(sheet, home->seats / 100 * random_between(rows->random, 82, 100));
	sheet_integer(sheet, random_between(rows->random, 124, 148) + overtimes * 17);
	write_officials(rows, sheet);
	sheet_end_row(sheet);
}

static struct sample_line sum_lines(const struct sample_side *side)
{
	struct sample_line sum = {0};
	for (int i = 0; i < side->seat_count; i++) {
		const struct sample_line *line = &side->seats[i].line;
		sum.seconds += line->seconds;
		sum.points += line->points;
		sum.fgm += line->fgm;
		sum.fga += line->fga;
		sum.fg3m += line->fg3m;
		sum.fg3a += line->fg3a;
		sum.ftm += line->ftm;
		sum.fta += line->fta;
		sum.oreb += line->oreb;
		sum.dreb += line->dreb;
		sum.assists += line->assists;
		sum.steals += line->steals;
		sum.blocks += line->blocks;
		sum.turnovers += line->turnovers;
		sum.fouls += line->fouls;
	}
	return sum;
}

/* game_id, game_date, team, opp, home: how both box files begin. */
static void begin_box_row(
	struct sheet *sheet, const char *id, const struct sample_game *game, int side)
{
	sheet_text(sheet, id);
	sheet_date(sheet, game->date);
	sheet_text(sheet, sample_team(game->sides[side].team)->code);
	sheet_text(sheet, sample_team(game->sides[1 - side].team)->code);
	sheet_integer(sheet, side == 0);
}

static void write_shooting(struct sheet *sheet, const struct sample_line *line)
{
	const int values[] = {line->points, line->fgm, line->fga, line->fg3m, line->fg3a, line->ftm,
		line->fta, line->oreb, line->dreb};
	for (size_t i = 0; i < ARRAY_COUNT(values); i++)
		sheet_integer(sheet, values[i]);
}

static void write_team_row(
	const struct sample_rows *rows, const char *id, const struct sample_game *game, int side)
{
	struct sheet *sheet = sheet_of(rows, SHEET_TEAM_BOX);
	const struct sample_side *own = &game->sides[side];
	struct sample_line sum = sum_lines(own);
	int margin = own->points - game->sides[1 - side].points;
	begin_box_row(sheet, id, game, side);
	sheet_integer(sheet, margin > 0);
	sheet_integer(sheet, 240 + (game->period_count - 4) * 25);
	write_shooting(sheet, &sum);
	const int values[] = {sum.oreb + sum.dreb, sum.assists, sum.steals, sum.blocks,
		sum.turnovers + own->team_turnovers, sum.turnovers, sum.fouls, margin};
	for (size_t i = 0; i < ARRAY_COUNT(values); i++)
		sheet_integer(sheet, values[i]);
	sheet_end_row(sheet);
}

static void write_player_row(const struct sample_rows *rows, const char *id,
	const struct sample_game *game, int side, int seat)
{
	struct sheet *sheet = sheet_of(rows, SHEET_PLAYER_BOX);
	const struct sample_seat *sitting = &game->sides[side].seats[seat];
	const struct sample_line *line = &sitting->line;
	begin_box_row(sheet, id, game, side);
	sheet_integer(sheet, sitting->player->id);
	sheet_text(sheet, sitting->player->name);
	sheet_integer(sheet, seat < 5);
	sheet_integer(sheet, (line->seconds + 29) / 60); /* the log rounds a half down */
	sheet_integer(sheet, line->seconds);
	write_shooting(sheet, line);
	const int values[] = {line->assists, line->steals, line->blocks, line->turnovers,
		line->fouls, line->plus_minus};
	for (size_t i = 0; i < ARRAY_COUNT(values); i++)
		sheet_integer(sheet, values[i]);
	sheet_end_row(sheet);
}

/* Starters first, then by seconds: seats in that order. */
static int order_seats(const struct sample_side *side, int seats[SAMPLE_DRESSED])
{
	int count = 0;
	for (int seat = 0; seat < side->seat_count; seat++) {
		int seconds = side->seats[seat].line.seconds;
		if (seconds == 0)
			continue;
		int at = count++;
		for (; at > 0; at--) {
			int before = seats[at - 1];
			if ((before < 5) != (seat < 5) ||
				side->seats[before].line.seconds >= seconds)
				break;
			seats[at] = before;
		}
		seats[at] = seat;
	}
	return count;
}

static bool is_dressed(const struct sample_side *side, const struct sample_player *player)
{
	for (int seat = 0; seat < side->seat_count; seat++)
		if (side->seats[seat].player == player)
			return true;
	return false;
}

static void write_absent(const struct sample_rows *rows, const char *id,
	const struct sample_game *game, int side, const struct sample_player *player)
{
	struct sheet *sheet = sheet_of(rows, SHEET_DID_NOT_PLAY);
	bool dressed = is_dressed(&game->sides[side], player);
	sheet_text(sheet, id);
	sheet_date(sheet, game->date);
	sheet_text(sheet, sample_team(game->sides[side].team)->code);
	if (player->id == 0)
		sheet_text(sheet, NULL);
	else
		sheet_integer(sheet, player->id);
	sheet_text(sheet, player->name);
	sheet_text(sheet, dressed ? "DNP" : "INACTIVE");
	const char *reason = random_chance(rows->random, 55) ? "Did Not Dress" : "Did Not Play";
	sheet_text(sheet, dressed ? reason : NULL);
	sheet_end_row(sheet);
}

/* Who played, then who did not; the sheet begins with the seats, in their order. */
static void write_side(
	const struct sample_rows *rows, const char *id, const struct sample_game *game, int side)
{
	const struct sample_side *own = &game->sides[side];
	const struct sample_roster *roster = &rows->league->rosters[own->team];
	int seats[SAMPLE_DRESSED];
	int places[SAMPLE_ROSTER_MAX];
	int count = order_seats(own, seats);
	for (int i = 0; i < count; i++)
		write_player_row(rows, id, game, side, seats[i]);
	league_sheet(rows->league, own->team, game->date, places);
	for (int i = 0; i < roster->count; i++)
		if (i >= own->seat_count || own->seats[i].line.seconds == 0)
			write_absent(rows, id, game, side,
				&rows->league->players[roster->players[places[i]]]);
}

static void write_shot(
	const struct sample_rows *rows, const char *id, const struct sample_game *game, int number)
{
	struct sheet *sheet = sheet_of(rows, SHEET_SHOTS);
	const struct sample_shot *shot = &game->shots[number];
	const struct sample_side *own = &game->sides[shot->side];
	sheet_text(sheet, id);
	sheet_integer(sheet, number + 1);
	sheet_date(sheet, game->date);
	sheet_text(sheet, sample_team(own->team)->code);
	sheet_text(sheet, sample_team(game->sides[1 - shot->side].team)->code);
	sheet_integer(sheet, own->seats[shot->seat].player->id);
	sheet_integer(sheet, shot->period);
	sheet_integer(sheet, shot->seconds_left);
	sheet_integer(sheet, shot->made);
	sheet_integer(sheet, shot->value);
	sheet_text(sheet, shot->zone);
	sheet_integer(sheet, sample_shot_feet(shot));
	sheet_integer(sheet, shot->x);
	sheet_integer(sheet, shot->y);
	sheet_text(sheet, shot->action);
	sheet_end_row(sheet);
}

void sample_write_game(const struct sample_rows *rows, int number, const struct sample_game *game)
{
	char id[SAMPLE_GAME_ID_BYTES];
	sample_game_id(rows->season, number, id);
	write_game_row(rows, id, &rows->matches[number], game);
	for (int side = 0; side < 2; side++) {
		write_team_row(rows, id, game, side);
		write_side(rows, id, game, side);
	}
	for (int i = 0; i < game->shot_count; i++)
		write_shot(rows, id, game, i);
}
