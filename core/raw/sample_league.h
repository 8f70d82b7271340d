/*
 * sample_league: invented players, what each is like, who plays for whom, and who is hurt.
 *
 * Order of calls: league_new; for every season league_begin_season, then for every day in order
 * league_pass_day (before its games); between seasons league_pass_summer; league_free.
 */
#ifndef BACKCOURT_RAW_SAMPLE_LEAGUE_H
#define BACKCOURT_RAW_SAMPLE_LEAGUE_H

#include "sample_names.h"
#include "sample_teams.h"

#define SAMPLE_ROSTER_MAX  17
#define SAMPLE_DRESSED	   13
#define SAMPLE_REGULARS	   15 /* places from here on are two-way contracts */
#define SAMPLE_PLAYERS_MAX 1200
#define SAMPLE_PLAYER_ID   90000001
#define SAMPLE_NEVER	   INT32_MAX

/* The league's own areas (SHOT_ZONE_BASIC); a corner is drawn left or right later. */
enum sample_area { AREA_RIM, AREA_PAINT, AREA_MID, AREA_CORNER, AREA_ARC, AREA_COUNT };

/* Weights are relative to those of the others on the floor; chances are per mille. */
struct sample_player {
	int id; /* 0: a name on the sheet that never plays */
	char name[SAMPLE_NAME_BYTES];
	int shots;								    /* weight */
	int areas[AREA_COUNT];							    /* weights */
	int accuracy[AREA_COUNT];						    /* per mille */
	int free_throw;								    /* per mille */
	int offensive, defensive, assists, steals, blocks, turnovers, fouls, drawn; /* weights */
	/* Out on every day of [out_from, back_on); `reason` is the report's. */
	date_t out_from, back_on;
	const char *reason;
	date_t arrives_on; /* came by trade: not yet dressed before this day */
};

struct sample_roster {
	int players[SAMPLE_ROSTER_MAX]; /* the better first */
	int count;
	int attack, defence; /* per mille of every shot, own and the opponents' */
	int tempo;	     /* seconds added to a possession's length, tenths */
};

struct sample_league {
	struct sample_player players[SAMPLE_PLAYERS_MAX];
	int player_count;
	struct sample_roster rosters[SAMPLE_TEAM_COUNT];
	int names[SAMPLE_NAME_COUNT]; /* in the order in which they are given */
	int names_given;
	struct random random;
};

struct sample_league *league_new(uint32_t seed);
void league_free(struct sample_league *league);
void league_begin_season(struct sample_league *league);
/* Hurts and heals for the day after, so that a report can name tomorrow's absent; trades. `plays`
 * tells which teams have a game on `date`. */
void league_pass_day(struct sample_league *league, const struct sample_season *season, date_t date,
	const bool plays[SAMPLE_TEAM_COUNT]);
void league_pass_summer(struct sample_league *league);

bool player_is_out(const struct sample_player *player, date_t date);
/* Places of the roster in the order of the sheet: dressed first (returned count), then the rest. */
int league_sheet(
	const struct sample_league *league, int team, date_t date, int places[SAMPLE_ROSTER_MAX]);

#endif
