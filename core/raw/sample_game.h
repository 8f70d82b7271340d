/*
 * sample_game: plays one game, possession by possession, so that everything adds up by itself:
 * points, minutes, plus-minus, quarters and shots.
 */
#ifndef BACKCOURT_RAW_SAMPLE_GAME_H
#define BACKCOURT_RAW_SAMPLE_GAME_H

#include "sample_league.h"

#define SAMPLE_PERIODS_MAX                                                    \
	12 /* eight overtimes; a game that is still tied ends by a free throw \
	    */
#define SAMPLE_SHOTS_MAX    600
#define SAMPLE_PERIOD_SEC   720
#define SAMPLE_OVERTIME_SEC 300

struct sample_line {
	int seconds, points, fgm, fga, fg3m, fg3a, ftm, fta, oreb, dreb, assists, steals, blocks,
		turnovers, fouls, plus_minus;
};

struct sample_seat {
	const struct sample_player *player;
	int target; /* seconds of a regular game that the coach means him to play */
	struct sample_line line;
};

struct sample_side {
	int team;
	struct sample_seat seats[SAMPLE_DRESSED];
	int seat_count;
	int on[5];	    /* seats on the floor; the five first seats start */
	int team_turnovers; /* charged to nobody */
	int fouls_of_period;
	int points;
	int quarters[SAMPLE_PERIODS_MAX];
	int shift; /* per mille of every own shot, as it could be foreseen */
	int tempo;
};

struct sample_shot {
	int side, seat, period, seconds_left;
	bool made;
	int value; /* points it was worth */
	const char *zone, *action;
	int x, y; /* tenths of a foot, hoop at 0,0 */
};

struct sample_game {
	date_t date;
	struct sample_side sides[2]; /* home, away */
	int period_count;
	struct sample_shot shots[SAMPLE_SHOTS_MAX];
	int shot_count;
	/* While it is played. */
	int form; /* per mille of every shot */
	struct random *random;
	int elapsed, seconds_left, last_change;
};

/* Fills *game; the league lends its players. */
void sample_play(const struct sample_league *league, int home, int away, date_t date,
	struct random *random, struct sample_game *game);

/* sample_rotation.c: who is on the floor. */
void rotation_begin(struct sample_game *game);
/* At a dead ball; changes both sides when it is time, or when somebody has fouled out. */
void rotation_change(struct sample_game *game, bool new_period);
#define SAMPLE_FOULS_MAX 6

/* sample_shot.c: where a shot is taken from and what it is called. */
void sample_place_shot(
	struct random *random, enum sample_area area, bool made, struct sample_shot *shot);
void sample_place_heave(struct random *random, struct sample_shot *shot);
/* Whole feet from the hoop. */
int sample_shot_feet(const struct sample_shot *shot);

#endif
