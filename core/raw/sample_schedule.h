/*
 * sample_schedule: who plays whom, where and on which day: 1,230 games, 82 a team.
 *
 * As in the league: four games against the four of the own division, four against six and three
 * against four others of the conference, two against everybody else; 41 of them at home.
 */
#ifndef BACKCOURT_RAW_SAMPLE_SCHEDULE_H
#define BACKCOURT_RAW_SAMPLE_SCHEDULE_H

#include "sample_random.h"
#include "sample_teams.h"

#define SAMPLE_GAME_COUNT 1230

struct sample_match {
	date_t date;
	int home, away; /* teams */
	int tip_minutes;
};

/* By date, then tip-off. */
void sample_schedule(const struct sample_season *season, struct random *random,
	struct sample_match matches[SAMPLE_GAME_COUNT]);

#endif
