/*
 * league: upstream rows of a date for the tests of the last two tables of phase 4.
 *
 * A row put again replaces the first. Values are "column=value column=value" as in lab_put.
 */
#ifndef BACKCOURT_TESTS_LEAGUE_H
#define BACKCOURT_TESTS_LEAGUE_H

#include "tests/support/lab.h"

#define LEAGUE_PLAYERS 100 /* as many rows as the gates of the original ask for */
#define LEAGUE_TEAMS   30

/* One row of a native table. */
void league_put_row(struct lab *lab, const char *table, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* A player of T00 who meets T01 on the date; a value named again wins. */
void league_put_context(struct lab *lab, const char *date, const char *player, const char *values);
void league_put_shots(struct lab *lab, const char *date, const char *player, const char *values);
/* The zone row of a team with these values, and its ready team context. */
void league_put_team(struct lab *lab, const char *date, const char *team, const char *defence);
/* Teams T00 to T29 and ready players p00 to p99 of T00, who meet T01. */
void league_put(struct lab *lab, const char *date);
/* Eleven games of T00, every second day from November 3 on; the player is in the first of them. */
void league_put_games(struct lab *lab, const char *player, int played_count);
/* Box rows of T00 on the first days of October, before the season is opened. */
void league_put_preseason(struct lab *lab, const char *player, int played_count);
/* Of a table that has a row for every player of a date: computing forty dates takes as many SELECTs
 * as computing one. */
void league_check_selects(const char *table);

#endif
