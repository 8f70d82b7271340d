/*
 * sample_teams: what is real in the sample: thirty teams and the frame of four seasons.
 */
#ifndef BACKCOURT_RAW_SAMPLE_TEAMS_H
#define BACKCOURT_RAW_SAMPLE_TEAMS_H

#include "base/date.h"

#define SAMPLE_TEAM_COUNT     30
#define SAMPLE_DIVISION_TEAMS 5 /* teams lie by division: three of the East, three of the West */

struct sample_team {
	const char *code;
	int id;
	const char *name, *city, *arena;
	const char *latitude, *longitude; /* of the city, degrees */
	int elevation_m;
	const char *zone;
	int tip_minutes; /* of an evening game, US Eastern, after midnight */
	int seats;
};

struct sample_season {
	const char *name;
	int game_id_year; /* 21: ids start with 00221 */
	date_t first, last;
	int opening_games; /* of the first day */
	date_t off_days[3];
	struct date_range break_days; /* All-Star */
	date_t trade_deadline;
};

const struct sample_team *sample_team(int index);
/* `index` from 0 = 2021-22. */
struct sample_season sample_season(int index);
bool sample_season_has_games(const struct sample_season *season, date_t date);

#endif
